//! How a file is laid out, told by its beginning.

use super::frame::BLOCK;
use memchr::memchr;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Lines,
    /// And whether inside a list of them.
    Documents {
        list: List,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    None,
    Documents,
    /// OTLP's `resourceSpans`.
    ResourceSpans,
}

/// How an OTLP document begins, white space left out.
pub(super) const OTLP: &[u8] = b"{\"resourceSpans\":[";
/// Longest such beginning, white space included.
pub(super) const OTLP_MOST: usize = 256;

/// The length of an OTLP document's beginning, where `bytes` begins with one.
pub(super) fn otlp_beginning(bytes: &[u8]) -> Option<usize> {
    let mut wanted = OTLP.iter().peekable();
    for (i, b) in bytes.iter().take(OTLP_MOST).enumerate() {
        if wanted.next_if_eq(&b).is_none() {
            match wanted.peek() {
                None => return Some(i),
                Some(_) if b.is_ascii_whitespace() => {}
                Some(_) => return None,
            }
        }
    }
    None
}

/// How a file is laid out, by its first line and the beginning of its second.
pub(super) fn layout(start: &[u8]) -> Layout {
    let documents = Layout::Documents { list: List::None };
    let start = start.trim_ascii_start();
    let (first, second) = match memchr(b'\n', start) {
        Some(end) => start.split_at(end),
        None => (start, &b""[..]),
    };
    match first.first() {
        Some(b'[') => return documents,
        Some(b'{') => {}
        _ => return Layout::Lines,
    }
    let (mut depth, mut text, mut escaped) = (0usize, false, false);
    for b in first {
        match b {
            _ if escaped => escaped = false,
            b'\\' if text => escaped = true,
            b'"' => text = !text,
            b'{' | b'[' if !text => depth += 1,
            b'}' | b']' if !text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    // A text cannot go on in the next line, and a document that does is indented or has little in its first line:
    // else this is a broken line among others.
    let next = second.get(1..).unwrap_or_default();
    if second.is_empty() && first.len() > BLOCK && otlp_beginning(first).is_some() {
        return documents;
    }
    if depth == 0 || text || second.is_empty() || (next.starts_with(b"{\"") && first.len() > 40) {
        Layout::Lines
    } else {
        documents
    }
}
