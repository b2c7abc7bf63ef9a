//! The tables of a write transaction, each opened once: redb looks a table up by its name and compares its types at
//! every opening, which costs more than what is then read or written.

use super::error::StoreError;
use super::held::{Held, waits};
use redb::{Key, ReadableTable as _, TableDefinition, TableHandle as _, WriteTransaction};
use std::cell::RefCell;
use std::ops::Bound;
use std::rc::Rc;

/// A table of bytes by encoded keys, whatever the type of its keys.
pub(super) trait Opened {
    /// Shows one value; whether there is one.
    fn get(&self, key: &[u8], found: &mut dyn FnMut(&[u8])) -> Result<bool, StoreError>;

    /// Writes one value.
    fn insert(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError>;

    /// Removes one; whether there was one.
    fn remove(&mut self, key: &[u8]) -> Result<bool, StoreError>;

    /// Visits rows in key order, or backwards, until `visit` says `false`. To be settled before.
    fn scan(&self, range: Range<'_>, backwards: bool, visit: &mut Visit<'_>) -> Result<(), StoreError>;

    /// Whether nothing waits to be written.
    fn settled(&self) -> bool {
        true
    }

    /// Writes what waits.
    fn settle(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Between which encoded keys.
pub(super) type Range<'a> = (Bound<&'a [u8]>, Bound<&'a [u8]>);
/// Is shown an encoded key and its value; whether to go on.
pub(super) type Visit<'a> = dyn FnMut(&[u8], &[u8]) -> Result<bool, StoreError> + 'a;

impl<K: Key + 'static> Opened for redb::Table<'_, K, &'static [u8]> {
    fn get(&self, key: &[u8], found: &mut dyn FnMut(&[u8])) -> Result<bool, StoreError> {
        Ok(redb::ReadableTable::get(self, K::from_bytes(key))?.map(|guard| found(guard.value())).is_some())
    }

    fn insert(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        redb::Table::insert(self, K::from_bytes(key), value)?;
        Ok(())
    }

    fn remove(&mut self, key: &[u8]) -> Result<bool, StoreError> {
        Ok(redb::Table::remove(self, K::from_bytes(key))?.is_some())
    }

    fn scan(&self, (from, to): Range<'_>, backwards: bool, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        let mut rows = self.range((from.map(|k| K::from_bytes(k)), to.map(|k| K::from_bytes(k))))?;
        while let Some(row) = if backwards { rows.next_back() } else { rows.next() } {
            let (key, value) = row?;
            if !visit(K::as_bytes(&key.value()).as_ref(), value.value())? {
                break;
            }
        }
        Ok(())
    }
}

/// One of them. A scan borrows it, so what is shown may be read from again and not written to.
pub(super) type One<'t> = Rc<RefCell<dyn Opened + 't>>;

/// Those that have been opened so far: few, so that looking along their names is faster than hashing one.
pub(super) struct OpenTables<'t> {
    tx: &'t WriteTransaction,
    open: RefCell<Vec<(String, One<'t>)>>,
}

impl<'t> OpenTables<'t> {
    /// None yet.
    pub(super) fn of(tx: &'t WriteTransaction) -> Self {
        Self { tx, open: RefCell::default() }
    }

    /// This one, made where it is missing.
    pub(super) fn table<K: Key + 'static>(
        &self,
        def: TableDefinition<'static, K, &'static [u8]>,
    ) -> Result<One<'t>, StoreError> {
        if let Some((_, open)) = self.open.borrow().iter().find(|(name, _)| name == def.name()) {
            return Ok(Rc::clone(open));
        }
        let table = self.tx.open_table(def)?;
        let open: One<'t> =
            if waits(def.name()) { Rc::new(RefCell::new(Held::of(table))) } else { Rc::new(RefCell::new(table)) };
        self.open.borrow_mut().push((def.name().to_owned(), Rc::clone(&open)));
        Ok(open)
    }

    /// Writes what waits in any of them.
    pub(super) fn settle(&self) -> Result<(), StoreError> {
        self.open.borrow().iter().try_for_each(|(_, open)| open.borrow_mut().settle())
    }
}
