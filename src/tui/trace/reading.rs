//! A trace made ready for the pane: everything that takes time is done here, off the screen's thread.

use super::tree::Outline;
use super::{Material, pages};
use crate::model::conversation::conversation;
use crate::model::document::documents;
use crate::model::span_tree::Tree;
use crate::model::{Assessment, ReviewView, Trace};
use crate::text::{Page, PageBuilder, sanitize};
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
    pub(super) outline: Outline,
    /// Spans that the session's view leaves out of the outline.
    pub(super) hidden_spans: usize,
    pub(super) details: Page,
    /// Lines of each row of the tree on the details page.
    pub(super) detail_places: Vec<(usize, usize)>,
}

impl Reading {
    /// Reads a trace. Takes time for a large one: not on the screen's thread.
    #[must_use]
    pub fn build(material: &Material) -> Self {
        let body: Arc<str> = material.body.as_str().into();
        let assessments = &material.assessments;
        let trace = Trace::parse(&body);
        let lens = &*material.lens;
        // What the view hides is gone from the tree; the conversation is read from all of the trace.
        let narrow = lens.narrow(&trace);
        let (seen, hidden_spans) = narrow.as_ref().map_or((&trace, 0), |(seen, hidden)| (seen, *hidden));
        let outline = Outline::of(seen, lens);
        let tree = &outline.tree;
        let raw = || pages::raw(PageBuilder::new(), &body, assessments);
        let details = || pages::details(seen, tree, assessments, lens);
        let whole = narrow.as_ref().map(|_| Tree::build(&trace.spans));
        let rest = || Conversed::read(&trace, whole.as_ref().unwrap_or(tree), assessments, lens);
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
        Self {
            title: title(&trace),
            output: rest.output,
            messages: rest.messages,
            output_page: rest.output_page,
            documents: rest.documents.0,
            document_places: rest.documents.1,
            raw,
            outline,
            hidden_spans,
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
    fn read(trace: &Trace, tree: &Tree, assessments: &[Assessment], lens: &ReviewView) -> Self {
        let retrievals = documents(trace);
        let conversation = conversation(trace, tree, &retrievals);
        Self {
            messages: pages::messages(PageBuilder::new(), trace, &conversation, &retrievals, lens),
            output_page: pages::output(PageBuilder::new(), &conversation, lens),
            documents: pages::documents(PageBuilder::new(), trace, &retrievals, assessments, lens),
            output: conversation.output,
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
