//! Calls that waited for a person's word before this turn and ran in it: what came of them is this turn's, and stands after
//! that word. In the history a call stays what it was then: asked for.

use super::assemble::by_person;
use super::calls::signature;
use super::{Conversation, Entry, Message, Part, Role, Teller, ToolCall};
use std::collections::HashSet;

/// What is said of a call where it was asked for, and what came of it stands below.
const WAITED: &str = "(waited for a reply; what came of it is below)";

/// Where a call stands: entry and part.
pub(super) type Place = (usize, usize);

impl Conversation {
    /// Calls of the history after the last answer in it that nothing came back for; those that this turn's messages make
    /// anew are not among them.
    pub(super) fn waiting(&self) -> Vec<Place> {
        let calls = |m: &Message| m.parts.iter().any(|p| p.call().is_some());
        let past = |e: &Entry| matches!(e, Entry::Message { history: true, .. });
        let answer = |e: &Entry| matches!(e, Entry::Message { message: m, history: true } if m.role.answers() && m.speaks() && !calls(m));
        let Some(end) = self.entries.iter().rposition(past) else { return Vec::new() };
        let first = self.entries.iter().rposition(answer).map_or(0, |at| at + 1);
        let parts = |from: usize, to: usize| {
            let entries = self.entries.iter().enumerate().take(to).skip(from);
            entries.flat_map(|(at, e)| match e {
                Entry::Message { message, .. } => message.parts.iter().enumerate().map(|(n, p)| ((at, n), p)).collect(),
                _ => Vec::new(),
            })
        };
        let mut came = HashSet::new();
        for (_, part) in parts(first, end + 1) {
            match part {
                // Nobody says whose it is: it may be any call's.
                Part::Result { id: None, .. } => return Vec::new(),
                Part::Result { id: Some(id), .. } => came.insert(id.as_str()),
                _ => false,
            };
        }
        let again: HashSet<String> =
            parts(end + 1, self.entries.len()).filter_map(|(_, p)| p.call()).map(signature).collect();
        let came = |call: &ToolCall| {
            call.id.as_deref().is_some_and(|id| came.contains(id)) || came.contains(call.name.as_str())
        };
        let again = |call: &ToolCall| again.contains(&signature(call));
        let open = |call: &ToolCall| call.result.is_none() && call.error.is_none() && !came(call) && !again(call);
        parts(first, end + 1).filter(|(_, p)| p.call().is_some_and(open)).map(|(at, _)| at).collect()
    }

    /// Something came back for the call there.
    pub(super) fn came_at(&self, (entry, part): Place) -> bool {
        let Some(Entry::Message { message, .. }) = self.entries.get(entry) else { return false };
        message.parts.get(part).and_then(Part::call).is_some_and(|c| c.result.is_some() || c.error.is_some())
    }

    /// Puts calls of the history that something came back for now behind what the person said.
    pub(super) fn ran_now(&mut self, ran: &[Place]) {
        let asks = |e: &Entry| matches!(e, Entry::Message { message, history: false } if by_person(message));
        let Some(place) = self.entries.iter().rposition(asks).map(|at| at + 1) else { return };
        let mut parts = Vec::new();
        for (entry, part) in ran {
            let Some(Entry::Message { message, .. }) = self.entries.get_mut(*entry) else { continue };
            let Some(Part::Call(call)) = message.parts.get_mut(*part) else { continue };
            parts.push(Part::Call(call.clone()));
            (call.result, call.error, call.told_by) = (Some(WAITED.to_owned()), None, Teller::Message);
        }
        if !parts.is_empty() {
            let message = Message { role: Role::Assistant, name: None, parts };
            self.entries.insert(place, Entry::Message { message, history: false });
        }
    }
}
