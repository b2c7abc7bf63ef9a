//! Traces outside sessions: list, show, delete. And their bodies, which sessions share.

use super::api::{Notice, Principal, Reason, Response, TraceCursor, TraceDoc, TracePage, Which};
use super::blind::Unseen;
use super::event::{Event, append};
use super::experiments;
use super::filter::{Filter, LazySubject};
use super::ruling::{Done, Ruled, no};
use super::turns;
use crate::ingest::unpack;
use crate::model::{Assessment, SnapshotId, Trace, TraceSummary};
use crate::store::{
    BODIES, CAME, EXPERIMENTS, IMPORTED, Read, SESSIONS_OF_TRACE, SNAPSHOTS, StoreError, TRACE_ORDER, TRACES, TraceRow,
    Txn,
};

/// Most rows of one page, whatever was asked: a frame of the socket must hold them.
const PAGE: u32 = 2000;

/// A page of an experiment's traces, newest first.
///
/// # Errors
/// No such experiment; the filter cannot be read.
pub fn list(
    read: &impl Read,
    who: &Principal,
    experiment: &str,
    filter: Option<&str>,
    after: Option<&TraceCursor>,
    limit: u32,
) -> Ruled<Response> {
    let filter = filter.map(parse).transpose()?;
    let unseen = Unseen::of(read, who)?;
    let mut page = TracePage { rows: Vec::new(), total: 0, next: None };
    let Some(experiment) = experiments::find(read, experiment)? else { return Ok(Response::Traces(page)) };
    page.total = experiment.traces;
    let limit = limit.clamp(1, PAGE) as usize;
    let e = experiment.id;
    let end = after.map_or((e + 1, i64::MIN, ""), |c| (e, c.time.0, c.trace_id.as_str()));
    read.scan(TRACE_ORDER, (e, i64::MIN, "")..end, true, |(_, _, id), ()| {
        if page.rows.len() == limit {
            page.next = page.rows.last().map(cursor);
            return Ok(false);
        }
        if let Some(row) = read.get(TRACES, id)?
            && filter.as_ref().is_none_or(|f| matches(read, f, &unseen, &row))
        {
            page.rows.push(row.summary);
        }
        Ok(true)
    })?;
    Ok(Response::Traces(page))
}

fn cursor(row: &TraceSummary) -> TraceCursor {
    TraceCursor { time: row.request_time, trace_id: row.trace_id.clone() }
}

/// One trace with its body and imported assessments.
///
/// # Errors
/// `NotFound`.
pub fn show(read: &impl Read, who: &Principal, trace_id: &str) -> Ruled<Response> {
    let Some(row) = read.get(TRACES, trace_id)? else {
        return Err(no(Reason::NotFound, format!("no trace {trace_id}; see: labeltui trace list")));
    };
    let hidden = Unseen::of(read, who)?.hides(read, trace_id)?;
    Ok(Response::Trace(TraceDoc {
        experiment: experiments::name(read, row.experiment)?,
        body: body(read, row.snapshot)?,
        assessments: if hidden { Vec::new() } else { imported(read, trace_id)? },
        summary: row.summary,
    }))
}

/// The traces that are meant, newest first; all named ids must be in the experiment.
///
/// # Errors
/// No such experiment or trace; the filter cannot be read.
pub fn choose(read: &impl Read, who: &Principal, experiment: &str, which: &Which) -> Ruled<Vec<String>> {
    let found = experiments::find(read, experiment)?;
    let filter = match which {
        Which::Ids(ids) => {
            for id in ids {
                let there = read.get(TRACES, id.as_str())?;
                if there.is_none_or(|row| found.as_ref().is_none_or(|e| e.id != row.experiment)) {
                    return Err(no(Reason::NotFound, format!("no trace {id} in experiment {experiment}")));
                }
            }
            return Ok(ids.clone());
        }
        Which::All => None,
        Which::Filter(text) => Some(parse(text)?),
    };
    let mut ids = Vec::new();
    let Some(e) = found.map(|e| e.id) else { return Ok(ids) };
    read.scan(TRACE_ORDER, (e, i64::MIN, "")..(e + 1, i64::MIN, ""), true, |(_, _, id), ()| {
        ids.push(id.to_owned());
        Ok(true)
    })?;
    if let Some(filter) = filter {
        let unseen = Unseen::of(read, who)?;
        let mut kept = Vec::new();
        for id in ids {
            if read.get(TRACES, id.as_str())?.is_some_and(|row| matches(read, &filter, &unseen, &row)) {
                kept.push(id);
            }
        }
        return Ok(kept);
    }
    Ok(ids)
}

/// Deletes traces; what sessions have copied stays with them, and so do the assessments that came with it.
///
/// # Errors
/// The store's.
pub fn delete(txn: &Txn, who: &Principal, experiment: &str, ids: &[String]) -> Ruled<Done> {
    let Some(mut home) = experiments::find(txn, experiment)? else { return Ok(Done::quiet(Response::Count(0))) };
    let mut deleted = Vec::new();
    for id in ids {
        let id = id.as_str();
        let Some(row) = txn.get(TRACES, id)?.filter(|row| row.experiment == home.id) else { continue };
        txn.remove(TRACES, id)?;
        txn.remove(TRACE_ORDER, (row.experiment, row.summary.request_time.0, id))?;
        turns::leave(txn, &row)?;
        release(txn, row.snapshot)?;
        let mut copied = false;
        txn.scan(SESSIONS_OF_TRACE, (id, 0)..=(id, u32::MAX), false, |_, ()| {
            copied = true;
            Ok(false)
        })?;
        if !copied {
            for assessment in imported(txn, id)? {
                txn.remove(IMPORTED, (id, assessment.id()))?;
                txn.remove(CAME, (id, assessment.id()))?;
            }
        }
        home.traces = home.traces.saturating_sub(1);
        deleted.push(id.to_owned());
    }
    let count = deleted.len() as u64;
    if count == 0 {
        return Ok(Done::quiet(Response::Count(0)));
    }
    txn.put(EXPERIMENTS, experiment, &home)?;
    append(txn, who, None, None, &Event::TracesDeleted { experiment: experiment.to_owned(), ids: deleted })?;
    Ok(Done::telling(Response::Count(count), Notice::Traces))
}

fn parse(filter: &str) -> Ruled<Filter> {
    Filter::parse(filter).map_err(|why| no(Reason::Invalid, format!("filter: {why}")))
}

/// Whether a filter holds for a trace. What cannot be read does not match, nor do assessments that must not be seen.
pub fn matches(read: &impl Read, filter: &Filter, unseen: &Unseen, row: &TraceRow) -> bool {
    let id = row.summary.trace_id.as_str();
    let assessments = || match unseen.hides(read, id) {
        Ok(false) => imported(read, id).unwrap_or_default(),
        _ => Vec::new(),
    };
    let text = || body(read, row.snapshot).ok();
    filter.matches(&LazySubject::new(&row.summary, assessments, text, Trace::parse))
}

/// The assessments that came with a trace.
///
/// # Errors
/// The store's.
pub fn imported(read: &impl Read, trace_id: &str) -> Result<Vec<Assessment>, StoreError> {
    let mut all = Vec::new();
    read.scan(IMPORTED, (trace_id, "").., false, |(id, _), assessment| {
        let same = id == trace_id;
        if same {
            all.push(assessment);
        }
        Ok(same)
    })?;
    Ok(all)
}

/// A body's canonical JSON.
///
/// # Errors
/// It is missing or damaged; the store's.
pub fn body(read: &impl Read, snapshot: SnapshotId) -> Result<String, StoreError> {
    let bad = |why| StoreError::BadRow { table: "bodies", why };
    let packed = read.bytes(BODIES, snapshot.0)?.ok_or_else(|| bad(format!("snapshot {snapshot} is missing")))?;
    unpack(&packed).map_err(bad)
}

/// One reference fewer to a body; one that nobody needs any more is dropped.
///
/// # Errors
/// The store's.
pub fn release(txn: &Txn, snapshot: SnapshotId) -> Result<(), StoreError> {
    let Some(mut row) = txn.get(SNAPSHOTS, snapshot.0)? else { return Ok(()) };
    row.references = row.references.saturating_sub(1);
    if row.references > 0 {
        return txn.put(SNAPSHOTS, snapshot.0, &row);
    }
    txn.remove(SNAPSHOTS, snapshot.0)?;
    txn.remove_bytes(BODIES, snapshot.0)?;
    Ok(())
}
