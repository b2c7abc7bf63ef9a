//! What the answering model was given besides, as one line until somebody asks what an answer rests on.

use super::lens;
use super::messages::part;
use crate::model::conversation::{Message, Role};
use crate::model::review_view::{How, Piece, ReviewView};
use crate::text::{Class, Note, PageBuilder};

/// Writes it, each message under who speaks in it.
pub(super) fn given(b: &mut PageBuilder, lens: &ReviewView, (name, model): (&str, bool), messages: &[Message]) {
    let how = lens.piece(Piece::Steps);
    if how == Some(How::Hide) {
        return b.hide(1);
    }
    let shown: Vec<Message> = messages.iter().filter_map(|m| lens::message(b, lens, m, false)).collect();
    if shown.is_empty() {
        return;
    }
    let texts: Vec<String> = shown.iter().map(Message::text).collect();
    b.block("given", texts.join("\n\n").into(), false);
    b.own_inside();
    b.set_indent(2);
    let prompt = shown.iter().all(|m| m.role == Role::System);
    let what = match (prompt, model) {
        (true, _) => "system prompt of ",
        (false, true) => "given to the model ",
        (false, false) => "given to the function ",
    };
    b.text(what, Class::Dim);
    b.text(&name.replace('\n', " "), Class::Assistant);
    b.text(&format!(" · {}", size(texts.iter().map(String::len).sum())), Class::Dim);
    b.end_line();
    b.set_indent(0);
    let fold = b.open_fold();
    for message in &shown {
        b.push_gutter("┆ ", Class::Dim);
        if shown.len() > 1 {
            b.own();
            b.line(&message.heading().0.replace('\n', " "), Class::Dim);
        }
        message.parts.iter().for_each(|p| part(b, lens, p, message.role));
        b.pop_gutter();
    }
    b.close_fold(fold, how != Some(How::Show), Note::Preview);
}

fn size(bytes: usize) -> String {
    match bytes {
        1 => "1 byte".to_owned(),
        0..1024 => format!("{bytes} bytes"),
        _ => format!("{} KB", bytes.div_ceil(1024)),
    }
}
