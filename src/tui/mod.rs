//! The full-screen application. The only module that knows ratatui and crossterm.

pub mod theme;
pub mod trace;
