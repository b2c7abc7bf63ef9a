//! Traces to the service in batches; while one is being stored the next is being read.

use super::report::Report;
use crate::cli::Failure;
use crate::ingest::Document;
use crate::service::api::{ImportBatch, ImportOutcome, PreparedTrace, Request, Response};
use crate::service::client::{Service, ask};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::thread;

/// Compressed bytes of one batch: one commit each, and a frame of the socket must hold it.
const BYTES: usize = 4 << 20;
/// Traces of one batch.
const TRACES: usize = 2000;
/// The same for a team's server: reading a batch there takes its writer's core away for a millisecond or two.
const SERVED: (usize, usize) = (256 << 10, 200);

/// What is done with batches.
pub(super) struct Batches<'a> {
    service: &'a dyn Service,
    experiment: &'a str,
    /// Only ask what would become of them.
    checking: bool,
    /// Most bytes and traces of a batch.
    most: (usize, usize),
}

/// Traces on their way, with where each came from.
#[derive(Default)]
struct Batch {
    traces: Vec<PreparedTrace>,
    from: Vec<(usize, u64)>,
    bytes: usize,
}

/// Collects documents and sends full batches on.
pub(super) struct Collector<'c> {
    to: &'c Sender<(Batch, Vec<String>)>,
    report: &'c Report,
    batch: Batch,
    most: (usize, usize),
    /// Names of files, as `Batch::from` counts them.
    files: Vec<String>,
}

impl<'a> Batches<'a> {
    pub(super) const fn storing(service: &'a dyn Service, experiment: &'a str) -> Self {
        Self { service, experiment, checking: false, most: (BYTES, TRACES) }
    }

    pub(super) const fn checking(service: &'a dyn Service, experiment: &'a str) -> Self {
        Self { service, experiment, checking: true, most: (BYTES, TRACES) }
    }

    /// In batches as a team's server wants them.
    pub(super) const fn small(self, served: bool) -> Self {
        Self { most: if served { SERVED } else { (BYTES, TRACES) }, ..self }
    }

    /// Runs `read`, which hands documents to the collector, beside the thread that sends batches.
    ///
    /// # Errors
    /// The service refused a batch as a whole: what was stored before it stays stored and is in the report.
    pub(super) fn run(&self, report: &Report, read: impl FnOnce(&mut Collector<'_>)) -> Result<(), Failure> {
        let (to, batches) = bounded(1);
        thread::scope(|scope| {
            let sender = scope.spawn(|| self.send_all(batches, report));
            let mut collector =
                Collector { to: &to, report, batch: Batch::default(), most: self.most, files: Vec::new() };
            read(&mut collector);
            collector.flush();
            drop(to);
            sender.join().unwrap_or_else(|_| Err(Failure::Unreachable("internal error in the import".to_owned())))
        })
    }

    fn send_all(&self, batches: Receiver<(Batch, Vec<String>)>, report: &Report) -> Result<(), Failure> {
        for (batch, files) in batches {
            let outcomes = self.send(batch.traces)?;
            for ((file, line), outcome) in batch.from.into_iter().zip(&outcomes) {
                report.count(files.get(file).map_or("", String::as_str), line, outcome);
            }
        }
        Ok(())
    }

    fn send(&self, traces: Vec<PreparedTrace>) -> Result<Vec<ImportOutcome>, Failure> {
        let experiment = self.experiment.to_owned();
        let wanted = traces.len();
        let request = if self.checking {
            let ids = traces.into_iter().map(|t| t.summary.trace_id).collect();
            Request::ImportCheck { experiment, ids }
        } else {
            Request::Import(ImportBatch { experiment, traces })
        };
        match ask(self.service, request)? {
            Response::Imported(outcomes) if outcomes.len() == wanted => Ok(outcomes),
            _ => Err(Failure::unexpected("import")),
        }
    }
}

impl Collector<'_> {
    /// Takes one document; false once nobody stores any more.
    pub(super) fn take(&mut self, file: &str, line: u64, document: Result<Document, String>) -> bool {
        let document = match document {
            Ok(document) => document,
            Err(why) => {
                self.report.reject(file, line, &why);
                return true;
            }
        };
        for why in &document.rejected {
            self.report.reject(file, line, why);
        }
        for what in &document.warnings {
            self.report.warn(file, line, what);
        }
        if self.files.last().is_none_or(|last| last != file) {
            self.files.push(file.to_owned());
        }
        for trace in document.traces {
            let bytes = trace.body.len();
            if !self.batch.traces.is_empty()
                && (self.batch.bytes + bytes > self.most.0 || self.batch.traces.len() >= self.most.1)
                && !self.flush()
            {
                return false;
            }
            self.batch.bytes += bytes;
            self.batch.from.push((self.files.len() - 1, line));
            self.batch.traces.push(trace);
        }
        true
    }

    fn flush(&mut self) -> bool {
        let batch = std::mem::take(&mut self.batch);
        batch.traces.is_empty() || self.to.send((batch, self.files.clone())).is_ok()
    }
}
