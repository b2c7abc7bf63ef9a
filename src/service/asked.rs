//! Whose request an id belongs to, and for what: an id that somebody else uses again does not get the first answer.

use super::api::{Principal, Request};
use crate::model::ItemNo;

/// The same for every retry of a request, and (but for a chance of one in 2^64) another one for another account, kind
/// of request, session or item. Stored for 48 hours, so it must not depend on the build.
#[must_use]
pub fn mark(who: &Principal, request: &Request) -> u64 {
    use Request as R;
    let of = |item: &Option<ItemNo>| item.map_or(u32::MAX, |item| item.0);
    let (kind, name, item) = match request {
        R::Answer { session, item, .. } => ("answer", session.as_str(), item.0),
        R::Submit { session, item, .. } => ("submit", session.as_str(), item.0),
        R::Act { session, item, .. } => ("act", session.as_str(), item.0),
        R::Undo { session, item } => ("undo", session.as_str(), of(item)),
        R::Redo { session, item } => ("redo", session.as_str(), of(item)),
        R::Decide { session, item, .. } => ("decide", session.as_str(), item.0),
        R::Import(batch) => ("import", batch.experiment.as_str(), 0),
        R::TraceDelete { experiment, .. } => ("trace_delete", experiment.as_str(), 0),
        R::SchemaPut { experiment, .. } => ("schema_put", experiment.as_str(), 0),
        R::SchemaDelete { experiment, .. } => ("schema_delete", experiment.as_str(), 0),
        R::SessionCreate(spec) => ("session_create", spec.name.as_str(), 0),
        R::SessionUpdate { session, .. } => ("session_update", session.as_str(), 0),
        R::SessionDelete { session, .. } => ("session_delete", session.as_str(), 0),
        R::AddTraces { session, .. } => ("add_traces", session.as_str(), 0),
        R::RemoveTraces { session, .. } => ("remove_traces", session.as_str(), 0),
        R::Assign { session, .. } => ("assign", session.as_str(), 0),
        R::Sync(_) => ("sync", "", 0),
        // None of these is remembered.
        _ => ("", "", 0),
    };
    let parts = [who.account.as_bytes(), kind.as_bytes(), name.as_bytes(), &item.to_le_bytes()];
    parts.into_iter().fold(0xcbf2_9ce4_8422_2325, |hash, part| fnv(fnv(hash, part), &[0xff]))
}

/// FNV-1a.
fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
