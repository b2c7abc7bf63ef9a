//! What a span says, as the texts that a person would search for, in a filter or in the queue.

use crate::model::Span;
use std::borrow::Cow;

/// Names, inputs, outputs, attributes and events of a span: each JSON text as it is written, and each text in it
/// with its escapes undone.
pub fn pieces(span: &Span) -> impl Iterator<Item = Cow<'_, str>> {
    let plain = [span.name.as_str(), span.status_message.as_str()].into_iter().filter(|t| !t.is_empty());
    let json = [span.inputs.as_deref(), span.outputs.as_deref()].into_iter().flatten();
    let attributes = span.attributes.iter().map(|(_, v)| v.as_ref());
    let events = span.events.iter().flat_map(|e| e.attributes.iter().map(|(_, v)| v.as_str()).chain([e.name.as_str()]));
    plain.map(Cow::Borrowed).chain(json.chain(attributes).chain(events).flat_map(strings))
}

/// A JSON text's strings with their escapes undone, then the text itself (only itself where it is a number or not
/// JSON). No recursion: traces nest as deep as they like.
pub(super) fn strings(json: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let alone = json.starts_with('"').then(|| serde_json::from_str::<String>(json).ok()).flatten();
    let whole = if alone.is_some() { None } else { Some(Cow::Borrowed(json)) };
    let inner = if whole.is_some() && json.starts_with(['{', '[']) { json } else { "" };
    alone.map(Cow::Owned).into_iter().chain(whole).chain(Strings { rest: inner })
}

struct Strings<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Strings<'a> {
    type Item = Cow<'a, str>;

    fn next(&mut self) -> Option<Self::Item> {
        let begin = memchr::memchr(b'"', self.rest.as_bytes())?;
        let text = self.rest.get(begin + 1..)?;
        let mut from = 0;
        let end = loop {
            let at = from + memchr::memchr2(b'"', b'\\', text.as_bytes().get(from..)?)?;
            if text.as_bytes().get(at) == Some(&b'"') {
                break at;
            }
            from = at + 2;
        };
        let raw = text.get(..end)?;
        self.rest = text.get(end + 1..)?;
        if !raw.contains('\\') {
            return Some(Cow::Borrowed(raw));
        }
        let quoted = format!("\"{raw}\"");
        Some(serde_json::from_str(&quoted).map_or(Cow::Borrowed(raw), Cow::Owned))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_json_lose_their_escapes_and_nothing_else() {
        let found: Vec<_> = strings(r#"{"a\"b": ["line\none", 3, "é"], "t": ""}"#).skip(1).collect();
        assert_eq!(found, ["a\"b", "line\none", "é", "t", ""]);
        assert_eq!(strings(r#""gpt""#).collect::<Vec<_>>(), ["gpt"]);
        assert_eq!(strings("plain \"text\" here").collect::<Vec<_>>(), ["plain \"text\" here"]);
        assert_eq!(strings(r#"{"broken\"#).count(), 1);
    }

    #[test]
    fn depth_does_not_matter() {
        let deep = "[".repeat(200_000) + "\"needle\"";
        assert!(strings(&deep).any(|s| s == "needle"));
    }
}
