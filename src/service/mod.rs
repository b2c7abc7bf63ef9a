//! The rules: what may be asked, who may ask it, and what it changes.

pub mod about;
mod acting;
pub mod answering;
pub mod api;
mod asked;
pub mod blind;
pub mod claims;
pub mod client;
mod connected;
pub mod doctor;
pub mod event;
pub mod experiments;
pub mod filter;
pub mod hub;
pub mod import;
pub mod items;
pub mod link;
pub mod local;
pub mod out;
pub mod people;
pub mod reading;
pub mod replay;
pub mod rights;
pub mod ruling;
pub mod schemas;
pub mod sessions;
pub mod socket;
pub mod sync;
pub mod team;
pub mod traces;
pub mod turns;
pub mod wire;

pub use crate::store::panic_is_caught;

#[cfg(test)]
mod kit;
#[cfg(test)]
mod rules_tests;
