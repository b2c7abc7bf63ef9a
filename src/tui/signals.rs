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
                SIGHUP | SIGTERM => Msg::Leave,
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

/// Stops this process as an unhandled SIGTSTP would; returns once it goes on.
pub(super) fn stop_now() {
    let _ = signal_hook::low_level::emulate_default_handler(SIGTSTP);
}
