//! Which spans failed, and which only passed on what failed below them: an exception that goes up through five spans
//! is one error, not five.

use crate::model::Span;
use crate::model::conversation::{reported, stopped};
use crate::model::span_tree::Tree;

/// Whether and how a span failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Fault {
    #[default]
    None,
    /// It failed itself.
    Own,
    /// What it failed with arose below it.
    Passed,
}

/// How each row of the tree failed.
pub(super) fn faults(tree: &Tree, spans: &[Span]) -> Vec<Fault> {
    let mut found = vec![Fault::None; tree.rows.len()];
    // What failed below each row, as said there; a few are enough to recognise what goes up.
    let mut below: Vec<Vec<String>> = vec![Vec::new(); tree.rows.len()];
    for (row, node) in tree.rows.iter().enumerate().rev() {
        let Some(span) = spans.get(node.span) else { continue };
        let mut known = below.get_mut(row).map(std::mem::take).unwrap_or_default();
        if failed(span) {
            let said = said(span);
            let same = |k: &String| !k.is_empty() && (said.contains(k.as_str()) || k.contains(&said));
            let passed = !known.is_empty() && (said.is_empty() || known.iter().any(same));
            if let Some(fault) = found.get_mut(row) {
                *fault = if passed { Fault::Passed } else { Fault::Own };
            }
            known.push(said);
        }
        if let Some(above) = node.parent.and_then(|p| below.get_mut(p))
            && above.len() < KNOWN
        {
            above.extend(known.into_iter().take(KNOWN));
        }
    }
    found
}

/// Failures that are remembered for a row.
const KNOWN: usize = 16;

fn failed(span: &Span) -> bool {
    // Where a graph stops to ask a person it raises an exception, too.
    let raised = || span.events.iter().any(|e| e.name == "exception") && stopped(span).is_none();
    span.status == "ERROR" || raised() || reported(span).is_some()
}

/// What it failed with: the exception's message, else its type, else the status.
fn said(span: &Span) -> String {
    let event = span.events.iter().rev().find(|e| e.name == "exception");
    let get = |key: &str| event?.attributes.iter().find(|(k, v)| k == key && !v.is_empty()).map(|(_, v)| v.as_str());
    let text = get("exception.message").or_else(|| get("exception.type")).unwrap_or(&span.status_message);
    let text = text.trim();
    if text.is_empty() { reported(span).unwrap_or_default() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(id: &str, parent: &str, status: &str, message: &str) -> Span {
        Span {
            id: id.into(),
            parent: (!parent.is_empty()).then(|| parent.into()),
            status: status.into(),
            status_message: message.into(),
            ..Span::default()
        }
    }

    #[test]
    fn an_exception_that_goes_up_is_one_error() {
        let spans = [
            span("root", "", "ERROR", "ToolError: timeout"),
            span("step", "root", "ERROR", ""),
            span("tool", "step", "ERROR", "timeout"),
            span("caught", "root", "ERROR", "other"),
            span("fine", "root", "OK", ""),
        ];
        let tree = Tree::build(&spans);
        let shown: Vec<_> =
            faults(&tree, &spans).into_iter().zip(&tree.rows).map(|(f, n)| (spans[n.span].id.as_str(), f)).collect();
        use Fault::{None, Own, Passed};
        assert_eq!(shown, [("root", Passed), ("step", Passed), ("tool", Own), ("caught", Own), ("fine", None)]);
    }

    #[test]
    fn an_error_of_its_own_above_another_counts() {
        let spans = [span("root", "", "ERROR", "gave up"), span("tool", "root", "ERROR", "timeout")];
        assert_eq!(faults(&Tree::build(&spans), &spans), [Fault::Own, Fault::Own]);
    }
}
