//! Traces in and out of a session, and to whom they go.

use crate::cli::{Context, Failure, file, show};
use crate::service::api::{Added, Assign, Request, Response, Which};
use clap::{ArgGroup, Args};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// `session add-traces`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("which").required(true).args(["all", "ids", "filter", "file"])))]
pub struct AddArgs {
    /// The session
    pub name: String,
    /// All traces of the session's experiment
    #[arg(long)]
    pub all: bool,
    /// A trace id; repeat for more
    #[arg(long = "id", value_name = "ID", id = "ids")]
    pub ids: Vec<String>,
    /// Those that match, in MLflow's search grammar
    #[arg(long, value_name = "EXPR")]
    pub filter: Option<String>,
    /// Those named in a file: ids, one a line, or trace JSONL ('-' for stdin)
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Traces that are in it already take their latest imported version
    #[arg(long)]
    pub refresh: bool,
    /// Print what was done as JSON
    #[arg(long)]
    pub json: bool,
}

/// `session assign`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("how").required(true).args(["ids", "split"])))]
pub struct AssignArgs {
    /// The session
    pub name: String,
    /// A trace id; repeat for more
    #[arg(long = "id", value_name = "ID", id = "ids", requires = "user")]
    pub ids: Vec<String>,
    /// Who reviews them ('' for nobody in particular)
    #[arg(long, value_name = "U", requires = "ids")]
    pub user: Option<String>,
    /// Spread what nobody has over the assigned users, evenly
    #[arg(long)]
    pub split: bool,
}

pub(super) fn add(args: AddArgs, ctx: &mut Context) -> Result<(), Failure> {
    let which = match (args.filter, args.file) {
        (Some(expr), _) => Which::Filter(expr),
        (None, Some(path)) => Which::Ids(ids_in(&path)?),
        (None, None) if args.all => Which::All,
        (None, None) => Which::Ids(args.ids),
    };
    let session = args.name;
    let request = Request::AddTraces { session: session.clone(), which, refresh: args.refresh };
    let Response::Added(added) = ctx.ask(request)? else {
        return Err(Failure::unexpected("session add-traces"));
    };
    let share = share(ctx, &session);
    if args.json {
        let Added { added, already, refreshed, missing } = &added;
        let value = json!({ "session": session, "added": added, "already": already, "refreshed": refreshed,
                            "missing": missing, "share": share });
        ctx.out.json(&value)?;
    } else {
        ctx.note(&summary(&added));
        ctx.out.line(&share)?;
    }
    if added.missing.is_empty() {
        return Ok(());
    }
    let named: Vec<&str> = added.missing.iter().take(10).map(String::as_str).collect();
    let more = added.missing.len() - named.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Err(Failure::Refused(format!(
        "{} not in the session's experiment ({}): {}{more}",
        show::count(added.missing.len() as u64, "trace"),
        others(&added),
        named.join(", "),
    )))
}

/// What became of those that were named beside the missing ones.
const fn others(added: &Added) -> &'static str {
    match (added.added, added.already + added.refreshed) {
        (0, 0) => "nothing was added",
        (0, _) => "the others were there already",
        _ => "the others were added",
    }
}

fn summary(added: &Added) -> String {
    let mut parts = vec![format!("added {}", show::count(added.added, "trace"))];
    for (n, what) in [(added.already, "there already"), (added.refreshed, "refreshed")] {
        if n > 0 {
            parts.push(format!("{n} {what}"));
        }
    }
    parts.join(", ")
}

/// What the experts type, with the server or store where the command line named one: what the configuration and the
/// environment say holds for them as well.
fn share(ctx: &Context, session: &str) -> String {
    let named = |flag: &str, variable: &str, path: Option<&Path>| {
        let path = path.filter(|p| std::env::var_os(variable).is_none_or(|v| v != p.as_os_str()))?;
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Some(format!(" {flag} {}", show::shell(&path.display().to_string())))
    };
    let place = named("--server", "LABELTUI_SERVER", ctx.globals.server.as_deref())
        .or_else(|| named("--store", "LABELTUI_STORE", ctx.globals.store.as_deref()));
    format!("labeltui{} open {}", place.unwrap_or_default(), show::shell(session))
}

pub(super) fn remove(session: String, ids: Vec<String>, ctx: &mut Context) -> Result<(), Failure> {
    match ctx.ask(Request::RemoveTraces { session: session.clone(), ids })? {
        Response::Count(n) => {
            ctx.note(&format!("removed {} from {session}; their answers are kept", show::count(n, "trace")));
            Ok(())
        }
        _ => Err(Failure::unexpected("session remove-traces")),
    }
}

pub(super) fn assign(args: AssignArgs, ctx: &mut Context) -> Result<(), Failure> {
    let user = args.user.filter(|u| !u.is_empty()).map(|u| ctx.config.account_of(&u));
    let named: Vec<String> = user.iter().cloned().collect();
    let assign = if args.split { Assign::Split } else { Assign::Ids { ids: args.ids, user } };
    match ctx.ask(Request::Assign { session: args.name, assign })? {
        Response::Count(n) => {
            ctx.note(&format!("assigned {}", show::count(n, "trace")));
            ctx.warn_of_strangers(&named);
            Ok(())
        }
        _ => Err(Failure::unexpected("session assign")),
    }
}

/// The trace ids that a file names: one a line, or those of traces in JSON lines.
fn ids_in(path: &Path) -> Result<Vec<String>, Failure> {
    let name = path.display();
    let text = file::read_text(path)?;
    let mut ids = Vec::new();
    for (n, line) in text.lines().enumerate().map(|(n, line)| (n + 1, line.trim())).filter(|(_, l)| !l.is_empty()) {
        let id = if line.starts_with('{') {
            let value: Value =
                serde_json::from_str(line).map_err(|e| Failure::Refused(format!("{name}:{n}: not JSON: {e}")))?;
            id_of(&value).ok_or_else(|| Failure::Refused(format!("{name}:{n}: there is no trace id in it")))?
        } else if line.contains(char::is_whitespace) {
            return Err(Failure::Refused(format!("{name}:{n}: one trace id a line, or a trace as JSON")));
        } else {
            line.to_owned()
        };
        ids.push(id);
    }
    if ids.is_empty() {
        return Err(Failure::Refused(format!("{name}: there is no trace id in it")));
    }
    Ok(ids)
}

/// The id of a trace in any of MLflow's spellings, or of a row of `labels`.
fn id_of(value: &Value) -> Option<String> {
    let info = value.get("info").unwrap_or(value);
    ["trace_id", "request_id"].into_iter().find_map(|key| info.get(key)?.as_str()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<String>, Failure> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        ids_in(file.path())
    }

    #[test]
    fn a_file_names_traces_by_id_or_as_json_lines() {
        let text = "tr-1\n\n  tr-2\r\n{\"info\":{\"trace_id\":\"tr-3\"}}\n{\"info\":{\"request_id\":\"4\"}}\n{\"request_id\":\"5\"}\n";
        assert_eq!(read(text).unwrap(), ["tr-1", "tr-2", "tr-3", "4", "5"]);
    }

    #[test]
    fn a_line_that_names_none_is_told_with_its_number() {
        for (text, wanted) in [
            ("tr-1\n{\"a\":1}", ":2: there is no trace id in it"),
            ("{", ":1: not JSON"),
            ("tr-1 tr-2", ":1: one trace id a line"),
            ("\n\n", ": there is no trace id in it"),
        ] {
            let failure = read(text).unwrap_err();
            assert!(failure.message().unwrap().contains(wanted), "{failure:?}");
        }
    }
}
