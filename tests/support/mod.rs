//! The real binary, run as a person runs it: commands with their output, and the screen in a pseudo-terminal.
//!
//! Nothing here sleeps: a screen is waited for by reading what it writes, with a deadline that only a hang reaches.

// Used by several test and bench programs, each of which uses a part.
#![allow(dead_code)]

pub mod hostile;
pub mod keys;
pub mod place;
pub mod screen;
pub mod terminal;
pub mod traces;

pub use place::Place;
pub use screen::{Launch, Screen};
