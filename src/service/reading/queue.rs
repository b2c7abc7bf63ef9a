//! The queue: windows of it, never all.

use crate::model::{ItemNo, Mine};
use crate::service::api::{Principal, QueuePage, QueueRow, Response};
use crate::service::claims::Claims;
use crate::service::claims::hold::At;
use crate::service::claims::room::{self, Place, place_for};
use crate::service::items::{lookup, position};
use crate::service::ruling::Ruled;
use crate::service::{blind, people, rights, sync};
use crate::store::{ITEMS, ItemRow, Read};

/// Most rows of one answer.
const MOST: u32 = 1000;

/// Rows from a position on, in the queue's order.
///
/// # Errors
/// `NotFound`, `NotPermitted`.
pub fn page(
    read: &impl Read,
    who: &Principal,
    claims: Claims,
    session: &str,
    from: u32,
    limit: u32,
) -> Ruled<Response> {
    let session = lookup::session(read, session)?;
    rights::may_look(&session, who)?;
    let total = position::total(read, &session)?;
    let mut items = Vec::new();
    let limit = limit.min(MOST) as usize;
    if let Some(first) = position::item_at(read, &session, from)?.filter(|_| limit > 0) {
        read.scan(ITEMS, (session.id, first.0)..(session.id + 1, 0), false, |(_, number), item| {
            if !item.removed {
                items.push((ItemNo(number), item));
            }
            Ok(items.len() < limit)
        })?;
    }
    let linked = sync::is_linked(read, session.id)?;
    let mut rows = Vec::with_capacity(items.len());
    // In this order: a position past the last number is never counted on from.
    for ((number, item), at) in items.into_iter().zip(from..) {
        let mine = people::mine(read, session.id, &who.account, number)?;
        let undecided = linked && !sync::undecided(read, who, &session, number)?.is_empty();
        let at = row(who, At { session: &session, number, claims }, at, &item, mine);
        rows.push(QueueRow { undecided, ..at });
    }
    Ok(Response::Queue(QueuePage { rows, total }))
}

/// One row as one reviewer may see it.
#[must_use]
pub fn row(who: &Principal, at: At<'_>, position: u32, item: &ItemRow, mine: Mine) -> QueueRow {
    let hidden = blind::hides_on_screen(who, at.session, &mine);
    let holder = |now| room::live(item, &who.account, now).next().map(str::to_owned);
    let (holder, taken) = match at.claims {
        Claims::On(now) => (holder(now), place_for(item, at.session.reviews, who, now) == Place::Taken),
        Claims::Off => (None, false),
    };
    QueueRow {
        item: at.number,
        position,
        trace_id: item.trace_id.clone(),
        name: item.name.clone(),
        state: item.state.clone(),
        preview: item.preview.clone(),
        request_time: item.request_time,
        duration_ms: item.duration_ms,
        tokens: item.tokens,
        status: item.status,
        mine,
        submissions: if hidden { 0 } else { u32::try_from(item.submitted.len()).unwrap_or(u32::MAX) },
        assigned: item.assigned.clone(),
        holder,
        taken,
        undecided: false,
    }
}
