//! Noting what a sync came to.

use super::api::{Settled, SlotSettled, SyncResponse};
use super::work::newer;
use crate::model::EventNo;
use crate::service::api::{Notice, Response};
use crate::service::items::lookup;
use crate::service::ruling::{Done, Ruled};
use crate::store::{
    Held, ITEMS, LINKS, Read as _, SYNCED, SYNCED_ITEMS, SyncedItemRow, SyncedRow, TO_SYNC, ToSyncRow, Txn,
};

/// Notes what both sides agree on, and what is held back.
///
/// # Errors
/// `NotFound`; the store's.
pub fn settle(txn: &Txn, session: &str, items: &[Settled]) -> Ruled<Done> {
    let session = lookup::session(txn, session)?;
    for settled in items {
        let item = settled.item.0;
        if let Some((seen, outcome)) = &settled.itself {
            let key = (session.id, item, "", "");
            match outcome {
                Ok(base) => {
                    let here = txn.get(SYNCED_ITEMS, (session.id, item))?;
                    // What came with a pull meanwhile stays.
                    let news = here.as_ref().map(|row| row.news.clone()).unwrap_or_default();
                    let mut now = SyncedItemRow { news, ..base.clone() };
                    if *seen == EventNo(0) {
                        // It says only how it stands there.
                        now.local = here.map_or(base.local, |row| row.local);
                        let status = txn.get(ITEMS, (session.id, item))?.map(|row| row.status);
                        if now.queued && status == Some(now.remote) {
                            (now.local, now.contradicted) = (now.remote, false);
                        }
                    }
                    txn.put(SYNCED_ITEMS, (session.id, item), &now)?;
                    done(txn, key, *seen)?;
                    if now.contradicted {
                        let cursor = txn.get(LINKS, session.id)?.map_or(0, |link| link.cursor);
                        touch(txn, session.id, item, EventNo(cursor.max(1)))?;
                    }
                }
                Err(why) => hold(txn, key, *seen, Held::Failed(why.clone()))?,
            }
        }
        for slot in &settled.slots {
            settle_slot(txn, session.id, item, slot)?;
        }
    }
    let conflicts = items.iter().flat_map(|settled| settled.slots.iter().map(move |slot| (settled.item, slot)));
    let conflicts = conflicts.filter(|(_, slot)| matches!(slot.outcome, Err(Held::Conflict(_))));
    // Whoever has the item on screen is asked at once.
    let told = |(item, slot): (_, &SlotSettled)| Notice::Item {
        session: session.name.clone(),
        item,
        by: slot.reviewer.clone(),
    };
    let mut notices: Vec<Notice> = conflicts.map(told).collect();
    notices.push(Notice::Session { session: session.name.clone() });
    Ok(Done { response: Response::Sync(SyncResponse::Done), notices })
}

fn settle_slot(txn: &Txn, session: u32, item: u32, slot: &SlotSettled) -> Ruled<()> {
    let key = (session, item, slot.schema.as_str(), slot.reviewer.as_str());
    match &slot.outcome {
        Ok(base) => {
            note(txn, key, base)?;
            done(txn, key, slot.event)
        }
        Err(held) => hold(txn, key, slot.event, held.clone()),
    }
}

/// Writes what both sides agree on; nothing where neither has anything.
///
/// # Errors
/// The store's.
pub(super) fn note(txn: &Txn, key: (u32, u32, &str, &str), base: &SyncedRow) -> Ruled<()> {
    if base.local.is_none() && base.remote.is_none() && base.known.is_empty() {
        if txn.get(SYNCED, key)?.is_some() {
            txn.remove(SYNCED, key)?;
        }
    } else {
        txn.put(SYNCED, key, base)?;
    }
    Ok(())
}

/// No longer to sync, unless it was touched since.
fn done(txn: &Txn, key: (u32, u32, &str, &str), seen: EventNo) -> Ruled<()> {
    match txn.get(TO_SYNC, key)? {
        Some(row) if newer(&row, seen) => txn.put(TO_SYNC, key, &ToSyncRow { held: None, decided: None, ..row })?,
        Some(_) => drop(txn.remove(TO_SYNC, key)?),
        None => {}
    }
    Ok(())
}

fn hold(txn: &Txn, key: (u32, u32, &str, &str), seen: EventNo, held: Held) -> Ruled<()> {
    let before = txn.get(TO_SYNC, key)?;
    let event = before.as_ref().map_or(seen, |row| EventNo(row.event.0.max(seen.0)));
    // A decision was about this conflict or is none any more.
    let held = Some(held);
    let decided = before.filter(|row| row.held == held).and_then(|row| row.decided);
    txn.put(TO_SYNC, key, &ToSyncRow { event, held, decided })?;
    Ok(())
}

/// An item's status is to sync.
///
/// # Errors
/// The store's.
pub(super) fn touch(txn: &Txn, session: u32, item: u32, at: EventNo) -> Ruled<()> {
    let key = (session, item, "", "");
    let before = txn.get(TO_SYNC, key)?;
    let event = before.as_ref().map_or(at, |row| EventNo(row.event.0.max(at.0)));
    txn.put(TO_SYNC, key, &ToSyncRow { event, held: before.and_then(|row| row.held), decided: None })?;
    Ok(())
}
