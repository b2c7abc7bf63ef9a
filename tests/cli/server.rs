//! A team server and commands that talk to it, all under this account (which is its admin).

use super::bench::{Bench, JOHN};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStderr, Stdio};

/// A running server; killed when dropped.
struct Serving {
    child: Child,
    log: BufReader<ChildStderr>,
}

impl Serving {
    /// Returns once it answers.
    fn start(bench: &Bench, args: &[&str]) -> Self {
        let mut command = bench.command(&["serve", "--socket", "team.sock"]);
        let mut child = command.args(args).stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut serving = Self { child, log };
        serving.line("serves");
        serving
    }

    fn line(&mut self, wanted: &str) -> String {
        let mut line = String::new();
        while !line.contains(wanted) {
            line.clear();
            assert_ne!(self.log.read_line(&mut line).unwrap(), 0, "it ended without saying {wanted:?}");
        }
        line
    }

    fn signal(&self, signal: rustix::process::Signal) {
        let pid = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
    }

    fn end(mut self, signal: rustix::process::Signal) -> Option<i32> {
        self.signal(signal);
        self.line("stopped");
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A bench whose clients know only the server.
fn client(bench: &Bench, args: &[&str]) -> super::bench::Ran {
    let mut command = bench.command(args);
    command.env_remove("LABELTUI_STORE").env("LABELTUI_SERVER", bench.path("team.sock"));
    super::bench::Ran::of(command.output().unwrap())
}

#[test]
fn every_command_works_on_the_server_and_a_clean_stop_keeps_everything() {
    let bench = Bench::with_session();
    let serving = Serving::start(&bench, &[]);
    let answer = ["answer", "label_summaries", JOHN, "summary_quality=Yes", "--submit"];
    let ran = client(&bench, &answer);
    assert_eq!(ran.code, 0, "{ran:?}");
    let labels = client(&bench, &["labels", "label_summaries", "--format", "jsonl"]);
    assert_eq!(labels.lines().len(), 1);
    // The same account names the store instead, and reaches the server all the same.
    assert_eq!(bench.ok(&["labels", "label_summaries", "--format", "jsonl"]).lines(), labels.lines());
    assert_eq!(serving.end(rustix::process::Signal::TERM), Some(0));
    assert!(!bench.path("team.sock").exists());
    assert_eq!(bench.ok(&["labels", "label_summaries", "--format", "jsonl"]).lines(), labels.lines());
}

#[test]
fn a_reviewer_who_is_no_account_of_the_machine_is_told_of() {
    let bench = Bench::with_session();
    let alone = bench.run(&["session", "update", "label_summaries", "--user", "no-such-account"]);
    assert!(!alone.err.contains("no account"), "anybody may review in a private store: {alone:?}");
    let _serving = Serving::start(&bench, &[]);
    for args in [
        &["session", "update", "label_summaries", "--user", "no-such-account"][..],
        &["session", "assign", "label_summaries", "--id", JOHN, "--user", "no-such-account"][..],
    ] {
        let ran = client(&bench, args);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.err.contains("warning: no-such-account is no account of this machine"), "{ran:?}");
    }
    let ran = client(&bench, &["session", "update", "label_summaries", "--user", "root"]);
    assert!(!ran.err.contains("no account"), "{ran:?}");
}

#[test]
fn a_name_in_exports_that_is_anothers_account_is_told_of() {
    let bench = Bench::with_session();
    let _serving = Serving::start(&bench, &[]);
    let me = labeltui::service::team::accounts::own_name();
    std::fs::write(bench.path("c.toml"), format!("[people]\n{me} = 'daemon'\n")).unwrap();
    let ran = client(&bench, &["--config", "c.toml", "session", "update", "label_summaries", "--user", "daemon"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let said =
        format!("warning: daemon is an account of this machine, but [people] of the configuration calls {me} that");
    assert!(ran.err.contains(&said), "{ran:?}");
}

#[test]
fn a_name_of_ones_own_choice_is_refused_as_a_flag_and_ignored_as_a_variable() {
    let bench = Bench::with_session();
    let _serving = Serving::start(&bench, &[]);
    let ran = client(&bench, &["session", "list", "--as", "mallory"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("--as is refused on a team server"), "{ran:?}");
    let mut command = bench.command(&["answer", "label_summaries", JOHN, "summary_quality=Yes", "--submit"]);
    command.env("LABELTUI_SERVER", bench.path("team.sock")).env("LABELTUI_USER", "mallory");
    let ran = super::bench::Ran::of(command.output().unwrap());
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.err.matches("LABELTUI_USER is ignored").count(), 1, "{ran:?}");
    let stats = bench.ok(&["audit", "label_summaries", "--json"]).out;
    assert!(!stats.contains("mallory"), "{stats}");
}

#[test]
fn the_configuration_names_the_server_and_how_people_are_called_in_exports() {
    let bench = Bench::with_session();
    let me = labeltui::service::team::accounts::own_name();
    let text = format!("server = 'team.sock'\n[people]\n{me} = 'me@example.com'\n");
    std::fs::write(bench.path("c.toml"), text).unwrap();
    let _serving = Serving::start(&bench, &["--config", "c.toml"]);
    let mut command = bench.command(&["--config", "c.toml"]);
    command.args(["answer", "label_summaries", JOHN, "summary_quality=Yes", "--submit"]);
    let output = command.env_remove("LABELTUI_STORE").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let labels = bench.ok(&["labels", "label_summaries", "--format", "jsonl"]).lines();
    assert_eq!(labels[0]["assessor_id"], "me@example.com");
    let audit = bench.ok(&["audit", "label_summaries"]).out;
    assert!(audit.contains(&format!(" {me} (me@example.com) ")), "{audit}");
}

#[test]
fn a_server_that_cannot_start_says_why() {
    let bench = Bench::with_session();
    bench.fails(&["serve", "--socket", "team.sock", "--group", "no-such-group"], 1, "groupadd no-such-group");
    std::fs::write(bench.path("a-file"), "").unwrap();
    bench.fails(&["serve", "--socket", "a-file"], 3, "is no socket");
    let serving = Serving::start(&bench, &[]);
    bench.fails(&["serve", "--socket", "other.sock"], 3, &format!("labeltui (pid {}) holds", serving.child.id()));
    assert_eq!(serving.end(rustix::process::Signal::INT), Some(130));
}

#[test]
fn without_a_server_a_command_gives_up_and_names_the_socket() {
    let bench = Bench::new();
    let ran = client(&bench, &["session", "list"]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("no labeltui server answers at") && ran.err.contains("team.sock"), "{ran:?}");
}

#[test]
fn a_killed_server_is_started_again_on_what_it_had_acknowledged() {
    let bench = Bench::with_session();
    let mut serving = Serving::start(&bench, &[]);
    let ran = client(&bench, &["answer", "label_summaries", JOHN, "summary_quality=Yes", "--submit"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    serving.child.kill().unwrap();
    serving.child.wait().unwrap();
    assert!(bench.path("team.sock").exists(), "left by the kill, and replaced");
    let _again = Serving::start(&bench, &[]);
    assert_eq!(client(&bench, &["labels", "label_summaries", "--format", "jsonl"]).lines().len(), 1);
}

#[test]
fn the_service_manager_is_told_when_it_is_ready_and_when_it_stops() {
    let bench = Bench::with_session();
    let manager = std::os::unix::net::UnixDatagram::bind(bench.path("notify")).unwrap();
    let hear = || {
        let mut bytes = [0; 200];
        let length = manager.recv(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..length]).trim().to_owned()
    };
    let mut command = bench.command(&["serve", "--socket", "team.sock"]);
    command.env("NOTIFY_SOCKET", bench.path("notify")).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    assert_eq!(hear(), "READY=1");
    assert_eq!(client(&bench, &["session", "list"]).code, 0);
    let pid = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert_eq!(hear(), "STOPPING=1");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
