//! Every trace of a session with its imported assessments and this session's submitted answers, as MLflow JSONL.

use super::labels::start;
use super::seen::seen;
use crate::export::{assessment, trace};
use crate::model::{AnswerVersion, ItemNo, SchemaType};
use crate::service::api::{LinePage, Principal, Response};
use crate::service::items::lookup;
use crate::service::ruling::Ruled;
use crate::service::traces::body;
use crate::store::{ITEMS, ItemRow, Read, SessionRow, StoreError};
use std::collections::BTreeSet;

/// Most bytes of one answer; at least one trace is in it.
pub const BYTES: usize = 8 << 20;

/// A page of traces.
///
/// # Errors
/// `NotFound`.
pub fn page(read: &impl Read, who: &Principal, session: &str, after: Option<&str>, limit: u32) -> Ruled<Response> {
    let session = lookup::session(read, session)?;
    lines(read, &session, after, limit, |number, item| Ok(vec![line(read, who, &session, number, item)?]))
}

/// Goes over the items not removed from a place on, until a page is full.
///
/// # Errors
/// The store's.
pub fn lines(
    read: &impl Read,
    session: &SessionRow,
    after: Option<&str>,
    limit: u32,
    mut of: impl FnMut(ItemNo, &ItemRow) -> Ruled<Vec<String>>,
) -> Ruled<Response> {
    let from = start(after)?;
    let mut page = LinePage { lines: Vec::new(), next: None };
    let mut bytes = 0;
    let mut stopped = None;
    read.scan(ITEMS, (session.id, from)..(session.id + 1, 0), false, |(_, number), item: ItemRow| {
        if item.removed {
            return Ok(true);
        }
        if !page.lines.is_empty() && (page.lines.len() >= limit.max(1) as usize || bytes >= BYTES) {
            page.next = Some(number.to_string());
            return Ok(false);
        }
        match of(ItemNo(number), &item) {
            Ok(mut lines) => {
                bytes += lines.iter().map(String::len).sum::<usize>();
                page.lines.append(&mut lines);
            }
            Err(stop) => stopped = Some(stop),
        }
        Ok(stopped.is_none())
    })?;
    stopped.map_or(Ok(Response::Lines(page)), Err)
}

fn line(read: &impl Read, who: &Principal, session: &SessionRow, number: ItemNo, item: &ItemRow) -> Ruled<String> {
    let (all, imported) = seen(read, who, session, number, item)?;
    let ours: Vec<&AnswerVersion> =
        all.iter().filter(|v| session.schemas.contains(&v.schema)).filter(|v| kept(v, &all)).collect();
    let ids: BTreeSet<&str> = all.iter().map(|v| v.assessment_id.as_str()).collect();
    let mut out: Vec<_> = imported
        .iter()
        // An export that came back is not told twice.
        .filter(|a| !ids.contains(a.id()))
        .map(|a| assessment::theirs(a, &item.trace_id, item.request_time))
        .collect();
    out.extend(ours.into_iter().map(|v| assessment::ours(v, &session.name)));
    let body = body(read, item.snapshot)?;
    let bad = |e: serde_json::Error| StoreError::BadRow { table: "bodies", why: format!("{}: {e}", item.trace_id) };
    Ok(trace::with_assessments(&body, &out).map_err(bad)?)
}

/// Current answers, and the feedback they supersede (MLflow keeps the chain of a feedback; an expectation it changes in
/// place). What was retracted is deleted on MLflow's side, so it is left out.
fn kept(version: &AnswerVersion, all: &[AnswerVersion]) -> bool {
    if version.valid {
        return true;
    }
    let next = all.iter().filter(|v| v.overrides.as_deref() == Some(version.assessment_id.as_str()));
    version.kind == SchemaType::Feedback && next.into_iter().any(|v| kept(v, all))
}
