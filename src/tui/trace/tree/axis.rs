//! The trace's time axis: from when to when, and which columns a span takes on it.

/// What the bars are drawn on, in nanoseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::tui::trace) struct Axis {
    pub start: i64,
    pub end: i64,
}

/// A gap of so many times the axis is a wrong clock, not a pause.
const GAP: i128 = 10;
/// An axis shorter than this (1 ms) counts as so long there.
const SHORT: i128 = 1_000_000;

/// The columns of a bar: at least one, `from..to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub from: usize,
    pub to: usize,
    /// It begins before the axis, or ends behind it.
    pub before: bool,
    pub after: bool,
}

impl Axis {
    /// Around the intervals of the tops, and of all others that a clock can be believed to have measured: one span with
    /// a date of 1970 must not squeeze the others into one column.
    pub(super) fn of(tops: &[(i64, i64)], all: &[(i64, i64)]) -> Self {
        let sound =
            |list: &[(i64, i64)]| -> Vec<(i64, i64)> { list.iter().filter(|i| believable(i)).copied().collect() };
        let (tops, mut all) = (sound(tops), sound(all));
        all.sort_unstable();
        let longest = |list: &[(i64, i64)]| list.iter().max_by_key(|i| length(i)).copied();
        let Some((mut start, mut end)) = longest(&tops).or_else(|| longest(&all)) else { return Self::default() };
        let near = |gap: i128, start: i64, end: i64| gap <= GAP * length(&(start, end)).max(SHORT);
        // Twice, since what one side takes in makes room for more on the other.
        for _ in 0..2 {
            for (from, to) in &all {
                if *to > end && *from >= start && near(length(&(end, *from)), start, end) {
                    end = *to;
                }
            }
            for (from, to) in all.iter().rev() {
                if *from < start && near(length(&(*to, start)), start, end) {
                    start = *from;
                    end = end.max(*to);
                }
            }
        }
        Self { start, end }
    }

    /// Nanoseconds from one end to the other.
    pub(super) fn length(self) -> i128 {
        length(&(self.start, self.end))
    }

    /// Where an interval is drawn in so many columns; `None` where there is no column.
    pub(super) fn place(self, start: i64, end: i64, columns: usize) -> Option<Place> {
        let last = columns.checked_sub(1)?;
        let all = self.length();
        let scale = |t: i64| {
            let t = i128::from(t) - i128::from(self.start);
            let at = if all > 0 { t.clamp(0, all) * i128::try_from(columns).unwrap_or(0) / all } else { 0 };
            usize::try_from(at).unwrap_or(0)
        };
        let end = end.max(start);
        let from = scale(start).min(last);
        let to = scale(end).clamp(from + 1, columns);
        Some(Place { from, to, before: start < self.start, after: end > self.end })
    }
}

fn length(interval: &(i64, i64)) -> i128 {
    i128::from(interval.1) - i128::from(interval.0)
}

/// Ends after it starts, and within a year: else a clock was not set.
fn believable(interval: &(i64, i64)) -> bool {
    const YEAR: i128 = 366 * 24 * 3600 * 1_000_000_000;
    (0..YEAR).contains(&length(interval))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const S: i64 = 1_000_000_000;

    #[test]
    fn the_axis_reaches_from_the_first_start_to_the_last_end() {
        let spans = [(0, 10 * S), (S, 2 * S), (9 * S, 14 * S)];
        assert_eq!(Axis::of(&spans[..1], &spans), Axis { start: 0, end: 14 * S });
        assert_eq!(Axis::of(&[], &[]), Axis::default());
        assert_eq!(Axis::of(&[(7, 7)], &[(7, 7)]), Axis { start: 7, end: 7 });
    }

    #[test]
    fn a_wrong_clock_does_not_squeeze_the_others() {
        let now = 1_700_000_000 * S;
        let spans = [(now, now + S), (0, 1), (now - 3600 * S, now - 3599 * S), (i64::MIN, i64::MAX), (now, i64::MAX)];
        let axis = Axis::of(&spans[..1], &spans);
        assert_eq!(axis, Axis { start: now, end: now + S });
        let place = axis.place(0, 1, 10);
        assert_eq!(place, Some(Place { from: 0, to: 1, before: true, after: false }));
        assert_eq!(axis.place(now + S / 2, i64::MAX, 10), Some(Place { from: 5, to: 10, before: false, after: true }));
    }

    proptest! {
        #[test]
        fn any_times_have_a_place(
            spans in proptest::collection::vec((any::<i64>(), any::<i64>()), 0..8), tops in 0usize..4, columns in 0usize..50
        ) {
            let axis = Axis::of(&spans[..tops.min(spans.len())], &spans);
            prop_assert!(axis.start <= axis.end);
            for (start, end) in spans {
                match axis.place(start, end, columns) {
                    Some(place) => prop_assert!(place.from < place.to && place.to <= columns),
                    None => prop_assert_eq!(columns, 0),
                }
            }
        }
    }
}
