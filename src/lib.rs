//! labeltui: review the traces of GenAI applications in the terminal.
//!
//! Data flows one way: bytes → [`ingest`] → [`model`] → [`store`] → [`service`] → ([`cli`] | [`tui`] | [`mlflow`]).
//! [`text`] makes what is in a trace safe and readable; [`export`] shapes what leaves. See ARCHITECTURE.md.

pub mod cli;
pub mod export;
pub mod ingest;
pub mod mlflow;
pub mod model;
pub mod service;
pub mod store;
pub mod text;
pub mod tui;
