//! Our answers, and what came in, as MLflow's `Assessment` JSON that its SDK reads.

use super::span_ids;
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
            out["expectation"] = if version.value.is_array() || is_beyond_doubles(&version.value) {
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

/// Whether a server that makes a double of it would make another number of it.
fn is_beyond_doubles(value: &Value) -> bool {
    const EXACT: u64 = 1 << 53;
    value.as_i64().map(i64::unsigned_abs).or_else(|| value.as_u64()).is_some_and(|n| n > EXACT)
}

/// Source types that MLflow's SDK reads; any other makes it refuse the whole trace.
const SOURCES: [&str; 5] = ["SOURCE_TYPE_UNSPECIFIED", "LLM_JUDGE", "AI_JUDGE", "HUMAN", "CODE"];

/// An imported assessment, as it came; only what MLflow's SDK cannot do without is added or put in a form that it reads.
/// `labeltui.completed` in the metadata names what that was, `labeltui.original` keeps what was there.
#[must_use]
pub fn theirs(assessment: &Assessment, trace: &str, request_time: Time) -> Value {
    let mut out = Completing { map: assessment.0.clone(), names: Vec::new(), original: Map::new() };
    if !out.map.get("assessment_name").is_some_and(Value::is_string) {
        out.put("assessment_name", json!(assessment.name()));
    }
    if !out.map.get("trace_id").is_some_and(Value::is_string) {
        out.put("trace_id", json!(trace));
    }
    let times = [("create_time", assessment.create_time()), ("last_update_time", assessment.last_update_time())];
    for (key, known) in times {
        if out.map.get(key).and_then(Value::as_str).and_then(Time::parse).is_none() {
            out.put(key, json!(known.unwrap_or(request_time).to_string()));
        }
    }
    // The span's own id is repaired in the same way.
    if let Some(id) = assessment.span_id().as_deref().and_then(span_ids::repaired_hex) {
        out.put("span_id", json!(id));
    }
    out.source(assessment);
    out.value(assessment);
    out.done()
}

struct Completing {
    map: Map<String, Value>,
    names: Vec<&'static str>,
    original: Map<String, Value>,
}

impl Completing {
    fn put(&mut self, key: &'static str, value: Value) {
        if let Some(old) = self.map.insert(key.to_owned(), value).filter(|old| !old.is_null()) {
            self.original.insert(key.to_owned(), old);
        }
        self.names.push(key);
    }

    fn source(&mut self, assessment: &Assessment) {
        let source = self.map.get("source");
        let field = |key: &str| source.and_then(|s| s.get(key)).and_then(Value::as_str);
        let known = field("source_type").is_some_and(|kind| SOURCES.contains(&kind.to_ascii_uppercase().as_str()));
        if known && field("source_id").is_some() {
            return;
        }
        let kind = if known { assessment.source_type() } else { "SOURCE_TYPE_UNSPECIFIED" };
        let id = Some(assessment.source_id()).filter(|id| !id.is_empty()).unwrap_or("default");
        self.put("source", json!({ "source_type": kind, "source_id": id }));
    }

    /// A feedback without a value has the value null; an expectation that the SDK cannot decode is the text that it is;
    /// what has none of the three kinds is a feedback.
    fn value(&mut self, assessment: &Assessment) {
        for kind in ["feedback", "expectation", "issue"] {
            if self.map.get(kind).is_some_and(Value::is_null) {
                self.map.remove(kind);
            }
        }
        if let Some(expectation) = self.map.get("expectation") {
            if !readable(expectation) {
                let value = match expectation {
                    Value::Object(_) => assessment.value().into_owned(),
                    bare => bare.clone(),
                };
                let value = if value.is_null() { json!("") } else { value };
                self.put("expectation", json!({ "value": value }));
            }
            return;
        }
        if self.map.get("issue").and_then(Value::as_object).is_some_and(|issue| !issue.is_empty()) {
            return;
        }
        if let Some(issue) = self.map.remove("issue") {
            self.original.insert("issue".to_owned(), issue);
        }
        let Some(Value::Object(feedback)) = self.map.get_mut("feedback") else {
            let value = self.map.get("feedback").cloned().unwrap_or(Value::Null);
            self.put("feedback", json!({ "value": value }));
            return;
        };
        if !feedback.contains_key("value") {
            feedback.insert("value".to_owned(), Value::Null);
            self.names.push("feedback.value");
        }
        if let Some(error) = feedback.get_mut("error").filter(|e| !e.is_object() && !e.is_null()) {
            let text = error.as_str().map_or_else(|| error.to_string(), str::to_owned);
            let old = std::mem::replace(error, json!({ "error_code": "UNKNOWN", "error_message": text }));
            self.original.insert("feedback.error".to_owned(), old);
            self.names.push("feedback.error");
        }
    }

    fn done(mut self) -> Value {
        if self.names.is_empty() {
            return Value::Object(self.map);
        }
        let mut notes = vec![("labeltui.completed", self.names.join(","))];
        if !self.original.is_empty() {
            notes.push(("labeltui.original", Value::Object(self.original).to_string()));
        }
        let metadata = self.map.entry("metadata").or_insert_with(|| json!({}));
        if !metadata.is_object() {
            *metadata = json!({});
        }
        for (key, note) in notes {
            metadata[key] = json!(note);
        }
        Value::Object(self.map)
    }
}

/// Whether the SDK can decode an expectation: a value that is not null, or one serialized as JSON.
fn readable(expectation: &Value) -> bool {
    if let Some(value) = expectation.get("value") {
        return !value.is_null();
    }
    let json = expectation.get("serialized_value").and_then(|s| s.get("value")).and_then(Value::as_str);
    json.and_then(|text| serde_json::from_str::<Value>(text).ok()).is_some_and(|value| !value.is_null())
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
        // A whole number that no double is would come out as another one.
        let number = |n: i64| ours(&version(SchemaType::Expectation, json!(n)), "s")["expectation"].clone();
        assert_eq!(number(9_007_199_254_740_993)["serialized_value"]["value"], "9007199254740993");
        assert_eq!(number(-7), json!({ "value": -7 }));
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

    #[test]
    fn what_the_sdk_would_refuse_is_put_in_a_form_that_it_reads_and_the_original_is_kept() {
        let read = |v: Value| theirs(&serde_json::from_value(v).unwrap(), "tr-1", Time(0));
        let serialized = |text: &str| json!({ "serialized_value": { "serialization_format": "X", "value": text } });
        for (expectation, value) in [
            (serialized("{broken"), json!("{broken")),
            (serialized("gAR"), json!("gAR")),
            (json!({ "value": null }), json!("")),
            (json!({}), json!("")),
            (json!("bare"), json!("bare")),
        ] {
            let out = read(json!({ "expectation": expectation }));
            assert_eq!(out["expectation"], json!({ "value": value }));
            let original: Value = serde_json::from_str(out["metadata"]["labeltui.original"].as_str().unwrap()).unwrap();
            assert_eq!(original["expectation"], expectation);
        }
        assert_eq!(read(json!({ "expectation": serialized("[1]") }))["expectation"], serialized("[1]"));
        let span = read(json!({ "span_id": "!!no id!!", "feedback": { "value": 1 } }));
        assert_eq!(span["span_id"], span_ids::repaired_hex("!!no id!!").unwrap());
        let odd = read(json!({ "source": { "source_type": "MARTIAN", "source_id": "zed" }, "issue": {},
            "feedback": { "value": null, "error": "boom" } }));
        assert_eq!(odd["source"], json!({ "source_type": "SOURCE_TYPE_UNSPECIFIED", "source_id": "zed" }));
        assert_eq!(odd["feedback"]["error"], json!({ "error_code": "UNKNOWN", "error_message": "boom" }));
        let original: Value = serde_json::from_str(odd["metadata"]["labeltui.original"].as_str().unwrap()).unwrap();
        assert_eq!(original["source"]["source_type"], "MARTIAN");
    }
}
