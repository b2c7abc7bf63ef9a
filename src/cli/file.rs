//! `-o FILE`: a file that is there in whole, or not at all.

use super::{Failure, Out};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Unfinished files of this process, to be taken away by a signal.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Where a command's data goes: stdout, or a file that appears when it is complete.
pub enum Target {
    /// stdout is the caller's.
    Stdout,
    /// A file.
    File(WholeFile),
}

impl Target {
    /// `None` and `-` mean stdout.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn open(path: Option<&Path>) -> Result<Self, Failure> {
        match path {
            None => Ok(Self::Stdout),
            Some(path) if path == Path::new("-") => Ok(Self::Stdout),
            Some(path) => WholeFile::create(path).map(Self::File),
        }
    }

    /// Runs `write` with the right output, and puts a file in place when it went well.
    ///
    /// # Errors
    /// Those of `write`, and what goes wrong with the file; then nothing is left of it.
    pub fn fill<T>(self, out: &mut Out, write: impl FnOnce(&mut Out) -> Result<T, Failure>) -> Result<T, Failure> {
        match self {
            Self::Stdout => write(out),
            Self::File(mut file) => {
                let to = file.writer()?;
                let mut out = Out::file(to);
                let done = write(&mut out).and_then(|done| out.flush().map(|()| done));
                let done = done.map_err(|failure| file.blame(failure))?;
                drop(out);
                file.finish()?;
                Ok(done)
            }
        }
    }
}

/// A file under a temporary name beside its own, renamed when it is complete and on disk.
pub struct WholeFile {
    wanted: PathBuf,
    /// `None` where the target is a device or pipe, which is written to directly.
    temporary: Option<PathBuf>,
    file: File,
}

impl WholeFile {
    /// Starts one. Nothing at `path` is touched before [`Self::finish`].
    ///
    /// # Errors
    /// The folder is missing or not writable.
    pub fn create(path: &Path) -> Result<Self, Failure> {
        let failed = |e: io::Error| Failure::io(&format!("cannot write {}", path.display()), &e);
        // A link stays a link: what it points to is replaced.
        let wanted = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let known = fs::metadata(&wanted).ok();
        if known.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(Failure::Refused(format!("cannot write {}: it is a folder", path.display())));
        }
        if known.as_ref().is_some_and(|m| !m.is_file()) {
            let file = OpenOptions::new().write(true).open(&wanted).map_err(failed)?;
            return Ok(Self { wanted, temporary: None, file });
        }
        let Some(name) = wanted.file_name() else {
            return Err(Failure::Refused(format!("cannot write {}: that names no file", path.display())));
        };
        let temporary = wanted.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
        unfinished(|list| list.push(temporary.clone()));
        let file = File::create(&temporary).map_err(|e| {
            unfinished(|list| list.retain(|t| *t != temporary));
            failed(e)
        })?;
        if let Some(known) = known {
            // Who may read it stays as it was.
            let _ = file.set_permissions(known.permissions());
        }
        Ok(Self { wanted, temporary: Some(temporary), file })
    }

    fn writer(&self) -> Result<Box<dyn Write + Send>, Failure> {
        let file = self.file.try_clone().map_err(|e| Failure::io(&self.wanted.display().to_string(), &e))?;
        Ok(Box::new(file))
    }

    /// An error of the output is an error of this file.
    fn blame(&self, failure: Failure) -> Failure {
        match failure {
            Failure::Unreachable(m) => {
                Failure::Unreachable(m.replacen("the output", &format!("cannot write {}", self.wanted.display()), 1))
            }
            Failure::BrokenPipe if self.temporary.is_some() => {
                Failure::Unreachable(format!("cannot write {}", self.wanted.display()))
            }
            other => other,
        }
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// The disk is full or the folder is not writable; the old file is untouched.
    pub fn finish(&mut self) -> Result<(), Failure> {
        let Some(temporary) = &self.temporary else { return Ok(()) };
        let failed = |e: io::Error| Failure::io(&format!("cannot write {}", self.wanted.display()), &e);
        self.file.sync_all().map_err(failed)?;
        fs::rename(temporary, &self.wanted).map_err(failed)?;
        unfinished(|list| list.retain(|t| t != temporary));
        self.temporary = None;
        let folder = self.wanted.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        // Some file systems cannot sync a folder; the file itself is on disk.
        let _ = File::open(folder).and_then(|f| f.sync_all());
        Ok(())
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if let Some(temporary) = self.temporary.take() {
            let _ = fs::remove_file(&temporary);
            unfinished(|list| list.retain(|t| *t != temporary));
        }
    }
}

/// Reads a whole text file, or stdin where it is called `-`.
///
/// # Errors
/// It cannot be read, or is not UTF-8.
pub fn read_text(path: &Path) -> Result<String, Failure> {
    let read = if path == Path::new("-") { io::read_to_string(io::stdin().lock()) } else { fs::read_to_string(path) };
    read.map_err(|e| match e.kind() {
        io::ErrorKind::InvalidData => Failure::Refused(format!("{}: this is no text in UTF-8", path.display())),
        _ => Failure::Refused(format!("cannot read {}: {e}", path.display())),
    })
}

/// Takes unfinished files away: the process is about to end.
pub fn remove_unfinished() {
    unfinished(|list| {
        for path in list.drain(..) {
            let _ = fs::remove_file(path);
        }
    });
}

fn unfinished(change: impl FnOnce(&mut Vec<PathBuf>)) {
    change(&mut UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
    }

    fn fill(path: &Path, result: Result<(), Failure>) -> Result<(), Failure> {
        let (mut out, _) = Out::captured(None);
        Target::open(Some(path))?.fill(&mut out, |out| {
            out.line("new")?;
            result
        })
    }

    #[test]
    fn a_file_is_there_in_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("labels.csv");
        fs::write(&path, "old").unwrap();
        assert!(fill(&path, Err(Failure::Refused("no".to_owned()))).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(dir.path()), ["labels.csv"], "nothing is left of the attempt");
        fill(&path, Ok(())).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new\n");
        assert_eq!(names(dir.path()), ["labels.csv"]);
    }

    #[test]
    fn a_link_stays_a_link_and_a_device_is_written_to() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("real"), dir.path().join("link"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        fill(&link, Ok(())).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "new\n");
        fill(Path::new("/dev/null"), Ok(())).unwrap();
    }

    #[test]
    fn a_missing_folder_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let error = fill(&dir.path().join("no/labels.csv"), Ok(())).unwrap_err();
        assert!(error.message().unwrap().contains("no/labels.csv: No such file"), "{error:?}");
        assert_eq!(error.code(), 1);
    }
}
