//! The rest of a long text, folded below its beginning.

use super::{OpenFold, PageBuilder};
use crate::text::Note;

/// Columns of a row, roughly, as a line's share of what is shown is counted.
const ROW: usize = 76;

#[derive(Debug)]
pub(super) enum Rest {
    /// So many rows are still shown, at this level of folds.
    Coming(usize, u32),
    /// It is being written.
    Open(OpenFold),
}

impl PageBuilder {
    /// Of what is written until [`Self::end_fold_after`] only the first `rows` rows (roughly) are shown at first; the rest
    /// is folded below a line of its own. It begins between two lines, or between two words of a long one, and never inside
    /// another fold.
    pub fn fold_after(&mut self, rows: usize) {
        self.finish_if_open();
        self.rest = Some(Rest::Coming(rows, self.level));
    }

    /// Ends it.
    pub fn end_fold_after(&mut self) {
        self.finish_if_open();
        if let Some(Rest::Open(fold)) = self.rest.take() {
            self.close_fold(fold, true, Note::Rest);
        }
    }

    /// A line was ended: maybe the rest begins here.
    pub(super) fn maybe_rest(&mut self) {
        let last = self.page.line(self.page.len().saturating_sub(1));
        let Some(Rest::Coming(left, level)) = &mut self.rest else { return };
        let columns = last.end.saturating_sub(last.start) as usize;
        *left = left.saturating_sub(1 + columns / ROW);
        if *left == 0 && *level == self.level {
            self.begin_rest();
        }
    }

    /// Bytes of the line being written that are still shown; `None` where all of it is.
    pub(super) fn shown_of_line(&self) -> Option<usize> {
        match self.rest {
            Some(Rest::Coming(left, level)) if level == self.level => Some(left.max(1) * ROW),
            _ => None,
        }
    }

    /// A line of its own, below which the rest is folded.
    pub(super) fn begin_rest(&mut self) {
        self.rest = None;
        self.own();
        let before = self.set_indent(2);
        self.end_line();
        self.set_indent(before);
        self.rest = Some(Rest::Open(self.open_fold()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Class;

    #[test]
    fn the_beginning_is_shown_and_the_rest_is_folded_below_it() {
        let mut b = PageBuilder::new();
        b.fold_after(2);
        for line in ["one", "two", "three", "four"] {
            b.line(line, Class::Plain);
        }
        b.end_fold_after();
        b.line("after", Class::Plain);
        let page = b.finish();
        let lines: Vec<&str> = (0..page.len()).map(|l| page.line_text(l)).collect();
        assert_eq!(lines, ["one", "two", "", "three", "four", "after"]);
        let folds: Vec<_> = page.folds().iter().map(|f| (f.header, f.end, f.folded)).collect();
        assert_eq!(folds, [(2, 5, true)]);
    }

    #[test]
    fn a_long_paragraph_goes_on_below_the_fold_at_a_word() {
        let words = (0..200).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
        let mut b = PageBuilder::new();
        b.push_gutter("│ ", Class::User);
        b.fold_after(3);
        b.line("one", Class::Plain);
        b.line(&words, Class::Plain);
        b.end_fold_after();
        let page = b.finish();
        let lines: Vec<&str> = (0..page.len()).map(|l| page.line_text(l)).collect();
        assert_eq!((lines[0], lines[2]), ("one", ""));
        assert!(lines[1].len() <= 2 * ROW && lines[1].ends_with(' '), "{}", lines[1]);
        assert_eq!(format!("{}{}", lines[1], lines[3]), words);
        let folds: Vec<_> = page.folds().iter().map(|f| (f.header, f.end, f.folded)).collect();
        assert_eq!(folds, [(2, 4, true)]);
        assert!(page.line(2).own && !page.line(3).own);
    }

    #[test]
    fn it_waits_for_the_end_of_another_fold() {
        let mut b = PageBuilder::new();
        b.fold_after(2);
        b.line("one", Class::Plain);
        let inner = b.open_fold();
        b.line("two", Class::Plain);
        b.line("three", Class::Plain);
        b.close_fold(inner, false, Note::Preview);
        b.line("four", Class::Plain);
        b.line("five", Class::Plain);
        b.end_fold_after();
        let page = b.finish();
        let folds: Vec<_> = page.folds().iter().map(|f| (f.header, f.end, f.level)).collect();
        assert_eq!(folds, [(0, 3, 0), (4, 6, 0)], "side by side");
    }
}
