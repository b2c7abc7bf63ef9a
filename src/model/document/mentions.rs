//! Whether inputs or outputs are worth reading for documents: they may have megabytes, and most mention none.

use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// Words that are looked for together: nine searches one after the other take 20 ms for 5 MB of JSON, this takes 12.
pub(super) type Words = LazyLock<Option<AhoCorasick>>;

/// Makes them ready.
pub(super) fn words(words: &[&str]) -> Option<AhoCorasick> {
    AhoCorasick::new(words).ok()
}

/// One of the words stands in a JSON text. One string, which holds no documents, is not gone through.
pub(super) fn mentions(text: &str, words: &Words) -> bool {
    // No list here is too large to be made ready; without one everything would be read.
    !text.trim_start().starts_with('"') && words.as_ref().is_none_or(|w| w.is_match(text))
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
        let padded = |bytes: usize| format!(r#"{{"citations":"{}"}}"#, " ".repeat(bytes));
        assert!(answer_mentions(&padded(10), &WORDS));
        assert!(!answer_mentions(&padded(ANSWER), &WORDS) && mentions(&padded(ANSWER), &WORDS));
    }
}
