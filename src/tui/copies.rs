//! Copies that go to a file: of what a terminal's clipboard does not take, or where there is none.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// As many copies of one name.
const MOST: u32 = 10_000;

/// Writes `text` to a new file `NAME-N.txt` in `folder`, which is made where it is missing. Only its owner may read it,
/// and no file is ever written over.
///
/// # Errors
/// The folder or the file cannot be made, or the disk is full; then no half a file is left.
pub(super) fn keep(folder: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    for n in 1..MOST {
        let path = folder.join(format!("{name}-{n}.txt"));
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(mut file) => {
                return match file.write_all(text.as_bytes()) {
                    Ok(()) => Ok(path),
                    Err(e) => {
                        let _ = std::fs::remove_file(&path);
                        Err(e)
                    }
                };
            }
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
        }
    }
    Err(io::Error::other("there are too many copies of that name"))
}

/// Whether this terminal is known to have no clipboard that a program may write to.
pub(super) fn no_clipboard() -> bool {
    let is = |name: &str, known: &[&str]| std::env::var(name).is_ok_and(|v| known.contains(&v.as_str()));
    // The Linux console and real terminals have none; Apple's Terminal ignores OSC 52.
    is("TERM", &["linux", "vt100", "vt102", "vt220", "vt320"]) || is("TERM_PROGRAM", &["Apple_Terminal"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_copy_is_private_and_never_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("a/copies");
        let first = keep(&folder, "message-tr-1", "one").unwrap();
        let second = keep(&folder, "message-tr-1", "two").unwrap();
        assert_eq!(first, folder.join("message-tr-1-1.txt"));
        assert_eq!(second, folder.join("message-tr-1-2.txt"));
        assert_eq!(std::fs::read_to_string(&first).unwrap(), "one");
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&first), mode(&folder)), (0o600, 0o700));
        assert!(keep(&first, "x", "y").is_err(), "a folder that is a file");
    }
}
