//! The command line: one file per command group, and no rules of its own. Every command is service requests.
//!
//! stdout is data and goes through [`Out`]; stderr is talk and goes through [`talk`]. Exit codes are [`Failure`]'s.

pub mod answer;
pub mod args;
pub mod audit;
pub mod config;
pub mod context;
pub mod demo;
pub mod failure;
pub mod file;
pub mod import;
mod interrupt;
pub mod json;
pub mod labels;
pub mod lines;
pub mod manual;
pub mod mlflow;
pub mod open;
pub mod out;
pub mod schema;
pub mod serve;
pub mod session;
pub mod show;
pub mod stats;
pub mod table;
pub mod talk;
pub mod trace;
pub mod upkeep;
pub mod who;

pub use args::{Cli, Command, Globals};
pub use config::Config;
pub use context::Context;
pub use failure::Failure;
pub use file::WholeFile;
pub use out::Out;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{CommandFactory as _, FromArgMatches as _};
use std::ffi::OsString;

/// Parses the arguments (the first is the program's name), runs, and gives the exit code.
pub fn main(args: impl IntoIterator<Item = OsString>) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    let result = match parse(&args) {
        // A variable that is empty means nothing; an empty name that somebody typed is a mistake.
        Ok(_) if names_nobody(&args) => Err(Failure::Usage("--as needs a name".to_owned())),
        Ok(cli) => run(cli),
        Err(error) => return usage(&error),
    };
    match result {
        Ok(()) => 0,
        Err(failure) => {
            if let Some(message) = failure.message() {
                talk::error(message);
            }
            failure.code()
        }
    }
}

/// `--as ''` was typed.
fn names_nobody(args: &[OsString]) -> bool {
    let flags = args.iter().position(|a| a == "--").map_or(args, |end| args.get(..end).unwrap_or(args));
    flags.iter().any(|a| a == "--as=")
        || flags.windows(2).any(|pair| matches!(pair, [a, b] if a == "--as" && b.is_empty()))
}

fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    let matches = Cli::command().try_get_matches_from(args)?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    cli.globals.user_is_ambient = matches.value_source("as") == Some(ValueSource::EnvVariable);
    Ok(cli)
}

/// Help and version are data; everything else clap says is talk about a wrong usage.
fn usage(error: &clap::Error) -> u8 {
    let text = error.render().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // The reader may have gone away, which is no failure.
            let _ = Out::stdout().raw(text.as_bytes());
            0
        }
        _ => {
            talk::say(text.trim_end());
            2
        }
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    let mut context = Context::new(cli.globals)?;
    let result = dispatch(cli.command, &mut context);
    // What was printed before a failure is still wanted; the first failure is the one to tell.
    let flushed = context.out.flush();
    result.and(flushed)
}

fn dispatch(command: Option<Command>, ctx: &mut Context) -> Result<(), Failure> {
    if !matches!(command, None | Some(Command::Open(_) | Command::Demo(_) | Command::Serve(_))) {
        interrupt::watch();
    }
    if matches!(command, None | Some(Command::Open(_) | Command::Demo(_))) && crate::tui::unusable().is_none() {
        crate::tui::lean::restart();
    }
    match command {
        None => open::run(open::OpenArgs::default(), ctx),
        Some(Command::Open(args)) => open::run(args, ctx),
        Some(Command::Demo(args)) => demo::run(&args, ctx),
        Some(Command::Import(args)) => import::run(&args, ctx),
        Some(Command::Trace(command)) => trace::run(command, ctx),
        Some(Command::Schema(command)) => schema::run(command, ctx),
        Some(Command::Session(command)) => session::run(command, ctx),
        Some(Command::Answer(args)) => answer::run(args, ctx),
        Some(Command::Labels(args)) => labels::run(args, ctx),
        Some(Command::Dataset(args)) => lines::dataset(&args, ctx),
        Some(Command::Export(args)) => lines::export(&args, ctx),
        Some(Command::Stats(args)) => stats::run(&args, ctx),
        Some(Command::Audit(args)) => audit::run(&args, ctx),
        Some(Command::Serve(args)) => serve::run(&args, ctx),
        Some(Command::Mlflow(command)) => mlflow::run(command, ctx),
        Some(Command::Backup(args)) => upkeep::backup(&args, ctx),
        Some(Command::Restore(args)) => upkeep::restore(&args, ctx),
        Some(Command::Doctor(args)) => upkeep::doctor(&args, ctx),
        Some(Command::Completions(args)) => manual::completions(&args, ctx),
        Some(Command::Man) => manual::man(ctx),
    }
}
