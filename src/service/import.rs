//! Importing: which traces are new, updated, duplicates, or not taken (RULES: Identity and copies).

use super::api::{ImportBatch, ImportOutcome, Notice, PreparedTrace, Principal, Response};
use super::event::{Event, append};
use super::experiments;
use super::ruling::{Done, Ruled};
use super::sync::news::{self, may_answer};
use super::traces::{body, release};
use super::turns;
use crate::ingest;
use crate::model::{Assessment, SnapshotId};
use crate::store::{
    BODIES, CAME, EXPERIMENTS, ExperimentRow, IMPORTED, META, Read, SNAPSHOTS, SnapshotRow, StoreError, TRACE_ORDER,
    TRACES, TraceRow, Txn, Weight,
};

/// Name of the newest snapshot's number in `META`.
const LAST_SNAPSHOT: &str = "last_snapshot";
/// Longest trace id, in bytes: it is a part of many keys.
const LONGEST_ID: usize = 1024;

/// Most traces and bytes of a part of a team's batch: a save that comes while one is written waits for it.
const PART: Weight = Weight { traces: 4, bytes: 48 << 10 };

/// A piece of a batch that is written at once.
pub struct Part {
    /// Its traces.
    pub batch: ImportBatch,
    /// How much that is.
    pub weight: Weight,
}

/// What some traces weigh in a transaction.
#[must_use]
pub fn weight(traces: &[PreparedTrace]) -> Weight {
    Weight { traces: traces.len(), bytes: traces.iter().map(|t| t.body.len()).sum() }
}

/// A batch in pieces, in its order; an empty one is one piece.
#[must_use]
pub fn parts(batch: ImportBatch) -> Vec<Part> {
    let mut pieces = vec![Vec::new()];
    let mut bytes = 0;
    for trace in batch.traces {
        let full =
            pieces.last().is_none_or(|p: &Vec<_>| p.len() >= PART.traces || bytes + trace.body.len() > PART.bytes);
        if full && pieces.last().is_some_and(|p| !p.is_empty()) {
            pieces.push(Vec::new());
            bytes = 0;
        }
        bytes += trace.body.len();
        if let Some(piece) = pieces.last_mut() {
            piece.push(trace);
        }
    }
    let part = |traces: Vec<PreparedTrace>| {
        let weight = weight(&traces);
        Part { batch: ImportBatch { experiment: batch.experiment.clone(), traces }, weight }
    };
    pieces.into_iter().map(part).collect()
}

/// Stores a batch; one event for all of it, none where nothing changed.
///
/// # Errors
/// The experiment's name is none; the store's.
pub fn import(txn: &Txn, who: &Principal, batch: &ImportBatch) -> Ruled<Done> {
    let before = txn.get(EXPERIMENTS, batch.experiment.as_str())?;
    let mut inside = Batch { txn, experiment: before.clone(), name: &batch.experiment };
    let mut outcomes = Vec::with_capacity(batch.traces.len());
    for trace in &batch.traces {
        outcomes.push(inside.take(trace)?);
    }
    let count = |wanted: fn(&ImportOutcome) -> bool| outcomes.iter().filter(|o| wanted(o)).count() as u64;
    let event = Event::Imported {
        experiment: batch.experiment.clone(),
        imported: count(|o| *o == ImportOutcome::Imported),
        updated: count(|o| *o == ImportOutcome::Updated),
        duplicates: count(|o| *o == ImportOutcome::Duplicate),
        rejected: count(|o| matches!(o, ImportOutcome::Rejected(_))),
    };
    let changed = outcomes.iter().any(|o| matches!(o, ImportOutcome::Imported | ImportOutcome::Updated));
    if !changed {
        return Ok(Done::quiet(Response::Imported(outcomes)));
    }
    if let Some(row) = inside.experiment.filter(|row| before.is_none_or(|b| b.traces != row.traces)) {
        txn.put(EXPERIMENTS, batch.experiment.as_str(), &row)?;
    }
    append(txn, who, None, None, &event)?;
    Ok(Done::telling(Response::Imported(outcomes), Notice::Traces))
}

/// What would be rejected, without changing anything.
///
/// # Errors
/// The store's.
pub fn check(read: &impl Read, experiment: &str, ids: &[String]) -> Ruled<Response> {
    let own = read.get(EXPERIMENTS, experiment)?.map(|row| row.id);
    let mut outcomes = Vec::with_capacity(ids.len());
    for id in ids {
        let why = match bad_id(id) {
            Some(why) => Some(why),
            None => match read.get(TRACES, id.as_str())? {
                Some(row) if Some(row.experiment) != own => Some(elsewhere(read, id, row.experiment)?),
                _ => None,
            },
        };
        outcomes.push(why.map_or(ImportOutcome::Duplicate, ImportOutcome::Rejected));
    }
    Ok(Response::Imported(outcomes))
}

fn bad_id(id: &str) -> Option<String> {
    if id.is_empty() {
        return Some("no trace_id: a trace without an id cannot be kept".to_owned());
    }
    (id.len() > LONGEST_ID).then(|| format!("the trace_id is longer than {LONGEST_ID} bytes"))
}

fn elsewhere(read: &impl Read, id: &str, experiment: u32) -> Result<String, StoreError> {
    let name = experiments::name(read, experiment)?;
    Ok(format!(
        "trace {id} is in experiment {name} already, and a trace belongs to one; import it with --experiment {name}"
    ))
}

struct Batch<'a, 't> {
    txn: &'a Txn<'t>,
    /// Made by the first trace that is taken.
    experiment: Option<ExperimentRow>,
    name: &'a str,
}

impl Batch<'_, '_> {
    fn take(&mut self, trace: &PreparedTrace) -> Ruled<ImportOutcome> {
        let id = trace.summary.trace_id.as_str();
        if let Some(why) = bad_id(id) {
            return Ok(ImportOutcome::Rejected(why));
        }
        match self.txn.get(TRACES, id)? {
            None => self.add(trace),
            Some(row) if self.experiment.as_ref().is_none_or(|e| e.id != row.experiment) => {
                Ok(ImportOutcome::Rejected(elsewhere(self.txn, id, row.experiment)?))
            }
            Some(row) => self.update(trace, row),
        }
    }

    fn add(&mut self, trace: &PreparedTrace) -> Ruled<ImportOutcome> {
        let mut experiment = match self.experiment.take() {
            Some(row) => row,
            None => experiments::enter(self.txn, self.name)?,
        };
        experiment.traces += 1;
        let row = TraceRow {
            experiment: experiment.id,
            snapshot: self.snapshot(trace)?,
            hash: trace.hash.clone(),
            summary: trace.summary.clone(),
            imported_at: self.txn.now,
        };
        self.experiment = Some(experiment);
        let id = trace.summary.trace_id.as_str();
        self.txn.put(TRACES, id, &row)?;
        self.txn.put(TRACE_ORDER, (row.experiment, row.summary.request_time.0, id), &())?;
        turns::enter(self.txn, &row)?;
        // A session's copy may have outlived a deleted trace, and its assessments with it.
        self.assess(id, &trace.assessments)?;
        Ok(ImportOutcome::Imported)
    }

    fn update(&self, trace: &PreparedTrace, mut row: TraceRow) -> Ruled<ImportOutcome> {
        let id = trace.summary.trace_id.as_str();
        let mut changed = self.assess(id, &trace.assessments)?;
        if row.hash != trace.hash {
            let merged = if trace.merge {
                match ingest::merge(&body(self.txn, row.snapshot)?, trace) {
                    Ok(merged) => Some(merged),
                    Err(why) => return Ok(ImportOutcome::Rejected(why)),
                }
            } else {
                None
            };
            let trace = merged.as_ref().unwrap_or(trace);
            if row.hash != trace.hash {
                changed = true;
                let (old, time) = (row.snapshot, row.summary.request_time);
                turns::leave(self.txn, &row)?;
                row.snapshot = self.snapshot(trace)?;
                row.hash.clone_from(&trace.hash);
                row.summary.clone_from(&trace.summary);
                if time != row.summary.request_time {
                    self.txn.remove(TRACE_ORDER, (row.experiment, time.0, id))?;
                    self.txn.put(TRACE_ORDER, (row.experiment, row.summary.request_time.0, id), &())?;
                }
                self.txn.put(TRACES, id, &row)?;
                turns::enter(self.txn, &row)?;
                release(self.txn, old)?;
            }
        }
        Ok(if changed { ImportOutcome::Updated } else { ImportOutcome::Duplicate })
    }

    /// A new immutable body, referred to by its trace.
    fn snapshot(&self, trace: &PreparedTrace) -> Ruled<SnapshotId> {
        let snapshot = SnapshotId(self.txn.get(META, LAST_SNAPSHOT)?.unwrap_or(0) + 1);
        self.txn.put(META, LAST_SNAPSHOT, &snapshot.0)?;
        self.txn.put_bytes(BODIES, snapshot.0, &trace.body)?;
        let row = SnapshotRow { trace_id: trace.summary.trace_id.clone(), hash: trace.hash.clone(), references: 1 };
        self.txn.put(SNAPSHOTS, snapshot.0, &row)?;
        Ok(snapshot)
    }

    /// Merges assessments by id; whether anything is new.
    fn assess(&self, id: &str, assessments: &[Assessment]) -> Ruled<bool> {
        let (mut changed, mut news) = (false, Vec::new());
        for assessment in assessments {
            let key = (id, assessment.id());
            // What a file has brought stays, wherever else it was.
            if self.txn.get(CAME, key)?.is_some() {
                self.txn.remove(CAME, key)?;
            }
            if self.txn.get(IMPORTED, key)?.as_ref() != Some(assessment) {
                self.txn.put(IMPORTED, key, assessment)?;
                changed = true;
                news.extend(may_answer(assessment).then(|| assessment.id().to_owned()));
            }
        }
        news::note(self.txn, id, &news)?;
        Ok(changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Time, TraceSummary};
    use crate::service::api::{Call, Request, Role, SessionSpec};
    use crate::service::kit::{Kit, person};

    fn batch(traces: usize, bytes: usize) -> ImportBatch {
        let trace = |n: usize| PreparedTrace {
            hash: format!("{n}"),
            body: vec![0; bytes],
            summary: TraceSummary {
                trace_id: format!("tr-new-{n:03}"),
                request_time: Time(n as i64),
                ..TraceSummary::default()
            },
            assessments: Vec::new(),
            merge: false,
        };
        ImportBatch { experiment: "Default".into(), traces: (0..traces).map(trace).collect() }
    }

    #[test]
    fn a_teams_batch_waits_in_parts_of_few_traces_and_bytes() {
        let counts = |batch| parts(batch).iter().map(|p| p.batch.traces.len()).collect::<Vec<_>>();
        assert_eq!(counts(batch(10, 10)), [4, 4, 2]);
        assert_eq!(counts(batch(5, 20 << 10)), [2, 2, 1]);
        assert_eq!(counts(batch(2, 1 << 20)), [1, 1], "a large one is a part of its own");
        assert_eq!(counts(batch(0, 0)), [0]);
    }

    #[test]
    fn a_batch_in_parts_asked_for_again_answers_the_same_and_changes_nothing() {
        let kit = Kit::team(1, SessionSpec::default());
        let call = Call::new(Request::Import(batch(60, 10)));
        let ask = || kit.local.handle(&person("lead", Role::Lead), kit.now(), call.clone()).unwrap();
        let Response::Imported(first) = ask() else { panic!() };
        assert_eq!(first, vec![ImportOutcome::Imported; 60]);
        let events = kit.events();
        let Response::Imported(again) = ask() else { panic!() };
        assert_eq!((again, kit.events()), (first, events));
    }
}
