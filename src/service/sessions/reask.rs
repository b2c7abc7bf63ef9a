//! Asking again: those who submitted before a question was added or changed get their items back, with the old answers
//! filled in (RULES: Schemas and versions).

use crate::model::{ItemNo, Mine, MineState, Time};
use crate::service::answering::apply::settled;
use crate::service::answering::ground::versions;
use crate::service::items::{lookup, place, status};
use crate::service::people::{self, Place};
use crate::service::ruling::Ruled;
use crate::store::{DRAFTS, ITEMS, ItemRow, PEOPLE, Read, SCHEMA_VERSIONS, SessionRow, Txn};

/// Who is asked again, by item: whose last submit is older than a question, or a version of it, that they have not
/// answered.
///
/// # Errors
/// The store's.
pub fn choose(read: &impl Read, session: &SessionRow) -> Ruled<Vec<(ItemNo, Vec<String>)>> {
    let mut newer = Vec::new();
    for schema in lookup::schemas(read, session)? {
        let version = read.get(SCHEMA_VERSIONS, (session.experiment, schema.name.as_str(), schema.version))?;
        let changed = version.filter(|_| schema.version > 1).map(|row| row.at);
        let added = session.asked_since.get(&schema.name).copied();
        if let Some(since) = changed.max(added) {
            newer.push((schema.name, schema.version, since));
        }
    }
    if newer.is_empty() {
        return Ok(Vec::new());
    }
    let mut items: Vec<(ItemNo, ItemRow)> = Vec::new();
    read.scan(ITEMS, (session.id, 0)..(session.id + 1, 0), false, |(_, number), row| {
        if !row.removed && !row.submitted.is_empty() {
            items.push((ItemNo(number), row));
        }
        Ok(true)
    })?;
    let mut out = Vec::new();
    for (number, row) in items {
        let answers = versions(read, session.id, number)?;
        let mut asked = Vec::new();
        for (person, _) in &row.submitted {
            let last = people::mine(read, session.id, person, number)?.at;
            let lacks = |(name, version, since): &(String, u32, Time)| {
                let has = |a: &&crate::model::AnswerVersion| a.valid && a.reviewer == *person && a.schema == *name;
                last <= *since && answers.iter().find(has).is_none_or(|a| a.schema_version < *version)
            };
            if newer.iter().any(lacks) {
                asked.push(person.clone());
            }
        }
        if !asked.is_empty() {
            out.push((number, asked));
        }
    }
    Ok(out)
}

/// Gives an item back to these people; their answers stay as they are until they submit anew.
///
/// # Errors
/// The store's.
pub fn ask_again(txn: &Txn, session: &SessionRow, number: ItemNo, asked: &[String]) -> Ruled<()> {
    let before = lookup::item(txn, session, number)?;
    let mut item = before.clone();
    for account in asked {
        item.submitted.retain(|(user, _)| user != account);
        item.declined.retain(|user| user != account);
        item.declined_by.take_if(|user| user == account);
        let mine = people::mine(txn, session.id, account, number)?;
        let draft = txn.get(DRAFTS, (session.id, account.as_str(), number.0))?.unwrap_or_default();
        let state = settled(MineState::Todo, mine.has_draft);
        let after = Mine { state, reason: None, at: txn.now, ..mine.clone() };
        let mut person = txn.get(PEOPLE, (session.id, account.as_str()))?.unwrap_or_default();
        let at = Place { session: session.id, account, item: number };
        people::put(txn, at, &mut person, &mine, &after, (draft.at, draft.at))?;
        txn.put(PEOPLE, (session.id, account.as_str()), &person)?;
    }
    item.status = status::derive(session, &item);
    place::put(txn, session, number, Some(&before), &item)
}
