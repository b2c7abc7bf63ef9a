//! The writer thread: the only place that opens a write transaction.
//!
//! Group commit: what is queued shares one transaction and one sync, then everybody is answered. A job that fails, or
//! refuses after it has written, is taken out: the transaction is taken back, those before it run again and are
//! committed without it, those after it form the next one. So every job runs at most twice in a sane world.

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

/// Name of the newest stamp in `META`: time goes on from there after a restart, whatever the clock says.
const LAST_TIME: &str = "last_time";

pub(super) struct Writer {
    slot: Arc<Slot>,
    last: Time,
}

/// How a transaction went.
enum Round {
    /// All ran; whether there is something to commit.
    Ready { wrote: bool },
    /// This one must go.
    Bad { index: usize, failure: Option<StoreError>, wrote_before: bool },
}

impl Writer {
    pub(super) fn new(slot: Arc<Slot>) -> Result<Self, StoreError> {
        let last = guarded(|| slot.read()?.get(META, LAST_TIME))?.unwrap_or(0);
        Ok(Self { slot, last: Time(i64::try_from(last).unwrap_or(0)) })
    }

    /// Works until the queue is closed and empty. Should it ever end otherwise, nobody is left waiting for it.
    pub(super) fn work(&mut self, queue: &Queue) {
        let _end = Abandon(queue);
        while let Some(group) = queue.take() {
            self.settle(group);
        }
    }

    fn settle(&mut self, mut group: VecDeque<Ticket>) {
        while !group.is_empty() {
            group = self.transaction(group);
        }
    }

    /// Runs as many as can share a transaction, answers them, and gives back the others.
    fn transaction(&mut self, mut group: VecDeque<Ticket>) -> VecDeque<Ticket> {
        let tx = match self.slot.write() {
            Ok(tx) => tx,
            Err(e) => {
                if e.needs_reopening() {
                    self.slot.reopen();
                }
                answer_all(group, Some(&e));
                return VecDeque::new();
            }
        };
        let (round, stamp) = run_all(&mut group, &tx, self.last);
        match round {
            Round::Ready { wrote } => {
                #[cfg(all(test, feature = "live-tests"))]
                if super::tests::sabotage::answers_early() {
                    answer_all(group, None);
                    let _ = self.finish(tx, stamp, wrote);
                    return VecDeque::new();
                }
                let failure = self.finish(tx, stamp, wrote).err();
                answer_all(group, failure.as_ref());
                VecDeque::new()
            }
            Round::Bad { index, failure, wrote_before } => {
                let mut after = group.split_off(index);
                if abort(tx).is_err() || failure.as_ref().is_some_and(StoreError::needs_reopening) {
                    self.slot.reopen();
                }
                if wrote_before {
                    self.settle(group);
                } else {
                    answer_all(group, None);
                }
                if let Some(bad) = after.pop_front() {
                    bad.job.answer(failure);
                }
                after
            }
        }
    }

    /// Commits, or lets go of a transaction that wrote nothing.
    fn finish(&mut self, tx: WriteTransaction, stamp: Stamp, wrote: bool) -> Result<(), StoreError> {
        if !wrote {
            if abort(tx).is_err() {
                self.slot.reopen();
            }
            return Ok(());
        }
        let done = guarded(|| {
            let txn = Txn::of(&tx, stamp.now);
            if let Some(no) = stamp.last_event {
                txn.put(META, LAST_EVENT, &no)?;
            }
            txn.put(META, LAST_TIME, &u64::try_from(stamp.now.0).unwrap_or(0))?;
            drop(txn);
            Ok(tx.commit()?)
        });
        #[cfg(all(test, feature = "live-tests"))]
        super::tests::sabotage::after_commit();
        match &done {
            Ok(()) => self.last = stamp.now,
            Err(e) => {
                tracing::error!("a commit failed: {e}");
                self.slot.reopen();
            }
        }
        done
    }
}

/// What a transaction leaves for the next one to go on from.
#[derive(Clone, Copy)]
struct Stamp {
    now: Time,
    /// `None` where nobody asked for it.
    last_event: Option<u64>,
}

struct Abandon<'a>(&'a Queue);

impl Drop for Abandon<'_> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

fn run_all(group: &mut VecDeque<Ticket>, tx: &WriteTransaction, last: Time) -> (Round, Stamp) {
    let mut txn = Txn::of(tx, last);
    let round = each(group, &mut txn);
    (round, Stamp { now: txn.now, last_event: txn.last_event.get() })
}

fn each(group: &mut VecDeque<Ticket>, txn: &mut Txn) -> Round {
    let mut wrote = false;
    for (index, ticket) in group.iter_mut().enumerate() {
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
    }
    Round::Ready { wrote }
}

fn abort(tx: WriteTransaction) -> Result<(), StoreError> {
    guarded(|| Ok(tx.abort()?))
}

fn answer_all(group: VecDeque<Ticket>, failure: Option<&StoreError>) {
    for ticket in group {
        ticket.job.answer(failure.cloned());
    }
}
