//! The vocabulary of a review: plain values and the rules that need nothing but values.
//!
//! Pure: no IO, no clock, no environment. Time arrives as data ([`Time`]).

pub mod answer;
pub mod assessment;
pub mod attachment;
pub mod conversation;
pub mod document;
mod halves;
pub mod ids;
pub mod item;
pub mod json;
pub(crate) mod model_use;
pub(crate) mod outcome;
pub(crate) mod preview;
pub mod review_view;
pub mod schema;
pub mod schema_check;
pub mod schema_json;
pub mod session;
pub mod span_id;
pub(crate) mod span_kind;
pub mod span_tree;
pub(crate) mod summary;
pub mod time;
pub mod trace;
pub(crate) mod trace_parse;
pub mod value;

pub use answer::{AnswerChange, AnswerVersion, Change, Draft, DraftEntry, Keep};
pub use assessment::{Assessment, AssessmentKind};
pub use document::{Document, Origin, Retrieval};
pub use ids::{EventNo, ItemNo, SessionId, SnapshotId};
pub use item::{BasedOn, ItemStatus, Mine, MineState};
pub use review_view::ReviewView;
pub use schema::{Input, LabelSchema, SchemaType};
pub use session::{PersonProgress, Progress};
pub use time::Time;
pub use trace::{Span, SpanEvent, Trace, TraceSummary};
