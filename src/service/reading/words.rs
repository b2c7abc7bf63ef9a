//! Words in a body as it is stored: JSON whose strings hold JSON, so that one `"` of a text is written in many ways.

use regex::{Regex, RegexBuilder};
use std::fmt::Write as _;
use unicode_normalization::UnicodeNormalization as _;

/// Most memory that the automaton of one word may take.
const SIZE: usize = 1 << 20;

/// A word to look for, whatever its case.
pub struct Word {
    /// In lower case, for plain texts; in each spelling.
    plain: Vec<String>,
    /// For bodies; `None` where the word is too long for that.
    stored: Option<Regex>,
}

impl Word {
    /// The words of a text, which must all occur.
    #[must_use]
    pub fn all(text: &str) -> Vec<Self> {
        text.split_whitespace().map(Self::new).collect()
    }

    fn new(word: &str) -> Self {
        let spelt = spellings(word);
        let patterns: Vec<String> = spelt.iter().map(|s| pattern(s)).collect();
        let stored = RegexBuilder::new(&patterns.join("|")).case_insensitive(true).size_limit(SIZE).build().ok();
        Self { plain: spelt.iter().map(|s| s.to_lowercase()).collect(), stored }
    }

    /// Whether it is in a plain text in lower case.
    #[must_use]
    pub fn is_in(&self, lower: &str) -> bool {
        self.plain.iter().any(|p| lower.contains(p.as_str()))
    }

    /// Whether it is in a text of a stored body.
    #[must_use]
    pub fn is_stored_in(&self, body: &str) -> bool {
        match &self.stored {
            Some(stored) => stored.is_match(body),
            None => self.is_in(&body.to_lowercase()),
        }
    }
}

/// A word as it was typed, and with its marks on their letters or apart (`é` is one code point or two).
fn spellings(word: &str) -> Vec<String> {
    let mut all = vec![word.to_owned()];
    if !word.is_ascii() {
        for other in [word.nfc().collect::<String>(), word.nfd().collect()] {
            if !all.contains(&other) {
                all.push(other);
            }
        }
    }
    all
}

/// Each character as it stands, or as one of the escapes of a JSON in a JSON.
fn pattern(word: &str) -> String {
    let mut out = String::new();
    for c in word.chars() {
        match c {
            '"' => out.push_str(r#"\\*""#),
            '\\' => out.push_str(r"\\+"),
            ' '..='\u{7e}' => out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
            _ => {
                let _ = write!(out, "(?:{}", regex::escape(c.encode_utf8(&mut [0; 4])));
                // What Python writes for it, in either case.
                let forms = std::iter::once(c).chain(one(c.to_lowercase())).chain(one(c.to_uppercase()));
                for form in forms {
                    out.push('|');
                    for unit in form.encode_utf16(&mut [0; 2]) {
                        let _ = write!(out, r"\\+u{unit:04x}");
                    }
                }
                out.push(')');
            }
        }
    }
    out
}

/// A case that is one character.
fn one(mut chars: impl Iterator<Item = char>) -> Option<char> {
    chars.next().filter(|_| chars.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    /// A body with a text in a JSON in a string, as MLflow writes span attributes, escaped in one of two ways.
    fn body(text: &str, ascii: bool) -> String {
        let inner = json!({ "question": text }).to_string();
        let inner = if ascii { to_ascii(&inner) } else { inner };
        json!({ "attributes": { "mlflow.spanInputs": inner } }).to_string()
    }

    fn to_ascii(json: &str) -> String {
        let mut out = String::new();
        for c in json.chars() {
            if c.is_ascii() {
                out.push(c);
            } else {
                c.encode_utf16(&mut [0; 2]).iter().for_each(|u| write!(out, "\\u{u:04x}").unwrap());
            }
        }
        out
    }

    #[test]
    fn spellings_of_one_character_find_each_other() {
        for (text, word) in
            [("un caf\u{e9}", "CAFE\u{301}"), ("un cafe\u{301}", "caf\u{c9}"), ("각", "\u{1100}\u{1161}\u{11a8}")]
        {
            let word = &Word::all(word)[0];
            assert!(
                word.is_in(text) && word.is_stored_in(&body(text, false)) && word.is_stored_in(&body(text, true)),
                "{text}"
            );
        }
    }

    #[test]
    fn words_are_found_however_they_are_escaped() {
        for (text, word) in [
            ("What about Ticket 7?", "TICKET"),
            ("He said \"no\" twice", "\"no\""),
            (r"C:\temp\new", r"c:\TEMP\new"),
            ("¿Cuál es el École?", "école?"),
            ("ما هي 東京 🙂", "東京"),
            ("ok 🙂 fine", "🙂"),
            ("a/b.c*(d)", "a/b.c*(d)"),
        ] {
            let word = &Word::all(word)[0];
            assert!(word.is_stored_in(&body(text, false)) && word.is_stored_in(&body(text, true)), "{text}");
        }
        assert!(!Word::all("b.c")[0].is_stored_in(&body("bxc", false)), "no pattern but a word");
        let long = "x".repeat(100_000);
        assert!(Word::all(&long)[0].is_stored_in(&body(&long, false)), "as long as it may be");
    }

    proptest! {
        #[test]
        fn every_word_of_a_text_is_found_in_its_body(text in "[ -~àÉß中🙂\\n]{1,30}", ascii in any::<bool>()) {
            let stored = body(&text, ascii);
            for word in Word::all(&text) {
                prop_assert!(word.is_stored_in(&stored), "{stored}");
            }
        }
    }
}
