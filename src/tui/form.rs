//! The form: the session's questions with my answers, the cursor in them, and the field being written.

use super::field::Field;
use crate::model::{AnswerVersion, EventNo, Input, ItemNo, LabelSchema, MineState, value};
use crate::service::api::{ItemView, Request, SeenAnswer};
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

/// What a field writes into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The answer: a number or a text.
    Value,
    /// An entry of a text list; one past the last is a new one.
    Entry(usize),
    /// The comment.
    Comment,
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

/// The field being written.
#[derive(Debug)]
pub struct Writing {
    /// Into what.
    pub target: Target,
    /// The text.
    pub field: Field,
    /// Something typed has not been sent yet.
    pub unsent: bool,
}

/// The form of one item.
#[derive(Debug)]
pub struct Form {
    /// Whose answers.
    pub item: ItemNo,
    /// In the order they are asked.
    pub questions: Vec<Question>,
    /// The focused one.
    pub focus: usize,
    /// The cursor came to its stop by arrows, so Enter selects.
    pub by_arrow: bool,
    /// The field being written (always of the focused question).
    pub writing: Option<Writing>,
    /// Counts local changes, so that a reply that is older than one can be told.
    pub changes: u64,
    /// My last submit as this screen has shown it. One of another terminal that something here stands over does not count
    /// as seen: the store then asks which one is to stand.
    pub based_on: Option<EventNo>,
    /// There is such a submit.
    overtaken: bool,
}

impl Question {
    /// A question as an item's view has it.
    #[must_use]
    pub fn new(schema: &LabelSchema, view: &ItemView) -> Self {
        let submitted = newest(&view.answers, &schema.name).map(|a| (a.value.clone(), a.comment.clone()));
        let entry = view.draft.entries.get(&schema.name).cloned().unwrap_or_default();
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
            note: None,
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
    fn hides_what_was_submitted_since(&self, old: &Self) -> bool {
        let half = self.typing.is_some() || self.typing_comment.is_some();
        let taken_back = match &old.submitted {
            Some((value, comment)) => !half && self.value.as_ref() == Some(value) && self.comment == *comment,
            None => false,
        };
        self.submitted != old.submitted && self.edited() && !taken_back
    }

    /// The answers in it, without the cursor and what was said about them.
    fn same_answers(&self, other: &Self) -> bool {
        self.value == other.value
            && self.comment == other.comment
            && self.typing == other.typing
            && self.typing_comment == other.typing_comment
    }
}

impl Form {
    /// The form of an item; the cursor is on the first unanswered question.
    #[must_use]
    pub fn new(schemas: &[LabelSchema], view: &ItemView) -> Self {
        let questions: Vec<Question> = schemas.iter().map(|s| Question::new(s, view)).collect();
        // What was half typed comes first: it is where the person was.
        let half = questions.iter().position(|q| q.typing.is_some() || q.typing_comment.is_some());
        let open = questions.iter().position(|q| !q.answered());
        // A submitted item is looked at from its beginning: what is unanswered there was left so.
        let submitted = view.row.mine.state == MineState::Submitted;
        let focus = half.or(open.filter(|_| !submitted)).unwrap_or(0);
        let based_on = view.row.mine.based_on;
        Self {
            item: view.row.item,
            questions,
            focus,
            by_arrow: false,
            writing: None,
            changes: 0,
            based_on,
            overtaken: false,
        }
    }

    /// The focused question.
    #[must_use]
    pub fn focused(&self) -> Option<&Question> {
        self.questions.get(self.focus)
    }

    /// The focused question.
    pub fn focused_mut(&mut self) -> Option<&mut Question> {
        self.questions.get_mut(self.focus)
    }

    /// A question by its name.
    pub fn named_mut(&mut self, name: &str) -> Option<&mut Question> {
        self.questions.iter_mut().find(|q| q.schema.name == name)
    }

    /// Puts the cursor on a question by its name.
    pub fn focus_on(&mut self, name: &str) {
        if let Some(at) = self.questions.iter().position(|q| q.schema.name == name) {
            self.focus = at;
            self.by_arrow = false;
        }
    }

    /// Goes to the next or previous question, around the end.
    pub fn step_question(&mut self, forward: bool) {
        let n = self.questions.len().max(1);
        self.focus = if forward { (self.focus + 1) % n } else { (self.focus + n - 1) % n };
        self.by_arrow = false;
        if let Some(question) = self.focused_mut() {
            question.rest_stop();
        }
    }

    /// Goes to the next question without an answer, if there is one.
    pub fn next_unanswered(&mut self) {
        let n = self.questions.len();
        let open = (1..n)
            .map(|d| (self.focus + d) % n)
            .find(|i| self.questions.get(*i).is_some_and(|q| !q.answered() && !q.gone));
        if let Some(at) = open {
            self.focus = at;
            if let Some(question) = self.focused_mut() {
                question.rest_stop();
            }
        }
        self.by_arrow = false;
    }

    /// Goes to the next or previous stop, through all questions and around the end.
    pub fn step_stop(&mut self, forward: bool) {
        let n = self.questions.len();
        let Some(question) = self.focused_mut() else { return };
        let stops = question.stops().len();
        let inside = if forward { question.stop + 1 < stops } else { question.stop > 0 };
        if inside {
            question.stop = if forward { question.stop + 1 } else { question.stop - 1 };
        } else {
            self.focus = if forward { (self.focus + 1) % n } else { (self.focus + n - 1) % n };
            if let Some(question) = self.focused_mut() {
                question.stop = if forward { 0 } else { question.stops().len().saturating_sub(1) };
            }
        }
        self.by_arrow = true;
    }

    /// The request that keeps what is half typed and has not been sent, if there is any.
    #[must_use]
    pub fn half_typed(&self, session: &str) -> Option<Request> {
        let writing = self.writing.as_ref().filter(|w| w.unsent)?;
        let question = self.focused().filter(|q| !q.gone)?;
        let (value, comment) = match writing.target {
            Target::Comment => (None, Some(question.comment_text())),
            _ => (Some(question.typing.clone().unwrap_or_default()), None),
        };
        let schema = question.schema.name.clone();
        Some(Request::Type { session: session.to_owned(), item: self.item, schema, value, comment })
    }

    /// What stands here as mine, half-typed text left out: a submit names it, so that another terminal's picks are not
    /// submitted unseen.
    #[must_use]
    pub fn seen(&self) -> Vec<SeenAnswer> {
        let seen = |q: &Question| SeenAnswer {
            schema: q.schema.name.clone(),
            value: q.value.clone(),
            comment: q.comment.clone(),
        };
        self.questions.iter().filter(|q| !q.gone).map(seen).collect()
    }

    /// How many questions have an answer.
    #[must_use]
    pub fn answered(&self) -> usize {
        self.questions.iter().filter(|q| q.answered() && !q.gone).count()
    }

    /// Something differs from what was submitted.
    #[must_use]
    pub fn edited(&self) -> bool {
        self.questions.iter().any(|q| q.edited() && !q.gone)
    }

    /// My submit from here is in the store.
    pub const fn submitted(&mut self, no: Option<EventNo>) {
        (self.based_on, self.overtaken) = (no, false);
    }

    /// Takes over what the store has now; the field being written keeps its text. Where an answer of mine differs, another
    /// terminal changed it and the question says so; the names of those that are not focused.
    pub fn refresh(&mut self, schemas: &[LabelSchema], view: &ItemView) -> Vec<String> {
        let mut unseen = Vec::new();
        let mut overtaken = self.overtaken;
        let name = self.focused().map(|q| q.schema.name.clone());
        let writing = self.writing.as_ref().map(|w| w.target);
        let mut questions = Vec::with_capacity(schemas.len());
        for schema in schemas {
            let mut new = Question::new(schema, view);
            if let Some(old) = self.questions.iter().find(|q| q.schema.name == schema.name) {
                new.stop = old.stop.min(new.stops().len().saturating_sub(1));
                new.error.clone_from(&old.error);
                new.note.clone_from(&old.note);
                new.unread = old.unread;
                if Some(&schema.name) == name.as_ref() {
                    match writing {
                        Some(Target::Comment) => new.typing_comment.clone_from(&old.typing_comment),
                        Some(_) => new.typing.clone_from(&old.typing),
                        None => {}
                    }
                }
                overtaken |= new.hides_what_was_submitted_since(old);
                if !new.same_answers(old) {
                    new.note = Some("changed in another terminal".to_owned());
                    new.error = None;
                    if Some(&schema.name) != name.as_ref() {
                        new.unread = true;
                        unseen.push(schema.name.clone());
                    }
                }
            }
            questions.push(new);
        }
        // A field that is open stays open, and the words in it are theirs to take elsewhere.
        for (at, old) in self.questions.iter().enumerate() {
            let asked = schemas.iter().any(|s| s.name == old.schema.name);
            let open = writing.is_some() && Some(&old.schema.name) == name.as_ref();
            if !asked && (old.gone || open) {
                let error = Some("is no longer asked".to_owned());
                questions.insert(at.min(questions.len()), Question { gone: true, error, ..old.clone() });
            }
        }
        self.questions = questions;
        self.overtaken = overtaken && self.edited();
        if !self.overtaken {
            self.based_on = view.row.mine.based_on;
        }
        match name.and_then(|n| self.questions.iter().position(|q| q.schema.name == n)) {
            Some(at) => self.focus = at,
            None => {
                self.focus = 0;
                self.writing = None;
            }
        }
        if self.focused().is_some_and(|q| q.gone)
            && let Some(writing) = &mut self.writing
        {
            writing.unsent = false;
        }
        unseen
    }

    /// The focused question is on screen.
    pub fn looked(&mut self) {
        if let Some(question) = self.focused_mut() {
            question.unread = false;
        }
    }
}

fn newest<'a>(answers: &'a [AnswerVersion], schema: &str) -> Option<&'a AnswerVersion> {
    answers.iter().filter(|a| a.schema == schema && a.valid).max_by_key(|a| a.event)
}
