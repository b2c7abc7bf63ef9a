//! A person's decision between their answer here and the one they gave on MLflow's side (RULES: MLflow mapping).
//!
//! It is noted, not carried out: the next push or pull compares again and does what was decided, unless either side has
//! changed since.

use crate::model::{ItemNo, Keep, SessionId};
use crate::service::api::{Notice, Principal, Reason, RemoteAnswer, Response};
use crate::service::event::{Event, append};
use crate::service::items::lookup;
use crate::service::rights;
use crate::service::ruling::{Done, Ruled, no};
use crate::store::{Decision, Held, LINKS, Read, SessionRow, StoreError, TO_SYNC, ToSyncRow, Txn};

/// Decides about an answer of mine.
///
/// # Errors
/// `NotPermitted`, `Closed`; `Nothing` where there is no such conflict.
pub fn decide(txn: &Txn, who: &Principal, session: &str, item: ItemNo, schema: &str, keep: Keep) -> Ruled<Done> {
    let session = lookup::session(txn, session)?;
    rights::may_answer(&session, who)?;
    lookup::open(&session)?;
    let trace = lookup::item(txn, &session, item)?.trace_id;
    let key = (session.id, item.0, schema, who.account.as_str());
    let Some(row) = txn.get(TO_SYNC, key)?.filter(|row| matches!(row.held, Some(Held::Conflict(_)))) else {
        let message = format!("{trace}: {schema} is no answer of {} that was changed on both sides", who.account);
        return Err(no(Reason::Nothing, message));
    };
    let event = Event::Decided { schema: schema.to_owned(), keep };
    let at = append(txn, who, Some(SessionId(session.id)), Some(item), &event)?;
    txn.put(TO_SYNC, key, &ToSyncRow { decided: Some(Decision { keep, at }), ..row })?;
    Ok(Done::telling(Response::Done, Notice::Item { session: session.name, item, by: who.account.clone() }))
}

/// Whether a session is something on a server.
///
/// # Errors
/// The store's.
pub fn is_linked(read: &impl Read, session: u32) -> Result<bool, StoreError> {
    Ok(read.get(LINKS, session)?.is_some())
}

/// My answers on an item that were changed in MLflow, too, and about which I have not decided.
///
/// # Errors
/// The store's.
pub fn undecided(
    read: &impl Read,
    who: &Principal,
    session: &SessionRow,
    item: ItemNo,
) -> Result<Vec<RemoteAnswer>, StoreError> {
    let mut found = Vec::new();
    if !is_linked(read, session.id)? {
        return Ok(found);
    }
    let range = (session.id, item.0, "", "")..(session.id, item.0.saturating_add(1), "", "");
    read.scan(TO_SYNC, range, false, |(_, _, schema, account), row: ToSyncRow| {
        if let (Some(Held::Conflict(there)), None) = (row.held, row.decided)
            && account == who.account
        {
            found.push(RemoteAnswer { schema: schema.to_owned(), there });
        }
        Ok(true)
    })?;
    Ok(found)
}
