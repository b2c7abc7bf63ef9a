//! Text from a trace on its way to a person: made visible, indexed, wrapped, marked up, searched. Pure; no ratatui.

mod class;
mod sanitize;
mod width;

pub use class::Class;
pub use sanitize::{TAB, acts, is_control_picture, sanitize, sanitize_lines};
pub use width::{fit, width};
