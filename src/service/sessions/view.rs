//! A session as its people see it.

use crate::service::api::{Principal, Response, Role, SessionView};
use crate::service::items::lookup;
use crate::service::ruling::Ruled;
use crate::service::{blind, people, rights, sync};
use crate::store::{PEOPLE, PROGRESS, Read, SESSIONS, SessionRow};

/// The sessions that they may see, by name.
///
/// # Errors
/// The store's.
pub fn list(read: &impl Read, who: &Principal) -> Ruled<Response> {
    let mut rows = Vec::new();
    read.scan(SESSIONS, ""..="\u{10ffff}", false, |_, row: SessionRow| {
        if who.role != Role::Reviewer || rights::is_theirs(&row, who) {
            rows.push(row);
        }
        Ok(true)
    })?;
    let views = rows.iter().map(|row| view(read, who, row)).collect::<Ruled<Vec<_>>>()?;
    Ok(Response::Sessions(views))
}

/// One session.
///
/// # Errors
/// `NotFound`, `NotPermitted`.
pub fn get(read: &impl Read, who: &Principal, session: &str) -> Ruled<Response> {
    let row = lookup::session(read, session)?;
    rights::may_look(&row, who)?;
    Ok(Response::Session(Box::new(view(read, who, &row)?)))
}

/// The session with its progress.
///
/// # Errors
/// The store's.
pub fn view(read: &impl Read, who: &Principal, row: &SessionRow) -> Ruled<SessionView> {
    let only_me = blind::binds(who, row);
    let me = read.get(PEOPLE, (row.id, who.account.as_str()))?.unwrap_or_default();
    let waiting = sync::waiting(read, row.id, &who.account)?;
    Ok(SessionView {
        name: row.name.clone(),
        experiment: row.experiment_name.clone(),
        schemas: lookup::schemas(read, row)?,
        users: row.users.clone(),
        reviews: row.reviews,
        blind: rights::is_blind(row),
        instructions: row.instructions.clone(),
        view: row.view.clone(),
        closed: row.closed,
        created_at: row.created_at,
        created_by: row.created_by.clone(),
        progress: read.get(PROGRESS, row.id)?.unwrap_or_default().progress,
        people: people::all(read, row.id)?
            .iter()
            .filter(|(account, _)| !only_me || *account == who.account)
            // Who has only looked at labels has done nothing here.
            .filter(|(_, person)| person.last_active.is_some())
            .map(|(account, person)| people::progress(account, person))
            .collect(),
        my_pace_ms: people::pace(&me),
        to_sync: waiting.map(|w| w.answers),
        conflicts: waiting.map_or(0, |w| w.conflicts),
        conflict_at: waiting.and_then(|w| w.at),
    })
}
