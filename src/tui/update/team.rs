//! The others: who is here, who has what, what to do where somebody has it.

use super::moving::ask;
use super::saving;
use crate::model::ItemStatus;
use crate::service::api::{Present, QueueRow, Request};
use crate::text::{Class, sanitize};
use crate::tui::app::{App, Ask, Screen};
use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::outbox::Then;

/// Milliseconds between two words of somebody's being at work: a claim lasts many times as long.
const ACTIVE_MS: i64 = 60_000;

/// Says what is on my screen and asks who else is here; one question at a time.
pub(super) fn here(app: &mut App, out: &mut Vec<Effect>) {
    let (Some(session), item) = (saving::session(app), app.item_no()) else { return };
    if app.leaving {
        return;
    }
    let busy = app.asked.values().any(|a| *a == Ask::Here);
    let Some(review) = &mut app.review else { return };
    review.others_stale = busy;
    if !busy {
        let active = std::mem::take(&mut review.active);
        ask(app, Ask::Here, Request::Here { session, item, active }, out);
    }
}

/// A key was pressed: who reads is at work, and keeps what they have claimed. Said once in a while, not with every key.
pub(super) fn at_work(app: &mut App, out: &mut Vec<Effect>) {
    let now = app.now;
    let Some(review) = app.review.as_mut().filter(|review| review.others.is_some() && review.item.is_some()) else {
        return;
    };
    if now.0 - review.active_at.0 >= ACTIVE_MS {
        (review.active, review.active_at) = (true, now);
        here(app, out);
    }
}

/// Who else is here is known.
pub(super) fn others(app: &mut App, others: Option<Vec<Present>>, out: &mut Vec<Effect>) {
    let Some(review) = &mut app.review else { return };
    review.others = others;
    if std::mem::take(&mut review.others_stale) {
        here(app, out);
    }
}

/// I leave the session of my own will: what I have not begun is there for others at once.
pub(super) fn leave(app: &mut App, out: &mut Vec<Effect>) {
    let team = app.review.as_ref().is_some_and(|r| r.others.is_some());
    let lost = app.reconnecting || app.outbox.trouble().is_some();
    if app.screen != Screen::Review || !team || lost {
        return;
    }
    if let Some(session) = saving::session(app) {
        saving::push(app, Request::Leave { session }, None, Then::Stay, out);
    }
}

/// Others took what I was at.
pub(super) fn lost(app: &mut App) {
    let Some(view) = app.item() else { return };
    let by = view.row.holder.as_deref().map(sanitize).map_or_else(|| "somebody".to_owned(), |by| by.into_owned());
    let extra = app.key(Command::SubmitExtra);
    let sentence = format!("{by} has this item now; yours is kept as a draft: {extra} submits it as an extra review");
    app.say(Class::Warning, sentence);
}

/// Whose an item is that is not mine to review, for the message line.
#[must_use]
pub fn whose(row: &QueueRow) -> Option<String> {
    if !row.taken {
        return None;
    }
    let name = |name: &String| sanitize(name).into_owned();
    Some(match (&row.holder, &row.assigned, row.status) {
        (Some(holder), ..) => format!("{} has this: what you write is kept as a draft", name(holder)),
        (None, _, ItemStatus::Complete) => {
            "no further review is asked for here: what you write is kept as a draft".to_owned()
        }
        (None, Some(user), _) => {
            format!("this is assigned to {}: what you write is kept as a draft", name(user))
        }
        (None, None, _) => "others have this: what you write is kept as a draft".to_owned(),
    })
}
