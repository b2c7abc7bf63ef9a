//! The store's folder: who owns it, and the names in it.
//!
//! The lock is a `flock` on a file that is never removed: whoever holds it is the owner, and a killed owner lets go by
//! dying. The file's text says who that is and where its socket is.

use super::error::StoreError;
use serde::{Deserialize, Serialize};
use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};

/// The database's name in the store's folder.
pub(super) const DATABASE: &str = "labeltui.redb";
/// After the database's name: a copy for the doctor.
pub(super) const DOCTOR: &str = ".doctor-";
/// At the end of a copy that is not finished.
pub(super) const PART: &str = ".part";
const LOCK: &str = "labeltui.lock";
const SOCKET: &str = "labeltui.sock";

/// The owner of a store, as its lock file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its process.
    pub pid: u32,
    /// Its program's version.
    pub version: String,
    /// Where it answers, once it does.
    pub socket: Option<PathBuf>,
}

/// A locked folder; dropping it lets go.
pub(super) struct Home {
    dir: PathBuf,
    lock: File,
}

impl Home {
    /// Makes the folder where it is missing and takes its lock.
    pub(super) fn lock(dir: &Path) -> Result<Self, StoreError> {
        make_private(dir)?;
        let path = dir.join(LOCK);
        let lock = private_file(&path, OpenOptions::new().read(true).write(true).create(true))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::InUse(dir.to_owned())),
            Err(TryLockError::Error(e)) => return Err(StoreError::io(&path, &e)),
        }
        let home = Self { dir: dir.to_owned(), lock };
        home.announce(None)?;
        Ok(home)
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn database(&self) -> PathBuf {
        self.dir.join(DATABASE)
    }

    pub(super) fn lock_file(&self) -> PathBuf {
        self.dir.join(LOCK)
    }

    /// Removes the copies that a killed doctor or backup has left here: they are as large as the store.
    pub(super) fn tidy(&self) {
        let left = |name: &str| {
            name.strip_prefix(DATABASE).is_some_and(|rest| rest.starts_with(DOCTOR))
                || name.strip_prefix('.').is_some_and(|rest| rest.starts_with(DATABASE) && rest.ends_with(PART))
        };
        for entry in self.dir.read_dir().into_iter().flatten().flatten() {
            if entry.file_name().to_str().is_some_and(left) {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }

    /// Writes down who the owner is and where it answers.
    pub(super) fn announce(&self, socket: Option<&Path>) -> Result<(), StoreError> {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let holder = Holder { pid: std::process::id(), version, socket: socket.map(Path::to_owned) };
        let text = serde_json::to_vec(&holder).map_err(|e| StoreError::Misuse(e.to_string()))?;
        let write = || {
            let mut file = &self.lock;
            file.set_len(0)?;
            file.rewind()?;
            file.write_all(&text)
        };
        write().map_err(|e| StoreError::io(&self.dir.join(LOCK), &e))
    }
}

/// What the lock file says; `None` where there is none, or while it is being written.
#[must_use]
pub fn holder(dir: &Path) -> Option<Holder> {
    let mut text = String::new();
    File::open(dir.join(LOCK)).ok()?.take(64 << 10).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

/// The private socket's usual place.
#[must_use]
pub fn socket_path(dir: &Path) -> PathBuf {
    dir.join(SOCKET)
}

/// A folder for its owner alone. One that holds other things is somebody's own: its mode is left to them.
fn make_private(dir: &Path) -> Result<(), StoreError> {
    let fail = |e: std::io::Error| StoreError::io(dir, &e);
    if !dir.exists() {
        return DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(fail);
    }
    let loose = dir.metadata().map_err(fail)?.mode() & 0o077 != 0;
    if loose {
        let mut entries = dir.read_dir().map_err(fail)?;
        if dir.join(DATABASE).exists() || entries.next().is_none() {
            std::fs::set_permissions(dir, Permissions::from_mode(0o700)).map_err(fail)?;
        }
    }
    Ok(())
}

/// Opens a file that only its owner may read, also where it was there with a looser mode.
pub(super) fn private_file(path: &Path, options: &mut OpenOptions) -> Result<File, StoreError> {
    let fail = |e: std::io::Error| StoreError::io(path, &e);
    let file = options.mode(0o600).open(path).map_err(fail)?;
    if file.metadata().map_err(fail)?.mode() & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(0o600)).map_err(fail)?;
    }
    Ok(file)
}

/// Gives a file to whom its folder belongs: root may put back a store that a server's account has to read.
pub(super) fn give_to_owner_of(dir: &Path, file: &Path) -> Result<(), StoreError> {
    let owner = dir.metadata().map_err(|e| StoreError::io(dir, &e))?;
    if file.metadata().map_err(|e| StoreError::io(file, &e))?.uid() == owner.uid() {
        return Ok(());
    }
    chown(file, Some(owner.uid()), Some(owner.gid())).map_err(|e| {
        let why = format!(
            "it belongs to {name}, who cannot be given a file ({e}); do this as {name}",
            name = account(owner.uid())
        );
        StoreError::File { path: dir.to_owned(), why }
    })
}

/// An account's name; its number where it has none.
pub(super) fn account(uid: u32) -> String {
    let found = nix::unistd::User::from_uid(nix::unistd::Uid::from_raw(uid)).ok().flatten();
    found.map_or_else(|| format!("user id {uid}"), |user| user.name)
}

/// Makes renames and new names in a folder durable.
pub(super) fn sync_dir(dir: &Path) -> Result<(), StoreError> {
    File::open(dir).and_then(|d| d.sync_all()).map_err(|e| StoreError::io(dir, &e))
}
