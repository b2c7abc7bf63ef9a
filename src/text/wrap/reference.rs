//! What wrapping is held to, by its tests and by the fuzz target (which includes this file).

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The rule again, over a list of all clusters, without any shortcut.
pub fn plain(text: &str, width: usize) -> Vec<String> {
    let all: Vec<&str> = text.graphemes(true).collect();
    let mut rows = Vec::new();
    let mut from = 0;
    loop {
        let mut fit = from;
        while fit < all.len() {
            let columns: usize = all[from..=fit].iter().map(|c| c.width()).sum();
            if columns > width && fit > from {
                break;
            }
            fit += 1;
        }
        if fit >= all.len() {
            rows.push(all[from..].concat());
            return rows;
        }
        let mut next = fit;
        let mut end = fit;
        if all[fit] == " " {
            while next < all.len() && all[next] == " " {
                next += 1;
            }
        } else {
            let lead = all[from..].iter().take_while(|c| **c == " ").count();
            let may = |k: usize| {
                all[k] != " " && k > from + lead && (all[k - 1] == " " || all[k - 1].width() > 1 || all[k].width() > 1)
            };
            if let Some(k) = (from + 1..=fit).rev().find(|k| may(*k)) {
                end = k;
                next = k;
            }
        }
        rows.push(all[from..end].concat());
        if next >= all.len() {
            return rows;
        }
        from = next;
    }
}
