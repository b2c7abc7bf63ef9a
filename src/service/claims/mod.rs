//! Claims: nobody gets what somebody else is at (RULES: Claims). Only where a store is served to a team.
//!
//! A claim is a place on an item, for 15 minutes from its holder's last activity. It stays its holder's when its time
//! is over, until somebody else takes the place.

pub mod ends;
pub mod hold;
pub mod leave;
pub mod room;

#[cfg(test)]
mod model_test;
#[cfg(test)]
mod tests;

use crate::model::Time;

/// How long a claim lasts from the last activity.
pub const LEASE_MS: i64 = 15 * 60 * 1000;
/// A claim that lasts at least this long is not renewed: it is written at most once a minute, not with every key.
pub const FRESH_MS: i64 = LEASE_MS - 60_000;

/// Whether anything is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claims {
    /// A private store: every claim that a team may have left there counts as over.
    Off,
    /// A team's, at this moment.
    On(Time),
}

impl Claims {
    /// Whether they count.
    #[must_use]
    pub const fn are_on(self) -> bool {
        matches!(self, Self::On(_))
    }

    /// When a claim is over.
    #[must_use]
    pub const fn now(self) -> Time {
        match self {
            Self::Off => Time(i64::MAX),
            Self::On(now) => now,
        }
    }

    /// The same for a change, whose time the store has stamped.
    #[must_use]
    pub const fn at(self, now: Time) -> Self {
        match self {
            Self::Off => Self::Off,
            Self::On(_) => Self::On(now),
        }
    }
}
