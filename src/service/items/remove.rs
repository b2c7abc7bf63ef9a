//! Removing traces from a session hides them; answers stay in the log (RULES: Schemas and versions).

use super::{lookup, place};
use crate::model::{ItemNo, SessionId};
use crate::service::api::{ItemKey, Notice, Principal, Response};
use crate::service::event::{Event, append};
use crate::service::people;
use crate::service::ruling::{Done, Ruled};
use crate::store::Txn;

/// Hides these traces' items; those already hidden are not counted.
///
/// # Errors
/// `NotFound` where one is no item of the session: then nothing is removed.
pub fn remove(txn: &Txn, who: &Principal, session: &str, ids: &[String]) -> Ruled<Done> {
    let session = lookup::session(txn, session)?;
    lookup::open(&session)?;
    let mut rows = Vec::new();
    for id in ids {
        let number = lookup::resolve(txn, &session, &ItemKey::Trace(id.clone()))?;
        if let Ok(row) = lookup::item(txn, &session, number) {
            rows.push((number, row));
        }
    }
    rows.sort_by_key(|(number, _)| *number);
    rows.dedup_by_key(|(number, _)| *number);
    if rows.is_empty() {
        return Ok(Done::quiet(Response::Count(0)));
    }
    for (number, before) in &rows {
        let mut after = before.clone();
        after.removed = true;
        // Whoever has it open is told; the claims go with the item.
        after.holders.clear();
        place::put(txn, &session, *number, Some(before), &after)?;
        people::count_item(txn, session.id, *number, false)?;
    }
    let items: Vec<ItemNo> = rows.iter().map(|(number, _)| *number).collect();
    let count = items.len() as u64;
    append(txn, who, Some(SessionId(session.id)), None, &Event::TracesRemoved { items })?;
    Ok(Done::telling(Response::Count(count), Notice::Session { session: session.name }))
}
