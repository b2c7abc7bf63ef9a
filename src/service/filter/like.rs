//! SQL's LIKE: `%` stands for any text, `_` for any one character. There is no escape; RLIKE has one.

use memchr::memmem;

/// A LIKE pattern, ready to be tried.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    source: String,
    fold: bool,
    /// What the pattern is made of, case folded where wanted.
    pieces: Vec<char>,
    /// Of `%text%`: the text, found by a fast search.
    within: Option<String>,
}

impl Pattern {
    /// `fold`: ILIKE, upper and lower case are the same.
    pub(super) fn new(source: String, fold: bool) -> Self {
        let text = if fold { folded(&source) } else { source.clone() };
        let within = text
            .strip_prefix('%')
            .and_then(|t| t.strip_suffix('%'))
            .filter(|t| !t.contains(['%', '_']))
            .map(ToOwned::to_owned);
        Self { pieces: text.chars().collect(), within, source, fold }
    }

    pub(super) fn source(&self) -> &str {
        &self.source
    }

    pub(super) const fn folds_case(&self) -> bool {
        self.fold
    }

    /// Whether the whole of `text` is of this shape.
    pub(super) fn matches(&self, text: &str) -> bool {
        if self.fold { self.matches_folded(&folded(text)) } else { self.matches_folded(text) }
    }

    fn matches_folded(&self, text: &str) -> bool {
        match &self.within {
            Some(needle) => memmem::find(text.as_bytes(), needle.as_bytes()).is_some(),
            None => whole(&self.pieces, text),
        }
    }
}

/// Lower case, one character for one where possible, so that `_` keeps its meaning.
fn folded(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.to_lowercase() }
}

/// Greedy with one place to go back to: the last `%`. Never more than pattern x text steps, and no recursion.
fn whole(pattern: &[char], text: &str) -> bool {
    let mut at = 0;
    let mut rest = text.chars();
    let mut back: Option<(usize, std::str::Chars<'_>)> = None;
    loop {
        if pattern.get(at) == Some(&'%') {
            at += 1;
            back = Some((at, rest.clone()));
            continue;
        }
        match (rest.next(), pattern.get(at)) {
            (None, None) => return true,
            (Some(c), Some(&p)) if p == '_' || p == c => at += 1,
            (None, Some(_)) => return false,
            (Some(_), _) => {
                let Some((after, from)) = &mut back else { return false };
                if from.next().is_none() {
                    return false;
                }
                at = *after;
                rest = from.clone();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, as slow as it is plain.
    fn reference(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((&'%', rest)), _) => (0..=text.len()).any(|n| reference(rest, &text[n..])),
            (Some((&p, rest)), Some((&c, more))) => (p == '_' || p == c) && reference(rest, more),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn like_is_what_its_definition_says(pattern in "[ab%_é]{0,7}", text in "[abé\n]{0,9}") {
            let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
            prop_assert_eq!(Pattern::new(pattern, false).matches(&text), reference(&p, &t));
        }

        #[test]
        fn ilike_ignores_case(text in "\\PC{0,12}") {
            prop_assert!(Pattern::new(text.to_uppercase().replace(['%', '_'], ""), true)
                .matches(&text.to_uppercase().replace(['%', '_'], "").to_lowercase().to_uppercase()));
        }
    }

    #[test]
    fn a_hostile_pattern_takes_no_exponential_time() {
        let pattern = "%a".repeat(50) + "b";
        assert!(!Pattern::new(pattern, false).matches(&"a".repeat(20_000)));
    }
}
