//! Files that are read twice, whatever they are.

use crate::ingest::Source;
use std::fs::{File, OpenOptions};
use std::io::{self, Seek as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use uuid::Uuid;

/// One argument of `import`.
pub(super) struct Input {
    /// As named; `-` for stdin.
    pub(super) name: String,
    /// Bytes on disk, where that is known.
    pub(super) size: Option<u64>,
    /// What cannot be read twice, copied to where it can.
    copy: Option<File>,
}

impl Input {
    /// Looks at a file; `twice`: it will be opened two times.
    ///
    /// # Errors
    /// It cannot be read, or not be copied.
    pub(super) fn new(name: &str, twice: bool) -> io::Result<Self> {
        let stdin = name == "-";
        let regular = if stdin { None } else { Some(regular_size(Path::new(name))?) }.flatten();
        let copy = match (twice, regular) {
            (true, None) if stdin => Some(spool(io::stdin().lock())?),
            (true, None) => Some(spool(File::open(name)?)?),
            _ => None,
        };
        let size = match &copy {
            Some(copy) => Some(copy.metadata()?.len()),
            None => regular,
        };
        Ok(Self { name: name.to_owned(), size, copy })
    }

    /// Opens it at its beginning.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn open(&self) -> io::Result<Source> {
        match &self.copy {
            Some(copy) => {
                let mut copy = copy.try_clone()?;
                copy.rewind()?;
                Source::new(copy, self.size)
            }
            None if self.name == "-" => Source::new(io::stdin(), None),
            None => Source::open(Path::new(&self.name)),
        }
    }
}

/// The size of a regular file; `None` for a pipe or device.
fn regular_size(path: &Path) -> io::Result<Option<u64>> {
    let about = std::fs::metadata(path)?;
    if about.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a directory"));
    }
    Ok(about.is_file().then_some(about.len()))
}

/// Copies a stream to a file that has no name any more, so that nothing is left behind however this ends.
fn spool(mut from: impl io::Read) -> io::Result<File> {
    let path = std::env::temp_dir().join(format!("labeltui-import-{}", Uuid::now_v7()));
    let mut file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    std::fs::remove_file(&path)?;
    io::copy(&mut from, &mut file)?;
    Ok(file)
}
