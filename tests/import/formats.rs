//! What each format becomes.

use crate::home::{Home, fixture, names, prepared};
use labeltui::model::document::documents;
use labeltui::model::span_tree::Tree;
use labeltui::service::api::ImportOutcome::{Duplicate, Imported};
use serde_json::{Value, json};

#[test]
fn v3_is_kept_as_it_is_with_the_assessments_apart() {
    let home = Home::new();
    let file = fixture("v3.jsonl");
    assert_eq!(home.import(&file), [Imported, Imported, Imported]);
    for line in file.lines() {
        let mut given: Value = serde_json::from_str(line).unwrap();
        let id = given["info"]["trace_id"].as_str().unwrap().to_owned();
        let assessments = given["info"].as_object_mut().unwrap().remove("assessments").unwrap_or_else(|| json!([]));
        assert_eq!(home.body(&id), given);
        let mut kept: Vec<Value> =
            home.show(&id).assessments.into_iter().map(|a| serde_json::to_value(a).unwrap()).collect();
        let mut wanted = assessments.as_array().unwrap().clone();
        let key = |a: &Value| a["assessment_id"].to_string();
        kept.sort_by_key(key);
        wanted.sort_by_key(key);
        assert_eq!(kept, wanted);
    }
}

#[test]
fn a_summary_and_the_documents_come_out_of_a_v3_trace() {
    let home = Home::new();
    home.import(&fixture("v3.jsonl"));
    let doc = home.show("tr-292d45724aa3f88b256623b501cd2a60");
    let s = &doc.summary;
    assert_eq!((s.name.as_str(), s.state.as_str(), s.spans), ("my_app", "OK", 3));
    assert_eq!((s.duration_ms, s.tokens), (Some(185), Some(158)));
    assert_eq!(s.request_preview, "What is John Doe's phone number?");
    assert_eq!(s.response_preview, "John Doe's phone number is 510-555-1234.");
    assert_eq!(s.tags["env"], "staging");
    let trace = home.trace(&s.trace_id);
    let found = documents(&trace);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].documents[0].uri.as_deref(), Some("contacts/john_doe.md"));
    let rows = Tree::build(&trace.spans).rows;
    assert_eq!(rows.iter().map(|r| r.depth).collect::<Vec<_>>(), [0, 1, 1]);
}

#[test]
fn unknown_fields_survive_at_every_level() {
    let given = json!({
        "top": {"x": [1, 2.50, null]},
        "info": {"trace_id": "tr-1", "future": {"deep": [{"y": 1}]}, "trace_location": {"type": "UC_SCHEMA", "new": 1}},
        "data": {"extra": true, "spans": [{
            "span_id": "AAAAAAAAAAE=", "name": "s", "kind": 7, "attributes": {}, "events": [{"name": "e", "odd": 1}],
            "links": [{"z": {}}], "status": {"code": "STATUS_CODE_OK", "hint": "h"}
        }]},
    });
    let home = Home::new();
    home.import(&given.to_string());
    assert_eq!(home.body("tr-1"), given);
}

#[test]
fn v2_becomes_v3_and_loses_nothing() {
    let home = Home::new();
    let file = fixture("v2.jsonl");
    assert_eq!(home.import(&file), [Imported, Imported]);
    let body = home.body("a3b760728a654a6ba1330985454ca1f3");
    let info = &body["info"];
    assert_eq!(info["trace_location"]["mlflow_experiment"]["experiment_id"], "296539032396035816");
    assert_eq!((&info["state"], &info["execution_duration_ms"]), (&json!("ERROR"), &json!(2)));
    assert_eq!(info["request_time"], "2026-11-24T05:44:47.281Z");
    assert_eq!(info["trace_metadata"]["mlflow.trace_schema.version"], "2");
    assert_eq!(info["request_preview"], "x");
    let span = &body["data"]["spans"][0];
    assert_eq!((&span["span_id"], &span["parent_span_id"]), (&json!("iP7Y52jMb0E="), &Value::Null));
    assert_eq!(span["trace_id"], "0S1Ru4ng3GMR6nADp6XDCQ==");
    assert_eq!(span["start_time_unix_nano"], 1_795_499_087_282_923_069i64);
    assert_eq!(span["status"], json!({"code": "STATUS_CODE_ERROR", "message": "ValueError: negative"}));
    assert_eq!(span["events"][0]["time_unix_nano"], 1_795_499_087_284_779_203i64);
    assert_eq!(span.get("context"), None);
    // What v3 has no word for.
    assert!(body["data"]["request"].is_string() && body["data"]["response"].is_null());

    let trace = home.trace("27b7d028b41b4b90b404999ceee3ceaa");
    assert_eq!(trace.summary.request_preview, "Wo ist John Doe?");
    assert_eq!(trace.summary.response_preview, "John Doe's phone number is 510-555-1234.");
    assert!(Tree::build(&trace.spans).rows.iter().all(|r| r.mark.is_none()));
}

#[test]
fn v2_over_rest_writes_maps_as_lists() {
    let given = r#"{"info":{"request_id":"r1","status":"TRACE_STATUS_UNSPECIFIED","tags":[{"key":"a","value":"b"}],
        "request_metadata":[{"key":"m","value":"n"}],"x":1},"data":{"spans":[]}}"#;
    let home = Home::new();
    home.import(&given.replace('\n', ""));
    let info = &home.body("r1")["info"];
    assert_eq!((&info["tags"], &info["trace_metadata"]), (&json!({"a": "b"}), &json!({"m": "n"})));
    assert_eq!((&info["state"], &info["x"]), (&json!("STATE_UNSPECIFIED"), &json!(1)));
}

/// Attributes of an OTLP span's MLflow form, decoded.
fn attribute(span: &Value, key: &str) -> Value {
    span["attributes"][key].as_str().map_or(Value::Null, |text| serde_json::from_str(text).unwrap())
}

#[test]
fn otlp_becomes_v3_as_mlflow_s_own_endpoint_makes_it() {
    let traces = prepared(&fixture("otlp.json"));
    assert_eq!(traces.len(), 1);
    let home = Home::new();
    home.import(&one_line(&fixture("otlp.json")));
    let body = home.body("tr-37fd84aaf5cb15b52d02d223fba19d2a");
    let info = &body["info"];
    assert_eq!((&info["state"], &info["execution_duration_ms"]), (&json!("OK"), &json!(1)));
    assert_eq!(info["request_time"], "2026-11-24T05:47:56.120Z");
    assert_eq!(info["request_preview"], "What is John Doe's phone number?");
    assert_eq!(info["response_preview"], "510-555-1234");
    assert_eq!(
        (&info["tags"]["service.name"], &info["tags"]["mlflow.traceName"]),
        (&json!("support-bot"), &Value::Null)
    );
    assert_eq!(info["trace_metadata"]["mlflow.trace.session"], "conv-42");
    assert_eq!(info["trace_metadata"]["mlflow.trace.user"], "u1");
    let usage: Value =
        serde_json::from_str(info["trace_metadata"]["mlflow.trace.tokenUsage"].as_str().unwrap()).unwrap();
    assert_eq!(usage, json!({"input_tokens": 91, "output_tokens": 16, "total_tokens": 107}));

    let spans = body["data"]["spans"].as_array().unwrap();
    assert_eq!(spans.len(), 9);
    let named = |name: &str| spans.iter().find(|s| s["name"] == name).unwrap();
    let kind = |name: &str| attribute(named(name), "mlflow.spanType");
    assert_eq!(kind("invoke_agent support"), "AGENT");
    assert_eq!(kind("chat gpt-4o-mini"), "CHAT_MODEL");
    assert_eq!(kind("execute_tool lookup"), "TOOL");
    assert_eq!(kind("embeddings text-embedding-3-small"), "EMBEDDING");
    assert_eq!(kind("legacy openllmetry"), "WORKFLOW");
    assert_eq!(kind("openinference llm"), "LLM");
    assert_eq!(kind("openinference retriever"), "RETRIEVER");

    let root = named("invoke_agent support");
    assert_eq!((&root["span_id"], &root["parent_span_id"]), (&json!("kiHHZCXVU28="), &Value::Null));
    assert_eq!(root["trace_id"], "N/2EqvXLFbUtAtIj+6GdKg==");
    assert_eq!(root["status"], json!({"code": "STATUS_CODE_UNSET", "message": ""}));
    assert_eq!(attribute(root, "mlflow.traceRequestId"), "tr-37fd84aaf5cb15b52d02d223fba19d2a");
    // Kept for export: what MLflow has no place for.
    assert_eq!((&root["kind"], &root["flags"]), (&json!(1), &json!(256)));
    assert_eq!(root["resource"]["attributes"]["service.name"], "support-bot");
    assert!(root["scope"]["name"].is_string());

    let chat = named("chat gpt-4o-mini");
    assert_eq!(attribute(chat, "mlflow.spanInputs")[0]["role"], "user");
    assert_eq!(attribute(chat, "mlflow.spanOutputs")[0]["parts"][0]["name"], "lookup");
    assert_eq!(attribute(chat, "mlflow.chat.tokenUsage")["total_tokens"], 38);
    assert_eq!(attribute(chat, "mlflow.llm.model"), "gpt-4o-mini-2024-07-18");
    assert_eq!(attribute(chat, "mlflow.chat.tools")[0]["function"]["name"], "lookup");
    assert_eq!(
        (attribute(chat, "gen_ai.request.max_tokens"), attribute(chat, "gen_ai.request.temperature")),
        (json!(200), json!(0.2))
    );
    assert_eq!(attribute(chat, "gen_ai.request.stop_sequences"), json!(["\n\n", "END"]));
    assert_eq!(attribute(named("execute_tool lookup"), "mlflow.spanInputs"), json!({"name": "John Doe"}));
    assert_eq!(
        attribute(named("legacy openllmetry"), "mlflow.spanInputs")[0]["content"],
        "What is John Doe's phone number?"
    );
    assert_eq!(attribute(named("openinference llm"), "mlflow.spanOutputs"), "510-555-1234");

    let failed = spans.iter().find(|s| s["status"]["code"] == "STATUS_CODE_ERROR").unwrap();
    assert_eq!(failed["events"][0]["attributes"]["exception.type"], "RuntimeError");
    let linked = spans.iter().find(|s| s["links"][0].is_object()).unwrap();
    assert_eq!(linked["links"][0]["span_id"], "9221c76425d5536f");
    assert_eq!(linked["links"][0]["attributes"], json!({"why": "retry"}));

    let trace = home.trace("tr-37fd84aaf5cb15b52d02d223fba19d2a");
    let found = documents(&trace);
    assert_eq!(found[0].documents[0].content, "John Doe 510-555-1234");
    assert_eq!(found[0].documents[0].uri.as_deref(), Some("contacts.md"));
}

/// A pretty-printed document as one line.
pub fn one_line(document: &str) -> String {
    serde_json::from_str::<Value>(document).unwrap().to_string()
}

/// The OTLP fixture as two exports with half the spans each.
fn halves() -> [String; 2] {
    let whole: Value = serde_json::from_str(&fixture("otlp.json")).unwrap();
    [0, 1].map(|half| {
        let mut piece = whole.clone();
        let mut n = 0;
        for scope in piece["resourceSpans"][0]["scopeSpans"].as_array_mut().unwrap() {
            scope["spans"].as_array_mut().unwrap().retain(|_| {
                n += 1;
                n % 2 == half
            });
        }
        piece.to_string()
    })
}

#[test]
fn an_otlp_trace_split_over_files_is_put_together_in_any_order() {
    use labeltui::service::api::ImportOutcome::Updated;
    let id = "tr-37fd84aaf5cb15b52d02d223fba19d2a";
    let whole = Home::new();
    whole.import(&one_line(&fixture("otlp.json")));
    let [a, b] = halves();
    for (first, second) in [(&a, &b), (&b, &a)] {
        let home = Home::new();
        assert_eq!(home.import(first), [Imported]);
        assert_eq!(home.import(second), [Updated]);
        assert_eq!(home.show(id).body, whole.show(id).body);
        assert_eq!((home.import(first), home.import(second)), (vec![Duplicate], vec![Duplicate]));
    }
}

#[test]
fn spans_that_otlp_adds_to_a_trace_of_mlflow_s_leave_its_info_alone() {
    let home = Home::new();
    let info = r#"{"trace_id":"tr-37fd84aaf5cb15b52d02d223fba19d2a","request_preview":"mine","state":"OK"}"#;
    home.import(&format!(
        r#"{{"info":{info},"data":{{"spans":[{{"span_id":"kiHHZCXVU28=","name":"root","attributes":{{}}}},{{"span_id":"AAAAAAAAAAE=","name":"own"}}]}}}}"#
    ));
    home.import(&one_line(&fixture("otlp.json")));
    let body = home.body("tr-37fd84aaf5cb15b52d02d223fba19d2a");
    assert_eq!(body["info"]["request_preview"], "mine");
    assert_eq!(body["data"]["spans"].as_array().unwrap().len(), 10);
}

#[test]
fn assessments_of_every_kind_are_kept() {
    let home = Home::new();
    home.import(&fixture("v3.jsonl"));
    let doc = home.show("tr-292d45724aa3f88b256623b501cd2a60");
    let mut found = names(&doc.assessments);
    found.sort_unstable();
    assert_eq!(found, ["correctness", "correctness", "expected_facts", "expected_response", "retrieval_relevance"]);
    let facts = doc.assessments.iter().find(|a| a.name() == "expected_facts").unwrap();
    assert_eq!(facts.value().as_ref(), &json!(["phone number is 510-555-1234", "call after 10am PT"]));
}
