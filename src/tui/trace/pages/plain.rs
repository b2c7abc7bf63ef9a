//! The output alone, and the JSON.

use super::messages::{beside, ended, one_line};
use super::{lens, words};
use crate::model::conversation::{Conversation, Entry, Message, Part};
use crate::model::review_view::{How, Piece};
use crate::model::{Assessment, ReviewView};
use crate::text::json::is_container;
use crate::text::{Class, Note, Page, PageBuilder, json_lines};
use std::sync::Arc;

/// Lines of JSON that are shown open without being asked.
const OPEN_LINES: usize = 3000;

/// The actual output, or why there is none.
pub(in crate::tui::trace) fn output(mut b: PageBuilder, conversation: &Conversation, lens: &ReviewView) -> Page {
    let choices = choices(conversation);
    match &conversation.output {
        Some(_) if choices.len() > 1 => {
            choices.into_iter().for_each(|m| choice(&mut b, m, lens));
            failure(&mut b, conversation, lens);
        }
        Some(text) => {
            b.block("output", Arc::clone(text), false);
            b.push_gutter("│ ", Class::Assistant);
            if is_container(text) && text.contains(char::is_alphanumeric) {
                lens::fields(&mut b, lens, "outputs", text)
            } else {
                words(&mut b, text)
            }
            endings(conversation).for_each(|why| ended(&mut b, why));
            b.pop_gutter();
            failure(&mut b, conversation, lens);
            for json in data(conversation).filter(|json| *json != text.as_ref()) {
                if lens.piece(Piece::Data) == Some(How::Hide) {
                    b.hide(1);
                    continue;
                }
                b.gap();
                b.block("output", json.into(), true);
                b.push_gutter("│ ", Class::Dim);
                beside(&mut b, lens, "outputs", json);
                b.pop_gutter();
            }
        }
        None => {
            let media = media(conversation);
            let words = if media.is_empty() { "no output" } else { "no words, but:" };
            b.line(words, Class::Warning);
            endings(conversation).for_each(|why| ended(&mut b, why));
            for what in media {
                b.text("▣ ", Class::Accent);
                b.line(&what.replace('\n', " "), Class::Plain);
            }
            for entry in &conversation.entries {
                if let Entry::Failure { what, stack, .. } = entry {
                    b.gap();
                    b.block("error", what.as_str().into(), true);
                    b.push_gutter("│ ", Class::Error);
                    b.line(what, Class::Error);
                    if let Some(stack) = stack {
                        b.line(stack.trim_end(), Class::Plain);
                    }
                    b.pop_gutter();
                }
            }
        }
    }
    b.finish()
}

/// The answers of a model that was asked for several.
fn choices(conversation: &Conversation) -> Vec<&Message> {
    let choice = |m: &&Message| m.name.as_deref().is_some_and(|n| n.starts_with("choice ") && n.contains(" of "));
    let own = conversation.entries.iter().filter_map(|e| match e {
        Entry::Message { message, history: false } if message.role.answers() => Some(message),
        _ => None,
    });
    own.filter(choice).collect()
}

/// "choice 1 of 2", and what it says.
fn choice(b: &mut PageBuilder, message: &Message, lens: &ReviewView) {
    b.gap();
    b.block("output", message.text().into(), false);
    b.line(&one_line(message.name.as_deref().unwrap_or_default(), 40), Class::Dim);
    b.push_gutter("│ ", Class::Assistant);
    for part in &message.parts {
        match part {
            Part::Data(text) => lens::fields(b, lens, "outputs", text),
            Part::Text(text) if is_container(text) => lens::fields(b, lens, "outputs", text),
            Part::Text(text) | Part::Refusal(text) => words(b, text),
            Part::Ended(why) => ended(b, why),
            Part::Media(what) => {
                b.own();
                b.text("▣ ", Class::Accent);
                b.line(&what.replace('\n', " "), Class::Plain);
            }
            _ => {}
        }
    }
    b.pop_gutter();
}

/// What ended a trace that had answered by then, in part or whole.
fn failure(b: &mut PageBuilder, conversation: &Conversation, lens: &ReviewView) {
    let Some(Entry::Failure { what, .. }) = conversation.entries.last() else { return };
    if lens.errors() == How::Hide {
        return b.hide(1);
    }
    b.gap();
    b.line(&format!("✕ {}", what.replace('\n', " ")), Class::Error);
}

/// The pieces of the last answer.
fn answer(conversation: &Conversation) -> &[Part] {
    let last = conversation.entries.iter().rev().find_map(|e| match e {
        Entry::Message { message, history: false } if message.role.answers() => Some(message),
        _ => None,
    });
    last.map(|m| m.parts.as_slice()).unwrap_or_default()
}

/// Why the answer ended before it was done.
fn endings(conversation: &Conversation) -> impl Iterator<Item = &str> {
    answer(conversation).iter().filter_map(|p| if let Part::Ended(why) = p { Some(why.as_ref()) } else { None })
}

/// What the application returned beside the words of its answer, as JSON texts.
fn data(conversation: &Conversation) -> impl Iterator<Item = &str> {
    let parts = answer(conversation);
    let words = parts.iter().any(|p| matches!(p, Part::Text(_) | Part::Refusal(_)));
    let data = parts.iter().filter_map(|p| if let Part::Data(json) = p { Some(json.as_ref()) } else { None });
    data.filter(move |_| words)
}

/// What an answer consists of that has no words: an image, a sound.
fn media(conversation: &Conversation) -> Vec<&str> {
    answer(conversation)
        .iter()
        .filter_map(|p| if let Part::Media(what) = p { Some(what.as_str()) } else { None })
        .collect()
}

/// The body as JSON, and the assessments that may be shown.
pub(in crate::tui::trace) fn raw(mut b: PageBuilder, body: &Arc<str>, assessments: &[Assessment]) -> Page {
    b.block("trace", Arc::clone(body), false);
    // Roughly: a line for each member.
    let many = memchr::memchr_iter(b',', body.as_bytes()).take(OPEN_LINES + 1).count() > OPEN_LINES;
    json_lines(&mut b, body, if many { 4 } else { usize::MAX });
    if !assessments.is_empty() {
        let json = serde_json::to_string(assessments).unwrap_or_default();
        b.gap();
        b.block("assessments", json.as_str().into(), false);
        b.set_indent(2);
        b.line(&format!("assessments ({})", assessments.len()), Class::Heading);
        let fold = b.open_fold();
        json_lines(&mut b, &json, usize::MAX);
        b.close_fold(fold, false, Note::Preview);
    }
    b.finish()
}
