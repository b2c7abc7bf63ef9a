//! What the answering model was given and nothing else in the trace tells: earlier turns, calls with their results and what
//! was said with them, images of the question. An application's function that is traced around one call of a model leaves
//! all this in the model's input alone.

use super::assemble::{begins, same_words, turn, words};
use super::calls::{answered, signature};
use super::earlier::earlier;
use super::spoken::squeezed;
use super::{Entry, Message, Part, Role, ToolCall};
use std::collections::HashSet;

/// A question of fewer bytes is not looked for inside a longer prompt, nor words inside an answer.
const TELLING: usize = 16;

/// A model's input, apart from the question's words.
pub(super) struct Given {
    before: Vec<Message>,
    media: Vec<Part>,
    after: Vec<Message>,
}

/// A call that is told, where it stands among what the spans add.
struct Told {
    call: ToolCall,
    signature: String,
    place: Option<usize>,
}

type Same = fn(&Told, &Told) -> bool;

/// How calls are recognised, the surest first. A span may name its tool, or write its arguments, as no model does.
const SAME: [Same; 4] = [
    |a, b| a.call.id.is_some() && a.call.id == b.call.id,
    |a, b| a.signature == b.signature,
    |a, b| a.call.name == b.call.name && returned_alike(&a.call, &b.call),
    |a, b| a.call.arguments.len() > 2 && a.call.arguments == b.call.arguments && returned_alike(&a.call, &b.call),
];

fn returned_alike(a: &ToolCall, b: &ToolCall) -> bool {
    a.result.is_some() && a.result == b.result
}

impl Given {
    /// A model's input; `None` where it does not hold the question. Of one that gave the answer (`sure`) the question may
    /// be worded anew.
    pub(super) fn read(mut input: Vec<Message>, question: &str, sure: bool) -> Option<Self> {
        let question = squeezed(question);
        let asks = |how: fn(&str, &str) -> bool| {
            input.iter().rposition(|m| m.role == Role::User && how(&squeezed(&words(m)), &question))
        };
        let same = || asks(|said, question| said == question);
        let inside = || asks(|said, question| question.len() >= TELLING && said.contains(question));
        let known = if question.is_empty() { None } else { same().or_else(inside) };
        let at = known.or_else(|| turn(&input).filter(|_| sure))?;
        answered(&mut input);
        let first = begins(&input, at);
        let after = input.split_off(at + 1);
        let asked = input.split_off(first);
        let said = |m: &Message| m.role != Role::System && !m.parts.is_empty();
        let media = asked.into_iter().filter(|m| m.role == Role::User).flat_map(|m| m.parts);
        Some(Self {
            before: input.into_iter().filter(said).collect(),
            media: media.filter(|p| matches!(p, Part::Media(_))).collect(),
            after: after.into_iter().filter(|m| m.role == Role::Assistant).collect(),
        })
    }

    /// Puts images beside the question, and the earlier turns before it, where the root tells of none. `known`: what was told
    /// before this stage.
    pub(super) fn asked(&mut self, heard: &mut Vec<Message>, known: &[Entry]) {
        let Some(first) = turn(heard) else { return };
        let now = heard.get_mut(first..).unwrap_or_default();
        let shown = now.iter().flat_map(|m| &m.parts).any(|p| matches!(p, Part::Media(_)));
        if !shown && let Some(question) = now.iter_mut().rev().find(|m| m.role == Role::User) {
            question.parts.append(&mut self.media);
        }
        let told =
            |m: &Message| known.iter().any(|e| matches!(e, Entry::Message { message, .. } if same_words(message, m)));
        if heard.iter().take(first).all(|m| m.role == Role::System) {
            heard.splice(first..first, self.before.drain(..).filter(|m| !told(m)));
        }
    }

    /// Puts calls and words that nobody told into what the spans add; those of no known place come before `mark`.
    pub(super) fn between(self, root: &[&[Message]], middle: &mut Vec<Entry>, mark: usize) {
        if self.after.is_empty() {
            return;
        }
        let (mut said, told) = told(root, middle);
        let answer = root.last().and_then(|told| told.last()).map(|m| squeezed(&words(m))).unwrap_or_default();
        let mut places = matched(&self.after, told).into_iter();
        let mut last = None;
        let mut waiting = Vec::new();
        let mut found: Vec<(usize, Entry)> = Vec::new();
        for message in self.after {
            let mut parts = Vec::new();
            let mut here: Vec<usize> = Vec::new();
            for part in message.parts {
                match &part {
                    Part::Call(_) => match places.next().flatten() {
                        Some(place) => here.extend(place),
                        None => parts.push(part),
                    },
                    Part::Text(t) | Part::Refusal(t) | Part::Data(t) | Part::Reasoning(t) => {
                        let text = squeezed(t);
                        let quoted = text.len() >= TELLING && answer.contains(&text);
                        if !text.is_empty() && !quoted && said.insert(text) {
                            parts.push(part);
                        }
                    }
                    _ => {}
                }
            }
            let first = here.iter().min().copied();
            if let Some(at) = first {
                found.extend(waiting.drain(..).map(|e| (at, e)));
            }
            last = here.into_iter().max().map(|at| at + 1).or(last);
            if parts.is_empty() {
                continue;
            }
            if let Some(Entry::Message { message, .. }) = first.and_then(|at| middle.get_mut(at)) {
                // Some of these calls are told: the others and the words join them.
                let (calls, mut words): (Vec<Part>, Vec<Part>) =
                    parts.into_iter().partition(|p| matches!(p, Part::Call(_)));
                words.append(&mut message.parts);
                words.extend(calls);
                message.parts = words;
                continue;
            }
            let entry = Entry::Message { message: Message { parts, ..message }, history: false };
            match last {
                Some(at) => found.push((at, entry)),
                None => waiting.push(entry),
            }
        }
        found.extend(waiting.into_iter().map(|e| (mark, e)));
        put(middle, found);
    }
}

/// Words and calls that the root's messages and its spans tell.
fn told(root: &[&[Message]], middle: &[Entry]) -> (HashSet<String>, Vec<Told>) {
    // The calls of earlier turns are none of those that the model was given after the question.
    let before = root.first().map_or(0, |heard| earlier(heard));
    let own = root.iter().flat_map(|list| list.iter()).enumerate().map(|(at, m)| (None, at < before, m));
    let added = middle.iter().enumerate().filter_map(|(at, e)| match e {
        Entry::Message { message, .. } | Entry::Step { message, .. } => Some((Some(at), false, message)),
        _ => None,
    });
    let (mut said, mut calls) = (HashSet::new(), Vec::new());
    for (place, early, message) in own.chain(added) {
        for part in &message.parts {
            match part {
                Part::Text(t) | Part::Refusal(t) | Part::Data(t) | Part::Reasoning(t) => {
                    said.insert(squeezed(t));
                }
                Part::Call(_) if early => {}
                Part::Call(call) => calls.push(Told { call: call.clone(), signature: signature(call), place }),
                _ => {}
            }
        }
    }
    (said, calls)
}

/// For each call that a model was given whether it is told, and where. One that is told once stands for one call.
fn matched(given: &[Message], mut told: Vec<Told>) -> Vec<Option<Option<usize>>> {
    let calls = given.iter().flat_map(|m| &m.parts).filter_map(|p| if let Part::Call(c) = p { Some(c) } else { None });
    let calls = calls.map(|c| Told { call: c.clone(), signature: signature(c), place: None });
    let mut found: Vec<(Told, Option<Option<usize>>)> = calls.map(|c| (c, None)).collect();
    for same in SAME {
        for (call, place) in found.iter_mut().filter(|(_, place)| place.is_none()) {
            if let Some(at) = told.iter().position(|t| same(t, call)) {
                *place = Some(told.remove(at).place);
            }
        }
    }
    found.into_iter().map(|(_, place)| place).collect()
}

/// Puts entries before those that stand at these places.
fn put(middle: &mut Vec<Entry>, mut new: Vec<(usize, Entry)>) {
    new.sort_by_key(|(at, _)| *at);
    for (at, entry) in new.into_iter().rev() {
        middle.insert(at.min(middle.len()), entry);
    }
}
