//! What can be asked of the trace pane, and what it says in return.

pub use crate::model::review_view::View;

/// What a key can ask of the trace pane. Zoom and the panes around it are the application's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TraceCommand {
    /// Rows, downwards when positive; in tree and documents the selection moves.
    ScrollLines(i32),
    /// Heights of the pane; in tree and documents the selection moves.
    ScrollPages(i32),
    /// To the first row or the first of the selection.
    Top,
    /// To the last row or the last of the selection.
    Bottom,
    /// Rows of the selected span's details (tree view).
    ScrollDetail(i32),
    /// Folds (true) or unfolds a part of the selected span's details (tree view).
    FoldDetail(bool),
    /// Shows another view.
    View(View),
    /// Folds what is at the cursor or on top of the screen.
    Fold,
    /// Unfolds.
    Unfold,
    /// The next error, around the end.
    NextError,
    /// To the document of the next citation on screen, and back.
    Citation,
    /// The parent of the selected span.
    Parent,
    /// The sibling before.
    PrevSibling,
    /// The sibling after.
    NextSibling,
    /// The next span of the same type, around the end.
    NextSameType,
    /// The next span or document.
    SelectNext,
    /// The one before.
    SelectPrev,
    /// Looks for a text (as it is typed: each call replaces the last); an empty one clears.
    Find(String),
    /// The next match.
    FindNext,
    /// The match before.
    FindPrev,
    /// Forgets the search and its marks.
    ClearFind,
}

/// What a command did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reaction {
    /// The pane has to be drawn again.
    pub changed: bool,
    /// For the status line ("3 of 17"); sanitised.
    pub message: Option<String>,
}

impl Reaction {
    /// Nothing happened.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    /// The pane looks different now.
    #[must_use]
    pub fn changed() -> Self {
        Self { changed: true, message: None }
    }

    /// Adds a sentence for the status line.
    #[must_use]
    pub fn saying(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }
}
