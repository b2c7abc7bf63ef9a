//! Picking, clearing and submitting answers.

use super::{moving, saving, writing};
use crate::model::{AnswerChange, BasedOn, Change, MineState, value};
use crate::service::api::Request;
use crate::text::Class;
use crate::tui::app::App;
use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::form::{Form, Stop};
use crate::tui::outbox::Then;
use serde_json::Value;

/// Picks option `i` of the focused question: a single choice moves on to the next unanswered question, a multiple one
/// toggles and stays.
pub(super) fn pick(app: &mut App, i: usize, out: &mut Vec<Effect>) {
    if refuse(app) {
        return;
    }
    let Some(question) = app.form_mut().and_then(|f| f.focused_mut()) else { return };
    let options = question.options().len();
    if i >= options {
        app.say(Class::Warning, format!("this question has {options} options"));
        return;
    }
    question.stop = i;
    let value = if question.multiple() { question.toggled(i) } else { question.option_value(i) };
    let (multiple, name) = (question.multiple(), question.schema.name.clone());
    if app.review.as_ref().is_some_and(super::super::app::Review::one_key) {
        return submit_now(app, name, value, out);
    }
    set_value(app, &name, value, out);
    if let Some(form) = app.form_mut() {
        form.by_arrow = false;
        if !multiple {
            form.next_unanswered();
        }
    }
}

/// Selects or toggles the option under the cursor; on a chosen one it clears.
pub(super) fn toggle(app: &mut App, out: &mut Vec<Effect>) {
    if refuse(app) {
        return;
    }
    let Some(question) = app.form_mut().and_then(|f| f.focused_mut()) else { return };
    let Some(Stop::Option(i)) = question.at() else { return };
    let (value, name) = (question.toggled(i), question.schema.name.clone());
    set_value(app, &name, value, out);
}

/// Enter: selects the option reached by arrows, else submits and goes on.
pub(super) fn enter(app: &mut App, out: &mut Vec<Effect>) {
    let Some(form) = app.form() else { return };
    let under = form.focused().and_then(|q| match q.at() {
        Some(Stop::Option(i)) if form.by_arrow && !q.chosen(i) => Some(i),
        _ => None,
    });
    match under {
        Some(i) => pick(app, i, out),
        None => submit(app, out),
    }
}

/// Submits what stands in the form and goes to the next item that needs me.
pub(super) fn submit(app: &mut App, out: &mut Vec<Effect>) {
    send_all(app, false, out);
}

/// The same where somebody else has the item: a review more than was asked for.
pub(super) fn submit_extra(app: &mut App, out: &mut Vec<Effect>) {
    send_all(app, true, out);
}

fn send_all(app: &mut App, extra: bool, out: &mut Vec<Effect>) {
    let Some(view) = app.item().cloned() else { return };
    let edited = app.form().is_some_and(Form::edited);
    if view.row.mine.state == MineState::Submitted && !edited && !view.row.mine.has_draft {
        // Nothing to submit: Enter only moves on.
        return moving::next(app, out);
    }
    if refuse_closed(app) {
        return;
    }
    if unread(app) {
        return;
    }
    let Some(changes) = half_typed(app) else { return };
    let based_on = app.form().map_or(BasedOn::Any, |f| f.based_on);
    let Some(session) = saving::session(app) else { return };
    let seen = app.form().map(Form::seen);
    let request = Request::Submit { session, item: view.row.item, based_on, seen, changes, extra };
    let undo = app.key(Command::Undo);
    let kind = if extra { " as an extra review" } else { "" };
    let said = format!("submitted item {}{kind}; {undo} takes it back", view.row.position + 1);
    saving::push(app, request, Some(view.row.item), Then::Next(said), out);
    if let Some(review) = &mut app.review {
        review.moving = true;
        review.after_submit = true;
    }
}

/// An answer that another terminal has changed and that nobody has looked at since is not submitted: it comes to the
/// screen first.
fn unread(app: &mut App) -> bool {
    let Some(form) = app.form_mut() else { return false };
    let Some(name) = form.questions.iter().find(|q| q.unread).map(|q| q.schema.name.clone()) else { return false };
    form.focus_on(&name);
    let submit = app.key(Command::Submit);
    let name = crate::text::sanitize(&name).into_owned();
    app.say(Class::Warning, format!("not submitted: {name} was changed in another terminal; {submit} submits it so"));
    true
}

/// The keypress of a session with one pass/fail question: answer and submit at once, visibly.
fn submit_now(app: &mut App, schema: String, value: Option<Value>, out: &mut Vec<Effect>) {
    let (Some(session), Some(view)) = (saving::session(app), app.item().cloned()) else { return };
    let label = match (&value, app.form().and_then(|f| f.focused())) {
        (Some(value), Some(question)) => value::display(&question.schema, value),
        _ => String::new(),
    };
    let seen = app.form().map(Form::seen);
    if let Some(question) = app.form_mut().and_then(|f| f.focused_mut()) {
        question.value.clone_from(&value);
    }
    let undo = app.key(Command::Undo);
    let said =
        format!("{} submitted for item {}; {undo} takes it back", crate::text::sanitize(&label), view.row.position + 1);
    let changes = vec![AnswerChange { schema, value: value.map_or(Change::Clear, Change::Set), comment: Change::Keep }];
    let based_on = app.form().map_or(BasedOn::Any, |f| f.based_on);
    let request = Request::Submit { session, item: view.row.item, based_on, seen, changes, extra: false };
    saving::push(app, request, Some(view.row.item), Then::Next(said), out);
    if let Some(review) = &mut app.review {
        review.moving = true;
        review.after_submit = true;
    }
}

/// What is half typed, as changes; `None` where some of it does not fit (it is refused with the bound, kept as typed, and
/// its question is focused).
fn half_typed(app: &mut App) -> Option<Vec<AnswerChange>> {
    let mut changes = Vec::new();
    let mut wrong = None;
    let form = app.form_mut()?;
    for question in form.questions.iter_mut().filter(|q| !q.gone) {
        let mut change =
            AnswerChange { schema: question.schema.name.clone(), value: Change::Keep, comment: Change::Keep };
        if question.typing.is_some() {
            match writing::read(question) {
                Ok(value) => change.value = value.map_or(Change::Clear, Change::Set),
                Err(why) => {
                    question.error = Some(why.clone());
                    wrong.get_or_insert((question.schema.name.clone(), why));
                }
            }
        }
        if let Some(text) = &question.typing_comment {
            change.comment = if text.is_empty() { Change::Clear } else { Change::Set(text.clone()) };
        }
        if change.value != Change::Keep || change.comment != Change::Keep {
            changes.push(change);
        }
    }
    if let Some((name, why)) = wrong {
        form.focus_on(&name);
        app.say(Class::Error, format!("not submitted: {name} {why}"));
        return None;
    }
    Some(changes)
}

/// Sets or clears an answer, on screen at once and in the store in order.
pub(super) fn set_value(app: &mut App, schema: &str, value: Option<Value>, out: &mut Vec<Effect>) {
    let Some(form) = app.form_mut() else { return };
    form.changes += 1;
    let Some(question) = form.named_mut(schema) else { return };
    question.value.clone_from(&value);
    question.typing = None;
    (question.error, question.note, question.unfit) = (None, None, None);
    question.unread = false;
    let change = AnswerChange {
        schema: schema.to_owned(),
        value: value.map_or(Change::Clear, Change::Set),
        comment: Change::Keep,
    };
    send(app, change, out);
}

/// Sends one change of the item on screen.
pub(super) fn send(app: &mut App, change: AnswerChange, out: &mut Vec<Effect>) {
    let (Some(session), Some(item)) = (saving::session(app), app.item_no()) else { return };
    let based_on = app.form().map_or(BasedOn::Any, |f| f.based_on);
    let request = Request::Answer { session, item, changes: vec![change], based_on };
    saving::push(app, request, Some(item), Then::Stay, out);
}

/// Says that nothing can be answered here: the session is closed, or the question is no longer asked.
pub(super) fn refuse(app: &mut App) -> bool {
    if refuse_closed(app) {
        return true;
    }
    let gone = app.form().and_then(|f| f.focused()).filter(|q| q.gone).map(|q| q.schema.name.clone());
    if let Some(name) = &gone {
        app.say(Class::Warning, format!("{} is no longer asked", crate::text::sanitize(name)));
    }
    gone.is_some()
}

/// Says that a closed session takes no answers.
fn refuse_closed(app: &mut App) -> bool {
    let closed = app.review.as_ref().is_some_and(|r| r.session.closed);
    if closed {
        app.say(Class::Warning, "this session is closed: for reading only");
    }
    closed
}
