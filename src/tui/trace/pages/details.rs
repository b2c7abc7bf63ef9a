//! The details of all spans on one page, in the order of the tree: the tree view shows the part of the selected span,
//! and a search finds its way through all of them.

use super::assessment::assessment;
use super::facts::facts;
use super::lens;
use super::messages::failure;
use super::times::{duration, own_time};
use crate::model::Assessment;
use crate::model::review_view::{How, ReviewView};
use crate::model::span_tree::{Mark, Tree};
use crate::model::trace::{Span, Trace};
use crate::text::json::is_container;
use crate::text::{Class, Note, PageBuilder, json_lines};
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
    head(b, span, node.mark, own_time(tree, &trace.spans, row));
    errors(b, span);
    for (what, text) in [("inputs", &span.inputs), ("outputs", &span.outputs)] {
        if let Some(text) = text {
            let folded = lens.field(what) == Some(How::Fold);
            section(b, what, Arc::clone(text), folded, |b| lens::fields(b, lens, what, text));
        }
    }
    attributes(b, span, lens);
    events(b, span, lens);
    if !span.links.is_empty() {
        let json = format!("[{}]", span.links.join(","));
        section(b, "links", json.as_str().into(), false, |b| lens::fields(b, lens, "links", &json));
    }
    for a in assessments.iter().filter(|a| a.span_id().as_deref() == Some(span.id.as_str())) {
        assessment(b, a);
    }
}

fn head(b: &mut PageBuilder, span: &Span, mark: Option<Mark>, own: Option<i64>) {
    b.block("span", span_json(span).into(), span.status == "ERROR");
    b.set_indent(0);
    b.text(&span.name.replace('\n', " "), Class::Strong);
    b.text(&format!(" {}", span.span_type.replace('\n', " ")), Class::Dim);
    b.end_line();
    let (sign, class) = match span.status.as_str() {
        "OK" => ("✔ OK", Class::Good),
        "ERROR" => ("✕ ERROR", Class::Error),
        other => (other, Class::Dim),
    };
    b.text(&sign.replace('\n', " "), class);
    match (span.start_ns, span.end_ns) {
        (Some(start), Some(end)) => {
            let total = end.saturating_sub(start);
            b.text(&format!(" · {}", duration(total)), Class::Plain);
            if let Some(own) = own.filter(|own| *own != total) {
                b.text(&format!(" (own {})", duration(own)), Class::Dim);
            }
        }
        (Some(_), None) => b.text(" · never ended", Class::Warning),
        _ => b.text(" · no time", Class::Dim),
    }
    let facts = facts(span);
    if let Some(model) = &facts.model {
        b.text(&format!(" · {}", model.replace('\n', " ")), Class::Plain);
    }
    if let Some(total) = facts.total {
        b.text(&format!(" · {total} tokens"), Class::Plain);
        if let (Some(input), Some(output)) = (facts.input, facts.output) {
            b.text(&format!(" ({input} in, {output} out)"), Class::Dim);
        }
    }
    if let Some(cost) = &facts.cost {
        b.text(&format!(" · {cost}"), Class::Plain);
    }
    b.end_line();
    if let Some(mark) = mark {
        let what = match mark {
            Mark::Orphan => "its parent is not in this trace",
            Mark::Cycle => "its parents lead back to itself",
            Mark::Duplicate => "another span has the same id",
        };
        b.line(&format!("! {what}"), Class::Warning);
    }
}

fn span_json(span: &Span) -> String {
    // Raw inputs and outputs: what a person would paste elsewhere.
    let mut text = format!("{} {}\n", span.name, span.span_type);
    for (what, value) in [("inputs", &span.inputs), ("outputs", &span.outputs)] {
        if let Some(value) = value {
            text.push_str(what);
            text.push_str(": ");
            text.push_str(value);
            text.push('\n');
        }
    }
    text
}

fn errors(b: &mut PageBuilder, span: &Span) {
    let exceptions = span.events.iter().filter(|e| e.name == "exception");
    let mut told = false;
    for event in exceptions {
        let get = |key: &str| event.attributes.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str());
        let what =
            [get("exception.type"), get("exception.message")].into_iter().flatten().collect::<Vec<_>>().join(": ");
        failure(b, &span.name, &what, get("exception.stacktrace"));
        told = true;
    }
    if !told && span.status == "ERROR" && !span.status_message.is_empty() {
        b.line(&span.status_message, Class::Error);
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

fn events(b: &mut PageBuilder, span: &Span, lens: &ReviewView) {
    let others: Vec<_> = span.events.iter().filter(|e| e.name != "exception").collect();
    if others.is_empty() {
        return;
    }
    let raw = others.iter().map(|e| format!("{} {:?}\n", e.name, e.attributes)).collect::<String>();
    section(b, "events", raw.into(), lens.field("events") == Some(How::Fold), |b| {
        for event in others {
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
