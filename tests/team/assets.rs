//! The files for the admin are what the tools that read them take.

use super::machine::must;
use super::support::place::{binary, text};
use std::path::Path;
use std::process::Command;

fn asset(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").join(name);
    std::fs::read_to_string(path).expect("an asset")
}

#[test]
fn systemd_takes_the_units() {
    let folder = tempfile::tempdir().expect("a folder");
    let paths = ["labeltui.service", "labeltui.socket", "labeltui-mlflow.service"].map(|name| {
        let unit =
            asset(&format!("systemd/{name}")).replace("/usr/local/bin/labeltui", &binary().display().to_string());
        let path = folder.path().join(name);
        std::fs::write(&path, unit).expect("a unit");
        path
    });
    let output = must(Command::new("systemd-analyze").args(["verify", "--man=no"]).args(paths));
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn systemd_makes_the_account_the_groups_and_the_folders() {
    let root = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(root.path().join("etc")).expect("a folder");
    for file in ["passwd", "group", "shadow", "gshadow"] {
        std::fs::write(root.path().join("etc").join(file), "").expect("a file");
    }
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/systemd");
    let root_arg = format!("--root={}", root.path().display());
    must(Command::new("systemd-sysusers").arg(&root_arg).arg(assets.join("sysusers.conf")));
    must(Command::new("systemd-tmpfiles").arg(&root_arg).arg("--create").arg(assets.join("tmpfiles.conf")));
    let groups = std::fs::read_to_string(root.path().join("etc/group")).expect("groups");
    for group in ["labeltui-reviewers:", "labeltui-leads:", "labeltui:"] {
        assert!(groups.contains(group), "{groups}");
    }
    let config = std::fs::read_to_string(root.path().join("etc/labeltui/config.toml")).expect("a configuration");
    // With its end of line: an admin appends to it.
    assert_eq!(config, "server = \"/run/labeltui/labeltui.sock\"\n");
    assert!(root.path().join("var/lib/labeltui/store").is_dir());
}

#[test]
fn the_unit_the_socket_and_the_guide_name_the_same_places() {
    let guide = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/team-server.md")).expect("it");
    for file in
        ["systemd/sysusers.conf", "systemd/tmpfiles.conf", "systemd/labeltui.service", "systemd/labeltui.socket"]
    {
        assert!(guide.contains(file), "{file}");
    }
    assert!(guide.contains("systemd/labeltui-mlflow.service"));
    for file in ["ssh/labeltui.conf", "ssh/labeltui-ssh"] {
        assert!(guide.contains(file), "{file}");
    }
    assert!(asset("systemd/labeltui.socket").contains("ListenStream=/run/labeltui/labeltui.sock"));
    assert!(asset("systemd/labeltui.service").contains("--store /var/lib/labeltui/store serve"));
}

#[test]
fn a_socket_of_systemd_is_served_and_left_in_its_place() {
    use super::machine::Machine;
    use std::io::{BufRead as _, BufReader};
    let machine = Machine::new();
    let socket = machine.socket();
    let mut command = Command::new("systemd-socket-activate");
    command.arg("--listen").arg(&socket).arg(machine.program()).arg("--store").arg(machine.store()).arg("serve");
    let mut child = command.stderr(std::process::Stdio::piped()).spawn().expect("it starts");
    let mut log = BufReader::new(child.stderr.take().expect("its log"));
    let mut said = String::new();
    while !said.contains("Listening on") {
        assert_ne!(log.read_line(&mut said).expect("its log"), 0, "it ended: {said}");
    }
    // The first caller starts the server, and is answered.
    machine.session(1, &[]);
    assert!(machine.ok("root", &["session", "list"]).contains("0/1"));
    let pid = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw).expect("a process");
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("a signal");
    assert!(child.wait().expect("its end").success());
    assert!(socket.exists());
}
