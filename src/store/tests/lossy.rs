//! A file on a disk that loses what was not synced, when its process is killed: writes wait in the process, and a sync puts them into
//! the file one by one, so that a kill may fall between two of them. Some are written at once, out of their order.

use super::super::{Store, StoreError};
use super::disk::Dice;
use redb::{Database, StorageBackend};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard};

enum Op {
    Length(u64),
    Write(u64, Vec<u8>),
}

struct State {
    file: File,
    /// What this process sees.
    seen: Vec<u8>,
    unsynced: Vec<Op>,
    dice: Dice,
}

struct Lossy(Mutex<State>);

impl std::fmt::Debug for Lossy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lossy")
    }
}

/// Opens the store in `dir`, which must exist, on such a disk.
pub fn open(dir: &Path) -> Result<Store, StoreError> {
    Store::open_by(dir, |path| {
        let seen = std::fs::read(path).map_err(|e| StoreError::io(path, &e))?;
        let file = OpenOptions::new().read(true).write(true).open(path).map_err(|e| StoreError::io(path, &e))?;
        let dice = Dice::new(u64::from(std::process::id()));
        let disk = Lossy(Mutex::new(State { file, seen, unsynced: Vec::new(), dice }));
        Ok(Database::builder().create_with_backend(disk)?)
    })
}

impl State {
    fn put(&self, op: &Op) -> io::Result<()> {
        match op {
            Op::Length(length) => self.file.set_len(*length),
            Op::Write(at, data) => self.file.write_all_at(data, *at),
        }
    }
}

impl Lossy {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl StorageBackend for Lossy {
    fn len(&self) -> io::Result<u64> {
        Ok(self.state().seen.len() as u64)
    }

    fn read(&self, at: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.state();
        let from = state.seen.get(at as usize..at as usize + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(from);
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        let mut state = self.state();
        state.seen.resize(length as usize, 0);
        state.unsynced.push(Op::Length(length));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.state();
        for op in std::mem::take(&mut state.unsynced) {
            state.put(&op)?;
        }
        Ok(())
    }

    fn write(&self, at: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        let from = at as usize;
        state.seen[from..from + data.len()].copy_from_slice(data);
        let op = Op::Write(at, data.to_vec());
        // A disk may also write what it was not asked to, but only into room that is there.
        let grows = state.unsynced.iter().any(|op| matches!(op, Op::Length(_)));
        if !grows && state.dice.below(4) == 0 {
            state.put(&op)?;
        }
        // Again at the sync, in its place: an older write to the same page must not come after it.
        state.unsynced.push(op);
        Ok(())
    }
}
