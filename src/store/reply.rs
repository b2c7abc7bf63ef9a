//! The way back of one outcome from the writer: whoever waits sleeps. A channel's receiver looks again and again first,
//! which on a machine with few cores takes the writer's time away.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

struct Slot<T> {
    state: Mutex<State<T>>,
    moved: Condvar,
}

enum State<T> {
    Waiting,
    Here(T),
    /// Nobody will answer.
    Gone,
}

/// The writer's end; dropped without an answer it says that there is none.
pub(super) struct Reply<T>(Arc<Slot<T>>);

/// The caller's end.
pub(super) struct Answer<T>(Arc<Slot<T>>);

/// Both ends.
pub(super) fn pair<T>() -> (Reply<T>, Answer<T>) {
    let slot = Arc::new(Slot { state: Mutex::new(State::Waiting), moved: Condvar::new() });
    (Reply(Arc::clone(&slot)), Answer(slot))
}

impl<T> Reply<T> {
    /// Answers; whether or not somebody waits still.
    pub(super) fn send(self, value: T) {
        self.0.set(State::Here(value));
    }
}

impl<T> Drop for Reply<T> {
    fn drop(&mut self) {
        self.0.set(State::Gone);
    }
}

impl<T> Answer<T> {
    /// Waits for it; `None` where nobody answers.
    pub(super) fn wait(self) -> Option<T> {
        let state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = |state: &mut State<T>| matches!(state, State::Waiting);
        let mut state = self.0.moved.wait_while(state, waiting).unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *state, State::Gone) {
            State::Here(value) => Some(value),
            State::Waiting | State::Gone => None,
        }
    }
}

impl<T> Slot<T> {
    /// The first word counts.
    fn set(&self, to: State<T>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, State::Waiting) {
            *state = to;
            drop(state);
            self.moved.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_comes_or_that_there_is_none() {
        let (reply, answer) = pair();
        let waiting = std::thread::spawn(move || answer.wait());
        reply.send(7);
        assert_eq!(waiting.join().unwrap(), Some(7));
        let (reply, answer) = pair::<u8>();
        drop(reply);
        assert_eq!(answer.wait(), None);
        // Nobody waits any more.
        let (reply, answer) = pair();
        drop(answer);
        reply.send(7);
    }
}
