//! `labeltui stats`: progress per person, answers per schema.

use super::table::Table;
use super::{Context, Failure, session};
use crate::service::api::{Request, Response, SchemaStats};
use clap::Args;
use serde_json::{Map, Value, json};

/// `stats`.
#[derive(Debug, Args)]
pub struct StatsArgs {
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
pub fn run(args: &StatsArgs, ctx: &mut Context) -> Result<(), Failure> {
    let Response::Stats(stats) = ctx.ask(Request::Stats { session: args.session.clone() })? else {
        return Err(Failure::unexpected("stats"));
    };
    if args.json {
        let schemas: Vec<Value> = stats.schemas.iter().map(schema_json).collect();
        let session = session::session_json(&stats.session);
        return ctx.out.json(&json!({
            "session": stats.session.name,
            "progress": session["progress"],
            "people": session["people"],
            "schemas": schemas,
        }));
    }
    ctx.out.line(&session::summary(&stats.session.progress))?;
    session::print_people(&stats.session, ctx)?;
    let mut table = Table::new(&["schema", "type", ">answers", ">comments", "values"]);
    for s in &stats.schemas {
        table.row([
            &s.name,
            super::schema::type_name(s.kind),
            &s.answers.to_string(),
            &s.comments.to_string(),
            &values(s),
        ]);
    }
    table.print(&mut ctx.out)?;
    Ok(())
}

fn schema_json(s: &SchemaStats) -> Value {
    let values: Map<String, Value> = s.values.iter().map(|(option, n)| (option.clone(), json!(n))).collect();
    json!({
        "name": s.name,
        "type": s.kind,
        "version": s.version,
        "answers": s.answers,
        "comments": s.comments,
        "values": values,
        "mean": s.mean,
        "min": s.min,
        "max": s.max,
    })
}

/// `Yes 12, No 3` or `mean 3.42, 1 to 5`.
fn values(s: &SchemaStats) -> String {
    if let (Some(mean), Some(min), Some(max)) = (s.mean, s.min, s.max) {
        return format!("mean {mean:.2}, {min} to {max}");
    }
    s.values.iter().map(|(option, n)| format!("{option} {n}")).collect::<Vec<_>>().join(", ")
}
