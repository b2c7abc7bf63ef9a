//! The log of what is no more: sessions that were deleted, and what was taken from an experiment.

use super::audit::{Of, events, row};
use crate::model::EventNo;
use crate::service::api::{AuditRow, Past, Principal, Response};
use crate::service::event::Event;
use crate::service::experiments;
use crate::service::items::lookup;
use crate::service::ruling::Ruled;
use crate::store::{EVENTS, EventRow, Read, SESSION_EVENTS, SESSIONS, StoreError};

/// Events after one, oldest first.
///
/// # Errors
/// `NotFound` where nothing ever had the name; the store's.
pub fn page(read: &impl Read, who: &Principal, of: &Past, after: Option<EventNo>, most: usize) -> Ruled<Response> {
    match of {
        Past::Session(name) => session(read, who, name, after, most),
        Past::Experiment(name) => experiment(read, name, after, most),
    }
    .map(Response::Audit)
}

/// One after the other: a name is free again only when the session that had it is gone.
fn session(read: &impl Read, who: &Principal, name: &str, after: Option<EventNo>, most: usize) -> Ruled<Vec<AuditRow>> {
    let there = read.common(SESSIONS, name)?;
    let ids = named(read, name)?;
    if ids.is_empty() {
        lookup::session(read, name)?;
    }
    let mut rows = Vec::new();
    for id in ids {
        if rows.len() < most {
            let of = there.as_ref().filter(|row| row.id == id).map_or(Of::Deleted(id), Of::There);
            events(read, who, &of, after, most, &mut rows)?;
        }
    }
    Ok(rows)
}

/// Every session that ever had a name, in the order in which they were made.
fn named(read: &impl Read, wanted: &str) -> Result<Vec<u32>, StoreError> {
    let mut found = Vec::new();
    let mut next = 0;
    // From the first event of one session to the first of the next: the events between are not read.
    while let Some((id, name, _)) = begun(read, next)? {
        if name == wanted {
            found.push(id);
        }
        next = id.saturating_add(1);
    }
    Ok(found)
}

/// The first session from a number on: its number, name and experiment, as it was made.
fn begun(read: &impl Read, from: u32) -> Result<Option<(u32, String, String)>, StoreError> {
    let mut first = None;
    read.scan(SESSION_EVENTS, (from, 0).., false, |(id, no), ()| {
        first = Some((id, no));
        Ok(false)
    })?;
    let Some((id, no)) = first else { return Ok(None) };
    let event = read.get(EVENTS, no)?;
    let (name, experiment) = match event.as_ref().and_then(|event| Event::read(event).ok()) {
        Some(Event::SessionCreated { name, experiment, .. }) => (name, experiment),
        _ => (String::new(), String::new()),
    };
    Ok(Some((id, name, experiment)))
}

/// What was done outside sessions, and which sessions came and went.
fn experiment(read: &impl Read, name: &str, after: Option<EventNo>, most: usize) -> Ruled<Vec<AuditRow>> {
    experiments::find(read, name)?;
    let mut rows = Vec::new();
    let from = after.map_or(0, |no| no.0.saturating_add(1));
    read.scan(EVENTS, from.., false, |no, event: EventRow| {
        if let Some(known) = own(read, &event, name)? {
            rows.push(row(EventNo(no), event, Some(&known), None, &[]));
        }
        Ok(rows.len() < most)
    })?;
    Ok(rows)
}

/// The event, where it is about this experiment and not about what goes on inside a session.
fn own(read: &impl Read, row: &EventRow, name: &str) -> Result<Option<Event>, StoreError> {
    let kind = row.event.get("kind").and_then(serde_json::Value::as_str).unwrap_or_default();
    let outside = row.session.is_none() || matches!(kind, "session_created" | "session_deleted");
    let Some(event) = outside.then(|| Event::read(row).ok()).flatten() else { return Ok(None) };
    let whose = match (&event, row.session) {
        (Event::SessionDeleted { .. }, Some(id)) => begun(read, id)?.is_some_and(|(_, _, whose)| whose == name),
        (
            Event::Imported { experiment, .. }
            | Event::TracesDeleted { experiment, .. }
            | Event::SchemaPut { experiment, .. }
            | Event::SchemaDeleted { experiment, .. }
            | Event::SessionCreated { experiment, .. },
            _,
        ) => experiment == name,
        _ => false,
    };
    Ok(whose.then_some(event))
}
