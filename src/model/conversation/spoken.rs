//! What has been said and thought already, white space apart: no step tells it again.
//!
//! The root's own words are read when a step is first compared with them. An answer of several megabytes mostly has no
//! step beside it, and going through it took longer than everything else in opening its trace.

use super::Message;
use super::assemble::words;
use crate::model::json::{Json, parse_shape as parse};
use std::collections::HashSet;
use std::sync::Arc;

/// Below this an answer is too short to be recognised inside a longer text.
const TELLING: usize = 20;

#[derive(Default)]
pub(super) struct Spoken {
    known: HashSet<String>,
    /// The answer's words.
    answer: String,
    /// What is still to be read.
    unread: Vec<Arc<str>>,
    answered: Option<Message>,
    /// What comes next was said before the answering model spoke.
    pub draft: bool,
}

impl Spoken {
    /// Notes what the root tells.
    pub(super) fn told(&mut self, text: &Arc<str>) {
        self.unread.push(Arc::clone(text));
    }

    /// Notes what the answer is.
    pub(super) fn answered(&mut self, answer: Option<&Message>) {
        self.answered = answer.cloned();
    }

    /// Notes it; true if it is new.
    pub(super) fn is_new(&mut self, text: &str) -> bool {
        self.read();
        self.known.insert(key(squeezed(text)))
    }

    /// True where a step's words say nothing new: empty, said before, the answer in other clothes (with nothing but a label
    /// or a frame around it, or a part of it), or what Python writes for an object. An application that cuts a model's
    /// words short ("…, but not since May") leaves more in the step than in the answer.
    pub(super) fn knows(&mut self, text: String) -> bool {
        self.read();
        let telling = self.answer.len() >= TELLING || self.answer.len() * 4 >= text.len();
        // A word of it may be what a router or a guardrail decided.
        let sentence = || self.answer.starts_with(&text) && text.ends_with(['.', '!', '?']);
        let most = text.len() >= TELLING || 2 * text.len() >= self.answer.len();
        let part = || !self.draft && (most || sentence()) || dresses(&self.answer, &text);
        let part = self.answer == text || self.answer.contains(&text) && part();
        let same = !self.answer.is_empty() && (part || (telling && dresses(&text, &self.answer)));
        text.is_empty() || is_python_object(&text) || same || !self.known.insert(key(text))
    }

    /// The same of words that were cut: the answer, or a step, is these words and no more.
    pub(super) fn knows_whole(&mut self, text: String) -> bool {
        self.read();
        self.answer == text || !self.known.insert(key(text))
    }

    fn read(&mut self) {
        if let Some(answer) = self.answered.take() {
            self.answer = squeezed(&words(&answer));
        }
        self.known.extend(self.unread.drain(..).map(|t| key(squeezed(&t))));
    }
}

/// Two spellings of one value are one: a judge's result and what its model wrote differ in spaces alone.
fn key(text: String) -> String {
    let value = text.starts_with(['{', '[']) && text.len() <= VALUE;
    value.then(|| Some(parse(&text).ok()?.0.to_json())).flatten().unwrap_or(text)
}

/// Values of more bytes are compared as they are written.
const VALUE: usize = 4096;

/// A text that is the answer with nothing but labels and frames around it: "Final answer: …", `<answer>…</answer>`,
/// `{"answer": "…"}`.
fn dresses(text: &str, answer: &str) -> bool {
    let Some((before, after)) = text.rsplit_once(answer) else { return in_json(text, answer) };
    if text.starts_with(['{', '[']) {
        return in_json(text, answer);
    }
    let (before, after) = (without_tags(before), without_tags(after));
    let words = before.split_whitespace().filter(|w| w.contains(char::is_alphanumeric)).count();
    let colon = before.trim_end_matches([' ', '*', '"', '`', '_', '“']).ends_with(':');
    let label = words == 0 || words <= LABEL && colon;
    label && !after.contains(char::is_alphanumeric)
}

/// Words of a label before an answer, at most.
const LABEL: usize = 3;

/// Bytes of a frame of JSON around an answer, at most.
const FRAME: usize = 1024;

/// A value that holds the answer and nothing else that says something.
fn in_json(text: &str, answer: &str) -> bool {
    fn leaves(json: &Json<'_>, found: &mut Vec<String>) {
        json.items().iter().chain(json.members().iter().map(|(_, v)| v)).for_each(|v| leaves(v, found));
        if !json.is_object() && !matches!(json, Json::Array(_)) && !json.is_null() {
            found.push(squeezed(&json.plain()));
        }
    }
    let small = text.starts_with(['{', '[']) && text.len() < FRAME + 2 * answer.len();
    let Some((json, _)) = small.then(|| parse(text).ok()).flatten() else { return false };
    let mut found = Vec::new();
    leaves(&json, &mut found);
    let mut said = found.iter().filter(|t| !t.is_empty()).peekable();
    said.peek().is_some() && said.all(|t| t == answer)
}

fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('<') {
        out.push_str(before);
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

/// `<async_generator object … at 0x…>`: what Python writes where there was nothing to write.
fn is_python_object(text: &str) -> bool {
    text.starts_with('<') && text.ends_with('>') && (text.contains(" object") || text.contains("=<class '"))
}

/// A text without its white space: what two spellings of one text have in common.
pub(super) fn squeezed(text: &str) -> String {
    // Most texts are.
    let plain = |pair: &[u8]| pair.iter().all(|b| matches!(b, b' '..=b'~')) && pair != b"  ";
    if text.as_bytes().windows(2).all(plain) && text.trim().len() == text.len() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::conversation::Role;

    #[test]
    fn what_the_root_told_is_known_in_any_spacing() {
        let mut spoken = Spoken::default();
        spoken.told(&"one  two\nthree".into());
        spoken.answered(Some(&Message::words(Role::Assistant, "It ships on Monday, by air.")));
        assert!(!spoken.is_new("one two three"));
        assert!(spoken.knows("ships on Monday".into()), "a part of the answer");
        assert!(spoken.knows("Final: It ships on Monday, by air.".into()), "the answer, quoted");
        assert!(spoken.knows("<answer>It ships on Monday, by air.</answer>".into()), "in a frame");
        assert!(spoken.knows(r#"{"answer":"It ships on Monday, by air.","notes":null}"#.into()), "in a value");
        assert!(spoken.is_new(r#"{"a": 1, "b": [2]}"#) && spoken.knows(r#"{"a":1,"b":[2]}"#.into()), "in other spaces");
        for more in [
            "Monday",
            "It ships on Monday, by air. But not in May.",
            "No! It ships on Monday, by air.",
            "It is not true that It ships on Monday, by air.",
            "I guess: It ships on Monday, by air. (I am not sure.)",
            r#"{"answer":"It ships on Monday, by air.","confidence":0.1}"#,
        ] {
            assert!(!spoken.knows(more.into()), "{more}");
        }
        assert!(spoken.knows("<generator object f at 0x1>".into()));
        assert!(!spoken.knows("It ships by sea".into()));
        assert!(spoken.knows("It ships by sea".into()), "the second time");
    }
}
