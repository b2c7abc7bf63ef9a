//! Characters as a search compares them: without their case, and in Unicode's canonical decomposition, in which `é` is the
//! same whether it was written as one code point or as two, and a Hangul syllable the same as its parts.
//!
//! The text itself is never changed: it is decomposed a character at a time, where something may be found.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::{canonical_combining_class, decompose_canonical};

/// Marks on one character that are put in order; who writes more (Unicode's stream-safe texts have 30) must write them
/// in that order to be found.
const MARKS: usize = 30;

/// A needle, ready to be compared.
pub(super) fn folded(needle: &str) -> Vec<char> {
    needle.nfd().map(fold).collect()
}

/// How many bytes before and after a place a match may reach.
pub(super) const fn reach(needle: &[char]) -> usize {
    (needle.len() + MARKS + 1) * 4
}

/// Whether a character belongs to the one before it.
pub(super) fn is_mark(c: char) -> bool {
    // Three signs of Tibetan are made of marks only, without being called one.
    !c.is_ascii() && (canonical_combining_class(c) != 0 || matches!(c, '\u{f73}' | '\u{f75}' | '\u{f81}'))
}

/// What a character begins with when it is decomposed.
pub(super) fn head(c: char) -> char {
    // Most of what is not ASCII on a screen has neither case nor parts: frames and bars, kana, the common ideographs.
    if c.is_ascii() || matches!(c, '\u{2500}'..='\u{259f}' | '\u{3041}'..='\u{304a}' | '\u{3400}'..='\u{9fff}') {
        return c.to_ascii_lowercase();
    }
    let mut first = None;
    decompose_canonical(c, |part| {
        first.get_or_insert(part);
    });
    fold(first.unwrap_or(c))
}

/// Where the match at `at` ends, if there is one. A character of which the needle has only the beginning counts, whole:
/// who looks for `cafe` finds `café`, however it is written.
pub(super) fn match_end(text: &str, at: usize, needle: &[char]) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut left) = (at, needle.iter());
    while !left.as_slice().is_empty() {
        let byte = *bytes.get(at)?;
        if byte.is_ascii() && bytes.get(at + 1).is_none_or(u8::is_ascii) {
            if *left.next()? != char::from(byte.to_ascii_lowercase()) {
                return None;
            }
            at += 1;
            continue;
        }
        let whole = text.get(at..at + cluster(text.get(at..)?))?;
        for part in whole.nfd().map(fold) {
            match left.next() {
                Some(want) if *want != part => return None,
                Some(_) => {}
                None => break,
            }
        }
        at += whole.len();
    }
    Some(at)
}

/// Bytes of the first character with its marks.
fn cluster(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    let end = |next: Option<(usize, char)>| next.map_or(text.len(), |(at, _)| at);
    for _ in 0..MARKS {
        match chars.next() {
            Some((_, c)) if is_mark(c) => {}
            other => return end(other),
        }
    }
    end(chars.next())
}

/// One character without its case. One to one, so that a needle that grows stays a beginning.
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
