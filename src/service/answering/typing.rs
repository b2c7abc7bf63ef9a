//! Half-typed text: state that is overwritten in place, neither in the log nor in the audit.

use super::apply::{person, save, settled, unchanged};
use super::draft::{is_empty, note_unseen, short_enough};
use super::ground::Ground;
use crate::model::{BasedOn, Draft, DraftEntry, ItemNo, Mine, MineState};
use crate::service::api::{Hold, Notice, Principal, Response, Saved};
use crate::service::claims::{Claims, hold, room};
use crate::service::items::place;
use crate::service::ruling::{Done, Ruled};
use crate::store::{ItemRow, Txn};
use serde_json::Value;
use std::collections::BTreeMap;

/// What is half typed in the fields of one question.
#[derive(Clone, Copy)]
pub struct Typed<'a> {
    /// The question.
    pub schema: &'a str,
    /// In its value's field; `None` leaves that.
    pub value: Option<&'a str>,
    /// In its comment's field; `None` leaves that.
    pub comment: Option<&'a str>,
    /// What they saw as my last submit.
    pub based_on: BasedOn,
}

/// Keeps what is half typed in a question's value or comment field.
///
/// # Errors
/// `NotFound`, `NotPermitted`, `Closed`; `BadAnswer` for more than a field takes.
pub fn typed(txn: &Txn, who: &Principal, claims: Claims, session: &str, item: ItemNo, text: &Typed<'_>) -> Ruled<Done> {
    let ground = Ground::for_act(txn, who, claims, session, item)?;
    let Typed { schema, value, comment, based_on } = *text;
    let schema = ground.schema(schema)?;
    let longest = value.unwrap_or_default().len().max(comment.unwrap_or_default().len());
    short_enough(schema, "what is typed", longest)?;
    let mut entries = ground.draft.entries.clone();
    let mut entry =
        entries.remove(&schema.name).unwrap_or(DraftEntry { schema_version: schema.version, ..DraftEntry::default() });
    let submitted = ground.answer(&schema.name);
    if let Some(text) = value {
        let there = match (&entry.value, entry.cleared) {
            (Some(value), _) => Some(value),
            (None, true) => None,
            (None, false) => submitted.map(|v| &v.value),
        };
        let same = there.map_or(text.is_empty(), |v| *v == Value::String(text.to_owned()));
        entry.typing = (!same).then(|| text.to_owned());
    }
    if let Some(text) = comment {
        let there = entry.comment.as_deref().or_else(|| submitted.and_then(|v| v.comment.as_deref()));
        entry.typing_comment = (there.unwrap_or_default() != text).then(|| text.to_owned());
    }
    note_unseen(&ground, &mut entry, based_on);
    if !is_empty(&entry) {
        entries.insert(schema.name.clone(), entry);
    }
    let (saved, notices) = keep(txn, who, &ground, entries)?;
    Ok(Done { response: Response::Saved(saved), notices })
}

/// Writes entries that differ in nothing but half-typed text: no event, no undo.
///
/// # Errors
/// The store's.
pub fn keep(
    txn: &Txn,
    who: &Principal,
    ground: &Ground,
    entries: BTreeMap<String, DraftEntry>,
) -> Ruled<(Saved, Vec<Notice>)> {
    let notice = Notice::Item { session: ground.session.name.clone(), item: ground.number, by: who.account.clone() };
    let (hold, claimed) = claim(txn, who, ground)?;
    if entries == ground.draft.entries {
        let saved = Saved { at: txn.now, hold, ..unchanged(txn, ground)? };
        return Ok((saved, claimed.then_some(notice).into_iter().collect()));
    }
    let draft = Draft { entries, at: txn.now };
    let has_draft = ground.holds(&draft);
    let mut mine = Mine { state: settled(ground.mine.state, has_draft), has_draft, ..ground.mine.clone() };
    if mine.state != ground.mine.state {
        mine.at = txn.now;
    }
    let mut person = person(txn, ground, who)?;
    save(txn, who, ground, &mut person, &mine, &draft)?;
    Ok((Saved { at: txn.now, mine, hold, ..unchanged(txn, ground)? }, vec![notice]))
}

/// The first keystroke takes a place, also on an item that was put aside; later ones keep it. Whether the claim is new.
fn claim(txn: &Txn, who: &Principal, ground: &Ground) -> Ruled<(Hold, bool)> {
    if ground.mine.state == MineState::Submitted {
        return Ok((Hold::Free, false));
    }
    let mut item = ground.item.clone();
    let hold = hold::settle(txn, who, ground.at(), &mut item, MineState::Draft)?;
    if item.holders == ground.item.holders {
        return Ok((hold, false));
    }
    place::put(txn, &ground.session, ground.number, Some(&ground.item), &item)?;
    let held = |row: &ItemRow| room::holding(row, &who.account).is_some();
    Ok((hold, held(&item) != held(&ground.item)))
}
