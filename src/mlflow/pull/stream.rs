//! Traces, fetched on one thread and taken in on another, so that the server is never waited with.

use super::pages::Pages;
use super::{Pull, Pulled, Room};
use crate::ingest::{Packer, read_document};
use crate::mlflow::api::{Experiment, assessments, trace_id};
use crate::mlflow::fault::Fault;
use crate::model::Assessment;
use crate::service::api::{ImportBatch, ImportOutcome, PreparedTrace, Request, Response, Which};
use crate::service::sync::api::PulledTrace;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::thread;
use std::time::{Duration, Instant};

/// Traces of one commit.
const TRACES: usize = 100;
/// Compressed bytes of one commit.
const BYTES: usize = 4 << 20;
/// How soon it is noticed that somebody wants the pull to end.
const TICK: Duration = Duration::from_millis(100);
/// Traces one after the other at which the server fails: then it is not the traces.
const FAILING: usize = 20;
/// Traces fetched and not yet taken in, at most.
const WAITING: usize = 16;
/// A larger body waits for its turn alone.
const LARGE: usize = 8 << 20;

/// A trace as it came.
struct Fetched {
    id: String,
    /// Hash of the info.
    hash: String,
    assessments: Vec<Assessment>,
    /// The whole document, where it is new or has changed.
    document: Option<Vec<u8>>,
    fetched: bool,
    /// Its spans were not there (yet): it is fetched again next time.
    bare: bool,
    /// Why it could not be fetched.
    broken: Option<String>,
}

impl Pull<'_> {
    pub(super) fn traces(
        &self,
        experiment: &Experiment,
        mut room: Option<&mut Room>,
        out: &mut Pulled,
    ) -> Result<(), Fault> {
        let queue = room.as_ref().filter(|r| r.link.queue_id.is_some());
        let ids = queue.map(|r| r.queue.keys().cloned().collect());
        let mut pages = Pages::new(self, &experiment.id, ids);
        self.progress.begin("looking", None);
        let total = pages.look()?;
        self.progress.begin("pulling", total);
        let (to, fetched) = bounded(WAITING);
        let name = experiment.name.as_str();
        let (seen, taken) = thread::scope(|scope| {
            let (here, into) = (room.as_deref_mut(), &mut *out);
            // The receiver goes with it: where nothing is taken in any more, nothing waits to be.
            let taking = scope.spawn(move || self.take(name, fetched, here, into));
            let seen = self.fetch(name, pages, to);
            let taken =
                taking.join().unwrap_or_else(|_| Err(Fault::NotUsable("internal error in the pull".to_owned())));
            (seen, taken)
        });
        taken?;
        let seen = seen?;
        if let Some(room) = room {
            self.gone(room, &seen, out)?;
        }
        Ok(())
    }

    /// Fetches what is new; ends where nobody takes it in any more.
    fn fetch(&self, experiment: &str, mut pages: Pages<'_>, to: Sender<Fetched>) -> Result<HashSet<String>, Fault> {
        let mut failing = 0;
        loop {
            let infos = pages.next()?;
            if infos.is_empty() {
                return Ok(pages.into_seen());
            }
            let known: Vec<(String, String)> = infos.iter().map(|info| (trace_id(info), hash(info))).collect();
            let stale: HashSet<String> = match self.refresh {
                true => known.iter().map(|(id, _)| id.clone()).collect(),
                false => self.home.stale(experiment, known.clone())?.into_iter().collect(),
            };
            for (mut info, (id, hash)) in infos.into_iter().zip(known) {
                let assessments = assessments(&info);
                let mut fetched =
                    Fetched { id, hash, assessments, document: None, fetched: false, bare: false, broken: None };
                if stale.contains(&fetched.id) {
                    let spans = self.client.spans(&fetched.id);
                    failing = if spans.as_ref().is_err_and(Fault::is_internal) { failing + 1 } else { 0 };
                    match spans {
                        Ok(spans) => {
                            (fetched.fetched, fetched.bare) = (true, spans.is_none());
                            fetched.document = Some(document(&mut info, spans));
                        }
                        // Deleted since the page was made.
                        Err(fault) if fault.is_missing() => continue,
                        Err(fault @ (Fault::Refused { .. } | Fault::Unfit { .. })) if failing < FAILING => {
                            fetched.broken = Some(format!("its spans cannot be had: {fault}"));
                        }
                        Err(fault) => return Err(fault),
                    }
                }
                if to.send(fetched).is_err() {
                    return Ok(pages.into_seen());
                }
            }
        }
    }

    fn take(
        &self,
        experiment: &str,
        fetched: Receiver<Fetched>,
        mut room: Option<&mut Room>,
        out: &mut Pulled,
    ) -> Result<(), Fault> {
        let mut packer = Packer::new().map_err(Fault::Invalid)?;
        let mut batch = Batch::default();
        let mut since = Instant::now();
        loop {
            match fetched.recv_timeout(self.often.saturating_sub(since.elapsed()).min(TICK)) {
                Ok(trace) => {
                    self.progress.done(1);
                    batch.take(trace, &mut packer, out);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            let ends = self.progress.must_end();
            if ends || batch.is_full() || since.elapsed() >= self.often {
                self.flush(experiment, std::mem::take(&mut batch), room.as_deref_mut(), out)?;
                since = Instant::now();
            }
            if ends {
                self.progress.may_end();
                return Err(Fault::Stopped);
            }
        }
        self.flush(experiment, batch, room, out)
    }

    /// Stores a batch; in this order, so that whatever breaks the next pull does the rest.
    fn flush(&self, experiment: &str, batch: Batch, room: Option<&mut Room>, out: &mut Pulled) -> Result<(), Fault> {
        if batch.traces.is_empty() {
            return Ok(());
        }
        let mut refused = HashSet::new();
        if !batch.prepared.is_empty() {
            let ids: Vec<String> = batch.prepared.iter().map(|p| p.summary.trace_id.clone()).collect();
            let import = ImportBatch { experiment: experiment.to_owned(), traces: batch.prepared };
            let Response::Imported(outcomes) = self.home.ask(Request::Import(import))? else {
                return Err(Fault::NotUsable("the store gave an answer of another kind to an import".to_owned()));
            };
            for (id, outcome) in ids.into_iter().zip(outcomes) {
                match outcome {
                    ImportOutcome::Imported => out.imported += 1,
                    ImportOutcome::Updated => out.updated += 1,
                    ImportOutcome::Duplicate => out.unchanged += 1,
                    ImportOutcome::Rejected(why) => {
                        refused.insert(id.clone());
                        out.rejected.push((id, why));
                    }
                }
            }
        }
        let mut traces = batch.traces;
        traces.retain(|t| !refused.contains(&t.id));
        if let Some(room) = room {
            self.fill(room, &traces, out)?;
        }
        let seen: HashSet<String> = traces.iter().filter(|t| !t.fetched).map(|t| t.id.clone()).collect();
        let notes = traces
            .into_iter()
            .map(|t| PulledTrace {
                trace_id: t.id,
                server: self.client.uri().to_owned(),
                info: (!t.bare).then_some(t.hash),
                assessments: t.assessments,
            })
            .collect();
        let merged = self.home.pulled(notes)?.iter().filter(|id| seen.contains(*id)).count() as u64;
        out.updated += merged;
        out.unchanged += seen.len() as u64 - merged;
        Ok(())
    }

    fn fill(&self, room: &mut Room, traces: &[Fetched], out: &mut Pulled) -> Result<(), Fault> {
        let ids: Vec<String> = traces.iter().map(|t| t.id.clone()).collect();
        if !room.session.closed {
            let which = Which::Ids(ids.clone());
            let add = Request::AddTraces { session: room.name.clone(), which, refresh: false };
            if let Response::Added(added) = self.home.ask(add)? {
                out.added += added.added;
            }
        }
        let there = traces.iter().map(|t| (t.id.as_str(), t.assessments.as_slice())).collect();
        self.answers(room, ids, &there, out)
    }
}

#[derive(Default)]
struct Batch {
    traces: Vec<Fetched>,
    prepared: Vec<PreparedTrace>,
    bytes: usize,
}

impl Batch {
    fn is_full(&self) -> bool {
        self.traces.len() >= TRACES || self.bytes >= BYTES
    }

    /// Takes a trace in, if it can be read.
    fn take(&mut self, mut trace: Fetched, packer: &mut Packer, out: &mut Pulled) {
        if let Some(why) = trace.broken {
            out.rejected.push((trace.id, why));
            return;
        }
        if let Some(document) = trace.document.take() {
            match read_document(&document, packer).map(|mut d| d.traces.pop()) {
                Ok(Some(prepared)) => {
                    self.bytes += prepared.body.len();
                    self.prepared.push(prepared);
                }
                Ok(None) => {}
                Err(why) => {
                    out.rejected.push((trace.id, why));
                    return;
                }
            }
            self.bytes += if document.len() > LARGE { BYTES } else { 0 };
        }
        self.traces.push(trace);
    }
}

/// An info without its assessments: what makes a trace another one.
fn hash(info: &Value) -> String {
    let mut hash = blake3::Hasher::new();
    for (key, value) in info.as_object().into_iter().flatten().filter(|(key, _)| *key != "assessments") {
        hash.update(key.as_bytes());
        hash.update(value.to_string().as_bytes());
        hash.update(b"\n");
    }
    hash.finalize().to_hex().to_string()
}

/// The trace as `Trace.to_json` writes it; assessments go another way.
fn document(info: &mut Value, spans: Option<Vec<u8>>) -> Vec<u8> {
    if let Some(map) = info.as_object_mut() {
        map.remove("assessments");
        let seconds = map
            .get("execution_duration")
            .and_then(Value::as_str)
            .and_then(|t| t.strip_suffix('s')?.parse::<f64>().ok());
        if let Some(seconds) = seconds {
            map.remove("execution_duration");
            map.insert("execution_duration_ms".to_owned(), json!((seconds * 1000.0).round() as i64));
        }
    }
    let data = spans.unwrap_or_else(|| b"{\"spans\":[]}".to_vec());
    let info = info.to_string();
    let mut out = Vec::with_capacity(info.len() + data.len() + 20);
    out.extend_from_slice(b"{\"info\":");
    out.extend_from_slice(info.as_bytes());
    out.extend_from_slice(b",\"data\":");
    out.extend_from_slice(&data);
    out.push(b'}');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_put_together_as_the_sdk_writes_it() {
        let mut info =
            json!({ "trace_id": "tr-1", "execution_duration": "0.185s", "state": "OK", "assessments": [{}] });
        let same = hash(&json!({ "trace_id": "tr-1", "execution_duration": "0.185s", "state": "OK" }));
        assert_eq!(hash(&info), same);
        let text = String::from_utf8(document(&mut info, Some(b"{\"spans\":[]}".to_vec()))).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            value,
            json!({ "info": { "trace_id": "tr-1", "execution_duration_ms": 185, "state": "OK" },
            "data": { "spans": [] } })
        );
        assert_ne!(hash(&info), same);
    }
}
