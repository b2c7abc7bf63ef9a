//! Whether inputs or outputs are worth reading for documents: they may have megabytes, and most mention none.

use aho_corasick::AhoCorasick;
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// Words that are looked for together.
pub(in crate::model) type Words = LazyLock<Wanted>;

/// Few are looked for one after the other, which takes 2 ms each for 5 MB of JSON; nine at once take 12. Two or three at
/// once would take 50: they are looked for by their first letters, and those are everywhere.
pub(in crate::model) enum Wanted {
    Few(Vec<Finder<'static>>),
    /// `None`: nothing could be made ready, and everything is read.
    Many(Option<AhoCorasick>),
}

/// So many are few.
const FEW: usize = 4;

/// Makes them ready.
pub(in crate::model) fn words(words: &[&'static str]) -> Wanted {
    if words.len() <= FEW {
        Wanted::Few(words.iter().map(|word| Finder::new(word.as_bytes())).collect())
    } else {
        Wanted::Many(AhoCorasick::new(words).ok())
    }
}

impl Wanted {
    /// One of them stands in a text.
    pub(in crate::model) fn stands_in(&self, text: &str) -> bool {
        match self {
            Self::Few(finders) => finders.iter().any(|f| f.find(text.as_bytes()).is_some()),
            Self::Many(all) => all.as_ref().is_none_or(|all| all.is_match(text)),
        }
    }
}

/// One of the words stands in a JSON text. One string, which holds no documents, is not gone through.
pub(super) fn mentions(text: &str, words: &Words) -> bool {
    !text.trim_start().starts_with('"') && words.stands_in(text)
}

/// Bytes of the longest answer that is gone through for what it rests on. More than that is data, not a model's words.
const ANSWER: usize = 2 << 20;

/// One of the words stands in a model's answer.
pub(super) fn answer_mentions(text: &str, words: &Words) -> bool {
    text.len() <= ANSWER && mentions(text, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_among_values_and_not_in_a_string() {
        static WORDS: Words = LazyLock::new(|| words(&["page_content", "\"citations\""]));
        assert!(mentions(r#"{"a":[{"page_content":"x"}]}"#, &WORDS));
        assert!(mentions(r#" {"citations":[]}"#, &WORDS));
        assert!(!mentions(r#"{"page":"content"}"#, &WORDS));
        assert!(!mentions(r#" "page_content""#, &WORDS));
        static MANY: Words = LazyLock::new(|| words(&["one", "two", "three", "four", "page_content"]));
        assert!(mentions(r#"{"a":[{"page_content":"x"}]}"#, &MANY) && !mentions(r#"{"page":"content"}"#, &MANY));
        let padded = |bytes: usize| format!(r#"{{"citations":"{}"}}"#, " ".repeat(bytes));
        assert!(answer_mentions(&padded(10), &WORDS));
        assert!(!answer_mentions(&padded(ANSWER), &WORDS) && mentions(&padded(ANSWER), &WORDS));
    }
}
