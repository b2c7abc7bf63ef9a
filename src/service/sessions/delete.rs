//! Deleting a session: its tables go, its log stays.

use crate::model::{ItemNo, SessionId};
use crate::service::api::{Notice, Principal, Reason, Response};
use crate::service::event::{Event, append};
use crate::service::items::{lookup, place};
use crate::service::ruling::{Done, Ruled, no};
use crate::service::traces::{imported, release};
use crate::service::{blind, people, sync};
use crate::store::{
    ANSWERS, CAME, DRAFT_ORDER, DRAFTS, IMPORTED, ITEM_OF_TRACE, ITEMS, ItemRow, MINE, PEOPLE, PROGRESS, Read,
    SESSIONS, SESSIONS_OF_TRACE, SKIPPED_ITEMS, SessionRow, TRACES, Txn,
};

/// Deletes a session.
///
/// # Errors
/// `InUse` while it has answers or drafts, unless the caller has seen to them.
pub fn delete(txn: &Txn, who: &Principal, session: &str, with_answers: bool) -> Ruled<Done> {
    let row = lookup::session(txn, session)?;
    let id = row.id;
    let mut answers = Vec::new();
    txn.scan(ANSWERS, (id, 0, "", "", 0)..(id + 1, 0, "", "", 0), false, |(_, item, schema, account, event), _| {
        answers.push((item, schema.to_owned(), account.to_owned(), event));
        Ok(true)
    })?;
    let mut drafts = Vec::new();
    txn.scan(DRAFTS, (id, "", 0)..(id + 1, "", 0), false, |(_, account, item), draft| {
        drafts.push((account.to_owned(), item, draft.at));
        Ok(true)
    })?;
    let used = !answers.is_empty() || !drafts.is_empty();
    if used && !with_answers {
        return Err(no(
            Reason::InUse,
            format!(
                "session {session} has {} answers and {} drafts; --with-answers deletes them too (after writing an export)",
                answers.len(),
                drafts.len()
            ),
        ));
    }
    // The export that was written first had only what they may see; the rest would be lost.
    if blind::binds(who, &row) && answers.iter().any(|(_, _, account, _)| *account != who.account) {
        return Err(no(
            Reason::NotPermitted,
            format!(
                "session {session} is blind and {me} reviews in it, so {me} cannot export the others' answers before \
                 deleting them; somebody who is not assigned may, or take {me} off with: labeltui session update \
                 {session} --remove-user {me}",
                me = who.account
            ),
        ));
    }
    for (item, schema, account, event) in &answers {
        txn.remove(ANSWERS, (id, *item, schema.as_str(), account.as_str(), *event))?;
    }
    for (account, item, at) in &drafts {
        txn.remove(DRAFTS, (id, account.as_str(), *item))?;
        txn.remove(DRAFT_ORDER, (id, account.as_str(), at.0, *item))?;
    }
    forget_people(txn, id)?;
    forget_items(txn, &row)?;
    sync::forget(txn, id)?;
    txn.remove(PROGRESS, id)?;
    txn.remove(SESSIONS, session)?;
    append(txn, who, Some(SessionId(id)), None, &Event::SessionDeleted { name: session.to_owned() })?;
    Ok(Done::telling(Response::Done, Notice::Session { session: session.to_owned() }))
}

fn forget_people(txn: &Txn, id: u32) -> Ruled<()> {
    let mut mine = Vec::new();
    txn.scan(MINE, (id, 0, "")..(id + 1, 0, ""), false, |(_, item, account), row| {
        mine.push((account.to_owned(), item, row.skipped_at));
        Ok(true)
    })?;
    for (account, item, skipped) in &mine {
        txn.remove(MINE, (id, *item, account.as_str()))?;
        if let Some(event) = skipped {
            txn.remove(SKIPPED_ITEMS, (id, account.as_str(), event.0))?;
        }
    }
    for (account, _) in people::all(txn, id)? {
        txn.remove(PEOPLE, (id, account.as_str()))?;
    }
    Ok(())
}

fn forget_items(txn: &Txn, session: &SessionRow) -> Ruled<()> {
    let (id, reviews) = (session.id, session.reviews);
    let mut items: Vec<(ItemNo, ItemRow)> = Vec::new();
    txn.scan(ITEMS, (id, 0)..(id + 1, 0), false, |(_, number), row| {
        items.push((ItemNo(number), row));
        Ok(true)
    })?;
    for (number, row) in items {
        txn.remove(ITEMS, (id, number.0))?;
        txn.remove(ITEM_OF_TRACE, (id, row.trace_id.as_str()))?;
        txn.remove(SESSIONS_OF_TRACE, (row.trace_id.as_str(), id))?;
        place::reindex(txn, id, number, Some((&row, reviews)), None)?;
        release(txn, row.snapshot)?;
        forget_assessments(txn, &row.trace_id)?;
    }
    Ok(())
}

/// Assessments of a trace that nobody has any more: it is deleted, and this was the last session with a copy.
fn forget_assessments(txn: &Txn, trace: &str) -> Ruled<()> {
    let mut needed = txn.get(TRACES, trace)?.is_some();
    txn.scan(SESSIONS_OF_TRACE, (trace, 0)..=(trace, u32::MAX), false, |_, ()| {
        needed = true;
        Ok(false)
    })?;
    if !needed {
        for assessment in imported(txn, trace)? {
            txn.remove(IMPORTED, (trace, assessment.id()))?;
            txn.remove(CAME, (trace, assessment.id()))?;
        }
    }
    Ok(())
}
