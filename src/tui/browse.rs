//! The trace browser: an experiment's traces read by pages around the cursor, and the ones marked.

use super::trace::TracePane;
use crate::model::TraceSummary;
use crate::service::api::{TraceCursor, Which};
use std::collections::{BTreeMap, BTreeSet};

/// Rows of a page.
pub const PAGE: usize = 100;
/// Pages kept.
const KEPT: usize = 12;

/// The trace browser.
#[derive(Default)]
pub struct Browse {
    /// What is shown, in MLflow's search grammar.
    pub filter: Option<String>,
    /// Where each page begins; the first begins at the beginning.
    cursors: Vec<Option<TraceCursor>>,
    pages: BTreeMap<usize, Vec<TraceSummary>>,
    asked: BTreeSet<usize>,
    /// The last page is known: so many rows in all.
    pub end: Option<usize>,
    /// Traces of the experiment, whatever the filter.
    pub total: u64,
    /// The row under the cursor.
    pub at: usize,
    /// Marked ids.
    pub marked: BTreeSet<String>,
    /// All that match are marked, seen or not.
    pub all: bool,
    /// The trace being shown.
    pub pane: Option<TracePane>,
    /// Which trace that is.
    pub showing: Option<String>,
}

impl Browse {
    /// Forgets the rows: another filter, or traces came or went. Marks stay.
    pub fn restart(&mut self) {
        self.cursors = vec![None];
        self.pages.clear();
        self.asked.clear();
        self.end = None;
        self.at = 0;
    }

    /// A row, where it is known.
    #[must_use]
    pub fn row(&self, at: usize) -> Option<&TraceSummary> {
        self.pages.get(&(at / PAGE))?.get(at % PAGE)
    }

    /// Rows that can be reached now: one more page than is known, so that the cursor can go on.
    #[must_use]
    pub fn reachable(&self) -> usize {
        self.end.unwrap_or_else(|| self.pages.keys().next_back().map_or(0, |p| (p + 1) * PAGE))
    }

    /// The pages to ask for so that `from..to` is known, with their beginnings.
    pub fn missing(&mut self, from: usize, to: usize) -> Vec<(usize, Option<TraceCursor>)> {
        if self.cursors.is_empty() {
            self.cursors.push(None);
        }
        let mut wanted = Vec::new();
        for page in from / PAGE..=to.saturating_sub(1) / PAGE {
            if self.pages.contains_key(&page) || self.end.is_some_and(|end| page * PAGE >= end) {
                continue;
            }
            if let Some(cursor) = self.cursors.get(page)
                && self.asked.insert(page)
            {
                wanted.push((page, cursor.clone()));
            }
        }
        wanted
    }

    /// A page has come.
    pub fn take(&mut self, page: usize, rows: Vec<TraceSummary>, next: Option<TraceCursor>, total: u64) {
        self.asked.remove(&page);
        self.total = total;
        match next {
            Some(cursor) => {
                if self.cursors.len() == page + 1 {
                    self.cursors.push(Some(cursor));
                }
            }
            None => self.end = Some(page * PAGE + rows.len()),
        }
        self.pages.insert(page, rows);
        while self.pages.len() > KEPT {
            let Some(far) = self.pages.keys().copied().max_by_key(|p| p.abs_diff(page)) else { break };
            self.pages.remove(&far);
        }
        if let Some(end) = self.end {
            self.at = self.at.min(end.saturating_sub(1));
        }
    }

    /// Whether a trace is marked.
    #[must_use]
    pub fn is_marked(&self, id: &str) -> bool {
        self.all || self.marked.contains(id)
    }

    /// Marks or unmarks the row under the cursor.
    pub fn mark(&mut self) {
        let Some(id) = self.row(self.at).map(|r| r.trace_id.clone()) else { return };
        if self.all {
            self.all = false;
            self.marked.clear();
        } else if !self.marked.remove(&id) {
            self.marked.insert(id);
        }
    }

    /// What is marked; the row under the cursor where nothing is.
    #[must_use]
    pub fn which(&self) -> Option<Which> {
        if self.all {
            return Some(self.filter.clone().map_or(Which::All, Which::Filter));
        }
        if self.marked.is_empty() {
            return Some(Which::Ids(vec![self.row(self.at)?.trace_id.clone()]));
        }
        Some(Which::Ids(self.marked.iter().cloned().collect()))
    }
}
