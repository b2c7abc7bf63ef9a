//! Assessments as MLflow writes them: what came in with a trace, kept exactly for export.

use super::Time;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// One assessment in MLflow's JSON (`Assessment.to_dictionary`), every field kept as it came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Assessment(pub Map<String, Value>);

/// What an assessment says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AssessmentKind {
    /// An opinion.
    Feedback,
    /// Ground truth.
    Expectation,
    /// A link to a known problem; its name is the issue's id.
    Issue,
}

/// Where an expectation's comment travels: open-source MLflow loses its rationale (MLFLOW.md, traps).
pub const COMMENT: &str = "labeltui.comment";

impl Assessment {
    /// `assessment_id`; empty where missing (an import gives every assessment one).
    #[must_use]
    pub fn id(&self) -> &str {
        self.text(&["assessment_id"]).unwrap_or_default()
    }

    /// `assessment_name`, or `name` in older files.
    #[must_use]
    pub fn name(&self) -> &str {
        self.text(&["assessment_name", "name"]).unwrap_or_default()
    }

    /// Feedback, unless it carries an expectation or an issue.
    #[must_use]
    pub fn kind(&self) -> AssessmentKind {
        let has = |key| self.0.get(key).is_some_and(|v| !v.is_null());
        match () {
            () if has("feedback") => AssessmentKind::Feedback,
            () if has("expectation") => AssessmentKind::Expectation,
            () if has("issue") => AssessmentKind::Issue,
            () => AssessmentKind::Feedback,
        }
    }

    /// The value in its JSON type; a serialized one decoded; an issue's name; null where there is none.
    #[must_use]
    pub fn value(&self) -> Cow<'_, Value> {
        let inner = ["feedback", "expectation"].iter().find_map(|k| self.0.get(*k).filter(|v| !v.is_null()));
        let Some(inner) = inner else {
            let issue = self.0.get("issue").and_then(|i| i.get("issue_name").or_else(|| i.get("value")));
            return issue.map_or(Cow::Owned(Value::Null), Cow::Borrowed);
        };
        if let Some(value) = inner.get("value") {
            return Cow::Borrowed(value);
        }
        match inner.get("serialized_value").and_then(|s| s.get("value")) {
            Some(Value::String(json)) => {
                Cow::Owned(serde_json::from_str(json).unwrap_or_else(|_| Value::String(json.clone())))
            }
            Some(other) => Cow::Borrowed(other),
            None => Cow::Owned(Value::Null),
        }
    }

    /// Why.
    #[must_use]
    pub fn rationale(&self) -> Option<&str> {
        self.text(&["rationale"]).filter(|r| !r.is_empty())
    }

    /// What was remarked on it: the rationale; of an expectation what its metadata carry before that.
    #[must_use]
    pub fn comment(&self) -> Option<&str> {
        let in_metadata = || self.0.get("metadata")?.get(COMMENT)?.as_str().filter(|t| !t.is_empty());
        match self.kind() {
            AssessmentKind::Expectation => in_metadata().or_else(|| self.rationale()),
            _ => self.rationale(),
        }
    }

    /// HUMAN, LLM_JUDGE, CODE, or whatever the file said; `AI_JUDGE`, the old word, reads as LLM_JUDGE.
    #[must_use]
    pub fn source_type(&self) -> &str {
        match self.source("source_type") {
            "AI_JUDGE" => "LLM_JUDGE",
            other => other,
        }
    }

    /// Who.
    #[must_use]
    pub fn source_id(&self) -> &str {
        self.source("source_id")
    }

    /// The span it is about, in hex; `None`: the whole trace.
    #[must_use]
    pub fn span_id(&self) -> Option<String> {
        self.text(&["span_id"]).filter(|s| !s.is_empty()).map(super::span_id::readable)
    }

    /// False once overridden; absent means true (the SDK leaves it out for expectations).
    #[must_use]
    pub fn valid(&self) -> bool {
        self.0.get("valid") != Some(&Value::Bool(false))
    }

    /// The assessment it replaces.
    #[must_use]
    pub fn overrides(&self) -> Option<&str> {
        self.text(&["overrides"]).filter(|o| !o.is_empty())
    }

    /// `error_code` and `error_message` of a judge that failed.
    #[must_use]
    pub fn error(&self) -> Option<(&str, &str)> {
        let in_feedback = self.0.get("feedback").and_then(|f| f.get("error"));
        let error = in_feedback.or_else(|| self.0.get("error")).filter(|e| !e.is_null())?;
        let field = |key| error.get(key).and_then(Value::as_str).unwrap_or_default();
        Some((field("error_code"), error.as_str().unwrap_or_else(|| field("error_message"))))
    }

    /// When it was made.
    #[must_use]
    pub fn create_time(&self) -> Option<Time> {
        self.time(&["create_time", "create_time_ms"])
    }

    /// When it was last changed; when it was made, where that is not said.
    #[must_use]
    pub fn last_update_time(&self) -> Option<Time> {
        self.time(&["last_update_time", "last_update_time_ms"]).or_else(|| self.create_time())
    }

    fn time(&self, keys: &[&str]) -> Option<Time> {
        keys.iter().find_map(|k| match self.0.get(*k)? {
            Value::String(text) => Time::parse(text),
            Value::Number(ms) => ms.as_i64().map(Time),
            _ => None,
        })
    }

    fn source(&self, key: &str) -> &str {
        self.0.get("source").and_then(|s| s.get(key)).and_then(Value::as_str).unwrap_or_default()
    }

    fn text(&self, keys: &[&str]) -> Option<&str> {
        keys.iter().find_map(|k| self.0.get(*k)?.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> Assessment {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn reads_every_kind_in_every_spelling() {
        let judge = read(json!({"assessment_name": "c", "source": {"source_type": "AI_JUDGE", "source_id": "m"},
            "feedback": {"value": null, "error": {"error_code": "E", "error_message": "broke"}}, "create_time": "1970-01-01T00:00:01Z"}));
        assert_eq!((judge.kind(), judge.value().as_ref()), (AssessmentKind::Feedback, &Value::Null));
        assert_eq!((judge.source_type(), judge.source_id(), judge.error()), ("LLM_JUDGE", "m", Some(("E", "broke"))));
        assert_eq!((judge.create_time(), judge.last_update_time()), (Some(Time(1000)), Some(Time(1000))));

        let facts =
            read(json!({"name": "f", "span_id": "NeJaYeftzX8=", "valid": false, "overrides": "a-1", "rationale": "r",
            "expectation": {"serialized_value": {"serialization_format": "JSON_FORMAT", "value": "[\"x\", 1]"}}}));
        assert_eq!(
            (facts.kind(), facts.name(), facts.value().as_ref()),
            (AssessmentKind::Expectation, "f", &json!(["x", 1]))
        );
        assert_eq!(
            (facts.span_id().as_deref(), facts.valid(), facts.overrides()),
            (Some("35e25a61e7edcd7f"), false, Some("a-1"))
        );
        assert_eq!(facts.rationale(), Some("r"));

        let issue = read(json!({"assessment_name": "iss-1", "issue": {"issue_name": "slow"}}));
        assert_eq!((issue.kind(), issue.value().as_ref()), (AssessmentKind::Issue, &json!("slow")));
        let bare = read(json!({}));
        assert_eq!((bare.id(), bare.name(), bare.valid(), bare.value().as_ref()), ("", "", true, &Value::Null));
    }
}
