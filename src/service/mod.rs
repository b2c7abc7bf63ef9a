//! The rules: what may be asked, who may ask it, and what it changes.

pub mod api;
pub mod client;
pub mod filter;
pub mod hub;
pub mod wire;
