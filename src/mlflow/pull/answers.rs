//! What people answered there, on traces that are items here.

use super::{Pull, Pulled, Room};
use crate::mlflow::fault::Fault;
use crate::mlflow::reconcile::Verdict;
use crate::mlflow::sides::pairs;
use crate::model::{Assessment, EventNo, ItemStatus};
use crate::service::sync::api::{Adoption, ItemWork, Settled, SlotSettled};
use crate::store::{Held, SyncedItemRow, SyncedRow};
use std::collections::BTreeMap;

impl Pull<'_> {
    pub(super) fn answers(
        &self,
        room: &mut Room,
        traces: Vec<String>,
        there: &BTreeMap<&str, &[Assessment]>,
        out: &mut Pulled,
    ) -> Result<(), Fault> {
        let (mut settled, mut acts, mut reopened) = (Vec::new(), Vec::new(), Vec::new());
        for work in self.home.items(&room.name, traces)? {
            let assessments = there.get(work.trace_id.as_str()).copied().unwrap_or_default();
            let slots = self.item(room, &work, assessments, &mut acts, out);
            let status = self.status(room, &work, &mut acts, out);
            if was_reopened(room, &work) {
                reopened.push(work.item);
            }
            if !slots.is_empty() || status.is_some() {
                settled.push(Settled { item: work.item, itself: status.map(|base| (EventNo(0), Ok(base))), slots });
            }
        }
        if room.session.closed {
            if !(acts.is_empty() && reopened.is_empty()) {
                out.notes.push(format!("{} is closed: what was done there meanwhile is not taken over", room.name));
            }
        } else {
            let count = |act: &Adoption| {
                let made = act.answers.iter().filter(|a| a.answer.is_some()).count() as u64;
                (made, act.answers.len() as u64 - made)
            };
            let counts: Vec<_> = acts.iter().map(count).collect();
            for ((made, back), outcome) in counts.into_iter().zip(self.home.adopt(&room.name, acts)?) {
                match outcome {
                    None => {
                        out.answers += made;
                        out.taken_back += back;
                    }
                    Some(why) => out.notes.push(format!("an answer from there was not taken over: {why}")),
                }
            }
            out.reopened += reopened.len() as u64;
            self.home.reopen(&room.name, reopened)?;
        }
        // Last: what was not taken over because something broke is news to the next pull, too.
        self.home.settle(&room.name, settled)
    }

    /// Question by question; what one person did on the item becomes one act.
    fn item(
        &self,
        room: &Room,
        work: &ItemWork,
        there: &[Assessment],
        acts: &mut Vec<Adoption>,
        out: &mut Pulled,
    ) -> Vec<SlotSettled> {
        let mut slots = Vec::new();
        let mut people: BTreeMap<String, Adoption> = BTreeMap::new();
        for pair in pairs(work, there, &room.session.schemas, &room.people) {
            let slot = &pair.slot;
            let mut settle = |outcome: Result<SyncedRow, Held>| {
                slots.push(SlotSettled {
                    schema: slot.schema.clone(),
                    reviewer: slot.reviewer.clone(),
                    event: slot.event.unwrap_or(EventNo(0)),
                    outcome,
                });
            };
            match pair.verdict(work, room.link.pulled, self.prefer) {
                Verdict::Agreed(base) if slot.event.is_none() && slot.base.as_ref() == Some(&base) => {}
                Verdict::Agreed(base) => settle(Ok(base)),
                // The next push sends it.
                Verdict::Push(..) => {}
                Verdict::Conflict(remote) => {
                    out.conflicts += 1;
                    settle(Err(Held::Conflict(remote)));
                }
                Verdict::Adopt(adopted) => {
                    let act = people.entry(slot.reviewer.clone()).or_insert_with(|| Adoption {
                        item: work.item,
                        reviewer: slot.reviewer.clone(),
                        assessor_id: pair.source.clone(),
                        answers: Vec::new(),
                        declined: false,
                        completed: false,
                    });
                    act.answers.push(adopted);
                }
            }
        }
        acts.extend(people.into_values());
        slots
    }

    /// The item's place in the queue, where it is news. Who declined or completed it there has done so here.
    fn status(
        &self,
        room: &Room,
        work: &ItemWork,
        acts: &mut Vec<Adoption>,
        out: &mut Pulled,
    ) -> Option<SyncedItemRow> {
        let item = room.queue.get(&work.trace_id)?;
        let base = work.base.clone().unwrap_or_default();
        let news = item.status != base.remote && item.status != ItemStatus::Pending;
        // Where it is not so here after all that follows, the next push says there how it is; not for somebody who does
        // not review here, and not of a closed session.
        let mut contradicted =
            if item.status == base.remote { base.contradicted } else { news && !room.session.closed };
        if news && !matches!(work.status, ItemStatus::Pending) && work.status != item.status {
            let (there, here) = (word(item.status), word(work.status));
            out.notes.push(format!("{} was {there} there and is {here} here; the next push says so", work.trace_id));
        }
        if news && work.status == ItemStatus::Pending {
            let declined = item.status == ItemStatus::Declined;
            match item.by.as_deref().and_then(|by| Some((room.people.account(by, work)?, by))) {
                Some((reviewer, by)) => match acts.iter_mut().find(|a| a.item == work.item && a.reviewer == reviewer) {
                    Some(act) => act.declined = declined && act.answers.is_empty(),
                    // Their answers were taken over before.
                    None if work.slots.iter().any(|s| s.reviewer == reviewer && s.versions.iter().any(|v| v.valid)) => {
                    }
                    None => acts.push(Adoption {
                        item: work.item,
                        reviewer,
                        assessor_id: by.to_owned(),
                        answers: Vec::new(),
                        declined,
                        completed: !declined,
                    }),
                },
                None => {
                    contradicted = false;
                    out.notes.push(format!(
                        "{} was {} there by somebody who does not review here; here it stays to review",
                        work.trace_id,
                        if declined { "declined" } else { "completed" }
                    ));
                }
            }
        }
        let now = SyncedItemRow { remote: item.status, queued: true, contradicted, ..base };
        (work.base.as_ref() != Some(&now)).then_some(now)
    }
}

const fn word(status: ItemStatus) -> &'static str {
    match status {
        ItemStatus::Pending => "open",
        ItemStatus::Complete => "complete",
        ItemStatus::Declined => "declined",
    }
}

/// Somebody has reopened it there, and nothing has happened to it here since both sides agreed.
fn was_reopened(room: &Room, work: &ItemWork) -> bool {
    let there = room.queue.get(&work.trace_id).map(|item| item.status);
    let base = work.base.as_ref().filter(|base| base.queued);
    base.is_some_and(|base| {
        there == Some(ItemStatus::Pending)
            && base.remote != ItemStatus::Pending
            && work.status == base.local
            && work.status != ItemStatus::Pending
    })
}
