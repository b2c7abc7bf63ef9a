//! `session create` and `session update`.

use super::view;
use crate::cli::{Context, Failure, file, show};
use crate::model::review_view;
use crate::service::api::{Request, Response, SessionPatch, SessionSpec, SessionView};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;

/// What a session is made of; shared by create and update.
#[derive(Debug, Default, Args)]
pub struct Parts {
    /// A question to ask, in this order; repeat for more
    #[arg(long = "schema", value_name = "S")]
    pub schemas: Vec<String>,
    /// A reviewer it is assigned to; repeat for more [default: everyone]
    #[arg(long = "user", value_name = "U")]
    pub users: Vec<String>,
    /// How many people review each trace
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub reviews: Option<u32>,
    /// Nobody sees another's answers before their own are submitted [default: when reviews > 1]
    #[arg(long, conflicts_with = "open")]
    pub blind: bool,
    /// Others' answers may be seen at any time
    #[arg(long)]
    pub open: bool,
    /// Instructions for the reviewers, in Markdown ('-' for stdin)
    #[arg(long, value_name = "FILE.md")]
    pub instructions: Option<PathBuf>,
    /// What of a trace its reviewers see at first, as TOML or JSON (docs/views.md; '-' for stdin)
    #[arg(long, value_name = "FILE")]
    pub view: Option<PathBuf>,
}

impl Parts {
    fn blind(&self) -> Option<bool> {
        (self.blind || self.open).then_some(self.blind)
    }

    fn instructions(&self) -> Result<Option<String>, Failure> {
        self.instructions.as_deref().map(file::read_text).transpose()
    }

    fn view(&self) -> Result<Option<Value>, Failure> {
        let Some(path) = &self.view else { return Ok(None) };
        let text = file::read_text(path)?;
        let view = review_view::from_text(&path.display().to_string(), &text).map_err(Failure::Refused)?;
        Ok(Some(view.to_value()))
    }
}

/// `session create`.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Its name
    pub name: String,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub parts: Parts,
    /// Print the session as JSON
    #[arg(long)]
    pub json: bool,
}

/// `session update`.
#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// The session
    pub name: String,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub parts: Parts,
    /// Take a reviewer off; repeat for more
    #[arg(long = "remove-user", value_name = "U")]
    pub remove_users: Vec<String>,
    /// Take all reviewers off: with nobody assigned everybody may review it
    #[arg(long, conflicts_with_all = ["users", "remove_users"])]
    pub everyone: bool,
    /// Stop asking a question (its answers are kept); repeat for more
    #[arg(long = "remove-schema", value_name = "S")]
    pub remove_schemas: Vec<String>,
    /// Show everything again
    #[arg(long, conflicts_with = "view")]
    pub remove_view: bool,
    /// Reopen complete traces that lack an answer to a new or changed question
    #[arg(long)]
    pub reask: bool,
    /// Make it read-only
    #[arg(long, conflicts_with = "reopen")]
    pub close: bool,
    /// Let reviewers go on
    #[arg(long)]
    pub reopen: bool,
    /// Print the session as JSON
    #[arg(long)]
    pub json: bool,
}

pub(super) fn create(args: CreateArgs, ctx: &mut Context) -> Result<(), Failure> {
    let spec = SessionSpec {
        experiment: ctx.experiment().to_owned(),
        blind: args.parts.blind(),
        instructions: args.parts.instructions()?,
        view: args.parts.view()?,
        users: ctx.accounts(&args.parts.users),
        reviews: args.parts.reviews,
        schemas: args.parts.schemas,
        name: args.name,
    };
    let users = spec.users.clone();
    let session = session(ctx.ask(Request::SessionCreate(spec))?)?;
    ctx.note(&format!(
        "created session {} in experiment {} ({}); add traces with `labeltui session add-traces {} --all`",
        session.name,
        session.experiment,
        show::count(session.schemas.len() as u64, "question"),
        show::shell(&session.name),
    ));
    ctx.warn_of_strangers(&users);
    too_few(&session, ctx);
    if args.json { ctx.out.json(&view::json(&session)) } else { Ok(()) }
}

/// Items that can never be complete are worth a word.
fn too_few(session: &SessionView, ctx: &Context) {
    let users = session.users.len() as u64;
    if users > 0 && u64::from(session.reviews) > users {
        ctx.note(&format!(
            "warning: {} per trace, but only {} assigned: no trace can be complete until there are more \
             (`labeltui session update {} --user U`)",
            show::count(session.reviews.into(), "review"),
            show::count(users, "reviewer"),
            show::shell(&session.name),
        ));
    }
}

pub(super) fn update(args: UpdateArgs, ctx: &mut Context) -> Result<(), Failure> {
    let patch = SessionPatch {
        blind: args.parts.blind(),
        instructions: args.parts.instructions()?,
        view: if args.remove_view { Some(json!({})) } else { args.parts.view()? },
        add_users: ctx.accounts(&args.parts.users),
        remove_users: ctx.accounts(&args.remove_users),
        everyone: args.everyone,
        reviews: args.parts.reviews,
        add_schemas: args.parts.schemas,
        remove_schemas: args.remove_schemas,
        reask: args.reask,
        closed: (args.close || args.reopen).then_some(args.close),
    };
    let fewer = patch.everyone || !patch.remove_users.is_empty();
    if is_empty(&patch) {
        return Err(Failure::Usage("nothing to update; see `labeltui session update --help`".to_owned()));
    }
    let users = patch.add_users.clone();
    let session = session(ctx.ask(Request::SessionUpdate { session: args.name, patch })?)?;
    ctx.note(&format!("updated session {}", session.name));
    ctx.warn_of_strangers(&users);
    if fewer && session.users.is_empty() {
        ctx.note(&format!(
            "nobody is assigned to it now, so everybody may review it; assign people with `labeltui session update {} --user U`",
            show::shell(&session.name)
        ));
    }
    too_few(&session, ctx);
    if args.json { ctx.out.json(&view::json(&session)) } else { Ok(()) }
}

fn is_empty(patch: &SessionPatch) -> bool {
    let lists = [&patch.add_schemas, &patch.remove_schemas, &patch.add_users, &patch.remove_users];
    lists.iter().all(|l| l.is_empty())
        && patch.reviews.is_none()
        && patch.blind.is_none()
        && patch.instructions.is_none()
        && patch.view.is_none()
        && patch.closed.is_none()
        && !patch.reask
        && !patch.everyone
}

fn session(response: Response) -> Result<SessionView, Failure> {
    match response {
        Response::Session(session) => Ok(*session),
        _ => Err(Failure::unexpected("session")),
    }
}
