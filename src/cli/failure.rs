//! How a command ends when it does not end well: one mapping from reasons to exit codes.

use crate::service::api::{Reason, Refusal};
use std::io;

/// Why a command failed. The messages are raw text; [`super::talk`] sanitises them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// No, refused, not permitted, not found (exit code 1).
    Refused(String),
    /// Wrong usage, wrong configuration, or no terminal for a screen (exit code 2).
    Usage(String),
    /// Store, server or disk cannot be reached, or speaks another version (exit code 3).
    Unreachable(String),
    /// Everything has been said already; only the exit code is left.
    Quiet(u8),
    /// The reader of our output went away: it has what it wanted.
    BrokenPipe,
}

impl Failure {
    /// The exit code that CLI.md promises.
    #[must_use]
    pub const fn code(&self) -> u8 {
        match self {
            Self::BrokenPipe => 0,
            Self::Refused(_) => 1,
            Self::Usage(_) => 2,
            Self::Unreachable(_) => 3,
            Self::Quiet(code) => *code,
        }
    }

    /// What is still to be said.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Refused(m) | Self::Usage(m) | Self::Unreachable(m) => Some(m),
            Self::Quiet(_) | Self::BrokenPipe => None,
        }
    }

    /// An IO error while reading or writing `what` (a file's name, "the output").
    #[must_use]
    pub fn io(what: &str, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::BrokenPipe,
            io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists | io::ErrorKind::IsADirectory => {
                Self::Refused(format!("{what}: {error}"))
            }
            _ => Self::Unreachable(format!("{what}: {error}")),
        }
    }

    /// An answer of the wrong kind: a mistake in the program, told instead of hidden.
    #[must_use]
    pub fn unexpected(asked: &str) -> Self {
        Self::Unreachable(format!("the store gave an answer of another kind to `{asked}`; is it another version?"))
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal.reason {
            Reason::Unavailable | Reason::Version => Self::Unreachable(refusal.message),
            _ => Self::Refused(refusal.message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_those_of_the_manual() {
        let refusal = |reason| Failure::from(Refusal { reason, message: "m".to_owned() });
        assert_eq!(refusal(Reason::NotFound).code(), 1);
        assert_eq!(refusal(Reason::NotPermitted).code(), 1);
        assert_eq!(refusal(Reason::Incomplete { missing: vec![] }).code(), 1);
        assert_eq!(refusal(Reason::Unavailable).code(), 3);
        assert_eq!(refusal(Reason::Version).code(), 3);
        assert_eq!(Failure::Usage(String::new()).code(), 2);
        assert_eq!(Failure::io("x", &io::Error::from(io::ErrorKind::BrokenPipe)).code(), 0);
        assert_eq!(Failure::io("x", &io::Error::from(io::ErrorKind::StorageFull)).code(), 3);
    }
}
