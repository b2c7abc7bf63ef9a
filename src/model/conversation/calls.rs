//! Tool calls and what came back: how a call is recognised, and how results find their calls.

use super::assemble::is_chat;
use super::attributes::dialogue;
use super::{Conversation, Entry, Part, ToolCall};
use crate::model::json::parse;
use crate::model::span_tree::Tree;
use crate::model::trace::Trace;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Name and arguments, however they are spaced.
pub(super) fn signature(call: &ToolCall) -> String {
    let arguments = parse(&call.arguments).map_or_else(|_| call.arguments.clone(), |(j, _)| j.to_json());
    format!("call {} {arguments}", call.name)
}

/// What a call is recognised by.
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

impl Conversation {
    /// Puts results beside their calls; messages that held nothing else go.
    pub(super) fn pair_results(&mut self, tree: &Tree, trace: &Trace, spare: &HashMap<String, ToolCall>) {
        let mut results: HashMap<String, Arc<str>> = HashMap::new();
        for entry in &self.entries {
            let Entry::Message { message, .. } = entry else { continue };
            for part in &message.parts {
                if let Part::Result { id: Some(id), text } = part {
                    results.entry(id.clone()).or_insert_with(|| Arc::clone(text));
                }
            }
        }
        let mut taken = HashSet::new();
        self.fill(&results, &mut taken);
        let parts = self.entries.iter_mut().flat_map(|e| match e {
            Entry::Message { message, .. } => message.parts.as_mut_slice(),
            _ => &mut [],
        });
        for part in parts {
            if let Part::Call(call) = part
                && let Some(known) = keys(call).find_map(|key| spare.get(&key))
            {
                call.take(known);
            }
        }
        let waiting = self.calls().any(|c| c.result.is_none() && c.error.is_none() && c.id.is_some());
        if waiting {
            // The last model call was told all results so far.
            let last = tree.rows.iter().rev().filter_map(|n| trace.spans.get(n.span)).find(|s| is_chat(s));
            let told = last.map(|s| dialogue(s).0).unwrap_or_default();
            let told: HashMap<String, Arc<str>> = told
                .into_iter()
                .flat_map(|m| m.parts)
                .filter_map(|p| if let Part::Result { id: Some(id), text } = p { Some((id, text)) } else { None })
                .collect();
            self.fill(&told, &mut HashSet::new());
        }
        for entry in &mut self.entries {
            if let Entry::Message { message, .. } = entry {
                message.parts.retain(|p| !matches!(p, Part::Result { id: Some(id), .. } if taken.contains(id)));
            }
        }
        self.entries.retain(|e| !matches!(e, Entry::Message { message, .. } if message.parts.is_empty()));
    }

    fn calls(&self) -> impl Iterator<Item = &ToolCall> {
        self.entries
            .iter()
            .flat_map(|e| match e {
                Entry::Message { message, .. } => message.parts.as_slice(),
                _ => &[],
            })
            .filter_map(|p| if let Part::Call(c) = p { Some(c) } else { None })
    }

    fn fill(&mut self, results: &HashMap<String, Arc<str>>, taken: &mut HashSet<String>) {
        for entry in &mut self.entries {
            let Entry::Message { message, .. } = entry else { continue };
            for part in &mut message.parts {
                let Part::Call(call) = part else { continue };
                let Some(id) = &call.id else { continue };
                if let Some(text) = results.get(id) {
                    if call.result.is_none() && call.error.is_none() {
                        call.result = Some(text.to_string());
                    }
                    taken.insert(id.clone());
                }
            }
        }
    }
}
