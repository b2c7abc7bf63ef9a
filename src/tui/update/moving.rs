//! From item to item: next, previous, next unreviewed, go to, skip.

use super::saving;
use crate::model::BasedOn;
use crate::service::api::{Act, ItemKey, Request};
use crate::text::Class;
use crate::tui::app::{App, Ask};
use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::outbox::Then;

/// Whether somebody is in the middle of a word: then no answer of the store takes the item away from under it, since the
/// rest of the word would be obeyed as keys, on an item that nobody has read.
pub(super) fn held(app: &App) -> bool {
    app.item().is_some() && app.writing()
}

/// Stays where a move was due.
pub(super) fn stay(app: &mut App) {
    let Some(review) = &mut app.review else { return };
    (review.moving, review.after_submit) = (false, false);
    if let Some(item) = &review.item {
        review.target = item.row.position;
    }
}

/// Asks for the next item that needs me.
pub(super) fn next(app: &mut App, out: &mut Vec<Effect>) {
    let Some(session) = saving::session(app) else { return };
    let after = app.item_no();
    ask(app, Ask::Next { opening: false }, Request::Next { session, after }, out);
}

/// Looks at an item beside the one on screen (in the narrowed queue: beside it there), without claiming it.
pub(super) fn step(app: &mut App, by: i64, out: &mut Vec<Effect>) {
    let moving = app.asked.values().any(|a| *a == Ask::Show);
    let Some(review) = &mut app.review else { return };
    let narrowed = review.queue.narrow.as_ref().map(|n| (&n.items, n.searching));
    if let Some((items, searching)) = narrowed {
        let here = review.item.as_ref().map(|i| i.row.item);
        let at = items.iter().position(|i| Some(*i) == here);
        let to = match at {
            Some(at) => at.checked_add_signed(by as isize),
            None => Some(0),
        };
        match to.and_then(|t| items.get(t)).copied() {
            Some(item) => return show(app, ItemKey::No(item), out),
            None if searching => return app.say(Class::Accent, "that is the last match so far; the search goes on"),
            None => {
                let find = app.key(Command::FindQueue);
                return app
                    .say(Class::Accent, format!("that is the last match; {find} and an empty text shows all items"));
            }
        }
    }
    // One that was taken out while it was looked at has no place of its own: the one behind it stands there by now.
    let here = review.item.as_ref().filter(|_| !moving);
    let gone = here.is_some_and(|view| review.queue.is_gone(view.row.item, view.row.position));
    let to = i64::from(review.target) + by - i64::from(gone && by > 0);
    if to < 0 || to >= i64::from(review.queue.total) {
        let which = if by < 0 { "first" } else { "last" };
        return app.say(Class::Accent, format!("this is the {which} item"));
    }
    review.target = u32::try_from(to).unwrap_or_default();
    let key = ItemKey::Position(review.target);
    show(app, key, out);
}

/// Brings an item to the screen; an answer to an older wish is dropped.
pub(super) fn show(app: &mut App, key: ItemKey, out: &mut Vec<Effect>) {
    let Some(session) = saving::session(app) else { return };
    app.asked
        .retain(|_, a| *a != Ask::Show && !matches!(a, Ask::Body { show: true, .. } | Ask::Turns { show: true, .. }));
    ask(app, Ask::Show, Request::Item { session, item: key }, out);
}

/// Sends a question and remembers what it is for.
pub(super) fn ask(app: &mut App, what: Ask, request: Request, out: &mut Vec<Effect>) {
    let n = app.number();
    app.asked.insert(n, what);
    out.push(Effect::Ask(n, request));
}

/// To the end of my queue.
pub(super) fn skip(app: &mut App, out: &mut Vec<Effect>) {
    act(app, (Act::Skip, BasedOn::Any), "skipped", out);
}

/// Skip, put aside, decline: then the next item.
pub(super) fn act(app: &mut App, (act, based_on): (Act, BasedOn), word: &str, out: &mut Vec<Effect>) {
    let (Some(session), Some(view)) = (saving::session(app), app.item()) else { return };
    let (item, position) = (view.row.item, view.row.position + 1);
    let undo = app.key(Command::Undo);
    let said = format!("{word} item {position}; {undo} takes it back");
    saving::push(app, Request::Act { session, item, act, based_on }, Some(item), Then::Next(said), out);
    if let Some(review) = &mut app.review {
        review.moving = true;
    }
}
