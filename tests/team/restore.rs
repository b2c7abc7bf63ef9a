//! Root puts a team's store back: it has to be the server's again.

use super::machine::{Machine, must};
use std::os::unix::fs::{MetadataExt as _, chown};
use std::process::Command;

#[test]
fn what_root_restores_is_the_servers_and_a_file_that_is_not_says_whose_it_should_be() {
    let mut machine = Machine::new();
    machine.serve(&[]);
    machine.session(2, &[]);
    let copy = machine.path("run/copy.redb");
    machine.ok("root", &["backup", copy.to_str().expect("a path")]);
    machine.kill_server();
    let restored = must(Command::new(machine.program()).arg("--store").arg(machine.store()).arg("restore").arg(&copy));
    let owner = machine.store().metadata().expect("the store's folder").uid();
    let files = || machine.store().read_dir().expect("the store's folder").map(|entry| entry.expect("a file").path());
    for file in files() {
        let there = file.metadata().expect("a file");
        assert_eq!((there.uid(), there.mode() & 0o077), (owner, 0), "{}: {restored:?}", file.display());
    }
    machine.serve(&[]);
    assert!(machine.ok("root", &["session", "list"]).contains("0/2"));
    machine.kill_server();

    chown(machine.store().join("labeltui.redb"), Some(0), Some(0)).expect("root's now");
    let server = machine.name("srv");
    let mut again = machine.program_as(&server, &machine.program());
    again.arg("--store").arg(machine.store()).arg("serve").arg("--socket").arg(machine.socket());
    let output = again.args(["--group", &machine.reviewers()]).output().expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains(&format!("it belongs to root and should to {server}")), "{said}");
}
