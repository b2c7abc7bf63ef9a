//! The invariants of ARCHITECTURE.md that can be read off the source: what never appears where.

// A test fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

/// A source file without its unit tests.
struct Source {
    /// From the package's root, with `/`.
    path: String,
    code: String,
    lines: usize,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(&root.join("src"), &mut files);
    assert!(files.len() > 50, "the sources are found");
    files
        .into_iter()
        .map(|file| {
            let text = fs::read_to_string(&file).expect("a source file");
            let path = file.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
            // Unit tests stand at the end, or in files of their own.
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let code = code.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            Source { path, code, lines: text.lines().count() }
        })
        .filter(|s| !s.path.contains("/tests/") && !s.path.ends_with("/tests.rs") && !s.path.ends_with("_tests.rs"))
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()) {
        if entry.is_dir() {
            collect(&entry, files);
        } else if entry.extension().is_some_and(|e| e == "rs") {
            files.push(entry);
        }
    }
}

/// Fails where one of `words` stands in a file of `rooms` (prefixes; none: everywhere) outside `but`.
fn never(what: &str, words: &[&str], rooms: &[&str], but: &[&str]) {
    let found: Vec<String> = sources()
        .iter()
        .filter(|s| rooms.is_empty() || rooms.iter().any(|r| s.path.starts_with(r)))
        .filter(|s| !but.iter().any(|b| s.path.starts_with(b)))
        .flat_map(|s| {
            words.iter().filter(|w| s.code.contains(**w)).map(|w| format!("{}: {w}", s.path)).collect::<Vec<_>>()
        })
        .collect();
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

const IO: [&str; 12] = [
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::thread",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "File::",
    "stdout()",
    "now_v7",
];

#[test]
fn model_text_and_the_screens_update_do_no_io_and_read_no_clock() {
    // `halves` reads a list on two threads that end with the call: what comes out is as pure as what each reads.
    let but = ["src/model/ids.rs", "src/model/halves.rs"];
    never("pure rooms", &IO, &["src/model/", "src/text/", "src/tui/update"], &but);
}

#[test]
fn the_terminal_is_drawn_on_by_the_screen_alone() {
    never("terminal crates outside src/tui", &["ratatui", "crossterm", "tui_textarea"], &[], &["src/tui/"]);
}

#[test]
fn only_the_store_knows_redb_and_only_its_writer_writes() {
    never("redb outside the store", &["redb::"], &[], &["src/store/"]);
    never("a write transaction", &["begin_write"], &[], &["src/store/"]);
}

#[test]
fn commands_and_screens_use_nothing_but_service_requests() {
    never(
        "rules or tables behind the service's back",
        &["crate::store::tables", "crate::store::rows", ".change("],
        &["src/cli/", "src/tui/", "src/mlflow/"],
        &[],
    );
}

#[test]
fn only_the_mlflow_room_speaks_http_and_it_reads_no_environment() {
    never("HTTP outside src/mlflow", &["ureq"], &[], &["src/mlflow/"]);
    never("the environment or a clock of the day", &["std::env", "Timestamp::now"], &["src/mlflow/"], &[]);
}

#[test]
fn nothing_is_left_over() {
    never("left-overs", &["todo!(", "unimplemented!(", "dbg!(", "#[ignore", "FIXME", "XXX"], &[], &[]);
}

#[test]
fn a_file_is_one_idea() {
    let long: Vec<_> =
        sources().into_iter().filter(|s| s.lines > 500).map(|s| format!("{} ({})", s.path, s.lines)).collect();
    // The vocabulary is a list of declarations.
    assert_eq!(long.iter().filter(|l| !l.starts_with("src/service/api.rs")).collect::<Vec<_>>(), [""; 0]);
}
