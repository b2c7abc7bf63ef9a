//! The server killed and started again in the middle of a pull and of a push; labeltui killed in the middle of both.

use super::server::{Desk, Server};
use serde_json::Value;
use std::process::Stdio;
use std::time::{Duration, Instant};

const TRACES: u32 = 120;

/// Waits until something is so; the server's own log of what it has done is looked at.
pub fn until(what: &str, mut so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(240);
    while !so() {
        assert!(Instant::now() < end, "{what} did not come about");
        std::thread::yield_now();
    }
}

/// How often the server's database has an assessment, or the store's file has grown.
pub fn rows(server: &Server, table: &str) -> u64 {
    let code = "import sqlite3,sys\nprint(sqlite3.connect(f'file:{sys.argv[1]}?mode=ro',uri=True,timeout=60).execute(f'select count(*) from {sys.argv[2]}').fetchone()[0])";
    let db = server.folder.path().join("mlflow.db");
    let out =
        std::process::Command::new(super::server::python()).args(["-c", code]).arg(db).arg(table).output().unwrap();
    String::from_utf8_lossy(&out.stdout).trim().parse().unwrap_or(0)
}

#[test]
fn a_server_that_is_killed_and_started_again_costs_nothing() {
    let mut server = Server::start(&[]);
    let ids = server.seed("broken", TRACES);
    let desk = Desk::new();
    let uri = server.uri();

    // ---- the pull
    let pull = ["mlflow", "pull", "--tracking-uri", &uri, "--experiment", "broken", "--session", "s", "--json"];
    let fetched = |server: &Server| server.log().matches("get-trace-artifact").count();
    let child = desk.command("lead", &pull).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    until("the first spans", || fetched(&server) > 3);
    server.kill();
    server.up();
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let view = desk.json("lead", &["session", "show", "s"]);
    assert_eq!(view["progress"]["items"], TRACES);

    // ---- the push
    desk.ok(
        "lead",
        &["--experiment", "broken", "schema", "create", "ok", "--type", "feedback", "--pass-fail", "Y", "N"],
    );
    desk.ok("lead", &["--experiment", "broken", "schema", "create", "ideal", "--type", "expectation", "--text"]);
    desk.ok("lead", &["session", "update", "s", "--schema", "ok", "--schema", "ideal"]);
    for (n, id) in ids.iter().enumerate() {
        desk.ok("alice", &["answer", "s", id, "ok=Y", &format!("ideal=text {n}"), "--submit"]);
    }
    let child =
        desk.command("lead", &["mlflow", "push", "s"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    until("the first answer", || rows(&server, "assessments") > 0);
    server.kill();
    server.up();
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert_eq!(rows(&server, "assessments"), 2 * u64::from(TRACES), "nothing doubled, nothing missing");

    // ---- labeltui killed in the middle of edits, and pushed again
    for id in &ids[..40] {
        desk.ok("alice", &["answer", "s", id, "ok=N", "ideal=other", "--submit"]);
    }
    let before = rows(&server, "assessments");
    let mut child =
        desk.command("lead", &["mlflow", "push", "s"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    until("the first edit", || rows(&server, "assessments") > before);
    child.kill().unwrap();
    child.wait().unwrap();
    desk.ok("lead", &["mlflow", "push", "s"]);
    assert_eq!(rows(&server, "assessments"), before + 40, "an edit of feedback is one more, of an expectation none");
    let seen = server.sdk(&["assessments", &ids[0]]);
    let valid: Vec<&Value> = seen.as_array().unwrap().iter().filter(|a| a["valid"] != false).collect();
    assert_eq!(valid.len(), 2, "{seen:#}");
    assert_eq!(desk.json("lead", &["mlflow", "status", "s"])["links"][0]["pending"], 0);
}
