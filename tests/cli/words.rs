//! What commands say where there is little to say: true, and with the way out.

use super::bench::Bench;

#[test]
fn a_strict_import_that_keeps_nothing_speaks_of_nothing_imported() {
    let bench = Bench::new();
    let odd = r#"{"info":{"trace_id":"tr-1","request_time":"2026-01-01T00:00:00Z"},"data":{"spans":[{"span_id":"a","name":"n","attributes":{"mlflow.spanOutputs":"NaN","x":NaN}}]}}"#;
    std::fs::write(bench.path("t.jsonl"), format!("{odd}\nbroken\n")).unwrap();
    let ran = bench.run(&["import", "t.jsonl", "--strict"]);
    assert!(ran.code == 1 && ran.err.contains("t.jsonl:2: "), "{ran:?}");
    assert!(!ran.err.contains("(imported)"), "{}", ran.err);
    let ran = bench.run(&["import", "t.jsonl"]);
    assert!(ran.err.contains("(imported)"), "{}", ran.err);
}

#[test]
fn traces_that_are_not_there_are_told_with_what_became_of_the_others() {
    let bench = Bench::with_session();
    bench.ok(&["session", "create", "empty"]);
    let add = |ids: &[&str], said: &str| {
        let mut args = vec!["session", "add-traces", "empty"];
        ids.iter().for_each(|id| args.extend(["--id", id]));
        let ran = bench.run(&args);
        assert!(ran.code == 1 && ran.err.contains(said), "{ran:?}");
    };
    let trace = bench.json(&["trace", "list", "--json"])["traces"][0]["trace_id"].as_str().unwrap().to_owned();
    add(&["tr-no"], "(nothing was added): tr-no");
    add(&[&trace, "tr-no"], "(the others were added): tr-no");
    add(&[&trace, "tr-no"], "(the others were there already): tr-no");
    bench.fails(&["answer", "empty", &trace, "q=1"], 1, "does not ask q; it asks nothing");
    bench.fails(&["labels", "empty", "--schema", "q"], 1, "it asks nothing");
}

#[test]
fn an_answer_without_a_name_and_an_empty_person_are_wrong_usage() {
    let bench = Bench::with_session();
    let trace = bench.json(&["trace", "list", "--json"])["traces"][0]["trace_id"].as_str().unwrap().to_owned();
    bench.fails(&["answer", "label_summaries", &trace, "=x"], 2, "`=x` is no SCHEMA=VALUE");
    bench.fails(&["--as", "", "session", "list"], 2, "--as needs a name");
    bench.fails(&["session", "list", "--as="], 2, "--as needs a name");
    let ran = bench.ok(&["labels", "label_summaries", "--user", "nobody"]);
    assert!(
        ran.err.contains("no labels yet in label_summaries by nobody (`labeltui stats label_summaries`"),
        "{}",
        ran.err
    );
}

#[test]
fn more_reviews_than_reviewers_are_warned_of() {
    let bench = Bench::new();
    let ran = bench.ok(&["session", "create", "s", "--reviews", "3", "--user", "a", "--user", "b"]);
    assert!(ran.err.contains("warning: 3 reviews per trace, but only 2 reviewers assigned"), "{}", ran.err);
    let ran = bench.ok(&["session", "update", "s", "--user", "c"]);
    assert!(!ran.err.contains("warning"), "{}", ran.err);
}

#[test]
fn a_backup_that_fails_names_the_file_that_was_asked_for() {
    let bench = Bench::with_session();
    let ran = bench.fails(&["backup", "no/such/folder/copy"], 1, "no/such/folder/copy");
    assert!(!ran.err.contains(".copy."), "{}", ran.err);
}

#[test]
fn a_session_takes_a_view_shows_it_and_gives_it_up() {
    let bench = Bench::with_session();
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/views/business.toml");
    bench.ok(&["session", "update", "label_summaries", "--view", shipped]);
    let view = bench.json(&["session", "show", "label_summaries", "--json"])["view"].clone();
    assert_eq!((view["name"].as_str(), view["opens"].as_str()), (Some("business"), Some("messages")));
    assert!(bench.ok(&["session", "show", "label_summaries"]).out.contains("view: {"));
    std::fs::write(bench.path("v.toml"), "[spans]\nhide = ['TOOL']\n").unwrap();
    bench.fails(
        &["session", "create", "t", "--view", "v.toml"],
        1,
        "v.toml:2: `spans.hide[0]`: \"TOOL\" names no spans",
    );
    bench.fails(&["session", "show", "t"], 1, "t");
    std::fs::write(bench.path("v.json"), view.to_string()).unwrap();
    let made = bench.json(&["session", "create", "t", "--view", "v.json", "--json"]);
    assert_eq!(made["view"], view, "what is shown can be given again");
    bench.ok(&["session", "update", "t", "--remove-view"]);
    assert!(bench.json(&["session", "show", "t", "--json"])["view"].is_null());
}
