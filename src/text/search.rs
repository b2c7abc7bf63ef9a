//! Case-insensitive search over sanitised text: all places at once, and quickly again as the needle grows.

/// A needle and where it was found.
#[derive(Debug, Clone, Default)]
pub struct Search {
    needle: String,
    folded: Vec<char>,
    hits: Vec<u32>,
    pending: bool,
}

impl Search {
    /// All places of `needle` in `text`.
    #[must_use]
    pub fn of(text: &str, needle: &str) -> Self {
        let mut search = Self::default();
        search.find(text, needle);
        search
    }

    /// Looks for `needle` from now on; the places are still to come ([`Self::is_pending`]).
    pub fn expect(&mut self, needle: &str) {
        *self = Self { needle: needle.to_owned(), folded: needle.chars().map(fold).collect(), ..Self::default() };
        self.pending = !self.folded.is_empty();
    }

    /// The places are not known yet.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        self.pending
    }

    /// Looks for `needle` in `text`. Where `self` was for a beginning of it, only its places are looked at again.
    pub fn find(&mut self, text: &str, needle: &str) {
        let folded: Vec<char> = needle.chars().map(fold).collect();
        let grows = !self.folded.is_empty() && !self.pending && folded.starts_with(&self.folded);
        self.pending = false;
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

    /// The matches that touch `from..to` of `text`, found anew: what is on screen is marked before all places are
    /// known. Starts and ends, ascending.
    #[must_use]
    pub fn within(&self, text: &str, from: usize, to: usize) -> Vec<(usize, usize)> {
        if self.folded.is_empty() {
            return Vec::new();
        }
        // A match reaches into the part with at most so many bytes.
        let reach = self.folded.len() * 4;
        let start = text.floor_char_boundary(from.saturating_sub(reach));
        let end = text.ceil_char_boundary(to.saturating_add(reach).min(text.len()));
        let part = text.get(start..end).unwrap_or_default();
        let ends = |at: u32| Some((start + at as usize, start + match_end(part, at as usize, &self.folded)?));
        let found = places(part, &self.folded).into_iter().filter_map(ends);
        found.filter(|(at, stop)| *at < to && *stop > from).collect()
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
        fn a_part_is_marked_as_the_whole_is(text in "[abAB éÉ日K\u{212a}]{0,30}", needle in "[abAB éÉ日kK]{1,4}", a in 0usize..60, b in 0usize..60) {
            let (from, to) = (text.floor_char_boundary(a.min(b)), text.floor_char_boundary(a.max(b)));
            let search = Search::of(&text, &needle);
            let plain: Vec<(usize, usize)> = search.hits().iter().map(|h| (*h as usize, search.end(&text, *h)))
                .filter(|(at, end)| *at < to && *end > from).collect();
            prop_assert_eq!(search.within(&text, from, to), plain);
        }

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
