//! What an act needs to know: the session, its questions, the item, and where I stand with it.

use crate::model::{AnswerVersion, BasedOn, Draft, DraftEntry, ItemNo, LabelSchema, Mine, value};
use crate::service::api::{Principal, Reason};
use crate::service::claims::Claims;
use crate::service::claims::hold::At;
use crate::service::items::lookup;
use crate::service::ruling::{Ruled, no};
use crate::service::{people, rights};
use crate::store::{ANSWERS, DRAFTS, ItemRow, Read, SessionRow, StoreError};

/// Everything about one reviewer and one item, as the store has it now.
pub struct Ground {
    /// The session.
    pub session: SessionRow,
    /// Its questions at their latest version, in order.
    pub schemas: Vec<LabelSchema>,
    /// The item's number.
    pub number: ItemNo,
    /// The item.
    pub item: ItemRow,
    /// Where I stand.
    pub mine: Mine,
    /// What I have not submitted.
    pub draft: Draft,
    /// My current submitted answers, questions that were removed from the session among them.
    pub answers: Vec<AnswerVersion>,
    /// Whether anything is claimed.
    pub claims: Claims,
}

impl Ground {
    /// For an act: the session must be open and mine, the item there.
    ///
    /// # Errors
    /// `NotFound`, `NotPermitted`, `Closed`.
    pub fn for_act(read: &impl Read, who: &Principal, claims: Claims, session: &str, item: ItemNo) -> Ruled<Self> {
        let session = lookup::session(read, session)?;
        rights::may_answer(&session, who)?;
        lookup::open(&session)?;
        Self::of(read, who, claims, session, item)
    }

    /// For looking.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn of(read: &impl Read, who: &Principal, claims: Claims, session: SessionRow, number: ItemNo) -> Ruled<Self> {
        let item = lookup::item(read, &session, number)?;
        let me = who.account.as_str();
        let mine = people::mine(read, session.id, me, number)?;
        // Whoever has never submitted anything here has no answer to look for.
        let versions = if mine.based_on.is_some() { versions(read, session.id, number)? } else { Vec::new() };
        Ok(Self {
            schemas: lookup::schemas(read, &session)?,
            mine,
            draft: read.get(DRAFTS, (session.id, me, number.0))?.unwrap_or_default(),
            answers: versions.into_iter().filter(|v| v.valid && v.reviewer == me).collect(),
            session,
            number,
            item,
            claims,
        })
    }

    /// A question of the session.
    ///
    /// # Errors
    /// `NotFound`, naming those that there are.
    pub fn schema(&self, name: &str) -> Ruled<&LabelSchema> {
        self.schemas.iter().find(|s| s.name == name).ok_or_else(|| {
            let there: Vec<&str> = self.schemas.iter().map(|s| s.name.as_str()).collect();
            let there = if there.is_empty() { "nothing".to_owned() } else { there.join(", ") };
            no(Reason::NotFound, format!("session {} does not ask \"{name}\"; it asks {there}", self.session.name))
        })
    }

    /// My current submitted answer to a question.
    #[must_use]
    pub fn answer(&self, schema: &str) -> Option<&AnswerVersion> {
        self.answers.iter().find(|v| v.schema == schema)
    }

    /// Whether somebody who saw this as my last submit has not seen what stands here. A script sees nothing, and decides
    /// nothing that was left to be decided.
    #[must_use]
    pub fn is_unseen(&self, based_on: BasedOn) -> bool {
        let undecided = based_on.is_any() && !self.draft.unseen_since(&self.schemas).is_any();
        undecided || based_on.is_overtaken(self.mine.based_on)
    }

    /// The place of the act, for claims.
    #[must_use]
    pub const fn at(&self) -> At<'_> {
        At { session: &self.session, number: self.number, claims: self.claims }
    }

    /// Whether a draft holds anything for the questions that are asked.
    #[must_use]
    pub fn holds(&self, draft: &Draft) -> bool {
        self.schemas.iter().any(|s| draft.entries.contains_key(&s.name))
    }
}

/// Every version of every answer on an item: by schema, reviewer, time.
///
/// # Errors
/// The store's.
pub fn versions(read: &impl Read, session: u32, item: ItemNo) -> Result<Vec<AnswerVersion>, StoreError> {
    let mut out = Vec::new();
    let range = (session, item.0, "", "", 0)..(session, item.0 + 1, "", "", 0);
    read.scan(ANSWERS, range, false, |_, version| {
        out.push(version);
        Ok(true)
    })?;
    Ok(out)
}

/// Why a draft's entry no longer fits its question, if it does not (RULES: kept and marked).
#[must_use]
pub fn unfit(schema: &LabelSchema, entry: &DraftEntry) -> Option<String> {
    if !schema.enable_comment && entry.comment.as_deref().is_some_and(|c| !c.is_empty()) {
        return Some("takes no comment any more".to_owned());
    }
    if entry.schema_version == schema.version {
        return None;
    }
    entry.value.as_ref().and_then(|v| value::check(schema, v).err())
}
