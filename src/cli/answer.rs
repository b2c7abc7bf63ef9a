//! `labeltui answer`: from a script what the screen does.

use super::session::get;
use super::{Context, Failure};
use crate::model::{AnswerChange, BasedOn, Change, ItemNo, LabelSchema, MineState, value};
use crate::service::api::{Act, Hold, ItemKey, ItemView, Request, Response, Saved, SessionView, Submitted, Undone};
use clap::{ArgGroup, Args};
use serde_json::{Value, json};

/// `answer`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("act").args(["submit", "skip", "decline", "defer", "undo", "redo"])))]
pub struct AnswerArgs {
    /// The session
    pub session: String,
    /// The trace's id
    pub trace: String,
    /// An answer: `true`, `false` or the label; a number; an option; a list as `a,b` or JSON; nothing clears
    #[arg(value_name = "SCHEMA=VALUE", conflicts_with_all = ["skip", "decline", "defer", "undo", "redo"])]
    pub answers: Vec<String>,
    /// A comment on an answer; nothing clears it
    #[arg(long = "comment", value_name = "SCHEMA=TEXT", conflicts_with_all = ["skip", "decline", "defer", "undo", "redo"])]
    pub comments: Vec<String>,
    /// Submit it with what is in my draft; without this it stays a draft
    #[arg(long)]
    pub submit: bool,
    /// Submit it also where somebody else has the item: a review more than was asked for
    #[arg(long, requires = "submit")]
    pub extra: bool,
    /// Put it at the end of my queue
    #[arg(long)]
    pub skip: bool,
    /// I will not review it
    #[arg(long, value_name = "WHY")]
    pub decline: Option<String>,
    /// Put it aside
    #[arg(long, value_name = "WHY")]
    pub defer: Option<String>,
    /// Take back my last act on this trace
    #[arg(long)]
    pub undo: bool,
    /// Repeat what was taken back
    #[arg(long)]
    pub redo: bool,
    /// Print where it stands now, as JSON
    #[arg(long)]
    pub json: bool,
}

/// Runs it.
///
/// # Errors
/// As the service says; a value that does not fit its question.
pub fn run(args: AnswerArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = get(ctx, &args.session)?;
    let changes = changes(&args, &session)?;
    let item = item(ctx, &args)?;
    let name = args.session.clone();
    let act = |act| Request::Act { session: name.clone(), item, act, based_on: BasedOn::Any };
    let request = if args.submit {
        Request::Submit { session: name, item, based_on: BasedOn::Any, seen: None, changes, extra: args.extra }
    } else if args.skip {
        act(Act::Skip)
    } else if let Some(reason) = args.decline.clone() {
        act(Act::Decline { reason })
    } else if let Some(reason) = args.defer.clone() {
        act(Act::Defer { reason })
    } else if args.undo {
        Request::Undo { session: name, item: Some(item) }
    } else if args.redo {
        Request::Redo { session: name, item: Some(item) }
    } else if changes.is_empty() {
        return Err(Failure::Usage(
            "nothing to answer: name SCHEMA=VALUE, or --submit, --skip, --undo, ...".to_owned(),
        ));
    } else {
        Request::Answer { session: name, item, changes, based_on: BasedOn::Any }
    };
    let (what, saved) = outcome(&args, ctx.ask(request)?)?;
    if args.json {
        let Saved { at, mine, status, progress, .. } = &saved;
        return ctx.out.json(&json!({
            "session": args.session,
            "trace_id": args.trace,
            "did": what,
            "at": at.to_string(),
            "mine": mine.state,
            "reason": mine.reason,
            "draft": mine.has_draft,
            "item_status": status,
            "progress": super::session::progress_json(progress),
        }));
    }
    if let Hold::Taken { by } = &saved.hold {
        ctx.note(&format!("{} is at this item: yours is kept as a draft; --submit --extra adds it", by.join(", ")));
    }
    ctx.note(&format!("{what} ({})", super::session::summary(&saved.progress)));
    Ok(())
}

fn item(ctx: &Context, args: &AnswerArgs) -> Result<ItemNo, Failure> {
    let request = Request::Item { session: args.session.clone(), item: ItemKey::Trace(args.trace.clone()) };
    match ctx.ask(request)? {
        Response::Item(view) => {
            let ItemView { row, .. } = *view;
            Ok(row.item)
        }
        _ => Err(Failure::unexpected("answer")),
    }
}

fn outcome(args: &AnswerArgs, response: Response) -> Result<(String, Saved), Failure> {
    Ok(match response {
        Response::Submitted(Submitted { saved, written: 0, retracted: 0 }) => {
            ("nothing had changed since the last submit".to_owned(), saved)
        }
        Response::Submitted(Submitted { saved, written: 0, .. }) if saved.mine.state != MineState::Submitted => {
            ("retracted: nothing of yours is submitted on it any more".to_owned(), saved)
        }
        Response::Submitted(Submitted { saved, .. }) => ("submitted".to_owned(), saved),
        Response::Undone(Undone { what, saved, .. }) => {
            (format!("{} {what}", if args.undo { "undid" } else { "redid" }), saved)
        }
        Response::Saved(saved) if args.skip => ("skipped".to_owned(), saved),
        Response::Saved(saved) if args.decline.is_some() => ("declined".to_owned(), saved),
        Response::Saved(saved) if args.defer.is_some() => ("deferred".to_owned(), saved),
        Response::Saved(saved) => ("saved as a draft; --submit hands it in".to_owned(), saved),
        _ => return Err(Failure::unexpected("answer")),
    })
}

/// Answers and comments by question, in the order they were first named.
fn changes(args: &AnswerArgs, session: &SessionView) -> Result<Vec<AnswerChange>, Failure> {
    let mut changes: Vec<AnswerChange> = Vec::new();
    for text in &args.answers {
        let (schema, text) = split(text, session)?;
        let change = entry(&mut changes, schema);
        if change.value != Change::Keep {
            return Err(Failure::Usage(format!("{} is answered twice", schema.name)));
        }
        change.value = if text.is_empty() { Change::Clear } else { Change::Set(read(schema, text)?) };
    }
    for text in &args.comments {
        let (schema, text) = split(text, session)?;
        let change = entry(&mut changes, schema);
        if change.comment != Change::Keep {
            return Err(Failure::Usage(format!("{} has two comments", schema.name)));
        }
        change.comment = if text.is_empty() { Change::Clear } else { Change::Set(text.to_owned()) };
    }
    Ok(changes)
}

fn read(schema: &LabelSchema, text: &str) -> Result<Value, Failure> {
    value::parse(schema, text).map_err(|why| Failure::Refused(format!("{}: {why}", schema.name)))
}

fn entry<'a>(changes: &'a mut Vec<AnswerChange>, schema: &LabelSchema) -> &'a mut AnswerChange {
    let at = changes.iter().position(|c| c.schema == schema.name).unwrap_or_else(|| {
        changes.push(AnswerChange { schema: schema.name.clone(), value: Change::Keep, comment: Change::Keep });
        changes.len() - 1
    });
    &mut changes[at]
}

/// `SCHEMA=VALUE`; a name may hold `=`, so the longest name that fits is the one that is meant.
fn split<'a, 's>(text: &'a str, session: &'s SessionView) -> Result<(&'s LabelSchema, &'a str), Failure> {
    let fits = |s: &'s LabelSchema| Some((s, text.strip_prefix(s.name.as_str())?.strip_prefix('=')?));
    if let Some(found) = session.schemas.iter().filter_map(fits).max_by_key(|(s, _)| s.name.len()) {
        return Ok(found);
    }
    let Some((name, _)) = text.split_once('=').filter(|(name, _)| !name.is_empty()) else {
        return Err(Failure::Usage(format!("`{text}` is no SCHEMA=VALUE")));
    };
    let known: Vec<&str> = session.schemas.iter().map(|s| s.name.as_str()).collect();
    let known = if known.is_empty() { "nothing".to_owned() } else { known.join(", ") };
    Err(Failure::Refused(format!("session {} does not ask {name}; it asks {known}", session.name)))
}
