//! What sessions are on a server.

use super::api::{HeldView, LinkView, SyncResponse};
use super::gather::{answers, gather};
use crate::model::{ItemNo, SessionId};
use crate::service::answering::ground::versions;
use crate::service::api::{Notice, Principal, Response};
use crate::service::event::{Event, append};
use crate::service::items::lookup;
use crate::service::rights;
use crate::service::ruling::{Done, Ruled};
use crate::store::{
    Held, ITEMS, LINKS, LinkRow, Read, SESSIONS, SYNCED, SYNCED_ITEMS, SessionRow, StoreError, SyncedItemRow, TO_SYNC,
    ToSyncRow, Txn,
};

/// Things held back that are listed.
const LISTED: usize = 1000;

/// Links a session, or changes its link.
///
/// # Errors
/// `NotFound`; the store's.
pub fn link(txn: &Txn, who: &Principal, session: &str, link: &LinkRow) -> Ruled<Done> {
    let session = lookup::session(txn, session)?;
    let before = txn.get(LINKS, session.id)?;
    let moved = before.as_ref().filter(|old| old.experiment_id != link.experiment_id);
    if let Some(old) = moved {
        // What was agreed on about answers holds on the same server; about places there nothing does.
        if old.uri == link.uri { forget_items(txn, session.id, true)? } else { forget(txn, session.id)? }
    }
    let elsewhere = moved.is_some_and(|old| old.uri != link.uri);
    let old = match moved {
        Some(_) if elsewhere => LinkRow::default(),
        Some(old) => LinkRow { cursor: old.cursor, last_pull: old.last_pull, ..LinkRow::default() },
        None => before.clone().unwrap_or_default(),
    };
    let row = LinkRow {
        tag: if old.tag.is_empty() { link.tag.clone() } else { old.tag },
        queue_id: link.queue_id.clone().or(old.queue_id),
        queue: link.queue.clone().or(old.queue.clone()),
        run_id: link.run_id.clone().or(old.run_id),
        filter: link.filter.clone().or(old.filter),
        last_pull: link.last_pull.max(old.last_pull),
        last_push: link.last_push.max(old.last_push),
        pulled: link.pulled || old.pulled,
        cursor: old.cursor,
        ..link.clone()
    };
    if before.as_ref() != Some(&row) {
        txn.put(LINKS, session.id, &row)?;
    }
    let place = |row: &LinkRow| (row.uri.clone(), row.experiment.clone(), row.queue.clone());
    if before.as_ref().map(place) != Some(place(&row)) {
        let event = Event::Linked { uri: row.uri.clone(), experiment: row.experiment, queue: row.queue };
        append(txn, who, Some(SessionId(session.id)), None, &event)?;
    }
    if before.is_none() || elsewhere {
        gather(txn, &session.name)?;
    }
    let answer = SyncResponse::Links(vec![view(txn, who, &session)?]);
    Ok(Done::telling(Response::Sync(answer), Notice::Session { session: session.name }))
}

/// The link of one session, or all links.
///
/// # Errors
/// `NotFound`; the store's.
pub fn list(read: &impl Read, who: &Principal, session: Option<&str>) -> Ruled<SyncResponse> {
    let mut rows = Vec::new();
    match session {
        Some(name) => rows.push(lookup::session(read, name)?),
        None => read.scan(SESSIONS, ""..="\u{10ffff}", false, |_, row: SessionRow| {
            rows.push(row);
            Ok(true)
        })?,
    }
    let mut views = Vec::new();
    for row in rows {
        if read.get(LINKS, row.id)?.is_some() {
            views.push(view(read, who, &row)?);
        }
    }
    Ok(SyncResponse::Links(views))
}

fn view(read: &impl Read, who: &Principal, session: &SessionRow) -> Ruled<LinkView> {
    let id = session.id;
    let mut keys = Vec::new();
    read.scan(TO_SYNC, (id, 0, "", "")..(id + 1, 0, "", ""), false, |(_, item, schema, account), row: ToSyncRow| {
        if let Some(held) = row.held {
            keys.push((item, schema.to_owned(), account.to_owned(), held, row.decided.map(|d| d.keep)));
        }
        Ok(keys.len() < LISTED)
    })?;
    let mut held = Vec::with_capacity(keys.len());
    // In a blind session whoever reviews there must not read the others' values here.
    let shown =
        |account: &str| !(rights::is_blind(session) && rights::is_theirs(session, who)) || account == who.account;
    for (item, schema, account, why, decided) in keys {
        let current =
            versions(read, id, ItemNo(item))?.into_iter().rfind(|v| v.schema == schema && v.reviewer == account);
        let visible = shown(&account);
        let reviewer = current.as_ref().map_or(account, |v| v.assessor_id.clone());
        let mine = current.filter(|v| v.valid && visible);
        held.push(HeldView {
            trace_id: read.get(ITEMS, (id, item))?.map(|row| row.trace_id).unwrap_or_default(),
            reviewer: Some(reviewer).filter(|r| !r.is_empty()),
            schema: Some(schema).filter(|s| !s.is_empty()),
            value: mine.as_ref().map(|v| v.value.clone()),
            comment: mine.and_then(|v| v.comment),
            hidden: !visible,
            held: match why {
                Held::Conflict(Some(_)) if !visible => Held::Conflict(None),
                why => why,
            },
            decided,
        });
    }
    Ok(LinkView {
        session: session.name.clone(),
        link: read.get(LINKS, id)?.unwrap_or_default(),
        pending: answers(read, id, usize::MAX)? as u64,
        statuses: statuses(read, id)?,
        held,
    })
}

/// Items whose status or place in the queue is to be set, those held back left out.
fn statuses(read: &impl Read, session: u32) -> Result<u64, StoreError> {
    let mut n = 0;
    read.scan(
        TO_SYNC,
        (session, 0, "", "")..(session + 1, 0, "", ""),
        false,
        |(_, item, schema, _), row: ToSyncRow| {
            if schema.is_empty()
                && row.held.is_none()
                && let Some(here) = read.get(ITEMS, (session, item))?
            {
                let there = read.get(SYNCED_ITEMS, (session, item))?.unwrap_or_default();
                let differs = here.status != there.local || there.contradicted || !there.queued;
                n += u64::from(if here.removed { there.queued } else { differs });
            }
            Ok(true)
        },
    )?;
    Ok(n)
}

/// Forgets a deleted session's link; what is on the server stays there.
///
/// # Errors
/// The store's.
pub fn forget(txn: &Txn, session: u32) -> Ruled<()> {
    if !txn.remove(LINKS, session)? {
        return Ok(());
    }
    let mut keys: Vec<(u32, String, String)> = Vec::new();
    let range = || (session, 0, "", "")..(session + 1, 0, "", "");
    let mut take = |item: u32, schema: &str, account: &str| keys.push((item, schema.to_owned(), account.to_owned()));
    txn.scan(TO_SYNC, range(), false, |(_, item, schema, account), _: ToSyncRow| {
        take(item, schema, account);
        Ok(true)
    })?;
    txn.scan(SYNCED, range(), false, |(_, item, schema, account), _: crate::store::SyncedRow| {
        take(item, schema, account);
        Ok(true)
    })?;
    for (item, schema, account) in keys {
        txn.remove(TO_SYNC, (session, item, schema.as_str(), account.as_str()))?;
        txn.remove(SYNCED, (session, item, schema.as_str(), account.as_str()))?;
    }
    forget_items(txn, session, false)
}

/// Forgets which items are in the queue and the run there, and with which status. What came since the session was linked
/// stays news where it stays linked.
fn forget_items(txn: &Txn, session: u32, linked: bool) -> Ruled<()> {
    let mut items = Vec::new();
    let range = (session, 0)..(session + 1, 0);
    txn.scan(SYNCED_ITEMS, range, false, |(_, item), row: SyncedItemRow| {
        items.push((item, row.news));
        Ok(true)
    })?;
    for (item, news) in items {
        if linked && !news.is_empty() {
            txn.put(SYNCED_ITEMS, (session, item), &SyncedItemRow { news, ..SyncedItemRow::default() })?;
        } else {
            txn.remove(SYNCED_ITEMS, (session, item))?;
        }
    }
    Ok(())
}
