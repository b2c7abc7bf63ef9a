//! Two lanes to the writer: people first, imports beside them without starving.
//!
//! While people are at work an import comes in small parts, and a part shares a transaction with people's changes: of its
//! own it would cost everybody a second commit, with them it costs a tenth of one.

use super::error::StoreError;
use super::job::Ticket;
use crate::model::Time;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Most interactive changes in one transaction.
const GROUP: usize = 256;
/// For so long changes that come while others are made join them: a commit costs as much as thirty changes.
const JOINING: Duration = Duration::from_millis(4);
/// Most traces that an import gets into one transaction while people are at work, and most bytes: a save that comes
/// meanwhile waits for it.
const BUSY_TRACES: usize = 4;
const BUSY_BYTES: usize = 48 << 10;
/// So many transactions of people's come from one with an import's part to the next.
const TURNS: u32 = 2;
/// For so long a part waits for people's changes to share a transaction with before it has one for itself.
const PAUSE: Duration = Duration::from_millis(5);
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
    /// When a transaction of imports alone was last begun.
    bulk_at: Option<Instant>,
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
    pub(super) fn push(&self, ticket: Ticket) -> Result<(), Ticket> {
        let mut lanes = self.lock();
        if lanes.closed {
            return Err(ticket);
        }
        match ticket.lane {
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
        while lanes.people.is_empty() {
            let pause = lanes.pause();
            if lanes.closed || pause == Some(Duration::ZERO) {
                break;
            }
            lanes.idle = true;
            lanes = match pause {
                None => self.more.wait(lanes).unwrap_or_else(PoisonError::into_inner),
                Some(pause) => self.more.wait_timeout(lanes, pause).unwrap_or_else(PoisonError::into_inner).0,
            };
        }
        lanes.idle = false;
        let group = lanes.group();
        (!group.is_empty()).then_some(group)
    }

    /// Somebody who came while this group's changes are made, for the same transaction; it was begun at `since`.
    pub(super) fn join(&self, group: &VecDeque<Ticket>, since: Instant) -> Option<Ticket> {
        let people = group.front().is_some_and(|first| first.lane == Lane::People && !first.alone);
        if !people || group.len() >= GROUP || since.elapsed() >= JOINING {
            return None;
        }
        let mut lanes = self.lock();
        let ticket = lanes.people.pop_front_if(|ticket| !ticket.alone)?;
        lanes.people_at = Some(ticket.now);
        Some(ticket)
    }
}

impl Lanes {
    /// How long the writer may still wait for people's changes, of which there are none; `None`: for anything at all.
    fn pause(&self) -> Option<Duration> {
        if self.bulk.is_empty() {
            return None;
        }
        let since = self.bulk_at.filter(|_| self.is_anybody_at_work());
        Some(since.map_or(Duration::ZERO, |at| PAUSE.saturating_sub(at.elapsed())))
    }

    /// What shares a transaction. A save does not wait for many of an import's bytes to be written: beside people's
    /// changes there is at most one small part of it, and what is larger takes turns with them.
    fn group(&mut self) -> VecDeque<Ticket> {
        let turn = self.people_turns >= TURNS && !self.bulk.is_empty();
        let rides = self
            .bulk
            .front()
            .is_some_and(|part| !part.alone && part.weight.traces <= BUSY_TRACES && part.weight.bytes <= BUSY_BYTES);
        if self.people.is_empty() || (turn && !rides) {
            self.people_turns = 0;
            self.bulk_at = Some(Instant::now());
            return self.bulk_group(self.is_anybody_at_work());
        }
        self.people_turns = self.people_turns.saturating_add(1);
        self.people_at = self.people.back().map(|ticket| ticket.now);
        let shared = self.people.iter().take(GROUP).take_while(|t| !t.alone).count();
        let mut group: VecDeque<_> = self.people.drain(..shared.max(1)).collect();
        if turn && shared > 0 {
            self.people_turns = 0;
            group.extend(self.bulk.pop_front());
        }
        group
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
        let ticket = Ticket { lane, now: Time(now), weight, alone, job: Box::new(Nothing) };
        assert!(queue.push(ticket).is_ok());
    }

    fn groups(queue: &Queue) -> Vec<(usize, usize)> {
        queue.close();
        std::iter::from_fn(|| queue.take()).map(|g| (g.len(), g.iter().map(|t| t.weight.traces).sum())).collect()
    }

    #[test]
    fn people_go_first_and_a_small_part_of_an_import_goes_with_every_third_of_their_transactions() {
        let queue = Queue::default();
        for _ in 0..5 {
            push(&queue, Lane::Bulk, 2, false);
        }
        for _ in 0..600 {
            push(&queue, Lane::People, 0, false);
        }
        assert_eq!(groups(&queue), [(256, 0), (256, 0), (89, 2), (2, 4), (2, 4)]);
    }

    #[test]
    fn a_large_part_of_an_import_takes_turns_with_people() {
        let queue = Queue::default();
        for _ in 0..2 {
            push(&queue, Lane::Bulk, 5, false);
        }
        for _ in 0..600 {
            push(&queue, Lane::People, 0, false);
        }
        assert_eq!(groups(&queue), [(256, 0), (256, 0), (1, 5), (88, 0), (1, 5)]);
    }

    #[test]
    fn a_part_waits_a_little_for_people_at_work_and_no_longer() {
        let queue = Queue::default();
        push(&queue, Lane::People, 0, false);
        push(&queue, Lane::Bulk, 4, false);
        push(&queue, Lane::Bulk, 4, false);
        let sizes = || queue.take().map(|group| group.len());
        // The first finds nobody; the next would come at once after it.
        let began = Instant::now();
        assert_eq!((sizes(), sizes(), sizes()), (Some(1), Some(1), Some(1)));
        // A busy machine takes longer, none takes less.
        assert!(began.elapsed() >= PAUSE);
        // Nobody is at work any more: nothing is waited for.
        push_at(AT_WORK, &queue, Lane::Bulk, 4, false);
        let pause = queue.lock().pause();
        assert_eq!(pause, Some(Duration::ZERO));
    }

    #[test]
    fn who_comes_while_changes_are_made_joins_them_but_no_import_and_no_backup() {
        let queue = Queue::default();
        push(&queue, Lane::People, 0, false);
        let group = queue.take().unwrap();
        let began = Instant::now();
        assert!(queue.join(&group, began).is_none());
        push(&queue, Lane::Bulk, 1, false);
        assert!(queue.join(&group, began).is_none());
        push(&queue, Lane::People, 0, false);
        push(&queue, Lane::People, 0, true);
        assert!(began.elapsed() >= JOINING || queue.join(&group, began).is_some());
        assert!(queue.join(&group, began).is_none(), "a backup has its transaction for itself");
        queue.lock().people.clear();
        push(&queue, Lane::People, 0, false);
        let long_ago = began.checked_sub(JOINING).unwrap();
        assert!(queue.join(&group, long_ago).is_none(), "those before would wait too long");
        queue.lock().people.clear();
        let import = queue.take().unwrap();
        push(&queue, Lane::People, 0, false);
        assert!(queue.join(&import, Instant::now()).is_none(), "an import alone is no company");
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
        let (lane, weight) = (Lane::People, Weight::default());
        let late = Ticket { lane, now: Time(0), weight, alone: false, job: Box::new(Nothing) };
        assert!(queue.push(late).is_err());
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
