//! Whose file is it, can it be read, is it of our time.

use super::super::open::FORMAT;
use super::*;
use redb::{Database, TableDefinition};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

fn database(dir: &Path) -> PathBuf {
    dir.join("labeltui.redb")
}

fn refused(dir: &Path) -> StoreError {
    Store::open(dir).err().unwrap()
}

#[test]
fn what_was_written_is_there_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    put(&store, 1, 11).unwrap();
    drop(store);
    assert_eq!(get(&Store::open(dir.path()).unwrap(), 1), Some(11));
}

#[test]
fn folder_and_files_are_for_their_owner_alone() {
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("a/b");
    let store = Store::open(&home).unwrap();
    assert_eq!(mode(&home), 0o700);
    store.close();
    for entry in fs::read_dir(&home).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    }
    fs::set_permissions(&home, fs::Permissions::from_mode(0o755)).unwrap();
    Store::open(&home).unwrap();
    assert_eq!((mode(&home), mode(&database(&home))), (0o700, 0o600));
}

#[test]
fn a_folder_of_other_things_keeps_its_mode() {
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(dir.path().join("letter.txt"), "dear").unwrap();
    Store::open(dir.path()).unwrap();
    assert_eq!(mode(dir.path()), 0o755);
}

#[test]
fn a_store_has_one_owner_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    assert!(matches!(refused(dir.path()), StoreError::InUse(_)));
    let other = store.clone();
    store.close();
    assert!(matches!(put(&other, 1, 1), Err(StoreError::Closed)));
    assert!(matches!(other.read(), Err(StoreError::Closed)));
    Store::open(dir.path()).unwrap();
}

#[test]
fn the_lock_file_says_who_the_owner_is() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    store.announce(Path::new("/run/x.sock")).unwrap();
    let holder = holder(dir.path()).unwrap();
    assert_eq!((holder.pid, holder.socket), (std::process::id(), Some(PathBuf::from("/run/x.sock"))));
}

#[test]
fn a_file_that_is_no_redb_file_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(database(dir.path()), "a letter, and a long one at that").unwrap();
    assert!(matches!(refused(dir.path()), StoreError::Foreign(_)));
    assert_eq!(fs::read(database(dir.path())).unwrap(), b"a letter, and a long one at that");
}

#[test]
fn a_redb_file_of_something_else_is_refused() {
    let other: TableDefinition<'_, u64, &str> = TableDefinition::new("meta");
    for table in [TableDefinition::new("other"), other] {
        let dir = tempfile::tempdir().unwrap();
        let db = Database::create(database(dir.path())).unwrap();
        let tx = db.begin_write().unwrap();
        tx.open_table(table).unwrap().insert(1, "x").unwrap();
        tx.commit().unwrap();
        drop(db);
        assert!(matches!(refused(dir.path()), StoreError::Foreign(_)));
    }
}

#[test]
fn a_newer_format_is_refused_by_its_number() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let newer: Result<Result<(), ()>, _> = store.change(Time(1), |txn| Ok(Ok(txn.put(META, FORMAT, &7)?)));
    newer.unwrap().unwrap();
    drop(store);
    let e = refused(dir.path());
    assert!(e.to_string().contains(&format!("has format 7, this labeltui reads up to {FORMAT_VERSION}")), "{e}");
}

#[test]
fn a_damaged_file_is_named_and_never_a_panic() {
    quiet_panics();
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    (0..500).for_each(|n| put(&store, n, n).unwrap());
    drop(store);
    let whole = fs::read(database(dir.path())).unwrap();
    let mut damaged = 0;
    let mut tries = vec![whole[..whole.len() / 2].to_vec(), whole[..4096].to_vec(), whole[..64].to_vec()];
    for at in (16..whole.len()).step_by(whole.len() / 24) {
        let mut bytes = whole.clone();
        let end = (at + 600).min(bytes.len());
        bytes[at..end].fill(0xA5);
        tries.push(bytes);
    }
    for bytes in tries {
        fs::write(database(dir.path()), bytes).unwrap();
        let opened = Store::open(dir.path()).map(drop);
        match opened {
            Err(e @ StoreError::Damaged { .. }) => {
                damaged += 1;
                assert!(e.to_string().ends_with("is damaged; see labeltui doctor and labeltui restore"), "{e}");
            }
            // Not every byte is looked at when a store is opened.
            Err(StoreError::Foreign(_)) | Ok(()) => continue,
            Err(e) => panic!("{e:?}"),
        }
        let problems = examine(dir.path()).unwrap().problems;
        assert!(!problems.is_empty());
        // What redb says to its programmers is no news to anybody else.
        assert!(problems.iter().all(|p| !p.contains("unreachable") && !p.contains("unwrap")), "{problems:?}");
    }
    assert!(damaged >= 3, "{damaged}");
}

#[test]
fn a_kill_while_the_first_file_is_made_leaves_no_broken_store() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("labeltui.redb.new"), [0; 100]).unwrap();
    put(&Store::open(dir.path()).unwrap(), 1, 1).unwrap();
}

#[test]
fn what_a_killed_doctor_or_backup_left_is_removed_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let names = ["labeltui.redb.doctor-7", ".labeltui.redb.doctor-7.8.part", "labeltui.redb.before-restore", "x.part"];
    names.iter().for_each(|name| fs::write(dir.path().join(name), "").unwrap());
    Store::open(dir.path()).unwrap();
    assert_eq!(names.map(|name| dir.path().join(name).exists()), [false, false, true, true]);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let e = refused(&file.join("store"));
    assert!(e.to_string().contains("file/store"), "{e}");
}
