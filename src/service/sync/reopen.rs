//! Items that were reopened on MLflow's side.

use super::api::SyncResponse;
use crate::model::{ItemNo, ItemStatus, SessionId};
use crate::service::api::{Notice, Principal, Response};
use crate::service::event::{Event, append};
use crate::service::items::lookup;
use crate::service::ruling::{Done, Ruled};
use crate::service::sessions::reask;
use crate::store::{ITEMS, Read as _, SYNCED_ITEMS, SyncedItemRow, Txn};

/// Whoever had submitted or declined is asked again; their answers stay as they are until they submit anew.
///
/// # Errors
/// `NotFound`, `Closed`; the store's.
pub fn reopen(txn: &Txn, who: &Principal, session: &str, items: &[ItemNo]) -> Ruled<Done> {
    let session = lookup::session(txn, session)?;
    lookup::open(&session)?;
    let mut notices = Vec::new();
    for number in items {
        let Some(row) = txn.get(ITEMS, (session.id, number.0))?.filter(|row| !row.removed) else { continue };
        let mut of: Vec<String> = row.submitted.iter().map(|(user, _)| user.clone()).collect();
        of.extend(
            row.declined.iter().chain(&row.declined_by).filter(|user| !of.contains(user)).cloned().collect::<Vec<_>>(),
        );
        of.dedup();
        if of.is_empty() {
            continue;
        }
        append(txn, who, Some(SessionId(session.id)), Some(*number), &Event::Reopened { of: of.clone() })?;
        reask::ask_again(txn, &session, *number, &of)?;
        let base = txn.get(SYNCED_ITEMS, (session.id, number.0))?.unwrap_or_default();
        let local = txn.get(ITEMS, (session.id, number.0))?.map_or(ItemStatus::Pending, |row| row.status);
        txn.put(SYNCED_ITEMS, (session.id, number.0), &SyncedItemRow { local, ..base })?;
        notices.push(Notice::Item { session: session.name.clone(), item: *number, by: who.account.clone() });
    }
    Ok(Done { response: Response::Sync(SyncResponse::Done), notices })
}
