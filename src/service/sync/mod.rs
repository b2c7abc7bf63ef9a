//! A session and an MLflow server: which answers may have to go there, what both sides agreed on, what came from there.
//!
//! The log is the truth here, too. A link keeps a cursor into it; looking through the log from there gives the answers
//! that may differ (`TO_SYNC`). A sync compares each with what the server has, and notes what both agree on (`SYNCED`);
//! that note is all that tells a change on one side from one on both.

mod adopt;
pub mod api;
mod decide;
mod gather;
mod links;
pub mod news;
mod pulled;
mod reopen;
mod settle;
mod work;

pub use decide::{decide, is_linked, undecided};
pub use gather::{MOST_COUNTED, acted, waiting};
pub use links::forget;

use super::api::{Principal, Response};
use super::ruling::{Done, Ruled};
use crate::store::{Read, Txn, Weight};
use api::{SyncChange, SyncRead};

/// Looks.
///
/// # Errors
/// `NotFound`; the store's.
pub fn read(read: &impl Read, who: &Principal, request: &SyncRead) -> Ruled<Response> {
    let answer = match request {
        SyncRead::Links { session } => links::list(read, who, session.as_deref())?,
        SyncRead::Work { session, after, limit } => work::page(read, session, *after, *limit)?,
        SyncRead::Items { session, traces } => work::items(read, session, traces)?,
        SyncRead::Stale { experiment, traces } => pulled::stale(read, experiment, traces)?,
    };
    Ok(Response::Sync(answer))
}

/// How much a change writes, so that several are put into one commit, but not too many.
#[must_use]
pub fn weight(request: &SyncChange) -> Weight {
    let traces = match request {
        SyncChange::Link { .. } => 1,
        SyncChange::Gather { .. } => 100,
        SyncChange::Settle { items, .. } => items.len(),
        SyncChange::Adopt { acts, .. } => acts.len(),
        SyncChange::Reopen { items, .. } => items.len(),
        SyncChange::Pulled { traces } => traces.len(),
    };
    Weight { traces, bytes: 0 }
}

/// Changes.
///
/// # Errors
/// `NotFound`, `Closed`; the store's.
pub fn change(txn: &Txn, who: &Principal, request: &SyncChange) -> Ruled<Done> {
    match request {
        SyncChange::Link { session, link } => links::link(txn, who, session, link),
        SyncChange::Gather { session } => gather::gather(txn, session),
        SyncChange::Settle { session, items } => settle::settle(txn, session, items),
        SyncChange::Adopt { session, acts } => adopt::adopt(txn, who, session, acts),
        SyncChange::Reopen { session, items } => reopen::reopen(txn, who, session, items),
        SyncChange::Pulled { traces } => pulled::pulled(txn, traces),
    }
}
