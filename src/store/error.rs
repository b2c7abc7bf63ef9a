//! What can go wrong below the rules.

use std::path::PathBuf;

/// A failure of the store; nothing of the transaction it happened in was kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A read, write or commit failed; `full` when the disk is full.
    #[error("{what}")]
    Failed {
        /// What, in words.
        what: String,
        /// The disk is full.
        full: bool,
    },
    /// A row cannot be decoded.
    #[error("{table}: a row cannot be read: {why}; see labeltui doctor")]
    BadRow {
        /// Its table.
        table: &'static str,
        /// Why.
        why: String,
    },
    /// Another process owns the file.
    #[error("{0} is in use by another process")]
    InUse(PathBuf),
    /// Written by a newer program.
    #[error("{path} has format {found}, this labeltui reads up to {known}: install a newer labeltui")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format version.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// A redb file of something else, or no redb file.
    #[error("{0} is not a labeltui store")]
    Foreign(PathBuf),
    /// redb cannot make sense of it.
    #[error("{path} is damaged ({why}); see labeltui doctor and labeltui restore")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// redb's words.
        why: String,
    },
}

macro_rules! from_redb {
    ($($t:ty),*) => {$(
        impl From<$t> for StoreError {
            fn from(e: $t) -> Self {
                let e: redb::Error = e.into();
                let full = matches!(&e, redb::Error::Io(io) if io.kind() == std::io::ErrorKind::StorageFull);
                let what = if full { "the disk is full".to_owned() } else { e.to_string() };
                Self::Failed { what, full }
            }
        }
    )*};
}
from_redb!(
    redb::Error,
    redb::StorageError,
    redb::TableError,
    redb::TransactionError,
    redb::CommitError,
    redb::DatabaseError
);
