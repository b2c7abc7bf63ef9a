//! Puts a trace's conversation together: the root's messages, and between question and answer what its spans add (tool
//! calls, documents, failures, what models said on the way). Nothing is said twice.

use super::attributes::{dialogue, input, output};
use super::tools::is_chat;
use super::walk::Walk;
use super::{Conversation, Entry, Message, Part, Role};
use crate::model::document::Retrieval;
use crate::model::json::parse_shape as parse;
use crate::model::span_tree::Tree;
use crate::model::trace::{Span, Trace};
use std::sync::Arc;

/// The conversation of a trace. `tree` and `retrievals` are those of the same trace.
#[must_use]
pub fn conversation(trace: &Trace, tree: &Tree, retrievals: &[Retrieval]) -> Conversation {
    let top = tree.rows.iter().find(|n| n.depth == 0 && n.mark.is_none()).or(tree.rows.first());
    let Some((root, span)) = top.and_then(|n| Some((n.span, trace.spans.get(n.span)?))) else {
        return Conversation::default();
    };
    let (mut heard, mut told) = dialogue(span);
    let mut walk = Walk::new(trace);
    let failed = walk.exception(root).is_some();
    // OpenTelemetry's roots often say nothing; the models below them do.
    if heard.iter().all(|m| m.role == Role::System) {
        let first = chats(trace, tree).map(input).find(|m| m.iter().any(|m| m.role != Role::System));
        heard = first.unwrap_or(heard);
    }
    let mut borrowed = false;
    if told.is_empty() && !failed {
        let last = chats(trace, tree).rev().map(output).find(|m| !m.is_empty());
        told = last.filter(|m| m.iter().any(Message::speaks)).unwrap_or_default();
        borrowed = !told.is_empty();
    }
    if !heard.is_empty() && told.starts_with(&heard) {
        // A state that is handed back with what was added.
        told.drain(..heard.len());
    }
    if !is_chat(span) {
        beside(span.inputs.as_deref(), None, &mut heard, Role::User);
        beside(span.outputs.as_deref(), span.inputs.as_deref(), &mut told, Role::Assistant);
    }
    let answer = answer(&told).cloned();
    walk.know(&heard, &told, answer.as_ref());
    walk.all(tree, root, retrievals);
    if !heard.iter().any(|m| m.role == Role::System)
        && let Some(system) = first_system(trace, tree)
    {
        heard.insert(0, system);
    }
    let question = heard.iter().rev().find(|m| m.role == Role::User).map(words);
    let mut entries = said_before(heard);
    entries.append(&mut walk.middle);
    let repeats = |m: &Message| entries.iter().any(|e| matches!(e, Entry::Message { message, .. } if message == m));
    let fresh: Vec<Message> = told.into_iter().filter(|m| m.role == Role::Assistant || !repeats(m)).collect();
    entries.extend(fresh.into_iter().map(|message| Entry::Message { message, history: false }));
    let known = walk.exception(root).filter(|_| answer.is_none());
    match (walk.failure(root), known) {
        (Some(failure), _) => entries.push(failure),
        // It was told where it arose; here it is the reason why there is no answer.
        (None, Some((what, _))) => {
            let what = format!("no answer: {}", what.lines().next().unwrap_or_default());
            entries.push(Entry::Failure { span: root, what, stack: None });
        }
        (None, None) => {}
    }
    let mut found = Conversation { entries, output: None, question: question.map(Into::into) };
    found.pair_results(tree, trace, &walk.spare);
    found.output = match answer {
        Some(message) => Some(words(&message)).filter(|t| !t.is_empty()),
        None if borrowed => None,
        None => plain(span.outputs.as_deref()),
    }
    .map(Into::into);
    found
}

/// The inputs of the first model that was asked, for a root that says nothing.
pub(in crate::model) fn first_input(spans: &[Span]) -> Option<Arc<str>> {
    let asked = spans.iter().filter(|s| is_chat(s) && s.inputs.is_some());
    asked.min_by_key(|s| s.start_ns.unwrap_or(i64::MAX))?.inputs.clone()
}

/// What the last model answered, likewise.
pub(in crate::model) fn last_output(spans: &[Span]) -> Option<Arc<str>> {
    let answered = spans.iter().filter(|s| is_chat(s) && s.outputs.is_some());
    answered.max_by_key(|s| s.start_ns.unwrap_or(i64::MIN))?.outputs.clone()
}

/// What an application's state holds beside its messages stays with the last of them.
fn beside(text: Option<&str>, known: Option<&str>, said: &mut [Message], side: Role) {
    let Some(last) = said.iter_mut().rev().find(|m| m.role == side) else { return };
    let known = known.and_then(|t| parse(t).ok()).map(|(json, _)| json);
    let Some((json, _)) = text.and_then(|t| parse(t).ok()) else { return };
    let told = last.text();
    last.parts.extend(super::messages::state(&json, known.as_ref(), &told));
}

fn chats<'t>(trace: &'t Trace, tree: &'t Tree) -> impl DoubleEndedIterator<Item = &'t Span> {
    tree.rows.iter().filter_map(|n| trace.spans.get(n.span)).filter(|s| is_chat(s))
}

/// The message that is the answer: the last that says something; of several choices the first.
fn answer(told: &[Message]) -> Option<&Message> {
    let choice = |m: &&Message| m.name.as_deref().is_some_and(|n| n.starts_with("choice 1 of "));
    let spoken = || told.iter().rev().find(|m| m.role == Role::Assistant && m.speaks());
    told.iter().find(choice).or_else(spoken).or(told.last())
}

/// The words of a message; where it has none, its data, else its calls. Nothing for an image alone.
pub(super) fn words(message: &Message) -> String {
    let texts: Vec<&str> = message
        .parts
        .iter()
        .filter_map(|p| match p {
            Part::Text(t) | Part::Refusal(t) => Some(t.as_ref()),
            _ => None,
        })
        .collect();
    if !texts.is_empty() {
        return texts.join("\n\n");
    }
    let data = message.text();
    if !data.is_empty() {
        return data;
    }
    let calls = message.parts.iter().filter_map(|p| match p {
        Part::Call(call) => Some(format!("{}({})", call.name, call.arguments)),
        _ => None,
    });
    calls.collect::<Vec<_>>().join("\n")
}

fn plain(json: Option<&str>) -> Option<String> {
    let text = json?;
    let read = parse(text).map_or_else(|_| text.to_owned(), |(j, _)| j.plain());
    (!read.is_empty() && read != "null").then_some(read)
}

/// The input's messages; all but the system prompt that come before the last question are earlier turns.
fn said_before(input: Vec<Message>) -> Vec<Entry> {
    let last = input.iter().rposition(|m| m.role == Role::User).unwrap_or(0);
    let entry = |(at, message): (usize, Message)| {
        let history = at < last && message.role != Role::System;
        Entry::Message { message, history }
    };
    input.into_iter().enumerate().map(entry).collect()
}

/// The system prompt that the first model in the trace was given.
fn first_system(trace: &Trace, tree: &Tree) -> Option<Message> {
    chats(trace, tree).take(4).find_map(|s| dialogue(s).0.into_iter().find(|m| m.role == Role::System))
}
