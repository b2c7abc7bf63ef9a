//! Matches in the details of spans: how many in each row of the tree, and which one is looked at.

/// Rows with matches, in the order of the tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RowHits {
    needle: String,
    /// A row, and the matches before it.
    rows: Vec<(usize, usize)>,
    total: usize,
    /// The one that is looked at.
    pub at: Option<usize>,
}

impl RowHits {
    pub(super) fn of(needle: &str) -> Self {
        Self { needle: needle.to_owned(), ..Self::default() }
    }

    /// A further row, below all others.
    pub(super) fn push(&mut self, row: usize, count: usize) {
        if count > 0 {
            self.rows.push((row, self.total));
            self.total += count;
        }
    }

    pub(super) fn needle(&self) -> &str {
        &self.needle
    }

    pub(super) const fn total(&self) -> usize {
        self.total
    }

    /// The rows that a longer needle can be in.
    pub(super) fn rows(&self) -> Vec<usize> {
        self.rows.iter().map(|(row, _)| *row).collect()
    }

    /// Goes to the first match in `row` or below it, around the end.
    pub(super) fn start_at(&mut self, row: usize) {
        let at = self.rows.partition_point(|(r, _)| *r < row);
        self.at = self.rows.get(at).or(self.rows.first()).map(|(_, before)| *before);
    }

    /// Goes to the next or previous match, around the end; from a row that was selected by hand, on from there.
    pub(super) fn step(&mut self, row: usize, forward: bool) {
        let Some(last) = self.total.checked_sub(1) else { return };
        let here = self.place().filter(|(r, _)| *r == row).and(self.at);
        self.at = Some(match (here, forward) {
            (Some(at), true) if at < last => at + 1,
            (Some(_), true) => 0,
            (Some(at), false) => at.checked_sub(1).unwrap_or(last),
            (None, true) => self.rows.iter().find(|(r, _)| *r > row).map_or(0, |(_, before)| *before),
            (None, false) => {
                let below = self.rows.partition_point(|(r, _)| *r < row);
                self.rows.get(below).map_or(self.total, |(_, before)| *before).checked_sub(1).unwrap_or(last)
            }
        });
    }

    /// The row of the match that is looked at, and which of the row's matches it is.
    pub(super) fn place(&self) -> Option<(usize, usize)> {
        let at = self.at?;
        let found = self.rows.partition_point(|(_, before)| *before <= at).checked_sub(1)?;
        self.rows.get(found).map(|(row, before)| (*row, at - before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_go_through_all_rows_and_around() {
        let mut hits = RowHits::of("x");
        for (row, count) in [(0, 0), (2, 2), (3, 0), (5, 1)] {
            hits.push(row, count);
        }
        assert_eq!((hits.total(), hits.rows()), (3, vec![2, 5]));
        hits.start_at(3);
        assert_eq!(hits.place(), Some((5, 0)));
        hits.step(5, true);
        assert_eq!(hits.place(), Some((2, 0)));
        hits.step(2, true);
        assert_eq!(hits.place(), Some((2, 1)));
        hits.step(2, false);
        hits.step(2, false);
        assert_eq!(hits.place(), Some((5, 0)));
        // The selection was moved by hand meanwhile.
        hits.step(3, true);
        assert_eq!(hits.place(), Some((5, 0)));
        hits.step(3, false);
        assert_eq!(hits.place(), Some((2, 1)));
        hits.step(0, false);
        assert_eq!(hits.place(), Some((5, 0)));
    }
}
