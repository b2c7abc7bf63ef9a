//! Typed reading and writing inside a transaction.

use super::common::Common;
use super::error::StoreError;
use super::opened::OpenTables;
use super::requests;
use super::tables::{LAST_EVENT, META, Table};
use redb::{Key, ReadableDatabase as _, TableDefinition, TableError, TableHandle as _};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Borrow;
use std::cell::{Cell, RefCell};
use std::ops::{Bound, RangeBounds};

/// First byte of every value written now.
const ROW_VERSION: u8 = 1;

/// Most rows are shorter: writing one does not grow its buffer again and again.
const ROW_BYTES: usize = 1000;

pub(super) fn encode<R: Serialize>(name: &'static str, row: &R) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::with_capacity(ROW_BYTES);
    bytes.push(ROW_VERSION);
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

    /// A row that changes read again and again (a session, a question, who is at it): it is decoded once.
    ///
    /// # Errors
    /// Reading or decoding failed.
    fn common<'k, K: Key + 'static, R: DeserializeOwned + Clone + Send + 'static>(
        &self,
        table: Table<K, R>,
        key: impl Borrow<K::SelfType<'k>>,
    ) -> Result<Option<R>, StoreError> {
        self.get(table, key)
    }

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
        mut visit: impl FnMut(K::SelfType<'_>, R) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let open = match self.tx.open_table(table.def) {
            Ok(open) => open,
            Err(TableError::TableDoesNotExist(_)) => return Ok(()),
            Err(e) => return Err(e.into()),
        };
        let mut rows = open.range::<Q>(range)?;
        while let Some(row) = if backwards { rows.next_back() } else { rows.next() } {
            let (key, value) = row?;
            if !visit(key.value(), decode(table.name, value.value())?)? {
                break;
            }
        }
        Ok(())
    }
}

/// A change in the making; only the writer thread has one.
pub struct Txn<'t> {
    tables: OpenTables<'t>,
    /// The time all its events are stamped with.
    pub now: crate::model::Time,
    /// Number of the newest event, once it was asked for: written with the commit, not with every event.
    pub(super) last_event: Cell<Option<u64>>,
    /// Whether the current job has written anything: a job that refuses after that aborts the whole group.
    pub(super) dirty: Cell<bool>,
    /// Answers remembered in it so far.
    pub(super) remembered: Cell<usize>,
    /// Rows asked for with `common`.
    common: RefCell<Common>,
}

impl<'t> Txn<'t> {
    /// Nothing is read or written yet. To be closed before `tx` is committed: it holds the tables open, and rows back.
    pub(super) fn of(tx: &'t redb::WriteTransaction, now: crate::model::Time, common: Common) -> Self {
        Self {
            tables: OpenTables::of(tx),
            now,
            last_event: Cell::new(None),
            dirty: Cell::new(false),
            remembered: Cell::new(0),
            common: RefCell::new(common),
        }
    }

    /// Nothing waits; gives back the rows that are common.
    pub(super) fn unwritten(self) -> Common {
        self.common.into_inner()
    }

    /// Writes what waits; gives back the rows that are common, for when it is committed.
    pub(super) fn close(self) -> Result<Common, StoreError> {
        requests::forget(&self)?;
        self.tables.settle()?;
        Ok(self.common.into_inner())
    }
}

impl Txn<'_> {
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

    /// Writes a row by something that serialises as it does, so that nothing is copied only to be written.
    ///
    /// # Errors
    /// The store's.
    pub fn put_like<'k, K: Key + 'static, R>(
        &self,
        table: Table<K, R>,
        key: impl Borrow<K::SelfType<'k>>,
        like: &impl Serialize,
    ) -> Result<(), StoreError> {
        self.put_bytes(table.def, key, &encode(table.name, like)?)
    }

    /// Writes a row that is read with [`Read::common`].
    ///
    /// # Errors
    /// The store's.
    pub fn put_common<'k, K: Key + 'static, R: Serialize + Clone + Send + 'static>(
        &self,
        table: Table<K, R>,
        key: impl Borrow<K::SelfType<'k>>,
        row: &R,
    ) -> Result<(), StoreError> {
        let key = K::as_bytes(key.borrow());
        let bytes = encode(table.name, row)?;
        self.insert(table.def, key.as_ref(), &bytes)?;
        self.common.borrow_mut().keep(table.name, key.as_ref(), Some(row.clone()), bytes.len());
        Ok(())
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
        self.insert(def, K::as_bytes(key.borrow()).as_ref(), bytes)
    }

    fn insert<K: Key + 'static>(
        &self,
        def: TableDefinition<'static, K, &'static [u8]>,
        key: &[u8],
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        self.changes(def.name(), key);
        let open = self.tables.table(def)?;
        let mut open = open.try_borrow_mut().map_err(|_| busy(def.name()))?;
        open.insert(key, bytes)
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
        let key = K::as_bytes(key.borrow());
        self.changes(def.name(), key.as_ref());
        let open = self.tables.table(def)?;
        let mut open = open.try_borrow_mut().map_err(|_| busy(def.name()))?;
        open.remove(key.as_ref())
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
        self.remove_bytes(table.def, key)
    }

    /// Something in this table is about to be another.
    fn changes(&self, table: &str, key: &[u8]) {
        self.dirty.set(true);
        self.common.borrow_mut().forget(table, key);
    }

    fn show<'k, K: Key + 'static>(
        &self,
        def: TableDefinition<'static, K, &'static [u8]>,
        key: impl Borrow<K::SelfType<'k>>,
        found: &mut dyn FnMut(&[u8]),
    ) -> Result<bool, StoreError> {
        let open = self.tables.table(def)?;
        let open = open.try_borrow().map_err(|_| busy(def.name()))?;
        open.get(K::as_bytes(key.borrow()).as_ref(), found)
    }
}

fn busy(table: &str) -> StoreError {
    StoreError::Misuse(format!("table {table} was written to while it was read"))
}

fn bound<'k, 'b, K: Key + 'static>(of: Bound<&'b impl Borrow<K::SelfType<'k>>>) -> Bound<K::AsBytes<'b>>
where
    'k: 'b,
{
    of.map(|key| K::as_bytes(key.borrow()))
}

impl Read for Txn<'_> {
    fn bytes<'k, K: Key + 'static>(
        &self,
        def: TableDefinition<'static, K, &'static [u8]>,
        key: impl Borrow<K::SelfType<'k>>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let mut bytes = None;
        self.show(def, key, &mut |value| bytes = Some(value.to_vec()))?;
        Ok(bytes)
    }

    fn has<'k, K: Key + 'static>(
        &self,
        def: TableDefinition<'static, K, &'static [u8]>,
        key: impl Borrow<K::SelfType<'k>>,
    ) -> Result<bool, StoreError> {
        self.show(def, key, &mut |_| ())
    }

    fn get<'k, K: Key + 'static, R: DeserializeOwned>(
        &self,
        table: Table<K, R>,
        key: impl Borrow<K::SelfType<'k>>,
    ) -> Result<Option<R>, StoreError> {
        let mut row = None;
        self.show(table.def, key, &mut |value| row = Some(decode(table.name, value)))?;
        row.transpose()
    }

    fn common<'k, K: Key + 'static, R: DeserializeOwned + Clone + Send + 'static>(
        &self,
        table: Table<K, R>,
        key: impl Borrow<K::SelfType<'k>>,
    ) -> Result<Option<R>, StoreError> {
        let bytes = K::as_bytes(key.borrow());
        if let Some(row) = self.common.borrow().get(table.name, bytes.as_ref()) {
            return Ok(row);
        }
        let (mut row, mut size) = (None, 0);
        self.show(table.def, key.borrow(), &mut |value| {
            (row, size) = (Some(decode::<R>(table.name, value)), value.len());
        })?;
        let row = row.transpose()?;
        self.common.borrow_mut().keep(table.name, bytes.as_ref(), row.clone(), size);
        Ok(row)
    }

    /// `visit` must not write to the same table.
    fn scan<'k, K: Key + 'static, R: DeserializeOwned, Q: Borrow<K::SelfType<'k>> + 'k>(
        &self,
        table: Table<K, R>,
        range: impl RangeBounds<Q> + 'k,
        backwards: bool,
        mut visit: impl FnMut(K::SelfType<'_>, R) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let (from, to) = (bound::<K>(range.start_bound()), bound::<K>(range.end_bound()));
        let range = (from.as_ref().map(AsRef::as_ref), to.as_ref().map(AsRef::as_ref));
        let open = self.tables.table(table.def)?;
        if !open.try_borrow().map_err(|_| busy(table.name))?.settled() {
            open.try_borrow_mut().map_err(|_| busy(table.name))?.settle()?;
        }
        let open = open.try_borrow().map_err(|_| busy(table.name))?;
        open.scan(range, backwards, &mut |key, value| visit(K::from_bytes(key), decode(table.name, value)?))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ITEM_OF_TRACE, META, Store};
    use super::*;
    use crate::model::Time;

    #[test]
    fn a_common_row_is_the_one_that_was_written_last_in_the_same_transaction_too() {
        let store = Store::in_memory().unwrap();
        let done: Result<Result<(), ()>, _> = store.change(Time(1), |txn| {
            for value in [1, 2] {
                txn.put(META, "a", &value)?;
                assert_eq!((txn.common(META, "a")?, txn.common(META, "b")?), (Some(value), None));
                assert_eq!(txn.common(META, "a")?, Some(value));
            }
            txn.remove(META, "a")?;
            assert_eq!(txn.common(META, "a")?, None);
            Ok(Ok(()))
        });
        done.unwrap().unwrap();
    }

    #[test]
    fn a_common_row_is_the_one_that_was_committed_last() {
        let store = Store::in_memory().unwrap();
        let put = |value: u64, keep: bool| {
            let done: Result<Result<Option<u64>, ()>, _> = store.change(Time(1), move |txn| {
                let before = txn.common(META, "a")?;
                txn.put_common(META, "a", &value)?;
                Ok(if keep { Ok(before) } else { Err(()) })
            });
            done.unwrap()
        };
        assert_eq!(put(1, true), Ok(None));
        assert_eq!(put(2, false), Err(()));
        assert_eq!(put(3, true), Ok(Some(1)));
        assert_eq!(put(4, true), Ok(Some(3)));
    }

    #[test]
    fn what_a_scan_shows_may_be_read_from_and_not_written_to() {
        let store = Store::in_memory().unwrap();
        let put = |txn: &Txn, key| txn.put(META, key, &1);
        let done: Result<Result<(), ()>, _> = store.change(Time(1), move |txn| {
            put(txn, "a")?;
            txn.scan(META, "".., false, |key, row: u64| Ok(txn.get(META, key)? != Some(row)))?;
            assert!(matches!(
                txn.scan(META, "".., false, |_, _: u64| put(txn, "b").map(|()| true)),
                Err(StoreError::Misuse(_))
            ));
            put(txn, "b").map(Ok)
        });
        done.unwrap().unwrap();
    }

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
