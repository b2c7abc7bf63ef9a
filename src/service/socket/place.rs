//! Where the private socket is: in the store's folder, or where a long path or a file system without sockets forbids
//! that, in a short private folder that the lock file names.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

/// Longest path of a socket, its final zero not counted: 108 bytes on Linux, 104 on macOS.
const LONGEST: usize = 103;

/// Places to try for the socket of the store in `dir`, the best first.
pub(in crate::service) fn candidates(dir: &Path, runtime: &[PathBuf]) -> Vec<PathBuf> {
    let uid = rustix::process::geteuid().as_raw();
    let absolute = fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
    let key = blake3::hash(absolute.as_os_str().as_encoded_bytes()).to_hex();
    let short = format!("labeltui-{uid}/{}.sock", &key.as_str()[..16]);
    let beside = crate::store::socket_path(&absolute);
    std::iter::once(beside)
        .chain(runtime.iter().map(|r| r.join(&short)))
        .filter(|path| path.as_os_str().len() <= LONGEST)
        .collect()
}

/// Folders for sockets, as the environment has them; `/tmp` always is short enough.
pub(in crate::service) fn runtime_dirs() -> Vec<PathBuf> {
    let given = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|p| p.is_absolute());
    given.into_iter().chain([PathBuf::from("/tmp")]).collect()
}

/// Makes the socket's folder where it is missing; it must be ours alone, since `/tmp` is everybody's.
pub(in crate::service) fn prepare(socket: &Path) -> io::Result<()> {
    let Some(dir) = socket.parent() else { return Ok(()) };
    match DirBuilder::new().mode(0o700).create(dir) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
        done => return done,
    }
    let found = fs::symlink_metadata(dir)?;
    let ours = found.is_dir() && found.uid() == rustix::process::geteuid().as_raw();
    // The store's own folder has been seen to already, and may be somebody's with a mode of their choice.
    let beside = socket.file_name() == crate::store::socket_path(dir).file_name();
    if beside || (ours && found.mode() & 0o077 == 0) {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::PermissionDenied, format!("{} is not a private folder of ours", dir.display())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_long_path_moves_the_socket_to_a_short_private_folder() {
        let short = tempfile::tempdir().unwrap();
        let long = short.path().join("x".repeat(90)).join("y".repeat(90));
        let runtime = [short.path().to_owned()];
        assert_eq!(candidates(Path::new("/s"), &runtime)[0], Path::new("/s/labeltui.sock"));
        let found = candidates(&long, &runtime);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with(short.path()) && found[0].as_os_str().len() <= LONGEST);
        assert_ne!(found, candidates(&long.join("other"), &runtime));
        prepare(&found[0]).unwrap();
        let dir = found[0].parent().unwrap();
        assert_eq!(dir.metadata().unwrap().mode() & 0o777, 0o700);
        fs::set_permissions(dir, fs::Permissions::from_mode(0o777)).unwrap();
        assert!(prepare(&found[0]).is_err());
    }
}
