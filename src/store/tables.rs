//! Every table of the store, in one place. Keys are redb tuples; values are one version byte + JSON (see `txn`).

use super::rows::*;
use crate::model::{AnswerVersion, Assessment, Draft, Mine};
use redb::{Key, TableDefinition};
use std::marker::PhantomData;

/// A table whose values are rows of type `R`.
pub struct Table<K: Key + 'static, R> {
    pub(super) def: TableDefinition<'static, K, &'static [u8]>,
    pub(super) name: &'static str,
    row: PhantomData<fn() -> R>,
}

impl<K: Key + 'static, R> Clone for Table<K, R> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K: Key + 'static, R> Copy for Table<K, R> {}

const fn table<K: Key + 'static, R>(name: &'static str) -> Table<K, R> {
    Table { def: TableDefinition::new(name), name, row: PhantomData }
}

/// Version of this layout; a newer file is refused, an older one migrated.
pub const FORMAT_VERSION: u32 = 3;

/// `format_version`, `next_*` counters and other single values, by name.
pub const META: Table<&'static str, u64> = table("meta");
/// Name of the newest event's number in `META`; in a transaction ask `Txn::last_event`.
pub const LAST_EVENT: &str = "last_event";

/// Experiment name → row.
pub const EXPERIMENTS: Table<&'static str, ExperimentRow> = table("experiments");
/// Trace id → its summary, experiment and current snapshot.
pub const TRACES: Table<&'static str, TraceRow> = table("traces");
/// (experiment, request time in ms, trace id) → nothing: traces in time order.
pub const TRACE_ORDER: Table<(u32, i64, &'static str), ()> = table("trace_order");
/// (experiment, MLflow session, request time in ms, trace id) → nothing: the turns of each conversation. Since format 2.
pub const TURNS: Table<(u32, &'static str, i64, &'static str), ()> = table("turns");
/// Snapshot → zstd of the canonical JSON body. Raw bytes, no version byte: the largest table, read as it is.
pub const BODIES: TableDefinition<'static, u64, &'static [u8]> = TableDefinition::new("bodies");
/// Snapshot → whose body it is and how many items refer to it.
pub const SNAPSHOTS: Table<u64, SnapshotRow> = table("snapshots");
/// (trace id, assessment id) → imported assessment.
pub const IMPORTED: Table<(&'static str, &'static str), Assessment> = table("imported");

/// (experiment, schema name) → latest version.
pub const SCHEMAS: Table<(u32, &'static str), SchemaRow> = table("schemas");
/// (experiment, schema name, version) → that version, for old answers.
pub const SCHEMA_VERSIONS: Table<(u32, &'static str, u32), SchemaRow> = table("schema_versions");

/// Session name → row.
pub const SESSIONS: Table<&'static str, SessionRow> = table("sessions");
/// Session → its progress counters.
pub const PROGRESS: Table<u32, ProgressRow> = table("progress");
/// (session, account) → that person's counters and undo stack.
pub const PEOPLE: Table<(u32, &'static str), PersonRow> = table("people");
/// (session, item) → item.
pub const ITEMS: Table<(u32, u32), ItemRow> = table("items");
/// (session, trace id) → item number.
pub const ITEM_OF_TRACE: Table<(u32, &'static str), u32> = table("item_of_trace");
/// (trace id, session) → nothing: who still needs a trace.
pub const SESSIONS_OF_TRACE: Table<(&'static str, u32), ()> = table("sessions_of_trace");
/// (session, item) → nothing: pending items with a place that nobody has (claimed, or by assignment), so that *next*
/// never scans.
pub const OPEN_ITEMS: Table<(u32, u32), ()> = table("open_items");
/// (session, account, item) → nothing: pending items assigned to somebody.
pub const ASSIGNED_ITEMS: Table<(u32, &'static str, u32), ()> = table("assigned_items");
/// (session, end of the claim in ms, item, account) → nothing: claims on pending items, for those that are over.
pub const CLAIM_TIMES: Table<(u32, i64, u32, &'static str), ()> = table("claim_times");
/// (account, session, item) → nothing: a person's claims.
pub const CLAIMS_OF: Table<(&'static str, u32, u32), ()> = table("claims_of");
/// (session, item) → nothing: removed items, to turn positions into numbers.
pub const REMOVED_ITEMS: Table<(u32, u32), ()> = table("removed_items");

/// (session, item, account) → where that person stands. By item: what many people do at a time lies side by side. Since
/// format 3; before, by account.
pub const MINE: Table<(u32, u32, &'static str), Mine> = table("standing");
/// The same as format 2 had it; empty since.
pub(super) const MINE_BY_ACCOUNT: Table<(u32, &'static str, u32), Mine> = table("mine");
/// (session, account, item) → unsubmitted answers.
pub const DRAFTS: Table<(u32, &'static str, u32), Draft> = table("drafts");
/// (session, account, last change in ms, item) → nothing: drafts by time, so that *next* finds the newest.
pub const DRAFT_ORDER: Table<(u32, &'static str, i64, u32), ()> = table("draft_order");
/// (session, account, event of the skip) → item: skipped items in their order.
pub const SKIPPED_ITEMS: Table<(u32, &'static str, u64), u32> = table("skipped_items");
/// (session, item, schema, account, event) → every submitted version; current ones are `valid`.
pub const ANSWERS: Table<(u32, u32, &'static str, &'static str, u64), AnswerVersion> = table("answers");

/// Event number → event. Append only: the truth of which the tables above are projections.
pub const EVENTS: Table<u64, EventRow> = table("events");
/// (session, event) → nothing: a session's part of the log.
pub const SESSION_EVENTS: Table<(u32, u64), ()> = table("session_events");
/// Request id (16 bytes as u128) → what was answered, kept 48 hours.
pub const REQUESTS: Table<u128, RequestRow> = table("requests");
/// (time in ms, request id) → nothing: for pruning.
pub const REQUEST_TIMES: Table<(i64, u128), ()> = table("request_times");

/// Session → what it is on an MLflow server.
pub const LINKS: Table<u32, LinkRow> = table("links");
/// (session, item, schema, account) → an answer that may differ from the server's, or that could not be brought
/// together with it; schema and account empty: the item itself (its place in the queue, its status).
pub const TO_SYNC: Table<(u32, u32, &'static str, &'static str), ToSyncRow> = table("to_sync");
/// (session, item, schema, account) → what both sides had when they last agreed.
pub const SYNCED: Table<(u32, u32, &'static str, &'static str), SyncedRow> = table("synced");
/// (session, item) → the item's status when both sides last agreed.
pub const SYNCED_ITEMS: Table<(u32, u32), SyncedItemRow> = table("synced_items");
/// Trace id → hash of its info as it was last pulled: what has not changed is not fetched again.
pub const PULLED: Table<&'static str, String> = table("pulled");
/// (trace id, assessment id) → the server that a pull had it from: deleted there, it goes here, too.
pub const CAME: Table<(&'static str, &'static str), String> = table("came");
