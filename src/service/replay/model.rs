//! What the log says, folded into plain maps. Knows nothing of the rules: it only carries out what the events record.

use crate::model::{AnswerVersion, DraftEntry, EventNo, MineState, SnapshotId, Time};
use crate::service::event::{Event, Settings, Step};
use crate::store::{EventRow, StoreError};
use std::collections::BTreeMap;

/// Every session that the log knows and that is not deleted.
#[derive(Debug, Default)]
pub struct Model {
    /// By id.
    pub sessions: BTreeMap<u32, SessionModel>,
}

/// One session.
#[derive(Debug, Default)]
#[allow(missing_docs)]
pub struct SessionModel {
    pub settings: Settings,
    pub items: BTreeMap<u32, ItemModel>,
    /// (account, item).
    pub mine: BTreeMap<(String, u32), MineModel>,
    /// (item, schema, account, event).
    pub versions: BTreeMap<(u32, String, String, u64), AnswerVersion>,
}

/// One item.
#[derive(Debug, Default)]
#[allow(missing_docs)]
pub struct ItemModel {
    pub trace_id: String,
    pub snapshot: Option<SnapshotId>,
    pub removed: bool,
    pub assigned: Option<String>,
    pub submitted: Vec<(String, Time)>,
    pub declined: Vec<String>,
    pub declined_by: Option<String>,
    /// Accounts with a claim; its end is not in the log.
    pub holders: Vec<String>,
}

/// One reviewer's standing with one item; half-typed text is not in the log.
#[derive(Debug, Default, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct MineModel {
    pub state: MineState,
    pub reason: Option<String>,
    pub skipped_at: Option<EventNo>,
    pub based_on: Option<EventNo>,
    pub revealed: bool,
    pub entries: BTreeMap<String, DraftEntry>,
}

impl Model {
    /// Takes one row of the log in.
    ///
    /// # Errors
    /// The row is not one of ours.
    pub fn apply(&mut self, no: EventNo, row: &EventRow) -> Result<(), StoreError> {
        let event = Event::read(row)?;
        let Some(id) = row.session else { return Ok(()) };
        if let Event::SessionDeleted { .. } = event {
            self.sessions.remove(&id);
            return Ok(());
        }
        self.sessions.entry(id).or_default().apply(no, row, event);
        Ok(())
    }
}

impl SessionModel {
    fn apply(&mut self, no: EventNo, row: &EventRow, event: Event) {
        match event {
            Event::SessionCreated { settings, .. } => self.settings = settings,
            Event::SessionUpdated { after, reasked, .. } => {
                self.settings = after;
                for (item, people) in reasked {
                    for account in people {
                        self.ask_again(item.0, account);
                    }
                }
            }
            Event::TracesAdded { added, restored, refreshed } => {
                for (item, trace_id, snapshot) in added {
                    let item = self.items.entry(item.0).or_default();
                    (item.trace_id, item.snapshot) = (trace_id, Some(snapshot));
                }
                for item in restored {
                    self.items.entry(item.0).or_default().removed = false;
                }
                for (item, _, snapshot) in refreshed {
                    self.items.entry(item.0).or_default().snapshot = Some(snapshot);
                }
            }
            Event::TracesRemoved { items } => {
                for item in items {
                    let item = self.items.entry(item.0).or_default();
                    item.removed = true;
                    item.holders.clear();
                }
            }
            Event::Assigned { items, .. } => {
                for (item, user) in items {
                    self.items.entry(item.0).or_default().assigned = user;
                }
            }
            Event::Revealed => {
                if let Some(item) = row.item {
                    self.mine.entry((row.account.clone(), item)).or_default().revealed = true;
                }
            }
            Event::Reopened { of } => {
                for account in of {
                    self.ask_again(row.item.unwrap_or_default(), account);
                }
            }
            Event::Claimed { from } => {
                if let Some(item) = row.item.and_then(|item| self.items.get_mut(&item)) {
                    item.holders.retain(|user| !from.contains(user));
                    item.holders.push(row.account.clone());
                }
            }
            Event::Released { of } => {
                if let Some(item) = row.item.and_then(|item| self.items.get_mut(&item)) {
                    item.holders.retain(|user| !of.contains(user));
                }
            }
            other => {
                if let (Some(step), Some(item)) = (other.step(), row.item) {
                    self.step(no, row, item, step);
                }
            }
        }
    }

    fn ask_again(&mut self, item: u32, account: String) {
        if let Some(row) = self.items.get_mut(&item) {
            row.submitted.retain(|(user, _)| *user != account);
            row.declined.retain(|user| *user != account);
            row.declined_by.take_if(|user| *user == account);
        }
        let mine = self.mine.entry((account, item)).or_default();
        (mine.state, mine.reason) = (MineState::Todo, None);
    }

    fn step(&mut self, no: EventNo, row: &EventRow, item: u32, step: &Step) {
        let me = &row.account;
        let mine = self.mine.entry((me.clone(), item)).or_default();
        (mine.state, mine.reason, mine.skipped_at) = (step.to.state, step.to.reason.clone(), step.to.skipped_at);
        for edit in &step.drafts {
            match &edit.after {
                Some(entry) => drop(mine.entries.insert(edit.schema.clone(), entry.clone())),
                None => drop(mine.entries.remove(&edit.schema)),
            }
        }
        for version in &step.written {
            let key = (item, version.schema.clone(), me.clone(), version.event.0);
            self.versions.insert(key, version.clone());
        }
        for (keys, valid) in [(&step.retired, false), (&step.restored, true)] {
            for key in keys {
                let place = (item, key.schema.clone(), me.clone(), key.event.0);
                if let Some(version) = self.versions.get_mut(&place) {
                    version.valid = valid;
                }
            }
        }
        if step.submits || !(step.written.is_empty() && step.retired.is_empty() && step.restored.is_empty()) {
            mine.based_on = Some(no);
        }
        let Some(row_item) = self.items.get_mut(&item) else { return };
        if !matches!(step.to.state, MineState::Todo | MineState::Draft) {
            row_item.holders.retain(|user| user != me);
        }
        match step.to.state {
            MineState::Submitted => {
                if !row_item.submitted.iter().any(|(user, _)| user == me) {
                    row_item.submitted.push((me.clone(), row.at));
                }
            }
            _ => row_item.submitted.retain(|(user, _)| user != me),
        }
        match step.to.state {
            MineState::Declined => {
                if !row_item.declined.contains(me) {
                    row_item.declined.push(me.clone());
                }
                if step.by_lead {
                    row_item.declined_by = Some(me.clone());
                }
            }
            _ => {
                row_item.declined.retain(|user| user != me);
                row_item.declined_by.take_if(|user| user == me);
            }
        }
    }
}
