//! The only place that opens a write transaction.

use super::error::StoreError;
use super::txn::{Snapshot, Txn};
use crate::model::Time;
use redb::Database;
use std::cell::Cell;
use std::sync::Arc;

/// An open store. Cheap to clone; the file is closed when the last clone is dropped.
#[derive(Clone)]
pub struct Store {
    db: Arc<Database>,
}

impl Store {
    /// A store in memory, for tests.
    ///
    /// # Errors
    /// redb's.
    pub fn in_memory() -> Result<Self, StoreError> {
        let db = Database::builder().create_with_backend(redb::backends::InMemoryBackend::new())?;
        Ok(Self { db: Arc::new(db) })
    }

    /// A consistent view of this moment.
    ///
    /// # Errors
    /// The store's.
    pub fn read(&self) -> Result<Snapshot, StoreError> {
        Snapshot::new(&self.db)
    }

    /// Runs `job` in a write transaction and returns once it is durable. `Ok(Err(_))` is a refusal: nothing was kept.
    /// `job` may run again when it shared a transaction with one that had to be taken back.
    ///
    /// # Errors
    /// The store's; nothing was kept.
    pub fn change<T: Send + 'static, E: Send + 'static>(
        &self,
        now: Time,
        mut job: impl FnMut(&Txn) -> Result<Result<T, E>, StoreError> + Send + 'static,
    ) -> Result<Result<T, E>, StoreError> {
        // Placeholder until the writer thread lands: one transaction per job.
        let txn = Txn { tx: self.db.begin_write()?, now, dirty: Cell::new(false) };
        let out = job(&txn)?;
        if out.is_ok() {
            txn.tx.commit()?
        } else {
            txn.tx.abort()?
        }
        Ok(out)
    }
}
