//! The one vocabulary: every request that a key or a command can make, and every answer to it.
//!
//! The same values are passed in process (the screen that owns the store) and, as JSON frames, over a Unix socket
//! (a second terminal, a command while the screen is up, and later the team server). The rules behind them are in
//! the sibling modules; nothing here decides anything.

use super::sync::api::{SyncRequest, SyncResponse};
use crate::model::{
    AnswerChange, AnswerVersion, Assessment, BasedOn, Draft, EventNo, ItemNo, ItemStatus, Keep, LabelSchema, Mine,
    PersonProgress, Progress, SchemaType, SnapshotId, Time, TraceSummary,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::PathBuf;
use uuid::Uuid;

/// A request with the id of the user action it belongs to; a retry carries the same id and gets the same answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Call {
    /// Made once per user action.
    pub id: Uuid,
    /// What is asked.
    pub request: Request,
    /// What it is about, as the person who writes saw it; absent: whatever stands there (a script).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
}

impl Call {
    /// A request under an id of its own.
    #[must_use]
    pub fn new(request: Request) -> Self {
        Self { id: Uuid::now_v7(), request, about: None }
    }
}

/// What stood where somebody wrote: names and numbers may come to mean something else meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// When the session was made.
    pub session: Time,
    /// The item's trace.
    pub trace_id: String,
    /// The copy of it that they read; `None` where nobody says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<SnapshotId>,
}

/// Who asks. In a private store the account is what `--as` says; on a team server it is the kernel's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// Stored with every change.
    pub account: String,
    /// The name in exports (`[people]` in the configuration; the account where not mapped).
    pub assessor_id: String,
    /// What they may do.
    pub role: Role,
}

/// What somebody may do (RULES: Who may).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything; the owner of a private store.
    Admin,
    /// Import, create, assign, export, see all labels, audit.
    Lead,
    /// Open sessions that are theirs, answer, see their own labels.
    Reviewer,
}

/// One request. Session and schema names are as typed by people; items are numbers from earlier answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do", content = "with")]
pub enum Request {
    // ---- traces
    /// Stores a batch of prepared traces → [`Response::Imported`].
    Import(ImportBatch),
    /// What [`Request::Import`] would reject of traces with these ids (`import --strict`); nothing is changed
    /// → [`Response::Imported`], where anything but `Rejected` means: would be taken.
    ImportCheck {
        /// The local experiment.
        experiment: String,
        /// Trace ids.
        ids: Vec<String>,
    },
    /// A page of an experiment's traces, newest first → [`Response::Traces`].
    TraceList {
        /// Experiment name.
        experiment: String,
        /// MLflow's search grammar.
        filter: Option<String>,
        /// Where the last page ended.
        after: Option<TraceCursor>,
        /// Most rows wanted.
        limit: u32,
    },
    /// One trace with its body and imported assessments → [`Response::Trace`].
    TraceShow {
        /// Its id.
        trace_id: String,
    },
    /// Deletes traces; sessions keep their copies → [`Response::Count`].
    TraceDelete {
        /// Experiment of the filter.
        experiment: String,
        /// Which.
        which: Which,
    },

    // ---- schemas
    /// Creates, or with `overwrite` replaces, a schema → [`Response::SchemaPut`].
    SchemaPut {
        /// Experiment name.
        experiment: String,
        /// Its `version` is ignored.
        schema: LabelSchema,
        /// Replace an existing one of that name (identical: nothing happens).
        overwrite: bool,
        /// From a file or a pull: MLflow's default name "Feedback" is accepted.
        applied: bool,
    },
    /// All schemas of an experiment, by name → [`Response::Schemas`].
    SchemaList {
        /// Experiment name.
        experiment: String,
    },
    /// Deletes a schema that no session uses → [`Response::Done`].
    SchemaDelete {
        /// Experiment name.
        experiment: String,
        /// Schema name.
        name: String,
    },

    // ---- sessions
    /// → [`Response::Session`].
    SessionCreate(SessionSpec),
    /// → [`Response::Session`].
    SessionUpdate {
        /// Session name.
        session: String,
        /// What changes.
        patch: SessionPatch,
    },
    /// Refused while there are answers, unless `with_answers` → [`Response::Done`].
    SessionDelete {
        /// Session name.
        session: String,
        /// The caller has exported them, or does not want them.
        with_answers: bool,
    },
    /// The sessions I may see → [`Response::Sessions`].
    SessionList,
    /// → [`Response::Session`].
    SessionGet {
        /// Session name.
        session: String,
    },
    /// Copies traces in, by reference to their current snapshot; idempotent → [`Response::Added`].
    AddTraces {
        /// Session name.
        session: String,
        /// Which.
        which: Which,
        /// Items already there take the trace's current snapshot.
        refresh: bool,
    },
    /// Hides items; answers stay in the log → [`Response::Count`].
    RemoveTraces {
        /// Session name.
        session: String,
        /// Trace ids.
        ids: Vec<String>,
    },
    /// Gives items to people → [`Response::Count`].
    Assign {
        /// Session name.
        session: String,
        /// To whom.
        assign: Assign,
    },

    // ---- reviewing
    /// A window of the queue, in its order → [`Response::Queue`].
    Queue {
        /// Session name.
        session: String,
        /// First row wanted, counted from 0 among the items not removed.
        from: u32,
        /// Most rows wanted.
        limit: u32,
    },
    /// Items whose trace matches, in queue order, a piece of the queue at a time → [`Response::Found`].
    Find {
        /// Session name.
        session: String,
        /// Words that must all occur (case-insensitive) in id, name, preview or, with `deep`, the whole trace.
        text: String,
        /// Only items in one of these states of mine.
        mine: Vec<crate::model::MineState>,
        /// Only items of these statuses.
        status: Vec<ItemStatus>,
        /// Read the bodies too.
        deep: bool,
        /// `next` of the last answer.
        #[serde(default)]
        after: Option<ItemNo>,
    },
    /// Everything about one item but its body → [`Response::Item`].
    Item {
        /// Session name.
        session: String,
        /// Which.
        item: ItemKey,
    },
    /// The item's trace body → [`Response::Body`].
    Body {
        /// Session name.
        session: String,
        /// Which.
        item: ItemNo,
    },
    /// The other turns of the conversation that the item's trace is a turn of → [`Response::Turns`].
    Turns {
        /// Session name.
        session: String,
        /// Which.
        item: ItemNo,
    },
    /// The next item that needs me after this one, in the order of RULES: Claims → [`Response::Next`].
    Next {
        /// Session name.
        session: String,
        /// Where I am; `None` at the first opening.
        after: Option<ItemNo>,
    },
    /// Half-typed text: state, not an event → [`Response::Saved`].
    Type {
        /// Session name.
        session: String,
        /// Which item.
        item: ItemNo,
        /// Which question.
        schema: String,
        /// Half-typed value; `None` leaves it.
        value: Option<String>,
        /// Half-typed comment; `None` leaves it.
        comment: Option<String>,
        /// What they saw of me last; where that has moved, the draft says so until both were seen.
        #[serde(default)]
        based_on: BasedOn,
    },
    /// Answers into the draft: an option picked, a field left → [`Response::Saved`]. Refused, unchanged, where a value does not fit its schema.
    Answer {
        /// Session name.
        session: String,
        /// Which item.
        item: ItemNo,
        /// Questions not named stay.
        changes: Vec<AnswerChange>,
        /// As in [`Self::Type`].
        #[serde(default)]
        based_on: BasedOn,
    },
    /// Merges `changes` into the draft and submits it → [`Response::Submitted`].
    Submit {
        /// Session name.
        session: String,
        /// Which item.
        item: ItemNo,
        /// What they saw of me last; a mismatch is [`Reason::Conflict`].
        based_on: BasedOn,
        /// What stood on the screen as mine before the last changes, question by question: where my draft says something
        /// else (another terminal), it is [`Reason::Conflict`] too. `None` skips the check (a script).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Vec<SeenAnswer>>,
        /// Last changes, applied first.
        changes: Vec<AnswerChange>,
        /// Also where another has the item ([`Reason::Taken`]): then it is one review more than was asked for.
        #[serde(default)]
        extra: bool,
    },
    /// Skip, defer, decline, discard a draft → [`Response::Saved`].
    Act {
        /// Session name.
        session: String,
        /// Which item.
        item: ItemNo,
        /// What.
        act: Act,
        /// What they saw of me last. To decline retracts: where that has moved it is [`Reason::Conflict`].
        #[serde(default)]
        based_on: BasedOn,
    },
    /// Takes back my last act in this session (or on this item) → [`Response::Undone`].
    Undo {
        /// Session name.
        session: String,
        /// Only acts on this item.
        item: Option<ItemNo>,
    },
    /// Repeats what undo took back → [`Response::Undone`].
    Redo {
        /// Session name.
        session: String,
        /// Only acts on this item.
        item: Option<ItemNo>,
    },
    /// Shows the others' answers, judges and imported assessments; recorded → [`Response::Item`].
    Reveal {
        /// Session name.
        session: String,
        /// Which item.
        item: ItemNo,
    },

    // ---- the others
    /// Where I am, and who else is in the session → [`Response::Here`] from a team's server, [`Response::Done`] from a
    /// private store, which knows of nobody. Known to the team's server only as long as I am
    /// connected, never stored; a claim of mine on the item is renewed where I came to it or am active there, none is taken.
    Here {
        /// Session name.
        session: String,
        /// What is on my screen.
        item: Option<ItemNo>,
        /// I am at the keys there.
        #[serde(default)]
        active: bool,
    },
    /// I leave the session: what I have claimed and not begun is there for others → [`Response::Done`].
    Leave {
        /// Session name.
        session: String,
    },

    // ---- labels out
    /// A page of the labels table → [`Response::Labels`].
    Labels {
        /// Session name.
        session: String,
        /// What is wanted.
        query: LabelQuery,
        /// `next` of the last page.
        after: Option<String>,
        /// Most rows wanted.
        limit: u32,
    },
    /// A page of evaluation records (one JSON object each) → [`Response::Lines`].
    Dataset {
        /// Session name.
        session: String,
        /// Imported expectations too.
        imported: bool,
        /// Keep every reviewer's.
        per_reviewer: bool,
        /// `next` of the last page.
        after: Option<String>,
        /// Most records wanted.
        limit: u32,
    },
    /// A page of traces with assessments, as MLflow `Trace` JSON lines → [`Response::Lines`].
    Export {
        /// Session name.
        session: String,
        /// `next` of the last page.
        after: Option<String>,
        /// Most traces wanted.
        limit: u32,
    },
    /// → [`Response::Stats`].
    Stats {
        /// Session name.
        session: String,
    },
    /// A page of the event log, oldest first → [`Response::Audit`]. Of a name that no session has any more: what the
    /// log has of the one that was deleted.
    Audit {
        /// Session name.
        session: String,
        /// Number of the last event seen.
        after: Option<EventNo>,
        /// Most rows wanted.
        limit: u32,
    },
    /// The same of what came and went → [`Response::Audit`].
    AuditPast {
        /// Of what.
        of: Past,
        /// Number of the last event seen.
        after: Option<EventNo>,
        /// Most rows wanted.
        limit: u32,
    },

    /// Of an answer of mine that was changed here and on MLflow's side: which one stays → [`Response::Done`].
    Decide {
        /// Session name.
        session: String,
        /// Which.
        item: ItemNo,
        /// Which question.
        schema: String,
        /// Which side's.
        keep: Keep,
    },

    // ---- an MLflow server
    /// What a pull or a push asks → [`Response::Sync`].
    Sync(SyncRequest),

    // ---- the store
    /// A hot copy → [`Response::Done`]. The path is the owner's.
    Backup {
        /// Absolute; must not exist.
        path: PathBuf,
    },
    /// Checks every table against the log → [`Response::Doctor`].
    Doctor,
}

/// Every answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "of")]
#[allow(missing_docs)] // Named after the requests that they answer.
pub enum Response {
    Done,
    Count(u64),
    Imported(Vec<ImportOutcome>),
    Traces(TracePage),
    Trace(TraceDoc),
    SchemaPut(SchemaOutcome),
    Schemas(Vec<LabelSchema>),
    Session(Box<SessionView>),
    Sessions(Vec<SessionView>),
    Added(Added),
    Queue(QueuePage),
    Found(Found),
    Item(Box<ItemView>),
    /// Canonical JSON of the trace: `{"data":{"spans":[..]},"info":{..}}`, never with assessments.
    Body(String),
    Turns(Turns),
    Next(Option<ItemNo>),
    Saved(Saved),
    Submitted(Submitted),
    Undone(Undone),
    Here(Vec<Present>),
    Labels(LabelPage),
    Lines(LinePage),
    Stats(Box<Stats>),
    Audit(Vec<AuditRow>),
    Sync(SyncResponse),
    Doctor(DoctorReport),
}

/// A "no" with its reason; nothing was changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}")]
pub struct Refusal {
    /// For programs.
    pub reason: Reason,
    /// For people: what, where, and the way out. Sanitise before printing (may quote data).
    pub message: String,
}

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No such session, schema, trace, item.
    NotFound,
    /// The name is taken.
    Exists,
    /// A value, name or filter has no meaning.
    Invalid,
    /// A value does not fit its question.
    BadAnswer {
        /// The question.
        schema: String,
    },
    /// A submit without required answers (names of the questions), or without any (empty list).
    Incomplete {
        /// Questions marked required that have no answer.
        missing: Vec<String>,
    },
    /// My answers or my draft on this item have moved since (another terminal).
    Conflict {
        /// My current state there.
        current: Box<ItemView>,
    },
    /// No place is left for my review: others have claimed the item, it is assigned to one, or they have submitted.
    /// What I wrote is kept as my draft; `Submit` with `extra` makes it a review more.
    Taken {
        /// Who, by account.
        by: Vec<String>,
    },
    /// A schema or session that is still used.
    InUse,
    /// The session is for reading only.
    Closed,
    /// A right is missing; the message says which.
    NotPermitted,
    /// Nothing to undo or redo.
    Nothing,
    /// What it was about has another in its place ([`Call::about`]).
    Replaced,
    /// The item's copy of its trace was made anew since they read it: it is submitted once they have seen that.
    Refreshed,
    /// Store, disk or server cannot be reached (exit code 3).
    Unavailable,
    /// The other side speaks another version (exit code 3).
    Version,
}

// ---------------------------------------------------------------- traces

/// Traces ready to be stored: parsed, normalised to v3, hashed and compressed by the sender.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportBatch {
    /// The local experiment.
    pub experiment: String,
    /// Kept in order.
    pub traces: Vec<PreparedTrace>,
}

/// One trace ready to be stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PreparedTrace {
    /// blake3 of the canonical JSON of info (without assessments) and spans, hex.
    pub hash: String,
    /// zstd of the canonical JSON body.
    #[serde(with = "crate::service::wire::base64_bytes")]
    pub body: Vec<u8>,
    /// For lists and filters.
    pub summary: TraceSummary,
    /// As they came; merged by `assessment_id`.
    pub assessments: Vec<Assessment>,
    /// OTLP: merge the spans by id into the current snapshot instead of replacing it.
    pub merge: bool,
}

/// What became of one trace of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ImportOutcome {
    Imported,
    Updated,
    Duplicate,
    Rejected(String),
}

/// Which traces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// All of the (session's) experiment.
    All,
    /// These.
    Ids(Vec<String>),
    /// Those that match, in MLflow's search grammar.
    Filter(String),
}

/// Where a page of traces ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceCursor {
    /// Request time of the last row.
    pub time: Time,
    /// Its id.
    pub trace_id: String,
}

/// A page of traces.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TracePage {
    /// Newest first.
    pub rows: Vec<TraceSummary>,
    /// All traces of the experiment (not only the matching ones).
    pub total: u64,
    /// Where to go on.
    pub next: Option<TraceCursor>,
}

/// One trace outside a session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TraceDoc {
    /// The short facts.
    pub summary: TraceSummary,
    /// Its local experiment.
    pub experiment: String,
    /// Canonical JSON.
    pub body: String,
    /// Imported ones.
    pub assessments: Vec<Assessment>,
}

// ---------------------------------------------------------------- schemas and sessions

/// What a schema put did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SchemaOutcome {
    /// As it stands now.
    pub schema: LabelSchema,
    /// created, wording, new version, unchanged.
    pub change: SchemaChange,
    /// What MLflow's server would not take, in plain words.
    pub warnings: Vec<String>,
}

/// How a schema changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum SchemaChange {
    Created,
    Wording,
    NewVersion,
    Unchanged,
}

/// A new session.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct SessionSpec {
    /// Unique in the store.
    pub name: String,
    /// Its traces and schemas come from here.
    pub experiment: String,
    /// Questions in order (built-ins need not exist).
    pub schemas: Vec<String>,
    /// Assigned reviewers; empty means everyone.
    pub users: Vec<String>,
    /// Reviews per item; 1 where absent.
    pub reviews: Option<u32>,
    /// `None`: blind when reviews > 1.
    pub blind: Option<bool>,
    /// Markdown for the reviewers.
    pub instructions: Option<String>,
    /// What of a trace is shown at first: [`crate::model::ReviewView`] as JSON. One that changes nothing is none.
    pub view: Option<Value>,
}

/// Changes to a session; `None` and empty leave things as they are.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct SessionPatch {
    pub add_schemas: Vec<String>,
    pub remove_schemas: Vec<String>,
    pub add_users: Vec<String>,
    pub remove_users: Vec<String>,
    /// Takes all off on purpose: with nobody assigned a session is everybody's.
    #[serde(default)]
    pub everyone: bool,
    pub reviews: Option<u32>,
    pub blind: Option<bool>,
    pub instructions: Option<String>,
    /// An empty one (`{}`) takes it away.
    pub view: Option<Value>,
    /// Reopen complete items for the schemas added or changed, old answers filled in.
    pub reask: bool,
    /// `Some(true)` closes, `Some(false)` reopens.
    pub closed: Option<bool>,
}

/// A session as its people see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct SessionView {
    pub name: String,
    pub experiment: String,
    /// In the order they are asked, at their latest version.
    pub schemas: Vec<LabelSchema>,
    /// Assigned reviewers; empty means everyone.
    pub users: Vec<String>,
    pub reviews: u32,
    pub blind: bool,
    pub instructions: Option<String>,
    pub view: Option<Value>,
    pub closed: bool,
    pub created_at: Time,
    pub created_by: String,
    pub progress: Progress,
    /// Those who have done something; where blind and I am a reviewer, only me.
    pub people: Vec<PersonProgress>,
    /// Mean milliseconds between my last submits (breaks left out), for the ETA; `None` before the second.
    pub my_pace_ms: Option<u64>,
    /// Answers that MLflow does not have yet, at most [`super::sync::MOST_COUNTED`]; `None`: not linked.
    #[serde(default)]
    pub to_sync: Option<u32>,
    /// My answers among them that were changed on both sides, and about which I have not decided.
    #[serde(default)]
    pub conflicts: u32,
    /// The first item with one of those.
    #[serde(default)]
    pub conflict_at: Option<ItemNo>,
}

/// What `add-traces` did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Added {
    pub added: u64,
    pub already: u64,
    pub refreshed: u64,
    /// Ids that are not in the session's experiment.
    pub missing: Vec<String>,
}

/// Items to people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assign {
    /// These traces to this person (`None`: to nobody).
    Ids {
        /// Trace ids.
        ids: Vec<String>,
        /// Account.
        user: Option<String>,
    },
    /// All unassigned pending items evenly over the assigned users.
    Split,
}

// ---------------------------------------------------------------- reviewing

/// How an item is named in a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKey {
    /// By number.
    No(ItemNo),
    /// By trace id.
    Trace(String),
    /// By position, counted from 0 among the items not removed.
    Position(u32),
}

/// One row of the queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct QueueRow {
    pub item: ItemNo,
    /// From 0, among the items not removed.
    pub position: u32,
    pub trace_id: String,
    pub name: String,
    /// OK, ERROR, ...
    pub state: String,
    /// What the person asked, one line (raw text: sanitise).
    pub preview: String,
    pub request_time: Time,
    pub duration_ms: Option<i64>,
    pub tokens: Option<u64>,
    pub status: ItemStatus,
    pub mine: Mine,
    /// Submissions so far (0 to me while blind).
    pub submissions: u32,
    pub assigned: Option<String>,
    /// Who holds a live claim, if not me (team server only); of several the first.
    pub holder: Option<String>,
    /// Others have every place that there is: what I write stays a draft (team server only).
    #[serde(default)]
    pub taken: bool,
    /// An answer of mine was changed on MLflow's side, too, and I have not decided which one stays.
    #[serde(default)]
    pub undecided: bool,
}

/// A window of the queue.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct QueuePage {
    pub rows: Vec<QueueRow>,
    /// Items not removed.
    pub total: u32,
}

/// What a piece of the queue held.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Those that match, in queue order.
    pub items: Vec<ItemNo>,
    /// The last item looked at, where there are more to look at.
    pub next: Option<ItemNo>,
}

/// Everything about one item but its body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct ItemView {
    pub row: QueueRow,
    pub snapshot: SnapshotId,
    /// My current submitted answers.
    pub answers: Vec<AnswerVersion>,
    /// What I have not submitted.
    pub draft: Draft,
    /// The others' current answers; empty where hidden.
    pub others: Vec<AnswerVersion>,
    /// Imported assessments; empty where hidden.
    pub imported: Vec<Assessment>,
    /// Something is hidden until I submit or press R.
    pub hidden: bool,
    /// R would show it now.
    pub may_reveal: bool,
    /// My answers that were changed on MLflow's side, too, and about which I have not decided.
    #[serde(default)]
    pub undecided: Vec<RemoteAnswer>,
}

/// What I answered on MLflow's side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct RemoteAnswer {
    pub schema: String,
    /// `None`: it was deleted there.
    pub there: Option<Assessment>,
}

/// What a skip, deferral, decline or discard is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Act {
    Skip,
    Defer { reason: String },
    Decline { reason: String },
    Discard,
}

/// A durable change of mine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Saved {
    pub at: Time,
    pub mine: Mine,
    pub status: ItemStatus,
    pub progress: Progress,
    #[serde(default)]
    pub hold: Hold,
}

/// Whether the item is mine to review, after a change of mine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// Nobody claims anything (a private store), or I need no claim there: assigned to me, or submitted.
    #[default]
    Free,
    /// Mine until then, unless I do something.
    Mine {
        /// End of the claim.
        until: Time,
    },
    /// Others have every place: this was kept as a draft.
    Taken {
        /// Who, by account.
        by: Vec<String>,
    },
}

/// Somebody else who has the session open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Present {
    pub account: String,
    /// What is on their screen.
    pub item: Option<ItemNo>,
}

/// A submit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Submitted {
    pub saved: Saved,
    /// Answers written, and retracted; both 0: nothing had changed.
    pub written: u32,
    pub retracted: u32,
}

/// One question's answer as a screen showed it: the draft's over the submitted one, without half-typed text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct SeenAnswer {
    pub schema: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// What undo or redo did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Undone {
    pub item: ItemNo,
    /// For the status line: "submit of item 13", "summary_quality = Yes".
    pub what: String,
    /// The question whose answer changed, where the act was an answer.
    #[serde(default)]
    pub schema: Option<String>,
    pub saved: Saved,
}

// ---------------------------------------------------------------- labels out

/// Filters of the labels table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct LabelQuery {
    pub schema: Option<String>,
    /// Account or assessor id.
    pub user: Option<String>,
    pub all_versions: bool,
    pub imported: bool,
}

/// One row of the labels table; the fields are the columns, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct LabelRow {
    pub request_id: String,
    pub assessment_name: String,
    pub assessment_value: Value,
    pub assessment_comment: Option<String>,
    pub assessor_id: String,
    /// RFC 3339, milliseconds.
    pub timestamp: String,
    pub assessment_id: String,
    /// feedback or expectation.
    pub assessment_type: String,
    pub session: String,
    pub item_status: ItemStatus,
    /// Absent for imported ones.
    pub schema_version: Option<u32>,
    /// Imported assessments of a span.
    pub span_id: Option<String>,
    pub valid: bool,
}

/// A page of labels.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct LabelPage {
    pub rows: Vec<LabelRow>,
    pub next: Option<String>,
}

/// A page of JSON lines.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct LinePage {
    pub lines: Vec<String>,
    pub next: Option<String>,
}

/// Progress and answers of a session.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Stats {
    pub session: SessionView,
    pub schemas: Vec<SchemaStats>,
}

/// Answers of one schema (submitted, current).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct SchemaStats {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: SchemaType,
    pub version: u32,
    pub answers: u64,
    pub comments: u64,
    /// Options and how often they were chosen, in the schema's order (pass/fail: both labels).
    pub values: Vec<(String, u64)>,
    /// Of a numeric schema.
    pub mean: Option<f64>,
    pub min: Option<f64>,
    pub max: Option<f64>,
}

/// What an audit looks back at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Past {
    /// Every session that ever had this name, those that were deleted among them.
    Session(String),
    /// What was done to an experiment outside its sessions, and which of these came and went.
    Experiment(String),
}

/// One row of the event log.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct AuditRow {
    pub event: EventNo,
    pub at: Time,
    pub account: String,
    pub assessor_id: String,
    /// The kind of event, snake_case.
    pub what: String,
    pub trace_id: Option<String>,
    pub schema: Option<String>,
    /// From what, to what, and all else, as JSON.
    pub detail: Value,
}

/// What `doctor` found.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct DoctorReport {
    pub store: String,
    pub format_version: u32,
    pub file_bytes: u64,
    pub traces: u64,
    pub sessions: u64,
    pub events: u64,
    /// Empty when all is well.
    pub problems: Vec<String>,
}

// ---------------------------------------------------------------- watching

/// What a watcher is told; coalesced, never polled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// An item's status, answers or drafts changed.
    Item {
        /// Session name.
        session: String,
        /// Which.
        item: ItemNo,
        /// Who did it.
        by: String,
    },
    /// Wording, schemas, people, items of a session changed, or a session came or went.
    Session {
        /// Session name.
        session: String,
    },
    /// Somebody came to a session, went, or moved to another item: ask with [`Request::Here`].
    Presence {
        /// Session name.
        session: String,
    },
    /// Traces came or went.
    Traces,
    /// Too much happened: read everything again.
    Resync,
    /// The owner of the store went away; the link is being made anew.
    Reconnecting,
    /// Whoever is there will not have us: another version, no right any more. It is tried again all the same.
    Refused {
        /// In words for a person.
        why: String,
    },
    /// And is there again.
    Connected,
}

/// The conversation around a trace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turns {
    /// The MLflow session; empty where the trace is in none.
    pub session: String,
    /// How many turns come before its own.
    pub own: u32,
    /// How many there are, its own included (counted up to 10,000).
    pub total: u32,
    /// The others, in order: the nearest ones where there are very many.
    pub turns: Vec<Turn>,
}

/// Another turn of a conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Its place among all turns, from 0.
    pub position: u32,
    /// The trace.
    pub trace_id: String,
    /// When the request came in.
    pub time: Time,
    /// OK, ERROR, ...
    pub state: String,
    /// What was asked, one line.
    pub question: String,
    /// What was answered, one line.
    pub answer: String,
    /// The whole trace, canonical JSON; `None` where the turns together are too large.
    pub body: Option<String>,
}
