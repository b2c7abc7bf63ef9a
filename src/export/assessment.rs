//! Our answers, and what came in, as MLflow's `Assessment` JSON that its SDK reads.

use crate::model::{AnswerVersion, Assessment, SchemaType, Time};
use serde_json::{Map, Value, json};

/// One of our versions (MLFLOW.md: lists of an expectation travel serialized, comments of expectations in metadata,
/// since open-source MLflow loses an expectation's rationale).
#[must_use]
pub fn ours(version: &AnswerVersion, session: &str) -> Value {
    let at = version.at.to_string();
    let mut metadata =
        json!({ "labeltui.session": session, "labeltui.schema_version": version.schema_version.to_string() });
    if version.after_reveal {
        metadata["labeltui.after_reveal"] = json!("true");
    }
    let mut out = json!({
        "assessment_id": version.assessment_id,
        "assessment_name": version.schema,
        "trace_id": version.trace_id,
        "source": { "source_type": "HUMAN", "source_id": version.assessor_id },
        "create_time": at,
        "last_update_time": at,
    });
    match version.kind {
        SchemaType::Feedback => {
            out["feedback"] = json!({ "value": version.value });
            if let Some(comment) = &version.comment {
                out["rationale"] = json!(comment);
            }
        }
        SchemaType::Expectation => {
            out["expectation"] = if version.value.is_array() {
                json!({ "serialized_value": {
                    "serialization_format": "JSON_FORMAT", "value": version.value.to_string() } })
            } else {
                json!({ "value": version.value })
            };
            if let Some(comment) = &version.comment {
                metadata["labeltui.comment"] = json!(comment);
            }
        }
    }
    if let Some(overrides) = &version.overrides {
        out["overrides"] = json!(overrides);
    }
    out["metadata"] = metadata;
    out["valid"] = json!(version.valid);
    out
}

/// An imported assessment, as it came; only what MLflow's SDK cannot do without is added, and `labeltui.completed` in its
/// metadata names what that was.
#[must_use]
pub fn theirs(assessment: &Assessment, trace: &str, request_time: Time) -> Value {
    let mut map = assessment.0.clone();
    let mut added = Vec::new();
    if !map.get("assessment_name").is_some_and(Value::is_string) {
        put(&mut map, &mut added, "assessment_name", json!(assessment.name()));
    }
    if !map.get("trace_id").is_some_and(Value::is_string) {
        put(&mut map, &mut added, "trace_id", json!(trace));
    }
    let times = [("create_time", assessment.create_time()), ("last_update_time", assessment.last_update_time())];
    for (key, known) in times {
        if map.get(key).and_then(Value::as_str).and_then(Time::parse).is_none() {
            let at = known.unwrap_or(request_time).to_string();
            put(&mut map, &mut added, key, json!(at));
        }
    }
    let typed = |map: &Map<String, Value>| {
        let source = map.get("source");
        source.and_then(|s| s.get("source_type")).is_some_and(Value::is_string)
            && source.and_then(|s| s.get("source_id")).is_some_and(Value::is_string)
    };
    if !typed(&map) {
        let kind = Some(assessment.source_type()).filter(|t| !t.is_empty()).unwrap_or("SOURCE_TYPE_UNSPECIFIED");
        let id = Some(assessment.source_id()).filter(|t| !t.is_empty()).unwrap_or("default");
        put(&mut map, &mut added, "source", json!({ "source_type": kind, "source_id": id }));
    }
    complete_value(&mut map, &mut added);
    if !added.is_empty() {
        let note = added.join(",");
        match map.get_mut("metadata").and_then(Value::as_object_mut) {
            Some(metadata) => drop(metadata.insert("labeltui.completed".to_owned(), json!(note))),
            None => drop(map.insert("metadata".to_owned(), json!({ "labeltui.completed": note }))),
        }
    }
    Value::Object(map)
}

/// A feedback without a value has the value null; what has none of the three kinds is a feedback.
fn complete_value(map: &mut Map<String, Value>, added: &mut Vec<&'static str>) {
    for kind in ["feedback", "expectation", "issue"] {
        if map.get(kind).is_some_and(Value::is_null) {
            map.remove(kind);
        }
    }
    if map.contains_key("expectation") || map.contains_key("issue") {
        return;
    }
    match map.get_mut("feedback") {
        Some(Value::Object(feedback)) => {
            if !feedback.contains_key("value") {
                feedback.insert("value".to_owned(), Value::Null);
                added.push("feedback.value");
            }
        }
        Some(other) => {
            let value = other.take();
            put(map, added, "feedback", json!({ "value": value }));
        }
        None => put(map, added, "feedback", json!({ "value": null })),
    }
}

fn put(map: &mut Map<String, Value>, added: &mut Vec<&'static str>, key: &'static str, value: Value) {
    map.insert(key.to_owned(), value);
    added.push(key);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EventNo, ItemNo};

    fn version(kind: SchemaType, value: Value) -> AnswerVersion {
        AnswerVersion {
            assessment_id: "a-2".into(),
            item: ItemNo(0),
            trace_id: "tr-1".into(),
            schema: "q".into(),
            schema_version: 3,
            kind,
            value,
            comment: Some("why".into()),
            reviewer: "alice".into(),
            assessor_id: "alice@example.com".into(),
            at: Time(1_795_498_666_120),
            event: EventNo(7),
            overrides: Some("a-1".into()),
            after_reveal: true,
            valid: true,
        }
    }

    #[test]
    fn a_feedback_has_all_that_the_sdk_needs() {
        let json = ours(&version(SchemaType::Feedback, json!(["a", "b"])), "s");
        assert_eq!(
            json,
            json!({
                "assessment_id": "a-2", "assessment_name": "q", "trace_id": "tr-1",
                "source": { "source_type": "HUMAN", "source_id": "alice@example.com" },
                "create_time": "2026-11-24T05:37:46.120Z", "last_update_time": "2026-11-24T05:37:46.120Z",
                "feedback": { "value": ["a", "b"] }, "rationale": "why", "overrides": "a-1", "valid": true,
                "metadata": { "labeltui.session": "s", "labeltui.schema_version": "3", "labeltui.after_reveal": "true" }
            })
        );
    }

    #[test]
    fn a_list_expectation_is_serialized_and_keeps_its_comment_in_metadata() {
        let json = ours(&version(SchemaType::Expectation, json!(["a"])), "s");
        assert_eq!(json["expectation"]["serialized_value"]["value"], "[\"a\"]");
        assert_eq!((&json["metadata"]["labeltui.comment"], json.get("rationale")), (&json!("why"), None));
        assert_eq!(ours(&version(SchemaType::Expectation, json!("x")), "s")["expectation"], json!({ "value": "x" }));
    }

    #[test]
    fn what_came_complete_is_not_touched_and_what_is_completed_says_so() {
        let whole = json!({
            "assessment_id": "a-1", "assessment_name": "c", "trace_id": "tr-1", "odd": { "kept": 1 },
            "source": { "source_type": "LLM_JUDGE", "source_id": "m" }, "create_time": "2026-11-24T05:37:48.136Z",
            "last_update_time": "2026-11-24T05:37:48.136Z", "feedback": { "value": null }
        });
        let read = |v: &Value| serde_json::from_value::<Assessment>(v.clone()).unwrap();
        assert_eq!(theirs(&read(&whole), "tr-1", Time(0)), whole);
        let bare = theirs(&read(&json!({ "assessment_id": "a-1", "name": "n", "feedback": {} })), "tr-9", Time(0));
        assert_eq!(bare["feedback"], json!({ "value": null }));
        assert_eq!(bare["create_time"], "1970-01-01T00:00:00.000Z");
        assert_eq!(bare["assessment_name"], "n");
        assert_eq!(
            bare["metadata"]["labeltui.completed"],
            "assessment_name,trace_id,create_time,last_update_time,source,feedback.value"
        );
    }
}
