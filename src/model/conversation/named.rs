//! The answer that a state names: a graph's `{"messages": [...], "final_answer": "..."}`. What stands last among the messages
//! is then a draft, a plan, or another agent's words.

use super::assemble::words;
use super::spoken::squeezed;
use super::{Message, Part, Role};
use crate::model::json::Json;

/// Names that nothing but an answer has, the surest first.
const KEYS: [&str; 9] = [
    "final_answer",
    "final_response",
    "final_output",
    "final_result",
    "final_report",
    "answer",
    "response",
    "output",
    "generation",
];

/// Names that an answer has as often as not.
const REPLIES: [&str; 6] = ["reply", "bot_response", "bot_message", "output_text", "completion", "result"];

/// Puts the answer that an object names behind its messages, unless they end with it. One that an earlier turn gave is still
/// in the state and is none of this turn.
pub(super) fn named_answer(value: &Json<'_>, found: &mut Vec<Message>) {
    if let Some(value) = value.some("output").filter(|v| value.some("all_messages").is_some() && v.is_object()) {
        // A run that is to fill in a form: what its last call was given, or said, is the answer.
        let told = |m: &Message| m.parts.iter().any(|p| matches!(p, Part::Data(d) if **d == value.to_json()));
        if !found.last().is_some_and(told) {
            let parts = vec![Part::Data(value.to_json().into())];
            found.push(Message { role: Role::Assistant, name: None, parts });
        }
        return;
    }
    if value.some("messages").or_else(|| value.some("all_messages")).is_none() {
        return;
    }
    let says = |m: &&Message| m.role.answers() && m.speaks();
    let now = found.iter().rposition(|m| m.role == Role::User).unwrap_or(0);
    // Other names are believed where nobody has answered what was asked last.
    let silent = !found.iter().skip(now).any(|m| says(&m));
    let keys = KEYS.iter().chain(REPLIES.iter().filter(|_| silent));
    let text = keys.into_iter().find_map(|k| value.some(k)?.as_text().filter(|t| !t.trim().is_empty()));
    let Some(text) = text else { return };
    let named = squeezed(&text);
    let is_it = |m: &Message| squeezed(&words(m)) == named;
    let since = found.get(now..).unwrap_or_default();
    let last = since.iter().rev().find(says).is_some_and(is_it);
    // Where nobody has answered since, it is the answer, though an earlier turn had the same.
    let old = since.iter().any(|m| says(&m)) && found.iter().take(now).filter(says).any(is_it);
    if !last && !old {
        found.push(Message::words(Role::Assistant, text.as_ref()));
    }
}
