//! Looking at a session: its queue, one item, what comes next, finding.

pub mod find;
pub mod item;
pub mod next;
pub mod queue;
mod words;
