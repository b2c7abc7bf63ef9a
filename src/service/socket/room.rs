//! How much of the server's memory one account's calls may take at a time, over all its connections: whoever sends half a
//! message on each of them, or takes nothing of large answers, keeps only their own other calls waiting.

use super::frame::MESSAGE_CAP;
use crate::service::api::{Principal, Request, Role};
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

/// Bytes of a reviewer's messages: four of the longest, hundreds of the usual ones.
const REVIEWER: usize = 16 << 20;
/// Answers that may be large (a trace's body has up to 64 MB) on their way to one account at a time.
const LARGE: usize = 4;

/// The rooms of those who are connected.
#[derive(Default)]
pub(super) struct Rooms(Mutex<HashMap<String, Weak<Room>>>);

impl Rooms {
    /// The room of somebody who has been admitted, the same for all their connections.
    pub(super) fn of(&self, who: &Principal) -> Arc<Room> {
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(room) = rooms.get(&who.account).and_then(Weak::upgrade) {
            return room;
        }
        rooms.retain(|_, room| room.strong_count() > 0);
        let bytes = if who.role == Role::Reviewer { REVIEWER } else { MESSAGE_CAP };
        let room = Arc::new(Room { bytes, used: Mutex::default(), freed: Condvar::new() });
        rooms.insert(who.account.clone(), Arc::downgrade(&room));
        room
    }
}

/// What one account has.
pub(super) struct Room {
    bytes: usize,
    used: Mutex<Used>,
    freed: Condvar,
}

#[derive(Default)]
struct Used {
    bytes: usize,
    large: usize,
    /// Calls that wait for room: mostly none, and nobody is woken.
    waiting: usize,
}

/// What one call has taken of it; given back when dropped.
pub(super) struct Taken {
    room: Arc<Room>,
    wait: Duration,
    bytes: usize,
    large: bool,
}

impl Room {
    /// A call that has taken nothing yet, and waits this long for others of the account to give something back.
    pub(super) fn call(self: &Arc<Self>, wait: Duration) -> Taken {
        Taken { room: Arc::clone(self), wait, bytes: 0, large: false }
    }

    fn lock(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, wait: Duration, full: impl Fn(&Used) -> bool, take: impl FnOnce(&mut Used)) -> io::Result<()> {
        let mut used = self.lock();
        if full(&used) {
            used.waiting += 1;
            let (again, waited) =
                self.freed.wait_timeout_while(used, wait, |used| full(used)).unwrap_or_else(PoisonError::into_inner);
            used = again;
            used.waiting -= 1;
            if waited.timed_out() {
                return Err(io::Error::other("the account's other calls take all the room it has"));
            }
        }
        take(&mut used);
        Ok(())
    }
}

impl Taken {
    /// Room for so many bytes more of its message.
    pub(super) fn grow(&mut self, by: usize) -> io::Result<()> {
        let most = self.room.bytes;
        self.room.wait(self.wait, |used| used.bytes + by > most, |used| used.bytes += by)?;
        self.bytes += by;
        Ok(())
    }

    /// Room for its answer.
    pub(super) fn answer(&mut self, request: &Request) -> io::Result<()> {
        use Request as R;
        let large = matches!(
            request,
            R::Body { .. }
                | R::TraceShow { .. }
                | R::Turns { .. }
                | R::Export { .. }
                | R::Dataset { .. }
                | R::Labels { .. }
                | R::Audit { .. }
                | R::AuditPast { .. }
        );
        if large && !self.large {
            self.room.wait(self.wait, |used| used.large >= LARGE, |used| used.large += 1)?;
            self.large = true;
        }
        Ok(())
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut used = self.room.lock();
        used.bytes -= self.bytes;
        used.large -= usize::from(self.large);
        let waiting = used.waiting > 0;
        drop(used);
        if waiting {
            self.room.freed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::kit::person;

    #[test]
    fn unfinished_messages_are_bounded_for_an_account_over_all_its_connections() {
        let rooms = Rooms::default();
        let ann = person("ann", Role::Reviewer);
        let (one, other) = (rooms.of(&ann), rooms.of(&ann));
        let mut first = one.call(Duration::ZERO);
        first.grow(REVIEWER).unwrap();
        assert!(other.call(Duration::ZERO).grow(1).is_err());
        // Nobody else is kept waiting.
        rooms.of(&person("bob", Role::Reviewer)).call(Duration::ZERO).grow(REVIEWER).unwrap();
        drop(first);
        other.call(Duration::ZERO).grow(REVIEWER).unwrap();
    }

    #[test]
    fn large_answers_that_nobody_takes_are_few() {
        let room = Rooms::default().of(&person("ann", Role::Reviewer));
        let body = Request::TraceShow { trace_id: "tr-1".into() };
        let mut waiting: Vec<_> = (0..=LARGE).map(|_| room.call(Duration::ZERO)).collect();
        let taken: Vec<bool> = waiting.iter_mut().map(|call| call.answer(&body).is_ok()).collect();
        assert_eq!(taken.iter().filter(|ok| **ok).count(), LARGE);
        room.call(Duration::ZERO).answer(&Request::SessionList).unwrap();
    }
}
