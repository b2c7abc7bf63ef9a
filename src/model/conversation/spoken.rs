//! What has been said and thought already, white space apart: no step tells it again.
//!
//! The root's own words are read when a step is first compared with them. An answer of several megabytes mostly has no
//! step beside it, and going through it took longer than everything else in opening its trace.

use super::Message;
use super::assemble::words;
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
        self.known.insert(squeezed(text))
    }

    /// True where a step's words say nothing new: empty, said before, the answer in other clothes (quoted whole in
    /// something little longer, or a part of it), or what Python writes for an object.
    pub(super) fn knows(&mut self, text: String) -> bool {
        self.read();
        let telling = self.answer.len() >= TELLING || self.answer.len() * 4 >= text.len();
        let same = !self.answer.is_empty() && (self.answer.contains(&text) || (telling && text.contains(&self.answer)));
        text.is_empty() || is_python_object(&text) || same || !self.known.insert(text)
    }

    fn read(&mut self) {
        if let Some(answer) = self.answered.take() {
            self.answer = squeezed(&words(&answer));
        }
        self.known.extend(self.unread.drain(..).map(|t| squeezed(&t)));
    }
}

/// `<async_generator object … at 0x…>`: what Python writes where there was nothing to write.
fn is_python_object(text: &str) -> bool {
    text.starts_with('<') && text.ends_with('>') && (text.contains(" object") || text.contains("=<class '"))
}

/// A text without its white space: what two spellings of one text have in common.
pub(super) fn squeezed(text: &str) -> String {
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
        assert!(spoken.knows("<generator object f at 0x1>".into()));
        assert!(!spoken.knows("It ships by sea".into()));
        assert!(spoken.knows("It ships by sea".into()), "the second time");
    }
}
