//! Two versions of my answers: what I had here when I submitted, and what another terminal of mine has left in the store.
//!
//! Mine is kept from the submit itself: by the time its refusal is here, the form may have been read again and show the
//! other's.

use super::form::Question;
use super::outbox::Pending;
use crate::model::{BasedOn, Change, Draft, LabelSchema};
use crate::service::api::{ItemView, Request, SeenAnswer};

/// The choice that is on screen.
#[derive(Debug)]
pub struct Conflict {
    /// The item as the store has it now.
    pub current: Box<ItemView>,
    /// What I had answered here when I submitted. On what I had not touched nothing conflicts: that stays as it is.
    pub mine: Vec<SeenAnswer>,
    /// The other terminal has submitted; else it has only drafted.
    pub submitted: bool,
    /// The item with the other's answers alone.
    other: Box<ItemView>,
    /// First row of the panel that is on screen.
    pub top: usize,
}

impl Conflict {
    /// Of a submit that was refused, and what it met.
    #[must_use]
    pub fn of(pending: &Pending, current: Box<ItemView>) -> Self {
        let (based_on, mut mine) = match &pending.request {
            Request::Submit { based_on, seen, changes, .. } => {
                let mut mine = seen.clone().unwrap_or_default();
                for change in changes {
                    if !mine.iter().any(|m| m.schema == change.schema) {
                        mine.push(SeenAnswer { schema: change.schema.clone(), value: None, comment: None });
                    }
                    for mine in mine.iter_mut().filter(|m| m.schema == change.schema) {
                        put(&mut mine.value, &change.value);
                        put(&mut mine.comment, &change.comment);
                    }
                }
                (*based_on, mine)
            }
            _ => (BasedOn::Any, Vec::new()),
        };
        mine.retain(|m| pending.edited.contains(&m.schema));
        let submitted = based_on.is_overtaken(current.row.mine.based_on);
        let mut other = current.clone();
        if submitted {
            // What is a draft over it came from here: picks are saved as they are made.
            other.draft = Draft::default();
        }
        Self { current, mine, submitted, other, top: 0 }
    }

    /// What the other terminal says to a question.
    #[must_use]
    pub fn other(&self, schema: &LabelSchema) -> Question {
        Question::new(schema, &self.other)
    }

    /// What I said to it.
    #[must_use]
    pub fn mine(&self, schema: &LabelSchema) -> Option<&SeenAnswer> {
        self.mine.iter().find(|m| m.schema == schema.name)
    }
}

fn put<T: Clone>(to: &mut Option<T>, change: &Change<T>) {
    match change {
        Change::Keep => {}
        Change::Clear => *to = None,
        Change::Set(value) => *to = Some(value.clone()),
    }
}
