//! What is told one after the other: mostly a trace has one root, and everything in it belongs to that.
//!
//! Several roots that speak are several exchanges. Where the root is missing (it was sampled away, or is still open), the
//! models below it are what there is.

use super::siblings::turns;
use super::tools::{is_chat, is_tool};
use crate::model::span_tree::{Node, Tree};
use crate::model::trace::{Span, Trace};
use std::ops::Range;

/// More roots than this are in the tree alone.
const MOST: usize = 100;

/// A root and the spans that are told with it.
pub(super) struct Stage {
    /// Which span it begins with.
    pub root: usize,
    /// Rows of the tree, in order.
    pub rows: Vec<Range<usize>>,
    /// It may begin with what the stages before told: its parent is missing, or it goes on from them.
    pub goes_on: bool,
    /// Its answer is the trace's if it is the last.
    pub turn: bool,
}

/// The stages of a trace, in the order of the tree; none of an empty trace.
pub(super) fn stages(trace: &Trace, tree: &Tree) -> Vec<Stage> {
    let tops: Vec<(usize, &Node)> = tree.rows.iter().enumerate().filter(|(_, n)| n.depth == 0).collect();
    let span = |n: &Node| trace.spans.get(n.span);
    let whole = tops.iter().any(|(_, n)| n.mark.is_none());
    let begins = |n: &Node| match (whole, span(n)) {
        (true, Some(span)) => n.mark.is_none() && speaks(span),
        (false, Some(span)) => is_chat(span) || span.span_type == "AGENT",
        (_, None) => false,
    };
    // What begins no stage of its own is told with the first.
    let fallback = || tops.iter().find(|(_, n)| n.mark.is_none()).or(tops.first());
    let Some(main) = tops.iter().find(|(_, n)| n.mark.is_none() == whole && begins(n)).or_else(fallback) else {
        return Vec::new();
    };
    let mut found = vec![Stage { root: main.1.span, rows: Vec::new(), goes_on: !whole, turn: false }];
    for (row, node) in &tops {
        let rows = *row..node.end.max(row + 1);
        if *row != main.0 && begins(node) && found.len() < MOST {
            found.push(Stage { root: node.span, rows: vec![rows], goes_on: !whole, turn: false });
        } else if let Some(first) = found.first_mut() {
            first.rows.push(rows);
        }
    }
    match found.as_slice() {
        [one] => in_turns(trace, tree, one).unwrap_or(found),
        _ => found,
    }
}

/// The turns below a root that says nothing: what stands before each belongs to it, and what comes after all to the last.
fn in_turns(trace: &Trace, tree: &Tree, only: &Stage) -> Option<Vec<Stage>> {
    let begins = turns(trace, tree, only.root);
    let last = begins.len().checked_sub(1)?;
    let mut from = 0;
    let each = begins.iter().enumerate().map(|(at, row)| {
        let node = tree.rows.get(*row)?;
        let end = if at == last { tree.rows.len() } else { node.end.max(row + 1) };
        let own = std::mem::replace(&mut from, end)..end;
        let rows = only.rows.iter().map(|r| r.start.max(own.start)..r.end.min(own.end)).filter(|r| !r.is_empty());
        Some(Stage { root: node.span, rows: rows.collect(), goes_on: true, turn: true })
    });
    each.collect()
}

/// It was asked and answered something; a tool or a retriever is a part of what somebody else says.
fn speaks(span: &Span) -> bool {
    is_chat(span)
        || (span.inputs.is_some() && span.outputs.is_some() && !is_tool(span) && span.span_type != "RETRIEVER")
}
