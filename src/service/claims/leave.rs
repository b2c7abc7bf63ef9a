//! Going to the next item, and leaving: what was claimed and not begun is given back.

use super::Claims;
use super::hold::{At, release, settle};
use super::room;
use crate::model::{ItemNo, MineState};
use crate::service::api::{Notice, Principal, Response};
use crate::service::items::{lookup, place};
use crate::service::reading::next;
use crate::service::ruling::{Done, Ruled};
use crate::service::{people, rights};
use crate::store::{CLAIMS_OF, ITEMS, Read as _, SessionRow, Txn};

/// Claims the next item, and gives the one left back if nothing was begun there and it does not stay on another of their
/// screens. Asked again, it gives the claim that is already theirs.
///
/// # Errors
/// `NotFound`, `NotPermitted`.
pub fn next(
    txn: &Txn,
    who: &Principal,
    claims: Claims,
    session: &str,
    after: Option<ItemNo>,
    stays: bool,
) -> Ruled<Done> {
    let session = lookup::session(txn, session)?;
    rights::may_look(&session, who)?;
    let claims = claims.at(txn.now);
    let found = next::look(txn, who, claims, &session, after)?;
    let mut notices = Vec::new();
    // Who may look but not answer there, or in a closed session, claims nothing.
    if rights::is_theirs(&session, who) && !session.closed {
        if let Some(left) = after.filter(|left| found != Some(*left) && !stays) {
            notices.extend(give_back(txn, who, claims, &session, left)?);
        }
        if let Some(item) = found {
            notices.extend(claim(txn, who, claims, &session, item)?);
        }
    }
    Ok(Done { response: Response::Next(found), notices })
}

/// Gives back what they have claimed in a session and not begun, but for what is beside it on others of their screens.
///
/// # Errors
/// The store's.
pub fn leave(txn: &Txn, who: &Principal, claims: Claims, session: &str, beside: &[ItemNo]) -> Ruled<Done> {
    let session = lookup::session(txn, session)?;
    let mut items = Vec::new();
    let me = who.account.as_str();
    txn.scan(CLAIMS_OF, (me, session.id, 0)..(me, session.id + 1, 0), false, |(_, _, number), ()| {
        items.extend(Some(ItemNo(number)).filter(|item| !beside.contains(item)));
        Ok(true)
    })?;
    let mut notices = Vec::new();
    for item in items {
        notices.extend(give_back(txn, who, claims, &session, item)?);
    }
    Ok(Done { response: Response::Done, notices })
}

fn claim(txn: &Txn, who: &Principal, claims: Claims, session: &SessionRow, number: ItemNo) -> Ruled<Option<Notice>> {
    let before = lookup::item(txn, session, number)?;
    let mut item = before.clone();
    settle(txn, who, At { session, number, claims }, &mut item, MineState::Todo)?;
    if item.holders == before.holders {
        return Ok(None);
    }
    place::put(txn, session, number, Some(&before), &item)?;
    let new = room::holding(&before, &who.account).is_none();
    Ok(new.then(|| notice(session, number, who)))
}

fn give_back(
    txn: &Txn,
    who: &Principal,
    claims: Claims,
    session: &SessionRow,
    number: ItemNo,
) -> Ruled<Option<Notice>> {
    let Some(before) = txn.common(ITEMS, (session.id, number.0))? else { return Ok(None) };
    if room::holding(&before, &who.account).is_none() || people::mine(txn, session.id, &who.account, number)?.has_draft
    {
        return Ok(None);
    }
    let mut item = before.clone();
    release(txn, who, At { session, number, claims }, &mut item, std::slice::from_ref(&who.account))?;
    place::put(txn, session, number, Some(&before), &item)?;
    Ok(Some(notice(session, number, who)))
}

fn notice(session: &SessionRow, item: ItemNo, who: &Principal) -> Notice {
    Notice::Item { session: session.name.clone(), item, by: who.account.clone() }
}
