//! The thread that passes on the owner's notices, sees it leave, and brings the link back.

use super::rule::{self, Failed};
use super::{Shared, State};
use crate::service::api::Notice;
use crate::service::socket::{Remote, Trouble};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// The first pause between attempts, doubled up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Works until the link is closed.
pub(super) fn keep(shared: &Arc<Shared>) {
    let mut pause = FIRST_PAUSE;
    // Said once, however often it is tried.
    let mut refused = None;
    loop {
        let state = shared.lock();
        match &*state {
            State::Closed => return,
            State::Owner(_) | State::Suspended => {
                drop(shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner));
            }
            State::Remote(remote) => {
                let remote = Arc::clone(remote);
                drop(state);
                (pause, refused) = (FIRST_PAUSE, None);
                let trouble = pass_on(shared, &remote);
                let _ = shared.lost(&remote, trouble);
            }
            State::Down(_) => {
                drop(state);
                if !bring_back(shared, &mut refused) {
                    let state = shared.lock();
                    if matches!(*state, State::Down(_)) {
                        drop(shared.changed.wait_timeout(state, pause).unwrap_or_else(PoisonError::into_inner));
                    }
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }
}

/// Tells our watchers what the owner's are told, until it leaves.
fn pass_on(shared: &Shared, remote: &Arc<Remote>) -> Trouble {
    let mut watching = match remote.watch() {
        Ok(watching) => watching,
        Err(trouble) => return trouble,
    };
    let stopper = match watching.stopper() {
        Ok(stopper) => stopper,
        Err(e) => return Trouble::Gone(e.to_string()),
    };
    let stop = |new| *shared.stop_watching.lock().unwrap_or_else(PoisonError::into_inner) = new;
    stop(Some(Box::new(stopper)));
    // What happened before the stream began, and whether the link was left before it could be stopped.
    let current = matches!(&*shared.lock(), State::Remote(now) if Arc::ptr_eq(now, remote));
    if current {
        shared.hub.tell(Notice::Resync);
        while let Some(notices) = watching.wait() {
            notices.into_iter().for_each(|notice| shared.hub.tell(notice));
        }
    }
    stop(None);
    Trouble::Gone("it has left".to_owned())
}

/// One attempt; whether the link is no longer down.
fn bring_back(shared: &Shared, refused: &mut Option<String>) -> bool {
    let new = match rule::attempt(shared) {
        Ok(new) => new,
        Err(Failed { refusal, last }) => {
            let message = refusal.message.clone();
            {
                let mut state = shared.lock();
                let State::Down(why) = &mut *state else { return true };
                *why = refusal;
            }
            if last && refused.as_ref() != Some(&message) {
                shared.hub.tell(Notice::Refused { why: message.clone() });
                *refused = Some(message);
            }
            return false;
        }
    };
    let mut state = shared.lock();
    if matches!(*state, State::Down(_)) {
        *state = new;
        shared.changed.notify_all();
        drop(state);
        shared.hub.tell(Notice::Connected);
        shared.hub.tell(Notice::Resync);
    } else {
        // Closed or suspended meanwhile: let go of what was just taken.
        drop(state);
        drop(new);
    }
    true
}
