//! Text from a trace on its way to a person: made visible, indexed, wrapped, marked up, searched. Pure; no ratatui.

mod builder;
mod canonical;
mod class;
pub mod json;
mod json_page;
mod markdown;
mod overlay;
mod page;
mod sanitize;
mod search;
mod table;
mod visible;
mod width;
pub mod wrap;

pub use builder::{OpenFold, PageBuilder, SEGMENT};
pub use class::Class;
pub use json_page::json as json_lines;
pub use markdown::{MAX_MARKDOWN, markdown};
pub use page::{Block, Fold, Gutter, Jump, Kind, Line, Note, Page, Run};
pub use sanitize::{TAB, acts, sanitize, sanitize_lines, sanitize_marked};
pub use search::Search;
pub use visible::Visible;
pub use width::{fit, fit_middle, width};
