//! Files and stdin, plain or compressed, as one stream of bytes.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes read from the file at once.
const CHUNK: usize = 256 * 1024;

/// An opened file.
pub struct Source {
    /// Its size on disk, where it has one.
    pub size: Option<u64>,
    /// How much of that has been read; moves while the source is read elsewhere.
    pub progress: Arc<AtomicU64>,
    /// What it holds, decompressed.
    pub bytes: Box<dyn Read + Send>,
}

impl Source {
    /// Opens a file.
    ///
    /// # Errors
    /// It cannot be opened or its first bytes cannot be read.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let about = file.metadata()?;
        if about.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a directory"));
        }
        Self::new(file, about.is_file().then_some(about.len()))
    }

    /// Reads from anything; compression is told by the first bytes, not by a name.
    ///
    /// # Errors
    /// The first bytes cannot be read.
    pub fn new(from: impl Read + Send + 'static, size: Option<u64>) -> io::Result<Self> {
        let progress = Arc::new(AtomicU64::new(0));
        let counted = Counted { from, read: Arc::clone(&progress) };
        let mut start = BufReader::with_capacity(CHUNK, counted);
        let bytes: Box<dyn Read + Send> = match start.fill_buf()? {
            [0x1f, 0x8b, ..] => Box::new(Named { from: flate2::bufread::MultiGzDecoder::new(start), format: "gzip" }),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => {
                Box::new(Named { from: zstd::stream::read::Decoder::with_buffer(start)?, format: "zstd" })
            }
            _ => Box::new(start),
        };
        Ok(Self { size, progress, bytes })
    }
}

struct Counted<R> {
    from: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.from.read(into)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Says which format is broken: "unexpected end of file" alone says nothing to a person.
struct Named<R> {
    from: R,
    format: &'static str,
}

impl<R: Read> Read for Named<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.from.read(into).map_err(|e| {
            let what =
                if e.kind() == io::ErrorKind::UnexpectedEof { "it ends too early".to_owned() } else { e.to_string() };
            io::Error::new(e.kind(), format!("the {} data is damaged: {what}", self.format))
        })
    }
}
