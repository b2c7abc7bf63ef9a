//! From the log to what may have to be pushed.

use super::api::SyncResponse;
use crate::model::{EventNo, ItemNo};
use crate::service::answering::ground::versions;
use crate::service::api::Response;
use crate::service::event::{Event, Step};
use crate::service::items::lookup;
use crate::service::ruling::{Done, Ruled};
use crate::store::{EVENTS, Held, ITEMS, ItemRow, LINKS, Read, SESSION_EVENTS, StoreError, TO_SYNC, ToSyncRow, Txn};
use std::collections::BTreeMap;

/// Counting stops here: a screen needs no more, and a count must not cost more than a glance.
pub const MOST_COUNTED: u32 = 1000;

/// Events of one look: the log of a session that is linked late may be long, and people's saves wait meanwhile.
const LOOK: usize = 200;

/// What an event touched: (item, schema, account); schema and account empty: the item itself.
type Touched = BTreeMap<(u32, String, String), EventNo>;

/// Looks through the next part of the log from the cursor on and notes what was touched.
///
/// # Errors
/// `NotFound`; the store's.
pub fn gather(txn: &Txn, session: &str) -> Ruled<Done> {
    let session = lookup::session(txn, session)?;
    let Some(mut link) = txn.get(LINKS, session.id)? else {
        return Ok(Done::quiet(Response::Sync(SyncResponse::Gathered { waiting: 0, more: false })));
    };
    let Look { touched: mut rows, all, last, more } = look(txn, session.id, link.cursor)?;
    if let Some(event) = all {
        txn.scan(ITEMS, (session.id, 0)..(session.id + 1, 0), false, |(_, item), _: ItemRow| {
            rows.entry((item, String::new(), String::new())).or_insert(event);
            Ok(true)
        })?;
    }
    note(txn, session.id, &rows)?;
    if last > link.cursor {
        link.cursor = last;
        txn.put(LINKS, session.id, &link)?;
    }
    let waiting = answers(txn, session.id, usize::MAX)? as u64;
    Ok(Done::quiet(Response::Sync(SyncResponse::Gathered { waiting, more })))
}

/// What is to sync, as far as one person is shown it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Waiting {
    /// Answers that MLflow may not have yet, at most [`MOST_COUNTED`].
    pub answers: u32,
    /// Mine among these that were changed on both sides, and about which I have not decided.
    pub conflicts: u32,
    /// The first item with one of those.
    pub at: Option<ItemNo>,
}

/// What is to sync; `None`: the session is not linked.
///
/// # Errors
/// The store's.
pub fn waiting(read: &impl Read, session: u32, me: &str) -> Ruled<Option<Waiting>> {
    if read.get(LINKS, session)?.is_none() {
        return Ok(None);
    }
    let mut waiting = Waiting::default();
    let range = (session, 0, "", "")..(session + 1, 0, "", "");
    read.scan(TO_SYNC, range, false, |(_, item, schema, who), row: ToSyncRow| {
        waiting.answers += u32::from(!schema.is_empty());
        if matches!(row.held, Some(Held::Conflict(_))) && row.decided.is_none() && who == me {
            waiting.conflicts += 1;
            waiting.at = waiting.at.or(Some(ItemNo(item)));
        }
        Ok(waiting.answers < MOST_COUNTED)
    })?;
    Ok(Some(waiting))
}

/// Notes at once what an act in a linked session touched, so that a screen can say how much is to sync without reading
/// the log. A look through the log finds the same again.
///
/// # Errors
/// The store's.
pub fn acted(txn: &Txn, session: u32, item: ItemNo, account: &str, step: &Step, at: EventNo) -> Ruled<()> {
    if txn.common(LINKS, session)?.is_none() {
        return Ok(());
    }
    let mut touched = Touched::new();
    touch(&mut touched, account, item.0, step, at);
    note(txn, session, &touched)
}

fn note(txn: &Txn, session: u32, touched: &Touched) -> Ruled<()> {
    for ((item, schema, account), event) in touched {
        let key = (session, *item, schema.as_str(), account.as_str());
        let before = txn.get(TO_SYNC, key)?;
        // What was decided about a conflict stands until the answer is changed again.
        let decided = before.as_ref().and_then(|row| row.decided).filter(|d| d.at > *event);
        txn.put(TO_SYNC, key, &ToSyncRow { event: *event, held: before.and_then(|row| row.held), decided })?;
    }
    Ok(())
}

/// Answers noted, at most so many.
pub(super) fn answers(read: &impl Read, session: u32, most: usize) -> Result<usize, StoreError> {
    let mut n = 0;
    read.scan(TO_SYNC, (session, 0, "", "")..(session + 1, 0, "", ""), false, |(_, _, schema, _), _: ToSyncRow| {
        n += usize::from(!schema.is_empty());
        Ok(n < most)
    })?;
    Ok(n)
}

/// A part of the log.
struct Look {
    touched: Touched,
    /// The event that touched every item, if one did.
    all: Option<EventNo>,
    /// The last event looked at.
    last: u64,
    /// There is more of the log.
    more: bool,
}

/// What the session's next events after a number touched.
fn look(read: &impl Read, session: u32, after: u64) -> Ruled<Look> {
    let mut numbers = Vec::new();
    read.scan(SESSION_EVENTS, (session, after.saturating_add(1))..(session + 1, 0), false, |(_, no), ()| {
        numbers.push(no);
        Ok(numbers.len() <= LOOK)
    })?;
    let more = numbers.len() > LOOK;
    numbers.truncate(LOOK);
    let (mut touched, mut all, mut last) = (Touched::new(), None, after);
    for no in numbers {
        last = no;
        let Some(row) = read.get(EVENTS, no)? else { continue };
        let event = Event::read(&row)?;
        let at = EventNo(no);
        let itself = |item: u32| (item, String::new(), String::new());
        match &event {
            Event::SessionUpdated { .. } | Event::Linked { .. } => all = Some(at),
            Event::TracesAdded { added, restored, .. } => {
                touched.extend(added.iter().map(|(no, ..)| (itself(no.0), at)));
                touched.extend(restored.iter().map(|no| (itself(no.0), at)));
                // What was answered before it was removed is to be looked at again.
                for number in restored {
                    for v in versions(read, session, *number)? {
                        touched.insert((number.0, v.schema, v.reviewer), at);
                    }
                }
            }
            Event::TracesRemoved { items } => touched.extend(items.iter().map(|no| (itself(no.0), at))),
            // What came from there need not go back; what it did to the item's status is noted with it.
            Event::Adopted { .. } => {}
            other => {
                if let Some((step, item)) = other.step().zip(row.item) {
                    touch(&mut touched, &row.account, item, step, at);
                }
            }
        }
    }
    Ok(Look { touched, all, last, more })
}

fn touch(touched: &mut Touched, account: &str, item: u32, step: &Step, at: EventNo) {
    let schemas =
        step.written.iter().map(|v| &v.schema).chain(step.retired.iter().chain(&step.restored).map(|k| &k.schema));
    for schema in schemas {
        touched.insert((item, schema.clone(), account.to_owned()), at);
    }
    if step.from.state != step.to.state || step.submits {
        touched.insert((item, String::new(), String::new()), at);
    }
}
