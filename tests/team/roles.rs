//! Roles as the group database has them.

use super::machine::{Machine, must};
use std::process::Command;

#[test]
fn a_reviewer_a_lead_and_root_may_what_their_groups_allow() {
    let mut machine = Machine::new();
    let (rita, lea) = (machine.reviewer("rita"), machine.lead("lea"));
    machine.serve(&[]);
    machine.session(2, &[]);
    assert!(machine.ok(&rita, &["session", "list"]).contains("0/2"));
    machine.refused(&rita, &["stats", "s"]);
    machine.refused(&rita, &["trace", "list"]);
    machine.ok(&lea, &["stats", "s"]);
    machine.refused(&lea, &["doctor"]);
    machine.ok("root", &["doctor"]);
    // The server's own account, at the private socket.
    let mut own = machine.program_as(&machine.name("srv"), &machine.program());
    must(own.args(["doctor", "--store"]).arg(machine.store()));
}

#[test]
fn a_group_that_is_lost_counts_at_once_whatever_a_process_still_has() {
    let mut machine = Machine::new();
    let rita = machine.reviewer("rita");
    machine.serve(&[]);
    let group = machine.reviewers();
    let id = must(Command::new("getent").args(["group", &group])).stdout;
    let id = String::from_utf8(id).expect("text").split(':').nth(2).expect("an id").to_owned();
    must(Command::new("gpasswd").args(["-d", &rita, &group]));
    let mut command = Command::new("setpriv");
    command.args(["--reuid", &rita, "--regid", &rita, "--groups", &id, "--"]).arg(machine.program());
    command.env_clear().env("LABELTUI_SERVER", machine.socket()).args(["session", "list"]);
    let output = command.output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(&format!("{rita} is not in group {group}")), "{said}");
}

#[test]
fn the_folder_is_0700_everything_in_it_0600_and_the_socket_0660_of_the_group() {
    use std::os::unix::fs::MetadataExt as _;
    let mut machine = Machine::new();
    machine.serve(&[]);
    let mode = |path: &std::path::Path| path.metadata().expect("it is there").mode() & 0o777;
    assert_eq!(mode(&machine.store()), 0o700);
    for entry in machine.store().read_dir().expect("a folder") {
        let path = entry.expect("an entry").path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    assert_eq!(mode(&machine.socket()), 0o660);
    let group = labeltui::service::team::accounts::group_name(machine.socket().metadata().expect("a socket").gid());
    assert_eq!(group, Some(machine.reviewers()));
}
