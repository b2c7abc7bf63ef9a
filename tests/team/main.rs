//! The team server on a real machine: accounts, groups, OpenSSH, systemd's files. Needs root and openssh-server; where they are
//! missing these tests fail, they do not skip. Every account they make is theirs alone and is removed again.

// A test fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "../support/mod.rs"]
mod support;

mod assets;
mod disk;
mod machine;
mod restore;
mod roles;
mod ssh;
mod sshd;
