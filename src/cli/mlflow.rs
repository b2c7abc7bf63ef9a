//! `labeltui mlflow`: pull from, push to, and compare with an MLflow tracking server.

mod bar;
mod dataset;
mod pull;
mod push;
mod server;
mod settle;
mod status;

pub use dataset::dataset;
pub use server::{client, home_env};

use super::{Context, Failure};
use crate::mlflow::Fault;
use crate::mlflow::reconcile::Side;
use clap::{Args, Subcommand, ValueEnum};

/// `mlflow`.
#[derive(Debug, Subcommand)]
pub enum MlflowCommand {
    /// Bring traces, questions and a review queue in; again: only what is new
    Pull(PullArgs),
    /// Send answers and statuses; the first push links a session
    Push(PushArgs),
    /// What is linked, what is to send, what went wrong
    Status(StatusArgs),
    /// Of an answer of mine that was changed on both sides: say which one stays
    Settle(SettleArgs),
}

/// `mlflow pull`.
#[derive(Debug, Args)]
#[command(after_help = "Give the experiment with --experiment E, by name or id. Password, token and certificates are \
                        read as MLflow's own client reads them (MLFLOW_TRACKING_*, ~/.mlflow/credentials).")]
pub struct PullArgs {
    /// The server [default: the session's, else MLFLOW_TRACKING_URI]
    #[arg(long, value_name = "URI")]
    pub tracking_uri: Option<String>,
    /// Only traces that match, in MLflow's search grammar
    #[arg(long, value_name = "EXPR")]
    pub filter: Option<String>,
    /// The review queue there; without it all traces are pulled
    #[arg(long, value_name = "Q")]
    pub queue: Option<String>,
    /// The session here [default: the queue's name; without a queue none]
    #[arg(long, value_name = "S")]
    pub session: Option<String>,
    /// Fetch again what seems unchanged: spans may come later than their trace
    #[arg(long)]
    pub refresh: bool,
    /// Who wins where an answer was changed on both sides
    #[arg(long, value_name = "SIDE")]
    pub prefer: Option<Prefer>,
    /// Print what came of it as JSON
    #[arg(long)]
    pub json: bool,
}

/// `mlflow push`.
#[derive(Debug, Args)]
#[command(
    after_help = "The experiment there is the one that the session's traces are in; --experiment E says which where \
                        they are in several, and mends a link to an experiment that has none of them."
)]
pub struct PushArgs {
    /// The session [default: every linked one]
    pub session: Option<String>,
    /// The server, at the first push [default: MLFLOW_TRACKING_URI]
    #[arg(long, value_name = "URI")]
    pub tracking_uri: Option<String>,
    /// The review queue there, as long as there is none [default: the session's name]
    #[arg(long, value_name = "Q", requires = "session")]
    pub queue: Option<String>,
    /// Go on pushing what is answered from now on
    #[arg(long)]
    pub watch: bool,
    /// Who wins where an answer was changed on both sides
    #[arg(long, value_name = "SIDE")]
    pub prefer: Option<Prefer>,
    /// Print what came of it as JSON
    #[arg(long, conflicts_with = "watch")]
    pub json: bool,
}

/// `mlflow status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// The session [default: every linked one]
    pub session: Option<String>,
    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}

/// `mlflow settle`.
#[derive(Debug, Args)]
pub struct SettleArgs {
    /// The session
    pub session: String,
    /// The trace's id
    pub trace: String,
    /// The question [default: every one of mine on that trace]
    pub schema: Option<String>,
    /// Whose answer stays; the next push or pull carries it out
    #[arg(long, value_name = "SIDE")]
    pub prefer: Prefer,
}

/// A side.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Prefer {
    /// What was answered here
    Local,
    /// What was answered in MLflow
    Remote,
}

impl From<Prefer> for Side {
    fn from(prefer: Prefer) -> Self {
        match prefer {
            Prefer::Local => Self::Local,
            Prefer::Remote => Self::Remote,
        }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Unreachable(why) | Fault::NotUsable(why) | Fault::Unfit { why, .. } => Self::Unreachable(why),
            // As a shell reports Ctrl-C.
            Fault::Stopped => Self::Quiet(130),
            Fault::Settings(why) => Self::Usage(why),
            Fault::Service(refusal) => refusal.into(),
            Fault::Denied(_) | Fault::Refused { .. } | Fault::Invalid(_) => Self::Refused(fault.to_string()),
        }
    }
}

/// Runs one of them.
///
/// # Errors
/// Server or store cannot be reached or refuse; conflicts and failures are left (exit code 1).
pub fn run(command: MlflowCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        MlflowCommand::Pull(args) => pull::run(&args, ctx),
        MlflowCommand::Push(args) => push::run(&args, ctx),
        MlflowCommand::Status(args) => status::run(&args, ctx),
        MlflowCommand::Settle(args) => settle::run(&args, ctx),
    }
}

#[cfg(test)]
mod tests;
