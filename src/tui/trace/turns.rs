//! The other turns of the conversation that a trace is a turn of.

use crate::model::ReviewView;
use crate::model::conversation::{Conversation, Entry, Message, conversation};
use crate::model::document::{Retrieval, documents};
use crate::model::span_tree::Tree;
use crate::model::trace::Trace;
use std::collections::HashSet;

/// The conversation around a trace, its own turn left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Turns {
    /// How many turns come before its own.
    pub own: u32,
    /// How many there are, its own included.
    pub total: u32,
    /// The others, in order; of very many the nearest ones.
    pub turns: Vec<Turn>,
}

/// Another turn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Turn {
    /// Its place among all turns, from 0.
    pub position: u32,
    /// When it was, in words.
    pub when: String,
    /// The trace.
    pub trace_id: String,
    /// It failed.
    pub failed: bool,
    /// What was asked, one line.
    pub question: String,
    /// What was answered, one line.
    pub answer: String,
    /// The whole trace as JSON; `None` where it would be too much.
    pub body: Option<String>,
}

/// Turns that have been read.
#[derive(Debug, Default)]
pub(super) struct ReadTurns {
    pub own: u32,
    pub total: u32,
    pub turns: Vec<ReadTurn>,
    /// Bytes of the bodies that were read.
    pub bytes: usize,
}

/// One of them.
#[derive(Debug)]
pub(super) struct ReadTurn {
    pub turn: Turn,
    /// What was said in it, where its body is there.
    pub told: Option<Told>,
}

/// A turn's trace as a conversation.
#[derive(Debug)]
pub(super) struct Told {
    pub trace: Trace,
    pub conversation: Conversation,
    pub retrievals: Vec<Retrieval>,
}

impl ReadTurns {
    /// Reads the turns around a trace. What the trace's own input repeats of earlier turns is taken out of `own`.
    pub(super) fn of(turns: &Turns, own: &mut Conversation, lens: &ReviewView) -> Self {
        let mut said = HashSet::new();
        let mut all = Vec::with_capacity(turns.turns.len());
        let mut is_own_told = false;
        for turn in &turns.turns {
            if turn.position > turns.own && !is_own_told {
                is_own_told = true;
                forget(own, &said);
            }
            let read = turn.body.as_deref().map(|body| Told::read(body, lens));
            let (mut told, narrow) = read.map_or((None, lens.hides_fields()), |(told, narrow)| (Some(told), narrow));
            let mut turn = Turn { body: None, ..turn.clone() };
            if narrow {
                // The previews are made of all of the trace.
                let words = |m: Option<&str>| m.map_or_else(|| "…".to_owned(), str::to_owned);
                turn.question = words(told.as_ref().and_then(|t| t.conversation.question.as_deref()));
                turn.answer = words(told.as_ref().and_then(|t| t.conversation.output.as_deref()));
            }
            if let Some(told) = &mut told {
                forget(&mut told.conversation, &said);
                let messages = told.conversation.entries.iter().filter_map(|e| match e {
                    Entry::Message { message, .. } => Some(message),
                    _ => None,
                });
                said.extend(messages.map(key).filter(|(_, text)| !text.is_empty()));
            }
            all.push(ReadTurn { turn, told });
        }
        if !is_own_told {
            forget(own, &said);
        }
        let bytes = turns.turns.iter().filter_map(|t| t.body.as_ref()).map(String::len).sum();
        Self { own: turns.own, total: turns.total, turns: all, bytes }
    }
}

impl Told {
    /// Without the fields that a view hides; whether there were such.
    fn read(body: &str, lens: &ReviewView) -> (Self, bool) {
        let trace = Trace::parse(body);
        let (trace, narrow) = lens.without_hidden(&trace).map_or((trace, false), |shown| (shown.trace, true));
        let tree = Tree::build(&trace.spans);
        let retrievals = documents(&trace);
        let conversation = conversation(&trace, &tree, &retrievals);
        (Self { trace, conversation, retrievals }, narrow)
    }
}

/// Drops what earlier turns have told from what an application sent along as history.
fn forget(conversation: &mut Conversation, said: &HashSet<(String, String)>) {
    if said.is_empty() {
        return;
    }
    conversation.entries.retain(|e| match e {
        Entry::Message { message, history: true } => {
            let (role, text) = key(message);
            // A message of calls alone, or a tool's result, goes with the turn that it belongs to.
            !(said.contains(&(role, text.clone())) || text.is_empty())
        }
        _ => true,
    });
}

/// Who said what, white space apart.
fn key(message: &Message) -> (String, String) {
    let text = message.text();
    (format!("{:?}", message.role), text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::conversation::Role;

    #[test]
    fn what_earlier_turns_have_told_is_not_told_again() {
        let said = |role, text: &str, history| Entry::Message { message: Message::words(role, text), history };
        let mut own = Conversation {
            entries: vec![
                said(Role::User, "Hello", true),
                said(Role::Assistant, "Hello,\nwhat is it?", true),
                said(Role::User, "Something else", true),
                said(Role::User, "Hello", false),
            ],
            ..Conversation::default()
        };
        let known = [("User", "Hello"), ("Assistant", "Hello, what is it?")];
        forget(&mut own, &known.map(|(r, t)| (r.to_owned(), t.to_owned())).into());
        assert_eq!(own.entries, [said(Role::User, "Something else", true), said(Role::User, "Hello", false)]);
    }
}
