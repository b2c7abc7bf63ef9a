//! One connection, from its hello to its end.

use super::Handler;
use super::admit::Admit;
use super::frame::{self, Idle, MESSAGE_CAP};
use super::guests::Guests;
use super::hello::{self, Hello, PROTOCOL, Wants, Welcome};
use super::line::Line;
use super::peer;
use super::room::Rooms;
use crate::service::api::{Call, Notice, Principal, Reason, Refusal, Response, Role};
use crate::service::hub::Hub;
use crate::service::team::presence::Terminal;
use crossbeam_channel::{Receiver, RecvTimeoutError, select};
use serde::Deserialize as _;
use std::io::{self, BufReader, Read};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Who says nothing this long after connecting is sent away.
const HELLO_WAIT: Duration = Duration::from_secs(2);
/// Who stops in the middle of a message, or takes nothing of an answer, for this long is given up.
const STALL: Duration = Duration::from_secs(10);
/// A watcher is told at most four times a second; what happens between is coalesced.
const NOTICE_PAUSE: Duration = Duration::from_millis(250);
/// Longest message of a reviewer, who brings no traces: their longest text is far below.
const REVIEWER_CAP: usize = 4 << 20;
/// A call usually is shorter, so that it takes one read.
const BUFFER: usize = 4 << 10;
/// For the thread that only passes notices on.
const NOTICE_STACK: usize = 512 << 10;

/// What all connections of a server share.
pub(super) struct Shared {
    pub handler: Arc<dyn Handler>,
    pub hub: Hub,
    pub admit: Arc<dyn Admit>,
    pub guests: Guests,
    pub rooms: Rooms,
}

/// Sets the time limits of a new connection.
pub(super) fn prepare(stream: &UnixStream) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(HELLO_WAIT))?;
    stream.set_write_timeout(Some(STALL))
}

/// Serves it until one side has had enough.
pub(super) fn serve(connection: &Arc<UnixStream>, shared: &Shared) -> io::Result<()> {
    let mut stream: &UnixStream = connection;
    let mut hurried = Hurried { stream, until: Instant::now() + HELLO_WAIT };
    let Some(hello) = frame::receive::<Hello>(&mut hurried, hello::CAP, Idle::Ends)? else { return Ok(()) };
    let admitted = admit(stream, shared, &hello);
    let welcome = match &admitted {
        Ok((who, _)) => Welcome::to(who),
        Err(why) => {
            tracing::warn!("a caller was refused: {}", crate::text::sanitize(why));
            Welcome::new(Some(why.clone()))
        }
    };
    frame::send(&mut stream, &welcome)?;
    let Ok((who, wants)) = admitted else { return Ok(()) };
    if wants == Wants::Nothing {
        return Ok(());
    }
    stream.set_read_timeout(Some(STALL))?;
    let from = Terminal(Uuid::deserialize(&hello.terminal).unwrap_or_default());
    shared.handler.arrived(&who, from);
    let done = match wants {
        Wants::Watch => watch(stream, shared, &who),
        _ => {
            let line = Line::of(connection, from);
            let done = calls(stream, shared, &who, &line);
            // Nobody has gone before their last call is answered.
            line.free();
            done
        }
    };
    // Where the server leaves, nobody has gone: its next start gives everybody the grace.
    if !shared.guests.stopping() {
        shared.handler.gone(&who, from);
    }
    done
}

/// Reads until a moment and no longer: whoever says a byte now and then is not waited for each time anew.
struct Hurried<'a> {
    stream: &'a UnixStream,
    until: Instant,
}

impl Read for Hurried<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        self.stream.read(out)
    }
}

fn admit(stream: &UnixStream, shared: &Shared, hello: &Hello) -> Result<(Principal, Wants), String> {
    if hello.protocol != PROTOCOL {
        // The welcome carries our version; the other side says so.
        return Err(format!("labeltui {} speaks protocol {}, this is {PROTOCOL}", hello.version, hello.protocol));
    }
    let uid = peer::uid(stream).map_err(|e| e.to_string())?;
    let who = shared.admit.admit(uid, &hello.who)?;
    let wants = Wants::deserialize(&hello.wants).map_err(|e| format!("the hello cannot be read: {e}"))?;
    Ok((who, wants))
}

fn calls(stream: &UnixStream, shared: &Shared, who: &Principal, line: &Arc<Line>) -> io::Result<()> {
    let cap = if who.role == Role::Reviewer { REVIEWER_CAP } else { MESSAGE_CAP };
    let mut from = BufReader::with_capacity(BUFFER, stream);
    let mut to = stream;
    let room = shared.rooms.of(who);
    loop {
        let mut taken = room.call(STALL);
        let call: Option<Call> = frame::receive_into(&mut from, cap, Idle::Waits, |bytes| taken.grow(bytes))?;
        let Some(call) = call else { return Ok(()) };
        line.free();
        taken.answer(&call.request)?;
        line.begin(taken);
        if let Some(answer) = answer(shared, who, call, line) {
            frame::send(&mut to, &answer)?;
            line.end();
        }
    }
}

/// A panic in one call must not take the others' connections with it.
fn answer(shared: &Shared, who: &Principal, call: Call, line: &Arc<Line>) -> Option<Result<Response, Refusal>> {
    catch_unwind(AssertUnwindSafe(|| shared.handler.begin(who, call, line))).unwrap_or_else(|_| {
        let message = "internal error while answering; see the log of the labeltui that holds the store".to_owned();
        Some(Err(Refusal { reason: Reason::Unavailable, message }))
    })
}

/// Notices go out on a thread of their own, so that this one sees at once when the watcher hangs up.
fn watch(mut stream: &UnixStream, shared: &Shared, who: &Principal) -> io::Result<()> {
    let notices = shared.hub.subscribe();
    let (end, ended) = crossbeam_channel::bounded::<()>(0);
    thread::scope(|scope| {
        let builder = thread::Builder::new().name("socket-notices".to_owned()).stack_size(NOTICE_STACK);
        let telling = builder.spawn_scoped(scope, || {
            // Whatever ends the telling ends the connection.
            tell(stream, &notices, &ended, &|notices| shared.handler.shown(who, notices));
            let _ = stream.shutdown(Shutdown::Both);
        });
        // A watcher says nothing more; this returns when it hangs up, or when the server stops.
        let hung_up = frame::receive::<()>(&mut stream, hello::CAP, Idle::Waits);
        drop(end);
        telling.and(hung_up.map(drop))
    })
}

fn tell(
    mut stream: &UnixStream,
    notices: &Receiver<Notice>,
    ended: &Receiver<()>,
    shown: &dyn Fn(Vec<Notice>) -> Vec<Notice>,
) {
    loop {
        let first = select! {
            recv(notices) -> notice => notice,
            recv(ended) -> _ => return,
        };
        let Ok(first) = first else { return };
        let mut batch = vec![first];
        // As many as can be waiting: whoever tells without a pause must not keep them from leaving.
        for notice in notices.try_iter().take(notices.capacity().unwrap_or(0)) {
            if !batch.contains(&notice) {
                batch.push(notice);
            }
        }
        if batch.contains(&Notice::Resync) {
            // It makes them look at everything: what is told of single items says nothing more.
            batch.retain(|n| {
                !matches!(n, Notice::Item { .. } | Notice::Session { .. } | Notice::Presence { .. } | Notice::Traces)
            });
        }
        let mut batch = shown(batch);
        batch.dedup();
        if !batch.is_empty() && frame::send(&mut stream, &batch).is_err() {
            return;
        }
        if ended.recv_timeout(NOTICE_PAUSE) != Err(RecvTimeoutError::Timeout) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn a_hello_in_drops_is_cut_at_its_deadline() {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        theirs.write_all(b"hello").unwrap();
        let mut byte = [0];
        let mut hurried = Hurried { stream: &ours, until: Instant::now() + HELLO_WAIT };
        assert_eq!(hurried.read(&mut byte).unwrap(), 1);
        hurried.until = Instant::now();
        assert_eq!(hurried.read(&mut byte).unwrap_err().kind(), io::ErrorKind::TimedOut, "with bytes still to come");
    }
}
