//! Who must not see what others say, and where (RULES: Blind). Every view and every way out asks here.

use super::answering::ground::versions;
use super::api::{Principal, Response, Role};
use super::event::{Event, append};
use super::items::lookup;
use super::people;
use super::rights::{is_blind, is_theirs};
use super::ruling::{Done, Ruled};
use super::traces::imported;
use crate::model::{EventNo, ItemNo, Mine, MineState, SessionId};
use crate::store::{EVENTS, ITEM_OF_TRACE, PEOPLE, PersonRow, Read, SESSION_EVENTS, SESSIONS, SessionRow, Txn};

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

/// Whether an item as somebody reviews it hides the others.
#[must_use]
pub fn hides_on_screen(who: &Principal, session: &SessionRow, mine: &Mine) -> bool {
    is_blind(session) && !is_open(mine) && reviews(who, session)
}

/// Whether somebody may review there: a session without assigned users has everybody for a reviewer.
#[must_use]
pub fn reviews(who: &Principal, session: &SessionRow) -> bool {
    binds(who, session) || is_theirs(session, who)
}

/// Whether telling what others say has to be noted: it is told to somebody who reviews in this blind session, or may
/// be made to later, and whom the last note does not cover (RULES: after R, my later versions say so; commands have
/// no R).
///
/// # Errors
/// `NotFound`.
pub fn is_news(read: &impl Read, who: &Principal, session: &str) -> Ruled<bool> {
    let session = lookup::session(read, session)?;
    if who.role == Role::Reviewer || !is_blind(&session) {
        return Ok(false);
    }
    // Notes are no news: two who look in turns would note each other for ever.
    let mut last = None;
    read.scan(SESSION_EVENTS, (session.id, 0)..(session.id + 1, 0), true, |(_, no), ()| {
        let note = read.get(EVENTS, no)?.is_some_and(|row| matches!(Event::read(&row), Ok(Event::Looked)));
        last = Some(EventNo(no)).filter(|_| !note);
        Ok(note)
    })?;
    let person = read.get(PEOPLE, (session.id, who.account.as_str()))?.unwrap_or_default();
    let covered = if binds(who, &session) { person.looked } else { person.saw_all };
    Ok(last.is_some() && covered < last)
}

/// The same for an item on the screen, where only whoever does not review there is told without asking.
///
/// # Errors
/// `NotFound`.
pub fn is_news_on_screen(read: &impl Read, who: &Principal, session: &str) -> Ruled<bool> {
    Ok(!reviews(who, &lookup::session(read, session)?) && is_news(read, who, session)?)
}

/// Notes it, before it is told.
///
/// # Errors
/// `NotFound`.
pub fn note(txn: &Txn, who: &Principal, session: &str) -> Ruled<Done> {
    let row = lookup::session(txn, session)?;
    let no = append(txn, who, Some(SessionId(row.id)), None, &Event::Looked)?;
    let key = (row.id, who.account.as_str());
    let person = txn.get(PEOPLE, key)?.unwrap_or_default();
    let saw_all = if binds(who, &row) { person.saw_all } else { Some(no) };
    txn.put(PEOPLE, key, &PersonRow { looked: Some(no), saw_all, ..person })?;
    Ok(Done::quiet(Response::Done))
}

/// Whether this person has been told by a command what others say about an item: what was there then, where it was
/// not kept from them. What they were told before they were assigned they still know.
///
/// # Errors
/// The store's.
pub fn has_been_told(
    read: &impl Read,
    who: &Principal,
    session: &SessionRow,
    item: ItemNo,
    trace: &str,
) -> Ruled<bool> {
    if !is_blind(session) {
        return Ok(false);
    }
    let person = read.get(PEOPLE, (session.id, who.account.as_str()))?.unwrap_or_default();
    let Some(looked) = person.looked else { return Ok(false) };
    let versions = versions(read, session.id, item)?;
    let before = |mine: bool, at: EventNo| versions.iter().any(|v| (v.reviewer == who.account) == mine && v.event < at);
    // Notes of older versions do not say what was kept back.
    let all = person.saw_all.or(person.looked.filter(|_| !binds(who, session)));
    let last = if before(true, looked) { Some(looked) } else { all };
    let Some(at) = last else { return Ok(false) };
    Ok(before(false, at) || !imported(read, trace)?.is_empty())
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
