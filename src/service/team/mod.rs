//! A store served to a team: claims and roles count, and people see each other. One process ([`Host`]) owns the store;
//! each caller is known by the kernel's word.

pub mod accounts;
mod clock;
// Behind the feature: its many processes would hold, between fork and exec, the locks that other tests wait for.
#[cfg(test)]
#[cfg(feature = "live-tests")]
mod crash_tests;
mod host;
#[cfg(test)]
mod host_tests;
mod place;
pub mod presence;
mod roles;
mod serving;

pub use host::{Host, HostOptions};
use presence::Presence;
pub use roles::Roles;
use std::collections::BTreeMap;
use std::time::Duration;

/// How a store is served to a team; the server reads it from its command line and configuration.
#[derive(Debug, Clone, Default)]
pub struct Team {
    /// How long a claim outlives its holder's last connection, and everybody's a restart (`serve --grace`).
    pub grace: Duration,
    /// Account → name in exports (`[people]`): where a person is named in a request, either will do.
    pub people: BTreeMap<String, String>,
    /// The group of the reviewers (`--group`), named in refusals.
    pub reviewers: Option<String>,
    /// The group of the leads (`--lead-group`), named in refusals.
    pub leads: Option<String>,
}

impl Team {
    pub(in crate::service) fn grace_ms(&self) -> i64 {
        i64::try_from(self.grace.as_millis()).unwrap_or(i64::MAX)
    }

    /// The account of somebody named by it or by the name in exports.
    #[must_use]
    pub fn account_of<'a>(&'a self, name: &'a str) -> &'a str {
        if self.people.contains_key(name) {
            return name;
        }
        self.people.iter().find(|(_, id)| *id == name).map_or(name, |(account, _)| account)
    }
}

/// A team and who of it is here.
#[derive(Debug, Default)]
pub struct Served {
    /// As the server was started.
    pub team: Team,
    /// Connections, and what is on screens.
    pub presence: Presence,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_may_be_named_by_account_or_by_the_name_in_exports() {
        let people = BTreeMap::from([("alice".to_owned(), "alice@example.com".to_owned())]);
        let team = Team { people, ..Team::default() };
        for (name, account) in [("alice", "alice"), ("alice@example.com", "alice"), ("bob", "bob")] {
            assert_eq!(team.account_of(name), account);
        }
    }
}
