//! Carrying out an act: one event, and every projection it moves, in one transaction.

use super::draft::{is_empty, logged};
use super::ground::Ground;
use crate::model::{AnswerVersion, Draft, DraftEntry, EventNo, Mine, MineState, SessionId, Time};
use crate::service::api::{Hold, Notice, Principal, Saved};
use crate::service::claims::hold;
use crate::service::event::{DraftEdit, Event, Over, Standing, Step, VersionKey, append};
use crate::service::items::{place, status};
use crate::service::people::{self, Place};
use crate::service::ruling::Ruled;
use crate::service::sync;
use crate::store::{ANSWERS, DRAFTS, ItemRow, PEOPLE, PROGRESS, PersonRow, Read, Txn};
use std::collections::{BTreeMap, BTreeSet};

/// Most acts that undo takes back.
const UNDO: usize = 100;

/// What an act is going to do.
pub struct Plan {
    /// Where I stand afterwards.
    pub to: Standing,
    /// The draft afterwards.
    pub draft: Draft,
    /// New versions.
    pub written: Vec<AnswerVersion>,
    /// Versions no longer valid.
    pub retired: Vec<VersionKey>,
    /// Versions valid again.
    pub restored: Vec<VersionKey>,
    /// It is a submit, or takes one back: what a later submit is based on.
    pub submits: bool,
    /// A submit where no place was left.
    pub extra: bool,
    /// A lead declines for everybody.
    pub by_lead: bool,
}

impl Plan {
    /// Nothing changes yet.
    #[must_use]
    pub fn of(ground: &Ground) -> Self {
        Self {
            to: standing(&ground.mine),
            draft: ground.draft.clone(),
            written: Vec::new(),
            retired: Vec::new(),
            restored: Vec::new(),
            submits: false,
            extra: false,
            by_lead: false,
        }
    }
}

/// What the act means for undo and redo.
#[derive(Debug, Clone, Copy)]
pub enum Stack {
    /// A new act: can be undone, and clears redo.
    Act,
    /// Takes this one back.
    Undo(EventNo),
    /// Does this one again.
    Redo(EventNo),
    /// Done on MLflow's side: can be undone as any other, and says nothing of how fast they work here.
    Elsewhere,
}

/// Carries out an act; what to tell the watchers comes with the answer.
///
/// # Errors
/// The store's.
pub fn apply(
    txn: &Txn,
    who: &Principal,
    ground: &Ground,
    plan: Plan,
    stack: Stack,
    event: impl FnOnce(Step) -> Event,
) -> Ruled<(Saved, Notice)> {
    let mut acting = Acting::begin(txn, who, ground)?;
    acting.act(plan, stack, event)?;
    acting.finish()
}

/// Acts of one person on one item, one after the other: each is an event; the projections are written once.
pub struct Acting<'a, 't> {
    txn: &'a Txn<'t>,
    who: &'a Principal,
    /// As the store has it still.
    ground: &'a Ground,
    mine: Mine,
    /// The draft as it will stand.
    pub draft: Draft,
    item: ItemRow,
    person: PersonRow,
    hold: Hold,
}

impl<'a, 't> Acting<'a, 't> {
    /// Nothing has changed yet.
    ///
    /// # Errors
    /// The store's.
    pub fn begin(txn: &'a Txn<'t>, who: &'a Principal, ground: &'a Ground) -> Ruled<Self> {
        Ok(Self {
            txn,
            who,
            ground,
            mine: ground.mine.clone(),
            draft: ground.draft.clone(),
            item: ground.item.clone(),
            person: person(txn, ground, who)?,
            hold: Hold::Free,
        })
    }

    /// One act: its event, and what stands afterwards.
    ///
    /// # Errors
    /// The store's.
    pub fn act(&mut self, plan: Plan, stack: Stack, event: impl FnOnce(Step) -> Event) -> Ruled<()> {
        let (txn, who, ground) = (self.txn, self.who, self.ground);
        let draft = self.changed(plan.draft.entries);
        let to = Standing { state: settled(plan.to.state, ground.holds(&draft)), ..plan.to };
        let step = Step {
            from: standing(&self.mine),
            to,
            drafts: edits(ground, &self.draft, &draft),
            written: plan.written,
            retired: plan.retired,
            restored: plan.restored,
            submits: plan.submits,
            extra: plan.extra,
            by_lead: plan.by_lead,
        };
        let no = append(txn, who, Some(SessionId(ground.session.id)), Some(ground.number), &event(step.clone()))?;
        write_versions(txn, ground, who, &step)?;
        sync::acted(txn, ground.session.id, ground.number, &who.account, &step, no)?;
        let moved = plan.submits || !(step.written.is_empty() && step.retired.is_empty() && step.restored.is_empty());
        let before = (self.mine.state, self.mine.reason.clone());
        self.mine.state = step.to.state;
        self.mine.reason.clone_from(&step.to.reason);
        self.mine.skipped_at = step.to.skipped_at;
        self.mine.has_draft = ground.holds(&draft);
        if moved {
            self.mine.based_on = Some(no);
        }
        if moved || (self.mine.state, &self.mine.reason) != (before.0, &before.1) {
            self.mine.at = txn.now;
        }
        self.draft = draft;
        push(&mut self.person, stack, no);
        if matches!(stack, Stack::Act | Stack::Redo(_)) && plan.submits {
            people::submitted_at(&mut self.person, txn.now);
        }
        self.item = review(&self.item, who, &self.mine, step.by_lead, txn.now);
        self.hold = hold::settle(txn, who, ground.at(), &mut self.item, self.mine.state)?;
        Ok(())
    }

    /// A draft that differs in nothing that is logged: no event.
    ///
    /// # Errors
    /// The store's.
    pub fn retype(&mut self, draft: Draft) -> Ruled<()> {
        self.draft = self.changed(draft.entries);
        let state = settled(self.mine.state, self.ground.holds(&self.draft));
        if state != self.mine.state {
            self.mine.at = self.txn.now;
        }
        (self.mine.state, self.mine.has_draft) = (state, self.ground.holds(&self.draft));
        if state != MineState::Submitted {
            let at = self.ground.at();
            self.hold = hold::settle(self.txn, self.who, at, &mut self.item, MineState::Draft)?;
        }
        Ok(())
    }

    fn changed(&self, entries: BTreeMap<String, DraftEntry>) -> Draft {
        let mut draft = Draft { at: self.draft.at, entries };
        draft.entries.retain(|_, entry| !is_empty(entry));
        if draft.entries != self.draft.entries {
            draft.at = self.txn.now;
        }
        draft
    }

    /// Writes what stands now.
    ///
    /// # Errors
    /// The store's.
    pub fn finish(mut self) -> Ruled<(Saved, Notice)> {
        let Self { txn, who, ground, .. } = self;
        save(txn, who, ground, &mut self.person, &self.mine, &self.draft)?;
        self.item.status = status::derive(&ground.session, &self.item);
        place::put(txn, &ground.session, ground.number, Some(&ground.item), &self.item)?;
        let progress = txn.common(PROGRESS, ground.session.id)?.unwrap_or_default().progress;
        let (session, item) = (ground.session.name.clone(), ground.number);
        let notice = Notice::Item { session, item, by: who.account.clone() };
        Ok((Saved { at: txn.now, mine: self.mine, status: self.item.status, progress, hold: self.hold }, notice))
    }
}

/// The answer to an act that changed nothing.
///
/// # Errors
/// The store's.
pub fn unchanged(read: &impl Read, ground: &Ground) -> Ruled<Saved> {
    Ok(Saved {
        at: ground.mine.at,
        mine: ground.mine.clone(),
        status: ground.item.status,
        progress: read.common(PROGRESS, ground.session.id)?.unwrap_or_default().progress,
        hold: Hold::Free,
    })
}

/// My row among the session's people, with this moment as my last.
///
/// # Errors
/// The store's.
pub fn person(txn: &Txn, ground: &Ground, who: &Principal) -> Ruled<PersonRow> {
    let mut person = txn.common(PEOPLE, (ground.session.id, who.account.as_str()))?.unwrap_or_default();
    person.last_active = Some(txn.now);
    Ok(person)
}

/// Writes my standing, draft and counters.
///
/// # Errors
/// The store's.
pub fn save(
    txn: &Txn,
    who: &Principal,
    ground: &Ground,
    person: &mut PersonRow,
    mine: &Mine,
    draft: &Draft,
) -> Ruled<()> {
    let (session, account) = (ground.session.id, who.account.as_str());
    let key = (session, account, ground.number.0);
    if draft.entries.is_empty() {
        if !ground.draft.entries.is_empty() {
            txn.remove(DRAFTS, key)?;
        }
    } else if *draft != ground.draft {
        txn.put(DRAFTS, key, draft)?;
    }
    let at = Place { session, account, item: ground.number };
    people::put(txn, at, person, &ground.mine, mine, (ground.draft.at, draft.at))?;
    txn.put_common(PEOPLE, (session, account), person)?;
    Ok(())
}

/// `todo` and `draft` follow from whether there is a draft; the others stand.
#[must_use]
pub const fn settled(state: MineState, has_draft: bool) -> MineState {
    match (state, has_draft) {
        (MineState::Todo | MineState::Draft, true) => MineState::Draft,
        (MineState::Todo | MineState::Draft, false) => MineState::Todo,
        (state, _) => state,
    }
}

pub(super) fn standing(mine: &Mine) -> Standing {
    Standing { state: mine.state, reason: mine.reason.clone(), skipped_at: mine.skipped_at }
}

/// The entries that differ, as the log has them.
fn edits(ground: &Ground, was: &Draft, is: &Draft) -> Vec<DraftEdit> {
    let names: BTreeSet<&String> = was.entries.keys().chain(is.entries.keys()).collect();
    let entry = |draft: &Draft, name: &String| draft.entries.get(name).and_then(logged);
    names
        .into_iter()
        .map(|name| DraftEdit { schema: name.clone(), before: entry(was, name), after: entry(is, name), over: None })
        .filter(|edit| edit.before != edit.after)
        .map(|edit| {
            let over = ground.answer(&edit.schema).filter(|_| edit.before.is_none());
            DraftEdit { over: over.map(|v| Over { value: v.value.clone(), comment: v.comment.clone() }), ..edit }
        })
        .collect()
}

fn write_versions(txn: &Txn, ground: &Ground, who: &Principal, step: &Step) -> Ruled<()> {
    let (session, item, me) = (ground.session.id, ground.number.0, who.account.as_str());
    for version in &step.written {
        txn.put(ANSWERS, (session, item, version.schema.as_str(), me, version.event.0), version)?;
    }
    for (keys, valid) in [(&step.retired, false), (&step.restored, true)] {
        for key in keys {
            let place = (session, item, key.schema.as_str(), me, key.event.0);
            if let Some(version) = txn.get(ANSWERS, place)? {
                txn.put(ANSWERS, place, &AnswerVersion { valid, ..version })?;
            }
        }
    }
    Ok(())
}

/// The item with my place among those who submitted or declined as my standing says.
fn review(item: &ItemRow, who: &Principal, mine: &Mine, by_lead: bool, now: Time) -> ItemRow {
    let mut item = item.clone();
    let me = who.account.as_str();
    let has_submitted = item.submitted.iter().any(|(user, _)| user == me);
    if mine.state == MineState::Submitted {
        if !has_submitted {
            item.submitted.push((me.to_owned(), now));
        }
    } else {
        item.submitted.retain(|(user, _)| user != me);
    }
    if mine.state == MineState::Declined {
        if !item.declined.iter().any(|user| user == me) {
            item.declined.push(me.to_owned());
        }
        if by_lead {
            item.declined_by = Some(me.to_owned());
        }
    } else {
        item.declined.retain(|user| user != me);
        if item.declined_by.as_deref() == Some(me) {
            item.declined_by = None;
        }
    }
    item
}

fn push(person: &mut PersonRow, stack: Stack, no: EventNo) {
    match stack {
        Stack::Act | Stack::Elsewhere => {
            person.undo.push(no);
            person.redo.clear();
        }
        Stack::Undo(of) => {
            person.undo.retain(|e| *e != of);
            person.redo.push(of);
        }
        Stack::Redo(of) => {
            person.redo.retain(|e| *e != of);
            person.undo.push(no);
        }
    }
    let extra = person.undo.len().saturating_sub(UNDO);
    person.undo.drain(..extra);
}
