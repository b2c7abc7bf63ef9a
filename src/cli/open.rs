//! `open` and the bare command: the screen.

use super::{Context, Failure};
use crate::service::client::Service;
use crate::tui::{self, TuiOptions};
use clap::Args;
use std::path::PathBuf;
use std::sync::Arc;

/// What to review.
#[derive(Debug, Clone, Default, Args)]
pub struct OpenArgs {
    /// The session; the list of sessions where absent
    #[arg(value_name = "SESSION")]
    pub session: Option<String>,
}

/// Opens a session, or the list, on the store that the flags name.
///
/// # Errors
/// No terminal, a mistake in the keys, or no store.
pub fn run(args: OpenArgs, ctx: &Context) -> Result<(), Failure> {
    // Said before the store is opened: a pipe gets its answer at once.
    usable()?;
    let service = ctx.screen_service()?;
    screen(ctx, service, args.session)
}

/// Whether a screen can be shown at all.
///
/// # Errors
/// Standard output is no terminal, or one that cannot place text.
pub fn usable() -> Result<(), Failure> {
    let Some(why) = tui::unusable() else { return Ok(()) };
    // A command given to ssh gets no terminal unless one is asked for.
    let hint = if std::env::var_os("SSH_CONNECTION").is_some() { "; over ssh: ssh -t HOST labeltui open" } else { "" };
    Err(Failure::Usage(format!("{why}{hint}")))
}

/// Shows the screen on a service, until the person leaves.
///
/// # Errors
/// No terminal, a mistake in the keys, or a session that cannot be opened.
pub fn screen(ctx: &Context, service: Arc<dyn Service>, session: Option<String>) -> Result<(), Failure> {
    usable()?;
    if let Some((file, text)) = &ctx.config.keys {
        tui::keymap::Keymap::with_overrides(file, text).map_err(Failure::Usage)?;
    }
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    let options = TuiOptions {
        service,
        who: ctx.who().clone(),
        session,
        keys: ctx.config.keys.clone(),
        colors: ctx.config.colors.unwrap_or(true) && !no_color,
        letters: letters(&|name| std::env::var(name).ok().filter(|v| !v.is_empty())),
        mouse: ctx.config.mouse.unwrap_or(false),
        experiment: ctx.experiment().to_owned(),
        copies: copies(),
    };
    match tui::run(options) {
        Ok(0) => Ok(()),
        Ok(code) => Err(Failure::Quiet(u8::try_from(code).unwrap_or(1))),
        Err(error) => Err(Failure::Refused(error.to_string())),
    }
}

/// Copies go beside the store in the person's own data folder, whatever store is open; without a home to where they are.
fn copies() -> PathBuf {
    let folders = directories::ProjectDirs::from("", "", "labeltui");
    folders.map_or_else(|| PathBuf::from("labeltui-copies"), |f| f.data_dir().join("copies"))
}

/// Whether a terminal's fonts are likely to have no symbols: consoles, and locales that say so.
fn letters(env: &dyn Fn(&str) -> Option<String>) -> bool {
    let console = env("TERM").is_some_and(|t| ["linux", "dumb", "vt", "ansi", "cons"].iter().any(|c| t.starts_with(c)));
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| env(name));
    let other = |l: String| !l.to_ascii_lowercase().replace('-', "").contains("utf8");
    console || locale.is_some_and(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_stand_for_symbols_on_consoles_and_without_utf_8() {
        let with = |pairs: &'static [(&'static str, &'static str)]| {
            letters(&|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
        };
        assert!(!with(&[("TERM", "xterm-256color"), ("LANG", "en_US.UTF-8")]));
        assert!(!with(&[("TERM", "tmux"), ("LC_ALL", "C.utf8"), ("LANG", "C")]));
        assert!(!with(&[("TERM", "xterm")]));
        assert!(with(&[("TERM", "linux"), ("LANG", "C.UTF-8")]));
        assert!(with(&[("TERM", "xterm"), ("LC_CTYPE", "en_US.ISO-8859-1")]));
    }
}
