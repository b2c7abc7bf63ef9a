//! Who speaks for a root that says nothing: a web framework's or a server's span has neither inputs nor outputs, and the
//! application's function below it has both, whatever its type.

use super::attributes::{input, output, speaks};
use super::spoken::squeezed;
use super::tools::is_tool;
use super::{Message, Part, Role};
use crate::model::json::parse_shape as parse;
use crate::model::span_tree::Tree;
use crate::model::trace::Span;
use std::ops::Range;
use std::sync::Arc;

/// The topmost spans that say something, in order; a root that does is the only one. Tools, retrievers and the like are a
/// part of what somebody else says, and so is what is below them.
pub(super) fn stand_ins<'t>(
    spans: &'t [Span],
    tree: &Tree,
    rows: impl IntoIterator<Item = Range<usize>>,
) -> Vec<&'t Span> {
    let mut found = Vec::new();
    for rows in rows {
        let mut end = rows.start;
        for (row, node) in tree.rows.iter().enumerate().take(rows.end).skip(rows.start) {
            let Some(span) = spans.get(node.span).filter(|_| row >= end) else { continue };
            if is_part(span) {
                end = node.end;
            } else if says(span.inputs.as_ref()) || says(span.outputs.as_ref()) || speaks(span) {
                found.push((node.depth, span));
                end = node.end;
            }
        }
    }
    let top = found.iter().map(|(depth, _)| *depth).min();
    found.into_iter().filter(|(depth, _)| Some(*depth) == top).map(|(_, span)| span).collect()
}

/// Spans before the last that are asked whether it judges what they said.
const ASKED: usize = 16;

/// Who of them answered: the last that says something, unless that is a value without words about the words of one before it
/// (a grade, a check).
pub(super) fn answering<'t>(standing: &[&'t Span]) -> Option<&'t Span> {
    let at = standing.iter().rposition(|s| says(s.outputs.as_ref()) || !output(s).is_empty())?;
    let last = standing.get(at).copied()?;
    let words = |s: &Span| -> Vec<String> {
        let said = output(s).into_iter().flat_map(|m| m.parts);
        said.filter_map(|p| if let Part::Text(t) = p { Some(squeezed(&t)) } else { None }).collect()
    };
    if at == 0 || !words(last).is_empty() {
        return Some(last);
    }
    let given: Vec<String> = input(last).iter().flat_map(|m| &m.parts).filter_map(Part::text).map(squeezed).collect();
    let judged = |s: &&&Span| {
        let said = words(s);
        !said.is_empty() && said.iter().all(|t| !t.is_empty() && given.iter().any(|g| g.contains(t.as_str())))
    };
    standing.iter().take(at).rev().take(ASKED).find(judged).copied().or(Some(last))
}

/// Whether there is anything in it.
pub(super) fn says(text: Option<&Arc<str>>) -> bool {
    text.is_some_and(|t| t.len() > 16 || !matches!(t.trim(), "" | "null" | "{}" | "[]"))
}

/// Python's name for an object that it has no words for: a stream that nobody had read when it was written down.
pub(super) fn is_name(text: &str) -> bool {
    const NAMES: [&str; 3] = ["<generator object", "<async_generator object", "<coroutine object"];
    let alone = text.starts_with('<') && text.ends_with('>') && text.bytes().filter(|b| *b == b'<').count() == 1;
    alone && (text.contains(" object at 0x") || NAMES.iter().any(|name| text.starts_with(name)))
}

/// LangChain writes `{"input": ""}` for whatever a chain was given that is streamed.
pub(super) fn is_unrecorded(span: &Span) -> bool {
    let text = span.inputs.as_deref().filter(|t| t.len() < 4096 && t.contains("\"input\"")).unwrap_or_default();
    parse(text).is_ok_and(|(json, _)| {
        let inner = json.some("inputs").unwrap_or(&json);
        matches!(inner.members(), [(key, value)] if key == "input" && value.as_text().is_some_and(|t| t.is_empty()))
    })
}

/// Nobody asks anything with it: a prompt, or a question that was not recorded. Whoever typed nothing asked that.
pub(super) fn asks_nothing(message: &Message, unrecorded: bool) -> bool {
    let empty = |p: &Part| matches!(p, Part::Text(t) if unrecorded && t.trim().is_empty() || is_name(t));
    message.role == Role::System || message.role == Role::User && message.parts.iter().all(empty)
}

/// An output that is no answer but the name of one.
pub(super) fn is_unread(told: &[Message]) -> bool {
    let [Message { parts, .. }] = told else { return false };
    match parts.as_slice() {
        [Part::Text(text), rest @ ..] => is_name(text) && rest.iter().all(|p| matches!(p, Part::Data(_))),
        [Part::Data(json)] if json.contains("generator object") || json.contains(" object at 0x") => parse(json)
            .is_ok_and(|(json, _)| json.members().iter().any(|(_, v)| v.as_text().is_some_and(|t| is_name(&t)))),
        _ => false,
    }
}

fn is_part(span: &Span) -> bool {
    let part = ["RETRIEVER", "EMBEDDING", "RERANKER", "PARSER", "EVALUATOR", "GUARDRAIL", "MEMORY"];
    is_tool(span) || part.contains(&span.span_type.as_str())
}
