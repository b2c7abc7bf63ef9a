//! What others, and my other terminals, have changed: read again, without stealing the focus.

use super::moving::ask;
use super::{lens, lists, moving, opening, saving};
use crate::model::ItemNo;
use crate::service::api::{ItemKey, Notice, Request, SessionView};
use crate::text::{Class, sanitize};
use crate::tui::app::{App, Ask, Screen};
use crate::tui::effect::Effect;

/// What becomes of words in the field of a question that was taken out of the session.
pub(super) const GONE: &str = "what you write in it is not saved unless it is asked again";

/// A notice has come.
pub(super) fn notice(app: &mut App, notice: Notice, out: &mut Vec<Effect>) {
    match notice {
        Notice::Item { session, item, by } => item_changed(app, &session, item, &by, out),
        Notice::Session { session } => {
            if saving::session(app).as_ref() == Some(&session) {
                read_session(app, out);
                // Its trace may have been read in again.
                refresh_item(app, out);
                if let Some(review) = &mut app.review {
                    review.moved = true;
                    review.queue.touch_all();
                }
            }
            list_again(app, out);
        }
        Notice::Presence { session } => {
            if saving::session(app).as_ref() == Some(&session) {
                super::team::here(app, out);
            }
        }
        Notice::Traces => {
            if app.screen == Screen::Browse {
                lists::restart_browse(app);
            }
        }
        Notice::Resync => read_again(app, out),
        Notice::Reconnecting => app.reconnecting = true,
        Notice::Refused { why } => {
            (app.reconnecting, app.refused) = (true, true);
            app.say(Class::Error, sanitize(&why).into_owned());
        }
        Notice::Connected => {
            if app.refused {
                // Why it was is over.
                app.flash = None;
            }
            (app.reconnecting, app.refused) = (false, false);
            if let Some(review) = &mut app.review {
                review.forget_readings();
            }
            out.extend(app.outbox.retry());
            out.extend(app.outbox.try_again());
            read_again(app, out);
        }
    }
}

fn item_changed(app: &mut App, session: &str, item: ItemNo, by: &str, out: &mut Vec<Effect>) {
    list_again(app, out);
    if saving::session(app).as_deref() != Some(session) {
        return;
    }
    let mine = by == app.who.account;
    let here = app.item_no() == Some(item);
    if let Some(review) = &mut app.review {
        // My own changes have already told what they did to their row.
        if !mine || !here {
            review.queue.touch(item);
        }
        review.moved |= !mine;
    }
    if here {
        refresh_item(app, out);
    }
    // Also after my own acts: another terminal of mine may have done it, and my pace has changed.
    read_session(app, out);
}

/// Everything on screen is read again.
pub(super) fn read_again(app: &mut App, out: &mut Vec<Effect>) {
    if let Some(review) = &mut app.review {
        review.queue.touch_all();
        review.moved = true;
        read_session(app, out);
        refresh_item(app, out);
        // A server that was started again does not know where anybody is.
        super::team::here(app, out);
    }
    if app.screen == Screen::Browse {
        lists::restart_browse(app);
    }
    list_again(app, out);
}

fn list_again(app: &mut App, out: &mut Vec<Effect>) {
    if app.screen == Screen::Sessions && !app.asked.values().any(|a| *a == Ask::Sessions) {
        ask(app, Ask::Sessions, Request::SessionList, out);
    }
}

fn read_session(app: &mut App, out: &mut Vec<Effect>) {
    if app.asked.values().any(|a| *a == Ask::Session) {
        return;
    }
    if let Some(session) = saving::session(app) {
        ask(app, Ask::Session, Request::SessionGet { session }, out);
    }
}

/// The session on screen as it is now; its questions may have changed.
pub(super) fn session_came(app: &mut App, session: SessionView, out: &mut Vec<Effect>) {
    let Some(review) = &mut app.review else { return };
    if review.session.name != session.name {
        return;
    }
    if review.session.created_at != session.created_at {
        return made_again(app, session, out);
    }
    let asked_otherwise = review.session.schemas != session.schemas;
    review.queue.total = session.progress.items;
    let first = review.item.is_none() && review.done && session.progress.items > 0;
    review.session = session;
    if first {
        // It was empty when it was opened.
        let session = review.session.name.clone();
        ask(app, Ask::Next { opening: true }, Request::Next { session, after: None }, out);
    }
    let Some(review) = &mut app.review else { return };
    if asked_otherwise {
        out.extend(app.outbox.sort_out(&review.session.schemas));
        let saved = app.outbox.is_empty();
        if let (Some(form), Some(view), true) = (&mut review.form, &review.item, saved) {
            form.refresh(&review.session.schemas, view);
        }
        review.reload = true;
        let gone = review.form.as_ref().and_then(|f| f.focused()).filter(|q| q.gone).map(|q| q.schema.name.clone());
        let said = match gone {
            Some(name) => format!("{} is no longer asked: {GONE}", sanitize(&name)),
            None => "the questions of this session have changed".to_owned(),
        };
        app.say(Class::Warning, said);
    }
    if app.review.as_mut().is_some_and(|review| std::mem::take(&mut review.moved)) {
        opening::moved_on(app);
    }
    lens::changed(app, out);
}

/// Another session has the name of the one on screen. A field that is open stays open: its words are refused when they are
/// sent, and then this comes again.
fn made_again(app: &mut App, session: SessionView, out: &mut Vec<Effect>) {
    if moving::held(app) {
        return;
    }
    let name = sanitize(&session.name).into_owned();
    opening::opened(app, session, out);
    app.say(Class::Warning, format!("session {name} was deleted and made again: this is the new one"));
}

/// Reads the item on screen again, once everything of mine is saved.
pub(super) fn refresh_item(app: &mut App, out: &mut Vec<Effect>) {
    let busy = !app.outbox.is_empty() || app.asked.values().any(|a| matches!(a, Ask::Refresh { .. }));
    let (Some(session), Some(item)) = (saving::session(app), app.item_no()) else { return };
    let Some(review) = &mut app.review else { return };
    review.reload = busy;
    if busy {
        return;
    }
    let changes = review.form.as_ref().map_or(0, |f| f.changes);
    ask(app, Ask::Refresh { changes }, Request::Item { session, item: ItemKey::No(item) }, out);
}
