//! The open database, which is opened anew after a failed commit.

use super::error::StoreError;
use super::txn::Snapshot;
use redb::{Database, Durability, WriteTransaction};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

/// Opens the same data again.
pub(super) type Opener = Box<dyn Fn() -> Result<Database, StoreError> + Send + Sync>;

enum State {
    Open(Database),
    /// The last opening failed, or the file could not be used any more; tried again at the next use.
    Lost,
    Closed,
}

/// Where the database is, if it is.
pub(super) struct Slot {
    state: RwLock<State>,
    opener: Opener,
}

thread_local! {
    static CATCHING: Cell<u32> = const { Cell::new(0) };
}

/// Whether a panic on this thread right now is caught and becomes an error: redb panics on damaged files, and a panic
/// hook that restores the terminal or prints should leave those alone.
#[must_use]
pub fn panic_is_caught() -> bool {
    CATCHING.get() > 0
}

/// Keeps the panics that become errors off stderr and notes in the log where they were; to be called once, when the
/// program starts.
pub fn quiet_caught_panics() {
    let speak = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if panic_is_caught() {
            // Where, not what: a panic's words may quote a trace. The error that it becomes leaves them out as well.
            tracing::error!("caught a panic at {}", info.location().map(ToString::to_string).unwrap_or_default());
        } else {
            speak(info);
        }
    }));
}

/// Runs what may panic; the error is what it said.
pub(crate) fn caught<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    CATCHING.set(CATCHING.get() + 1);
    let done = catch_unwind(AssertUnwindSafe(f));
    CATCHING.set(CATCHING.get() - 1);
    done.map_err(|panic| StoreError::panicked(panic.as_ref()))
}

/// What is said when redb cannot make sense of the file. Its own words ("entered unreachable code") help nobody who reads
/// them on a screen; the log has them.
pub(crate) const DAMAGED: &str = "the store is damaged; see labeltui doctor and labeltui restore";

/// For the log: what redb said of the file. Only for what redb alone did: a rule's panic may quote a trace.
pub(super) fn note(why: &str) {
    tracing::error!("the store is damaged: {}", crate::text::sanitize(why));
}

/// Of a page that redb panicked over, in words for a report; its own go to the log.
pub(super) fn senseless(panic: &str) -> String {
    note(panic);
    "its pages make no sense".to_owned()
}

/// Runs what may meet a damaged file.
pub(super) fn guarded<T>(f: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    caught(f).unwrap_or_else(|_| Err(StoreError::Failed { what: DAMAGED.to_owned(), full: false }))
}

impl Slot {
    pub(super) fn open(opener: Opener) -> Result<Self, StoreError> {
        let db = guarded(&opener)?;
        Ok(Self { state: RwLock::new(State::Open(db)), opener })
    }

    fn state(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, f: impl FnOnce(&Database) -> Result<T, StoreError>) -> Result<T, StoreError> {
        match &*self.state() {
            State::Open(db) => return guarded(|| f(db)),
            State::Closed => return Err(StoreError::Closed),
            State::Lost => {}
        }
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if let State::Lost = *state {
            *state = State::Open(guarded(&self.opener)?);
        }
        match &*state {
            State::Open(db) => guarded(|| f(db)),
            _ => Err(StoreError::Closed),
        }
    }

    /// A consistent view.
    pub(super) fn read(&self) -> Result<Snapshot, StoreError> {
        self.with(Snapshot::new)
    }

    /// The only write transaction there is; durable, and quick to reopen after a kill.
    pub(super) fn write(&self) -> Result<WriteTransaction, StoreError> {
        self.with(|db| {
            let mut tx = db.begin_write()?;
            tx.set_durability(Durability::Immediate).map_err(|e| StoreError::Misuse(e.to_string()))?;
            tx.set_quick_repair(true);
            Ok(tx)
        })
    }

    /// Closes the file and opens it again: after a failed commit redb answers `PreviousIo` until then.
    pub(super) fn reopen(&self) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, State::Closed) {
            return;
        }
        // The old one must be gone before: it holds redb's lock on the file.
        let old = std::mem::replace(&mut *state, State::Lost);
        let _ = caught(|| drop(old));
        match guarded(&self.opener) {
            Ok(db) => *state = State::Open(db),
            Err(e) => tracing::error!("the store could not be opened again: {e}"),
        }
    }

    /// Closes it for good; readers still at work get an error.
    pub(super) fn close(&self) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let old = std::mem::replace(&mut *state, State::Closed);
        let _ = caught(|| drop(old));
    }
}
