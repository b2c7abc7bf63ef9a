//! Fewer reviews are asked for than people are writing: whose place goes.

use crate::model::ItemNo;
use crate::service::api::Principal;
use crate::service::claims::Claims;
use crate::service::claims::hold::{At, release};
use crate::service::claims::room;
use crate::service::items::place;
use crate::service::people;
use crate::service::ruling::Ruled;
use crate::store::{ITEMS, ItemRow, Read as _, SessionRow, Txn};
use std::cmp::Reverse;

/// Takes back the claims for which a session has no place any more, so that what is written there is an extra review,
/// and is told as one. The items on which there were any.
///
/// # Errors
/// The store's.
pub fn take_back(txn: &Txn, who: &Principal, session: &SessionRow) -> Ruled<Vec<ItemNo>> {
    let mut crowded: Vec<(ItemNo, ItemRow)> = Vec::new();
    txn.scan(ITEMS, (session.id, 0)..(session.id + 1, 0), false, |(_, number), row: ItemRow| {
        if !row.holders.is_empty() && room::places(&row) > room::wanted(session.reviews) {
            crowded.push((ItemNo(number), row));
        }
        Ok(true)
    })?;
    let mut items = Vec::new();
    for (number, before) in crowded {
        let gone = too_many(txn, session, number, &before)?;
        let mut after = before.clone();
        if release(txn, who, At { session, number, claims: Claims::Off }, &mut after, &gone)? {
            place::put(txn, session, number, Some(&before), &after)?;
            items.push(number);
        }
    }
    Ok(items)
}

/// Claims that are over go first, then those of people who have not begun, then those of who came last.
fn too_many(txn: &Txn, session: &SessionRow, number: ItemNo, item: &ItemRow) -> Ruled<Vec<String>> {
    let mut held = Vec::new();
    for (nth, holding) in item.holders.iter().enumerate() {
        let begun = people::mine(txn, session.id, &holding.account, number)?.has_draft;
        held.push(((holding.until > txn.now, begun, Reverse(nth)), holding.account.clone()));
    }
    held.sort();
    let over = room::places(item).saturating_sub(room::wanted(session.reviews));
    Ok(held.into_iter().take(over).map(|(_, account)| account).collect())
}
