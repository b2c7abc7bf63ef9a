//! One question of the form: what I have answered to it, and the places where the cursor can stand.

use crate::model::{AnswerVersion, Input, LabelSchema, value};
use crate::service::api::ItemView;
use serde_json::Value;

/// A place of the form where the cursor can stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// An option, counted from 0.
    Option(usize),
    /// The field of a number or a text.
    Field,
    /// An entry of a text list.
    Entry(usize),
    /// The line that adds an entry to a text list.
    Add,
}

/// One question and what I have answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// As asked.
    pub schema: LabelSchema,
    /// My submitted value and comment.
    pub submitted: Option<(Value, Option<String>)>,
    /// My value now (draft over submitted).
    pub value: Option<Value>,
    /// My comment now.
    pub comment: Option<String>,
    /// Half typed, and no answer yet (entries of a list: one a line).
    pub typing: Option<String>,
    /// Half typed, and no comment yet.
    pub typing_comment: Option<String>,
    /// Why it was refused.
    pub error: Option<String>,
    /// What else there is to know ("changed in another terminal").
    pub note: Option<String>,
    /// Another terminal has changed it, and it has not been looked at since: a narrow screen shows one question only.
    pub unread: bool,
    /// The draft no longer fits the question.
    pub unfit: Option<String>,
    /// The session does not ask it any more; it stands here for the words in it.
    pub gone: bool,
    /// Which of its stops has the cursor.
    pub stop: usize,
}

impl Question {
    /// A question as an item's view has it.
    #[must_use]
    pub fn new(schema: &LabelSchema, view: &ItemView) -> Self {
        let submitted = newest(&view.answers, &schema.name).map(|a| (a.value.clone(), a.comment.clone()));
        let entry = view.draft.entries.get(&schema.name).cloned().unwrap_or_default();
        let unseen = entry.unseen_since.is_overtaken(view.row.mine.based_on);
        let value = match entry.value {
            Some(value) => Some(value),
            None if entry.cleared => None,
            None => submitted.as_ref().map(|(v, _)| v.clone()),
        };
        let comment = match entry.comment {
            Some(comment) => Some(comment).filter(|c| !c.is_empty()),
            None => submitted.as_ref().and_then(|(_, c)| c.clone()),
        };
        let mut question = Self {
            schema: schema.clone(),
            submitted,
            value,
            comment,
            typing: entry.typing,
            typing_comment: entry.typing_comment,
            error: None,
            note: unseen
                .then(|| "another terminal has submitted something else since: submitting shows both".to_owned()),
            unread: false,
            unfit: entry.unfit,
            gone: false,
            stop: 0,
        };
        question.rest_stop();
        question
    }

    /// Puts the cursor where it rests: the chosen option, else the first stop; in a list the line that adds.
    pub fn rest_stop(&mut self) {
        let stops = self.stops();
        let chosen = stops.iter().position(|s| matches!(s, Stop::Option(i) if self.chosen(*i)));
        let add = stops.iter().position(|s| *s == Stop::Add);
        self.stop = chosen.or(add).unwrap_or(0);
    }

    /// The labels of its options; empty where it has none.
    #[must_use]
    pub fn options(&self) -> Vec<&str> {
        match &self.schema.input {
            Input::PassFail { positive_label, negative_label } => vec![positive_label, negative_label],
            Input::Categorical { options } | Input::CategoricalList { options } => {
                options.iter().map(String::as_str).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Several options may be chosen.
    #[must_use]
    pub fn multiple(&self) -> bool {
        matches!(self.schema.input, Input::CategoricalList { .. })
    }

    /// The value that option `i` stands for (a list: the option's text).
    #[must_use]
    pub fn option_value(&self, i: usize) -> Option<Value> {
        match &self.schema.input {
            Input::PassFail { .. } => (i < 2).then_some(Value::Bool(i == 0)),
            Input::Categorical { options } | Input::CategoricalList { options } => {
                options.get(i).map(|o| Value::String(o.clone()))
            }
            _ => None,
        }
    }

    /// Whether option `i` is chosen.
    #[must_use]
    pub fn chosen(&self, i: usize) -> bool {
        let Some(option) = self.option_value(i) else { return false };
        match &self.value {
            Some(Value::Array(list)) if self.multiple() => list.contains(&option),
            Some(value) => *value == option,
            None => false,
        }
    }

    /// The value after option `i` was selected or cleared; `None` clears the answer.
    #[must_use]
    pub fn toggled(&self, i: usize) -> Option<Value> {
        let option = self.option_value(i)?;
        if !self.multiple() {
            return (!self.chosen(i)).then_some(option);
        }
        let mut list = match &self.value {
            Some(Value::Array(list)) => list.clone(),
            _ => Vec::new(),
        };
        match list.iter().position(|o| *o == option) {
            Some(at) => {
                list.remove(at);
            }
            None => list.push(option),
        }
        if list.is_empty() {
            return None;
        }
        let list = Value::Array(list);
        Some(value::check(&self.schema, &list).unwrap_or(list))
    }

    /// The entries of a text list, half-typed ones included.
    #[must_use]
    pub fn entries(&self) -> Vec<String> {
        if let Some(typing) = &self.typing {
            // An entry that was emptied keeps its place while it is written.
            return if typing.is_empty() { Vec::new() } else { typing.split('\n').map(str::to_owned).collect() };
        }
        match &self.value {
            Some(Value::Array(list)) => list.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect(),
            _ => Vec::new(),
        }
    }

    /// What stands in the field of a number or a text.
    #[must_use]
    pub fn text(&self) -> String {
        match (&self.typing, &self.value) {
            (Some(typing), _) => typing.clone(),
            (None, Some(Value::String(text))) => text.clone(),
            (None, Some(value)) => value.to_string(),
            (None, None) => String::new(),
        }
    }

    /// What stands in the comment's field.
    #[must_use]
    pub fn comment_text(&self) -> String {
        self.typing_comment.clone().or_else(|| self.comment.clone()).unwrap_or_default()
    }

    /// The places where the cursor can stand.
    #[must_use]
    pub fn stops(&self) -> Vec<Stop> {
        match &self.schema.input {
            Input::Numeric { .. } | Input::Text { .. } => vec![Stop::Field],
            Input::TextList { .. } => {
                (0..self.entries().len()).map(Stop::Entry).chain(std::iter::once(Stop::Add)).collect()
            }
            _ => (0..self.options().len()).map(Stop::Option).collect(),
        }
    }

    /// Where the cursor stands.
    #[must_use]
    pub fn at(&self) -> Option<Stop> {
        let stops = self.stops();
        stops.get(self.stop.min(stops.len().saturating_sub(1))).copied()
    }

    /// Whether it is a number's field, which takes digits before any other meaning.
    #[must_use]
    pub fn numeric(&self) -> bool {
        matches!(self.schema.input, Input::Numeric { .. })
    }

    /// Whether it is one text.
    #[must_use]
    pub fn is_text(&self) -> bool {
        matches!(self.schema.input, Input::Text { .. })
    }

    /// Whether it is a list of texts.
    #[must_use]
    pub fn is_text_list(&self) -> bool {
        matches!(self.schema.input, Input::TextList { .. })
    }

    /// Whether it is a list that takes no further entry.
    #[must_use]
    pub fn full(&self) -> bool {
        match &self.schema.input {
            Input::TextList { max_count: Some(most), .. } => {
                usize::try_from(*most).is_ok_and(|most| self.entries().len() >= most)
            }
            _ => false,
        }
    }

    /// Whether it has an answer now.
    #[must_use]
    pub fn answered(&self) -> bool {
        self.value.is_some()
    }

    /// Whether it differs from what was submitted.
    #[must_use]
    pub fn edited(&self) -> bool {
        let (value, comment) = match &self.submitted {
            Some((value, comment)) => (Some(value), comment.as_deref()),
            None => (None, None),
        };
        self.value.as_ref() != value
            || self.comment.as_deref().unwrap_or_default() != comment.unwrap_or_default()
            || self.typing.is_some()
            || self.typing_comment.is_some()
    }

    /// Another terminal has submitted something here since `old` was on screen, and what stands here is neither that nor
    /// what `old` had submitted (which an undo there made a draft again).
    pub(super) fn hides_what_was_submitted_since(&self, old: &Self) -> bool {
        let half = self.typing.is_some() || self.typing_comment.is_some();
        let taken_back = match &old.submitted {
            Some((value, comment)) => !half && self.value.as_ref() == Some(value) && self.comment == *comment,
            None => false,
        };
        self.submitted != old.submitted && self.edited() && !taken_back
    }

    /// The answers in it, without the cursor and what was said about them.
    pub(super) fn same_answers(&self, other: &Self) -> bool {
        self.value == other.value
            && self.comment == other.comment
            && self.typing == other.typing
            && self.typing_comment == other.typing_comment
    }
}

fn newest<'a>(answers: &'a [AnswerVersion], schema: &str) -> Option<&'a AnswerVersion> {
    answers.iter().filter(|a| a.schema == schema && a.valid).max_by_key(|a| a.event)
}
