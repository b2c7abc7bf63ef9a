//! What a reading is made of.

use super::{Turns, View};
use crate::model::{Assessment, ReviewView};
use std::sync::Arc;

/// Everything that decides what the trace pane can show of a trace: the same material gives the same reading.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Material {
    /// The body, canonical JSON.
    pub body: String,
    /// Those that may be shown (none while they are hidden).
    pub assessments: Vec<Assessment>,
    /// The other turns of its conversation.
    pub turns: Turns,
    /// What of it is shown, folded and left out; the default one shows everything.
    pub lens: Arc<ReviewView>,
    /// The view that is probably looked at first.
    pub view: View,
}

impl Material {
    /// A body alone.
    #[must_use]
    pub fn of(body: impl Into<String>) -> Self {
        Self { body: body.into(), ..Self::default() }
    }
}
