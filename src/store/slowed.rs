//! A file on a disk that takes its time: for measuring.

use super::error::StoreError;
use super::open::CACHE;
use redb::backends::FileBackend;
use redb::{Database, StorageBackend};
use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::time::Duration;

/// A file whose syncs take longer.
#[derive(Debug)]
struct Slowed {
    file: FileBackend,
    by: Duration,
}

/// Opens an existing database on it.
pub(super) fn open(path: &Path, by: Duration) -> Result<Database, StoreError> {
    let file = OpenOptions::new().read(true).write(true).open(path).map_err(|e| StoreError::io(path, &e))?;
    let file = FileBackend::new(file)?;
    Ok(Database::builder().set_cache_size(CACHE).create_with_backend(Slowed { file, by })?)
}

impl StorageBackend for Slowed {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn read(&self, at: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read(at, out)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.file.set_len(length)
    }

    fn sync_data(&self) -> io::Result<()> {
        std::thread::sleep(self.by);
        self.file.sync_data()
    }

    fn write(&self, at: u64, data: &[u8]) -> io::Result<()> {
        self.file.write(at, data)
    }

    fn close(&self) -> io::Result<()> {
        self.file.close()
    }
}
