//! Disks and files that are not as they should be: each gets a clear message, and nothing is harmed.

use super::support::place::{binary, text};
use super::support::{Place, traces};
use redb::ReadableTable as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;

fn database(place: &Place) -> PathBuf {
    place.store().join("labeltui.redb")
}

#[test]
fn a_file_that_is_no_store_is_refused_and_left_alone() {
    let place = Place::new();
    std::fs::create_dir(place.store()).unwrap();
    let junk = b"holiday pictures, not a store ".repeat(400);
    std::fs::write(database(&place), &junk).unwrap();
    let said = place.fails(3, &["session", "list"]);
    assert!(said.contains("labeltui.redb"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    assert_eq!(std::fs::read(database(&place)).unwrap(), junk);
}

#[test]
fn a_redb_file_of_another_program_is_refused_and_left_alone() {
    let place = Place::new();
    std::fs::create_dir(place.store()).unwrap();
    let table: redb::TableDefinition<'_, &str, u64> = redb::TableDefinition::new("recipes");
    let db = redb::Database::create(database(&place)).unwrap();
    let change = db.begin_write().unwrap();
    change.open_table(table).unwrap().insert("soup", 1).unwrap();
    change.commit().unwrap();
    drop(db);
    let before = std::fs::read(database(&place)).unwrap();
    let said = place.fails(3, &["session", "list"]);
    assert!(said.contains("labeltui.redb"), "{said}");
    let db = redb::Database::open(database(&place)).unwrap();
    let value = redb::ReadableDatabase::begin_read(&db).unwrap().open_table(table).unwrap();
    assert_eq!(value.get("soup").unwrap().unwrap().value(), 1);
    assert_eq!(before.len(), std::fs::read(database(&place)).unwrap().len());
}

#[test]
fn a_newer_format_is_refused_by_name() {
    let place = Place::with_session();
    {
        let db = redb::Database::open(database(&place)).unwrap();
        let table: redb::TableDefinition<'_, &str, &[u8]> = redb::TableDefinition::new("meta");
        let change = db.begin_write().unwrap();
        {
            let mut meta = change.open_table(table).unwrap();
            let mut row = meta.get("format_version").unwrap().unwrap().value().to_vec();
            row.truncate(1);
            row.extend_from_slice(b"99");
            meta.insert("format_version", row.as_slice()).unwrap();
        }
        change.commit().unwrap();
    }
    let said = place.fails(3, &["session", "list"]);
    assert!(said.contains("99") && said.contains("newer"), "{said}");
}

#[test]
fn a_damaged_store_is_refused_without_a_panic() {
    let place = Place::with_session();
    let mut bytes = std::fs::read(database(&place)).unwrap();
    let half = bytes.len() / 2;
    for byte in bytes.iter_mut().skip(4096).step_by(7) {
        *byte ^= 0x5a;
    }
    std::fs::write(database(&place), &bytes).unwrap();
    let said = place.fails(3, &["session", "list"]);
    assert!(said.contains("damaged") && said.contains("restore"), "{said}");
    assert!(!said.contains("panicked") && !said.contains("internal error"), "{said}");
    std::fs::write(database(&place), &bytes[..half]).unwrap();
    let said = place.fails(3, &["session", "list"]);
    assert!(!said.contains("panicked"), "{said}");
}

/// redb panics on pages it cannot make sense of, wherever it meets them: each command says so in a sentence.
#[test]
fn no_damage_to_the_pages_ends_in_a_panic() {
    let place = Place::with_session();
    let sound = std::fs::read(database(&place)).unwrap();
    let mut failed = 0;
    for seed in 1..=24_u64 {
        let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut next = || {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random
        };
        let mut bytes = sound.clone();
        for _ in 0..4 {
            let from = 8192 + usize::try_from(next()).unwrap() % (bytes.len() - 8192 - 200);
            bytes[from..from + 200].fill_with(|| next().to_le_bytes()[3]);
        }
        for command in [&["doctor", "--json"][..], &["export", "s"], &["trace", "list"]] {
            std::fs::write(database(&place), &bytes).unwrap();
            let output = place.run(command);
            let said = text(&output.stderr);
            let code = output.status.code();
            assert!(matches!(code, Some(0 | 1 | 3)), "{seed} {command:?}: {code:?} {said}");
            assert!(!said.contains("panicked"), "{seed} {command:?}: {said}");
            failed += u32::from(code != Some(0));
        }
        let left = std::fs::read_dir(place.store()).unwrap().flatten();
        let left: Vec<_> = left.map(|e| e.file_name()).filter(|n| n.to_string_lossy().contains("doctor-")).collect();
        assert!(left.is_empty(), "{seed}: {left:?}");
    }
    assert!(failed > 0, "the damage hit nothing");
}

#[test]
fn the_doctor_makes_no_store() {
    let place = Place::new();
    let said = place.fails(1, &["doctor"]);
    assert!(said.contains("no store"), "{said}");
    assert!(!place.store().exists());
}

/// Root may write everywhere, so the binary runs as somebody else where the test is root's.
#[test]
fn a_folder_that_may_not_be_written_is_named() {
    let place = Place::new();
    let folder = place.path("locked");
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o555)).unwrap();
    let program = place.path("labeltui");
    // Copied by another process: a descriptor open for writing here would be inherited by whatever another test starts
    // meanwhile, and the kernel then refuses to run the copy (ETXTBSY; golang/go issue 22315).
    let copied = std::process::Command::new("cp").arg(binary()).arg(&program).status().unwrap();
    assert!(copied.success());
    std::fs::set_permissions(place.path(""), std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = place.command_of(&program, &["session", "list"]);
    command.env("LABELTUI_STORE", &folder);
    if rustix::process::geteuid().is_root() {
        command.gid(65_534).uid(65_534);
    }
    let output = command.output().unwrap();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("locked") && !said.contains("panicked"), "{said}");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_store_folder_that_is_a_file_is_named() {
    let place = Place::new();
    std::fs::write(place.store(), "a file").unwrap();
    let said = place.fails(3, &["session", "list"]);
    assert!(said.contains("store"), "{said}");
}

/// A limit on the size of files stands for a full disk: both refuse to grow the database.
#[test]
fn a_database_that_cannot_grow_says_so_and_keeps_what_it_had() {
    let place = Place::with_session();
    place.ok(&["answer", "s", &traces::id(0), "quality=true", "--submit"]);
    place.write("more.jsonl", &traces::bulky(3_000));
    let blocks = std::fs::metadata(database(&place)).unwrap().len() / 512 + 512;
    // Without the trap the signal would end the process before the write can fail.
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" import more.jsonl");
    let mut command = place.command_of(std::path::Path::new("/bin/sh"), &["-c", &script]);
    let output = command.arg(binary()).output().unwrap();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    assert!(said.contains("disk") || said.contains("large") || said.contains("space"), "{said}");
    assert_eq!(place.labels().len(), 1);
    place.ok(&["doctor"]);
    place.ok(&["answer", "s", &traces::id(1), "quality=true", "--submit"]);
}

/// A real full disk needs a mount of its own, so this belongs to the live tests.
#[cfg(all(feature = "live-tests", target_os = "linux"))]
#[test]
fn a_full_disk_says_so_and_keeps_what_it_had() {
    let place = Place::with_session();
    place.write("more.jsonl", &traces::bulky(3_000));
    let script = "set -e; mkdir small; mount -t tmpfs -o size=12m none small; cp -a store/. small/; \
                  export LABELTUI_STORE=$PWD/small; code=0; \"$0\" import more.jsonl || code=$?; \
                  [ $code = 3 ]; \"$0\" session show s; \
                  head -c 400000000 /dev/zero > small/filler 2>/dev/null || true; \
                  code=0; \"$0\" answer s \"$1\" quality=true --submit || code=$?; rm small/filler; \
                  \"$0\" answer s \"$1\" quality=true --submit; \"$0\" labels s --format csv";
    let mut command =
        place.command_of(std::path::Path::new("unshare"), &["--mount", "--map-root-user", "sh", "-c", script]);
    let output = command.arg(binary()).arg(traces::id(0)).output().expect("unshare of util-linux");
    let said = text(&output.stderr);
    assert!(output.status.success(), "{said}{}", text(&output.stdout));
    assert!(said.contains("full"), "{said}");
    assert!(text(&output.stdout).contains(&format!("{},quality,true", traces::id(0))), "{}", text(&output.stdout));
}
