//! The store as others hold it.

use super::answers::Answers;
use super::error::StoreError;
use super::home::Home;
use super::job::{Outcome, Ticket, Weight, Work};
use super::open::initialise;
use super::queue::{Lane, Queue};
use super::reply::{self, Answer};
use super::slot::Slot;
use super::txn::{Snapshot, Txn};
use super::writer::Writer;
use crate::model::Time;
use redb::Database;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// An open store. Cheap to clone; the file is closed when the last clone is dropped, or by [`Store::close`].
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    slot: Arc<Slot>,
    queue: Arc<Queue>,
    /// The writer, and the thread that answers for it.
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// The folder and its lock; none in memory.
    home: Mutex<Option<Home>>,
    file: Option<PathBuf>,
}

impl Store {
    /// A store in memory, for tests.
    ///
    /// # Errors
    /// redb's.
    pub fn in_memory() -> Result<Self, StoreError> {
        let backend = Mutex::new(Some(redb::backends::InMemoryBackend::new()));
        let slot = Slot::open(Box::new(move || {
            let backend = backend.lock().unwrap_or_else(PoisonError::into_inner).take().ok_or(StoreError::Closed)?;
            let db = Database::builder().create_with_backend(backend)?;
            initialise(&db)?;
            Ok(db)
        }))?;
        Self::start(slot, None)
    }

    /// Starts the writer of an open database.
    pub(super) fn start(slot: Slot, home: Option<Home>) -> Result<Self, StoreError> {
        let slot = Arc::new(slot);
        let queue = Arc::new(Queue::default());
        let answers = Arc::new(Answers::default());
        let mut writer = Writer::new(Arc::clone(&slot), Arc::clone(&answers))?;
        let writing = thread("store-writer", {
            let queue = Arc::clone(&queue);
            move || writer.work(&queue)
        })?;
        let file = home.as_ref().map(Home::database);
        let (threads, home) = (Mutex::new(vec![writing]), Mutex::new(home));
        let store = Self { inner: Arc::new(Inner { slot, queue, threads, home, file }) };
        store.inner.threads().push(thread("store-answers", move || answers.work())?);
        Ok(store)
    }

    /// A consistent view of this moment.
    ///
    /// # Errors
    /// The store's.
    pub fn read(&self) -> Result<Snapshot, StoreError> {
        self.inner.slot.read()
    }

    /// Runs `job` in a write transaction and returns once it is durable. `Ok(Err(_))` is a refusal: nothing was kept.
    /// `job` may run again when it shared a transaction with one that had to be taken back, so it must keep no state
    /// between runs; its last run counts. It must not call the store itself. A refusal before the first write is cheap, one after it is not.
    ///
    /// # Errors
    /// The store's; nothing was kept.
    pub fn change<T: Send + 'static, E: Send + 'static>(
        &self,
        now: Time,
        job: impl FnMut(&Txn) -> Result<Result<T, E>, StoreError> + Send + 'static,
    ) -> Result<Result<T, E>, StoreError> {
        self.submit(Lane::People, now, Weight::default(), false, job)
    }

    /// As [`Store::change`], without waiting: `done` is given the outcome once it is durable, on a thread of the store's
    /// that has others to answer as well.
    pub fn change_then<T: Send + 'static, E: Send + 'static>(
        &self,
        now: Time,
        job: impl FnMut(&Txn) -> Outcome<T, E> + Send + 'static,
        done: impl FnOnce(Outcome<T, E>) + Send + 'static,
    ) {
        let job = Box::new(Work { job, last: None, reply: done });
        let ticket = Ticket { lane: Lane::People, now, weight: Weight::default(), alone: false, job };
        if let Err(ticket) = self.inner.queue.push(ticket) {
            ticket.job.answer(Some(StoreError::Closed));
        }
    }

    /// As [`Store::change`], for imports: people's changes go first, and `weight` limits what shares a transaction.
    ///
    /// # Errors
    /// The store's; nothing was kept.
    pub fn change_in_bulk<T: Send + 'static, E: Send + 'static>(
        &self,
        now: Time,
        weight: Weight,
        job: impl FnMut(&Txn) -> Result<Result<T, E>, StoreError> + Send + 'static,
    ) -> Result<Result<T, E>, StoreError> {
        self.submit(Lane::Bulk, now, weight, false, job)
    }

    /// As [`Store::change_in_bulk`], with parts that wait together: while people are at work few of them share a
    /// transaction, else many. Each has an outcome of its own.
    #[must_use]
    pub fn change_in_parts<T: Send + 'static, E: Send + 'static>(
        &self,
        now: Time,
        parts: Vec<(Weight, impl FnMut(&Txn) -> Outcome<T, E> + Send + 'static)>,
    ) -> Vec<Outcome<T, E>> {
        let queued: Vec<_> =
            parts.into_iter().map(|(weight, job)| self.queue(Lane::Bulk, now, weight, false, job)).collect();
        queued.into_iter().map(|answer| answer?.wait().unwrap_or(Err(StoreError::Closed))).collect()
    }

    pub(super) fn submit<T: Send + 'static, E: Send + 'static>(
        &self,
        lane: Lane,
        now: Time,
        weight: Weight,
        alone: bool,
        job: impl FnMut(&Txn) -> Outcome<T, E> + Send + 'static,
    ) -> Outcome<T, E> {
        self.queue(lane, now, weight, alone, job)?.wait().unwrap_or(Err(StoreError::Closed))
    }

    /// Puts a job into the writer's inbox; where its outcome will come.
    fn queue<T: Send + 'static, E: Send + 'static>(
        &self,
        lane: Lane,
        now: Time,
        weight: Weight,
        alone: bool,
        job: impl FnMut(&Txn) -> Outcome<T, E> + Send + 'static,
    ) -> Result<Answer<Outcome<T, E>>, StoreError> {
        let (reply, answer) = reply::pair();
        let job = Box::new(Work { job, last: None, reply: |outcome| reply.send(outcome) });
        self.inner.queue.push(Ticket { lane, now, weight, alone, job }).map_err(|_| StoreError::Closed)?;
        Ok(answer)
    }

    /// Where the database is; `None` in memory.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        self.inner.file.clone()
    }

    /// Writes into the lock file where the owner answers, for others to find.
    ///
    /// # Errors
    /// The lock file cannot be written.
    pub fn announce(&self, socket: &Path) -> Result<(), StoreError> {
        match &*self.inner.home.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(home) => home.announce(Some(socket)),
            None => Ok(()),
        }
    }

    /// Does what is queued, then closes the file and lets go of its lock; every clone answers `Closed` from then on.
    pub fn close(&self) {
        self.inner.close();
    }
}

fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StoreError> {
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(work);
    thread.map_err(|e| StoreError::Failed { what: format!("no thread for the store: {e}"), full: false })
}

impl Inner {
    fn threads(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self) {
        self.queue.close();
        let threads = std::mem::take(&mut *self.threads());
        // A job may hold the last clone: no thread can wait for itself, nor the writer for who answers when it has ended.
        let me = std::thread::current().id();
        if threads.first().is_some_and(|writer| writer.thread().id() != me) {
            threads.into_iter().filter(|t| t.thread().id() != me).for_each(|thread| drop(thread.join()));
        }
        self.slot.close();
        // Last: whoever gets the lock next finds the file closed.
        drop(self.home.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}
