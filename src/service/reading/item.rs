//! One item as one reviewer may see it (RULES: blindness).

use crate::model::ItemNo;
use crate::service::answering::ground::{Ground, unfit, versions};
use crate::service::api::{ItemKey, ItemView, Principal, QueueRow, Response};
use crate::service::claims::Claims;
use crate::service::items::{lookup, position};
use crate::service::reading::queue::row;
use crate::service::ruling::Ruled;
use crate::service::traces::{body as body_of, imported};
use crate::service::{blind, rights, sync};
use crate::store::Read;

/// Everything about one item but its body.
///
/// # Errors
/// `NotFound`, `NotPermitted`.
pub fn item(read: &impl Read, who: &Principal, claims: Claims, session: &str, key: &ItemKey) -> Ruled<Response> {
    let session = lookup::session(read, session)?;
    rights::may_look(&session, who)?;
    let number = lookup::resolve(read, &session, key)?;
    let ground = Ground::of(read, who, claims, session, number)?;
    Ok(Response::Item(Box::new(view(read, who, &ground)?)))
}

/// The item's trace, as it was copied in.
///
/// # Errors
/// `NotFound`, `NotPermitted`.
pub fn body(read: &impl Read, who: &Principal, session: &str, number: ItemNo) -> Ruled<Response> {
    let session = lookup::session(read, session)?;
    rights::may_look(&session, who)?;
    let item = lookup::item(read, &session, number)?;
    Ok(Response::Body(body_of(read, item.snapshot)?))
}

/// The item with what may be seen of the others.
///
/// # Errors
/// The store's.
pub fn view(read: &impl Read, who: &Principal, ground: &Ground) -> Ruled<ItemView> {
    let session = &ground.session;
    let others: Vec<_> = versions(read, session.id, ground.number)?
        .into_iter()
        .filter(|v| v.valid && v.reviewer != who.account)
        .collect();
    let imported = imported(read, &ground.item.trace_id)?;
    let something = !(others.is_empty() && imported.is_empty());
    let blind = rights::is_blind(session);
    let hidden = blind::hides_on_screen(who, session, &ground.mine);
    // Also after I have submitted it comes only when I ask for it: an answer changed after that says so.
    let open = match blind {
        true => ground.mine.revealed || !blind::reviews(who, session),
        false => blind::is_open(&ground.mine),
    };
    let mut draft = ground.draft.clone();
    for schema in &ground.schemas {
        if let Some(entry) = draft.entries.get_mut(&schema.name) {
            entry.unfit = unfit(schema, entry);
        }
    }
    let asked = |name: &String| session.schemas.contains(name);
    draft.entries.retain(|name, _| asked(name));
    let at = position::position_of(read, session, ground.number)?;
    let undecided = sync::undecided(read, who, session, ground.number)?;
    let row = row(who, ground.at(), at, &ground.item, ground.mine.clone());
    Ok(ItemView {
        row: QueueRow { undecided: !undecided.is_empty(), ..row },
        snapshot: ground.item.snapshot,
        answers: ground.answers.iter().filter(|v| asked(&v.schema)).cloned().collect(),
        draft,
        // In a blind session not even the fact that there is something to hide may be told.
        hidden: !open && (something || blind),
        may_reveal: !hidden,
        undecided,
        others: if open { others } else { Vec::new() },
        imported: if open { imported } else { Vec::new() },
    })
}
