//! Memory that a closed trace needed goes back to the system.
//!
//! mimalloc keeps what is freed for a while: after a page of a dense 5 MB JSON was made, 100-129 MB stayed resident of
//! which half was free. Its setting for that is read when a program starts, and setting it later needs `unsafe`; so a
//! screen starts itself once more with it (the same process, terminal and arguments). Measured on that trace: 61-73 MB,
//! and no slower. A server, an import and all other commands have mimalloc's own setting, which is faster there.

/// Milliseconds after which freed memory is given back (mimalloc's `mi_option_purge_delay`): at once.
const SETTING: (&str, &str) = ("MIMALLOC_PURGE_DELAY", "0");

/// Goes on as the same program with the setting for giving memory back, unless somebody has made one of their own. Where
/// it cannot, nothing happens: it is about memory alone. To be called before anything else is open.
#[cfg(unix)]
pub fn restart() {
    use std::os::unix::process::CommandExt;
    if std::env::var_os(SETTING.0).is_some() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut again = std::process::Command::new(program);
    let mut args = std::env::args_os();
    if let Some(name) = args.next() {
        again.arg0(name);
    }
    // Comes back only if it failed.
    drop(again.args(args).env(SETTING.0, SETTING.1).exec());
}

/// Elsewhere there is no way to go on as another program.
#[cfg(not(unix))]
pub fn restart() {}

/// An editor or a shell that is started from the screen is none of this.
pub(super) fn leave_alone(command: &mut std::process::Command) {
    if std::env::var_os(SETTING.0).is_some_and(|v| v == SETTING.1) {
        command.env_remove(SETTING.0);
    }
}
