//! Bytes into the model: MLflow v3 and v2 JSON, OTLP JSON; detection, streaming, errors with line numbers.
//!
//! A file is cut into documents (`frame`), each is read ([`read_document`]) and becomes traces in MLflow's v3 form
//! with everything unknown kept, ready to be stored ([`prepare`]). Nothing here knows the store.

mod assessments;
mod document;
mod frame;
mod layout;
mod merge;
mod otlp;
mod pack;
mod pipeline;
mod prepare;
mod source;
mod v2;
mod v3;

pub use document::{Document, read_document};
pub use frame::{Block, Frames};
pub use merge::merge;
pub use pack::{Packer, unpack};
pub use pipeline::each_document;
pub use prepare::prepare;
pub use source::Source;

/// Largest document (a line, an array's element, a whole pretty-printed trace) that is read, in bytes.
pub const MAX_DOCUMENT: usize = 64 << 20;
