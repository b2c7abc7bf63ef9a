//! Signals as messages: leave, interrupt, suspend, go on, resize.

use super::msg::Msg;
use crossbeam_channel::Sender;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Starts listening. While `away` (an editor has the terminal) a stop stops this process at once, and an interrupt is the
/// editor's.
pub(super) fn start(to: Sender<Msg>, away: Arc<AtomicBool>) -> io::Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGTERM, SIGINT, SIGTSTP, SIGCONT, SIGWINCH])?;
    std::thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            let away = away.load(Ordering::SeqCst);
            let msg = match signal {
                SIGHUP => Msg::Gone,
                SIGTERM => Msg::Leave,
                SIGINT if !away => Msg::Interrupt,
                SIGTSTP if away => {
                    stop_now();
                    continue;
                }
                SIGTSTP => Msg::Suspend,
                SIGCONT if !away => Msg::Resumed,
                SIGWINCH => match crossterm::terminal::size() {
                    Ok((width, height)) => Msg::Resize(width, height),
                    Err(_) => continue,
                },
                _ => continue,
            };
            if to.send(msg).is_err() {
                return;
            }
        }
    })?;
    Ok(())
}

/// Whether a stopped process of this terminal would stay stopped: its process group is the session's first (`ssh -t server
/// labeltui ...`, a terminal that starts the program itself), or whoever started it is of another session, so there is no
/// shell with job control above.
pub(super) fn no_shell() -> bool {
    use rustix::process::{getpgrp, getppid, getsid};
    let Ok(session) = getsid(None) else { return false };
    getpgrp() == session || getppid().is_none_or(|parent| getsid(Some(parent)).ok() != Some(session))
}

/// Stops this process as an unhandled SIGTSTP would; returns once it goes on.
pub(super) fn stop_now() {
    let _ = signal_hook::low_level::emulate_default_handler(SIGTSTP);
}
