//! Accounts and groups made for one test, and a team server under an account of its own.

use super::support::place::{binary, text};
use std::fs::{self, Permissions};
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder that every account may enter, with the binary in it, and accounts that go with it.
pub struct Machine {
    folder: tempfile::TempDir,
    tag: String,
    accounts: Vec<String>,
    server: Option<Child>,
}

impl Machine {
    /// With the groups of reviewers and leads and the server's account.
    pub fn new() -> Self {
        assert!(rustix::process::geteuid().is_root(), "these tests make accounts: run them as root");
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let tag = format!("ltt{}x{}", std::process::id() % 100_000, COUNT.fetch_add(1, Ordering::SeqCst));
        let folder = tempfile::Builder::new().prefix("labeltui-team-").tempdir().expect("a temporary folder");
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("a mode");
        let mut machine = Self { folder, tag, accounts: Vec::new(), server: None };
        for name in ["bin", "home", "data", "run", "keys"] {
            fs::create_dir(machine.path(name)).expect("a folder");
        }
        // By another process: a descriptor open for writing here would be inherited by what another test starts meanwhile,
        // and the kernel then refuses to run the copy (ETXTBSY).
        must(Command::new("cp").arg(binary()).arg(machine.program()));
        for group in [machine.reviewers(), machine.leads()] {
            must(Command::new("groupadd").arg(group));
        }
        let server = machine.account("srv", &[]);
        for name in ["data", "run"] {
            chown(machine.path(name), Some(machine.uid(&server)), None).expect("the server's folder");
        }
        machine
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn program(&self) -> PathBuf {
        self.path("bin/labeltui")
    }

    pub fn socket(&self) -> PathBuf {
        self.path("run/team.sock")
    }

    pub fn store(&self) -> PathBuf {
        self.path("data/store")
    }

    pub fn reviewers(&self) -> String {
        format!("{}-r", self.tag)
    }

    pub fn leads(&self) -> String {
        format!("{}-l", self.tag)
    }

    /// The full name of an account of this machine.
    pub fn name(&self, short: &str) -> String {
        format!("{}-{short}", self.tag)
    }

    /// Makes an account; its full name.
    pub fn account(&mut self, short: &str, groups: &[String]) -> String {
        let name = self.name(short);
        let home = self.path("home").join(short);
        let mut command = Command::new("useradd");
        // `*`: no password, and not locked for sshd.
        command.args(["-m", "-s", "/bin/sh", "-p", "*", "-d"]).arg(home);
        if !groups.is_empty() {
            command.args(["-G", &groups.join(",")]);
        }
        must(command.arg(&name));
        self.accounts.push(name.clone());
        name
    }

    pub fn reviewer(&mut self, short: &str) -> String {
        let group = self.reviewers();
        self.account(short, &[group])
    }

    pub fn lead(&mut self, short: &str) -> String {
        let groups = [self.reviewers(), self.leads()];
        self.account(short, &groups)
    }

    fn uid(&self, account: &str) -> u32 {
        text(&must(Command::new("id").args(["-u", account])).stdout).trim().parse().expect("a number")
    }

    /// A program as this account, with its groups as the database has them now.
    pub fn program_as(&self, account: &str, program: &Path) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", account, "--regid", account, "--init-groups", "--"]).arg(program);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", self.path("home")).env("TZ", "UTC");
        command.current_dir(self.path("home")).stdin(Stdio::null());
        command
    }

    /// labeltui as this account, talking to the server.
    pub fn command(&self, account: &str, arguments: &[&str]) -> Command {
        let mut command = self.program_as(account, &self.program());
        command.args(arguments).env("LABELTUI_SERVER", self.socket());
        command
    }

    pub fn run(&self, account: &str, arguments: &[&str]) -> Output {
        self.command(account, arguments).output().expect("the binary runs")
    }

    /// Must succeed; its stdout.
    pub fn ok(&self, account: &str, arguments: &[&str]) -> String {
        let output = self.run(account, arguments);
        assert!(output.status.success(), "{account}: {arguments:?}: {output:?}");
        text(&output.stdout)
    }

    /// Must be refused (exit code 1); its stderr.
    pub fn refused(&self, account: &str, arguments: &[&str]) -> String {
        let output = self.run(account, arguments);
        assert_eq!(output.status.code(), Some(1), "{account}: {arguments:?}: {output:?}");
        assert_eq!(text(&output.stdout), "", "{account}: {arguments:?}: data beside a refusal");
        text(&output.stderr)
    }

    /// Starts the server under its account; returns once it answers.
    pub fn serve(&mut self, more: &[&str]) {
        let (reviewers, leads) = (self.reviewers(), self.leads());
        // The socket may be given to a group only by its member.
        must(Command::new("usermod").args(["-aG", &reviewers, &self.name("srv")]));
        let mut command = self.program_as(&self.name("srv"), &self.program());
        command.arg("--store").arg(self.store()).arg("serve").arg("--socket").arg(self.socket());
        command.args(["--group", &reviewers, "--lead-group", &leads]).args(more).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the server starts");
        let mut log = BufReader::new(child.stderr.take().expect("its log"));
        let mut said = String::new();
        while !said.contains(" serves ") {
            assert_ne!(log.read_line(&mut said).expect("its log"), 0, "the server ended: {said}");
        }
        // Read on, so that it never waits for us.
        std::thread::spawn(move || drop(log.read_to_end(&mut Vec::new())));
        self.server = Some(child);
    }

    /// `kill -9`.
    pub fn kill_server(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _ = server.kill();
            let _ = server.wait();
        }
    }

    /// A session `s` of `n` traces with one pass/fail question and these users, made by root.
    pub fn session(&self, n: usize, users: &[&str]) {
        fs::write(self.path("traces.jsonl"), super::support::traces::plain(n)).expect("traces");
        let file = self.path("traces.jsonl");
        self.ok("root", &["import", file.to_str().expect("a path")]);
        let quality = ["schema", "create", "quality", "--type", "feedback", "--title", "Is it good?", "--comment"];
        self.ok("root", &[&quality[..], &["--pass-fail", "Yes", "No"]].concat());
        let users: Vec<&str> = users.iter().flat_map(|user| ["--user", user]).collect();
        self.ok("root", &[&["session", "create", "s", "--schema", "quality"], &users[..]].concat());
        self.ok("root", &["session", "add-traces", "s", "--all"]);
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.kill_server();
        for account in self.accounts.iter().rev() {
            // What an account still runs (a shell of a killed ssh) would keep it from being removed.
            let _ = Command::new("userdel").args(["-f", "-r", account]).output();
        }
        for group in [self.reviewers(), self.leads()] {
            let _ = Command::new("groupdel").arg(group).output();
        }
    }
}

/// Runs what must succeed.
pub fn must(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    assert!(output.status.success(), "{command:?}: {output:?}");
    output
}
