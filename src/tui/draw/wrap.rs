//! Wrapping of short texts of the interface, as the text of a trace is wrapped.

use crate::text::{sanitize_lines, wrap};

/// The rows of a text (raw: it is sanitised here) in `columns`; an empty text has none.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let text = sanitize_lines(text);
    if text.is_empty() {
        return Vec::new();
    }
    let row = |line: &str, row: wrap::Row| line.get(row.start..row.end).unwrap_or_default().trim_end().to_owned();
    text.split('\n').flat_map(|line| wrap::rows(line, columns.max(2)).map(move |r| row(line, r))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::width;

    #[test]
    fn text_wraps_at_words_and_long_words_are_cut() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("find (cards) e.g. here", 8), ["find", "(cards)", "e.g.", "here"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("a\n\nb", 4), ["a", "", "b"]);
        assert_eq!(wrap("日本語", 4), ["日本", "語"]);
        assert!(wrap("", 4).is_empty());
    }

    #[test]
    fn every_row_fits() {
        for columns in 2..20 {
            for row in wrap("the quick 日本 fox\u{1b}[2J jumps-over a_very_long_word_indeed", columns) {
                assert!(width(&row) <= columns, "{row:?} in {columns}");
            }
        }
    }
}
