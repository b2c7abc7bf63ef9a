//! The full-screen application. The only module that knows ratatui and crossterm.
//!
//! `Msg → update(&mut App, Msg) → Vec<Effect>`, then `draw(&App)`. [`update`] is pure; `run` owns the terminal and the
//! threads.

pub mod app;
pub mod browse;
pub mod command;
pub mod conflict;
pub mod draw;
pub mod effect;
pub mod facts;
pub mod field;
pub mod form;
pub mod key;
pub mod keymap;
pub mod lean;
pub mod msg;
pub mod outbox;
pub mod palette;
pub mod panel;
mod question;
pub mod queue;
pub mod run;
pub mod table;
pub mod theme;
pub mod trace;
pub mod update;

mod backend;
mod copies;
mod editor;
mod input;
mod signals;
mod terminal;
mod workers;

pub use run::{TuiOptions, run, unusable};

#[cfg(test)]
mod tests;
