//! What `doctor` says: the file, every row, and whether the tables are what the log says.

use super::api::DoctorReport;
use super::replay;
use crate::store::{DAMAGED, LAST_EVENT, META, Read as _, Store, StoreError, caught};

/// Examines the store while work goes on.
///
/// # Errors
/// The store cannot be read at all.
pub fn doctor(store: &Store) -> Result<super::api::Response, StoreError> {
    let found = store.inspect()?;
    let read = store.read()?;
    let mut problems = found.problems;
    if problems.is_empty() {
        match caught(|| replay::compare(&read)) {
            Ok(Ok(more)) => problems.extend(more),
            Ok(Err(e)) => problems.push(e.to_string()),
            Err(_) => problems.push(DAMAGED.to_owned()),
        }
    }
    let rows = |table: &str| found.rows.get(table).copied().unwrap_or(0);
    Ok(super::api::Response::Doctor(DoctorReport {
        store: store.file().map_or_else(|| "memory".to_owned(), |path| path.display().to_string()),
        format_version: found.format_version,
        file_bytes: found.file_bytes,
        traces: rows("traces"),
        sessions: rows("sessions"),
        events: caught(|| read.get(META, LAST_EVENT)).ok().and_then(Result::ok).flatten().unwrap_or(0),
        problems,
    }))
}
