//! A trace's body with assessments put into its info. The rest of the body is passed on byte for byte, so that no number
//! loses digits on the way; only what MLflow's SDK would refuse the whole trace for is put in a form that it reads, with
//! the original beside it.

use super::span_ids;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use std::collections::BTreeMap;

type Parts = BTreeMap<String, Box<RawValue>>;

/// States that the SDK reads; it passes over an empty one.
const STATES: [&str; 6] = ["\"STATE_UNSPECIFIED\"", "\"OK\"", "\"ERROR\"", "\"IN_PROGRESS\"", "\"\"", "null"];

/// The body with `assessments` as its `info.assessments` (none: the key is left out, as the SDK does).
///
/// # Errors
/// The body is no JSON object with an `info` object.
pub fn with_assessments(body: &str, assessments: &[Value]) -> Result<String, serde_json::Error> {
    let mut parts: Parts = serde_json::from_str(body)?;
    let mut info: Parts = match parts.get("info") {
        Some(info) => serde_json::from_str(info.get())?,
        None => Parts::new(),
    };
    readable_state(&mut info)?;
    let id = info.get("trace_id").and_then(|id| serde_json::from_str::<String>(id.get()).ok()).unwrap_or_default();
    readable_spans(&mut parts, &id)?;
    info.remove("assessments");
    if !assessments.is_empty() {
        info.insert("assessments".to_owned(), to_raw_value(assessments)?);
    }
    parts.insert("info".to_owned(), to_raw_value(&info)?);
    serde_json::to_string(&parts)
}

/// An unknown state is none; `labeltui.original.state` in the metadata keeps it.
fn readable_state(info: &mut Parts) -> Result<(), serde_json::Error> {
    let Some(state) = info.get("state").filter(|state| !STATES.contains(&state.get())) else { return Ok(()) };
    // Metadata are texts.
    let original = serde_json::from_str::<String>(state.get()).unwrap_or_else(|_| state.get().to_owned());
    let mut metadata: Parts = match info.get("trace_metadata").map(|m| m.get()) {
        None | Some("null") => Parts::new(),
        Some(text) => match serde_json::from_str(text) {
            Ok(metadata) => metadata,
            Err(_) => Parts::from([("labeltui.original.trace_metadata".to_owned(), to_raw_value(text)?)]),
        },
    };
    metadata.insert("labeltui.original.state".to_owned(), to_raw_value(&original)?);
    info.insert("trace_metadata".to_owned(), to_raw_value(&metadata)?);
    info.insert("state".to_owned(), to_raw_value("STATE_UNSPECIFIED")?);
    Ok(())
}

fn readable_spans(parts: &mut Parts, trace: &str) -> Result<(), serde_json::Error> {
    let Some(Ok(mut data)) = parts.get("data").map(|data| serde_json::from_str::<Parts>(data.get())) else {
        return Ok(());
    };
    let Some(Ok(mut spans)) = data.get("spans").map(|spans| serde_json::from_str::<Vec<Box<RawValue>>>(spans.get()))
    else {
        return Ok(());
    };
    let mut changed = false;
    for span in &mut spans {
        if let Some(new) = span_ids::repaired(span, trace)? {
            *span = new;
            changed = true;
        }
    }
    if changed {
        data.insert("spans".to_owned(), to_raw_value(&spans)?);
        parts.insert("data".to_owned(), to_raw_value(&data)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_rest_of_the_body_is_passed_on_as_it_is() {
        let body = concat!(
            r#"{"data":{"spans":[{"n":12345678901234567890123,"f":1.10,"trace_id":"1257c6UIRkWtbJs5aUl5yQ==","#,
            r#""span_id":"ngdqQmsssuE=","parent_span_id":null}]},"extra":1e2,"info":{"a":1,"trace_id":"t"}}"#
        );
        assert_eq!(
            with_assessments(body, &[json!({ "x": 1 })]).unwrap(),
            body.replace(r#""a":1"#, r#""a":1,"assessments":[{"x":1}]"#)
        );
        assert_eq!(with_assessments(body, &[]).unwrap(), body);
    }
    #[test]
    fn a_state_that_the_sdk_does_not_know_is_none_and_stays_in_the_metadata() {
        let read = |info: &str| {
            let body = format!(r#"{{"data":{{"spans":[]}},"info":{info}}}"#);
            serde_json::from_str::<Value>(&with_assessments(&body, &[]).unwrap()).unwrap()["info"].clone()
        };
        assert_eq!(
            read(r#"{"state":"EXPLODED","trace_metadata":{"k":"v"}}"#),
            json!({ "state": "STATE_UNSPECIFIED", "trace_metadata": { "k": "v", "labeltui.original.state": "EXPLODED" } })
        );
        assert_eq!(read(r#"{"state":3}"#)["trace_metadata"], json!({ "labeltui.original.state": "3" }));
        assert_eq!(read(r#"{"state":"OK"}"#), json!({ "state": "OK" }));
    }

    #[test]
    fn a_span_whose_id_is_none_gets_one() {
        let body = r#"{"data":{"spans":[{"span_id":"!!"}],"x":1.10},"info":{"trace_id":"t"}}"#;
        let out: Value = serde_json::from_str(&with_assessments(body, &[]).unwrap()).unwrap();
        assert_eq!(out["data"]["spans"][0]["attributes"]["labeltui.original.span_id"], "\"!!\"");
    }
}
