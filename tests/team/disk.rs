//! A full disk under a team's server: a file system of a few megabytes of its own.

use super::machine::{Machine, must};
use super::support::{Launch, Place, traces};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A mounted file system in memory; unmounted when dropped.
struct Small(PathBuf);

impl Small {
    fn mount(at: &Path, owner: &str) -> Self {
        let options = format!("size=6m,mode=700,uid={owner}");
        must(Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(at));
        Self(at.to_owned())
    }

    /// Takes all room that is left.
    fn fill(&self) -> PathBuf {
        let path = self.0.join("filler");
        let mut file = std::fs::File::create(&path).expect("a file");
        while std::io::Write::write_all(&mut file, &[7; 4096]).is_ok() {}
        path
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

#[test]
fn on_a_full_disk_saves_wait_in_the_screen_reading_goes_on_and_room_is_all_it_takes() {
    let mut machine = Machine::new();
    let (alice, bob) = (machine.reviewer("alice"), machine.reviewer("bob"));
    let id = must(Command::new("id").args(["-u", &machine.name("srv")])).stdout;
    let small = Small::mount(&machine.path("data"), String::from_utf8(id).expect("a number").trim());
    machine.serve(&[]);
    machine.session(3, &[]);
    let place = Place::new();
    let socket = machine.socket().display().to_string();
    let server = format!("LABELTUI_SERVER={socket}");
    let program = machine.program().display().to_string();
    let arguments = ["--reuid", &alice, "--regid", &alice, "--init-groups", "--", "env", "-i", "TERM=xterm-256color"];
    let rest = ["TZ=UTC", "HOME=/", &server, &program, "open", "s"];
    let mut screen = Launch::of(&place, Path::new("setpriv"), &[&arguments[..], &rest].concat()).start();
    screen.wait_for("Is it good?").keys("1<Enter>").wait_for("complete 1/3").wait_for("item 2");

    let filler = small.fill();
    // Room inside the database's file is used up, too.
    let long = "x ".repeat(30_000);
    let full = (0..200).any(|n| {
        let comment = format!("quality={n} {long}");
        let answer = ["answer", "s", &traces::id(0), "quality=true", "--comment", &comment, "--submit"];
        machine.run(&alice, &answer).status.code() == Some(3)
    });
    assert!(full, "there was room all the time");
    screen.keys("c").paste(&format!("a comment for which there is no room {long}"));
    screen.wait_for("not saved").wait_for("disk is full");
    let said = machine.run(
        &alice,
        &["answer", "s", &traces::id(2), "quality=true", "--comment", &format!("quality={long}"), "--submit"],
    );
    assert_eq!(said.status.code(), Some(3), "{said:?}");
    assert!(String::from_utf8_lossy(&said.stderr).contains("the disk is full"), "{said:?}");
    // Reading goes on, also on a screen that is opened now.
    let others = [&["--reuid", &bob, "--regid", &bob][..], &arguments[4..], &rest].concat();
    let other_place = Place::new();
    let mut other = Launch::of(&other_place, Path::new("setpriv"), &others).start();
    other.wait_for("Is it good?").keys("q");
    assert!(other.end().success());
    assert!(machine.ok(&alice, &["session", "list"]).contains("1/3"));
    assert_eq!(machine.ok(&alice, &["labels", "s", "--format", "jsonl"]).lines().count(), 1);

    std::fs::remove_file(filler).expect("the filler goes");
    screen.wait_gone("not saved").wait_for("saved");
    screen.keys("<Esc>1<Enter>").wait_for("complete 2/3").keys("q");
    assert!(screen.end().success());
    assert!(machine.ok("root", &["labels", "s", "--format", "csv"]).contains("a comment for which there is no room"));
    machine.ok("root", &["doctor"]);
    // Before its file system goes.
    machine.kill_server();
}
