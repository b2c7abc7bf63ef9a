//! Items to people.

use super::{lookup, place};
use crate::model::{ItemNo, SessionId, Time};
use crate::service::api::{Assign, ItemKey, Notice, Principal, Reason, Response};
use crate::service::claims::Claims;
use crate::service::claims::hold::{At, release};
use crate::service::claims::room;
use crate::service::event::{Event, append};
use crate::service::ruling::{Done, Ruled, no};
use crate::store::{ITEMS, ItemRow, Read as _, SessionRow, Txn};

/// Gives items to a person, to nobody, or all unassigned pending ones evenly to the assigned users.
///
/// # Errors
/// The person is not among the session's users, a trace is not in it, there is nobody to split over.
pub fn assign(txn: &Txn, who: &Principal, session: &str, how: &Assign) -> Ruled<Done> {
    let session = lookup::session(txn, session)?;
    lookup::open(&session)?;
    let wanted = match how {
        Assign::Ids { ids, user } => these(txn, &session, ids, user.as_deref())?,
        Assign::Split => split(txn, &session)?,
    };
    let (mut items, mut from) = (Vec::new(), Vec::new());
    let mut notices = vec![Notice::Session { session: session.name.clone() }];
    for (number, before, user) in wanted {
        if before.assigned == user {
            continue;
        }
        let mut after = ItemRow { assigned: user.clone(), ..before.clone() };
        let gone = in_the_way(&session, &after, txn.now);
        if release(txn, who, At { session: &session, number, claims: Claims::Off }, &mut after, &gone)? {
            notices.push(Notice::Item { session: session.name.clone(), item: number, by: who.account.clone() });
        }
        place::put(txn, &session, number, Some(&before), &after)?;
        items.push((number, user));
        from.extend(before.assigned.map(|was| (number, was)));
    }
    let count = items.len() as u64;
    if count == 0 {
        return Ok(Done::quiet(Response::Count(0)));
    }
    append(txn, who, Some(SessionId(session.id)), None, &Event::Assigned { items, from })?;
    Ok(Done { response: Response::Count(count), notices })
}

/// Claims that an assignment ends: the person's own, which needs none any more, and as many as take up the place that
/// is theirs now, those that are over first.
fn in_the_way(session: &SessionRow, item: &ItemRow, now: Time) -> Vec<String> {
    let mut left = item.clone();
    left.holders.retain(|h| Some(&h.account) != item.assigned.as_ref());
    while room::places(&left) > room::wanted(session.reviews) {
        let over = left.holders.iter().position(|h| h.until <= now);
        match over.or(left.holders.len().checked_sub(1)) {
            Some(at) => drop(left.holders.remove(at)),
            None => break,
        }
    }
    let gone = item.holders.iter().filter(|h| !left.holders.contains(h));
    gone.map(|h| h.account.clone()).collect()
}

type Wanted = Vec<(ItemNo, ItemRow, Option<String>)>;

fn these(txn: &Txn, session: &SessionRow, ids: &[String], user: Option<&str>) -> Ruled<Wanted> {
    if let Some(user) = user.filter(|u| !session.users.is_empty() && !session.users.iter().any(|have| have == u)) {
        return Err(no(
            Reason::Invalid,
            format!(
                "{user} is not among the users of {name}; add them with: labeltui session update {name} --user {user}",
                name = session.name
            ),
        ));
    }
    let mut out = Wanted::new();
    for id in ids {
        let number = lookup::resolve(txn, session, &ItemKey::Trace(id.clone()))?;
        if out.iter().all(|(n, ..)| *n != number) {
            out.push((number, lookup::item(txn, session, number)?, user.map(str::to_owned)));
        }
    }
    Ok(out)
}

/// Evenly: in queue order, each item goes to whoever has fewest pending ones.
fn split(txn: &Txn, session: &SessionRow) -> Ruled<Wanted> {
    if session.users.is_empty() {
        return Err(no(
            Reason::Invalid,
            format!(
                "session {name} has no assigned users to split over; add them with: labeltui session update {name} --user NAME",
                name = session.name
            ),
        ));
    }
    let mut load = vec![0_u64; session.users.len()];
    let mut free = Vec::new();
    let mut out = Wanted::new();
    txn.scan(ITEMS, (session.id, 0)..(session.id + 1, 0), false, |(_, number), row: ItemRow| {
        if !room::is_open(&row) {
            return Ok(true);
        }
        // What one of them is at is theirs.
        let at_it = room::live(&row, "", txn.now).find_map(|who| session.users.iter().position(|u| u == who));
        let has = session.users.iter().position(|u| Some(u) == row.assigned.as_ref());
        if let Some(n) = has.or(at_it.filter(|_| row.assigned.is_none())).and_then(|at| load.get_mut(at)) {
            *n += 1;
        }
        match (&row.assigned, at_it.and_then(|at| session.users.get(at))) {
            (Some(_), _) => {}
            (None, Some(user)) => out.push((ItemNo(number), row, Some(user.clone()))),
            (None, None) => free.push((ItemNo(number), row)),
        }
        Ok(true)
    })?;
    for (number, row) in free {
        let least = load.iter().enumerate().min_by_key(|(_, n)| **n).map_or(0, |(at, _)| at);
        if let (Some(n), Some(user)) = (load.get_mut(least), session.users.get(least)) {
            *n += 1;
            out.push((number, row, Some(user.clone())));
        }
    }
    Ok(out)
}
