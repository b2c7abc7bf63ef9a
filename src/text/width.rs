//! How many columns text takes, by grapheme clusters, as ratatui counts them.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Columns of a sanitised text.
///
/// ```
/// assert_eq!(labeltui::text::width("日本 👨‍👩‍👧"), 7);
/// ```
#[must_use]
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(UnicodeWidthStr::width).sum() }
}

/// The part of a sanitised text that fits `columns`, with `…` in its last column where something was cut.
///
/// ```
/// assert_eq!(labeltui::text::fit("what issues", 7), "what i…");
/// ```
#[must_use]
pub fn fit(text: &str, columns: usize) -> std::borrow::Cow<'_, str> {
    // A text of fewer bytes than columns always fits; only then is the whole of a huge text never measured.
    if text.len() <= columns {
        return text.into();
    }
    let (mut used, mut cut) = (0, 0);
    for (at, cluster) in text.grapheme_indices(true) {
        let next = used + cluster.width();
        if next > columns {
            return if columns == 0 { "".into() } else { format!("{}…", &text[..cut]).into() };
        }
        used = next;
        // Where the `…` would go if something after this did not fit.
        if used < columns {
            cut = at + cluster.len();
        }
    }
    text.into()
}

/// The same, cut in the middle: of a long name both ends tell.
///
/// ```
/// assert_eq!(labeltui::text::fit_middle("ChatPromptTemplate_3", 10), "ChatP…te_3");
/// ```
#[must_use]
pub fn fit_middle(text: &str, columns: usize) -> std::borrow::Cow<'_, str> {
    // A huge name is looked at from both ends only.
    if text.len() <= columns || text.len() < 64 * (columns + 1) && width(text) <= columns {
        return text.into();
    }
    let Some(room) = columns.checked_sub(1) else { return "".into() };
    let head = take(text.graphemes(true), room - room / 2);
    let tail = take(text.graphemes(true).rev(), room - head.1);
    let (head, tail) = (text.get(..head.0).unwrap_or_default(), text.get(text.len() - tail.0..).unwrap_or_default());
    format!("{head}…{tail}").into()
}

/// How many bytes of clusters fit into so many columns, and how many columns they take.
fn take<'t>(clusters: impl Iterator<Item = &'t str>, columns: usize) -> (usize, usize) {
    let (mut bytes, mut used) = (0, 0);
    for cluster in clusters {
        if used + cluster.width() > columns {
            break;
        }
        used += cluster.width();
        bytes += cluster.len();
    }
    (bytes, used)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cut_keeps_clusters_whole() {
        assert_eq!(fit("日本語", 5), "日本…");
        assert_eq!(fit("日本語", 6), "日本語");
        assert_eq!(fit("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        assert_eq!(fit("abc", 0), "");
    }

    proptest! {
        #[test]
        fn a_fitted_text_is_never_wider(text in any::<String>(), columns in 0usize..40) {
            let text = crate::text::sanitize(&text);
            prop_assert!(width(&fit(&text, columns)) <= columns);
            let middle = fit_middle(&text, columns);
            prop_assert!(width(&middle) <= columns);
            prop_assert!(width(&text) > columns || middle == text);
        }
    }
}
