//! Taking a place, keeping it, giving it back: in the transaction of the act that does it.

use super::room::{self, Place, place_for};
use super::{Claims, FRESH_MS, LEASE_MS};
use crate::model::{ItemNo, MineState, SessionId, Time};
use crate::service::api::{Hold, Principal, Reason};
use crate::service::event::{Event, append};
use crate::service::rights::is_blind;
use crate::service::ruling::{Ruled, no};
use crate::store::{Holding, ItemRow, SessionRow, Txn};

/// Where an act happens.
#[derive(Clone, Copy)]
pub struct At<'a> {
    /// The session.
    pub session: &'a SessionRow,
    /// The item's number.
    pub number: ItemNo,
    /// Whether anything is claimed.
    pub claims: Claims,
}

/// Brings somebody's claim in step with where they stand: working on an item takes a place or renews it, being done
/// with it gives the place back. What changes is in `item`, for the caller to write. The act's own event comes first.
///
/// # Errors
/// The store's.
pub fn settle(txn: &Txn, who: &Principal, at: At<'_>, item: &mut ItemRow, state: MineState) -> Ruled<Hold> {
    if !matches!(state, MineState::Todo | MineState::Draft) {
        item.holders.retain(|h| h.account != who.account);
        return Ok(Hold::Free);
    }
    if !at.claims.are_on() {
        return Ok(Hold::Free);
    }
    Ok(match place_for(item, at.session.reviews, who, txn.now) {
        Place::Own => Hold::Free,
        Place::Held => Hold::Mine { until: renew(item, &who.account, txn.now) },
        Place::Free => Hold::Mine { until: take(txn, who, at, item)? },
        Place::Taken => Hold::Taken { by: takers(who, at, item, txn.now) },
    })
}

/// Refuses what needs a place where none is left.
///
/// # Errors
/// `Taken`, with `way` for the way out.
pub fn need_place(who: &Principal, at: At<'_>, item: &ItemRow, now: Time, way: &str) -> Ruled<()> {
    if !at.claims.are_on() || place_for(item, at.session.reviews, who, now) != Place::Taken {
        return Ok(());
    }
    let by = takers(who, at, item, now);
    let who = match by.as_slice() {
        [] => "no further review is asked for".to_owned(),
        [one] if room::live(item, &who.account, now).next().is_none() && item.assigned.as_ref() != Some(one) => {
            format!("{one} has reviewed it already")
        }
        [one] => format!("{one} has this"),
        many => format!("{} have this", many.join(", ")),
    };
    let message = format!("{}: {who}; {way}", item.trace_id);
    Err(no(Reason::Taken { by }, message))
}

fn takers(who: &Principal, at: At<'_>, item: &ItemRow, now: Time) -> Vec<String> {
    room::takers(item, &who.account, now, is_blind(at.session))
}

/// Gives a place back, with an event that says so; whether there was one. The caller writes `item`.
///
/// # Errors
/// The store's.
pub fn release(txn: &Txn, who: &Principal, at: At<'_>, item: &mut ItemRow, accounts: &[String]) -> Ruled<bool> {
    let gone: Vec<String> = accounts.iter().filter(|account| room::holding(item, account).is_some()).cloned().collect();
    if gone.is_empty() {
        return Ok(false);
    }
    item.holders.retain(|h| !gone.contains(&h.account));
    let event = Event::Released { of: gone };
    append(txn, who, Some(SessionId(at.session.id)), Some(at.number), &event)?;
    Ok(true)
}

/// The end of a claim, put off only once a third of its time is over.
fn renew(item: &mut ItemRow, account: &str, now: Time) -> Time {
    let Some(holding) = item.holders.iter_mut().find(|h| h.account == account) else { return now };
    if holding.until.0.saturating_sub(now.0) < FRESH_MS {
        holding.until = Time(now.0 + LEASE_MS);
    }
    holding.until
}

/// A new claim; where every place has a name, in the place of the one that has been over for longest.
fn take(txn: &Txn, who: &Principal, at: At<'_>, item: &mut ItemRow) -> Ruled<Time> {
    let mut from = Vec::new();
    while room::places(item) >= room::wanted(at.session.reviews) {
        let over = item.holders.iter().enumerate().filter(|(_, h)| h.until <= txn.now);
        let Some((oldest, _)) = over.min_by_key(|(_, h)| h.until) else { break };
        from.push(item.holders.remove(oldest).account);
    }
    let until = Time(txn.now.0 + LEASE_MS);
    item.holders.push(Holding { account: who.account.clone(), until });
    append(txn, who, Some(SessionId(at.session.id)), Some(at.number), &Event::Claimed { from })?;
    Ok(until)
}
