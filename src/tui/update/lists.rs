//! The session list, the trace browser, and the windows of rows that are asked for as they come into view.

use super::moving::{ask, show as show_item};
use super::{opening, saving};
use crate::model::ItemNo;
use crate::service::api::{Found, ItemKey, Request};
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
    let Some(review) = &mut app.review else { return };
    if text.is_empty() && mine.is_empty() {
        review.queue.narrow = None;
        return;
    }
    review.queue.narrow = Some(Narrow { text: text.to_owned(), mine, searching: true, ..Narrow::default() });
    app.asked.retain(|_, a| !matches!(a, Ask::Narrow | Ask::NarrowRow(_)));
    search_on(app, None, out);
}

/// Asks for the next piece of the queue that is searched; the traces themselves are read. What is asked for in between
/// is answered in between.
fn search_on(app: &mut App, after: Option<ItemNo>, out: &mut Vec<Effect>) {
    let Some(session) = saving::session(app) else { return };
    let Some(narrow) = app.review.as_ref().and_then(|r| r.queue.narrow.as_ref()) else { return };
    let (text, mine) = (narrow.text.clone(), narrow.mine.clone());
    let request = Request::Find { session, text, mine, status: Vec::new(), deep: true, after };
    ask(app, Ask::Narrow, request, out);
}

/// Stops a search of the queue that goes on; what it has found stays. False where there is none.
pub(super) fn stop_searching(app: &mut App) -> bool {
    let Some(review) = app.review.as_mut().filter(|_| app.screen == Screen::Review) else { return false };
    let Some(narrow) = review.queue.narrow.as_mut().filter(|n| n.searching) else { return false };
    narrow.searching = false;
    let n = narrow.items.len();
    if n == 0 {
        review.queue.narrow = None;
    }
    app.asked.retain(|_, a| *a != Ask::Narrow);
    app.say(Class::Accent, format!("the search has stopped: {n} found so far"));
    true
}

/// A piece of the queue has been searched: the first match is shown, unless the item on screen is one.
pub(super) fn found(app: &mut App, found: Found, out: &mut Vec<Effect>) {
    let here = app.item_no();
    let Some(review) = &mut app.review else { return };
    // It was given up meanwhile.
    let Some(narrow) = &mut review.queue.narrow else { return };
    let first = found.items.first().copied().filter(|_| narrow.items.is_empty());
    let first = first.filter(|_| here.is_none_or(|h| !found.items.contains(&h)));
    narrow.items.extend(found.items);
    narrow.searching = found.next.is_some();
    narrow.looked = found.next.map_or(narrow.looked, |n| n.0.saturating_add(1));
    match (found.next, narrow.items.len()) {
        (Some(_), _) => search_on(app, found.next, out),
        (None, 0) => {
            review.queue.narrow = None;
            return app.say(Class::Warning, "no item matches: all items are shown");
        }
        (None, 1) => app.say(Class::Good, "one item matches"),
        (None, n) => app.say(Class::Good, format!("{n} items match")),
    }
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
        let items = &narrow.items;
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
    if let Some(view) = &mut review.item
        && let Some(place) = review.queue.place_of(here, view.row.position)
        && place != view.row.position
    {
        // Where a move is on its way, it goes from where it began.
        if review.target == view.row.position {
            review.target = place;
        }
        view.row.position = place;
    }
    let (from, to) = (review.target.saturating_sub(height), review.target + height);
    for page in review.queue.missing(from, to) {
        let request = Request::Queue { session: session.clone(), from: page * PAGE, limit: PAGE };
        ask(app, Ask::Page(page), request, out);
    }
}
