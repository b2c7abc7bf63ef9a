//! Answers: drafts while they are written, versions once they are submitted.

use super::{BasedOn, EventNo, ItemNo, LabelSchema, SchemaType, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What a change does to one field.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change<T> {
    /// Leaves it as it is.
    #[default]
    Keep,
    /// Takes it away (a cleared answer retracts a submitted one at the next submit).
    Clear,
    /// Puts this in its place.
    Set(T),
}

/// A change to one question of an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerChange {
    /// The question.
    pub schema: String,
    /// Its value, in the JSON type of its input.
    #[serde(default)]
    pub value: Change<Value>,
    /// Its comment (rationale).
    #[serde(default)]
    pub comment: Change<String>,
}

/// One question in a draft. A missing entry means: as submitted, or unanswered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DraftEntry {
    /// The value; `None` with `cleared` means: taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The value was cleared on purpose.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cleared: bool,
    /// The comment; `Some("")` takes a submitted one away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What is half typed in the value's field and no answer yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typing: Option<String>,
    /// What is half typed in the comment's field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typing_comment: Option<String>,
    /// The schema version it was answered under.
    #[serde(default)]
    pub schema_version: u32,
    /// Kept, but the schema has changed and it no longer fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unfit: Option<String>,
    /// What the person had last seen submitted when they wrote this, where another terminal of theirs had submitted
    /// something since: both are to be on a screen before this is submitted. `Any`: nothing stood there unseen.
    #[serde(default, skip_serializing_if = "BasedOn::is_any")]
    pub unseen_since: BasedOn,
}

/// Everything one reviewer has not submitted yet on one item, by question.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// By schema name.
    pub entries: BTreeMap<String, DraftEntry>,
    /// Last change.
    pub at: Time,
}

impl Draft {
    /// What its author had last seen submitted, where something in it stands over a later submit (`Any`: nothing does).
    #[must_use]
    pub fn unseen_since(&self, asked: &[LabelSchema]) -> BasedOn {
        let entries = asked.iter().filter_map(|schema| self.entries.get(&schema.name));
        entries.map(|e| e.unseen_since).filter(|b| !b.is_any()).min().unwrap_or_default()
    }
}

/// One submitted version of one answer; superseded and retracted ones stay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerVersion {
    /// `a-` + 32 hex digits of a UUIDv7.
    pub assessment_id: String,
    /// The item it is about.
    pub item: ItemNo,
    /// The trace it is about.
    pub trace_id: String,
    /// The question; the assessment's name.
    pub schema: String,
    /// The question's version when it was answered.
    pub schema_version: u32,
    /// Feedback or expectation.
    #[serde(rename = "type")]
    pub kind: SchemaType,
    /// In the JSON type of the question's input.
    pub value: Value,
    /// The rationale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The reviewer's account.
    pub reviewer: String,
    /// The reviewer's name in exports when this version was made.
    pub assessor_id: String,
    /// When it was submitted.
    pub at: Time,
    /// The submit that made it.
    pub event: EventNo,
    /// The assessment it replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overrides: Option<String>,
    /// Made after this reviewer had seen the others' answers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub after_reveal: bool,
    /// False once superseded or retracted.
    pub valid: bool,
}

/// Of an answer that was changed here and on MLflow's side: which one stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// What was answered here.
    Local,
    /// What was answered there.
    Remote,
}
