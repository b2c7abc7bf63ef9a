//! Who is connected, and what is on their screen. Memory only: after a restart everybody says it again.

use crate::model::ItemNo;
use crate::service::api::Present;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// People by account; several terminals of one person are one person, where they looked last.
#[derive(Debug, Default)]
pub struct Presence {
    people: Mutex<BTreeMap<String, Here>>,
}

#[derive(Debug, Default)]
struct Here {
    connections: u32,
    /// Session name and item.
    at: Option<(String, Option<ItemNo>)>,
}

impl Presence {
    /// One connection more.
    pub fn arrived(&self, account: &str) {
        self.lock().entry(account.to_owned()).or_default().connections += 1;
    }

    /// One connection less. With the last one the person is gone: `Some`, with the session that they had open.
    pub fn gone(&self, account: &str) -> Option<Option<String>> {
        let mut people = self.lock();
        let here = people.get_mut(account)?;
        here.connections = here.connections.saturating_sub(1);
        if here.connections > 0 {
            return None;
        }
        let last = people.remove(account)?;
        Some(last.at.map(|(session, _)| session))
    }

    /// What is on somebody's screen now; the sessions in which that is news.
    pub fn moved(&self, account: &str, to: Option<(&str, Option<ItemNo>)>) -> Vec<String> {
        let mut people = self.lock();
        let here = people.entry(account.to_owned()).or_default();
        let to = to.map(|(session, item)| (session.to_owned(), item));
        if here.at == to {
            return Vec::new();
        }
        let before = std::mem::replace(&mut here.at, to);
        let mut news: Vec<String> = before.into_iter().chain(here.at.clone()).map(|(session, _)| session).collect();
        news.dedup();
        news
    }

    /// Whether somebody has the session open.
    pub fn is_at(&self, account: &str, session: &str) -> bool {
        self.lock().get(account).and_then(|here| here.at.as_ref()).is_some_and(|(at, _)| at == session)
    }

    /// Everybody else who has the session open, by account.
    pub fn others(&self, account: &str, session: &str) -> Vec<Present> {
        let people = self.lock();
        let there = |(who, here): (&String, &Here)| {
            let (_, item) = here.at.as_ref().filter(|(at, _)| at == session)?;
            (who != account).then(|| Present { account: who.clone(), item: *item })
        };
        people.iter().filter_map(there).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Here>> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_here_until_their_last_connection_ends() {
        let presence = Presence::default();
        presence.arrived("bob");
        presence.arrived("bob");
        assert_eq!(presence.moved("bob", Some(("s", Some(ItemNo(3))))), ["s"]);
        let bob = Present { account: "bob".to_owned(), item: Some(ItemNo(3)) };
        assert_eq!(presence.others("alice", "s"), [bob]);
        assert!(presence.is_at("bob", "s") && !presence.is_at("bob", "t") && !presence.is_at("alice", "s"));
        assert!(presence.others("bob", "s").is_empty() && presence.others("alice", "t").is_empty());
        assert_eq!(presence.gone("bob"), None);
        assert_eq!(presence.gone("bob"), Some(Some("s".to_owned())));
        assert!(presence.others("alice", "s").is_empty());
        assert_eq!(presence.gone("bob"), None, "more ends than beginnings");
    }

    #[test]
    fn only_what_changes_is_news_and_a_change_of_session_is_news_in_both() {
        let presence = Presence::default();
        assert_eq!(presence.moved("bob", Some(("s", None))), ["s"]);
        assert!(presence.moved("bob", Some(("s", None))).is_empty());
        assert_eq!(presence.moved("bob", Some(("t", None))), ["s", "t"]);
        assert_eq!(presence.moved("bob", None), ["t"]);
    }
}
