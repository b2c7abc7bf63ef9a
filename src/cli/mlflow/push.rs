//! `labeltui mlflow push`.

use super::bar::Bar;
use super::server::{client, experiment, now};
use super::{PushArgs, status};
use crate::cli::{Context, Failure, show, talk};
use crate::mlflow::push::{Push, Pushed};
use crate::mlflow::tell::{Home, Silent};
use crate::mlflow::watch::{Pace, watch};
use crate::mlflow::{Client, Fault};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Pushes one session or all linked ones, once or for as long as it runs.
///
/// # Errors
/// As [`super::run`].
pub(super) fn run(args: &PushArgs, ctx: &mut Context) -> Result<(), Failure> {
    let service = ctx.service()?;
    let home = Home { service: &*service };
    let sessions = || match &args.session {
        Some(session) => Ok(vec![session.clone()]),
        None => Ok(home.links(None)?.into_iter().map(|v| v.session).collect::<Vec<_>>()),
    };
    let now_linked: Vec<String> = sessions()?;
    if now_linked.is_empty() && !args.watch {
        return Err(Failure::Refused(
            "no session is linked to a server; name one: labeltui mlflow push SESSION --tracking-uri URI".to_owned(),
        ));
    }
    let mut clients = Clients::default();
    if args.watch {
        return keep(args, ctx, home, sessions, &mut clients);
    }
    let (mut documents, mut held) = (Vec::new(), false);
    for session in &now_linked {
        let bar = Bar::new();
        let pushed = one(args, ctx, home, session, &mut clients, &bar);
        bar.finish();
        let (pushed, uri) = pushed?;
        held |= pushed.failed + pushed.conflicts > 0;
        if args.json {
            documents.push(to_json(session, &uri, &pushed));
            continue;
        }
        pushed.notes.iter().for_each(|note| ctx.note(note));
        ctx.out.line(&format!("{session} → {uri}: {}", said(&pushed)))?;
        if pushed.failed + pushed.conflicts > 0 {
            status::print_held(ctx, home, session)?;
        }
        if pushed.conflicts > 0 {
            status::settle_hint(ctx, session);
        }
    }
    if args.json {
        ctx.out.json(&json!({ "pushed": documents }))?;
    }
    if held { Err(Failure::Quiet(1)) } else { Ok(()) }
}

/// One client for each server.
#[derive(Default)]
struct Clients(BTreeMap<String, Client>);

impl Clients {
    fn of(&mut self, uri: Option<&str>) -> Result<&Client, Failure> {
        let key = uri.unwrap_or_default().to_owned();
        if !self.0.contains_key(&key) {
            self.0.insert(key.clone(), client(uri)?);
        }
        self.0.get(&key).ok_or_else(|| Failure::unexpected("a client"))
    }
}

fn one(
    args: &PushArgs,
    ctx: &Context,
    home: Home<'_>,
    session: &str,
    clients: &mut Clients,
    progress: &dyn crate::mlflow::tell::Progress,
) -> Result<(Pushed, String), Failure> {
    let link = home.links(Some(session))?.into_iter().next().map(|v| v.link);
    let uri = args.tracking_uri.clone().or_else(|| link.as_ref().map(|l| l.uri.clone()));
    let client = clients.of(uri.as_deref())?;
    let usual = experiment(ctx);
    let push = Push {
        client,
        home,
        session,
        experiment: ctx.globals.experiment.as_deref(),
        usual: usual.as_deref(),
        queue: args.queue.as_deref(),
        prefer: args.prefer.map(Into::into),
        names: &ctx.config.people,
        now: now(),
        progress,
    };
    Ok((push.run()?, client.uri().to_owned()))
}

/// Until it is stopped: what is answered is pushed, what goes wrong is said once and tried again.
fn keep(
    args: &PushArgs,
    ctx: &Context,
    home: Home<'_>,
    sessions: impl Fn() -> Result<Vec<String>, Fault>,
    clients: &mut Clients,
) -> Result<(), Failure> {
    // A mistake in the settings is told now, not for ever.
    if let Some(session) = &args.session
        && home.links(Some(session))?.is_empty()
    {
        clients.of(args.tracking_uri.as_deref())?;
    }
    talk::say("pushing what is answered; Ctrl-C ends it");
    let push = |session: &str| match one(args, ctx, home, session, clients, &Silent) {
        Ok((pushed, _)) => {
            if pushed.answers + pushed.taken_back + pushed.statuses + pushed.failed + pushed.conflicts > 0 {
                talk::say(&format!("{session}: {}", said(&pushed)));
            }
            pushed.notes.iter().for_each(|note| talk::say(note));
            Ok(())
        }
        Err(failure) => Err(Fault::Unreachable(failure.message().unwrap_or_default().to_owned())),
    };
    Ok(watch(home, Pace::default(), sessions, push, talk::say)?)
}

fn said(pushed: &Pushed) -> String {
    let mut parts = vec![format!("{} sent", show::count(pushed.answers, "answer"))];
    for (n, what) in [(pushed.taken_back, "taken back"), (pushed.adopted, "taken over from there")] {
        if n > 0 {
            parts.push(format!("{n} {what}"));
        }
    }
    if pushed.statuses > 0 {
        parts.push(format!(
            "{} set",
            if pushed.statuses == 1 { "1 status".to_owned() } else { format!("{} statuses", pushed.statuses) }
        ));
    }
    if pushed.failed > 0 {
        parts.push(format!("{} failed", pushed.failed));
    }
    if pushed.conflicts > 0 {
        parts.push(show::count(pushed.conflicts, "conflict"));
    }
    parts.join(", ")
}

/// The shape that docs/json.md promises, for one session.
pub(super) fn to_json(session: &str, uri: &str, pushed: &Pushed) -> Value {
    json!({
        "session": session, "uri": uri, "answers": pushed.answers, "taken_back": pushed.taken_back,
        "adopted": pushed.adopted, "statuses": pushed.statuses, "failed": pushed.failed,
        "conflicts": pushed.conflicts, "notes": pushed.notes,
    })
}
