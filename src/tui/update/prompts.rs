//! One-line prompts: palette, go to, find, reasons, filter, add to a session.

use super::{commands, keys, lists, moving, saving};
use crate::model::BasedOn;
use crate::service::api::{Act, ItemKey, Request};
use crate::text::Class;
use crate::tui::app::App;
use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::outbox::Then;
use crate::tui::palette;
use crate::tui::panel::{Prompt, PromptKind, STATES};
use crate::tui::trace::TraceCommand;

/// Opens a prompt.
pub(super) fn open(app: &mut App, kind: PromptKind, text: &str) {
    let based_on = app.form().map_or(BasedOn::Any, |form| form.based_on);
    app.prompt = Some(Prompt { based_on, ..Prompt::new(kind, text) });
}

/// Opens the queue's search with what it is narrowed to.
pub(super) fn find_queue(app: &mut App) {
    let narrow = app.review.as_ref().and_then(|r| r.queue.narrow.clone()).unwrap_or_default();
    let choice = STATES.iter().position(|(_, states)| *states == narrow.mine.as_slice()).unwrap_or(0);
    open(app, PromptKind::FindQueue, &narrow.text);
    if let Some(prompt) = &mut app.prompt {
        prompt.choice = choice;
    }
}

/// Asks which session the marked traces go to.
pub(super) fn add_to(app: &mut App) {
    if app.sessions.rows.iter().all(|s| s.experiment != app.experiment || s.closed) {
        let text = format!("no open session in experiment {}: labeltui session create makes one", app.experiment);
        return app.say(Class::Warning, crate::text::sanitize(&text));
    }
    open(app, PromptKind::AddTo, "");
}

/// Types a character.
pub(super) fn type_char(app: &mut App, c: char, out: &mut Vec<Effect>) {
    if let Some(prompt) = &mut app.prompt {
        prompt.field.type_char(c);
    }
    typed(app, out);
}

/// A paste.
pub(super) fn paste(app: &mut App, text: &str, out: &mut Vec<Effect>) {
    if let Some(prompt) = &mut app.prompt {
        prompt.field.paste(text);
    }
    typed(app, out);
}

/// An editing command; up and down choose where there is something to choose.
pub(super) fn edit(app: &mut App, command: Command, out: &mut Vec<Effect>) {
    match command {
        Command::LineUp => choose(app, -1),
        Command::LineDown => choose(app, 1),
        _ => {
            let changed = app.prompt.as_mut().is_some_and(|p| p.field.edit(command));
            if changed {
                typed(app, out);
            }
        }
    }
}

fn typed(app: &mut App, _out: &mut Vec<Effect>) {
    let Some(prompt) = &mut app.prompt else { return };
    let (kind, text) = (prompt.kind, prompt.field.text());
    match kind {
        PromptKind::Palette | PromptKind::AddTo => prompt.choice = 0,
        PromptKind::FindTrace => commands::pane(app, TraceCommand::Find(text)),
        _ => {}
    }
}

/// Another choice.
pub(super) fn choose(app: &mut App, by: isize) {
    let Some(prompt) = &app.prompt else { return };
    let n = match prompt.kind {
        PromptKind::Palette => palette::matches(app, &prompt.field.text()).len(),
        PromptKind::FindQueue => STATES.len(),
        PromptKind::AddTo => palette::sessions(app, &prompt.field.text()).len(),
        _ => 0,
    };
    if let (Some(prompt), true) = (&mut app.prompt, n > 0) {
        prompt.choice = (prompt.choice as isize + by).rem_euclid(n as isize) as usize;
    }
}

/// Never mind.
pub(super) fn cancel(app: &mut App) {
    if app.prompt.take().is_some_and(|p| p.kind == PromptKind::FindTrace) {
        commands::pane(app, TraceCommand::ClearFind);
    }
}

/// Enter: do it.
pub(super) fn accept(app: &mut App, out: &mut Vec<Effect>) {
    let Some(prompt) = &app.prompt else { return };
    let (kind, choice, based_on) = (prompt.kind, prompt.choice, prompt.based_on);
    let text = prompt.field.text().trim().to_owned();
    match kind {
        PromptKind::Palette => {
            let chosen = palette::matches(app, &text).get(choice).map(|s| s.command);
            app.prompt = None;
            if let Some(command) = chosen {
                keys::run(app, command, out);
            }
            return;
        }
        PromptKind::GoTo => go_to(app, &text, out),
        PromptKind::FindQueue => lists::narrow(app, &text, choice, out),
        PromptKind::FindTrace => {
            if text.is_empty() {
                commands::pane(app, TraceCommand::ClearFind);
            } else {
                // The key that ends the typing has cleared what was said about it.
                let found = app.pane_mut().and_then(|pane| pane.found_words());
                commands::say(app, found);
            }
        }
        PromptKind::Defer | PromptKind::Decline if text.is_empty() => {
            return app.say(Class::Warning, "a reason is needed (Esc: never mind)");
        }
        PromptKind::Defer => moving::act(app, (Act::Defer { reason: text }, based_on), "put aside", out),
        PromptKind::Decline => moving::act(app, (Act::Decline { reason: text }, based_on), "declined", out),
        PromptKind::Filter => {
            app.browse.filter = Some(text).filter(|t| !t.is_empty());
            app.browse.all = false;
            lists::restart_browse(app);
        }
        PromptKind::AddTo => {
            let session = palette::sessions(app, &text).get(choice).map(|s| (*s).to_owned());
            if let (Some(session), Some(which)) = (session, app.browse.which()) {
                saving::push(app, Request::AddTraces { session, which, refresh: false }, None, Then::Added, out);
            }
        }
    }
    app.prompt = None;
}

fn go_to(app: &mut App, text: &str, out: &mut Vec<Effect>) {
    let total = app.review.as_ref().map_or(0, |r| r.queue.total);
    match text.parse::<u32>() {
        _ if text.is_empty() => {}
        Ok(n) if n >= 1 && n <= total => moving::show(app, ItemKey::Position(n - 1), out),
        Ok(_) => app.say(Class::Warning, format!("items are numbered 1 to {total}")),
        Err(_) => moving::show(app, ItemKey::Trace(text.to_owned()), out),
    }
}
