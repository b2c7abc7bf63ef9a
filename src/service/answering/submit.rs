//! Submitting: what the draft says becomes new versions; cleared answers are retracted.

use super::apply::{Acting, Plan, Stack};
use super::draft::{awake, bad, is_empty, merge, same_in_log, take_in};
use super::ground::{Ground, unfit};
use crate::model::{
    AnswerChange, AnswerVersion, BasedOn, Draft, DraftEntry, EventNo, ItemNo, LabelSchema, MineState, SessionId, value,
};
use crate::service::api::{Principal, Reason, Refusal, Response, SeenAnswer, Submitted};
use crate::service::blind;
use crate::service::claims::Claims;
use crate::service::claims::hold::need_place;
use crate::service::claims::room::{Place, place_for};
use crate::service::event::{Event, Standing, VersionKey, append, next_event};
use crate::service::reading::item;
use crate::service::ruling::{Done, Ruled, Stop, no};
use crate::store::Txn;
use serde_json::Value;
use uuid::Uuid;

/// The way out where no place is left.
pub const EXTRA: &str = "yours is kept as a draft; submit it as an extra review (--extra) to add it all the same";

/// What is to be submitted.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// Session name.
    pub session: &'a str,
    /// Which item.
    pub item: ItemNo,
    /// What the person saw as their last submit.
    pub based_on: BasedOn,
    /// And as their answers, submitted or not; `None` skips the check.
    pub seen: Option<&'a [SeenAnswer]>,
    /// Last changes.
    pub changes: &'a [AnswerChange],
    /// Also where no place is left.
    pub extra: bool,
}

/// Merges the last changes into my draft and submits it.
///
/// # Errors
/// `Conflict` where my answers or my draft are others than the person saw; `Taken`; `Incomplete`; `BadAnswer`.
pub fn submit(txn: &Txn, who: &Principal, claims: Claims, wanted: &Wanted<'_>) -> Ruled<Done> {
    let Wanted { session, item: number, based_on, seen, changes, extra } = *wanted;
    let mut ground = Ground::for_act(txn, who, claims, session, number)?;
    if ground.is_unseen(based_on) || seen.is_some_and(|seen| !still_stands(&ground, seen)) {
        return Err(conflict(txn, who, &ground)?);
    }
    let mut merged = merge(&ground, changes)?;
    // Whoever comes here has seen both.
    merged.entries.values_mut().for_each(|entry| entry.unseen_since = BasedOn::Any);
    // Checked before anything is written.
    if !extra {
        need_place(who, ground.at(), &ground.item, txn.now, EXTRA)?;
    }
    let taken = place_for(&ground.item, ground.session.reviews, who, txn.now) == Place::Taken;
    let idle = weigh(&ground, &merged)?.is_nothing() && ground.mine.state == MineState::Submitted;
    if idle {
        let (saved, notices) = take_in(txn, who, &ground, merged)?;
        let done = Submitted { saved, written: 0, retracted: 0 };
        return Ok(Done { response: Response::Submitted(done), notices });
    }
    if !ground.mine.revealed && blind::has_been_told(txn, who, &ground.session, number, &ground.item.trace_id)? {
        append(txn, who, Some(SessionId(ground.session.id)), Some(number), &Event::Revealed)?;
        ground.mine.revealed = true;
    }
    let mut acting = Acting::begin(txn, who, &ground)?;
    if same_in_log(&merged, &ground.draft) {
        acting.retype(merged)?;
    } else {
        // The last changes are an act of their own, so that undo takes back one after the other.
        acting.act(Plan { to: awake(&ground), draft: merged, ..Plan::of(&ground) }, Stack::Act, Event::Answered)?;
    }
    let work = weigh(&ground, &acting.draft)?;
    let (written, retracted) = (work.written.len() as u32, work.retracted.len() as u32);
    let no = next_event(txn)?;
    // Without an answer left I have not reviewed it: the item is to do again.
    let state = if work.answered == 0 { MineState::Todo } else { MineState::Submitted };
    let plan = Plan {
        to: Standing { state, ..Standing::default() },
        draft: rest(&ground, &acting.draft),
        retired: work.written.iter().filter_map(|w| w.old).chain(work.retracted).map(VersionKey::from).collect(),
        written: work.written.into_iter().map(|w| version(txn, who, &ground, w, no)).collect(),
        submits: true,
        extra: extra && claims.are_on() && taken,
        ..Plan::of(&ground)
    };
    acting.act(plan, Stack::Act, Event::Submitted)?;
    let (saved, notice) = acting.finish()?;
    Ok(Done::telling(Response::Submitted(Submitted { saved, written, retracted }), notice))
}

/// That they have answered otherwise since, and what stands there now.
pub(super) fn conflict(txn: &Txn, who: &Principal, ground: &Ground) -> Ruled<Stop> {
    let current = Box::new(item::view(txn, who, ground)?);
    let message = format!("your answers on {} have changed since in another terminal", ground.item.trace_id);
    Ok(no(Reason::Conflict { current }, message))
}

/// Whether my answers are what a screen showed. A question that is not asked any more says nothing.
fn still_stands(ground: &Ground, seen: &[SeenAnswer]) -> bool {
    seen.iter().all(|seen| {
        let Some(schema) = ground.schemas.iter().find(|s| s.name == seen.schema) else { return true };
        let (value, comment) = standing(ground.draft.entries.get(&schema.name), ground.answer(&schema.name));
        // The screen has it as it was typed, the draft as it was checked.
        let same = |seen: &Value| value == Some(seen) || value::check(schema, seen).ok().as_ref() == value;
        seen.value.as_ref().map_or(value.is_none(), same)
            && comment.unwrap_or_default().trim() == seen.comment.as_deref().unwrap_or_default().trim()
    })
}

/// An answer as a screen shows it: the draft's over the submitted one, value and comment each.
fn standing<'a>(entry: Option<&'a DraftEntry>, old: Option<&'a AnswerVersion>) -> (Option<&'a Value>, Option<&'a str>) {
    let cleared = entry.is_some_and(|e| e.cleared);
    let value = entry.and_then(|e| e.value.as_ref()).or_else(|| old.filter(|_| !cleared).map(|o| &o.value));
    let comment = entry.and_then(|e| e.comment.as_deref()).or_else(|| old.and_then(|o| o.comment.as_deref()));
    (value, comment)
}

/// One answer that becomes a new version.
struct Written<'a> {
    schema: &'a LabelSchema,
    value: Value,
    comment: Option<String>,
    /// What it supersedes.
    old: Option<&'a AnswerVersion>,
}

/// What a submit would do.
struct Work<'a> {
    written: Vec<Written<'a>>,
    retracted: Vec<&'a AnswerVersion>,
    /// Questions that have an answer afterwards.
    answered: u32,
}

impl Work<'_> {
    const fn is_nothing(&self) -> bool {
        self.written.is_empty() && self.retracted.is_empty()
    }
}

/// Compares the draft with what is submitted, question by question.
fn weigh<'a>(ground: &'a Ground, merged: &Draft) -> Ruled<Work<'a>> {
    let mut work = Work { written: Vec::new(), retracted: Vec::new(), answered: 0 };
    let mut missing = Vec::new();
    for schema in &ground.schemas {
        let entry = merged.entries.get(&schema.name);
        let old = ground.answer(&schema.name);
        match effective(entry, old) {
            Some((value, comment)) => {
                work.answered += 1;
                if entry.is_some_and(|e| e.value.is_some() || e.comment.is_some())
                    && old
                        .is_none_or(|o| o.value != value || o.comment != comment || o.schema_version != schema.version)
                {
                    if let Some(why) = entry.and_then(|e| unfit(schema, e)) {
                        return Err(bad(schema, &format!("{why} (the question has changed): answer it again")));
                    }
                    let value = value::check(schema, &value).map_err(|why| bad(schema, &why))?;
                    work.written.push(Written { schema, value, comment, old });
                }
            }
            None => {
                work.retracted.extend(old);
                if schema.required {
                    missing.push(schema.name.clone());
                }
            }
        }
    }
    let (missing, message) = match (work.answered, missing.as_slice()) {
        (0, _) if work.retracted.is_empty() => (Vec::new(), "nothing answered: s skips, x declines".to_owned()),
        // Taking the last answer back is a retraction, though no answer is left.
        (_, []) => return Ok(work),
        (_, [one]) => (missing.clone(), format!("{one} needs an answer")),
        (_, many) => (missing.clone(), format!("{} need an answer", many.join(", "))),
    };
    Err(Stop::Refused(Refusal { reason: Reason::Incomplete { missing }, message }))
}

/// The answer as it would stand: the draft's over the submitted one. A comment without a value is none.
fn effective(entry: Option<&DraftEntry>, old: Option<&AnswerVersion>) -> Option<(Value, Option<String>)> {
    let comment = |entry: &DraftEntry| match &entry.comment {
        Some(text) => Some(text.clone()).filter(|t| !t.is_empty()),
        None => old.and_then(|o| o.comment.clone()),
    };
    match entry {
        None => old.map(|o| (o.value.clone(), o.comment.clone())),
        Some(DraftEntry { cleared: true, .. }) => None,
        Some(entry) => {
            let value = entry.value.clone().or_else(|| old.map(|o| o.value.clone()))?;
            Some((value, comment(entry)))
        }
    }
}

/// What stays a draft: comments without a value, and half-typed text.
fn rest(ground: &Ground, merged: &Draft) -> Draft {
    let mut draft = merged.clone();
    for schema in &ground.schemas {
        let Some(mut entry) = draft.entries.remove(&schema.name) else { continue };
        let answered = effective(Some(&entry), ground.answer(&schema.name)).is_some();
        (entry.value, entry.cleared) = (None, false);
        if answered || entry.comment.as_deref() == Some("") {
            entry.comment = None;
        }
        if !is_empty(&entry) {
            draft.entries.insert(schema.name.clone(), entry);
        }
    }
    draft
}

fn version(txn: &Txn, who: &Principal, ground: &Ground, written: Written<'_>, event: EventNo) -> AnswerVersion {
    let Written { schema, value, comment, old } = written;
    AnswerVersion {
        assessment_id: assessment_id(),
        item: ground.number,
        trace_id: ground.item.trace_id.clone(),
        schema: schema.name.clone(),
        schema_version: schema.version,
        kind: schema.kind,
        value,
        comment,
        reviewer: who.account.clone(),
        assessor_id: who.assessor_id.clone(),
        at: txn.now,
        event,
        overrides: old.map(|o| o.assessment_id.clone()),
        after_reveal: ground.mine.revealed,
        valid: true,
    }
}

/// `a-` and 32 hex digits of a UUIDv7.
#[must_use]
pub fn assessment_id() -> String {
    format!("a-{}", Uuid::now_v7().simple())
}
