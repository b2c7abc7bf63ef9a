//! Rows cover a line, fit the width, and are those of a plain reference that knows no shortcut. Search agrees with a
//! plain search.

#![no_main]

use labeltui::text::{Search, sanitize, width, wrap};
use libfuzzer_sys::fuzz_target;
use unicode_segmentation::UnicodeSegmentation;

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
        assert_eq!(shown, plain(&text, columns));
    }

    let Some(needle) = text.graphemes(true).nth(columns % 7) else { return };
    let search = Search::of(&text, needle);
    assert!(search.hits().windows(2).all(|w| w[0] < w[1]));
    assert!(text.match_indices(needle).all(|(at, _)| search.hits().contains(&(at as u32))));
});

fn plain(text: &str, columns: usize) -> Vec<String> {
    let all: Vec<&str> = text.graphemes(true).collect();
    let mut rows = Vec::new();
    let mut from = 0;
    loop {
        let mut fit = from;
        while fit < all.len() {
            let taken: usize = all[from..=fit].iter().map(|c| width(c)).sum();
            if taken > columns && fit > from {
                break;
            }
            fit += 1;
        }
        if fit >= all.len() {
            rows.push(all[from..].concat());
            return rows;
        }
        let (mut end, mut next) = (fit, fit);
        if all[fit] == " " {
            while next < all.len() && all[next] == " " {
                next += 1;
            }
        } else {
            let lead = all[from..].iter().take_while(|c| **c == " ").count();
            let may = |k: usize| {
                all[k] != " " && k > from + lead && (all[k - 1] == " " || width(all[k - 1]) > 1 || width(all[k]) > 1)
            };
            if let Some(k) = (from + 1..=fit).rev().find(|k| may(*k)) {
                (end, next) = (k, k);
            }
        }
        rows.push(all[from..end].concat());
        if next >= all.len() {
            return rows;
        }
        from = next;
    }
}
