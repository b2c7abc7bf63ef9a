//! The server that is killed: this test binary, run again as a process of its own.

use crate::service::api::Principal;
use crate::service::socket::Admit;
use crate::service::team::{Host, HostOptions, Roles};
use crate::store::Store;
use crate::store::tests::{lossy, sabotage};
use serde::Deserialize as _;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

const DIR: &str = "LABELTUI_TEST_CRASH_STORE";
const LOSSY: &str = "LABELTUI_TEST_CRASH_LOSSY";
const EARLY: &str = "LABELTUI_TEST_CRASH_EARLY";
const COMMITS: &str = "LABELTUI_TEST_CRASH_AFTER";
const READY: &str = "the server is ready";

/// What is wrong with it on purpose.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    None,
    AnswersEarly,
}

/// Which server.
#[derive(Clone, Copy)]
pub struct Mode {
    pub lossy: bool,
    pub flaw: Flaw,
}

/// There are no 24 accounts here: the hello is believed.
struct Believing;

impl Admit for Believing {
    fn admit(&self, _uid: u32, said: &Value) -> Result<Principal, String> {
        Principal::deserialize(said).map_err(|e| e.to_string())
    }
}

pub fn is_child() -> bool {
    std::env::var_os(DIR).is_some()
}

/// Serves until it is killed.
pub fn serve() {
    let dir = PathBuf::from(std::env::var_os(DIR).unwrap());
    let store = if std::env::var_os(LOSSY).is_some() { lossy::open(&dir) } else { Store::open(&dir) };
    if std::env::var_os(EARLY).is_some() {
        sabotage::answer_early();
    }
    let commits = std::env::var(COMMITS).unwrap().parse().unwrap();
    let roles = Roles::new(None, None, BTreeMap::new()).unwrap();
    let grace = Duration::from_secs(600);
    let options = HostOptions { socket: socket(&dir), dir, inherited: Vec::new(), roles, grace };
    let _host = Host::with(store.unwrap(), Arc::new(Believing), options).unwrap();
    sabotage::die_after(commits);
    // To the parent's pipe, past the test harness's capture.
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{READY}").and_then(|()| out.flush()).unwrap();
    loop {
        std::thread::park();
    }
}

fn socket(dir: &Path) -> PathBuf {
    dir.join("team.sock")
}

pub struct Server {
    child: Child,
    dir: PathBuf,
}

impl Server {
    /// Runs this test as the server; returns once it answers. With `commits`, it dies after so many.
    pub fn start(test: &str, dir: &Path, mode: Mode, commits: u64) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args([test, "--exact", "--nocapture", "--test-threads=1"]);
        command.env(DIR, dir).env(COMMITS, commits.to_string());
        if mode.lossy {
            command.env(LOSSY, "1");
        }
        if mode.flaw == Flaw::AnswersEarly {
            command.env(EARLY, "1");
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        // The one that dies by itself may do so before it is heard.
        let ready = lines.map_while(Result::ok).any(|line| line == READY);
        assert!(ready || commits > 0, "the server did not start");
        Self { child, dir: dir.to_owned() }
    }

    pub fn socket(&self) -> PathBuf {
        socket(&self.dir)
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    pub fn is_dead(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
