//! Random schedules of a team against a plain model of claims, with a clock that only the test moves: acts of several
//! people, time going by, connections lost, restarts, one to three reviews, and a private store.

use super::{FRESH_MS, LEASE_MS};
use crate::model::{ItemStatus, MineState};
use crate::service::api::{Act, Reason, Refusal, SessionSpec};
use crate::service::kit::{Kit, set};
use crate::store::{DRAFTS, ITEMS, ItemRow, META, Read as _};
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

const ITEMS_THERE: u32 = 3;
const PEOPLE: [&str; 3] = ["ann", "bob", "cat"];
const GRACE_MS: i64 = 120_000;

#[derive(Debug, Clone)]
enum Op {
    Next { on: bool },
    Look(u32),
    Type(u32),
    Answer(u32),
    Submit(u32),
    Extra(u32),
    TakeBack(u32),
    Skip(u32),
    Decline(u32),
    Leave,
    Drop,
    Wait(i64),
    Restart,
}

fn op() -> impl Strategy<Value = Op> {
    let item = || 0..ITEMS_THERE;
    prop_oneof![
        6 => any::<bool>().prop_map(|on| Op::Next { on }),
        2 => item().prop_map(Op::Look),
        2 => item().prop_map(Op::Type),
        3 => item().prop_map(Op::Answer),
        4 => item().prop_map(Op::Submit),
        1 => item().prop_map(Op::Extra),
        2 => item().prop_map(Op::TakeBack),
        1 => item().prop_map(Op::Skip),
        1 => item().prop_map(Op::Decline),
        1 => Just(Op::Leave),
        2 => Just(Op::Drop),
        4 => (1..1_200_i64).prop_map(Op::Wait),
        1 => Just(Op::Restart),
    ]
}

/// One person and one item.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Stand {
    state: MineState,
    /// The draft says yes.
    says: bool,
    /// Something is half typed.
    typed: bool,
    /// Yes is submitted.
    submitted: bool,
}

#[derive(Debug, Default)]
struct Model {
    reviews: usize,
    team: bool,
    stands: BTreeMap<(usize, u32), Stand>,
    /// Item → who holds it until when, first come first.
    held: BTreeMap<u32, Vec<(usize, i64)>>,
    at: BTreeMap<usize, u32>,
}

impl Model {
    fn stand(&self, who: usize, item: u32) -> Stand {
        self.stands.get(&(who, item)).copied().unwrap_or_default()
    }

    fn submitters(&self, item: u32) -> usize {
        (0..PEOPLE.len()).filter(|p| self.stand(*p, item).state == MineState::Submitted).count()
    }

    fn status(&self, item: u32) -> ItemStatus {
        let declined = (0..PEOPLE.len()).any(|p| self.stand(p, item).state == MineState::Declined);
        if self.submitters(item) >= self.reviews {
            ItemStatus::Complete
        } else if self.reviews == 1 && declined {
            ItemStatus::Declined
        } else {
            ItemStatus::Pending
        }
    }

    fn holders(&self, item: u32) -> &[(usize, i64)] {
        self.held.get(&item).map_or(&[], Vec::as_slice)
    }

    fn holds(&self, who: usize, item: u32) -> bool {
        self.holders(item).iter().any(|(p, _)| *p == who)
    }

    /// Whether a place is theirs, or free.
    fn has_place(&self, who: usize, item: u32, now: i64) -> bool {
        let mine = self.stand(who, item).state == MineState::Submitted || self.holds(who, item);
        let live = self.holders(item).iter().filter(|(_, until)| *until > now).count();
        !self.team || mine || self.submitters(item) + live < self.reviews
    }

    fn work(&mut self, who: usize, item: u32, now: i64) {
        if !self.team || self.stand(who, item).state == MineState::Submitted {
            return;
        }
        let (place, reviews, submitters) = (self.has_place(who, item, now), self.reviews, self.submitters(item));
        let held = self.held.entry(item).or_default();
        if let Some((_, until)) = held.iter_mut().find(|(p, _)| *p == who) {
            if *until - now < FRESH_MS {
                *until = now + LEASE_MS;
            }
        } else if place {
            while submitters + held.len() >= reviews {
                let over = held.iter().copied().filter(|(_, until)| *until <= now).min_by_key(|(_, until)| *until);
                let Some(over) = over else { break };
                held.retain(|h| *h != over);
            }
            held.push((who, now + LEASE_MS));
        }
    }

    fn done(&mut self, who: usize, item: u32) {
        self.held.entry(item).or_default().retain(|(p, _)| *p != who);
    }

    fn put(&mut self, who: usize, item: u32, stand: Stand) {
        self.stands.insert((who, item), stand);
    }

    fn answer(&mut self, who: usize, item: u32, now: i64) {
        let mut stand = self.stand(who, item);
        if !stand.submitted && !stand.says {
            stand.says = true;
            stand.state = MineState::Draft;
            self.put(who, item, stand);
        }
        self.work(who, item, now);
    }

    fn submit(&mut self, who: usize, item: u32, now: i64, extra: bool) -> bool {
        if !extra && !self.has_place(who, item, now) {
            self.answer(who, item, now);
            return false;
        }
        self.answer(who, item, now);
        let stand = Stand { state: MineState::Submitted, says: false, submitted: true, ..self.stand(who, item) };
        self.put(who, item, stand);
        self.done(who, item);
        true
    }

    /// What next may give, best first: the rank of an item for somebody.
    fn rank(&self, who: usize, item: u32, now: i64) -> Option<u8> {
        if self.status(item) != ItemStatus::Pending || !self.has_place(who, item, now) {
            return None;
        }
        let live = self.holders(item).iter().any(|(p, until)| *p == who && *until > now);
        let full = self.submitters(item) + self.holders(item).len() >= self.reviews;
        match self.stand(who, item).state {
            MineState::Todo | MineState::Draft if live => Some(0),
            MineState::Draft => Some(1),
            MineState::Todo if full && self.team => Some(2),
            MineState::Todo => {
                let over = self.holders(item).iter().any(|(_, until)| *until <= now);
                Some(if over { 2 } else { 3 })
            }
            MineState::Skipped => Some(4),
            _ => None,
        }
    }
}

fn taken<T: std::fmt::Debug>(answer: &Result<T, Refusal>) -> bool {
    matches!(answer, Err(Refusal { reason: Reason::Taken { .. }, .. }))
}

/// Does it for real and in the model.
fn run(kit: &mut Option<Kit>, model: &mut Model, who: usize, op: &Op) -> Result<(), TestCaseError> {
    let name = PEOPLE[who];
    if let Op::Restart = op {
        let old = kit.take().unwrap();
        let stopped = old.store.read().unwrap().get(META, "last_time").unwrap().unwrap_or(0) as i64;
        if !model.team {
            *kit = Some(old);
            return Ok(());
        }
        let new = kit.insert(old.restarted());
        let end = new.clock.get() + GRACE_MS;
        for (item, held) in &mut model.held {
            let pending = row(new, *item).status == ItemStatus::Pending;
            held.iter_mut().filter(|(_, until)| *until > stopped && pending).for_each(|(_, until)| *until = end);
        }
        return Ok(());
    }
    let kit = kit.as_ref().unwrap();
    // What the clock will say.
    let now = kit.clock.get() + 1_000;
    let yes = [set("ok", json!(true))];
    match *op {
        Op::Next { on } => {
            let after = model.at.get(&who).copied().filter(|_| on);
            let ranks: Vec<_> = (0..ITEMS_THERE).map(|item| model.rank(who, item, now)).collect();
            let given = kit.next(name, after);
            if let Some(left) = after.filter(|left| given != Some(*left)) {
                let stand = model.stand(who, left);
                if !stand.says && !stand.typed && model.team {
                    model.done(who, left);
                }
            }
            match given {
                Some(item) => {
                    prop_assert!(ranks[item as usize].is_some(), "item {} does not need {}: {:?}", item, name, ranks);
                    if after.is_none() {
                        prop_assert_eq!(ranks[item as usize], ranks.iter().copied().flatten().min(), "{:?}", ranks);
                    }
                    model.work(who, item, now);
                    prop_assert!(!model.team || model.holds(who, item), "what next gives is claimed");
                    model.at.insert(who, item);
                }
                None => prop_assert!(ranks.iter().all(Option::is_none), "something needs {}: {:?}", name, ranks),
            }
        }
        Op::Look(item) => {
            kit.reads(name, item);
            let held = model.held.entry(item).or_default();
            held.iter_mut()
                .filter(|(p, until)| *p == who && *until - now < FRESH_MS)
                .for_each(|(_, until)| *until = now + LEASE_MS);
        }
        Op::Type(item) => {
            kit.typed(name, item, "score", "1");
            let stand = model.stand(who, item);
            let state = if stand.state == MineState::Todo { MineState::Draft } else { stand.state };
            model.put(who, item, Stand { typed: true, state, ..stand });
            model.work(who, item, now);
        }
        Op::Answer(item) => {
            kit.answer(name, item, &yes).unwrap();
            model.answer(who, item, now);
        }
        Op::Submit(item) => {
            let done = kit.submit(name, item, &yes);
            prop_assert_eq!(model.submit(who, item, now, false), !taken(&done), "{:?}", done);
        }
        Op::Extra(item) => {
            kit.submit_extra(name, item, &yes).unwrap();
            model.submit(who, item, now, true);
        }
        Op::TakeBack(item) => {
            let was = model.stand(who, item);
            let done = kit.submit(name, item, &yes);
            let went = model.submit(who, item, now, false);
            prop_assert_eq!(went, !taken(&done), "{:?}", done);
            if went && was.state != MineState::Submitted {
                kit.undo(name, Some(item)).unwrap();
                // An answer given again wakes nothing up; the submit did.
                let state = if was.says { was.state } else { MineState::Draft };
                let back = Stand { state, says: true, submitted: false, ..model.stand(who, item) };
                model.put(who, item, back);
                if matches!(state, MineState::Todo | MineState::Draft) {
                    model.work(who, item, now + 1_000);
                }
            }
        }
        Op::Skip(item) => {
            let done = kit.act(name, item, Act::Skip);
            let stand = model.stand(who, item);
            prop_assert_eq!(done.is_ok(), stand.state != MineState::Submitted);
            if done.is_ok() {
                model.put(who, item, Stand { state: MineState::Skipped, ..stand });
                model.done(who, item);
            }
        }
        Op::Decline(item) => {
            let done = kit.act(name, item, Act::Decline { reason: "no".into() });
            prop_assert_eq!(taken(&done), !model.has_place(who, item, now));
            if done.is_ok() {
                let stand = model.stand(who, item);
                let says = stand.says || stand.submitted;
                model.put(who, item, Stand { state: MineState::Declined, says, submitted: false, ..stand });
                model.done(who, item);
            }
        }
        Op::Leave => {
            kit.leave(name);
            let idle: Vec<u32> = (0..ITEMS_THERE)
                .filter(|item| {
                    let stand = model.stand(who, *item);
                    !stand.says && !stand.typed
                })
                .collect();
            idle.into_iter().for_each(|item| model.done(who, item));
        }
        Op::Drop => {
            kit.drop_link(name);
            let held = model.held.values_mut().flatten().filter(|(p, _)| *p == who && model.team);
            held.for_each(|(_, until)| *until = (*until).min(now + GRACE_MS));
        }
        Op::Wait(seconds) => kit.wait(seconds),
        Op::Restart => {}
    }
    Ok(())
}

fn row(kit: &Kit, item: u32) -> ItemRow {
    kit.store.read().unwrap().get(ITEMS, (1, item)).unwrap().unwrap()
}

fn check(kit: &Kit, model: &Model) -> Result<(), TestCaseError> {
    let read = kit.store.read().unwrap();
    for item in 0..ITEMS_THERE {
        let row = row(kit, item);
        let held: Vec<_> = row.holders.iter().map(|h| (h.account.as_str(), h.until.0)).collect();
        let wanted: Vec<_> = model.holders(item).iter().map(|(p, until)| (PEOPLE[*p], *until)).collect();
        prop_assert_eq!(&held, &wanted, "who holds item {}", item);
        prop_assert_eq!(row.status, model.status(item), "status of item {}", item);
        prop_assert!(held.len() <= model.reviews, "never more than are needed");
        let mut names: Vec<_> = held.iter().map(|(name, _)| name).collect();
        names.dedup();
        prop_assert_eq!(names.len(), held.len(), "nobody twice");
        for (p, name) in PEOPLE.iter().enumerate() {
            let stand = model.stand(p, item);
            let entries = read.get(DRAFTS, (1, *name, item)).unwrap().unwrap_or_default().entries;
            prop_assert_eq!(entries.contains_key("ok"), stand.says, "draft of {} on {}", name, item);
            prop_assert_eq!(entries.contains_key("score"), stand.typed, "text of {} on {}", name, item);
            prop_assert_eq!(row.submitted.iter().any(|(who, _)| who == name), stand.submitted);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// RULES: Claims, overlap.
    #[test]
    fn random_schedules_are_as_the_model_says(
        reviews in 1..4_u32,
        team in prop::bool::weighted(0.85),
        ops in prop::collection::vec((0..PEOPLE.len(), op()), 1..40),
    ) {
        let spec = SessionSpec { reviews: Some(reviews), blind: Some(false), ..SessionSpec::default() };
        let made = if team { Kit::team(ITEMS_THERE as usize, spec) } else { Kit::with_session(ITEMS_THERE as usize, spec) };
        let mut kit = Some(made);
        let mut model = Model { reviews: reviews as usize, team, ..Model::default() };
        for (who, op) in &ops {
            run(&mut kit, &mut model, *who, op)?;
            check(kit.as_ref().unwrap(), &model)?;
        }
        kit.unwrap().consistent();
    }
}
