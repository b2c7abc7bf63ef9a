//! `kill -9` at any moment loses no acknowledged answer.

use super::support::{Launch, Place, traces};
use rustix::process::Signal;
use std::collections::BTreeSet;
use std::process::Stdio;

const ITEMS: usize = 40;

#[test]
fn answers_acknowledged_by_an_owner_that_is_then_killed_are_there() {
    let place = Place::new();
    place.write("traces.jsonl", &traces::plain(ITEMS));
    place.session_of("traces.jsonl");
    let mut acknowledged = BTreeSet::new();
    for round in 0..8 {
        let mut owner = Launch::new(&place, &["open", "s"]).start();
        owner.wait_for("Is it good?").wait_for("question");
        let items = (0..5).map(|n| round * 5 + n);
        let mut running: Vec<_> = items
            .map(|i| {
                let id = traces::id(i);
                let mut command = place.command(&["answer", "s", &id, "quality=true", "--submit"]);
                (id, command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs"))
            })
            .collect();
        // Some rounds kill at once, some after one, two, ... answers have come back.
        for _ in 0..round % 5 {
            let (id, mut first) = running.remove(0);
            if first.wait().expect("it ends").success() {
                acknowledged.insert(id);
            }
        }
        owner.signal(Signal::KILL).end();
        for (id, mut child) in running {
            if child.wait().expect("it ends").success() {
                acknowledged.insert(id);
            }
        }
    }
    let labels: BTreeSet<String> = place.labels().into_iter().map(|l| l.0).collect();
    let lost: Vec<_> = acknowledged.difference(&labels).collect();
    assert!(lost.is_empty(), "acknowledged and not there: {lost:?}");
    assert!(acknowledged.len() > ITEMS / 2, "most were acknowledged: {}", acknowledged.len());
    place.ok(&["doctor"]);
}

#[test]
fn an_import_that_is_killed_leaves_a_sound_store_and_can_be_repeated() {
    let place = Place::new();
    let count = 3_000;
    place.write("many.jsonl", &traces::plain(count));
    for _ in 0..3 {
        let mut child = place
            .command(&["import", "many.jsonl"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it runs");
        // As soon as something is in the store.
        while !place.store().join("labeltui.redb").exists() && child.try_wait().expect("a status").is_none() {
            std::thread::yield_now();
        }
        let _ = child.kill();
        let _ = child.wait();
        place.ok(&["doctor"]);
    }
    let result: serde_json::Value = serde_json::from_str(&place.ok(&["import", "many.jsonl", "--json"])).expect("JSON");
    let number = |k: &str| result[k].as_u64().expect("a number");
    assert_eq!(number("imported") + number("duplicates"), count as u64);
    assert_eq!(number("rejected_total"), 0);
}
