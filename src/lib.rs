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

/// Of the library, so that tests and benchmarks measure the program as it is. Changes are made on one thread of a server and
/// let go of on others, which glibc's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
