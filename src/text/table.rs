//! A table of a Markdown text: aligned columns where they fit a common screen, else one record a row.

use super::{Class, PageBuilder, sanitize, width};

/// Wider tables are shown as records, which wrap well: this fits the pane of a terminal of 80 columns.
const MAX_WIDTH: usize = 76;

/// Columns of the rule below the head: the pane of a terminal of 120 columns, beside queue and questions, has so many. Rows
/// wrap there, and a rule that wraps is noise.
const RULE: usize = 50;

type Cell = Vec<(String, Class)>;

/// Cells as they come.
#[derive(Default)]
pub(super) struct Table {
    /// Columns that stand at the right, of numbers mostly.
    right: Vec<bool>,
    rows: Vec<Vec<Cell>>,
    row: Vec<Cell>,
    cell: Cell,
}

impl Table {
    /// `right`: which columns are aligned at the right.
    pub(super) fn new(right: Vec<bool>) -> Self {
        Self { right, ..Self::default() }
    }

    pub(super) fn text(&mut self, text: &str, class: Class) {
        self.cell.push((sanitize(text).into_owned(), class));
    }

    pub(super) fn end_cell(&mut self) {
        self.row.push(std::mem::take(&mut self.cell));
    }

    pub(super) fn end_row(&mut self) {
        self.rows.push(std::mem::take(&mut self.row));
    }

    /// Ends a row of this source text. GFM leaves out the cells that stand beyond the head's columns; here nothing is lost.
    pub(super) fn end_source_row(&mut self, source: &str) {
        let columns = self.rows.first().map_or(0, Vec::len);
        for cell in cells(source).skip(columns).filter(|c| !c.is_empty()) {
            self.text(&cell, Class::Plain);
            self.end_cell();
        }
        self.end_row();
    }

    pub(super) fn write(self, b: &mut PageBuilder) {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut widths = vec![0; columns];
        for row in &self.rows {
            for (at, cell) in row.iter().enumerate() {
                if let Some(w) = widths.get_mut(at) {
                    *w = (*w).max(columns_of(cell));
                }
            }
        }
        if widths.iter().sum::<usize>() + 3 * columns > MAX_WIDTH {
            return self.write_records(b);
        }
        let hang = b.set_hang(2);
        for (number, row) in self.rows.iter().enumerate() {
            for (at, w) in widths.iter().enumerate() {
                if at > 0 {
                    b.text(" │ ", Class::Dim);
                }
                let cell = row.get(at).map(Vec::as_slice).unwrap_or_default();
                let (space, right) = (" ".repeat(w - columns_of(cell)), self.right.get(at) == Some(&true));
                if right {
                    b.text(&space, Class::Plain);
                }
                for (text, class) in cell {
                    b.text(text, if number == 0 { Class::Strong } else { *class });
                }
                if at + 1 < widths.len() && !right {
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
        let mut rows = self.rows.into_iter();
        let head: Vec<Cell> = rows.next().unwrap_or_default();
        for (number, row) in rows.enumerate() {
            if number > 0 {
                b.gap();
            }
            for (at, cell) in row.iter().enumerate() {
                let hang = b.set_hang(2);
                match head.get(at) {
                    Some(name) => name.iter().for_each(|(text, _)| b.text(text, Class::Strong)),
                    None => b.text(&format!("column {}", at + 1), Class::Dim),
                }
                b.text(": ", Class::Dim);
                for (text, class) in cell {
                    b.text(text, *class);
                }
                b.end_line();
                b.set_hang(hang);
            }
        }
    }
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

fn columns_of(cell: &[(String, Class)]) -> usize {
    cell.iter().map(|(text, _)| width(text)).sum()
}
