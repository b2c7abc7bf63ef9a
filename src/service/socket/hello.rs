//! The first two messages of a connection: who and which version.

use crate::service::api::{Principal, Reason, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Raised with every change of `service::api` that an older program would misread.
pub const PROTOCOL: u32 = 4;

/// Longest hello or welcome accepted.
pub(super) const CAP: usize = 64 << 10;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Wants {
    /// One call after the other.
    Calls,
    /// Notices, until it is closed.
    Watch,
    /// Only to see whether somebody answers.
    Nothing,
}

/// From the client. Of all of this only `protocol` and `version` are the same in every version.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Hello {
    pub protocol: u32,
    pub version: String,
    /// A [`Principal`]; read only once the protocol is known to be ours. A team server will not believe it.
    #[serde(default)]
    pub who: Value,
    /// A [`Wants`], likewise.
    #[serde(default)]
    pub wants: Value,
    /// Which of their terminals it is, for those who have several: a UUID, the same in all of its connections.
    #[serde(default)]
    pub terminal: Value,
}

/// From the server, in every version.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Welcome {
    pub protocol: u32,
    pub version: String,
    pub pid: u32,
    /// Why the connection ends here.
    #[serde(default)]
    pub refused: Option<String>,
    /// It was refused only for now.
    #[serde(default)]
    pub busy: bool,
    /// Whom the other side takes the caller for: a [`Principal`].
    #[serde(default)]
    pub who: Value,
}

impl Hello {
    pub(super) fn new(who: &Principal, wants: Wants, terminal: Uuid) -> Self {
        Self {
            protocol: PROTOCOL,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            who: serde_json::to_value(who).unwrap_or_default(),
            wants: serde_json::to_value(wants).unwrap_or_default(),
            terminal: serde_json::to_value(terminal).unwrap_or_default(),
        }
    }
}

impl Welcome {
    pub(super) fn new(refused: Option<String>) -> Self {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Self { protocol: PROTOCOL, version, pid: std::process::id(), refused, busy: false, who: Value::Null }
    }

    /// Come in.
    pub(super) fn to(who: &Principal) -> Self {
        Self { who: serde_json::to_value(who).unwrap_or_default(), ..Self::new(None) }
    }

    /// No room now.
    pub(super) fn busy(why: String) -> Self {
        Self { busy: true, ..Self::new(Some(why)) }
    }

    /// What a client makes of it; `private`: the other is a process of ours that holds our store, else a team's server.
    pub(super) fn check(self, private: bool) -> Result<Self, Refusal> {
        let pid = self.pid;
        if self.protocol != PROTOCOL {
            let (theirs, ours) = (&self.version, env!("CARGO_PKG_VERSION"));
            let message = if private {
                format!(
                    "labeltui {theirs} (pid {pid}, protocol {}) holds the store; this is labeltui {ours} (protocol {PROTOCOL}): use the same version, or close the other first",
                    self.protocol
                )
            } else {
                // A screen of 80 columns shows as far as what to do.
                format!(
                    "the server speaks protocol {}, this {PROTOCOL}: leave and start labeltui again (the server is labeltui {theirs}, this is {ours}; if they differ still, an admin brings both to one version)",
                    self.protocol
                )
            };
            return Err(Refusal { reason: Reason::Version, message });
        }
        match self.refused {
            Some(why) => {
                let reason = if self.busy { Reason::Unavailable } else { Reason::NotPermitted };
                Err(Refusal { reason, message: format!("labeltui (pid {pid}) refused: {why}") })
            }
            None => Ok(self),
        }
    }
}

#[cfg(test)]
impl Wants {
    pub(super) fn json(self) -> Value {
        serde_json::to_value(self).unwrap()
    }
}
