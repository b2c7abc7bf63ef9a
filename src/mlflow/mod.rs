//! The room that knows MLflow's tracking server: reading from it, writing to it, and bringing both sides together.
//!
//! [`Settings`] says where and as whom, as MLflow's own client finds out. [`Client`] makes calls that survive a
//! server that is slow, restarted, or behind a proxy that loses answers: every call may be made twice, because what is
//! written carries ids made here. [`pull`] and [`push`] go between it and the service ([`crate::service::sync`]);
//! [`reconcile`] is the one place that decides what differs and whose it is. The store is never touched from here.

pub mod answer;
pub mod api;
pub mod client;

pub mod fault;
pub mod located;
pub mod sides;

pub mod dataset;
pub mod pull;
pub mod push;
pub mod reconcile;
pub mod schema;
pub mod settings;
pub mod tell;
pub mod watch;

pub use client::Client;
pub use fault::Fault;
pub use settings::Settings;

#[cfg(test)]
mod fake;
#[cfg(test)]
mod tests;
