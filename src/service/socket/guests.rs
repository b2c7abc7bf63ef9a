//! The connections that are open: how many, whose, and how they are ended.

use super::peer;
use std::collections::HashMap;
use std::io;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many connections there may be at a time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Of one user id.
    pub account: usize,
    /// Of all together.
    pub total: usize,
}

/// Why somebody was not let in.
pub(super) enum Turned {
    /// The reason is for them to read.
    Away(String),
    /// We are leaving, or out of file descriptors.
    Failed(io::Error),
}

#[derive(Default)]
struct Open {
    next: u64,
    streams: HashMap<u64, (UnixStream, u32)>,
    /// Connections of each user id.
    ids: HashMap<u32, usize>,
    stopping: bool,
}

/// Everybody who is connected.
pub(super) struct Guests {
    limits: Limits,
    open: Mutex<Open>,
    gone: Condvar,
}

impl Guests {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, open: Mutex::default(), gone: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a connection in; its number.
    pub(super) fn enter(&self, stream: &UnixStream) -> Result<u64, Turned> {
        let uid = peer::uid(stream).map_err(Turned::Failed)?;
        let mut open = self.lock();
        if open.stopping {
            return Err(Turned::Failed(io::ErrorKind::ConnectionRefused.into()));
        }
        let Limits { account, total } = self.limits;
        if open.ids.get(&uid).is_some_and(|n| *n >= account) {
            return Err(Turned::Away(format!("this account has {account} connections already; close some")));
        }
        if open.streams.len() >= total {
            return Err(Turned::Away(format!("{total} connections are open already; try again later")));
        }
        let twin = stream.try_clone().map_err(Turned::Failed)?;
        open.next += 1;
        let id = open.next;
        open.streams.insert(id, (twin, uid));
        *open.ids.entry(uid).or_default() += 1;
        Ok(id)
    }

    /// The connection has ended.
    pub(super) fn leave(&self, id: u64) {
        let mut open = self.lock();
        if let Some((_, uid)) = open.streams.remove(&id)
            && let Some(count) = open.ids.get_mut(&uid)
        {
            *count -= 1;
            if *count == 0 {
                open.ids.remove(&uid);
            }
        }
        drop(open);
        self.gone.notify_all();
    }

    /// Whether it is we who end the connections.
    pub(super) fn stopping(&self) -> bool {
        self.lock().stopping
    }

    /// Lets nobody else in, lets running calls finish for `farewell` at most, then ends what is left.
    pub(super) fn see_off(&self, farewell: Duration) {
        let mut open = self.lock();
        open.stopping = true;
        open.streams.values().for_each(|(s, _)| drop(s.shutdown(Shutdown::Read)));
        let (open, _) = self
            .gone
            .wait_timeout_while(open, farewell, |open| !open.streams.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        open.streams.values().for_each(|(s, _)| drop(s.shutdown(Shutdown::Both)));
    }
}
