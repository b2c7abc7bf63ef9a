//! What the tables hold. Fields are only ever added, with a default; a change of meaning raises `FORMAT_VERSION`.

use crate::model::{EventNo, ItemStatus, LabelSchema, Progress, SnapshotId, Time, TraceSummary};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// An experiment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ExperimentRow {
    /// Its key in other tables.
    pub id: u32,
    /// Traces in it now.
    pub traces: u64,
}

/// A trace's current state.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TraceRow {
    /// Its only experiment.
    pub experiment: u32,
    /// Its current body.
    pub snapshot: SnapshotId,
    /// Hash of that body, hex.
    pub hash: String,
    /// For lists and filters.
    pub summary: TraceSummary,
    /// When it was first imported.
    pub imported_at: Time,
}

/// A body's owner.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SnapshotRow {
    /// Whose body.
    pub trace_id: String,
    /// Hash of the canonical JSON, hex.
    pub hash: String,
    /// Items that refer to it, plus one while it is its trace's current body.
    pub references: u32,
}

/// One version of a schema.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SchemaRow {
    /// The question.
    pub schema: LabelSchema,
    /// When this version (or wording) was made.
    pub at: Time,
    /// By whom.
    pub by: String,
}

/// A session.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct SessionRow {
    pub id: u32,
    pub name: String,
    pub experiment: u32,
    pub experiment_name: String,
    /// Names, in the order they are asked.
    pub schemas: Vec<String>,
    pub users: Vec<String>,
    pub reviews: u32,
    /// `None`: blind when reviews > 1.
    pub blind: Option<bool>,
    pub instructions: Option<String>,
    pub view: Option<Value>,
    pub closed: bool,
    pub created_at: Time,
    pub created_by: String,
    /// Number for the next item.
    pub next_item: u32,
    /// Schema → when it was added to the running session, for `--reask`.
    #[serde(default)]
    pub asked_since: BTreeMap<String, Time>,
}

/// Counters of a session.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ProgressRow {
    /// Items, complete, declined.
    pub progress: Progress,
}

/// One person in one session.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct PersonRow {
    pub submitted: u32,
    pub drafts: u32,
    pub skipped: u32,
    pub deferred: u32,
    pub declined: u32,
    pub last_active: Option<Time>,
    /// My last acts that undo would take back, oldest first, at most 100.
    pub undo: Vec<EventNo>,
    /// What redo would repeat, oldest first.
    pub redo: Vec<EventNo>,
    /// Times of my last submits, newest last, at most 20, for the pace.
    pub submits: Vec<Time>,
}

/// One trace in a session.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct ItemRow {
    pub trace_id: String,
    pub snapshot: SnapshotId,
    pub name: String,
    pub state: String,
    pub preview: String,
    pub request_time: Time,
    pub duration_ms: Option<i64>,
    pub tokens: Option<u64>,
    pub status: ItemStatus,
    /// Who has submitted, and when, in that order.
    pub submitted: Vec<(String, Time)>,
    /// Who has declined.
    pub declined: Vec<String>,
    /// The lead who has declined it for everybody.
    #[serde(default)]
    pub declined_by: Option<String>,
    pub assigned: Option<String>,
    /// Who has claimed it, first come first; ends may be past.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<Holding>,
    #[serde(default)]
    pub removed: bool,
}

/// One person's claim on an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// Whose.
    pub account: String,
    /// Past this another may take it.
    pub until: Time,
}

/// One row of the event log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EventRow {
    /// Stamped by the owner: `max(now, last)`.
    pub at: Time,
    /// Who.
    pub account: String,
    /// Their name in exports at that time.
    pub assessor_id: String,
    /// Session id, where it belongs to one.
    pub session: Option<u32>,
    /// Item number, where it belongs to one.
    pub item: Option<u32>,
    /// What happened: `service::event::Event` as JSON (the rules' own vocabulary).
    pub event: Value,
}

/// What a request was answered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RequestRow {
    /// When.
    pub at: Time,
    /// The response as JSON.
    pub response: Value,
}
