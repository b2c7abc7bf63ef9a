//! Ids of spans in the form that MLflow's SDK reads. One that is none becomes an id that is always the same for the same
//! text; what was there stays beside it, as an attribute.

use crate::model::span_id;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::value::{RawValue, to_raw_value};
use std::collections::BTreeMap;

type Parts = BTreeMap<String, Box<RawValue>>;

/// Bytes of a trace's id, and of a span's.
const TRACE: usize = 16;
const SPAN: usize = 8;

/// The span with ids that the SDK reads; `None` where it reads those that are there, so that the span is passed on as
/// it is.
///
/// # Errors
/// It is no JSON object.
pub fn repaired(span: &RawValue, trace: &str) -> Result<Option<Box<RawValue>>, serde_json::Error> {
    let mut parts: Parts = serde_json::from_str(span.get())?;
    let ids = Ids::of(&parts);
    if ids.read_as_base64() || ids.read_as_hex() {
        return Ok(None);
    }
    let parent = match &ids.parent {
        Some(id) => to_raw_value(&encoded(id, SPAN))?,
        None => to_raw_value(&())?,
    };
    // Without an id of its own a span has that of its text, and of a trace's id the trace itself tells.
    let new = [
        ("trace_id", to_raw_value(&encoded(ids.trace.as_deref().unwrap_or(trace), TRACE))?),
        ("span_id", to_raw_value(&encoded(ids.span.as_deref().unwrap_or(span.get()), SPAN))?),
        ("parent_span_id", parent),
    ];
    let mut attributes: Parts =
        parts.get("attributes").and_then(|a| serde_json::from_str(a.get()).ok()).unwrap_or_default();
    for (key, id) in new {
        let old = parts.insert(key.to_owned(), id.clone());
        if let Some(old) = old.filter(|old| old.get() != id.get() && !matches!(old.get(), "null" | "\"\"")) {
            // An attribute is JSON in a string.
            attributes.insert(format!("labeltui.original.{key}"), to_raw_value(old.get())?);
        }
    }
    parts.insert("attributes".to_owned(), to_raw_value(&attributes)?);
    Ok(Some(to_raw_value(&parts)?))
}

/// A span's id as assessments name it, in hex; `None` where it is one already.
#[must_use]
pub fn repaired_hex(id: &str) -> Option<String> {
    let fine = span_id::as_hex(id).is_some_and(|hex| hex.len() == SPAN * 2) || is_base64(id, SPAN);
    (!fine).then(|| span_id::readable(&encoded(id, SPAN)))
}

struct Ids {
    trace: Option<String>,
    span: Option<String>,
    /// `None`: a root.
    parent: Option<String>,
    /// The SDK wants the key, even in a root.
    has_parent: bool,
}

impl Ids {
    fn of(parts: &Parts) -> Self {
        let id = |key: &str| {
            let raw = parts.get(key)?.get();
            let text = serde_json::from_str::<String>(raw).unwrap_or_else(|_| raw.to_owned());
            Some(text).filter(|text| !text.is_empty() && raw != "null")
        };
        let has_parent = parts.contains_key("parent_span_id");
        Self { trace: id("trace_id"), span: id("span_id"), parent: id("parent_span_id"), has_parent }
    }

    fn read_as_base64(&self) -> bool {
        self.all(|id| is_base64(id, TRACE), |id| is_base64(id, SPAN))
    }

    /// As the SDK wrote them for a while: the trace's own id, and hex.
    fn read_as_hex(&self) -> bool {
        let hex = |id: &str, bytes: usize| id.len() == bytes * 2 && span_id::as_hex(id).is_some();
        // Without the prefix it would take the digits for base64.
        let trace = |id: &str| id.strip_prefix("tr-").is_some_and(|digits| hex(digits, TRACE));
        self.all(trace, |id| hex(id, SPAN))
    }

    fn all(&self, trace: impl Fn(&str) -> bool, span: impl Fn(&str) -> bool) -> bool {
        self.has_parent
            && self.trace.as_deref().is_some_and(trace)
            && self.span.as_deref().is_some_and(&span)
            && self.parent.as_deref().is_none_or(&span)
    }
}

fn is_base64(id: &str, bytes: usize) -> bool {
    STANDARD.decode(id).is_ok_and(|decoded| decoded.len() == bytes)
}

/// An id in base64: the same one where it is one in any spelling, else out of the hash of its text.
fn encoded(id: &str, bytes: usize) -> String {
    if is_base64(id, bytes) {
        return id.to_owned();
    }
    if let Some(same) = span_id::to_base64(id).filter(|same| is_base64(same, bytes)) {
        return same;
    }
    let hash = blake3::hash(id.as_bytes());
    STANDARD.encode(hash.as_bytes().get(..bytes).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn fixed(span: &Value) -> Option<Value> {
        let raw = to_raw_value(span).unwrap();
        repaired(&raw, "tr-1").unwrap().map(|new| serde_json::from_str(new.get()).unwrap())
    }

    fn span(trace: &str, id: &str, parent: Option<&str>) -> Value {
        json!({ "trace_id": trace, "span_id": id, "parent_span_id": parent, "name": "n", "attributes": { "a": "1" } })
    }

    const TRACE_ID: &str = "1257c6UIRkWtbJs5aUl5yQ==";

    #[test]
    fn ids_that_the_sdk_reads_stay_as_they_are() {
        for (trace, id, parent) in [
            (TRACE_ID, "ngdqQmsssuE=", None),
            (TRACE_ID, "ngdqQmsssuE=", Some("AAAAAAAAAAE=")),
            (TRACE_ID, "ngdqQmsssuE=", Some("")),
            ("tr-292d45724aa3f88b256623b501cd2a60", "9e076a426b2cb2e1", Some("35e25a61e7edcd7f")),
        ] {
            assert_eq!(fixed(&span(trace, id, parent)), None, "{id}");
        }
    }

    #[test]
    fn an_id_that_is_none_becomes_a_stable_one_and_its_text_stays_in_an_attribute() {
        let bad = "!!not base64 nor hex!!";
        let root = fixed(&span(TRACE_ID, bad, None)).unwrap();
        let child = fixed(&span(TRACE_ID, "ngdqQmsssuE=", Some(bad))).unwrap();
        let other = fixed(&span(TRACE_ID, "!!another!!", None)).unwrap();
        assert!(is_base64(root["span_id"].as_str().unwrap(), SPAN));
        assert_eq!(child["parent_span_id"], root["span_id"]);
        assert_ne!(other["span_id"], root["span_id"]);
        assert_eq!((&root["trace_id"], &root["parent_span_id"]), (&json!(TRACE_ID), &Value::Null));
        assert_eq!(root["attributes"], json!({ "a": "1", "labeltui.original.span_id": json!(bad).to_string() }));
        let original = json!({ "a": "1", "labeltui.original.parent_span_id": json!(bad).to_string() });
        assert_eq!(child["attributes"], original);
        // Read again, it is not repaired again.
        assert_eq!(fixed(&root), None);
        let hex = repaired_hex(bad).unwrap();
        assert_eq!(root["span_id"], span_id::to_base64(&hex).unwrap());
        assert_eq!((repaired_hex("9e076a426b2cb2e1"), repaired_hex("ngdqQmsssuE=")), (None, None));
    }

    #[test]
    fn an_id_in_another_spelling_keeps_its_bytes() {
        let hex = fixed(&span("292d45724aa3f88b256623b501cd2a60", "9e076a426b2cb2e1", None)).unwrap();
        assert_eq!(
            (hex["trace_id"].as_str(), hex["span_id"].as_str()),
            (Some("KS1Fckqj+IslZiO1Ac0qYA=="), Some("ngdqQmsssuE="))
        );
    }

    #[test]
    fn what_is_missing_is_made_and_the_rest_keeps_its_digits() {
        let raw = RawValue::from_string(r#"{"n":12345678901234567890123,"f":1.10}"#.to_owned()).unwrap();
        let new = repaired(&raw, "tr-292d45724aa3f88b256623b501cd2a60").unwrap().unwrap();
        assert!(new.get().contains("\"n\":12345678901234567890123") && new.get().contains("\"f\":1.10"));
        let new: Value = serde_json::from_str(new.get()).unwrap();
        assert_eq!((&new["trace_id"], &new["parent_span_id"]), (&json!("KS1Fckqj+IslZiO1Ac0qYA=="), &Value::Null));
        assert!(is_base64(new["span_id"].as_str().unwrap(), SPAN));
    }
}
