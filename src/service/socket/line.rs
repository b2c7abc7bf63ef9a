//! One connection's way back: an answer that is made on another thread goes out from there, so that no thread is woken
//! only to pass it on.

use super::frame;
use super::room::Taken;
use crate::service::api::{Refusal, Response};
use crate::service::team::presence::Terminal;
use rustix::net::SendFlags;
use std::io::Write as _;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// What goes at once, as far as the other side takes it.
#[cfg(not(target_os = "macos"))]
const AT_ONCE: SendFlags = SendFlags::DONTWAIT.union(SendFlags::NOSIGNAL);
#[cfg(target_os = "macos")]
const AT_ONCE: SendFlags = SendFlags::DONTWAIT;

/// For a thread that waits for a slow reader.
const STACK: usize = 256 << 10;

/// The answers of one connection, one after the other.
pub struct Line {
    stream: Arc<UnixStream>,
    from: Terminal,
    state: Mutex<State>,
    moved: Condvar,
}

#[derive(Default)]
struct State {
    /// What the call in work has taken of its account's room.
    taken: Option<Taken>,
    /// Its answer is made elsewhere, and not out yet.
    busy: bool,
    /// Somebody sleeps until it is: waking nobody costs a call into the kernel all the same.
    waited_for: bool,
}

impl Line {
    pub(super) fn of(stream: &Arc<UnixStream>, from: Terminal) -> Arc<Self> {
        Arc::new(Self { stream: Arc::clone(stream), from, state: Mutex::default(), moved: Condvar::new() })
    }

    /// The terminal whose connection it is.
    #[must_use]
    pub const fn terminal(&self) -> Terminal {
        self.from
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the answer before is out: whoever asks again without having read it gets both in order.
    pub(super) fn free(&self) {
        let mut state = self.lock();
        while state.busy {
            state.waited_for = true;
            state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A call begins.
    pub(super) fn begin(&self, taken: Taken) {
        self.lock().taken = Some(taken);
    }

    /// Its answer is out.
    pub(super) fn end(&self) {
        let mut state = self.lock();
        state.busy = false;
        let (taken, waited_for) = (state.taken.take(), std::mem::take(&mut state.waited_for));
        drop(state);
        drop(taken);
        if waited_for {
            self.moved.notify_all();
        }
    }

    /// The right, and the duty, to answer the call in work from elsewhere.
    #[must_use]
    pub fn later(self: &Arc<Self>) -> Later {
        self.lock().busy = true;
        Later { line: Arc::clone(self), answered: false }
    }

    /// Sends what may go at once here, and the rest of an answer that is larger than the kernel's buffer, or to somebody
    /// who does not read, on a thread that may wait.
    fn send(self: &Arc<Self>, bytes: Vec<u8>) {
        let sent = match rustix::net::send(&*self.stream, &bytes, AT_ONCE) {
            Ok(sent) if sent == bytes.len() => return self.end(),
            Ok(sent) => sent,
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => 0,
            Err(_) => return self.hang_up(),
        };
        let line = Arc::clone(self);
        let waiting = std::thread::Builder::new().name("socket-answer".to_owned()).stack_size(STACK);
        let waiting = waiting.spawn(move || match (&*line.stream).write_all(&bytes[sent..]) {
            Ok(()) => line.end(),
            Err(_) => line.hang_up(),
        });
        if waiting.is_err() {
            self.hang_up();
        }
    }

    fn hang_up(&self) {
        let _ = self.stream.shutdown(Shutdown::Both);
        self.end();
    }
}

/// An answer that is to come. Dropped without one the connection ends, and the other side asks again on another.
pub struct Later {
    line: Arc<Line>,
    answered: bool,
}

impl Later {
    /// Answers, without waiting for the other side to read it.
    pub fn answer(mut self, answer: &Result<Response, Refusal>) {
        self.answered = true;
        let mut bytes = Vec::new();
        match frame::send(&mut bytes, answer) {
            Ok(()) => self.line.send(bytes),
            Err(_) => self.line.hang_up(),
        }
    }
}

impl Drop for Later {
    fn drop(&mut self) {
        if !self.answered {
            self.line.hang_up();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::frame::{Idle, MESSAGE_CAP, receive};
    use super::*;
    use std::io::{self, Read as _};

    fn pair() -> (Arc<Line>, UnixStream) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        (Line::of(&Arc::new(ours), Terminal::default()), theirs)
    }

    fn read(from: &mut UnixStream) -> io::Result<Option<Result<Response, Refusal>>> {
        receive(from, MESSAGE_CAP, Idle::Ends)
    }

    #[test]
    fn a_large_answer_holds_nobody_up_and_arrives_whole_and_before_the_next() {
        let (line, mut theirs) = pair();
        let body = "x".repeat(3 << 20);
        line.later().answer(&Ok(Response::Body(body.clone())));
        assert!(line.lock().busy, "nobody has read it yet");
        let next = std::thread::spawn({
            let line = Arc::clone(&line);
            move || {
                line.free();
                line.later().answer(&Ok(Response::Done));
            }
        });
        assert!(matches!(read(&mut theirs), Ok(Some(Ok(Response::Body(got)))) if got == body));
        assert!(matches!(read(&mut theirs), Ok(Some(Ok(Response::Done)))));
        next.join().unwrap();
        assert!(!line.lock().busy);
    }

    #[test]
    fn an_answer_that_never_comes_ends_the_connection() {
        let (line, mut theirs) = pair();
        drop(line.later());
        assert_eq!(theirs.read(&mut [0]).unwrap(), 0);
        line.free();
    }
}
