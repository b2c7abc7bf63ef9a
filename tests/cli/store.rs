//! `backup`, `restore`, `doctor`, `demo`.

use super::bench::{Bench, JOHN};
use std::fs;

#[test]
fn a_backup_is_restored_and_the_store_before_it_is_kept() {
    let bench = Bench::with_session();
    bench.ok(&["answer", "label_summaries", JOHN, "summary_quality=Yes", "--submit"]);
    bench.ok(&["backup", "copy.redb"]);
    bench.fails(&["backup", "copy.redb"], 1, "copy.redb is there already");
    bench.ok(&["answer", "label_summaries", JOHN, "summary_quality=No", "--submit"]);
    let ran = bench.ok(&["restore", "copy.redb"]);
    assert!(ran.err.contains("before-restore"), "{ran:?}");
    let labels = bench.ok(&["labels", "label_summaries", "--format", "jsonl"]).lines();
    assert_eq!(labels[0]["assessment_value"], true);
}

#[test]
fn a_file_that_is_no_backup_is_refused_and_nothing_is_changed() {
    let bench = Bench::with_session();
    fs::write(bench.path("notes.txt"), "no backup").unwrap();
    bench.fails(&["restore", "notes.txt"], 1, "notes.txt");
    bench.fails(&["restore", "nowhere"], 1, "nowhere");
    assert_eq!(bench.json(&["stats", "label_summaries", "--json"])["progress"]["items"], 12);
}

#[test]
fn doctor_finds_nothing_in_a_sound_store_and_names_a_damaged_one() {
    let bench = Bench::with_session();
    let report = bench.json(&["doctor", "--json"]);
    assert_eq!((report["traces"].as_u64(), report["problems"].as_array().unwrap().len()), (Some(12), 0));
    let file = bench.path("store/labeltui.redb");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 8;
    bytes[middle..].fill(0xa5);
    fs::write(&file, bytes).unwrap();
    let ran = bench.run(&["doctor"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.contains("damaged"), "{ran:?}");
}

#[test]
fn the_demo_is_made_in_a_store_of_its_own_and_starts_over_when_asked() {
    let bench = Bench::new();
    let demo = |args: &[&str]| {
        let mut command = bench.command(&["demo", "--no-open"]);
        let output = command.args(args).env("XDG_DATA_HOME", bench.path("data")).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        assert!(output.status.success(), "{output:?}");
        text(output.stdout)
    };
    let line = demo(&[]);
    let dir = line.strip_prefix("labeltui --store ").and_then(|l| l.strip_suffix(" open label_summaries\n")).unwrap();
    let dir = dir.trim_matches('\'');
    assert!(!bench.path("store").exists(), "--store is ignored");
    bench.ok(&["--store", dir, "answer", "label_summaries", JOHN, "summary_quality=Yes", "--submit"]);
    let answers = || bench.ok(&["--store", dir, "labels", "label_summaries", "--format", "jsonl"]).lines().len();
    demo(&[]);
    assert_eq!(answers(), 1, "opening it again keeps the answers");
    demo(&["--fresh"]);
    assert_eq!(answers(), 0);
    let session = bench.json(&["--store", dir, "session", "show", "label_summaries", "--json"]);
    assert_eq!(session["schemas"][0]["name"], "summary_quality");
    assert_eq!(session["progress"]["items"], 12);
}
