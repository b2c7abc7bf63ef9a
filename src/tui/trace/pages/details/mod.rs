//! The details of all spans on one page, in the order of the tree: the tree view shows the part of the selected span,
//! and a search finds its way through all of them.

mod exceptions;
mod head;
mod links;

pub(super) use exceptions::unescaped;

use super::assessment::assessment;
use super::lens;
use super::times::duration;
use crate::model::Assessment;
use crate::model::review_view::{How, ReviewView};
use crate::model::span_tree::Tree;
use crate::model::trace::{Span, Trace};
use crate::text::json::{Token, is_container, token, unescape};
use crate::text::{Class, Note, PageBuilder, json_lines};
use exceptions::exceptions;
use head::head;
pub(in crate::tui::trace) use head::{SPAN, copied};
use links::links;
use std::sync::Arc;

/// Writes the details of one row of the tree. `assessments`: those that may be shown; the ones of other spans are left
/// out here.
pub(in crate::tui::trace) fn detail(
    b: &mut PageBuilder,
    trace: &Trace,
    tree: &Tree,
    row: usize,
    assessments: &[&Assessment],
    lens: &ReviewView,
) {
    let Some(node) = tree.rows.get(row) else { return };
    let Some(span) = trace.spans.get(node.span) else { return };
    let narrow = lens.strips().then(|| lens.seen(span));
    head(b, trace, tree, row, (span, narrow.as_ref().unwrap_or(span)));
    exceptions(b, span);
    for (what, text) in [("inputs", &span.inputs), ("outputs", &span.outputs)] {
        if let Some(text) = text {
            let folded = lens.field(what) == Some(How::Fold);
            section(b, what, Arc::clone(text), folded, |b| lens::fields(b, lens, what, text));
        }
    }
    attributes(b, span, lens);
    events(b, span, lens);
    links(b, trace, span, lens);
    for a in assessments.iter().filter(|a| a.span_id().as_deref() == Some(span.id.as_str())) {
        assessment(b, a);
    }
}

fn section(b: &mut PageBuilder, what: &'static str, raw: Arc<str>, folded: bool, body: impl FnOnce(&mut PageBuilder)) {
    b.block(what, raw, false);
    b.set_indent(2);
    b.line(what, Class::Heading);
    let fold = b.open_fold();
    body(b);
    b.set_indent(0);
    b.close_fold(fold, folded, Note::Preview);
}

fn attributes(b: &mut PageBuilder, span: &Span, lens: &ReviewView) {
    // What the head has said already, or is internal.
    let skip = |key: &str| matches!(key, "mlflow.spanType" | "mlflow.traceRequestId" | "mlflow.spanLogLevel");
    let shown: Vec<_> = span.attributes.iter().filter(|(k, _)| !skip(k)).collect();
    if shown.is_empty() {
        return;
    }
    let raw = shown.iter().map(|(k, v)| format!("{k}: {v}\n")).collect::<String>();
    section(b, "attributes", raw.into(), lens.field("attributes") == Some(How::Fold), |b| {
        let before = b.len();
        for (key, text) in shown {
            seen(b, lens, &format!("attributes.{key}"), key, text);
        }
        lens::nothing(b, before);
    });
}

/// A pair without what the view leaves out of it; what is folded stands under its path.
fn seen(b: &mut PageBuilder, lens: &ReviewView, path: &str, key: &str, text: &str) {
    let pruned = lens.prune(path, text);
    b.hide(pruned.hidden);
    if let Some(text) = &pruned.shown {
        pair(b, key, text);
    }
    for (path, json) in &pruned.folded {
        lens::folded(b, path.split_once('.').map_or(path.as_str(), |(_, rest)| rest), json);
    }
}

fn pair(b: &mut PageBuilder, key: &str, text: &str) {
    // MLflow writes every attribute as JSON: a string without its quotes is what was meant.
    let inside = inside(text);
    let text = inside.as_deref().unwrap_or(text);
    b.set_hang(2);
    b.text(&key.replace('\n', " "), Class::Key);
    b.text(": ", Class::Punct);
    if is_container(text) {
        b.end_line();
        b.set_indent(4);
        json_lines(b, text, 1);
        b.set_indent(2);
    } else if text.contains('\n') {
        b.end_line();
        b.set_indent(4);
        b.line(text.trim_end(), Class::Text);
        b.set_indent(2);
    } else {
        b.line(text, Class::Text);
    }
    b.set_hang(0);
}

/// The text of a JSON string.
fn inside(text: &str) -> Option<String> {
    let text = text.trim();
    let found = token(text, 0).filter(|t| t.token == Token::Str && t.next == text.len() && t.end < t.next)?;
    Some(unescape(text.get(found.start..found.end)?).into_owned())
}

fn events(b: &mut PageBuilder, span: &Span, lens: &ReviewView) {
    let others: Vec<_> = span.events.iter().filter(|e| e.name != "exception").collect();
    if others.is_empty() {
        return;
    }
    let raw = others.iter().map(|e| format!("{} {:?}\n", e.name, e.attributes)).collect::<String>();
    section(b, "events", raw.into(), lens.field("events") == Some(How::Fold), |b| {
        for event in others {
            b.own();
            b.text(&event.name.replace('\n', " "), Class::Strong);
            if let (Some(at), Some(start)) = (event.time_ns, span.start_ns) {
                b.text(&format!(" +{}", duration(at.saturating_sub(start))), Class::Dim);
            }
            b.end_line();
            let before = b.set_indent(4);
            for (key, text) in &event.attributes {
                seen(b, lens, &format!("events.{key}"), key, text);
                b.set_indent(4);
            }
            b.set_indent(before);
        }
    });
}
