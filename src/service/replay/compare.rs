//! Tables against log.

use super::model::{ItemModel, MineModel, Model, SessionModel};
use crate::model::{EventNo, ItemStatus, Mine, MineState, Progress};
use crate::service::answering::draft::logged;
use crate::service::claims::room::{has_room, is_open};
use crate::service::event::Settings;
use crate::service::items::status;
use crate::service::people;
use crate::store::{
    ANSWERS, ASSIGNED_ITEMS, CLAIM_TIMES, CLAIMS_OF, DRAFT_ORDER, DRAFTS, EVENTS, ITEMS, ItemRow, MINE, OPEN_ITEMS,
    PROGRESS, PersonRow, Read, SESSIONS, SKIPPED_ITEMS, SessionRow, StoreError,
};
use std::collections::{BTreeMap, BTreeSet};

/// Most differences named for one session.
const NAMED: usize = 20;

/// Where the tables say something else than the log; empty when all is well.
///
/// # Errors
/// The store's.
pub fn compare(read: &impl Read) -> Result<Vec<String>, StoreError> {
    let mut model = Model::default();
    let mut failed = None;
    read.scan(EVENTS, 0.., false, |no, row| {
        failed = model.apply(EventNo(no), &row).err();
        Ok(failed.is_none())
    })?;
    if let Some(e) = failed {
        return Err(e);
    }
    let mut sessions = Vec::new();
    read.scan(SESSIONS, ""..="\u{10ffff}", false, |_, row: SessionRow| {
        sessions.push(row);
        Ok(true)
    })?;
    let mut problems = Vec::new();
    for row in &sessions {
        match model.sessions.remove(&row.id) {
            Some(session) => {
                let mut found = Check { read, row, model: &session, problems: Vec::new() }.run()?;
                if found.len() > NAMED {
                    let more = found.len() - NAMED;
                    found.truncate(NAMED);
                    found.push(format!("session {}: and {more} more differences", row.name));
                }
                problems.append(&mut found);
            }
            None => problems.push(format!("session {} is not in the log", row.name)),
        }
    }
    problems.extend(model.sessions.keys().map(|id| format!("session number {id} is in the log but not in the tables")));
    Ok(problems)
}

struct Check<'a, R: Read> {
    read: &'a R,
    row: &'a SessionRow,
    model: &'a SessionModel,
    problems: Vec<String>,
}

impl<R: Read> Check<'_, R> {
    fn run(mut self) -> Result<Vec<String>, StoreError> {
        if Settings::of(self.row) != self.model.settings {
            self.says("its settings");
        }
        let items = self.items()?;
        self.mine(&items)?;
        self.indexes()?;
        self.drafts()?;
        self.answers()?;
        Ok(self.problems)
    }

    fn says(&mut self, what: &str) {
        self.problems.push(format!("session {}: {what}: the tables and the log differ", self.row.name));
    }

    fn items(&mut self) -> Result<BTreeMap<u32, ItemRow>, StoreError> {
        let s = self.row.id;
        let mut rows = BTreeMap::new();
        self.read.scan(ITEMS, (s, 0)..(s + 1, 0), false, |(_, number), row: ItemRow| {
            rows.insert(number, row);
            Ok(true)
        })?;
        let mut progress = Progress::default();
        let (mut open, mut assigned) = (BTreeSet::new(), BTreeSet::new());
        let mut claims = Claimed::default();
        for (number, row) in &rows {
            let none = ItemModel::default();
            let model = self.model.items.get(number).unwrap_or(&none);
            let same = model.trace_id == row.trace_id
                && model.snapshot == Some(row.snapshot)
                && model.removed == row.removed
                && model.assigned == row.assigned
                && model.submitted == row.submitted
                && model.declined == row.declined
                && model.declined_by == row.declined_by
                && model.holders.iter().eq(row.holders.iter().map(|h| &h.account))
                && status::derive(self.row, row) == row.status;
            if !same {
                self.says(&format!("item {}", row.trace_id));
            }
            claims.add(*number, row);
            if row.removed {
                continue;
            }
            progress.items += 1;
            match row.status {
                ItemStatus::Complete => progress.complete += 1,
                ItemStatus::Declined => progress.declined += 1,
                ItemStatus::Pending => assigned.extend(row.assigned.clone().map(|user| (user, *number))),
            }
            if has_room(row, self.row.reviews) {
                open.insert(*number);
            }
        }
        if self.model.items.len() != rows.len() {
            self.says("the number of items");
        }
        if self.read.get(PROGRESS, s)?.unwrap_or_default().progress != progress {
            self.says("the progress");
        }
        self.read.scan(OPEN_ITEMS, (s, 0)..(s + 1, 0), false, |(_, number), ()| {
            if !open.remove(&number) {
                open.insert(u32::MAX);
            }
            Ok(true)
        })?;
        self.read.scan(ASSIGNED_ITEMS, (s, "", 0)..(s + 1, "", 0), false, |(_, user, number), ()| {
            if !assigned.remove(&(user.to_owned(), number)) {
                assigned.insert((String::new(), u32::MAX));
            }
            Ok(true)
        })?;
        if !(open.is_empty() && assigned.is_empty()) {
            self.says("the index of open items");
        }
        if claims.differ(self.read, s)? {
            self.says("the index of claims");
        }
        Ok(rows)
    }

    fn mine(&mut self, items: &BTreeMap<u32, ItemRow>) -> Result<(), StoreError> {
        let s = self.row.id;
        let mut rows: BTreeMap<(String, u32), Mine> = BTreeMap::new();
        self.read.scan(MINE, (s, 0, "")..(s + 1, 0, ""), false, |(_, item, account), row| {
            rows.insert((account.to_owned(), item), row);
            Ok(true)
        })?;
        let keys: BTreeSet<_> = rows.keys().chain(self.model.mine.keys()).cloned().collect();
        let mut people: BTreeMap<String, PersonRow> = BTreeMap::new();
        for key in keys {
            let row = rows.get(&key).cloned().unwrap_or_default();
            let model = self.model.mine.get(&key).cloned().unwrap_or_default();
            if !same_standing(&row, &model) {
                self.says(&format!("where {} stands with item number {}", key.0, key.1));
            }
            if items.get(&key.1).is_some_and(|item| !item.removed) {
                let person = people.entry(key.0).or_default();
                match row.state {
                    MineState::Todo => {}
                    MineState::Draft => person.drafts += 1,
                    MineState::Submitted => person.submitted += 1,
                    MineState::Skipped => person.skipped += 1,
                    MineState::Deferred => person.deferred += 1,
                    MineState::Declined => person.declined += 1,
                }
            }
        }
        for (account, row) in people::all(self.read, s)? {
            let counted = people.remove(&account).unwrap_or_default();
            let counters = |p: &PersonRow| (p.submitted, p.drafts, p.skipped, p.deferred, p.declined);
            if counters(&row) != counters(&counted) {
                self.says(&format!("the counters of {account}"));
            }
        }
        Ok(())
    }

    /// What *next* reads: drafts by time, skipped items in their order.
    fn indexes(&mut self) -> Result<(), StoreError> {
        let (read, s) = (self.read, self.row.id);
        let (mut drafts, mut skipped) = (BTreeSet::new(), BTreeSet::new());
        read.scan(MINE, (s, 0, "")..(s + 1, 0, ""), false, |(_, item, account), row: Mine| {
            if row.state == MineState::Draft {
                let at = read.get(DRAFTS, (s, account, item))?.map_or(0, |draft| draft.at.0);
                drafts.insert((account.to_owned(), at, item));
            }
            skipped.extend(row.skipped_at.map(|event| (account.to_owned(), event.0, item)));
            Ok(true)
        })?;
        let mut same = true;
        read.scan(DRAFT_ORDER, (s, "", i64::MIN, 0)..(s + 1, "", i64::MIN, 0), false, |(_, account, at, item), ()| {
            same &= drafts.remove(&(account.to_owned(), at, item));
            Ok(true)
        })?;
        read.scan(SKIPPED_ITEMS, (s, "", 0)..(s + 1, "", 0), false, |(_, account, event), item| {
            same &= skipped.remove(&(account.to_owned(), event, item));
            Ok(true)
        })?;
        if !(same && drafts.is_empty() && skipped.is_empty()) {
            self.says("the index of drafts and skipped items");
        }
        Ok(())
    }

    fn drafts(&mut self) -> Result<(), StoreError> {
        let s = self.row.id;
        let mut rows = BTreeMap::new();
        self.read.scan(DRAFTS, (s, "", 0)..(s + 1, "", 0), false, |(_, account, item), draft| {
            let entries: BTreeMap<_, _> =
                draft.entries.iter().filter_map(|(name, e)| Some((name.clone(), logged(e)?))).collect();
            if !entries.is_empty() {
                rows.insert((account.to_owned(), item), entries);
            }
            Ok(true)
        })?;
        let model: BTreeMap<_, _> = self.model.mine.iter().filter(|(_, m)| !m.entries.is_empty()).collect();
        let keys: BTreeSet<_> = rows.keys().chain(model.keys().copied()).cloned().collect();
        for key in keys {
            if rows.get(&key) != model.get(&key).map(|m| &m.entries) {
                self.says(&format!("the draft of {} on item number {}", key.0, key.1));
            }
        }
        Ok(())
    }

    fn answers(&mut self) -> Result<(), StoreError> {
        let s = self.row.id;
        let mut rows = BTreeMap::new();
        let range = (s, 0, "", "", 0)..(s + 1, 0, "", "", 0);
        self.read.scan(ANSWERS, range, false, |(_, item, schema, account, event), version| {
            rows.insert((item, schema.to_owned(), account.to_owned(), event), version);
            Ok(true)
        })?;
        if rows != self.model.versions {
            let differ = |(key, row): &(&_, &_)| self.model.versions.get(*key) != Some(*row);
            let n = rows.iter().filter(differ).count();
            self.says(&format!("{n} of {} answers", rows.len()));
        }
        Ok(())
    }
}

/// The claims that the items of a session hold, as their indexes should have them.
#[derive(Default)]
struct Claimed {
    times: BTreeSet<(i64, u32, String)>,
    of: BTreeSet<(String, u32)>,
}

impl Claimed {
    fn add(&mut self, number: u32, row: &ItemRow) {
        for h in &row.holders {
            if is_open(row) {
                self.times.insert((h.until.0, number, h.account.clone()));
            }
            self.of.insert((h.account.clone(), number));
        }
    }

    fn differ(mut self, read: &impl Read, s: u32) -> Result<bool, StoreError> {
        let mut same = true;
        read.scan(CLAIM_TIMES, (s, i64::MIN, 0, "")..(s + 1, i64::MIN, 0, ""), false, |(_, until, item, who), ()| {
            same &= self.times.remove(&(until, item, who.to_owned()));
            Ok(true)
        })?;
        read.scan(CLAIMS_OF, ("", 0, 0).., false, |(who, session, item), ()| {
            same &= session != s || self.of.remove(&(who.to_owned(), item));
            Ok(true)
        })?;
        Ok(!(same && self.times.is_empty() && self.of.is_empty()))
    }
}

/// Half-typed text makes a draft that the log does not know.
fn same_standing(row: &Mine, model: &MineModel) -> bool {
    let plain = |state| if state == MineState::Draft { MineState::Todo } else { state };
    plain(row.state) == plain(model.state)
        && row.reason == model.reason
        && row.skipped_at == model.skipped_at
        && row.based_on == model.based_on
        && row.revealed == model.revealed
}
