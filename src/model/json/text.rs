//! String literals: the inside of the quotes, in and out.

use memchr::{memchr, memchr2};
use std::borrow::Cow;
use std::fmt::Write as _;

/// What one letter after a backslash means; 0: more than one letter, or nothing.
const SHORT: [u8; 256] = {
    let mut meant = [0; 256];
    let all = *b"\"\"\\\\//b\x08f\x0cn\nr\rt\t";
    let mut at = 0;
    while at < all.len() {
        meant[all[at] as usize] = all[at + 1];
        at += 2;
    }
    meant
};

/// What follows a backslash.
pub(super) enum Escape {
    /// A character.
    Char(char),
    /// Half of a surrogate pair that has no other half.
    Lone(u16),
}

/// Reads the escape whose backslash stands at `at`; with it where the text goes on. `None`: it is malformed.
pub(super) fn escape_at(text: &str, at: usize) -> Option<(Escape, usize)> {
    let letter = *text.as_bytes().get(at + 1)?;
    let c = match SHORT[usize::from(letter)] {
        0 if letter == b'u' => return unicode_at(text, at),
        0 => return None,
        meant => char::from(meant),
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
    let bytes = raw.as_bytes();
    let Some(first) = memchr(b'\\', bytes) else { return Cow::Borrowed(raw) };
    // Room for the last word, which is copied whole and then cut.
    let mut out = Vec::with_capacity(raw.len() + WORD);
    out.extend_from_slice(bytes.get(..first).unwrap_or_default());
    let mut at = first;
    // In JSON inside JSON an escape comes every few bytes: looking for each with `memchr` took three times as long.
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk::<WORD>) {
        out.extend_from_slice(word);
        let plain = before(word, [b'\\', b'\\']);
        at += plain;
        if plain < WORD {
            out.truncate(out.len() + plain - WORD);
            at = push_meant(&mut out, raw, at);
        }
    }
    while let Some(b) = bytes.get(at) {
        if *b == b'\\' {
            at = push_meant(&mut out, raw, at);
        } else {
            out.push(*b);
            at += 1;
        }
    }
    // Only whole characters were taken out and put in.
    Cow::Owned(String::from_utf8(out).unwrap_or_default())
}

/// What a text says that is one JSON string and nothing else, white space around it aside; `None` for anything else.
/// One pass where [`super::is_json`], [`super::parse`] and [`unescape`] are three: a string may have megabytes.
#[must_use]
pub fn literal(text: &str) -> Option<Cow<'_, str>> {
    let inside = text.trim_matches([' ', '\n', '\r', '\t']).strip_prefix('"')?.strip_suffix('"')?;
    let bytes = inside.as_bytes();
    let mut out = Vec::with_capacity(inside.len() + WORD);
    let (mut at, mut escapes) = (0, false);
    loop {
        while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk::<WORD>) {
            out.extend_from_slice(word);
            let plain = before(word, [b'"', b'\\']);
            at += plain;
            if plain < WORD {
                out.truncate(out.len() + plain - WORD);
                break;
            }
        }
        match bytes.get(at) {
            None => break,
            // It ended before the text did.
            Some(b'"') => return None,
            Some(b'\\') => {
                escapes = true;
                let common = bytes.get(at + 1).is_some_and(|letter| SHORT[usize::from(*letter)] != 0);
                if !common {
                    // Malformed, or it escapes the last quote.
                    escape_at(inside, at)?;
                }
                at = push_meant(&mut out, inside, at);
            }
            Some(b) => {
                out.push(*b);
                at += 1;
            }
        }
    }
    if !escapes {
        return Some(Cow::Borrowed(inside));
    }
    String::from_utf8(out).ok().map(Cow::Owned)
}

/// Appends what the escape at `at` means; gives where the text goes on.
#[inline]
fn push_meant(out: &mut Vec<u8>, raw: &str, at: usize) -> usize {
    match raw.as_bytes().get(at + 1).map(|letter| SHORT[usize::from(*letter)]) {
        None | Some(0) => push_rare(out, raw, at),
        Some(meant) => {
            out.push(meant);
            at + 2
        }
    }
}

fn push_rare(out: &mut Vec<u8>, raw: &str, at: usize) -> usize {
    match escape_at(raw, at) {
        Some((Escape::Char(c), end)) => {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            end
        }
        Some((Escape::Lone(half), end)) => {
            out.extend_from_slice(format!("\\u{half:04x}").as_bytes());
            end
        }
        None => {
            out.push(b'\\');
            at + 1
        }
    }
}

/// Bytes that are looked at together.
pub(super) const WORD: usize = size_of::<u64>();

/// How many bytes of a word stand before the first that is one of two.
#[inline]
pub(super) fn before(word: &[u8; WORD], either: [u8; 2]) -> usize {
    const LOW: u64 = u64::from_ne_bytes([0x01; WORD]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; WORD]);
    let word = u64::from_le_bytes(*word);
    // The lowest bit that is set stands in the first byte that is zero (those above it may be wrong).
    let zero = |x: u64| x.wrapping_sub(LOW) & !x & HIGH;
    let found = either.map(|b| zero(word ^ (LOW * u64::from(b))));
    (found[0] | found[1]).trailing_zeros() as usize / 8
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
