//! The form: the session's questions with my answers, the cursor in them, and the field being written.

use super::field::Field;
pub use super::question::{Question, Stop};
use crate::model::{BasedOn, EventNo, ItemNo, LabelSchema, MineState};
use crate::service::api::{ItemView, Request, SeenAnswer};

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
    /// My last submit as it was on a screen before this was written. One of another terminal that something here stands
    /// over does not count as seen: the store then asks which one is to stand.
    pub based_on: BasedOn,
    /// There is such a submit.
    overtaken: bool,
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
        let unseen_since = view.draft.unseen_since(schemas);
        let overtaken = unseen_since.is_overtaken(view.row.mine.based_on);
        let based_on = if overtaken { unseen_since } else { view.row.mine.based_on.into() };
        Self { item: view.row.item, questions, focus, by_arrow: false, writing: None, changes: 0, based_on, overtaken }
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
        let question = self.focused()?;
        let (value, comment) = match writing.target {
            Target::Comment => (None, Some(question.comment_text())),
            _ => (Some(question.typing.clone().unwrap_or_default()), None),
        };
        let schema = question.schema.name.clone();
        let (session, item, based_on) = (session.to_owned(), self.item, self.based_on);
        Some(Request::Type { session, item, schema, value, comment, based_on })
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

    /// My own act has moved what a later submit is based on.
    pub fn moved(&mut self, no: Option<EventNo>) {
        (self.based_on, self.overtaken) = (no.into(), false);
    }

    /// The questions that something differs in.
    #[must_use]
    pub fn edited_questions(&self) -> Vec<String> {
        self.questions.iter().filter(|q| q.edited() && !q.gone).map(|q| q.schema.name.clone()).collect()
    }

    /// What stands here is in the store.
    pub fn submitted(&mut self, no: Option<EventNo>) {
        self.moved(no);
        for question in &mut self.questions {
            question.submitted = question.value.clone().map(|value| (value, question.comment.clone()));
        }
    }

    /// Takes over what the store has now; the field being written keeps its text. Where an answer of mine differs, another
    /// terminal changed it and the question says so; the names of those that are not focused.
    pub fn refresh(&mut self, schemas: &[LabelSchema], view: &ItemView) -> Vec<String> {
        let mut unseen = Vec::new();
        let unseen_since = view.draft.unseen_since(schemas);
        let over_unseen = unseen_since.is_overtaken(view.row.mine.based_on);
        let mut overtaken = self.overtaken || over_unseen;
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
            self.based_on = view.row.mine.based_on.into();
        } else if over_unseen {
            self.based_on = self.based_on.min(unseen_since);
        }
        match name.and_then(|n| self.questions.iter().position(|q| q.schema.name == n)) {
            Some(at) => self.focus = at,
            None => {
                self.focus = 0;
                self.writing = None;
            }
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
