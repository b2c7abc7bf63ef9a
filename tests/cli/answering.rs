//! `answer` does from a script what the screen does.

use super::bench::{Bench, JOHN};
use serde_json::{Value, json};

fn answer(bench: &Bench, args: &[&str]) -> Value {
    let mut command = vec!["answer", "label_summaries", JOHN, "--json"];
    command.extend(args);
    bench.json(&command)
}

fn labels(bench: &Bench) -> Vec<Value> {
    bench.ok(&["labels", "label_summaries", "--format", "jsonl"]).lines()
}

#[test]
fn without_submit_it_is_a_draft_and_no_label() {
    let bench = Bench::with_session();
    let said = answer(&bench, &["summary_quality=Yes", "--comment", "summary_quality=short = good"]);
    assert_eq!((said["mine"].as_str(), said["draft"].as_bool()), (Some("draft"), Some(true)));
    assert_eq!(labels(&bench), Vec::<Value>::new());
    let said = answer(&bench, &["--submit"]);
    assert_eq!((said["mine"].as_str(), said["item_status"].as_str()), (Some("submitted"), Some("complete")));
    let labels = labels(&bench);
    assert_eq!(labels.len(), 1);
    assert_eq!(labels[0]["assessment_value"], true);
    assert_eq!(labels[0]["assessment_comment"], "short = good");
}

#[test]
fn values_are_read_by_their_question() {
    let bench = Bench::with_session();
    let all = ["summary_quality=false", "confidence=3.5", "problems=wrong,too long", "expected_summary=a = b, c"];
    answer(&bench, &[&all[..], &["--submit"]].concat());
    let values: Vec<Value> = labels(&bench).iter().map(|l| l["assessment_value"].clone()).collect();
    for wanted in [json!(false), json!(3.5), json!(["wrong", "too long"]), json!("a = b, c")] {
        assert!(values.contains(&wanted), "{wanted} in {values:?}");
    }
    answer(&bench, &["problems=[\"too long\"]", "summary_quality=Yes", "--submit"]);
    let values: Vec<Value> = labels(&bench).iter().map(|l| l["assessment_value"].clone()).collect();
    assert!(values.contains(&json!(["too long"])) && values.contains(&json!(true)), "{values:?}");
    assert!(values.contains(&json!(3.5)), "questions not named stay");
}

#[test]
fn a_value_outside_its_question_is_refused_with_the_bound_and_nothing_is_saved() {
    let bench = Bench::with_session();
    for (value, said) in [
        ("confidence=7", "5"),
        ("confidence=many", "confidence"),
        ("summary_quality=Perhaps", "Yes"),
        ("problems=ugly", "ugly"),
    ] {
        bench.fails(&["answer", "label_summaries", JOHN, value, "--submit"], 1, said);
    }
    bench.fails(&["answer", "label_summaries", JOHN, "colour=red"], 1, "does not ask colour; it asks summary_quality");
    bench.fails(&["answer", "label_summaries", JOHN, "red"], 2, "`red` is no SCHEMA=VALUE");
    bench.fails(&["answer", "label_summaries", JOHN, "confidence=1", "confidence=2"], 2, "answered twice");
    assert_eq!(labels(&bench), Vec::<Value>::new());
}

#[test]
fn an_empty_submit_is_refused() {
    let bench = Bench::with_session();
    bench.fails(&["answer", "label_summaries", JOHN, "--submit"], 1, "nothing answered");
    bench.fails(&["answer", "label_summaries", JOHN], 2, "nothing to answer");
}

#[test]
fn nothing_after_the_equals_sign_clears() {
    let bench = Bench::with_session();
    answer(&bench, &["summary_quality=Yes", "confidence=3", "--submit"]);
    answer(&bench, &["confidence=", "--submit"]);
    let names: Vec<Value> = labels(&bench).iter().map(|l| l["assessment_name"].clone()).collect();
    assert_eq!(names, [json!("summary_quality")]);
}

#[test]
fn undo_takes_a_submit_back_and_redo_repeats_it() {
    let bench = Bench::with_session();
    answer(&bench, &["summary_quality=Yes", "--submit"]);
    let said = answer(&bench, &["--undo"]);
    assert_eq!((said["mine"].as_str(), said["item_status"].as_str()), (Some("draft"), Some("pending")));
    assert_eq!(labels(&bench), Vec::<Value>::new());
    answer(&bench, &["--redo"]);
    assert_eq!(labels(&bench).len(), 1);
}

#[test]
fn skip_defer_and_decline_are_acts_with_reasons() {
    let bench = Bench::with_session();
    assert_eq!(answer(&bench, &["--skip"])["mine"], "skipped");
    let said = answer(&bench, &["--defer", "ask Priya"]);
    assert_eq!((said["mine"].as_str(), said["reason"].as_str()), (Some("deferred"), Some("ask Priya")));
    let said = answer(&bench, &["--decline", "not mine"]);
    assert_eq!((said["mine"].as_str(), said["item_status"].as_str()), (Some("declined"), Some("declined")));
    assert_eq!(answer(&bench, &["--undo"])["mine"], "deferred");
}
