//! The real binary, end to end: in a pseudo-terminal, beside a second process, killed, without disk.

// A test fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "../support/mod.rs"]
mod support;

mod draft;
mod faults;
mod hostile;
mod kill;
mod reading;
mod sharing;
mod terminal;
