//! The real binary against a real MLflow 3.17.2 server, both directions. Needs Python; see `.ci/run`.

// A test fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod auth;
mod broken;
mod proxy;
mod server;
mod steps;
mod team;
mod tls;
mod trip;
