//! JSON as it is found in traces: a tokenizer that takes anything and never recurses.

use std::borrow::Cow;

/// A piece of JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// `{` or `[`.
    Open(char),
    /// `}` or `]`.
    Close(char),
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// A string; the range is what stands between the quotes.
    Str,
    /// A number, `NaN` and `Infinity` included.
    Number,
    /// `true`, `false`, `null`.
    Literal,
    /// Anything else, to the next separator.
    Other,
}

/// A token and where it stands; `next` is where to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// What.
    pub token: Token,
    /// First byte.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Where the next token is looked for.
    pub next: usize,
}

/// The next token at or after `at`.
#[must_use]
pub fn token(text: &str, at: usize) -> Option<Found> {
    let bytes = text.as_bytes();
    let mut start = at;
    while matches!(bytes.get(start), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        start += 1;
    }
    let one = |token| Some(Found { token, start, end: start + 1, next: start + 1 });
    match *bytes.get(start)? {
        b'{' => one(Token::Open('{')),
        b'[' => one(Token::Open('[')),
        b'}' => one(Token::Close('}')),
        b']' => one(Token::Close(']')),
        b',' => one(Token::Comma),
        b':' => one(Token::Colon),
        b'"' => {
            let end = string_end(bytes, start + 1);
            Some(Found { token: Token::Str, start: start + 1, end, next: (end + 1).min(bytes.len()) })
        }
        _ => {
            let stop =
                |b: &u8| matches!(b, b' ' | b'\n' | b'\r' | b'\t' | b',' | b':' | b'{' | b'}' | b'[' | b']' | b'"');
            let rest = bytes.get(start..)?;
            let end = start + rest.iter().position(stop).unwrap_or(rest.len());
            let token = match text.get(start..end)? {
                "true" | "false" | "null" => Token::Literal,
                "NaN" | "Infinity" | "-Infinity" => Token::Number,
                word if is_number(word) => Token::Number,
                _ => Token::Other,
            };
            Some(Found { token, start, end, next: end })
        }
    }
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E'))
        && word.bytes().any(|b| b.is_ascii_digit())
}

fn string_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found;
        if bytes.get(at) == Some(&b'"') {
            return at;
        }
        at += 2;
    }
    bytes.len()
}

/// The value of what stands between two quotes. A lone surrogate or an unknown escape stays as it is written.
#[must_use]
pub fn unescape(raw: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'\\', raw.as_bytes()) else { return Cow::Borrowed(raw) };
    let mut out = String::with_capacity(raw.len());
    out.push_str(raw.get(..first).unwrap_or_default());
    let mut rest = raw.get(first..).unwrap_or_default();
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.push_str(rest.get(..at).unwrap_or_default());
        let escape = rest.get(at..).unwrap_or_default();
        let (value, len) = match escape.as_bytes().get(1) {
            Some(b'n') => (Some('\n'), 2),
            Some(b't') => (Some('\t'), 2),
            Some(b'r') => (Some('\r'), 2),
            Some(b'b') => (Some('\u{8}'), 2),
            Some(b'f') => (Some('\u{c}'), 2),
            Some(b'"') => (Some('"'), 2),
            Some(b'\\') => (Some('\\'), 2),
            Some(b'/') => (Some('/'), 2),
            Some(b'u') => unicode(escape),
            _ => (None, 1),
        };
        match value {
            Some(c) => out.push(c),
            None => out.push_str(escape.get(..len).unwrap_or_default()),
        }
        rest = escape.get(len..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn unicode(escape: &str) -> (Option<char>, usize) {
    let unit = |at: usize| escape.get(at..at + 4).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    match unit(2) {
        Some(high @ 0xd800..=0xdbff) if escape.get(6..8) == Some("\\u") => match unit(8) {
            Some(low @ 0xdc00..=0xdfff) => (char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)), 12),
            _ => (None, 6),
        },
        Some(code) => (char::from_u32(code), 6),
        None => (None, 1),
    }
}

/// True where the whole text is one object or array (brackets match, separators stand where they should).
#[must_use]
pub fn is_container(text: &str) -> bool {
    begins_container(text, usize::MAX)
}

/// The same, believed of what follows once this many bytes are right: for a first look at a large text.
#[must_use]
pub fn begins_container(text: &str, enough: usize) -> bool {
    let trimmed = text.trim_start();
    if !trimmed.starts_with(['{', '[']) {
        return false;
    }
    // What may come next: a value, a key, a colon, or a separator.
    #[derive(PartialEq)]
    enum Want {
        Value { or_close: bool },
        Key { or_close: bool },
        Colon,
        Separator,
    }
    // Whether each open container is an object.
    let mut open: Vec<bool> = Vec::new();
    let mut want = Want::Value { or_close: false };
    let mut at = 0;
    while let Some(found) = token(text, at) {
        at = found.next;
        if at > enough {
            return true;
        }
        want = match (found.token, want) {
            (Token::Open(c), Want::Value { .. }) => {
                open.push(c == '{');
                if c == '{' { Want::Key { or_close: true } } else { Want::Value { or_close: true } }
            }
            (Token::Str, Want::Key { .. }) if found.next > found.end => Want::Colon,
            (Token::Colon, Want::Colon) => Want::Value { or_close: false },
            (Token::Str, Want::Value { .. }) if found.next > found.end => Want::Separator,
            (Token::Number | Token::Literal, Want::Value { .. }) => Want::Separator,
            (Token::Comma, Want::Separator) => match open.last() {
                Some(true) => Want::Key { or_close: false },
                _ => Want::Value { or_close: false },
            },
            (Token::Close('}'), Want::Separator | Want::Key { or_close: true }) if open.pop() == Some(true) => {
                Want::Separator
            }
            (Token::Close(']'), Want::Separator | Want::Value { or_close: true }) if open.pop() == Some(false) => {
                Want::Separator
            }
            _ => return false,
        };
        if open.is_empty() {
            return text.get(at..).is_some_and(|rest| rest.trim_start().is_empty());
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn strings_are_decoded_and_lone_surrogates_shown_as_written() {
        assert_eq!(unescape(r#"a\n\"b\" \u00e9 \ud83d\ude00"#), "a\n\"b\" é 😀");
        assert_eq!(unescape(r"\ud83d x \q \u12"), r"\ud83d x \q \u12");
        assert!(matches!(unescape("plain"), Cow::Borrowed(_)));
    }

    #[test]
    fn containers_are_told_from_text_that_begins_like_one() {
        for yes in ["{}", "[1, 2]", r#" {"a": [null, {"b": "}"}]} "#, "[NaN]"] {
            assert!(is_container(yes), "{yes}");
        }
        for no in ["", "x", "[1, 2", "{a}", "[1] see note", r#"{"a" 1}"#, "[1,]", "{]", r#"["open"#] {
            assert!(!is_container(no), "{no}");
        }
        assert!(is_container(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))));
        assert!(begins_container("[1, 2, 3, 4, oops", 8) && !begins_container("[oops, 2, 3, 4]", 8));
    }

    proptest! {
        #[test]
        fn what_serde_reads_is_read_the_same(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            let found = token(&json, 0).unwrap();
            prop_assert_eq!(found.token, Token::Str);
            prop_assert_eq!(unescape(&json[found.start..found.end]), text);
            let container = format!("[{json}]");
            prop_assert!(is_container(&container));
        }

        #[test]
        fn every_text_ends(text in any::<String>()) {
            let mut at = 0;
            while let Some(found) = token(&text, at) {
                prop_assert!(found.next > at);
                at = found.next;
            }
            let _ = unescape(&text);
        }
    }
}
