//! The pages of a trace: each view's text, written once when the trace is opened.

mod aside;
mod assessment;
mod calls;
mod cite;
mod details;
mod documents;
mod dollars;
mod given;
mod kinds;
mod lens;
mod messages;
mod plain;
mod question;
mod times;
mod turns;

pub(super) use cite::{cite, cited};
pub(super) use details::{SPAN, copied, detail};
pub(super) use documents::documents;
pub(super) use dollars::dollars;
pub(super) use kinds::{icon, short_type, type_class};
pub(super) use messages::messages;
pub(super) use plain::{output, raw};
pub(super) use times::{Odd, children, duration, oddity, own_time};

use crate::model::attachment::attachment;
use crate::model::conversation::data_uri;
use crate::text::json::{self, begins_container, is_container};
use crate::text::{Class, PageBuilder, json_lines, markdown};

/// Levels of JSON that are open at first where it stands between other things.
const OPEN_LEVELS: usize = 4;

/// Text of a page that is made for a first look: several screens.
pub(super) const FIRST_LOOK: usize = 64 << 10;

/// A value as people read it: JSON as lines, a JSON string as its text, words as Markdown.
fn value(b: &mut PageBuilder, text: &str) {
    opened(b, text, OPEN_LEVELS);
}

/// The same, with JSON open to so many levels.
fn opened(b: &mut PageBuilder, text: &str, levels: usize) {
    let trimmed = text.trim();
    // For a first look the beginning decides; the whole page, which follows, looks at all of it.
    if begins_container(trimmed, if b.is_limited() { FIRST_LOOK } else { usize::MAX }) {
        return json_lines(b, trimmed, levels);
    }
    match json::token(trimmed, 0) {
        Some(found) if found.token == json::Token::Str && found.next == trimmed.len() && found.end < found.next => {
            let inside = json::unescape(trimmed.get(found.start..found.end).unwrap_or_default());
            if is_container(&inside) { json_lines(b, &inside, levels) } else { words(b, &inside) }
        }
        _ => words(b, text),
    }
}

fn words(b: &mut PageBuilder, text: &str) {
    if text.is_empty() {
        b.own();
        b.line("(empty text)", Class::Dim);
    } else if let Some(found) = attachment(text) {
        b.text("▣ ", Class::Accent);
        let told: Vec<&str> =
            ["attachment"].into_iter().chain(found.facts.iter().map(String::as_str)).chain([found.id]).collect();
        b.line(&told.join(" · "), Class::Plain);
    } else if let Some(what) = data_uri(text) {
        b.text("▣ ", Class::Accent);
        b.line(&what, Class::Plain);
    } else {
        markdown(b, text);
    }
}
