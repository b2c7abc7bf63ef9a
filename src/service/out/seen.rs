//! What is said about an item, as far as the one who asks may know it.

use crate::model::{AnswerVersion, Assessment, ItemNo};
use crate::service::answering::ground::versions;
use crate::service::api::Principal;
use crate::service::blind;
use crate::service::ruling::Ruled;
use crate::service::traces::imported;
use crate::store::{ItemRow, Read, SessionRow};

/// Every version of every answer, and the imported assessments; only their own while the item is hidden from them.
///
/// # Errors
/// The store's.
pub fn seen(
    read: &impl Read,
    who: &Principal,
    session: &SessionRow,
    number: ItemNo,
    item: &ItemRow,
) -> Ruled<(Vec<AnswerVersion>, Vec<Assessment>)> {
    let mut all = versions(read, session.id, number)?;
    if blind::hidden_from(read, who, session, number)? {
        all.retain(|version| version.reviewer == who.account);
        return Ok((all, Vec::new()));
    }
    Ok((all, imported(read, &item.trace_id)?))
}
