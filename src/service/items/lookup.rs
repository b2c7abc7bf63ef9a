//! Sessions and items by the names people use.

use crate::model::{ItemNo, LabelSchema, schema_check};
use crate::service::api::{ItemKey, Reason};
use crate::service::items::position;
use crate::service::ruling::{Ruled, no};
use crate::store::{EXPERIMENTS, ITEM_OF_TRACE, ITEMS, ItemRow, Read, SCHEMAS, SESSIONS, SessionRow};

/// The session of that name.
///
/// # Errors
/// `NotFound`.
pub fn session(read: &impl Read, name: &str) -> Ruled<SessionRow> {
    read.common(SESSIONS, name)?
        .ok_or_else(|| no(Reason::NotFound, format!("no session \"{name}\"; see the list with: labeltui session list")))
}

/// An item that is not removed.
///
/// # Errors
/// `NotFound`.
pub fn item(read: &impl Read, session: &SessionRow, item: ItemNo) -> Ruled<ItemRow> {
    match read.common(ITEMS, (session.id, item.0))? {
        Some(row) if !row.removed => Ok(row),
        Some(row) => {
            Err(no(Reason::NotFound, format!("{} has been removed from session {}", row.trace_id, session.name)))
        }
        None => Err(no(Reason::NotFound, format!("session {} has no such item any more", session.name))),
    }
}

/// The number of the item that is meant.
///
/// # Errors
/// `NotFound`.
pub fn resolve(read: &impl Read, session: &SessionRow, key: &ItemKey) -> Ruled<ItemNo> {
    match key {
        ItemKey::No(no) => Ok(*no),
        ItemKey::Trace(trace) => {
            read.get(ITEM_OF_TRACE, (session.id, trace.as_str()))?.map(ItemNo).ok_or_else(|| {
                no(
                    Reason::NotFound,
                    format!(
                        "no trace \"{trace}\" in session {name}; add it with: labeltui session add-traces {name} --id {trace}",
                        name = session.name
                    ),
                )
            })
        }
        ItemKey::Position(at) => position::item_at(read, session, *at)?.ok_or_else(|| {
            no(Reason::NotFound, format!("session {} has no item at position {}", session.name, at.saturating_add(1)))
        }),
    }
}

/// The latest version of a schema in an experiment; built-ins need not exist.
///
/// # Errors
/// The store's.
pub fn schema(read: &impl Read, experiment: u32, name: &str) -> Ruled<Option<LabelSchema>> {
    Ok(match read.common(SCHEMAS, (experiment, name))? {
        Some(row) => Some(row.schema),
        None => schema_check::built_in(name),
    })
}

/// The session's questions at their latest version, in order.
///
/// # Errors
/// The store's.
pub fn schemas(read: &impl Read, session: &SessionRow) -> Ruled<Vec<LabelSchema>> {
    let mut out = Vec::with_capacity(session.schemas.len());
    for name in &session.schemas {
        out.extend(schema(read, session.experiment, name)?);
    }
    Ok(out)
}

/// The key of an experiment, if there is one of that name.
///
/// # Errors
/// The store's.
pub fn experiment(read: &impl Read, name: &str) -> Ruled<Option<u32>> {
    Ok(read.get(EXPERIMENTS, name)?.map(|row| row.id))
}

/// Refuses changes in a closed session.
///
/// # Errors
/// `Closed`, with the way to reopen.
pub fn open(session: &SessionRow) -> Ruled<()> {
    if !session.closed {
        return Ok(());
    }
    Err(no(
        Reason::Closed,
        format!(
            "session {name} is closed and for reading only; reopen it with: labeltui session update {name} --reopen",
            name = session.name
        ),
    ))
}
