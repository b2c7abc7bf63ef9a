//! Turns of one conversation below a root that says nothing: a loop around an application's function, traced as one.

use super::assemble::by_person;
use super::attributes::{input, output, speaks};
use super::spoken::squeezed;
use super::stand_in::{says, stand_ins};
use super::tools::is_chat;
use super::{Message, Role};
use crate::model::json::{Json, parse_shape as parse};
use crate::model::span_tree::Tree;
use crate::model::trace::{Span, Trace};
use std::borrow::Cow;
use std::sync::Arc;

/// So many turns are told apart.
const MOST: usize = 100;

/// The rows of the tree in which the turns below this root begin, in order; none where there are not several of them. They are
/// calls of one function (steps of a pipeline have names of their own), each asked something else. What models below a root
/// are asked may belong to one turn: they are turns where each was given the question before with its answer.
pub(super) fn turns(trace: &Trace, tree: &Tree, root: usize) -> Vec<usize> {
    let Some(row) = tree.rows.iter().position(|n| n.span == root) else { return Vec::new() };
    let (Some(top), Some(node)) = (trace.spans.get(root), tree.rows.get(row)) else { return Vec::new() };
    let silent = |text: Option<&Arc<str>>, counts| !says(text) || text.is_some_and(|t| only_names(t, counts));
    if !silent(top.inputs.as_ref(), false) || !silent(top.outputs.as_ref(), true) || speaks(top) || is_chat(top) {
        return Vec::new();
    }
    let below = row + 1..node.end;
    let found = stand_ins(&trace.spans, tree, [below]);
    let [first, others @ ..] = found.as_slice() else { return Vec::new() };
    let alike = |s: &&Span| s.name == first.name && s.span_type == first.span_type;
    if others.is_empty() || found.len() > MOST || !(others.iter().all(alike) || counted(&found)) {
        return Vec::new();
    }
    let asked: Vec<Vec<Message>> = found.iter().map(|s| input(s)).collect();
    let grows = |pair: &[Vec<Message>]| matches!(pair, [a, b] if questions(a) < questions(b) && goes_on(a, b));
    let differs = |pair: &[Vec<Message>]| matches!(pair, [a, b] if question(a).is_some() && question(b).is_some() && question(a) != question(b));
    // What a step hands to the next is no question.
    let passed = || {
        let pairs = found.iter().zip(asked.iter().skip(1));
        pairs
            .clone()
            .any(|(s, next)| question(next).is_some_and(|q| output(s).iter().any(|m| squeezed(&m.text()) == q)))
    };
    let turns = if is_chat(first) { asked.windows(2).all(grows) } else { asked.windows(2).all(differs) && !passed() };
    if !turns {
        return Vec::new();
    }
    let begins =
        |s: &&Span| tree.rows.iter().position(|n| trace.spans.get(n.span).is_some_and(|t| std::ptr::eq(t, *s)));
    found.iter().filter_map(begins).collect()
}

/// Parts of one turn are counted too.
const PARTS: [&str; 6] = ["step", "stage", "phase", "task", "agent", "node"];

/// Names that count: `turn_1`, `turn_2`, `turn_3`.
fn counted(spans: &[&Span]) -> bool {
    let number = |s: &&Span| {
        let name = s.name.trim_end_matches(|c: char| c.is_ascii_digit());
        let count: u32 = s.name.get(name.len()..)?.parse().ok()?;
        let name = name.to_lowercase();
        let tells =
            name.chars().filter(|c| c.is_alphabetic()).count() > 2 && !PARTS.iter().any(|part| name.contains(part));
        tells.then(|| (name, s.span_type.clone(), count))
    };
    let Some(all) = spans.iter().map(number).collect::<Option<Vec<_>>>() else { return false };
    all.windows(2).all(|w| matches!(w, [(a, kind, n), (b, other, m)] if a == b && kind == other && n + 1 == *m))
}

/// Bytes of a value that says nothing but whose it is.
const SHORT: usize = 512;

/// A value that says whose it is and nothing that anybody said: `{"conversation_id": "c9"}`; `counts`: or how many there were.
pub(in crate::model) fn only_names(text: &str, counts: bool) -> bool {
    let small = text.len() <= SHORT && text.trim_start().starts_with('{');
    let Some((json, _)) = small.then(|| parse(text).ok()).flatten() else { return false };
    let name = |key: &str| {
        let key = key.to_ascii_lowercase();
        let key = key.strip_suffix("id").unwrap_or(&key).trim_end_matches(['_', '-', '.']);
        NAMED.contains(&key)
    };
    let tells = |(key, value): &(Cow<'_, str>, Json<'_>)| match value.as_text() {
        Some(text) => !name(key) || text.contains(char::is_whitespace),
        None if value.is_object() || matches!(value, Json::Array(_)) => true,
        None => !(counts || name(key)),
    };
    !json.members().is_empty() && !json.members().iter().any(tells)
}

/// What has an id that only says where a value belongs.
const NAMED: [&str; 9] = ["", "conversation", "session", "thread", "chat", "user", "trace", "request", "run"];

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
