//! Tool calls and what came back: how a call is recognised, and how results find their calls.

use super::attributes::input;
use super::tools::is_chat;
use super::{Conversation, Entry, Message, Part, Role, Teller, ToolCall};
use crate::model::json::parse_shape as parse;
use crate::model::span_tree::Tree;
use crate::model::trace::Trace;
use std::collections::HashMap;
use std::sync::Arc;

/// Name and arguments, however they are spaced.
pub(super) fn signature(call: &ToolCall) -> String {
    let arguments = parse(&call.arguments).map_or_else(|_| call.arguments.clone(), |(j, _)| j.to_json());
    format!("call {} {arguments}", call.name)
}

/// The arguments in a call's signature.
pub(super) fn arguments_in<'s>(signature: &'s str, call: &ToolCall) -> &'s str {
    signature.get("call ".len() + call.name.len()..).unwrap_or_default()
}

/// What a call is recognised by, the surest first; the last is its signature.
pub(super) fn keys(call: &ToolCall) -> impl Iterator<Item = String> + use<> {
    let id = call.id.as_ref().map(|id| format!("id {id}"));
    id.into_iter().chain([signature(call)])
}

impl ToolCall {
    /// Takes over what came back; false if it knows that already.
    pub(super) fn take(&mut self, other: &Self) -> bool {
        if self.result.is_some() || self.error.is_some() {
            return false;
        }
        self.result.clone_from(&other.result);
        self.error.clone_from(&other.error);
        true
    }
}

/// A call by which one agent hands over to another returns nothing: it is the end of what the first one did.
fn handed_over(call: &mut ToolCall) {
    if let Some(agent) = call.name.strip_prefix("transfer_to_").filter(|agent| !agent.is_empty()) {
        call.result = Some(format!("(handed over to {})", agent.replace('_', " ")));
    }
}

/// What came back, by the id (or name) of its call, in order.
#[derive(Default)]
struct Results {
    found: HashMap<String, Vec<(Arc<str>, bool)>>,
    taken: HashMap<String, usize>,
}

impl Results {
    fn note(&mut self, part: &Part) {
        if let Part::Result { id: Some(id), text, failed } = part {
            self.found.entry(id.clone()).or_default().push((Arc::clone(text), *failed));
        }
    }

    /// Gives a call what came back for it. Ids that are used again are answered in order.
    fn give(&mut self, call: &mut ToolCall) {
        let id = call.id.as_ref().filter(|id| self.found.contains_key(*id)).unwrap_or(&call.name);
        let Some(list) = self.found.get(id) else { return };
        let taken = self.taken.entry(id.clone()).or_default();
        let Some((text, failed)) = list.get(*taken).or(list.last()) else { return };
        *taken += 1;
        if call.result.is_none() && call.error.is_none() {
            if *failed { call.error = Some(text.to_string()) } else { call.result = Some(text.to_string()) }
        }
    }
}

/// Puts the results in a list of messages beside their calls; messages that held nothing else are left empty.
pub(super) fn answered(messages: &mut [Message]) {
    let mut results = Results::default();
    messages.iter().flat_map(|m| &m.parts).for_each(|part| results.note(part));
    for part in messages.iter_mut().flat_map(|m| &mut m.parts) {
        if let Part::Call(call) = part {
            results.give(call);
        }
    }
    let known = |id: &Option<String>| id.as_ref().is_some_and(|id| results.taken.contains_key(id));
    for message in messages {
        message.parts.retain(|part| !matches!(part, Part::Result { id, .. } if known(id)));
    }
}

/// Chat spans that are asked, from the last on, what tools returned.
const ASKED: usize = 32;

impl Conversation {
    /// Puts results beside their calls; messages that held nothing else go.
    pub(super) fn pair_results(&mut self, tree: &Tree, trace: &Trace, spare: &HashMap<String, ToolCall>) {
        let waiting = self.waiting();
        let mut results = Results::default();
        self.parts_mut().for_each(|part| results.note(part));
        self.calls_mut().for_each(|call| results.give(call));
        for call in self.calls_mut() {
            if let Some(known) = keys(call).find_map(|key| spare.get(&key)) {
                call.take(known);
                call.told_by = Teller::Both;
            }
        }
        self.failed_all_the_same(spare);
        let ran = waiting.into_iter().filter(|at| self.came_at(*at)).collect::<Vec<_>>();
        let open = |c: &&mut ToolCall| c.result.is_none() && c.error.is_none();
        // Each model call was told the results so far.
        let chats = tree.rows.iter().rev().filter_map(|n| trace.spans.get(n.span)).filter(|s| is_chat(s));
        for span in chats.take(ASKED) {
            if !self.calls_mut().any(|c| open(&c)) {
                break;
            }
            let mut told = Results::default();
            input(span).iter().flat_map(|m| &m.parts).for_each(|part| told.note(part));
            self.calls_mut().filter(open).for_each(|call| told.give(call));
        }
        self.calls_mut().filter(open).for_each(handed_over);
        self.ran_now(&ran);
        let mut left = results.taken;
        self.entries.retain_mut(|entry| {
            let Entry::Message { message, history } = entry else { return true };
            let had = message.parts.len();
            message.parts.retain(|part| {
                let Part::Result { id: Some(id), .. } = part else { return true };
                let Some(n) = left.get_mut(id).filter(|n| **n > 0) else { return true };
                *n -= 1;
                false
            });
            // An answer without a word is one all the same, and so is a question.
            !message.parts.is_empty()
                || (had == 0 && (message.role.answers() || (message.role == Role::User && !*history)))
        });
    }

    /// A tool that failed is said to have, whatever the model was told of it. Of calls that are the same but for their ids
    /// nobody knows which one it was.
    fn failed_all_the_same(&mut self, spare: &HashMap<String, ToolCall>) {
        if spare.values().all(|span| span.error.is_none()) {
            return;
        }
        let mut alike: HashMap<String, usize> = HashMap::new();
        self.calls_now().for_each(|call| *alike.entry(signature(call)).or_default() += 1);
        for call in self.calls_now().filter(|c| c.error.is_none()) {
            let signature = signature(call);
            let by_id = call.id.as_ref().and_then(|id| spare.get(&format!("id {id}")));
            let span = by_id.or_else(|| spare.get(&signature).filter(|_| alike.get(&signature) == Some(&1)));
            call.error = span.and_then(|span| span.error.clone());
        }
    }

    fn parts_mut(&mut self) -> impl Iterator<Item = &mut Part> {
        self.entries.iter_mut().flat_map(|e| match e {
            Entry::Message { message, .. } => message.parts.as_mut_slice(),
            _ => &mut [],
        })
    }

    /// Those of this turn.
    pub(super) fn calls_now(&mut self) -> impl Iterator<Item = &mut ToolCall> {
        let now = self.entries.iter_mut().filter(|e| !matches!(e, Entry::Message { history: true, .. }));
        let parts = now.flat_map(|e| match e {
            Entry::Message { message, .. } => message.parts.as_mut_slice(),
            _ => &mut [],
        });
        parts.filter_map(|p| if let Part::Call(c) = p { Some(c) } else { None })
    }

    fn calls_mut(&mut self) -> impl Iterator<Item = &mut ToolCall> {
        self.parts_mut().filter_map(|p| if let Part::Call(c) = p { Some(c) } else { None })
    }
}
