//! What the answering model was given and nothing else in the conversation tells: context put into its prompt, a second
//! system prompt, a developer's message, the question in other words. Whether an answer is grounded hangs on it.

use super::assemble::words;
use super::spoken::squeezed;
use super::{Entry, Message, Part, Role};
use crate::model::document::Retrieval;
use crate::model::json::{Json, parse_shape as parse};
use std::collections::HashSet;

/// Below so many bytes a text is not looked for inside a longer one.
const TELLING: usize = 16;
/// Texts of more bytes are told whole, and so many told texts are looked for in one: more would hold up the opening.
const MOST: usize = 256 << 10;
const MANY: usize = 200;

/// Texts that the conversation tells before the answer: no answer and no step is among them, since what they rest on may
/// well read like them.
pub(super) struct Known<'k> {
    whole: HashSet<String>,
    inside: Vec<String>,
    question: &'k str,
}

impl<'k> Known<'k> {
    pub(super) fn new(
        heard: &[Message],
        around: [&[Entry]; 2],
        retrievals: &[Retrieval],
        question: Option<&'k str>,
    ) -> Self {
        let mut found =
            Self { whole: HashSet::new(), inside: Vec::new(), question: question.unwrap_or_default().trim() };
        let documents = retrievals.iter().flat_map(|r| &r.documents).map(|d| d.content.as_str());
        documents.for_each(|text| found.note(text));
        let told = around.into_iter().flatten().filter_map(|e| match e {
            Entry::Message { message, .. } => Some(message),
            _ => None,
        });
        for entry in around.into_iter().flatten() {
            if let Entry::Aside { result, .. } = entry {
                found.value(result);
            }
        }
        for part in heard.iter().chain(told).flat_map(|m| &m.parts) {
            match part {
                Part::Text(t) => found.note(t),
                Part::Data(t) | Part::Result { text: t, .. } => found.value(t),
                Part::Call(call) => call.result.iter().for_each(|t| found.value(t)),
                _ => {}
            }
        }
        // The longest first: a short one may stand inside it.
        found.inside.sort_by_key(|t| std::cmp::Reverse(t.len()));
        found.inside.dedup();
        found
    }

    /// Whether a text is told, whole or inside another.
    pub(super) fn tells(&self, text: &str) -> bool {
        let inside = || self.inside.iter().any(|told| told.contains(text));
        self.whole.contains(text) || text.len() >= TELLING && inside()
    }

    fn note(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() || text.len() > MOST {
            return;
        }
        self.whole.insert(squeezed(text));
        if text.len() >= TELLING && self.inside.len() < MANY {
            self.inside.push(text.to_owned());
        }
    }

    /// A value's texts.
    pub(super) fn value(&mut self, text: &str) {
        self.note(text);
        if text.len() <= MOST
            && text.trim_start().starts_with(['{', '[', '"'])
            && let Ok((json, _)) = parse(text)
        {
            self.texts(&json);
        }
    }

    /// A value has a text of some length that is told nowhere.
    fn says_more(&self, value: &str) -> bool {
        fn any(json: &Json<'_>, known: &Known<'_>) -> bool {
            let text = json.as_text().is_some_and(|t| t.len() >= TELLING && known.news(&t).is_some());
            text || json.items().iter().chain(json.members().iter().map(|(_, v)| v)).any(|v| any(v, known))
        }
        value.len() <= MOST && parse(value).is_ok_and(|(json, _)| any(&json, self))
    }

    fn texts(&mut self, json: &Json<'_>) {
        if let Some(text) = json.as_text() {
            return self.note(&text);
        }
        json.items().iter().for_each(|item| self.texts(item));
        json.members().iter().for_each(|(_, value)| self.texts(value));
    }

    /// What of a text is told nowhere; "…" stands for what is.
    pub(super) fn news(&self, text: &str) -> Option<String> {
        if self.whole.contains(&squeezed(text)) {
            return None;
        }
        let mut rest = text.to_owned();
        if text.len() > MOST {
            return Some(rest);
        }
        for told in &self.inside {
            if rest.contains(told.as_str()) {
                rest = rest.replace(told.as_str(), "…");
            }
        }
        let bound = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        if let Some((before, after)) = rest.rsplit_once(self.question).filter(|_| !self.question.is_empty())
            && bound(before.chars().next_back())
            && bound(after.chars().next())
        {
            rest = format!("{before}…{after}");
        }
        rest.split(['\n', '…']).any(says).then_some(rest)
    }
}

/// It is more than a label ("Question:") or a tag around what stands elsewhere.
fn says(piece: &str) -> bool {
    let piece = piece.trim();
    let tag = piece.starts_with('<') && piece.ends_with('>') && !piece.contains(char::is_whitespace);
    let tag = tag && piece.matches('<').count() == 1;
    let label = piece.ends_with(':') && piece.split_whitespace().count() <= 3;
    !tag && !label && piece.chars().any(char::is_alphanumeric)
}

/// Of a model's input what nobody else tells.
pub(super) fn besides(input: &[Message], known: &Known<'_>) -> Vec<Message> {
    let given = input.iter().filter(|m| matches!(m.role, Role::System | Role::User));
    let each = given.filter_map(|m| {
        // The words were found inside a value that says more: a template's variables.
        let said = words(m);
        let around = |p: &Part| matches!(p, Part::Data(t) if t.contains(said.as_str()));
        let beside = m.parts.iter().skip(1).any(around);
        if !beside && known.whole.contains(&squeezed(&said)) {
            return None;
        }
        let news = |p: &Part| match p {
            Part::Text(t) => Some(Part::Text(known.news(t)?.into())),
            // Settings beside the words are none of it.
            Part::Data(t) if beside => known.says_more(t).then(|| Part::Data(t.clone())),
            Part::Data(t) => known.news(t).map(|_| Part::Data(t.clone())),
            _ => None,
        };
        let parts: Vec<Part> = m.parts.iter().filter_map(news).collect();
        (!parts.is_empty()).then(|| Message { parts, ..m.clone() })
    });
    each.collect()
}
