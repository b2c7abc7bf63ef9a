//! The session list, the trace browser, and the windows of rows that are asked for as they come into view.

use super::moving::{ask, show as show_item};
use super::{opening, saving};
use crate::model::ItemNo;
use crate::service::api::{ItemKey, Request};
use crate::text::Class;
use crate::tui::app::{App, Ask, Screen};
use crate::tui::browse;
use crate::tui::effect::Effect;
use crate::tui::panel::STATES;
use crate::tui::queue::{Narrow, PAGE};

/// Moves the cursor of the list on screen; `i64::MIN` and `MAX` go to the ends.
pub(super) fn step(app: &mut App, by: i64) {
    let (at, n) = match app.screen {
        Screen::Sessions => (&mut app.sessions.at, app.sessions.rows.len()),
        Screen::Browse => {
            let n = app.browse.reachable();
            (&mut app.browse.at, n)
        }
        _ => return,
    };
    let to = i64::try_from(*at)
        .unwrap_or(0)
        .saturating_add(by)
        .clamp(0, i64::try_from(n).unwrap_or(0).saturating_sub(1).max(0));
    *at = usize::try_from(to).unwrap_or(0);
}

/// A page of the list.
pub(super) fn page(app: &mut App, by: i64) {
    step(app, by * i64::from(app.size.1.saturating_sub(5).max(1)));
}

/// Opens the session under the cursor.
pub(super) fn open_session(app: &mut App, out: &mut Vec<Effect>) {
    if let Some(name) = app.sessions.rows.get(app.sessions.at).map(|s| s.name.clone()) {
        opening::open(app, name, out);
    }
}

/// Opens the trace browser, in the experiment of the session under the cursor.
pub(super) fn browse(app: &mut App) {
    if let Some(session) = app.sessions.rows.get(app.sessions.at) {
        app.experiment.clone_from(&session.experiment);
    }
    app.screen = Screen::Browse;
    restart_browse(app);
}

/// Reads the browser's rows anew.
pub(super) fn restart_browse(app: &mut App) {
    app.browse.restart();
    app.asked.retain(|_, a| !matches!(a, Ask::Traces { .. }));
}

/// Shows the trace under the cursor.
pub(super) fn show(app: &mut App, out: &mut Vec<Effect>) {
    let Some(trace_id) = app.browse.row(app.browse.at).map(|r| r.trace_id.clone()) else { return };
    app.screen = Screen::Show;
    app.browse.showing = Some(trace_id.clone());
    app.browse.pane = None;
    ask(app, Ask::Trace(trace_id.clone()), Request::TraceShow { trace_id }, out);
}

/// Narrows the queue to words and a state of mine; both empty: all items again.
pub(super) fn narrow(app: &mut App, text: &str, choice: usize, out: &mut Vec<Effect>) {
    let mine = STATES.get(choice).map_or(&[][..], |(_, states)| *states).to_vec();
    let Some(session) = saving::session(app) else { return };
    let Some(review) = &mut app.review else { return };
    if text.is_empty() && mine.is_empty() {
        review.queue.narrow = None;
        return;
    }
    review.queue.narrow = Some(Narrow { text: text.to_owned(), mine: mine.clone(), ..Narrow::default() });
    app.asked.retain(|_, a| !matches!(a, Ask::Narrow | Ask::NarrowRow(_)));
    let request = Request::Find { session, text: text.to_owned(), mine, status: Vec::new(), deep: false };
    ask(app, Ask::Narrow, request, out);
}

/// The matches are known: the first one is shown, unless the item on screen is one.
pub(super) fn found(app: &mut App, items: Vec<ItemNo>, out: &mut Vec<Effect>) {
    let here = app.item_no();
    let Some(review) = &mut app.review else { return };
    let Some(narrow) = &mut review.queue.narrow else { return };
    let n = items.len();
    let first = items.first().copied().filter(|_| here.is_none_or(|h| !items.contains(&h)));
    narrow.items = Some(items);
    if n == 0 {
        review.queue.narrow = None;
        return app.say(Class::Warning, "no item matches: all items are shown");
    }
    app.say(Class::Good, if n == 1 { "one item matches".to_owned() } else { format!("{n} items match") });
    if let Some(item) = first {
        show_item(app, ItemKey::No(item), out);
    }
}

/// Asks for the rows that are in view and not known yet.
pub(super) fn look(app: &mut App, out: &mut Vec<Effect>) {
    match app.screen {
        Screen::Review => look_at_queue(app, out),
        Screen::Browse => {
            let height = usize::from(app.size.1);
            let (from, to) = (app.browse.at.saturating_sub(height), app.browse.at + height + browse::PAGE / 2);
            for (page, after) in app.browse.missing(from, to) {
                let request = Request::TraceList {
                    experiment: app.experiment.clone(),
                    filter: app.browse.filter.clone(),
                    after,
                    limit: u32::try_from(browse::PAGE).unwrap_or(100),
                };
                ask(app, Ask::Traces { page }, request, out);
            }
        }
        _ => {}
    }
}

fn look_at_queue(app: &mut App, out: &mut Vec<Effect>) {
    let Some(session) = saving::session(app) else { return };
    let height = u32::from(app.size.1);
    let Some(review) = &mut app.review else { return };
    // Before the first item is there its place is not known: nothing is asked for that would not be shown.
    let Some(here) = review.item.as_ref().map(|i| i.row.item) else { return };
    if let Some(narrow) = &mut review.queue.narrow {
        let Some(items) = &narrow.items else { return };
        let at = items.iter().position(|i| *i == here).unwrap_or(0);
        let (from, to) = (at.saturating_sub(height as usize), (at + height as usize).min(items.len()));
        let mut wanted = Vec::new();
        for i in from..to {
            let n = u32::try_from(i).unwrap_or(u32::MAX);
            if let Some(item) = items.get(i)
                && !narrow.rows.contains_key(&n)
                && narrow.asked.insert(n)
            {
                wanted.push((n, *item));
            }
        }
        for (n, item) in wanted {
            let request = Request::Item { session: session.clone(), item: ItemKey::No(item) };
            ask(app, Ask::NarrowRow(n), request, out);
        }
        return;
    }
    let (from, to) = (review.target.saturating_sub(height), review.target + height);
    for page in review.queue.missing(from, to) {
        let request = Request::Queue { session: session.clone(), from: page * PAGE, limit: PAGE };
        ask(app, Ask::Page(page), request, out);
    }
}
