//! What an output repeats of the earlier turns that its input had: they are told once, as what was said before.

use super::assemble::{same_words, turn};
use super::{Message, Role};

/// Takes out of an output's beginning what it has of the input's history (a chain hands on `chat_history` beside its answer):
/// all of it, or the end of it where the application keeps but a window.
pub(super) fn drop_history(heard: &[Message], told: &mut Vec<Message>) {
    let first = turn(heard).unwrap_or(0);
    let earlier: Vec<&Message> = heard.iter().take(first).filter(|m| m.role != Role::System).collect();
    let repeats = |from: &usize| {
        let window = earlier.get(*from..).unwrap_or_default();
        told.len() >= window.len() && window.iter().zip(told.iter()).all(|(a, b)| same_words(a, b))
    };
    if let Some(from) = (0..earlier.len()).find(repeats) {
        told.drain(..earlier.len() - from);
    }
}
