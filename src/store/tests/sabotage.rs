//! What a store must never do, to show that tests would see it; and a death at the worst moment.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

static EARLY: AtomicBool = AtomicBool::new(false);
static COMMITS_LEFT: AtomicU64 = AtomicU64::new(0);

/// From now on changes of this process are answered before they are durable.
pub fn answer_early() {
    EARLY.store(true, Ordering::SeqCst);
}

pub fn answers_early() -> bool {
    EARLY.load(Ordering::SeqCst)
}

/// Kills this process after so many commits: durable, and nobody has been told.
pub fn die_after(commits: u64) {
    COMMITS_LEFT.store(commits, Ordering::SeqCst);
}

pub fn after_commit() {
    let left = COMMITS_LEFT.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
    if left == Ok(1) {
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        // It is on its way.
        loop {
            std::thread::park();
        }
    }
}
