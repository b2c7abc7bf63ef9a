//! Changing a session while people work in it.

use super::create::{ask, at_least_one, people, seen};
use super::{reask, surplus, view};
use crate::model::{ItemNo, SessionId};
use crate::service::api::{Notice, Principal, Reason, Response, SessionPatch};
use crate::service::claims::Claims;
use crate::service::claims::hold::{At, release};
use crate::service::claims::room::has_room;
use crate::service::event::{Event, Settings, append};
use crate::service::items::{lookup, place, status};
use crate::service::ruling::{Done, Ruled, no};
use crate::store::{ASSIGNED_ITEMS, CLAIMS_OF, ITEMS, ItemRow, Read as _, SESSIONS, SessionRow, Txn};

/// Carries out the parts of a patch; an identical one does nothing.
///
/// # Errors
/// `NotFound` for a session, schema or user; `Invalid` for a number without meaning, or where a team would be let in by
/// the way; `Closed`, unless it reopens.
pub fn update(txn: &Txn, who: &Principal, claims: Claims, session: &str, patch: &SessionPatch) -> Ruled<Done> {
    let before = lookup::session(txn, session)?;
    let only_opening = patch.closed.is_some();
    if !only_opening {
        lookup::open(&before)?;
    }
    let after = patched(txn, &before, patch)?;
    if claims.are_on() && !patch.everyone {
        still_somebodys(&before, &after)?;
    }
    let (old, new) = (Settings::of(&before), Settings::of(&after));
    let asked = if patch.reask { reask::choose(txn, &after)? } else { Vec::new() };
    if old == new && asked.is_empty() {
        return Ok(Done::quiet(Response::Session(Box::new(view::view(txn, who, &before)?))));
    }
    txn.put(SESSIONS, session, &after)?;
    let reasked = asked.iter().map(|(item, people)| (*item, people.clone())).collect();
    let event = Event::SessionUpdated { before: old, after: new, reasked };
    append(txn, who, Some(SessionId(after.id)), None, &event)?;
    let mut notices = vec![Notice::Session { session: after.name.clone() }];
    if before.reviews != after.reviews || before.users != after.users {
        recompute(txn, before.reviews, &after)?;
    }
    if after.reviews < before.reviews {
        let items = surplus::take_back(txn, who, &after)?;
        let by = &who.account;
        notices.extend(items.into_iter().map(|item| Notice::Item {
            session: after.name.clone(),
            item,
            by: by.clone(),
        }));
    }
    for (item, people) in &asked {
        reask::ask_again(txn, &after, *item, people)?;
    }
    for user in before.users.iter().filter(|user| !after.users.contains(user)) {
        hand_back(txn, who, &after, user)?;
    }
    Ok(Done { response: Response::Session(Box::new(view::view(txn, who, &after)?)), notices })
}

fn patched(txn: &Txn, before: &SessionRow, patch: &SessionPatch) -> Ruled<SessionRow> {
    let mut row = before.clone();
    for name in &patch.remove_schemas {
        take_out(&mut row.schemas, name, "schema", &before.name)?;
        row.asked_since.remove(name);
    }
    for name in &patch.add_schemas {
        ask(txn, row.experiment, &row.experiment_name, name)?;
        if !row.schemas.contains(name) {
            row.schemas.push(name.clone());
            row.asked_since.insert(name.clone(), txn.now);
        }
    }
    for name in &patch.remove_users {
        take_out(&mut row.users, name, "user", &before.name)?;
    }
    if patch.everyone {
        row.users.clear();
    }
    for name in people(&patch.add_users)? {
        if !row.users.contains(&name) {
            row.users.push(name);
        }
    }
    if let Some(reviews) = patch.reviews {
        row.reviews = at_least_one(reviews)?;
    }
    if patch.blind.is_some() {
        row.blind = patch.blind;
    }
    if let Some(text) = &patch.instructions {
        row.instructions = Some(text.clone()).filter(|t| !t.trim().is_empty());
    }
    if patch.view.is_some() {
        row.view = seen(patch.view.as_ref())?;
    }
    row.closed = patch.closed.unwrap_or(row.closed);
    Ok(row)
}

/// Taking the last one off would show a session to everybody on the server, which nobody may have meant.
fn still_somebodys(before: &SessionRow, after: &SessionRow) -> Ruled<()> {
    if before.users.is_empty() || !after.users.is_empty() {
        return Ok(());
    }
    let (last, session) = (before.users.join(", "), &before.name);
    Err(no(
        Reason::Invalid,
        format!(
            "nobody would be assigned to {session} without {last}, and then every reviewer sees it: assign another first (labeltui session update {session} --user NAME), or say so: labeltui session update {session} --everyone"
        ),
    ))
}

fn take_out(list: &mut Vec<String>, name: &str, what: &str, session: &str) -> Ruled<()> {
    let before = list.len();
    list.retain(|have| have != name);
    if list.len() == before {
        return Err(no(Reason::NotFound, format!("session {session} has no {what} \"{name}\"")));
    }
    Ok(())
}

/// What somebody who leaves had claimed, or was assigned to, is there for everybody.
fn hand_back(txn: &Txn, who: &Principal, session: &SessionRow, user: &str) -> Ruled<()> {
    release_all(txn, who, session, user)?;
    let mut numbers = Vec::new();
    let keys = (session.id, user, 0)..=(session.id, user, u32::MAX);
    txn.scan(ASSIGNED_ITEMS, keys, false, |(_, _, number), ()| {
        numbers.push(ItemNo(number));
        Ok(true)
    })?;
    if numbers.is_empty() {
        return Ok(());
    }
    for number in &numbers {
        let before = lookup::item(txn, session, *number)?;
        let after = ItemRow { assigned: None, ..before.clone() };
        place::put(txn, session, *number, Some(&before), &after)?;
    }
    let from = numbers.iter().map(|number| (*number, user.to_owned())).collect();
    let items = numbers.into_iter().map(|number| (number, None)).collect();
    append(txn, who, Some(SessionId(session.id)), None, &Event::Assigned { items, from })?;
    Ok(())
}

fn release_all(txn: &Txn, who: &Principal, session: &SessionRow, user: &str) -> Ruled<()> {
    let mut numbers = Vec::new();
    txn.scan(CLAIMS_OF, (user, session.id, 0)..(user, session.id + 1, 0), false, |(_, _, number), ()| {
        numbers.push(ItemNo(number));
        Ok(true)
    })?;
    for number in numbers {
        let before = lookup::item(txn, session, number)?;
        let mut after = before.clone();
        let at = At { session, number, claims: Claims::Off };
        release(txn, who, at, &mut after, &[user.to_owned()])?;
        place::put(txn, session, number, Some(&before), &after)?;
    }
    Ok(())
}

/// Changing N or the people recomputes every item's status, and whether a place is left on it.
fn recompute(txn: &Txn, reviews: u32, session: &SessionRow) -> Ruled<()> {
    let mut changed = Vec::new();
    txn.scan(ITEMS, (session.id, 0)..(session.id + 1, 0), false, |(_, number), row| {
        let status = status::derive(session, &row);
        let after = ItemRow { status, ..row.clone() };
        if status != row.status || has_room(&row, reviews) != has_room(&after, session.reviews) {
            changed.push((ItemNo(number), row, after));
        }
        Ok(true)
    })?;
    for (number, before, after) in changed {
        place::write(txn, session.id, number, Some((&before, reviews)), (&after, session.reviews))?;
    }
    Ok(())
}
