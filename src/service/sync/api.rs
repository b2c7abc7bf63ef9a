//! What a sync with an MLflow server asks of the service, and what it is told.
//!
//! The client (`crate::mlflow`) knows the server and nothing of the store; here is everything it has to know of a
//! session: what may have to go there, what both sides last agreed on, and the acts that bring answers in.

use crate::model::{AnswerVersion, Assessment, EventNo, ItemNo, ItemStatus, Keep, Time};
use crate::store::{Decision, Held, LinkRow, SyncedItemRow, SyncedRow};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One request: looking, or changing.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum SyncRequest {
    Read(SyncRead),
    Change(SyncChange),
}

/// Looking.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncRead {
    /// The links of one session or of all → [`SyncResponse::Links`].
    Links {
        /// Session name.
        session: Option<String>,
    },
    /// A page of what is to sync, by item → [`SyncResponse::Work`].
    Work {
        /// Session name.
        session: String,
        /// Where the last page ended.
        after: Option<ItemNo>,
        /// Most items wanted.
        limit: u32,
    },
    /// The session's items of these traces, with every answer on them → [`SyncResponse::Work`].
    Items {
        /// Session name.
        session: String,
        /// Trace ids; those that are no items are left out.
        traces: Vec<String>,
    },
    /// Which of these traces are not here, or were pulled with another info → [`SyncResponse::Ids`].
    Stale {
        /// The local experiment.
        experiment: String,
        /// Trace id and the hash of its info.
        traces: Vec<(String, String)>,
    },
}

/// Changing.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncChange {
    /// Says what a session is there; what was said before and is `None` now is kept, unless it is another experiment
    /// → [`SyncResponse::Links`].
    Link {
        /// Session name.
        session: String,
        /// As it is now; cursor and tag are the store's.
        link: Box<LinkRow>,
    },
    /// Looks through a part of the log for what has been done since the last look → [`SyncResponse::Gathered`].
    Gather {
        /// Session name.
        session: String,
    },
    /// What a sync came to → [`SyncResponse::Done`].
    Settle {
        /// Session name.
        session: String,
        /// Item by item.
        items: Vec<Settled>,
    },
    /// Answers made there become their reviewers' submitted answers, each whole item of a reviewer one act
    /// → [`SyncResponse::Adopted`].
    Adopt {
        /// Session name.
        session: String,
        /// What they did.
        acts: Vec<Adoption>,
    },
    /// Items that were reopened there are open here, too → [`SyncResponse::Done`].
    Reopen {
        /// Session name.
        session: String,
        /// Which.
        items: Vec<ItemNo>,
    },
    /// Merges assessments that came with traces, and remembers the traces' infos → [`SyncResponse::Merged`].
    Pulled {
        /// Trace by trace.
        traces: Vec<PulledTrace>,
    },
}

/// Every answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum SyncResponse {
    Done,
    Links(Vec<LinkView>),
    Work(Vec<ItemWork>),
    Ids(Vec<String>),
    /// Answers that may have to go there; whether there is more of the log to look through.
    Gathered {
        waiting: u64,
        more: bool,
    },
    /// For each act: why it was not taken, if it was not.
    Adopted(Vec<Option<String>>),
    /// The traces with an assessment that is new or has changed.
    Merged(Vec<String>),
}

/// A session's link and how things stand.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct LinkView {
    pub session: String,
    pub link: LinkRow,
    /// Answers that may have to be pushed, those held back among them.
    pub pending: u64,
    /// Items whose status or place in the queue the next push has to set.
    #[serde(default)]
    pub statuses: u64,
    /// What is held back, in the order of the items, at most 1000.
    pub held: Vec<HeldView>,
}

/// Something held back.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct HeldView {
    pub trace_id: String,
    /// `None`: the item as a whole.
    pub schema: Option<String>,
    /// Their name in exports.
    pub reviewer: Option<String>,
    /// Our value; `None`: no answer.
    pub value: Option<Value>,
    /// Our comment.
    #[serde(default)]
    pub comment: Option<String>,
    /// Both sides' values are kept from whoever asks: they review this session blind, and it is not theirs.
    #[serde(default)]
    pub hidden: bool,
    pub held: Held,
    /// What its reviewer has decided about the conflict; the next sync carries it out.
    #[serde(default)]
    pub decided: Option<Keep>,
}

/// One item with something to sync.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct ItemWork {
    pub item: ItemNo,
    pub trace_id: String,
    pub status: ItemStatus,
    /// Who completed or declined it, by their name in exports.
    pub by: Option<String>,
    pub removed: bool,
    /// `None`: never synced.
    pub base: Option<SyncedItemRow>,
    /// The event that made the item itself something to sync.
    pub event: Option<EventNo>,
    pub slots: Vec<SlotWork>,
    /// Assessments that had come with the trace when the session was linked, by id.
    pub imported: Vec<String>,
    /// Ids of answers to this trace in other sessions of this store: not foreign.
    pub elsewhere: Vec<String>,
}

/// One question of one reviewer on one item.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct SlotWork {
    pub schema: String,
    /// Account.
    pub reviewer: String,
    /// Every version, oldest first.
    pub versions: Vec<AnswerVersion>,
    pub base: Option<SyncedRow>,
    /// The event that made it something to sync; `None`: it is not.
    pub event: Option<EventNo>,
    pub held: Option<Held>,
    /// What its reviewer has decided about the conflict that it is held for.
    #[serde(default)]
    pub decided: Option<Decision>,
}

/// What the sync of one item came to.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Settled {
    pub item: ItemNo,
    /// The item itself: its standing there, or why not.
    pub itself: Option<(EventNo, Result<SyncedItemRow, String>)>,
    pub slots: Vec<SlotSettled>,
}

/// What the sync of one answer came to.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct SlotSettled {
    pub schema: String,
    pub reviewer: String,
    /// As it was in the work: what has been touched since stays to sync.
    pub event: EventNo,
    /// What both sides have now, or why they do not agree.
    pub outcome: Result<SyncedRow, Held>,
}

/// What one reviewer did on one item on MLflow's side.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Adoption {
    pub item: ItemNo,
    /// Account.
    pub reviewer: String,
    /// Their name there.
    pub assessor_id: String,
    pub answers: Vec<Adopted>,
    /// They declined the item.
    #[serde(default)]
    pub declined: bool,
    /// They completed it without an answer that fits.
    #[serde(default)]
    pub completed: bool,
}

/// One answer of theirs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Adopted {
    pub schema: String,
    /// `None`: taken back there.
    pub answer: Option<AdoptedAnswer>,
    /// Their current version's id as it was looked at; where it has moved since, nothing is done.
    pub over: Option<String>,
    /// What both sides agree on afterwards (`local` is filled in).
    pub base: SyncedRow,
}

/// A value that fits its question.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct AdoptedAnswer {
    /// The assessment's id there; `None` where a version has it already (it was changed in place).
    pub id: Option<String>,
    pub value: Value,
    pub comment: Option<String>,
    /// When they made it.
    pub at: Time,
}

/// A trace that a pull saw.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct PulledTrace {
    pub trace_id: String,
    /// The server's URI; what was had from it and is not among `assessments` was deleted there.
    #[serde(default)]
    pub server: String,
    /// Hash of its info without assessments; `None`: do not remember it, its spans were not there.
    pub info: Option<String>,
    /// Those that are nobody's answers here.
    pub assessments: Vec<Assessment>,
}
