//! Traces and spans, read out of a body in MLflow's v3 JSON.
//!
//! The body itself (canonical JSON: `{"info": {...}, "data": {"spans": [...]}}`) is what is stored and exported;
//! the types here are a reading of it for people, tolerant of anything missing or malformed.

use super::Time;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What lists, filters and the queue need to know of a trace without reading its body.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TraceSummary {
    /// Unique in the store.
    pub trace_id: String,
    /// Tag `mlflow.traceName`, else the root span's name.
    pub name: String,
    /// OK, ERROR, IN_PROGRESS, STATE_UNSPECIFIED, or whatever the file said.
    pub state: String,
    /// When the request came in.
    pub request_time: Time,
    /// Total duration in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
    /// What a person asked, one line of at most 200 characters, for lists (raw text: sanitise before showing).
    pub request_preview: String,
    /// What came out, likewise.
    pub response_preview: String,
    /// Number of spans.
    pub spans: u32,
    /// Total tokens where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<u64>,
    /// Size of the body as JSON, in bytes.
    pub bytes: u64,
    /// `client_request_id`, where given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_request_id: Option<String>,
    /// Tags (values over 250 bytes are left out and `abridged` is set).
    pub tags: BTreeMap<String, String>,
    /// Trace metadata (values over 250 bytes are left out and `abridged` is set).
    pub metadata: BTreeMap<String, String>,
    /// Some tag or metadata value is only in the body.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub abridged: bool,
}

impl TraceSummary {
    /// The conversation that the trace is a turn of: metadata `mlflow.trace.session`, else attribute
    /// `session.id` (or another like it) of a span.
    #[must_use]
    pub fn session(&self) -> Option<&str> {
        self.metadata.get("mlflow.trace.session").map(String::as_str).filter(|s| !s.is_empty())
    }
}

/// A trace as a person reads it.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// The short facts.
    pub summary: TraceSummary,
    /// In the file's order (attributes by name). Parents may be missing, cyclic or duplicated: see `span_tree`.
    pub spans: Vec<Span>,
}

/// One timed operation.
#[derive(Debug, Clone, Default)]
pub struct Span {
    /// Hex of the span id; the raw text where it is neither base64 nor hex.
    pub id: String,
    /// The parent's id in the same form; `None` for a root.
    pub parent: Option<String>,
    /// As written.
    pub name: String,
    /// LLM, CHAIN, AGENT, TOOL, CHAT_MODEL, RETRIEVER, ... or any custom text.
    pub span_type: String,
    /// Unix nanoseconds.
    pub start_ns: Option<i64>,
    /// Unix nanoseconds; `None` while running.
    pub end_ns: Option<i64>,
    /// OK, ERROR or UNSET.
    pub status: String,
    /// What went wrong.
    pub status_message: String,
    /// `mlflow.spanInputs`, always JSON text (shared, not copied; plain text comes as a JSON string, a value encoded
    /// twice is decoded; Python's `NaN` may occur, and any depth); `None` when absent.
    pub inputs: Option<Arc<str>>,
    /// `mlflow.spanOutputs`, likewise.
    pub outputs: Option<Arc<str>>,
    /// What long `inputs` say that are one string: megabytes of prose are read once, and shared.
    pub inputs_text: Option<Arc<str>>,
    /// What long `outputs` say, likewise.
    pub outputs_text: Option<Arc<str>>,
    /// All other attributes in file order; the value is JSON text where it is JSON, else plain text.
    pub attributes: Vec<(String, Arc<str>)>,
    /// Exceptions and other events.
    pub events: Vec<SpanEvent>,
    /// Links to other spans, as JSON text.
    pub links: Vec<Arc<str>>,
}

/// Something that happened during a span.
#[derive(Debug, Clone, Default)]
pub struct SpanEvent {
    /// `exception` for exceptions.
    pub name: String,
    /// Unix nanoseconds.
    pub time_ns: Option<i64>,
    /// Plain values as text, others as JSON text.
    pub attributes: Vec<(String, String)>,
}
