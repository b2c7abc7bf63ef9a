//! An answer that a model wrote as JSON because it was told to (`{"answer": "…", "sources": […]}`), told in words, as the same
//! object is that an application returns.

use super::single::single;
use super::{Message, Part, Role};
use crate::model::json::parse_shape as parse;
use std::sync::Arc;

/// Names that nothing but an answer has.
const KEYS: [&str; 6] = ["answer", "final_answer", "response", "final_response", "reply", "final_output"];

/// An answer of more bytes is left as it is: it is data, not words.
const MOST: usize = 256 << 10;

/// Tells an answer's JSON in words, where it is all that was said; then gives the JSON.
pub(super) fn in_words(message: &mut Message) -> Option<Arc<str>> {
    let texts = message.parts.iter().filter(|p| matches!(p, Part::Text(_) | Part::Data(_))).count();
    let at = message.parts.iter().position(|p| matches!(p, Part::Text(_) | Part::Data(_)));
    let at = at.filter(|_| texts == 1 && message.role == Role::Assistant)?;
    let Some(Part::Text(text) | Part::Data(text)) = message.parts.get(at) else { return None };
    let inside = unfenced(text);
    if text.len() > MOST || !inside.starts_with('{') || !KEYS.iter().any(|key| text.contains(key)) {
        return None;
    }
    let (json, _) = parse(inside).ok()?;
    let named = KEYS.iter().any(|key| json.some(key).is_some_and(|v| v.as_text().is_some()));
    let told = single(&json, Role::Assistant).filter(|_| named)?;
    let written = Arc::clone(text);
    message.parts.splice(at..=at, told.parts);
    Some(written)
}

/// What stands in a block of code that is all there is.
fn unfenced(text: &str) -> &str {
    let text = text.trim();
    let inner = text.strip_prefix("```").and_then(|t| t.strip_suffix("```"));
    inner.map_or(text, |t| t.trim_start_matches(|c: char| c.is_ascii_alphabetic()).trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Part> {
        let mut message = Message::words(Role::Assistant, text);
        in_words(&mut message);
        message.parts
    }

    #[test]
    fn an_answer_in_json_is_told_in_words_and_other_values_stay() {
        let told = read(r#"{"answer":"It is **bold**","sources":[{"url":"u"}]}"#);
        assert_eq!(told, [Part::Text("It is **bold**".into()), Part::Data(r#"{"sources":[{"url":"u"}]}"#.into())]);
        let fenced = read("```json\n{\"answer\": \"A\", \"n\": 1}\n```");
        assert_eq!(fenced, [Part::Text("A".into()), Part::Data(r#"{"n":1}"#.into())]);
        for other in [
            "```\ncode\n```",
            r#"{"name":"Ann","value":"5"}"#,
            r#"{"answer":5}"#,
            "The \"answer\" is 7.",
            r#"["answer"]"#,
        ] {
            assert_eq!(read(other), [Part::Text(other.into())], "{other}");
        }
    }
}
