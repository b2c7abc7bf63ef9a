//! The rows of a page at a width: where each line breaks, and how many rows there are in all.

use crate::text::wrap::{self, Row};
use crate::text::{Kind, Line, Page, Visible};
use std::cell::Cell;

/// Up to this much text, rows are counted exactly; beyond it they are estimated from lengths.
const EXACT: usize = 256 * 1024;

/// Columns that a line's text has on its first row and on further ones, and where it starts there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    pub first: usize,
    pub first_at: usize,
    pub further: usize,
    pub further_at: usize,
}

impl Room {
    /// A line's room in a pane of `width` columns. Deep indents take at most half of it.
    pub(super) fn of(page: &Page, line: Line, width: usize) -> Self {
        let (left, right) =
            page.gutter(line).map_or((0, 0), |g| (usize::from(g.width), 2 * usize::from(g.boxed.is_some())));
        let inner = width.saturating_sub(left + right).max(1);
        let indent = usize::from(line.indent).min(inner / 2);
        let hang = usize::from(line.hang).min(inner / 2);
        Self {
            first: (inner - indent).max(1),
            first_at: left + indent,
            further: (inner - hang).max(1),
            further_at: left + hang,
        }
    }
}

/// The rows of one line.
pub(super) fn of_line(page: &Page, line: usize, width: usize) -> impl Iterator<Item = Row> + '_ {
    let text = page.line_text(line);
    let what = page.line(line);
    let room = Room::of(page, what, width);
    let single = matches!(what.kind, Kind::Top | Kind::Bottom);
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let start = next?;
        if single {
            next = None;
            return Some(Row { start, end: text.len(), next: text.len() });
        }
        let row = wrap::row(text, start, if start == 0 { room.first } else { room.further });
        next = (row.next < text.len()).then_some(row.next);
        Some(row)
    })
}

/// All visible rows, counted.
#[derive(Debug, Clone, Default)]
pub(super) struct Layout {
    pub width: usize,
    pub visible: Visible,
    /// Rows before each visible line, and all of them at the end.
    before: Vec<u32>,
    /// False where the text is so long that rows are estimated.
    pub exact: bool,
    /// The lowest top for a height, once it has been looked for.
    pub lowest: Cell<Option<(usize, (usize, usize))>>,
}

impl Layout {
    pub(super) fn new(page: &Page, folded: &[bool], (from, to): (usize, usize), width: usize) -> Self {
        let visible = Visible::new(page, folded, from, to);
        let bytes = page.line(to.saturating_sub(1)).end.saturating_sub(page.line(from).start) as usize;
        let exact = bytes <= EXACT;
        let mut before = Vec::with_capacity(visible.len() + 1);
        let mut rows = 0u32;
        // Lines and folds are both in order, so one walk beside the other finds the closed headers.
        let mut fold = page.folds().partition_point(|f| (f.header as usize) < from);
        for line in visible.lines() {
            before.push(rows);
            while page.folds().get(fold).is_some_and(|f| (f.header as usize) < line) {
                fold += 1;
            }
            let closed =
                page.folds().get(fold).is_some_and(|f| f.header as usize == line) && folded.get(fold) == Some(&true);
            rows += if closed {
                1
            } else if exact {
                u32::try_from(of_line(page, line, width).count()).unwrap_or(1)
            } else {
                let what = page.line(line);
                let room = Room::of(page, what, width);
                (what.end - what.start).div_ceil(u32::try_from(room.further).unwrap_or(1)).max(1)
            };
        }
        before.push(rows);
        Self { width, visible, before, exact, lowest: Cell::new(None) }
    }

    /// Rows before a line.
    pub(super) fn before(&self, line: usize) -> usize {
        self.before.get(self.visible.number(line)).copied().unwrap_or(0) as usize
    }

    /// All rows.
    pub(super) fn total(&self) -> usize {
        self.before.last().copied().unwrap_or(0) as usize
    }
}

/// True for the header of a closed fold, which takes one row.
pub(super) fn is_folded(page: &Page, folded: &[bool], line: usize) -> bool {
    page.fold_at(line).is_some_and(|f| folded.get(f).copied().unwrap_or(false))
}
