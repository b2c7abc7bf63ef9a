//! docs/json.md's section on MLflow is what is printed: same names, same types.

use super::{pull, push, status};
use crate::mlflow::pull::Pulled;
use crate::mlflow::push::Pushed;
use crate::model::{Assessment, Time};
use crate::service::sync::api::{HeldView, LinkView};
use crate::store::{Held, LinkRow};
use serde_json::{Value, json};

/// The documented examples, in their order.
fn documented() -> Vec<Value> {
    let text = include_str!("../../../docs/json.md");
    let section = text.split("\n## ").find(|s| s.starts_with("mlflow")).unwrap();
    let blocks = section.split("```json\n").skip(1).filter_map(|s| s.split("```").next());
    blocks.map(|block| serde_json::from_str(block).unwrap()).collect()
}

/// Names and types, in a form that can be compared; `null` says nothing of the type.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), shape(value))).collect(),
        Value::Array(list) => list.iter().take(1).map(shape).collect(),
        Value::Null => Value::Null,
        Value::Bool(_) => json!("bool"),
        Value::Number(_) => json!("number"),
        Value::String(_) => json!("string"),
    }
}

fn status() -> Value {
    let there = json!({ "assessment_id": "a-1", "assessment_name": "summary_quality", "feedback": { "value": false },
        "source": { "source_type": "HUMAN", "source_id": "alice" }, "last_update_time": "2026-11-24T05:37:46.120Z" });
    let there: Assessment = serde_json::from_value(there).unwrap();
    let held = |schema: &str, value, held| HeldView {
        trace_id: "tr-1".into(),
        schema: Some(schema.into()),
        reviewer: Some("alice".into()),
        value,
        comment: Some("c".into()),
        hidden: false,
        held,
        decided: None,
    };
    let view = LinkView {
        session: "label_summaries".into(),
        link: LinkRow {
            queue_id: Some("rq-1".into()),
            queue: Some("label_summaries".into()),
            run_id: Some("r".into()),
            last_push: Some(Time(1)),
            notes: vec!["n".into()],
            ..LinkRow::default()
        },
        pending: 2,
        statuses: 1,
        held: vec![
            held("confidence", None, Held::Failed("why".into())),
            held("summary_quality", Some(json!(true)), Held::Conflict(Some(there))),
        ],
    };
    json!({ "links": [status::to_json(&view)] })
}

#[test]
fn every_documented_document_of_mlflow_is_what_is_printed() {
    let notes = || vec!["n".to_owned()];
    let pulled = Pulled {
        session: Some("s".into()),
        rejected: vec![("tr-1".into(), "why".into())],
        notes: notes(),
        ..Pulled::default()
    };
    let pushed = Pushed { notes: notes(), ..Pushed::default() };
    let printed = [status(), pull::to_json(&pulled), json!({ "pushed": [push::to_json("s", "http://h", &pushed)] })];
    let documented = documented();
    assert_eq!(documented.len(), printed.len());
    for (documented, printed) in documented.iter().zip(&printed) {
        assert_eq!(shape(documented), shape(printed));
    }
}
