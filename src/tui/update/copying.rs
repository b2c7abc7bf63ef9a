//! Copying what is under the cursor: to the terminal's clipboard, or to a file.

use crate::text::Class;
use crate::tui::app::App;
use crate::tui::command::Command;
use crate::tui::effect::Effect;

/// What terminals take at most: hterm and xterm drop an OSC 52 of more than 100,000 characters, and three bytes are four
/// of them.
const MOST: usize = 74_994;

/// `Y`: what is under the cursor to the clipboard; what is too large for one, or has none to go to, to a file.
pub(super) fn clipboard(app: &mut App, out: &mut Vec<Effect>) {
    let Some((what, text)) = app.pane_mut().and_then(|p| p.copy_text()) else {
        return app.say(Class::Warning, "there is nothing to copy here");
    };
    if app.no_clipboard || text.len() > MOST {
        return keep(app, what, text, out);
    }
    let file = app.key(Command::CopyToFile);
    let what = app.pane_mut().and_then(|p| p.copy_name()).filter(|_| what != "path").unwrap_or_else(|| what.to_owned());
    app.say(Class::Good, format!("{what} sent to the clipboard ({}) · {file} copies it to a file", size(text.len())));
    out.push(Effect::Copy(text));
}

/// `C`: the same to a file. In the raw view, where `Y` copies a path, all of the JSON.
pub(super) fn file(app: &mut App, out: &mut Vec<Effect>) {
    match app.pane_mut().and_then(|p| p.copy_whole()) {
        Some((what, text)) => keep(app, what, text, out),
        None => app.say(Class::Warning, "there is nothing to copy here"),
    }
}

fn keep(app: &mut App, what: &'static str, text: String, out: &mut Vec<Effect>) {
    let name = app.pane_mut().and_then(|p| p.copy_name()).unwrap_or_else(|| what.to_owned());
    app.say(Class::Accent, format!("copying the {name} ({}) to a file…", size(text.len())));
    out.push(Effect::Keep { what, text });
}

/// The file is there, or not.
pub(super) fn kept(app: &mut App, what: &str, result: &Result<String, String>) {
    match result {
        Ok(path) => app.say(Class::Good, format!("{what} copied to {path}")),
        Err(why) => app.say(Class::Error, format!("the {what} could not be copied to a file: {why}")),
    }
}

/// "340 bytes", "1.2 KB", "5.0 MB".
fn size(bytes: usize) -> String {
    match bytes {
        0..=999 => format!("{bytes} bytes"),
        1_000..=999_949 => format!("{}.{} KB", bytes / 1000, bytes % 1000 / 100),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn sizes_read_well() {
        assert_eq!([0, 999, 1_250, 5_000_000].map(super::size), ["0 bytes", "999 bytes", "1.2 KB", "5.0 MB"]);
    }
}
