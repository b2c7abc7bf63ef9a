//! Assessments of a span or of one of its documents, beside what they are about.

use crate::model::Assessment;
use crate::model::document::Retrieval;
use crate::model::trace::Trace;
use crate::text::{Class, PageBuilder};
use serde_json::Value;

/// "relevance = yes · LLM_JUDGE gpt-4", the reason below it.
pub(super) fn assessment(b: &mut PageBuilder, a: &Assessment) {
    b.block("assessment", serde_json::to_string(a).unwrap_or_default().into(), false);
    b.own_inside();
    b.text("assessment ", Class::Heading);
    b.text(&a.name().replace('\n', " "), Class::Strong);
    match a.error() {
        Some((code, message)) => b.text(&format!(" failed: {code} {message}").replace('\n', " "), Class::Error),
        None => {
            b.text(" = ", Class::Punct);
            let value = a.value();
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            b.text(&text.replace('\n', " "), Class::Text);
        }
    }
    b.text(&format!(" · {} {}", a.source_type(), a.source_id()).replace('\n', " "), Class::Dim);
    if !a.valid() {
        b.text(" · superseded", Class::Dim);
    }
    b.end_line();
    if let Some(why) = a.rationale() {
        let before = b.set_indent(2);
        b.line(why, Class::Quote);
        b.set_indent(before);
    }
}

fn metadata<'a>(a: &'a Assessment, key: &str) -> Option<&'a Value> {
    a.0.get("metadata").and_then(|m| m.get(key)).filter(|v| !v.is_null())
}

/// The document that an assessment is about: its number among those of the span (from 0).
fn chunk(a: &Assessment) -> Option<usize> {
    let value = metadata(a, "chunk_index")?;
    value.as_u64().and_then(|n| usize::try_from(n).ok()).or_else(|| value.as_str()?.trim().parse().ok())
}

/// Those about the spans of a retrieval, and the part of the outputs that its documents stand in.
fn about<'a>(
    trace: &'a Trace,
    retrieval: &'a Retrieval,
    assessments: &'a [Assessment],
) -> impl Iterator<Item = &'a Assessment> {
    let part = |a: &Assessment| match (metadata(a, "span_output_key").and_then(Value::as_str), &retrieval.key) {
        (Some(wanted), Some(key)) => wanted == key,
        _ => true,
    };
    let span = trace.spans.get(retrieval.span);
    assessments
        .iter()
        .filter(move |a| span.is_some_and(|s| a.span_id().as_deref() == Some(s.id.as_str())))
        .filter(move |a| part(a))
}

/// Those about a retrieval as a whole.
pub(super) fn of_retrieval<'a>(
    trace: &'a Trace,
    retrieval: &'a Retrieval,
    assessments: &'a [Assessment],
) -> impl Iterator<Item = &'a Assessment> {
    let count = retrieval.documents.len();
    about(trace, retrieval, assessments).filter(move |a| chunk(a).is_none_or(|n| n >= count))
}

/// Those about one of its documents.
pub(super) fn of_chunk<'a>(
    trace: &'a Trace,
    retrieval: &'a Retrieval,
    rank: usize,
    assessments: &'a [Assessment],
) -> impl Iterator<Item = &'a Assessment> {
    about(trace, retrieval, assessments).filter(move |a| chunk(a) == Some(rank))
}
