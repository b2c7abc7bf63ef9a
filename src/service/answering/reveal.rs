//! Seeing the others' answers, judges and imported assessments: recorded, and never undone.

use super::apply::{person, save};
use super::ground::Ground;
use crate::model::{ItemNo, Mine, SessionId};
use crate::service::api::{Principal, Reason, Response};
use crate::service::claims::Claims;
use crate::service::event::{Event, append};
use crate::service::items::lookup;
use crate::service::reading::item;
use crate::service::ruling::{Done, Ruled, no};
use crate::service::{blind, rights};
use crate::store::Txn;

/// Shows what is hidden (in a closed session too: it is reading); my later versions on this item say that they were made after it.
///
/// # Errors
/// `NotPermitted` in a blind session before I have submitted.
pub fn reveal(txn: &Txn, who: &Principal, claims: Claims, session: &str, number: ItemNo) -> Ruled<Done> {
    let session = lookup::session(txn, session)?;
    rights::may_look(&session, who)?;
    let mut ground = Ground::of(txn, who, claims, session, number)?;
    if blind::hides_on_screen(who, &ground.session, &ground.mine) {
        return Err(no(
            Reason::NotPermitted,
            format!("session {} is blind: submit first, then R shows the others", ground.session.name),
        ));
    }
    if !ground.mine.revealed {
        append(txn, who, Some(SessionId(ground.session.id)), Some(number), &Event::Revealed)?;
        let mine = Mine { revealed: true, ..ground.mine.clone() };
        let mut person = person(txn, &ground, who)?;
        save(txn, who, &ground, &mut person, &mine, &ground.draft)?;
        ground.mine = mine;
    }
    Ok(Done::quiet(Response::Item(Box::new(item::view(txn, who, &ground)?))))
}
