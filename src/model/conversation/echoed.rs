//! What an output repeats of the earlier turns that its input had: they are told once, as what was said before.
//!
//! An echo is a list: several messages that people and models exchanged, or what stands in a field of the history's own
//! name. A message that the application returned alone is its answer, also where it says what an earlier answer said.

use super::assemble::{same_words, turn, words};
use super::history::KEYS;
use super::single::ANSWERED;
use super::spoken::squeezed;
use super::{Message, Role};
use crate::model::json::{Json, parse_shape as parse};

/// Takes out of an output's beginning what it has of the input's history (a chain hands on `chat_history` beside its answer):
/// all of it, or the end of it where the application keeps but a window. `outputs`: the output as it was written.
pub(super) fn drop_history(heard: &[Message], told: &mut Vec<Message>, outputs: Option<&str>) {
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
