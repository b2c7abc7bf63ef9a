//! Search over sanitised text, whatever the case and the spelling of a character (`é` as one code point or as two): all
//! places at once, and quickly again as the needle grows.

use super::canonical::{folded, head, is_mark, match_end, reach};

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

    /// How many places there are of `needle` in `text`.
    #[must_use]
    pub fn count(text: &str, needle: &str) -> usize {
        let mut count = 0;
        each_place(text, &folded(needle), |_| count += 1);
        count
    }

    /// Looks for `needle` from now on; the places are still to come ([`Self::is_pending`]).
    pub fn expect(&mut self, needle: &str) {
        *self = Self { needle: needle.to_owned(), folded: folded(needle), ..Self::default() };
        self.pending = !self.folded.is_empty();
    }

    /// The places are not known yet.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        self.pending
    }

    /// Looks for `needle` in `text`. Where `self` was for a beginning of it, only its places are looked at again.
    pub fn find(&mut self, text: &str, needle: &str) {
        let folded = folded(needle);
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
        let reach = reach(&self.folded);
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

fn places(text: &str, needle: &[char]) -> Vec<u32> {
    let mut found = Vec::new();
    each_place(text, needle, |at| found.extend(u32::try_from(at)));
    found
}

fn each_place(text: &str, needle: &[char], mut found: impl FnMut(usize)) {
    let Some(&first) = needle.first() else { return };
    let bytes = text.as_bytes();
    let mut take = |at: usize, sure: bool| {
        if sure || match_end(text, at, needle).is_some() {
            found(at);
        }
    };
    let ascii = u8::try_from(first).ok().filter(u8::is_ascii);
    let mut at = 0;
    while at < bytes.len() {
        let run = ascii_run(bytes, at);
        if let (Some(lower), Some(plain)) = (ascii, bytes.get(at..run)) {
            // One letter has hundreds of thousands of places, and whatever marks follow it: it is found.
            let one = needle.len() == 1;
            memchr::memchr2_iter(lower, lower.to_ascii_uppercase(), plain).for_each(|i| take(at + i, one));
        }
        at = run;
        // Characters of their own, up to the next that is ASCII.
        for c in text.get(run..).unwrap_or_default().chars().take_while(|c| !c.is_ascii()) {
            if head(c) == first || is_mark(first) && is_mark(c) {
                take(at, false);
            }
            at += c.len_utf8();
        }
    }
}

/// Where the ASCII from `at` on ends.
fn ascii_run(bytes: &[u8], at: usize) -> usize {
    /// Bytes that are looked at together.
    const BLOCK: usize = 256;
    let mut end = at;
    for block in bytes.get(at..).unwrap_or_default().chunks(BLOCK) {
        if !block.is_ascii() {
            return end + block.iter().position(|b| !b.is_ascii()).unwrap_or(0);
        }
        end += block.len();
    }
    end
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

    #[test]
    fn spellings_of_one_character_find_each_other_and_mark_all_of_it() {
        let check = |text: &str, needle: &str, want: &[&str]| {
            let search = Search::of(text, needle);
            let found: Vec<&str> = search.hits().iter().map(|at| &text[*at as usize..search.end(text, *at)]).collect();
            assert_eq!(found, want, "{needle:?} in {text:?}");
        };
        let (one, two) = ("caf\u{e9} ", "cafe\u{301} ");
        for text in [one, two, "CAF\u{c9} ", "CAFE\u{301} "] {
            let word = text.trim_end();
            for needle in [one.trim_end(), two.trim_end()] {
                check(text, needle, &[word]);
            }
            // Half a character is found as well, and marked whole, so that the needle can go on.
            check(text, "cafe", &[word]);
            check(text, "cafes", &[]);
        }
        // Hangul as a syllable and as its parts; marks in another order; a sign that stands for a letter.
        check("각하", "\u{1100}\u{1161}\u{11a8}", &["각"]);
        check("\u{1112}\u{1161} \u{1100}\u{1161}\u{11a8}", "각", &["\u{1100}\u{1161}\u{11a8}"]);
        check("a\u{301}\u{323} ạ\u{301} á\u{323}", "ạ\u{301}", &["a\u{301}\u{323}", "ạ\u{301}", "á\u{323}"]);
        check("5 \u{212b} 5 Å", "a\u{30a}", &["\u{212b}", "Å"]);
        check("\u{212a} k K", "k", &["\u{212a}", "k", "K"]);
    }

    /// Letters with and without marks, as one character and as two; marks of several classes; Hangul and its parts.
    const TEXT: &str =
        "[abAe éÉk日K각가ế\u{212a}\u{212b}\u{301}\u{302}\u{323}\u{30a}\u{1100}\u{1161}\u{11a8}\u{f73}\u{f71}]{0,40}";
    const NEEDLE: &str = "[abAe éÉk日K각가ế\u{212b}\u{301}\u{302}\u{323}\u{1100}\u{1161}\u{11a8}]{1,4}";

    /// Every place where the rest of the text, decomposed, begins with the needle, decomposed.
    fn slowly(text: &str, needle: &str) -> Vec<(usize, usize)> {
        use unicode_normalization::UnicodeNormalization as _;
        let low = |t: &str| t.nfd().flat_map(char::to_lowercase).collect::<String>();
        let needle = low(needle);
        let starts = text.char_indices().filter(|(at, _)| low(&text[*at..]).starts_with(&needle));
        let end = |at: usize| {
            let ends = text[at..].char_indices().map(|(i, _)| at + i).skip(1).chain([text.len()]);
            let whole = |end: &usize| text[*end..].chars().next().is_none_or(|c| !is_mark(c));
            ends.filter(whole).find(|end| low(&text[at..*end]).starts_with(&needle)).unwrap()
        };
        starts.map(|(at, _)| (at, end(at))).collect()
    }

    proptest! {
        #[test]
        fn a_part_is_marked_as_the_whole_is(text in TEXT, needle in NEEDLE, a in 0usize..60, b in 0usize..60) {
            let (from, to) = (text.floor_char_boundary(a.min(b)), text.floor_char_boundary(a.max(b)));
            let search = Search::of(&text, &needle);
            let plain: Vec<(usize, usize)> = search.hits().iter().map(|h| (*h as usize, search.end(&text, *h)))
                .filter(|(at, end)| *at < to && *end > from).collect();
            prop_assert_eq!(search.within(&text, from, to), plain);
        }

        #[test]
        fn agrees_with_a_plain_search(text in TEXT, needle in NEEDLE) {
            let search = Search::of(&text, &needle);
            let found: Vec<_> = search.hits().iter().map(|at| (*at as usize, search.end(&text, *at))).collect();
            prop_assert_eq!(Search::count(&text, &needle), found.len());
            prop_assert_eq!(found, slowly(&text, &needle));
        }

        #[test]
        fn every_needle_that_grows_finds_what_a_new_one_does(text in TEXT, needle in NEEDLE) {
            let mut search = Search::default();
            for (end, _) in needle.char_indices().skip(1).chain([(needle.len(), ' ')]) {
                search.find(&text, &needle[..end]);
                prop_assert_eq!(search.hits(), hits(&text, &needle[..end]));
            }
        }
    }
}
