//! Schemas and sessions from the command line.

use super::bench::{ACME, Bench, JOHN, demo};
use std::fs;

#[test]
fn a_schema_of_every_input_is_created_shown_and_applied_back() {
    let bench = Bench::new();
    for args in [
        &["yes_no", "--type", "feedback", "--pass-fail", "Yes", "No", "--comment"][..],
        &["one", "--type", "feedback", "--option", "a", "--option", "b", "--required"],
        &["some", "--type", "feedback", "--option", "a", "--option", "b", "--multi"],
        &["number", "--type", "feedback", "--numeric", "--min", "-1.5", "--max", "5"],
        &[
            "words",
            "--type",
            "expectation",
            "--text",
            "--max-length",
            "100",
            "--title",
            "What?",
            "--instruction",
            "How.",
        ],
        &["list", "--type", "expectation", "--text-list", "--max-length", "10", "--max-count", "3"],
    ] {
        let mut command = vec!["schema", "create"];
        command.extend(args);
        let ran = bench.ok(&command);
        assert!(ran.err.contains("created schema"), "{ran:?}");
    }
    let listed = bench.ok(&["schema", "list", "--json"]).out;
    fs::write(bench.path("schemas.json"), &listed).unwrap();
    bench.ok(&["--experiment", "other", "schema", "apply", "schemas.json"]);
    assert_eq!(bench.ok(&["--experiment", "other", "schema", "list", "--json"]).out, listed);
    let table = bench.ok(&["schema", "list"]).out;
    assert!(table.contains("number from -1.5 to 5") && table.contains("text list of up to 3 entries"), "{table}");
}

#[test]
fn what_has_no_meaning_is_refused_and_overwriting_is_asked_for() {
    let bench = Bench::new();
    bench.fails(&["schema", "create", "q", "--type", "feedback", "--numeric", "--min", "5", "--max", "5"], 1, "q");
    bench.fails(&["schema", "create", "q", "--type", "feedback", "--option", "a", "--option", "a"], 1, "a");
    bench.fails(&["schema", "create", "Feedback", "--type", "feedback", "--text"], 1, "Feedback");
    bench.ok(&["schema", "create", "q", "--type", "feedback", "--text"]);
    bench.fails(&["schema", "create", "q", "--type", "feedback", "--text", "--comment"], 1, "overwrite");
    let ran = bench.ok(&["schema", "create", "q", "--type", "feedback", "--text", "--overwrite"]);
    assert!(ran.err.contains("so already"), "{ran:?}");
}

#[test]
fn a_mistake_in_a_schema_file_names_file_and_schema() {
    let bench = Bench::new();
    fs::write(bench.path("s.json"), r#"[{"name": "ok", "type": "FEEDBACK", "input": {"text": {}}}, {"name": "q"}]"#)
        .unwrap();
    bench.fails(&["schema", "apply", "s.json"], 1, "s.json: schema 2 (q): type: is missing");
    assert_eq!(
        bench.json(&["schema", "list", "--json"])["label_schemas"].as_array().unwrap().len(),
        0,
        "all or nothing"
    );
}

#[test]
fn adding_traces_is_idempotent_and_prints_the_line_to_share() {
    let bench = Bench::with_session();
    // A store that the environment names is the same for everybody who shares the environment.
    let ran = bench.ok(&["session", "add-traces", "label_summaries", "--all"]);
    assert_eq!(ran.out, "labeltui open label_summaries\n");
    assert!(ran.err.contains("added 0 traces, 12 there already"), "{ran:?}");
    let store = bench.path("other store");
    let at = store.to_str().unwrap();
    bench.ok(&["--store", at, "session", "create", "label_summaries", "--schema", "guidelines"]);
    let ran = bench.ok(&["--store", at, "session", "add-traces", "label_summaries", "--all"]);
    assert_eq!(ran.out, format!("labeltui --store '{at}' open label_summaries\n"));
}

#[test]
fn traces_are_chosen_by_id_filter_and_file() {
    let bench = Bench::with_session();
    let added = |args: &[&str]| {
        let mut command = vec!["session", "add-traces", "two", "--json"];
        command.extend(args);
        bench.json(&command)["added"].as_u64().unwrap()
    };
    bench.ok(&["session", "create", "two", "--schema", "guidelines"]);
    assert_eq!(added(&["--id", JOHN]), 1);
    assert_eq!(added(&["--filter", "status = 'ERROR'"]), 1);
    fs::write(bench.path("ids"), format!("{JOHN}\n{ACME}\n")).unwrap();
    assert_eq!(added(&["--file", "ids"]), 1);
    assert_eq!(added(&["--file", demo("traces.jsonl").to_str().unwrap()]), 9);
    bench.fails(&["session", "add-traces", "two", "--filter", "colour = 'red'"], 1, "colour");
}

#[test]
fn ids_that_are_not_there_are_named_and_the_others_added() {
    let bench = Bench::with_session();
    bench.ok(&["session", "create", "two", "--schema", "guidelines"]);
    let ran = bench.run(&["session", "add-traces", "two", "--id", JOHN, "--id", "tr-none"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("added 1 trace") && ran.err.contains("tr-none"), "{ran:?}");
    assert_eq!(bench.json(&["session", "show", "two", "--json"])["progress"]["items"], 1);
}

#[test]
fn a_session_is_updated_closed_and_reopened() {
    let bench = Bench::with_session();
    fs::write(bench.path("how.md"), "# How\n").unwrap();
    let update = |args: &[&str]| {
        let mut command = vec!["session", "update", "label_summaries", "--json"];
        command.extend(args);
        bench.json(&command)
    };
    let s = update(&["--user", "ann", "--user", "bob", "--reviews", "2", "--instructions", "how.md", "--open"]);
    assert_eq!(
        (s["users"][1].as_str(), s["reviews"].as_u64(), s["blind"].as_bool()),
        (Some("bob"), Some(2), Some(false))
    );
    assert_eq!(s["instructions"], "# How\n");
    assert_eq!(update(&["--remove-user", "ann"])["users"], serde_json::json!(["bob"]));
    assert_eq!(update(&["--close"])["closed"], true);
    bench.fails(&["--as", "bob", "answer", "label_summaries", JOHN, "confidence=3"], 1, "closed");
    assert_eq!(update(&["--reopen"])["closed"], false);
}

#[test]
fn a_session_with_answers_is_deleted_only_after_they_were_written_to_a_file() {
    let bench = Bench::with_session();
    bench.ok(&["answer", "label_summaries", JOHN, "summary_quality=Yes", "--submit"]);
    bench.fails(&["session", "delete", "label_summaries"], 1, "--with-answers");
    let ran = bench.ok(&["session", "delete", "label_summaries", "--with-answers"]);
    let written = fs::read_dir(bench.home()).unwrap().map(|e| e.unwrap().path());
    let file = written.into_iter().find(|p| p.to_string_lossy().ends_with(".export.jsonl")).expect("the export");
    assert!(ran.err.contains(file.file_name().unwrap().to_str().unwrap()), "{ran:?}");
    let text = fs::read_to_string(file).unwrap();
    assert_eq!(text.lines().count(), 12);
    assert!(text.contains("\"summary_quality\""));
    assert_eq!(bench.json(&["session", "list", "--json"])["sessions"].as_array().unwrap().len(), 0);
}

#[test]
fn items_are_assigned_split_and_removed() {
    let bench = Bench::with_session();
    bench.ok(&["session", "update", "label_summaries", "--user", "ann", "--user", "bob"]);
    let ran = bench.ok(&["session", "assign", "label_summaries", "--id", JOHN, "--user", "bob"]);
    assert!(ran.err.contains("assigned 1 trace"), "{ran:?}");
    let ran = bench.ok(&["session", "assign", "label_summaries", "--split"]);
    assert!(ran.err.contains("assigned 11 traces"), "{ran:?}");
    bench.ok(&["session", "remove-traces", "label_summaries", "--id", JOHN]);
    assert_eq!(bench.json(&["session", "show", "label_summaries", "--json"])["progress"]["items"], 11);
}

#[test]
fn what_was_deleted_is_in_the_audit_by_its_name_and_by_its_experiment() {
    let bench = Bench::with_session();
    bench.ok(&["trace", "delete", ACME]);
    bench.ok(&["session", "delete", "label_summaries"]);
    let gone = bench.ok(&["audit", "label_summaries"]);
    assert!(gone.out.contains("session_deleted") && gone.err.is_empty(), "{}{}", gone.out, gone.err);
    bench.ok(&["session", "create", "label_summaries", "--schema", "summary_quality"]);
    let own = bench.ok(&["audit", "label_summaries"]);
    assert!(!own.out.contains("session_deleted"), "{}", own.out);
    assert!(own.err.contains("labeltui audit label_summaries --all"), "{}", own.err);
    let whats = |args: &[&str]| -> Vec<String> {
        let events = bench.json(args)["events"].as_array().unwrap().clone();
        events.iter().map(|event| event["what"].as_str().unwrap().to_owned()).collect()
    };
    let all = whats(&["audit", "label_summaries", "--all", "--json"]);
    assert_eq!(all, ["session_created", "traces_added", "session_deleted", "session_created"]);
    let of_all = whats(&["audit", "--json"]);
    assert!(of_all.contains(&"traces_deleted".to_owned()) && of_all.contains(&"imported".to_owned()), "{of_all:?}");
    assert_eq!(bench.json(&["audit", "--json"])["experiment"], "Default");
    bench.fails(&["audit", "--all"], 2, "SESSION");
    bench.fails(&["audit", "nothing"], 1, "no session");
}
