//! Two lanes to the writer: people first, imports beside them without starving.

use super::error::StoreError;
use super::job::Ticket;
use crate::model::Time;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Most interactive changes in one transaction.
const GROUP: usize = 256;
/// Most traces in one transaction of imports while people wait, and most bytes: a save that comes while one is written
/// waits for it.
const BUSY_TRACES: usize = 4;
const BUSY_BYTES: usize = 48 << 10;
/// So many transactions of people's come between two of imports: with every second an import's, too many saves wait for
/// one and then for the others'.
const TURNS: u32 = 2;
/// For so long after somebody's last change they are taken to be at work, and imports stay in small transactions (ms).
const AT_WORK: i64 = 5 * 60 * 1000;
/// Most bytes in one transaction of imports alone.
const BULK_BYTES: usize = 4 << 20;

/// Which queue a change waits in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// Somebody waits for it at a screen or a prompt.
    People,
    /// Imports.
    Bulk,
}

#[derive(Default)]
struct Lanes {
    people: VecDeque<Ticket>,
    bulk: VecDeque<Ticket>,
    /// So many groups in a row were people's.
    people_turns: u32,
    /// When somebody last changed something.
    people_at: Option<Time>,
    /// The writer sleeps: waking somebody who is awake costs a call into the kernel all the same.
    idle: bool,
    closed: bool,
}

/// The writer's inbox.
#[derive(Default)]
pub(super) struct Queue {
    lanes: Mutex<Lanes>,
    more: Condvar,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a ticket; gives it back when the store is closed.
    pub(super) fn push(&self, lane: Lane, ticket: Ticket) -> Result<(), Ticket> {
        let mut lanes = self.lock();
        if lanes.closed {
            return Err(ticket);
        }
        match lane {
            Lane::People => lanes.people.push_back(ticket),
            Lane::Bulk => lanes.bulk.push_back(ticket),
        }
        if std::mem::take(&mut lanes.idle) {
            drop(lanes);
            self.more.notify_one();
        }
        Ok(())
    }

    /// Whether anybody waits.
    pub(super) fn has_more(&self) -> bool {
        let lanes = self.lock();
        !(lanes.people.is_empty() && lanes.bulk.is_empty())
    }

    /// What is queued is still done; nothing more is taken in.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.more.notify_all();
    }

    /// As `close`, and what is queued is answered that the store is closed: there is no writer any more.
    pub(super) fn abandon(&self) {
        self.close();
        let (people, bulk) = {
            let mut lanes = self.lock();
            (std::mem::take(&mut lanes.people), std::mem::take(&mut lanes.bulk))
        };
        people.into_iter().chain(bulk).for_each(|ticket| ticket.job.answer(Some(StoreError::Closed)));
    }

    /// Waits for work and takes what shares the next transaction; `None` once closed and empty.
    pub(super) fn take(&self) -> Option<VecDeque<Ticket>> {
        let mut lanes = self.lock();
        while lanes.people.is_empty() && lanes.bulk.is_empty() {
            if lanes.closed {
                return None;
            }
            lanes.idle = true;
            lanes = self.more.wait(lanes).unwrap_or_else(PoisonError::into_inner);
        }
        Some(lanes.group())
    }
}

impl Lanes {
    /// Never both lanes in one transaction: a save does not wait for an import's bytes to be written.
    fn group(&mut self) -> VecDeque<Ticket> {
        let bulk = self.people.is_empty() || (self.people_turns >= TURNS && !self.bulk.is_empty());
        if bulk {
            self.people_turns = 0;
            self.bulk_group(self.is_anybody_at_work())
        } else {
            self.people_turns = self.people_turns.saturating_add(1);
            self.people_at = self.people.back().map(|ticket| ticket.now);
            let shared = self.people.iter().take(GROUP).take_while(|t| !t.alone).count();
            self.people.drain(..shared.max(1)).collect()
        }
    }

    fn is_anybody_at_work(&self) -> bool {
        let now = self.bulk.front().map_or(0, |ticket| ticket.now.0);
        !self.people.is_empty() || self.people_at.is_some_and(|at| now.saturating_sub(at.0) < AT_WORK)
    }

    fn bulk_group(&mut self, busy: bool) -> VecDeque<Ticket> {
        let (most, most_bytes) = if busy { (BUSY_TRACES, BUSY_BYTES) } else { (usize::MAX, BULK_BYTES) };
        let (mut traces, mut bytes, mut count) = (0usize, 0usize, 0usize);
        for ticket in self.bulk.iter().take(GROUP) {
            traces = traces.saturating_add(ticket.weight.traces);
            bytes = bytes.saturating_add(ticket.weight.bytes);
            if count > 0 && (traces > most || bytes > most_bytes) {
                break;
            }
            count += 1;
        }
        self.bulk.drain(..count).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Txn;
    use super::super::job::{Job, Ran, Weight};
    use super::*;

    struct Nothing;
    impl Job for Nothing {
        fn run(&mut self, _: &Txn) -> Ran {
            Ran::Kept
        }
        fn answer(self: Box<Self>, _: Option<StoreError>) {}
    }

    fn push(queue: &Queue, lane: Lane, traces: usize, alone: bool) {
        push_at(0, queue, lane, traces, alone);
    }

    fn push_at(now: i64, queue: &Queue, lane: Lane, traces: usize, alone: bool) {
        let weight = Weight { traces, bytes: traces * 10 };
        let ticket = Ticket { now: Time(now), weight, alone, job: Box::new(Nothing) };
        assert!(queue.push(lane, ticket).is_ok());
    }

    fn groups(queue: &Queue) -> Vec<(usize, usize)> {
        queue.close();
        std::iter::from_fn(|| queue.take()).map(|g| (g.len(), g.iter().map(|t| t.weight.traces).sum())).collect()
    }

    #[test]
    fn people_go_first_and_imports_take_turns_in_small_transactions() {
        let queue = Queue::default();
        for _ in 0..4 {
            push(&queue, Lane::Bulk, 2, false);
        }
        for _ in 0..600 {
            push(&queue, Lane::People, 0, false);
        }
        assert_eq!(groups(&queue), [(256, 0), (256, 0), (2, 4), (88, 0), (2, 4)]);
    }

    #[test]
    fn imports_stay_in_small_transactions_until_everybody_has_gone() {
        let queue = Queue::default();
        push(&queue, Lane::People, 0, false);
        for now in [0, 0, AT_WORK - 1, AT_WORK - 1, AT_WORK, AT_WORK] {
            push_at(now, &queue, Lane::Bulk, 4, false);
        }
        assert_eq!(groups(&queue), [(1, 0), (1, 4), (1, 4), (1, 4), (1, 4), (2, 8)]);
    }

    #[test]
    fn imports_alone_share_larger_transactions() {
        let queue = Queue::default();
        for _ in 0..5 {
            push(&queue, Lane::Bulk, 60, false);
        }
        assert_eq!(groups(&queue), [(5, 300)]);
    }

    #[test]
    fn a_writer_that_ends_leaves_nobody_waiting() {
        let queue = Queue::default();
        push(&queue, Lane::People, 0, false);
        queue.abandon();
        assert!(queue.take().is_none());
        let late = Ticket { now: Time(0), weight: Weight::default(), alone: false, job: Box::new(Nothing) };
        assert!(queue.push(Lane::People, late).is_err());
    }

    #[test]
    fn a_backup_has_its_transaction_for_itself() {
        let queue = Queue::default();
        for alone in [false, true, false] {
            push(&queue, Lane::People, 0, alone);
        }
        assert_eq!(groups(&queue), [(1, 0), (1, 0), (1, 0)]);
    }
}
