//! Wrapping of short texts of the interface at words; long words are cut between graphemes.

use crate::text::{sanitize_lines, width};
use unicode_segmentation::UnicodeSegmentation as _;

/// The rows of a text (raw: it is sanitised here) in `columns`; an empty text has none.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(2);
    let text = sanitize_lines(text);
    let mut rows = Vec::new();
    if text.is_empty() {
        return rows;
    }
    for line in text.split('\n') {
        let mut row = String::new();
        let mut used = 0;
        for word in line.split_word_bounds() {
            let wide = width(word);
            if used + wide <= columns {
                row.push_str(word);
                used += wide;
                continue;
            }
            if word.trim().is_empty() {
                // A space at the end of a row is not carried over.
                rows.push(std::mem::take(&mut row));
                used = 0;
                continue;
            }
            if used > 0 {
                rows.push(std::mem::take(&mut row).trim_end().to_owned());
                used = 0;
            }
            for grapheme in word.graphemes(true) {
                let wide = width(grapheme);
                if used + wide > columns && used > 0 {
                    rows.push(std::mem::take(&mut row));
                    used = 0;
                }
                row.push_str(grapheme);
                used += wide;
            }
        }
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_wraps_at_words_and_long_words_are_cut() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
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
