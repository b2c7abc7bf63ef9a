//! What can go wrong below the rules.

use super::home::account;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// A failure of the store; nothing of the transaction it happened in was kept.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// A read, write or commit failed; `full` when the disk is full. The file is reopened before it is used again.
    #[error("{what}")]
    Failed {
        /// What, in words.
        what: String,
        /// The disk is full.
        full: bool,
    },
    /// A program error: a table opened twice or with another type, a value too large, a panic inside a change.
    #[error("{0}")]
    Misuse(String),
    /// A row cannot be decoded.
    #[error("the store is damaged ({table}: a row cannot be read: {why}); see labeltui doctor and labeltui restore")]
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
    #[error("{0} is not a labeltui store; choose another folder with --store")]
    Foreign(PathBuf),
    /// redb cannot make sense of it.
    #[error("{path} is damaged; see labeltui doctor and labeltui restore")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What of it, for `doctor`.
        why: String,
    },
    /// The folder or a file in it may not be written.
    #[error("{path} cannot be written ({why}); make it writable or choose another folder with --store")]
    ReadOnly {
        /// What could not be written.
        path: PathBuf,
        /// The system's words.
        why: String,
    },
    /// A file of a backup, restore or migration.
    #[error("{path}: {why}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// Used after [`super::Store::close`].
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// Whether redb refuses to go on until the file has been opened anew.
    pub(super) const fn needs_reopening(&self) -> bool {
        matches!(self, Self::Failed { .. })
    }

    /// An error of the file system, about `path`.
    pub(super) fn io(path: &Path, e: &io::Error) -> Self {
        use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        match e.kind() {
            StorageFull | QuotaExceeded => {
                Self::Failed { what: format!("{}: the disk is full", path.display()), full: true }
            }
            PermissionDenied | ReadOnlyFilesystem => {
                Self::ReadOnly { path: path.to_owned(), why: format!("{e}{}", strange(path).unwrap_or_default()) }
            }
            _ => Self::File { path: path.to_owned(), why: e.to_string() },
        }
    }

    /// The same, told of another name: people do not know those of unfinished files.
    pub(super) fn about(self, was: &Path, name: &Path) -> Self {
        let renamed = |path: PathBuf| if path == was { name.to_owned() } else { path };
        match self {
            Self::ReadOnly { path, why } => Self::ReadOnly { path: renamed(path), why },
            Self::File { path, why } => Self::File { path: renamed(path), why },
            Self::Failed { what, full } => {
                Self::Failed { what: what.replace(&*was.to_string_lossy(), &name.to_string_lossy()), full }
            }
            other => other,
        }
    }

    /// What a panic said.
    pub(super) fn panicked(payload: &(dyn std::any::Any + Send)) -> String {
        payload
            .downcast_ref::<&str>()
            .map(|s| (*s).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "panic".to_owned())
    }
}

/// Whose a file is that is not its folder's owner's: somebody else has put it there.
fn strange(path: &Path) -> Option<String> {
    let (file, dir) = (path.metadata().ok()?, path.parent()?.metadata().ok()?);
    let differs = file.is_file() && file.uid() != dir.uid();
    differs.then(|| format!("; it belongs to {} and should to {}", account(file.uid()), account(dir.uid())))
}

fn from_redb(e: &redb::Error) -> StoreError {
    use redb::Error as E;
    match e {
        E::Io(io) if matches!(io.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => {
            StoreError::Failed { what: "the disk is full".to_owned(), full: true }
        }
        E::Corrupted(why) => {
            super::slot::note(why);
            StoreError::Failed { what: super::slot::DAMAGED.to_owned(), full: false }
        }
        E::TableTypeMismatch { .. }
        | E::TableIsMultimap(_)
        | E::TableIsNotMultimap(_)
        | E::TypeDefinitionChanged { .. }
        | E::TableDoesNotExist(_)
        | E::TableExists(_)
        | E::TableAlreadyOpen(..)
        | E::ValueTooLarge(_)
        | E::UnorderedKey => StoreError::Misuse(e.to_string()),
        _ => StoreError::Failed { what: e.to_string(), full: false },
    }
}

macro_rules! convert {
    ($($t:ty),*) => {$(
        impl From<$t> for StoreError {
            fn from(e: $t) -> Self {
                from_redb(&e.into())
            }
        }
    )*};
}
convert!(
    redb::Error,
    redb::StorageError,
    redb::TableError,
    redb::TransactionError,
    redb::CommitError,
    redb::CursorError,
    redb::DatabaseError
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_only_folder_and_a_full_disk_are_named() {
        let path = Path::new("/s");
        let ro = StoreError::io(path, &io::ErrorKind::ReadOnlyFilesystem.into());
        assert!(ro.to_string().starts_with("/s cannot be written (read-only filesystem"), "{ro}");
        assert!(matches!(StoreError::io(path, &io::ErrorKind::PermissionDenied.into()), StoreError::ReadOnly { .. }));
        let full = StoreError::io(path, &io::ErrorKind::StorageFull.into());
        assert_eq!(full.to_string(), "/s: the disk is full");
        let full: StoreError = redb::StorageError::Io(io::ErrorKind::StorageFull.into()).into();
        assert!(matches!(full, StoreError::Failed { full: true, .. }));
    }
}
