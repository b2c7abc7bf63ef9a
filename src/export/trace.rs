//! A trace's body with assessments put into its info. The rest of the body is passed on byte for byte, so that no number
//! loses digits on the way.

use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use std::collections::BTreeMap;

type Parts = BTreeMap<String, Box<RawValue>>;

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
    info.remove("assessments");
    if !assessments.is_empty() {
        info.insert("assessments".to_owned(), to_raw_value(assessments)?);
    }
    parts.insert("info".to_owned(), to_raw_value(&info)?);
    serde_json::to_string(&parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_rest_of_the_body_is_passed_on_as_it_is() {
        let body =
            r#"{"data":{"spans":[{"n":12345678901234567890123,"f":1.10}]},"extra":1e2,"info":{"a":1,"trace_id":"t"}}"#;
        assert_eq!(
            with_assessments(body, &[json!({ "x": 1 })]).unwrap(),
            r#"{"data":{"spans":[{"n":12345678901234567890123,"f":1.10}]},"extra":1e2,"info":{"a":1,"assessments":[{"x":1}],"trace_id":"t"}}"#
        );
        assert_eq!(with_assessments(body, &[]).unwrap(), body);
    }
}
