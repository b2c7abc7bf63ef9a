//! Copying traces into a session: by reference to an immutable snapshot, idempotent (RULES: Identity and copies).

use super::{lookup, place, snapshots};
use crate::model::SessionId;
use crate::model::{ItemNo, ItemStatus};
use crate::service::api::{Added, Notice, Principal, Reason, Response, Which};
use crate::service::blind::Unseen;
use crate::service::event::{Event, append};
use crate::service::filter::Filter;
use crate::service::people;
use crate::service::ruling::{Done, Ruled, no};
use crate::service::traces::{matches, release};
use crate::store::{
    ITEM_OF_TRACE, ITEMS, ItemRow, Read, SESSIONS, SESSIONS_OF_TRACE, SessionRow, TRACE_ORDER, TRACES, TraceRow, Txn,
};

/// Traces per transaction: saves of reviewers go on in between.
pub const CHUNK: usize = 500;
/// The same on a team's server, where a save that comes meanwhile waits for it.
pub const SERVED_CHUNK: usize = 40;

/// The traces that are meant, in the order of the queue (by request time, then id), and ids that are not there.
///
/// # Errors
/// The filter cannot be read, the session is closed or unknown.
pub fn choose(read: &impl Read, who: &Principal, session: &str, which: &Which) -> Ruled<(Vec<String>, Vec<String>)> {
    let session = lookup::session(read, session)?;
    lookup::open(&session)?;
    let mut missing = Vec::new();
    let ids = match which {
        Which::All => in_order(read, who, &session, None)?,
        Which::Filter(text) => {
            let filter = Filter::parse(text).map_err(|why| no(Reason::Invalid, format!("filter: {why}")))?;
            in_order(read, who, &session, Some(&filter))?
        }
        Which::Ids(ids) => {
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                match read.get(TRACES, id.as_str())? {
                    Some(row) if row.experiment == session.experiment => {
                        found.push((row.summary.request_time, id.clone()));
                    }
                    _ => missing.push(id.clone()),
                }
            }
            found.sort();
            found.dedup();
            found.into_iter().map(|(_, id)| id).collect()
        }
    };
    Ok((ids, missing))
}

fn in_order(read: &impl Read, who: &Principal, session: &SessionRow, filter: Option<&Filter>) -> Ruled<Vec<String>> {
    let mut ids = Vec::new();
    let e = session.experiment;
    read.scan(TRACE_ORDER, (e, i64::MIN, "")..(e + 1, i64::MIN, ""), false, |(_, _, id), ()| {
        ids.push(id.to_owned());
        Ok(true)
    })?;
    let Some(filter) = filter else { return Ok(ids) };
    let unseen = Unseen::of(read, who)?;
    let mut kept = Vec::new();
    for id in ids {
        let Some(row) = read.get(TRACES, id.as_str())? else { continue };
        if matches(read, filter, &unseen, &row) {
            kept.push(id);
        }
    }
    Ok(kept)
}

/// Adds these traces (or, with `refresh`, gives items already there the current snapshot).
///
/// # Errors
/// The session is closed or unknown.
pub fn add(txn: &Txn, who: &Principal, session: &str, ids: &[String], refresh: bool) -> Ruled<Done> {
    let mut session = lookup::session(txn, session)?;
    lookup::open(&session)?;
    let sid = session.id;
    let first = session.next_item;
    let mut out = Added::default();
    let (mut added, mut restored, mut refreshed) = (Vec::new(), Vec::new(), Vec::new());
    for id in ids {
        let Some(trace) = txn.get(TRACES, id.as_str())?.filter(|t| t.experiment == session.experiment) else {
            out.missing.push(id.clone());
            continue;
        };
        let Some(number) = txn.get(ITEM_OF_TRACE, (sid, id.as_str()))? else {
            let number = ItemNo(session.next_item);
            session.next_item += 1;
            let mut row = ItemRow::new(&trace);
            row.status = super::status::derive(&session, &row);
            place::put(txn, &session, number, None, &row)?;
            txn.put(ITEM_OF_TRACE, (sid, id.as_str()), &number.0)?;
            txn.put(SESSIONS_OF_TRACE, (id.as_str(), sid), &())?;
            snapshots::retain(txn, trace.snapshot)?;
            added.push((number, id.clone(), trace.snapshot));
            continue;
        };
        let Some(before) = txn.get(ITEMS, (sid, number))? else { continue };
        let number = ItemNo(number);
        let mut row = before.clone();
        if before.removed {
            row.removed = false;
            restored.push(number);
            people::count_item(txn, sid, number, true)?;
        }
        if refresh && before.snapshot != trace.snapshot {
            row.take(&trace);
            snapshots::retain(txn, trace.snapshot)?;
            release(txn, before.snapshot)?;
            refreshed.push((number, before.snapshot, trace.snapshot));
        }
        if row.removed == before.removed && row.snapshot == before.snapshot {
            out.already += 1;
        } else {
            place::put(txn, &session, number, Some(&before), &row)?;
        }
    }
    (out.added, out.refreshed) = ((added.len() + restored.len()) as u64, refreshed.len() as u64);
    if out.added + out.refreshed == 0 {
        return Ok(Done::quiet(Response::Added(out)));
    }
    if session.next_item != first {
        txn.put(SESSIONS, session.name.as_str(), &session)?;
    }
    append(txn, who, Some(SessionId(sid)), None, &Event::TracesAdded { added, restored, refreshed })?;
    Ok(Done::telling(Response::Added(out), Notice::Session { session: session.name }))
}

impl ItemRow {
    fn new(trace: &TraceRow) -> Self {
        let mut row = Self {
            trace_id: trace.summary.trace_id.clone(),
            snapshot: trace.snapshot,
            name: String::new(),
            state: String::new(),
            preview: String::new(),
            request_time: trace.summary.request_time,
            duration_ms: None,
            tokens: None,
            status: ItemStatus::Pending,
            submitted: Vec::new(),
            declined: Vec::new(),
            declined_by: None,
            assigned: None,
            holders: Vec::new(),
            removed: false,
        };
        row.take(trace);
        row
    }

    /// What lists show of the trace's current snapshot.
    fn take(&mut self, trace: &TraceRow) {
        let s = &trace.summary;
        self.snapshot = trace.snapshot;
        (self.name, self.state, self.preview) = (s.name.clone(), s.state.clone(), s.request_preview.clone());
        (self.request_time, self.duration_ms, self.tokens) = (s.request_time, s.duration_ms, s.tokens);
    }
}
