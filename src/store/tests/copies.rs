//! Backup, restore and doctor.

use super::*;
use crate::model::SnapshotId;
use std::fs;
use std::path::Path;

fn filled(dir: &Path, value: u32) -> Store {
    let store = Store::open(dir).unwrap();
    (0..50).for_each(|n| put(&store, n, value).unwrap());
    store
}

#[test]
fn a_backup_is_made_while_the_store_is_used_and_restore_keeps_the_old_one() {
    let dir = tempfile::tempdir().unwrap();
    let (home, file) = (dir.path().join("store"), dir.path().join("copy.redb"));
    let store = filled(&home, 1);
    let open_reader = store.read().unwrap();
    store.backup(&file).unwrap();
    put(&store, 3, 9).unwrap();
    drop(open_reader);
    assert!(matches!(restore(&home, &file), Err(StoreError::InUse(_))));
    drop(store);
    let kept = restore(&home, &file).unwrap().unwrap();
    assert_eq!(get(&Store::open(&home).unwrap(), 3), Some(1));
    // The old one, by putting it back in turn.
    let second = restore(&home, &kept).unwrap().unwrap();
    assert_ne!(second, kept);
    assert_eq!(get(&Store::open(&home).unwrap(), 3), Some(9));
}

#[test]
fn a_backup_never_overwrites_and_leaves_no_half_copy() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(&dir.path().join("store"), 1);
    let out = dir.path().join("out");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("taken"), "mine").unwrap();
    let e = store.backup(&out.join("taken")).unwrap_err();
    assert!(e.to_string().ends_with("taken: exists already; choose another name"), "{e}");
    store.backup(&out.join("missing/copy")).unwrap_err();
    assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
    put(&store, 1, 5).unwrap();
}

#[test]
fn restore_refuses_what_is_no_sound_store_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (home, file) = (dir.path().join("store"), dir.path().join("copy"));
    let store = filled(&home, 1);
    store.backup(&file).unwrap();
    drop(store);
    let whole = fs::read(&file).unwrap();
    fs::write(&file, "no store").unwrap();
    assert!(matches!(restore(&home, &file), Err(StoreError::Foreign(p)) if p == file));
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    assert!(matches!(restore(&home, &file), Err(StoreError::Damaged { path, .. }) if path == file));
    restore(&home, &dir.path().join("nothing")).unwrap_err();
    assert_eq!(get(&Store::open(&home).unwrap(), 1), Some(1));
    let names: Vec<_> = fs::read_dir(&home).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn doctor_finds_nothing_wrong_with_a_sound_store_in_use() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path(), 1);
    let found = store.inspect().unwrap();
    assert_eq!(found.problems, Vec::<String>::new());
    assert_eq!((found.format_version, found.rows["item_of_trace"]), (FORMAT_VERSION, 50));
    drop(store);
    assert_eq!(examine(dir.path()).unwrap().problems, Vec::<String>::new());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "the copies are gone");
}

#[test]
fn doctor_names_rows_that_cannot_be_read_and_bodies_that_are_missing() {
    let store = Store::in_memory().unwrap();
    let spoil: Result<Result<(), ()>, _> = store.change(Time(1), |txn| {
        txn.put_bytes(ITEM_OF_TRACE.def, (1, "t"), b"\x01{")?;
        txn.put_bytes(BODIES, 5, b"not zstd")?;
        let row = TraceRow {
            experiment: 1,
            snapshot: SnapshotId(6),
            hash: String::new(),
            summary: crate::model::TraceSummary::default(),
            imported_at: Time(1),
        };
        txn.put(TRACES, "tr-1", &row)?;
        Ok(Ok(()))
    });
    spoil.unwrap().unwrap();
    let problems = store.inspect().unwrap().problems.join("\n");
    assert!(problems.contains("item_of_trace (1, \"t\"): invalid type"), "{problems}");
    assert!(problems.contains("bodies 5: "), "{problems}");
    assert!(problems.contains("trace tr-1: its body 6 is missing"), "{problems}");
}
