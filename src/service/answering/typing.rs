//! Half-typed text: state that is overwritten in place, neither in the log nor in the audit.

use super::apply::{person, save, settled, unchanged};
use super::draft::is_empty;
use super::ground::Ground;
use crate::model::{Draft, DraftEntry, ItemNo, Mine};
use crate::service::api::{Notice, Principal, Response, Saved};
use crate::service::ruling::{Done, Ruled};
use crate::store::Txn;
use serde_json::Value;
use std::collections::BTreeMap;

/// Keeps what is half typed in a question's value or comment field.
///
/// # Errors
/// `NotFound`, `NotPermitted`, `Closed`.
pub fn typed(
    txn: &Txn,
    who: &Principal,
    session: &str,
    item: ItemNo,
    schema: &str,
    value: Option<&str>,
    comment: Option<&str>,
) -> Ruled<Done> {
    let ground = Ground::for_act(txn, who, session, item)?;
    let schema = ground.schema(schema)?;
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
    if entries == ground.draft.entries {
        return Ok((Saved { at: txn.now, ..unchanged(txn, ground)? }, Vec::new()));
    }
    let draft = Draft { entries, at: txn.now };
    let has_draft = ground.holds(&draft);
    let mut mine = Mine { state: settled(ground.mine.state, has_draft), has_draft, ..ground.mine.clone() };
    if mine.state != ground.mine.state {
        mine.at = txn.now;
    }
    let mut person = person(txn, ground, who)?;
    save(txn, who, ground, &mut person, &mine, &draft)?;
    let saved = Saved { at: txn.now, mine, ..unchanged(txn, ground)? };
    let (session, by) = (ground.session.name.clone(), who.account.clone());
    Ok((saved, vec![Notice::Item { session, item: ground.number, by }]))
}
