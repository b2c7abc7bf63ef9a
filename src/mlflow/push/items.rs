//! One round of items: linked to the run, answers; their places in the queue are `queued`'s.

use super::Round;
use crate::mlflow::answer::{There, changed, made};
use crate::mlflow::api::{LINKED_AT_ONCE, assessments, experiment_of, trace_id};
use crate::mlflow::fault::Fault;
use crate::mlflow::reconcile::{Op, Side, Verdict, before_deleting};
use crate::mlflow::sides::{Pair, pairs};
use crate::model::{Assessment, EventNo};
use crate::service::sync::api::{Adoption, ItemWork, Settled, SlotSettled};
use crate::store::{Held, SyncedItemRow, SyncedRow};
use serde_json::Value;
use std::collections::BTreeMap;

/// What is said of a trace that is not there.
const GONE: &str = "the trace is not there (deleted?) and is not made anew; undo the answer, or take the trace out: \
                    labeltui session remove-traces";

impl Round<'_> {
    pub(super) fn items(&mut self, work: &[ItemWork]) -> Result<(), Fault> {
        let wanted: Vec<String> = work.iter().map(|w| w.trace_id.clone()).collect();
        let infos = self.push.client.infos(&wanted)?;
        let there: BTreeMap<String, Vec<Assessment>> = infos.iter().map(|i| (trace_id(i), assessments(i))).collect();
        let here = |w: &&ItemWork| there.contains_key(&w.trace_id) && !w.removed;
        let mut bases: BTreeMap<u32, SyncedItemRow> =
            work.iter().map(|w| (w.item.0, w.base.clone().unwrap_or_default())).collect();
        let present: Vec<&ItemWork> = work.iter().filter(here).collect();
        let home: BTreeMap<String, Option<String>> = infos.iter().map(|i| (trace_id(i), experiment_of(i))).collect();
        self.enqueue(&present, &home, &mut bases)?;
        self.link_to_run(&present, &mut bases)?;
        self.dequeue(work, &mut bases)?;
        let mut settled = Vec::with_capacity(work.len());
        let mut stopped = None;
        for item in work {
            let base = bases.remove(&item.item.0).unwrap_or_default();
            if self.refused.contains_key(&item.trace_id) && item.base.as_ref() != Some(&base) {
                // Why it is not in the queue is noted below; that it is linked to the run, here.
                let itself = Some((EventNo(0), Ok(base.clone())));
                settled.push(Settled { item: item.item, itself, slots: Vec::new() });
            }
            match self.item(item, there.get(&item.trace_id).map(Vec::as_slice), base) {
                Ok(done) => settled.push(done),
                Err(fault) => {
                    stopped = Some(fault);
                    break;
                }
            }
        }
        // What is done is noted, also when the rest has to wait.
        self.push.home.settle(&self.session.name, settled)?;
        stopped.map_or(Ok(()), Err)
    }

    fn link_to_run(&mut self, items: &[&ItemWork], bases: &mut BTreeMap<u32, SyncedItemRow>) -> Result<(), Fault> {
        let Some(run) = self.link.run_id.clone() else { return Ok(()) };
        let new: Vec<&ItemWork> =
            items.iter().filter(|w| bases.get(&w.item.0).is_some_and(|b| !b.linked)).copied().collect();
        for part in new.chunks(LINKED_AT_ONCE) {
            let ids: Vec<String> = part.iter().map(|w| w.trace_id.clone()).collect();
            self.push.client.link_to_run(&run, &ids)?;
            self.out.calls += 1;
            for item in part {
                if let Some(base) = bases.get_mut(&item.item.0) {
                    base.linked = true;
                }
            }
        }
        Ok(())
    }

    /// One item. `there`: the trace's assessments; `None`: it is not there.
    fn item(&mut self, work: &ItemWork, there: Option<&[Assessment]>, base: SyncedItemRow) -> Result<Settled, Fault> {
        let mut slots = Vec::new();
        let dirty = work.slots.iter().filter(|s| s.event.is_some()).count() as u64;
        match there {
            _ if work.removed => {
                for slot in &work.slots {
                    let outcome = Ok(slot.base.clone().unwrap_or_default());
                    slots.extend(settled(slot.event, &slot.schema, &slot.reviewer, outcome));
                }
            }
            None => {
                for slot in work.slots.iter().filter(|s| s.event.is_some()) {
                    let nothing = slot.base.is_none() && !slot.versions.iter().any(|v| v.valid);
                    let outcome = if nothing { Ok(SyncedRow::default()) } else { Err(Held::Failed(GONE.to_owned())) };
                    self.out.failed += u64::from(outcome.is_err());
                    slots.extend(settled(slot.event, &slot.schema, &slot.reviewer, outcome));
                }
            }
            Some(there) => {
                for pair in pairs(work, there, &self.session.schemas, &self.people) {
                    let Some(event) = pair.slot.event else { continue };
                    let Some(outcome) = self.answer(work, &pair)? else { continue };
                    slots.extend(settled(Some(event), &pair.slot.schema, &pair.slot.reviewer, outcome));
                }
            }
        }
        self.push.progress.done(dirty);
        let itself = match (work.event, there) {
            (None, _) => None,
            (Some(event), None) if !work.removed => {
                self.gone.push(work.trace_id.clone());
                Some((event, Ok(base)))
            }
            (Some(event), _) => self.place_in_queue(work, event, base)?,
        };
        Ok(Settled { item: work.item, itself, slots })
    }

    /// One answer; `None`: it has been settled on the way.
    fn answer(&mut self, work: &ItemWork, pair: &Pair) -> Result<Option<Result<SyncedRow, Held>>, Fault> {
        let theirs = self.push.prefer == Some(Side::Remote) || pair.wants_theirs();
        match pair.verdict(work, self.link.pulled, self.push.prefer) {
            Verdict::Agreed(base) => Ok(Some(Ok(base))),
            Verdict::Push(ops, base) => match self.carry_out(work, pair, &ops, base) {
                Ok(base) => Ok(Some(Ok(base))),
                Err(fault @ Fault::Refused { .. }) => {
                    self.out.failed += 1;
                    Ok(Some(Err(Held::Failed(fault.to_string()))))
                }
                Err(fault) => Err(fault),
            },
            Verdict::Conflict(remote) => {
                self.out.conflicts += 1;
                Ok(Some(Err(Held::Conflict(remote))))
            }
            // Only they have changed it: that is for a pull, unless it was asked for.
            Verdict::Adopt(_) if !theirs => Ok(None),
            Verdict::Adopt(adopted) => {
                let act = Adoption {
                    item: work.item,
                    reviewer: pair.slot.reviewer.clone(),
                    assessor_id: pair.source.clone(),
                    answers: vec![adopted],
                    declined: false,
                    completed: false,
                };
                match self.push.home.adopt(&self.session.name, vec![act])?.pop().flatten() {
                    None => {
                        self.out.adopted += 1;
                        Ok(None)
                    }
                    Some(why) => {
                        self.out.failed += 1;
                        Ok(Some(Err(Held::Failed(why))))
                    }
                }
            }
        }
    }

    fn carry_out(&mut self, work: &ItemWork, pair: &Pair, ops: &[Op], mut base: SyncedRow) -> Result<SyncedRow, Fault> {
        let (client, trace) = (self.push.client, work.trace_id.as_str());
        if ops.iter().any(|op| matches!(op, Op::Delete { .. })) {
            // Seen before every event: it stays to sync.
            let outcome = Ok(before_deleting(&base));
            let slots =
                settled(Some(EventNo(0)), &pair.slot.schema, &pair.slot.reviewer, outcome).into_iter().collect();
            self.push.home.settle(&self.session.name, vec![Settled { item: work.item, itself: None, slots }])?;
        }
        let mut said: Option<Value> = None;
        for op in ops {
            self.out.calls += 1;
            match op {
                Op::Make { version, id, at, overrides } => {
                    let assessment = made(version, &self.session.name, id, *at, overrides.as_deref());
                    said = Some(client.create_assessment(trace, &assessment)?);
                    self.out.answers += 1;
                }
                Op::Change { id, version } => {
                    let (fields, mask) = changed(version, &self.session.name);
                    said = Some(client.patch_assessment(trace, id, &fields, mask)?);
                    self.out.answers += 1;
                }
                Op::Delete { id } => {
                    client.delete_assessment(trace, id)?;
                    self.out.taken_back += 1;
                }
            }
        }
        // What the server has made of it is what it will be compared with.
        if let Some(Value::Object(map)) = said {
            let there = There::of(&Assessment(map));
            if base.remote.as_ref() == Some(&there.id) {
                (base.value, base.comment) = (there.value, there.comment);
            }
        }
        Ok(base)
    }
}

fn settled(
    event: Option<EventNo>,
    schema: &str,
    reviewer: &str,
    outcome: Result<SyncedRow, Held>,
) -> Option<SlotSettled> {
    Some(SlotSettled { schema: schema.to_owned(), reviewer: reviewer.to_owned(), event: event?, outcome })
}
