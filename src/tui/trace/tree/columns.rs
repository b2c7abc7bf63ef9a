//! Which columns the tree has room for, from the left: names, time, own time, bar, tokens, cost.

use super::outline::SpanRow;
use crate::text::{Class, width};

/// Columns for names from which on types are shown in words too.
const WORDS: usize = 28;

/// Widths of a row's parts; 0 for what there is no room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Columns {
    /// Of the whole row.
    pub all: usize,
    /// The type in words beside its symbol.
    pub words: bool,
    /// For marks and names.
    pub names: usize,
    pub time: usize,
    pub own: usize,
    pub bar: usize,
    pub tokens: usize,
    pub cost: usize,
}

impl Columns {
    /// As a width of `all` allows. A bar is worth more than the end of a name, a name more than a number.
    pub(super) fn of(all: usize, tokens: bool, costs: bool) -> Self {
        let bar = match all {
            56.. => (all / 4).clamp(12, 60),
            42.. => 8,
            _ => 0,
        };
        let mut columns = Self {
            all,
            words: false,
            names: 0,
            time: if all >= 30 { 9 } else { 0 },
            own: if all >= 96 { 9 } else { 0 },
            bar,
            tokens: if tokens && all >= 60 { 11 } else { 0 },
            cost: if costs && all >= 76 { 10 } else { 0 },
        };
        let gap = usize::from(bar > 0);
        columns.names = all.saturating_sub(columns.time + columns.own + gap + bar + columns.tokens + columns.cost + 1);
        columns.words = columns.names >= WORDS;
        columns
    }

    /// One past the time's last column.
    pub(super) fn time_end(self) -> usize {
        self.names + self.time
    }

    pub(super) fn own_end(self) -> usize {
        self.time_end() + self.own
    }

    pub(super) fn bar_at(self) -> usize {
        self.own_end() + 1
    }

    /// Writes times, tokens and cost, each to the right of its column.
    pub(super) fn numbers(self, put_at: &mut impl FnMut(usize, &str, Class), span: &SpanRow) {
        let mut right = |end: usize, room: usize, text: &str, class: Class| {
            if room > 0 && width(text) < room + 1 {
                put_at(end.saturating_sub(width(text)), text, class);
            }
        };
        right(self.time_end(), self.time, &span.duration, Class::Plain);
        right(self.own_end(), self.own, &span.own, Class::Dim);
        let tokens_end = self.all - self.cost;
        right(tokens_end, self.tokens, &span.tokens, if span.summed { Class::Dim } else { Class::Plain });
        right(self.all, self.cost, &span.cost, if span.summed { Class::Dim } else { Class::Plain });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_fit_and_a_wider_row_has_no_less() {
        let mut before = Columns::of(0, true, true);
        for all in 1..300 {
            let c = Columns::of(all, true, true);
            assert!(c.bar_at() + c.bar + c.tokens + c.cost <= all + 2, "{c:?}");
            assert!(c.bar >= before.bar && c.time >= before.time && c.tokens >= before.tokens);
            assert!(all < 30 || c.names >= 18, "{c:?}");
            before = c;
        }
    }
}
