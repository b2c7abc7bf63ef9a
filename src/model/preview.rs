//! One line of what a person asked and of what came out, for lists.

use super::conversation::{Message, Part, Role, apart, failure, messages, single};
use super::json::{Json, parse, unescape};
use std::sync::Arc;

/// Longest preview, in characters.
const LONGEST: usize = 200;

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
    let found = parse(json).ok().and_then(|(json, _)| said(&json, side)).filter(|s| !s.trim().is_empty());
    let text = found.as_deref().unwrap_or(json);
    match text.char_indices().nth(longest) {
        Some(_) => text.chars().take(longest.saturating_sub(3)).chain("...".chars()).collect(),
        None => text.to_owned(),
    }
}

/// From the trace's own preview where that is a sentence, else from the root span's inputs.
pub(super) fn request(given: Option<String>, inputs: impl Fn() -> Option<Arc<str>>) -> String {
    preview(given, inputs, Side::Request)
}

/// Likewise, from the root span's outputs.
pub(super) fn response(given: Option<String>, outputs: impl Fn() -> Option<Arc<str>>) -> String {
    preview(given, outputs, Side::Response)
}

fn preview(given: Option<String>, full: impl Fn() -> Option<Arc<str>>, side: Side) -> String {
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
    let said = full.as_deref().and_then(|text| parse(text).ok().and_then(|(json, _)| said(&json, side)));
    said.filter(|s| !s.trim().is_empty()).map_or_else(
        || one_line(if given.is_empty() { full.as_deref().unwrap_or_default() } else { given }),
        |s| one_line(&s),
    )
}

/// The words in a value, read as the conversation reads it: the last thing that a person said, or that was answered.
fn said(json: &Json<'_>, side: Side) -> Option<String> {
    if matches!(side, Side::Response)
        && let Some(what) = failure(json)
    {
        return Some(format!("(failed: {what})"));
    }
    let role = match side {
        Side::Request => Role::User,
        Side::Response => Role::Assistant,
    };
    let words = |m: &Message| {
        let each = |read: fn(&Part) -> Option<String>| {
            let found: Vec<String> = m.parts.iter().filter_map(read).collect();
            Some(found.join(" ")).filter(|t| !t.trim().is_empty())
        };
        let text = each(|p| match p {
            Part::Text(t) | Part::Refusal(t) => Some(t.to_string()),
            _ => None,
        });
        text.or_else(|| {
            each(|p| match p {
                Part::Call(c) => Some(format!("{}({})", c.name, c.arguments)),
                Part::Media(m) => Some(format!("[{m}]")),
                Part::Ended(why) => Some(format!("({why})")),
                _ => None,
            })
        })
    };
    let speaks = |m: &&Message| m.role == role || (matches!(side, Side::Response) && m.role.answers());
    let of_many = |all: Vec<Message>| {
        // Of several choices the first is the answer.
        let end = all.iter().position(Message::is_choice).map_or(all.len(), |first| first + 1);
        let said = || all.iter().take(end).rev().filter(speaks);
        let data =
            |m: &Message| m.parts.iter().find_map(|p| if let Part::Data(d) = p { Some(d.to_string()) } else { None });
        // A message that says nothing is not its JSON.
        let silent = || said().next().map(|_| "(no words)".to_owned());
        said().find_map(words).or_else(|| said().find_map(data)).or_else(silent)
    };
    if let Some(mut found) = messages(json, role) {
        apart(&mut found);
        return of_many(found);
    }
    let mut found = [single(json, role)?];
    apart(&mut found);
    found.first().and_then(words)
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
        let two = r#"{"choices":[{"message":{"role":"assistant","content":"Rex"}},{"message":{"role":"assistant","content":"Fido"}}]}"#;
        assert_eq!(answered("", two), "Rex");
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
