//! Changes into the outbox, and what follows when they are saved, refused or could not be delivered.

use super::{moving, notices, panels, writing};
use crate::model::{AnswerChange, BasedOn, Change, EventNo, ItemNo};
use crate::service::api::{Act, Hold, Reason, Refusal, Request, Response, Saved};
use crate::text::{Class, sanitize};
use crate::tui::app::{App, Review};
use crate::tui::command::Command;
use crate::tui::conflict::Conflict;
use crate::tui::effect::Effect;
use crate::tui::form::Form;
use crate::tui::outbox::{Outbox, Pending, Then};

/// The name of the session on screen.
pub(super) fn session(app: &App) -> Option<String> {
    app.review.as_ref().map(|r| r.session.name.clone())
}

/// Puts a change on its way. What it writes about is what stands on the screen now.
pub(super) fn push(app: &mut App, request: Request, item: Option<ItemNo>, then: Then, out: &mut Vec<Effect>) {
    let pending = pending(app, request, item, then);
    out.extend(app.outbox.push(pending));
}

/// Keeps words for a question that is not asked any more: nothing would take them, and nobody shall think they are saved.
pub(super) fn strand(app: &mut App, request: Request, item: ItemNo) {
    let pending = pending(app, request, Some(item), Then::Stay);
    let why = pending.not_asked();
    app.outbox.strand(pending, why, true);
}

fn pending(app: &mut App, request: Request, item: Option<ItemNo>, then: Then) -> Pending {
    let n = app.number();
    let seen = |review: &Review| review.item.as_ref().filter(|v| Some(v.row.item) == item).map(|v| review.about(v));
    let about = app.review.as_ref().and_then(seen);
    let edited = match &request {
        Request::Submit { changes, .. } => {
            let here = app.form().filter(|f| Some(f.item) == item).map(Form::edited_questions).unwrap_or_default();
            here.into_iter().chain(changes.iter().map(|c| c.schema.clone())).collect()
        }
        _ => Vec::new(),
    };
    Pending { n, request, item, about, edited, then }
}

/// Undo or redo of my last act in this session.
pub(super) fn undo(app: &mut App, redo: bool, out: &mut Vec<Effect>) {
    let Some(session) = session(app) else { return };
    writing::send_typed(app, out);
    if !redo && let Some(pending) = app.outbox.take_back() {
        // My last act is one that the store has not taken.
        let item = pending.item.map_or_else(String::new, |item| format!(" (item {})", item.0 + 1));
        app.say(Class::Good, format!("taken back: what was not saved{item}"));
        if let Some(review) = &mut app.review {
            review.reload = true;
        }
        return read_item_again(app, out);
    }
    let (request, word) = if redo {
        (Request::Redo { session, item: None }, "done again")
    } else {
        (Request::Undo { session, item: None }, "taken back")
    };
    push(app, request, None, Then::Undone(word), out);
}

/// Throws the draft of the item on screen away.
pub(super) fn discard(app: &mut App, out: &mut Vec<Effect>) {
    let (Some(session), Some(item)) = (session(app), app.item_no()) else { return };
    push(app, Request::Act { session, item, act: Act::Discard, based_on: BasedOn::Any }, Some(item), Then::Reload, out);
}

/// Conflict: submits what stands here over what the other terminal submitted.
pub(super) fn keep_mine(app: &mut App, out: &mut Vec<Effect>) {
    let Some(session) = session(app) else { return };
    let Some(review) = &mut app.review else { return };
    let Some(Conflict { current, mine, .. }) = review.conflict.take() else { return };
    let changes = mine.into_iter().map(|seen| AnswerChange {
        schema: seen.schema,
        value: seen.value.map_or(Change::Clear, Change::Set),
        comment: seen.comment.map_or(Change::Clear, Change::Set),
    });
    let changes = changes.collect();
    let item = current.row.item;
    let based_on = current.row.mine.based_on.into();
    let request = Request::Submit { session, item, based_on, seen: None, changes, extra: false };
    review.moving = true;
    review.after_submit = true;
    let undo = app.key(Command::Undo);
    let said = format!("submitted item {} again; {undo} takes it back", current.row.position + 1);
    push(app, request, Some(item), Then::Next(said), out);
}

/// Conflict: takes the other version. What stands here goes: a draft over what the other terminal has submitted is
/// discarded, and undo brings it back; a draft of both stays as the other terminal left it.
pub(super) fn take_theirs(app: &mut App, out: &mut Vec<Effect>) {
    let Some(Conflict { current, submitted, .. }) = app.review.as_mut().and_then(|review| review.conflict.take())
    else {
        return;
    };
    if submitted && !current.draft.entries.is_empty() {
        let undo = app.key(Command::Undo);
        app.say(Class::Warning, format!("the other terminal's answers stay; {undo} brings yours back as a draft"));
        return discard(app, out);
    }
    let submit = app.key(Command::Submit);
    let next = if submitted { String::new() } else { format!("; {submit} submits them") };
    app.say(Class::Warning, format!("the other terminal's answers stand here now{next}"));
    moving::show(app, crate::service::api::ItemKey::No(current.row.item), out);
}

/// The change under way was answered.
pub(super) fn saved(app: &mut App, result: Result<Response, Refusal>, out: &mut Vec<Effect>) {
    match result {
        Err(refusal) if App::again(&refusal.reason) => {
            out.push(app.outbox.undelivered(sanitize(&refusal.message).into_owned()));
            if app.leaving && !app.gone {
                app.leaving = false;
                super::leaving::warn(app);
            }
        }
        Err(refusal) => {
            if let Some(pending) = app.outbox.answered() {
                let asked = app.review.as_ref().is_none_or(|r| pending.is_asked(&r.session.schemas));
                if refusal.reason == Reason::Replaced {
                    replaced(app, pending, &refusal, out);
                } else if !Outbox::may_pass(&pending, &refusal.reason) {
                    refused(app, &pending, refusal, out);
                } else if asked {
                    keep(app, pending, &refusal, out);
                } else {
                    let why = pending.not_asked();
                    app.outbox.strand(pending, why, true);
                }
            }
            // Not before: what follows on the same item waits behind what was set aside.
            out.extend(app.outbox.send());
        }
        Ok(response) => {
            let pending = app.outbox.answered();
            app.outbox.taken();
            if let Some((item, based_on)) = pending.as_ref().and_then(|p| moved(p, &response)) {
                app.outbox.moved(item, based_on);
            }
            out.extend(app.outbox.send());
            if let Some(pending) = pending {
                done(app, pending, response, out);
            }
        }
    }
    read_item_again(app, out);
}

fn read_item_again(app: &mut App, out: &mut Vec<Effect>) {
    if app.outbox.is_empty() && app.review.as_ref().is_some_and(|r| r.reload) {
        notices::refresh_item(app, out);
    }
}

/// It was written about something that is not there any more: it is nobody's answer on what stands there now.
fn replaced(app: &mut App, pending: Pending, refusal: &Refusal, out: &mut Vec<Effect>) {
    if let Some(review) = &mut app.review {
        (review.moving, review.after_submit) = (false, false);
    }
    let message = sanitize(&refusal.message).into_owned();
    app.outbox.strand(pending, message.clone(), false);
    notices::read_again(app, out);
    app.say(Class::Error, message);
}

/// What somebody has written is not thrown away because they may not write just now: it is kept and tried again, and the
/// screen says that it is not saved.
fn keep(app: &mut App, pending: Pending, refusal: &Refusal, out: &mut Vec<Effect>) {
    if let (Then::Next(_), Some(review)) = (&pending.then, &mut app.review) {
        review.moving = false;
        review.after_submit = false;
    }
    out.extend(app.outbox.set_aside(pending, sanitize(&refusal.message).into_owned()));
    if app.leaving && !app.gone {
        app.leaving = false;
        super::leaving::warn(app);
    }
}

fn done(app: &mut App, pending: Pending, response: Response, out: &mut Vec<Effect>) {
    match response {
        Response::Saved(saved) => {
            note(app, pending.item, &saved);
            if matches!(pending.request, Request::Act { .. }) {
                acted(app, pending.item, &saved, Form::moved);
            }
        }
        Response::Submitted(submitted) => {
            note(app, pending.item, &submitted.saved);
            acted(app, pending.item, &submitted.saved, Form::submitted);
        }
        Response::Undone(undone) => {
            note(app, Some(undone.item), &undone.saved);
            acted(app, Some(undone.item), &undone.saved, Form::moved);
            if let Then::Undone(word) = pending.then {
                app.say(Class::Good, format!("{word}: {}", sanitize(&undone.what)));
            }
            if let Some(review) = &mut app.review {
                review.undone = undone.schema.map(|schema| (undone.item, schema));
            }
            moving::show(app, crate::service::api::ItemKey::No(undone.item), out);
            return;
        }
        Response::Item(view) => {
            if let Then::Reveal = pending.then {
                super::replies::take_item(app, *view, true, out);
                panels::show_reveal(app);
            }
            return;
        }
        Response::Added(added) => {
            let missing = added.missing.len();
            let tail = if missing > 0 { format!(", {missing} are not in its experiment") } else { String::new() };
            app.browse.marked.clear();
            app.browse.all = false;
            app.say(Class::Good, format!("{} added, {} were there already{tail}", added.added, added.already));
            return;
        }
        _ => {}
    }
    match pending.then {
        Then::Next(said) => {
            let here = app.item_no() == pending.item;
            // What was written while the submit waited is no part of it.
            let more = here && pending.item.is_some_and(|item| app.outbox.holds(item));
            if more || here && moving::held(app) {
                moving::stay(app);
                if more {
                    let submit = app.key(Command::Submit);
                    let draft = format!("{said}; what you wrote since is a draft: {submit} submits it, too");
                    app.say(Class::Warning, draft);
                } else {
                    let next = app.key(Command::NextUnreviewed);
                    app.say(Class::Good, format!("{said}; {next} goes on"));
                }
                if let Some(review) = &mut app.review {
                    review.reload = true;
                }
                return;
            }
            app.say(Class::Good, said);
            if here {
                moving::next(app, out);
            }
        }
        Then::Decided(said) => {
            app.say(Class::Good, said);
            if pending.item == app.item_no() {
                notices::refresh_item(app, out);
            }
        }
        Then::Reload => {
            if let Some(item) = pending.item {
                moving::show(app, crate::service::api::ItemKey::No(item), out);
            }
        }
        _ => {}
    }
}

/// What a later submit on an item is based on, where my own act here may have moved it.
fn moved(pending: &Pending, response: &Response) -> Option<(ItemNo, BasedOn)> {
    let (item, saved) = match response {
        Response::Saved(saved) if matches!(pending.request, Request::Act { .. }) => (pending.item?, saved),
        Response::Submitted(submitted) => (pending.item?, &submitted.saved),
        Response::Undone(undone) => (undone.item, &undone.saved),
        _ => return None,
    };
    Some((item, saved.mine.based_on.into()))
}

/// What a later submit is based on has moved by my own act here.
fn acted(app: &mut App, item: Option<ItemNo>, saved: &Saved, take: impl FnOnce(&mut Form, Option<EventNo>)) {
    let (Some(item), Some(review)) = (item, &mut app.review) else { return };
    if let Some(form) = review.form.as_mut().filter(|f| f.item == item) {
        take(form, saved.mine.based_on);
    }
}

/// Takes over what a saved change says about the item, the queue and the session.
fn note(app: &mut App, item: Option<ItemNo>, saved: &Saved) {
    app.outbox.saved_at = Some(saved.at);
    let (Some(item), Some(review)) = (item, &mut app.review) else { return };
    review.session.progress = saved.progress;
    let (taken, holder) = match &saved.hold {
        Hold::Taken { by } => (true, by.first().cloned()),
        Hold::Mine { .. } | Hold::Free => (false, None),
    };
    let mut lost = false;
    if let Some(view) = review.item.as_mut().filter(|v| v.row.item == item) {
        lost = taken && !view.row.taken;
        view.row.mine = saved.mine.clone();
        view.row.status = saved.status;
        (view.row.taken, view.row.holder) = (taken, holder.clone().or(view.row.holder.take()).filter(|_| taken));
    }
    review.queue.update(item, |row| {
        row.mine = saved.mine.clone();
        row.status = saved.status;
        row.taken = taken;
    });
    if lost {
        super::team::lost(app);
    }
}

/// A change was refused: nothing was changed. The refusal goes to its question and says why.
fn refused(app: &mut App, pending: &Pending, refusal: Refusal, out: &mut Vec<Effect>) {
    let here = pending.item.is_none() || pending.item == app.item_no();
    let Some(review) = &mut app.review else {
        return app.say(Class::Error, sanitize(&refusal.message));
    };
    let submit = matches!(pending.then, Then::Next(_));
    if submit {
        review.moving = false;
        review.after_submit = false;
    }
    let message = sanitize(&refusal.message).into_owned();
    match refusal.reason {
        Reason::Incomplete { missing } if here => {
            let form = review.form.as_mut();
            if let (Some(form), Some(first)) = (form, missing.first()) {
                form.focus_on(first);
                for name in &missing {
                    if let Some(question) = form.named_mut(name) {
                        question.error = Some("needs an answer".to_owned());
                    }
                }
            }
            if missing.is_empty() {
                let (skip, decline) = (app.key(Command::Skip), app.key(Command::Decline));
                return app.say(Class::Error, format!("nothing answered: {skip} skips, {decline} declines"));
            }
        }
        Reason::BadAnswer { schema } if here => {
            if let Some(form) = review.form.as_mut() {
                form.focus_on(&schema);
                if let Some(question) = form.named_mut(&schema) {
                    question.error = Some(message.clone());
                }
            }
        }
        Reason::Conflict { current } if here => {
            let conflict = Conflict::of(pending, current);
            if conflict.mine.is_empty() {
                // Nothing was said here: there is nothing to choose.
                let both = !conflict.current.draft.unseen_since(&review.session.schemas).is_any();
                let said = match &pending.request {
                    Request::Act { .. } if both => format!(
                        "not declined: another terminal has submitted something else here; {} shows both",
                        app.key(Command::Submit)
                    ),
                    Request::Act { .. } => {
                        "not declined: another terminal has changed your answers here, and they stand as they are"
                            .to_owned()
                    }
                    _ => format!("another terminal has answered this: {} submits it so", app.key(Command::Submit)),
                };
                app.say(Class::Warning, said);
                return moving::show(app, crate::service::api::ItemKey::No(conflict.current.row.item), out);
            }
            review.conflict = Some(conflict);
            app.panel = None;
            let (mine, other) = (app.key(Command::KeepMine), app.key(Command::TakeTheirs));
            return app.say(
                Class::Error,
                format!("answered in another terminal, too: {mine} keeps mine, {other} takes the other"),
            );
        }
        Reason::Taken { by } if here && matches!(pending.request, Request::Submit { .. }) => {
            if let Some(view) = review.item.as_mut() {
                view.row.taken = true;
                view.row.holder = by.first().cloned();
            }
            // What came with the submit is in the draft now.
            review.reload = review.item.is_some();
            let extra = app.key(Command::SubmitExtra);
            let whose = message.split("; yours").next().unwrap_or(&message);
            let whose = whose.rsplit_once(": ").map_or(whose, |(_, whose)| whose);
            let sentence = format!("{whose}; kept as a draft: {extra} submits it as an extra review");
            return app.say(Class::Error, sentence);
        }
        // The screen runs ahead of the store; what was refused for another reason is taken back by reading again.
        _ => review.reload = here && review.item.is_some(),
    }
    app.say(Class::Error, message);
}
