//! The trace pane: the place where a trace is read. Conversation, output, span tree, documents, JSON.

mod command;
mod pane;
mod reading;

pub use command::{Reaction, TraceCommand, View};
pub use pane::TracePane;
pub use reading::Reading;
