//! Who is connected, and what is on their screens. Memory only: after a restart everybody says it again.

use crate::model::ItemNo;
use crate::service::api::Present;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// Items that are remembered of one terminal's way: nobody begins more within the time that a claim lasts.
const WAY: usize = 256;

/// One program at the other end, whatever the number of its connections. It names itself, so that it is known by more
/// than its account; one that does not is taken for one with all others of its account that do not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Terminal(pub Uuid);

/// What is on a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The session's name.
    pub session: String,
    /// And its number.
    pub id: u32,
    /// The item.
    pub item: Option<ItemNo>,
}

/// People by account. A person is in every session that one of their terminals has open: each has a place of its own,
/// so two of them at different items do not take it from each other.
#[derive(Debug, Default)]
pub struct Presence {
    people: Mutex<BTreeMap<String, Person>>,
}

#[derive(Debug, Default)]
struct Person {
    terminals: BTreeMap<Terminal, Screen>,
    /// Counts their moves, so that the newest is known.
    moves: u64,
}

#[derive(Debug, Default)]
struct Screen {
    connections: u32,
    at: Option<Place>,
    /// Which of the person's moves brought it there.
    moved: u64,
    /// Where it has been, session and item, the newest last.
    way: VecDeque<(u32, ItemNo)>,
}

/// What came of a move.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// It was one: the terminal was somewhere else before.
    pub really: bool,
    /// The sessions in which the others see something new.
    pub news: Vec<String>,
}

/// A terminal whose last connection has ended.
#[derive(Debug, PartialEq, Eq)]
pub struct Gone {
    /// The claims that nobody is at any more.
    pub lost: Lost,
    /// The session in which the others see something new.
    pub news: Option<String>,
}

/// Which claims of a person have lost whoever held them.
#[derive(Debug, PartialEq, Eq)]
pub enum Lost {
    /// All of them: it was their last terminal.
    All,
    /// Those on the items, by session and number, where the terminal was and none of their others is.
    On(Vec<(u32, ItemNo)>),
}

impl Presence {
    /// One connection more.
    pub fn arrived(&self, account: &str, from: Terminal) {
        self.lock().entry(account.to_owned()).or_default().terminals.entry(from).or_default().connections += 1;
    }

    /// One connection less. With a terminal's last one it is gone.
    pub fn gone(&self, account: &str, from: Terminal) -> Option<Gone> {
        let mut people = self.lock();
        let person = people.get_mut(account)?;
        let screen = person.terminals.get_mut(&from)?;
        screen.connections = screen.connections.saturating_sub(1);
        if screen.connections > 0 {
            return None;
        }
        let session = screen.at.as_ref().map(|at| at.session.clone());
        let before = session.as_deref().and_then(|session| person.seen_in(session));
        let screen = person.terminals.remove(&from)?;
        let after = session.as_deref().and_then(|session| person.seen_in(session));
        let news = session.filter(|_| before != after);
        if person.terminals.is_empty() {
            people.remove(account);
            return Some(Gone { lost: Lost::All, news });
        }
        let mut items = Vec::from(screen.way);
        items.retain(|(session, item)| !person.looks_at(*session, *item));
        Some(Gone { lost: Lost::On(items), news })
    }

    /// What is on a screen now (`None`: it has left the session). Saying the same again is no move and no news.
    pub fn moved(&self, account: &str, from: Terminal, to: Option<Place>) -> Moved {
        let mut people = self.lock();
        let person = people.entry(account.to_owned()).or_default();
        let old = person.terminals.entry(from).or_default().at.clone();
        if old == to {
            return Moved::default();
        }
        let mut sessions: Vec<String> = old.into_iter().chain(to.clone()).map(|place| place.session).collect();
        sessions.dedup();
        let before: Vec<_> = sessions.iter().map(|session| person.seen_in(session)).collect();
        person.moves += 1;
        let moved = person.moves;
        let screen = person.terminals.entry(from).or_default();
        if let Some((id, item)) = to.as_ref().and_then(|to| Some((to.id, to.item?))) {
            screen.way.retain(|been| *been != (id, item));
            screen.way.push_back((id, item));
            if screen.way.len() > WAY {
                screen.way.pop_front();
            }
        }
        (screen.at, screen.moved) = (to, moved);
        let news = sessions.into_iter().zip(before).filter(|(session, before)| person.seen_in(session) != *before);
        Moved { really: true, news: news.map(|(session, _)| session).collect() }
    }

    /// Whether somebody has the session open.
    pub fn is_at(&self, account: &str, session: &str) -> bool {
        self.lock().get(account).is_some_and(|person| person.seen_in(session).is_some())
    }

    /// The items of a session that are on others of their screens.
    pub fn beside(&self, account: &str, from: Terminal, session: &str) -> Vec<ItemNo> {
        let people = self.lock();
        let others = people.get(account).into_iter().flat_map(|person| &person.terminals).filter(|(t, _)| **t != from);
        let places = others.filter_map(|(_, screen)| screen.at.as_ref());
        places.filter(|at| at.session == session).filter_map(|at| at.item).collect()
    }

    /// Everybody else who has the session open, by account.
    pub fn others(&self, account: &str, session: &str) -> Vec<Present> {
        let people = self.lock();
        let there = |(who, person): (&String, &Person)| {
            let item = person.seen_in(session)?;
            (who != account).then(|| Present { account: who.clone(), item })
        };
        people.iter().filter_map(there).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Person>> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Person {
    /// What others see of them in a session: where they moved last. `None` where they are not in it.
    fn seen_in(&self, session: &str) -> Option<Option<ItemNo>> {
        let there = self.terminals.values().filter_map(|screen| Some((screen.moved, screen.at.as_ref()?)));
        let newest = there.filter(|(_, at)| at.session == session).max_by_key(|(moved, _)| *moved);
        newest.map(|(_, at)| at.item)
    }

    fn looks_at(&self, session: u32, item: ItemNo) -> bool {
        let here = |at: &Place| at.id == session && at.item == Some(item);
        self.terminals.values().any(|screen| screen.at.as_ref().is_some_and(here))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn terminal(n: u128) -> Terminal {
        Terminal(Uuid::from_u128(n))
    }

    fn at(session: &str, item: u32) -> Option<Place> {
        Some(Place { session: session.to_owned(), id: u32::from(session.as_bytes()[0]), item: Some(ItemNo(item)) })
    }

    fn news(sessions: &[&str]) -> Moved {
        Moved { really: true, news: sessions.iter().map(|s| (*s).to_owned()).collect() }
    }

    fn bob(item: u32) -> Vec<Present> {
        vec![Present { account: "bob".to_owned(), item: Some(ItemNo(item)) }]
    }

    #[test]
    fn somebody_is_here_until_their_last_connection_ends() {
        let presence = Presence::default();
        presence.arrived("bob", terminal(1));
        presence.arrived("bob", terminal(1));
        assert_eq!(presence.moved("bob", terminal(1), at("s", 3)), news(&["s"]));
        assert_eq!(presence.others("alice", "s"), bob(3));
        assert!(presence.is_at("bob", "s") && !presence.is_at("bob", "t") && !presence.is_at("alice", "s"));
        assert!(presence.others("bob", "s").is_empty() && presence.others("alice", "t").is_empty());
        assert_eq!(presence.gone("bob", terminal(1)), None);
        assert_eq!(presence.gone("bob", terminal(1)), Some(Gone { lost: Lost::All, news: Some("s".to_owned()) }));
        assert!(presence.others("alice", "s").is_empty());
        assert_eq!(presence.gone("bob", terminal(1)), None, "more ends than beginnings");
    }

    #[test]
    fn only_what_changes_is_news_and_a_change_of_session_is_news_in_both() {
        let presence = Presence::default();
        assert_eq!(presence.moved("bob", terminal(1), at("s", 0)), news(&["s"]));
        assert_eq!(presence.moved("bob", terminal(1), at("s", 0)), Moved::default());
        assert_eq!(presence.moved("bob", terminal(1), at("t", 0)), news(&["s", "t"]));
        assert_eq!(presence.moved("bob", terminal(1), None), news(&["t"]));
    }

    #[test]
    fn two_screens_of_one_person_each_have_a_place_and_come_to_rest() {
        let presence = Presence::default();
        let screens = [(terminal(1), at("s", 1)), (terminal(2), at("s", 2)), (terminal(3), at("t", 7))];
        for (screen, place) in screens.clone() {
            presence.arrived("bob", screen);
            assert!(presence.moved("bob", screen, place).really);
        }
        for (screen, place) in screens {
            assert_eq!(presence.moved("bob", screen, place), Moved::default(), "said again, it tells nobody anything");
        }
        assert_eq!((presence.others("alice", "s"), presence.others("alice", "t")), (bob(2), bob(7)));
        assert_eq!(presence.moved("bob", terminal(2), None), news(&["s"]));
        assert_eq!(presence.others("alice", "s"), bob(1), "the other screen is still there");
    }

    #[test]
    fn a_terminal_that_is_lost_held_what_it_was_at_unless_another_is_there() {
        let presence = Presence::default();
        for n in 1..=2 {
            presence.arrived("bob", terminal(n));
        }
        for item in [3, 4, 5] {
            presence.moved("bob", terminal(1), at("s", item));
        }
        presence.moved("bob", terminal(2), at("s", 4));
        presence.moved("bob", terminal(2), at("s", 5));
        let id = u32::from(b's');
        let lost = Lost::On(vec![(id, ItemNo(3)), (id, ItemNo(4))]);
        assert_eq!(presence.gone("bob", terminal(1)), Some(Gone { lost, news: None }));
        assert_eq!(presence.others("alice", "s"), bob(5));
        assert_eq!(presence.gone("bob", terminal(2)).map(|gone| gone.lost), Some(Lost::All));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Against a plain list of who is where: what others see is where one moved last, news is exactly what changes
        /// that, and screens that say again where they are tell nobody anything.
        #[test]
        fn any_schedule_is_as_the_model_says_and_comes_to_rest(
            steps in prop::collection::vec((0..2_usize, 0..3_u128, 0..5_u32), 0..40),
        ) {
            let people = ["ann", "bob"];
            let places = |n: u32| match n { 0 => None, 1 => at("s", 1), 2 => at("s", 2), 3 => at("t", 1), _ => at("t", 2) };
            let presence = Presence::default();
            // Terminals in the order of their last moves.
            let mut model: Vec<(usize, u128, Option<Place>)> = Vec::new();
            let sees = |model: &[(usize, u128, Option<Place>)], session: &str| -> Vec<Present> {
                let last = |who: usize| model.iter().rev().filter(|t| t.0 == who).find_map(|t| t.2.clone().filter(|p| p.session == session));
                (0..2).filter_map(|who| Some(Present { account: people[who].to_owned(), item: last(who)?.item })).collect()
            };
            for (who, n, place) in steps {
                let to = places(place);
                let before = [sees(&model, "s"), sees(&model, "t")];
                let old = model.iter().find(|t| (t.0, t.1) == (who, n)).and_then(|t| t.2.clone());
                if old != to {
                    model.retain(|t| (t.0, t.1) != (who, n));
                    model.push((who, n, to.clone()));
                }
                let moved = presence.moved(people[who], terminal(n), to.clone());
                prop_assert_eq!(moved.really, old != to);
                for (session, before) in ["s", "t"].into_iter().zip(before) {
                    let after = sees(&model, session);
                    prop_assert_eq!(presence.others("cat", session), after.clone());
                    prop_assert_eq!(moved.news.iter().any(|s| s == session), before != after);
                }
            }
            for (who, n, place) in &model {
                prop_assert_eq!(presence.moved(people[*who], terminal(*n), place.clone()), Moved::default());
            }
        }
    }
}
