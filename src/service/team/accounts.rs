//! The machine's account and group databases (files, LDAP, whatever it is set up with).

use nix::unistd::{Gid, Group, Uid, User};
use std::io;

/// An account of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its login name.
    pub name: String,
    /// The group that the account database names.
    gid: Gid,
}

/// The account with this user id.
///
/// # Errors
/// The database cannot be asked.
pub fn by_uid(uid: u32) -> io::Result<Option<Account>> {
    let user = User::from_uid(Uid::from_raw(uid))?;
    Ok(user.map(|user| Account { name: user.name, gid: user.gid }))
}

/// Whether there is an account of this name.
///
/// # Errors
/// The database cannot be asked.
pub fn exists(name: &str) -> io::Result<bool> {
    Ok(User::from_name(name)?.is_some())
}

/// The name of the account that this process runs as; the number where it has none.
#[must_use]
pub fn own_name() -> String {
    let uid = rustix::process::geteuid().as_raw();
    by_uid(uid).ok().flatten().map_or_else(|| format!("user-{uid}"), |account| account.name)
}

/// The id of a group.
///
/// # Errors
/// The database cannot be asked.
pub fn group_id(name: &str) -> io::Result<Option<u32>> {
    Ok(Group::from_name(name)?.map(|group| group.gid.as_raw()))
}

/// The name of a group.
#[must_use]
pub fn group_name(gid: u32) -> Option<String> {
    Group::from_gid(Gid::from_raw(gid)).ok().flatten().map(|group| group.name)
}

impl Account {
    /// Whether the databases put this account in a group: not whether a process of theirs happens to run with it.
    ///
    /// # Errors
    /// The database cannot be asked.
    #[cfg(not(target_os = "macos"))]
    pub fn is_in(&self, gid: u32) -> io::Result<bool> {
        let name = std::ffi::CString::new(self.name.as_str()).map_err(io::Error::other)?;
        Ok(nix::unistd::getgrouplist(&name, self.gid)?.contains(&Gid::from_raw(gid)))
    }

    /// As on other systems; macOS has no `getgrouplist` here, so the group is asked for its members.
    ///
    /// # Errors
    /// The database cannot be asked.
    #[cfg(target_os = "macos")]
    pub fn is_in(&self, gid: u32) -> io::Result<bool> {
        let gid = Gid::from_raw(gid);
        Ok(gid == self.gid || Group::from_gid(gid)?.is_some_and(|group| group.mem.contains(&self.name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_account_is_found_with_its_groups() {
        let me = by_uid(rustix::process::geteuid().as_raw()).unwrap().unwrap();
        assert_eq!(me.name, own_name());
        assert!(exists(&me.name).unwrap());
        assert!(me.is_in(me.gid.as_raw()).unwrap());
        assert!(!me.is_in(4_000_000_000).unwrap());
    }

    #[test]
    fn who_and_what_does_not_exist_is_nobody_and_no_group() {
        assert_eq!(by_uid(4_000_000_000).unwrap(), None);
        assert_eq!(group_id("no-such-group-here").unwrap(), None);
        assert!(!exists("no-such-account-here").unwrap());
    }
}
