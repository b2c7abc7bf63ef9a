//! The owner's side: accepts connections, one thread each, and gives their calls to the handler.

use super::Handler;
use super::admit::{Admit, OwnUser};
use super::connection::{self, Shared};
use super::frame;
use super::guests::{Guests, Limits, Turned};
use super::hello::Welcome;
use super::room::Rooms;
use crate::service::hub::Hub;
use rustix::event::{PollFd, PollFlags, poll};
use std::fs::{self, Permissions};
use std::io;
use std::net::Shutdown;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// When the owner leaves, running calls may finish for this long.
const FAREWELL: Duration = Duration::from_secs(2);
/// A private store's connections are all of one account.
const PRIVATE: Limits = Limits { account: 512, total: 512 };
/// A screen has three or four: 256 are some sixty screens of one account.
const TEAM: Limits = Limits { account: 256, total: 2048 };
/// A rule's frames fit many times; only what is touched takes memory.
const STACK: usize = 1 << 20;

/// A socket that is listened at.
pub struct Listening {
    listener: UnixListener,
    /// Ours to remove at the end.
    path: Option<PathBuf>,
}

impl Listening {
    /// One that a service manager has made, and keeps.
    #[must_use]
    pub const fn inherited(listener: UnixListener) -> Self {
        Self { listener, path: None }
    }

    /// One that this process has made at `path`.
    #[must_use]
    pub fn own(listener: UnixListener, path: &Path) -> Self {
        Self { listener, path: Some(path.to_owned()) }
    }

    /// Makes one for this user alone. The caller holds the store's lock, so a socket found there is stale.
    ///
    /// # Errors
    /// The socket cannot be made.
    pub fn private(path: &Path) -> io::Result<Self> {
        if fs::symlink_metadata(path).is_ok_and(|m| m.file_type().is_socket()) {
            fs::remove_file(path)?;
        }
        let listener = UnixListener::bind(path)?;
        fs::set_permissions(path, Permissions::from_mode(0o600))?;
        Ok(Self::own(listener, path))
    }
}

/// Answers at its sockets; dropping it stops it and removes them.
pub struct Server {
    paths: Vec<PathBuf>,
    wake: UnixStream,
    accepting: Mutex<Option<JoinHandle<()>>>,
    shared: Arc<Shared>,
}

impl Server {
    /// Answers at `path`, for this user alone.
    ///
    /// # Errors
    /// The socket cannot be made.
    pub fn start(path: &Path, handler: Arc<dyn Handler>, hub: Hub) -> io::Result<Self> {
        Self::run(vec![Listening::private(path)?], Arc::new(OwnUser), PRIVATE, handler, hub)
    }

    /// Answers a team: whoever `admit` lets in, at every socket.
    ///
    /// # Errors
    /// No thread, or no file descriptors.
    pub fn serve(
        listening: Vec<Listening>,
        admit: Arc<dyn Admit>,
        handler: Arc<dyn Handler>,
        hub: Hub,
    ) -> io::Result<Self> {
        Self::run(listening, admit, TEAM, handler, hub)
    }

    fn run(
        listening: Vec<Listening>,
        admit: Arc<dyn Admit>,
        limits: Limits,
        handler: Arc<dyn Handler>,
        hub: Hub,
    ) -> io::Result<Self> {
        let (listeners, paths): (Vec<_>, Vec<_>) = listening.into_iter().map(|l| (l.listener, l.path)).unzip();
        for listener in &listeners {
            listener.set_nonblocking(true)?;
        }
        let (wake, woken) = UnixStream::pair()?;
        let shared = Arc::new(Shared { handler, hub, admit, guests: Guests::new(limits), rooms: Rooms::default() });
        let accepting = thread::Builder::new().name("socket-accept".to_owned()).spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listeners, &woken, &shared)
        })?;
        let paths = paths.into_iter().flatten().collect();
        Ok(Self { paths, wake, accepting: Mutex::new(Some(accepting)), shared })
    }

    /// Takes no more calls, lets the running ones finish (for 2 seconds at most) and removes the sockets it made.
    pub fn stop(&self) {
        let accepting = self.accepting.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(accepting) = accepting else { return };
        // First: who comes now finds no socket and tries again, by the rule of one owner.
        self.paths.iter().for_each(|path| drop(fs::remove_file(path)));
        let _ = self.wake.shutdown(Shutdown::Both);
        let _ = accepting.join();
        self.shared.guests.see_off(FAREWELL);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn accept(listeners: &[UnixListener], woken: &UnixStream, shared: &Arc<Shared>) {
    loop {
        let mut fds: Vec<_> = listeners.iter().map(|l| PollFd::new(l, PollFlags::IN)).collect();
        fds.push(PollFd::new(woken, PollFlags::IN));
        match poll(&mut fds, None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(e) => return tracing::error!("the socket cannot be watched: {e}"),
        }
        let ready: Vec<bool> = fds.iter().map(|fd| !fd.revents().is_empty()).collect();
        if ready.last() == Some(&true) {
            return;
        }
        for (listener, _) in listeners.iter().zip(ready).filter(|(_, ready)| *ready) {
            accept_one(listener, shared);
        }
    }
}

fn accept_one(listener: &UnixListener, shared: &Arc<Shared>) {
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

fn welcome(mut stream: UnixStream, shared: &Arc<Shared>) -> io::Result<()> {
    let id = match shared.guests.enter(&stream) {
        Ok(id) => id,
        Err(Turned::Failed(e)) => return Err(e),
        Err(Turned::Away(why)) => {
            // At once and without a thread, whatever they mean to say: a welcome fits into any socket's buffer.
            stream.set_nonblocking(true)?;
            tracing::warn!("a connection was turned away: {why}");
            return frame::send(&mut stream, &Welcome::busy(why));
        }
    };
    let served = connection::prepare(&stream).and_then(|()| {
        let (shared, stream) = (Arc::clone(shared), Arc::new(stream));
        thread::Builder::new().name("socket-client".to_owned()).stack_size(STACK).spawn(move || {
            if let Err(e) = connection::serve(&stream, &shared) {
                tracing::debug!("a connection ended: {e}");
            }
            shared.guests.leave(id);
        })
    });
    if served.is_err() {
        shared.guests.leave(id);
    }
    served.map(drop)
}
