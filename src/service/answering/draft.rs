//! Changes into a draft: an option picked, a field left.

use super::apply::{Plan, Stack, apply};
use super::ground::Ground;
use super::typing::keep;
use crate::model::{AnswerChange, AnswerVersion, BasedOn, Change, Draft, DraftEntry, ItemNo, LabelSchema, value};
use crate::service::api::{Notice, Principal, Reason, Refusal, Response, Saved};
use crate::service::claims::Claims;
use crate::service::event::{Event, Standing};
use crate::service::ruling::{Done, Ruled, Stop};
use crate::store::Txn;
use serde_json::Value;

/// Most bytes of one value, one comment, or what is half typed in one field: what a field on screen takes. On a team's
/// server the store and its memory are everybody's.
pub const LONGEST: usize = 64 << 10;

/// Answers into my draft; questions not named stay. With them comes what the person saw as my last submit.
///
/// # Errors
/// `BadAnswer` where a value does not fit: then nothing is changed.
pub fn answer(
    txn: &Txn,
    who: &Principal,
    claims: Claims,
    (session, item): (&str, ItemNo),
    (changes, based_on): (&[AnswerChange], BasedOn),
) -> Ruled<Done> {
    let ground = Ground::for_act(txn, who, claims, session, item)?;
    let mut draft = merge(&ground, changes)?;
    for change in changes {
        if let Some(entry) = draft.entries.get_mut(&change.schema) {
            note_unseen(&ground, entry, based_on);
        }
    }
    let (saved, notices) = take_in(txn, who, &ground, draft)?;
    Ok(Done { response: Response::Saved(saved), notices })
}

/// Puts a checked draft in the place of mine: an act where it says something else than before.
///
/// # Errors
/// The store's.
pub fn take_in(txn: &Txn, who: &Principal, ground: &Ground, draft: Draft) -> Ruled<(Saved, Vec<Notice>)> {
    if same_in_log(&draft, &ground.draft) {
        return keep(txn, who, ground, draft.entries);
    }
    let plan = Plan { to: awake(ground), draft, ..Plan::of(ground) };
    let (saved, notice) = apply(txn, who, ground, plan, Stack::Act, Event::Answered)?;
    Ok((saved, vec![notice]))
}

/// Answering wakes a skipped, deferred or declined item up.
pub(super) fn awake(ground: &Ground) -> Standing {
    use crate::model::MineState::{Draft, Submitted, Todo};
    match ground.mine.state {
        state @ (Submitted | Draft) => Standing { state, ..Default::default() },
        _ => Standing { state: Todo, ..Default::default() },
    }
}

/// My draft with these changes in it, every one checked first.
///
/// # Errors
/// `BadAnswer`, `NotFound`.
pub fn merge(ground: &Ground, changes: &[AnswerChange]) -> Ruled<Draft> {
    let mut draft = ground.draft.clone();
    for change in changes {
        let schema = ground.schema(&change.schema)?;
        let submitted = ground.answer(&schema.name);
        let mut entry = draft.entries.remove(&schema.name).unwrap_or_default();
        change_value(schema, submitted, &mut entry, &change.value)?;
        change_comment(schema, submitted, &mut entry, &change.comment)?;
        simplify(schema, submitted, &mut entry);
        if !is_empty(&entry) {
            draft.entries.insert(schema.name.clone(), entry);
        }
    }
    Ok(draft)
}

fn change_value(
    schema: &LabelSchema,
    submitted: Option<&AnswerVersion>,
    entry: &mut DraftEntry,
    change: &Change<Value>,
) -> Ruled<()> {
    match change {
        Change::Keep => return Ok(()),
        Change::Set(v) if !value::is_blank(v) => {
            short_enough(schema, "the answer", size(v))?;
            entry.value = Some(value::check(schema, v).map_err(|why| bad(schema, &why))?);
            entry.cleared = false;
        }
        Change::Set(_) | Change::Clear => {
            entry.value = None;
            entry.cleared = submitted.is_some();
        }
    }
    entry.typing = None;
    entry.schema_version = schema.version;
    Ok(())
}

fn change_comment(
    schema: &LabelSchema,
    submitted: Option<&AnswerVersion>,
    entry: &mut DraftEntry,
    change: &Change<String>,
) -> Ruled<()> {
    match change {
        Change::Keep => return Ok(()),
        Change::Set(text) if !text.trim().is_empty() => {
            if !schema.enable_comment {
                return Err(bad(schema, "takes no comment"));
            }
            short_enough(schema, "the comment", text.len())?;
            entry.comment = Some(text.clone());
        }
        Change::Set(_) | Change::Clear => {
            entry.comment = submitted.and_then(|v| v.comment.as_ref()).map(|_| String::new());
        }
    }
    entry.typing_comment = None;
    if entry.value.is_none() && !entry.cleared {
        entry.schema_version = schema.version;
    }
    Ok(())
}

/// Marks what was written by somebody who had not seen my last submit: before it is submitted over that, both are to be
/// on a screen, and this one may be closed until then.
pub(super) fn note_unseen(ground: &Ground, entry: &mut DraftEntry, based_on: BasedOn) {
    if entry.unseen_since.is_any() && based_on.is_overtaken(ground.mine.based_on) {
        entry.unseen_since = based_on;
    }
}

/// Bytes of text in a value.
fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(list) => list.iter().map(|v| size(v) + 1).sum(),
        Value::Object(map) => map.iter().map(|(name, value)| name.len() + size(value)).sum(),
        _ => 0,
    }
}

/// Refuses a text that is longer than any field takes.
///
/// # Errors
/// `BadAnswer`, with the bound and the way out.
pub fn short_enough(schema: &LabelSchema, what: &str, bytes: usize) -> Ruled<()> {
    if bytes <= LONGEST {
        return Ok(());
    }
    let (most, is) = (LONGEST >> 10, bytes.div_ceil(1 << 10));
    Err(bad(schema, &format!("takes at most {most} KB, {what} has {is} KB: shorten it, or say where the rest is")))
}

/// What says no more than the submitted answer does is no draft. An answer given again under a newer version of its
/// question is one.
fn simplify(schema: &LabelSchema, submitted: Option<&AnswerVersion>, entry: &mut DraftEntry) {
    let Some(submitted) = submitted else { return };
    if submitted.schema_version == schema.version && entry.value.as_ref() == Some(&submitted.value) {
        entry.value = None;
    }
    if entry.comment.is_some() && entry.comment == submitted.comment {
        entry.comment = None;
    }
}

/// Whether an entry says nothing.
#[must_use]
pub fn is_empty(entry: &DraftEntry) -> bool {
    let DraftEntry { value, cleared, comment, typing, typing_comment, .. } = entry;
    value.is_none() && !cleared && comment.is_none() && typing.is_none() && typing_comment.is_none()
}

/// Whether two drafts differ in nothing but half-typed text.
#[must_use]
pub fn same_in_log(a: &Draft, b: &Draft) -> bool {
    let said = |draft: &Draft| -> Vec<(String, DraftEntry)> {
        draft.entries.iter().filter_map(|(name, entry)| Some((name.clone(), logged(entry)?))).collect()
    };
    said(a) == said(b)
}

/// The entry as the log has it: without half-typed text and marks.
#[must_use]
pub fn logged(entry: &DraftEntry) -> Option<DraftEntry> {
    let entry =
        DraftEntry { typing: None, typing_comment: None, unfit: None, unseen_since: BasedOn::Any, ..entry.clone() };
    (!is_empty(&entry)).then_some(entry)
}

/// A value that does not fit its question.
pub fn bad(schema: &LabelSchema, why: &str) -> Stop {
    Stop::Refused(Refusal {
        reason: Reason::BadAnswer { schema: schema.name.clone() },
        message: format!("{} {why}", schema.name),
    })
}
