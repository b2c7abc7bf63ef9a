//! A trace made ready for the pane: everything that takes time is done here, off the screen's thread.

use super::{Material, pages};
use crate::model::conversation::conversation;
use crate::model::document::documents;
use crate::model::span_tree::Tree;
use crate::model::{Span, Trace};
use crate::text::{Class, Page, sanitize};
use std::sync::Arc;

/// A trace ready to be read: a page for each view, written once.
#[derive(Debug)]
pub struct Reading {
    pub(super) title: String,
    pub(super) output: Option<Arc<str>>,
    pub(super) messages: Page,
    pub(super) output_page: Page,
    pub(super) documents: Page,
    /// Lines of each document on its page.
    pub(super) document_places: Vec<(usize, usize)>,
    pub(super) raw: Page,
    pub(super) tree: Tree,
    pub(super) spans: Vec<SpanRow>,
    /// Earliest start and latest end.
    pub(super) axis: (i64, i64),
    pub(super) details: Page,
    /// Lines of each row of the tree on the details page.
    pub(super) detail_places: Vec<(usize, usize)>,
}

/// What the tree shows of a span.
#[derive(Debug)]
pub(super) struct SpanRow {
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
}

impl Reading {
    /// Reads a trace. Takes time for a large one: not on the screen's thread.
    #[must_use]
    pub fn build(material: &Material) -> Self {
        let body: Arc<str> = material.body.as_str().into();
        let assessments = &material.assessments;
        let trace = Trace::parse(&body);
        let tree = Tree::build(&trace.spans);
        let raw = || pages::raw(&body, assessments);
        let details = || pages::details(&trace, &tree, assessments);
        let rest = || Conversed::read(&trace, &tree);
        // The pages need nothing of each other; on a large trace the other cores are worth having.
        let (raw, details, rest) = if body.len() > 256 * 1024 {
            std::thread::scope(|scope| {
                let (raw_thread, details_thread) = (scope.spawn(raw), scope.spawn(details));
                let rest = rest();
                // A thread that failed is asked again here, where a panic is reported as what it is.
                let details = details_thread.join().unwrap_or_else(|_| details());
                (raw_thread.join().unwrap_or_else(|_| raw()), details, rest)
            })
        } else {
            (raw(), details(), rest())
        };
        let spans: Vec<SpanRow> = tree.rows.iter().filter_map(|n| trace.spans.get(n.span)).map(SpanRow::of).collect();
        let start = spans.iter().filter_map(|s| s.start).min().unwrap_or(0);
        let end = spans.iter().filter_map(|s| s.end.or(s.start)).max().unwrap_or(0);
        Self {
            title: title(&trace),
            output: rest.output,
            messages: rest.messages,
            output_page: rest.output_page,
            documents: rest.documents.0,
            document_places: rest.documents.1,
            raw,
            tree,
            spans,
            axis: (start, end.max(start)),
            details: details.0,
            detail_places: details.1,
        }
    }
}

/// The pages that come from the conversation.
struct Conversed {
    messages: Page,
    output_page: Page,
    documents: (Page, Vec<(usize, usize)>),
    output: Option<Arc<str>>,
}

impl Conversed {
    fn read(trace: &Trace, tree: &Tree) -> Self {
        let retrievals = documents(trace);
        let conversation = conversation(trace, tree, &retrievals);
        Self {
            messages: pages::messages(trace, &conversation, &retrievals),
            output_page: pages::output(&conversation),
            documents: pages::documents(trace, &retrievals),
            output: conversation.output,
        }
    }
}

impl SpanRow {
    fn of(span: &Span) -> Self {
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
            tokens: pages::facts(span).total.map(|t| format!("{t} tok")).unwrap_or_default(),
        }
    }
}

/// "tr-292d… · my_app · OK · 1.2 s · 158 tok"
fn title(trace: &Trace) -> String {
    let s = &trace.summary;
    let id: String = s.trace_id.chars().take(11).collect();
    let mut parts = vec![if id.len() < s.trace_id.len() { format!("{id}…") } else { id }];
    parts.push(s.name.clone());
    parts.push(s.state.clone());
    parts.extend(s.duration_ms.map(|ms| pages::duration(ms.saturating_mul(1_000_000))));
    parts.extend(s.tokens.map(|t| format!("{t} tok")));
    parts.retain(|p| !p.is_empty());
    sanitize(&parts.join(" · ")).into_owned()
}
