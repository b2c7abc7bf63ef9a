//! Reading, parsing and compressing at once, on several threads, in bounded memory; results in the file's order.

use super::document::{Document, read_document};
use super::frame::{Block, Broken, Frames};
use super::pack::Packer;
use crossbeam_channel::{Receiver, Sender, bounded};
use memchr::memchr_iter;
use std::collections::BTreeMap;
use std::io::Read;
use std::ops::ControlFlow;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

/// Most bytes of a file that are in work at once; one document larger than this is, alone.
const IN_WORK: usize = 24 << 20;

/// A piece of the file and its number.
type Piece = (u64, Result<Block, Broken>);

/// One document's line and what became of it.
type Read1 = (u64, Result<Document, String>);

/// Reads every document of a file and calls `each` with its line, in order, on the calling thread, until it breaks.
/// `packer` makes one packer a thread.
pub fn each_document(
    from: impl Read + Send,
    threads: usize,
    packer: impl Fn() -> Result<Packer, String> + Sync,
    mut each: impl FnMut(u64, Result<Document, String>) -> ControlFlow<()>,
) {
    let threads = threads.max(1);
    let budget = Budget::default();
    let (work, queue) = bounded::<Piece>(threads);
    let (done, results) = bounded(threads);
    thread::scope(|scope| {
        scope.spawn(|| feed(from, &budget, work));
        for _ in 0..threads {
            let (queue, done) = (queue.clone(), done.clone());
            let packer = &packer;
            scope.spawn(move || work_off(packer(), &queue, &done));
        }
        drop((queue, done));
        in_order(&results, |size, documents| {
            for (line, document) in documents {
                if each(line, document).is_break() {
                    return ControlFlow::Break(());
                }
            }
            budget.give_back(size);
            ControlFlow::Continue(())
        });
        // After a break: whoever waits goes home.
        drop(results);
        budget.close();
    });
}

fn feed(from: impl Read, budget: &Budget, work: Sender<Piece>) {
    for (number, frame) in (0..).zip(Frames::new(from)) {
        let size = frame.as_ref().map_or(0, |b| b.bytes.len());
        if !budget.take(size) || work.send((number, frame)).is_err() {
            return;
        }
    }
}

/// Number of the piece, its size, its documents.
type Done = (u64, usize, Vec<Read1>);

fn work_off(packer: Result<Packer, String>, queue: &Receiver<Piece>, done: &Sender<Done>) {
    let mut packer = packer;
    for (number, frame) in queue {
        let sent = match (&mut packer, frame) {
            (_, Err((line, why))) => done.send((number, 0, vec![(line, Err(why))])),
            (Err(why), Ok(block)) => done.send((number, block.bytes.len(), vec![(block.line, Err(why.clone()))])),
            (Ok(packer), Ok(block)) => done.send((number, block.bytes.len(), documents(&block, packer))),
        };
        if sent.is_err() {
            return;
        }
    }
}

fn documents(block: &Block, packer: &mut Packer) -> Vec<Read1> {
    if !block.by_line {
        return vec![(block.line, read_document(&block.bytes, packer))];
    }
    let mut all = Vec::new();
    let mut from = 0;
    let ends = memchr_iter(b'\n', &block.bytes).chain([block.bytes.len()]);
    for (line, end) in (block.line..).zip(ends) {
        let bytes = block.bytes.get(from..end).unwrap_or_default();
        from = end + 1;
        if !bytes.trim_ascii().is_empty() {
            let began = Instant::now();
            all.push((line, read_document(bytes, packer)));
            packer.rest(began.elapsed());
        }
    }
    all
}

/// Hands results on by their number.
fn in_order(results: &Receiver<Done>, mut each: impl FnMut(usize, Vec<Read1>) -> ControlFlow<()>) {
    let mut next = 0;
    let mut early = BTreeMap::new();
    for (number, size, documents) in results {
        early.insert(number, (size, documents));
        while let Some((size, documents)) = early.remove(&next) {
            next += 1;
            if each(size, documents).is_break() {
                return;
            }
        }
    }
}

/// Bytes in work. One taker may always have something, however large.
#[derive(Default)]
struct Budget {
    state: Mutex<(usize, bool)>,
    changed: Condvar,
}

impl Budget {
    /// Waits for room; false once closed.
    fn take(&self, bytes: usize) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while !state.1 && state.0 > 0 && state.0 + bytes > IN_WORK {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.0 += bytes;
        !state.1
    }

    fn give_back(&self, bytes: usize) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 = state.0.saturating_sub(bytes);
        self.changed.notify_all();
    }

    fn close(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).1 = true;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(n: usize) -> String {
        format!("{{\"info\":{{\"trace_id\":\"tr-{n}\"}},\"data\":{{\"spans\":[]}},\"pad\":\"{}\"}}\n", "x".repeat(2000))
    }

    #[test]
    fn documents_come_in_the_file_s_order_whatever_the_threads_do() {
        let text: String = (1..=3000).map(line).collect();
        let mut seen = Vec::new();
        each_document(text.as_bytes(), 4, Packer::new, |line, document| {
            seen.push((line, document.unwrap().traces.remove(0).summary.trace_id));
            ControlFlow::Continue(())
        });
        let wanted: Vec<_> = (1..=3000).map(|n| (n, format!("tr-{n}"))).collect();
        assert_eq!(seen, wanted);
    }

    /// An endless file that counts how far ahead of the taker it was read.
    struct Endless<'a> {
        given: usize,
        read: &'a std::sync::atomic::AtomicUsize,
    }

    impl Read for Endless<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let line = line(1);
            let n = into.len().min(line.len() - self.given % line.len());
            into[..n].copy_from_slice(&line.as_bytes()[self.given % line.len()..][..n]);
            self.given += n;
            self.read.store(self.given, std::sync::atomic::Ordering::SeqCst);
            Ok(n)
        }
    }

    #[test]
    fn an_endless_file_is_read_no_further_than_memory_allows_and_stopping_ends_all_threads() {
        let read = std::sync::atomic::AtomicUsize::new(0);
        let mut taken = 0usize;
        let mut most = 0;
        each_document(Endless { given: 0, read: &read }, 2, Packer::new, |_, document| {
            taken += line(1).len();
            assert!(document.is_ok());
            most = most.max(read.load(std::sync::atomic::Ordering::SeqCst).saturating_sub(taken));
            if taken > 2 * IN_WORK { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert!(most < IN_WORK + (16 << 20), "{most}");
    }
}
