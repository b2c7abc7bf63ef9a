//! What a person said. Of a long paste the beginning is shown, so that the answer is near; the rest is a key away, and is
//! searched like all else.

use super::calls::rows;
use super::words;
use crate::model::review_view::How;
use crate::text::PageBuilder;

/// A question of more rows than this (roughly) is folded to its beginning.
const LONG: usize = 30;

/// Columns of a row, roughly.
const ROW: usize = 76;

/// So many rows of it are shown.
const SHOWN: usize = 8;

/// Writes a person's words; `how`: what the session's view says of them.
pub(super) fn question(b: &mut PageBuilder, text: &str, how: Option<How>) {
    if how.is_some() || rows(text) <= LONG || left(text) <= SHOWN {
        return words(b, text);
    }
    b.fold_after(SHOWN);
    words(b, text);
    b.end_fold_after();
}

/// How many rows (roughly) come after those that are shown: a fold begins after a line, and one line may be very long.
fn left(text: &str) -> usize {
    let mut shown = 0;
    let first = text.lines().take_while(|line| {
        let more = shown < SHOWN;
        shown += 1 + line.len() / ROW;
        more
    });
    let bytes: usize = first.map(|line| line.len() + 1).sum();
    rows(text.get(bytes..).unwrap_or_default())
}
