//! The team server's promises that need no second account; those that do are in tests/team.

use super::*;
use crate::service::api::{Reason, Refusal, Role};
use crate::service::hub::Hub;
use crate::service::socket::tests::{Counter, show, who};
use crate::service::socket::{Admit as _, Remote, Trouble};
use crate::store::{Store, holder};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

fn people() -> BTreeMap<String, String> {
    BTreeMap::from([(accounts::own_name(), "me@example.com".to_owned())])
}

fn options(dir: &Path) -> HostOptions {
    let roles = Roles::new(None, None, people()).unwrap();
    HostOptions {
        dir: dir.join("store"),
        socket: dir.join("run/team.sock"),
        inherited: Vec::new(),
        roles,
        grace: Duration::from_secs(120),
    }
}

fn host(options: HostOptions) -> Result<Host, Refusal> {
    let store = Store::open(&options.dir).unwrap();
    let hub = Hub::new();
    let rules = Counter { store: store.clone(), hub: hub.clone() };
    let admit = Arc::new(options.roles.clone());
    Host::on(store, Arc::new(rules), hub, admit, options)
}

fn asks_as(socket: &Path) -> String {
    // The hello says another name; nobody believes it.
    let remote = Remote::connect(socket, &who("mallory"), false).unwrap();
    match remote.call(&show("x")).unwrap().unwrap() {
        crate::service::api::Response::Body(body) => body,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_kernel_says_who_asks_at_both_sockets_and_the_servers_account_is_admin() {
    let dir = tempfile::tempdir().unwrap();
    let host = host(options(dir.path())).unwrap();
    let socket = dir.path().join("run/team.sock");
    assert_eq!(socket.metadata().unwrap().permissions().mode() & 0o777, 0o600, "no group, nobody else");
    let private = holder(&dir.path().join("store")).unwrap().socket.unwrap();
    for socket in [&socket, &private] {
        assert_eq!(asks_as(socket), format!("{} Admin x", accounts::own_name()));
    }
    host.stop();
    assert!(!socket.exists() && !private.exists());
    // A process that another test starts right now holds a copy of the lock until it execs.
    std::iter::repeat_with(|| Store::open(&dir.path().join("store"))).find_map(Result::ok).unwrap();
}

#[test]
fn a_living_server_is_not_replaced_and_a_dead_ones_socket_is() {
    let dir = tempfile::tempdir().unwrap();
    let first = host(options(dir.path())).unwrap();
    let other = HostOptions { dir: dir.path().join("other"), ..options(dir.path()) };
    let refusal = host(other).err().unwrap();
    assert!(refusal.message.contains("another server answers at"), "{}", refusal.message);
    assert_eq!(asks_as(&dir.path().join("run/team.sock")), format!("{} Admin x", accounts::own_name()));
    drop(first);
    drop(UnixListener::bind(dir.path().join("run/team.sock")).unwrap());
    let _second = host(options(dir.path())).unwrap();
    asks_as(&dir.path().join("run/team.sock"));
}

#[test]
fn a_socket_of_the_service_manager_is_used_and_left_to_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("managed.sock");
    let inherited = vec![UnixListener::bind(&path).unwrap()];
    let host = host(HostOptions { inherited, ..options(dir.path()) }).unwrap();
    asks_as(&path);
    assert!(!dir.path().join("run").exists());
    drop(host);
    assert!(path.exists());
}

#[test]
fn a_group_that_does_not_exist_is_named_with_the_way_to_make_it() {
    for (group, lead) in [(Some("no-such-group"), None), (None, Some("no-such-group"))] {
        let refusal = Roles::new(group, lead, BTreeMap::new()).unwrap_err();
        assert_eq!(refusal.reason, Reason::NotFound);
        assert!(refusal.message.contains("groupadd no-such-group"), "{}", refusal.message);
    }
}

#[test]
fn a_name_in_exports_that_is_somebody_elses_account_is_refused_at_the_start() {
    // The one account that every machine has.
    let taken = accounts::own_name();
    let called = |id: &str| Roles::new(None, None, BTreeMap::from([("lt-alice".to_owned(), id.to_owned())]));
    let refusal = called(&taken).unwrap_err();
    assert_eq!(refusal.reason, Reason::Invalid);
    assert!(refusal.message.contains(&format!("[people] calls lt-alice \"{taken}\"")), "{}", refusal.message);
    assert!(called("lt-alice").is_ok() && called("alice@example.com").is_ok());
}

#[test]
fn who_is_in_no_group_is_refused_with_the_way_in() {
    let roles = Roles::new(Some("tty"), None, BTreeMap::new()).unwrap();
    let nobody = accounts::by_uid(65_534).unwrap().unwrap().name;
    let why = roles.admit(65_534, &serde_json::Value::Null).unwrap_err();
    assert_eq!(why, format!("{nobody} is not in group tty; an admin adds them with: usermod -aG tty {nobody}"));
    let why = roles.admit(4_000_000_000, &serde_json::Value::Null).unwrap_err();
    assert_eq!(why, "user id 4000000000 has no account on this machine");
    let me = roles.admit(rustix::process::geteuid().as_raw(), &serde_json::Value::Null).unwrap();
    assert_eq!(me.role, Role::Admin);
}

#[test]
fn the_257th_connection_of_an_account_is_refused_with_the_reason_and_room_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let _host = host(options(dir.path())).unwrap();
    let socket = dir.path().join("run/team.sock");
    let mut open: Vec<_> = (0..256).map(|_| Remote::connect(&socket, &who("a"), false).unwrap()).collect();
    match Remote::connect(&socket, &who("a"), false) {
        Err(Trouble::Refused(refusal)) => {
            assert_eq!(refusal.reason, Reason::Unavailable);
            assert!(refusal.message.contains("this account has 256 connections already"), "{}", refusal.message);
        }
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("let in"),
    }
    open.pop();
    // The server sees it a moment later.
    let again = std::iter::repeat_with(|| Remote::connect(&socket, &who("a"), false)).find_map(Result::ok).unwrap();
    again.call(&show("x")).unwrap().unwrap();
}

#[test]
fn who_says_nothing_is_sent_away_and_who_reads_nothing_hurts_nobody() {
    use std::io::{Read as _, Write as _};
    let dir = tempfile::tempdir().unwrap();
    let _host = host(options(dir.path())).unwrap();
    let socket = dir.path().join("run/team.sock");
    let mut silent = UnixStream::connect(&socket).unwrap();
    let mut half = UnixStream::connect(&socket).unwrap();
    half.write_all(&[0, 0, 0]).unwrap();
    // Asks for answers of a megabyte and takes none of them.
    let deaf = deaf(&socket);
    for _ in 0..20 {
        asks_as(&socket);
    }
    // The end of the connection, or what the server had to say before it.
    for stream in [&mut silent, &mut half] {
        let _ = stream.read_to_end(&mut Vec::new());
    }
    asks_as(&socket);
    drop(deaf);
}

fn deaf(socket: &Path) -> UnixStream {
    use crate::service::socket::tests::greet;
    use std::io::Write as _;
    let mut stream = UnixStream::connect(socket).unwrap();
    greet(&mut stream, &who("deaf"));
    let call = serde_json::to_vec(&show(&"x".repeat(1 << 20))).unwrap();
    let mut frame = u32::try_from(call.len()).unwrap().to_be_bytes().to_vec();
    frame.push(0);
    frame.extend(call);
    // As many as fit before the server stops reading, because nobody reads from it.
    stream.set_write_timeout(Some(Duration::from_millis(100))).unwrap();
    while stream.write_all(&frame).is_ok() {}
    stream
}
