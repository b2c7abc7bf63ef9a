//! `labeltui dataset` and `labeltui export`: JSON lines, page by page.

use super::file::Target;
use super::{Context, Failure, json, show};
use crate::service::api::{LinePage, Request, Response};
use clap::Args;
use std::path::{Path, PathBuf};

/// Most lines asked for at once; a trace may be megabytes, so the service gives fewer where they are large.
const PAGE: u32 = 200;

/// `dataset`.
#[derive(Debug, Args)]
pub struct DatasetArgs {
    /// The session
    pub session: String,
    /// Expectations that came with the traces, too
    #[arg(long)]
    pub imported: bool,
    /// Keep every reviewer's expectations, not only the newest of each name
    #[arg(long)]
    pub per_reviewer: bool,
    /// Write to a file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Merge into an MLflow evaluation dataset of this name instead
    #[arg(long, value_name = "NAME", conflicts_with = "output")]
    pub to_mlflow: Option<String>,
}

/// `export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The session
    pub session: String,
    /// Write to a file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Evaluation records.
///
/// # Errors
/// As the service says, or the output cannot be written.
pub fn dataset(args: &DatasetArgs, ctx: &mut Context) -> Result<(), Failure> {
    if let Some(name) = &args.to_mlflow {
        return super::mlflow::dataset(args, name, ctx);
    }
    let n = pages(ctx, args.output.as_deref(), |after| Request::Dataset {
        session: args.session.clone(),
        imported: args.imported,
        per_reviewer: args.per_reviewer,
        after,
        limit: PAGE,
    })?;
    if n == 0 {
        ctx.note(&format!("no submitted expectations in {}", args.session));
    }
    told(ctx, n, "record", args.output.as_deref());
    Ok(())
}

/// Traces with their assessments.
///
/// # Errors
/// As the service says, or the output cannot be written.
pub fn export(args: &ExportArgs, ctx: &mut Context) -> Result<(), Failure> {
    let n = export_to(ctx, &args.session, args.output.as_deref())?;
    told(ctx, n, "trace", args.output.as_deref());
    Ok(())
}

/// Writes the export of a session and says how many traces that were.
///
/// # Errors
/// As the service says, or the output cannot be written.
pub fn export_to(ctx: &mut Context, session: &str, output: Option<&Path>) -> Result<u64, Failure> {
    pages(ctx, output, |after| Request::Export { session: session.to_owned(), after, limit: PAGE })
}

fn told(ctx: &Context, n: u64, what: &str, output: Option<&Path>) {
    if let Some(path) = output.filter(|p| *p != Path::new("-")) {
        ctx.note(&format!("wrote {} to {}", show::count(n, what), path.display()));
    }
}

/// The first page is asked for before any file is made, so a refusal leaves nothing behind.
fn pages(ctx: &mut Context, output: Option<&Path>, ask: impl Fn(Option<String>) -> Request) -> Result<u64, Failure> {
    let service = ctx.service()?;
    let page = |after| match crate::service::client::ask(&*service, ask(after))? {
        Response::Lines(page) => Ok::<LinePage, Failure>(page),
        _ => Err(Failure::unexpected("a page of lines")),
    };
    let mut current = page(None)?;
    Target::open(output)?.fill(&mut ctx.out, |out| {
        let mut n = 0;
        loop {
            for line in &current.lines {
                out.exact(json::escape(line).as_bytes())?;
                out.exact(b"\n")?;
                n += 1;
            }
            match current.next.take() {
                Some(next) => current = page(Some(next))?,
                None => return Ok(n),
            }
        }
    })
}
