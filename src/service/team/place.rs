//! The team's socket: open to a group, never in the place of a server that lives.

use crate::service::api::{Reason, Refusal};
use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

/// Listens at `path`: for the members of a group, or for this account alone.
///
/// # Errors
/// Another server answers there; the path cannot be used; the socket cannot be given to the group.
pub(super) fn listen(path: &Path, group: Option<(&str, u32)>) -> Result<UnixListener, Refusal> {
    let refuse = |why: String| Refusal { reason: Reason::Unavailable, message: why };
    let fail = |e: io::Error| refuse(format!("no socket at {}: {e}", path.display()));
    if let Some(dir) = path.parent().filter(|dir| !dir.as_os_str().is_empty() && !dir.exists()) {
        DirBuilder::new().recursive(true).mode(0o755).create(dir).map_err(fail)?;
    }
    match fs::symlink_metadata(path) {
        Ok(found) if !found.file_type().is_socket() => {
            return Err(refuse(format!("{} is there and is no socket; name another with --socket", path.display())));
        }
        Ok(_) if UnixStream::connect(path).is_ok() => {
            return Err(refuse(format!("another server answers at {}; stop it first", path.display())));
        }
        Ok(_) => fs::remove_file(path).map_err(fail)?,
        Err(_) => {}
    }
    let listener = UnixListener::bind(path).map_err(fail)?;
    let opened = open_to(path, group);
    if opened.is_err() {
        let _ = fs::remove_file(path);
    }
    opened.map(|()| listener)
}

/// First nobody's, then the group's, then open to it: at no moment to others.
fn open_to(path: &Path, group: Option<(&str, u32)>) -> Result<(), Refusal> {
    let mode = |mode| {
        fs::set_permissions(path, Permissions::from_mode(mode))
            .map_err(|e| Refusal { reason: Reason::Unavailable, message: format!("{}: {e}", path.display()) })
    };
    mode(0o600)?;
    let Some((name, gid)) = group else { return Ok(()) };
    std::os::unix::fs::chown(path, None, Some(gid)).map_err(|e| {
        let account = super::accounts::own_name();
        let message = format!(
            "the socket {} cannot be given to group {name} ({e}): make {account} a member of it (usermod -aG {name} {account}), or let systemd make the socket",
            path.display()
        );
        Refusal { reason: Reason::NotPermitted, message }
    })?;
    mode(0o660)
}
