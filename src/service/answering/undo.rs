//! Undo and redo of my own last acts in a session, from the log, so also after a restart.

use super::apply::{Plan, Stack, apply};
use super::ground::Ground;
use super::submit::{EXTRA, assessment_id};
use crate::model::{AnswerVersion, Draft, DraftEntry, EventNo, ItemNo, MineState, value};
use crate::service::api::{Principal, Reason, Response, Undone};
use crate::service::claims::Claims;
use crate::service::claims::hold::need_place;
use crate::service::claims::room::{Place, place_for};
use crate::service::event::{DraftEdit, Event, Standing, Step, VersionKey, next_event};
use crate::service::items::{lookup, position};
use crate::service::rights;
use crate::service::ruling::{Done, Ruled, no};
use crate::store::{EVENTS, ITEMS, PEOPLE, Read, SessionRow, Txn};

/// Takes back my last act in the session, or on the item.
///
/// # Errors
/// `Nothing` to undo.
pub fn undo(txn: &Txn, who: &Principal, claims: Claims, session: &str, item: Option<ItemNo>) -> Ruled<Done> {
    let session = lookup::session(txn, session)?;
    if !rights::leads(who, claims) {
        rights::may_answer(&session, who)?;
    }
    lookup::open(&session)?;
    let acts = txn.get(PEOPLE, (session.id, who.account.as_str()))?.unwrap_or_default().undo;
    let Some((of, number, event)) = last(txn, &session, &acts, item)? else {
        return Err(no(Reason::Nothing, format!("nothing to undo in session {}", session.name)));
    };
    let step = event.step().cloned().unwrap_or_default();
    if !step.by_lead {
        rights::may_answer(&session, who)?;
    }
    let ground = Ground::of(txn, who, claims, session, number)?;
    still_mine(txn, who, &ground, &step.from)?;
    let valid = |key: &VersionKey| ground.answers.iter().any(|a| a.event == key.event && a.schema == key.schema);
    let plan = Plan {
        to: step.from.clone(),
        draft: with(&ground.draft, &step.drafts, |edit| edit.before.clone()),
        retired: step.written.iter().map(VersionKey::from).filter(valid).collect(),
        restored: step.retired.clone(),
        submits: step.submits,
        ..Plan::of(&ground)
    };
    let what = describe(txn, &ground, &event)?;
    let (saved, notice) = apply(txn, who, &ground, plan, Stack::Undo(of), |step| Event::Undone { of, step })?;
    Ok(Done::telling(Response::Undone(Undone { item: number, what, schema: answered(&step), saved }), notice))
}

/// Does again what undo took back.
///
/// # Errors
/// `Nothing` to redo; `Invalid` where the question has changed so that an answer no longer fits.
pub fn redo(txn: &Txn, who: &Principal, claims: Claims, session: &str, item: Option<ItemNo>) -> Ruled<Done> {
    let session = lookup::session(txn, session)?;
    if !rights::leads(who, claims) {
        rights::may_answer(&session, who)?;
    }
    lookup::open(&session)?;
    let acts = txn.get(PEOPLE, (session.id, who.account.as_str()))?.unwrap_or_default().redo;
    let Some((of, number, event)) = last(txn, &session, &acts, item)? else {
        return Err(no(Reason::Nothing, format!("nothing to redo in session {}", session.name)));
    };
    let step = event.step().cloned().unwrap_or_default();
    if !step.by_lead {
        rights::may_answer(&session, who)?;
    }
    let ground = Ground::of(txn, who, claims, session, number)?;
    // A review more than was asked for is one again.
    if !step.extra {
        still_mine(txn, who, &ground, &step.to)?;
    }
    let taken = place_for(&ground.item, ground.session.reviews, who, txn.now) == Place::Taken;
    let no = next_event(txn)?;
    let plan = Plan {
        to: again(&step, no),
        draft: with(&ground.draft, &step.drafts, |edit| edit.after.clone()),
        written: step.written.iter().map(|old| renew(txn, &ground, old, no)).collect::<Ruled<_>>()?,
        retired: step.retired.clone(),
        submits: step.submits,
        extra: step.extra && claims.are_on() && taken,
        by_lead: step.by_lead,
        ..Plan::of(&ground)
    };
    let what = describe(txn, &ground, &event)?;
    let (saved, notice) = apply(txn, who, &ground, plan, Stack::Redo(of), |step| Event::Redone { of, step })?;
    Ok(Done::telling(Response::Undone(Undone { item: number, what, schema: answered(&step), saved }), notice))
}

/// A review that comes back needs a place again, as a submit does.
fn still_mine(txn: &Txn, who: &Principal, ground: &Ground, to: &Standing) -> Ruled<()> {
    match to.state {
        MineState::Submitted | MineState::Declined if to.state != ground.mine.state => {
            need_place(who, ground.at(), &ground.item, txn.now, EXTRA)
        }
        _ => Ok(()),
    }
}

/// The newest of these acts (on the item, if one is given) whose item is still there.
fn last(
    read: &impl Read,
    session: &SessionRow,
    acts: &[EventNo],
    item: Option<ItemNo>,
) -> Ruled<Option<(EventNo, ItemNo, Event)>> {
    for no in acts.iter().rev() {
        let Some(row) = read.get(EVENTS, no.0)? else { continue };
        let Some(number) = row.item else { continue };
        if item.is_some_and(|wanted| wanted.0 != number) {
            continue;
        }
        if read.get(ITEMS, (session.id, number))?.is_some_and(|row| !row.removed) {
            return Ok(Some((*no, ItemNo(number), Event::read(&row)?)));
        }
    }
    Ok(None)
}

fn with(draft: &Draft, edits: &[DraftEdit], side: impl Fn(&DraftEdit) -> Option<DraftEntry>) -> Draft {
    let mut draft = draft.clone();
    for edit in edits {
        match side(edit) {
            Some(mut entry) => {
                // What stands under it unseen is no part of the log: it is so until both were seen.
                entry.unseen_since = draft.entries.get(&edit.schema).map(|e| e.unseen_since).unwrap_or_default();
                draft.entries.insert(edit.schema.clone(), entry);
            }
            None => drop(draft.entries.remove(&edit.schema)),
        }
    }
    draft
}

/// A skip done again is at the end of the queue again.
fn again(step: &Step, no: EventNo) -> Standing {
    Standing { skipped_at: step.to.skipped_at.map(|_| no), ..step.to.clone() }
}

/// The version once more, as a new one: the old one has been retracted, perhaps elsewhere too.
fn renew(txn: &Txn, ground: &Ground, old: &AnswerVersion, event: EventNo) -> Ruled<AnswerVersion> {
    let schema = ground.schema(&old.schema)?;
    if schema.version != old.schema_version {
        value::check(schema, &old.value)
            .map_err(|why| no(Reason::Invalid, format!("{} has changed since: {why}; answer it again", schema.name)))?;
    }
    Ok(AnswerVersion {
        assessment_id: assessment_id(),
        schema_version: schema.version,
        at: txn.now,
        event,
        after_reveal: old.after_reveal || ground.mine.revealed,
        valid: true,
        ..old.clone()
    })
}

/// For the status line.
fn describe(read: &impl Read, ground: &Ground, event: &Event) -> Ruled<String> {
    let item = position::position_of(read, &ground.session, ground.number)?.saturating_add(1);
    let step = event.step();
    Ok(match (event, step) {
        (Event::Answered(step), _) => answers(ground, step),
        (Event::Skipped(_), _) => format!("skip of item {item}"),
        (Event::Deferred(_), _) => format!("deferral of item {item}"),
        (Event::Declined(_), _) => format!("decline of item {item}"),
        (Event::Discarded(_), _) => format!("discarded draft of item {item}"),
        (_, Some(step)) if step.submits => format!("submit of item {item}"),
        (_, Some(step)) if step.to.state == MineState::Skipped => format!("skip of item {item}"),
        (_, Some(step)) if step.to.state == MineState::Deferred => format!("deferral of item {item}"),
        (_, Some(step)) if step.to.state == MineState::Declined => format!("decline of item {item}"),
        (_, Some(step)) => answers(ground, step),
        (_, None) => format!("act on item {item}"),
    })
}

/// The question an act answered; none where the act was about the whole item.
fn answered(step: &Step) -> Option<String> {
    let whole = step.submits || step.from.state == MineState::Submitted || step.to.state == MineState::Submitted;
    step.drafts.first().filter(|_| !whole).map(|edit| edit.schema.clone())
}

fn answers(ground: &Ground, step: &Step) -> String {
    let said: Vec<String> = step
        .drafts
        .iter()
        .map(|edit| {
            let name = &edit.schema;
            let (before, after) = (edit.before.as_ref(), edit.after.as_ref());
            let value = after.and_then(|e| e.value.as_ref());
            match (value, ground.schema(name)) {
                (Some(v), Ok(schema)) if before.and_then(|e| e.value.as_ref()) != Some(v) => {
                    format!("{name} = {}", short(&value::display(schema, v)))
                }
                _ if before.and_then(|e| e.value.as_ref()) == value
                    && before.is_some_and(|e| e.cleared) == after.is_some_and(|e| e.cleared) =>
                {
                    format!("comment on {name}")
                }
                _ => format!("{name} cleared"),
            }
        })
        .collect();
    said.join(", ")
}

fn short(text: &str) -> String {
    let mut line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(40).collect();
    if text.chars().nth(40).is_some() {
        line.push('…');
    }
    line
}
