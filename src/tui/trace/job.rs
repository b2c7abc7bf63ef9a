//! Work of the pane that may take longer than a frame: making a page, looking through much text. The pane asks
//! ([`super::TracePane::jobs`]), a thread runs it, and the pane takes what comes ([`super::TracePane::done`]).

use super::reading::Reading;
use super::sheet::{Extent, Sheet};
use super::{View, hits::RowHits};
use crate::text::{Page, Search};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Something to do off the screen's thread.
#[derive(Debug, Clone)]
pub struct Job {
    pub(super) reading: Arc<Reading>,
    pub(super) task: Task,
}

/// What a [`Job`] found out.
#[derive(Debug, Clone)]
pub struct Done {
    pub(super) reading: Arc<Reading>,
    pub(super) outcome: Outcome,
}

#[derive(Debug, Clone)]
pub(super) enum Task {
    /// Makes a page.
    Sheet { view: View, row: usize, extent: Extent, ticket: Option<Ticket> },
    /// Looks through a page.
    Find { view: View, page: Arc<Page>, needle: String, ticket: Ticket },
    /// Looks through the details of these rows of the tree (all of them where there is no list).
    Spans { needle: String, among: Option<Vec<usize>>, ticket: Ticket },
    /// Counts in all views but one.
    Elsewhere { but: View, needle: String, ticket: Ticket },
}

#[derive(Debug, Clone)]
pub(super) enum Outcome {
    Sheet {
        view: View,
        row: usize,
        extent: Extent,
        sheet: Sheet,
    },
    Found {
        view: View,
        page: Arc<Page>,
        search: Search,
    },
    Spans {
        hits: RowHits,
    },
    Elsewhere {
        needle: String,
        counts: Vec<(View, usize)>,
    },
    /// Nobody waits for it any more.
    Outdated,
}

/// Says whether a search is still wanted: the next letter makes the one before pointless.
#[derive(Debug, Clone, Default)]
pub(super) struct Ticket {
    number: u64,
    newest: Arc<AtomicU64>,
}

impl Ticket {
    /// The one that follows; this one and all before are outdated.
    pub(super) fn renew(&mut self) -> Self {
        self.number += 1;
        self.newest.store(self.number, Ordering::Relaxed);
        self.clone()
    }

    fn outdated(&self) -> bool {
        self.newest.load(Ordering::Relaxed) != self.number
    }
}

impl Job {
    /// It looks for something; else it makes a page.
    #[must_use]
    pub const fn is_search(&self) -> bool {
        !matches!(self.task, Task::Sheet { .. })
    }

    /// The next frame is better drawn without waiting for it: a search, or all of a page whose beginning is there.
    #[must_use]
    pub const fn can_wait(&self) -> bool {
        match self.task {
            Task::Sheet { view, extent, .. } => matches!(extent, Extent::Whole) && !matches!(view, View::Tree),
            _ => true,
        }
    }

    /// Does it.
    #[must_use]
    pub fn run(self) -> Done {
        let outcome = self.task.run(&self.reading).unwrap_or(Outcome::Outdated);
        Done { reading: self.reading, outcome }
    }
}

impl Task {
    fn run(self, reading: &Reading) -> Option<Outcome> {
        match self {
            Self::Sheet { ticket: Some(ticket), .. } if ticket.outdated() => None,
            Self::Sheet { view, row, extent, .. } => {
                Some(Outcome::Sheet { view, row, extent, sheet: reading.sheet(view, row, extent) })
            }
            Self::Find { ticket, .. } | Self::Spans { ticket, .. } | Self::Elsewhere { ticket, .. }
                if ticket.outdated() =>
            {
                None
            }
            Self::Find { view, page, needle, .. } => {
                let search = Search::of(page.text(), &needle);
                Some(Outcome::Found { view, page, search })
            }
            Self::Spans { needle, among, ticket } => {
                Some(Outcome::Spans { hits: spans(reading, &needle, among, &ticket)? })
            }
            Self::Elsewhere { but, needle, ticket } => {
                let counts = elsewhere(reading, but, &needle, &ticket)?;
                Some(Outcome::Elsewhere { needle, counts })
            }
        }
    }
}

/// Where the needle stands in the details of the spans; none where the search was given up.
pub(super) fn spans(reading: &Reading, needle: &str, among: Option<Vec<usize>>, ticket: &Ticket) -> Option<RowHits> {
    let mut hits = RowHits::of(needle);
    let mut look = |row: usize| {
        let sheet = reading.ready(View::Tree, row).unwrap_or_else(|| reading.sheet(View::Tree, row, Extent::Text));
        hits.push(row, Search::count(sheet.page.text(), needle));
        !ticket.outdated()
    };
    let whole = match among {
        Some(rows) => rows.into_iter().all(&mut look),
        None => (0..reading.outline.tree.rows.len()).all(&mut look),
    };
    whole.then_some(hits)
}

/// How often the needle stands in each other view.
pub(super) fn elsewhere(reading: &Reading, but: View, needle: &str, ticket: &Ticket) -> Option<Vec<(View, usize)>> {
    let mut counts = Vec::new();
    for view in [View::Messages, View::Output, View::Documents, View::Tree, View::Raw] {
        if view == but {
            continue;
        }
        let count = if view == View::Tree {
            spans(reading, needle, None, ticket)?.total()
        } else {
            let ready = reading.ready(view, 0).filter(|s| !s.page.is_cut());
            let sheet = ready.unwrap_or_else(|| reading.sheet(view, 0, Extent::Text));
            Search::count(sheet.page.text(), needle)
        };
        if ticket.outdated() {
            return None;
        }
        counts.push((view, count));
    }
    Some(counts)
}
