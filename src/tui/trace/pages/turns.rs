//! The other turns of a conversation, around the one that is reviewed: each one line until somebody wants it.

use super::messages::{entries, one_line};
use crate::model::conversation::{Entry, Role};
use crate::model::review_view::{How, Piece, ReviewView};
use crate::text::{Class, Note, PageBuilder};
use crate::tui::trace::turns::{ReadTurn, ReadTurns};

/// So many earlier turns stand alone; those before them share a fold.
const NEAR: usize = 3;

/// Columns of a question and of an answer on a turn's line.
const GLIMPSE: (usize, usize) = (28, 26);

/// The turns before, and the line that marks the item's own.
pub(super) fn before(b: &mut PageBuilder, lens: &ReviewView, turns: &ReadTurns) {
    let earlier: Vec<&ReadTurn> = turns.turns.iter().filter(|t| t.turn.position < turns.own).collect();
    let how = lens.piece(Piece::Turns);
    if how == Some(How::Hide) {
        b.hide(turns.total.saturating_sub(1) as usize);
    } else {
        let (far, near) = earlier.split_at(earlier.len().saturating_sub(NEAR));
        let untold = turns.own as usize - earlier.len().min(turns.own as usize);
        if far.len() + untold > 0 {
            group(b, lens, far, "earlier", untold);
        }
        near.iter().for_each(|t| turn(b, lens, t, ""));
    }
    b.text(&format!("turn {} of {}", turns.own + 1, turns.total), Class::Heading);
    b.text(" · this item", Class::Accent);
    b.end_line();
}

/// The turns after: folded and out of sight, since what came later must not decide how this one is judged.
pub(super) fn after(b: &mut PageBuilder, lens: &ReviewView, turns: &ReadTurns) {
    let later: Vec<&ReadTurn> = turns.turns.iter().filter(|t| t.turn.position > turns.own).collect();
    let all = turns.total.saturating_sub(turns.own + 1) as usize;
    if all == 0 || lens.piece(Piece::Turns) == Some(How::Hide) {
        return;
    }
    b.gap();
    group(b, lens, &later, "later", all.saturating_sub(later.len()));
}

fn group(b: &mut PageBuilder, lens: &ReviewView, turns: &[&ReadTurn], which: &str, untold: usize) {
    let count = turns.len() + untold;
    b.own_inside();
    b.set_indent(2);
    b.line(&format!("{count} {which} turn{}", if count == 1 { "" } else { "s" }), Class::Dim);
    b.set_indent(0);
    let fold = b.open_fold();
    b.push_gutter("┆ ", Class::Dim);
    let more = format!("{untold} more are not listed here: labeltui trace list");
    if untold > 0 && which == "earlier" {
        b.own();
        b.line(&more, Class::Dim);
    }
    turns.iter().for_each(|t| turn(b, lens, t, if which == "later" { "later " } else { "" }));
    if untold > 0 && which == "later" {
        b.own();
        b.line(&more, Class::Dim);
    }
    b.pop_gutter();
    b.close_fold(fold, true, Note::Header);
}

/// "turn 2 · 14:02 · question → answer", and below it all of it.
fn turn(b: &mut PageBuilder, lens: &ReviewView, read: &ReadTurn, which: &str) {
    let turn = &read.turn;
    b.own_inside();
    b.block("turn", format!("{}\n→ {}", turn.question, turn.answer).into(), false);
    b.set_indent(2);
    b.text(&format!("{which}turn {}", turn.position + 1), Class::Heading);
    b.text(&format!(" · {} · ", turn.when), Class::Dim);
    b.text(&one_line(&turn.question, GLIMPSE.0), Class::User);
    b.text(" → ", Class::Dim);
    match turn.failed {
        true => b.text("✕ failed", Class::Error),
        false => b.text(&one_line(&turn.answer, GLIMPSE.1), Class::Assistant),
    }
    b.end_line();
    b.set_indent(0);
    let fold = b.open_fold();
    b.push_gutter("┆ ", Class::Dim);
    match &read.told {
        Some(told) => {
            // The system prompt is the same in every turn; this item's own is shown.
            let said = |e: &&Entry| !matches!(e, Entry::Message { message, .. } if message.role == Role::System);
            let shown: Vec<&Entry> = told.conversation.entries.iter().filter(said).collect();
            entries(b, lens, &told.trace, &shown, &told.retrievals, false);
        }
        None => {
            b.line(&turn.question, Class::User);
            b.own();
            b.line(&format!("→ {}", turn.answer), Class::Assistant);
            b.own();
            b.line(&format!("(not all of it: see labeltui trace show {})", turn.trace_id), Class::Dim);
        }
    }
    b.pop_gutter();
    b.close_fold(fold, lens.piece(Piece::Turns) != Some(How::Show), Note::Header);
}
