//! `labeltui audit`: who changed what, when.

use super::table::Table;
use super::{Context, Failure, show};
use crate::service::api::{AuditRow, Request, Response};
use clap::Args;
use serde_json::{Value, json};

const PAGE: u32 = 2000;

/// `audit`.
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// The session
    pub session: String,
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
        let after = rows.last().map(|r| r.event);
        let Response::Audit(page) = ctx.ask(Request::Audit { session: args.session.clone(), after, limit: PAGE })?
        else {
            return Err(Failure::unexpected("audit"));
        };
        if page.is_empty() {
            break;
        }
        rows.extend(page);
    }
    if args.json {
        let events: Vec<Value> = rows.iter().map(event).collect();
        return ctx.out.json(&json!({ "session": args.session, "events": events }));
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
