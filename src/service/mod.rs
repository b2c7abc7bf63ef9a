//! The rules: what may be asked, who may ask it, and what it changes.

pub mod api;
pub mod client;
pub mod event;
pub mod experiments;
pub mod filter;
pub mod hub;
pub mod import;
pub mod link;
pub mod rights;
pub mod ruling;
pub mod socket;
pub mod traces;
pub mod wire;
