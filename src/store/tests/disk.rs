//! A disk in memory that fails, fills up, and loses what was not synced.

use redb::StorageBackend;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

/// A small generator of chances, the same for the same seed.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

enum Op {
    Length(u64),
    Write(u64, Vec<u8>),
}

fn apply(bytes: &mut Vec<u8>, op: &Op) {
    match op {
        Op::Length(length) => bytes.resize(*length as usize, 0),
        Op::Write(at, data) => {
            let (at, end) = (*at as usize, *at as usize + data.len());
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            bytes[at..end].copy_from_slice(data);
        }
    }
}

#[derive(Default)]
struct State {
    /// What the next process, or the next boot, finds.
    synced: Vec<u8>,
    /// What this process sees.
    seen: Vec<u8>,
    unsynced: Vec<Op>,
    /// Writes and syncs until the power goes; none after it succeeds.
    left: Option<u64>,
    /// One in so many fails, for no reason.
    flaky: Option<(Dice, u64)>,
    full: bool,
    failures: u64,
    /// Backends of earlier processes are dead.
    process: u64,
}

/// The disk; it outlives the processes that use it.
#[derive(Clone, Default)]
pub struct Disk(Arc<Mutex<State>>);

/// One process's view of it.
pub struct Opened {
    disk: Disk,
    process: u64,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opened")
    }
}

impl Disk {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub fn open(&self) -> Opened {
        Opened { disk: self.clone(), process: self.lock().process }
    }

    /// The power goes, or the process is killed, after so many more writes and syncs.
    pub fn die_after(&self, steps: u64) {
        self.lock().left = Some(steps);
    }

    /// One step in `of` fails.
    pub fn be_flaky(&self, seed: u64, of: u64) {
        self.lock().flaky = Some((Dice::new(seed), of));
    }

    /// Whether nothing more can be written.
    pub fn be_full(&self, full: bool) {
        self.lock().full = full;
    }

    pub fn failures(&self) -> u64 {
        self.lock().failures
    }

    /// Starts anew. With a loss of power each write that was not synced is there, torn, or not.
    pub fn restart(&self, power_lost: bool, dice: &mut Dice) {
        let mut state = self.lock();
        let mut bytes = std::mem::take(&mut state.synced);
        for mut op in std::mem::take(&mut state.unsynced) {
            if power_lost && dice.below(2) == 0 {
                continue;
            }
            if let (Op::Write(_, data), true) = (&mut op, power_lost && dice.below(4) == 0) {
                data.truncate((data.len() / 512) * dice.below(2) as usize * 512);
            }
            apply(&mut bytes, &op);
        }
        *state = State { seen: bytes.clone(), synced: bytes, process: state.process + 1, ..State::default() };
    }
}

impl State {
    fn step(&mut self, grows: bool) -> io::Result<()> {
        let failed = match &mut self.left {
            Some(0) => Some(io::Error::other("dead")),
            left => {
                if let Some(left) = left {
                    *left -= 1;
                }
                if self.flaky.as_mut().is_some_and(|(dice, of)| dice.below(*of) == 0) {
                    Some(io::Error::other("flaky"))
                } else if self.full && grows {
                    Some(io::ErrorKind::StorageFull.into())
                } else {
                    None
                }
            }
        };
        self.failures += u64::from(failed.is_some());
        failed.map_or(Ok(()), Err)
    }

    fn change(&mut self, op: Op) {
        apply(&mut self.seen, &op);
        self.unsynced.push(op);
    }
}

impl Opened {
    fn state(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.disk.lock();
        if state.process == self.process { Ok(state) } else { Err(io::Error::other("killed")) }
    }
}

impl StorageBackend for Opened {
    fn len(&self) -> io::Result<u64> {
        Ok(self.state()?.seen.len() as u64)
    }

    fn read(&self, at: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.state()?;
        let from = state.seen.get(at as usize..at as usize + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(from);
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        let mut state = self.state()?;
        let grows = length > state.seen.len() as u64;
        state.step(grows)?;
        state.change(Op::Length(length));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.state()?;
        state.step(false)?;
        for op in std::mem::take(&mut state.unsynced) {
            apply(&mut state.synced, &op);
        }
        Ok(())
    }

    fn write(&self, at: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.state()?;
        // A full disk refuses new room; file systems that copy on write refuse every write.
        let full = state.full;
        state.step(full)?;
        state.change(Op::Write(at, data.to_vec()));
        Ok(())
    }
}
