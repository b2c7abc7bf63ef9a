//! One line of what a person asked and of what came out, for lists.

use super::json::{Json, parse, unescape};
use std::sync::Arc;

/// Longest preview, in characters.
const LONGEST: usize = 200;

/// Where applications put what a person said, best first.
const ASKED: [&str; 12] = [
    "query",
    "question",
    "prompt",
    "input",
    "inputs",
    "message",
    "user_input",
    "user_message",
    "text",
    "content",
    "q",
    "topic",
];
/// And what was answered.
const ANSWERED: [&str; 10] =
    ["answer", "response", "output", "output_text", "result", "text", "content", "completion", "message", "summary"];

/// Which end of a trace.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    /// What came in.
    Request,
    /// What went out.
    Response,
}

/// The words in inputs or outputs (JSON), as MLflow writes its previews: what a person said, else the JSON itself.
pub(crate) fn words(json: &str, side: Side, longest: usize) -> String {
    let (role, keys): (_, &[&str]) = match side {
        Side::Request => ("user", &ASKED),
        Side::Response => ("assistant", &ANSWERED),
    };
    let found = parse(json).ok().and_then(|(json, _)| said(&json, role, keys, 4)).filter(|s| !s.trim().is_empty());
    let text = found.as_deref().unwrap_or(json);
    match text.char_indices().nth(longest) {
        Some(_) => text.chars().take(longest.saturating_sub(3)).chain("...".chars()).collect(),
        None => text.to_owned(),
    }
}

/// From the trace's own preview where that is a sentence, else from the root span's inputs.
pub(super) fn request(given: Option<String>, inputs: impl Fn() -> Option<Arc<str>>) -> String {
    preview(given, inputs, "user", &ASKED)
}

/// Likewise, from the root span's outputs.
pub(super) fn response(given: Option<String>, outputs: impl Fn() -> Option<Arc<str>>) -> String {
    preview(given, outputs, "assistant", &ANSWERED)
}

fn preview(given: Option<String>, full: impl Fn() -> Option<Arc<str>>, role: &str, keys: &[&str]) -> String {
    let given = given.as_deref().map(str::trim_start).unwrap_or_default();
    if !given.is_empty() && !given.starts_with(['{', '[', '"']) {
        return one_line(given);
    }
    if let Some(inside) = given.strip_prefix('"') {
        // A JSON string, cut anywhere; what it says is at its beginning.
        let inside = inside.strip_suffix('"').unwrap_or(inside);
        return one_line(&unescape(cut(inside, 4 * LONGEST)));
    }
    let full = full();
    let said = full.as_deref().and_then(|text| parse(text).ok().and_then(|(json, _)| said(&json, role, keys, 4)));
    said.filter(|s| !s.trim().is_empty()).map_or_else(
        || one_line(if given.is_empty() { full.as_deref().unwrap_or_default() } else { given }),
        |s| one_line(&s),
    )
}

/// The words in a value: a text, the last message of `role`, or the first of `keys` that leads to one.
fn said(json: &Json<'_>, role: &str, keys: &[&str], depth: usize) -> Option<String> {
    if let Some(text) = json.as_text() {
        return Some(text.into_owned());
    }
    let depth = depth.checked_sub(1)?;
    if let Json::Array(items) = json {
        let spoken = |m: &&Json<'_>| {
            m.get("role")
                .or_else(|| m.get("type"))
                .and_then(Json::as_text)
                .is_some_and(|r| r == role || (role == "user" && r == "human") || (role == "assistant" && r == "ai"))
        };
        return items.iter().rev().find(spoken).and_then(content).or_else(|| match items.as_slice() {
            [one] => said(one, role, keys, depth),
            _ => None,
        });
    }
    let messages = ["messages", "input", "output", "choices"].iter().find_map(|k| match json.get(k)? {
        list @ Json::Array(_) => said(list, role, keys, depth),
        _ => None,
    });
    messages
        .or_else(|| json.some("message").and_then(content))
        .or_else(|| keys.iter().find_map(|k| said(json.some(k)?, role, keys, depth)))
        .or_else(|| match json.members() {
            [(_, one)] => said(one, role, keys, depth),
            _ => None,
        })
}

/// A message's text: a string, or the text parts of a list.
fn content(message: &Json<'_>) -> Option<String> {
    let content = ["content", "parts"].iter().find_map(|k| message.some(k))?;
    if let Some(text) = content.as_text() {
        return Some(text.into_owned());
    }
    let parts: Vec<String> = content
        .items()
        .iter()
        .filter_map(|p| p.as_text().or_else(|| ["text", "content"].iter().find_map(|k| p.get(k)?.as_text())))
        .map(|t| t.into_owned())
        .collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// Whitespace folded, at most [`LONGEST`] characters; a cut is shown.
pub(crate) fn one_line(text: &str) -> String {
    let mut out = String::new();
    let mut length = 0;
    for (i, word) in cut(text, 64 * LONGEST).split_whitespace().enumerate() {
        for c in (i > 0).then_some(' ').into_iter().chain(word.chars()) {
            if length == LONGEST {
                out.pop();
                out.push('…');
                return out;
            }
            out.push(c);
            length += 1;
        }
    }
    out
}

/// At most `bytes` bytes, cut between characters.
fn cut(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn asked(given: &str, inputs: &str) -> String {
        request(Some(given.to_owned()), || Some(inputs.into()))
    }

    fn answered(given: &str, outputs: &str) -> String {
        response(Some(given.to_owned()), || Some(outputs.into()))
    }

    #[test]
    fn a_preview_is_what_people_said() {
        assert_eq!(asked("How are\n you?", ""), "How are you?");
        assert_eq!(asked("", r#"{"messages":[{"role":"system","content":"S"},{"role":"user","content":"Hi"}]}"#), "Hi");
        assert_eq!(asked(r#"{"query": "Where is"#, r#"{"query": "Where is it?", "k": 3}"#), "Where is it?");
        assert_eq!(asked("", r#"[{"role":"user","parts":[{"type":"text","content":"Hi"}]}]"#), "Hi");
        assert_eq!(asked("", r#"{"x": 1, "y": 2}"#), r#"{"x": 1, "y": 2}"#);
        assert_eq!(answered("\"It\\u2019s \\\"fine", ""), "It’s \"fine");
        assert_eq!(answered("", r#"{"choices":[{"message":{"role":"assistant","content":"Yes"}}]}"#), "Yes");
        assert_eq!(answered("", r#"{"content":[{"type":"text","text":"Yes"}]}"#), "Yes");
        assert_eq!(answered("", "\"plain\""), "plain");
    }

    proptest! {
        #[test]
        fn a_preview_is_one_short_line(text in any::<String>(), words in "[a-z \n]{0,500}") {
            for t in [&text, &words] {
                let line = one_line(t);
                prop_assert!(line.chars().count() <= LONGEST && !line.contains('\n'));
            }
        }
    }
}
