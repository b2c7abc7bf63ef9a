//! Items with everything that a sync needs to know of them.

use super::api::{ItemWork, SlotWork, SyncResponse};
use crate::model::{AnswerVersion, EventNo, ItemNo, ItemStatus};
use crate::service::answering::ground::versions;
use crate::service::items::lookup;
use crate::service::ruling::Ruled;
use crate::service::traces::imported;
use crate::store::{
    EVENTS, ITEM_OF_TRACE, ITEMS, ItemRow, Read, SESSION_EVENTS, SESSIONS_OF_TRACE, SYNCED, SYNCED_ITEMS, SessionRow,
    StoreError, SyncedRow, TO_SYNC, ToSyncRow,
};
use std::collections::BTreeMap;

/// Most items of one page.
const MOST: u32 = 1000;

/// The next items that have something to sync.
///
/// # Errors
/// `NotFound`; the store's.
pub fn page(read: &impl Read, session: &str, after: Option<ItemNo>, limit: u32) -> Ruled<SyncResponse> {
    let session = lookup::session(read, session)?;
    let from = after.map_or(0, |item| item.0.saturating_add(1));
    let limit = limit.clamp(1, MOST) as usize;
    let mut numbers: Vec<u32> = Vec::new();
    let range = (session.id, from, "", "")..(session.id + 1, 0, "", "");
    read.scan(TO_SYNC, range, false, |(_, item, ..), _: ToSyncRow| {
        if numbers.last() != Some(&item) {
            if numbers.len() == limit {
                return Ok(false);
            }
            numbers.push(item);
        }
        Ok(true)
    })?;
    let work = numbers.into_iter().filter_map(|n| item(read, &session, n).transpose()).collect::<Ruled<_>>()?;
    Ok(SyncResponse::Work(work))
}

/// The items of these traces.
///
/// # Errors
/// `NotFound`; the store's.
pub fn items(read: &impl Read, session: &str, traces: &[String]) -> Ruled<SyncResponse> {
    let session = lookup::session(read, session)?;
    let mut work = Vec::with_capacity(traces.len());
    for trace in traces {
        if let Some(number) = read.get(ITEM_OF_TRACE, (session.id, trace.as_str()))? {
            work.extend(item(read, &session, number)?);
        }
    }
    Ok(SyncResponse::Work(work))
}

fn item(read: &impl Read, session: &SessionRow, number: u32) -> Ruled<Option<ItemWork>> {
    let Some(row) = read.get(ITEMS, (session.id, number))? else { return Ok(None) };
    let mut slots: BTreeMap<(String, String), SlotWork> = BTreeMap::new();
    let slot = |slots: &mut BTreeMap<_, SlotWork>, schema: &str, account: &str, then: &mut dyn FnMut(&mut SlotWork)| {
        let fresh = || SlotWork { schema: schema.to_owned(), reviewer: account.to_owned(), ..SlotWork::default() };
        then(slots.entry((schema.to_owned(), account.to_owned())).or_insert_with(fresh));
    };
    let mut all = versions(read, session.id, ItemNo(number))?;
    all.sort_by_key(|v| v.event);
    for version in &all {
        slot(&mut slots, &version.schema, &version.reviewer, &mut |s| s.versions.push(version.clone()));
    }
    let range = || (session.id, number, "", "")..(session.id, number + 1, "", "");
    read.scan(SYNCED, range(), false, |(_, _, schema, account), base: SyncedRow| {
        slot(&mut slots, schema, account, &mut |s| s.base = Some(base.clone()));
        Ok(true)
    })?;
    let mut event = None;
    read.scan(TO_SYNC, range(), false, |(_, _, schema, account), row: ToSyncRow| {
        if schema.is_empty() {
            event = Some(row.event);
        } else {
            slot(&mut slots, schema, account, &mut |s| {
                (s.event, s.held, s.decided) = (Some(row.event), row.held.clone(), row.decided);
            });
        }
        Ok(true)
    })?;
    let base = read.get(SYNCED_ITEMS, (session.id, number))?;
    let is_news = |id: &str| base.as_ref().is_some_and(|base| base.news.iter().any(|news| news == id));
    let before = imported(read, &row.trace_id)?.iter().map(|a| a.id().to_owned()).filter(|id| !is_news(id)).collect();
    Ok(Some(ItemWork {
        item: ItemNo(number),
        trace_id: row.trace_id.clone(),
        status: row.status,
        by: by(read, session, number, &row, &all)?,
        removed: row.removed,
        base,
        event,
        slots: slots.into_values().collect(),
        imported: before,
        elsewhere: elsewhere(read, session.id, &row.trace_id)?,
    }))
}

/// Who completed the item (the submission that made it complete), or declined it.
fn by(
    read: &impl Read,
    session: &SessionRow,
    number: u32,
    item: &ItemRow,
    all: &[AnswerVersion],
) -> Ruled<Option<String>> {
    let account = match item.status {
        ItemStatus::Pending => return Ok(None),
        ItemStatus::Complete => {
            let last = session.reviews.max(1) as usize - 1;
            item.submitted.get(last).or(item.submitted.last()).map(|(account, _)| account)
        }
        ItemStatus::Declined => {
            item.declined_by.as_ref().or(item.declined.last()).or(item.submitted.last().map(|s| &s.0))
        }
    };
    let Some(account) = account else { return Ok(None) };
    if let Some(version) = all.iter().rfind(|v| v.reviewer == *account) {
        return Ok(Some(version.assessor_id.clone()));
    }
    Ok(Some(named(read, session.id, number, account)?.unwrap_or_else(|| account.clone())))
}

/// The name in exports that somebody had at their last act on an item.
fn named(read: &impl Read, session: u32, item: u32, account: &str) -> Result<Option<String>, StoreError> {
    let mut found = None;
    read.scan(SESSION_EVENTS, (session, 0)..(session + 1, 0), true, |(_, no), ()| {
        if let Some(row) = read.get(EVENTS, no)?.filter(|row| row.item == Some(item) && row.account == account) {
            found = Some(row.assessor_id);
        }
        Ok(found.is_none())
    })?;
    Ok(found)
}

/// Ids of answers to the trace in other sessions, those that were superseded there on MLflow's side among them.
fn elsewhere(read: &impl Read, session: u32, trace: &str) -> Ruled<Vec<String>> {
    let mut others = Vec::new();
    read.scan(SESSIONS_OF_TRACE, (trace, 0)..=(trace, u32::MAX), false, |(_, other), ()| {
        if other != session {
            others.push(other);
        }
        Ok(true)
    })?;
    let mut ids = Vec::new();
    for other in others {
        if let Some(number) = read.get(ITEM_OF_TRACE, (other, trace))? {
            ids.extend(versions(read, other, ItemNo(number))?.into_iter().map(|v| v.assessment_id));
            let range = (other, number, "", "")..(other, number.saturating_add(1), "", "");
            read.scan(SYNCED, range, false, |_, base: SyncedRow| {
                ids.extend(base.remote.into_iter().chain(base.known));
                Ok(true)
            })?;
        }
    }
    Ok(ids)
}

/// The newest event, where something of an item is given back to be synced.
pub(super) const fn newer(row: &ToSyncRow, seen: EventNo) -> bool {
    row.event.0 > seen.0
}
