//! Signals that end a command (a screen has its own, `tui::signals`).

use super::{file, talk};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

/// What a shell reports for Ctrl-C, and what CLI.md promises to a script.
const INTERRUPTED: i32 = 130;
/// How long a signal waits for a command that keeps what it has.
const PATIENCE: Duration = Duration::from_secs(3);

/// How a command that has something to keep stands to a signal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stand {
    /// There is nothing to wait for.
    Free,
    /// There may be something to keep.
    Busy,
    /// A signal has come and waits.
    Asked,
    /// It is kept.
    Kept,
}

static STAND: Mutex<Stand> = Mutex::new(Stand::Free);
static CHANGED: Condvar = Condvar::new();

/// From now on Ctrl-C takes unfinished files away and ends with 130; its relatives do what they always do.
pub fn watch() {
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return };
    std::thread::spawn(move || {
        for signal in signals.forever() {
            let_keep();
            file::remove_unfinished();
            if signal == SIGINT {
                talk::say("interrupted; what was acknowledged is kept");
                std::process::exit(INTERRUPTED);
            }
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    });
}

/// Waits until a command that has something to keep has kept it.
fn let_keep() {
    let Ok(mut stand) = STAND.lock() else { return };
    if *stand == Stand::Busy {
        *stand = Stand::Asked;
        drop(CHANGED.wait_timeout_while(stand, PATIENCE, |stand| *stand == Stand::Asked));
    }
}

/// A command that has something to keep before a signal ends it.
pub struct Keeping(());

impl Keeping {
    /// From now on a signal asks first.
    #[must_use]
    pub fn begin() -> Self {
        set(|_| Stand::Busy);
        Self(())
    }

    /// Whether a signal waits.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        STAND.lock().is_ok_and(|stand| *stand == Stand::Asked)
    }

    /// Everything is kept.
    pub fn kept(&self) {
        set(|stand| if stand == Stand::Asked { Stand::Kept } else { stand });
    }
}

impl Drop for Keeping {
    /// Where a signal ends the program it does so in its own way, and not as a command that has come to its end.
    fn drop(&mut self) {
        let asked = STAND.lock().is_ok_and(|stand| matches!(*stand, Stand::Asked | Stand::Kept));
        set(|stand| if stand == Stand::Busy { Stand::Free } else { Stand::Kept });
        if asked {
            loop {
                std::thread::park();
            }
        }
    }
}

fn set(to: impl FnOnce(Stand) -> Stand) {
    if let Ok(mut stand) = STAND.lock() {
        *stand = to(*stand);
        CHANGED.notify_all();
    }
}
