//! Changes on their way to the store: in order, one at a time, kept and repeated until they are answered.

use super::effect::Effect;
use super::msg::Timer;
use crate::model::{BasedOn, ItemNo, LabelSchema, Time};
use crate::service::api::{About, Act, Reason, Request};
use crate::text::sanitize;
use std::collections::VecDeque;

/// Milliseconds before a change that could not be saved is sent again.
const RETRY_MS: u64 = 1000;
/// The same for what was refused.
const REFUSED_MS: u64 = 2000;

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
    /// What it is about, where it writes about something.
    pub about: Option<About>,
    /// Of a submit: the questions that were answered otherwise than what was submitted before, as the screen had it.
    pub edited: Vec<String>,
    /// What follows.
    pub then: Then,
}

/// What cannot be saved as it is: its question, or what it was written about, is not there any more. It is kept so that
/// nobody takes it for saved, holds nothing up, and is not tried by itself.
#[derive(Debug)]
struct Stranded {
    pending: Pending,
    why: String,
    /// It can be saved once its question is asked again.
    waits_for_its_question: bool,
}

impl Pending {
    /// Whether all that it answers is among these questions.
    #[must_use]
    pub fn is_asked(&self, schemas: &[LabelSchema]) -> bool {
        let asked = |name: &str| schemas.iter().any(|schema| schema.name == name);
        match &self.request {
            Request::Type { schema, .. } => asked(schema),
            Request::Answer { changes, .. } => changes.iter().all(|change| asked(&change.schema)),
            _ => true,
        }
    }

    /// That what it answers is not asked any more, in words.
    #[must_use]
    pub fn not_asked(&self) -> String {
        let names: Vec<&str> = match &self.request {
            Request::Type { schema, .. } => vec![schema],
            Request::Answer { changes, .. } => changes.iter().map(|change| change.schema.as_str()).collect(),
            _ => Vec::new(),
        };
        format!("{} is no longer asked", sanitize(&names.join(", ")))
    }
}

/// All of them.
#[derive(Debug, Default)]
pub struct Outbox {
    queue: VecDeque<Pending>,
    in_flight: bool,
    /// Answers that were refused for a reason that may pass (a right was taken away, the session was closed): kept in their
    /// order, and tried again when nothing else is to do. What follows on the same item waits behind them.
    refused: VecDeque<Pending>,
    /// Why the last of them was refused.
    why: Option<String>,
    /// They will be tried again: one timer is enough.
    timed: bool,
    stranded: VecDeque<Stranded>,
    /// Why the last attempt failed; it is being repeated.
    pub failed: Option<String>,
    /// When something was last saved.
    pub saved_at: Option<Time>,
}

impl Outbox {
    /// Adds a change; half-typed text replaces an older state of the same text that has not left yet.
    pub fn push(&mut self, pending: Pending) -> Option<Effect> {
        if answers(&pending) && self.refused.iter().any(|r| r.item == pending.item) {
            add(&mut self.refused, 0, pending);
            return None;
        }
        add(&mut self.queue, usize::from(self.in_flight || self.failed.is_some()), pending);
        self.send()
    }

    /// Keeps what cannot be saved as it is; half-typed text replaces an older state of the same text.
    pub fn strand(&mut self, pending: Pending, why: String, waits_for_its_question: bool) {
        if self.stranded.back().is_some_and(|s| replaces(&s.pending, &pending)) {
            self.stranded.pop_back();
        }
        self.stranded.push_back(Stranded { pending, why, waits_for_its_question });
        self.taken();
    }

    /// Takes back the last of what is not saved though it was sent: the person does not want it any more.
    pub fn take_back(&mut self) -> Option<Pending> {
        let last = self.refused.pop_back().or_else(|| self.stranded.pop_back().map(|s| s.pending));
        self.taken();
        last
    }

    /// Whether a change that was refused is to be kept and tried again.
    #[must_use]
    pub fn may_pass(pending: &Pending, reason: &Reason) -> bool {
        answers(pending) && matches!(reason, Reason::NotPermitted | Reason::Closed | Reason::NotFound)
    }

    /// It was refused, and what is to follow on the same item would be.
    pub fn set_aside(&mut self, pending: Pending, why: String) -> Option<Effect> {
        let item = pending.item;
        let behind = |p: &Pending| answers(p) && p.item == item;
        let first = usize::from(self.in_flight);
        let rest = self.queue.split_off(first.min(self.queue.len()));
        let (same, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(behind);
        self.queue.extend(others);
        self.refused.push_back(pending);
        self.refused.extend(same);
        self.why = Some(why);
        self.later()
    }

    fn later(&mut self) -> Option<Effect> {
        (!std::mem::replace(&mut self.timed, true)).then_some(Effect::Timer(Timer::Refused, REFUSED_MS))
    }

    /// Their time has come.
    pub fn refused_are_due(&mut self) -> Option<Effect> {
        self.timed = false;
        self.try_again()
    }

    /// Tries again what was refused; later, where something is under way.
    pub fn try_again(&mut self) -> Option<Effect> {
        if self.refused.is_empty() {
            return None;
        }
        if !self.queue.is_empty() {
            return self.later();
        }
        self.queue = std::mem::take(&mut self.refused);
        self.send()
    }

    /// Something was taken: nothing is refused any more but what still waits.
    pub fn taken(&mut self) {
        if self.refused.is_empty() {
            self.why = None;
        }
    }

    /// Answers to questions that are no longer asked are not tried again until they are.
    pub fn sort_out(&mut self, asked: &[LabelSchema]) -> Option<Effect> {
        let (stay, leave): (VecDeque<_>, VecDeque<_>) = self.refused.drain(..).partition(|p| p.is_asked(asked));
        self.refused = stay;
        let back = |s: &Stranded| s.waits_for_its_question && s.pending.is_asked(asked);
        let (back, rest): (VecDeque<_>, VecDeque<_>) = self.stranded.drain(..).partition(back);
        self.stranded = rest;
        for pending in leave {
            let why = pending.not_asked();
            self.strand(pending, why, true);
        }
        self.refused.extend(back.into_iter().map(|s| s.pending));
        self.taken();
        self.try_again()
    }

    /// Why something is not saved, if it is known that it is not.
    #[must_use]
    pub fn trouble(&self) -> Option<&str> {
        let stranded = self.stranded.front().map(|s| s.why.as_str());
        self.failed.as_deref().or(self.why.as_deref()).or(stranded)
    }

    /// Sends the first one, unless one is under way or the last attempt has failed and its time has not come.
    pub fn send(&mut self) -> Option<Effect> {
        if self.in_flight || self.failed.is_some() {
            return None;
        }
        let first = self.queue.front()?;
        self.in_flight = true;
        Some(Effect::Save(first.n, first.request.clone(), first.about.clone()))
    }

    /// Whether that number is under way here.
    #[must_use]
    pub fn awaits(&self, n: u64) -> bool {
        self.in_flight && self.queue.front().is_some_and(|p| p.n == n)
    }

    /// It was answered, with a yes or a no: it leaves. The next one goes with [`Self::send`], once it is known whether that
    /// has to wait for this one.
    pub fn answered(&mut self) -> Option<Pending> {
        self.in_flight = false;
        self.failed = None;
        self.queue.pop_front()
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
        Some(Effect::Save(first.n, first.request.clone(), first.about.clone()))
    }

    /// Something about that item waits.
    #[must_use]
    pub fn holds(&self, item: ItemNo) -> bool {
        self.queue.iter().chain(&self.refused).any(|p| p.item == Some(item))
    }

    /// My own act has moved what I have submitted on an item: what waits was written by somebody who knows it.
    pub fn moved(&mut self, of: ItemNo, to: BasedOn) {
        let stranded = self.stranded.iter_mut().map(|s| &mut s.pending);
        for pending in self.queue.iter_mut().chain(&mut self.refused).chain(stranded) {
            match &mut pending.request {
                Request::Type { item, based_on, .. }
                | Request::Answer { item, based_on, .. }
                | Request::Submit { item, based_on, .. }
                | Request::Act { item, based_on, .. }
                    if *item == of =>
                {
                    *based_on = to;
                }
                _ => {}
            }
        }
    }

    /// Nothing is on its way, or will be by itself.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty() && self.refused.is_empty()
    }

    /// How many changes are not saved.
    #[must_use]
    pub fn len(&self) -> usize {
        self.queue.len() + self.refused.len() + self.stranded.len()
    }

    /// Everything that is not known to be saved, for the last attempt of a dying process.
    #[must_use]
    pub fn rest(&self) -> Vec<(u64, Request, Option<About>)> {
        self.refused.iter().chain(&self.queue).map(|p| (p.n, p.request.clone(), p.about.clone())).collect()
    }
}

/// Whether it holds what a person answers, or their reason for not answering.
const fn answers(pending: &Pending) -> bool {
    matches!(
        pending.request,
        Request::Type { .. }
            | Request::Answer { .. }
            | Request::Submit { .. }
            | Request::Act { act: Act::Decline { .. } | Act::Defer { .. }, .. }
    )
}

/// Whether it is half-typed text in the field of an older state of it.
fn replaces(old: &Pending, new: &Pending) -> bool {
    match (&old.request, &new.request) {
        (
            Request::Type { item: a, schema: s, value: v, comment: c, .. },
            Request::Type { item: b, schema: t, value: w, comment: d, .. },
        ) => a == b && s == t && old.about == new.about && v.is_some() == w.is_some() && c.is_some() == d.is_some(),
        _ => false,
    }
}

fn add(to: &mut VecDeque<Pending>, first_waiting: usize, pending: Pending) {
    if to.iter().skip(first_waiting).next_back().is_some_and(|old| replaces(old, &pending)) {
        to.pop_back();
    }
    to.push_back(pending);
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
            based_on: BasedOn::Any,
        };
        Pending { n, request, item: Some(ItemNo(0)), about: None, edited: Vec::new(), then: Then::Stay }
    }

    #[test]
    fn changes_go_one_at_a_time_and_half_typed_text_is_not_piled_up() {
        let mut outbox = Outbox::default();
        assert!(matches!(outbox.push(typed(1, "a")), Some(Effect::Save(1, ..))));
        assert!(outbox.push(typed(2, "ab")).is_none());
        assert!(outbox.push(typed(3, "abc")).is_none());
        assert_eq!(outbox.len(), 2);
        assert_eq!(outbox.answered().unwrap().n, 1);
        assert!(matches!(outbox.send(), Some(Effect::Save(3, ..))));
    }

    #[test]
    fn what_could_not_be_delivered_is_sent_again_with_the_same_number() {
        let mut outbox = Outbox::default();
        outbox.push(typed(1, "a"));
        assert!(matches!(outbox.undelivered("disk full".into()), Effect::Timer(Timer::Retry, 1000)));
        assert!(outbox.push(typed(2, "b")).is_none());
        assert!(matches!(outbox.retry(), Some(Effect::Save(1, ..))));
        assert!(outbox.retry().is_none());
        assert!(outbox.failed.is_some());
        outbox.answered();
        assert!(outbox.failed.is_none());
    }
}
