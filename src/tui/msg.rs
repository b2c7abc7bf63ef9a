//! What can happen to the screen. Everything that changes the state arrives as one of these.

use super::trace::{Done, Reading};
use crate::model::{ItemNo, ReviewView, SnapshotId};
use crate::service::api::{Notice, Refusal, Response};
use crossterm::event::KeyEvent;
use std::sync::Arc;

/// Something happened.
#[derive(Clone)]
pub enum Msg {
    /// A key was pressed.
    Key(KeyEvent),
    /// A bracketed paste.
    Paste(String),
    /// The mouse wheel: rows down (negative: up).
    Wheel(i32),
    /// The terminal has another size.
    Resize(u16, u16),
    /// The answer to [`super::effect::Effect::Ask`] or `Save` of that number.
    Reply(u64, Box<Result<Response, Refusal>>),
    /// A body was read into what the pane shows; `None`: reading it failed.
    Built(Built),
    /// Something that the pane asked for was made or found.
    Done(Box<Done>),
    /// Somebody changed something.
    Notice(Notice),
    /// A timer that was asked for has run out.
    Timer(Timer),
    /// `$EDITOR` came back with the text, or why not.
    Edited(Result<String, String>),
    /// [`super::effect::Effect::Keep`] has written the file of this name, or why not. Sanitised.
    Kept {
        /// What was copied.
        what: &'static str,
        /// Where it is.
        result: Result<String, String>,
    },
    /// SIGTERM: save and leave.
    Leave,
    /// SIGHUP, or the terminal cannot be read or written any more: save and leave; nobody waits for the prompt.
    Gone,
    /// SIGINT from outside.
    Interrupt,
    /// SIGTSTP from outside.
    Suspend,
    /// Back from a suspension.
    Resumed,
}

/// A reading, ready.
#[derive(Clone)]
#[allow(missing_docs)]
pub struct Built {
    pub key: ReadingKey,
    pub reading: Option<Arc<Reading>>,
}

/// What a reading was built from; another snapshot or other assessments need another reading.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ReadingKey {
    Item { item: ItemNo, snapshot: SnapshotId, assessments: usize, lens: Arc<ReviewView> },
    Trace(String),
}

impl ReadingKey {
    /// The item, if it is one.
    #[must_use]
    pub const fn item(&self) -> Option<ItemNo> {
        match self {
            Self::Item { item, .. } => Some(*item),
            Self::Trace(_) => None,
        }
    }

    /// The view that it was read for, if it is an item's.
    #[must_use]
    pub const fn lens(&self) -> Option<&Arc<ReviewView>> {
        match self {
            Self::Item { lens, .. } => Some(lens),
            Self::Trace(_) => None,
        }
    }
}

/// The few things that wait for time to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timer {
    /// Half-typed text is due to be sent.
    Typing,
    /// A change that could not be saved is due to be sent again.
    Retry,
    /// Answers that were refused are due to be tried again.
    Refused,
    /// Enough waiting for the last saves: leave.
    Leave,
}
