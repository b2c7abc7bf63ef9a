//! `labeltui audit`: who changed what, when.

use super::table::Table;
use super::{Context, Failure, show, talk};
use crate::model::EventNo;
use crate::service::api::{AuditRow, Past, Request, Response};
use clap::Args;
use serde_json::{Value, json};

const PAGE: u32 = 2000;

/// `audit`.
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// The session; without one: what was done to the experiment (imports, questions, deleted traces, sessions that came and went)
    pub session: Option<String>,
    /// Also of deleted sessions that had the same name
    #[arg(long, requires = "session")]
    pub all: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Runs it.
///
/// # Errors
/// As the service says.
pub fn run(args: &AuditArgs, ctx: &mut Context) -> Result<(), Failure> {
    let mut rows: Vec<AuditRow> = Vec::new();
    loop {
        let page = page(args, ctx, rows.last().map(|r| r.event))?;
        if page.is_empty() {
            break;
        }
        rows.extend(page);
    }
    if let (Some(session), false) = (&args.session, args.all) {
        tell_of_earlier(session, rows.first().map(|r| r.event), ctx)?;
    }
    if args.json {
        let events: Vec<Value> = rows.iter().map(event).collect();
        let (of, name) = match &args.session {
            Some(session) => ("session", session.as_str()),
            None => ("experiment", ctx.experiment()),
        };
        let document = json!({ of: name, "events": events });
        return ctx.out.json(&document);
    }
    let mut table = Table::new(&[">event", "when", "who", "what", "trace", "schema", "detail"]);
    for r in &rows {
        let (trace, schema) = (r.trace_id.as_deref().unwrap_or(""), r.schema.as_deref().unwrap_or(""));
        let detail = if r.detail.is_null() { String::new() } else { r.detail.to_string() };
        table.row([&r.event.to_string(), &show::when(r.at), &who(r), &r.what, trace, schema, &detail]);
    }
    table.print(&mut ctx.out)?;
    Ok(())
}

fn page(args: &AuditArgs, ctx: &mut Context, after: Option<EventNo>) -> Result<Vec<AuditRow>, Failure> {
    let request = match &args.session {
        Some(session) if !args.all => Request::Audit { session: session.clone(), after, limit: PAGE },
        Some(session) => Request::AuditPast { of: Past::Session(session.clone()), after, limit: PAGE },
        None => Request::AuditPast { of: Past::Experiment(ctx.experiment().to_owned()), after, limit: PAGE },
    };
    match ctx.ask(request)? {
        Response::Audit(page) => Ok(page),
        _ => Err(Failure::unexpected("audit")),
    }
}

/// Says that a session of this name was deleted before: its events are not among these.
fn tell_of_earlier(session: &str, first: Option<EventNo>, ctx: &mut Context) -> Result<(), Failure> {
    let of = Past::Session(session.to_owned());
    let Response::Audit(earlier) = ctx.ask(Request::AuditPast { of, after: None, limit: 1 })? else {
        return Err(Failure::unexpected("audit"));
    };
    if earlier.first().map(|row| row.event) < first && !earlier.is_empty() {
        talk::say(&format!(
            "a session of this name was deleted before; its events too: labeltui audit {session} --all"
        ));
    }
    Ok(())
}

/// The account, and the name in exports where that is another.
fn who(r: &AuditRow) -> String {
    if r.account == r.assessor_id { r.account.clone() } else { format!("{} ({})", r.account, r.assessor_id) }
}

fn event(r: &AuditRow) -> Value {
    json!({
        "event": r.event,
        "at": r.at.to_string(),
        "account": r.account,
        "assessor_id": r.assessor_id,
        "what": r.what,
        "trace_id": r.trace_id,
        "schema": r.schema,
        "detail": r.detail,
    })
}
