//! Copies of the store: made while people work, and put back while nobody does.

use super::error::StoreError;
use super::handle::Store;
use super::home::{Home, PART, give_to_owner_of, private_file, sync_dir};
use super::job::Weight;
use super::open::{format_of, open_file};
use super::queue::Lane;
use super::slot::{caught, senseless};
use super::tables::META;
use super::txn::{Read as _, Snapshot};
use crate::model::Time;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

impl Store {
    /// Copies the store to `to`, which must not exist, while reading goes on; changes wait for as long as it takes.
    ///
    /// # Errors
    /// The target exists or cannot be written; there is no half copy then.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let from = self.file().ok_or_else(|| StoreError::Misuse("a store in memory has no file".to_owned()))?;
        let to = to.to_owned();
        let copied: Result<Result<(), StoreError>, _> =
            self.submit(Lane::People, Time(0), Weight::default(), true, move |_| Ok(copy(&from, &to)));
        copied?
    }
}

/// Copies a database file nobody writes to: whole or not at all, durable, never over something else.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    let fail = |e: io::Error| match e.kind() {
        io::ErrorKind::AlreadyExists => {
            StoreError::File { path: to.to_owned(), why: "exists already; choose another name".to_owned() }
        }
        _ => StoreError::io(to, &e),
    };
    if to.exists() {
        return Err(fail(io::ErrorKind::AlreadyExists.into()));
    }
    let dir = to.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = to.file_name().ok_or_else(|| fail(io::ErrorKind::InvalidInput.into()))?;
    let mut part = std::ffi::OsString::from(".");
    part.push(name);
    part.push(format!(".{}{PART}", std::process::id()));
    let part = dir.join(part);
    let placed = fill(from, &part, to).and_then(|()| place(&part, to).map_err(fail));
    let _ = fs::remove_file(&part);
    placed?;
    sync_dir(dir)
}

/// What goes wrong is told of the name that was asked for.
fn fill(from: &Path, part: &Path, to: &Path) -> Result<(), StoreError> {
    let _ = fs::remove_file(part);
    let mut source = File::open(from).map_err(|e| StoreError::io(from, &e))?;
    let copy = private_file(part, OpenOptions::new().write(true).create_new(true));
    let mut copy = copy.map_err(|e| e.about(part, to))?;
    // io::copy clones or copies inside the kernel where it can.
    io::copy(&mut source, &mut copy).and_then(|_| copy.sync_all()).map_err(|e| StoreError::io(to, &e))
}

/// Gives the finished file its name: a link fails where a rename would overwrite.
fn place(part: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(part, to) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => fs::rename(part, to),
        done => done,
    }
}

/// Puts a backup in the place of the store in `dir`, and returns where the old one is kept (if there was one).
///
/// # Errors
/// `InUse` while the store has an owner; the file is no sound store of a format we know. The store is as it was then.
pub fn restore(dir: &Path, file: &Path) -> Result<Option<PathBuf>, StoreError> {
    let home = Home::lock(dir)?;
    let store = home.database();
    let fresh = store.with_extension("redb.restore");
    let _ = fs::remove_file(&fresh);
    let put = || {
        copy(file, &fresh)?;
        verify(&fresh, file)?;
        give_to_owner_of(dir, &fresh)?;
        give_to_owner_of(dir, &home.lock_file())?;
        let kept = if store.exists() { Some(keep(&store)?) } else { None };
        kept.iter().try_for_each(|kept| give_to_owner_of(dir, kept))?;
        fs::rename(&fresh, &store).map_err(|e| StoreError::io(&store, &e))?;
        sync_dir(dir)?;
        Ok(kept)
    };
    let done = put();
    let _ = fs::remove_file(&fresh);
    done
}

/// Gives the old store a second name, so that at no moment there is none under its own.
fn keep(store: &Path) -> Result<PathBuf, StoreError> {
    for n in 1.. {
        let suffix = if n == 1 { String::new() } else { format!("-{n}") };
        let kept = store.with_extension(format!("redb.before-restore{suffix}"));
        match fs::hard_link(store, &kept) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Ok(()) => return Ok(kept),
            // A file system without links.
            Err(_) => return copy(store, &kept).map(|()| kept),
        }
    }
    Err(StoreError::File { path: store.to_owned(), why: "too many copies beside it".to_owned() })
}

/// Whether this copy of `named` is a sound store: every page's checksum, and the format.
fn verify(copy: &Path, named: &Path) -> Result<(), StoreError> {
    let damaged = |why| StoreError::Damaged { path: named.to_owned(), why };
    let mut db = open_file(copy).map_err(|e| match e {
        StoreError::Foreign(_) => StoreError::Foreign(named.to_owned()),
        StoreError::Damaged { why, .. } => damaged(why),
        e => e,
    })?;
    match caught(|| db.check_integrity()) {
        Ok(Ok(_)) => {}
        Ok(Err(e)) => return Err(damaged(e.to_string())),
        Err(panic) => return Err(damaged(senseless(&panic))),
    }
    format_of(named, || Snapshot::new(&db)?.get(META, super::open::FORMAT)).map(|_| ())
}
