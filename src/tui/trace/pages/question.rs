//! What a person said. Of a long paste the beginning is shown, so that the answer is near; the rest is a key away, and is
//! searched like all else.

use super::calls::rows;
use super::lens::{fields, fields_to};
use super::words;
use crate::model::review_view::{How, ReviewView};
use crate::text::PageBuilder;

/// A question of more rows than this (roughly) is folded to its beginning.
const LONG: usize = 30;

/// So many rows of it are shown.
const SHOWN: usize = 8;

/// Writes a person's words; `how`: what the session's view says of them.
pub(super) fn question(b: &mut PageBuilder, text: &str, how: Option<How>) {
    if how.is_some() || rows(text) <= LONG {
        return words(b, text);
    }
    b.fold_after(SHOWN);
    words(b, text);
    b.end_fold_after();
}

/// What was sent as JSON: of much of it the members, each of which opens.
pub(super) fn question_as_json(b: &mut PageBuilder, lens: &ReviewView, json: &str, how: Option<How>) {
    if how.is_some() || rows(json) <= LONG {
        return fields(b, lens, "inputs", json);
    }
    fields_to(b, lens, "inputs", json, 1);
}
