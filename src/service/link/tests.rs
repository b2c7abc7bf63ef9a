//! One owner of the file: the second connects, takes over, waits, gives up.

pub(super) use super::super::socket::tests::count;
use super::super::socket::tests::{Counter, call, show, who};
use super::*;
use crate::service::api::Request;
use crate::store::{holder, socket_path};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::Barrier;
use std::thread;

fn options(dir: &Path, account: &str, patience: Patience) -> LinkOptions {
    LinkOptions { dir: dir.to_owned(), server: None, who: who(account), patience }
}

fn open(options: LinkOptions) -> Result<Link, Refusal> {
    Link::open_with(options, |store, hub| Arc::new(Counter { store, hub }))
}

pub(super) fn link(dir: &Path, account: &str, patience: Patience) -> Link {
    open(options(dir, account, patience)).unwrap()
}

fn counted(link: &Link, call: Call) -> u64 {
    match link.call(call).unwrap() {
        Response::Count(n) => n,
        other => panic!("{other:?}"),
    }
}

pub(super) fn total(link: &Link) -> u64 {
    counted(link, call(Request::Doctor))
}

/// Reads until this notice has come.
fn hear(notices: &Receiver<Notice>, wanted: &Notice) {
    while notices.recv_timeout(Duration::from_secs(20)).unwrap() != *wanted {}
}

#[test]
fn a_second_process_uses_the_owner_and_takes_over_when_it_leaves() {
    let dir = tempfile::tempdir().unwrap();
    let first = link(dir.path(), "alice", Patience::Screen);
    let second = link(dir.path(), "bob", Patience::Screen);
    assert!(first.is_owner() && !second.is_owner());
    let notices = second.watch().unwrap();
    assert_eq!(counted(&first, count()), 1);
    assert_eq!(counted(&second, count()), 2);
    assert!(matches!(second.call(show("x")).unwrap(), Response::Body(b) if b == "bob Admin x"));
    drop(first);
    hear(&notices, &Notice::Reconnecting);
    hear(&notices, &Notice::Connected);
    hear(&notices, &Notice::Resync);
    assert!(second.is_owner());
    assert_eq!(counted(&second, count()), 3);
}

#[test]
fn the_owners_changes_reach_the_watchers_of_the_second() {
    let dir = tempfile::tempdir().unwrap();
    let first = link(dir.path(), "alice", Patience::Command);
    let second = link(dir.path(), "bob", Patience::Command);
    let here = first.watch().unwrap();
    let notices = second.watch().unwrap();
    hear(&notices, &Notice::Resync);
    counted(&first, count());
    hear(&here, &Notice::Traces);
    hear(&notices, &Notice::Traces);
}

#[test]
fn changes_under_way_while_the_owner_leaves_happen_exactly_once() {
    let dir = tempfile::tempdir().unwrap();
    let first = link(dir.path(), "alice", Patience::Command);
    let others: Vec<_> = (0..3).map(|n| link(dir.path(), &format!("p{n}"), Patience::Command)).collect();
    let start = Barrier::new(others.len() + 1);
    thread::scope(|scope| {
        for other in &others {
            let start = &start;
            scope.spawn(move || {
                start.wait();
                for _ in 0..100 {
                    counted(other, count());
                }
            });
        }
        start.wait();
        while total(&first) < 50 {
            thread::yield_now();
        }
        drop(first);
    });
    assert_eq!(total(&others[0]), 300);
}

#[test]
fn a_suspended_owner_lets_another_in_and_joins_it_when_resumed() {
    let dir = tempfile::tempdir().unwrap();
    let first = link(dir.path(), "alice", Patience::Screen);
    assert_eq!(counted(&first, count()), 1);
    first.suspend();
    assert!(!socket_path(dir.path()).exists());
    let second = link(dir.path(), "bob", Patience::Command);
    assert!(second.is_owner());
    assert_eq!(counted(&second, count()), 2);
    let notices = first.watch().unwrap();
    first.resume();
    hear(&notices, &Notice::Connected);
    assert_eq!(counted(&first, count()), 3);
    assert!(!first.is_owner());
}

#[test]
fn an_owner_that_does_not_answer_is_named_by_its_pid() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let socket = dir.path().join("deaf");
    let _deaf = UnixListener::bind(&socket).unwrap();
    store.announce(&socket).unwrap();
    let refusal = open(options(dir.path(), "alice", Patience::Command)).err().unwrap();
    let said = format!("labeltui (pid {}) holds the store and does not answer", std::process::id());
    assert_eq!((refusal.reason, refusal.message), (Reason::Unavailable, said));
    // A screen opens all the same, says so on every call, and is there once the owner has left.
    let screen = link(dir.path(), "alice", Patience::Screen);
    let notices = screen.watch().unwrap();
    assert_eq!(screen.call(show("x")).unwrap_err().reason, Reason::Unavailable);
    drop(store);
    hear(&notices, &Notice::Connected);
    assert_eq!(counted(&screen, count()), 1);
}

#[test]
fn a_store_that_cannot_be_opened_is_refused_at_once_with_its_reason() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("labeltui.redb"), "a letter").unwrap();
    for patience in [Patience::Command, Patience::Screen] {
        let refusal = open(options(dir.path(), "alice", patience)).err().unwrap();
        assert!(refusal.message.contains("is not a labeltui store"), "{}", refusal.message);
    }
}

#[test]
fn a_link_that_is_dropped_leaves_no_socket_and_no_lock() {
    let dir = tempfile::tempdir().unwrap();
    let first = link(dir.path(), "alice", Patience::Command);
    let socket = holder(dir.path()).unwrap().socket.unwrap();
    assert!(socket.exists());
    drop(first);
    assert!(!socket.exists());
    Store::open(dir.path()).unwrap();
}

#[test]
fn a_store_with_a_very_long_path_is_shared_too() {
    let dir = tempfile::tempdir().unwrap();
    let long = dir.path().join("x".repeat(100)).join("y".repeat(100));
    let first = link(&long, "alice", Patience::Command);
    let second = link(&long, "bob", Patience::Command);
    assert!(first.is_owner() && !second.is_owner());
    assert_eq!(counted(&second, count()), 1);
}

#[test]
fn a_set_server_is_only_connected_to() {
    let dir = tempfile::tempdir().unwrap();
    let _owner = link(&dir.path().join("team"), "root", Patience::Command);
    let server = Some(holder(&dir.path().join("team")).unwrap().socket.unwrap());
    let mine = dir.path().join("mine");
    let client = open(LinkOptions { server, ..options(&mine, "alice", Patience::Command) }).unwrap();
    assert_eq!(counted(&client, count()), 1);
    assert!(!mine.exists());
}

#[test]
fn a_screen_whose_server_speaks_another_protocol_is_told_so_once() {
    use std::io::Write as _;
    let dir = tempfile::tempdir().unwrap();
    let socket = dir.path().join("team.sock");
    let server = Some(socket.clone());
    let screen = open(LinkOptions { server, ..options(dir.path(), "alice", Patience::Screen) }).unwrap();
    let notices = screen.watch().unwrap();
    let other = UnixListener::bind(&socket).unwrap();
    let served = thread::spawn(move || {
        let welcome = br#"{"protocol":99,"version":"9.9.9","pid":1,"refused":"another protocol"}"#;
        for stream in other.incoming().take(3) {
            let mut stream = stream.unwrap();
            stream.write_all(&[0, 0, 0, u8::try_from(welcome.len()).unwrap(), 0]).unwrap();
            stream.write_all(welcome).unwrap();
        }
    });
    served.join().unwrap();
    let heard: Vec<Notice> = std::iter::from_fn(|| notices.recv_timeout(Duration::from_millis(300)).ok()).collect();
    let refused: Vec<&String> =
        heard.iter().filter_map(|n| if let Notice::Refused { why } = n { Some(why) } else { None }).collect();
    let [why] = refused.as_slice() else { panic!("{heard:?}") };
    assert!(why.contains("the server speaks protocol 99, this") && why.contains("start labeltui again"), "{why}");
}
