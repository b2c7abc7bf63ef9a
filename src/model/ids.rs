//! Numbers that name things inside one store. Traces, schemas, sessions and people are named by strings.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $int:ty) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $int);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number!(
    /// A session inside the store; never reused, so answers of a deleted session cannot reappear.
    SessionId, u32
);
number!(
    /// An item inside its session, counted from 0 in the order of adding; never reused.
    /// The position a person sees is its rank among the items that are not removed.
    ItemNo, u32
);
number!(
    /// A row of the event log, counted from 1; its order is the order of the changes.
    EventNo, u64
);
number!(
    /// One immutable trace body.
    SnapshotId, u64
);
