//! Files in, traces in the store: every format, every oddity, and the rule of identity, through the library's API.

// All of it is tests; clippy knows only functions marked as such.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod formats;
mod home;
mod hostile;
mod identity;
