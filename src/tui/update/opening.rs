//! Opening: the first questions of a run, a session, and the trace of an item.

use super::moving::ask;
use super::{lens, saving};
use crate::model::ItemNo;
use crate::model::summary::mentions_session;
use crate::service::api::{self, ItemKey, ItemView, Request, SessionView};
use crate::text::{Class, sanitize};
use crate::tui::app::{App, Ask, Review, Screen};
use crate::tui::effect::Effect;
use crate::tui::msg::{Built, ReadingKey};
use crate::tui::panel::{Panel, PanelKind};
use crate::tui::trace::{Done, Material, TracePane, Turn, Turns};

/// What to do first: open the session named, or list them all.
pub fn start(app: &mut App, session: Option<String>) -> Vec<Effect> {
    let mut out = Vec::new();
    app.sessions.first = session.is_none();
    match session {
        Some(name) => open(app, name, &mut out),
        None => list(app, &mut out),
    }
    out
}

/// Asks for the sessions.
pub(super) fn list(app: &mut App, out: &mut Vec<Effect>) {
    out.push(Effect::Title("labeltui".to_owned()));
    ask(app, Ask::Sessions, Request::SessionList, out);
}

/// Asks for a session and, at once, for the item to begin with.
pub(super) fn open(app: &mut App, name: String, out: &mut Vec<Effect>) {
    ask(app, Ask::Open(name.clone()), Request::SessionGet { session: name }, out);
}

/// The session is there: its screen comes up, and the item that needs me is asked for.
pub(super) fn opened(app: &mut App, session: SessionView, out: &mut Vec<Effect>) {
    let me = session.people.iter().find(|p| p.reviewer == app.who.account);
    let first = me.is_none_or(|p| p.last_active.is_none());
    let instructions = session.instructions.as_ref().is_some_and(|i| !i.trim().is_empty());
    let name = session.name.clone();
    out.push(Effect::Title(format!("{} – labeltui", sanitize(&name))));
    app.screen = Screen::Review;
    app.panel = (first && instructions).then(|| Panel::new(PanelKind::Instructions));
    app.review = Some(Review::new(session));
    ask(app, Ask::Next { opening: true }, Request::Next { session: name, after: None }, out);
}

const NOTHING_FREE: &str = "nothing is free now";
const MOVED: &str = "others went on";

/// Items that are not complete, where others are at them.
fn left(app: &App) -> u32 {
    app.review.as_ref().filter(|r| r.others.is_some()).map_or(0, |r| r.session.progress.pending())
}

/// Others have gone on. Whoever was told that nothing is free, and waits, is told when that may be so no more.
pub(super) fn moved_on(app: &mut App) {
    let done = app.review.as_ref().is_some_and(|review| review.done);
    let waits = app.flash.as_ref().is_some_and(|(said, _)| said.contains(NOTHING_FREE) || said.starts_with(MOVED));
    if !(done && waits) {
        return;
    }
    let next = app.key(crate::tui::command::Command::NextUnreviewed);
    let said = match left(app) {
        0 => "nothing is left for you here: all is complete".to_owned(),
        n => format!("{MOVED}, {n} are left: {next} looks for one that is free"),
    };
    app.say(Class::Good, said);
}

/// Which item is next is known.
pub(super) fn next(app: &mut App, item: Option<ItemNo>, opening: bool, out: &mut Vec<Effect>) {
    if !opening && super::moving::held(app) {
        // What was claimed meanwhile is theirs, and comes when they go on.
        return super::moving::stay(app);
    }
    let Some(review) = &mut app.review else { return };
    review.done = item.is_none();
    match item {
        Some(item) => super::moving::show(app, ItemKey::No(item), out),
        None => {
            review.moving = false;
            review.after_submit = false;
            let empty = review.queue.total == 0;
            if empty {
                app.say(Class::Accent, "this session has no traces yet: labeltui session add-traces");
            } else {
                let said = app.flash.take().map_or(String::new(), |(text, _)| format!("{text} · "));
                let rest = match left(app) {
                    0 => "nothing is left for you here".to_owned(),
                    n => format!("{NOTHING_FREE}: others have the {n} left, or you put them aside"),
                };
                app.say(Class::Good, format!("{said}{rest}"));
                if opening || app.item().is_none() {
                    super::moving::show(app, ItemKey::Position(0), out);
                } else {
                    super::notices::refresh_item(app, out);
                }
            }
        }
    }
}

/// Shows the trace of an item that has just come: at once where it was prepared, else its body is asked for.
pub(super) fn trace(app: &mut App, view: &ItemView, out: &mut Vec<Effect>) {
    let Some(review) = &mut app.review else { return };
    let key = review.key_of(view);
    if review.pane_key.as_ref() == Some(&key) && review.pane.is_some() {
        return;
    }
    if let Some(reading) = review.reading(&key) {
        show_reading(review, key, reading);
        prepare(app, out);
        return;
    }
    // The same item in another light stays on screen until the other reading is there.
    if review.pane_key.as_ref().and_then(ReadingKey::item) != Some(view.row.item) {
        review.pane = None;
    }
    review.pane_key = Some(key.clone());
    body(app, key, view.row.item, true, out);
}

fn show_reading(review: &mut Review, key: ReadingKey, reading: std::sync::Arc<crate::tui::trace::Reading>) {
    // The way of looking that was chosen goes with the reviewer from item to item; other assessments of the same
    // item change nothing of it.
    let wanted = review.pane.as_ref().map(TracePane::view).or(review.last_view);
    let view = lens::offered(&review.lens(), wanted).unwrap_or_default();
    review.shown = Some(key.clone());
    let pane = TracePane::open_at(reading, view);
    review.last_view = Some(pane.view());
    review.pane = Some(pane);
    review.pane_key = Some(key);
}

fn body(app: &mut App, key: ReadingKey, item: ItemNo, show: bool, out: &mut Vec<Effect>) {
    let Some(session) = saving::session(app) else { return };
    ask(app, Ask::Body { key, show }, Request::Body { session, item }, out);
}

/// Prepares the item that probably comes next, so that Enter feels instant. Looking at it claims nothing.
pub(super) fn prepare(app: &mut App, out: &mut Vec<Effect>) {
    let Some(review) = &app.review else { return };
    let Some(here) = review.item.as_ref().map(|i| i.row.position) else { return };
    if app.asked.values().any(|a| matches!(a, Ask::Prepare | Ask::Body { .. } | Ask::Turns { .. })) {
        return;
    }
    let known = |item: ItemNo| {
        review.readings.iter().any(|(k, _)| matches!(k, ReadingKey::Item { item: i, .. } if *i == item))
            || matches!(&review.pane_key, Some(ReadingKey::Item { item: i, .. }) if *i == item)
    };
    let beside = review.queue.row(here + 1).filter(|_| here + 1 < review.queue.total);
    let wanted = review.queue.likely_next(here).into_iter().chain(beside).map(|r| r.item).find(|i| !known(*i));
    let (Some(item), Some(session)) = (wanted, saving::session(app)) else { return };
    ask(app, Ask::Prepare, Request::Item { session, item: ItemKey::No(item) }, out);
}

/// What is needed to read an item in advance has come.
pub(super) fn prepared(app: &mut App, view: &ItemView, out: &mut Vec<Effect>) {
    let Some(review) = &mut app.review else { return };
    let key = review.key_of(view);
    review.prepared.insert(view.row.item, view.imported.clone());
    body(app, key, view.row.item, false, out);
}

/// Bytes of a body that is looked through for a conversation's name.
const LOOKED_THROUGH: usize = 1 << 20;

/// A body has come. One that is a turn of a conversation is read with the others.
pub(super) fn body_came(app: &mut App, key: ReadingKey, body: String, show: bool, out: &mut Vec<Effect>) {
    // To ask takes less than to look through megabytes.
    let mentioned = body.len() > LOOKED_THROUGH || mentions_session(&body);
    match (saving::session(app), &key) {
        (Some(session), ReadingKey::Item { item, .. }) if mentioned => {
            let item = *item;
            ask(app, Ask::Turns { key, body, show }, Request::Turns { session, item }, out);
        }
        _ => build(app, key, body, Turns::default(), out),
    }
}

/// The turns around an item have come.
pub(super) fn turns_came(app: &mut App, key: ReadingKey, body: String, turns: api::Turns, out: &mut Vec<Effect>) {
    let day = |t: &api::Turn| jiff::Timestamp::from_millisecond(t.time.0).map(|t| app.tz.to_datetime(t));
    let first = turns.turns.first().and_then(|t| day(t).ok()).map(|d| d.date());
    let one_day = turns.turns.iter().all(|t| day(t).ok().map(|d| d.date()) == first);
    let form = if one_day { "%H:%M" } else { "%m-%d %H:%M" };
    let told = |t: api::Turn| Turn {
        position: t.position,
        when: day(&t).map_or_else(|_| "–".to_owned(), |d| d.strftime(form).to_string()),
        trace_id: t.trace_id,
        failed: t.state == "ERROR",
        question: t.question,
        answer: t.answer,
        body: t.body,
    };
    let turns = Turns { own: turns.own, total: turns.total, turns: turns.turns.into_iter().map(told).collect() };
    build(app, key, body, turns, out);
}

/// Everything is there: it is read off this thread.
pub(super) fn build(app: &mut App, key: ReadingKey, body: String, turns: Turns, out: &mut Vec<Effect>) {
    let Some(review) = &mut app.review else { return };
    let ReadingKey::Item { item, lens, .. } = &key else { return };
    let lens = std::sync::Arc::clone(lens);
    let assessments = match review.item.as_ref().filter(|v| v.row.item == *item) {
        Some(view) => view.imported.clone(),
        None => review.prepared.get(item).cloned().unwrap_or_default(),
    };
    review.prepared.remove(item);
    let wanted = review.pane.as_ref().map(TracePane::view).or(review.last_view);
    let view = lens::offered(&lens, wanted).unwrap_or_default();
    out.push(Effect::Build { key, material: Material { body, assessments, turns, lens, view } });
}

/// Something that the pane asked for is there.
pub(super) fn done(app: &mut App, done: Done) {
    let message = app.pane_mut().and_then(|pane| pane.done(done).message);
    super::commands::say(app, message);
}

/// A reading is ready: it is shown if it is still wanted, and kept.
pub(super) fn built(app: &mut App, built: Built, out: &mut Vec<Effect>) {
    let Some(reading) = built.reading else {
        app.say(Class::Error, "this trace could not be read");
        return;
    };
    if let ReadingKey::Trace(id) = &built.key {
        if app.browse.showing.as_ref() == Some(id) {
            app.browse.pane = Some(TracePane::open(reading));
        }
        return;
    }
    let Some(review) = &mut app.review else { return };
    review.keep(built.key.clone(), std::sync::Arc::clone(&reading));
    if review.pane_key.as_ref() == Some(&built.key) && review.shown.as_ref() != Some(&built.key) {
        show_reading(review, built.key, reading);
    }
    prepare(app, out);
}
