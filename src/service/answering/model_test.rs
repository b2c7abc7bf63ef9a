//! Random work of two reviewers against a plain reference model, which keeps whole standings where the rules keep steps.

use super::apply::settled;
use crate::model::{ItemStatus, MineState};
use crate::service::api::{Act, SessionPatch, SessionSpec};
use crate::service::kit::{Kit, clear, set};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ITEMS: u32 = 3;
const PEOPLE: [&str; 2] = ["ann", "bob"];
const QUESTIONS: [&str; 2] = ["ok", "score"];

#[derive(Debug, Clone)]
enum Op {
    Answer(usize, Option<u8>),
    Submit,
    SubmitWith(usize, u8),
    Skip,
    Defer,
    Decline,
    Discard,
    Type,
    Undo,
    UndoItem,
    Redo,
    Reviews(u32),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => (0..2_usize, prop::option::weighted(0.8, 0..7_u8)).prop_map(|(q, v)| Op::Answer(q, v)),
        4 => Just(Op::Submit),
        2 => (0..2_usize, 0..6_u8).prop_map(|(q, v)| Op::SubmitWith(q, v)),
        1 => Just(Op::Skip),
        1 => Just(Op::Defer),
        1 => Just(Op::Decline),
        1 => Just(Op::Discard),
        1 => Just(Op::Type),
        4 => Just(Op::Undo),
        1 => Just(Op::UndoItem),
        3 => Just(Op::Redo),
        1 => (1..4_u32).prop_map(Op::Reviews),
    ]
}

/// The value of a question; 6 is out of range.
fn value(question: usize, v: u8) -> Value {
    if question == 0 { json!(v.is_multiple_of(2)) } else { json!(v) }
}

/// One person's standing with one item.
#[derive(Debug, Clone, Default, PartialEq)]
struct Stand {
    state: MineState,
    /// `None`: taken away.
    draft: BTreeMap<usize, Option<Value>>,
    answers: BTreeMap<usize, Value>,
}

impl Stand {
    fn change(&mut self, q: usize, v: Option<Value>) {
        let redundant = if v.is_some() { self.answers.get(&q) == v.as_ref() } else { !self.answers.contains_key(&q) };
        if redundant {
            self.draft.remove(&q);
        } else {
            self.draft.insert(q, v);
        }
    }

    fn effective(&self) -> BTreeMap<usize, Value> {
        let mut out = self.answers.clone();
        for (q, v) in &self.draft {
            match v {
                Some(v) => drop(out.insert(*q, v.clone())),
                None => drop(out.remove(q)),
            }
        }
        out
    }

    fn settle(mut self, typed: bool) -> Self {
        self.state = settled(self.state, typed || !self.draft.is_empty());
        self
    }
}

#[derive(Debug, Clone)]
struct Done {
    item: u32,
    before: Stand,
    after: Stand,
}

#[derive(Default)]
struct Reference {
    stands: BTreeMap<(usize, u32), Stand>,
    typed: BTreeMap<(usize, u32), bool>,
    undo: BTreeMap<usize, Vec<Done>>,
    redo: BTreeMap<usize, Vec<Done>>,
    reviews: usize,
}

impl Reference {
    fn put(&mut self, who: usize, item: u32, stand: Stand) {
        let typed = self.typed.get(&(who, item)).copied().unwrap_or(false);
        self.stands.insert((who, item), stand.settle(typed));
    }

    fn act(&mut self, who: usize, item: u32, before: Stand, after: Stand) {
        self.put(who, item, after.clone());
        self.undo.entry(who).or_default().push(Done { item, before, after });
        self.redo.remove(&who);
    }

    /// Whether the rules must say yes.
    fn run(&mut self, who: usize, item: u32, op: &Op) -> bool {
        let now = self.stands.get(&(who, item)).cloned().unwrap_or_default();
        let awake = |mut s: Stand| {
            if !matches!(s.state, MineState::Submitted) {
                s.state = MineState::Todo;
            }
            s
        };
        match op {
            Op::Answer(q, v) => {
                let v = v.map(|v| value(*q, v));
                if v == Some(json!(6)) {
                    return false;
                }
                let mut after = awake(now.clone());
                after.change(*q, v);
                if *q == 0 {
                    // An answer to the field clears what was half typed in it.
                    self.typed.remove(&(who, item));
                }
                if after.draft != now.draft {
                    self.act(who, item, now, after);
                } else {
                    self.put(who, item, now);
                }
                true
            }
            Op::SubmitWith(q, v) => {
                // Refused as a whole; else the change is an act of its own.
                let mut with = now.clone();
                with.change(*q, Some(value(*q, *v)));
                if with.effective().is_empty() {
                    return false;
                }
                self.run(who, item, &Op::Answer(*q, Some(*v))) && self.run(who, item, &Op::Submit)
            }
            Op::Submit => {
                let answers = now.effective();
                if answers.is_empty() && now.answers.is_empty() {
                    return false;
                }
                if now.state == MineState::Submitted && answers == now.answers {
                    return true;
                }
                // The last answer taken back: nothing is reviewed any more.
                let state = if answers.is_empty() { MineState::Todo } else { MineState::Submitted };
                let after = Stand { state, draft: BTreeMap::new(), answers };
                self.act(who, item, now, after);
                true
            }
            Op::Skip | Op::Defer => {
                if now.state == MineState::Submitted {
                    return false;
                }
                let state = if matches!(op, Op::Skip) { MineState::Skipped } else { MineState::Deferred };
                self.act(who, item, now.clone(), Stand { state, ..now });
                true
            }
            Op::Decline => {
                let mut draft = now.draft.clone();
                for (q, v) in &now.answers {
                    match draft.get(q) {
                        Some(None) => drop(draft.remove(q)),
                        Some(_) => {}
                        None => drop(draft.insert(*q, Some(v.clone()))),
                    }
                }
                let after = Stand { state: MineState::Declined, draft, answers: BTreeMap::new() };
                self.act(who, item, now, after);
                true
            }
            Op::Discard => {
                if now.draft.is_empty() && !self.typed.remove(&(who, item)).unwrap_or(false) {
                    return false;
                }
                self.typed.remove(&(who, item));
                self.act(who, item, now.clone(), Stand { draft: BTreeMap::new(), ..now });
                true
            }
            Op::Type => {
                self.typed.insert((who, item), true);
                self.put(who, item, now);
                true
            }
            Op::Undo => self.undo(who, None),
            Op::UndoItem => self.undo(who, Some(item)),
            Op::Redo => {
                let Some(done) = self.redo.entry(who).or_default().pop() else { return false };
                self.forget_typed(who, &done);
                self.put(who, done.item, done.after.clone());
                self.undo.entry(who).or_default().push(done);
                true
            }
            Op::Reviews(n) => {
                self.reviews = *n as usize;
                true
            }
        }
    }

    fn undo(&mut self, who: usize, item: Option<u32>) -> bool {
        let stack = self.undo.entry(who).or_default();
        let Some(at) = stack.iter().rposition(|done| item.is_none_or(|i| i == done.item)) else { return false };
        let done = stack.remove(at);
        self.forget_typed(who, &done);
        self.put(who, done.item, done.before.clone());
        self.redo.entry(who).or_default().push(done);
        true
    }

    fn forget_typed(&mut self, who: usize, done: &Done) {
        if done.before.draft.get(&0) != done.after.draft.get(&0) {
            self.typed.remove(&(who, done.item));
        }
    }

    fn status(&self, item: u32) -> ItemStatus {
        let states: Vec<MineState> =
            (0..PEOPLE.len()).map(|p| self.stands.get(&(p, item)).cloned().unwrap_or_default().state).collect();
        let count = |wanted| states.iter().filter(|s| **s == wanted).count();
        if count(MineState::Submitted) >= self.reviews {
            ItemStatus::Complete
        } else if self.reviews == 1 && count(MineState::Declined) > 0 {
            ItemStatus::Declined
        } else {
            ItemStatus::Pending
        }
    }
}

fn run(kit: &Kit, who: &str, item: u32, op: &Op) -> bool {
    match op {
        Op::Answer(q, Some(v)) => kit.answer(who, item, &[set(QUESTIONS[*q], value(*q, *v))]).is_ok(),
        Op::Answer(q, None) => kit.answer(who, item, &[clear(QUESTIONS[*q])]).is_ok(),
        Op::Submit => kit.submit(who, item, &[]).is_ok(),
        Op::SubmitWith(q, v) => kit.submit(who, item, &[set(QUESTIONS[*q], value(*q, *v))]).is_ok(),
        Op::Skip => kit.act(who, item, Act::Skip).is_ok(),
        Op::Defer => kit.act(who, item, Act::Defer { reason: "later".into() }).is_ok(),
        Op::Decline => kit.act(who, item, Act::Decline { reason: "no".into() }).is_ok(),
        Op::Discard => kit.act(who, item, Act::Discard).is_ok(),
        Op::Type => kit.typed(who, item, QUESTIONS[0], "ye").mine.has_draft,
        Op::Undo => kit.undo(who, None).is_ok(),
        Op::UndoItem => kit.undo(who, Some(item)).is_ok(),
        Op::Redo => kit.redo(who, None).is_ok(),
        Op::Reviews(n) => kit.update(SessionPatch { reviews: Some(*n), ..SessionPatch::default() }).is_ok(),
    }
}

fn check(kit: &Kit, reference: &Reference) -> Result<(), TestCaseError> {
    let mut progress = (0, 0);
    let mut labels = Vec::new();
    for item in 0..ITEMS {
        let status = reference.status(item);
        progress.0 += u32::from(status == ItemStatus::Complete);
        progress.1 += u32::from(status == ItemStatus::Declined);
        for (p, name) in PEOPLE.iter().enumerate() {
            let want = reference.stands.get(&(p, item)).cloned().unwrap_or_default();
            let view = kit.item(name, item);
            prop_assert_eq!(view.row.status, status);
            prop_assert_eq!(view.row.mine.state, want.state, "{} on {}", name, item);
            let draft: BTreeMap<usize, Option<Value>> = view
                .draft
                .entries
                .iter()
                .filter(|(_, e)| e.value.is_some() || e.cleared)
                .map(|(q, e)| (QUESTIONS.iter().position(|name| name == q).unwrap(), e.value.clone()))
                .collect();
            prop_assert_eq!(draft, want.draft, "draft of {} on {}", name, item);
        }
        for (q, question) in QUESTIONS.iter().enumerate() {
            for (p, name) in PEOPLE.iter().enumerate() {
                if let Some(v) = reference.stands.get(&(p, item)).and_then(|s| s.answers.get(&q)) {
                    let who = format!("{name}@example.com");
                    labels.push((format!("tr-{item:02}"), (*question).to_owned(), v.clone(), who));
                }
            }
        }
    }
    prop_assert_eq!(kit.values(), labels);
    let shown = kit.shown("ann");
    prop_assert_eq!((shown.progress.complete, shown.progress.declined), progress);
    for person in &shown.people {
        let p = PEOPLE.iter().position(|name| *name == person.reviewer).unwrap();
        let count = |state| reference.stands.iter().filter(|((q, _), s)| *q == p && s.state == state).count() as u32;
        let (submitted, drafts) = (count(MineState::Submitted), count(MineState::Draft));
        prop_assert_eq!((person.submitted, person.drafts), (submitted, drafts));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// RULES: Answering, Status, One log.
    #[test]
    fn random_work_is_as_the_reference_model_says(
        ops in prop::collection::vec((0..2_usize, 0..ITEMS, op()), 1..32),
    ) {
        let kit = Kit::with_session(ITEMS as usize, SessionSpec::default());
        let mut reference = Reference { reviews: 1, ..Reference::default() };
        for (who, item, op) in &ops {
            let yes = run(&kit, PEOPLE[*who], *item, op);
            prop_assert_eq!(yes, reference.run(*who, *item, op), "{} on {}: {:?}", PEOPLE[*who], item, op);
        }
        check(&kit, &reference)?;
        kit.consistent();
    }
}
