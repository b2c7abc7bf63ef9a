//! What somebody answered there since a session was linked.
//!
//! What came with a trace before is no news: it was there when the session began. But every pull and import lays what is
//! new beside the trace, so that alone does not tell the two apart; an item remembers what came later.

use crate::model::Assessment;
use crate::service::ruling::Ruled;
use crate::store::{ITEM_OF_TRACE, LINKS, Read as _, SESSIONS_OF_TRACE, SYNCED_ITEMS, Txn};

/// Whether it can be somebody's answer.
#[must_use]
pub fn may_answer(assessment: &Assessment) -> bool {
    assessment.source_type() == "HUMAN" && assessment.span_id().is_none()
}

/// Remembers, in every linked session that has the trace, that these came after it was linked.
///
/// # Errors
/// The store's.
pub fn note(txn: &Txn, trace: &str, ids: &[String]) -> Ruled<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut sessions = Vec::new();
    txn.scan(SESSIONS_OF_TRACE, (trace, 0)..=(trace, u32::MAX), false, |(_, session), ()| {
        sessions.push(session);
        Ok(true)
    })?;
    for session in sessions {
        if txn.get(LINKS, session)?.is_none() {
            continue;
        }
        let Some(item) = txn.get(ITEM_OF_TRACE, (session, trace))? else { continue };
        let mut row = txn.get(SYNCED_ITEMS, (session, item))?.unwrap_or_default();
        let fresh: Vec<String> = ids.iter().filter(|id| !row.news.contains(id)).cloned().collect();
        if !fresh.is_empty() {
            row.news.extend(fresh);
            txn.put(SYNCED_ITEMS, (session, item), &row)?;
        }
    }
    Ok(())
}
