//! An item's status, derived from its reviewers' (RULES: Status).

use crate::model::ItemStatus;
use crate::store::{ItemRow, SessionRow};

/// *Complete* at N submissions; *declined* when N = 1 and its reviewer declined, or no eligible reviewer is left, or a
/// lead declines; else *pending*.
#[must_use]
pub fn derive(session: &SessionRow, item: &ItemRow) -> ItemStatus {
    if item.submitted.len() >= session.reviews.max(1) as usize {
        return ItemStatus::Complete;
    }
    let declined_alone = session.reviews <= 1 && !item.declined.is_empty();
    if item.declined_by.is_some() || declined_alone || nobody_left(session, item) {
        return ItemStatus::Declined;
    }
    ItemStatus::Pending
}

/// With assigned users: each has submitted or declined. Without, anybody may come.
fn nobody_left(session: &SessionRow, item: &ItemRow) -> bool {
    let settled =
        |user: &String| item.declined.contains(user) || item.submitted.iter().any(|(submitter, _)| submitter == user);
    !session.users.is_empty() && session.users.iter().all(settled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{SnapshotId, Time};

    fn session(users: &[&str], reviews: u32) -> SessionRow {
        SessionRow {
            id: 1,
            name: "s".into(),
            experiment: 1,
            experiment_name: "Default".into(),
            schemas: Vec::new(),
            users: users.iter().map(|&u| u.into()).collect(),
            reviews,
            blind: None,
            instructions: None,
            view: None,
            closed: false,
            created_at: Time(0),
            created_by: "lead".into(),
            next_item: 1,
            asked_since: Default::default(),
        }
    }

    fn item(submitted: &[&str], declined: &[&str], by_lead: bool) -> ItemRow {
        ItemRow {
            trace_id: "tr-1".into(),
            snapshot: SnapshotId(1),
            name: String::new(),
            state: "OK".into(),
            preview: String::new(),
            request_time: Time(0),
            duration_ms: None,
            tokens: None,
            status: ItemStatus::Pending,
            submitted: submitted.iter().map(|&u| (u.into(), Time(1))).collect(),
            declined: declined.iter().map(|&u| u.into()).collect(),
            declined_by: by_lead.then(|| "lead".into()),
            assigned: None,
            holders: Vec::new(),
            removed: false,
        }
    }

    #[test]
    fn status_is_derived_from_the_reviewers() {
        use ItemStatus::{Complete, Declined, Pending};
        for (users, reviews, submitted, declined, by_lead, status) in [
            (&[][..], 1, &[][..], &[][..], false, Pending),
            (&[], 1, &["a"], &[], false, Complete),
            (&[], 1, &[], &["a"], false, Declined),
            (&[], 1, &["b"], &["a"], false, Complete),
            (&[], 2, &["a"], &[], false, Pending),
            (&[], 2, &["a", "b"], &[], false, Complete),
            (&[], 2, &[], &["a"], false, Pending),
            (&[], 2, &["a"], &["b", "c"], false, Pending),
            (&["a", "b"], 2, &["a"], &["b"], false, Declined),
            (&["a", "b", "c"], 2, &["a"], &["b"], false, Pending),
            (&["a", "b"], 3, &["a", "b"], &[], false, Declined),
            (&["a", "b"], 2, &[], &["a", "b"], false, Declined),
            (&["a", "b"], 2, &[], &["a"], true, Declined),
            (&["a", "b"], 2, &["a", "b"], &[], true, Complete),
        ] {
            let got = derive(&session(users, reviews), &item(submitted, declined, by_lead));
            assert_eq!(got, status, "{users:?} N={reviews} submitted {submitted:?} declined {declined:?}");
        }
    }
}
