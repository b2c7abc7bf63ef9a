//! The event log's vocabulary, and the one way to append to it.

use super::api::{Principal, SchemaChange};
use super::ruling::Ruled;
use crate::model::{
    AnswerVersion, DraftEntry, EventNo, ItemNo, LabelSchema, MineState, SchemaType, SessionId, SnapshotId, Time,
};
use crate::store::{EVENTS, EventRow, SESSION_EVENTS, StoreError, Txn};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What happened. Half-typed text is in none of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(missing_docs)] // Named after the requests that make them.
pub enum Event {
    Imported {
        experiment: String,
        imported: u64,
        updated: u64,
        duplicates: u64,
        rejected: u64,
    },
    TracesDeleted {
        experiment: String,
        ids: Vec<String>,
    },
    SchemaPut {
        experiment: String,
        change: SchemaChange,
        schema: LabelSchema,
        before: Option<LabelSchema>,
    },
    SchemaDeleted {
        experiment: String,
        schema: LabelSchema,
    },
    SessionCreated {
        name: String,
        experiment: String,
        settings: Settings,
    },
    SessionUpdated {
        before: Settings,
        after: Settings,
        /// Who is asked again, by item (`--reask`).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        reasked: Vec<(ItemNo, Vec<String>)>,
    },
    SessionDeleted {
        name: String,
    },
    TracesAdded {
        added: Vec<(ItemNo, String, SnapshotId)>,
        /// Removed before, there again.
        restored: Vec<ItemNo>,
        /// Item, old snapshot, new snapshot.
        refreshed: Vec<(ItemNo, SnapshotId, SnapshotId)>,
    },
    TracesRemoved {
        items: Vec<ItemNo>,
    },
    Assigned {
        items: Vec<(ItemNo, Option<String>)>,
        /// Whose those were that somebody had.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        from: Vec<(ItemNo, String)>,
    },
    Answered(Step),
    Submitted(Step),
    Skipped(Step),
    Deferred(Step),
    Declined(Step),
    Discarded(Step),
    Undone {
        of: EventNo,
        #[serde(flatten)]
        step: Step,
    },
    Redone {
        of: EventNo,
        #[serde(flatten)]
        step: Step,
    },
    Revealed,
    /// Somebody was told what others say in a blind session: by a command, or on the screen as one who is not assigned.
    Looked,
    /// A place on the item, taken by whose event it is.
    Claimed {
        /// Whose claim was over and went with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        from: Vec<String>,
    },
    /// Given back without an answer, or taken away. An act that settles an item gives its claim back without this.
    Released {
        /// Whose.
        of: Vec<String>,
    },
    /// The session is something on an MLflow server now.
    Linked {
        uri: String,
        experiment: String,
        queue: Option<String>,
    },
    /// Reopened on MLflow's side: who had reviewed the item is asked again, their answers filled in.
    Reopened {
        /// Whose reviews and declines are open again.
        of: Vec<String>,
    },
    /// Of an answer that was changed here and on MLflow's side: which one stays.
    Decided {
        schema: String,
        keep: crate::model::Keep,
    },
    /// The reviewer whose event it is answered on MLflow's side.
    Adopted {
        /// The account that brought it here.
        by: String,
        #[serde(flatten)]
        step: Step,
    },
}

/// What may be changed about a session.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Settings {
    pub schemas: Vec<String>,
    pub users: Vec<String>,
    pub reviews: u32,
    pub blind: Option<bool>,
    pub instructions: Option<String>,
    pub view: Option<Value>,
    pub closed: bool,
}

/// What one act did to one reviewer's standing on one item: enough to do it again, and to take it back.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Where the reviewer stood.
    pub from: Standing,
    /// And stands now.
    pub to: Standing,
    /// Entries of the draft that changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drafts: Vec<DraftEdit>,
    /// New versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub written: Vec<AnswerVersion>,
    /// Versions no longer valid: superseded or retracted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retired: Vec<VersionKey>,
    /// Versions valid again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restored: Vec<VersionKey>,
    /// It is a submit, or takes one back: what a later submit is based on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub submits: bool,
    /// A submit where no place was left.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub extra: bool,
    /// A lead declined the item for everybody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_lead: bool,
}

/// The part of `Mine` that the log decides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Standing {
    pub state: MineState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped_at: Option<EventNo>,
}

/// One question's entry before and after (without half-typed text).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct DraftEdit {
    pub schema: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<DraftEntry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<DraftEntry>,
    /// What was submitted, where the draft begins over it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<Over>,
}

/// A submitted answer, as the log tells what was changed from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Over {
    pub value: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// Names a version of mine on the event's item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct VersionKey {
    pub schema: String,
    /// The submit that made it.
    pub event: EventNo,
    /// Its assessment, for a push.
    pub assessment_id: String,
    /// Its type, for a push.
    #[serde(rename = "type")]
    pub kind: SchemaType,
}

impl From<&AnswerVersion> for VersionKey {
    fn from(v: &AnswerVersion) -> Self {
        Self { schema: v.schema.clone(), event: v.event, assessment_id: v.assessment_id.clone(), kind: v.kind }
    }
}

impl Event {
    /// The act's step, for the events that have one.
    #[must_use]
    pub const fn step(&self) -> Option<&Step> {
        match self {
            Self::Answered(step)
            | Self::Submitted(step)
            | Self::Skipped(step)
            | Self::Deferred(step)
            | Self::Declined(step)
            | Self::Discarded(step)
            | Self::Undone { step, .. }
            | Self::Redone { step, .. }
            | Self::Adopted { step, .. } => Some(step),
            _ => None,
        }
    }

    /// Reads a row's event.
    ///
    /// # Errors
    /// The row is not one of ours.
    pub fn read(row: &EventRow) -> Result<Self, StoreError> {
        Self::deserialize(&row.event).map_err(|e| StoreError::BadRow { table: "events", why: e.to_string() })
    }
}

/// The number that the next appended event will get.
///
/// # Errors
/// The store's.
pub fn next_event(txn: &Txn) -> Ruled<EventNo> {
    Ok(EventNo(txn.last_event()? + 1))
}

/// As an [`EventRow`] is written.
#[derive(Serialize)]
struct NewRow<'a> {
    at: Time,
    account: &'a str,
    assessor_id: &'a str,
    session: Option<u32>,
    item: Option<u32>,
    event: &'a Event,
}

/// Appends to the log, in the transaction of the change it describes.
///
/// # Errors
/// The store's.
pub fn append(
    txn: &Txn,
    who: &Principal,
    session: Option<SessionId>,
    item: Option<ItemNo>,
    event: &Event,
) -> Ruled<EventNo> {
    let no = next_event(txn)?;
    let row = NewRow {
        at: txn.now,
        account: &who.account,
        assessor_id: &who.assessor_id,
        session: session.map(|s| s.0),
        item: item.map(|i| i.0),
        event,
    };
    txn.put_like(EVENTS, no.0, &row)?;
    txn.set_last_event(no.0);
    if let Some(session) = session {
        txn.put(SESSION_EVENTS, (session.0, no.0), &())?;
    }
    Ok(no)
}
