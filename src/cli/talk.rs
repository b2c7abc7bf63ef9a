//! stderr: everything that is not data. The one place that writes there.

use std::io::{self, IsTerminal as _, Write as _};

/// Says one thing on stderr, made safe for a terminal. Nothing can be done where stderr is closed.
pub fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", crate::text::sanitize_lines(text));
}

/// Says why a command failed.
pub fn error(text: &str) {
    say(&format!("labeltui: {text}"));
}

/// Whether a person is reading stderr now (progress bars).
#[must_use]
pub fn is_terminal() -> bool {
    io::stderr().is_terminal()
}
