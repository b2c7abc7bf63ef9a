//! Who is at the other end, as the kernel says.

use std::io;
use std::os::unix::net::UnixStream;

/// The other process's user id.
#[cfg(target_os = "linux")]
pub(super) fn uid(stream: &UnixStream) -> io::Result<u32> {
    Ok(rustix::net::sockopt::socket_peercred(stream)?.uid.as_raw())
}

/// The other process's user id.
#[cfg(not(target_os = "linux"))]
pub(super) fn uid(stream: &UnixStream) -> io::Result<u32> {
    Ok(nix::unistd::getpeereid(stream)?.0.as_raw())
}

/// Our own user id.
pub(super) fn me() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Whether the other process runs as us.
pub(super) fn is_me(stream: &UnixStream) -> io::Result<bool> {
    Ok(uid(stream)? == me())
}
