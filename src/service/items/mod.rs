//! Items of a session: finding them, placing them in the indexes, their status.

pub mod add;
pub mod assign;
pub mod lookup;
pub mod place;
pub mod position;
pub mod remove;
pub mod snapshots;
pub mod status;
