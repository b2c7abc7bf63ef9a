//! Names with `*` (any characters, dots too) and `?` (one), whatever their case.

use std::fmt;

/// A pattern for names and paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob(String);

impl Glob {
    /// Takes a pattern as written.
    #[must_use]
    pub fn new(pattern: &str) -> Self {
        Self(pattern.to_owned())
    }

    /// Whether all of `text` fits. Linear in memory; time at most the product of the lengths.
    #[must_use]
    pub fn fits(&self, text: &str) -> bool {
        let (mut pattern, mut rest) = (self.0.as_str(), text);
        // Where to go on if the last `*` has to take one character more.
        let mut again: Option<(&str, &str)> = None;
        loop {
            let mut p = pattern.chars();
            let mut t = rest.chars();
            match (p.next(), t.next()) {
                (None, None) => return true,
                (Some('*'), _) => {
                    pattern = p.as_str();
                    again = Some((pattern, rest));
                }
                (Some(want), Some(have)) if want == '?' || same(want, have) => {
                    (pattern, rest) = (p.as_str(), t.as_str());
                }
                _ => {
                    let Some((after_star, from)) = again else { return false };
                    let mut more = from.chars();
                    if more.next().is_none() {
                        return false;
                    }
                    (pattern, rest) = (after_star, more.as_str());
                    again = Some((after_star, rest));
                }
            }
        }
    }

    /// Whether something below the path might fit: only then is it worth looking into what would be left out.
    #[must_use]
    pub fn may_fit_below(&self, path: &str) -> bool {
        let literal = self.0.find(['*', '?']).map_or(self.0.as_str(), |at| self.0.get(..at).unwrap_or_default());
        let wild = literal.len() < self.0.len();
        let starts =
            |long: &str, short: &str| long.get(..short.len()).is_some_and(|start| start.eq_ignore_ascii_case(short));
        let below = format!("{path}.");
        starts(literal, &below) || (wild && starts(&below, literal))
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn same(a: char, b: char) -> bool {
    a == b || a.to_lowercase().eq(b.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The plain definition.
    fn slow(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some(('*', rest)), _) => (0..=text.len()).any(|n| slow(rest, &text[n..])),
            (Some(('?', rest)), Some((_, more))) => slow(rest, more),
            (Some((p, rest)), Some((t, more))) => same(*p, *t) && slow(rest, more),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn globs_agree_with_their_definition(pattern in "[aB.*?]{0,8}", text in "[Ab.é]{0,10}") {
            let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
            prop_assert_eq!(Glob::new(&pattern).fits(&text), slow(&p, &t));
        }

        #[test]
        fn what_fits_below_is_never_missed(pattern in "[ab.*?]{0,6}", path in "[ab]{1,3}", rest in "[ab.]{1,4}") {
            let glob = Glob::new(&pattern);
            if glob.fits(&format!("{path}.{rest}")) {
                prop_assert!(glob.may_fit_below(&path));
            }
        }
    }
}
