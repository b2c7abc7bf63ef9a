//! Who has a place on an item: those who have submitted, the one it is assigned to, and those who hold a claim.

use crate::model::{ItemStatus, Time};
use crate::service::api::Principal;
use crate::store::{Holding, ItemRow};

/// What an item has for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Theirs without a claim: they have submitted, or it is assigned to them.
    Own,
    /// They hold a claim, or held one that nobody has taken since.
    Held,
    /// One is left.
    Free,
    /// Others have every place.
    Taken,
}

/// What an item has for this person, where this many reviews are wanted.
#[must_use]
pub fn place_for(item: &ItemRow, reviews: u32, who: &Principal, now: Time) -> Place {
    let me = who.account.as_str();
    if has_submitted(item, me) || is_assigned_to(item, who) {
        Place::Own
    } else if holding(item, me).is_some() {
        Place::Held
    } else if others(item, me, now) < wanted(reviews) {
        Place::Free
    } else {
        Place::Taken
    }
}

/// The claim of this account.
#[must_use]
pub fn holding<'a>(item: &'a ItemRow, account: &str) -> Option<&'a Holding> {
    item.holders.iter().find(|h| h.account == account)
}

/// Others who hold a claim now.
pub fn live<'a>(item: &'a ItemRow, me: &'a str, now: Time) -> impl Iterator<Item = &'a str> {
    item.holders.iter().filter(move |h| h.until > now && h.account != me).map(|h| h.account.as_str())
}

/// Who has the places, for people: whoever is at it; else whoever has submitted, where that may be known (to somebody
/// without a place, who has not submitted, in a blind session it may not).
#[must_use]
pub fn takers(item: &ItemRow, me: &str, now: Time, blind: bool) -> Vec<String> {
    let mut by: Vec<String> = live(item, me, now).map(str::to_owned).collect();
    by.extend(reserved(item).filter(|user| *user != me).map(str::to_owned));
    if by.is_empty() && !blind {
        by.extend(item.submitted.iter().map(|(user, _)| user.clone()).filter(|user| user != me));
    }
    by
}

/// Whether a place is left that nobody has or had: what *next* looks for first after its own.
#[must_use]
pub fn has_room(item: &ItemRow, reviews: u32) -> bool {
    is_open(item) && places(item) < wanted(reviews)
}

/// Whether an item needs reviews.
#[must_use]
pub fn is_open(item: &ItemRow) -> bool {
    !item.removed && item.status == ItemStatus::Pending
}

/// Places that are not free for a newcomer, claims that are over among them.
#[must_use]
pub fn places(item: &ItemRow) -> usize {
    item.submitted.len() + item.holders.len() + reserved(item).count()
}

/// Reviews wanted.
#[must_use]
pub fn wanted(reviews: u32) -> usize {
    reviews.max(1) as usize
}

/// The one whom the item is assigned to, while they have neither submitted nor declined nor claimed it.
fn reserved(item: &ItemRow) -> impl Iterator<Item = &str> {
    item.assigned.as_deref().into_iter().filter(|user| {
        !has_submitted(item, user) && !item.declined.iter().any(|who| who == user) && holding(item, user).is_none()
    })
}

fn others(item: &ItemRow, me: &str, now: Time) -> usize {
    let submitted = item.submitted.iter().filter(|(user, _)| user != me).count();
    submitted + live(item, me, now).count() + reserved(item).filter(|user| *user != me).count()
}

fn has_submitted(item: &ItemRow, account: &str) -> bool {
    item.submitted.iter().any(|(user, _)| user == account)
}

/// By account, or by the name in exports, as the lead of a private store may have typed it.
fn is_assigned_to(item: &ItemRow, who: &Principal) -> bool {
    item.assigned.as_ref().is_some_and(|user| *user == who.account || *user == who.assessor_id)
}
