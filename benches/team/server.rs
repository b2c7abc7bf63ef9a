//! The server under measurement: this program, run again, on a copy of the store.

use super::support::Place;
use labeltui::service::api::{Principal, Role};
use labeltui::service::socket::Admit;
use labeltui::service::team::{Host, HostOptions, Roles};
use labeltui::store::Store;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

const STORE: &str = "LABELTUI_BENCH_STORE";
const SYNC_MS: &str = "LABELTUI_BENCH_SYNC_MS";

/// Whether this process is to be the server.
pub fn is_wanted() -> bool {
    std::env::var_os(STORE).is_some()
}

/// There are no 64 accounts here: `reviewer-N` is believed, and everybody else is this account.
struct Believing(Roles);

impl Admit for Believing {
    fn admit(&self, uid: u32, said: &Value) -> Result<Principal, String> {
        match said["account"].as_str() {
            Some(name) if name.starts_with("reviewer-") => Ok(reviewer(name)),
            _ => self.0.admit(uid, said),
        }
    }
}

pub fn reviewer(name: &str) -> Principal {
    Principal { account: name.to_owned(), assessor_id: name.to_owned(), role: Role::Reviewer }
}

/// Serves until it is killed.
pub fn serve() {
    let dir = PathBuf::from(std::env::var_os(STORE).unwrap());
    let ms: u64 = std::env::var(SYNC_MS).unwrap().parse().unwrap();
    let store = match ms {
        0 => Store::open(&dir).unwrap(),
        ms => Store::open_slowed(&dir, Duration::from_millis(ms)).unwrap(),
    };
    let roles = Roles::new(None, None, BTreeMap::new()).unwrap();
    let admit = Arc::new(Believing(roles.clone()));
    let grace = Duration::from_secs(120);
    let options = HostOptions { socket: dir.join("team.sock"), dir, inherited: Vec::new(), roles, grace };
    let _host = Host::with(store, admit, options).unwrap();
    println!("ready");
    loop {
        std::thread::park();
    }
}

/// A running server on a copy of a place's store; killed when dropped.
pub struct Server {
    child: Child,
    dir: PathBuf,
}

impl Server {
    pub fn start(place: &Place, sync: Duration) -> Self {
        let dir = place.path("served");
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir(&dir).unwrap();
        std::fs::copy(place.store().join("labeltui.redb"), dir.join("labeltui.redb")).unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env(STORE, &dir).env(SYNC_MS, sync.as_millis().to_string()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut said).unwrap();
        assert_eq!(said, "ready\n");
        Self { child, dir }
    }

    pub fn socket(&self) -> PathBuf {
        self.dir.join("team.sock")
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
