//! The next item that needs me (RULES: Claims): my live claim, my newest draft, assigned to me, claims that are over,
//! unassigned, my skipped ones. Each is read from an index of its own, so that nothing scans the session.

use crate::model::{ItemNo, MineState};
use crate::service::api::Principal;
use crate::service::claims::Claims;
use crate::service::claims::room::{self, Place, is_open};
use crate::service::items::lookup;
use crate::service::ruling::Ruled;
use crate::service::{people, rights};
use crate::store::{
    ASSIGNED_ITEMS, CLAIM_TIMES, CLAIMS_OF, DRAFT_ORDER, DRAFTS, ITEMS, ItemRow, MINE, OPEN_ITEMS, PEOPLE, PROGRESS,
    Read, SKIPPED_ITEMS, SessionRow, StoreError,
};
use std::cell::Cell;

/// Where to go on from `after` (`None`: the first opening); the item itself again where nothing else needs me but it
/// does; `None` when all is done. Nothing is claimed by looking.
///
/// # Errors
/// `NotFound`, `NotPermitted`.
pub fn next(
    read: &impl Read,
    who: &Principal,
    claims: Claims,
    session: &str,
    after: Option<ItemNo>,
) -> Ruled<Option<ItemNo>> {
    let session = lookup::session(read, session)?;
    rights::may_look(&session, who)?;
    look(read, who, claims, &session, after)
}

/// The same, for whoever may look.
///
/// # Errors
/// The store's.
pub fn look(
    read: &impl Read,
    who: &Principal,
    claims: Claims,
    session: &SessionRow,
    after: Option<ItemNo>,
) -> Ruled<Option<ItemNo>> {
    // Assigned by account or by the name in exports, as the lead typed it.
    let mut names = vec![who.account.as_str(), who.assessor_id.as_str()];
    names.dedup();
    Look { read, session, who, me: &who.account, names, claims, misses: Cell::new(0) }.next(after)
}

struct Look<'a, R: Read> {
    read: &'a R,
    session: &'a SessionRow,
    who: &'a Principal,
    me: &'a str,
    names: Vec<&'a str>,
    claims: Claims,
    /// Items looked at in vain.
    misses: Cell<u32>,
}

/// So many items are looked at before the counters are.
const FEW: u32 = 16;

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
                // What was claimed and not begun goes before all: nobody else can have it meanwhile.
                let older = match self.claimed(here)?.0 {
                    Some(item) => Some(item),
                    None => self.draft(here, at)?,
                };
                match older {
                    Some(item) => Some(item),
                    None => match self.todo(here, from)? {
                        Some(item) => Some(item),
                        None => self.draft(here, None)?,
                    },
                }
            }
            // Whoever has only looked at it goes back to what they had claimed.
            MineState::Todo => match self.live_unless_held(here)? {
                Some(item) => Some(item),
                None => match self.todo(here, from)? {
                    Some(item) => Some(item),
                    None => self.draft(here, None)?,
                },
            },
            _ => match self.live(here)? {
                Some(item) => Some(item),
                None => match self.draft(here, None)? {
                    Some(item) => Some(item),
                    None => self.todo(here, from)?,
                },
            },
        };
        if found.is_some() {
            return Ok(found);
        }
        if let Some(item) = self.skipped(here)? {
            return Ok(Some(item));
        }
        let again = matches!(state, MineState::Todo | MineState::Draft | MineState::Skipped);
        match after.filter(|_| again) {
            Some(item) => Ok(self.mine_to_do(item)?.map(|_| item)),
            None => Ok(None),
        }
    }

    fn live_unless_held(&self, here: ItemNo) -> Ruled<Option<ItemNo>> {
        if !self.claims.are_on() {
            return Ok(None);
        }
        let row = self.read.common(ITEMS, (self.session.id, here.0))?;
        let held = row.is_some_and(|row| room::holding(&row, self.me).is_some() || row.assigned.is_some());
        if held { Ok(None) } else { self.live(here) }
    }

    /// What I have claimed, the untouched before drafts.
    fn live(&self, not: ItemNo) -> Ruled<Option<ItemNo>> {
        match self.claimed(not)? {
            (Some(item), _) => Ok(Some(item)),
            // The newest of them, which mostly is the newest of all.
            (None, Some(begun)) => Ok(self.draft_of(not, None, true)?.or(Some(begun))),
            (None, None) => Ok(None),
        }
    }

    /// One of my live claims that I have not touched, and else one that I have begun.
    fn claimed(&self, not: ItemNo) -> Ruled<(Option<ItemNo>, Option<ItemNo>)> {
        if !self.claims.are_on() {
            return Ok((None, None));
        }
        let (s, now) = (self.session.id, self.claims.now());
        let (mut untouched, mut begun) = (None, None);
        self.read.scan(CLAIMS_OF, (self.me, s, 0)..(self.me, s + 1, 0), false, |(_, _, number), ()| {
            let item = ItemNo(number);
            let row = self.read.common(ITEMS, (s, number))?.filter(is_open);
            let live = row.is_some_and(|row| room::holding(&row, self.me).is_some_and(|h| h.until > now));
            if item != not && live {
                match self.read.common(MINE, (s, number, self.me))?.unwrap_or_default().state {
                    MineState::Todo => untouched = Some(item),
                    MineState::Draft => begun = begun.or(Some(item)),
                    _ => {}
                }
            }
            Ok(untouched.is_none())
        })?;
        Ok((untouched, begun))
    }

    /// My newest draft on a pending item, or the newest before this time.
    fn draft(&self, not: ItemNo, before: Option<i64>) -> Ruled<Option<ItemNo>> {
        self.draft_of(not, before, false)
    }

    fn draft_of(&self, not: ItemNo, before: Option<i64>, live: bool) -> Ruled<Option<ItemNo>> {
        let (s, me) = (self.session.id, self.me);
        // Of two drafts of one millisecond the lower number counts as older.
        let to = before.map_or((s, me, i64::MAX, u32::MAX), |at| (s, me, at, not.0));
        let mut found = None;
        self.read.scan(DRAFT_ORDER, (s, me, i64::MIN, 0)..to, true, |(_, _, _, number), ()| {
            let item = ItemNo(number);
            if item != not {
                let row = self.mine_to_do(item)?;
                let wanted =
                    |row: ItemRow| !live || room::holding(&row, self.me).is_some_and(|h| h.until > self.claims.now());
                found = row.is_some_and(wanted).then_some(item);
            }
            Ok(found.is_none())
        })?;
        Ok(found)
    }

    /// What I have not touched: assigned to me, claims that are over, then unassigned; each after here, then from the
    /// start (claims: the one that has been over for longest).
    fn todo(&self, not: ItemNo, from: u32) -> Ruled<Option<ItemNo>> {
        let s = self.session.id;
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
        let mut found = None;
        let over = (s, i64::MIN, 0, "")..(s, self.claims.now().0, u32::MAX, "");
        self.read.scan(CLAIM_TIMES, over, false, |(_, _, number, _), ()| {
            if self.mine_to_do(ItemNo(number))?.is_none() {
                return Ok(true);
            }
            self.untouched(ItemNo(number), not, &mut found)
        })?;
        if found.is_some() {
            return Ok(found);
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
    fn touched_all(&self) -> Result<bool, StoreError> {
        let p = self.read.common(PEOPLE, (self.session.id, self.me))?.unwrap_or_default();
        let touched =
            [p.submitted, p.drafts, p.skipped, p.deferred, p.declined].into_iter().map(u64::from).sum::<u64>();
        let items = self.read.common(PROGRESS, self.session.id)?.unwrap_or_default().progress.items;
        Ok(touched >= u64::from(items))
    }

    /// Whether to go on looking. The counters are asked after a few misses: mostly the first one will do.
    fn untouched(&self, item: ItemNo, not: ItemNo, found: &mut Option<ItemNo>) -> Result<bool, StoreError> {
        self.misses.set(self.misses.get() + 1);
        if self.misses.get() == FEW && self.touched_all()? {
            self.misses.set(FEW - 1);
            return Ok(false);
        }
        let mine = self.read.common(MINE, (self.session.id, item.0, self.me))?;
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
                if self.mine_to_do(ItemNo(number))?.is_some() {
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

    /// The item, if it is pending and no one else has its places.
    fn mine_to_do(&self, item: ItemNo) -> Result<Option<ItemRow>, StoreError> {
        let row = self.read.common(ITEMS, (self.session.id, item.0))?.filter(is_open);
        let mine = |row: &ItemRow| {
            !self.claims.are_on()
                || room::place_for(row, self.session.reviews, self.who, self.claims.now()) != Place::Taken
        };
        Ok(row.filter(mine))
    }
}
