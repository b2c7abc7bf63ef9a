//! The words of a query, and where a text has them: what a reader looks for in a retrieved document.

use nucleo_matcher::chars::normalize;
use std::collections::HashSet;

/// Words of a query that are looked for, at most.
const TERMS: usize = 40;
/// Characters of a query that are looked at.
const QUERY: usize = 4000;
/// Marks in one text, at most: beyond that they say nothing.
pub const MARKS: usize = 500;

/// What says nothing about a query's subject, in the languages that traces are mostly written in.
const STOP: &[&str] = &[
    "about", "after", "all", "also", "and", "any", "are", "because", "been", "but", "can", "could", "did", "does",
    "for", "from", "get", "give", "had", "has", "have", "her", "him", "his", "how", "into", "its", "may", "more",
    "most", "not", "off", "one", "our", "out", "over", "please", "she", "should", "some", "such", "tell", "than",
    "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "was", "were", "what", "when",
    "where", "which", "who", "whom", "whose", "why", "will", "with", "would", "you", "your", // English
    "aux", "avec", "ces", "cette", "comment", "dans", "des", "est", "les", "leur", "mais", "mes", "nous", "par", "pas",
    "pour", "quand", "que", "quel", "quelle", "qui", "sont", "sur", "une", "vous", // French
    "como", "con", "cual", "cuando", "del", "donde", "ella", "ese", "esta", "este", "las", "los", "mas", "para",
    "pero", "por", "porque", "quien", "sin", "son", "sus", "una", // Spanish
    "aber", "auf", "aus", "bei", "das", "dem", "den", "der", "die", "ein", "eine", "fur", "ich", "ihr", "ist", "mit",
    "nach", "nicht", "oder", "sich", "sie", "sind", "und", "uber", "von", "wann", "warum", "was", "wer", "wie", "wir",
    "zum", "zur", // German
];

/// The words of a query, without case and diacritics. Scripts that write without spaces are taken in pairs of
/// characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    words: HashSet<String>,
    pairs: HashSet<(char, char)>,
    /// A query of a single such character.
    single: Option<char>,
}

impl Terms {
    /// Those of a query.
    #[must_use]
    pub fn of(query: &str) -> Self {
        let mut terms = Self::default();
        let query: String = query.chars().take(QUERY).collect();
        for token in tokens(&query) {
            if terms.words.len() + terms.pairs.len() >= TERMS {
                break;
            }
            let text = query.get(token.from..token.to).unwrap_or_default();
            if token.dense {
                let chars: Vec<char> = text.chars().map(fold).collect();
                terms.pairs.extend(chars.windows(2).filter_map(|w| Some((*w.first()?, *w.get(1)?))));
                if let [one] = chars.as_slice() {
                    terms.single = Some(*one);
                }
            } else if let Some(word) = telling(text) {
                terms.words.insert(word);
            }
        }
        if !terms.pairs.is_empty() {
            terms.single = None;
        }
        terms
    }

    /// True where nothing is looked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.pairs.is_empty() && self.single.is_none()
    }

    /// Where a text has them: byte ranges, ascending and apart, at most `MARKS`.
    #[must_use]
    pub fn places(&self, text: &str) -> Vec<(usize, usize)> {
        let mut found: Vec<(usize, usize)> = Vec::new();
        if self.is_empty() {
            return found;
        }
        for token in tokens(text) {
            if found.len() >= MARKS {
                break;
            }
            let inside = text.get(token.from..token.to).unwrap_or_default();
            if !token.dense {
                if self.words.contains(&stem(inside)) {
                    found.push((token.from, token.to));
                }
                continue;
            }
            let mut before: Option<(usize, char)> = None;
            for (at, c) in inside.char_indices() {
                let (from, to) = (token.from + at, token.from + at + c.len_utf8());
                let c = fold(c);
                let pair = before.filter(|(_, b)| self.pairs.contains(&(*b, c)));
                if let Some(start) = pair.map(|(start, _)| start).or((self.single == Some(c)).then_some(from)) {
                    match found.last_mut().filter(|last| last.1 >= start) {
                        Some(last) => last.1 = to,
                        None => found.push((start, to)),
                    }
                }
                before = Some((from, c));
            }
        }
        found
    }
}

/// A word, or a run of characters of a script without spaces.
struct Token {
    from: usize,
    to: usize,
    dense: bool,
}

fn tokens(text: &str) -> impl Iterator<Item = Token> + '_ {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (from, first) = chars.find(|(_, c)| c.is_alphanumeric())?;
        let kind = dense(first);
        let mut to = from + first.len_utf8();
        while let Some((at, c)) =
            chars.next_if(|(_, c)| is_mark(*c) || c.is_alphanumeric() && dense(*c) == kind || *c == '_' && !kind)
        {
            to = at + c.len_utf8();
        }
        Some(Token { from, to, dense: kind })
    })
}

/// Scripts that are written without spaces between words (Korean has some, but its endings cling to its words).
fn dense(c: char) -> bool {
    matches!(u32::from(c),
        0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff // Thai, Lao, Burmese, Khmer
        | 0x3040..=0x30ff | 0x31f0..=0x31ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff // kana, Han
        | 0x1100..=0x11ff | 0xac00..=0xd7af // Hangul
        | 0x20000..=0x3ffff)
}

fn is_mark(c: char) -> bool {
    matches!(u32::from(c), 0x0300..=0x036f | 0x064b..=0x065f | 0x0e31..=0x0e4e | 0x0900..=0x0903 | 0x093a..=0x094f)
}

fn fold(c: char) -> char {
    let c = normalize(c);
    let mut lower = c.to_lowercase();
    lower.next().unwrap_or(c)
}

/// A word without case, diacritics and the ending of the plural, so that "issue" finds "issues".
fn stem(word: &str) -> String {
    let mut folded: String = word.chars().filter(|c| !is_mark(*c)).map(fold).collect();
    let plural = folded.len() > 3 && folded.ends_with('s') && !folded.ends_with("ss") && !folded.ends_with("us");
    if plural && folded.is_ascii() {
        folded.pop();
    }
    folded
}

/// The word as it is looked for, unless it says nothing: stop words, and short ones but numbers and capitals (P0, EU).
fn telling(word: &str) -> Option<String> {
    let whole: String = word.chars().filter(|c| !is_mark(*c)).map(fold).collect();
    let short = whole.chars().count() < 3;
    let number = word.chars().any(|c| c.is_ascii_digit());
    let capitals = word.chars().count() > 1 && word.chars().all(char::is_uppercase);
    (!STOP.contains(&whole.as_str()) && (!short || number || capitals)).then(|| stem(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn marked<'t>(query: &str, text: &'t str) -> Vec<&'t str> {
        Terms::of(query).places(text).into_iter().map(|(from, to)| &text[from..to]).collect()
    }

    #[test]
    fn words_are_found_without_case_diacritics_and_plural() {
        assert_eq!(marked("What issues does Acme have?", "An issue of ACME; the issued acmeist"), ["issue", "ACME"]);
        assert_eq!(
            marked("résumé", "Resume RÉSUMÉS re\u{301}sume\u{301}"),
            ["Resume", "RÉSUMÉS", "re\u{301}sume\u{301}"]
        );
        assert_eq!(marked("order 7 in the EU", "Order 7, 77: EU or eu, in the"), ["Order", "7", "EU", "eu"]);
    }

    #[test]
    fn stop_words_and_short_words_are_not_terms() {
        assert!(Terms::of("what is the and of to?").is_empty());
        assert!(Terms::of("¿Qué? für die …").is_empty());
    }

    #[test]
    fn scripts_without_spaces_are_found_by_pairs() {
        assert_eq!(marked("订单在哪里？", "您的订单已发货。在这里"), ["订单"]);
        assert_eq!(marked("東京の天気", "東京の天気は晴れ"), ["東京の天気"]);
        assert_eq!(marked("猫", "白い猫"), ["猫"]);
        assert_eq!(marked("배송은", "배송이 늦음"), ["배송"]);
    }

    #[test]
    fn marks_are_capped() {
        assert_eq!(Terms::of("acme").places(&"acme ".repeat(5000)).len(), MARKS);
    }

    proptest! {
        #[test]
        fn places_are_whole_characters_ascending_and_apart(query in any::<String>(), text in any::<String>()) {
            let mut last = 0;
            let text = format!("{text} {query}");
            for (from, to) in Terms::of(&query).places(&text) {
                prop_assert!(from >= last && to > from);
                prop_assert!(text.get(from..to).is_some());
                last = to;
            }
        }
    }
}
