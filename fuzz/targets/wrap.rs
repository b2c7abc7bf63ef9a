//! Rows cover a line, fit the width, and are those of a plain reference that knows no shortcut. Search agrees with a
//! plain search.

#![no_main]

use labeltui::text::{Search, sanitize, width, wrap};
use libfuzzer_sys::fuzz_target;
use std::collections::HashSet;
use unicode_normalization::char::canonical_combining_class;
use unicode_segmentation::UnicodeSegmentation;

#[path = "../../src/text/wrap/reference.rs"]
mod reference;

fuzz_target!(|input: (u8, &str)| {
    let columns = usize::from(input.0 % 90);
    let text = sanitize(input.1).into_owned();
    let rows: Vec<wrap::Row> = wrap::rows(&text, columns).collect();
    let mut at = 0;
    for row in &rows {
        assert_eq!(row.start, at);
        assert!(text[row.end..row.next].chars().all(|c| c == ' '));
        let shown = &text[row.start..row.end];
        assert!(width(shown) <= columns || shown.graphemes(true).count() == 1);
        at = row.next;
    }
    assert_eq!(at, text.len());
    // The reference takes time that grows with the square of the text.
    if text.len() < 400 {
        let shown: Vec<&str> = rows.iter().map(|r| &text[r.start..r.end]).collect();
        assert_eq!(shown, reference::plain(&text, columns));
    }

    let Some(needle) = text.graphemes(true).nth(columns % 7) else { return };
    let search = Search::of(&text, needle);
    assert!(search.hits().windows(2).all(|w| w[0] < w[1]));
    // Letter for letter it is found where a character ends: marks that follow change the order of all of them (what is a
    // mark says the crate that puts them in order; the one that segments may know an older Unicode). Of more marks than
    // Unicode's stream-safe texts have, only those in order are compared.
    if needle.chars().count() > 30 {
        return;
    }
    let marked = |at: usize| text[at..].chars().next().is_some_and(|c| canonical_combining_class(c) != 0);
    let ends = text.grapheme_indices(true).map(|(at, g)| at + g.len());
    let ends: HashSet<usize> = ends.filter(|at| !marked(*at)).collect();
    let mut whole = text.match_indices(needle).map(|(at, _)| at).filter(|at| ends.contains(&(at + needle.len())));
    assert!(whole.all(|at| search.hits().contains(&(at as u32))));
});
