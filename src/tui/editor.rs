//! `$EDITOR` on a text: a private temporary file, the editor on the terminal, and the text that comes back.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::Command;

/// Lets the person edit a text. The terminal must have been given back.
///
/// # Errors
/// A sentence for the person: no editor, it failed, or the file could not be used.
pub(super) fn edit(text: &str) -> Result<String, String> {
    let name = format!("labeltui-{}.txt", uuid::Uuid::now_v7());
    let path = std::env::temp_dir().join(name);
    let result = write(&path, text).and_then(|()| run(&path)).and_then(|()| {
        let bytes = fs::read(&path).map_err(|e| format!("the edited text cannot be read: {e}"))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    });
    // What was written is a draft by now; the file must not stay.
    let _ = fs::remove_file(&path);
    result
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.and_then(|mut f| f.write_all(text.as_bytes())).map_err(|e| format!("no temporary file for the editor: {e}"))
}

fn run(path: &Path) -> Result<(), String> {
    let set = |name: &str| std::env::var(name).ok().filter(|v| !v.trim().is_empty());
    let editor = set("VISUAL").or_else(|| set("EDITOR")).unwrap_or_else(|| "vi".to_owned());
    // Through the shell, since the variable may hold arguments ("code --wait").
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg(format!("{editor} \"$1\"")).arg("sh").arg(path);
    super::lean::leave_alone(&mut shell);
    match shell.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("the editor ({editor}) ended with {status}; the text is as it was")),
        Err(error) => Err(format!("the editor ({editor}) cannot be started: {error}")),
    }
}
