//! A call of a tool: its arguments and what came back, in a box.

use super::documents::{Title, content, panel};
use super::messages::one_line;
use super::{lens, value};
use crate::model::conversation::ToolCall;
use crate::model::document::Document;
use crate::model::json::is_json;
use crate::model::review_view::{How, Piece, ReviewView};
use crate::text::json::is_container;
use crate::text::{Class, Note, PageBuilder};

/// A tool's result of up to this many bytes stands beside its arrow.
const SHORT_RESULT: usize = 60;

/// What the model was given stands beside these words up to this many bytes.
const SHORT_GIVEN: usize = 200;

/// Columns of arguments and result on a folded call's line.
const GLIMPSES: (usize, usize) = (20, 28);

/// Documents in a result of more text than this (in bytes) are folded with their call.
const LONG_DOCUMENTS: usize = 12_000;

/// A call whose arguments and result take more rows than this is folded, so that the answer is near the question.
const LONG_CALL: usize = 12;

/// ╭ tool name ─╮ arguments, → result.
pub(super) fn tool(b: &mut PageBuilder, lens: &ReviewView, call: &ToolCall) {
    let mut raw = format!("{}({})", call.name, call.arguments);
    let left = returned_all_the_same(call);
    let hidden = lens.piece(Piece::Documents) == Some(How::Hide);
    let rest = call.elsewhere.as_ref().map(|e| e.rest.as_deref());
    let result = match rest {
        Some(rest) if hidden => rest,
        _ => call.result.as_deref().filter(|_| !hidden || call.documents.is_empty()),
    };
    for came in left.into_iter().chain(call.error.as_deref()).chain(result.filter(|_| call.error.is_none())) {
        raw.push_str("\n→ ");
        raw.push_str(came);
    }
    // Where a view hides a part of the result, it hides what was made of it.
    let whole = |came: &&String| lens.prune("outputs", came).hidden == 0;
    let shown = call.result.as_ref().is_none_or(|r| whole(&r)) && !hidden;
    let given = call.given.as_ref().filter(whole).filter(|_| shown).map(String::as_str);
    if let Some(given) = given {
        raw.push_str("\nthe model was given: ");
        raw.push_str(given);
    }
    b.block("tool call", raw.into(), call.error.is_some());
    b.open_box(if call.error.is_some() { Class::Error } else { Class::Border });
    b.text("tool ", Class::Dim);
    b.text(&call.name.replace('\n', " "), Class::Tool);
    if let Some(by) = &call.by {
        b.text(&format!(" by {}", by.replace('\n', " ")), Class::Dim);
    }
    if call.error.is_some() {
        b.text(" ✕ failed", Class::Error);
    }
    let documents = documents(lens, call);
    let size: usize = documents.iter().map(|d| d.content.len()).sum();
    // Documents are what the answer rests on: as elsewhere they stand open up to some pages.
    let found = call.elsewhere.as_ref().map_or(documents.len(), |e| e.count);
    let returned = match documents.is_empty() {
        true => rest.unwrap_or(call.result.as_deref()).map_or(0, rows),
        false => size / LONG_DOCUMENTS * LONG_CALL,
    };
    let long = call.error.is_none()
        && rows(&call.arguments) + returned > LONG_CALL
        && lens.piece(Piece::Tools) != Some(How::Show);
    if long {
        // Folded it still says what was asked and what came back.
        let seen = |side: &str, text: &str| lens.prune(side, text).shown.unwrap_or_default().into_owned();
        b.text(&format!(" {}", one_line(&seen("inputs", &call.arguments), GLIMPSES.0)), Class::Dim);
        let result = call.result.as_deref().filter(|_| found == 0).map(|text| seen("outputs", text));
        let result = result.or_else(|| (found > 0).then(|| counted(found)));
        b.text(" → ", Class::Good);
        b.text(&one_line(result.as_deref().unwrap_or("no result in this trace"), GLIMPSES.1), Class::Dim);
    }
    b.box_body();
    let fold = (long || lens.call(call) == How::Fold).then(|| b.open_fold());
    if call.arguments.is_empty() {
        b.own();
        b.line("no arguments", Class::Dim);
    } else {
        lens::fields(b, lens, "inputs", &call.arguments);
    }
    match (&call.error, &call.result) {
        (Some(error), _) => {
            b.own();
            if is_container(error) && is_json(error) {
                b.line("✕ result", Class::Error);
                lens::fields(b, lens, "outputs", error);
            } else {
                b.text("✕ ", Class::Error);
                b.line(error, Class::Error);
            }
            if let Some(result) = left.filter(|r| !short(b, lens, r)) {
                b.own();
                b.line("→ result", Class::Good);
                lens::fields(b, lens, "outputs", result);
            }
        }
        (None, Some(_)) if !documents.is_empty() => panels(b, lens, "→ ", documents),
        (None, Some(_)) if call.elsewhere.is_some() => {
            // They are read once, in their own panels.
            let above = call.elsewhere.as_ref().is_some_and(|e| e.above);
            let place = if hidden {
                " (hidden)"
            } else if above {
                ", above"
            } else {
                ", below"
            };
            b.own();
            b.line(&format!("→ {}{place}", counted(found)), Class::Good);
            if let Some(rest) = rest.flatten() {
                lens::fields(b, lens, "outputs", rest);
            }
        }
        (None, Some(result)) if !short(b, lens, result) => {
            b.own();
            b.line("→ result", Class::Good);
            lens::fields(b, lens, "outputs", result);
        }
        (None, Some(_)) => {}
        (None, None) => {
            b.own();
            b.line("→ no result in this trace", Class::Dim);
        }
    }
    if let Some(given) = given {
        b.own();
        if !given.trim().contains('\n') && given.len() <= SHORT_GIVEN {
            b.text("the model was given: ", Class::Warning);
            b.line(given.trim(), Class::Plain);
        } else {
            b.line("the model was given:", Class::Warning);
            lens::fields(b, lens, "outputs", given);
        }
    }
    b.close_box();
    if let Some(fold) = fold {
        b.close_fold(fold, true, Note::Preview);
    }
}

/// The documents that it returned, unless the view hides or folds something of its result.
fn documents<'c>(lens: &ReviewView, call: &'c ToolCall) -> &'c [Document] {
    let pruned = lens.prune("outputs", call.result.as_deref().unwrap_or_default());
    let whole = pruned.hidden == 0 && pruned.folded.is_empty();
    if whole { &call.documents } else { &[] }
}

fn counted(documents: usize) -> String {
    format!("{documents} document{}", if documents == 1 { "" } else { "s" })
}

/// Documents in a result, under a line that counts them: rank, title, text; folded or hidden as the view has documents.
pub(super) fn panels(b: &mut PageBuilder, lens: &ReviewView, arrow: &str, documents: &[Document]) {
    let how = lens.piece(Piece::Documents);
    let hidden = how == Some(How::Hide);
    b.own();
    b.text(arrow, Class::Good);
    b.line(&format!("{}{}", counted(documents.len()), if hidden { " (hidden)" } else { "" }), Class::Good);
    if hidden {
        return b.hide(1);
    }
    let fold = (how == Some(How::Fold)).then(|| b.open_fold());
    for (rank, document) in documents.iter().enumerate() {
        let title = Title { rank, many: false, cited: false, document, folded: false };
        panel(b, lens, &title, false, &|b| content(b, document));
    }
    if let Some(fold) = fold {
        b.close_fold(fold, true, Note::Preview);
    }
}

/// What a tool returned that failed, unless that is how it says why.
fn returned_all_the_same(call: &ToolCall) -> Option<&str> {
    let (error, result) = (call.error.as_deref()?, call.result.as_deref()?);
    let news = !result.trim().is_empty() && !error.contains(result.trim());
    news.then_some(result)
}

/// Roughly how many rows a value takes.
pub(super) fn rows(text: &str) -> usize {
    let values = if is_container(text) && text.len() > SHORT_RESULT {
        text.bytes().filter(|b| matches!(b, b',' | b'{' | b'[')).count()
    } else {
        text.bytes().filter(|b| *b == b'\n').count()
    };
    text.len() / 76 + values
}

/// A result of a few words, on the arrow's own line; false where it is longer, or the view has a say in it.
fn short(b: &mut PageBuilder, lens: &ReviewView, result: &str) -> bool {
    let trimmed = result.trim();
    let pruned = lens.prune("outputs", result);
    let whole = pruned.hidden == 0 && pruned.folded.is_empty() && pruned.shown.is_some();
    if !whole || trimmed.is_empty() || trimmed.len() > SHORT_RESULT || trimmed.contains('\n') {
        return false;
    }
    let container = is_container(trimmed);
    if container && trimmed.bytes().filter(|b| matches!(b, b'{' | b'[')).count() > 1 {
        return false;
    }
    b.own();
    b.text("→ ", Class::Good);
    if container {
        value(b, trimmed)
    } else {
        b.line(trimmed, Class::Plain)
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_failed_tool_returned_is_told_beside_the_error_but_not_twice() {
        let call = |error: &str, result: &str| ToolCall {
            error: Some(error.into()),
            result: Some(result.into()),
            ..ToolCall::default()
        };
        assert_eq!(returned_all_the_same(&call("timeout", r#"{"partial":1}"#)), Some(r#"{"partial":1}"#));
        assert_eq!(returned_all_the_same(&call("no such row", "no such row")), None);
        assert_eq!(returned_all_the_same(&ToolCall { result: Some("7".into()), ..ToolCall::default() }), None);
    }
}
