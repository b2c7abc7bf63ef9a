//! The items' places in the queue, and their statuses there.

use super::Round;
use crate::mlflow::api::QueueItem;
use crate::mlflow::fault::Fault;
use crate::model::{EventNo, ItemStatus};
use crate::service::sync::api::ItemWork;
use crate::store::SyncedItemRow;
use std::collections::BTreeMap;

/// What is settled of an item itself.
type Itself = Option<(EventNo, Result<SyncedItemRow, String>)>;

/// Who the server says completed items, where it is somebody else than we said.
#[derive(Default)]
pub(super) struct Renamed {
    /// The first one: its trace, whom we said, whom it says.
    first: Option<(String, String, String)>,
    items: u64,
}

impl Renamed {
    fn seen(&mut self, trace: &str, ours: &str, theirs: &str) {
        self.items += 1;
        self.first.get_or_insert_with(|| (trace.to_owned(), ours.to_owned(), theirs.to_owned()));
    }

    /// The sentence about it.
    pub(super) fn note(&self) -> Option<String> {
        let (trace, ours, theirs) = self.first.as_ref()?;
        let more = match self.items {
            0 | 1 => String::new(),
            2 => " (and of 1 more item)".to_owned(),
            n => format!(" (and of {} more items)", n - 1),
        };
        Some(format!(
            "the queue says that {theirs} completed {trace}{more}, not {ours}: a server with accounts notes who is signed \
             in; whose the answers are is right there"
        ))
    }
}

impl Round<'_> {
    /// Puts the items into the queue. What it refuses is noted one by one: the others are in it nevertheless. `home`: the
    /// experiment of each trace there.
    pub(super) fn enqueue(
        &mut self,
        items: &[&ItemWork],
        home: &BTreeMap<String, Option<String>>,
        bases: &mut BTreeMap<u32, SyncedItemRow>,
    ) -> Result<(), Fault> {
        let Some(queue) = self.queue.clone() else { return Ok(()) };
        let queued = |w: &&ItemWork| bases.get(&w.item.0).is_some_and(|b| b.queued);
        let new: Vec<&ItemWork> = items.iter().filter(|w| !queued(w)).copied().collect();
        let own = self.link.experiment_id.clone();
        let mut wanted = Vec::with_capacity(new.len());
        for item in &new {
            match home.get(&item.trace_id).and_then(Option::as_ref).filter(|other| **other != own) {
                Some(other) => {
                    let why = format!("it is in experiment {other} there, and a queue takes traces of its own only");
                    self.refused.insert(item.trace_id.clone(), why);
                }
                None => wanted.push(item.trace_id.clone()),
            }
        }
        let added = self.add(&queue, wanted)?;
        for item in new {
            let Some(there) = added.iter().find(|a| a.trace_id == item.trace_id) else { continue };
            if let Some(base) = bases.get_mut(&item.item.0) {
                base.queued = true;
                // Where it says something else, that is for a pull to take over.
                if there.status == item.status {
                    base.remote = there.status;
                }
            }
        }
        Ok(())
    }

    /// One call; where it is refused, by halves: the server refuses all for one.
    fn add(&mut self, queue: &str, traces: Vec<String>) -> Result<Vec<QueueItem>, Fault> {
        let mut added = Vec::new();
        let mut parts = vec![traces];
        while let Some(mut part) = parts.pop() {
            if part.is_empty() {
                continue;
            }
            match self.push.client.add_to_queue(queue, &part) {
                Ok(items) => {
                    self.out.calls += 1;
                    added.extend(items);
                }
                Err(Fault::Denied(why)) => {
                    self.note(format!("traces were not put into the queue: {why}"));
                    (self.queue, self.waits) = (None, true);
                    return Ok(added);
                }
                Err(Fault::Refused { .. }) if part.len() > 1 => {
                    parts.push(part.split_off(part.len() / 2));
                    parts.push(part);
                }
                Err(fault @ Fault::Refused { .. }) => {
                    self.refused.extend(part.into_iter().map(|trace| (trace, fault.to_string())));
                }
                Err(fault) => return Err(fault),
            }
        }
        Ok(added)
    }

    pub(super) fn dequeue(&mut self, work: &[ItemWork], bases: &mut BTreeMap<u32, SyncedItemRow>) -> Result<(), Fault> {
        let Some(queue) = self.queue.clone().filter(|_| !self.link.pulled) else { return Ok(()) };
        let out: Vec<&ItemWork> =
            work.iter().filter(|w| w.removed && bases.get(&w.item.0).is_some_and(|b| b.queued)).collect();
        if out.is_empty() {
            return Ok(());
        }
        let ids: Vec<String> = out.iter().map(|w| w.trace_id.clone()).collect();
        self.push.client.remove_from_queue(&queue, &ids)?;
        self.out.calls += 1;
        for item in out {
            bases.insert(
                item.item.0,
                SyncedItemRow {
                    queued: false,
                    remote: ItemStatus::Pending,
                    local: ItemStatus::Pending,
                    ..bases.get(&item.item.0).cloned().unwrap_or_default()
                },
            );
        }
        Ok(())
    }

    /// What is settled of the item itself. What could not be put into the queue, or while there is none yet, stays to
    /// sync: a later push does it.
    pub(super) fn place_in_queue(
        &mut self,
        work: &ItemWork,
        event: EventNo,
        base: SyncedItemRow,
    ) -> Result<Itself, Fault> {
        if work.removed {
            return Ok(Some((event, Ok(base))));
        }
        if let Some(why) = self.refused.get(&work.trace_id) {
            self.out.failed += 1;
            let why = format!(
                "not in the queue, so its status stays here: {why} (to take it out: labeltui session remove-traces SESSION \
                 --id TRACE)"
            );
            return Ok(Some((event, Err(why))));
        }
        match self.queue.clone() {
            // Seen before every event: it stays to sync.
            None if self.waits => Ok((work.base.as_ref() != Some(&base)).then_some((EventNo(0), Ok(base)))),
            Some(queue) if base.queued => Ok(Some((event, self.status(&queue, work, base)?))),
            _ => Ok(Some((event, Ok(base)))),
        }
    }

    fn status(
        &mut self,
        queue: &str,
        work: &ItemWork,
        base: SyncedItemRow,
    ) -> Result<Result<SyncedItemRow, String>, Fault> {
        let moved = work.status != base.local || base.contradicted;
        if !moved || work.status == base.remote {
            return Ok(Ok(SyncedItemRow { local: work.status, contradicted: false, ..base }));
        }
        match self.push.client.set_status(queue, &work.trace_id, work.status, work.by.as_deref()) {
            Ok(item) => {
                self.out.calls += 1;
                self.out.statuses += 1;
                if let (Some(ours), Some(theirs)) = (&work.by, &item.by)
                    && ours.to_lowercase() != theirs.to_lowercase()
                {
                    self.renamed.seen(&work.trace_id, ours, theirs);
                }
                Ok(Ok(SyncedItemRow { local: work.status, remote: item.status, contradicted: false, ..base }))
            }
            Err(fault) if fault.is_about_one() => {
                self.out.failed += 1;
                Ok(Err(fault.to_string()))
            }
            Err(fault) => Err(fault),
        }
    }
}
