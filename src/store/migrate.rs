//! From an older format to ours: a hot copy first, then steps in batches that a kill cannot tear.

use super::backup;
use super::error::StoreError;
use super::open::FORMAT;
use super::slot::{Slot, guarded};
use super::tables::META;
use super::txn::{Read as _, Txn};
use crate::model::Time;
use std::cell::Cell;
use std::path::{Path, PathBuf};

/// Where the running step is; absent between steps.
const CURSOR: &str = "migration_cursor";

/// How far a batch came.
pub(super) enum Batch {
    /// Go on from here.
    #[cfg_attr(not(test), expect(dead_code, reason = "no format has been left behind yet"))]
    More(u64),
    /// The step is complete.
    #[cfg_attr(not(test), expect(dead_code, reason = "no format has been left behind yet"))]
    Done,
}

/// From one format to the next.
pub(super) struct Step {
    /// The format it starts from; it ends at `from + 1`.
    pub from: u32,
    /// For the log: "splitting the tags".
    pub what: &'static str,
    /// One batch, from a cursor (0 at first) that means what the step wants.
    pub batch: fn(&Txn, u64) -> Result<Batch, StoreError>,
}

/// Every migration there is, oldest first.
pub(super) const STEPS: &[Step] = &[];

/// Brings the file to format `to`. Taken up again after a kill, at the batch that was not committed.
pub(super) fn run(
    slot: &Slot,
    path: &Path,
    steps: &[Step],
    to: u32,
    progress: &mut dyn FnMut(&str),
) -> Result<(), StoreError> {
    loop {
        let read = slot.read()?;
        let found = u32::try_from(read.get(META, FORMAT)?.unwrap_or(0)).unwrap_or(u32::MAX);
        let cursor = read.get(META, CURSOR)?;
        drop(read);
        if found >= to {
            return Ok(());
        }
        let step = steps.iter().find(|s| s.from == found).ok_or_else(|| StoreError::File {
            path: path.to_owned(),
            why: format!("there is no way from format {found} to {to}"),
        })?;
        if cursor.is_none() {
            keep_copy(slot, path, found)?;
        }
        progress(&format!("format {found}: {} ({} done)", step.what, cursor.unwrap_or(0)));
        let txn = Txn { tx: slot.write()?, now: Time(0), dirty: Cell::new(false) };
        guarded(|| {
            match (step.batch)(&txn, cursor.unwrap_or(0))? {
                Batch::More(next) => txn.put(META, CURSOR, &next)?,
                Batch::Done => {
                    txn.remove(META, CURSOR)?;
                    txn.put(META, FORMAT, &u64::from(found + 1))?;
                }
            }
            Ok(txn.tx.commit()?)
        })?;
    }
}

/// The file as it was, beside it: `labeltui.redb.format-1`. One that is there is complete, from an earlier attempt.
fn keep_copy(slot: &Slot, path: &Path, format: u32) -> Result<(), StoreError> {
    let copy = copy_path(path, format);
    if copy.exists() {
        return Ok(());
    }
    let held = slot.write()?;
    backup::copy(path, &copy)?;
    Ok(held.abort()?)
}

fn copy_path(path: &Path, format: u32) -> PathBuf {
    path.with_extension(format!("redb.format-{format}"))
}

#[cfg(test)]
mod tests {
    use super::super::open::open_file;
    use super::super::{ITEM_OF_TRACE, Store};
    use super::*;

    /// Doubles two rows a batch; the first attempt breaks in the middle.
    fn double(txn: &Txn, cursor: u64) -> Result<Batch, StoreError> {
        let from = u32::try_from(cursor).unwrap();
        for n in from..from + 2 {
            let old = txn.get(ITEM_OF_TRACE, (n, "t"))?.unwrap();
            txn.put(ITEM_OF_TRACE, (n, "t"), &(old * 2))?;
        }
        Ok(if from + 2 == 6 { Batch::Done } else { Batch::More(cursor + 2) })
    }
    fn double_and_break(txn: &Txn, cursor: u64) -> Result<Batch, StoreError> {
        let done = double(txn, cursor)?;
        if cursor == 2 { Err(StoreError::Misuse("killed".to_owned())) } else { Ok(done) }
    }

    #[test]
    fn a_broken_migration_is_taken_up_where_it_was_and_the_old_file_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let fill: Result<Result<(), ()>, _> = store.change(Time(1), |txn| {
            for n in 0..6 {
                txn.put(ITEM_OF_TRACE, (n, "t"), &(n + 1))?;
            }
            Ok(Ok(()))
        });
        fill.unwrap().unwrap();
        store.close();
        let path = dir.path().join("labeltui.redb");
        let open = || {
            let path = path.clone();
            Slot::open(Box::new(move || open_file(&path))).unwrap()
        };
        let steps = |batch| [Step { from: 1, what: "doubling", batch }];
        let mut said = Vec::new();
        let broken = run(&open(), &path, &steps(double_and_break), 2, &mut |s| said.push(s.to_owned()));
        assert!(broken.is_err());
        run(&open(), &path, &steps(double), 2, &mut |s| said.push(s.to_owned())).unwrap();
        assert_eq!(said.len(), 4, "{said:?}");
        let slot = open();
        let read = slot.read().unwrap();
        let rows: Vec<_> = (0..6).map(|n| read.get(ITEM_OF_TRACE, (n, "t")).unwrap().unwrap()).collect();
        assert_eq!(rows, [2, 4, 6, 8, 10, 12]);
        assert_eq!(read.get(META, FORMAT).unwrap(), Some(2));
        drop((read, slot));
        assert!(matches!(Store::open(dir.path()), Err(StoreError::Newer { found: 2, .. })));
        let kept = Slot::open(Box::new(move || open_file(&copy_path(&path, 1)))).unwrap();
        assert_eq!(kept.read().unwrap().get(ITEM_OF_TRACE, (5, "t")).unwrap(), Some(6));
    }
}
