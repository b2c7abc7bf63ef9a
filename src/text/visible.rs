//! Which lines of a page are to be seen while some of its folds are closed.

use super::Page;

/// The visible lines of a part of a page, numbered from 0. Made anew when a fold changes: one pass over the folds.
#[derive(Debug, Clone, Default)]
pub struct Visible {
    /// First line of a stretch without gaps, and the number it has among the visible.
    stretches: Vec<(usize, usize)>,
    len: usize,
}

impl Visible {
    /// Of lines `from..to`, with `folded` for each of the page's folds.
    #[must_use]
    pub fn new(page: &Page, folded: &[bool], from: usize, to: usize) -> Self {
        let to = to.min(page.len());
        let mut visible = Self::default();
        let mut at = from;
        let first = page.folds().partition_point(|f| (f.header as usize) < from);
        for (fold, folded) in page.folds().iter().zip(folded).skip(first) {
            let header = fold.header as usize;
            if header >= to {
                break;
            }
            if *folded && header >= at {
                visible.push(at, header + 1);
                at = fold.end as usize;
            }
        }
        visible.push(at, to);
        visible
    }

    fn push(&mut self, from: usize, to: usize) {
        if from < to {
            self.stretches.push((from, self.len));
            self.len += to - from;
        }
    }

    /// How many lines are visible.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// True when there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The visible lines, in order.
    pub fn lines(&self) -> impl Iterator<Item = usize> + '_ {
        self.stretches.iter().enumerate().flat_map(|(at, (line, number))| {
            let end = self.stretches.get(at + 1).map_or(self.len, |(_, n)| *n);
            *line..line + (end - number)
        })
    }

    /// The line with a number; the last one for a number too large.
    #[must_use]
    pub fn line(&self, number: usize) -> usize {
        let number = number.min(self.len.saturating_sub(1));
        let at = self.stretches.partition_point(|(_, n)| *n <= number).saturating_sub(1);
        self.stretches.get(at).map_or(0, |(line, n)| line + number - n)
    }

    /// The number of a line; of a hidden one, that of the header it is hidden under.
    #[must_use]
    pub fn number(&self, line: usize) -> usize {
        let at = self.stretches.partition_point(|(l, _)| *l <= line).saturating_sub(1);
        let Some((first, number)) = self.stretches.get(at) else { return 0 };
        let end = self.stretches.get(at + 1).map_or(self.len, |(_, n)| *n);
        (number + line.saturating_sub(*first)).min(end.saturating_sub(1))
    }

    /// Whether a line is visible.
    #[must_use]
    pub fn contains(&self, line: usize) -> bool {
        !self.is_empty() && self.line(self.number(line)) == line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Class, Note, PageBuilder};
    use proptest::prelude::*;

    proptest! {
        /// Nested folds at random: numbering agrees with walking every line.
        #[test]
        fn agrees_with_hiding_line_by_line(steps in proptest::collection::vec((0u8..4, any::<bool>()), 0..40), from in 0usize..4) {
            let mut b = PageBuilder::new();
            let mut open = Vec::new();
            b.line("first", Class::Plain);
            for (step, folded) in steps {
                match step {
                    0 => {
                        // A header is a line of its own.
                        b.line("head", Class::Plain);
                        open.push((b.open_fold(), folded));
                    }
                    1 => if let Some((fold, folded)) = open.pop() {
                        b.line("last", Class::Plain);
                        b.close_fold(fold, folded, Note::Preview);
                    },
                    _ => b.line("x", Class::Plain),
                }
            }
            while let Some((fold, folded)) = open.pop() {
                b.line("end", Class::Plain);
                b.close_fold(fold, folded, Note::Preview);
            }
            let page = b.finish();
            let folded: Vec<bool> = page.folds().iter().map(|f| f.folded).collect();
            let from = from.min(page.len());
            let plain: Vec<usize> = (from..page.len())
                .filter(|l| !page.folds().iter().any(|f| {
                    f.folded && f.header as usize >= from && (f.header as usize) < *l && *l < f.end as usize
                }))
                .collect();
            let visible = Visible::new(&page, &folded, from, page.len());
            prop_assert_eq!(visible.len(), plain.len());
            prop_assert_eq!(visible.lines().collect::<Vec<_>>(), plain.clone());
            for (number, line) in plain.iter().enumerate() {
                prop_assert_eq!(visible.line(number), *line);
                prop_assert_eq!(visible.number(*line), number);
                prop_assert!(visible.contains(*line));
            }
        }
    }
}
