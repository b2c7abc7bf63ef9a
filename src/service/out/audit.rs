//! A session's part of the event log: who changed what, when.

use crate::model::{AnswerVersion, EventNo, ItemNo};
use crate::service::api::{AuditRow, Principal, Response};
use crate::service::blind;
use crate::service::event::{Event, VersionKey};
use crate::service::items::lookup;
use crate::service::ruling::Ruled;
use crate::store::{ANSWERS, EVENTS, EventRow, ITEMS, Read, SESSION_EVENTS, StoreError};
use serde_json::{Map, Value};

/// Most rows of one answer.
const MOST: u32 = 5_000;

/// Events after one, oldest first; none of others' acts on an item that is hidden from who asks.
///
/// # Errors
/// `NotFound`.
pub fn page(read: &impl Read, who: &Principal, session: &str, after: Option<EventNo>, limit: u32) -> Ruled<Response> {
    let session = lookup::session(read, session)?;
    let limit = limit.clamp(1, MOST) as usize;
    let from = after.map_or(0, |no| no.0.saturating_add(1));
    let mut rows = Vec::new();
    let mut stopped = None;
    read.scan(SESSION_EVENTS, (session.id, from)..(session.id + 1, 0), false, |(_, no), ()| {
        if let Some(event) = read.get(EVENTS, no)? {
            if let Some(item) = event.item.filter(|_| event.account != who.account) {
                match blind::hidden_from(read, who, &session, ItemNo(item)) {
                    Ok(false) => {}
                    Ok(true) => return Ok(true),
                    Err(stop) => {
                        stopped = Some(stop);
                        return Ok(false);
                    }
                }
            }
            let trace = match event.item {
                Some(item) => read.get(ITEMS, (session.id, item))?.map(|row| row.trace_id),
                None => None,
            };
            let known = Event::read(&event).ok();
            let retired = match &known {
                Some(known) => retired(read, session.id, &event, known)?,
                None => Vec::new(),
            };
            let mut row = row(EventNo(no), event, known.as_ref(), trace, &retired);
            let named = match &known {
                Some(known) => trace_ids(read, session.id, known)?,
                None => Map::new(),
            };
            if let (false, Some(detail)) = (named.is_empty(), row.detail.as_object_mut()) {
                detail.insert("trace_ids".to_owned(), Value::Object(named));
            }
            rows.push(row);
        }
        Ok(rows.len() < limit)
    })?;
    stopped.map_or(Ok(Response::Audit(rows)), Err)
}

/// The versions that an event made invalid: the log names them, a reader wants to know what they said.
fn retired(
    read: &impl Read,
    session: u32,
    row: &EventRow,
    event: &Event,
) -> Result<Vec<Option<AnswerVersion>>, StoreError> {
    let (Some(step), Some(item)) = (event.step(), row.item) else { return Ok(Vec::new()) };
    let version =
        |key: &VersionKey| read.get(ANSWERS, (session, item, key.schema.as_str(), row.account.as_str(), key.event.0));
    step.retired.iter().map(version).collect()
}

/// The traces of the items that an event knows by their numbers alone, which nobody sees anywhere else.
fn trace_ids(read: &impl Read, session: u32, event: &Event) -> Result<Map<String, Value>, StoreError> {
    let items: Vec<ItemNo> = match event {
        Event::TracesRemoved { items } => items.clone(),
        Event::Assigned { items, from } => {
            items.iter().map(|(item, _)| *item).chain(from.iter().map(|(item, _)| *item)).collect()
        }
        Event::TracesAdded { restored, refreshed, .. } => {
            restored.iter().copied().chain(refreshed.iter().map(|(item, ..)| *item)).collect()
        }
        Event::SessionUpdated { reasked, .. } => reasked.iter().map(|(item, _)| *item).collect(),
        _ => Vec::new(),
    };
    let mut named = Map::new();
    for item in items {
        if let Some(row) = read.get(ITEMS, (session, item.0))? {
            named.insert(item.0.to_string(), Value::String(row.trace_id));
        }
    }
    Ok(named)
}

fn row(
    no: EventNo,
    mut row: EventRow,
    event: Option<&Event>,
    trace_id: Option<String>,
    retired: &[Option<AnswerVersion>],
) -> AuditRow {
    let told = row.event.get_mut("retired").and_then(Value::as_array_mut);
    for (told, version) in told.into_iter().flatten().zip(retired) {
        if let (Some(told), Some(version)) = (told.as_object_mut(), version) {
            told.insert("value".to_owned(), version.value.clone());
            if let Some(comment) = &version.comment {
                told.insert("comment".to_owned(), Value::String(comment.clone()));
            }
        }
    }
    let schema = event.and_then(question);
    let what = match row.event.as_object_mut().and_then(|map| map.remove("kind")) {
        Some(Value::String(kind)) => kind,
        _ => "unknown".to_owned(),
    };
    AuditRow {
        event: no,
        at: row.at,
        account: row.account,
        assessor_id: row.assessor_id,
        what,
        trace_id,
        schema,
        detail: row.event,
    }
}

/// The question that an event is about, where it is one.
fn question(event: &Event) -> Option<String> {
    match event {
        Event::SchemaPut { schema, .. } | Event::SchemaDeleted { schema, .. } => Some(schema.name.clone()),
        Event::Decided { schema, .. } => Some(schema.clone()),
        _ => match event.step()?.drafts.as_slice() {
            [one] => Some(one.schema.clone()),
            _ => None,
        },
    }
}
