//! Conditions against a trace.

use super::key::Key;
use super::text::{pieces, strings};
use super::{Condition, Filter, FilterSubject, Operand, Test};
use crate::model::{Assessment, Span};
use serde_json::Value;
use std::borrow::Cow;

impl Filter {
    /// Conditions on spans hold together, on one and the same span, as in MLflow.
    pub(super) fn holds_on_spans(&self, subject: &dyn FilterSubject) -> bool {
        let wanted: Vec<&Condition> = self.conditions.iter().filter(|c| c.key.is_of_span()).collect();
        wanted.is_empty()
            || subject.trace().is_some_and(|t| t.spans.iter().any(|span| wanted.iter().all(|c| c.holds_on(span))))
    }
}

impl Condition {
    /// Conditions on spans are not asked here: see [`Filter::holds_on_spans`].
    pub(super) fn holds(&self, subject: &dyn FilterSubject) -> bool {
        let summary = subject.summary();
        match &self.key {
            Key::TraceId => self.on_text(Some(&summary.trace_id)),
            Key::ClientRequestId => self.on_text(summary.client_request_id.as_deref()),
            Key::Name => self.on_text(Some(summary.name.as_str()).filter(|n| !n.is_empty())),
            Key::Status => self.on_text(Some(&summary.state)),
            Key::Start => self.on_time(Some(summary.request_time.0)),
            Key::End => self.on_time(Some(summary.request_time.0.saturating_add(summary.duration_ms.unwrap_or(0)))),
            Key::Duration => self.on_time(summary.duration_ms),
            Key::Tag(name) => self.on_text(entry(subject, &summary.tags, "tags", name).as_deref()),
            Key::Metadata(name) => self.on_text(entry(subject, &summary.metadata, "trace_metadata", name).as_deref()),
            Key::Prompt => {
                let linked = entry(subject, &summary.tags, "tags", "mlflow.linkedPrompts");
                self.on_any(prompts(linked.as_deref()).iter().map(|p| Cow::Borrowed(p.as_str())))
            }
            Key::Text => match subject.trace() {
                Some(trace) => self.on_any(trace.spans.iter().flat_map(pieces)),
                None => self.on_text(None),
            },
            Key::Feedback(name) => self.on_assessments(subject, "feedback", name),
            Key::Expectation(name) => self.on_assessments(subject, "expectation", name),
            Key::Issue => {
                let issues = subject.assessments().iter().filter(|a| a.0.contains_key("issue"));
                self.on_any(issues.filter_map(|a| text_of(a, &["assessment_name", "name"])).map(Cow::Borrowed))
            }
            Key::SpanName | Key::SpanType | Key::SpanStatus | Key::SpanAttribute(_) => true,
        }
    }

    fn holds_on(&self, span: &Span) -> bool {
        match &self.key {
            Key::SpanName => self.on_text(Some(&span.name)),
            Key::SpanType => self.on_text(Some(&span.span_type)),
            Key::SpanStatus => self.on_text(Some(&span.status)),
            Key::SpanAttribute(name) => {
                let value = match name.as_str() {
                    "mlflow.spanInputs" => span.inputs.as_deref(),
                    "mlflow.spanOutputs" => span.outputs.as_deref(),
                    _ => span.attributes.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_ref()),
                };
                self.on_any(value.into_iter().flat_map(strings))
            }
            _ => true,
        }
    }

    fn on_assessments(&self, subject: &dyn FilterSubject, kind: &str, name: &str) -> bool {
        let values = subject.assessments().iter().filter(|a| is_current(a, kind, name)).flat_map(|a| values(a, kind));
        self.on_any(values.map(Cow::Owned))
    }

    /// A value of several spellings (or several values): one that fits is enough. `!=` and `NOT IN` want one that
    /// is there, and none that is equal.
    fn on_any<'a>(&self, mut values: impl Iterator<Item = Cow<'a, str>>) -> bool {
        match &self.test {
            Test::IsNull => values.next().is_none(),
            Test::IsNotNull => values.next().is_some(),
            Test::Compare(super::Comparison::NotEqual, _) | Test::In { not: true, .. } => {
                let mut some = false;
                values.all(|v| {
                    some = true;
                    self.on_text(Some(&v))
                }) && some
            }
            _ => values.any(|v| self.on_text(Some(&v))),
        }
    }

    fn on_text(&self, value: Option<&str>) -> bool {
        let Some(value) = value else { return matches!(self.test, Test::IsNull) };
        match &self.test {
            Test::IsNull => false,
            Test::IsNotNull => true,
            Test::Compare(how, operand) => order(value, operand).is_some_and(|o| how.accepts(o)),
            Test::In { not, list } => {
                list.iter().any(|o| order(value, o).is_some_and(std::cmp::Ordering::is_eq)) != *not
            }
            Test::Like(pattern) => pattern.matches(value),
            Test::Matches(regex) => regex.is_match(value),
        }
    }

    fn on_time(&self, value: Option<i64>) -> bool {
        let Some(value) = value else { return matches!(self.test, Test::IsNull) };
        let order = |operand: &Operand| match operand {
            Operand::Time(ms) => Some(value.cmp(ms)),
            #[allow(clippy::cast_precision_loss)] // Milliseconds of a duration: far below 2^53.
            Operand::Number(n) => (value as f64).partial_cmp(n),
            Operand::Text(_) => None,
        };
        match &self.test {
            Test::IsNotNull => true,
            Test::Compare(how, operand) => order(operand).is_some_and(|o| how.accepts(o)),
            Test::In { not, list } => list.iter().any(|o| order(o).is_some_and(std::cmp::Ordering::is_eq)) != *not,
            Test::IsNull | Test::Like(_) | Test::Matches(_) => false,
        }
    }
}

/// As numbers where both are; else, and never for a number as written, as texts.
fn order(value: &str, operand: &Operand) -> Option<std::cmp::Ordering> {
    match operand {
        Operand::Number(n) => value.trim().parse::<f64>().ok()?.partial_cmp(n),
        Operand::Time(_) => None,
        Operand::Text(text) => match (value.parse::<f64>(), text.parse::<f64>()) {
            (Ok(a), Ok(b)) if a.is_finite() && b.is_finite() && looks_numeric(value) && looks_numeric(text) => {
                a.partial_cmp(&b)
            }
            _ => Some(value.cmp(text)),
        },
    }
}

/// Decimal and short: a long id of digits, or one with leading zeros, stays a text.
fn looks_numeric(text: &str) -> bool {
    let digits = text.trim_start_matches('-');
    text.len() <= 15 && (!digits.starts_with('0') || digits == "0" || digits.starts_with("0."))
}

/// A tag or a metadata value; a long one is only in the body.
fn entry<'a>(
    subject: &'a dyn FilterSubject,
    short: &'a std::collections::BTreeMap<String, String>,
    place: &str,
    name: &str,
) -> Option<Cow<'a, str>> {
    if let Some(value) = short.get(name) {
        return Some(Cow::Borrowed(value));
    }
    if !subject.summary().abridged {
        return None;
    }
    #[derive(serde::Deserialize)]
    struct Body {
        info: serde_json::Map<String, Value>,
    }
    let body: Body = serde_json::from_str(subject.body()?).ok()?;
    body.info.get(place)?.get(name)?.as_str().map(|s| Cow::Owned(s.to_owned()))
}

fn prompts(tag: Option<&str>) -> Vec<String> {
    let Some(Ok(Value::Array(list))) = tag.map(serde_json::from_str::<Value>) else { return Vec::new() };
    let name = |p: &Value| {
        let version = p.get("version")?;
        Some(format!(
            "{}/{}",
            p.get("name")?.as_str()?,
            version.as_str().map_or_else(|| version.to_string(), Into::into)
        ))
    };
    list.iter().filter_map(name).collect()
}

fn text_of<'a>(assessment: &'a Assessment, keys: &[&str]) -> Option<&'a str> {
    keys.iter().find_map(|k| assessment.0.get(*k)?.as_str())
}

/// Of that kind and name, and not superseded.
fn is_current(assessment: &Assessment, kind: &str, name: &str) -> bool {
    assessment.0.contains_key(kind)
        && text_of(assessment, &["assessment_name", "name"]) == Some(name)
        && assessment.0.get("valid") != Some(&Value::Bool(false))
}

/// The value as texts: a list's entries, and the list as JSON.
fn values(assessment: &Assessment, kind: &str) -> Vec<String> {
    let Some(holder) = assessment.0.get(kind) else { return Vec::new() };
    let plain = |v: &Value| v.as_str().map_or_else(|| v.to_string(), ToOwned::to_owned);
    let value = match (holder.get("value"), holder.pointer("/serialized_value/value").and_then(Value::as_str)) {
        (Some(value), _) => value.clone(),
        (None, Some(json)) => serde_json::from_str(json).unwrap_or_else(|_| Value::String(json.to_owned())),
        (None, None) => Value::Null,
    };
    match &value {
        Value::Array(list) => list.iter().map(plain).chain([value.to_string()]).collect(),
        _ => vec![plain(&value)],
    }
}
