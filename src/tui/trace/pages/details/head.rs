//! What a span is, at a glance: name, type, status, times, model, tokens, cost, id; and what is wrong with its place.

use super::exceptions::errors;
use crate::model::Time;
use crate::model::model_use::model_use;
use crate::model::outcome::reports_failure;
use crate::model::span_tree::{Mark, Tree};
use crate::model::trace::{Span, Trace};
use crate::text::{Class, PageBuilder, fit};
use crate::tui::trace::pages::dollars::dollars;
use crate::tui::trace::pages::times::{Odd, duration, oddity, own_time};

/// Columns of what a result reports; the result itself stands below.
const WORDS: usize = 60;
/// Members of a circle of parents that are named.
const CIRCLE: usize = 6;

/// What a block is called that stands for the whole span.
pub(in crate::tui::trace) const SPAN: &str = "span";

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// `narrow`: the span without the fields that the view hides.
pub(super) fn head(b: &mut PageBuilder, trace: &Trace, tree: &Tree, row: usize, (span, narrow): (&Span, &Span)) {
    // What is copied of it may be megabytes: it is written when somebody copies (`copied`).
    b.block(SPAN, "".into(), span.status == "ERROR");
    b.set_indent(0);
    b.text(&one_line(&span.name), Class::Strong);
    b.text(&format!(" {}", one_line(&span.span_type)), Class::Dim);
    b.end_line();
    let (sign, class) = match span.status.as_str() {
        "OK" => ("✔ OK", Class::Good),
        "ERROR" => ("✕ ERROR", Class::Error),
        other => (other, Class::Dim),
    };
    match reports_failure(narrow).filter(|_| span.status != "ERROR") {
        // The span's status is one thing, and what came back another.
        Some(what) => {
            let status = if span.status.is_empty() { "UNSET" } else { &span.status };
            b.text(&format!("status {}", one_line(status)), Class::Dim);
            b.text(&format!(" · ✕ its result reports a failure: {}", one_line(&fit(&what, WORDS))), Class::Error);
        }
        None => b.text(&one_line(sign), class),
    }
    took(b, span, own_time(tree, &trace.spans, row));
    used(b, span);
    b.end_line();
    placed(b, trace, tree, span);
    wrong(b, trace, tree, row, span);
}

/// Total time, and what of it is the span's own.
fn took(b: &mut PageBuilder, span: &Span, own: Option<i64>) {
    let Some(total) = span.start_ns.zip(span.end_ns).map(|(start, end)| end.saturating_sub(start)) else { return };
    b.text(&format!(" · {}", duration(total)), Class::Plain);
    if let Some(own) = own.filter(|own| *own != total) {
        b.text(&format!(" (own {})", duration(own)), Class::Dim);
    }
}

fn used(b: &mut PageBuilder, span: &Span) {
    let facts = model_use(span);
    if let Some(model) = &facts.model {
        b.text(&format!(" · {}", one_line(model)), Class::Plain);
    }
    if let Some(total) = facts.total {
        b.text(&format!(" · {total} tokens"), Class::Plain);
        let parts =
            [(facts.input, "in"), (facts.cached, "cached"), (facts.output, "out"), (facts.reasoning, "reasoning")];
        let parts: Vec<String> = parts.into_iter().filter_map(|(n, what)| Some(format!("{} {what}", n?))).collect();
        if !parts.is_empty() {
            b.text(&format!(" ({})", parts.join(", ")), Class::Dim);
        }
    }
    if let Some(cost) = facts.cost {
        b.text(&format!(" · {}", dollars(cost)), Class::Plain);
    }
}

/// Its id, and when it started: after the trace's first span, and by the clock.
fn placed(b: &mut PageBuilder, trace: &Trace, tree: &Tree, span: &Span) {
    b.block("span id", span.id.as_str().into(), false);
    b.set_hang(2);
    b.text(&format!("span {}", one_line(&span.id)), Class::Dim);
    if let Some(start) = span.start_ns {
        let first = tree.rows.first().and_then(|n| trace.spans.get(n.span)).and_then(|s| s.start_ns);
        if let Some(after) = first.and_then(|first| start.checked_sub(first)).filter(|after| *after > 0) {
            b.text(&format!(" · started +{}", duration(after)), Class::Dim);
        }
        b.text(&format!(" · {}", Time(start.div_euclid(1_000_000))), Class::Dim);
    }
    b.end_line();
    b.set_hang(0);
    b.block(SPAN, "".into(), false);
}

/// What is wrong with its place or its times, in words.
fn wrong(b: &mut PageBuilder, trace: &Trace, tree: &Tree, row: usize, span: &Span) {
    let node = tree.rows.get(row);
    let parent = node.and_then(|n| tree.rows.get(n.parent?)).and_then(|n| trace.spans.get(n.span));
    let parent_id = one_line(span.parent.as_deref().unwrap_or_default());
    let place = node.and_then(|n| n.mark).map(|mark| match mark {
        Mark::Orphan => format!("orphan: its parent {parent_id} is not in this trace"),
        Mark::Cycle => format!("cycle: its parents lead back to itself: {}", circle(trace, span)),
        Mark::Duplicate => {
            format!("same id: an earlier span is called {} too, and has the children of that id", one_line(&span.id))
        }
    });
    let times = oddity(span, parent).map(|odd| match (odd, span.start_ns.zip(span.end_ns)) {
        (Odd::Negative, Some((start, end))) => {
            format!("{}, by {}", odd.words(), duration(start.saturating_sub(end)))
        }
        _ => odd.words().to_owned(),
    });
    for what in place.into_iter().chain(times) {
        b.set_hang(2);
        b.line(&format!("! {what}"), Class::Warning);
        b.set_hang(0);
    }
}

/// "a → b → a"
fn circle(trace: &Trace, span: &Span) -> String {
    let mut names = vec![one_line(&span.name)];
    let mut at = span;
    while names.len() <= CIRCLE {
        let Some(up) = at.parent.as_deref().and_then(|p| trace.spans.iter().find(|s| s.id == p)) else { break };
        names.push(one_line(&up.name));
        if up.id == span.id {
            return names.join(" → ");
        }
        at = up;
    }
    names.push("…".to_owned());
    names.join(" → ")
}

/// Raw, as a person would paste it elsewhere.
pub(in crate::tui::trace) fn copied(span: &Span) -> String {
    let long = [&span.inputs, &span.outputs].into_iter().flatten().map(|value| value.len() + 16).sum();
    let mut text = String::with_capacity(long);
    text.push_str(&format!("{} {} {} {}\n", span.name, span.span_type, span.id, span.status));
    for error in errors(span) {
        text.push_str(&format!("error: {error}\n"));
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::trace::SpanEvent;

    #[test]
    fn what_is_copied_of_a_failed_span_says_how_it_failed() {
        let mut span = Span {
            name: "pay".into(),
            span_type: "TOOL".into(),
            id: "ab".into(),
            status: "ERROR".into(),
            status_message: "it broke".into(),
            inputs: Some("{}".into()),
            ..Span::default()
        };
        assert_eq!(copied(&span), "pay TOOL ab ERROR\nerror: it broke\ninputs: {}\n");
        let of = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let attributes = vec![of("exception.type", "Refused"), of("exception.message", "no money")];
        span.events = vec![SpanEvent { name: "exception".into(), attributes, ..SpanEvent::default() }];
        assert_eq!(copied(&span), "pay TOOL ab ERROR\nerror: Refused\nno money\ninputs: {}\n");
    }
}
