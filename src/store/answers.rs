//! Answering while the writer goes on: waking everybody whose change shared a commit takes as long as several changes.

use super::error::StoreError;
use super::job::Ticket;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Those of one commit, and why it failed, if it did.
pub(super) type Group = (VecDeque<Ticket>, Option<StoreError>);

#[derive(Default)]
struct Waiting {
    groups: VecDeque<Group>,
    closed: bool,
}

/// Groups that are to be answered.
#[derive(Default)]
pub(super) struct Answers {
    waiting: Mutex<Waiting>,
    more: Condvar,
}

impl Answers {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves a group to the thread that answers, while there is one.
    pub(super) fn push(&self, group: Group) {
        let mut waiting = self.lock();
        if waiting.closed {
            drop(waiting);
            return answer(group.0, group.1.as_ref());
        }
        waiting.groups.push_back(group);
        drop(waiting);
        self.more.notify_one();
    }

    /// No group comes any more.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.more.notify_all();
    }

    /// Answers until it is closed and empty. Should it ever end otherwise, nobody is left waiting for it.
    pub(super) fn work(&self) {
        let _end = Abandon(self);
        loop {
            let waiting = |waiting: &mut Waiting| waiting.groups.is_empty() && !waiting.closed;
            let next =
                self.more.wait_while(self.lock(), waiting).unwrap_or_else(PoisonError::into_inner).groups.pop_front();
            match next {
                Some((group, failure)) => answer(group, failure.as_ref()),
                None => return,
            }
        }
    }
}

struct Abandon<'a>(&'a Answers);

impl Drop for Abandon<'_> {
    fn drop(&mut self) {
        self.0.close();
        let groups = std::mem::take(&mut self.0.lock().groups);
        groups.into_iter().for_each(|(group, failure)| answer(group, failure.as_ref()));
    }
}

/// Answers everybody.
pub(super) fn answer(group: VecDeque<Ticket>, failure: Option<&StoreError>) {
    for ticket in group {
        ticket.job.answer(failure.cloned());
    }
}
