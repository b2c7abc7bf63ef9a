//! `labeltui mlflow status`.

use super::StatusArgs;
use crate::cli::{Context, Failure, show};
use crate::mlflow::tell::Home;
use crate::model::{Assessment, Keep, Time, value};
use crate::service::sync::api::{HeldView, LinkView};
use crate::store::Held;
use serde_json::{Value, json};

/// Things held back that are listed for people.
const LISTED: usize = 20;

/// Says how each linked session stands to its server.
///
/// # Errors
/// No such session, or it is not linked.
pub(super) fn run(args: &StatusArgs, ctx: &mut Context) -> Result<(), Failure> {
    let service = ctx.service()?;
    let home = Home { service: &*service };
    let views = looked(home, args.session.as_deref())?;
    if let (Some(session), true) = (&args.session, views.is_empty()) {
        return Err(Failure::Refused(format!(
            "session {session} is not linked to a server; link it with: labeltui mlflow push {} --tracking-uri URI",
            show::shell(session)
        )));
    }
    if args.json {
        return ctx.out.json(&json!({ "links": views.iter().map(to_json).collect::<Vec<_>>() }));
    }
    if views.is_empty() {
        return ctx.out.line("no session is linked to an MLflow server");
    }
    for view in &views {
        print(view, ctx)?;
    }
    Ok(())
}

/// The links, after a look through the log.
fn looked(home: Home<'_>, session: Option<&str>) -> Result<Vec<LinkView>, Failure> {
    for view in home.links(session)? {
        home.gather(&view.session)?;
    }
    Ok(home.links(session)?)
}

fn print(view: &LinkView, ctx: &mut Context) -> Result<(), Failure> {
    let link = &view.link;
    let queue = link.queue.as_ref().map(|q| format!(", queue {q}")).unwrap_or_default();
    ctx.out.line(&format!("{} → {}, experiment {}{queue}", view.session, link.uri, link.experiment))?;
    let when = |time: Option<Time>| time.map_or_else(|| "never".to_owned(), show::when);
    ctx.out.line(&format!("  last pull {}, last push {}", when(link.last_pull), when(link.last_push)))?;
    let (conflicts, failed) = split(&view.held);
    let statuses = match view.statuses {
        0 => String::new(),
        1 => ", 1 status to set".to_owned(),
        n => format!(", {n} statuses to set"),
    };
    ctx.out.line(&format!(
        "  {} to sync, {} failed, {}{statuses}",
        view.pending,
        failed.len(),
        show::count(conflicts.len() as u64, "conflict")
    ))?;
    held(&view.held, ctx)?;
    for note in &link.notes {
        ctx.out.line(&format!("  {note}"))?;
    }
    Ok(())
}

fn split(held: &[HeldView]) -> (Vec<&HeldView>, Vec<&HeldView>) {
    held.iter().partition(|h| matches!(h.held, Held::Conflict(_)))
}

fn held(all: &[HeldView], ctx: &mut Context) -> Result<(), Failure> {
    for one in all.iter().take(LISTED) {
        ctx.out.line(&format!("  {}", line(one)))?;
    }
    if all.len() > LISTED {
        ctx.out.line(&format!("  and {} more", all.len() - LISTED))?;
    }
    Ok(())
}

fn line(one: &HeldView) -> String {
    let place = [Some(&one.trace_id), one.schema.as_ref(), one.reviewer.as_ref()];
    let place = place.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" · ");
    match &one.held {
        Held::Failed(why) => format!("failed    {place}: {why}"),
        Held::Conflict(_) if one.hidden => {
            format!("conflict  {place}: both answers are hidden while you review this session blind")
        }
        Held::Conflict(remote) => {
            let decided = match one.decided {
                None => "",
                Some(Keep::Local) => "; decided: here",
                Some(Keep::Remote) => "; decided: there",
            };
            let theirs = remote.as_ref().map(|a| (a.value().into_owned(), a.comment().map(str::to_owned)));
            let ours = one.value.clone().map(|value| (value, one.comment.clone()));
            // Comments are shown where they are what differs.
            let comment = |side: &Option<(Value, Option<String>)>| side.as_ref().and_then(|(_, c)| c.clone());
            let differ = comment(&ours) != comment(&theirs);
            format!("conflict  {place}: here {}, there {}{decided}", said(ours, differ), said(theirs, differ))
        }
    }
}

/// An answer of one side.
fn said(answer: Option<(Value, Option<String>)>, comments: bool) -> String {
    let Some((value, comment)) = answer else { return "no answer".to_owned() };
    let value = short(&value::plain(&value));
    match comment {
        _ if !comments => value,
        Some(comment) => format!("{value} (comment: {})", short(&comment)),
        None => format!("{value} (no comment)"),
    }
}

fn short(text: &str) -> String {
    let mut out: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(60).collect();
    if text.chars().nth(60).is_some() {
        out.push('…');
    }
    out
}

/// The shape that docs/json.md promises, for one session.
pub(super) fn to_json(view: &LinkView) -> Value {
    let link = &view.link;
    let time = |t: Option<Time>| t.map(|t| t.to_string());
    let (conflicts, failed) = split(&view.held);
    let there = |a: &Assessment| {
        json!({
            "assessment_id": a.id(), "value": a.value(), "comment": a.comment(),
            "assessor_id": a.source_id(), "timestamp": a.last_update_time().map(|t| t.to_string()),
        })
    };
    json!({
        "session": view.session, "uri": link.uri, "experiment": link.experiment, "experiment_id": link.experiment_id,
        "queue": link.queue, "queue_id": link.queue_id, "run_id": link.run_id,
        "last_pull": time(link.last_pull), "last_push": time(link.last_push), "pending": view.pending, "statuses": view.statuses,
        "failed": failed.iter().map(|h| json!({
            "trace_id": h.trace_id, "schema": h.schema, "assessor_id": h.reviewer,
            "why": match &h.held { Held::Failed(why) => why.as_str(), Held::Conflict(_) => "" },
        })).collect::<Vec<_>>(),
        "conflicts": conflicts.iter().map(|h| json!({
            "trace_id": h.trace_id, "schema": h.schema, "assessor_id": h.reviewer, "local": h.value,
            "local_comment": h.comment, "hidden": h.hidden,
            "remote": match &h.held { Held::Conflict(remote) => remote.as_ref().map(there), Held::Failed(_) => None },
            "decided": h.decided,
        })).collect::<Vec<_>>(),
        "notes": link.notes,
    })
}

/// Lists what a push had to leave.
pub(super) fn print_held(ctx: &mut Context, home: Home<'_>, session: &str) -> Result<(), Failure> {
    for view in home.links(Some(session))? {
        held(&view.held, ctx)?;
    }
    Ok(())
}

/// The way out of a conflict.
pub(super) fn settle_hint(ctx: &Context, session: &str) {
    ctx.note(&format!(
        "answers were changed on both sides; their reviewers decide on the screen (M), or settle all of them with: \
         labeltui mlflow push {} --prefer local (or remote)",
        show::shell(session)
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conflict(value: Option<Value>, comment: Option<&str>, there: Value) -> HeldView {
        HeldView {
            trace_id: "tr-1".into(),
            schema: Some("ok".into()),
            reviewer: Some("alice".into()),
            value,
            comment: comment.map(str::to_owned),
            hidden: false,
            held: Held::Conflict(serde_json::from_value(there).unwrap()),
            decided: None,
        }
    }

    #[test]
    fn a_conflict_about_the_comment_only_shows_both_comments() {
        let there = |rationale: &str| json!({ "feedback": { "value": false }, "rationale": rationale });
        let said = line(&conflict(Some(json!(false)), Some("mine"), there("theirs")));
        assert!(said.ends_with("here false (comment: mine), there false (comment: theirs)"), "{said}");
        let said = line(&conflict(Some(json!(false)), None, there("theirs")));
        assert!(said.ends_with("here false (no comment), there false (comment: theirs)"), "{said}");
        let said = line(&conflict(Some(json!(true)), Some("same"), there("same")));
        assert!(said.ends_with("here true, there false"), "{said}");
        let said = line(&conflict(None, None, json!(null)));
        assert!(said.ends_with("here no answer, there no answer"), "{said}");
    }

    #[test]
    fn what_a_blind_reviewer_must_not_see_is_said_to_be_hidden() {
        let hidden = HeldView { hidden: true, ..conflict(None, None, json!(null)) };
        let said = line(&hidden);
        assert!(said.contains("hidden") && !said.contains("no answer"), "{said}");
    }
}
