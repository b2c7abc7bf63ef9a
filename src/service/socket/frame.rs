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

/// Sends one message.
pub(super) fn send(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let bytes = serde_json::to_vec(message)?;
    let mut chunks = bytes.chunks(CHUNK).peekable();
    while let Some(chunk) = chunks.next() {
        let length = u32::try_from(chunk.len()).map_err(io::Error::other)?;
        let mut header = [0; 5];
        header[..4].copy_from_slice(&length.to_be_bytes());
        header[4] = if chunks.peek().is_some() { MORE } else { LAST };
        to.write_all(&header)?;
        to.write_all(chunk)?;
    }
    to.flush()
}

/// Receives one message of at most `cap` bytes; `None` when the other side has closed between two.
pub(super) fn receive<T: DeserializeOwned>(from: &mut impl Read, cap: usize) -> io::Result<Option<T>> {
    let mut bytes = Vec::new();
    loop {
        let Some((length, more)) = header(from)? else {
            return if bytes.is_empty() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        };
        if length > FRAME_CAP || bytes.len() + length > cap || (length == 0 && more) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a frame is too large"));
        }
        // Grows with what arrives, not with what is announced.
        if from.by_ref().take(length as u64).read_to_end(&mut bytes)? < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if !more {
            return Ok(Some(serde_json::from_slice(&bytes)?));
        }
    }
}

fn header(from: &mut impl Read) -> io::Result<Option<(usize, bool)>> {
    let mut bytes = [0; 5];
    let mut got = 0;
    while got < bytes.len() {
        match from.read(&mut bytes[got..]) {
            Ok(0) if got == 0 => return Ok(None),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(n) => got += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(mut bytes: &[u8]) -> io::Result<Option<String>> {
        receive(&mut bytes, MESSAGE_CAP)
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
        assert!(receive::<String>(&mut many.as_slice(), 50).is_err());
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
