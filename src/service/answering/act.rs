//! Skip, defer, decline, discard.

use super::apply::{Plan, Stack, apply};
use super::draft::LONGEST;
use super::ground::Ground;
use super::submit::conflict;
use crate::model::{BasedOn, DraftEntry, ItemNo, MineState};
use crate::service::api::{Act, Principal, Reason, Response};
use crate::service::claims::Claims;
use crate::service::claims::hold::need_place;
use crate::service::event::{Event, Standing, VersionKey, next_event};
use crate::service::items::lookup;
use crate::service::rights;
use crate::service::ruling::{Done, Ruled, no};
use crate::store::Txn;

/// Puts an item aside, or a draft away.
///
/// # Errors
/// `Invalid` without a reason where one is needed, or for a skip of a submitted item; `Nothing` to discard; `Conflict` where
/// a decline would retract what they have not seen.
pub fn act(
    txn: &Txn,
    who: &Principal,
    claims: Claims,
    (session, item): (&str, ItemNo),
    (act, based_on): (&Act, BasedOn),
) -> Ruled<Done> {
    let by_lead = matches!(act, Act::Decline { .. }) && rights::leads(who, claims);
    let ground = if by_lead {
        // For everybody, so also where they do not review themselves.
        let session = lookup::session(txn, session)?;
        lookup::open(&session)?;
        Ground::of(txn, who, claims, session, item)?
    } else {
        Ground::for_act(txn, who, claims, session, item)?
    };
    let mut plan = Plan::of(&ground);
    let wrap: fn(_) -> Event = match act {
        Act::Skip => {
            not_submitted(&ground, "skip")?;
            plan.to = Standing { state: MineState::Skipped, reason: None, skipped_at: Some(next_event(txn)?) };
            Event::Skipped
        }
        Act::Defer { reason } => {
            not_submitted(&ground, "deferral")?;
            plan.to = aside(MineState::Deferred, reason)?;
            Event::Deferred
        }
        Act::Decline { reason } => {
            plan.to = aside(MineState::Declined, reason)?;
            plan.by_lead = by_lead;
            if !by_lead {
                // It would settle the item for whoever is at it.
                need_place(who, ground.at(), &ground.item, txn.now, "it is not yours to decline; skip it instead")?;
            }
            if ground.is_unseen(based_on) {
                return Err(conflict(txn, who, &ground)?);
            }
            withdraw(&ground, &mut plan);
            Event::Declined
        }
        Act::Discard => {
            if !ground.holds(&ground.draft) {
                return Err(no(
                    Reason::Nothing,
                    format!("there is no draft of yours on {} to discard", ground.item.trace_id),
                ));
            }
            for schema in &ground.schemas {
                plan.draft.entries.remove(&schema.name);
            }
            Event::Discarded
        }
    };
    let (saved, notice) = apply(txn, who, &ground, plan, Stack::Act, wrap)?;
    Ok(Done::telling(Response::Saved(saved), notice))
}

fn aside(state: MineState, reason: &str) -> Ruled<Standing> {
    if reason.trim().is_empty() {
        return Err(no(Reason::Invalid, "say why: a reason is needed"));
    }
    if reason.len() > LONGEST {
        return Err(no(Reason::Invalid, format!("a reason takes at most {} KB: shorten it", LONGEST >> 10)));
    }
    Ok(Standing { state, reason: Some(reason.trim().to_owned()), skipped_at: None })
}

fn not_submitted(ground: &Ground, what: &str) -> Ruled<()> {
    if ground.mine.state != MineState::Submitted {
        return Ok(());
    }
    Err(no(
        Reason::Invalid,
        format!(
            "{} is already submitted: a {what} is for what is still to do; undo takes a submit back",
            ground.item.trace_id
        ),
    ))
}

/// Declining what I had submitted retracts it; the answers are a draft again, so that nothing is lost.
fn withdraw(ground: &Ground, plan: &mut Plan) {
    for answer in &ground.answers {
        plan.retired.push(VersionKey::from(answer));
        let entry = plan
            .draft
            .entries
            .entry(answer.schema.clone())
            .or_insert_with(|| DraftEntry { schema_version: answer.schema_version, ..DraftEntry::default() });
        if entry.cleared {
            entry.cleared = false;
            continue;
        }
        if entry.value.is_none() {
            entry.value = Some(answer.value.clone());
            entry.schema_version = answer.schema_version;
        }
        if entry.comment.is_none() {
            entry.comment.clone_from(&answer.comment);
        }
        entry.comment.take_if(|c| c.is_empty());
    }
}
