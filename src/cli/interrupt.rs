//! Signals that end a command (a screen has its own, `tui::signals`).

use super::{file, talk};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// What a shell reports for Ctrl-C, and what CLI.md promises to a script.
const INTERRUPTED: i32 = 130;

/// From now on Ctrl-C takes unfinished files away and ends with 130; its relatives do what they always do.
pub fn watch() {
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return };
    std::thread::spawn(move || {
        for signal in signals.forever() {
            file::remove_unfinished();
            if signal == SIGINT {
                talk::say("interrupted; what was acknowledged is kept");
                std::process::exit(INTERRUPTED);
            }
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    });
}
