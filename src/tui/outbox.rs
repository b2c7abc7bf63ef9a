//! Changes on their way to the store: in order, one at a time, kept and repeated until they are answered.

use super::effect::Effect;
use super::msg::Timer;
use crate::model::{ItemNo, Time};
use crate::service::api::Request;
use std::collections::VecDeque;

/// Milliseconds before a change that could not be saved is sent again.
const RETRY_MS: u64 = 1000;

/// What to do once a change is saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// Nothing more.
    Stay,
    /// Go to the next item that needs me, and say this.
    Next(String),
    /// Show what undo or redo did ("undone", "redone").
    Undone(&'static str),
    /// Show the others' answers.
    Reveal,
    /// Read the item again.
    Reload,
    /// Say what was decided, and read the item again.
    Decided(&'static str),
    /// Say how many traces were added.
    Added,
}

/// A change that is not known to be saved.
#[derive(Debug, Clone)]
pub struct Pending {
    /// Its number: the request id comes of it, so a retry has the same.
    pub n: u64,
    /// The change.
    pub request: Request,
    /// The item it is about.
    pub item: Option<ItemNo>,
    /// What follows.
    pub then: Then,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Outbox {
    queue: VecDeque<Pending>,
    in_flight: bool,
    /// Why the last attempt failed; it is being repeated.
    pub failed: Option<String>,
    /// When something was last saved.
    pub saved_at: Option<Time>,
}

impl Outbox {
    /// Adds a change; half-typed text replaces an older state of the same text that has not left yet.
    pub fn push(&mut self, pending: Pending) -> Option<Effect> {
        let first_waiting = usize::from(self.in_flight || self.failed.is_some());
        let replaces = |old: &Pending| match (&old.request, &pending.request) {
            (
                Request::Type { item: a, schema: s, value: v, comment: c, .. },
                Request::Type { item: b, schema: t, value: w, comment: d, .. },
            ) => a == b && s == t && v.is_some() == w.is_some() && c.is_some() == d.is_some(),
            _ => false,
        };
        match self.queue.iter().skip(first_waiting).next_back() {
            Some(last) if replaces(last) => {
                if let Some(last) = self.queue.back_mut() {
                    *last = pending;
                }
            }
            _ => self.queue.push_back(pending),
        }
        self.send()
    }

    /// Sends the first one, unless one is under way or the last attempt has failed and its time has not come.
    fn send(&mut self) -> Option<Effect> {
        if self.in_flight || self.failed.is_some() {
            return None;
        }
        let first = self.queue.front()?;
        self.in_flight = true;
        Some(Effect::Save(first.n, first.request.clone()))
    }

    /// Whether that number is under way here.
    #[must_use]
    pub fn awaits(&self, n: u64) -> bool {
        self.in_flight && self.queue.front().is_some_and(|p| p.n == n)
    }

    /// It was answered, with a yes or a no: it leaves, and the next one goes.
    pub fn answered(&mut self) -> (Option<Pending>, Option<Effect>) {
        self.in_flight = false;
        self.failed = None;
        let done = self.queue.pop_front();
        (done, self.send())
    }

    /// It could not be delivered: it stays first and is sent again in a second.
    pub fn undelivered(&mut self, why: String) -> Effect {
        self.in_flight = false;
        self.failed = Some(why);
        Effect::Timer(Timer::Retry, RETRY_MS)
    }

    /// Its time has come. The failure stands until it is answered.
    pub fn retry(&mut self) -> Option<Effect> {
        if self.in_flight {
            return None;
        }
        let first = self.queue.front()?;
        self.in_flight = true;
        Some(Effect::Save(first.n, first.request.clone()))
    }

    /// Nothing is on its way.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// How many are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Everything that is not known to be saved, for the last attempt of a dying process.
    #[must_use]
    pub fn rest(&self) -> Vec<(u64, Request)> {
        self.queue.iter().map(|p| (p.n, p.request.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(n: u64, text: &str) -> Pending {
        let request = Request::Type {
            session: "s".into(),
            item: ItemNo(0),
            schema: "q".into(),
            value: Some(text.into()),
            comment: None,
        };
        Pending { n, request, item: Some(ItemNo(0)), then: Then::Stay }
    }

    #[test]
    fn changes_go_one_at_a_time_and_half_typed_text_is_not_piled_up() {
        let mut outbox = Outbox::default();
        assert!(matches!(outbox.push(typed(1, "a")), Some(Effect::Save(1, _))));
        assert!(outbox.push(typed(2, "ab")).is_none());
        assert!(outbox.push(typed(3, "abc")).is_none());
        assert_eq!(outbox.len(), 2);
        let (done, next) = outbox.answered();
        assert_eq!(done.unwrap().n, 1);
        assert!(matches!(next, Some(Effect::Save(3, _))));
    }

    #[test]
    fn what_could_not_be_delivered_is_sent_again_with_the_same_number() {
        let mut outbox = Outbox::default();
        outbox.push(typed(1, "a"));
        assert!(matches!(outbox.undelivered("disk full".into()), Effect::Timer(Timer::Retry, 1000)));
        assert!(outbox.push(typed(2, "b")).is_none());
        assert!(matches!(outbox.retry(), Some(Effect::Save(1, _))));
        assert!(outbox.retry().is_none());
        assert!(outbox.failed.is_some());
        outbox.answered();
        assert!(outbox.failed.is_none());
    }
}
