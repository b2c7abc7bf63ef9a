//! Case-insensitive search over sanitised text: all places at once, and quickly again as the needle grows.

/// A needle and where it was found.
#[derive(Debug, Clone, Default)]
pub struct Search {
    needle: String,
    folded: Vec<char>,
    hits: Vec<u32>,
}

impl Search {
    /// Looks for `needle` in `text`. Where `self` was for a beginning of it, only its places are looked at again.
    pub fn find(&mut self, text: &str, needle: &str) {
        let folded: Vec<char> = needle.chars().map(fold).collect();
        let grows = !self.folded.is_empty() && folded.starts_with(&self.folded);
        self.needle = needle.to_owned();
        self.folded = folded;
        if self.folded.is_empty() {
            self.hits.clear();
        } else if grows {
            let folded = &self.folded;
            self.hits.retain(|at| match_end(text, *at as usize, folded).is_some());
        } else {
            self.hits = places(text, &self.folded);
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// What is looked for.
    #[must_use]
    pub fn needle(&self) -> &str {
        &self.needle
    }

    /// Byte offsets of the matches, ascending; matches may overlap.
    #[must_use]
    pub fn hits(&self) -> &[u32] {
        &self.hits
    }

    /// Where the match at `at` ends.
    #[must_use]
    pub fn end(&self, text: &str, at: u32) -> usize {
        match_end(text, at as usize, &self.folded).unwrap_or(at as usize)
    }
}

/// One character without its case. One to one, so that places in the text stay places in the text.
fn fold(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

fn match_end(text: &str, at: usize, folded: &[char]) -> Option<usize> {
    let mut rest = text.get(at..)?.char_indices();
    for want in folded {
        let (_, c) = rest.next()?;
        if fold(c) != *want {
            return None;
        }
    }
    Some(rest.next().map_or(text.len(), |(end, _)| at + end))
}

fn places(text: &str, folded: &[char]) -> Vec<u32> {
    let Some(&first) = folded.first() else { return Vec::new() };
    // Of all other characters only the Kelvin sign folds into ASCII: without a `k`, bytes can be compared.
    if folded.iter().all(|c| c.is_ascii() && *c != 'k') {
        let bytes = text.as_bytes();
        let needle: Vec<u8> = folded.iter().map(|c| *c as u8).collect();
        let (lower, upper) = (needle.first().copied().unwrap_or(0), needle.first().map_or(0, u8::to_ascii_uppercase));
        let fits = |at: &usize| bytes.get(*at..at + needle.len()).is_some_and(|b| b.eq_ignore_ascii_case(&needle));
        let found = memchr::memchr2_iter(lower, upper, bytes).filter(fits);
        return found.filter_map(|at| u32::try_from(at).ok()).collect();
    }
    let accept = |at: usize| match_end(text, at, folded).and_then(|_| u32::try_from(at).ok());
    text.char_indices().filter(|(_, c)| fold(*c) == first).filter_map(|(at, _)| accept(at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hits(text: &str, needle: &str) -> Vec<u32> {
        let mut search = Search::default();
        search.find(text, needle);
        search.hits().to_vec()
    }

    #[test]
    fn case_does_not_matter_in_any_script() {
        assert_eq!(hits("Acme ACME acme", "aCmE"), [0, 5, 10]);
        assert_eq!(hits("ÄÖ äö", "äö"), [0, 5]);
        assert_eq!(hits("日本語 日本", "日本"), [0, 10]);
    }

    #[test]
    fn a_growing_needle_finds_the_same_as_a_new_one() {
        let text = "banana Bandana ban";
        let mut search = Search::default();
        for needle in ["b", "ba", "ban", "band"] {
            search.find(text, needle);
            assert_eq!(search.hits(), hits(text, needle));
        }
        search.find(text, "an");
        assert_eq!(search.hits(), hits(text, "an"));
    }

    proptest! {
        #[test]
        fn agrees_with_a_plain_search(text in "[abAB éÉ日K\u{212a}]{0,40}", needle in "[abAB éÉ日kK]{1,4}") {
            let plain: Vec<u32> = text
                .char_indices()
                .filter(|(at, _)| {
                    let rest: Vec<char> = text[*at..].chars().map(fold).collect();
                    rest.starts_with(&needle.chars().map(fold).collect::<Vec<_>>())
                })
                .map(|(at, _)| at as u32)
                .collect();
            prop_assert_eq!(hits(&text, &needle), plain);
        }
    }
}
