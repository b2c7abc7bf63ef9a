//! Typed reading and writing inside a transaction.

use super::error::StoreError;
use super::tables::{LAST_EVENT, META, Table};
use redb::{Key, ReadableDatabase as _, ReadableTable, TableDefinition, TableError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Borrow;
use std::cell::Cell;
use std::ops::RangeBounds;

/// First byte of every value written now.
const ROW_VERSION: u8 = 1;

pub(super) fn encode<R: Serialize>(name: &'static str, row: &R) -> Result<Vec<u8>, StoreError> {
    let mut bytes = vec![ROW_VERSION];
    serde_json::to_writer(&mut bytes, row).map_err(|e| StoreError::BadRow { table: name, why: e.to_string() })?;
    Ok(bytes)
}

pub(super) fn decode<R: DeserializeOwned>(name: &'static str, bytes: &[u8]) -> Result<R, StoreError> {
    match bytes {
        [ROW_VERSION, json @ ..] => {
            serde_json::from_slice(json).map_err(|e| StoreError::BadRow { table: name, why: e.to_string() })
        }
        [v, ..] => Err(StoreError::BadRow { table: name, why: format!("row version {v} is unknown") }),
        [] => Err(StoreError::BadRow { table: name, why: "empty".to_owned() }),
    }
}

/// Reading, in a snapshot or in the middle of a change. A missing table reads as empty.
pub trait Read {
    /// One value's bytes.
    ///
    /// # Errors
    /// The store's.
    fn bytes<'k, K: Key + 'static>(
        &self,
        def: TableDefinition<'static, K, &'static [u8]>,
        key: impl Borrow<K::SelfType<'k>>,
    ) -> Result<Option<Vec<u8>>, StoreError>;

    /// Whether there is a row; its value is not copied.
    ///
    /// # Errors
    /// The store's.
    fn has<'k, K: Key + 'static>(
        &self,
        def: TableDefinition<'static, K, &'static [u8]>,
        key: impl Borrow<K::SelfType<'k>>,
    ) -> Result<bool, StoreError> {
        Ok(self.bytes(def, key)?.is_some())
    }

    /// Visits rows in key order (or backwards) until `visit` says stop (`false`).
    ///
    /// # Errors
    /// Reading or decoding failed, or `visit` did.
    fn scan<'k, K: Key + 'static, R: DeserializeOwned, Q: Borrow<K::SelfType<'k>> + 'k>(
        &self,
        table: Table<K, R>,
        range: impl RangeBounds<Q> + 'k,
        backwards: bool,
        visit: impl FnMut(K::SelfType<'_>, R) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError>;

    /// One row.
    ///
    /// # Errors
    /// Reading or decoding failed.
    fn get<'k, K: Key + 'static, R: DeserializeOwned>(
        &self,
        table: Table<K, R>,
        key: impl Borrow<K::SelfType<'k>>,
    ) -> Result<Option<R>, StoreError> {
        self.bytes(table.def, key)?.map(|bytes| decode(table.name, &bytes)).transpose()
    }
}

fn scan_table<'k, K: Key + 'static, R: DeserializeOwned, Q: Borrow<K::SelfType<'k>> + 'k>(
    open: &impl ReadableTable<K, &'static [u8]>,
    table: Table<K, R>,
    range: impl RangeBounds<Q> + 'k,
    backwards: bool,
    mut visit: impl FnMut(K::SelfType<'_>, R) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    let mut rows = open.range::<Q>(range)?;
    while let Some(row) = if backwards { rows.next_back() } else { rows.next() } {
        let (key, value) = row?;
        if !visit(key.value(), decode(table.name, value.value())?)? {
            break;
        }
    }
    Ok(())
}

/// A consistent view of the store at one moment.
pub struct Snapshot {
    pub(super) tx: redb::ReadTransaction,
}

impl Snapshot {
    pub(super) fn new(db: &redb::Database) -> Result<Self, StoreError> {
        Ok(Self { tx: db.begin_read()? })
    }
}

impl Read for Snapshot {
    fn bytes<'k, K: Key + 'static>(
        &self,
        def: TableDefinition<'static, K, &'static [u8]>,
        key: impl Borrow<K::SelfType<'k>>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        match self.tx.open_table(def) {
            Ok(open) => Ok(open.get(key)?.map(|guard| guard.value().to_vec())),
            Err(TableError::TableDoesNotExist(_)) => Ok(None),
            Err(e) => Err(e.into()),
        }
    }

    fn scan<'k, K: Key + 'static, R: DeserializeOwned, Q: Borrow<K::SelfType<'k>> + 'k>(
        &self,
        table: Table<K, R>,
        range: impl RangeBounds<Q> + 'k,
        backwards: bool,
        visit: impl FnMut(K::SelfType<'_>, R) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        match self.tx.open_table(table.def) {
            Ok(open) => scan_table(&open, table, range, backwards, visit),
            Err(TableError::TableDoesNotExist(_)) => Ok(()),
            Err(e) => Err(e.into()),
        }
    }
}

/// A change in the making; only the writer thread has one.
pub struct Txn {
    pub(super) tx: redb::WriteTransaction,
    /// The time all its events are stamped with.
    pub now: crate::model::Time,
    /// Number of the newest event, once it was asked for: written with the commit, not with every event.
    pub(super) last_event: Cell<Option<u64>>,
    /// Whether the current job has written anything: a job that refuses after that aborts the whole group.
    pub(super) dirty: Cell<bool>,
}

impl Txn {
    /// Number of the newest event of the log.
    ///
    /// # Errors
    /// The store's.
    pub fn last_event(&self) -> Result<u64, StoreError> {
        if let Some(no) = self.last_event.get() {
            return Ok(no);
        }
        let no = self.get(META, LAST_EVENT)?.unwrap_or(0);
        self.last_event.set(Some(no));
        Ok(no)
    }

    /// The log has grown to this event.
    pub fn set_last_event(&self, no: u64) {
        self.dirty.set(true);
        self.last_event.set(Some(no));
    }

    /// Writes a row.
    ///
    /// # Errors
    /// The store's.
    pub fn put<'k, K: Key + 'static, R: Serialize>(
        &self,
        table: Table<K, R>,
        key: impl Borrow<K::SelfType<'k>>,
        row: &R,
    ) -> Result<(), StoreError> {
        self.put_bytes(table.def, key, &encode(table.name, row)?)
    }

    /// Writes raw bytes (bodies).
    ///
    /// # Errors
    /// The store's.
    pub fn put_bytes<'k, K: Key + 'static>(
        &self,
        def: TableDefinition<'static, K, &'static [u8]>,
        key: impl Borrow<K::SelfType<'k>>,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        self.dirty.set(true);
        self.tx.open_table(def)?.insert(key, bytes)?;
        Ok(())
    }

    /// Removes raw bytes (bodies); whether there were any.
    ///
    /// # Errors
    /// The store's.
    pub fn remove_bytes<'k, K: Key + 'static>(
        &self,
        def: TableDefinition<'static, K, &'static [u8]>,
        key: impl Borrow<K::SelfType<'k>>,
    ) -> Result<bool, StoreError> {
        self.dirty.set(true);
        let mut open = self.tx.open_table(def)?;
        let found = open.remove(key)?.is_some();
        Ok(found)
    }

    /// Removes a row; whether there was one.
    ///
    /// # Errors
    /// The store's.
    pub fn remove<'k, K: Key + 'static, R>(
        &self,
        table: Table<K, R>,
        key: impl Borrow<K::SelfType<'k>>,
    ) -> Result<bool, StoreError> {
        self.dirty.set(true);
        let mut open = self.tx.open_table(table.def)?;
        let found = open.remove(key)?.is_some();
        Ok(found)
    }
}

impl Read for Txn {
    fn bytes<'k, K: Key + 'static>(
        &self,
        def: TableDefinition<'static, K, &'static [u8]>,
        key: impl Borrow<K::SelfType<'k>>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let open = self.tx.open_table(def)?;
        let found = open.get(key)?.map(|guard| guard.value().to_vec());
        Ok(found)
    }

    /// `visit` must not touch the same table: redb opens a table for writing once at a time.
    fn scan<'k, K: Key + 'static, R: DeserializeOwned, Q: Borrow<K::SelfType<'k>> + 'k>(
        &self,
        table: Table<K, R>,
        range: impl RangeBounds<Q> + 'k,
        backwards: bool,
        visit: impl FnMut(K::SelfType<'_>, R) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        scan_table(&self.tx.open_table(table.def)?, table, range, backwards, visit)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ITEM_OF_TRACE, META, Store};
    use super::*;
    use crate::model::Time;

    #[test]
    fn rows_come_back_in_order_and_a_refused_job_leaves_nothing() {
        let store = Store::in_memory().unwrap();
        let wrote: Result<Result<(), ()>, _> = store.change(Time(1), |txn| {
            txn.put(META, "a", &1)?;
            txn.put(ITEM_OF_TRACE, (7, "x"), &3)?;
            txn.put(ITEM_OF_TRACE, (7, "y"), &4)?;
            txn.put(ITEM_OF_TRACE, (8, "x"), &5)?;
            Ok(Ok(()))
        });
        wrote.unwrap().unwrap();
        let refused: Result<Result<(), &str>, _> = store.change(Time(2), |txn| {
            txn.put(META, "a", &2)?;
            Ok(Err("no"))
        });
        assert_eq!(refused.unwrap(), Err("no"));
        let read = store.read().unwrap();
        assert_eq!(read.get(META, "a").unwrap(), Some(1));
        let mut seen = Vec::new();
        read.scan(ITEM_OF_TRACE, (7, "")..(8, ""), true, |(_, trace), n| {
            seen.push((trace.to_owned(), n));
            Ok(true)
        })
        .unwrap();
        assert_eq!(seen, [("y".to_owned(), 4), ("x".to_owned(), 3)]);
    }
}
