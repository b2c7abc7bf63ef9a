//! The trace pane: the place where a trace is read. Conversation, output, span tree, documents, JSON.
//!
//! [`Reading`] is made off the screen's thread and holds a page of text for each view; [`TracePane`] holds a place in
//! each of them. A frame wraps and paints only the rows it shows.

mod command;
mod json_path;
mod material;
mod pages;
mod paint;
mod pane;
mod reading;
mod rows;
mod scroller;
#[cfg(test)]
mod tests;
mod tree;

pub use command::{Reaction, TraceCommand, View};
pub use material::Material;
pub use pane::TracePane;
pub use reading::Reading;
