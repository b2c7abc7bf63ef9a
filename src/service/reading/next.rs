//! The next item that needs me (RULES: Claims): my newest draft, assigned to me, unassigned, my skipped ones. Each is
//! read from an index of its own, so that nothing scans the session.

use crate::model::{ItemNo, ItemStatus, MineState};
use crate::service::api::{Principal, Response};
use crate::service::items::{lookup, position};
use crate::service::ruling::Ruled;
use crate::service::{people, rights};
use crate::store::{
    ASSIGNED_ITEMS, DRAFT_ORDER, DRAFTS, ITEMS, OPEN_ITEMS, PEOPLE, Read, SKIPPED_ITEMS, SessionRow, StoreError,
};

/// Where to go on from `after` (`None`: the first opening); the item itself again where nothing else needs me but it
/// does; `None` when all is done.
///
/// # Errors
/// `NotFound`, `NotPermitted`.
pub fn next(read: &impl Read, who: &Principal, session: &str, after: Option<ItemNo>) -> Ruled<Response> {
    let session = lookup::session(read, session)?;
    rights::may_look(&session, who)?;
    // Assigned by account or by the name in exports, as the lead typed it.
    let mut names = vec![who.account.as_str(), who.assessor_id.as_str()];
    names.dedup();
    let look = Look { read, session: &session, me: &who.account, names };
    Ok(Response::Next(look.next(after)?))
}

struct Look<'a, R: Read> {
    read: &'a R,
    session: &'a SessionRow,
    me: &'a str,
    names: Vec<&'a str>,
}

impl<R: Read> Look<'_, R> {
    fn next(&self, after: Option<ItemNo>) -> Ruled<Option<ItemNo>> {
        let here = after.unwrap_or(ItemNo(u32::MAX));
        let from = after.map_or(0, |item| item.0.saturating_add(1));
        let state = match after {
            Some(item) => people::mine(self.read, self.session.id, self.me, item)?.state,
            None => MineState::Submitted,
        };
        // Whoever moves on from an untouched item or from a draft as it is wants another one, not to and fro between
        // drafts: older drafts first, then what comes after in the queue.
        let found = match state {
            MineState::Draft => {
                let at = self.read.get(DRAFTS, (self.session.id, self.me, here.0))?.map(|d| d.at.0);
                let older = self.draft(here, at)?;
                match older {
                    Some(item) => Some(item),
                    None => match self.todo(here, from)? {
                        Some(item) => Some(item),
                        None => self.draft(here, None)?,
                    },
                }
            }
            MineState::Todo => match self.todo(here, from)? {
                Some(item) => Some(item),
                None => self.draft(here, None)?,
            },
            _ => match self.draft(here, None)? {
                Some(item) => Some(item),
                None => self.todo(here, from)?,
            },
        };
        if found.is_some() {
            return Ok(found);
        }
        if let Some(item) = self.skipped(here)? {
            return Ok(Some(item));
        }
        let again = matches!(state, MineState::Todo | MineState::Draft | MineState::Skipped);
        Ok(after.filter(|_| again).filter(|item| self.is_pending(*item).unwrap_or(false)))
    }

    /// My newest draft on a pending item, or the newest before this time.
    fn draft(&self, not: ItemNo, before: Option<i64>) -> Ruled<Option<ItemNo>> {
        let (s, me) = (self.session.id, self.me);
        // Of two drafts of one millisecond the lower number counts as older.
        let to = before.map_or((s, me, i64::MAX, u32::MAX), |at| (s, me, at, not.0));
        let mut found = None;
        let mut failed = None;
        self.read.scan(DRAFT_ORDER, (s, me, i64::MIN, 0)..to, true, |(_, _, _, number), ()| {
            let item = ItemNo(number);
            if item != not {
                match self.is_pending(item) {
                    Ok(true) => found = Some(item),
                    Ok(false) => {}
                    Err(e) => failed = Some(e),
                }
            }
            Ok(found.is_none() && failed.is_none())
        })?;
        failed.map_or(Ok(found), |e| Err(e.into()))
    }

    /// What I have not touched: assigned to me, then unassigned; each after here, then from the start.
    fn todo(&self, not: ItemNo, from: u32) -> Ruled<Option<ItemNo>> {
        let s = self.session.id;
        if self.touched_all()? {
            return Ok(None);
        }
        for range in [from..u32::MAX, 0..from] {
            for name in &self.names {
                let mut found = None;
                let keys = (s, *name, range.start)..(s, *name, range.end);
                self.read.scan(ASSIGNED_ITEMS, keys, false, |(_, _, number), ()| {
                    self.untouched(ItemNo(number), not, &mut found)
                })?;
                if found.is_some() {
                    return Ok(found);
                }
            }
        }
        for range in [from..u32::MAX, 0..from] {
            let mut found = None;
            self.read.scan(OPEN_ITEMS, (s, range.start)..(s, range.end), false, |(_, number), ()| {
                self.untouched(ItemNo(number), not, &mut found)
            })?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// By the counters: with several reviews an item stays open after mine, and looking at each of them for one that
    /// is not there would scan the session.
    fn touched_all(&self) -> Ruled<bool> {
        let p = self.read.get(PEOPLE, (self.session.id, self.me))?.unwrap_or_default();
        let touched =
            [p.submitted, p.drafts, p.skipped, p.deferred, p.declined].into_iter().map(u64::from).sum::<u64>();
        Ok(touched >= u64::from(position::total(self.read, self.session)?))
    }

    fn untouched(&self, item: ItemNo, not: ItemNo, found: &mut Option<ItemNo>) -> Result<bool, StoreError> {
        let mine = self.read.get(crate::store::MINE, (self.session.id, self.me, item.0))?;
        if item != not && mine.is_none_or(|m| m.state == MineState::Todo) {
            *found = Some(item);
        }
        Ok(found.is_none())
    }

    /// The one I skipped first.
    fn skipped(&self, not: ItemNo) -> Ruled<Option<ItemNo>> {
        let (s, me) = (self.session.id, self.me);
        // Coming from a skipped one: those skipped after it, then from the start, so that all are seen in turn.
        let here = people::mine(self.read, s, me, not)?.skipped_at.map_or(0, |e| e.0);
        for range in [here + 1..u64::MAX, 0..here] {
            let mut found = None;
            self.read.scan(SKIPPED_ITEMS, (s, me, range.start)..(s, me, range.end), false, |_, number| {
                if self.is_pending(ItemNo(number))? {
                    found = Some(ItemNo(number));
                }
                Ok(found.is_none())
            })?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn is_pending(&self, item: ItemNo) -> Result<bool, StoreError> {
        let row = self.read.get(ITEMS, (self.session.id, item.0))?;
        Ok(row.is_some_and(|row| !row.removed && row.status == ItemStatus::Pending))
    }
}
