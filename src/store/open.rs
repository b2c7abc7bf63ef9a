//! Opening a store: whose file is it, can it be read, is it of our time.

use super::error::StoreError;
use super::handle::Store;
use super::home::{Home, private_file, sync_dir};
use super::migrate::{self, STEPS};
use super::slot::{Slot, caught, note, senseless};
use super::slowed;
use super::tables::{FORMAT_VERSION, META};
use super::txn::{Read as _, encode};
use redb::{Database, DatabaseError, Durability, StorageError};
use std::fs::OpenOptions;
use std::io::{self, Read as _};
use std::path::Path;
use std::time::Duration;

/// redb's page cache; its default of 1 GiB is more than a reviewer's machine owes us.
pub(super) const CACHE: usize = 64 << 20;
/// How every redb file begins.
const MAGIC: &[u8] = b"redb\x1A\x0A\xA9\x0D\x0A";
/// Name of the format's number in `META`.
pub(super) const FORMAT: &str = "format_version";

impl Store {
    /// Becomes the owner of the store in `dir`, which is made where it is missing.
    ///
    /// # Errors
    /// `InUse`, `Newer`, `Foreign`, `Damaged`, `ReadOnly`, or what the disk says.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        Self::open_by(dir, open_file)
    }

    /// As [`Store::open`], on a disk whose every sync takes this much longer: what a slower disk costs can be measured.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_slowed(dir: &Path, by: Duration) -> Result<Self, StoreError> {
        Self::open_by(dir, move |path| slowed::open(path, by))
    }

    /// Opens the database with `open`, now and whenever it has to be opened anew.
    pub(super) fn open_by(
        dir: &Path,
        open: impl Fn(&Path) -> Result<Database, StoreError> + Send + Sync + 'static,
    ) -> Result<Self, StoreError> {
        let home = Home::lock(dir)?;
        home.tidy();
        let path = home.database();
        if !path.exists() {
            create(&home)?;
        }
        private_file(&path, OpenOptions::new().read(true).write(true))?;
        let slot = {
            let path = path.clone();
            Slot::open(Box::new(move || open(&path)))?
        };
        let found = format_of(&path, || slot.read()?.get(META, FORMAT))?;
        if found < FORMAT_VERSION {
            migrate::run(&slot, &path, STEPS, FORMAT_VERSION, &mut |step| tracing::info!("{step}"))?;
        }
        Self::start(slot, Some(home))
    }
}

/// The file's format, if it is one that we know.
pub(super) fn format_of(
    path: &Path,
    read: impl FnOnce() -> Result<Option<u64>, StoreError>,
) -> Result<u32, StoreError> {
    let found = match caught(read) {
        Ok(Ok(Some(found))) => found,
        Ok(Ok(None) | Err(StoreError::BadRow { .. } | StoreError::Misuse(_))) => {
            return Err(StoreError::Foreign(path.to_owned()));
        }
        Ok(Err(StoreError::Failed { what: why, full: false })) => {
            return Err(StoreError::Damaged { path: path.to_owned(), why });
        }
        Err(panic) => return Err(StoreError::Damaged { path: path.to_owned(), why: senseless(&panic) }),
        Ok(Err(e)) => return Err(e),
    };
    match u32::try_from(found) {
        Ok(found) if found <= FORMAT_VERSION => Ok(found),
        found => {
            Err(StoreError::Newer { path: path.to_owned(), found: found.unwrap_or(u32::MAX), known: FORMAT_VERSION })
        }
    }
}

/// Opens a redb file; what it panics or errs with becomes a sentence about that file.
pub(super) fn open_file(path: &Path) -> Result<Database, StoreError> {
    let mut start = Vec::new();
    let file = OpenOptions::new().read(true).open(path).map_err(|e| StoreError::io(path, &e))?;
    file.take(MAGIC.len() as u64).read_to_end(&mut start).map_err(|e| StoreError::io(path, &e))?;
    if start != MAGIC {
        return Err(StoreError::Foreign(path.to_owned()));
    }
    let damaged = |why| StoreError::Damaged { path: path.to_owned(), why };
    match caught(|| Database::builder().set_cache_size(CACHE).open(path)) {
        Ok(Ok(db)) => Ok(db),
        Err(panic) => Err(damaged(senseless(&panic))),
        Ok(Err(DatabaseError::DatabaseAlreadyOpen)) => Err(StoreError::InUse(path.to_owned())),
        Ok(Err(DatabaseError::Storage(StorageError::Io(e)))) => match e.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                Err(damaged(e.to_string()))
            }
            _ => Err(StoreError::io(path, &e)),
        },
        Ok(Err(e)) => {
            note(&e.to_string());
            Err(damaged(e.to_string()))
        }
    }
}

/// Makes the database under another name first: a kill in the middle leaves nothing that looks like a broken store.
fn create(home: &Home) -> Result<(), StoreError> {
    let path = home.database();
    let fresh = path.with_extension("redb.new");
    let _ = std::fs::remove_file(&fresh);
    private_file(&fresh, OpenOptions::new().read(true).write(true).create_new(true))?;
    let db = Database::builder().set_cache_size(CACHE).create(&fresh)?;
    initialise(&db)?;
    drop(db);
    std::fs::rename(&fresh, &path).map_err(|e| StoreError::io(&path, &e))?;
    sync_dir(home.dir())
}

/// Writes the format's number into an empty database.
pub(super) fn initialise(db: &Database) -> Result<(), StoreError> {
    let mut tx = db.begin_write()?;
    tx.set_durability(Durability::Immediate).map_err(|e| StoreError::Misuse(e.to_string()))?;
    tx.set_quick_repair(true);
    tx.open_table(META.def)?.insert(FORMAT, encode(META.name, &u64::from(FORMAT_VERSION))?.as_slice())?;
    Ok(tx.commit()?)
}
