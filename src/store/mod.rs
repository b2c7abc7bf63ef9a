//! The embedded database: tables, rows, one writer, many readers. Knows nothing of who may do what.
//!
//! One process owns the file. All changes go through [`Store::change`]: the writer thread takes what is queued,
//! runs it in one transaction, commits once, then answers everybody (group commit). Reads run beside it on snapshots.

mod answers;
mod backup;
mod common;
mod error;
mod handle;
mod held;
mod home;
mod inspect;
mod job;
mod migrate;
mod numbers;
mod open;
mod opened;
mod queue;
mod reply;
mod requests;
mod rows;
mod slot;
mod slowed;
mod tables;
mod txn;
mod writer;

#[cfg(test)]
pub(crate) mod tests;

pub use backup::restore;
pub use error::StoreError;
pub use handle::Store;
pub use home::{Holder, holder, socket_path};
pub use inspect::{Inspection, database, examine};
pub use job::Weight;
pub use requests::{Asked, Earlier, remember, remembered};
pub use rows::*;
pub(crate) use slot::{DAMAGED, caught};
pub use slot::{panic_is_caught, quiet_caught_panics};
pub use tables::*;
pub use txn::{Read, Snapshot, Txn};
