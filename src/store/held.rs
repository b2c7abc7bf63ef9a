//! Rows that wait for the commit: a table that grows at its end gets them in one run, which costs a fraction of so many
//! insertions, and a row that every change of a group writes anew (a session's counters) is written once.

use super::error::StoreError;
use super::opened::{Opened, Range, Visit};
use super::tables::{EVENTS, PROGRESS, REQUEST_TIMES, REQUESTS, SESSION_EVENTS};
use redb::{CursorError, Key};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::ops::Bound;

/// Whether a table's rows wait. Those that are scanned by every change would be written before each scan.
pub(super) fn waits(table: &str) -> bool {
    [EVENTS.name, SESSION_EVENTS.name, REQUESTS.name, REQUEST_TIMES.name, PROGRESS.name].contains(&table)
}

/// An encoded key in its table's order.
struct InOrder<K>(Vec<u8>, PhantomData<fn() -> K>);

impl<K: Key> InOrder<K> {
    fn of(key: &[u8]) -> Self {
        Self(key.to_vec(), PhantomData)
    }
}

impl<K: Key> Ord for InOrder<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        K::compare(&self.0, &other.0)
    }
}
impl<K: Key> PartialOrd for InOrder<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K: Key> PartialEq for InOrder<K> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl<K: Key> Eq for InOrder<K> {}

/// A table and what it will get; `None`: a row that goes.
pub(super) struct Held<'t, K: Key + 'static> {
    table: redb::Table<'t, K, &'static [u8]>,
    later: BTreeMap<InOrder<K>, Option<Vec<u8>>>,
}

impl<'t, K: Key + 'static> Held<'t, K> {
    /// Nothing waits yet.
    pub(super) const fn of(table: redb::Table<'t, K, &'static [u8]>) -> Self {
        Self { table, later: BTreeMap::new() }
    }
}

impl<K: Key + 'static> Opened for Held<'_, K> {
    fn get(&self, key: &[u8], found: &mut dyn FnMut(&[u8])) -> Result<bool, StoreError> {
        if !self.later.is_empty()
            && let Some(row) = self.later.get(&InOrder::of(key))
        {
            return Ok(row.as_deref().map(found).is_some());
        }
        Opened::get(&self.table, key, found)
    }

    fn insert(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.later.insert(InOrder::of(key), Some(value.to_vec()));
        Ok(())
    }

    fn remove(&mut self, key: &[u8]) -> Result<bool, StoreError> {
        let was = self.get(key, &mut |_| ())?;
        if was {
            self.later.insert(InOrder::of(key), None);
        }
        Ok(was)
    }

    /// What waits goes into the table first.
    fn scan(&self, range: Range<'_>, backwards: bool, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        Opened::scan(&self.table, range, backwards, visit)
    }

    fn settled(&self) -> bool {
        self.later.is_empty()
    }

    fn settle(&mut self) -> Result<(), StoreError> {
        if self.later.is_empty() {
            return Ok(());
        }
        let mut rows = std::mem::take(&mut self.later).into_iter().peekable();
        while let Some((key, value)) = rows.next() {
            let Some(value) = value else {
                Opened::remove(&mut self.table, &key.0)?;
                continue;
            };
            // New rows that come one after the other, with nothing of the table between them, are one run.
            let mut gap = self.table.lower_bound_mut(Bound::Included(K::from_bytes(&key.0)))?;
            let mut put = |key: &InOrder<K>, value: &[u8]| match gap.insert_before(K::from_bytes(&key.0), value) {
                Ok(()) => Ok(true),
                Err(CursorError::UnorderedKey) => Ok(false),
                Err(e) => Err(StoreError::from(e)),
            };
            let new = put(&key, &value)?;
            while new
                && let Some((key, Some(value))) = rows.peek()
                && put(key, value)?
            {
                rows.next();
            }
            gap.close()?;
            if !new {
                Opened::insert(&mut self.table, &key.0, &value)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Read as _, SESSION_EVENTS, Store};
    use crate::model::Time;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[derive(Debug, Clone, Copy)]
    enum Op {
        Put,
        Remove,
        Look,
        Scan,
        /// What follows is another transaction.
        Commit,
    }

    fn op() -> impl Strategy<Value = Op> {
        prop_oneof![8 => Just(Op::Put), 2 => Just(Op::Remove), 2 => Just(Op::Look), 1 => Just(Op::Scan), 1 => Just(Op::Commit)]
    }

    proptest! {
        #[test]
        fn rows_that_wait_are_there_as_if_they_did_not(
            ops in prop::collection::vec((op(), 0..3u32, 0..40u64), 1..80),
        ) {
            let store = Store::in_memory().unwrap();
            let mut there = BTreeSet::new();
            for part in ops.split_inclusive(|(op, ..)| matches!(op, Op::Commit)) {
                let (part, mut model) = (part.to_vec(), there.clone());
                let done: Result<Result<_, ()>, _> = store.change(Time(1), move |txn| {
                    for &(op, session, event) in &part {
                        let key = (session, event);
                        match op {
                            Op::Put => {
                                txn.put(SESSION_EVENTS, key, &())?;
                                model.insert(key);
                            }
                            Op::Remove => assert_eq!(txn.remove(SESSION_EVENTS, key)?, model.remove(&key)),
                            Op::Look => assert_eq!(txn.get(SESSION_EVENTS, key)?.is_some(), model.contains(&key)),
                            Op::Scan => {
                                let mut seen = BTreeSet::new();
                                txn.scan(SESSION_EVENTS, (0, 0).., false, |key, ()| Ok(seen.insert(key)))?;
                                assert_eq!(seen, model);
                            }
                            Op::Commit => {}
                        }
                    }
                    Ok(Ok(model.clone()))
                });
                there = done.unwrap().unwrap();
                let mut seen = Vec::new();
                store.read().unwrap().scan(SESSION_EVENTS, (0, 0).., false, |key, ()| {
                    seen.push(key);
                    Ok(true)
                }).unwrap();
                prop_assert_eq!(seen, there.iter().copied().collect::<Vec<_>>());
            }
        }
    }
}
