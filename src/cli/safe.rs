//! Between text that others wrote and a terminal.

use std::borrow::Cow;

/// One line: line ends are made visible, too.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    if text.chars().any(|c| hidden(c) || c == '\n') { Cow::Owned(show(text, false)) } else { Cow::Borrowed(text) }
}

/// Any number of lines.
#[must_use]
pub fn lines(text: &str) -> Cow<'_, str> {
    if text.chars().any(hidden) { Cow::Owned(show(text, true)) } else { Cow::Borrowed(text) }
}

fn hidden(c: char) -> bool {
    (c.is_control() && c != '\n') || super::json::is_format(c)
}

fn show(text: &str, lines: bool) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' if lines => safe.push('\n'),
            '\n' => safe.push('⏎'),
            '\t' => safe.push_str("    "),
            c if hidden(c) => safe.push_str(&format!("⟨U+{:04X}⟩", u32::from(c))),
            c => safe.push(c),
        }
    }
    safe
}
