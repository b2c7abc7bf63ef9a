//! `labeltui import`: files into the store, as fast as two cores allow and in bounded memory.

mod batches;
mod report;
mod spool;

use super::{Context, Failure, talk};
use crate::ingest::{Packer, Source, each_document};
use crate::service::api::Request;
use crate::service::client::{Service, ask};
use batches::Batches;
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use report::Report;
use spool::Input;
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

/// `import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// MLflow JSON or JSONL (v3, v2), OTLP JSON, gzip or zstd of them; - for stdin
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    /// Keep nothing when any line is bad
    #[arg(long)]
    pub strict: bool,
    /// Print the counts and the rejected lines as JSON
    #[arg(long)]
    pub json: bool,
}

/// Imports, says line by line what was not taken, and counts.
///
/// # Errors
/// Something was rejected (exit code 1), or the store cannot be reached.
pub fn run(args: &ImportArgs, ctx: &mut Context) -> Result<(), Failure> {
    // A missing store is told before an hour of reading.
    let service = ctx.service()?;
    // So is a right that is missing.
    ask(&*service, Request::ImportCheck { experiment: ctx.experiment().to_owned(), ids: Vec::new() })?;
    let served = ctx.server().is_some();
    if served {
        // The server and its people's screens go first on this machine. Where it is not allowed, all are alike.
        let _ = rustix::process::nice(10);
    }
    let inputs: Vec<_> = args.files.iter().map(|name| (name, Input::new(name, args.strict))).collect();
    let bar = progress(inputs.iter().filter_map(|(_, i)| i.as_ref().ok()));
    let report = Report::around(&bar);
    let mut good = Vec::new();
    for (name, input) in inputs {
        match input {
            Ok(input) => good.push(input),
            Err(e) => report.reject(name, 0, &e.to_string()),
        }
    }
    let import = Import { inputs: &good, report: &report, bar: &bar, served };
    let outcome = import.run(args.strict, &*service, ctx.experiment());
    bar.finish_and_clear();
    report.print(args.json, ctx)?;
    outcome?;
    if args.strict && report.has_rejected() {
        ctx.note("nothing was imported, because of --strict");
    }
    if report.has_rejected() { Err(Failure::Quiet(1)) } else { Ok(()) }
}

struct Import<'a> {
    inputs: &'a [Input],
    report: &'a Report,
    bar: &'a ProgressBar,
    /// By a team's server, whose people go first.
    served: bool,
}

impl Import<'_> {
    fn run(&self, strict: bool, service: &dyn Service, experiment: &str) -> Result<(), Failure> {
        if strict {
            self.report.only_look(true);
            let packer = || Ok(Packer::discarding().giving_way(self.served));
            self.pass(packer, &Batches::checking(service, experiment))?;
            self.report.only_look(false);
            self.report.forget_good();
            if self.report.has_rejected() {
                return Ok(());
            }
        }
        let packer = || Packer::new().map(|packer| packer.giving_way(self.served));
        self.pass(packer, &Batches::storing(service, experiment).small(self.served))
    }

    /// Reads all files once.
    fn pass(&self, packer: impl Fn() -> Result<Packer, String> + Sync, batches: &Batches<'_>) -> Result<(), Failure> {
        let threads = std::thread::available_parallelism().map_or(2, usize::from).clamp(1, 8);
        batches.run(self.report, |collector| {
            let mut before = 0;
            for input in self.inputs {
                let Source { progress, bytes, .. } = match input.open() {
                    Ok(source) => source,
                    Err(e) => {
                        self.report.reject(&input.name, 0, &e.to_string());
                        continue;
                    }
                };
                let mut stored = true;
                each_document(bytes, threads, &packer, |line, document| {
                    self.bar.set_position(before + progress.load(Ordering::Relaxed));
                    stored = collector.take(&input.name, line, document);
                    if stored { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                });
                before += progress.load(Ordering::Relaxed);
                if !stored {
                    return;
                }
            }
        })
    }
}

/// A bar on stderr where a person looks at it.
fn progress<'i>(inputs: impl Iterator<Item = &'i Input>) -> ProgressBar {
    if !talk::is_terminal() {
        return ProgressBar::hidden();
    }
    let total: Option<u64> = inputs.map(|i| i.size).sum();
    let bar = match total {
        Some(total) => ProgressBar::new(total),
        None => ProgressBar::no_length(),
    };
    let template = match total {
        Some(_) => "{bar:30} {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left",
        None => "{bytes}  {bytes_per_sec}",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
    bar
}

#[cfg(test)]
mod tests;
