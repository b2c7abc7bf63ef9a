//! `labeltui session`: queues of traces, and the people and questions they go to.

mod delete;
mod spec;
mod traces;
mod view;

pub use spec::{CreateArgs, UpdateArgs};
pub use traces::{AddArgs, AssignArgs};
pub use view::{json as session_json, people as print_people, progress as progress_json, summary};

use super::{Context, Failure};
use crate::service::api::{Request, Response, SessionView};
use clap::Subcommand;
use std::path::PathBuf;

/// What can be done with sessions.
#[derive(Debug, Subcommand)]
pub enum SessionCommand {
    /// Create a session
    Create(Box<CreateArgs>),
    /// Change a session
    Update(Box<UpdateArgs>),
    /// List the sessions and their progress
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one session
    Show {
        /// Its name
        name: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Delete a session; refused while there are answers
    Delete {
        /// Its name
        name: String,
        /// Delete it with its answers; they are written to a file first
        #[arg(long)]
        with_answers: bool,
        /// That file [default: NAME-TIME.export.jsonl in the current folder]
        #[arg(short, long, value_name = "FILE", requires = "with_answers")]
        output: Option<PathBuf>,
    },
    /// Copy traces into a session and print the line to share with its reviewers
    AddTraces(AddArgs),
    /// Take traces out of a session's queue; their answers are kept
    RemoveTraces {
        /// The session
        name: String,
        /// A trace id; repeat for more
        #[arg(long = "id", value_name = "ID", required = true)]
        ids: Vec<String>,
    },
    /// Give traces to people
    Assign(AssignArgs),
}

/// Runs it.
///
/// # Errors
/// As the service says.
pub fn run(command: SessionCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        SessionCommand::Create(args) => spec::create(*args, ctx),
        SessionCommand::Update(args) => spec::update(*args, ctx),
        SessionCommand::List { json } => view::list(json, ctx),
        SessionCommand::Show { name, json } => {
            let session = get(ctx, &name)?;
            if json { ctx.out.json(&view::json(&session)) } else { view::show(&session, ctx) }
        }
        SessionCommand::Delete { name, with_answers, output } => delete::run(&name, with_answers, output, ctx),
        SessionCommand::AddTraces(args) => traces::add(args, ctx),
        SessionCommand::RemoveTraces { name, ids } => traces::remove(name, ids, ctx),
        SessionCommand::Assign(args) => traces::assign(args, ctx),
    }
}

/// One session by name.
///
/// # Errors
/// There is none, or it is not mine to see.
pub fn get(ctx: &Context, name: &str) -> Result<SessionView, Failure> {
    match ctx.ask(Request::SessionGet { session: name.to_owned() })? {
        Response::Session(view) => Ok(*view),
        _ => Err(Failure::unexpected("session show")),
    }
}
