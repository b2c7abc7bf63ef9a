//! Who must not see what others say, and where (RULES: Blind). Every view and every way out asks here.

use super::api::{Principal, Role};
use super::people;
use super::rights::{is_blind, is_theirs};
use super::ruling::Ruled;
use crate::model::{ItemNo, Mine, MineState};
use crate::store::{ITEM_OF_TRACE, Read, SESSIONS, SessionRow};

/// Whether this person reviews in this blind session: by role, or as one of its assigned users, also where they may
/// do everything else (in a private store everybody may). Whoever runs a session without being assigned sees it all.
#[must_use]
pub fn binds(who: &Principal, session: &SessionRow) -> bool {
    let assigned = !session.users.is_empty() && is_theirs(session, who);
    is_blind(session) && (who.role == Role::Reviewer || assigned)
}

/// Whether what others say about an item is kept from this person: until they have submitted.
#[must_use]
pub fn hides(who: &Principal, session: &SessionRow, mine: &Mine) -> bool {
    binds(who, session) && !is_open(mine)
}

/// The same, where the standing has to be looked up.
///
/// # Errors
/// The store's.
pub fn hidden_from(read: &impl Read, who: &Principal, session: &SessionRow, item: ItemNo) -> Ruled<bool> {
    Ok(binds(who, session) && !is_open(&people::mine(read, session.id, &who.account, item)?))
}

/// Whether an item as somebody reviews it hides the others: a session without assigned users has everybody for a
/// reviewer there.
#[must_use]
pub fn hides_on_screen(who: &Principal, session: &SessionRow, mine: &Mine) -> bool {
    is_blind(session) && !is_open(mine) && (binds(who, session) || is_theirs(session, who))
}

/// Whether this person has earned the others' answers, or has been shown them.
#[must_use]
pub fn is_open(mine: &Mine) -> bool {
    mine.revealed || mine.state == MineState::Submitted
}

/// The sessions that bind one person, for traces looked at outside them.
#[derive(Debug, Default)]
pub struct Unseen {
    account: String,
    sessions: Vec<u32>,
}

impl Unseen {
    /// Collects them.
    ///
    /// # Errors
    /// The store's.
    pub fn of(read: &impl Read, who: &Principal) -> Ruled<Self> {
        let mut sessions = Vec::new();
        read.scan(SESSIONS, ""..="\u{10ffff}", false, |_, row: SessionRow| {
            if binds(who, &row) {
                sessions.push(row.id);
            }
            Ok(true)
        })?;
        Ok(Self { account: who.account.clone(), sessions })
    }

    /// Whether the assessments of a trace are kept from them, since it is still to review in one of these.
    ///
    /// # Errors
    /// The store's.
    pub fn hides(&self, read: &impl Read, trace: &str) -> Ruled<bool> {
        for &session in &self.sessions {
            if let Some(item) = read.get(ITEM_OF_TRACE, (session, trace))?
                && !is_open(&people::mine(read, session, &self.account, ItemNo(item))?)
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
