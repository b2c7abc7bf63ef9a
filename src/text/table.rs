//! A table of a Markdown text: aligned columns where they fit a common screen, else one record a row.

use super::{Class, PageBuilder, sanitize, width};
use std::ops::Range;

/// Wider tables are shown as records, which wrap well: this fits the pane of a terminal of 80 columns.
const MAX_WIDTH: usize = 76;

/// Columns before the last one that leave it room in such a pane: where that alone is wide it wraps below itself.
const MAX_LEFT: usize = 36;

/// Columns of the rule below the head: the pane of a terminal of 120 columns, beside queue and questions, has so many. Rows
/// wrap there, and a rule that wraps is noise.
const RULE: usize = 50;

/// Cells as they come, one after the other: a list for each of a hundred thousand small cells would take a hundred bytes a cell.
#[derive(Default)]
pub(super) struct Table {
    /// Columns that stand at the right, of numbers mostly.
    right: Vec<bool>,
    /// What stands in all cells.
    text: String,
    /// Pieces of one class each: where each ends in the text.
    pieces: Vec<(usize, Class)>,
    /// Where each cell ends among the pieces, and each row among the cells.
    cells: Vec<usize>,
    rows: Vec<usize>,
}

impl Table {
    /// `right`: which columns are aligned at the right.
    pub(super) fn new(right: Vec<bool>) -> Self {
        Self { right, ..Self::default() }
    }

    pub(super) fn text(&mut self, text: &str, class: Class) {
        self.text.push_str(&sanitize(text));
        self.pieces.push((self.text.len(), class));
    }

    pub(super) fn end_cell(&mut self) {
        self.cells.push(self.pieces.len());
    }

    pub(super) fn end_row(&mut self) {
        self.rows.push(self.cells.len());
    }

    /// The cells of a row.
    fn row(&self, row: usize) -> Range<usize> {
        part(&self.rows, row)
    }

    /// What a cell consists of.
    fn cell(&self, cell: usize) -> impl Iterator<Item = (&str, Class)> {
        let pieces = part(&self.cells, cell);
        let begins = pieces.start.checked_sub(1).and_then(|p| self.pieces.get(p)).map_or(0, |(end, _)| *end);
        self.pieces.get(pieces).unwrap_or_default().iter().scan(begins, |from, (end, class)| {
            let text = self.text.get(*from..*end).unwrap_or_default();
            *from = *end;
            Some((text, *class))
        })
    }

    /// Columns that a cell takes.
    fn width(&self, cell: usize) -> usize {
        self.cell(cell).map(|(text, _)| width(text)).sum()
    }

    /// Ends a row of this source text. GFM leaves out the cells that stand beyond the head's columns; here nothing is lost.
    pub(super) fn end_source_row(&mut self, source: &str) {
        let columns = self.row(0).len();
        for cell in cells(source).skip(columns).filter(|c| !c.is_empty()) {
            self.text(&cell, Class::Plain);
            self.end_cell();
        }
        self.end_row();
    }

    pub(super) fn write(self, b: &mut PageBuilder) {
        let columns = (0..self.rows.len()).map(|row| self.row(row).len()).max().unwrap_or(0);
        let mut widths = vec![0; columns];
        for row in 0..self.rows.len() {
            for (cell, w) in self.row(row).zip(&mut widths) {
                *w = (*w).max(self.width(cell));
            }
        }
        let last = widths.last().copied().unwrap_or(0);
        let left = widths.iter().sum::<usize>() - last + 3 * columns.saturating_sub(1);
        let wraps = left + last + 3 > MAX_WIDTH;
        if wraps && (columns < 2 || left > MAX_LEFT) {
            return self.write_records(b);
        }
        let hang = b.set_hang(if wraps { u16::try_from(left).unwrap_or(2) } else { 2 });
        for number in 0..self.rows.len() {
            if b.is_full() {
                break;
            }
            let row = self.row(number);
            for (at, w) in widths.iter().enumerate() {
                if at > 0 {
                    b.text(" │ ", Class::Dim);
                }
                let cell = row.clone().nth(at);
                let taken = cell.map_or(0, |cell| self.width(cell));
                let right = self.right.get(at) == Some(&true) && !(wraps && at + 1 == columns);
                let space = if right || at + 1 < columns { " ".repeat(w - taken) } else { String::new() };
                if right {
                    b.text(&space, Class::Plain);
                }
                for (text, class) in cell.into_iter().flat_map(|cell| self.cell(cell)) {
                    b.text(text, if number == 0 { Class::Strong } else { class });
                }
                if !right && !space.is_empty() {
                    b.text(&space, Class::Plain);
                }
            }
            b.end_line();
            if number == 0 {
                let rule: Vec<String> = widths.iter().map(|w| "─".repeat(*w)).collect();
                b.line(&rule.join("─┼─").chars().take(RULE).collect::<String>(), Class::Dim);
            }
        }
        b.set_hang(hang);
    }

    fn write_records(self, b: &mut PageBuilder) {
        let head = self.row(0);
        for number in 1..self.rows.len() {
            if b.is_full() {
                break;
            }
            if number > 1 {
                b.gap();
            }
            for (at, cell) in self.row(number).enumerate() {
                let hang = b.set_hang(2);
                match head.clone().nth(at) {
                    Some(name) => self.cell(name).for_each(|(text, _)| b.text(text, Class::Strong)),
                    None => b.text(&format!("column {}", at + 1), Class::Dim),
                }
                b.text(": ", Class::Dim);
                for (text, class) in self.cell(cell) {
                    b.text(text, class);
                }
                b.end_line();
                b.set_hang(hang);
            }
        }
    }
}

/// The elements of the group `at`, of groups that lie one after the other and end there.
fn part(ends: &[usize], at: usize) -> Range<usize> {
    let from = at.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    from..ends.get(at).copied().unwrap_or(from)
}

/// The cells of a row as it is written: between bars that no backslash stands before.
fn cells(source: &str) -> impl Iterator<Item = String> {
    let row = source.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for c in row.chars() {
        if let Some(cell) = cells.last_mut() {
            match c {
                '|' if escaped => {
                    cell.pop();
                    cell.push(c);
                }
                '|' => cells.push(String::new()),
                _ => cell.push(c),
            }
        }
        escaped = c == '\\' && !escaped;
    }
    cells.into_iter().map(|cell| cell.trim().to_owned())
}
