//! Tells watchers what has changed: bounded, coalesced, never blocking whoever tells.

use super::api::Notice;
use crossbeam_channel::{Receiver, Sender, TrySendError};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Most notices that wait for one watcher; the place after them is for `Resync`. A team of 64 at work makes two changes
/// a second: more than this between two looks is a bulk change, of which a screen is sooner told by one word.
const WAITING: usize = 16;
/// Room beyond, for notices about the link itself.
const LINK: usize = 32;

/// Where changes are told and watched. Cheap to clone.
#[derive(Clone, Default)]
pub struct Hub {
    watchers: Arc<Mutex<Vec<Watcher>>>,
}

struct Watcher {
    to: Sender<Notice>,
    /// What was sent; the newest `to.len()` of them are still unread.
    sent: VecDeque<Notice>,
    /// How many were sent.
    count: usize,
    /// Which of them was the last `Resync`, counted from one; none: 0.
    resync: usize,
}

impl Hub {
    /// A hub without watchers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notices from now on. What was told and not yet read is not told twice; who falls behind reads `Resync`.
    #[must_use]
    pub fn subscribe(&self) -> Receiver<Notice> {
        let (to, from) = crossbeam_channel::bounded(WAITING + 1 + LINK);
        self.lock().push(Watcher { to, sent: VecDeque::new(), count: 0, resync: 0 });
        from
    }

    /// Tells everybody. Call it after the change is committed: a notice makes its reader look.
    pub fn tell(&self, notice: Notice) {
        self.lock().retain_mut(|watcher| watcher.tell(&notice));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Watcher>> {
        self.watchers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watcher {
    /// Whether there is still somebody. An unread equal notice, or an unread `Resync`, will make the watcher look
    /// after this change, so nothing needs to be added.
    fn tell(&mut self, notice: &Notice) -> bool {
        let unread = self.to.len();
        // First: under load it waits, as the last word, for everybody.
        if self.resync > self.count.saturating_sub(unread) && !is_link(notice) {
            return true;
        }
        self.sent.drain(..self.sent.len().saturating_sub(unread));
        let notice = if is_link(notice) {
            if self.sent.iter().rev().find(|n| is_link(n)) == Some(notice) {
                return true;
            }
            notice
        } else if self.sent.iter().any(|n| same(n, notice)) {
            return true;
        } else if unread >= WAITING {
            &Notice::Resync
        } else {
            notice
        };
        match self.to.try_send(notice.clone()) {
            Ok(()) => {
                self.sent.push_back(notice.clone());
                self.count += 1;
                if *notice == Notice::Resync {
                    self.resync = self.count;
                }
            }
            Err(TrySendError::Full(_)) => {}
            Err(TrySendError::Disconnected(_)) => return false,
        }
        true
    }
}

/// Whether two say the same. Most are about one session: what differs is looked at first.
fn same(a: &Notice, b: &Notice) -> bool {
    match (a, b) {
        (Notice::Item { item: a, .. }, Notice::Item { item: b, .. }) if a != b => false,
        _ => a == b,
    }
}

/// Notices about the link itself say what no resync would show, and their order counts.
const fn is_link(notice: &Notice) -> bool {
    matches!(notice, Notice::Reconnecting | Notice::Refused { .. } | Notice::Connected)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ItemNo;

    fn item(n: u32) -> Notice {
        Notice::Item { session: "s".to_owned(), item: ItemNo(n), by: "alice".to_owned() }
    }

    #[test]
    fn an_unread_notice_is_not_repeated_and_a_read_one_is() {
        let hub = Hub::new();
        let watch = hub.subscribe();
        hub.tell(item(1));
        hub.tell(item(2));
        hub.tell(item(1));
        assert_eq!(watch.try_iter().collect::<Vec<_>>(), [item(1), item(2)]);
        hub.tell(item(1));
        assert_eq!(watch.try_iter().collect::<Vec<_>>(), [item(1)]);
    }

    #[test]
    fn who_falls_behind_is_told_to_resync_once_and_then_goes_on() {
        let hub = Hub::new();
        let watch = hub.subscribe();
        (0..1000).for_each(|n| hub.tell(item(n)));
        let seen: Vec<_> = watch.try_iter().collect();
        assert_eq!(seen.len(), WAITING + 1);
        assert_eq!(seen.last(), Some(&Notice::Resync));
        hub.tell(item(7));
        assert_eq!(watch.try_iter().collect::<Vec<_>>(), [item(7)]);
    }

    #[test]
    fn watchers_that_left_are_forgotten() {
        let hub = Hub::new();
        drop(hub.subscribe());
        hub.tell(Notice::Traces);
        assert!(hub.lock().is_empty());
    }
}
