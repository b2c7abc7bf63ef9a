//! What differs between an answer here and there, whose change it is, and what follows from it. Pure.
//!
//! Three things are compared: our current version, what the server has now, and what both had when they last agreed.
//! What this store wrote is never taken for somebody else's: it is known by its id, also where the program was killed
//! between writing and noting. So the plan is made from what is there, and carrying it out twice changes nothing.

mod plan;
#[cfg(test)]
mod tests;

pub use plan::Op;

use super::answer::{There, same, says_the_same};
use crate::model::{AnswerVersion, Assessment, SchemaType};
use crate::service::sync::api::{Adopted, AdoptedAnswer, SlotWork};
use crate::store::SyncedRow;
use std::collections::BTreeSet;

/// Which side wins where both have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Side {
    Local,
    Remote,
}

/// Everything about one question of one reviewer on one trace.
pub struct Case<'a> {
    /// Our side, and what was agreed on.
    pub slot: &'a SlotWork,
    /// Feedback or expectation.
    pub kind: SchemaType,
    /// This reviewer's assessments of that name there, and whatever carries an id of ours.
    pub there: &'a [There],
    /// Ids of assessments that had come with the trace when the session was linked: no news.
    pub imported: &'a [String],
    /// The session came from a queue: what its people answered there are their answers, however long ago.
    pub pulled: bool,
    /// Where both sides changed.
    pub prefer: Option<Side>,
}

/// What follows.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// Nothing is to do; what both sides have.
    Agreed(SyncedRow),
    /// These calls, in this order; then both sides have that.
    Push(Vec<Op>, SyncedRow),
    /// The server's becomes ours.
    Adopt(Adopted),
    /// Changed on both sides; what is there.
    Conflict(Option<Assessment>),
}

/// Decides.
#[must_use]
pub fn decide(case: &Case<'_>) -> Verdict {
    let facts = Facts::of(case);
    let (local, remote) = (facts.local, facts.remote);
    let ours_moved = facts.base.local.as_deref() != local.map(|v| v.assessment_id.as_str());
    match (facts.theirs(ours_moved), ours_moved) {
        (Theirs::Agreed, false) => Verdict::Agreed(facts.agreed(local, remote)),
        (Theirs::Agreed, true) | (Theirs::Ours, _) => facts.push(),
        (Theirs::Moved, false) => facts.adopt(),
        (Theirs::Moved, true) => {
            let equal = match (local, remote) {
                (Some(v), Some(r)) => says_the_same(v, r),
                (None, None) => return Verdict::Agreed(facts.agreed(None, None)),
                // We have taken it back and answered anew; that it is gone there is what we wanted.
                (Some(v), None) => !facts.chain(v).iter().any(|c| Some(&c.assessment_id) == facts.base.local.as_ref()),
                (None, Some(_)) => false,
            };
            match case.prefer {
                _ if equal => facts.push(),
                Some(Side::Local) => facts.push(),
                Some(Side::Remote) => facts.adopt(),
                None => Verdict::Conflict(remote.map(|r| r.whole.clone())),
            }
        }
    }
}

/// What has become of their side.
enum Theirs {
    /// As it was when both sides agreed.
    Agreed,
    /// Something that we wrote, and were killed before we could note it.
    Ours,
    /// Somebody else has changed it.
    Moved,
}

/// What is noted before something is taken away there: nothing is agreed on. A push that is killed in between would
/// otherwise find its own work and take it for somebody else's.
#[must_use]
pub fn before_deleting(base: &SyncedRow) -> SyncedRow {
    SyncedRow { known: base.known.clone(), ..SyncedRow::default() }
}

/// What a decision is made of.
struct Facts<'a> {
    slot: &'a SlotWork,
    kind: SchemaType,
    there: &'a [There],
    base: SyncedRow,
    /// Our current version.
    local: Option<&'a AnswerVersion>,
    /// The answer there now: news of somebody else's before what we know.
    remote: Option<&'a There>,
    /// Settled once, or no news: not looked at.
    known: BTreeSet<&'a str>,
}

impl<'a> Facts<'a> {
    fn of(case: &Case<'a>) -> Self {
        let slot = case.slot;
        let local = slot.versions.iter().rfind(|v| v.valid);
        let mut known: BTreeSet<&str> = slot.base.iter().flat_map(|b| b.known.iter().map(String::as_str)).collect();
        if slot.base.is_none() && (local.is_some() || !case.pulled) {
            known.extend(case.imported.iter().map(String::as_str));
        }
        let mut facts = Self {
            slot,
            kind: case.kind,
            there: case.there,
            base: slot.base.clone().unwrap_or_default(),
            local,
            remote: None,
            known,
        };
        let newest = |foreign: bool| {
            let wanted =
                |t: &&There| t.valid && facts.is_foreign(&t.id) == foreign && !facts.known.contains(t.id.as_str());
            case.there.iter().filter(wanted).max_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)))
        };
        let agreed = case.there.iter().find(|t| t.valid && facts.base.remote.as_ref() == Some(&t.id));
        // Clocks differ: of our own the one that was agreed on counts, as long as it stands.
        facts.remote = newest(true).or(agreed).or_else(|| newest(false));
        facts
    }

    fn is_ours(&self, id: &str) -> bool {
        self.slot.versions.iter().any(|v| v.assessment_id == id)
    }

    /// Neither a version of ours nor what was agreed on.
    fn is_foreign(&self, id: &str) -> bool {
        !self.is_ours(id) && self.base.remote.as_deref() != Some(id)
    }

    fn theirs(&self, ours_moved: bool) -> Theirs {
        let Some(remote) = self.remote else {
            return if self.base.remote.is_some() { Theirs::Moved } else { Theirs::Agreed };
        };
        let as_agreed = self.base.remote.as_ref() == Some(&remote.id)
            && same(&self.base.value, &remote.value)
            && self.base.comment.clone().filter(|c| !c.is_empty()) == remote.comment;
        if as_agreed {
            return Theirs::Agreed;
        }
        // While nothing has changed here, an older version of ours that stands there again was put back by somebody.
        let agreed = self.slot.versions.iter().find(|v| Some(&v.assessment_id) == self.base.local.as_ref());
        let since = agreed.map(|v| v.event).filter(|_| !ours_moved);
        let wrote = |v: &AnswerVersion| {
            let place = match self.kind {
                SchemaType::Feedback => v.assessment_id == remote.id,
                SchemaType::Expectation => self.is_ours(&remote.id) || self.base.remote.as_ref() == Some(&remote.id),
            };
            place && Some(v.event) >= since && says_the_same(v, remote)
        };
        if self.slot.versions.iter().any(wrote) { Theirs::Ours } else { Theirs::Moved }
    }

    /// A version and those it supersedes, oldest first.
    fn chain(&self, version: &'a AnswerVersion) -> Vec<&'a AnswerVersion> {
        let mut chain = vec![version];
        let mut at = version;
        while let Some(before) = at
            .overrides
            .as_ref()
            .and_then(|id| self.slot.versions.iter().rfind(|v| v.assessment_id == *id && v.event < at.event))
        {
            chain.push(before);
            at = before;
        }
        chain.reverse();
        chain
    }

    /// Everything foreign that is there is settled from now on.
    fn settled(&self, remote: Option<&str>) -> Vec<String> {
        let foreign = self.there.iter().map(|t| &t.id).filter(|id| !self.is_ours(id) && Some(id.as_str()) != remote);
        let all: BTreeSet<String> = foreign.cloned().chain(self.base.known.iter().cloned()).collect();
        all.into_iter().filter(|id| Some(id.as_str()) != remote).collect()
    }

    fn agreed(&self, local: Option<&AnswerVersion>, remote: Option<&There>) -> SyncedRow {
        SyncedRow {
            local: local.map(|v| v.assessment_id.clone()),
            remote: remote.map(|r| r.id.clone()),
            value: remote.map(|r| r.value.clone()).unwrap_or_default(),
            comment: remote.and_then(|r| r.comment.clone()),
            known: self.settled(remote.map(|r| r.id.as_str())),
        }
    }

    fn push(&self) -> Verdict {
        let (ops, remote) = plan::plan(self);
        let base = SyncedRow {
            local: self.local.map(|v| v.assessment_id.clone()),
            value: self.local.map(|v| v.value.clone()).unwrap_or_default(),
            comment: self.local.and_then(|v| v.comment.clone()),
            known: self.settled(remote.as_deref()),
            remote,
        };
        Verdict::Push(ops, base)
    }

    fn adopt(&self) -> Verdict {
        let answer = self.remote.map(|r| AdoptedAnswer {
            id: (!self.is_ours(&r.id)).then(|| r.id.clone()),
            value: r.value.clone(),
            comment: r.comment.clone(),
            at: r.at,
        });
        Verdict::Adopt(Adopted {
            schema: self.slot.schema.clone(),
            answer,
            over: self.local.map(|v| v.assessment_id.clone()),
            base: SyncedRow { local: None, ..self.agreed(None, self.remote) },
        })
    }
}
