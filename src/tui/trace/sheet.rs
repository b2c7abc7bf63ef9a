//! A page, with what the pane has to know to move on it.

use crate::text::Page;
use std::sync::Arc;

/// A page and the lines of each document on it (in the view of documents).
#[derive(Debug, Clone, Default)]
pub(super) struct Sheet {
    pub page: Arc<Page>,
    pub places: Arc<[(usize, usize)]>,
}

/// How much of a page is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Its beginning, at once.
    First,
    /// All of it.
    Whole,
    /// All of its text and nothing else, to be looked through.
    Text,
}

impl From<Page> for Sheet {
    fn from(page: Page) -> Self {
        Self { page: Arc::new(page), places: Arc::default() }
    }
}
