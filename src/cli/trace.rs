//! `labeltui trace`: look at traces outside any session, and delete them.

mod view;

use super::table::Table;
use super::{Context, Failure, show};
use crate::model::TraceSummary;
use crate::model::json::{Json, parse};
use crate::service::api::{Request, Response, TraceCursor, TraceDoc, TracePage, Which};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

/// Rows asked for at once.
const PAGE: u32 = 1000;

/// `trace`.
#[derive(Debug, Subcommand)]
pub enum TraceCommand {
    /// The traces of the experiment, newest first
    List(TraceListArgs),
    /// One trace: what was asked and answered, its spans, documents and assessments
    Show(TraceShowArgs),
    /// Delete traces; sessions keep their copies
    Delete(TraceDeleteArgs),
}

/// `trace list`.
#[derive(Debug, Args)]
pub struct TraceListArgs {
    /// Only these, in MLflow's search grammar: "status = 'ERROR' AND tag.env = 'prod'"
    #[arg(long, value_name = "EXPR")]
    pub filter: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `trace show`.
#[derive(Debug, Args)]
pub struct TraceShowArgs {
    /// Its id
    pub id: String,
    /// Print the whole trace as MLflow's JSON, with the assessments that came with it
    #[arg(long)]
    pub json: bool,
}

/// `trace delete`.
#[derive(Debug, Args)]
pub struct TraceDeleteArgs {
    /// Their ids
    #[arg(required_unless_present_any = ["filter", "all"], conflicts_with_all = ["filter", "all"], value_name = "ID")]
    pub ids: Vec<String>,
    /// Those that match, in MLflow's search grammar
    #[arg(long, value_name = "EXPR")]
    pub filter: Option<String>,
    /// All of the experiment
    #[arg(long, conflicts_with = "filter")]
    pub all: bool,
}

/// Runs it.
///
/// # Errors
/// As the service says, or the output cannot be written.
pub fn run(command: TraceCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        TraceCommand::List(args) => list(&args, ctx),
        TraceCommand::Show(args) => show_one(&args, ctx),
        TraceCommand::Delete(args) => delete(args, ctx),
    }
}

/// A row in the shape that docs/json.md promises.
fn summary_json(s: &TraceSummary) -> Value {
    json!({
        "trace_id": s.trace_id,
        "name": s.name,
        "state": s.state,
        "request_time": s.request_time.to_string(),
        "duration_ms": s.duration_ms,
        "tokens": s.tokens,
        "spans": s.spans,
        "bytes": s.bytes,
        "request_preview": s.request_preview,
        "response_preview": s.response_preview,
        "client_request_id": s.client_request_id,
        "tags": s.tags,
        "metadata": s.metadata,
    })
}

fn list(args: &TraceListArgs, ctx: &mut Context) -> Result<(), Failure> {
    let most = args.limit.unwrap_or(u64::MAX);
    let mut after = None;
    let mut rows = Vec::new();
    let total = loop {
        let left = most - rows.len() as u64;
        let limit = u32::try_from(left).unwrap_or(PAGE).clamp(1, PAGE);
        let page = page(ctx, args, after, limit)?;
        rows.extend(page.rows);
        match page.next {
            Some(next) if (rows.len() as u64) < most => after = Some(next),
            _ => break page.total,
        }
    };
    rows.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    if args.json {
        let rows: Vec<_> = rows.iter().map(summary_json).collect();
        return ctx.out.json(&json!({"traces": rows, "total": total}));
    }
    let mut table = Table::new(&["trace", "time", "state", ">ms", ">tokens", ">spans", "name", "request"]);
    for row in &rows {
        table.row([
            &row.trace_id,
            &show::when(row.request_time),
            &row.state,
            &row.duration_ms.map(|ms| ms.to_string()).unwrap_or_default(),
            &row.tokens.map(|n| n.to_string()).unwrap_or_default(),
            &row.spans.to_string(),
            &row.name,
            &row.request_preview,
        ]);
    }
    if table.is_empty() {
        let which = if args.filter.is_some() && total > 0 { " that match" } else { "" };
        ctx.note(&format!("no traces{which} in experiment {}", ctx.experiment()));
        return Ok(());
    }
    table.print(&mut ctx.out)?;
    Ok(())
}

fn page(ctx: &Context, args: &TraceListArgs, after: Option<TraceCursor>, limit: u32) -> Result<TracePage, Failure> {
    let request =
        Request::TraceList { experiment: ctx.experiment().to_owned(), filter: args.filter.clone(), after, limit };
    match ctx.ask(request)? {
        Response::Traces(page) => Ok(page),
        _ => Err(Failure::unexpected("trace list")),
    }
}

fn show_one(args: &TraceShowArgs, ctx: &mut Context) -> Result<(), Failure> {
    let doc = match ctx.ask(Request::TraceShow { trace_id: args.id.clone() })? {
        Response::Trace(doc) => doc,
        _ => return Err(Failure::unexpected("trace show")),
    };
    if !args.json {
        return view::print(&doc, &mut ctx.out);
    }
    let json =
        with_assessments(&doc).ok_or_else(|| Failure::Unreachable(format!("{}: its body is damaged", args.id)))?;
    ctx.out.exact(super::json::escape(&json).as_bytes())?;
    ctx.out.exact(b"\n")
}

/// The trace as a file of MLflow's has it.
fn with_assessments(doc: &TraceDoc) -> Option<String> {
    let assessments = serde_json::to_string(&doc.assessments).ok()?;
    let (mut trace, _) = parse(&doc.body).ok()?;
    let mut info = trace.take("info")?;
    if !doc.assessments.is_empty() {
        info.put("assessments", parse(&assessments).ok()?.0);
    }
    trace.put("info", info);
    Some(Json::to_json(&trace))
}

fn delete(args: TraceDeleteArgs, ctx: &mut Context) -> Result<(), Failure> {
    let which = match args.filter {
        Some(filter) => Which::Filter(filter),
        None if args.all => Which::All,
        None => Which::Ids(args.ids),
    };
    let n = match ctx.ask(Request::TraceDelete { experiment: ctx.experiment().to_owned(), which })? {
        Response::Count(n) => n,
        _ => return Err(Failure::unexpected("trace delete")),
    };
    ctx.note(&format!("deleted {}", show::count(n, "trace")));
    Ok(())
}
