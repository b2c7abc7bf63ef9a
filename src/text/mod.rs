//! Text from a trace on its way to a person: made visible, indexed, wrapped, marked up, searched. Pure; no ratatui.

mod class;

pub use class::Class;
