//! The calls that make the server say what we say.

use super::Facts;
use crate::mlflow::answer::{There, says_the_same};
use crate::model::{AnswerVersion, SchemaType, Time};
use std::collections::BTreeSet;

/// One call. Each may be made twice.
#[derive(Debug, Clone, PartialEq)]
pub enum Op {
    /// Makes an assessment.
    Make {
        /// What it says.
        version: Box<AnswerVersion>,
        /// Its id there.
        id: String,
        /// When it was first made.
        at: Time,
        /// What it replaces (feedback only).
        overrides: Option<String>,
    },
    /// Changes one in place.
    Change {
        /// Its id there.
        id: String,
        /// What it says from now on.
        version: Box<AnswerVersion>,
    },
    /// Takes one away.
    Delete {
        /// Its id there.
        id: String,
    },
}

/// The calls, and the id under which the answer is there afterwards.
pub(super) fn plan(facts: &Facts<'_>) -> (Vec<Op>, Option<String>) {
    match (facts.local, facts.kind) {
        (None, _) => (withdraw(facts), None),
        (Some(local), SchemaType::Feedback) => feedback(facts, local),
        (Some(local), SchemaType::Expectation) => expectation(facts, local),
    }
}

fn delete(there: &There) -> Op {
    Op::Delete { id: there.id.clone() }
}

/// Taken back: every version of ours goes, newest first, since the one before would come to life again; and the answer
/// that stands there in its place.
fn withdraw(facts: &Facts<'_>) -> Vec<Op> {
    let mut gone: Vec<&There> =
        facts.there.iter().filter(|t| !facts.is_foreign(&t.id) || facts.remote.is_some_and(|r| r.id == t.id)).collect();
    gone.sort_by_key(|t| std::cmp::Reverse(place(facts, t)));
    gone.into_iter().map(delete).collect()
}

/// Foreign ones are newer than all of ours.
fn place(facts: &Facts<'_>, there: &There) -> (bool, Option<crate::model::EventNo>, Time) {
    let version = facts.slot.versions.iter().find(|v| v.assessment_id == there.id);
    (version.is_none(), version.map(|v| v.event), there.at)
}

/// Feedback keeps its history there: each version overrides the one before.
fn feedback(facts: &Facts<'_>, local: &AnswerVersion) -> (Vec<Op>, Option<String>) {
    let chain = facts.chain_of(local);
    let wanted: BTreeSet<&str> = chain.iter().map(|v| v.assessment_id.as_str()).collect();
    let mut extra: Vec<&There> =
        facts.there.iter().filter(|t| facts.is_ours(&t.id) && !wanted.contains(t.id.as_str())).collect();
    extra.sort_by_key(|t| std::cmp::Reverse(place(facts, t)));
    let mut ops: Vec<Op> = extra.into_iter().map(delete).collect();
    let there = |id: &str| facts.there.iter().find(|t| t.id == id);
    let present = chain.iter().rposition(|v| there(&v.assessment_id).is_some());
    let foreign = facts.remote.filter(|r| !facts.is_ours(&r.id));
    let missing = chain.iter().skip(present.map_or(0, |at| at + 1));
    let mut before = foreign.map(|r| r.id.clone()).or_else(|| {
        // One of this reviewer's that we have not made and that is still valid: what came with the trace.
        let standing = facts.there.iter().filter(|t| t.valid && !facts.is_ours(&t.id)).max_by_key(|t| t.at);
        let last = present.and_then(|at| chain.get(at)).map(|v| v.assessment_id.clone());
        last.or_else(|| standing.map(|t| t.id.clone()))
    });
    let mut made = 0;
    for version in missing {
        ops.push(Op::Make {
            version: Box::new((*version).clone()),
            id: version.assessment_id.clone(),
            at: version.at,
            overrides: before.replace(version.assessment_id.clone()),
        });
        made += 1;
    }
    if made == 0 {
        // Somebody's answer stands over ours, and ours is to stand again.
        ops.extend(foreign.map(delete));
        if let Some(mine) = there(&local.assessment_id).filter(|t| !says_the_same(local, t)) {
            ops.push(Op::Change { id: mine.id.clone(), version: Box::new(local.clone()) });
        }
    }
    (ops, Some(local.assessment_id.clone()))
}

/// An expectation is changed in place: MLflow forgets what an expectation overrides.
fn expectation(facts: &Facts<'_>, local: &AnswerVersion) -> (Vec<Op>, Option<String>) {
    let chain = facts.chain_of(local);
    let in_chain = |id: &str| chain.iter().any(|v| v.assessment_id == id);
    let mut ops = Vec::new();
    // Another life of the answer: taken back, then answered anew.
    let dead = |t: &&There| facts.is_ours(&t.id) && !in_chain(&t.id);
    let mut target = facts.remote.filter(|r| !dead(r));
    if target.is_none() {
        target = facts.there.iter().filter(|t| in_chain(&t.id)).max_by_key(|t| t.at);
    }
    ops.extend(facts.there.iter().filter(dead).map(delete));
    match target {
        Some(there) => {
            if !says_the_same(local, there) {
                ops.push(Op::Change { id: there.id.clone(), version: Box::new(local.clone()) });
            }
            (ops, Some(there.id.clone()))
        }
        None => {
            let first = chain.first().copied().unwrap_or(local);
            let id = first.assessment_id.clone();
            ops.push(Op::Make { version: Box::new(local.clone()), id: id.clone(), at: first.at, overrides: None });
            (ops, Some(id))
        }
    }
}

impl<'a> Facts<'a> {
    /// The chain of the current version.
    fn chain_of(&self, local: &AnswerVersion) -> Vec<&'a AnswerVersion> {
        let own = self.slot.versions.iter().find(|v| v.assessment_id == local.assessment_id && v.event == local.event);
        own.map(|v| self.chain(v)).unwrap_or_default()
    }
}
