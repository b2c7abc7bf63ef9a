//! The trace pane: one trace, five views, a position in each.

mod cite;
mod find;
mod pages;
mod show;

use super::hits::RowHits;
use super::job::{Job, Ticket};
use super::scroller::Scroller;
use super::slot::Slot;
use super::tree::TreeView;
use super::{Reaction, Reading, TraceCommand, View};
use crate::text::Page;
use ratatui::layout::Rect;
use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

/// The trace pane. It keeps a position, folds, a selection and a search for each view.
#[derive(Debug)]
pub struct TracePane {
    reading: Arc<Reading>,
    view: View,
    messages: Slot,
    output: Slot,
    documents: Slot,
    raw: Slot,
    /// The details of the span in row `detail_row` of the tree.
    details: Slot,
    detail_row: usize,
    /// Where one was in the details of other rows, and what was folded there.
    detail_places: HashMap<usize, Scroller>,
    tree: TreeView,
    document: usize,
    /// A document to select as soon as its page is there.
    goal: Option<usize>,
    /// Where a citation was followed from, and the end of the last one that was.
    cited_from: Option<View>,
    cited_until: Option<(View, u32)>,
    needle: String,
    /// Matches in the details of all spans, once they are known.
    row_hits: Option<RowHits>,
    /// How often each other view has what this one has not, once that is known.
    elsewhere: Vec<(View, usize)>,
    searches: Ticket,
    selections: Ticket,
    /// Work for other threads.
    jobs: Vec<Job>,
    /// Where the selected row was drawn.
    cursor: Cell<Option<(u16, u16)>>,
    /// Where the pane was drawn last.
    area: Cell<Option<Rect>>,
}

impl TracePane {
    /// Opens a trace at its first view.
    #[must_use]
    pub fn open(reading: Arc<Reading>) -> Self {
        Self::open_at(reading, View::Messages)
    }

    /// Opens a trace at a view.
    #[must_use]
    pub fn open_at(reading: Arc<Reading>, view: View) -> Self {
        let mut pane = Self {
            view,
            messages: Slot::new(),
            output: Slot::new(),
            documents: Slot::new(),
            raw: Slot::new(),
            details: Slot::new(),
            detail_row: 0,
            detail_places: HashMap::new(),
            tree: TreeView::new(&reading.outline),
            document: 0,
            goal: None,
            cited_from: None,
            cited_until: None,
            needle: String::new(),
            row_hits: None,
            elsewhere: Vec::new(),
            searches: Ticket::default(),
            selections: Ticket::default(),
            jobs: Vec::new(),
            cursor: Cell::new(None),
            area: Cell::new(None),
            reading,
        };
        pane.need();
        pane
    }

    /// Carries out a command. What it needs of other threads is in [`Self::jobs`] afterwards.
    pub fn command(&mut self, command: TraceCommand) -> Reaction {
        match command {
            TraceCommand::View(view) => self.set_view(view),
            TraceCommand::Find(needle) => self.find(needle),
            TraceCommand::FindNext => self.find_step(true),
            TraceCommand::FindPrev => self.find_step(false),
            TraceCommand::ClearFind => self.find(String::new()),
            TraceCommand::NextError => self.next_error(),
            TraceCommand::Citation => self.follow_citation(),
            TraceCommand::ScrollDetail(rows) => {
                let (page, scroller) = self.page();
                react(scroller.move_on(&page, rows.into(), 1, false))
            }
            TraceCommand::FoldDetail(fold) => {
                let (page, scroller) = self.page();
                folding(scroller.fold(&page, fold), &page)
            }
            other => match self.view {
                View::Tree => self.tree_command(&other),
                View::Documents => self.document_command(&other),
                View::Messages | View::Output | View::Raw => self.page_command(&other),
            },
        }
    }

    fn slot(&mut self, view: View) -> &mut Slot {
        match view {
            View::Messages => &mut self.messages,
            View::Output => &mut self.output,
            View::Documents => &mut self.documents,
            View::Raw => &mut self.raw,
            View::Tree => &mut self.details,
        }
    }

    /// The slot of the view on screen.
    fn shown(&self) -> &Slot {
        match self.view {
            View::Messages => &self.messages,
            View::Output => &self.output,
            View::Documents => &self.documents,
            View::Raw => &self.raw,
            View::Tree => &self.details,
        }
    }

    /// The scroller of the view on screen, with its page.
    fn page(&mut self) -> (Arc<Page>, &mut Scroller) {
        let slot = self.slot(self.view);
        (slot.page(), &mut slot.scroller)
    }

    fn page_command(&mut self, command: &TraceCommand) -> Reaction {
        let view = self.view;
        let to_bottom = matches!(command, TraceCommand::Bottom) && !self.shown().is_whole();
        self.slot(view).to_bottom = to_bottom;
        let (page, scroller) = self.page();
        let page = &*page;
        let fold = matches!(command, TraceCommand::Fold);
        let height = i64::try_from(scroller.height()).unwrap_or(1);
        // Of JSON every line can be meant: it has a path.
        let lines = view == View::Raw;
        react(match command {
            TraceCommand::ScrollLines(n) => scroller.move_on(page, i64::from(*n), 1, lines),
            // One row stays, so that the eye finds its place.
            TraceCommand::ScrollPages(n) => {
                scroller.move_on(page, i64::from(*n) * (height - 1).max(1), usize::MAX, lines)
            }
            TraceCommand::Top => scroller.jump_to_top(page),
            TraceCommand::Bottom => scroller.move_to_end(page, lines),
            TraceCommand::SelectNext => scroller.move_on(page, 1, 1, lines),
            TraceCommand::SelectPrev => scroller.move_on(page, -1, 1, lines),
            TraceCommand::Fold | TraceCommand::Unfold if folds_by_level(view, page) => {
                return match scroller.fold_level(page, fold) {
                    Some(level) => {
                        Reaction::changed().saying(format!("{level} level{} open", if level == 1 { "" } else { "s" }))
                    }
                    None => Reaction::nothing().saying(if fold { "all folded" } else { "all open" }),
                };
            }
            TraceCommand::Fold | TraceCommand::Unfold => return folding(scroller.fold(page, fold), page),
            TraceCommand::PrevSibling | TraceCommand::NextSibling => {
                let forward = matches!(command, TraceCommand::NextSibling);
                let top = scroller.marked(page).unwrap_or_else(|| scroller.top(page).0);
                let blocks = page.blocks().iter().map(|b| b.line as usize);
                let to = if forward { blocks.clone().find(|l| *l > top) } else { blocks.clone().rfind(|l| *l < top) };
                to.is_some_and(|line| scroller.move_to(page, line))
            }
            _ => return Reaction::nothing().saying("that key works in the tree (t)"),
        })
    }

    fn tree_command(&mut self, command: &TraceCommand) -> Reaction {
        let reading = Arc::clone(&self.reading);
        let page = i64::try_from(self.tree.page()).unwrap_or(1);
        let moved = match command {
            TraceCommand::ScrollLines(n) => self.tree.step(i64::from(*n)),
            TraceCommand::ScrollPages(n) => self.tree.step(i64::from(*n) * page),
            TraceCommand::SelectNext => self.tree.step(1),
            TraceCommand::SelectPrev => self.tree.step(-1),
            TraceCommand::Top => self.tree.step(i64::MIN + 1),
            TraceCommand::Bottom => self.tree.step(i64::MAX),
            TraceCommand::Fold => self.tree.fold(&reading.outline),
            TraceCommand::Unfold => self.tree.unfold(&reading.outline),
            TraceCommand::Parent => self.tree.parent(&reading.outline),
            TraceCommand::PrevSibling => self.tree.sibling(&reading.outline, false),
            TraceCommand::NextSibling => self.tree.sibling(&reading.outline, true),
            TraceCommand::NextSameType => {
                let kind = reading.outline.spans.get(self.tree.row()).map(|s| s.span_type.as_str());
                self.tree.next(&reading.outline, |r| reading.outline.spans.get(r).map(|s| s.span_type.as_str()) == kind)
            }
            _ => false,
        };
        self.show_detail();
        let folds = matches!(command, TraceCommand::Fold | TraceCommand::Unfold);
        if folds && !reading.outline.tree.rows.iter().enumerate().any(|(row, node)| node.end > row + 1) {
            return Reaction::nothing().saying("nothing to fold here");
        }
        react(moved)
    }

    fn document_command(&mut self, command: &TraceCommand) -> Reaction {
        let (page, places) = (self.documents.page(), self.documents.places());
        let page = &*page;
        let last = places.len().saturating_sub(1);
        let to = match command {
            TraceCommand::Fold | TraceCommand::Unfold => {
                let fold = matches!(command, TraceCommand::Fold);
                let header = places.get(self.document).map_or(0, |(line, _)| *line);
                let moved = self.documents.scroller.fold_at(page, header, fold);
                return folding(moved, page);
            }
            // A document longer than the pane is read to its end before the next one is selected.
            TraceCommand::ScrollLines(n) | TraceCommand::ScrollPages(n) if *n > 0 && self.continues_below() => {
                let rows = if matches!(command, TraceCommand::ScrollLines(_)) {
                    i64::from(*n)
                } else {
                    self.documents.scroller.height() as i64 - 1
                };
                return react(self.documents.scroller.scroll(page, rows));
            }
            TraceCommand::ScrollLines(n) | TraceCommand::ScrollPages(n) => {
                self.document.saturating_add_signed(n.signum() as isize).min(last)
            }
            TraceCommand::SelectNext | TraceCommand::NextSibling => (self.document + 1).min(last),
            TraceCommand::SelectPrev | TraceCommand::PrevSibling => self.document.saturating_sub(1),
            TraceCommand::Top => 0,
            TraceCommand::Bottom => last,
            _ => return Reaction::nothing().saying("that key works in the tree (t)"),
        };
        let changed = std::mem::replace(&mut self.document, to) != to;
        let moved = match places.get(to) {
            // The first one shows its retrieval's heading too.
            Some(_) if to == 0 => self.documents.scroller.jump_to_top(page),
            Some((line, _)) => self.documents.scroller.jump_to_line(page, *line),
            None => false,
        };
        react(changed || moved)
    }

    /// The selected document ends below the screen.
    fn continues_below(&self) -> bool {
        let (page, scroller) = (self.documents.page(), &self.documents.scroller);
        let Some(&(start, end)) = self.documents.places().get(self.document) else { return false };
        if super::rows::is_folded(&page, &scroller.folded, start) {
            return false;
        }
        scroller.more_below(&page) && scroller.on_screen(&page).last().is_some_and(|l| l + 1 < end)
    }

    /// The next span that failed itself (in a page: the next failure on it). A page that tells of none hands over to the
    /// tree.
    fn next_error(&mut self) -> Reaction {
        if self.view != View::Tree {
            let (page, scroller) = self.page();
            let page = &*page;
            let top = scroller.marked(page).unwrap_or_else(|| scroller.top(page).0);
            let mut errors = page.blocks().iter().filter(|b| b.error).map(|b| b.line as usize);
            if let Some(line) = errors.clone().find(|l| *l > top).or_else(|| errors.next()) {
                return react(scroller.move_to(page, line));
            }
        }
        let reading = Arc::clone(&self.reading);
        let errors = reading.outline.errors;
        if errors == 0 {
            return Reaction::nothing().saying("no errors");
        }
        self.set_view(View::Tree);
        let error = |row: usize| reading.outline.spans.get(row).is_some_and(|s| s.error);
        self.tree.next(&reading.outline, error);
        self.show_detail();
        let number = (0..=self.tree.row()).filter(|row| error(*row)).count();
        Reaction::changed().saying(format!("error {number} of {errors}"))
    }
}

/// JSON that is a page of its own is folded by level: the raw trace, and an output that is one value.
fn folds_by_level(view: View, page: &Page) -> bool {
    let whole = || page.folds().first().is_some_and(|f| f.header == 0 && f.end as usize >= page.len());
    view == View::Raw && !page.folds().is_empty() || view == View::Output && whole()
}

/// What a fold key says: it never does nothing in silence where there is nothing to fold at all.
fn folding(changed: bool, page: &Page) -> Reaction {
    if page.folds().is_empty() { Reaction::nothing().saying("nothing to fold here") } else { react(changed) }
}

fn react(changed: bool) -> Reaction {
    if changed { Reaction::changed() } else { Reaction::nothing() }
}
