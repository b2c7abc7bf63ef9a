//! `labels`, `dataset` and `export`: what leaves.

use super::bench::{ACME, Bench, JOHN};
use serde_json::{Value, json};
use std::fs;

const HEAD: &str = "request_id,assessment_name,assessment_value,assessment_comment,assessor_id,timestamp,assessment_id,\
assessment_type,session,item_status,schema_version,span_id,valid";

fn answered() -> Bench {
    let bench = Bench::with_session();
    let answer = |who, trace, answers: &[&str]| {
        let mut args = vec!["--as", who, "answer", "label_summaries", trace, "--submit"];
        args.extend(answers);
        bench.ok(&args);
    };
    answer("ann", JOHN, &["summary_quality=Yes", "--comment", "summary_quality=a \"b\", c"]);
    answer("ann", ACME, &["problems=wrong,too long", "confidence=4", "expected_summary=One P0 bug."]);
    answer("bob", JOHN, &["summary_quality=No"]);
    bench
}

#[test]
fn csv_has_the_promised_columns_in_order() {
    let bench = answered();
    let ran = bench.ok(&["labels", "label_summaries", "--format", "csv", "--user", "ann"]);
    let mut reader = csv::Reader::from_reader(ran.out.as_bytes());
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>().join(","), HEAD);
    let rows: Vec<Vec<String>> = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
    let shown: Vec<String> = rows.iter().map(|r| r[..5].join("|")).collect();
    assert_eq!(
        shown,
        [
            format!("{JOHN}|summary_quality|true|a \"b\", c|ann"),
            format!("{ACME}|confidence|4||ann"),
            format!("{ACME}|expected_summary|One P0 bug.||ann"),
            format!("{ACME}|problems|[\"wrong\",\"too long\"]||ann"),
        ]
    );
    assert!(rows.iter().all(|r| r[6].starts_with("a-") && r[8] == "label_summaries" && r[12] == "true"), "{rows:?}");
}

#[test]
fn the_table_has_all_columns_in_a_pipe() {
    let bench = answered();
    let out = bench.ok(&["labels", "label_summaries"]).out;
    let head: Vec<&str> = out.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(head.join(","), HEAD);
    assert_eq!(out.lines().count(), 6);
}

#[test]
fn labels_are_filtered_by_schema_and_user() {
    let bench = answered();
    let names = |args: &[&str]| {
        let mut command = vec!["labels", "label_summaries", "--format", "jsonl"];
        command.extend(args);
        bench.ok(&command).lines().iter().map(|l| l["assessor_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&["--schema", "summary_quality"]), ["ann", "bob"]);
    assert_eq!(names(&["--schema", "summary_quality", "--user", "bob"]), ["bob"]);
    assert_eq!(names(&["--user", "nobody"]), Vec::<String>::new());
    // Who asks is another thing than whose labels are asked for.
    assert_eq!(names(&["--as", "lead"]).len(), 5);
    assert_eq!(names(&["--as", "lead", "--user", "bob"]), ["bob"]);
}

#[test]
fn all_versions_adds_what_was_superseded_and_imported_adds_what_came_in() {
    let bench = answered();
    bench.ok(&["--as", "bob", "answer", "label_summaries", JOHN, "summary_quality=Yes", "--submit"]);
    let valid = |args: &[&str]| {
        let mut command =
            vec!["labels", "label_summaries", "--format", "jsonl", "--schema", "summary_quality", "--user", "bob"];
        command.extend(args);
        bench.ok(&command).lines().iter().map(|l| l["valid"].as_bool().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(valid(&[]), [true]);
    let mut all = valid(&["--all-versions"]);
    all.sort_unstable();
    assert_eq!(all, [false, true]);
    let imported = bench.ok(&["labels", "label_summaries", "--format", "jsonl", "--imported"]).lines();
    assert!(imported.iter().any(|l| l["assessment_name"] == "groundedness" && l["schema_version"] == Value::Null));
}

#[test]
fn a_file_is_written_whole_in_the_format_of_its_name() {
    let bench = answered();
    let ran = bench.ok(&["labels", "label_summaries", "-o", "labels.csv"]);
    assert!(ran.out.is_empty() && ran.err.contains("wrote 5 labels to labels.csv"), "{ran:?}");
    assert!(fs::read_to_string(bench.path("labels.csv")).unwrap().starts_with(HEAD));
    bench.ok(&["labels", "label_summaries", "-o", "labels.jsonl"]);
    assert_eq!(fs::read_to_string(bench.path("labels.jsonl")).unwrap().lines().count(), 5);
    // A refusal leaves the old file as it is.
    bench.fails(&["labels", "nothing", "-o", "labels.csv"], 1, "nothing");
    assert!(fs::read_to_string(bench.path("labels.csv")).unwrap().starts_with(HEAD));
    let left =
        fs::read_dir(bench.home()).unwrap().filter(|e| e.as_ref().unwrap().path().to_string_lossy().ends_with(".part"));
    assert_eq!(left.count(), 0);
}

#[test]
fn dataset_has_one_record_for_each_trace_with_an_expectation() {
    let bench = answered();
    let records = bench.ok(&["dataset", "label_summaries"]).lines();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["expectations"], json!({"expected_summary": "One P0 bug."}));
    assert_eq!(records[0]["inputs"]["messages"][0]["content"], "what issues does acme corp have?");
    assert_eq!(records[0]["source"]["source_data"]["trace_id"], ACME);
}

#[test]
fn export_has_every_trace_with_imported_and_submitted_assessments() {
    let bench = answered();
    let traces = bench.ok(&["export", "label_summaries"]).lines();
    assert_eq!(traces.len(), 12);
    let john = traces.iter().find(|t| t["info"]["trace_id"] == JOHN).unwrap();
    let names: Vec<&str> = john["info"]["assessments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["assessment_name"].as_str().unwrap())
        .collect();
    assert_eq!(names.iter().filter(|n| **n == "summary_quality").count(), 2);
    assert!(names.contains(&"groundedness"), "{names:?}");
}
