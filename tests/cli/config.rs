//! Folders of valid and invalid configuration files.

use super::bench::Bench;
use std::path::{Path, PathBuf};

fn files(folder: &str) -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/config").join(folder);
    let mut files: Vec<PathBuf> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "toml"));
    files.sort();
    assert!(files.len() >= 3, "{files:?}");
    files
}

#[test]
fn every_valid_file_is_taken() {
    let bench = Bench::new();
    for file in files("valid") {
        bench.ok(&["--config", file.to_str().unwrap(), "completions", "bash"]);
    }
}

/// The first line of each file says what is to be said of it, after the file's name.
#[test]
fn every_invalid_file_is_refused_with_file_line_and_reason() {
    let bench = Bench::new();
    for file in files("invalid") {
        let text = std::fs::read_to_string(&file).unwrap();
        let wanted = text.lines().next().unwrap().trim_start_matches("# ");
        let name = file.file_name().unwrap().to_str().unwrap();
        bench.fails(
            &["--config", file.to_str().unwrap(), "completions", "bash"],
            2,
            &format!("{name}:{}", wanted.trim_end()),
        );
    }
}

#[test]
fn a_missing_file_that_was_named_is_refused_and_a_missing_usual_one_is_not() {
    let bench = Bench::new();
    bench.fails(&["--config", "nowhere.toml", "completions", "bash"], 2, "nowhere.toml");
    bench.ok(&["completions", "bash"]);
}

#[test]
fn flags_win_over_variables_win_over_the_file() {
    let bench = Bench::new();
    std::fs::write(bench.path("c.toml"), "experiment = 'file'\nuser = 'file'\n").unwrap();
    let create = |name: &str, flag: &[&str], variable: &str| {
        let mut args = vec!["--config", "c.toml"];
        args.extend(flag);
        args.extend(["session", "create", name, "--schema", "guidelines", "--json"]);
        let output = bench.command(&args).env("LABELTUI_EXPERIMENT", variable).env("LABELTUI_USER", variable).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{output:?}");
        let session: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        [&session["experiment"], &session["created_by"]].map(|v| v.as_str().unwrap().to_owned())
    };
    assert_eq!(create("a", &[], ""), ["file", "file"], "an empty variable is none");
    assert_eq!(create("b", &[], "variable"), ["variable", "variable"]);
    assert_eq!(create("c", &["--experiment", "flag", "--as", "flag"], "variable"), ["flag", "flag"]);
}

#[test]
fn a_person_is_one_by_account_and_by_the_name_in_exports() {
    let bench = Bench::with_session();
    std::fs::write(bench.path("c.toml"), "[people]\nalice = 'alice@example.com'\n").unwrap();
    let answer = |who| {
        bench.ok(&[
            "--config",
            "c.toml",
            "--as",
            who,
            "answer",
            "label_summaries",
            super::bench::JOHN,
            "confidence=3",
            "--submit",
        ])
    };
    answer("alice");
    assert!(answer("alice@example.com").err.contains("nothing had changed"));
    for user in ["alice", "alice@example.com"] {
        let labels =
            bench.ok(&["--config", "c.toml", "labels", "label_summaries", "--format", "jsonl", "--user", user]).lines();
        assert_eq!(labels.len(), 1);
        assert_eq!(labels[0]["assessor_id"], "alice@example.com");
    }
}
