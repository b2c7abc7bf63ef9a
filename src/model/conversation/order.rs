//! In which order the root's own messages and what its spans add were said: a message of the root stands where the span is
//! that said it, so that one agent's words come before another's tools. And whose tools they are, where several act.

use super::calls::keys;
use super::spoken::squeezed;
use super::{Entry, Message, Part, Role};
use std::collections::{HashSet, VecDeque};

/// What the root tells before its answer, until the spans that said it are met.
#[derive(Default)]
pub(super) struct Waiting {
    messages: VecDeque<(Vec<String>, Message)>,
}

impl Waiting {
    pub(super) fn new(messages: impl Iterator<Item = Message>) -> Self {
        Self { messages: messages.map(|m| (marks(&m), m)).collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// The messages up to the one that a span said last.
    pub(super) fn until(&mut self, said: &[Message]) -> Vec<Message> {
        if self.is_empty() {
            return Vec::new();
        }
        let last = said.iter().rev().find(|m| m.role.answers()).map(marks).unwrap_or_default();
        let same = |(marks, _): &(Vec<String>, Message)| marks.iter().any(|mark| last.contains(mark));
        let found = self.messages.iter().position(same).map_or(0, |at| at + 1);
        self.messages.drain(..found).map(|(_, m)| m).collect()
    }

    /// What no span said.
    pub(super) fn rest(self) -> impl Iterator<Item = Message> {
        self.messages.into_iter().map(|(_, m)| m)
    }
}

/// Bytes of a text by which it is recognised.
const BEGINNING: usize = 2048;

/// What a message is recognised by: its calls, else its words.
fn marks(message: &Message) -> Vec<String> {
    if !message.role.answers() {
        return Vec::new();
    }
    let calls = message.parts.iter().filter_map(|p| if let Part::Call(call) = p { keys(call).next() } else { None });
    let calls: Vec<String> = calls.collect();
    if !calls.is_empty() {
        return calls;
    }
    let texts = message.parts.iter().filter_map(|p| match p {
        Part::Text(t) | Part::Refusal(t) | Part::Data(t) => Some(t),
        _ => None,
    });
    // The beginning says whose they are; megabytes are not gone through for it.
    let begins: Vec<&str> = texts.take(4).filter_map(|t| t.get(..t.floor_char_boundary(BEGINNING))).collect();
    Some(squeezed(&begins.join(" "))).filter(|t| !t.is_empty()).into_iter().collect()
}

/// Says of each call who made it, where several act; where one does all, nobody needs to be named.
pub(super) fn attribute(entries: &mut [Entry]) {
    let mut actors: HashSet<Option<String>> = HashSet::new();
    let mut speakers: HashSet<String> = HashSet::new();
    let messages = entries.iter_mut().filter_map(|e| match e {
        Entry::Message { message, history: false } if message.role == Role::Assistant => Some(message),
        _ => None,
    });
    for message in messages {
        speakers.extend(message.name.clone());
        for part in &mut message.parts {
            if let Part::Call(call) = part {
                call.by = call.by.take().or_else(|| message.name.clone());
                actors.insert(call.by.clone());
            }
        }
    }
    if actors.len() > 1 || (speakers.len() > 1 && !actors.is_empty()) {
        return;
    }
    for entry in entries {
        let Entry::Message { message, .. } = entry else { continue };
        for part in &mut message.parts {
            if let Part::Call(call) = part {
                call.by = None;
            }
        }
    }
}
