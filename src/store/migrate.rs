//! From an older format to ours: a hot copy first, then steps in batches that a kill cannot tear.

use super::backup;
use super::common::Common;
use super::error::StoreError;
use super::open::FORMAT;
use super::rows::SnapshotRow;
use super::slot::{Slot, guarded};
use super::tables::{META, MINE, MINE_BY_ACCOUNT, SNAPSHOTS, TRACES, TURNS};
use super::txn::{Read as _, Txn};
use crate::model::{Mine, Time};
use std::path::{Path, PathBuf};

/// Where the running step is; absent between steps.
const CURSOR: &str = "migration_cursor";

/// How far a batch came.
pub(super) enum Batch {
    /// Go on from here.
    More(u64),
    /// The step is complete.
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
pub(super) const STEPS: &[Step] = &[
    Step { from: 1, what: "listing the turns of conversations", batch: list_turns },
    Step { from: 2, what: "putting standings in the order of the items", batch: order_standings },
];

/// Snapshots that one batch looks at.
const SNAPSHOTS_A_BATCH: usize = 2000;

/// Format 2: `TURNS`. The cursor is the last snapshot that was looked at.
fn list_turns(txn: &Txn, cursor: u64) -> Result<Batch, StoreError> {
    let mut part = Vec::new();
    txn.scan(SNAPSHOTS, cursor.saturating_add(1).., false, |snapshot, row: SnapshotRow| {
        part.push((snapshot, row.trace_id));
        Ok(part.len() < SNAPSHOTS_A_BATCH)
    })?;
    let Some(last) = part.last().map(|(snapshot, _)| *snapshot) else { return Ok(Batch::Done) };
    for (snapshot, trace_id) in part {
        let Some(row) = txn.get(TRACES, trace_id.as_str())?.filter(|row| row.snapshot.0 == snapshot) else { continue };
        if let Some(session) = row.summary.session() {
            txn.put(TURNS, (row.experiment, session, row.summary.request_time.0, trace_id.as_str()), &())?;
        }
    }
    Ok(Batch::More(last))
}

/// Standings that one batch moves.
const STANDINGS_A_BATCH: u64 = 5000;

/// Format 3: `MINE` by item. Those that are still in the old table are still to do; the cursor counts the others.
fn order_standings(txn: &Txn, cursor: u64) -> Result<Batch, StoreError> {
    let mut part = Vec::new();
    txn.scan(MINE_BY_ACCOUNT, (0, "", 0).., false, |(session, account, item), row: Mine| {
        part.push((session, account.to_owned(), item, row));
        Ok((part.len() as u64) < STANDINGS_A_BATCH)
    })?;
    if part.is_empty() {
        return Ok(Batch::Done);
    }
    let done = cursor.saturating_add(part.len() as u64);
    for (session, account, item, row) in part {
        txn.put(MINE, (session, item, account.as_str()), &row)?;
        txn.remove(MINE_BY_ACCOUNT, (session, account.as_str(), item))?;
    }
    Ok(Batch::More(done))
}

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
        let tx = slot.write()?;
        guarded(|| {
            let txn = Txn::of(&tx, Time(0), Common::default());
            match (step.batch)(&txn, cursor.unwrap_or(0))? {
                Batch::More(next) => txn.put(META, CURSOR, &next)?,
                Batch::Done => {
                    txn.remove(META, CURSOR)?;
                    txn.put(META, FORMAT, &u64::from(found + 1))?;
                }
            }
            txn.close()?;
            Ok(tx.commit()?)
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
    use super::super::tables::FORMAT_VERSION;
    use super::super::{ITEM_OF_TRACE, Store};
    use super::*;

    use super::super::PEOPLE;
    use crate::model::{EventNo, SnapshotId, TraceSummary};
    use crate::store::TraceRow;

    const NEXT: u32 = FORMAT_VERSION + 1;

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
        let steps = |batch| [Step { from: FORMAT_VERSION, what: "doubling", batch }];
        let mut said = Vec::new();
        let broken = run(&open(), &path, &steps(double_and_break), NEXT, &mut |s| said.push(s.to_owned()));
        assert!(broken.is_err());
        run(&open(), &path, &steps(double), NEXT, &mut |s| said.push(s.to_owned())).unwrap();
        assert_eq!(said.len(), 4, "{said:?}");
        let slot = open();
        let read = slot.read().unwrap();
        let rows: Vec<_> = (0..6).map(|n| read.get(ITEM_OF_TRACE, (n, "t")).unwrap().unwrap()).collect();
        assert_eq!(rows, [2, 4, 6, 8, 10, 12]);
        assert_eq!(read.get(META, FORMAT).unwrap(), Some(u64::from(NEXT)));
        drop((read, slot));
        assert!(matches!(Store::open(dir.path()), Err(StoreError::Newer { found: NEXT, .. })));
        let kept = Slot::open(Box::new(move || open_file(&copy_path(&path, FORMAT_VERSION)))).unwrap();
        assert_eq!(kept.read().unwrap().get(ITEM_OF_TRACE, (5, "t")).unwrap(), Some(6));
    }

    #[test]
    fn a_store_of_format_2_has_its_standings_by_item_and_its_undo_stacks() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let standings = STANDINGS_A_BATCH as u32 + 7;
        let fill: Result<Result<(), ()>, _> = store.change(Time(1), move |txn| {
            for item in 1..=standings {
                let row = Mine { at: Time(i64::from(item)), ..Mine::default() };
                txn.put(MINE_BY_ACCOUNT, (1, if item % 2 == 0 { "ann" } else { "bob" }, item), &row)?;
            }
            let person =
                b"\x01{\"submitted\":1,\"drafts\":0,\"skipped\":0,\"deferred\":0,\"declined\":0,\"last_active\":5,\
                \"undo\":[7,9],\"redo\":[],\"submits\":[4]}";
            txn.put_bytes(PEOPLE.def, (1, "ann"), person)?;
            txn.put(META, FORMAT, &2)?;
            Ok(Ok(()))
        });
        fill.unwrap().unwrap();
        store.close();
        let store = Store::open(dir.path()).unwrap();
        let read = store.read().unwrap();
        let mut moved = Vec::new();
        read.scan(MINE, (0, 0, "").., false, |(session, item, account), row: Mine| {
            moved.push((session, item, account.to_owned(), row.at.0));
            Ok(true)
        })
        .unwrap();
        let account = |item| if item % 2 == 0 { "ann" } else { "bob" }.to_owned();
        assert_eq!(moved, (1..=standings).map(|item| (1, item, account(item), i64::from(item))).collect::<Vec<_>>());
        let mut left = 0;
        let count = |_: (u32, &str, u32), _: Mine| {
            left += 1;
            Ok(true)
        };
        read.scan(MINE_BY_ACCOUNT, (0, "", 0).., false, count).unwrap();
        assert_eq!(left, 0);
        let person = read.get(PEOPLE, (1, "ann")).unwrap().unwrap();
        assert_eq!((person.undo, person.submits), (vec![EventNo(7), EventNo(9)], vec![Time(4)]));
    }

    #[test]
    fn a_store_of_format_1_learns_which_traces_are_turns() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let fill: Result<Result<(), ()>, _> = store.change(Time(1), |txn| {
            for n in 1..=5u64 {
                let id = format!("t{n}");
                let mut summary =
                    TraceSummary { trace_id: id.clone(), request_time: Time(n as i64), ..TraceSummary::default() };
                if n != 3 {
                    summary.metadata.insert("mlflow.trace.session".into(), "x".into());
                }
                let row = TraceRow {
                    experiment: 1,
                    snapshot: SnapshotId(n),
                    hash: String::new(),
                    summary,
                    imported_at: Time(0),
                };
                txn.put(TRACES, id.as_str(), &row)?;
                txn.put(SNAPSHOTS, n, &SnapshotRow { trace_id: id.clone(), hash: String::new(), references: 1 })?;
                // An older body of the same trace.
                txn.put(SNAPSHOTS, 10 + n, &SnapshotRow { trace_id: id, hash: String::new(), references: 1 })?;
            }
            txn.put(META, FORMAT, &1)?;
            Ok(Ok(()))
        });
        fill.unwrap().unwrap();
        store.close();
        let store = Store::open(dir.path()).unwrap();
        let mut turns = Vec::new();
        let read = store.read().unwrap();
        read.scan(TURNS, (0, "", i64::MIN, "").., false, |(e, s, t, id), ()| {
            turns.push((e, s.to_owned(), t, id.to_owned()));
            Ok(true)
        })
        .unwrap();
        assert_eq!(turns, [1, 2, 4, 5].map(|n| (1, "x".to_owned(), n, format!("t{n}"))));
        assert_eq!(read.get(META, FORMAT).unwrap(), Some(u64::from(FORMAT_VERSION)));
        assert!(copy_path(&dir.path().join("labeltui.redb"), 1).exists());
    }
}
