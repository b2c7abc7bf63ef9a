//! The round trip of every kind of question and value, seen through MLflow's SDK; a second reviewer; datasets.

use super::server::{Desk, NAMES, Server};
use serde_json::{Value, json};

const TEXT: &str = "Zeile 1\nZeile \"2\", ü, 😀, \u{202e}end";

fn by_name(all: &Value, name: &str, who: &str) -> Value {
    let mine = |a: &&Value| a["assessment_name"] == name && a["source"]["source_id"] == who && a["valid"] != false;
    let found: Vec<&Value> = all.as_array().unwrap().iter().filter(mine).collect();
    assert_eq!(found.len(), 1, "{name} of {who}: {all:#}");
    found[0].clone()
}

fn value(assessment: &Value) -> Value {
    let inner = assessment.get("feedback").or(assessment.get("expectation")).unwrap();
    match inner.get("serialized_value") {
        Some(s) => serde_json::from_str(s["value"].as_str().unwrap()).unwrap(),
        None => inner["value"].clone(),
    }
}

#[test]
fn every_kind_of_answer_makes_the_round_trip_and_a_second_reviewer_in_mlflow_is_met() {
    let server = Server::start(&[]);
    let ids = server.seed("trip", 3);
    let desk = Desk::new();
    desk.session(&server.uri(), "trip");
    let answers = [
        ("ok", "true", json!(true)),
        ("tone", "cold", json!("cold")),
        ("faults", "[\"b, c\", \"a\"]", json!(["a", "b, c"])),
        ("grade", "7.25", json!(7.25)),
        ("remark", TEXT, json!(TEXT)),
        ("remarks", "[\"one\", \"two, three\"]", json!(["one", "two, three"])),
        ("ideal", "Short.", json!("Short.")),
        ("level", "3", json!(3.0)),
        ("facts", "[\"fact 1\", \"fact 2\"]", json!(["fact 1", "fact 2"])),
        ("right", "false", json!(false)),
    ];
    let mut command: Vec<String> = vec!["answer".into(), "s".into(), ids[0].clone()];
    command.extend(answers.iter().map(|(name, typed, _)| format!("{name}={typed}")));
    command.extend(["--comment", "ok=because\nit is", "--comment", "ideal=a comment", "--submit"].map(str::to_owned));
    desk.ok("alice", &command.iter().map(String::as_str).collect::<Vec<_>>());
    desk.ok("bob", &["answer", "s", &ids[1], "--decline", "not mine"]);
    let uri = server.uri();
    let pushed = desk.json("lead", &["mlflow", "push", "s", "--tracking-uri", &uri])["pushed"][0].clone();
    assert_eq!((&pushed["answers"], &pushed["statuses"], &pushed["failed"]), (&json!(10), &json!(2), &json!(0)));

    // ---- field by field, as the SDK reads them
    let seen = server.sdk(&["assessments", &ids[0]]);
    assert_eq!(seen.as_array().unwrap().len(), NAMES.len());
    let labels = desk.ok("lead", &["labels", "s", "--format", "jsonl"]);
    let labels: Vec<Value> = labels.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    for (name, _, wanted) in &answers {
        let there = by_name(&seen, name, "alice");
        let ours = labels.iter().find(|l| l["assessment_name"] == *name).unwrap();
        assert_eq!(value(&there), *wanted, "{name}");
        assert_eq!(there["assessment_id"], ours["assessment_id"], "{name}");
        assert_eq!(there["create_time"], ours["timestamp"], "{name}");
        assert_eq!(there["source"], json!({ "source_type": "HUMAN", "source_id": "alice" }));
        assert_eq!(there["trace_id"], ids[0].as_str());
        assert_eq!(there.get("expectation").is_some(), ours["assessment_type"] == "expectation", "{name}");
        assert_eq!(there["metadata"]["labeltui.session"], "s");
    }
    assert_eq!(by_name(&seen, "ok", "alice")["rationale"], "because\nit is");
    assert_eq!(by_name(&seen, "ideal", "alice")["metadata"]["labeltui.comment"], "a comment");
    let status = desk.json("lead", &["mlflow", "status", "s"])["links"][0].clone();
    assert_eq!((&status["pending"], &status["queue"]), (&json!(0), &json!("s")));
    let run = status["run_id"].as_str().unwrap();
    assert_eq!(server.sdk(&["of_run", "trip", run]), json!(ids));

    // ---- the queue, pulled by somebody else, is the same session
    let other = Desk::new();
    let pulled =
        other.json("carol", &["mlflow", "pull", "--tracking-uri", &uri, "--experiment", "trip", "--queue", "s"]);
    assert_eq!((&pulled["imported"], &pulled["added"]), (&json!(3), &json!(3)));
    let theirs = other.ok("carol", &["labels", "s", "--format", "jsonl"]);
    let theirs: Vec<Value> = theirs.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    for (name, _, wanted) in answers.iter().filter(|(n, ..)| !matches!(*n, "remarks" | "facts")) {
        let there =
            theirs.iter().find(|l| l["assessment_name"] == *name).unwrap_or_else(|| panic!("{name}: {theirs:?}"));
        assert_eq!((&there["assessment_value"], &there["assessor_id"]), (wanted, &json!("alice")), "{name}");
    }
    let view = other.json("carol", &["session", "show", "s"]);
    assert_eq!((&view["progress"]["complete"], &view["progress"]["declined"]), (&json!(1), &json!(1)));
    assert_eq!(view["schemas"][0]["title"], "A title?");
    let again = other.json("carol", &["mlflow", "pull", "--session", "s"]);
    assert_eq!((&again["unchanged"], &again["answers"]), (&json!(3), &json!(0)));

    // ---- a second reviewer in MLflow at the same time
    server.sdk(&["feedback", &ids[2], "grade", "4", "bob"]);
    server.sdk(&["expectation", &ids[2], "ideal", "\"Long.\"", "bob"]);
    desk.ok("alice", &["answer", "s", &ids[2], "grade=9", "--submit"]);
    let pulled = desk.json("lead", &["mlflow", "pull", "--session", "s"]);
    assert_eq!((&pulled["answers"], &pulled["conflicts"]), (&json!(2), &json!(0)));
    desk.ok("lead", &["mlflow", "push", "s"]);
    let seen = server.sdk(&["assessments", &ids[2]]);
    assert_eq!(
        (value(&by_name(&seen, "grade", "alice")), value(&by_name(&seen, "grade", "bob"))),
        (json!(9.0), json!(4.0))
    );

    // ---- edited and undone
    desk.ok("alice", &["answer", "s", &ids[0], "ok=false", "ideal=Longer.", "--submit"]);
    desk.ok("lead", &["mlflow", "push", "s"]);
    let seen = server.sdk(&["assessments", &ids[0]]);
    assert_eq!(
        seen.as_array().unwrap().len(),
        NAMES.len() + 1,
        "an edit of feedback overrides, an expectation is changed in place"
    );
    assert_eq!(
        (value(&by_name(&seen, "ok", "alice")), value(&by_name(&seen, "ideal", "alice"))),
        (json!(false), json!("Longer."))
    );
    desk.ok("alice", &["answer", "s", &ids[0], "--undo"]);
    desk.ok("lead", &["mlflow", "push", "s"]);
    let seen = server.sdk(&["assessments", &ids[0]]);
    assert_eq!(seen.as_array().unwrap().len(), NAMES.len());
    assert_eq!(
        (value(&by_name(&seen, "ok", "alice")), value(&by_name(&seen, "ideal", "alice"))),
        (json!(true), json!("Short."))
    );

    // ---- changed on both sides
    desk.ok("alice", &["answer", "s", &ids[0], "tone=warm", "ideal=Short.", "--submit"]);
    server.sdk(&["feedback", &ids[0], "tone", "\"cold\"", "alice"]);
    desk.ok("alice", &["answer", "s", &ids[0], "tone=warm", "--comment", "tone=really", "--submit"]);
    let (code, said) = desk.no("lead", &["mlflow", "push", "s"]);
    assert!(code == 1 && said.contains("--prefer"), "{code} {said}");
    let status = desk.json("lead", &["mlflow", "status", "s"])["links"][0].clone();
    assert_eq!(
        (&status["conflicts"][0]["local"], &status["conflicts"][0]["remote"]["value"]),
        (&json!("warm"), &json!("cold"))
    );
    desk.ok("lead", &["mlflow", "push", "s", "--prefer", "local"]);
    assert_eq!(desk.json("lead", &["mlflow", "status", "s"])["links"][0]["conflicts"], json!([]));

    // ---- also where nothing was agreed on before, and a pull came in between
    server.sdk(&["feedback", &ids[1], "tone", "\"cold\"", "alice"]);
    desk.ok("alice", &["answer", "s", &ids[1], "tone=warm", "--submit"]);
    for what in [["mlflow", "pull", "--session", "s"].as_slice(), &["mlflow", "push", "s"]] {
        let (code, said) = desk.no("lead", what);
        assert!(code == 1 && said.contains("--prefer"), "{code} {said}");
    }
    desk.ok("alice", &["mlflow", "settle", "s", &ids[1], "--prefer", "remote"]);
    let pushed = desk.json("lead", &["mlflow", "push", "s"])["pushed"][0].clone();
    assert_eq!((&pushed["adopted"], &pushed["answers"]), (&json!(1), &json!(0)));
    assert_eq!(value(&by_name(&server.sdk(&["assessments", &ids[1]]), "tone", "alice")), "cold");

    // ---- the evaluation dataset, on the server and straight into evaluate()
    desk.ok("lead", &["dataset", "s", "--to-mlflow", "from labeltui"]);
    desk.ok("lead", &["dataset", "s", "--to-mlflow", "from labeltui"]);
    let records = server.sdk(&["records", "trip", "from labeltui"]);
    assert_eq!(records.as_array().unwrap().len(), 2, "{records}");
    let of_first = records.as_array().unwrap().iter().find(|r| r["source"] == ids[0].as_str()).unwrap();
    assert_eq!(of_first["expectations"]["facts"], json!(["fact 1", "fact 2"]));
    desk.ok("lead", &["dataset", "s", "-o", "dataset.jsonl"]);
    let result = server.sdk(&["evaluate", "trip", desk.path("dataset.jsonl").to_str().unwrap()]);
    assert_eq!(result, json!({ "mean": 0.5, "rows": 2 }));
}

#[test]
fn spans_that_are_kept_in_artifacts_come_whole() {
    let server = Server::start(&[]);
    let made = server.sdk(&["seed_in_artifacts", "apart"]);
    assert_ne!(made["where"], "TRACKING_STORE", "{made}");
    let id = made["id"].as_str().unwrap();
    let desk = Desk::new();
    let uri = server.uri();
    assert_eq!(desk.json("lead", &["mlflow", "pull", "--tracking-uri", &uri, "--experiment", "apart"])["imported"], 1);
    let here = desk.json("lead", &["trace", "show", id]);
    let names = |trace: &Value| {
        let spans = trace["data"]["spans"].as_array().unwrap();
        spans.iter().map(|s| (s["name"].clone(), s["attributes"]["mlflow.spanOutputs"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(names(&here), names(&server.sdk(&["trace", id])));
    assert_eq!(names(&here).len(), 2);
}
