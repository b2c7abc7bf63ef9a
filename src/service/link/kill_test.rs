//! A real second process, and a real `kill -9`: this test binary runs itself as the owner of a store.

use super::tests::{count, link, total};
use super::*;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

const CHILD: &str = "LABELTUI_TEST_OWNER_OF";

/// As the child: owns the store and counts until it is killed, printing each number once it is durable.
fn own(dir: &Path) {
    let link = link(dir, "child", Patience::Command);
    assert!(link.is_owner());
    loop {
        if let Ok(Response::Count(n)) = link.call(count()) {
            let mut out = std::io::stdout().lock();
            // To the parent's pipe, past the test harness's capture.
            let _ = writeln!(out, "\ndurable {n}").and_then(|()| out.flush());
        }
    }
}

#[test]
fn a_killed_owner_loses_nothing_acknowledged_and_the_next_one_takes_its_place() {
    if let Some(dir) = std::env::var_os(CHILD) {
        return own(Path::new(&dir));
    }
    let dir = tempfile::tempdir().unwrap();
    let name = "service::link::kill_test::a_killed_owner_loses_nothing_acknowledged_and_the_next_one_takes_its_place";
    for _ in 0..3 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([name, "--exact", "--nocapture", "--test-threads=1"])
            .env(CHILD, dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut durable =
            || lines.find_map(|line| line.unwrap().strip_prefix("durable ").map(|n| n.parse::<u64>().unwrap()));
        let first = durable().unwrap();
        let second = link(dir.path(), "parent", Patience::Command);
        assert!(!second.is_owner());
        assert!(total(&second) >= first);
        for _ in 0..20 {
            durable().unwrap();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What it had printed before it died; a torn last line is not counted.
        let acknowledged = std::iter::from_fn(durable).last().unwrap_or(first);
        assert!(total(&second) >= acknowledged, "{} of {acknowledged}", total(&second));
        assert!(second.is_owner());
    }
}
