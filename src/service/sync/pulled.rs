//! Traces that a pull saw: which to fetch, and the assessments that came with them.

use super::api::{PulledTrace, SyncResponse};
use super::news::{self, may_answer};
use crate::model::{Assessment, ItemNo};
use crate::service::answering::ground::versions;
use crate::service::api::{Notice, Response};
use crate::service::ruling::{Done, Ruled};
use crate::store::{CAME, EXPERIMENTS, IMPORTED, ITEM_OF_TRACE, PULLED, Read, SESSIONS_OF_TRACE, TRACES, Txn};
use std::collections::BTreeSet;

/// The traces that are not here, or whose info was another one.
///
/// # Errors
/// The store's.
pub fn stale(read: &impl Read, experiment: &str, traces: &[(String, String)]) -> Ruled<SyncResponse> {
    let home = read.get(EXPERIMENTS, experiment)?.map(|row| row.id);
    let mut ids = Vec::new();
    for (id, info) in traces {
        let here = read.get(TRACES, id.as_str())?.is_some_and(|row| Some(row.experiment) == home);
        if !here || read.get(PULLED, id.as_str())?.as_ref() != Some(info) {
            ids.push(id.clone());
        }
    }
    Ok(SyncResponse::Ids(ids))
}

/// Merges assessments by id, and remembers the infos.
///
/// # Errors
/// The store's.
pub fn pulled(txn: &Txn, traces: &[PulledTrace]) -> Ruled<Done> {
    let mut changed = Vec::new();
    for trace in traces {
        let id = trace.trace_id.as_str();
        if txn.get(TRACES, id)?.is_none() {
            continue;
        }
        let (mut new, mut news) = (false, Vec::new());
        let ours = ours(txn, id)?;
        // What this store pushed is never foreign.
        for assessment in trace.assessments.iter().filter(|a| !ours.contains(a.id())) {
            let before = txn.get(IMPORTED, (id, assessment.id()))?;
            if before.is_none() && !trace.server.is_empty() {
                txn.put(CAME, (id, assessment.id()), &trace.server)?;
            }
            if before.as_ref() != Some(assessment) {
                txn.put(IMPORTED, (id, assessment.id()), assessment)?;
                new = true;
                news.extend(may_answer(assessment).then(|| assessment.id().to_owned()));
            }
        }
        for gone in gone(txn, trace)? {
            txn.remove(CAME, (id, gone.as_str()))?;
            new |= txn.remove(IMPORTED, (id, gone.as_str()))?;
        }
        news::note(txn, id, &news)?;
        if new {
            changed.push(id.to_owned());
        }
        if let Some(info) = &trace.info
            && txn.get(PULLED, id)?.as_ref() != Some(info)
        {
            txn.put(PULLED, id, info)?;
        }
    }
    let any = !changed.is_empty();
    let answer = Response::Sync(SyncResponse::Merged(changed));
    Ok(if any { Done::telling(answer, Notice::Traces) } else { Done::quiet(answer) })
}

/// What was had from this server and is not there any more. What a file brought, or another server, is not its business.
fn gone(read: &impl Read, trace: &PulledTrace) -> Ruled<Vec<String>> {
    let there: BTreeSet<&str> = trace.assessments.iter().map(Assessment::id).collect();
    let mut gone = Vec::new();
    read.scan(CAME, (trace.trace_id.as_str(), "").., false, |(of, id), server: String| {
        let same = of == trace.trace_id;
        if same && server == trace.server && !there.contains(id) {
            gone.push(id.to_owned());
        }
        Ok(same)
    })?;
    Ok(gone)
}

/// Ids of the answers to a trace in all sessions.
fn ours(read: &impl Read, trace: &str) -> Ruled<BTreeSet<String>> {
    let mut sessions = Vec::new();
    read.scan(SESSIONS_OF_TRACE, (trace, 0)..=(trace, u32::MAX), false, |(_, session), ()| {
        sessions.push(session);
        Ok(true)
    })?;
    let mut ids = BTreeSet::new();
    for session in sessions {
        if let Some(item) = read.get(ITEM_OF_TRACE, (session, trace))? {
            ids.extend(versions(read, session, ItemNo(item))?.into_iter().map(|v| v.assessment_id));
        }
    }
    Ok(ids)
}
