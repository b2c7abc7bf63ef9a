//! Getting pages: what the view on screen needs, what has come, and what is no longer kept.

use super::{TracePane, react};
use crate::tui::trace::job::{Done, Job, Outcome, Task};
use crate::tui::trace::slot::Slot;
use crate::tui::trace::{Reaction, View};
use std::sync::Arc;

/// Bytes of a page that is kept though another view is looked at.
const KEPT: usize = 1 << 20;
/// Spans whose details' place and folds are remembered, at most.
const DETAILS: usize = 64;

impl TracePane {
    /// Work that the pane wants done: run it ([`Job::run`]) and bring back what comes ([`Self::done`]).
    pub fn jobs(&mut self) -> Vec<Job> {
        std::mem::take(&mut self.jobs)
    }

    /// The page of the view on screen is on its way.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.shown().is_empty()
    }

    /// Takes in what a job brought.
    pub fn done(&mut self, done: Done) -> Reaction {
        if !Arc::ptr_eq(&done.reading, &self.reading) {
            return Reaction::nothing();
        }
        match done.outcome {
            Outcome::Outdated => Reaction::nothing(),
            Outcome::Sheet { view: View::Tree, row, .. } if row != self.detail_row => Reaction::nothing(),
            Outcome::Sheet { view, extent, sheet, .. } => {
                let shown = view == self.view;
                let slot = self.slot(view);
                if slot.asked != Some(extent) {
                    return Reaction::nothing();
                }
                slot.asked = None;
                slot.take(sheet);
                if !shown {
                    slot.let_go(KEPT);
                    return Reaction::nothing();
                }
                self.need();
                self.came()
            }
            Outcome::Found { view, page, search } => {
                let fits =
                    view == self.view && search.needle() == self.needle && Arc::ptr_eq(&page, &self.shown().page());
                if !fits {
                    return Reaction::nothing();
                }
                if view == View::Tree {
                    self.details.scroller.search = search;
                    self.follow_row_hit();
                    return Reaction::changed();
                }
                self.page().1.found_all(&page, search);
                self.page_found()
            }
            Outcome::Spans { hits } if self.view == View::Tree && hits.needle() == self.needle => {
                self.spans_found(hits)
            }
            Outcome::Elsewhere { needle, counts } if needle == self.needle => self.elsewhere_found(counts),
            Outcome::Spans { .. } | Outcome::Elsewhere { .. } => Reaction::nothing(),
        }
    }

    /// A page that is looked at has come: a search that waited for all of it begins.
    fn came(&mut self) -> Reaction {
        self.reach_goal();
        let waits = self.shown().scroller.search.is_pending() || self.shown().scroller.search.needle() != self.needle;
        if self.needle.is_empty() || !self.shown().is_whole() || !waits {
            return Reaction::changed();
        }
        if self.view == View::Tree {
            self.follow_row_hit();
            self.mark_details();
            return Reaction::changed();
        }
        self.find(self.needle.clone())
    }

    /// Sees to it that the page of the view on screen is there or on its way.
    pub(super) fn need(&mut self) {
        let (view, row) = (self.view, self.detail_row);
        let reading = Arc::clone(&self.reading);
        if self.slot(view).is_empty()
            && let Some(sheet) = reading.ready(view, row)
            // Somebody who was far down does not want to see the beginning first.
            && (!sheet.page.is_cut() || self.slot(view).scroller.at_start())
        {
            self.slot(view).take(sheet);
        }
        if let Some(extent) = self.slot(view).missing() {
            self.slot(view).asked = Some(extent);
            let ticket = (view == View::Tree).then(|| self.selections.clone());
            self.ask(Task::Sheet { view, row, extent, ticket });
        }
    }

    /// The details of the selected span.
    pub(super) fn show_detail(&mut self) {
        if self.tree.row() != self.detail_row {
            let (columns, rows) = self.details.scroller.size();
            let left = std::mem::replace(&mut self.details, Slot::new());
            let touched = left.scroller.is_touched(&left.page()) || left.is_empty() && !left.scroller.folded.is_empty();
            if touched && self.detail_places.len() < DETAILS {
                self.detail_places.insert(self.detail_row, left.scroller.rested());
            }
            self.detail_row = self.tree.row();
            if let Some(scroller) = self.detail_places.remove(&self.detail_row) {
                self.details.scroller = scroller;
            }
            self.details.scroller.resize(columns, rows);
            self.selections.renew();
        }
        self.need();
        self.mark_details();
    }

    /// Shows another view, at its own last position.
    pub fn set_view(&mut self, view: View) -> Reaction {
        if self.view == view {
            return Reaction::nothing();
        }
        if self.view == View::Documents {
            self.cited_from = None;
        }
        self.slot(self.view).let_go(KEPT);
        self.view = view;
        self.need();
        if let Some(area) = self.area.get() {
            // The search must know the new view's size before it is drawn, or its match may end below the screen.
            self.lay(area);
        }
        let known = match view {
            View::Tree => self.row_hits.as_ref().is_some_and(|h| h.needle() == self.needle),
            _ => self.shown().scroller.search.needle() == self.needle && !self.shown().scroller.search.is_pending(),
        };
        if !self.needle.is_empty() && !known {
            // The search goes along.
            return self.find(self.needle.clone());
        }
        self.elsewhere.clear();
        react(true)
    }
}
