//! Both sides of an item laid side by side: whose assessment is whose, and to which question it is the answer.

use super::answer::There;
use super::reconcile::{Case, Side, Verdict, decide};
use crate::model::assessment::AssessmentKind;
use crate::model::{Assessment, Keep, LabelSchema, SchemaType, value};
use crate::service::api::SessionView;
use crate::service::sync::api::{ItemWork, SlotWork};
use crate::store::Held;
use std::collections::BTreeMap;

/// Who the reviewers of a session are, here and there.
pub struct People {
    /// Account → name there (and in exports).
    names: BTreeMap<String, String>,
    /// Assigned reviewers, by account; empty: everyone.
    users: Vec<String>,
    /// Who has done something in the session.
    active: Vec<String>,
    /// Everyone who answered in the queue is a reviewer.
    anybody: bool,
}

impl People {
    /// From the session and the configuration's `[people]`.
    #[must_use]
    pub fn of(session: &SessionView, names: &BTreeMap<String, String>, pulled: bool) -> Self {
        Self {
            names: names.clone(),
            users: session.users.clone(),
            active: session.people.iter().map(|p| p.reviewer.clone()).collect(),
            anybody: pulled && session.users.is_empty(),
        }
    }

    /// The name of an account there.
    #[must_use]
    pub fn name<'a>(&'a self, account: &'a str) -> &'a str {
        self.names.get(account).map_or(account, String::as_str)
    }

    /// The account of a name there. The server lower-cases the users of a queue, so case does not matter.
    #[must_use]
    pub fn account(&self, source: &str, work: &ItemWork) -> Option<String> {
        if source.is_empty() {
            return None;
        }
        let is = |name: &str| name.to_lowercase() == source.to_lowercase();
        let signed = |s: &&SlotWork| s.versions.iter().any(|v| is(&v.assessor_id));
        if let Some(slot) = work.slots.iter().find(signed) {
            return Some(slot.reviewer.clone());
        }
        let known = |account: &&String| is(account) || is(self.name(account));
        if let Some(account) = self.users.iter().find(known) {
            return Some(account.clone());
        }
        if !self.users.is_empty() {
            return None;
        }
        let mapped =
            || self.names.iter().find(|(account, name)| is(name) || is(account)).map(|(account, _)| account.clone());
        if let Some(account) = self.active.iter().find(known) {
            return Some(account.clone());
        }
        self.anybody.then(|| mapped().unwrap_or_else(|| source.to_owned()))
    }
}

/// One question of one reviewer, with what is there.
pub struct Pair {
    /// Our side.
    pub slot: SlotWork,
    /// The question, where the session asks it.
    pub schema: Option<LabelSchema>,
    /// Feedback or expectation.
    pub kind: SchemaType,
    /// Their side.
    pub there: Vec<There>,
    /// The reviewer's name there.
    pub source: String,
}

/// Every question of every reviewer that has an answer on either side.
#[must_use]
pub fn pairs(work: &ItemWork, there: &[Assessment], schemas: &[LabelSchema], people: &People) -> Vec<Pair> {
    let schema = |name: &str| schemas.iter().find(|s| s.name == name).cloned();
    let mut pairs: Vec<Pair> = Vec::new();
    for slot in &work.slots {
        let asked = schema(&slot.schema);
        let Some(kind) = asked.as_ref().map(|s| s.kind).or(slot.versions.last().map(|v| v.kind)) else { continue };
        let signed = slot.versions.last().map(|v| v.assessor_id.clone());
        let source = signed.unwrap_or_else(|| people.name(&slot.reviewer).to_owned());
        pairs.push(Pair { slot: slot.clone(), schema: asked, kind, there: Vec::new(), source });
    }
    for assessment in there {
        let id = assessment.id();
        let has = |p: &Pair| {
            let base = p.slot.base.as_ref();
            p.slot.versions.iter().any(|v| v.assessment_id == id)
                || base.is_some_and(|b| b.remote.as_deref() == Some(id) || b.known.iter().any(|k| k == id))
        };
        if let Some(pair) = pairs.iter_mut().find(|p| has(p)) {
            pair.there.push(There::of(assessment));
            continue;
        }
        if work.elsewhere.iter().any(|other| other == id) {
            continue;
        }
        let Some((asked, account)) = fits(work, assessment, schemas, people) else { continue };
        let there = There::of(assessment);
        match pairs.iter_mut().find(|p| p.slot.schema == asked.name && p.slot.reviewer == account) {
            Some(pair) => pair.there.push(there),
            None => pairs.push(Pair {
                slot: SlotWork { schema: asked.name.clone(), reviewer: account, ..SlotWork::default() },
                schema: Some(asked.clone()),
                kind: asked.kind,
                there: vec![there],
                source: assessment.source_id().to_owned(),
            }),
        }
    }
    pairs
}

/// The question that a foreign assessment answers, and who is its reviewer here.
fn fits<'s>(
    work: &ItemWork,
    assessment: &Assessment,
    schemas: &'s [LabelSchema],
    people: &People,
) -> Option<(&'s LabelSchema, String)> {
    let kind = match assessment.kind() {
        AssessmentKind::Feedback => SchemaType::Feedback,
        AssessmentKind::Expectation => SchemaType::Expectation,
        AssessmentKind::Issue => return None,
    };
    if assessment.source_type() != "HUMAN" || assessment.span_id().is_some() {
        return None;
    }
    let schema = schemas.iter().find(|s| s.name == assessment.name() && s.kind == kind)?;
    // What does not fit its question is no answer to it: it stays what it is, an assessment.
    value::check(schema, &assessment.value()).ok()?;
    Some((schema, people.account(assessment.source_id(), work)?))
}

impl Pair {
    /// What follows. What its reviewer has decided about a conflict counts before what was asked for, as long as it is
    /// the same conflict.
    #[must_use]
    pub fn verdict(&self, work: &ItemWork, pulled: bool, prefer: Option<Side>) -> Verdict {
        let (slot, kind, there) = (&self.slot, self.kind, &self.there[..]);
        // What was found to be a conflict is news until it is settled.
        let held = |id: &String| matches!(&slot.held, Some(Held::Conflict(Some(seen))) if seen.id() == id);
        let imported: Vec<String> = work.imported.iter().filter(|id| !held(id)).cloned().collect();
        let decide = |prefer| decide(&Case { slot, kind, there, imported: &imported, pulled, prefer });
        match (&slot.held, slot.decided, decide(None)) {
            (Some(Held::Conflict(seen)), Some(decision), Verdict::Conflict(now)) if says_one(seen, &now) => {
                decide(Some(decision.keep.into()))
            }
            _ => decide(prefer),
        }
    }

    /// Whether its reviewer wants what was answered there.
    #[must_use]
    pub fn wants_theirs(&self) -> bool {
        self.slot.decided.is_some_and(|decision| decision.keep == Keep::Remote)
    }
}

impl From<Keep> for Side {
    fn from(keep: Keep) -> Self {
        match keep {
            Keep::Local => Self::Local,
            Keep::Remote => Self::Remote,
        }
    }
}

/// Whether two looks at the server saw one answer.
fn says_one(a: &Option<Assessment>, b: &Option<Assessment>) -> bool {
    let said = |a: &Option<Assessment>| a.as_ref().map(There::of).map(|t| (t.id, t.value, t.comment));
    said(a) == said(b)
}
