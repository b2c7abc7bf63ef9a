//! `labeltui backup`, `restore` and `doctor`: the store as a file.

use super::{Context, Failure, show};
use crate::service::api::{DoctorReport, Request, Response};
use crate::store::{self, StoreError};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};

/// `backup` and `restore`.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// The backup
    pub file: PathBuf,
}

/// `doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Copies the store while work goes on.
///
/// # Errors
/// The file exists or cannot be written.
pub fn backup(args: &FileArgs, ctx: &mut Context) -> Result<(), Failure> {
    let path = std::path::absolute(&args.file).map_err(|e| Failure::io(&args.file.display().to_string(), &e))?;
    // Looked at here as well, because a store would be made only to be told so.
    if path.exists() {
        return Err(Failure::Refused(format!("{} is there already; name another file", path.display())));
    }
    ctx.ask(Request::Backup { path: path.clone() })?;
    ctx.note(&format!("wrote {}", path.display()));
    Ok(())
}

/// Puts a backup in the store's place; the old one is kept beside it.
///
/// # Errors
/// The store is in use, or the file is no sound store.
pub fn restore(args: &FileArgs, ctx: &mut Context) -> Result<(), Failure> {
    let dir = own_store(ctx, "restore")?;
    let kept = store::restore(&dir, &args.file).map_err(|e| failure(e, &dir))?;
    ctx.note(&format!("restored {} from {}", dir.display(), args.file.display()));
    if let Some(kept) = kept {
        ctx.note(&format!("the store as it was is kept as {}", kept.display()));
    }
    Ok(())
}

/// Checks the store, also one that can no longer be opened.
///
/// # Errors
/// There is no store; or problems were found, which are data and exit code 1.
pub fn doctor(args: &DoctorArgs, ctx: &mut Context) -> Result<(), Failure> {
    // Looked at first, because asking would make a store only to find it sound.
    if ctx.server().is_none() {
        let file = store::database(&ctx.store_dir()?);
        if !file.exists() {
            return Err(Failure::Refused(format!(
                "there is no store at {}; name another with --store",
                file.display()
            )));
        }
    }
    let report = match ctx.ask(Request::Doctor) {
        Ok(Response::Doctor(report)) => report,
        Ok(_) => return Err(Failure::unexpected("doctor")),
        Err(why @ Failure::Unreachable(_)) => examined(ctx, why)?,
        Err(other) => return Err(other),
    };
    if args.json {
        ctx.out.json(&json!({
            "store": report.store,
            "format_version": report.format_version,
            "file_bytes": report.file_bytes,
            "traces": report.traces,
            "sessions": report.sessions,
            "events": report.events,
            "problems": report.problems,
        }))?;
    } else {
        ctx.out.line(&format!("store     {}", report.store))?;
        ctx.out.line(&format!("format    {}", report.format_version))?;
        ctx.out.line(&format!("size      {} bytes", report.file_bytes))?;
        let counts = [(report.traces, "trace"), (report.sessions, "session"), (report.events, "event")];
        ctx.out.line(&format!("holds     {}", counts.map(|(n, what)| show::count(n, what)).join(", ")))?;
        match report.problems.len() {
            0 => ctx.out.line("problems  none")?,
            n => ctx.out.line(&format!("problems  {n}"))?,
        }
        for problem in &report.problems {
            ctx.out.line(&format!("  {problem}"))?;
        }
    }
    if report.problems.is_empty() { Ok(()) } else { Err(Failure::Quiet(1)) }
}

/// What can be said of a store that does not open.
fn examined(ctx: &Context, why: Failure) -> Result<DoctorReport, Failure> {
    let Ok(dir) = own_store(ctx, "doctor") else { return Err(why) };
    let Ok(found) = store::examine(&dir) else { return Err(why) };
    let rows = |table| found.rows.get(table).copied().unwrap_or(0);
    let mut problems = found.problems;
    if problems.is_empty() {
        // It does not open, whatever the examination says.
        problems.extend(why.message().map(str::to_owned));
    }
    Ok(DoctorReport {
        store: store::database(&dir).display().to_string(),
        format_version: found.format_version,
        file_bytes: found.file_bytes,
        traces: rows("traces"),
        sessions: rows("sessions"),
        events: rows("events"),
        problems,
    })
}

fn own_store(ctx: &Context, command: &str) -> Result<PathBuf, Failure> {
    match ctx.server() {
        None => ctx.store_dir(),
        Some(socket) => Err(Failure::Refused(format!(
            "{command} works on the store itself, not through the server {}; run it there with --store",
            socket.display()
        ))),
    }
}

fn failure(error: StoreError, dir: &Path) -> Failure {
    match error {
        StoreError::InUse(_) => {
            let who = store::holder(dir).map(|h| format!(" (pid {})", h.pid)).unwrap_or_default();
            Failure::Refused(format!("{} is in use by labeltui{who}; leave it there first", dir.display()))
        }
        StoreError::File { .. } | StoreError::Foreign(_) | StoreError::Newer { .. } => {
            Failure::Refused(error.to_string())
        }
        _ => Failure::Unreachable(error.to_string()),
    }
}
