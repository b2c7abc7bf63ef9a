//! What the screen wants done. Updates only say it; the loop does it.

use super::msg::{ReadingKey, Timer};
use super::trace::{Job, Material};
use crate::service::api::{About, Request};

/// Something to do outside the state.
#[derive(Debug, Clone)]
pub enum Effect {
    /// A change: sent in order, with the request id that belongs to its number (a retry has the same).
    Save(u64, Request, Option<About>),
    /// A question.
    Ask(u64, Request),
    /// Read a body off this thread.
    Build {
        /// What it is.
        key: ReadingKey,
        /// What it is made of.
        material: Material,
    },
    /// Do this for the trace pane off this thread.
    Job(Job),
    /// Tell me when this many milliseconds have passed.
    Timer(Timer, u64),
    /// To the terminal's clipboard, raw.
    Copy(String),
    /// To a new file, raw.
    Keep {
        /// What it is: "message", "document", ...
        what: &'static str,
        /// All of it.
        text: String,
    },
    /// The window title.
    Title(String),
    /// Edit this text in `$EDITOR`.
    Editor(String),
    /// Mouse reporting on or off.
    Mouse(bool),
    /// Stop for the shell.
    Suspend,
    /// Paint everything again.
    Repaint,
    /// Leave with this exit code.
    Quit(i32),
}
