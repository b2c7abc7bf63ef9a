//! The labels table: the submitted answers, in the order of item, schema, reviewer (RULES: Answering).

use crate::export::labels as rows;
use crate::model::{AnswerVersion, ItemNo};
use crate::service::answering::ground::versions;
use crate::service::api::{LabelPage, LabelQuery, LabelRow, Principal, Reason, Response};
use crate::service::items::lookup;
use crate::service::ruling::{Ruled, Stop, no};
use crate::service::traces::imported;
use crate::service::{blind, rights};
use crate::store::{ANSWERS, ITEMS, ItemRow, Read, SessionRow, StoreError};

/// Most rows of one answer.
const MOST: usize = 10_000;

/// A page of labels, whole items at a time.
///
/// # Errors
/// `NotFound`, `NotPermitted`.
pub fn page(
    read: &impl Read,
    who: &Principal,
    session: &str,
    query: &LabelQuery,
    after: Option<&str>,
    limit: u32,
) -> Ruled<Response> {
    let session = lookup::session(read, session)?;
    rights::may_look(&session, who)?;
    if let Some(name) = &query.schema {
        known(read, &session, name, query)?;
    }
    let from = start(after)?;
    let limit = (limit as usize).clamp(1, MOST);
    let mut page = Page { read, who, session: &session, query, rows: Vec::new(), item: None, stopped: None };
    let next = if query.imported { page.by_item(from, limit)? } else { page.by_answer(from, limit)? };
    if let Some(stop) = page.stopped {
        return Err(stop);
    }
    Ok(Response::Labels(LabelPage { rows: page.rows, next: next.map(|item| item.to_string()) }))
}

/// The item that a page begins with.
///
/// # Errors
/// `Invalid` where the cursor is not one of ours.
pub fn start(after: Option<&str>) -> Ruled<u32> {
    let Some(after) = after else { return Ok(0) };
    after.parse().map_err(|_| no(Reason::Invalid, format!("\"{after}\" is no place to go on from")))
}

fn known(read: &impl Read, session: &SessionRow, name: &str, query: &LabelQuery) -> Ruled<()> {
    let asked = session.schemas.iter().any(|s| s == name);
    if asked || query.imported || query.all_versions || lookup::schema(read, session.experiment, name)?.is_some() {
        return Ok(());
    }
    let there = if session.schemas.is_empty() { "nothing".to_owned() } else { session.schemas.join(", ") };
    Err(no(Reason::NotFound, format!("session {} does not ask \"{name}\"; it asks {there}", session.name)))
}

struct Page<'a, R: Read> {
    read: &'a R,
    who: &'a Principal,
    session: &'a SessionRow,
    query: &'a LabelQuery,
    rows: Vec<LabelRow>,
    /// The item of the answers that are coming.
    item: Option<At>,
    stopped: Option<Stop>,
}

struct At {
    number: u32,
    row: ItemRow,
    /// Others' answers and imported assessments are kept from who asks.
    hidden: bool,
}

impl<R: Read> Page<'_, R> {
    /// Straight through the answers; the first item of the next page.
    fn by_answer(&mut self, from: u32, limit: usize) -> Result<Option<ItemNo>, StoreError> {
        let s = self.session.id;
        let mut next = None;
        let range = (s, from, "", "", 0)..(s + 1, 0, "", "", 0);
        self.read.scan(ANSWERS, range, false, |(_, number, ..), version: AnswerVersion| {
            if self.item.as_ref().is_none_or(|at| at.number != number) {
                if self.rows.len() >= limit {
                    next = Some(ItemNo(number));
                    return Ok(false);
                }
                let Some(row) = self.read.get(ITEMS, (s, number))? else { return Ok(true) };
                if !self.enter(number, row) {
                    return Ok(false);
                }
            }
            self.take(&version);
            Ok(true)
        })?;
        Ok(next)
    }

    /// Item by item, since imported assessments belong to every one of them.
    fn by_item(&mut self, from: u32, limit: usize) -> Result<Option<ItemNo>, StoreError> {
        let s = self.session.id;
        let mut next = None;
        self.read.scan(ITEMS, (s, from)..(s + 1, 0), false, |(_, number), row: ItemRow| {
            if self.rows.len() >= limit {
                next = Some(ItemNo(number));
                return Ok(false);
            }
            let trace = row.trace_id.clone();
            let gone = row.removed && !self.query.all_versions;
            let status = row.status;
            if !self.enter(number, row) {
                return Ok(false);
            }
            let ours = versions(self.read, s, ItemNo(number))?;
            ours.iter().for_each(|version| self.take(version));
            if gone || self.item.as_ref().is_none_or(|at| at.hidden) {
                return Ok(true);
            }
            let mut came: Vec<LabelRow> = imported(self.read, &trace)?
                .iter()
                // An export that came back is not told twice.
                .filter(|a| ours.iter().all(|v| v.assessment_id != a.id()))
                .map(|a| rows::imported(a, &trace, &self.session.name, status))
                .filter(|row| self.wanted_import(row))
                .collect();
            came.sort_by(|a, b| {
                let key = |r: &LabelRow| (r.assessment_name.clone(), r.assessor_id.clone(), r.timestamp.clone());
                key(a).cmp(&key(b))
            });
            self.rows.append(&mut came);
            Ok(true)
        })?;
        Ok(next)
    }

    /// Goes to an item; false where the store failed.
    fn enter(&mut self, number: u32, row: ItemRow) -> bool {
        match blind::hidden_from(self.read, self.who, self.session, ItemNo(number)) {
            Ok(hidden) => self.item = Some(At { number, row, hidden }),
            Err(stop) => self.stopped = Some(stop),
        }
        self.stopped.is_none()
    }

    fn take(&mut self, version: &AnswerVersion) {
        let Some(At { row: item, hidden, .. }) = &self.item else { return };
        if *hidden && version.reviewer != self.who.account {
            return;
        }
        let q = self.query;
        let asked = self.session.schemas.contains(&version.schema) && !item.removed;
        let user = q.user.as_ref().is_none_or(|u| *u == version.reviewer || *u == version.assessor_id);
        let schema = q.schema.as_ref().is_none_or(|s| *s == version.schema);
        if user && schema && (q.all_versions || (version.valid && asked)) {
            self.rows.push(rows::answer(version, &self.session.name, item.status));
        }
    }

    fn wanted_import(&self, row: &LabelRow) -> bool {
        let q = self.query;
        q.user.as_ref().is_none_or(|u| *u == row.assessor_id)
            && q.schema.as_ref().is_none_or(|s| *s == row.assessment_name)
            && (q.all_versions || row.valid)
    }
}
