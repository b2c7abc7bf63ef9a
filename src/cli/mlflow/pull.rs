//! `labeltui mlflow pull`.

use super::bar::Bar;
use super::server::{client, experiment, now};
use super::{PullArgs, status};
use crate::cli::{Context, Failure, show};
use crate::mlflow::pull::{Pull, Pulled};
use crate::mlflow::tell::Home;
use crate::store::LinkRow;
use serde_json::{Value, json};
use std::time::Duration;

/// What came is kept at the latest after this.
const OFTEN: Duration = Duration::from_secs(1);
/// Traces that were not taken, which are named.
const NAMED: usize = 20;

/// Pulls, and says what came.
///
/// # Errors
/// As [`super::run`].
pub(super) fn run(args: &PullArgs, ctx: &mut Context) -> Result<(), Failure> {
    let service = ctx.service()?;
    let home = Home { service: &*service };
    let link = linked(args, home)?;
    let uri = args.tracking_uri.clone().or_else(|| link.as_ref().map(|l| l.uri.clone()));
    let client = client(uri.as_deref())?;
    let wanted = experiment(ctx)
        .or_else(|| link.as_ref().map(|l| l.experiment.clone()))
        .or_else(|| ctx.config.experiment.clone());
    let wanted =
        wanted.ok_or_else(|| Failure::Usage("which experiment? give --experiment, its name or id".to_owned()))?;
    let bar = Bar::keeping();
    let pull = Pull {
        client: &client,
        home,
        experiment: &wanted,
        filter: args.filter.as_deref().or_else(|| link.as_ref().and_then(|l| l.filter.as_deref())),
        queue: args.queue.as_deref(),
        session: args.session.as_deref(),
        prefer: args.prefer.map(Into::into),
        names: &ctx.config.people,
        refresh: args.refresh,
        often: OFTEN,
        now: now(),
        progress: &bar,
    };
    let pulled = pull.run();
    bar.finish();
    drop(bar);
    print(&pulled?, args.json, ctx)
}

fn linked(args: &PullArgs, home: Home<'_>) -> Result<Option<LinkRow>, Failure> {
    let Some(session) = &args.session else { return Ok(None) };
    match home.links(Some(session)) {
        Ok(views) => Ok(views.into_iter().next().map(|v| v.link)),
        Err(crate::mlflow::Fault::Service(refusal)) if refusal.reason == crate::service::api::Reason::NotFound => {
            Ok(None)
        }
        Err(fault) => Err(fault.into()),
    }
}

/// The shape that docs/json.md promises.
pub(super) fn to_json(pulled: &Pulled) -> Value {
    let rejected: Vec<_> = pulled.rejected.iter().map(|(id, why)| json!({ "trace_id": id, "why": why })).collect();
    json!({
        "experiment": pulled.experiment, "session": pulled.session, "imported": pulled.imported,
        "updated": pulled.updated, "unchanged": pulled.unchanged, "rejected_total": pulled.rejected.len(),
        "rejected": rejected, "questions": pulled.questions, "added": pulled.added, "answers": pulled.answers,
        "taken_back": pulled.taken_back, "reopened": pulled.reopened, "conflicts": pulled.conflicts, "notes": pulled.notes,
    })
}

fn print(pulled: &Pulled, as_json: bool, ctx: &mut Context) -> Result<(), Failure> {
    for note in &pulled.notes {
        ctx.note(note);
    }
    if as_json {
        ctx.out.json(&to_json(pulled))?;
    } else {
        for (id, why) in pulled.rejected.iter().take(NAMED) {
            ctx.note(&format!("{id}: {why}"));
        }
        ctx.out.line(&format!(
            "{}: {} new, {} updated, {} unchanged{}",
            pulled.experiment,
            show::count(pulled.imported, "trace"),
            pulled.updated,
            pulled.unchanged,
            if pulled.rejected.is_empty() { String::new() } else { format!(", {} rejected", pulled.rejected.len()) },
        ))?;
        match &pulled.session {
            Some(session) => {
                ctx.out.line(&format!(
                    "session {session}: {} added{}, {} from there, {} taken back there, {}",
                    show::count(pulled.added, "item"),
                    if pulled.reopened > 0 { format!(", {} reopened", pulled.reopened) } else { String::new() },
                    show::count(pulled.answers, "answer"),
                    pulled.taken_back,
                    show::count(pulled.conflicts, "conflict"),
                ))?;
                ctx.out.line(&format!("review it with: labeltui open {}", show::shell(session)))?;
            }
            None => ctx.out.line("no session: name one with --session, or a queue with --queue")?,
        }
    }
    if pulled.conflicts > 0 {
        if let Some(session) = &pulled.session {
            status::settle_hint(ctx, session);
        }
        return Err(Failure::Quiet(1));
    }
    if pulled.rejected.is_empty() { Ok(()) } else { Err(Failure::Quiet(1)) }
}
