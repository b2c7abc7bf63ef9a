//! Sessions as tables and as JSON.

use crate::cli::table::Table;
use crate::cli::{Context, Failure, show};
use crate::model::{PersonProgress, Progress, schema_json};
use crate::service::api::{Request, Response, SessionView};
use serde_json::{Value, json};

/// The shape that docs/json.md promises.
#[must_use]
pub fn json(s: &SessionView) -> Value {
    json!({
        "name": s.name,
        "experiment": s.experiment,
        "schemas": s.schemas.iter().map(schema_json::write).collect::<Vec<_>>(),
        "users": s.users,
        "reviews": s.reviews,
        "blind": s.blind,
        "closed": s.closed,
        "instructions": s.instructions,
        "view": s.view,
        "created_at": s.created_at.to_string(),
        "created_by": s.created_by,
        "progress": progress(&s.progress),
        "people": s.people.iter().map(person).collect::<Vec<_>>(),
    })
}

/// Counts of a session.
#[must_use]
pub fn progress(p: &Progress) -> Value {
    json!({ "items": p.items, "complete": p.complete, "declined": p.declined, "pending": p.pending() })
}

fn person(p: &PersonProgress) -> Value {
    json!({
        "reviewer": p.reviewer,
        "submitted": p.submitted,
        "drafts": p.drafts,
        "skipped": p.skipped,
        "deferred": p.deferred,
        "declined": p.declined,
        "last_active": p.last_active.map(|t| t.to_string()),
    })
}

pub(super) fn list(as_json: bool, ctx: &mut Context) -> Result<(), Failure> {
    let Response::Sessions(sessions) = ctx.ask(Request::SessionList)? else {
        return Err(Failure::unexpected("session list"));
    };
    if as_json {
        return ctx.out.json(&json!({ "sessions": sessions.iter().map(json).collect::<Vec<_>>() }));
    }
    if sessions.is_empty() {
        ctx.note("no sessions; see `labeltui session create --help`");
        return Ok(());
    }
    let mut table =
        Table::new(&["session", ">complete", ">pending", ">declined", "experiment", "state", "users", "created"]);
    for s in &sessions {
        table.row([
            &s.name,
            &format!("{}/{}", s.progress.complete, s.progress.items),
            &s.progress.pending().to_string(),
            &s.progress.declined.to_string(),
            &s.experiment,
            if s.closed { "closed" } else { "open" },
            &users(s),
            &show::when(s.created_at),
        ]);
    }
    table.print(&mut ctx.out)?;
    Ok(())
}

fn users(s: &SessionView) -> String {
    if s.users.is_empty() { "everyone".to_owned() } else { s.users.join(", ") }
}

pub(super) fn show(s: &SessionView, ctx: &mut Context) -> Result<(), Failure> {
    let state = if s.closed { "closed" } else { "open" };
    let blind = if s.blind { ", blind" } else { "" };
    let created = format!("created {} by {}", show::when(s.created_at), s.created_by);
    ctx.out.line(&format!("{} ({state}) in experiment {}, {created}", s.name, s.experiment))?;
    ctx.out.line(&format!(
        "reviewers: {}; {} per trace{blind}",
        users(s),
        show::count(u64::from(s.reviews), "review")
    ))?;
    ctx.out.line(&summary(&s.progress))?;
    ctx.out.line("questions:")?;
    for schema in &s.schemas {
        let title = schema.title.as_deref().unwrap_or_default();
        ctx.out.line(&format!("  {}  {title}", schema.name))?;
    }
    if let Some(view) = &s.view {
        ctx.out.line(&format!("view: {view}"))?;
    }
    if let Some(instructions) = &s.instructions {
        ctx.out.line(&format!("instructions:\n  {}", instructions.trim_end().replace('\n', "\n  ")))?;
    }
    people(s, ctx)
}

/// `12 of 340 complete, 320 pending, 8 declined`.
#[must_use]
pub fn summary(p: &Progress) -> String {
    format!(
        "{} of {} complete, {} pending, {} declined",
        p.complete,
        show::count(u64::from(p.items), "trace"),
        p.pending(),
        p.declined
    )
}

/// The table of who has done what; nothing where nobody has.
///
/// # Errors
/// The reader went away, or the disk is full.
pub fn people(s: &SessionView, ctx: &mut Context) -> Result<(), Failure> {
    if s.people.is_empty() {
        return Ok(());
    }
    let mut table =
        Table::new(&["reviewer", ">submitted", ">drafts", ">skipped", ">deferred", ">declined", "last active"]);
    for p in &s.people {
        let counts = [p.submitted, p.drafts, p.skipped, p.deferred, p.declined].map(|n| n.to_string());
        let [submitted, drafts, skipped, deferred, declined] = &counts;
        let active = p.last_active.map(show::when).unwrap_or_default();
        table.row([&p.reviewer, submitted, drafts, skipped, deferred, declined, &active]);
    }
    table.print(&mut ctx.out)?;
    Ok(())
}
