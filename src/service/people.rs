//! People in a session: their standing on items, and the counters and indexes that follow from it.

use super::ruling::Ruled;
use crate::model::{ItemNo, Mine, MineState, PersonProgress, Time};
use crate::store::{DRAFT_ORDER, MINE, PEOPLE, PersonRow, Read, SKIPPED_ITEMS, StoreError, Txn};

/// Times of submits kept for the pace.
const SUBMITS: usize = 20;
/// A longer gap between two submits is a break.
const BREAK_MS: i64 = 10 * 60 * 1000;

/// Where somebody stands with an item.
///
/// # Errors
/// The store's.
pub fn mine(read: &impl Read, session: u32, account: &str, item: ItemNo) -> Ruled<Mine> {
    Ok(read.common(MINE, (session, item.0, account))?.unwrap_or_default())
}

/// A change of somebody's standing with an item, for [`put`].
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Session id.
    pub session: u32,
    /// Whose.
    pub account: &'a str,
    /// With which item.
    pub item: ItemNo,
}

/// Writes a standing, and keeps the person's counters and indexes in step. `drafts` are the times of the last change
/// of the draft before and now.
///
/// # Errors
/// The store's.
pub fn put(
    txn: &Txn,
    at: Place<'_>,
    person: &mut PersonRow,
    before: &Mine,
    after: &Mine,
    drafts: (Time, Time),
) -> Ruled<()> {
    let Place { session, account, item } = at;
    if before != after {
        txn.put_common(MINE, (session, item.0, account), after)?;
    }
    count(person, before.state, false);
    count(person, after.state, true);
    if before.skipped_at != after.skipped_at {
        if let Some(event) = before.skipped_at {
            txn.remove(SKIPPED_ITEMS, (session, account, event.0))?;
        }
        if let Some(event) = after.skipped_at {
            txn.put(SKIPPED_ITEMS, (session, account, event.0), &item.0)?;
        }
    }
    let was = (before.state == MineState::Draft).then_some(drafts.0);
    let is = (after.state == MineState::Draft).then_some(drafts.1);
    if was != is {
        if let Some(time) = was {
            txn.remove(DRAFT_ORDER, (session, account, time.0, item.0))?;
        }
        if let Some(time) = is {
            txn.put(DRAFT_ORDER, (session, account, time.0, item.0), &())?;
        }
    }
    Ok(())
}

/// Notes a submit for the pace.
pub fn submitted_at(person: &mut PersonRow, now: Time) {
    person.submits.push(now);
    let extra = person.submits.len().saturating_sub(SUBMITS);
    person.submits.drain(..extra);
}

/// Mean time between the last submits, breaks left out.
#[must_use]
pub fn pace(person: &PersonRow) -> Option<u64> {
    let gaps: Vec<i64> = person
        .submits
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] => Some(b.0 - a.0),
            _ => None,
        })
        .filter(|gap| (0..BREAK_MS).contains(gap))
        .collect();
    let sum = u64::try_from(gaps.iter().sum::<i64>()).ok()?;
    sum.checked_div(gaps.len() as u64)
}

/// Takes a removed item out of everybody's counters, or puts it back.
///
/// # Errors
/// The store's.
pub fn count_item(txn: &Txn, session: u32, item: ItemNo, add: bool) -> Ruled<()> {
    for (account, mut person) in all(txn, session)? {
        let state = mine(txn, session, &account, item)?.state;
        if state != MineState::Todo {
            count(&mut person, state, add);
            txn.put(PEOPLE, (session, account.as_str()), &person)?;
        }
    }
    Ok(())
}

/// Everybody who has done something in the session.
///
/// # Errors
/// The store's.
pub fn all(read: &impl Read, session: u32) -> Result<Vec<(String, PersonRow)>, StoreError> {
    let mut people = Vec::new();
    read.scan(PEOPLE, (session, "")..(session + 1, ""), false, |(_, account), row| {
        people.push((account.to_owned(), row));
        Ok(true)
    })?;
    Ok(people)
}

/// As shown to people.
#[must_use]
pub fn progress(account: &str, row: &PersonRow) -> PersonProgress {
    PersonProgress {
        reviewer: account.to_owned(),
        submitted: row.submitted,
        drafts: row.drafts,
        skipped: row.skipped,
        deferred: row.deferred,
        declined: row.declined,
        last_active: row.last_active,
    }
}

fn count(person: &mut PersonRow, state: MineState, add: bool) {
    let counter = match state {
        MineState::Todo => return,
        MineState::Draft => &mut person.drafts,
        MineState::Submitted => &mut person.submitted,
        MineState::Skipped => &mut person.skipped,
        MineState::Deferred => &mut person.deferred,
        MineState::Declined => &mut person.declined,
    };
    *counter = if add { counter.saturating_add(1) } else { counter.saturating_sub(1) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_leaves_breaks_out_and_needs_two_submits() {
        let mut person = PersonRow::default();
        assert_eq!(pace(&person), None);
        submitted_at(&mut person, Time(1_000));
        assert_eq!(pace(&person), None);
        for at in [3_000, 7_000, 7_000 + BREAK_MS, 7_000 + BREAK_MS + 3_000] {
            submitted_at(&mut person, Time(at));
        }
        assert_eq!(pace(&person), Some(3_000));
        for at in 0..100 {
            submitted_at(&mut person, Time(10_000_000 + at));
        }
        assert_eq!(person.submits.len(), SUBMITS);
    }
}
