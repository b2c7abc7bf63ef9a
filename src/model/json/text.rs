//! String literals: the inside of the quotes, in and out.

use memchr::{memchr, memchr2};
use std::borrow::Cow;
use std::fmt::Write as _;

/// What follows a backslash.
pub(super) enum Escape {
    /// A character.
    Char(char),
    /// Half of a surrogate pair that has no other half.
    Lone(u16),
}

/// Reads the escape whose backslash stands at `at`; with it where the text goes on. `None`: it is malformed.
pub(super) fn escape_at(text: &str, at: usize) -> Option<(Escape, usize)> {
    let c = match text.as_bytes().get(at + 1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode_at(text, at),
        _ => return None,
    };
    Some((Escape::Char(c), at + 2))
}

fn unicode_at(text: &str, at: usize) -> Option<(Escape, usize)> {
    let first = hex_at(text, at + 2)?;
    if let Some(c) = char::from_u32(u32::from(first)) {
        return Some((Escape::Char(c), at + 6));
    }
    let pair = (first < 0xdc00 && text.as_bytes().get(at + 6..at + 8) == Some(b"\\u"))
        .then(|| hex_at(text, at + 8))
        .flatten()
        .and_then(|second| char::decode_utf16([first, second]).next()?.ok());
    Some(pair.map_or((Escape::Lone(first), at + 6), |c| (Escape::Char(c), at + 12)))
}

fn hex_at(text: &str, at: usize) -> Option<u16> {
    text.as_bytes().get(at..at + 4)?.iter().try_fold(0, |n, b| {
        let digit = char::from(*b).to_digit(16)?;
        Some(n << 4 | u16::try_from(digit).ok()?)
    })
}

/// The text that the inside of a string literal means. A lone surrogate, which no Rust string can hold, becomes the
/// visible text `\ud83d`; an escape that is malformed stays as it stands.
#[must_use]
pub fn unescape(raw: &str) -> Cow<'_, str> {
    let Some(mut next) = memchr(b'\\', raw.as_bytes()) else { return Cow::Borrowed(raw) };
    let mut out = String::with_capacity(raw.len());
    let mut from = 0;
    loop {
        out.push_str(raw.get(from..next).unwrap_or_default());
        from = match escape_at(raw, next) {
            Some((Escape::Char(c), end)) => {
                out.push(c);
                end
            }
            Some((Escape::Lone(half), end)) => {
                let _ = write!(out, "\\u{half:04x}");
                end
            }
            None => {
                out.push('\\');
                next + 1
            }
        };
        match memchr(b'\\', raw.as_bytes().get(from..).unwrap_or_default()) {
            Some(i) => next = from + i,
            None => break,
        }
    }
    out.push_str(raw.get(from..).unwrap_or_default());
    Cow::Owned(out)
}

/// A text as a string literal, quotes included, in the one canonical spelling.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    push_escaped(&mut out, text);
    out.push('"');
    out
}

/// Whether any byte needs an escape for being a control character. Without a branch inside, so that it vectorises.
pub(super) fn has_control(text: &[u8]) -> bool {
    text.iter().fold(false, |found, b| found | (*b < 0x20))
}

/// Appends `text` with the canonical escapes.
pub(super) fn push_escaped(out: &mut String, text: &str) {
    if memchr2(b'"', b'\\', text.as_bytes()).is_none() && !has_control(text.as_bytes()) {
        out.push_str(text);
        return;
    }
    let mut from = 0;
    for (at, b) in text.bytes().enumerate() {
        if b >= 0x20 && b != b'"' && b != b'\\' {
            continue;
        }
        out.push_str(text.get(from..at).unwrap_or_default());
        push_char(out, char::from(b));
        from = at + 1;
    }
    out.push_str(text.get(from..).unwrap_or_default());
}

fn push_char(out: &mut String, c: char) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\u{8}' => out.push_str("\\b"),
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\u{c}' => out.push_str("\\f"),
        '\r' => out.push_str("\\r"),
        c if c < ' ' => {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        }
        c => out.push(c),
    }
}

/// Appends the inside of a literal with its escapes respelled canonically: what [`unescape`] and [`push_escaped`]
/// would do, without the text in between.
pub(super) fn push_respelled(out: &mut String, raw: &str) {
    let bytes = raw.as_bytes();
    let mut from = 0;
    while let Some(next) = memchr(b'\\', bytes.get(from..).unwrap_or_default()).map(|i| from + i) {
        push_run(out, raw.get(from..next).unwrap_or_default());
        from = match bytes.get(next + 1) {
            // The common ones are canonical as they stand.
            Some(b'"' | b'\\' | b'n' | b't' | b'r' | b'b' | b'f') => {
                out.push_str(raw.get(next..next + 2).unwrap_or_default());
                next + 2
            }
            _ => match escape_at(raw, next) {
                Some((Escape::Char(c), end)) => {
                    push_char(out, c);
                    end
                }
                Some((Escape::Lone(half), end)) => {
                    let _ = write!(out, "\\\\u{half:04x}");
                    end
                }
                None => {
                    out.push_str("\\\\");
                    next + 1
                }
            },
        };
    }
    push_run(out, raw.get(from..).unwrap_or_default());
}

/// A run without backslashes or quotes; raw control characters, which strict JSON forbids, get their escape.
fn push_run(out: &mut String, run: &str) {
    if has_control(run.as_bytes()) { push_escaped(out, run) } else { out.push_str(run) }
}
