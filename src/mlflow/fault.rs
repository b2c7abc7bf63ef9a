//! What can go wrong with a server, in sentences that name the way out.

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Fault {
    /// No answer, after all retries; nothing is known of what the server did.
    #[error("{0}")]
    Unreachable(String),
    /// Something answers, but not a server that can be used: another version, another kind.
    #[error("{0}")]
    NotUsable(String),
    /// The settings make no sense.
    #[error("{0}")]
    Settings(String),
    /// 401 or 403.
    #[error("{0}")]
    Denied(String),
    /// The server said no, with its code.
    #[error("{message} ({code})")]
    Refused {
        /// `RESOURCE_DOES_NOT_EXIST`, ...
        code: String,
        /// Its words.
        message: String,
    },
    /// Something is answered, each time again, that is no answer to this call; other calls may be answered well.
    #[error("{why}")]
    Unfit {
        /// The HTTP status.
        status: u16,
        /// Which server and call, and what came.
        why: String,
    },
    /// Somebody wants this to end; what was done is kept.
    #[error("interrupted; what came is kept")]
    Stopped,
    /// The service behind us failed or said no.
    #[error("{}", .0.message)]
    Service(crate::service::api::Refusal),
    /// Asked for something that cannot be.
    #[error("{0}")]
    Invalid(String),
}

impl Fault {
    /// Whether the server said that there is no such thing.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code == "RESOURCE_DOES_NOT_EXIST" || code == "NOT_FOUND")
    }

    /// Whether the server itself failed at this call.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        match self {
            Self::Refused { code, .. } => code == "INTERNAL_ERROR",
            Self::Unfit { status, .. } => *status >= 500,
            _ => false,
        }
    }

    /// Whether the server said that there is one already.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code == "RESOURCE_ALREADY_EXISTS")
    }

    /// Whether going on with other things makes sense: only this one was refused.
    #[must_use]
    pub const fn is_about_one(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Denied(_) | Self::Invalid(_))
    }
}

impl From<crate::service::api::Refusal> for Fault {
    fn from(refusal: crate::service::api::Refusal) -> Self {
        Self::Service(refusal)
    }
}
