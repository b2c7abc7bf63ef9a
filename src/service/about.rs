//! Whether what somebody writes about is still what they saw.
//!
//! Requests name a session and the number of an item in it. A screen that has waited (a link that dropped, a server that was
//! away, a refusal that may pass) may send them when a session of that name has been made again, or a restored one has got
//! other traces since: then the same words would be somebody's answer on a trace that they have never read. And an item
//! may have got a newer copy of its trace (`add-traces --refresh`): words about the old one stay a draft, and are an answer
//! once the new one was on a screen.

use super::api::{About, Reason, Request};
use super::items::lookup;
use super::ruling::{Ruled, no};
use crate::model::ItemNo;
use crate::store::Read;

/// The session and the item that a person writes about.
#[must_use]
pub fn place(request: &Request) -> Option<(&str, ItemNo)> {
    match request {
        Request::Type { session, item, .. }
        | Request::Answer { session, item, .. }
        | Request::Submit { session, item, .. }
        | Request::Act { session, item, .. } => Some((session, *item)),
        _ => None,
    }
}

/// Refuses what was written about something else.
///
/// # Errors
/// `Replaced`; `Refreshed` where a copy is named that is not the item's any more; `NotFound` where nothing stands there.
pub fn check(read: &impl Read, (session, item): (&str, ItemNo), about: &About) -> Ruled<()> {
    let session = lookup::session(read, session)?;
    let name = &session.name;
    if session.created_at != about.session {
        return Err(no(
            Reason::Replaced,
            format!("session {name} was deleted and made again: what was written in the old one is not saved in this"),
        ));
    }
    let item = lookup::item(read, &session, item)?;
    if item.trace_id != about.trace_id {
        return Err(no(
            Reason::Replaced,
            format!(
                "another trace stands in the place of {} in session {name} now: what was written about it is not saved",
                about.trace_id
            ),
        ));
    }
    if about.snapshot.is_some_and(|read| read != item.snapshot) {
        return Err(no(
            Reason::Refreshed,
            format!("{} was read in again since you saw it: look at it once more, then submit", about.trace_id),
        ));
    }
    Ok(())
}
