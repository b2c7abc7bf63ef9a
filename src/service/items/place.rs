//! Writing an item so that its row, the indexes and the session's counters agree.

use crate::model::{ItemNo, ItemStatus};
use crate::service::claims::room::{has_room, is_open};
use crate::service::ruling::Ruled;
use crate::store::{
    ASSIGNED_ITEMS, CLAIM_TIMES, CLAIMS_OF, Holding, ITEMS, ItemRow, OPEN_ITEMS, PROGRESS, ProgressRow, REMOVED_ITEMS,
    Read as _, SessionRow, Txn,
};

/// Writes `after` in the place of `before` (`None`: a new item) and keeps indexes and progress in step.
///
/// # Errors
/// The store's.
pub fn put(txn: &Txn, session: &SessionRow, no: ItemNo, before: Option<&ItemRow>, after: &ItemRow) -> Ruled<()> {
    let reviews = session.reviews;
    write(txn, session.id, no, before.map(|row| (row, reviews)), (after, reviews))
}

/// The same, where the number of reviews wanted changes too. Beside each row: how many are.
///
/// # Errors
/// The store's.
pub fn write(
    txn: &Txn,
    session: u32,
    no: ItemNo,
    before: Option<(&ItemRow, u32)>,
    after: (&ItemRow, u32),
) -> Ruled<()> {
    txn.put_common(ITEMS, (session, no.0), after.0)?;
    reindex(txn, session, no, before, Some(after))?;
    let (before, after) = (before.map(|(row, _)| row), after.0);
    if before.is_some_and(|before| before.status == after.status && before.removed == after.removed) {
        return Ok(());
    }
    let mut row = txn.common(PROGRESS, session)?.unwrap_or_default();
    if count(&mut row, before, Some(after)) {
        txn.put_common(PROGRESS, session, &row)?;
    }
    Ok(())
}

/// Takes an item's places in the indexes away, or gives it others. Beside each row: the reviews wanted.
///
/// # Errors
/// The store's.
pub fn reindex(
    txn: &Txn,
    session: u32,
    no: ItemNo,
    before: Option<(&ItemRow, u32)>,
    after: Option<(&ItemRow, u32)>,
) -> Ruled<()> {
    let open = |side: Option<(&ItemRow, u32)>| side.is_some_and(|(row, reviews)| has_room(row, reviews));
    match (open(before), open(after)) {
        (true, false) => drop(txn.remove(OPEN_ITEMS, (session, no.0))?),
        (false, true) => txn.put(OPEN_ITEMS, (session, no.0), &())?,
        _ => {}
    }
    let (before, after) = (before.map(|(row, _)| row), after.map(|(row, _)| row));
    let (was, is) = (assigned(before), assigned(after));
    if was != is {
        if let Some(user) = was {
            txn.remove(ASSIGNED_ITEMS, (session, user, no.0))?;
        }
        if let Some(user) = is {
            txn.put(ASSIGNED_ITEMS, (session, user, no.0), &())?;
        }
    }
    reindex_claims(txn, session, no, before, after)?;
    match (before.is_some_and(|row| row.removed), after.is_some_and(|row| row.removed)) {
        (false, true) => txn.put(REMOVED_ITEMS, (session, no.0), &())?,
        (true, false) => drop(txn.remove(REMOVED_ITEMS, (session, no.0))?),
        _ => {}
    }
    Ok(())
}

/// Writes an item of which nothing but ends of claims has changed.
///
/// # Errors
/// The store's.
pub fn put_ends(txn: &Txn, session: u32, no: ItemNo, before: &ItemRow, after: &ItemRow) -> Ruled<()> {
    txn.put_common(ITEMS, (session, no.0), after)?;
    reindex_claims(txn, session, no, Some(before), Some(after))
}

fn reindex_claims(txn: &Txn, session: u32, no: ItemNo, before: Option<&ItemRow>, after: Option<&ItemRow>) -> Ruled<()> {
    let (was, is) = (before.map_or(&[][..], |row| &row.holders), after.map_or(&[][..], |row| &row.holders));
    for gone in was.iter().filter(|h| holder(is, h).is_none()) {
        txn.remove(CLAIMS_OF, (gone.account.as_str(), session, no.0))?;
    }
    for new in is.iter().filter(|h| holder(was, h).is_none()) {
        txn.put(CLAIMS_OF, (new.account.as_str(), session, no.0), &())?;
    }
    let (was, is) = (timed(before), timed(after));
    for gone in was.iter().filter(|h| !is.contains(h)) {
        txn.remove(CLAIM_TIMES, (session, gone.until.0, no.0, gone.account.as_str()))?;
    }
    for new in is.iter().filter(|h| !was.contains(h)) {
        txn.put(CLAIM_TIMES, (session, new.until.0, no.0, new.account.as_str()), &())?;
    }
    Ok(())
}

fn holder<'a>(among: &'a [Holding], wanted: &Holding) -> Option<&'a Holding> {
    among.iter().find(|h| h.account == wanted.account)
}

/// The claims whose end matters to *next*.
fn timed(row: Option<&ItemRow>) -> &[Holding] {
    row.filter(|row| is_open(row)).map_or(&[], |row| &row.holders)
}

fn assigned(row: Option<&ItemRow>) -> Option<&str> {
    row.filter(|row| is_open(row))?.assigned.as_deref()
}

/// Moves the counters by the difference; whether there was one.
fn count(row: &mut ProgressRow, before: Option<&ItemRow>, after: Option<&ItemRow>) -> bool {
    let old = row.progress;
    let p = &mut row.progress;
    for (item, add) in [(before, false), (after, true)] {
        let Some(item) = item.filter(|item| !item.removed) else { continue };
        let step = |n: &mut u32| *n = if add { n.saturating_add(1) } else { n.saturating_sub(1) };
        step(&mut p.items);
        match item.status {
            ItemStatus::Pending => {}
            ItemStatus::Complete => step(&mut p.complete),
            ItemStatus::Declined => step(&mut p.declined),
        }
    }
    row.progress != old
}
