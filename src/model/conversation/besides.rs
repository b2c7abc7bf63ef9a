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
    fn value(&mut self, text: &str) {
        self.note(text);
        if text.len() <= MOST
            && text.trim_start().starts_with(['{', '[', '"'])
            && let Ok((json, _)) = parse(text)
        {
            self.texts(&json);
        }
    }

    fn texts(&mut self, json: &Json<'_>) {
        if let Some(text) = json.as_text() {
            return self.note(&text);
        }
        json.items().iter().for_each(|item| self.texts(item));
        json.members().iter().for_each(|(_, value)| self.texts(value));
    }

    /// What of a text is told nowhere; "…" stands for what is.
    fn news(&self, text: &str) -> Option<String> {
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
        if known.whole.contains(&squeezed(&words(m))) {
            return None;
        }
        let news = |p: &Part| match p {
            Part::Text(t) => Some(Part::Text(known.news(t)?.into())),
            Part::Data(t) => known.news(t).map(|_| Part::Data(t.clone())),
            _ => None,
        };
        let parts: Vec<Part> = m.parts.iter().filter_map(news).collect();
        (!parts.is_empty()).then(|| Message { parts, ..m.clone() })
    });
    each.collect()
}
