//! The writer thread: the only place that opens a write transaction.
//!
//! Group commit: what is queued shares one transaction and one sync, then everybody is answered; who comes while the
//! changes are made joins them. A job that fails, or refuses after it has written, is taken out: the transaction is taken back, those before it run again and are
//! committed without it, those after it form the next one. So every job runs at most twice in a sane world.

use super::answers::{Answers, answer};
use super::common::Common;
use super::error::StoreError;
use super::job::{Ran, Ticket};
use super::queue::Queue;
use super::slot::{Slot, guarded};
use super::tables::{LAST_EVENT, META};
use super::txn::{Read as _, Txn};
use crate::model::Time;
use redb::WriteTransaction;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Name of the newest stamp in `META`: time goes on from there after a restart, whatever the clock says.
const LAST_TIME: &str = "last_time";

pub(super) struct Writer {
    slot: Arc<Slot>,
    last: Time,
    /// Rows as they stand since the last commit.
    common: Common,
    answers: Arc<Answers>,
}

/// A commit on a slow disk.
const LONG: Duration = Duration::from_millis(4);

/// How a transaction went.
enum Round {
    /// All ran; whether there is something to commit.
    Ready { wrote: bool },
    /// This one must go.
    Bad { index: usize, failure: Option<StoreError>, wrote_before: bool },
}

impl Writer {
    pub(super) fn new(slot: Arc<Slot>, answers: Arc<Answers>) -> Result<Self, StoreError> {
        let last = guarded(|| slot.read()?.get(META, LAST_TIME))?.unwrap_or(0);
        Ok(Self { slot, last: Time(i64::try_from(last).unwrap_or(0)), common: Common::default(), answers })
    }

    /// Works until the queue is closed and empty. Should it ever end otherwise, nobody is left waiting for it. Who is
    /// answered is woken by another thread where more is to do.
    pub(super) fn work(&mut self, queue: &Queue) {
        let _end = Abandon { queue, answers: Arc::clone(&self.answers) };
        while let Some(group) = queue.take() {
            self.settle(group, queue);
        }
    }

    fn settle(&mut self, mut group: VecDeque<Ticket>, queue: &Queue) {
        while !group.is_empty() {
            group = self.transaction(group, queue);
        }
    }

    /// Runs as many as can share a transaction, answers them, and gives back the others.
    fn transaction(&mut self, mut group: VecDeque<Ticket>, queue: &Queue) -> VecDeque<Ticket> {
        let tx = match self.slot.write() {
            Ok(tx) => tx,
            Err(e) => {
                if e.needs_reopening() {
                    self.slot.reopen();
                }
                answer(group, Some(&e));
                return VecDeque::new();
            }
        };
        // Gone with a transaction that is not committed.
        let mut txn = Txn::of(&tx, self.last, std::mem::take(&mut self.common));
        let began = Instant::now();
        match each(&mut group, &mut txn, |group| queue.join(group, began)) {
            Round::Ready { wrote } => {
                let now = txn.now;
                let closed = if wrote { guarded(|| close(txn)) } else { Ok(txn.unwritten()) };
                #[cfg(all(test, feature = "live-tests"))]
                if super::tests::sabotage::answers_early() {
                    answer(group, None);
                    let _ = self.finish(tx, now, closed, wrote);
                    return VecDeque::new();
                }
                let committing = Instant::now();
                let failure = self.finish(tx, now, closed, wrote).err();
                // Who is answered asks again. Where a commit takes long, the next one had better have them all: with two
                // halves in turn everybody would wait for two commits.
                if queue.has_more() && committing.elapsed() < LONG {
                    self.answers.push((group, failure));
                } else {
                    answer(group, failure.as_ref());
                }
                VecDeque::new()
            }
            Round::Bad { index, failure, wrote_before } => {
                drop(txn);
                let mut after = group.split_off(index);
                if abort(tx).is_err() || failure.as_ref().is_some_and(StoreError::needs_reopening) {
                    self.slot.reopen();
                }
                if wrote_before {
                    self.settle(group, queue);
                } else {
                    answer(group, None);
                }
                if let Some(bad) = after.pop_front() {
                    bad.job.answer(failure);
                }
                after
            }
        }
    }

    /// Commits, or lets go of a transaction that wrote nothing.
    fn finish(
        &mut self,
        tx: WriteTransaction,
        now: Time,
        closed: Result<Common, StoreError>,
        wrote: bool,
    ) -> Result<(), StoreError> {
        if !wrote {
            match abort(tx) {
                Ok(()) => self.common = closed?,
                Err(_) => self.slot.reopen(),
            }
            return Ok(());
        }
        let done = closed.and_then(|common| guarded(|| Ok(tx.commit()?)).map(|()| common));
        #[cfg(all(test, feature = "live-tests"))]
        super::tests::sabotage::after_commit();
        match done {
            Ok(common) => {
                (self.last, self.common) = (now, common);
                Ok(())
            }
            Err(e) => {
                tracing::error!("a commit failed: {e}");
                self.slot.reopen();
                Err(e)
            }
        }
    }
}

/// What a transaction leaves for the next one to go on from.
fn close(txn: Txn) -> Result<Common, StoreError> {
    if let Some(no) = txn.last_event.get() {
        txn.put(META, LAST_EVENT, &no)?;
    }
    txn.put(META, LAST_TIME, &u64::try_from(txn.now.0).unwrap_or(0))?;
    txn.close()
}

struct Abandon<'a> {
    queue: &'a Queue,
    answers: Arc<Answers>,
}

impl Drop for Abandon<'_> {
    fn drop(&mut self) {
        self.queue.abandon();
        self.answers.close();
    }
}

/// Runs a group's jobs, and then those of who `joins` it.
fn each(group: &mut VecDeque<Ticket>, txn: &mut Txn, joins: impl Fn(&VecDeque<Ticket>) -> Option<Ticket>) -> Round {
    let (mut wrote, mut index) = (false, 0);
    loop {
        if index == group.len() {
            match joins(group) {
                Some(ticket) => group.push_back(ticket),
                None => return Round::Ready { wrote },
            }
        }
        let Some(ticket) = group.get_mut(index) else { return Round::Ready { wrote } };
        txn.now = txn.now.max(ticket.now);
        txn.dirty.set(false);
        let failure = match ticket.job.run(txn) {
            Ran::Kept => None,
            Ran::Refused if txn.dirty.get() => return Round::Bad { index, failure: None, wrote_before: wrote },
            Ran::Refused => None,
            Ran::Failed(e) => Some(e),
        };
        if failure.is_some() {
            return Round::Bad { index, failure, wrote_before: wrote };
        }
        wrote |= txn.dirty.get();
        index += 1;
    }
}

fn abort(tx: WriteTransaction) -> Result<(), StoreError> {
    guarded(|| Ok(tx.abort()?))
}
