//! Who speaks for a root that says nothing: a web framework's or a server's span has neither inputs nor outputs, and the
//! application's function below it has both, whatever its type.

use super::attributes::speaks;
use super::tools::is_tool;
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

/// Whether there is anything in it.
pub(super) fn says(text: Option<&Arc<str>>) -> bool {
    text.is_some_and(|t| t.len() > 16 || !matches!(t.trim(), "" | "null" | "{}" | "[]"))
}

fn is_part(span: &Span) -> bool {
    let part = ["RETRIEVER", "EMBEDDING", "RERANKER", "PARSER", "EVALUATOR", "GUARDRAIL", "MEMORY"];
    is_tool(span) || part.contains(&span.span_type.as_str())
}
