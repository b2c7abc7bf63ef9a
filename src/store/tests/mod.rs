//! The store's promises, one test each.

mod copies;
mod crash;
mod disk;
#[cfg(feature = "live-tests")]
pub(crate) mod lossy;
mod opening;
#[cfg(feature = "live-tests")]
pub(crate) mod sabotage;

use super::*;
use crate::model::Time;

/// Writes one row.
fn put(store: &Store, n: u32, value: u32) -> Result<(), StoreError> {
    let done: Result<Result<(), ()>, _> = store.change(Time(1), move |txn| {
        txn.put(ITEM_OF_TRACE, (n, "t"), &value)?;
        Ok(Ok(()))
    });
    done.map(|done| done.unwrap())
}

/// Reads it back.
fn get(store: &Store, n: u32) -> Option<u32> {
    store.read().unwrap().get(ITEM_OF_TRACE, (n, "t")).unwrap()
}

/// Panics that the store catches are meant here; the others still speak.
fn quiet_panics() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(quiet_caught_panics);
}
