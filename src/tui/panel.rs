//! Panels over the trace (keys go on working) and one-line prompts (a field of their own).

use super::field::Field;
use crate::model::BasedOn;

/// A panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panel {
    /// What it shows.
    pub kind: PanelKind,
    /// First row shown.
    pub top: usize,
}

/// What a panel shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanelKind {
    /// Every key that works here, from the live table.
    Help,
    /// The session's instructions.
    Instructions,
    /// Other reviewers' answers and imported assessments.
    Reveal,
    /// My answers that were changed in MLflow, too: which ones stay?
    Mlflow,
}

impl Panel {
    /// Opens at its beginning.
    #[must_use]
    pub const fn new(kind: PanelKind) -> Self {
        Self { kind, top: 0 }
    }
}

/// A one-line field at the bottom of the screen.
#[derive(Debug)]
pub struct Prompt {
    /// What for.
    pub kind: PromptKind,
    /// What is typed.
    pub field: Field,
    /// The choice under the cursor (palette, states, sessions).
    pub choice: usize,
    /// My last submit when it was opened: what a decline knows of.
    pub based_on: BasedOn,
}

/// What a prompt is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptKind {
    /// A command by its name.
    Palette,
    /// An item by number or trace id.
    GoTo,
    /// Words in the queue, and a state.
    FindQueue,
    /// A text in the trace.
    FindTrace,
    /// Why an item is put aside.
    Defer,
    /// Why an item is declined.
    Decline,
    /// A filter of traces.
    Filter,
    /// Which session the marked traces go to.
    AddTo,
}

impl PromptKind {
    /// What is asked.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Palette => "command",
            Self::GoTo => "go to item (number or trace id)",
            Self::FindQueue => "find in the queue",
            Self::FindTrace => "find in this trace",
            Self::Defer => "put aside, because",
            Self::Decline => "decline, because",
            Self::Filter => "filter (attributes.name = 'x' AND trace.status = 'OK' ...)",
            Self::AddTo => "add to session",
        }
    }
}

impl Prompt {
    /// Opens with a text in it.
    #[must_use]
    pub fn new(kind: PromptKind, text: &str) -> Self {
        Self { kind, field: Field::new(text, true), choice: 0, based_on: BasedOn::Any }
    }
}

/// The states of mine that the queue can be narrowed to; the first is all.
pub const STATES: &[(&str, &[crate::model::MineState])] = {
    use crate::model::MineState as M;
    &[
        ("all", &[]),
        ("to do", &[M::Todo]),
        ("drafts", &[M::Draft]),
        ("submitted", &[M::Submitted]),
        ("skipped", &[M::Skipped]),
        ("put aside", &[M::Deferred]),
        ("declined", &[M::Declined]),
    ]
};
