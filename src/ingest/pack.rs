//! Bodies as they are stored: zstd, level 1.

use super::MAX_DOCUMENT;
use std::io::Read as _;
use std::time::Duration;

/// zstd level. On real agent traces 1 is 4 % larger than 3 (8.1 : 1 against 8.4 : 1) and packs them at 645 instead of 373 MB/s
/// a core, on prose at 274 instead of 189: packing is what an import waits for.
const LEVEL: i32 = 1;

/// Compresses bodies; keeps zstd's working memory between them.
pub struct Packer {
    zstd: Option<zstd::bulk::Compressor<'static>>,
    gives_way: bool,
}

/// Longest rest after a document.
const REST: Duration = Duration::from_millis(20);

impl Packer {
    /// A packer for one thread.
    ///
    /// # Errors
    /// No memory for zstd.
    pub fn new() -> Result<Self, String> {
        let zstd = zstd::bulk::Compressor::new(LEVEL).map_err(|e| format!("zstd: {e}"))?;
        Ok(Self { zstd: Some(zstd), gives_way: false })
    }

    /// A packer that throws bodies away: for a first pass that only looks for mistakes.
    #[must_use]
    pub const fn discarding() -> Self {
        Self { zstd: None, gives_way: false }
    }

    /// Rests after each document for as long as the document took. Who shares the machine with a team's server would
    /// else hold its writer up at every turn: a thread that has worked for long is let finish its slice of milliseconds,
    /// however low its priority.
    #[must_use]
    pub fn giving_way(self, gives_way: bool) -> Self {
        Self { gives_way, ..self }
    }

    /// After a document that took so long.
    pub(super) fn rest(&self, worked: Duration) {
        if self.gives_way {
            std::thread::sleep(worked.min(REST));
        }
    }

    /// A body, compressed.
    ///
    /// # Errors
    /// zstd's.
    pub fn pack(&mut self, body: &str) -> Result<Vec<u8>, String> {
        let Some(zstd) = &mut self.zstd else { return Ok(Vec::new()) };
        let mut packed = zstd.compress(body.as_bytes()).map_err(|e| format!("zstd: {e}"))?;
        packed.shrink_to_fit();
        Ok(packed)
    }
}

/// A stored body as text.
///
/// # Errors
/// It is no zstd, no text, or larger than any body that was ever packed.
pub fn unpack(packed: &[u8]) -> Result<String, String> {
    // Escapes may make a canonical body longer than the document it was read from, never six times.
    let most = 6 * MAX_DOCUMENT as u64;
    let damaged = |e: String| format!("a stored body is damaged: {e}");
    let too_large = || Err("a stored body is larger than any trace may be".to_owned());
    // A body says how long it is: it is unpacked in one go, into the memory where it stays.
    let size = zstd::zstd_safe::get_frame_content_size(packed).map_err(|e| damaged(e.to_string()))?;
    let bytes = match size {
        Some(size) if size > most => return too_large(),
        Some(size) => zstd::bulk::decompress(packed, usize::try_from(size).unwrap_or(usize::MAX)),
        None => zstd::stream::read::Decoder::new(packed).and_then(|zstd| {
            let mut bytes = Vec::new();
            zstd.take(most + 1).read_to_end(&mut bytes).map(|_| bytes)
        }),
    };
    let body = bytes.map_err(|e| damaged(e.to_string()))?;
    if body.len() as u64 > most {
        return too_large();
    }
    String::from_utf8(body).map_err(|e| damaged(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_gives_way_rests_as_long_as_they_worked() {
        let rested = |gives_way: bool, worked: Duration| {
            let packer = Packer::discarding().giving_way(gives_way);
            let began = std::time::Instant::now();
            packer.rest(worked);
            began.elapsed()
        };
        assert!(rested(true, Duration::from_millis(9)) >= Duration::from_millis(9));
        assert!(rested(true, Duration::from_secs(60)) < Duration::from_secs(30), "a large document is no long break");
        assert!(rested(false, Duration::from_secs(60)) < Duration::from_secs(30));
    }

    #[test]
    fn bodies_come_back_and_damage_is_told() {
        let mut packer = Packer::new().unwrap();
        let body = "{\"é\":1}".repeat(1000);
        let packed = packer.pack(&body).unwrap();
        assert_eq!(unpack(&packed).unwrap(), body);
        assert!(unpack(&packed[..packed.len() / 2]).is_err());
        assert!(unpack(b"not zstd").is_err());
        assert!(unpack(&packer.pack("\u{0}").unwrap()[..3]).is_err());
        // A frame that does not say how long it is.
        assert_eq!(unpack(&zstd::stream::encode_all(body.as_bytes(), LEVEL).unwrap()).unwrap(), body);
        let bytes = zstd::stream::encode_all(&b"\xff"[..], LEVEL).unwrap();
        assert!(unpack(&bytes).is_err(), "no text");
    }
}
