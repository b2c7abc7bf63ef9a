//! Positions (what a person sees: the rank among the items not removed) and numbers (what the store knows).

use crate::model::ItemNo;
use crate::service::ruling::Ruled;
use crate::store::{PROGRESS, REMOVED_ITEMS, Read, SessionRow};

/// Items not removed.
///
/// # Errors
/// The store's.
pub fn total(read: &impl Read, session: &SessionRow) -> Ruled<u32> {
    Ok(read.get(PROGRESS, session.id)?.unwrap_or_default().progress.items)
}

/// The position of an item.
///
/// # Errors
/// The store's.
pub fn position_of(read: &impl Read, session: &SessionRow, item: ItemNo) -> Ruled<u32> {
    if total(read, session)? == session.next_item {
        return Ok(item.0);
    }
    let mut removed = 0;
    read.scan(REMOVED_ITEMS, (session.id, 0)..(session.id, item.0), false, |_, ()| {
        removed += 1;
        Ok(true)
    })?;
    Ok(item.0.saturating_sub(removed))
}

/// The item at a position, if it is not past the end.
///
/// # Errors
/// The store's.
pub fn item_at(read: &impl Read, session: &SessionRow, position: u32) -> Ruled<Option<ItemNo>> {
    let total = total(read, session)?;
    if position >= total {
        return Ok(None);
    }
    let mut number = position;
    if total < session.next_item {
        // Every removed number at or before the candidate pushes it one further.
        read.scan(REMOVED_ITEMS, (session.id, 0)..(session.id + 1, 0), false, |(_, removed), ()| {
            let before = removed <= number;
            number += u32::from(before);
            Ok(before)
        })?;
    }
    Ok(Some(ItemNo(number)))
}
