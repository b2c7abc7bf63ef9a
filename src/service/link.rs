//! The service wherever the store is: in this process, or in the one that holds it.
//!
//! One rule at the start and whenever the other side is lost: *try to open; if it is already open, connect; if refused,
//! retry*. A command gives up after 5 s. A screen never does: its calls wait for at most a second and then fail with
//! `Unavailable`, a thread tries again every second, and watchers read `Reconnecting`, then `Connected` and `Resync`.
//! A call that was under way when the other side went is made again there with the same id.

mod keeper;
#[cfg(test)]
mod kill_test;
mod rule;
#[cfg(test)]
mod tests;

use super::api::{Call, Notice, Principal, Reason, Refusal, Response};
use super::client::Service;
use super::hub::Hub;
use super::local::Local;
use super::socket::{Handler, Remote, Server, Trouble};
use crate::store::Store;
use crossbeam_channel::Receiver;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a command tries.
const COMMAND_PATIENCE: Duration = Duration::from_secs(5);
/// How long a screen's call waits for the link to come back.
const SCREEN_PATIENCE: Duration = Duration::from_secs(1);
/// Between a command's attempts.
const COMMAND_PAUSE: Duration = Duration::from_millis(40);

/// How often a call is made again elsewhere: a request that ends every connection must come to an end itself.
const MOST_LOST: u32 = 5;

/// How long to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// 5 seconds, then `Unavailable` (exit code 3).
    Command,
    /// For ever.
    Screen,
}

/// Where the store is and who asks.
#[derive(Debug, Clone)]
pub struct LinkOptions {
    /// The store's folder.
    pub dir: PathBuf,
    /// A team server's socket: then only connect.
    pub server: Option<PathBuf>,
    /// Who asks.
    pub who: Principal,
    /// How long to try.
    pub patience: Patience,
}

/// Makes the rules for a store that this process has come to own.
type Build = dyn Fn(Store, Hub) -> Arc<dyn Handler> + Send + Sync;

/// A [`Service`] that owns the store or is connected to its owner, and changes between the two.
pub struct Link {
    shared: Arc<Shared>,
    keeper: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    options: LinkOptions,
    build: Box<Build>,
    hub: Hub,
    state: Mutex<State>,
    changed: Condvar,
    /// Ends a wait for notices.
    stop_watching: Mutex<Option<Box<dyn Fn() + Send + Sync>>>,
}

enum State {
    Owner(Arc<Owner>),
    Remote(Arc<Remote>),
    /// Lost, and why.
    Down(Refusal),
    Suspended,
    Closed,
}

/// The store, the rules on it and the socket beside it.
struct Owner {
    handler: Arc<dyn Handler>,
    server: Option<Server>,
    store: Store,
}

impl Owner {
    /// Lets others have the store.
    fn leave(&self) {
        if let Some(server) = &self.server {
            server.stop();
        }
        self.store.close();
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Link {
    /// Opens the store, or connects to whoever holds it.
    ///
    /// # Errors
    /// `Unavailable`, `Version` or `NotPermitted`. A screen is linked also while the owner does not answer.
    pub fn open(options: LinkOptions) -> Result<Self, Refusal> {
        Self::open_with(options, |store, hub| Arc::new(Local::new(store, hub)))
    }

    /// As [`Link::open`]; `build` makes the rules for a store that this process comes to own, now or later.
    fn open_with(
        options: LinkOptions,
        build: impl Fn(Store, Hub) -> Arc<dyn Handler> + Send + Sync + 'static,
    ) -> Result<Self, Refusal> {
        let screen = options.patience == Patience::Screen;
        let shared = Arc::new(Shared {
            options,
            build: Box::new(build),
            hub: Hub::new(),
            state: Mutex::new(State::Down(unavailable("not connected yet"))),
            changed: Condvar::new(),
            stop_watching: Mutex::new(None),
        });
        match rule::attempt(&shared) {
            Ok(state) => *shared.lock() = state,
            Err(failed) if failed.last || (screen && failed.refusal.reason != Reason::Unavailable) => {
                return Err(failed.refusal);
            }
            Err(failed) if screen => *shared.lock() = State::Down(failed.refusal),
            Err(_) => drop(shared.reconnect(Instant::now() + COMMAND_PATIENCE)?),
        }
        let link = Self { shared, keeper: Mutex::new(None) };
        if screen {
            link.keep();
        }
        Ok(link)
    }

    /// Starts the thread that watches the other side and brings the link back.
    fn keep(&self) {
        let mut keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        if keeper.is_some() {
            return;
        }
        let shared = Arc::clone(&self.shared);
        let thread = std::thread::Builder::new().name("link-keeper".to_owned()).spawn(move || keeper::keep(&shared));
        match thread {
            Ok(thread) => *keeper = Some(thread),
            Err(e) => tracing::error!("no thread to keep the link: {e}"),
        }
    }

    /// Whether this process holds the store itself.
    #[must_use]
    pub fn is_owner(&self) -> bool {
        matches!(*self.shared.lock(), State::Owner(_))
    }

    /// Whom the other side takes us for; `None` while there is none, or where this process is the owner.
    #[must_use]
    pub fn who(&self) -> Option<Principal> {
        match &*self.shared.lock() {
            State::Remote(remote) => Some(remote.who().clone()),
            _ => None,
        }
    }

    fn leave(&self, next: State) {
        let old = self.shared.set(next);
        self.shared.stop_watching();
        if let State::Owner(owner) = old {
            owner.leave();
        }
    }
}

impl Service for Link {
    fn call(&self, call: Call) -> Result<Response, Refusal> {
        let patience = match self.shared.options.patience {
            Patience::Command => COMMAND_PATIENCE,
            Patience::Screen => SCREEN_PATIENCE,
        };
        let mut lost = 0;
        loop {
            match self.shared.reconnect(Instant::now() + patience)? {
                Side::Here(owner) => return owner.handler.handle(&self.shared.options.who, call),
                Side::There(remote) => match remote.call(&call) {
                    Ok(answer) => return answer,
                    Err(trouble) => {
                        self.shared.lost(&remote, trouble)?;
                        lost += 1;
                    }
                },
            }
            if lost == MOST_LOST {
                return Err(unavailable("the connection to the store was lost again and again over this request"));
            }
        }
    }

    fn watch(&self) -> Result<Receiver<Notice>, Refusal> {
        let notices = self.shared.hub.subscribe();
        self.keep();
        Ok(notices)
    }

    fn suspend(&self) {
        self.leave(State::Suspended);
    }

    fn resume(&self) {
        let mut state = self.shared.lock();
        if matches!(*state, State::Suspended) {
            *state = State::Down(unavailable("resuming"));
            self.shared.changed.notify_all();
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.leave(State::Closed);
        let keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(keeper) = keeper {
            let _ = keeper.join();
        }
    }
}

/// Where a call goes.
enum Side {
    Here(Arc<Owner>),
    There(Arc<Remote>),
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and wakes who waits for it; the old one is dropped by the caller, outside the lock.
    fn set(&self, next: State) -> State {
        let old = std::mem::replace(&mut *self.lock(), next);
        self.changed.notify_all();
        old
    }

    fn stop_watching(&self) {
        if let Some(stop) = &*self.stop_watching.lock().unwrap_or_else(PoisonError::into_inner) {
            stop();
        }
    }

    /// The side to ask; brings the link back, or waits for the keeper to do it, until then.
    fn reconnect(&self, until: Instant) -> Result<Side, Refusal> {
        let mut state = self.lock();
        loop {
            let why = match &*state {
                State::Owner(owner) => return Ok(Side::Here(Arc::clone(owner))),
                State::Remote(remote) => return Ok(Side::There(Arc::clone(remote))),
                State::Down(why) => why.clone(),
                State::Suspended => unavailable("suspended"),
                State::Closed => return Err(unavailable("closed")),
            };
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(why);
            }
            if self.options.patience == Patience::Screen || matches!(*state, State::Suspended) {
                state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            // Holding the lock: two threads of a command must not both try to open.
            match rule::attempt(self) {
                Ok(new) => *state = new,
                Err(failed) if failed.last => return Err(failed.refusal),
                Err(failed) => {
                    *state = State::Down(failed.refusal);
                    let pause = COMMAND_PAUSE.min(left);
                    state = self.changed.wait_timeout(state, pause).unwrap_or_else(PoisonError::into_inner).0;
                }
            }
        }
    }

    /// The other side has not answered: the link is down, unless somebody else has brought it back already.
    fn lost(&self, remote: &Arc<Remote>, trouble: Trouble) -> Result<(), Refusal> {
        let failed = rule::failure(&self.options, trouble);
        let mut state = self.lock();
        if matches!(&*state, State::Remote(now) if Arc::ptr_eq(now, remote)) {
            *state = State::Down(failed.refusal.clone());
            self.changed.notify_all();
            drop(state);
            self.stop_watching();
            self.hub.tell(Notice::Reconnecting);
        }
        if failed.last { Err(failed.refusal) } else { Ok(()) }
    }
}

fn unavailable(message: impl Into<String>) -> Refusal {
    Refusal { reason: Reason::Unavailable, message: message.into() }
}
