//! What the tables hold. Fields are only ever added, with a default; a change of meaning raises `FORMAT_VERSION`.

use crate::model::{Assessment, EventNo, ItemStatus, Keep, LabelSchema, Progress, SnapshotId, Time, TraceSummary};
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
    #[serde(with = "super::numbers")]
    pub undo: Vec<EventNo>,
    /// What redo would repeat, oldest first.
    #[serde(with = "super::numbers")]
    pub redo: Vec<EventNo>,
    /// Times of my last submits, newest last, at most 20, for the pace.
    #[serde(with = "super::numbers")]
    pub submits: Vec<Time>,
    /// When a command last told them what others say in this session, which is blind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looked: Option<EventNo>,
    /// The last such time at which nothing was kept from them, since they did not review there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saw_all: Option<EventNo>,
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
    /// Who had asked for what, as `service::asked` marks it.
    #[serde(default)]
    pub mark: Option<u64>,
    /// The response as JSON.
    pub response: Value,
}

/// What a session is on an MLflow server. Never credentials.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkRow {
    /// Where, without user and password.
    pub uri: String,
    /// The experiment's id there.
    pub experiment_id: String,
    /// Its name there.
    pub experiment: String,
    /// The review queue's id there.
    pub queue_id: Option<String>,
    /// Its name there.
    pub queue: Option<String>,
    /// The run that the session's traces are linked to.
    pub run_id: Option<String>,
    /// Made once: the run carries it as a tag, so that a crash between making it and noting it makes no second one.
    pub tag: String,
    /// The session came from there: what people answered in its queue are their answers.
    pub pulled: bool,
    /// Which traces to pull.
    pub filter: Option<String>,
    /// Questions there, by name: their id, and our version when both sides were last the same.
    pub schemas: BTreeMap<String, (String, u32)>,
    /// The last event of the log that has been looked at for what is to push.
    pub cursor: u64,
    /// When it was last pulled.
    pub last_pull: Option<Time>,
    /// When it was last pushed.
    pub last_push: Option<Time>,
    /// What the last sync had to say: deleted there, not expressible there.
    pub notes: Vec<String>,
}

/// Something that may differ from the server's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToSyncRow {
    /// The newest event that touched it.
    pub event: EventNo,
    /// Why it is still here after a push.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
    /// What its reviewer has decided about a conflict; the next sync carries it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decision>,
}

/// A reviewer's decision about a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Whose answer stays.
    pub keep: Keep,
    /// The event that says so: what is answered later is not meant.
    pub at: EventNo,
}

/// Why something could not be brought together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// The server said no, or it cannot be said there; tried again at every push.
    Failed(String),
    /// Changed on both sides since they last agreed; what is there now (`None`: deleted there).
    Conflict(Option<Assessment>),
}

/// One answer as both sides last had it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SyncedRow {
    /// Our version's id; `None`: no answer here.
    pub local: Option<String>,
    /// The assessment's id there; `None`: none there.
    pub remote: Option<String>,
    /// Its value, as it came.
    pub value: Value,
    /// Its comment.
    pub comment: Option<String>,
    /// Other assessments there that were made by this reviewer and are settled.
    pub known: Vec<String>,
}

/// One item as both sides last had it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SyncedItemRow {
    /// Our status.
    pub local: ItemStatus,
    /// The queue's.
    pub remote: ItemStatus,
    /// It is in the queue there.
    pub queued: bool,
    /// It is linked to the run there.
    pub linked: bool,
    /// The queue says something else than is so here, and it is ours to say: the next push does.
    pub contradicted: bool,
    /// Assessments of people that came with the trace since the session was linked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub news: Vec<String>,
}
