//! How a rule ends: with an answer, with a refusal (nothing written), or with a failure of the store.

use super::api::{Notice, Reason, Refusal, Response};
use crate::store::StoreError;

/// Why a rule stopped.
#[derive(Debug)]
pub enum Stop {
    /// The rule says no. Rules check before they write, so that a refusal costs nobody else a rerun.
    Refused(Refusal),
    /// The store failed.
    Store(StoreError),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What a rule gives.
pub type Ruled<T> = Result<T, Stop>;

/// A change's answer, and what watchers are told once it is durable.
#[derive(Debug)]
pub struct Done {
    /// For the one who asked.
    pub response: Response,
    /// For everybody.
    pub notices: Vec<Notice>,
}

impl Done {
    /// An answer that nobody else needs to know of.
    #[must_use]
    pub const fn quiet(response: Response) -> Self {
        Self { response, notices: Vec::new() }
    }

    /// An answer and one notice.
    #[must_use]
    pub fn telling(response: Response, notice: Notice) -> Self {
        Self { response, notices: vec![notice] }
    }
}

/// As the store's jobs want it.
///
/// # Errors
/// The store's.
pub fn settle<T>(ruled: Ruled<T>) -> Result<Result<T, Refusal>, StoreError> {
    match ruled {
        Ok(done) => Ok(Ok(done)),
        Err(Stop::Refused(refusal)) => Ok(Err(refusal)),
        Err(Stop::Store(error)) => Err(error),
    }
}

/// A refusal as a value to return.
pub fn no(reason: Reason, message: impl Into<String>) -> Stop {
    Stop::Refused(Refusal { reason, message: message.into() })
}

/// The store failed: for people, with the way out.
#[must_use]
pub fn unavailable(error: &StoreError) -> Refusal {
    // What is about the system, or about this program, does not name what it is about.
    let message = match error {
        StoreError::Failed { full: false, .. } | StoreError::Misuse(_) => format!("the store: {error}"),
        _ => error.to_string(),
    };
    Refusal { reason: Reason::Unavailable, message }
}
