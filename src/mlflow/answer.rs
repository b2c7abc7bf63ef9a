//! One answer in the server's words, and back.

use crate::export::assessment::ours;
use crate::model::assessment::COMMENT;
use crate::model::{AnswerVersion, Assessment, SchemaType, Time};
use serde_json::{Value, json};

/// An assessment there, as far as it says what somebody answered.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct There {
    pub id: String,
    pub value: Value,
    pub comment: Option<String>,
    /// When it was made or last changed.
    pub at: Time,
    pub valid: bool,
    pub overrides: Option<String>,
    /// As it came.
    pub whole: Assessment,
}

impl There {
    /// Reads an assessment.
    #[must_use]
    pub fn of(assessment: &Assessment) -> Self {
        Self {
            id: assessment.id().to_owned(),
            value: assessment.value().into_owned(),
            comment: assessment.comment().map(str::to_owned),
            at: assessment.last_update_time().max(assessment.create_time()).unwrap_or_default(),
            valid: assessment.valid(),
            overrides: assessment.overrides().map(str::to_owned),
            whole: assessment.clone(),
        }
    }
}

/// What is sent to make it. `id` is the version's own, but for an expectation that has been edited before it was first
/// pushed: its versions share the first one's, and it was made when that one was.
#[must_use]
pub fn made(version: &AnswerVersion, session: &str, id: &str, at: Time, overrides: Option<&str>) -> Value {
    let mut out = ours(version, session);
    out["assessment_id"] = json!(id);
    out["create_time"] = json!(at.to_string());
    if let Some(map) = out.as_object_mut() {
        map.remove("valid");
        map.remove("trace_id");
        map.remove("overrides");
        if let Some(overrides) = overrides.filter(|_| version.kind == SchemaType::Feedback) {
            map.insert("overrides".to_owned(), json!(overrides));
        }
    }
    out
}

/// What is sent to change one in place, and the mask that goes with it. Metadata are merged there, so what is gone has
/// to be emptied.
#[must_use]
pub fn changed(version: &AnswerVersion, session: &str) -> (Value, &'static str) {
    let whole = ours(version, session);
    let part = |key: &str| whole.get(key).cloned().unwrap_or_default();
    let mut metadata = part("metadata");
    match version.kind {
        SchemaType::Feedback => {
            let rationale = version.comment.clone().unwrap_or_default();
            let fields = json!({ "feedback": part("feedback"), "rationale": rationale, "metadata": metadata });
            (fields, "feedback,rationale,metadata")
        }
        SchemaType::Expectation => {
            if version.comment.is_none() {
                metadata[COMMENT] = json!("");
            }
            (json!({ "expectation": part("expectation"), "metadata": metadata }), "expectation,metadata")
        }
    }
}

/// Whether two values mean the same: the server makes doubles of numbers.
#[must_use]
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => x == y || x.as_f64() == y.as_f64(),
        (Value::Array(x), Value::Array(y)) => x.len() == y.len() && x.iter().zip(y).all(|(a, b)| same(a, b)),
        _ => a == b,
    }
}

/// Whether two answers say the same.
#[must_use]
pub fn says_the_same(version: &AnswerVersion, there: &There) -> bool {
    let plain = |c: &Option<String>| c.clone().filter(|t| !t.is_empty());
    same(&version.value, &there.value) && plain(&version.comment) == plain(&there.comment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_same_as_doubles() {
        assert!(same(&json!(3), &json!(3.0)));
        assert!(same(&json!(9_007_199_254_740_993_i64), &json!(9_007_199_254_740_992.0)));
        assert!(same(&json!(["a", "b"]), &json!(["a", "b"])));
        assert!(
            !same(&json!(["a", "b"]), &json!(["b", "a"]))
                && !same(&json!(1), &json!(true))
                && !same(&json!("1"), &json!(1))
        );
    }

    #[test]
    fn an_expectations_comment_is_read_from_its_metadata() {
        let read = |v: Value| There::of(&serde_json::from_value(v).unwrap());
        let e = read(json!({ "expectation": { "value": 1.0 }, "metadata": { COMMENT: "why" } }));
        assert_eq!((e.value, e.comment.as_deref()), (json!(1.0), Some("why")));
        let emptied = read(json!({ "expectation": { "value": 1.0 }, "metadata": { COMMENT: "" } }));
        assert_eq!(emptied.comment, None);
        let f = read(json!({ "feedback": { "value": true }, "rationale": "r", "valid": false }));
        assert_eq!((f.comment.as_deref(), f.valid), (Some("r"), false));
    }
}
