//! An item of a session: one trace, its status, and where each reviewer stands with it.

use super::{EventNo, Time};
use serde::{Deserialize, Serialize};

/// The item's status, derived from its reviewers' (RULES: Status).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemStatus {
    /// Reviews are missing.
    #[default]
    Pending,
    /// N reviewers have submitted.
    Complete,
    /// Nobody is left who would review it.
    Declined,
}

/// Where one reviewer stands with one item.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MineState {
    /// Nothing done yet.
    #[default]
    Todo,
    /// Something answered, nothing submitted.
    Draft,
    /// Submitted; edits since are in the draft.
    Submitted,
    /// At the end of my queue.
    Skipped,
    /// Put aside with a reason.
    Deferred,
    /// Refused with a reason.
    Declined,
}

/// The submit that another one was made over, as the person saw it (`Mine::based_on`). An option in an option would not
/// do: in JSON, "none yet" and "whichever" are both null, and the check is lost on the way to a server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BasedOn {
    /// Whatever it is: a script.
    #[default]
    Any,
    /// I had submitted nothing.
    Nothing,
    /// That one.
    Submit(EventNo),
}

impl BasedOn {
    /// Nobody says what they saw.
    #[must_use]
    pub fn is_any(&self) -> bool {
        *self == Self::Any
    }

    /// Whether my last submit is another one.
    #[must_use]
    pub fn is_overtaken(self, last: Option<EventNo>) -> bool {
        self != Self::Any && self != Self::from(last)
    }
}

impl From<Option<EventNo>> for BasedOn {
    fn from(last: Option<EventNo>) -> Self {
        last.map_or(Self::Nothing, Self::Submit)
    }
}

/// One reviewer's standing with one item.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Mine {
    /// Todo, draft, submitted, ...
    pub state: MineState,
    /// Why it was deferred or declined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When the state last changed.
    #[serde(default)]
    pub at: Time,
    /// The last event that changed my submitted answers (submit, retraction, undo, redo);
    /// a submit names it and is a conflict where it has moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub based_on: Option<EventNo>,
    /// Whether unsent edits exist (also beside `submitted`).
    #[serde(default)]
    pub has_draft: bool,
    /// Whether this reviewer has looked at the others' assessments.
    #[serde(default)]
    pub revealed: bool,
    /// Order among the skipped: the event of the skip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped_at: Option<EventNo>,
}
