//! Pushing for as long as the program runs.

use super::fault::Fault;
use super::tell::Home;
use crate::service::api::Notice;
use crossbeam_channel::{Receiver, RecvTimeoutError};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long to wait for what.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// After the first sign of a change: what belongs together is pushed together.
    pub settle: Duration,
    /// What could not be pushed is tried again after this, then after twice that, and so on.
    pub again: Duration,
    /// The longest of these waits. After it everything is tried again, also what the server has refused.
    pub longest: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { settle: Duration::from_millis(500), again: Duration::from_secs(5), longest: Duration::from_secs(300) }
    }
}

/// What a wait ended with.
enum Woken {
    Change,
    Time,
    /// Nobody tells of changes any more.
    Over,
}

/// Pushes `sessions` (asked for anew each time), then whenever something has been done in one of them. `push` pushes one
/// session; `trouble` says what went wrong, once for each trouble. A store or a server that is away for a time is waited
/// for. Ends only where nobody tells of changes any more.
///
/// # Errors
/// There is nobody to tell of changes.
pub fn watch(
    home: Home<'_>,
    pace: Pace,
    sessions: impl Fn() -> Result<Vec<String>, Fault>,
    mut push: impl FnMut(&str) -> Result<(), Fault>,
    mut trouble: impl FnMut(&str),
) -> Result<(), Fault> {
    let notices = home.service.watch()?;
    let mut cursors: BTreeMap<String, u64> = BTreeMap::new();
    let mut wait = pace.again;
    let mut said = String::new();
    loop {
        let until = match round(home, &sessions, &mut cursors, &mut push) {
            Some(why) => {
                if why != said {
                    trouble(&format!("{why}; trying again"));
                    said = why;
                }
                cursors.clear();
                let until = wait;
                wait = (wait * 2).min(pace.longest);
                until
            }
            None => {
                wait = pace.again;
                said.clear();
                pace.longest
            }
        };
        match next(&notices, until, pace.settle) {
            Woken::Change => {}
            Woken::Time => cursors.clear(),
            Woken::Over => return Ok(()),
        }
    }
}

/// Every session once; what went wrong, if something did.
fn round(
    home: Home<'_>,
    sessions: &impl Fn() -> Result<Vec<String>, Fault>,
    cursors: &mut BTreeMap<String, u64>,
    push: &mut impl FnMut(&str) -> Result<(), Fault>,
) -> Option<String> {
    let sessions = match sessions() {
        Ok(sessions) => sessions,
        Err(fault) => return Some(fault.to_string()),
    };
    let mut failed = None;
    for session in sessions {
        if let Err(fault) = once(home, &session, cursors, push) {
            failed = Some(format!("{session}: {fault}"));
        }
    }
    failed
}

/// Pushes a session whose log has grown since the last time.
fn once(
    home: Home<'_>,
    session: &str,
    cursors: &mut BTreeMap<String, u64>,
    push: &mut impl FnMut(&str) -> Result<(), Fault>,
) -> Result<(), Fault> {
    home.gather(session)?;
    let cursor = home.links(Some(session))?.first().map_or(0, |view| view.link.cursor);
    if cursors.get(session) == Some(&cursor) {
        return Ok(());
    }
    push(session)?;
    cursors.insert(session.to_owned(), cursor);
    Ok(())
}

/// Waits for a change and lets it settle, or for the time to pass.
fn next(notices: &Receiver<Notice>, most: Duration, settle: Duration) -> Woken {
    let end = Instant::now() + most;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        match notices.recv_timeout(left) {
            Ok(Notice::Traces | Notice::Presence { .. } | Notice::Reconnecting | Notice::Refused { .. }) => {}
            Ok(_) => break,
            Err(RecvTimeoutError::Timeout) => return Woken::Time,
            Err(RecvTimeoutError::Disconnected) => return Woken::Over,
        }
    }
    let end = Instant::now() + settle;
    while notices.recv_timeout(end.saturating_duration_since(Instant::now())).is_ok() {}
    Woken::Change
}
