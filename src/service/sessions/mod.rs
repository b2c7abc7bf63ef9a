//! Labeling sessions: creating, changing, deleting, showing.

pub mod create;
pub mod delete;
pub mod reask;
mod surplus;
pub mod update;
pub mod view;
