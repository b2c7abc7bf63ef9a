//! Experts who come in over OpenSSH.

use super::machine::Machine;
use super::sshd::Sshd;
use super::support::place::text;
use super::support::{Launch, Place, Screen};
use rustix::process::Signal;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A screen over ssh, in a pseudo-terminal at this end and one at the other.
fn screen(place: &Place, machine: &Machine, sshd: &Sshd, account: &str, command: &str) -> Screen {
    let arguments = sshd.arguments(machine, account, command);
    let mut all = vec!["-tt"];
    all.extend(arguments.iter().map(String::as_str));
    Launch::of(place, Path::new("ssh"), &all).start()
}

/// A command over ssh without a terminal.
fn ssh(machine: &Machine, sshd: &Sshd, account: &str, command: &str) -> Output {
    let mut ssh = Command::new("ssh");
    ssh.args(sshd.arguments(machine, account, command)).stdin(Stdio::null());
    ssh.output().expect("ssh runs")
}

#[test]
fn two_experts_review_one_session_and_a_killed_ssh_frees_the_item() {
    let mut machine = Machine::new();
    let (alice, bob) = (machine.reviewer("alice"), machine.reviewer("bob"));
    machine.serve(&["--grace", "1"]);
    machine.session(4, &[&alice, &bob]);
    [&alice, &bob].iter().for_each(|account| Sshd::allow(&machine, account));
    let sshd = Sshd::start(&machine);
    let place = Place::new();

    let mut first = screen(&place, &machine, &sshd, &alice, "labeltui open s");
    first.wait_for("Is it good?").wait_for("item 1");
    let mut second = screen(&place, &machine, &sshd, &bob, "labeltui open 's'");
    // Item 1 is Alice's: the first opening claims, and gives Bob the next.
    second.wait_for("Is it good?").wait_for("item 2").wait_for("complete 0/4");

    first.keys("1<Enter>").wait_for("complete 1/4");
    second.wait_for("complete 1/4");
    second.keys("2<Enter>").wait_for("complete 2/4");
    first.wait_for("complete 2/4").wait_for("item 3");
    second.wait_for("item 4");

    // Alice's link dies with item 3 in her hands; after a second it is there for Bob.
    first.signal(Signal::KILL).end();
    // A submit's next item takes no answer for a moment, so that a key held too long does not answer it.
    second.settle(std::time::Duration::from_millis(300));
    second.keys("1<Enter>").wait_for("complete 3/4");
    let deadline = std::time::Instant::now() + super::support::screen::DEADLINE;
    while !second.text().contains("item 3") {
        assert!(std::time::Instant::now() < deadline, "item 3 stays with who is gone:\n{}", second.text());
        second.keys(".").settle(std::time::Duration::from_millis(200));
    }
    second.keys("1<Enter>").wait_for("complete 4/4");
    second.keys("q");
    assert!(second.end().success());

    let audit = machine.ok("root", &["labels", "s", "--format", "csv"]);
    assert_eq!([&alice, &bob].map(|who| audit.matches(who.as_str()).count()), [1, 3], "{audit}");
}

#[test]
fn who_is_not_assigned_sees_nothing_and_who_is_no_member_gets_nowhere() {
    let mut machine = Machine::new();
    let (alice, carol) = (machine.reviewer("alice"), machine.reviewer("carol"));
    let dave = machine.account("dave", &[]);
    machine.serve(&[]);
    machine.session(2, &[&alice]);
    [&carol, &dave].iter().for_each(|account| Sshd::allow(&machine, account));
    let sshd = Sshd::start(&machine);
    let place = Place::new();

    // On screen: an empty list, and a refusal for who knows the name.
    let mut list = screen(&place, &machine, &sshd, &carol, "");
    list.wait_for("sessions");
    assert!(!list.text().contains("0/2"), "{}", list.text());
    list.keys("q").end();
    let mut refused = screen(&place, &machine, &sshd, &carol, "labeltui open s");
    refused.end();
    assert!(refused.text().contains("is not assigned to s"), "{}", refused.text());

    // By hand, past ssh: the socket, the database, the private socket.
    assert!(!machine.ok(&carol, &["session", "list"]).contains("0/2"));
    assert!(machine.refused(&carol, &["labels", "s"]).contains("is not assigned to s"));
    let said = machine.refused(&dave, &["session", "list"]);
    assert!(said.contains(&format!("only members of group {}", machine.reviewers())), "{said}");
    for account in [&carol, &dave] {
        for file in [machine.store(), machine.store().join("labeltui.redb"), machine.store().join("labeltui.sock")] {
            let read = machine.program_as(account, Path::new("cat")).arg(&file).output().expect("cat runs");
            assert!(text(&read.stderr).contains("Permission denied"), "{account}: {}: {read:?}", file.display());
        }
        let output = machine
            .program_as(account, &machine.program())
            .args(["session", "list", "--store"])
            .arg(machine.store())
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(3), "{output:?}");
    }
}

#[test]
fn a_reviewers_ssh_is_labeltui_alone_and_a_leads_is_a_shell() {
    let mut machine = Machine::new();
    let (alice, lea) = (machine.reviewer("alice"), machine.lead("lea"));
    machine.serve(&[]);
    machine.session(2, &[]);
    [&alice, &lea].iter().for_each(|account| Sshd::allow(&machine, account));
    let sshd = Sshd::start(&machine);
    let mark = machine.path("home/alice/mark").display().to_string();
    for command in [
        "sh".to_owned(),
        format!("touch {mark}"),
        format!("labeltui open s; touch {mark}"),
        format!("labeltui open $(touch {mark})"),
        format!("labeltui open '`touch {mark}`'"),
        format!("labeltui --config {mark}"),
        "labeltui open --store /tmp s".to_owned(),
        "labeltui labels s".to_owned(),
    ] {
        let output = ssh(&machine, &sshd, &alice, &command);
        assert!(!output.status.success(), "{command}: {output:?}");
        assert_eq!(text(&output.stdout), "", "{command}");
        assert!(!Path::new(&mark).exists(), "{command}");
    }
    // Without a terminal the way to one is named.
    let output = ssh(&machine, &sshd, &alice, "labeltui open s");
    assert!(text(&output.stderr).contains("ssh -t"), "{output:?}");
    let output = ssh(&machine, &sshd, &lea, "labeltui stats s --json");
    assert!(output.status.success() && text(&output.stdout).contains("quality"), "{output:?}");
}

#[test]
fn a_screen_lives_through_a_killed_server_and_keeps_what_is_typed() {
    let mut machine = Machine::new();
    let alice = machine.reviewer("alice");
    machine.serve(&[]);
    machine.session(3, &[]);
    Sshd::allow(&machine, &alice);
    let sshd = Sshd::start(&machine);
    let place = Place::new();
    let mut screen = screen(&place, &machine, &sshd, &alice, "labeltui open s");
    screen.wait_for("Is it good?").keys("1<Enter>").wait_for("complete 1/3").wait_for("item 2");
    machine.kill_server();
    screen.wait_for("reconnecting");
    screen.keys("ctyped while nobody listens").wait_for("typed while nobody listens");
    machine.serve(&[]);
    screen.wait_gone("reconnecting").wait_for("saved");
    screen.keys("<Esc>1<Enter>").wait_for("complete 2/3");
    screen.keys("q");
    assert!(screen.end().success());
    let labels = machine.ok("root", &["labels", "s", "--format", "csv"]);
    assert_eq!(labels.matches("typed while nobody listens").count(), 1, "{labels}");
    assert_eq!(labels.lines().count(), 3, "a heading and two answers: {labels}");
}
