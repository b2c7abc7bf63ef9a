//! Who still needs a trace's body: a copy in a session is a reference to an immutable snapshot.

use crate::model::SnapshotId;
use crate::service::ruling::Ruled;
use crate::store::{Read as _, SNAPSHOTS, Txn};

/// One more item refers to it.
///
/// # Errors
/// The store's.
pub fn retain(txn: &Txn, snapshot: SnapshotId) -> Ruled<()> {
    if let Some(mut row) = txn.get(SNAPSHOTS, snapshot.0)? {
        row.references = row.references.saturating_add(1);
        txn.put(SNAPSHOTS, snapshot.0, &row)?;
    }
    Ok(())
}
