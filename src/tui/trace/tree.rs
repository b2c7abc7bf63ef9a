//! The span tree: which rows are open, which is selected, and how they are drawn.

use super::pages;
use super::paint::put;
use super::reading::Reading;
use crate::text::{Class, fit, width};
use crate::tui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
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
    pub(super) fn new(reading: &Reading) -> Self {
        let folded = reading.tree.rows.iter().map(|n| n.depth + 1 >= OPEN_LEVELS).collect();
        let mut view = Self { folded, visible: Vec::new(), selected: 0, top: Cell::new(0), height: Cell::new(10) };
        view.list(reading);
        view
    }

    fn list(&mut self, reading: &Reading) {
        self.visible.clear();
        let mut row = 0;
        while let Some(node) = reading.tree.rows.get(row) {
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
    pub(super) fn select(&mut self, reading: &Reading, row: usize) -> bool {
        let before = self.row();
        let mut at = reading.tree.rows.get(row).and_then(|n| n.parent);
        let mut opened = false;
        while let Some(parent) = at {
            if let Some(folded) = self.folded.get_mut(parent) {
                opened |= std::mem::replace(folded, false);
            }
            at = reading.tree.rows.get(parent).and_then(|n| n.parent);
        }
        if opened {
            self.list(reading);
        }
        self.selected = self.visible.binary_search(&row).unwrap_or_else(|at| at.saturating_sub(1));
        opened || self.row() != before
    }

    /// Folds the selected row; one that is folded or has nothing below it hands over to its parent.
    pub(super) fn fold(&mut self, reading: &Reading) -> bool {
        let row = self.row();
        let Some(node) = reading.tree.rows.get(row) else { return false };
        if node.end > row + 1 && self.folded.get(row) == Some(&false) {
            if let Some(folded) = self.folded.get_mut(row) {
                *folded = true;
            }
            self.list(reading);
            return true;
        }
        node.parent.is_some_and(|parent| self.select(reading, parent))
    }

    /// Unfolds the selected row; one that is open hands over to its first child.
    pub(super) fn unfold(&mut self, reading: &Reading) -> bool {
        let row = self.row();
        let Some(node) = reading.tree.rows.get(row) else { return false };
        if node.end <= row + 1 {
            return false;
        }
        if let Some(folded) = self.folded.get_mut(row)
            && std::mem::replace(folded, false)
        {
            self.list(reading);
            return true;
        }
        self.step(1)
    }

    pub(super) fn parent(&mut self, reading: &Reading) -> bool {
        let parent = reading.tree.rows.get(self.row()).and_then(|n| n.parent);
        parent.is_some_and(|p| self.select(reading, p))
    }

    pub(super) fn sibling(&mut self, reading: &Reading, forward: bool) -> bool {
        let row = self.row();
        let rows = &reading.tree.rows;
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
        found.is_some_and(|r| self.select(reading, r))
    }

    /// The next row that `fits`, around the end.
    pub(super) fn next(&mut self, reading: &Reading, fits: impl Fn(usize) -> bool) -> bool {
        let row = self.row();
        let found = (row + 1..reading.tree.rows.len()).chain(0..=row).find(|r| fits(*r));
        found.is_some_and(|r| self.select(reading, r))
    }

    /// Draws the rows; where the selected one is, for the cursor.
    pub(super) fn draw(
        &self,
        reading: &Reading,
        buf: &mut Buffer,
        area: Rect,
        theme: Theme,
        focused: bool,
    ) -> Option<(u16, u16)> {
        if area.is_empty() {
            return None;
        }
        let height = usize::from(area.height);
        self.height.set(height);
        let lowest = self.visible.len().saturating_sub(height);
        let top = self.top.get().clamp((self.selected + 1).saturating_sub(height), self.selected).min(lowest);
        self.top.set(top);
        for (y, (at, row)) in self.visible.iter().enumerate().skip(top).take(height).enumerate() {
            let line = Rect { y: area.y + u16::try_from(y).unwrap_or(0), height: 1, ..area };
            self.draw_row(reading, buf, line, theme, *row, at == self.selected);
            if at == self.selected {
                let class = if focused { Class::Selected } else { Class::Strong };
                // Selection without colour: reversed where it has the focus, and a mark in any case.
                buf.set_style(line, theme.style(class));
            }
        }
        Some((area.x, area.y + u16::try_from(self.selected - top).unwrap_or(0)))
    }

    fn draw_row(&self, reading: &Reading, buf: &mut Buffer, area: Rect, theme: Theme, row: usize, selected: bool) {
        let (Some(node), Some(span)) = (reading.tree.rows.get(row), reading.spans.get(row)) else { return };
        let all = usize::from(area.width);
        // From the right: tokens, bar, duration, as far as there is room for the name.
        let bar = match all {
            56.. => (all / 4).clamp(12, 40),
            // One more than the columns drawn: a bar is worth more than the end of a name.
            42.. => 9,
            _ => 0,
        };
        let tokens = if all >= 60 { 10 } else { 0 };
        let time = if all >= 30 { 9 } else { 0 };
        let right = bar + tokens + time;
        let names = all.saturating_sub(right + 1);
        let put_at =
            |buf: &mut Buffer, at: usize, text: &str, class: Class| put(buf, area, at, text, theme.style(class));

        put_at(buf, 0, if selected { "▶" } else { " " }, Class::Accent);
        let indent = (2 * node.depth).min(names / 2);
        let sign = match (node.end > row + 1, self.folded.get(row)) {
            (false, _) => "  ",
            (true, Some(true)) => "▸ ",
            _ => "▾ ",
        };
        let mut x = 1 + indent;
        put_at(buf, x, sign, Class::Dim);
        x += 2;
        let (status, class) = if span.error { ("✕", Class::Error) } else { (span.status, Class::Good) };
        put_at(buf, x, status, class);
        x += 2;
        put_at(buf, x, &span.short_type, span.class);
        x += 6;
        let mark = node.mark.map_or("", |m| match m {
            crate::model::span_tree::Mark::Orphan => " (orphan)",
            crate::model::span_tree::Mark::Cycle => " (cycle)",
            crate::model::span_tree::Mark::Duplicate => " (same id)",
        });
        let name = fit(&span.name, names.saturating_sub(x + width(mark)));
        put_at(buf, x, &name, if span.error { Class::Error } else { Class::Plain });
        put_at(buf, x + width(&name), mark, Class::Warning);
        if time > 0 {
            let at = all - right;
            put_at(buf, at + (time - 1).saturating_sub(width(&span.duration)), &span.duration, Class::Dim);
        }
        if bar > 0 {
            self.draw_bar(
                reading,
                buf,
                Rect { x: area.x + cell(all - bar - tokens), width: cell(bar), ..area },
                theme,
                row,
            );
        }
        if tokens > 0 {
            put_at(buf, all - span.tokens.len().min(tokens), &span.tokens, Class::Dim);
        }
    }

    /// The span on the trace's time axis: thick where its time is its own, thin where a child has it.
    fn draw_bar(&self, reading: &Reading, buf: &mut Buffer, area: Rect, theme: Theme, row: usize) {
        let columns = usize::from(area.width).saturating_sub(1);
        let (Some(place), Some(span)) = (columns_of(reading, row, columns), reading.spans.get(row)) else { return };
        let mut thin = vec![false; columns];
        for child in pages::children(&reading.tree, row) {
            if let Some(c) = columns_of(reading, child, columns) {
                thin.get_mut(c.0..c.1).unwrap_or_default().fill(true);
            }
        }
        let class = if span.error { Class::Error } else { span.class };
        for x in place.0..place.1 {
            put(buf, area, x, if thin.get(x) == Some(&true) { "─" } else { "━" }, theme.style(class));
        }
    }
}

fn cell(columns: usize) -> u16 {
    u16::try_from(columns).unwrap_or(u16::MAX)
}

/// The columns of a span on the axis: at least one.
fn columns_of(reading: &Reading, row: usize, columns: usize) -> Option<(usize, usize)> {
    let span = reading.spans.get(row)?;
    let (start, end) = reading.axis;
    let all = i128::from(end) - i128::from(start);
    let from = i128::from(span.start?) - i128::from(start);
    let to = i128::from(span.end.unwrap_or(end)) - i128::from(start);
    let scale =
        |t: i128| usize::try_from(if all > 0 { t.clamp(0, all) * columns as i128 / all } else { 0 }).unwrap_or(0);
    let from = scale(from).min(columns.checked_sub(1)?);
    Some((from, scale(to).clamp(from + 1, columns)))
}
