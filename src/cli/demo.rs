//! `labeltui demo`: sample traces, questions and a session in a store of their own.

use super::context::data_dir;
use super::{Context, Failure, open, show};
use crate::ingest::{Packer, read_document};
use crate::model::schema_json;
use crate::service::api::{
    ImportBatch, PreparedTrace, Principal, Reason, Refusal, Request, Response, SessionSpec, Which,
};
use crate::service::client::{Service, ask};
use crate::service::link::{Link, LinkOptions, Patience};
use clap::Args;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::Arc;

const TRACES: &str = include_str!("../../assets/demo/traces.jsonl");
const SCHEMAS: &str = include_str!("../../assets/demo/schemas.json");
const INSTRUCTIONS: &str = include_str!("../../assets/demo/instructions.md");
const SESSION: &str = "label_summaries";
const EXPERIMENT: &str = "Default";
/// Says that the folder is the demo's; without it nothing in there is deleted.
const MARK: &str = "made-by-labeltui-demo";
/// What a store consists of: these and names that begin with them.
const STORE_FILES: [&str; 3] = ["labeltui.redb", "labeltui.sock", "labeltui.log"];
const LOCK: &str = "labeltui.lock";

/// `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Start over: deletes what demo made, answers included
    #[arg(long)]
    pub fresh: bool,
    /// Only make it, and print how to open it
    #[arg(long)]
    pub no_open: bool,
}

/// Runs it.
///
/// # Errors
/// No terminal; the demo is open elsewhere (`--fresh`); the disk.
pub fn run(args: &DemoArgs, ctx: &mut Context) -> Result<(), Failure> {
    if !args.no_open {
        // Said before anything is made.
        open::usable()?;
    }
    let dir = data_dir()?.join("demo");
    if args.fresh {
        start_over(&dir)?;
    }
    mark(&dir)?;
    let patience = if args.no_open { Patience::Command } else { Patience::Screen };
    let options = LinkOptions { dir: dir.clone(), server: None, who: ctx.who().clone(), patience };
    let service: Arc<dyn Service> = Arc::new(Link::open(options)?);
    fill(&*service, ctx.who())?;
    if args.no_open {
        return ctx.out.line(&format!("labeltui --store {} open {SESSION}", show::shell(&dir.display().to_string())));
    }
    ctx.set_experiment(EXPERIMENT);
    open::screen(ctx, service, Some(SESSION.to_owned()))
}

/// Puts everything in that is not there yet: an interrupted start is finished by the next one, and what a person
/// changed or took out stays so.
fn fill(service: &dyn Service, who: &Principal) -> Result<(), Failure> {
    match ask(service, Request::SessionGet { session: SESSION.to_owned() }) {
        Ok(Response::Session(session)) if session.progress.items > 0 => return Ok(()),
        Ok(_) | Err(Refusal { reason: Reason::NotFound, .. }) => {}
        Err(other) => return Err(other.into()),
    }
    let traces = traces().map_err(Failure::Refused)?;
    ask(service, Request::Import(ImportBatch { experiment: EXPERIMENT.to_owned(), traces }))?;
    let schemas = schema_json::read(SCHEMAS).map_err(Failure::Refused)?;
    let names = schemas.iter().map(|s| s.name.clone()).collect();
    for schema in schemas {
        let experiment = EXPERIMENT.to_owned();
        done_before(ask(service, Request::SchemaPut { experiment, schema, overwrite: false, applied: false }))?;
    }
    let spec = SessionSpec {
        name: SESSION.to_owned(),
        experiment: EXPERIMENT.to_owned(),
        schemas: names,
        instructions: Some(INSTRUCTIONS.to_owned()),
        ..SessionSpec::default()
    };
    done_before(ask(service, Request::SessionCreate(spec)))?;
    ask(service, Request::AddTraces { session: SESSION.to_owned(), which: Which::All, refresh: false })?;
    tracing::debug!(account = who.account, "made the demo");
    Ok(())
}

/// The sample traces, ready to be stored.
fn traces() -> Result<Vec<PreparedTrace>, String> {
    let mut packer = Packer::new()?;
    let mut traces = Vec::new();
    for line in TRACES.lines() {
        traces.extend(read_document(line.as_bytes(), &mut packer)?.traces);
    }
    Ok(traces)
}

/// A name that is taken was taken by an interrupted start.
fn done_before(result: Result<Response, Refusal>) -> Result<(), Failure> {
    match result {
        Ok(_) | Err(Refusal { reason: Reason::Exists, .. }) => Ok(()),
        Err(other) => Err(other.into()),
    }
}

/// Makes the folder and marks it, unless something else lives there.
fn mark(dir: &Path) -> Result<(), Failure> {
    let failed = |e: io::Error| Failure::io(&dir.display().to_string(), &e);
    if dir.join(MARK).exists() {
        return Ok(());
    }
    fs::create_dir_all(dir).map_err(failed)?;
    if fs::read_dir(dir).map_err(failed)?.next().is_some() {
        return Err(Failure::Refused(format!(
            "{} holds something that is not the demo's; move it away",
            dir.display()
        )));
    }
    fs::write(dir.join(MARK), "labeltui demo --fresh deletes the store in this folder.\n").map_err(failed)
}

/// Deletes the store that the demo made, and nothing else.
fn start_over(dir: &Path) -> Result<(), Failure> {
    if !dir.join(MARK).exists() {
        return Ok(());
    }
    let failed = |e: io::Error| Failure::io(&dir.display().to_string(), &e);
    // Held until the files are gone: whoever has the demo open holds it, and nobody opens it meanwhile.
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(dir.join(LOCK)).map_err(failed)?;
    if lock.try_lock().is_err() {
        let who = crate::store::holder(dir).map(|h| format!(" (pid {})", h.pid)).unwrap_or_default();
        return Err(Failure::Refused(format!("the demo is open in another terminal{who}; leave it there first")));
    }
    for entry in fs::read_dir(dir).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|n| STORE_FILES.iter().any(|known| n.starts_with(known)));
        if ours && !entry.file_type().map_err(failed)?.is_dir() {
            fs::remove_file(entry.path()).map_err(failed)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Input;

    #[test]
    fn the_first_question_is_summary_quality_and_all_kinds_that_were_promised_are_there() {
        let schemas = schema_json::read(SCHEMAS).unwrap();
        assert_eq!(schemas[0].name, "summary_quality");
        assert_eq!(schemas[0].title.as_deref(), Some("Is this summary concise and helpful?"));
        let yes_no = Input::PassFail { positive_label: "Yes".to_owned(), negative_label: "No".to_owned() };
        assert_eq!(schemas[0].input, yes_no);
        assert!(schemas[0].enable_comment);
        assert_eq!(schemas[1].name, "expected_summary");
        assert!(schemas.iter().any(|s| matches!(s.input, Input::Numeric { .. })));
        assert!(schemas.iter().any(|s| matches!(s.input, Input::CategoricalList { .. })));
    }

    #[test]
    fn the_first_trace_is_john_does_and_every_kind_that_was_promised_is_there() {
        let traces = traces().unwrap();
        let first = traces.iter().min_by_key(|t| t.summary.request_time).unwrap();
        assert_eq!(first.summary.request_preview, "What is John Doe's phone number?");
        assert!(traces.iter().any(|t| t.summary.request_preview.contains("acme corp")));
        assert!(traces.iter().any(|t| t.summary.state == "ERROR"));
        assert!(traces.iter().any(|t| !t.assessments.is_empty()));
        assert_eq!(traces.len(), 12);
    }

    #[test]
    fn starting_over_deletes_only_what_the_demo_made() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        mark(dir.path()).unwrap();
        for name in ["labeltui.redb", "labeltui.redb.doctor-7", "notes.txt", "labels.csv"] {
            fs::write(path(name), "x").unwrap();
        }
        start_over(dir.path()).unwrap();
        assert!(!path("labeltui.redb").exists() && !path("labeltui.redb.doctor-7").exists());
        assert!(path("notes.txt").exists() && path("labels.csv").exists() && path(MARK).exists());
    }

    #[test]
    fn a_folder_without_the_mark_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("labeltui.redb"), "mine").unwrap();
        start_over(dir.path()).unwrap();
        assert!(dir.path().join("labeltui.redb").exists());
        assert_eq!(mark(dir.path()).unwrap_err().code(), 1);
    }

    #[test]
    fn starting_over_is_refused_while_it_is_open() {
        let dir = tempfile::tempdir().unwrap();
        mark(dir.path()).unwrap();
        let open = crate::store::Store::open(dir.path()).unwrap();
        let failure = start_over(dir.path()).unwrap_err();
        assert!(failure.message().unwrap().contains("open in another terminal (pid "), "{failure:?}");
        drop(open);
        start_over(dir.path()).unwrap();
    }
}
