//! What a guardrail decided, an evaluator found, a memory held, a function returned, and what stands among messages without
//! being one: one quiet line.

use super::kinds::type_class;
use super::lens;
use super::messages::one_line;
use crate::model::review_view::{How, Piece, ReviewView};
use crate::text::{Class, Note, PageBuilder};

/// Columns of a result that stand on the line whole, and of one that does not.
const GLIMPSE: (usize, usize) = (64, 36);

/// Writes it: type, name and result, which opens where the line has no room for it.
pub(super) fn aside(
    b: &mut PageBuilder,
    lens: &ReviewView,
    (kind, name): (&str, &str),
    asked: Option<&str>,
    result: &str,
) {
    let how = lens.piece(Piece::Steps);
    if how == Some(How::Hide) || lens.named(kind, name, false) == Some(How::Hide) {
        return b.hide(1);
    }
    let shown = lens.prune("outputs", result).shown.unwrap_or_default().into_owned();
    b.block("step", shown.as_str().into(), false);
    let whole = asked.is_none() && one_line(&shown, GLIMPSE.0) == shown && how != Some(How::Show);
    let glimpse = one_line(&shown, if whole { GLIMPSE.0 } else { GLIMPSE.1 });
    let word = if kind == "UNKNOWN" { "function".to_owned() } else { kind.to_lowercase() };
    head(b, whole, &word, (name, type_class(kind)), &glimpse);
    if whole {
        return;
    }
    let fold = b.open_fold();
    b.push_gutter("┆ ", Class::Dim);
    if let Some(asked) = asked {
        b.own();
        b.line("inputs", Class::Dim);
        lens::fields(b, lens, "inputs", asked);
        b.own();
        b.line("outputs", Class::Dim);
    }
    lens::fields(b, lens, "outputs", result);
    b.pop_gutter();
    b.close_fold(fold, how != Some(How::Show), Note::Lines);
}

/// An item of a kind that nobody knows, or that tells what tools there are: its kind and its JSON, which opens where the line
/// has no room for it.
pub(super) fn item(b: &mut PageBuilder, lens: &ReviewView, side: &str, kind: &str, json: &str) {
    let how = lens.piece(Piece::Data);
    if how == Some(How::Hide) {
        return b.hide(1);
    }
    let shown = lens.prune(side, json).shown.unwrap_or_default().into_owned();
    b.block("item", shown.as_str().into(), false);
    let whole = one_line(&shown, GLIMPSE.0) == shown && how != Some(How::Show);
    head(b, whole, "item", (kind, Class::Key), &one_line(&shown, GLIMPSE.0));
    if whole {
        return;
    }
    let fold = b.open_fold();
    b.push_gutter("┆ ", Class::Dim);
    lens::fields(b, lens, side, json);
    b.pop_gutter();
    b.close_fold(fold, how != Some(How::Show), Note::Lines);
}

/// "chain rewrite · who leads X?": one line, alone (`whole`) or that of a fold, which marks it by itself.
fn head(b: &mut PageBuilder, whole: bool, word: &str, (name, class): (&str, Class), glimpse: &str) {
    if whole {
        b.own()
    } else {
        b.own_inside()
    }
    b.set_indent(2);
    b.text(&format!("{word} "), Class::Dim);
    b.text(&name.replace('\n', " "), class);
    b.text(&format!(" · {glimpse}"), Class::Dim);
    b.end_line();
    b.set_indent(0);
}

/// Says that there are more functions than are told.
pub(super) fn more(b: &mut PageBuilder, lens: &ReviewView, count: usize) {
    if lens.piece(Piece::Steps) == Some(How::Hide) {
        return b.hide(count);
    }
    b.own();
    b.set_indent(2);
    b.line(&format!("and {count} more functions (see the tree: t)"), Class::Dim);
    b.set_indent(0);
}
