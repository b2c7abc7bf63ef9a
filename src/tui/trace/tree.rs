//! The span tree: which rows are open and which is selected (here), what is known of each (`outline`), and how they
//! are drawn (`draw`).

mod axis;
mod columns;
mod draw;
mod fault;
mod outline;

pub(super) use outline::Outline;

use crate::model::review_view::How;
use std::cell::Cell;

/// Levels that are open at first.
const OPEN_LEVELS: usize = 2;

/// The state of the tree view.
#[derive(Debug)]
pub(super) struct TreeView {
    folded: Vec<bool>,
    /// Rows that are not inside a folded one.
    visible: Vec<usize>,
    /// Index into `visible`.
    selected: usize,
    /// Index into `visible` of the row on top; moves only as far as the selection needs.
    top: Cell<usize>,
    height: Cell<usize>,
}

impl TreeView {
    pub(super) fn new(outline: &Outline) -> Self {
        let mut folded: Vec<bool> = outline.tree.rows.iter().map(|n| n.depth + 1 >= OPEN_LEVELS).collect();
        for (closed, span) in folded.iter_mut().zip(&outline.spans) {
            *closed |= span.how == Some(How::Fold);
        }
        // What the session's view asks for is reached at once, also inside what it folds: the mildest of its words wins.
        let mut reached = vec![false; folded.len()];
        for (row, _) in outline.spans.iter().enumerate().filter(|(_, s)| s.asked) {
            let mut at = outline.tree.rows.get(row).and_then(|n| n.parent);
            while let Some(parent) = at.filter(|parent| reached.get(*parent) == Some(&false)) {
                folded.get_mut(parent).into_iter().for_each(|closed| *closed = false);
                reached.get_mut(parent).into_iter().for_each(|known| *known = true);
                at = outline.tree.rows.get(parent).and_then(|n| n.parent);
            }
        }
        let mut view = Self { folded, visible: Vec::new(), selected: 0, top: Cell::new(0), height: Cell::new(10) };
        view.list(outline);
        view
    }

    fn list(&mut self, outline: &Outline) {
        self.visible.clear();
        let mut row = 0;
        while let Some(node) = outline.tree.rows.get(row) {
            self.visible.push(row);
            row = if self.folded.get(row) == Some(&true) { node.end.max(row + 1) } else { row + 1 };
        }
    }

    /// The selected row of the tree.
    pub(super) fn row(&self) -> usize {
        self.visible.get(self.selected).copied().unwrap_or(0)
    }

    /// "3/12": the place among the visible rows.
    pub(super) fn place(&self) -> String {
        format!("{}/{}", (self.selected + 1).min(self.visible.len()), self.visible.len())
    }

    pub(super) fn page(&self) -> usize {
        self.height.get().max(1)
    }

    pub(super) fn step(&mut self, rows: i64) -> bool {
        let last = self.visible.len().saturating_sub(1);
        let step = usize::try_from(rows.unsigned_abs()).unwrap_or(usize::MAX);
        let to =
            if rows < 0 { self.selected.saturating_sub(step) } else { self.selected.saturating_add(step).min(last) };
        std::mem::replace(&mut self.selected, to) != to
    }

    /// Selects a row, opening what it is in.
    pub(super) fn select(&mut self, outline: &Outline, row: usize) -> bool {
        let before = self.row();
        let mut at = outline.tree.rows.get(row).and_then(|n| n.parent);
        let mut opened = false;
        while let Some(parent) = at {
            if let Some(folded) = self.folded.get_mut(parent) {
                opened |= std::mem::replace(folded, false);
            }
            at = outline.tree.rows.get(parent).and_then(|n| n.parent);
        }
        if opened {
            self.list(outline);
        }
        self.selected = self.visible.binary_search(&row).unwrap_or_else(|at| at.saturating_sub(1));
        opened || self.row() != before
    }

    /// Folds the selected row; one that is folded or has nothing below it hands over to its parent.
    pub(super) fn fold(&mut self, outline: &Outline) -> bool {
        let row = self.row();
        let Some(node) = outline.tree.rows.get(row) else { return false };
        if node.end > row + 1 && self.folded.get(row) == Some(&false) {
            if let Some(folded) = self.folded.get_mut(row) {
                *folded = true;
            }
            self.list(outline);
            return true;
        }
        node.parent.is_some_and(|parent| self.select(outline, parent))
    }

    /// Unfolds the selected row; one that is open hands over to its first child.
    pub(super) fn unfold(&mut self, outline: &Outline) -> bool {
        let row = self.row();
        let Some(node) = outline.tree.rows.get(row) else { return false };
        if node.end <= row + 1 {
            return false;
        }
        if let Some(folded) = self.folded.get_mut(row)
            && std::mem::replace(folded, false)
        {
            self.list(outline);
            return true;
        }
        self.step(1)
    }

    pub(super) fn parent(&mut self, outline: &Outline) -> bool {
        let parent = outline.tree.rows.get(self.row()).and_then(|n| n.parent);
        parent.is_some_and(|p| self.select(outline, p))
    }

    pub(super) fn sibling(&mut self, outline: &Outline, forward: bool) -> bool {
        let row = self.row();
        let rows = &outline.tree.rows;
        let Some(node) = rows.get(row) else { return false };
        let found = if forward {
            // What stands behind the last descendant is the next sibling, unless it is nobody's child of ours.
            Some(node.end.max(row + 1)).filter(|next| rows.get(*next).is_some_and(|n| n.parent == node.parent))
        } else {
            (0..row)
                .rev()
                .take_while(|r| node.parent.is_none_or(|p| *r > p))
                .find(|r| rows.get(*r).is_some_and(|n| n.parent == node.parent))
        };
        found.is_some_and(|r| self.select(outline, r))
    }

    /// The next row that `fits`, around the end.
    pub(super) fn next(&mut self, outline: &Outline, fits: impl Fn(usize) -> bool) -> bool {
        let row = self.row();
        let found = (row + 1..outline.tree.rows.len()).chain(0..=row).find(|r| fits(*r));
        found.is_some_and(|r| self.select(outline, r))
    }
}
