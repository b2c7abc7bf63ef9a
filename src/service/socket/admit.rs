//! Who may come in, and as whom.

use super::peer;
use crate::service::api::{Principal, Role};
use serde::Deserialize as _;
use serde_json::Value;

/// Decides who a caller is, from what the kernel says of the process at the other end.
pub trait Admit: Send + Sync {
    /// `uid` is the kernel's word; `said` is the hello's, which only a private store believes.
    ///
    /// # Errors
    /// Why they may not come in, for them to read.
    fn admit(&self, uid: u32, said: &Value) -> Result<Principal, String>;
}

/// A private store: our own user, under the name that the hello has, who may do everything.
pub(super) struct OwnUser;

impl Admit for OwnUser {
    fn admit(&self, uid: u32, said: &Value) -> Result<Principal, String> {
        if uid != peer::me() {
            return Err("this store is private to another user".to_owned());
        }
        let mut who = Principal::deserialize(said).map_err(|e| format!("the hello cannot be read: {e}"))?;
        who.role = Role::Admin;
        Ok(who)
    }
}
