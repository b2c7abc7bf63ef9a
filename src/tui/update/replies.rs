//! Answers to questions; one that nobody waits for any more is dropped.

use super::{lists, moving, notices, opening};
use crate::model::{MineState, Time};
use crate::service::api::{ItemView, Reason, Refusal, Response};
use crate::text::{Class, sanitize};
use crate::tui::app::{App, Ask, Screen};
use crate::tui::effect::Effect;
use crate::tui::form::Form;
use crate::tui::msg::ReadingKey;
use crate::tui::trace::Material;

/// Answer keys are ignored for this many milliseconds after a submit brought the next item.
const GUARD_MS: i64 = 150;

/// To somebody who has a session open that a lead has taken them off.
const NOT_YOURS: &str = "this session is not yours any more: a lead has changed it; nothing is saved here";

/// An answer has come.
pub(super) fn reply(app: &mut App, n: u64, result: Result<Response, Refusal>, out: &mut Vec<Effect>) {
    let Some(ask) = app.asked.remove(&n) else { return };
    let response = match result {
        Ok(response) => response,
        Err(refusal) => return failed(app, ask, &refusal, out),
    };
    match (ask, response) {
        (Ask::Sessions, Response::Sessions(rows)) => {
            app.sessions.at = app.sessions.at.min(rows.len().saturating_sub(1));
            app.sessions.rows = rows;
            app.sessions.loaded = true;
        }
        (Ask::Open(_), Response::Session(session)) => opening::opened(app, *session, out),
        (Ask::Session, Response::Session(session)) => notices::session_came(app, *session, out),
        (Ask::Here, Response::Here(others)) => super::team::others(app, Some(others), out),
        (Ask::Here, _) => super::team::others(app, None, out),
        (Ask::Next { opening }, Response::Next(item)) => opening::next(app, item, opening, out),
        (Ask::Show, Response::Item(view)) if moving::held(app) => under_a_word(app, *view, out),
        (Ask::Show, Response::Item(view)) => take_item(app, *view, false, out),
        (Ask::Refresh { changes }, Response::Item(view)) => refreshed(app, *view, changes, out),
        (Ask::Prepare, Response::Item(view)) => opening::prepared(app, &view, out),
        (Ask::Body { key, show }, Response::Body(body)) => opening::body_came(app, key, body, show, out),
        (Ask::Turns { key, body, .. }, Response::Turns(turns)) => opening::turns_came(app, key, body, turns, out),
        (Ask::Page(page), Response::Queue(answer)) => {
            if let Some(review) = &mut app.review {
                review.queue.take(page, answer);
            }
            opening::prepare(app, out);
        }
        (Ask::Narrow, Response::Found(found)) => lists::found(app, found, out),
        (Ask::NarrowRow(at), Response::Item(view)) => {
            if let Some(narrow) = app.review.as_mut().and_then(|r| r.queue.narrow.as_mut()) {
                narrow.asked.remove(&at);
                narrow.rows.insert(at, view.row);
            }
        }
        (Ask::Traces { page }, Response::Traces(answer)) => {
            app.browse.take(page, answer.rows, answer.next, answer.total);
        }
        (Ask::Trace(id), Response::Trace(doc)) => {
            if app.browse.showing.as_ref() == Some(&id) {
                let material = Material { body: doc.body, assessments: doc.assessments, ..Material::default() };
                out.push(Effect::Build { key: ReadingKey::Trace(id), material });
            }
        }
        _ => app.say(Class::Error, "the store gave another answer than was asked for"),
    }
}

/// An item comes to the screen: its form (drafts restored) and its trace.
pub(super) fn take_item(app: &mut App, view: ItemView, same: bool, out: &mut Vec<Effect>) {
    let now = app.now;
    let Some(review) = &mut app.review else { return };
    let this = |i: &ItemView| (i.row.item, &i.row.trace_id) == (view.row.item, &view.row.trace_id);
    let again = same || review.item.as_ref().is_some_and(this);
    let focus = review.form.as_ref().filter(|_| again).and_then(|f| f.focused()).map(|q| q.schema.name.clone());
    let undone = review.undone.take().filter(|(item, _)| *item == view.row.item).map(|(_, schema)| schema);
    let mut form = Form::new(&review.session.schemas, &view);
    if let Some(name) = undone.or(focus) {
        form.focus_on(&name);
    }
    for question in &mut form.questions {
        question.error = question.unfit.clone();
    }
    review.form = Some(form);
    review.target = view.row.position;
    review.moving = false;
    review.conflict = None;
    review.reload = false;
    if std::mem::take(&mut review.after_submit) {
        review.guard = Time(now.0 + GUARD_MS);
    }
    if app.outbox.saved_at.is_none() && view.draft.at.0 > 0 {
        app.outbox.saved_at = Some(view.draft.at);
    }
    if let Some(sentence) = super::team::whose(&view.row) {
        app.say(Class::Warning, sentence);
    }
    if !again {
        super::panels::turn(app);
    }
    super::deciding::came(app, &view);
    if let Some(review) = &mut app.review {
        review.queue.update(view.row.item, |row| *row = view.row.clone());
        review.item = Some(view.clone());
    }
    super::team::here(app, out);
    opening::trace(app, &view, out);
}

/// An item was asked for and somebody has begun to write meanwhile: the same item is taken over around the field, another
/// one does not come.
fn under_a_word(app: &mut App, view: ItemView, out: &mut Vec<Effect>) {
    moving::stay(app);
    let this = |i: &ItemView| (i.row.item, &i.row.trace_id) == (view.row.item, &view.row.trace_id);
    if !app.item().is_some_and(this) {
        let next = app.key(crate::tui::command::Command::NextUnreviewed);
        return app.say(Class::Accent, format!("still here, since you write; {next} goes on"));
    }
    let changes = app.form().map_or(0, |f| f.changes);
    refreshed(app, view, changes, out);
}

/// The item on screen was read again because something changed. An answer older than a change made here is read again.
fn refreshed(app: &mut App, view: ItemView, changes: u64, out: &mut Vec<Effect>) {
    let busy = !app.outbox.is_empty();
    let Some(review) = &mut app.review else { return };
    let Some(form) = review.form.as_mut().filter(|f| f.item == view.row.item) else { return };
    if review.item.as_ref().is_some_and(|known| known.row.trace_id != view.row.trace_id) {
        return another_trace(app, view, out);
    }
    if form.changes != changes || busy {
        review.reload = true;
        if !busy {
            notices::refresh_item(app, out);
        }
        return;
    }
    let unseen = form.refresh(&review.session.schemas, &view);
    review.queue.update(view.row.item, |row| *row = view.row.clone());
    let key = review.key_of(&view);
    let known = review.item.replace(view.clone());
    if known.as_ref().is_some_and(|k| k.row.position == review.target) {
        // Others before it may have been removed.
        review.target = view.row.position;
    }
    let other = known.as_ref().is_none_or(|k| review.key_of(k) != key);
    let again = known.as_ref().is_some_and(|k| k.snapshot != view.snapshot);
    let news = known.as_ref().is_some_and(|k| k.undecided != view.undecided);
    let lost = view.row.taken && known.as_ref().is_some_and(|k| !k.row.taken);
    let back = !view.row.taken && known.as_ref().is_some_and(|k| k.row.taken);
    // My own submits have been noted when they were saved; this one I have not made here.
    let elsewhere = view.row.mine.state == MineState::Submitted
        && known.as_ref().is_some_and(|k| k.row.mine.state != MineState::Submitted);
    if again {
        app.say(Class::Warning, format!("item {} was read in again: this is the new trace", view.row.position + 1));
    } else if elsewhere {
        app.say(Class::Warning, format!("item {} was submitted from another terminal", view.row.position + 1));
    } else if !unseen.is_empty() {
        let names = sanitize(&unseen.join(", ")).into_owned();
        app.say(Class::Warning, format!("{names}: changed in another terminal"));
    }
    if news {
        super::deciding::came(app, &view);
    }
    if lost {
        super::team::lost(app);
    } else if back && !elsewhere {
        app.say(Class::Good, "this item is free again");
    }
    if other {
        opening::trace(app, &view, out);
    }
}

/// The item on screen is another trace now (a store was restored). What stands in an open field is about the old one: it is
/// refused when it is sent, and then this comes again.
fn another_trace(app: &mut App, view: ItemView, out: &mut Vec<Effect>) {
    if moving::held(app) {
        return;
    }
    if let Some(review) = &mut app.review {
        review.forget_readings();
        (review.pane, review.pane_key) = (None, None);
    }
    let at = view.row.position + 1;
    take_item(app, view, false, out);
    app.say(Class::Warning, format!("item {at} is another trace now"));
}

fn failed(app: &mut App, ask: Ask, refusal: &Refusal, out: &mut Vec<Effect>) {
    // A page that was refused stays asked for: asking again at once would go round for ever.
    if matches!(ask, Ask::Next { .. } | Ask::Show)
        && let Some(review) = &mut app.review
    {
        review.moving = false;
        review.after_submit = false;
        if let Some(item) = &review.item {
            review.target = item.row.position;
        }
    }
    if let (Ask::Narrow, Some(review)) = (&ask, &mut app.review) {
        review.queue.narrow = None;
    }
    if let Ask::Turns { key, body, .. } = ask {
        // The item itself can be read all the same.
        return opening::build(app, key, body, crate::tui::trace::Turns::default(), out);
    }
    // What else of the session is refused says no more than that it is not theirs any more.
    let told = app.flash.as_ref().is_some_and(|(said, _)| said == NOT_YOURS);
    let quiet = matches!(ask, Ask::Here | Ask::Prepare | Ask::NarrowRow(_))
        || (told && matches!(ask, Ask::Page(_) | Ask::Refresh { .. }));
    if quiet {
        return;
    }
    let mut message = sanitize(&refusal.message).into_owned();
    if ask == Ask::Session && matches!(refusal.reason, Reason::NotFound | Reason::NotPermitted) {
        message = NOT_YOURS.to_owned();
    }
    if let Ask::Open(_) = ask {
        app.fatal = (!app.sessions.first && refusal.reason != Reason::Unavailable).then(|| message.clone());
        if app.fatal.is_some() {
            out.push(Effect::Quit(1));
            return;
        }
        app.screen = Screen::Sessions;
        moving::ask(app, Ask::Sessions, crate::service::api::Request::SessionList, out);
    }
    app.say(Class::Error, message);
}
