//! Messages as frames: a length, whether more follow, bytes. A message is cut into frames of at most 1 MB.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, Read, Write};

/// Most bytes we put into one frame.
const CHUNK: usize = 1 << 20;
/// Most bytes another may put into one; a larger announced frame ends the connection before anything is read of it.
const FRAME_CAP: usize = 16 << 20;
/// Most bytes of a whole message: a body of 64 MB, escaped, with room.
pub(super) const MESSAGE_CAP: usize = 256 << 20;

const LAST: u8 = 0;
const MORE: u8 = 1;

/// Before a frame's bytes: their number and whether more follow.
const HEADER: usize = 5;

/// Most messages are shorter.
const USUAL: usize = 1000;

/// What silence between two messages means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Idle {
    /// The other side owes us a message: a read's time-out is an error.
    Ends,
    /// It will say something when it wants to; only silence within a message is an error.
    Waits,
}

/// Sends one message; a short one in a single write.
pub(super) fn send(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(USUAL);
    bytes.resize(HEADER, 0);
    serde_json::to_writer(&mut bytes, message)?;
    let mut from = HEADER;
    loop {
        let end = bytes.len().min(from + CHUNK);
        let length = u32::try_from(end - from).map_err(io::Error::other)?;
        // Over bytes that have been sent, or the room left for the first header.
        let start = from - HEADER;
        bytes[start..start + 4].copy_from_slice(&length.to_be_bytes());
        bytes[from - 1] = if end < bytes.len() { MORE } else { LAST };
        to.write_all(&bytes[start..end])?;
        if end == bytes.len() {
            return to.flush();
        }
        from = end;
    }
}

/// Receives one message of at most `cap` bytes; `None` when the other side has closed between two.
pub(super) fn receive<T: DeserializeOwned>(from: &mut impl Read, cap: usize, idle: Idle) -> io::Result<Option<T>> {
    receive_into(from, cap, idle, |_| Ok(()))
}

/// The same, where `room` is asked before each frame of so many bytes is read.
pub(super) fn receive_into<T: DeserializeOwned>(
    from: &mut impl Read,
    cap: usize,
    idle: Idle,
    mut room: impl FnMut(usize) -> io::Result<()>,
) -> io::Result<Option<T>> {
    let mut bytes = Vec::new();
    let mut idle = idle;
    loop {
        let Some((length, more)) = header(from, idle)? else {
            return if bytes.is_empty() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        };
        idle = Idle::Ends;
        if length > FRAME_CAP || bytes.len() + length > cap || (length == 0 && more) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a frame is too large"));
        }
        room(length)?;
        // Beyond a usual message it grows with what arrives, not with what is announced.
        bytes.reserve(length.min(USUAL));
        if from.by_ref().take(length as u64).read_to_end(&mut bytes)? < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if !more {
            return Ok(Some(serde_json::from_slice(&bytes)?));
        }
    }
}

fn header(from: &mut impl Read, idle: Idle) -> io::Result<Option<(usize, bool)>> {
    let mut bytes = [0; HEADER];
    let mut got = 0;
    while got < bytes.len() {
        match from.read(&mut bytes[got..]) {
            Ok(0) if got == 0 => return Ok(None),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(n) => got += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) if got == 0 && idle == Idle::Waits && is_timeout(&e) => {}
            Err(e) => return Err(e),
        }
    }
    let [a, b, c, d, more] = bytes;
    let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).map_err(io::Error::other)?;
    match more {
        LAST => Ok(Some((length, false))),
        MORE => Ok(Some((length, true))),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "no frame")),
    }
}

/// Whether a read or write gave up because of its time limit.
pub(super) fn is_timeout(e: &io::Error) -> bool {
    matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(mut bytes: &[u8]) -> io::Result<Option<String>> {
        receive(&mut bytes, MESSAGE_CAP, Idle::Ends)
    }

    #[test]
    fn long_messages_travel_in_chunks_of_one_megabyte() {
        let text = "x".repeat(5 << 19);
        let mut bytes = Vec::new();
        send(&mut bytes, &text).unwrap();
        assert_eq!(bytes[..5], [0, 0x10, 0, 0, MORE]);
        assert_eq!(read(&bytes).unwrap(), Some(text));
    }

    #[test]
    fn a_frame_over_the_cap_is_refused_by_its_announcement() {
        let mut bytes = vec![0xFF; 5];
        bytes[4] = LAST;
        assert_eq!(read(&bytes).unwrap_err().kind(), io::ErrorKind::InvalidData);
        let mut many = Vec::new();
        send(&mut many, &"y".repeat(100)).unwrap();
        assert!(receive::<String>(&mut many.as_slice(), 50, Idle::Ends).is_err());
    }

    proptest! {
        #[test]
        fn garbage_is_an_error_and_never_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&bytes);
        }

        #[test]
        fn messages_cut_short_are_errors_and_whole_ones_come_back(text in ".{0,200}", cut in any::<prop::sample::Index>()) {
            let mut bytes = Vec::new();
            send(&mut bytes, &text).unwrap();
            let cut = cut.index(bytes.len());
            prop_assert!(cut == 0 || read(&bytes[..cut]).is_err());
            prop_assert_eq!(read(&bytes).unwrap(), Some(text));
        }
    }
}
