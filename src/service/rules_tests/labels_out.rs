use crate::model::SchemaType;
use crate::service::api::{Assign, LabelQuery, Request, Response, SessionPatch, SessionSpec, Which};
use crate::service::kit::{Kit, comment, pass_fail, schema, set};
use serde_json::{Value, json};

fn kit() -> Kit {
    let kit = Kit::new();
    let body = |inputs: &str| {
        json!({ "info": { "trace_id": "x", "tags": { "team": "blue" } }, "data": { "spans": [
            { "name": "root", "span_id": "AAAAAAAAAAE=", "parent_span_id": null, "attributes":
              { "mlflow.spanInputs": inputs, "mlflow.spanOutputs": "\"out\"" } }] } })
        .to_string()
    };
    kit.trace_with("tr-00", 0, &body("{\"q\": 1}"));
    kit.trace_with("tr-01", 1, &body("\"plain\""));
    kit.put(schema("ok", pass_fail()));
    let mut expected = crate::model::schema_check::built_in("expected_response").unwrap();
    expected.enable_comment = true;
    kit.put(expected);
    kit.session(SessionSpec {
        name: "s".into(),
        experiment: "Default".into(),
        schemas: vec!["ok".into(), "expected_response".into(), "expected_facts".into()],
        ..SessionSpec::default()
    });
    kit.add(Which::All);
    kit
}

fn dataset(kit: &Kit, imported: bool, per_reviewer: bool) -> Vec<Value> {
    kit.lines(|after| Request::Dataset { session: "s".into(), imported, per_reviewer, after, limit: 1 })
}

fn export(kit: &Kit) -> Vec<Value> {
    kit.lines(|after| Request::Export { session: "s".into(), after, limit: 1 })
}

#[test]
fn a_record_for_each_item_with_a_submitted_expectation_the_newest_of_each_name() {
    let kit = kit();
    kit.submit("ann", 1, &[set("expected_response", json!("old"))]).unwrap();
    kit.submit("bob", 1, &[set("expected_response", json!("new")), set("expected_facts", json!(["f"]))]).unwrap();
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    kit.answer("ann", 0, &[set("expected_response", json!("draft"))]).unwrap();
    let records = dataset(&kit, false, false);
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["inputs"], json!({ "input": "plain" }));
    assert_eq!(records[0]["outputs"], "out");
    assert_eq!(records[0]["expectations"], json!({ "expected_response": "new", "expected_facts": ["f"] }));
    assert_eq!(records[0]["source"]["source_data"]["trace_id"], "tr-01");
    assert_eq!(records[0]["tags"]["team"], "blue");
    let each = dataset(&kit, false, true);
    assert_eq!(each.len(), 2);
    assert_eq!(each[0]["expectations"], json!({ "expected_response": "old" }));
}

#[test]
fn imported_expectations_only_when_asked_for() {
    let kit = kit();
    kit.assessment(
        "tr-00",
        json!({ "assessment_id": "a-1", "assessment_name": "expected_response", "expectation": { "value": "theirs" } }),
    );
    assert_eq!(dataset(&kit, false, false).len(), 0);
    assert_eq!(dataset(&kit, true, false)[0]["expectations"], json!({ "expected_response": "theirs" }));
}

#[test]
fn export_has_the_imported_assessments_and_the_submitted_answers_with_their_chain() {
    let kit = kit();
    kit.assessment("tr-00", json!({ "assessment_id": "a-judge", "assessment_name": "j", "feedback": {} }));
    kit.submit(
        "ann",
        0,
        &[set("ok", json!(true)), set("expected_response", json!("x")), comment("expected_response", "why")],
    )
    .unwrap();
    kit.submit("ann", 0, &[set("ok", json!(false)), set("expected_response", json!("y"))]).unwrap();
    kit.submit("bob", 0, &[set("ok", json!(false))]).unwrap();
    kit.undo("bob", None).unwrap();
    kit.answer("ann", 1, &[set("ok", json!(true))]).unwrap();
    let traces = export(&kit);
    assert_eq!(traces.len(), 2);
    assert_eq!(traces[1]["info"].get("assessments"), None);
    let list = traces[0]["info"]["assessments"].as_array().unwrap();
    let short: Vec<_> = list.iter().map(|a| (a["assessment_name"].as_str().unwrap(), a["valid"].clone())).collect();
    assert_eq!(
        short,
        [("j", Value::Null), ("expected_response", json!(true)), ("ok", json!(false)), ("ok", json!(true))]
    );
    assert_eq!(list[3]["overrides"], list[2]["assessment_id"]);
    assert_eq!(list[1]["expectation"], json!({ "value": "y" }));
    assert_eq!(list[1]["metadata"]["labeltui.comment"], "why");
    assert_eq!(list[0]["feedback"], json!({ "value": null }));
}

#[test]
fn labels_with_imported_ones_and_an_export_that_came_back() {
    let kit = kit();
    kit.assessment(
        "tr-01",
        json!({ "assessment_id": "a-2", "assessment_name": "rel", "span_id": "35e25a61e7edcd7f",
        "source": { "source_type": "LLM_JUDGE", "source_id": "gpt" }, "feedback": { "value": 3.5 },
        "create_time": "2026-11-24T05:37:48.136Z", "rationale": "r" }),
    );
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    let rows = kit.labels(LabelQuery { imported: true, ..LabelQuery::default() });
    assert_eq!(rows.len(), 2);
    let r = &rows[1];
    assert_eq!((r.request_id.as_str(), r.assessment_name.as_str(), &r.assessment_value), ("tr-01", "rel", &json!(3.5)));
    assert_eq!(
        (r.span_id.as_deref(), r.schema_version, r.assessor_id.as_str()),
        (Some("35e25a61e7edcd7f"), None, "gpt")
    );
    assert_eq!((r.timestamp.as_str(), r.valid), ("2026-11-24T05:37:48.136Z", true));
    let own = export(&kit)[0]["info"]["assessments"][0].clone();
    kit.assessment("tr-00", own);
    assert_eq!(export(&kit)[0]["info"]["assessments"].as_array().unwrap().len(), 1);
    assert_eq!(kit.labels(LabelQuery { imported: true, ..LabelQuery::default() }).len(), 2);
}

#[test]
fn stats_count_submitted_current_answers() {
    let kit = Kit::with_session(3, SessionSpec::default());
    kit.submit("ann", 0, &[set("ok", json!(true)), set("score", json!(2))]).unwrap();
    kit.submit("bob", 0, &[set("ok", json!(false)), comment("ok", "no"), set("score", json!(5))]).unwrap();
    kit.submit("ann", 1, &[set("ok", json!(true))]).unwrap();
    kit.answer("ann", 2, &[set("ok", json!(true))]).unwrap();
    let stats = match kit.lead(Request::Stats { session: "s".into() }).unwrap() {
        Response::Stats(stats) => stats,
        other => panic!("{other:?}"),
    };
    let ok = &stats.schemas[0];
    assert_eq!((ok.answers, ok.comments, ok.kind), (3, 1, SchemaType::Feedback));
    assert_eq!(ok.values, [("Yes".to_owned(), 2), ("No".to_owned(), 1)]);
    let score = &stats.schemas[1];
    assert_eq!((score.mean, score.min, score.max), (Some(3.5), Some(2.0), Some(5.0)));
    assert_eq!(stats.session.people.len(), 2);
}

#[test]
fn the_audit_says_who_changed_what_from_what_to_what() {
    let kit = Kit::with_session(1, SessionSpec::default());
    kit.answer("ann", 0, &[set("ok", json!(true))]).unwrap();
    kit.submit("ann", 0, &[]).unwrap();
    kit.typed("ann", 0, "score", "secret half-typed");
    kit.update(SessionPatch { reviews: Some(2), ..SessionPatch::default() }).unwrap();
    let mut rows = Vec::new();
    loop {
        let after = rows.last().map(|r: &crate::service::api::AuditRow| r.event);
        match kit.lead(Request::Audit { session: "s".into(), after, limit: 2 }).unwrap() {
            Response::Audit(page) if page.is_empty() => break,
            Response::Audit(page) => rows.extend(page),
            other => panic!("{other:?}"),
        }
    }
    let what: Vec<&str> = rows.iter().map(|r| r.what.as_str()).collect();
    // With two reviews it is blind, and the audit tells of answers.
    assert_eq!(what, ["session_created", "traces_added", "answered", "submitted", "session_updated", "looked"]);
    assert_eq!((rows[2].account.as_str(), rows[2].schema.as_deref()), ("ann", Some("ok")));
    assert_eq!(rows[2].trace_id.as_deref(), Some("tr-00"));
    assert_eq!(rows[2].detail["drafts"][0]["after"]["value"], json!(true));
    assert!(!serde_json::to_string(&rows).unwrap().contains("half-typed"));
}

#[test]
fn the_audit_names_the_traces_of_items_that_are_given_or_taken_away() {
    let kit = Kit::with_session(2, SessionSpec::default());
    let ids = vec!["tr-01".to_owned()];
    for user in [Some("ann".to_owned()), None] {
        let assign = Assign::Ids { ids: ids.clone(), user };
        kit.lead(Request::Assign { session: "s".into(), assign }).unwrap();
    }
    kit.lead(Request::RemoveTraces { session: "s".into(), ids }).unwrap();
    kit.add(Which::Ids(vec!["tr-01".into()]));
    let rows = match kit.lead(Request::Audit { session: "s".into(), after: None, limit: 99 }).unwrap() {
        Response::Audit(rows) => rows,
        other => panic!("{other:?}"),
    };
    let told: Vec<_> = rows.iter().skip(2).map(|r| (r.what.as_str(), &r.detail["trace_ids"])).collect();
    let named = json!({ "1": "tr-01" });
    let wanted = ["assigned", "assigned", "traces_removed", "traces_added"].map(|what| (what, &named));
    assert_eq!(told, wanted);
}

#[test]
fn the_audit_of_a_changed_answer_says_what_was_submitted_before() {
    let kit = Kit::with_session(1, SessionSpec::default());
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    kit.answer("ann", 0, &[set("ok", json!(false))]).unwrap();
    kit.submit("ann", 0, &[]).unwrap();
    let rows = match kit.lead(Request::Audit { session: "s".into(), after: None, limit: 99 }).unwrap() {
        Response::Audit(rows) => rows,
        other => panic!("{other:?}"),
    };
    let last = |what: &str| rows.iter().rfind(|r| r.what == what).unwrap();
    let draft = &last("answered").detail["drafts"][0];
    assert_eq!((&draft["over"]["value"], &draft["after"]["value"]), (&json!(true), &json!(false)));
    let submitted = &last("submitted").detail;
    assert_eq!((&submitted["retired"][0]["value"], &submitted["written"][0]["value"]), (&json!(true), &json!(false)));
}
