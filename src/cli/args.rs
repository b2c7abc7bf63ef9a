//! What may be typed. Names are a promise that scripts rely on: add freely, do not rename.

use super::answer::AnswerArgs;
use super::audit::AuditArgs;
use super::demo::DemoArgs;
use super::import::ImportArgs;
use super::labels::LabelsArgs;
use super::lines::{DatasetArgs, ExportArgs};
use super::manual::CompletionsArgs;
use super::mlflow::MlflowCommand;
use super::open::OpenArgs;
use super::schema::SchemaCommand;
use super::serve::ServeArgs;
use super::session::SessionCommand;
use super::stats::StatsArgs;
use super::trace::TraceCommand;
use super::upkeep::{DoctorArgs, FileArgs};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Review the traces of GenAI applications in the terminal: read, answer, take the labels out.
#[derive(Debug, Parser)]
#[command(
    name = "labeltui",
    version,
    max_term_width = 100,
    subcommand_help_heading = "Commands",
    after_help = "Without a command: the list of sessions, full screen.\n\
                  Exit codes: 0 done; 1 refused or not found; 2 wrong usage, or no terminal for a screen; \
                  3 store, server or disk cannot be reached; 130 interrupted."
)]
pub struct Cli {
    /// For every command.
    #[command(flatten)]
    pub globals: Globals,
    /// What to do; the session list on screen where absent.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Flags of every command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct Globals {
    /// Folder of the store [default: the platform's data directory]
    #[arg(long, global = true, value_name = "DIR", env = "LABELTUI_STORE", hide_env_values = true)]
    pub store: Option<PathBuf>,
    /// Socket of a team server; then nothing is opened here
    #[arg(long, global = true, value_name = "SOCKET", env = "LABELTUI_SERVER", hide_env_values = true)]
    pub server: Option<PathBuf>,
    /// Who I am in a private store [default: the configuration's user, else the login name]
    // Its own id: `labels --user` and `assign --user` are other arguments, and clap would take this one's value for theirs.
    #[arg(id = "as", long = "as", global = true, value_name = "NAME", env = "LABELTUI_USER", hide_env_values = true)]
    pub user: Option<String>,
    /// The experiment that traces, schemas and new sessions belong to [default: Default]
    #[arg(long, global = true, value_name = "E", env = "LABELTUI_EXPERIMENT", hide_env_values = true)]
    pub experiment: Option<String>,
    /// Whether `user` comes from the environment and not from the command line
    #[arg(skip)]
    pub user_is_ambient: bool,
    /// Read this configuration file instead of the user's
    #[arg(long, global = true, value_name = "FILE", env = "LABELTUI_CONFIG", hide_env_values = true)]
    pub config: Option<PathBuf>,
}

impl Globals {
    /// A variable that is set but empty means nothing, as everywhere in Unix.
    #[must_use]
    pub fn without_empty(self) -> Self {
        let path = |p: Option<PathBuf>| p.filter(|p| !p.as_os_str().is_empty());
        let text = |t: Option<String>| t.filter(|t| !t.is_empty());
        Self {
            store: path(self.store),
            server: path(self.server),
            user: text(self.user),
            user_is_ambient: self.user_is_ambient,
            experiment: text(self.experiment),
            config: path(self.config),
        }
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Review a session on screen
    Open(OpenArgs),
    /// Sample traces, questions and a session, opened on screen
    Demo(DemoArgs),
    /// Bring traces in
    Import(ImportArgs),
    /// Traces outside sessions
    #[command(subcommand)]
    Trace(TraceCommand),
    /// The questions a team asks
    #[command(subcommand)]
    Schema(SchemaCommand),
    /// Queues of traces to review
    #[command(subcommand)]
    Session(SessionCommand),
    /// Answer from a script what the screen asks
    Answer(AnswerArgs),
    /// What people answered, as a table, CSV or JSON lines
    Labels(LabelsArgs),
    /// Evaluation records: inputs and expectations, as JSON lines
    Dataset(DatasetArgs),
    /// The session's traces with their assessments, as MLflow JSON lines
    Export(ExportArgs),
    /// Progress per person, answers per question
    Stats(StatsArgs),
    /// Who changed what, when
    Audit(AuditArgs),
    /// Serve the store to a team, at a socket of this machine
    Serve(ServeArgs),
    /// Pull from and push to an MLflow tracking server
    #[command(subcommand)]
    Mlflow(MlflowCommand),
    /// Copy the store to a file, while work goes on
    Backup(FileArgs),
    /// Put a backup in the store's place
    Restore(FileArgs),
    /// Check the store
    Doctor(DoctorArgs),
    /// Print the completions of a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    fn check(command: &clap::Command, globals: &[clap::Id]) {
        for arg in command.get_arguments().filter(|a| !a.is_global_set()) {
            let name = command.get_name();
            assert!(!globals.contains(arg.get_id()), "{name}: {} would take the global flag's value", arg.get_id());
        }
        command.get_subcommands().for_each(|c| check(c, globals));
    }

    #[test]
    fn no_command_has_an_argument_with_the_id_of_a_global_flag() {
        let root = Cli::command();
        root.clone().debug_assert();
        let globals: Vec<_> = root.get_arguments().filter(|a| a.is_global_set()).map(|a| a.get_id().clone()).collect();
        assert_eq!(globals.len(), 5);
        root.get_subcommands().for_each(|c| check(c, &globals));
    }
}
