//! The owner's side: accepts connections, one thread each, and gives their calls to the handler.

use super::Handler;
use super::frame::{self, MESSAGE_CAP};
use super::hello::{self, Hello, PROTOCOL, Wants, Welcome};
use super::peer;
use crate::service::api::{Call, Notice, Principal, Reason, Refusal, Response, Role};
use crate::service::hub::Hub;
use crossbeam_channel::{Receiver, RecvTimeoutError, select};
use rustix::event::{PollFd, PollFlags, poll};
use serde::Deserialize as _;
use std::collections::HashMap;
use std::fs::{self, Permissions};
use std::io;
use std::net::Shutdown;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Who says nothing this long after connecting is sent away.
const HELLO_WAIT: Duration = Duration::from_secs(10);
/// Who takes nothing this long is given up: it would hold the owner's end open.
const WRITE_WAIT: Duration = Duration::from_secs(30);
/// A watcher is told at most four times a second; what happens between is coalesced.
const NOTICE_PAUSE: Duration = Duration::from_millis(250);
/// When the owner leaves, running calls may finish for this long.
const FAREWELL: Duration = Duration::from_secs(2);
/// Connections at a time.
const MOST: usize = 512;

/// A listening socket; dropping it stops it and removes the socket.
pub struct Server {
    path: PathBuf,
    wake: UnixStream,
    accepting: Mutex<Option<JoinHandle<()>>>,
    shared: Arc<Shared>,
}

struct Shared {
    handler: Arc<dyn Handler>,
    hub: Hub,
    open: Mutex<Open>,
    gone: Condvar,
}

#[derive(Default)]
struct Open {
    next: u64,
    streams: HashMap<u64, UnixStream>,
    stopping: bool,
}

impl Server {
    /// Answers at `path`, for this user alone. The caller holds the store's lock, so a socket found there is stale.
    ///
    /// # Errors
    /// The socket cannot be made.
    pub fn start(path: &Path, handler: Arc<dyn Handler>, hub: Hub) -> io::Result<Self> {
        if fs::symlink_metadata(path).is_ok_and(|m| m.file_type().is_socket()) {
            fs::remove_file(path)?;
        }
        let listener = UnixListener::bind(path)?;
        fs::set_permissions(path, Permissions::from_mode(0o600))?;
        listener.set_nonblocking(true)?;
        let (wake, woken) = UnixStream::pair()?;
        let shared = Arc::new(Shared { handler, hub, open: Mutex::default(), gone: Condvar::new() });
        let accepting = thread::Builder::new().name("socket-accept".to_owned()).spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &woken, &shared)
        })?;
        Ok(Self { path: path.to_owned(), wake, accepting: Mutex::new(Some(accepting)), shared })
    }

    /// Takes no more calls, lets the running ones finish (for 2 seconds at most) and removes the socket.
    pub fn stop(&self) {
        let accepting = self.accepting.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(accepting) = accepting else { return };
        // First: who comes now finds no socket and tries again, by the rule of one owner.
        let _ = fs::remove_file(&self.path);
        let _ = self.wake.shutdown(Shutdown::Both);
        let _ = accepting.join();
        let mut open = self.shared.lock();
        open.stopping = true;
        open.streams.values().for_each(|s| drop(s.shutdown(Shutdown::Read)));
        let (open, _) = self
            .shared
            .gone
            .wait_timeout_while(open, FAREWELL, |open| !open.streams.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        open.streams.values().for_each(|s| drop(s.shutdown(Shutdown::Both)));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, stream: &UnixStream) -> io::Result<u64> {
        let mut open = self.lock();
        if open.stopping || open.streams.len() >= MOST {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        open.next += 1;
        let id = open.next;
        open.streams.insert(id, stream.try_clone()?);
        Ok(id)
    }

    fn leave(&self, id: u64) {
        self.lock().streams.remove(&id);
        self.gone.notify_all();
    }
}

fn accept(listener: &UnixListener, woken: &UnixStream, shared: &Arc<Shared>) {
    loop {
        let mut fds = [PollFd::new(listener, PollFlags::IN), PollFd::new(woken, PollFlags::IN)];
        match poll(&mut fds, None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(e) => return tracing::error!("the socket cannot be watched: {e}"),
        }
        if !fds[1].revents().is_empty() {
            return;
        }
        match listener.accept() {
            Ok((stream, _)) => {
                if let Err(e) = welcome(stream, shared) {
                    tracing::warn!("a connection could not be taken: {e}");
                }
            }
            Err(e) if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
            Err(e) => {
                // Out of file descriptors, most likely: wait for some to come back instead of spinning.
                tracing::warn!("accepting failed: {e}");
                thread::sleep(Duration::from_millis(100));
            }
        }
    }
}

fn welcome(stream: UnixStream, shared: &Arc<Shared>) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(HELLO_WAIT))?;
    stream.set_write_timeout(Some(WRITE_WAIT))?;
    let id = shared.enter(&stream)?;
    let served = thread::Builder::new().name("socket-client".to_owned()).spawn({
        let shared = Arc::clone(shared);
        move || {
            if let Err(e) = serve(&stream, &shared) {
                tracing::debug!("a connection ended: {e}");
            }
            shared.leave(id);
        }
    });
    if served.is_err() {
        shared.leave(id);
    }
    served.map(drop)
}

/// One connection, from its hello to its end.
fn serve(mut stream: &UnixStream, shared: &Shared) -> io::Result<()> {
    let Some(hello) = frame::receive::<Hello>(&mut stream, hello::CAP)? else { return Ok(()) };
    let admitted = admit(stream, &hello);
    frame::send(&mut stream, &Welcome::new(admitted.as_ref().err().cloned()))?;
    let Ok((who, wants)) = admitted else { return Ok(()) };
    stream.set_read_timeout(None)?;
    match wants {
        Wants::Calls => calls(stream, shared, &who),
        Wants::Watch => watch(stream, shared),
        Wants::Nothing => Ok(()),
    }
}

/// Who this is. In a private store the account is what the hello says, provided that the kernel says it is our own
/// user; a team server will take the account from the kernel here, and the role from the group database.
fn admit(stream: &UnixStream, hello: &Hello) -> Result<(Principal, Wants), String> {
    if hello.protocol != PROTOCOL {
        // The welcome carries our version; the other side says so.
        return Err(format!("labeltui {} speaks protocol {}, this is {PROTOCOL}", hello.version, hello.protocol));
    }
    if !peer::is_me(stream).map_err(|e| e.to_string())? {
        return Err("this store is private to another user".to_owned());
    }
    let bad = |e: serde_json::Error| format!("the hello cannot be read: {e}");
    let mut who = Principal::deserialize(&hello.who).map_err(bad)?;
    who.role = Role::Admin;
    Ok((who, Wants::deserialize(&hello.wants).map_err(bad)?))
}

fn calls(mut stream: &UnixStream, shared: &Shared, who: &Principal) -> io::Result<()> {
    while let Some(call) = frame::receive::<Call>(&mut stream, MESSAGE_CAP)? {
        frame::send(&mut stream, &answer(shared, who, call))?;
    }
    Ok(())
}

/// A panic in one call must not take the others' connections with it.
fn answer(shared: &Shared, who: &Principal, call: Call) -> Result<Response, Refusal> {
    catch_unwind(AssertUnwindSafe(|| shared.handler.handle(who, call))).unwrap_or_else(|_| {
        let message = "internal error while answering; see the log of the labeltui that holds the store".to_owned();
        Err(Refusal { reason: Reason::Unavailable, message })
    })
}

/// Notices go out on a thread of their own, so that this one sees at once when the watcher hangs up.
fn watch(mut stream: &UnixStream, shared: &Shared) -> io::Result<()> {
    let notices = shared.hub.subscribe();
    let (end, ended) = crossbeam_channel::bounded::<()>(0);
    thread::scope(|scope| {
        let telling = thread::Builder::new().name("socket-notices".to_owned()).spawn_scoped(scope, || {
            // Whatever ends the telling ends the connection.
            tell(stream, &notices, &ended);
            let _ = stream.shutdown(Shutdown::Both);
        });
        // A watcher says nothing more; this returns when it hangs up, or when the server stops.
        let hung_up = frame::receive::<()>(&mut stream, hello::CAP);
        drop(end);
        telling.and(hung_up.map(drop))
    })
}

fn tell(mut stream: &UnixStream, notices: &Receiver<Notice>, ended: &Receiver<()>) {
    loop {
        let first = select! {
            recv(notices) -> notice => notice,
            recv(ended) -> _ => return,
        };
        let Ok(first) = first else { return };
        let mut batch = vec![first];
        // As many as can be waiting: whoever tells without a pause must not keep them from leaving.
        for notice in notices.try_iter().take(notices.capacity().unwrap_or(0)) {
            if !batch.contains(&notice) {
                batch.push(notice);
            }
        }
        if frame::send(&mut stream, &batch).is_err() {
            return;
        }
        if ended.recv_timeout(NOTICE_PAUSE) != Err(RecvTimeoutError::Timeout) {
            return;
        }
    }
}
