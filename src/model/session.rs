//! Progress of a labeling session.

use super::Time;
use serde::{Deserialize, Serialize};

/// Counts of a session's items (removed ones not counted).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// All items.
    pub items: u32,
    /// Items with N submissions.
    pub complete: u32,
    /// Items nobody is left to review.
    pub declined: u32,
}

impl Progress {
    /// Items that still need a review.
    #[must_use]
    pub const fn pending(&self) -> u32 {
        self.items.saturating_sub(self.complete).saturating_sub(self.declined)
    }
}

/// Counts of one reviewer in one session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonProgress {
    /// The reviewer's account.
    pub reviewer: String,
    /// Items submitted.
    pub submitted: u32,
    /// Items with an unsubmitted draft and nothing submitted.
    pub drafts: u32,
    /// Items skipped.
    pub skipped: u32,
    /// Items deferred.
    pub deferred: u32,
    /// Items declined.
    pub declined: u32,
    /// Their last act.
    pub last_active: Option<Time>,
}
