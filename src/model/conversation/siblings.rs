//! Turns of one conversation below a root that says nothing: a loop around an application's function, traced as one.

use super::assemble::by_person;
use super::attributes::{input, speaks};
use super::spoken::squeezed;
use super::stand_in::{says, stand_ins};
use super::tools::is_chat;
use super::{Message, Role};
use crate::model::span_tree::Tree;
use crate::model::trace::{Span, Trace};

/// So many turns are told apart.
const MOST: usize = 100;

/// The rows of the tree in which the turns below this root begin, in order; none where there are not several of them. They are
/// calls of one function (steps of a pipeline have names of their own), each asked something else. What models below a root
/// are asked may belong to one turn: they are turns where each was given the question before with its answer.
pub(super) fn turns(trace: &Trace, tree: &Tree, root: usize) -> Vec<usize> {
    let Some(row) = tree.rows.iter().position(|n| n.span == root) else { return Vec::new() };
    let (Some(top), Some(node)) = (trace.spans.get(root), tree.rows.get(row)) else { return Vec::new() };
    if says(top.inputs.as_ref()) || says(top.outputs.as_ref()) || speaks(top) || is_chat(top) {
        return Vec::new();
    }
    let below = row..node.end;
    let found = stand_ins(&trace.spans, tree, [below]);
    let [first, others @ ..] = found.as_slice() else { return Vec::new() };
    let alike = |s: &&Span| s.name == first.name && s.span_type == first.span_type;
    if others.is_empty() || found.len() > MOST || !others.iter().all(alike) {
        return Vec::new();
    }
    let asked: Vec<Vec<Message>> = found.iter().map(|s| input(s)).collect();
    let grows = |pair: &[Vec<Message>]| matches!(pair, [a, b] if questions(a) < questions(b) && goes_on(a, b));
    let differs = |pair: &[Vec<Message>]| matches!(pair, [a, b] if question(a).is_some() && question(b).is_some() && question(a) != question(b));
    let turns = if is_chat(first) { asked.windows(2).all(grows) } else { asked.windows(2).all(differs) };
    if !turns {
        return Vec::new();
    }
    let begins =
        |s: &&Span| tree.rows.iter().position(|n| trace.spans.get(n.span).is_some_and(|t| std::ptr::eq(t, *s)));
    found.iter().filter_map(begins).collect()
}

fn questions(asked: &[Message]) -> usize {
    asked.iter().filter(|m| by_person(m)).count()
}

/// What a person asked last.
fn question(asked: &[Message]) -> Option<String> {
    asked.iter().rfind(|m| by_person(m)).map(|m| squeezed(&m.text())).filter(|t| !t.is_empty())
}

/// It begins with what the other was given, and an answer to it.
fn goes_on(before: &[Message], after: &[Message]) -> bool {
    let said = |list: &[Message]| -> Vec<Message> { list.iter().filter(|m| m.role != Role::System).cloned().collect() };
    let (before, after) = (said(before), said(after));
    after.starts_with(&before) && after.get(before.len()).is_some_and(|m| m.role.answers())
}
