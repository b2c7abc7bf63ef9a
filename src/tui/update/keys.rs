//! A key press becomes a command of the active contexts, or a character of the field being written.

use super::{commands, prompts, writing};
use crate::text::Class;
use crate::tui::app::{App, Screen};
use crate::tui::command::{Command, spec_of};
use crate::tui::effect::Effect;
use crate::tui::form::Stop;
use crate::tui::key::Key;
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

pub(super) fn key(app: &mut App, event: KeyEvent, out: &mut Vec<Effect>) {
    if event.kind == KeyEventKind::Release {
        return;
    }
    super::team::at_work(app, out);
    let key = Key::from(event);
    // Esc and a key right after it arrive as one Alt chord: where that chord means nothing, they are two keys.
    if key.mods == KeyModifiers::ALT && app.keymap.find(app.chain(), key).is_none() {
        one_key(app, Key::new(KeyCode::Esc, KeyModifiers::NONE), out);
        return one_key(app, Key::new(event.code, event.modifiers - KeyModifiers::ALT), out);
    }
    one_key(app, key, out);
}

fn one_key(app: &mut App, key: Key, out: &mut Vec<Effect>) {
    let command = app.keymap.find(app.chain(), key);
    if command != Some(Command::Interrupt) {
        app.interrupted = false;
    }
    if !matches!(command, Some(Command::Quit | Command::Interrupt)) {
        app.warned = false;
    }
    if guarded(app, command, key) {
        return waits(app);
    }
    app.flash = None;
    if app.writing() {
        match (command, key.typed()) {
            (Some(command), _) => run(app, command, out),
            (None, Some(c)) if app.prompt.is_some() => prompts::type_char(app, c, out),
            (None, Some(c)) => writing::type_char(app, c, out),
            (None, None) => {}
        }
        return;
    }
    if let Some(c) = number_key(app, key) {
        writing::begin(app, out);
        writing::start_afresh(app);
        writing::type_char(app, c, out);
        return;
    }
    match command {
        Some(command) => run(app, command, out),
        None => {
            let on_field = app.screen == Screen::Review
                && app
                    .form()
                    .and_then(|f| f.focused())
                    .and_then(|q| q.at())
                    .is_some_and(|s| !matches!(s, Stop::Option(_)));
            if on_field && key.typed().is_some() {
                let write = app.key(Command::Write);
                app.say(Class::Accent, format!("press {write} to write"));
            }
        }
    }
}

/// Digits, `-` and `.` on a number's field start writing before they mean anything else.
fn number_key(app: &App, key: Key) -> Option<char> {
    if app.screen != Screen::Review {
        return None;
    }
    let review = app.review.as_ref()?;
    let on_number = review.form.as_ref()?.focused()?.numeric();
    let takes = on_number && !app.deciding() && !review.session.closed;
    key.typed().filter(|c| takes && (c.is_ascii_digit() || matches!(c, '-' | '.')))
}

/// Keys that answer an item, put it aside or decline it are ignored while a submit brings the next one and for a moment
/// after, so that a held key cannot settle an item unread.
fn guarded(app: &App, command: Option<Command>, key: Key) -> bool {
    let Some(review) = &app.review else { return false };
    if app.screen != Screen::Review || app.prompt.is_some() {
        return false;
    }
    use Command as C;
    let answers = matches!(command, Some(C::Pick(_) | C::Positive | C::Negative | C::Submit | C::SubmitExtra))
        || matches!(command, Some(C::Skip | C::Defer | C::Decline | C::Discard))
        || number_key(app, key).is_some();
    answers && (review.moving || app.now < review.guard)
}

/// A key is not dropped in silence while a submit waits for a server that is away.
fn waits(app: &mut App) {
    if app.outbox.trouble().is_some() {
        app.say(Class::Warning, "the submit still waits to be saved: go on when the next item is here");
    }
}

/// Runs a command if its condition holds; says why not otherwise.
pub(super) fn run(app: &mut App, command: Command, out: &mut Vec<Effect>) {
    let facts = app.facts();
    match spec_of(command).map(|s| (s.when)(&facts)) {
        Some(Err(why)) => app.say(Class::Warning, why),
        _ => commands::run(app, command, out),
    }
}
