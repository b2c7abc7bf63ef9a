//! Records of an evaluation dataset, as `mlflow.genai.evaluate()` takes them (RULES: Dataset).

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What one record is made of.
pub struct Record<'a> {
    /// The trace's body.
    pub body: &'a str,
    /// Its id.
    pub trace_id: &'a str,
    /// Its tags; MLflow's own are left out.
    pub tags: &'a BTreeMap<String, String>,
    /// The session.
    pub session: &'a str,
    /// Whose expectations, where each reviewer has a record.
    pub reviewer: Option<&'a str>,
    /// By name.
    pub expectations: Map<String, Value>,
}

/// One JSON object. MLflow refuses inputs that are no object: they become `{"input": X}`.
#[must_use]
pub fn record(of: Record<'_>) -> Value {
    let (inputs, outputs) = ends(of.body);
    let inputs = match inputs {
        Value::Object(map) => Value::Object(map),
        other => json!({ "input": other }),
    };
    let mut tags: Map<String, Value> = of
        .tags
        .iter()
        .filter(|(key, _)| !key.starts_with("mlflow."))
        .map(|(key, value)| (key.clone(), json!(value)))
        .collect();
    tags.insert("labeltui.session".to_owned(), json!(of.session));
    if let Some(reviewer) = of.reviewer {
        tags.insert("labeltui.reviewer".to_owned(), json!(reviewer));
    }
    let mut out = json!({
        "inputs": inputs,
        "expectations": of.expectations,
        "source": { "source_type": "TRACE", "source_data": { "trace_id": of.trace_id } },
        "tags": tags,
    });
    if let Some(outputs) = outputs {
        out["outputs"] = outputs;
    }
    out
}

/// The root span's inputs and outputs, else those in the trace's metadata, else the previews.
fn ends(body: &str) -> (Value, Option<Value>) {
    let trace = crate::model::Trace::parse(body);
    let root = trace.spans.iter().find(|span| span.parent.is_none()).or_else(|| trace.spans.first());
    let decode = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| json!(text));
    let info = |keys: [&str; 2]| -> Option<Value> {
        let body: Value = serde_json::from_str(body).ok()?;
        let info = body.get("info")?;
        let at = |key: &str| info.get("trace_metadata").and_then(|m| m.get(key)).or_else(|| info.get(key));
        // MLflow writes an empty text where there was nothing.
        keys.into_iter().find_map(|key| at(key)?.as_str().filter(|text| !text.is_empty()).map(decode))
    };
    let inputs = root.and_then(|r| r.inputs.as_deref()).map(decode);
    let outputs = root.and_then(|r| r.outputs.as_deref()).map(decode);
    (
        inputs.or_else(|| info(["mlflow.traceInputs", "request_preview"])).unwrap_or(Value::Null),
        outputs.or_else(|| info(["mlflow.traceOutputs", "response_preview"])),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(inputs: &str) -> Value {
        let body = json!({ "info": { "trace_id": "tr-1" }, "data": { "spans": [
            { "name": "child", "span_id": "AAAAAAAAAAI=", "parent_span_id": "AAAAAAAAAAE=",
              "attributes": { "mlflow.spanInputs": "\"no\"" } },
            { "name": "root", "span_id": "AAAAAAAAAAE=", "parent_span_id": null,
              "attributes": { "mlflow.spanInputs": inputs, "mlflow.spanOutputs": "\"out\"" } }
        ] } });
        let tags = [("team".to_owned(), "x".to_owned()), ("mlflow.traceName".to_owned(), "y".to_owned())].into();
        record(Record {
            body: &body.to_string(),
            trace_id: "tr-1",
            tags: &tags,
            session: "s",
            reviewer: None,
            expectations: json!({ "expected_facts": ["a"] }).as_object().cloned().unwrap(),
        })
    }

    #[test]
    fn inputs_that_are_no_object_become_one() {
        assert_eq!(of("\"hi\"")["inputs"], json!({ "input": "hi" }));
        assert_eq!(of("[1]")["inputs"], json!({ "input": [1] }));
        assert_eq!(of("{\"q\": 1}")["inputs"], json!({ "q": 1 }));
    }

    #[test]
    fn a_record_has_outputs_source_and_the_team_s_own_tags() {
        let record = of("{}");
        assert_eq!(record["outputs"], "out");
        assert_eq!(record["source"], json!({ "source_type": "TRACE", "source_data": { "trace_id": "tr-1" } }));
        assert_eq!(record["tags"], json!({ "team": "x", "labeltui.session": "s" }));
        assert_eq!(record["expectations"], json!({ "expected_facts": ["a"] }));
    }

    #[test]
    fn an_empty_preview_is_no_output() {
        let info =
            json!({ "trace_id": "tr-1", "trace_metadata": { "mlflow.traceInputs": "{}", "mlflow.traceOutputs": "" } });
        let (inputs, outputs) = ends(&json!({ "info": info, "data": { "spans": [] } }).to_string());
        assert_eq!((inputs, outputs), (json!({}), None));
    }
}
