//! Writing an item so that its row, the indexes and the session's counters agree.

use crate::model::{ItemNo, ItemStatus};
use crate::service::ruling::Ruled;
use crate::store::{ASSIGNED_ITEMS, ITEMS, ItemRow, OPEN_ITEMS, PROGRESS, ProgressRow, REMOVED_ITEMS, Read as _, Txn};

/// Writes `after` in the place of `before` (`None`: a new item) and keeps indexes and progress in step.
///
/// # Errors
/// The store's.
pub fn put(txn: &Txn, session: u32, no: ItemNo, before: Option<&ItemRow>, after: &ItemRow) -> Ruled<()> {
    txn.put(ITEMS, (session, no.0), after)?;
    reindex(txn, session, no, before, Some(after))?;
    let mut row = txn.get(PROGRESS, session)?.unwrap_or_default();
    if count(&mut row, before, Some(after)) {
        txn.put(PROGRESS, session, &row)?;
    }
    Ok(())
}

/// Takes an item's places in the indexes away, or gives it others.
///
/// # Errors
/// The store's.
pub fn reindex(txn: &Txn, session: u32, no: ItemNo, before: Option<&ItemRow>, after: Option<&ItemRow>) -> Ruled<()> {
    let was = before.filter(|row| is_open(row)).map(|row| row.assigned.as_deref());
    let is = after.filter(|row| is_open(row)).map(|row| row.assigned.as_deref());
    if was != is {
        match was {
            Some(Some(user)) => drop(txn.remove(ASSIGNED_ITEMS, (session, user, no.0))?),
            Some(None) => drop(txn.remove(OPEN_ITEMS, (session, no.0))?),
            None => {}
        }
        match is {
            Some(Some(user)) => txn.put(ASSIGNED_ITEMS, (session, user, no.0), &())?,
            Some(None) => txn.put(OPEN_ITEMS, (session, no.0), &())?,
            None => {}
        }
    }
    match (before.is_some_and(|row| row.removed), after.is_some_and(|row| row.removed)) {
        (false, true) => txn.put(REMOVED_ITEMS, (session, no.0), &())?,
        (true, false) => drop(txn.remove(REMOVED_ITEMS, (session, no.0))?),
        _ => {}
    }
    Ok(())
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

fn is_open(row: &ItemRow) -> bool {
    !row.removed && row.status == ItemStatus::Pending
}
