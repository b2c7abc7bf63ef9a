//! Items to people.

use super::{lookup, place};
use crate::model::{ItemNo, ItemStatus, SessionId};
use crate::service::api::{Assign, ItemKey, Notice, Principal, Reason, Response};
use crate::service::event::{Event, append};
use crate::service::ruling::{Done, Ruled, no};
use crate::store::{ITEMS, ItemRow, OPEN_ITEMS, Read as _, SessionRow, Txn};

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
    let mut items = Vec::new();
    for (number, before, user) in wanted {
        if before.assigned == user {
            continue;
        }
        let after = ItemRow { assigned: user.clone(), ..before.clone() };
        place::put(txn, session.id, number, Some(&before), &after)?;
        items.push((number, user));
    }
    let count = items.len() as u64;
    if count == 0 {
        return Ok(Done::quiet(Response::Count(0)));
    }
    append(txn, who, Some(SessionId(session.id)), None, &Event::Assigned { items })?;
    Ok(Done::telling(Response::Count(count), Notice::Session { session: session.name }))
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
    txn.scan(ITEMS, (session.id, 0)..(session.id + 1, 0), false, |_, row| {
        let open = !row.removed && row.status == ItemStatus::Pending;
        let at = session.users.iter().position(|u| Some(u) == row.assigned.as_ref());
        if let Some(n) = at.filter(|_| open).and_then(|at| load.get_mut(at)) {
            *n += 1;
        }
        Ok(true)
    })?;
    let mut numbers = Vec::new();
    txn.scan(OPEN_ITEMS, (session.id, 0)..(session.id + 1, 0), false, |(_, number), ()| {
        numbers.push(ItemNo(number));
        Ok(true)
    })?;
    let mut out = Wanted::with_capacity(numbers.len());
    for number in numbers {
        let least = load.iter().enumerate().min_by_key(|(_, n)| **n).map_or(0, |(at, _)| at);
        if let (Some(n), Some(user)) = (load.get_mut(least), session.users.get(least)) {
            *n += 1;
            out.push((number, lookup::item(txn, session, number)?, Some(user.clone())));
        }
    }
    Ok(out)
}
