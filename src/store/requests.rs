//! Request ids and what they were answered: a retry after a crash neither loses nor doubles a change.

use super::error::StoreError;
use super::tables::{REQUEST_TIMES, REQUESTS};
use super::txn::{Read, Txn};
use crate::model::Time;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// How long an answer is remembered.
const KEPT_MS: i64 = 48 * 60 * 60 * 1000;
/// Most old ones forgotten for each new one: more than one, so that the table shrinks after a busy time.
const PRUNED: usize = 8;

/// A request whose answer is remembered: its id, and a mark of who asked for what.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Made once per user action.
    pub id: Uuid,
    /// The same for the same person and the same act: an id that comes again under another mark is no retry.
    pub mark: u64,
}

/// What an id was used for before.
#[derive(Debug, PartialEq, Eq)]
pub enum Earlier<R> {
    /// This very request, with this answer.
    Answered(R),
    /// Something else, or by somebody else.
    Another,
}

/// What this request was answered, if it has been carried out before.
///
/// # Errors
/// The store's.
pub fn remembered<R: DeserializeOwned>(read: &impl Read, asked: Asked) -> Result<Option<Earlier<R>>, StoreError> {
    let Some(row) = read.get(REQUESTS, asked.id.as_u128())? else { return Ok(None) };
    if row.mark.is_some_and(|mark| mark != asked.mark) {
        return Ok(Some(Earlier::Another));
    }
    serde_json::from_value(row.response)
        .map(|response| Some(Earlier::Answered(response)))
        .map_err(|e| StoreError::BadRow { table: "requests", why: e.to_string() })
}

/// Remembers an answer in the transaction of the change it belongs to.
///
/// # Errors
/// The store's.
pub fn remember<R: Serialize>(txn: &Txn, asked: Asked, response: &R) -> Result<(), StoreError> {
    let Asked { id, mark } = asked;
    txn.put_like(REQUESTS, id.as_u128(), &NewRow { at: txn.now, mark, response })?;
    txn.put(REQUEST_TIMES, (txn.now.0, id.as_u128()), &())?;
    txn.remembered.set(txn.remembered.get() + 1);
    Ok(())
}

/// As a [`RequestRow`](super::rows::RequestRow) is written.
#[derive(Serialize)]
struct NewRow<'a, R> {
    at: Time,
    mark: u64,
    response: &'a R,
}

/// Before a transaction is committed that remembers some: forgets some that are over 48 hours old.
pub(super) fn forget(txn: &Txn) -> Result<(), StoreError> {
    let most = txn.remembered.take().saturating_mul(PRUNED);
    if most == 0 {
        return Ok(());
    }
    let before = txn.now.0.saturating_sub(KEPT_MS);
    let mut old = Vec::new();
    txn.scan(REQUEST_TIMES, ..(before, 0), false, |key, ()| {
        old.push(key);
        Ok(old.len() < most)
    })?;
    for (at, id) in old {
        txn.remove(REQUEST_TIMES, (at, id))?;
        txn.remove(REQUESTS, id)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::*;

    fn asked(id: u128, mark: u64) -> Asked {
        Asked { id: Uuid::from_u128(id), mark }
    }

    fn remember_at(store: &Store, ms: i64, id: u128) {
        let done: Result<Result<(), ()>, _> = store.change(Time(ms), move |txn| {
            remember(txn, asked(id, 7), &format!("answer {id}"))?;
            Ok(Ok(()))
        });
        done.unwrap().unwrap();
    }

    #[test]
    fn answers_are_remembered_for_48_hours() {
        let store = Store::in_memory().unwrap();
        remember_at(&store, 1_000, 1);
        remember_at(&store, 2_000, 2);
        let found = |id| match remembered::<String>(&store.read().unwrap(), asked(id, 7)).unwrap() {
            Some(Earlier::Answered(answer)) => Some(answer),
            None => None,
            Some(Earlier::Another) => panic!("it is the same request"),
        };
        let another = remembered::<String>(&store.read().unwrap(), asked(1, 8)).unwrap();
        assert_eq!(another, Some(Earlier::Another));
        assert_eq!(found(1).as_deref(), Some("answer 1"));
        assert_eq!(found(3), None);
        remember_at(&store, 1_001 + KEPT_MS, 3);
        assert_eq!(found(1), None);
        assert_eq!(found(2).as_deref(), Some("answer 2"));
        assert_eq!(found(3).as_deref(), Some("answer 3"));
    }

    #[test]
    fn answers_that_an_older_version_has_remembered_are_found() {
        let store = Store::in_memory().unwrap();
        let done: Result<Result<(), ()>, _> = store.change(Time(1), |txn| {
            let row = serde_json::json!({ "at": txn.now, "response": "old" });
            txn.put_like(REQUESTS, 1, &row)?;
            Ok(Ok(()))
        });
        done.unwrap().unwrap();
        let found = remembered::<String>(&store.read().unwrap(), asked(1, 7)).unwrap();
        assert_eq!(found, Some(Earlier::Answered("old".to_owned())));
    }
}
