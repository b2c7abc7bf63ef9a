//! The promises of the socket.

use super::frame::{self, Idle};
use super::hello::{Hello, Wants, Welcome};
use super::*;
use crate::model::{ItemNo, Time};
use crate::service::api::{Notice, Reason, Request, Role};
use crate::service::hub::Hub;
use crate::store::{Asked, Earlier, META, Read as _, Store, StoreError, remember, remembered};
use proptest::prelude::*;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

/// Rules small enough to see through: `TraceShow` says who asks, `TraceDelete` counts its calls once per request id,
/// and tells watchers.
pub(in crate::service) struct Counter {
    pub store: Store,
    pub hub: Hub,
}

impl Handler for Counter {
    fn handle(&self, who: &Principal, call: Call) -> Result<Response, Refusal> {
        let failed = |e: StoreError| Refusal { reason: Reason::Unavailable, message: e.to_string() };
        match call.request {
            Request::TraceShow { trace_id } => Ok(Response::Body(format!("{} {:?} {trace_id}", who.account, who.role))),
            Request::SessionList => panic!("a broken rule"),
            Request::Doctor => {
                let count = self.store.read().and_then(|read| read.get(META, "count")).map_err(failed)?;
                Ok(Response::Count(count.unwrap_or(0)))
            }
            _ => {
                let counted: Result<Result<u64, ()>, _> = self.store.change(Time(0), move |txn| {
                    let asked = Asked { id: call.id, mark: 0 };
                    if let Some(Earlier::Answered(answer)) = remembered(txn, asked)? {
                        return Ok(Ok(answer));
                    }
                    let count = txn.get(META, "count")?.unwrap_or(0) + 1;
                    txn.put(META, "count", &count)?;
                    remember(txn, asked, &count)?;
                    Ok(Ok(count))
                });
                self.hub.tell(Notice::Traces);
                counted.map_err(failed).map(|count| Response::Count(count.unwrap()))
            }
        }
    }
}

pub(in crate::service) fn who(account: &str) -> Principal {
    Principal { account: account.to_owned(), assessor_id: account.to_owned(), role: Role::Reviewer }
}

pub(in crate::service) fn call(request: Request) -> Call {
    Call::new(request)
}

pub(in crate::service) fn show(text: &str) -> Call {
    call(Request::TraceShow { trace_id: text.to_owned() })
}

pub(in crate::service) fn count() -> Call {
    call(Request::SchemaDelete { experiment: String::new(), name: String::new() })
}

/// Says hello and hears the welcome.
pub(in crate::service) fn greet(stream: &mut UnixStream, who: &Principal) {
    frame::send(stream, &Hello::new(who, Wants::Calls, Uuid::nil())).unwrap();
    let welcome: Welcome = frame::receive(stream, 1000, Idle::Ends).unwrap().unwrap();
    assert_eq!(welcome.refused, None);
}

fn server(path: &Path) -> (Server, Hub) {
    let hub = Hub::new();
    let handler = Counter { store: Store::in_memory().unwrap(), hub: hub.clone() };
    (Server::start(path, Arc::new(handler), hub.clone()).unwrap(), hub)
}

fn body(remote: &Remote, text: &str) -> String {
    match remote.call(&show(text)).unwrap() {
        Ok(Response::Body(body)) => body,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_call_is_answered_under_the_name_of_the_hello_and_the_own_user_is_admin() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s");
    let (_server, _) = server(&path);
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let remote = Remote::connect(&path, &who("alice"), true).unwrap();
    assert_eq!(body(&remote, "x"), "alice Admin x");
    let long = "é\u{1b}\n".repeat(1 << 20);
    assert_eq!(body(&remote, &long), format!("alice Admin {long}"));
}

#[test]
fn a_panic_in_a_rule_is_a_refusal_and_the_connection_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s");
    let (_server, _) = server(&path);
    let remote = Remote::connect(&path, &who("alice"), true).unwrap();
    let refusal = remote.call(&call(Request::SessionList)).unwrap().unwrap_err();
    assert_eq!(refusal.reason, Reason::Unavailable);
    assert_eq!(body(&remote, "x"), "alice Admin x");
}

#[test]
fn a_stale_socket_is_replaced_and_a_stopped_server_leaves_none() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s");
    drop(UnixListener::bind(&path).unwrap());
    assert!(matches!(Remote::connect(&path, &who("a"), true), Err(Trouble::Gone(_))));
    let (server, _) = server(&path);
    let remote = Remote::connect(&path, &who("a"), true).unwrap();
    drop(server);
    assert!(!path.exists());
    assert!(matches!(remote.call(&show("x")), Err(Trouble::Gone(_))));
}

#[test]
fn a_file_that_is_no_socket_is_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s");
    fs::write(&path, "mine").unwrap();
    let handler = Counter { store: Store::in_memory().unwrap(), hub: Hub::new() };
    assert!(Server::start(&path, Arc::new(handler), Hub::new()).is_err());
    assert_eq!(fs::read(&path).unwrap(), b"mine");
}

#[test]
fn another_protocol_is_refused_by_name_on_both_sides() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s");
    let (_server, _) = server(&path);
    let mut old = UnixStream::connect(&path).unwrap();
    let hello = Hello {
        protocol: 99,
        version: "9.9.9".to_owned(),
        who: serde_json::json!(7),
        wants: Wants::Calls.json(),
        terminal: serde_json::Value::Null,
    };
    frame::send(&mut old, &hello).unwrap();
    let welcome: Welcome = frame::receive(&mut old, 1000, Idle::Ends).unwrap().unwrap();
    assert_eq!(welcome.pid, std::process::id());
    assert!(welcome.refused.unwrap().contains("labeltui 9.9.9 speaks protocol 99"));

    for (private, said) in [(true, "labeltui 9.9.9 (pid 7, protocol 99)"), (false, "the server is labeltui 9.9.9")] {
        let (version, who) = ("9.9.9".to_owned(), serde_json::Value::Null);
        let welcome = Welcome { protocol: 99, version, pid: 7, refused: None, busy: false, who };
        let refusal = welcome.check(private).unwrap_err();
        assert_eq!(refusal.reason, Reason::Version);
        assert!(refusal.message.contains(said), "{}", refusal.message);
    }
}

#[test]
fn who_is_there_and_says_no_hello_is_silent() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s");
    let _deaf = UnixListener::bind(&path).unwrap();
    assert!(matches!(Remote::connect(&path, &who("a"), true), Err(Trouble::Silent)));
}

#[test]
fn notices_reach_a_watcher_and_end_with_the_server() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s");
    let (server, hub) = server(&path);
    let remote = Remote::connect(&path, &who("a"), true).unwrap();
    let mut watching = remote.watch().unwrap();
    // Told until heard: the watcher is welcomed before it is subscribed.
    let notice = Notice::Item { session: "s".to_owned(), item: ItemNo(3), by: "bob".to_owned() };
    let (heard, hear) = crossbeam_channel::bounded(1);
    let telling = std::thread::spawn({
        let notice = notice.clone();
        move || {
            while hear.try_recv().is_err() {
                hub.tell(notice.clone());
                std::thread::yield_now();
            }
        }
    });
    assert_eq!(watching.wait().unwrap(), [notice]);
    heard.send(()).unwrap();
    telling.join().unwrap();
    drop(server);
    while watching.wait().is_some() {}
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn garbage_closes_its_own_connection_only(bytes in proptest::collection::vec(any::<u8>(), 1..200), greet in any::<bool>()) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s");
        let (_server, _) = server(&path);
        let good = Remote::connect(&path, &who("alice"), true).unwrap();
        let mut bad = UnixStream::connect(&path).unwrap();
        if greet {
            frame::send(&mut bad, &Hello::new(&who("eve"), Wants::Calls, Uuid::nil())).unwrap();
        }
        let _ = bad.write_all(&bytes);
        let _ = bad.shutdown(std::net::Shutdown::Write);
        // Closed by the other side, after a welcome at most.
        let _ = std::io::Read::read_to_end(&mut bad, &mut Vec::new());
        prop_assert_eq!(body(&good, "x"), "alice Admin x");
    }
}
