//! Answers made on MLflow's side become their reviewers' submitted answers (RULES: MLflow mapping).

use super::api::{Adopted, Adoption, SyncResponse};
use super::settle::{note, touch};
use crate::model::{AnswerVersion, EventNo, ItemNo, MineState, value};
use crate::service::answering::apply::{Plan, Stack, apply};
use crate::service::answering::ground::Ground;
use crate::service::answering::submit::assessment_id;
use crate::service::api::{Notice, Principal, Response, Role};
use crate::service::claims::Claims;
use crate::service::event::{Event, Standing, VersionKey, next_event};
use crate::service::items::lookup;
use crate::service::ruling::{Done, Ruled, Stop};
use crate::store::{IMPORTED, ITEMS, Read as _, SessionRow, TO_SYNC, Txn};

/// Carries out what reviewers did there; an act that does not fit any more is left out, with the reason.
///
/// # Errors
/// `NotFound`, `Closed`; the store's.
pub fn adopt(txn: &Txn, by: &Principal, session: &str, acts: &[Adoption]) -> Ruled<Done> {
    let session = lookup::session(txn, session)?;
    lookup::open(&session)?;
    let (mut outcomes, mut notices) = (Vec::with_capacity(acts.len()), Vec::new());
    for act in acts {
        match one(txn, by, &session, act)? {
            Ok(notice) => {
                notices.push(notice);
                outcomes.push(None);
            }
            Err(why) => outcomes.push(Some(why)),
        }
    }
    Ok(Done { response: Response::Sync(SyncResponse::Adopted(outcomes)), notices })
}

fn one(txn: &Txn, by: &Principal, session: &SessionRow, act: &Adoption) -> Ruled<Result<Notice, String>> {
    let who = Principal { account: act.reviewer.clone(), assessor_id: act.assessor_id.clone(), role: Role::Reviewer };
    // Whoever answered there is not at a terminal here: nothing is claimed for them.
    let ground = match Ground::of(txn, &who, Claims::Off, session.clone(), act.item) {
        Ok(ground) => ground,
        Err(Stop::Refused(refusal)) => return Ok(Err(refusal.message)),
        Err(stop) => return Err(stop),
    };
    let before = ground.item.status;
    let no = next_event(txn)?;
    let mut plan = Plan::of(&ground);
    let mut taken: Vec<(&Adopted, Option<String>)> = Vec::new();
    for answer in &act.answers {
        let current = ground.answer(&answer.schema);
        if current.map(|v| v.assessment_id.as_str()) != answer.over.as_deref() {
            return Ok(Err(format!("{} was answered here meanwhile", answer.schema)));
        }
        plan.retired.extend(current.map(VersionKey::from));
        let mut id = None;
        if let Some(made) = &answer.answer {
            let schema = match ground.schema(&answer.schema) {
                Ok(schema) => schema,
                Err(Stop::Refused(refusal)) => return Ok(Err(refusal.message)),
                Err(stop) => return Err(stop),
            };
            let value = match value::check(schema, &made.value) {
                Ok(value) => value,
                Err(why) => return Ok(Err(format!("{} {why}", schema.name))),
            };
            let version = AnswerVersion {
                assessment_id: made.id.clone().unwrap_or_else(assessment_id),
                item: act.item,
                trace_id: ground.item.trace_id.clone(),
                schema: schema.name.clone(),
                schema_version: schema.version,
                kind: schema.kind,
                value,
                comment: made.comment.clone(),
                reviewer: who.account.clone(),
                assessor_id: who.assessor_id.clone(),
                at: made.at,
                event: no,
                overrides: current.map(|v| v.assessment_id.clone()),
                after_reveal: false,
                valid: true,
            };
            id = Some(version.assessment_id.clone());
            plan.written.push(version);
        }
        taken.push((answer, id));
    }
    let replaced = |v: &&AnswerVersion| !plan.retired.contains(&VersionKey::from(*v));
    let left = ground.answers.iter().filter(replaced).count() + plan.written.len();
    plan.submits = true;
    plan.to = match (act.declined, left) {
        (true, _) => {
            Standing { state: MineState::Declined, reason: Some("declined in MLflow".to_owned()), skipped_at: None }
        }
        (false, 0) if !act.completed => Standing { state: MineState::Todo, ..Standing::default() },
        (false, _) => Standing { state: MineState::Submitted, ..Standing::default() },
    };
    let event = |step| Event::Adopted { by: by.account.clone(), step };
    let (_, notice) = apply(txn, &who, &ground, plan, Stack::Elsewhere, event)?;
    for (answer, id) in taken {
        // It is an answer now, and is not shown a second time beside the trace.
        if let Some(id) = &id {
            txn.remove(IMPORTED, (ground.item.trace_id.as_str(), id.as_str()))?;
        }
        let key = (session.id, act.item.0, answer.schema.as_str(), who.account.as_str());
        note(txn, key, &crate::store::SyncedRow { local: id, ..answer.base.clone() })?;
        if txn.get(TO_SYNC, key)?.is_some() {
            txn.remove(TO_SYNC, key)?;
        }
    }
    status(txn, session, act.item, before, no)?;
    Ok(Ok(notice))
}

/// What the act did to the item's status may be news to the queue: it has its own. A pull that sees the same there
/// settles it.
fn status(txn: &Txn, session: &SessionRow, item: ItemNo, before: crate::model::ItemStatus, at: EventNo) -> Ruled<()> {
    let after = txn.get(ITEMS, (session.id, item.0))?.map_or(before, |row| row.status);
    if before != after {
        touch(txn, session.id, item.0, at)?;
    }
    Ok(())
}
