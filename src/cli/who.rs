//! Who is asking, in a private store.

use super::{Config, Failure, Globals};
use crate::service::api::{Principal, Role};
use crate::service::team::accounts;

/// `--as` or `LABELTUI_USER`, else the configuration's `user`, else the login name. A name that `[people]` maps to is
/// taken for the account it belongs to, so both spellings are one person.
///
/// # Errors
/// A name that would not survive a file, a table or a command line.
pub fn principal(globals: &Globals, config: &Config, login: impl FnOnce() -> String) -> Result<Principal, Failure> {
    let name = globals.user.clone().or_else(|| config.user.clone()).unwrap_or_else(login);
    if name.trim().is_empty() || name.trim() != name || name.chars().any(char::is_control) || name.len() > 250 {
        return Err(Failure::Usage(format!("`{name}` is no name for a person: 1 to 250 characters, on one line")));
    }
    let account = config.account_of(&name);
    let assessor_id = config.people.get(&account).cloned().unwrap_or_else(|| account.clone());
    Ok(Principal { account, assessor_id, role: Role::Admin })
}

/// The account that this process runs as, whatever the environment says: what a team server will see.
#[must_use]
pub fn account(config: &Config) -> Principal {
    let account = accounts::own_name();
    let assessor_id = config.people.get(&account).cloned().unwrap_or_else(|| account.clone());
    Principal { account, assessor_id, role: Role::Reviewer }
}

/// The login name: as the session says, else as the account database says, else the number.
#[must_use]
pub fn login_name() -> String {
    let said = ["LOGNAME", "USER"].into_iter().filter_map(|v| std::env::var(v).ok()).find(|n| !n.trim().is_empty());
    said.unwrap_or_else(|| {
        let uid = rustix::process::getuid().as_raw();
        let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        name_of(&passwd, uid).unwrap_or_else(|| format!("user-{uid}"))
    })
}

fn name_of(passwd: &str, uid: u32) -> Option<String> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(flag: Option<&str>, config: &str) -> Result<Principal, Failure> {
        let config = Config::parse(&[("c.toml".into(), config.to_owned())]).unwrap();
        let globals = Globals { user: flag.map(str::to_owned), ..Globals::default() };
        principal(&globals, &config, || "login".to_owned())
    }

    #[test]
    fn the_flag_wins_over_the_configuration_over_the_login_name() {
        assert_eq!(who(Some("ann"), "user = 'bob'").unwrap().account, "ann");
        assert_eq!(who(None, "user = 'bob'").unwrap().account, "bob");
        assert_eq!(who(None, "").unwrap().account, "login");
    }

    #[test]
    fn people_maps_accounts_to_assessor_ids_both_ways() {
        let config = "[people]\nalice = 'alice@example.com'";
        for name in ["alice", "alice@example.com"] {
            let who = who(Some(name), config).unwrap();
            assert_eq!((who.account.as_str(), who.assessor_id.as_str()), ("alice", "alice@example.com"));
        }
        assert_eq!(who(Some("bob"), config).unwrap().assessor_id, "bob");
    }

    #[test]
    fn a_name_that_would_not_survive_a_table_is_wrong_usage() {
        for name in [" ", "a\nb", "x\u{1b}[31m", " ann"] {
            assert_eq!(who(Some(name), "").unwrap_err().code(), 2, "{name:?}");
        }
    }

    #[test]
    fn the_account_database_names_the_user() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\nbroken\n";
        assert_eq!(name_of(passwd, 1000).as_deref(), Some("ann"));
        assert_eq!(name_of(passwd, 7), None);
    }
}
