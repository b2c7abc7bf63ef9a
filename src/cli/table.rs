//! Tables for people: aligned by what a terminal shows, one line a row, safe to print.

use super::{Failure, Out};
use crate::text;

/// Between two columns.
const GAP: usize = 2;
/// No column is made narrower than this for the sake of the others.
const NARROW: usize = 10;

/// A table that is printed when it is complete: a column is as wide as its widest cell.
pub struct Table {
    heads: Vec<&'static str>,
    right: Vec<bool>,
    widths: Vec<usize>,
    rows: Vec<Box<[String]>>,
}

impl Table {
    /// Column heads; a head that starts with `>` is of a column aligned to the right.
    #[must_use]
    pub fn new(heads: &[&'static str]) -> Self {
        let right: Vec<bool> = heads.iter().map(|h| h.starts_with('>')).collect();
        let heads: Vec<&'static str> = heads.iter().map(|h| h.trim_start_matches('>')).collect();
        let widths = heads.iter().map(|h| text::width(h)).collect();
        Self { heads, right, widths, rows: Vec::new() }
    }

    /// Adds a row: raw text, sanitised here.
    pub fn row<const N: usize>(&mut self, cells: [&str; N]) {
        let cells: Box<[String]> = cells.into_iter().map(|cell| text::sanitize(cell).into_owned()).collect();
        for (width, cell) in self.widths.iter_mut().zip(&cells) {
            *width = (*width).max(text::width(cell));
        }
        self.rows.push(cells);
    }

    /// Whether no row was added.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Prints it. On a terminal, wide columns are clipped to its width and those that do not fit at all are left out;
    /// how many those were is the answer. In a file or pipe everything is there.
    ///
    /// # Errors
    /// The reader went away, or the disk is full.
    pub fn print(self, out: &mut Out) -> Result<usize, Failure> {
        let widths = match out.width() {
            Some(room) => fit(&self.widths, room),
            None => self.widths.clone(),
        };
        self.line(out, &widths, self.heads.iter().copied())?;
        for row in &self.rows {
            self.line(out, &widths, row.iter().map(String::as_str))?;
        }
        Ok(self.widths.len() - widths.len())
    }

    fn line<'a>(&self, out: &mut Out, widths: &[usize], cells: impl Iterator<Item = &'a str>) -> Result<(), Failure> {
        let mut line = String::new();
        for ((cell, width), right) in cells.zip(widths).zip(&self.right) {
            if !line.is_empty() {
                line.extend(std::iter::repeat_n(' ', GAP));
            }
            let cell = text::fit(cell, *width);
            let pad = width.saturating_sub(text::width(&cell));
            if *right {
                line.extend(std::iter::repeat_n(' ', pad));
            }
            line.push_str(&cell);
            if !*right {
                line.extend(std::iter::repeat_n(' ', pad));
            }
        }
        out.line(line.trim_end())
    }
}

/// The widths of as many columns as fit, the widest clipped first.
fn fit(widths: &[usize], room: usize) -> Vec<usize> {
    for columns in (1..=widths.len()).rev() {
        let shown = &widths[..columns];
        let room = room.saturating_sub(GAP * (columns - 1));
        let least: usize = shown.iter().map(|w| (*w).min(NARROW)).sum();
        if least > room && columns > 1 {
            continue;
        }
        let widest = shown.iter().copied().max().unwrap_or(0);
        let total = |cap: usize| shown.iter().map(|w| (*w).min(cap)).sum::<usize>();
        let cap = (1..=widest).rev().find(|cap| total(*cap) <= room).unwrap_or(1);
        return shown.iter().map(|w| (*w).min(cap)).collect();
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_display_width() {
        let (mut out, read) = Out::captured(None);
        let mut table = Table::new(&["name", ">n", "what"]);
        table.row(["日本", "7", "x"]);
        table.row(["e\u{301}a", "100", "y"]);
        table.print(&mut out).unwrap();
        assert_eq!(read(&mut out), "name    n  what\n日本    7  x\néa    100  y\n".replace('é', "e\u{301}"));
    }

    #[test]
    fn hostile_cells_stay_on_their_line_and_say_nothing_to_the_terminal() {
        let (mut out, read) = Out::captured(None);
        let mut table = Table::new(&["a"]);
        table.row(["x\u{1b}]0;title\u{7}\ny\u{202e}z"]);
        table.print(&mut out).unwrap();
        let text = read(&mut out);
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(!text.chars().any(|c| c != '\n' && text::acts(c)), "{text}");
    }

    #[test]
    fn a_terminal_gets_what_fits_and_a_file_gets_all() {
        let make = || {
            let mut table = Table::new(&["id", "value", "comment"]);
            table.row(["tr-0123456789", "a long value here", "and a longer comment there"]);
            table
        };
        let (mut out, read) = Out::captured(Some(40));
        assert_eq!(make().print(&mut out).unwrap(), 0);
        assert!(read(&mut out).lines().all(|l| text::width(l) <= 40));
        let (mut out, read) = Out::captured(Some(24));
        assert_eq!(make().print(&mut out).unwrap(), 1, "one column is left out");
        assert!(read(&mut out).lines().all(|l| text::width(l) <= 24 && l.contains("  ")));
        let (mut out, read) = Out::captured(None);
        make().print(&mut out).unwrap();
        assert!(read(&mut out).contains("and a longer comment there"));
    }
}
