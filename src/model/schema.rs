//! Label schemas: the questions a team asks about its traces.

use serde::{Deserialize, Serialize};

/// What an answer is: an opinion about the trace, or what the trace should have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SchemaType {
    /// Judges what happened.
    Feedback,
    /// Ground truth: goes into evaluation datasets.
    Expectation,
}

/// How a question is answered. Bounds are inclusive; lengths count Unicode scalar values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// One of two labels; the value is `true` for the positive one.
    PassFail {
        /// Shown for `true`.
        positive_label: String,
        /// Shown for `false`.
        negative_label: String,
    },
    /// Exactly one option; the value is its text.
    Categorical {
        /// In the order they are shown.
        options: Vec<String>,
    },
    /// Any number of options; the value is the list of their texts, in the schema's order.
    CategoricalList {
        /// In the order they are shown.
        options: Vec<String>,
    },
    /// A finite number.
    Numeric {
        /// Smallest value accepted.
        min_value: Option<f64>,
        /// Largest value accepted.
        max_value: Option<f64>,
    },
    /// Free text.
    Text {
        /// Longest text accepted.
        max_length: Option<u64>,
    },
    /// A list of texts.
    TextList {
        /// Longest entry accepted.
        max_length_each: Option<u64>,
        /// Most entries accepted.
        max_count: Option<u64>,
    },
}

/// One question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabelSchema {
    /// Unique in its experiment; the assessment's name.
    pub name: String,
    /// Feedback or expectation; fixed for the name's life.
    #[serde(rename = "type")]
    pub kind: SchemaType,
    /// What the reviewer is asked; the name where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How to decide; shown below the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instruction: Option<String>,
    /// The widget and its bounds; its kind is fixed.
    pub input: Input,
    /// Whether a comment (rationale) may be given.
    #[serde(default)]
    pub enable_comment: bool,
    /// Whether a submit needs an answer.
    #[serde(default)]
    pub required: bool,
    /// Counted from 1; a change of wording only keeps it (RULES: Schemas and versions).
    #[serde(default = "first_version")]
    pub version: u32,
}

const fn first_version() -> u32 {
    1
}
