//! What the session's view makes of a page: fields that are folded or left out, and pieces of a conversation.

use super::{OPEN_LEVELS, opened, value};
use crate::model::conversation::{Message, Part, Role, without_bytes};
use crate::model::review_view::{How, Piece, ReviewView};
use crate::text::json::is_container;
use crate::text::{Class, Note, PageBuilder};

/// A value of up to this many bytes that is no list and no object stands on one line.
const SHORT: usize = 60;

/// Writes a value without what is hidden of it; what is folded stands below, each under its path.
pub(super) fn fields(b: &mut PageBuilder, lens: &ReviewView, path: &str, text: &str) {
    fields_to(b, lens, path, text, OPEN_LEVELS);
}

/// The same, open to so many levels.
pub(super) fn fields_to(b: &mut PageBuilder, lens: &ReviewView, path: &str, text: &str, levels: usize) {
    let before = b.len();
    let pruned = lens.prune(path, text);
    b.hide(pruned.hidden);
    if let Some(shown) = &pruned.shown {
        opened(b, &without_bytes(shown), levels);
    }
    match pruned.folded.as_slice() {
        // The section that it stands in is folded.
        [(only, json)] if only == path => value(b, json),
        parts => parts.iter().for_each(|(path, json)| folded(b, path, json)),
    }
    nothing(b, before);
}

/// Says that all of a section is hidden, where nothing was written since `before`.
pub(super) fn nothing(b: &mut PageBuilder, before: usize) {
    if b.len() == before {
        b.own();
        b.line("(hidden)", Class::Dim);
    }
}

/// A part that stands folded under its path.
pub(super) fn folded(b: &mut PageBuilder, path: &str, json: &str) {
    if json.len() <= SHORT && !is_container(json) && !json.contains('\n') {
        // One short line needs no fold.
        b.own();
        b.text(&format!("{}: ", path.replace('\n', " ")), Class::Key);
        return b.line(json, Class::Text);
    }
    b.own();
    let before = b.set_indent(2);
    b.line(&path.replace('\n', " "), Class::Key);
    b.set_indent(before);
    let fold = b.open_fold();
    value(b, json);
    b.close_fold(fold, true, Note::Preview);
}

/// Which piece of a conversation a message is; `last`: it is the answer.
pub(super) fn piece(message: &Message, last: bool) -> Piece {
    let calls = message.parts.iter().any(|p| matches!(p, Part::Call(_)));
    match message.role {
        Role::System => Piece::System,
        Role::User => Piece::User,
        Role::Tool => Piece::Tools,
        Role::Assistant | Role::Other if calls && !last => Piece::Tools,
        Role::Assistant | Role::Other => Piece::Assistant,
    }
}

/// A message as the view shows it: without the parts that are hidden, which are counted. `None`: nothing is left.
pub(super) fn message(b: &mut PageBuilder, lens: &ReviewView, message: &Message, last: bool) -> Option<Message> {
    let whole = lens.piece(piece(message, last)) == Some(How::Hide);
    let hidden = |part: &Part| match part {
        Part::Call(call) => lens.call(call) == How::Hide,
        _ if whole => true,
        Part::Reasoning(_) => lens.piece(Piece::Reasoning) == Some(How::Hide),
        _ => false,
    };
    let had = message.parts.len();
    let mut left: Vec<Part> = message.parts.iter().filter(|p| !hidden(p)).cloned().collect();
    if lens.piece(Piece::Data) == Some(How::Hide) {
        // Data that stands for the words is what was asked or answered; beside them it is an extra.
        let mut at = 0;
        left.retain(|part| {
            at += 1;
            at == 1 || !matches!(part, Part::Data(_))
        });
    }
    b.hide(if left.is_empty() && had > 0 { 1 } else { had - left.len() });
    (!left.is_empty() || had == 0).then(|| Message { parts: left, ..message.clone() })
}
