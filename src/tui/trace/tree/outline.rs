//! What the tree view knows of a trace: its spans in their places, a line of facts for each, and the time axis.

use super::super::pages;
use crate::model::review_view::{How, ReviewView};
use crate::model::span_tree::Tree;
use crate::model::{Span, Trace};
use crate::text::{Class, sanitize};

/// All rows of the tree, folded or not; made once with the reading.
#[derive(Debug)]
pub(in crate::tui::trace) struct Outline {
    pub tree: Tree,
    /// One for each row of `tree`.
    pub spans: Vec<SpanRow>,
    /// Earliest start and latest end.
    pub axis: (i64, i64),
}

impl Outline {
    pub(in crate::tui::trace) fn of(trace: &Trace, lens: &ReviewView) -> Self {
        let tree = Tree::build(&trace.spans);
        let spans: Vec<SpanRow> =
            tree.rows.iter().filter_map(|n| trace.spans.get(n.span)).map(|s| SpanRow::of(s, lens)).collect();
        let start = spans.iter().filter_map(|s| s.start).min().unwrap_or(0);
        let end = spans.iter().filter_map(|s| s.end.or(s.start)).max().unwrap_or(0);
        Self { tree, spans, axis: (start, end.max(start)) }
    }
}

/// What the tree shows of a span.
#[derive(Debug)]
pub(in crate::tui::trace) struct SpanRow {
    pub name: String,
    pub short_type: String,
    pub span_type: String,
    pub class: Class,
    pub error: bool,
    pub status: &'static str,
    pub start: Option<i64>,
    pub end: Option<i64>,
    pub duration: String,
    pub tokens: String,
    /// What the session's view says of it.
    pub how: Option<How>,
}

impl SpanRow {
    fn of(span: &Span, lens: &ReviewView) -> Self {
        let total = span.start_ns.zip(span.end_ns).map(|(s, e)| e.saturating_sub(s));
        Self {
            name: sanitize(&span.name).into_owned(),
            short_type: pages::short_type(&span.span_type),
            span_type: span.span_type.clone(),
            class: pages::type_class(&span.span_type),
            error: span.status == "ERROR" || span.events.iter().any(|e| e.name == "exception"),
            status: match span.status.as_str() {
                "OK" => "✔",
                "ERROR" => "✕",
                _ => "·",
            },
            start: span.start_ns,
            end: span.end_ns,
            duration: total.map(pages::duration).unwrap_or_default(),
            how: lens.span(span),
            tokens: pages::facts(span).total.map(|t| format!("{t} tok")).unwrap_or_default(),
        }
    }
}
