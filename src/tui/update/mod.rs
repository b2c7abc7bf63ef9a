//! The pure heart of the screen: a message changes the state and says what is to be done. No IO, no clock.

mod answering;
mod commands;
mod copying;
mod deciding;
mod keys;
mod leaving;
mod lens;
mod lists;
mod moving;
mod notices;
mod opening;
mod panels;
mod prompts;
mod replies;
mod saving;
mod team;
mod writing;

pub use opening::start;
pub use team::whose;

use super::app::App;
use super::effect::Effect;
use super::msg::{Msg, Timer};
use crate::model::Time;
use crate::text::Class;

/// Takes in one message, which came at `now`.
pub fn update(app: &mut App, now: Time, msg: Msg) -> Vec<Effect> {
    app.now = now;
    let mut out = Vec::new();
    match msg {
        Msg::Key(event) => keys::key(app, event, &mut out),
        Msg::Paste(text) => writing::paste(app, &text, &mut out),
        Msg::Wheel(rows) => {
            team::at_work(app, &mut out);
            commands::scroll(app, rows);
        }
        Msg::Resize(width, height) => app.size = (width, height),
        Msg::Reply(n, result) if app.outbox.awaits(n) => saving::saved(app, *result, &mut out),
        Msg::Reply(n, result) => replies::reply(app, n, *result, &mut out),
        Msg::Built(built) => opening::built(app, built, &mut out),
        Msg::Done(done) => opening::done(app, *done),
        Msg::Notice(notice) => notices::notice(app, notice, &mut out),
        Msg::Timer(Timer::Typing) => {
            app.typing_timer = false;
            writing::send_typed(app, &mut out);
        }
        Msg::Timer(Timer::Retry) => out.extend(app.outbox.retry()),
        Msg::Timer(Timer::Refused) => out.extend(app.outbox.refused_are_due()),
        Msg::Timer(Timer::Leave) => leaving::time_is_up(app, &mut out),
        Msg::Edited(Ok(text)) => writing::edited(app, &text, &mut out),
        Msg::Edited(Err(why)) => app.say(Class::Error, why),
        Msg::Kept { what, result } => copying::kept(app, what, &result),
        Msg::Leave => leaving::leave_now(app, &mut out),
        Msg::Gone => leaving::gone(app, &mut out),
        Msg::Interrupt => leaving::interrupt(app, &mut out),
        Msg::Suspend => keys::run(app, super::command::Command::Suspend, &mut out),
        Msg::Resumed => {
            notices::read_again(app, &mut out);
        }
    }
    lists::look(app, &mut out);
    if let Some(form) = app.form_mut() {
        form.looked();
    }
    if let Some(pane) = app.pane_mut() {
        out.extend(pane.jobs().into_iter().map(Effect::Job));
    }
    leaving::when_saved(app, &mut out);
    out
}
