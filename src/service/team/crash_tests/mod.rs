//! 24 people claim and save while the server is killed again and again: nothing acknowledged is lost, nothing is done twice, no
//! item is held by two. Also on a disk that loses what was not synced. Two programs that are wrong on purpose show that
//! these tests would see it.

mod client;
mod ledger;
mod server;

use crate::model::{Time, TraceSummary};
use crate::service::api::{ImportBatch, PreparedTrace, Request, Role, SessionSpec, Which};
use crate::service::hub::Hub;
use crate::service::kit::{Kit, pass_fail, schema};
use crate::service::local::Local;
use crate::store::Store;
use client::Work;
use server::{Flaw, Mode, Server};
use std::path::Path;
use std::sync::atomic::Ordering;

const PEOPLE: usize = 24;
const KILLS: u64 = 20;
const ITEMS: i64 = 1_500;

/// A store with a session of many items.
fn prepare(dir: &Path) {
    let store = Store::open(dir).unwrap();
    let hub = Hub::new();
    let local = Local::new(store.clone(), hub.clone());
    let kit = Kit { store, local, hub, clock: std::cell::Cell::new(1_000_000), role: Role::Admin };
    let traces = (0..ITEMS).map(trace).collect();
    kit.lead(Request::Import(ImportBatch { experiment: "Default".into(), traces })).unwrap();
    kit.put(schema("ok", pass_fail()));
    kit.session(SessionSpec {
        name: "s".into(),
        experiment: "Default".into(),
        schemas: vec!["ok".into()],
        ..SessionSpec::default()
    });
    kit.add(Which::All);
    kit.store.close();
}

fn trace(n: i64) -> PreparedTrace {
    let trace_id = format!("tr-{n:04}");
    let body = format!(r#"{{"data":{{"spans":[]}},"info":{{"trace_id":"{trace_id}"}}}}"#);
    PreparedTrace {
        hash: trace_id.clone(),
        body: zstd::encode_all(body.as_bytes(), 1).unwrap(),
        summary: TraceSummary { trace_id, request_time: Time(n), ..TraceSummary::default() },
        assessments: Vec::new(),
        merge: false,
    }
}

/// What is wrong after all the kills.
fn run(test: &str, mode: Mode, fresh_ids: bool) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    prepare(dir.path());
    let mut server = Server::start(test, dir.path(), mode, 0);
    let work = Work::new(server.socket(), fresh_ids);
    std::thread::scope(|scope| {
        for n in 0..PEOPLE {
            let work = &work;
            scope.spawn(move || work.person(&format!("p{n:02}")));
        }
        let mut commits = 0;
        for kill in 0..KILLS {
            if commits > 0 && !work.is_broken() {
                while !server.is_dead() && !work.is_broken() {
                    work.await_something();
                }
                server.kill();
            } else {
                // From a moment after its start to well under way.
                let enough = work.acknowledged() + 10 * (kill % 8);
                work.await_acknowledged(enough);
                server.kill();
            }
            // Every other one dies at the worst moment: durable, and nobody has been told.
            commits = if kill % 2 == 0 { 3 + kill } else { 0 };
            server = Server::start(test, dir.path(), mode, commits);
        }
        work.stop.store(true, Ordering::SeqCst);
    });
    let problems = work.problems();
    drop(server);
    // On an honest disk and without a flaw.
    let server = Server::start(test, dir.path(), Mode { flaw: Flaw::None, ..mode }, 0);
    ledger::check(&server.socket(), work.into_ledger(), problems)
}

#[test]
fn kills_lose_nothing_acknowledged_double_nothing_and_give_no_item_to_two() {
    let test = "service::team::crash_tests::kills_lose_nothing_acknowledged_double_nothing_and_give_no_item_to_two";
    if server::is_child() {
        return server::serve();
    }
    assert_eq!(run(test, Mode { lossy: false, flaw: Flaw::None }, false), [""; 0]);
}

#[test]
fn nor_on_a_disk_that_loses_what_was_not_synced() {
    let test = "service::team::crash_tests::nor_on_a_disk_that_loses_what_was_not_synced";
    if server::is_child() {
        return server::serve();
    }
    assert_eq!(run(test, Mode { lossy: true, flaw: Flaw::None }, false), [""; 0]);
}

#[test]
fn a_server_that_answers_before_it_commits_is_found_out() {
    let test = "service::team::crash_tests::a_server_that_answers_before_it_commits_is_found_out";
    if server::is_child() {
        return server::serve();
    }
    let problems = run(test, Mode { lossy: true, flaw: Flaw::AnswersEarly }, false);
    // An act that was acknowledged is not there to be undone, or not in the log.
    let lost =
        ["is lost", "is no label", "acknowledged was", "nothing to undo", "nothing to redo", "not what was to be"];
    assert!(problems.iter().any(|p| lost.iter().any(|l| p.contains(l))), "{problems:?}");
}

#[test]
fn a_caller_that_makes_a_new_id_for_a_retry_is_found_out() {
    let test = "service::team::crash_tests::a_caller_that_makes_a_new_id_for_a_retry_is_found_out";
    if server::is_child() {
        return server::serve();
    }
    let problems = run(test, Mode { lossy: false, flaw: Flaw::None }, true);
    // Done twice: a submit that changed nothing any more, an undo or redo of something else, or of nothing.
    let twice = ["wrote nothing", "not what was to be", "nothing to undo", "nothing to redo", "never asked for"];
    assert!(problems.iter().any(|p| twice.iter().any(|t| p.contains(t))), "{problems:?}");
}
