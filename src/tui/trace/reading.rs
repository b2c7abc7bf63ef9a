//! A trace made ready for the pane: everything that takes time is done here, off the screen's thread.

use crate::model::Assessment;

/// A trace ready to be read.
#[derive(Debug)]
pub struct Reading {
    pub(super) title: String,
    pub(super) lines: Vec<String>,
}

impl Reading {
    /// Reads a body (canonical JSON). Takes time for a large one: not on the screen's thread.
    #[must_use]
    pub fn build(body: &str, assessments: &[Assessment]) -> Self {
        let _ = assessments;
        let pretty = serde_json::from_str::<serde_json::Value>(body)
            .and_then(|v| serde_json::to_string_pretty(&v))
            .unwrap_or_else(|_| body.to_owned());
        Self { title: String::new(), lines: pretty.lines().map(|l| crate::text::sanitize(l).into_owned()).collect() }
    }
}
