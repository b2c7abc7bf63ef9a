//! The trace pane: the place where a trace is read. Conversation, output, span tree, documents, JSON.
//!
//! [`Reading`] is a trace made ready off the screen's thread; [`TracePane`] holds a place in each of its views. A page is
//! made when it is looked at, by a [`Job`], its beginning first; a frame wraps and paints only the rows it shows.

mod command;
mod hits;
mod job;
mod json_path;
mod material;
mod pages;
mod paint;
mod pane;
mod reading;
mod rows;
mod scroller;
mod sheet;
mod slot;
#[cfg(test)]
mod tests;
mod title;
mod tree;
mod turns;

pub use command::{Reaction, TraceCommand, View};
pub use job::{Done, Job};
pub use material::Material;
pub use pane::TracePane;
pub use reading::Reading;
pub use turns::{Turn, Turns};
