//! From a user id to a person with a role: root and the server's account are admins, groups make leads and reviewers.

use super::Team;
use super::accounts::{self, Account};
use crate::service::api::{Principal, Reason, Refusal, Role};
use crate::service::socket::Admit;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

/// A group, by its name and its id.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Named {
    name: String,
    gid: u32,
}

/// Who is who on a team server. A name in a request is never believed.
#[derive(Debug, Clone)]
pub struct Roles {
    own: u32,
    reviewers: Option<Named>,
    leads: Option<Named>,
    /// Account → the name in exports.
    people: BTreeMap<String, String>,
}

impl Roles {
    /// Members of `group` are reviewers, of `lead_group` leads.
    ///
    /// # Errors
    /// There is no such group; a name in exports is somebody else's account.
    pub fn new(
        group: Option<&str>,
        lead_group: Option<&str>,
        people: BTreeMap<String, String>,
    ) -> Result<Self, Refusal> {
        let own = rustix::process::geteuid().as_raw();
        if let Some((account, id)) = mistaken(&people) {
            let message = format!(
                "[people] calls {account} \"{id}\", which is the account of somebody else here: whoever says {id} would mean {account}; choose another name"
            );
            return Err(Refusal { reason: Reason::Invalid, message });
        }
        Ok(Self { own, reviewers: named(group)?, leads: named(lead_group)?, people })
    }

    /// The id of the reviewers' group, which the socket is given to.
    #[must_use]
    pub fn group(&self) -> Option<(&str, u32)> {
        self.reviewers.as_ref().map(|group| (group.name.as_str(), group.gid))
    }

    /// What the rules want to know of it.
    #[must_use]
    pub fn team(&self, grace: Duration) -> Team {
        let name = |group: &Option<Named>| group.as_ref().map(|g| g.name.clone());
        Team { grace, people: self.people.clone(), reviewers: name(&self.reviewers), leads: name(&self.leads) }
    }

    fn role(&self, uid: u32, account: &Account) -> io::Result<Option<Role>> {
        if uid == 0 || uid == self.own {
            return Ok(Some(Role::Admin));
        }
        for (group, role) in [(&self.leads, Role::Lead), (&self.reviewers, Role::Reviewer)] {
            if let Some(group) = group
                && account.is_in(group.gid)?
            {
                return Ok(Some(role));
            }
        }
        Ok(None)
    }

    fn outsider(&self, name: &str) -> String {
        let groups: Vec<_> = [&self.reviewers, &self.leads].into_iter().flatten().map(|g| g.name.as_str()).collect();
        match groups.first() {
            None => format!("{name} may not use this server: it was started for its own account alone (no --group)"),
            Some(first) => format!(
                "{name} is not in group {}; an admin adds them with: usermod -aG {first} {name}",
                groups.join(" or ")
            ),
        }
    }
}

/// Somebody whose name in exports is another account of this machine. A database that cannot be asked says so elsewhere.
fn mistaken(people: &BTreeMap<String, String>) -> Option<(&str, &str)> {
    let other = |(account, id): &(&String, &String)| account != id && accounts::exists(id).unwrap_or(false);
    people.iter().find(other).map(|(account, id)| (account.as_str(), id.as_str()))
}

fn named(group: Option<&str>) -> Result<Option<Named>, Refusal> {
    let Some(name) = group else { return Ok(None) };
    let refuse = |reason, message| Err(Refusal { reason, message });
    match accounts::group_id(name) {
        Ok(Some(gid)) => Ok(Some(Named { name: name.to_owned(), gid })),
        Ok(None) => refuse(Reason::NotFound, format!("there is no group {name} here; make it with: groupadd {name}")),
        Err(e) => refuse(Reason::Unavailable, format!("the group database cannot be asked for {name}: {e}")),
    }
}

impl Admit for Roles {
    fn admit(&self, uid: u32, _said: &Value) -> Result<Principal, String> {
        let asked = |e: io::Error| format!("the account database cannot be asked for user id {uid}: {e}");
        let account = accounts::by_uid(uid).map_err(asked)?;
        let account = account.ok_or_else(|| format!("user id {uid} has no account on this machine"))?;
        let role = self.role(uid, &account).map_err(asked)?.ok_or_else(|| self.outsider(&account.name))?;
        let assessor_id = self.people.get(&account.name).cloned().unwrap_or_else(|| account.name.clone());
        Ok(Principal { account: account.name, assessor_id, role })
    }
}
