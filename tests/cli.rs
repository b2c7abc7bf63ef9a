//! The real binary on the command line: exit codes, messages, every output format, configuration.

// A test fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod cli {
    pub mod answering;
    pub mod bench;
    pub mod config;
    pub mod docs;
    pub mod exit_codes;
    pub mod json;
    pub mod labels;
    pub mod manual;
    pub mod server;
    pub mod sessions;
    pub mod store;
    pub mod words;
}
