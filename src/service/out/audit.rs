//! A session's part of the event log: who changed what, when.

use super::past;
use crate::model::{AnswerVersion, EventNo, ItemNo};
use crate::service::api::{AuditRow, Past, Principal, Response};
use crate::service::blind::{self, Unseen};
use crate::service::event::{Event, VersionKey};
use crate::service::ruling::Ruled;
use crate::store::{ANSWERS, EVENTS, EventRow, ITEMS, Read, SESSION_EVENTS, SESSIONS, SessionRow, StoreError};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Most rows of one answer.
const MOST: u32 = 5_000;

/// How many rows an answer has, where this many are wanted.
#[must_use]
pub fn most(limit: u32) -> usize {
    limit.clamp(1, MOST) as usize
}

/// Events after one, oldest first; none of others' acts on an item that is hidden from who asks. Of a name that no
/// session has any more: what the log has of the one that had it.
///
/// # Errors
/// `NotFound`.
pub fn page(read: &impl Read, who: &Principal, session: &str, after: Option<EventNo>, limit: u32) -> Ruled<Response> {
    let Some(row) = read.common(SESSIONS, session)? else {
        return past::page(read, who, &Past::Session(session.to_owned()), after, most(limit));
    };
    let mut rows = Vec::new();
    events(read, who, &Of::There(&row), after, most(limit), &mut rows)?;
    Ok(Response::Audit(rows))
}

/// Whose events.
pub(super) enum Of<'a> {
    /// A session's.
    There(&'a SessionRow),
    /// One's that was deleted.
    Deleted(u32),
}

/// Adds events after one, until there are so many rows.
pub(super) fn events(
    read: &impl Read,
    who: &Principal,
    of: &Of<'_>,
    after: Option<EventNo>,
    most: usize,
    rows: &mut Vec<AuditRow>,
) -> Ruled<()> {
    let from = after.map_or(0, |no| no.0.saturating_add(1));
    let (id, logged, unseen) = match of {
        Of::There(session) => (session.id, BTreeMap::new(), Unseen::default()),
        Of::Deleted(id) => (*id, logged(read, *id)?, Unseen::of(read, who)?),
    };
    let traces = Traces { read, session: id, logged };
    let mut stopped = None;
    read.scan(SESSION_EVENTS, (id, from)..(id + 1, 0), false, |(_, no), ()| {
        let Some(event) = read.get(EVENTS, no)? else { return Ok(true) };
        let trace = event.item.map(|item| traces.of(ItemNo(item))).transpose()?.flatten();
        let hidden = match (of, event.item.filter(|_| event.account != who.account)) {
            (Of::There(session), Some(item)) => blind::hidden_from(read, who, session, ItemNo(item)),
            // What was said of a trace that is theirs to judge elsewhere now.
            (Of::Deleted(_), Some(_)) => trace.as_deref().map_or(Ok(false), |trace| unseen.hides(read, trace)),
            (_, None) => Ok(false),
        };
        match hidden {
            Ok(false) => rows.push(told(&traces, EventNo(no), event, trace)?),
            Ok(true) => {}
            Err(stop) => {
                stopped = Some(stop);
                return Ok(false);
            }
        }
        Ok(rows.len() < most)
    })?;
    stopped.map_or(Ok(()), Err)
}

/// Which trace an item of a session is: as it stands, or as the log had it.
struct Traces<'a, R: Read> {
    read: &'a R,
    session: u32,
    logged: BTreeMap<u32, String>,
}

impl<R: Read> Traces<'_, R> {
    fn of(&self, item: ItemNo) -> Result<Option<String>, StoreError> {
        let row = self.read.get(ITEMS, (self.session, item.0))?;
        Ok(row.map(|row| row.trace_id).or_else(|| self.logged.get(&item.0).cloned()))
    }
}

/// The traces that were added to a session.
fn logged(read: &impl Read, session: u32) -> Result<BTreeMap<u32, String>, StoreError> {
    let mut traces = BTreeMap::new();
    read.scan(SESSION_EVENTS, (session, 0)..(session + 1, 0), false, |(_, no), ()| {
        if let Some(Event::TracesAdded { added, .. }) = read.get(EVENTS, no)?.and_then(|row| Event::read(&row).ok()) {
            traces.extend(added.into_iter().map(|(item, trace, _)| (item.0, trace)));
        }
        Ok(true)
    })?;
    Ok(traces)
}

fn told<R: Read>(
    traces: &Traces<'_, R>,
    no: EventNo,
    event: EventRow,
    trace: Option<String>,
) -> Result<AuditRow, StoreError> {
    let known = Event::read(&event).ok();
    let retired = match &known {
        Some(known) => retired(traces.read, traces.session, &event, known)?,
        None => Vec::new(),
    };
    let mut row = row(no, event, known.as_ref(), trace, &retired);
    let named = match &known {
        Some(known) => trace_ids(traces, known)?,
        None => Map::new(),
    };
    if let (false, Some(detail)) = (named.is_empty(), row.detail.as_object_mut()) {
        detail.insert("trace_ids".to_owned(), Value::Object(named));
    }
    Ok(row)
}

/// The versions that an event made invalid: the log names them, a reader wants to know what they said.
fn retired(
    read: &impl Read,
    session: u32,
    row: &EventRow,
    event: &Event,
) -> Result<Vec<Option<AnswerVersion>>, StoreError> {
    let (Some(step), Some(item)) = (event.step(), row.item) else { return Ok(Vec::new()) };
    let version = |key: &VersionKey| {
        let there = read.get(ANSWERS, (session, item, key.schema.as_str(), row.account.as_str(), key.event.0))?;
        if there.is_some() {
            return Ok(there);
        }
        // Its session was deleted, and its answers with it.
        let event = read.get(EVENTS, key.event.0)?.and_then(|row| Event::read(&row).ok());
        let written = event.as_ref().and_then(Event::step).map_or(&[][..], |step| &step.written);
        Ok(written.iter().find(|version| version.schema == key.schema).cloned())
    };
    step.retired.iter().map(version).collect()
}

/// The traces of the items that an event knows by their numbers alone, which nobody sees anywhere else.
fn trace_ids<R: Read>(traces: &Traces<'_, R>, event: &Event) -> Result<Map<String, Value>, StoreError> {
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
        if let Some(trace) = traces.of(item)? {
            named.insert(item.0.to_string(), Value::String(trace));
        }
    }
    Ok(named)
}

pub(super) fn row(
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
