//! What an output repeats of the earlier turns that its input had: they are told once, as what was said before.
//!
//! An echo is a list: several messages that people and models exchanged, or what stands in a field of the history's own
//! name. A message that the application returned alone is its answer, also where it says what an earlier answer said.

use super::assemble::{same_words, turn, words};
use super::fields::ANSWERED;
use super::history::{KEYS, history};
use super::messages::messages;
use super::spoken::squeezed;
use super::{Message, Part, Role};
use crate::model::json::{Json, parse_shape as parse};

/// Takes out of an output's beginning what it has of the input's history (a chain hands on `chat_history` beside its answer):
/// all of it, or the end of it where the application keeps but a window. `outputs`: the output as it was written.
pub(super) fn drop_history(heard: &mut Vec<Message>, told: &mut Vec<Message>, outputs: Option<&str>) {
    earlier_turns(heard, told, outputs);
    let first = turn(heard).unwrap_or(0);
    let earlier: Vec<&Message> = heard.iter().take(first).filter(|m| m.role != Role::System).collect();
    let repeats = |from: &usize| {
        let window = earlier.get(*from..).unwrap_or_default();
        told.len() >= window.len() && window.iter().zip(told.iter()).all(|(a, b)| same_words(a, b))
    };
    let Some(from) = (0..earlier.len()).find(repeats) else { return };
    let window = earlier.get(from..).unwrap_or_default();
    let exchanged = window.iter().any(|m| m.role == Role::User) && window.iter().any(|m| m.role.answers());
    let fields = outputs.map(Fields::of).unwrap_or_default();
    if !exchanged && !fields.history {
        return;
    }
    let mut count = window.len();
    // The answer beside the history says what its last message said, and was not told apart from it.
    if told.len() == count
        && let Some(last) = told.last().filter(|m| m.role.answers())
        && fields.answer.is_some_and(|answer| squeezed(&answer) == squeezed(&words(last)))
    {
        count -= 1;
    }
    told.drain(..count);
}

/// An output that hands back the thread with what was added: all of it up to what was asked now was said before, also
/// where the input is the newest message alone (LangGraph with a checkpointer).
pub(super) fn handed_back(heard: &mut Vec<Message>, told: &mut Vec<Message>) {
    let asked: Vec<&Message> = heard.iter().filter(|m| m.role != Role::System).collect();
    let Some(last) = told.len().checked_sub(asked.len()).filter(|_| !asked.is_empty()) else { return };
    let here = |at: &usize| asked.iter().zip(told.iter().skip(*at)).all(|(a, t)| same_words(a, t));
    let Some(at) = (0..=last).rev().find(here) else { return rewritten(heard, told) };
    let more: Vec<Vec<Part>> = asked.iter().map(|m| m.parts.clone()).collect();
    let rest = told.split_off(at + asked.len());
    let mut thread = std::mem::replace(told, rest);
    // What stood beside the words in the input (an image, a state) stays with them.
    for (message, parts) in thread.iter_mut().skip(at).zip(more) {
        let new: Vec<Part> =
            parts.into_iter().filter(|p| !matches!(p, Part::Text(_)) && !message.parts.contains(p)).collect();
        message.parts.extend(new);
    }
    let prompt = |m: &Message| m.role == Role::System;
    let prompts = heard.drain(..).filter(|m| prompt(m) && !thread.iter().any(prompt)).collect::<Vec<_>>();
    *heard = prompts.into_iter().chain(thread).collect();
}

/// A thread that was written anew on the way (earlier turns are summarised) and handed back: what nobody had answered in it
/// before the question stands before the question.
fn rewritten(heard: &mut Vec<Message>, told: &mut Vec<Message>) {
    let Some(at) = turn(heard).filter(|at| at + 1 == heard.len()) else { return };
    let here = |m: &Message| heard.last().is_some_and(|asked| same_words(asked, m));
    let Some(again) = told.iter().position(here) else { return };
    let known = |m: &Message| heard.iter().any(|h| same_words(h, m));
    let answered = |m: &Message| {
        m.role == Role::Tool || m.role.answers() && (m.speaks() || m.parts.iter().any(|p| p.call().is_some()))
    };
    if again == 0 || told.iter().take(again).any(|m| answered(m) && !known(m)) {
        return;
    }
    let before: Vec<Message> = told.drain(..=again).take(again).filter(|m| !known(m)).collect();
    let (said, other): (Vec<_>, Vec<_>) = before.into_iter().partition(|m| m.role == Role::User);
    heard.splice(at..at, said);
    told.splice(0..0, other);
}

/// Of a memory that an output hands back beside its answer, and of which the input said nothing, the turns were before this
/// question: they stand before it. Not where the question is in them.
fn earlier_turns(heard: &mut Vec<Message>, told: &mut Vec<Message>, outputs: Option<&str>) {
    let Some(text) = outputs.filter(|t| t.trim_start().starts_with('{') && KEYS.iter().any(|k| t.contains(k))) else {
        return;
    };
    let Some(at) = turn(heard).filter(|at| heard.iter().take(*at).all(|m| m.role == Role::System)) else { return };
    let Ok((json, _)) = parse(text) else { return };
    let Some(memory) = KEYS.iter().find_map(|k| json.some(k)) else { return };
    let before = messages(memory, Role::Assistant).or_else(|| history(memory)).unwrap_or_default();
    let exchanged = before.iter().any(|m| m.role == Role::User) && before.iter().any(|m| m.role.answers());
    let asked = squeezed(&heard.iter().skip(at).map(words).collect::<Vec<_>>().join("\n"));
    let asked_now = before.iter().any(|m| m.role == Role::User && squeezed(&words(m)).contains(&asked));
    if exchanged && !asked_now && told.len() > before.len() && told.starts_with(&before) {
        heard.splice(at..at, told.drain(..before.len()));
    }
}

/// Fields that say what an output consists of.
#[derive(Default)]
struct Fields {
    /// One has the history's own name.
    history: bool,
    /// What is called an answer.
    answer: Option<String>,
}

impl Fields {
    fn of(outputs: &str) -> Self {
        if !outputs.trim_start().starts_with('{') {
            return Self::default();
        }
        let Ok((json, _)) = parse(outputs) else { return Self::default() };
        let answer = ANSWERED.iter().find_map(|k| json.some(k).and_then(Json::as_text)).map(|t| t.into_owned());
        Self { history: KEYS.iter().any(|k| json.some(k).is_some()), answer }
    }
}
