//! Leaving: back to the list, out of the program, out of the way. Nothing that can be saved is lost.

use super::{opening, writing};
use crate::text::Class;
use crate::tui::app::{App, Screen};
use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::msg::Timer;

/// After a signal the last saves have this many milliseconds.
const LAST_MS: u64 = 2000;
/// Where the terminal is gone and what waits cannot be saved (a server is started again, too) they have so many more: nobody
/// waits for this process.
const AWAY_MS: u64 = 60_000;
/// The exit code after Ctrl-C.
const INTERRUPTED: i32 = 130;

/// `q`: back where one came from, or out. It asks only while something could not be saved.
pub(super) fn quit(app: &mut App, out: &mut Vec<Effect>) {
    match app.screen {
        Screen::Show => {
            app.screen = Screen::Browse;
            app.browse.showing = None;
            app.browse.pane = None;
            return;
        }
        Screen::Browse => {
            app.screen = Screen::Sessions;
            return opening::list(app, out);
        }
        _ => {}
    }
    writing::send_typed(app, out);
    if app.outbox.trouble().is_some() && !app.warned {
        return warn(app);
    }
    super::team::leave(app, out);
    if app.screen == Screen::Review && app.sessions.first {
        app.screen = Screen::Sessions;
        app.panel = None;
        app.review = None;
        return opening::list(app, out);
    }
    app.leaving = true;
    if app.warned {
        out.push(Effect::Quit(0));
    }
}

/// Something could not be saved: asks once.
pub(super) fn warn(app: &mut App) {
    app.warned = true;
    let (quit, n) = (app.key(Command::Quit), app.outbox.len());
    let what = if n == 1 { "one change is".to_owned() } else { format!("{n} changes are") };
    app.say(Class::Error, format!("{what} not saved yet: {quit} again leaves without, any other key stays"));
}

/// `Ctrl-C`: says how to leave, and leaves the second time.
pub(super) fn interrupt(app: &mut App, out: &mut Vec<Effect>) {
    if app.interrupted {
        app.code = INTERRUPTED;
        return leave_now(app, out);
    }
    app.interrupted = true;
    let (quit, interrupt) = (app.key(Command::Quit), app.key(Command::Interrupt));
    app.say(Class::Accent, format!("{quit} leaves (everything typed is kept); {interrupt} again leaves as well"));
}

/// A signal, or the second Ctrl-C: save what is typed and leave, within a moment in any case.
pub(super) fn leave_now(app: &mut App, out: &mut Vec<Effect>) {
    writing::send_typed(app, out);
    out.extend(app.outbox.retry());
    app.leaving = true;
    app.warned = true;
    out.push(Effect::Timer(Timer::Leave, LAST_MS));
}

/// The terminal is gone.
pub(super) fn gone(app: &mut App, out: &mut Vec<Effect>) {
    if !std::mem::replace(&mut app.gone, true) {
        leave_now(app, out);
    }
}

/// The time of the last saves is over, but what waits may have some more.
pub(super) fn time_is_up(app: &mut App, out: &mut Vec<Effect>) {
    if app.gone && !app.outbox.is_empty() && !std::mem::replace(&mut app.lingers, true) {
        return out.push(Effect::Timer(Timer::Leave, AWAY_MS));
    }
    out.push(Effect::Quit(app.code));
}

/// Leaves once everything is saved.
pub(super) fn when_saved(app: &App, out: &mut Vec<Effect>) {
    if app.leaving && app.outbox.is_empty() {
        out.push(Effect::Quit(app.code));
    }
}

/// `Ctrl-Z`: what is typed is on its way first.
pub(super) fn suspend(app: &mut App, out: &mut Vec<Effect>) {
    writing::send_typed(app, out);
    out.push(Effect::Suspend);
}
