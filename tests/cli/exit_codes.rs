//! CLI.md: 0 done; 1 refused; 2 wrong usage or no terminal; 3 cannot be reached; a broken pipe is no failure.

use super::bench::{Bench, Ran};
use std::io::Read as _;
use std::process::Stdio;

#[test]
fn help_and_version_are_data() {
    let bench = Bench::new();
    for args in [["--help"], ["--version"]] {
        let ran = bench.ok(&args);
        assert!(ran.out.contains("labeltui") && ran.err.is_empty(), "{ran:?}");
    }
}

#[test]
fn wrong_usage_is_2_and_says_what() {
    let bench = Bench::new();
    bench.fails(&["no-such-command"], 2, "no-such-command");
    bench.fails(&["labels"], 2, "<SESSION>");
    bench.fails(&["labels", "s", "--format", "xml"], 2, "possible values: table, csv, jsonl");
    bench.fails(&["schema", "create", "q", "--type", "feedback"], 2, "required");
    bench.fails(&["schema", "create", "q", "--type", "feedback", "--text", "--numeric"], 2, "cannot be used with");
    bench.fails(&["schema", "create", "q", "--type", "feedback", "--text", "--min", "1"], 2, "--numeric");
    bench.fails(&["session", "create", "s", "--reviews", "0"], 2, "--reviews");
    bench.fails(&["session", "update", "s"], 2, "nothing to update");
    bench.fails(&["answer", "s", "tr", "--skip", "--submit"], 2, "cannot be used with");
    bench.fails(&["answer", "s", "tr", "q=Yes", "--skip"], 2, "cannot be used with");
}

#[test]
fn a_screen_without_a_terminal_is_2() {
    let bench = Bench::with_session();
    bench.fails(&[], 2, "terminal");
    bench.fails(&["open", "label_summaries"], 2, "terminal");
    bench.fails(&["demo"], 2, "terminal");
}

#[test]
fn what_is_not_there_is_1_and_named() {
    let bench = Bench::with_session();
    for args in [
        &["labels", "nothing"][..],
        &["dataset", "nothing"],
        &["export", "nothing"],
        &["stats", "nothing"],
        &["audit", "nothing"],
        &["session", "show", "nothing"],
        &["session", "delete", "nothing"],
        &["session", "add-traces", "nothing", "--all"],
        &["schema", "show", "nothing"],
        &["schema", "delete", "nothing"],
        &["answer", "nothing", "tr-1", "q=1"],
        &["answer", "label_summaries", "nothing", "summary_quality=Yes"],
    ] {
        bench.fails(args, 1, "nothing");
    }
}

#[test]
fn a_store_that_cannot_be_reached_is_3() {
    let bench = Bench::new();
    std::fs::write(bench.path("file"), "").unwrap();
    let path = bench.path("file/store");
    bench.fails(&["--store", path.to_str().unwrap(), "session", "list"], 3, "file/store");
    let socket = bench.path("no-such.sock");
    bench.fails(&["--server", socket.to_str().unwrap(), "session", "list"], 3, "no-such.sock");
}

#[test]
fn a_broken_pipe_is_success() {
    let bench = Bench::with_session();
    for args in [&["export", "label_summaries"][..], &["man"], &["--help"]] {
        let mut child = bench.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // The reader goes away before it has read anything.
        drop(child.stdout.take());
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn a_full_disk_under_the_output_is_3() {
    let full = std::path::Path::new("/dev/full");
    if !full.exists() {
        // Linux has it, macOS does not.
        return;
    }
    let bench = Bench::with_session();
    let out = std::fs::OpenOptions::new().write(true).open(full).unwrap();
    let ran = Ran::of(bench.command(&["export", "label_summaries"]).stdout(out).output().unwrap());
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.err.contains("the output: No space left"), "{ran:?}");
}

#[test]
fn messages_cannot_act_on_the_terminal() {
    let bench = Bench::new();
    let ran = bench.fails(&["session", "show", "x\u{1b}]0;gotcha\u{7}\u{202e}"], 1, "x␛]0;gotcha");
    assert!(!ran.err.chars().any(|c| c != '\n' && labeltui::text::acts(c)), "{:?}", ran.err);
    let ran = bench.fails(&["sessio\u{1b}[31mn"], 2, "sessio");
    assert!(!ran.err.contains('\u{1b}'), "{:?}", ran.err);
}

#[test]
fn interrupted_is_130_and_leaves_nothing_half_made() {
    let bench = Bench::new();
    let mut child = bench
        .command(&["import", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The store is made after the signals are watched, and the command then waits for its input.
    let database = bench.home().join("store/labeltui.redb");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !database.exists() {
        assert!(std::time::Instant::now() < deadline, "no store at {}", database.display());
        std::thread::yield_now();
    }
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::INT).unwrap();
    let status = child.wait().unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(status.code(), Some(130), "{said}");
    assert!(said.contains("interrupted"), "{said}");
    bench.ok(&["doctor"]);
}
