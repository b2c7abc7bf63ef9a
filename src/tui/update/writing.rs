//! Fields: opening, typing, pasting, leaving. Half-typed text is sent within a second; leaving makes it an answer.

use super::notices::GONE;
use super::{answering, keys, prompts, saving};
use crate::model::{AnswerChange, Change, value};
use crate::text::Class;
use crate::tui::app::{App, Screen};
use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::field::Field;
use crate::tui::form::{Question, Stop, Target, Writing};
use crate::tui::msg::Timer;
use crate::tui::outbox::Then;
use serde_json::Value;

/// Half-typed text is sent this many milliseconds after its first unsent character.
const TYPING_MS: u64 = 400;

/// Writes in the focused question's field.
pub(super) fn begin(app: &mut App, out: &mut Vec<Effect>) {
    let _ = out;
    if answering::refuse(app) {
        return;
    }
    let Some(question) = app.form().and_then(|f| f.focused()) else { return };
    match question.at() {
        Some(Stop::Field) => open(app, Target::Value),
        Some(Stop::Entry(i)) => open(app, Target::Entry(i)),
        Some(Stop::Add) => open(app, Target::Entry(question.entries().len())),
        _ if question.schema.enable_comment => {
            let comment = app.key(Command::Comment);
            app.say(Class::Accent, format!("{comment} writes a comment; options are picked with their keys"));
        }
        _ => app.say(Class::Accent, "options are picked with their keys"),
    }
}

/// Adds an entry to the focused text list.
pub(super) fn add_entry(app: &mut App, out: &mut Vec<Effect>) {
    let _ = out;
    if answering::refuse(app) {
        return;
    }
    if let Some(n) = app.form().and_then(|f| f.focused()).map(|q| q.entries().len()) {
        open(app, Target::Entry(n));
    }
}

/// Writes the comment of the focused question, cursor at its end.
pub(super) fn comment(app: &mut App, out: &mut Vec<Effect>) {
    let _ = out;
    if !answering::refuse(app) {
        open(app, Target::Comment);
    }
}

/// Copies the actual output into the focused field, then writes.
pub(super) fn copy_output(app: &mut App, out: &mut Vec<Effect>) {
    if answering::refuse(app) {
        return;
    }
    let Some(text) = app.pane_mut().and_then(|p| p.output_text()) else {
        return app.say(Class::Warning, "the answer has no words to copy");
    };
    begin(app, out);
    if let Some(writing) = app.form_mut().and_then(|f| f.writing.as_mut()) {
        let one_line = writing.field.one_line();
        writing.field = Field::new("", one_line);
        writing.field.paste(&text);
        typed(app, out);
    }
}

fn open(app: &mut App, target: Target) {
    let Some(form) = app.form_mut() else { return };
    let Some(question) = form.focused_mut() else { return };
    question.note = None;
    let (text, one_line) = match target {
        Target::Comment => (question.comment_text(), false),
        Target::Value => (question.text(), question.numeric()),
        Target::Entry(i) => {
            question.stop = i;
            (question.entries().get(i).cloned().unwrap_or_default(), true)
        }
    };
    form.by_arrow = false;
    form.writing = Some(Writing { target, field: Field::new(&text, one_line), unsent: false });
}

/// A digit on a number is the first of a new one; `i` edits the old.
pub(super) fn start_afresh(app: &mut App) {
    if let Some(writing) = app.form_mut().and_then(|f| f.writing.as_mut()) {
        writing.field = Field::new("", writing.field.one_line());
    }
}

/// Types a character into the field.
pub(super) fn type_char(app: &mut App, c: char, out: &mut Vec<Effect>) {
    if let Some(writing) = app.form_mut().and_then(|f| f.writing.as_mut()) {
        writing.field.type_char(c);
        typed(app, out);
    }
}

/// An editing command.
pub(super) fn edit(app: &mut App, command: Command, out: &mut Vec<Effect>) {
    let changed = app.form_mut().and_then(|f| f.writing.as_mut()).is_some_and(|w| w.field.edit(command));
    if changed {
        typed(app, out);
    }
}

/// A paste: into the prompt, the field, or the focused field, which it opens.
pub(super) fn paste(app: &mut App, text: &str, out: &mut Vec<Effect>) {
    app.flash = None;
    if app.prompt.is_some() {
        return prompts::paste(app, text, out);
    }
    if app.screen != Screen::Review {
        return;
    }
    if !app.writing() {
        keys::run(app, Command::Write, out);
    }
    let cut = match app.form_mut().and_then(|f| f.writing.as_mut()) {
        Some(writing) => writing.field.paste(text),
        None => return,
    };
    if cut {
        app.say(Class::Warning, "only the first 64 KiB were pasted");
    }
    typed(app, out);
}

/// `$EDITOR` gave this text.
pub(super) fn edited(app: &mut App, text: &str, out: &mut Vec<Effect>) {
    if let Some(writing) = app.form_mut().and_then(|f| f.writing.as_mut()) {
        let one_line = writing.field.one_line();
        writing.field = Field::new(text.strip_suffix('\n').unwrap_or(text), one_line);
        typed(app, out);
    }
}

/// Opens `$EDITOR` on the field's text.
pub(super) fn editor(app: &mut App, out: &mut Vec<Effect>) {
    send_typed(app, out);
    if let Some(writing) = app.form().and_then(|f| f.writing.as_ref()) {
        out.push(Effect::Editor(writing.field.text()));
    }
}

/// The field's text has changed: it is half typed now, and on its way within a second.
fn typed(app: &mut App, out: &mut Vec<Effect>) {
    let Some(form) = app.form_mut() else { return };
    form.changes += 1;
    let gone = form.focused().is_some_and(|q| q.gone);
    let Some(writing) = form.writing.as_mut() else { return };
    writing.unsent = true;
    let (target, text) = (writing.target, writing.field.text());
    if let Some(question) = form.focused_mut() {
        if !gone {
            question.error = None;
        }
        keep_typed(question, target, text);
    }
    if gone {
        return send_typed(app, out);
    }
    if !app.typing_timer {
        app.typing_timer = true;
        out.push(Effect::Timer(Timer::Typing, TYPING_MS));
    }
}

fn keep_typed(question: &mut Question, target: Target, text: String) {
    match target {
        Target::Value => question.typing = Some(text),
        Target::Comment => question.typing_comment = Some(text),
        Target::Entry(i) => {
            let mut entries = question.entries();
            match entries.get_mut(i) {
                Some(entry) => *entry = text,
                None => entries.push(text),
            }
            question.typing = Some(entries.join("\n"));
        }
    }
}

/// Sends what is half typed, if it has not been sent.
pub(super) fn send_typed(app: &mut App, out: &mut Vec<Effect>) {
    let Some(session) = saving::session(app) else { return };
    let Some(form) = app.form_mut() else { return };
    let Some(request) = form.half_typed(&session) else { return };
    let (item, gone) = (form.item, form.focused().is_some_and(|q| q.gone));
    if let Some(writing) = &mut form.writing {
        writing.unsent = false;
    }
    if gone {
        return saving::strand(app, request, item);
    }
    saving::push(app, request, Some(item), Then::Stay, out);
}

/// Reads what is half typed in a question: `Ok(None)` is an empty field.
///
/// # Errors
/// Why it does not fit, with the bound.
pub(super) fn read(question: &Question) -> Result<Option<Value>, String> {
    let text = question.text();
    if question.is_text_list() {
        let entries: Vec<Value> = question
            .entries()
            .iter()
            .map(|e| e.trim())
            .filter(|e| !e.is_empty())
            .map(|e| Value::String(e.to_owned()))
            .collect();
        if entries.is_empty() {
            return Ok(None);
        }
        return value::check(&question.schema, &Value::Array(entries)).map(Some);
    }
    if text.trim().is_empty() {
        return Ok(None);
    }
    if question.numeric() {
        return value::parse(&question.schema, text.trim()).map(Some);
    }
    value::check(&question.schema, &Value::String(text)).map(Some)
}

/// Leaves the field. What stands in it becomes the answer; what does not fit is refused with the bound and kept as typed.
pub(super) fn leave(app: &mut App, out: &mut Vec<Effect>) {
    let Some(form) = app.form_mut() else { return };
    let Some(target) = form.writing.as_ref().map(|w| w.target) else { return };
    let Some(question) = form.focused_mut() else { return };
    let schema = question.schema.name.clone();
    if question.gone {
        form.writing = None;
        return app.say(Class::Warning, format!("{} is no longer asked: {GONE}", crate::text::sanitize(&schema)));
    }
    let mut change = AnswerChange { schema: schema.clone(), value: Change::Keep, comment: Change::Keep };
    match target {
        Target::Comment => {
            if let Some(text) = question.typing_comment.take() {
                let old = question.comment.clone().unwrap_or_default();
                change.comment = if text.is_empty() { Change::Clear } else { Change::Set(text.clone()) };
                question.comment = Some(text.clone()).filter(|t| !t.is_empty());
                if text == old && text.is_empty() {
                    // Typed and deleted again: what was sent half typed goes away as well.
                    change.comment = Change::Clear;
                }
            }
        }
        _ if question.typing.is_none() => {}
        _ => match read(question) {
            Ok(value) => {
                question.value.clone_from(&value);
                question.typing = None;
                (question.error, question.unfit) = (None, None);
                change.value = value.map_or(Change::Clear, Change::Set);
            }
            Err(why) => {
                question.error = Some(why.clone());
                send_typed(app, out);
                app.say(Class::Error, format!("{schema} {why}"));
            }
        },
    }
    let Some(form) = app.form_mut() else { return };
    form.changes += 1;
    form.writing = None;
    if let Some(question) = form.focused_mut() {
        let last = question.stops().len().saturating_sub(1);
        question.stop = question.stop.min(last);
    }
    if change.value != Change::Keep || change.comment != Change::Keep {
        answering::send(app, change, out);
    }
}

/// Tab in a field: leaves it and goes on to the next question.
pub(super) fn leave_to(app: &mut App, forward: bool, out: &mut Vec<Effect>) {
    leave(app, out);
    if let Some(form) = app.form_mut() {
        form.step_question(forward);
    }
}

/// Enter in a field: commits a number or an entry and moves on; a new line in a text.
pub(super) fn enter(app: &mut App, out: &mut Vec<Effect>) {
    let Some(writing) = app.form_mut().and_then(|f| f.writing.as_mut()) else { return };
    if !writing.field.one_line() {
        writing.field.newline();
        return typed(app, out);
    }
    let empty = writing.field.text().trim().is_empty();
    let entry = match writing.target {
        Target::Entry(i) if !empty => Some(i),
        _ => None,
    };
    leave(app, out);
    let Some(form) = app.form_mut() else { return };
    if form.focused().is_some_and(|q| q.error.is_some()) {
        return;
    }
    let Some(i) = entry else { return form.next_unanswered() };
    let Some(question) = form.focused_mut() else { return };
    // Writing goes on in the next entry; an empty one ends the list. A full list takes none.
    if question.full() && i + 1 >= question.entries().len() {
        question.stop = question.stops().len().saturating_sub(1);
    } else {
        open(app, Target::Entry(i + 1));
    }
}
