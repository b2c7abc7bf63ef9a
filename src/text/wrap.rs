//! Where a logical line breaks into rows: at words, by grapheme clusters and their width.
//!
//! Nothing is kept: a row is found from the one before, so only what is visible is ever wrapped. Text is sanitised
//! and holds no line end.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// One row of a wrapped line, in bytes of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// First byte.
    pub start: usize,
    /// One past the last byte drawn.
    pub end: usize,
    /// Where the next row starts; spaces that did not fit lie between. The line's length after the last row.
    pub next: usize,
}

/// The row that starts at `start`.
///
/// It takes as many clusters as fit, at least one. Where the next one does not fit, it breaks after the last space, or
/// beside a wide cluster (CJK), and in mid-word only where there is neither; spaces that do not fit are left out.
#[must_use]
pub fn row(text: &str, start: usize, width: usize) -> Row {
    let rest = text.get(start..).unwrap_or_default();
    let bytes = rest.as_bytes();
    if bytes.len() <= width && rest.is_ascii() {
        return Row { start, end: text.len(), next: text.len() };
    }
    // One cluster is one byte as long as this and the next byte are ASCII: a mark may sit on the space after the row.
    match bytes.get(..bytes.len().min(width + 2)) {
        Some(window) if width > 0 && bytes.len() > width && window.is_ascii() => ascii_row(text, start, width),
        _ => cluster_row(text, start, width),
    }
}

fn ascii_row(text: &str, start: usize, width: usize) -> Row {
    let bytes = text.as_bytes();
    let full = start + width;
    if bytes.get(full) == Some(&b' ') {
        return Row { start, end: full, next: skip_spaces(text, full) };
    }
    let row = text.get(start..full).unwrap_or_default();
    let lead = row.len() - row.trim_start_matches(' ').len();
    match row.rfind(' ') {
        Some(space) if space >= lead && lead < row.len() => {
            Row { start, end: start + space + 1, next: start + space + 1 }
        }
        _ => Row { start, end: full, next: full },
    }
}

fn cluster_row(text: &str, start: usize, width: usize) -> Row {
    let rest = text.get(start..).unwrap_or_default();
    let mut used = 0;
    let mut best = None;
    let (mut lead, mut before) = (true, (false, false));
    for (at, cluster) in rest.grapheme_indices(true) {
        let columns = cluster.width();
        let space = cluster == " ";
        let wide = columns > 1;
        if at > 0 && !space && !lead && (before.0 || before.1 || wide) {
            best = Some(at);
        }
        if at > 0 && used + columns > width {
            let end = start + at;
            if space {
                return Row { start, end, next: skip_spaces(text, end) };
            }
            let end = best.map_or(end, |b| start + b);
            return Row { start, end, next: end };
        }
        used += columns;
        lead &= space;
        before = (space, wide);
    }
    Row { start, end: text.len(), next: text.len() }
}

fn skip_spaces(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    // A space that a combining mark sits on is no space.
    let mut next = from;
    for (at, cluster) in rest.grapheme_indices(true) {
        if cluster != " " {
            return from + at;
        }
        next = from + at + 1;
    }
    next
}

/// All rows of a line; at least one.
pub fn rows(text: &str, width: usize) -> impl Iterator<Item = Row> + '_ {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let found = row(text, next?, width);
        next = (found.next < text.len()).then_some(found.next);
        Some(found)
    })
}

/// How many rows a line takes.
#[must_use]
pub fn count(text: &str, width: usize) -> usize {
    rows(text, width).count()
}

#[cfg(test)]
mod reference;

#[cfg(test)]
mod tests {
    use super::reference::plain;
    use super::*;
    use proptest::prelude::*;

    fn quick(text: &str, width: usize) -> Vec<String> {
        rows(text, width).map(|r| text[r.start..r.end].to_owned()).collect()
    }

    #[test]
    fn breaks_at_words_and_long_words_anywhere() {
        assert_eq!(quick("the quick brown fox", 10), ["the quick ", "brown fox"]);
        assert_eq!(quick("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(quick("  abcdefghij", 4), ["  ab", "cdef", "ghij"]);
        assert_eq!(quick("", 4), [""]);
        assert_eq!(quick("ab      ", 4), ["ab  "]);
    }

    #[test]
    fn a_mark_on_the_space_after_a_row_makes_it_a_letter() {
        assert_eq!(quick("u ck \u{6da}", 4), ["u ", "ck \u{6da}"]);
        assert_eq!(quick("u ck \u{6da}", 4), plain("u ck \u{6da}", 4));
    }

    #[test]
    fn breaks_beside_wide_clusters_and_never_inside_a_family() {
        assert_eq!(quick("日本語テキスト", 6), ["日本語", "テキス", "ト"]);
        assert_eq!(quick("ab 👨‍👩‍👧👨‍👩‍👧", 5), ["ab 👨‍👩‍👧", "👨‍👩‍👧"]);
    }

    proptest! {
        #[test]
        fn agrees_with_the_plain_rule(text in "[ a-c]{0,30}|[ a日é\u{301}👨\u{200d}👩]{0,20}|.{0,40}", width in 0usize..12) {
            let text = crate::text::sanitize(&text).into_owned();
            prop_assert_eq!(quick(&text, width), plain(&text, width));
        }

        #[test]
        fn rows_cover_the_text_and_fit(text in any::<String>(), width in 2usize..20) {
            let text = crate::text::sanitize(&text).into_owned();
            let mut at = 0;
            for row in rows(&text, width) {
                prop_assert_eq!(row.start, at);
                prop_assert!(text[row.end..row.next].chars().all(|c| c == ' '));
                let shown = &text[row.start..row.end];
            // One cluster can be wider than a very narrow row.
            prop_assert!(crate::text::width(shown) <= width || shown.graphemes(true).count() == 1);
                at = row.next;
            }
            prop_assert_eq!(at, text.len());
        }
    }
}
