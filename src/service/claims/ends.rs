//! Ends of claims: looking renews, a lost connection and a restart leave a grace, and what has ended is told.

use super::{Claims, FRESH_MS, LEASE_MS, room};
use crate::model::{ItemNo, Time};
use crate::service::api::{Notice, Principal};
use crate::service::items::{lookup, place};
use crate::service::ruling::Ruled;
use crate::service::team::presence::Lost;
use crate::store::{CLAIM_TIMES, CLAIMS_OF, ITEMS, ItemRow, Read, SESSIONS, SessionRow, StoreError, Txn};

/// Whether a claim of theirs on this item is due to be renewed.
///
/// # Errors
/// `NotFound`.
pub fn is_due(read: &impl Read, who: &Principal, claims: Claims, session: &str, item: ItemNo) -> Ruled<bool> {
    let Claims::On(now) = claims else { return Ok(false) };
    let session = lookup::session(read, session)?;
    let row = read.get(ITEMS, (session.id, item.0))?;
    Ok(row.is_some_and(|row| room::holding(&row, &who.account).is_some_and(|h| h.until.0 - now.0 < FRESH_MS)))
}

/// Renews it, if it is still theirs.
///
/// # Errors
/// `NotFound`.
pub fn renew(txn: &Txn, who: &Principal, session: &str, item: ItemNo) -> Ruled<()> {
    let session = lookup::session(txn, session)?;
    set_ends(txn, session.id, item, |account, _| {
        (account == who.account).then_some(Time(txn.now.0.saturating_add(LEASE_MS)))
    })
}

/// Nobody is at some claims of a person any more: they last for a grace and no longer.
///
/// # Errors
/// The store's.
pub fn cut_short(txn: &Txn, account: &str, lost: &Lost, grace_ms: i64) -> Ruled<()> {
    let mut items = Vec::new();
    txn.scan(CLAIMS_OF, (account, 0, 0)..=(account, u32::MAX, u32::MAX), false, |(_, session, number), ()| {
        let at = (session, ItemNo(number));
        if !matches!(lost, Lost::On(items) if !items.contains(&at)) {
            items.push(at);
        }
        Ok(true)
    })?;
    let end = Time(txn.now.0.saturating_add(grace_ms));
    for (session, item) in items {
        set_ends(txn, session, item, |whose, until| (whose == account && until > end).then_some(end))?;
    }
    Ok(())
}

/// The server starts: every claim that was live when it stopped gets a fresh grace.
///
/// # Errors
/// The store's.
pub fn restart(txn: &Txn, stopped: Time, grace_ms: i64) -> Ruled<()> {
    let mut live = Vec::new();
    txn.scan(CLAIM_TIMES, (0, i64::MIN, 0, "").., false, |(session, until, number, account), ()| {
        if until > stopped.0 {
            live.push((session, ItemNo(number), account.to_owned()));
        }
        Ok(true)
    })?;
    let end = Time(txn.now.0.saturating_add(grace_ms));
    for (session, item, account) in live {
        set_ends(txn, session, item, |whose, _| (whose == account).then_some(end))?;
    }
    Ok(())
}

/// Notices of the claims that have ended after one moment and until another.
///
/// # Errors
/// The store's.
pub fn ended(read: &impl Read, after: Time, now: Time) -> Result<Vec<Notice>, StoreError> {
    let mut ended: Vec<(u32, ItemNo, String)> = Vec::new();
    let mut session = Some(0);
    // One session with claims after the other: each is one range of ends.
    while let Some(s) = session {
        session = None;
        read.scan(
            CLAIM_TIMES,
            (s, after.0, u32::MAX, "")..=(s, now.0, u32::MAX, ""),
            false,
            |(_, _, item, who), ()| {
                ended.push((s, ItemNo(item), who.to_owned()));
                Ok(true)
            },
        )?;
        read.scan(CLAIM_TIMES, (s + 1, i64::MIN, 0, "").., false, |(next, ..), ()| {
            session = Some(next);
            Ok(false)
        })?;
    }
    if ended.is_empty() {
        return Ok(Vec::new());
    }
    let mut notices = Vec::new();
    read.scan(SESSIONS, ""..="\u{10ffff}", false, |name, row: SessionRow| {
        for (_, item, by) in ended.iter().filter(|(s, ..)| *s == row.id) {
            notices.push(Notice::Item { session: name.to_owned(), item: *item, by: by.clone() });
        }
        Ok(true)
    })?;
    Ok(notices)
}

/// Gives claims on an item other ends, where there is a reason to.
fn set_ends(txn: &Txn, session: u32, item: ItemNo, end: impl Fn(&str, Time) -> Option<Time>) -> Ruled<()> {
    let Some(before) = txn.get(ITEMS, (session, item.0))? else { return Ok(()) };
    let mut after: ItemRow = before.clone();
    for holding in &mut after.holders {
        if let Some(end) = end(&holding.account, holding.until) {
            holding.until = end;
        }
    }
    if after.holders != before.holders {
        place::put_ends(txn, session, item, &before, &after)?;
    }
    Ok(())
}
