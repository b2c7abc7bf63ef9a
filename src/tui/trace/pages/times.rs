//! When spans ran: how long, how much of it themselves, and what is odd about their times.

use crate::model::{Span, span_tree::Tree};

/// "1.2 s", "340 ms", "2 m 05 s".
pub(in crate::tui::trace) fn duration(ns: i64) -> String {
    let ms = ns / 1_000_000;
    match ms {
        _ if ns < 0 => "?".to_owned(),
        0 => format!("{} µs", ns / 1000),
        1..=999 => format!("{ms} ms"),
        1000..=59_999 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        60_000..=3_599_999 => format!("{} m {:02} s", ms / 60_000, ms % 60_000 / 1000),
        3_600_000..=359_999_999 => format!("{} h {:02} m", ms / 3_600_000, ms % 3_600_000 / 60_000),
        360_000_000..=34_559_999_999 => format!("{} days", ms / 86_400_000),
        _ => format!("{} years", ms / 31_557_600_000),
    }
}

/// Time of a span that none of its children covers.
pub(in crate::tui::trace) fn own_time(tree: &Tree, spans: &[Span], row: usize) -> Option<i64> {
    let node = tree.rows.get(row)?;
    let span = spans.get(node.span)?;
    let (start, end) = (span.start_ns?, span.end_ns?);
    let mut own = end.checked_sub(start)?;
    let mut covered_to = start;
    // Children stand in the order of their starts, so one pass joins what overlaps.
    for child in children(tree, row) {
        let Some(child) = tree.rows.get(child).and_then(|n| spans.get(n.span)) else { continue };
        let (Some(from), Some(to)) = (child.start_ns, child.end_ns) else { continue };
        let (from, to) = (from.max(covered_to), to.min(end));
        if to > from {
            own -= to - from;
            covered_to = to;
        }
    }
    Some(own.max(0))
}

/// Rows of the direct children.
pub(in crate::tui::trace) fn children(tree: &Tree, row: usize) -> impl Iterator<Item = usize> + '_ {
    let end = tree.rows.get(row).map_or(0, |n| n.end);
    let mut next = row + 1;
    std::iter::from_fn(move || {
        let at = next;
        let node = tree.rows.get(at).filter(|_| at < end)?;
        next = node.end.max(at + 1);
        Some(at)
    })
}

/// What is wrong with a span's times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui::trace) enum Odd {
    NoTimes,
    NoStart,
    NoEnd,
    Negative,
    Early,
    Late,
}

impl Odd {
    /// In a sentence.
    pub(in crate::tui::trace) const fn words(self) -> &'static str {
        match self {
            Self::NoTimes => "no times",
            Self::NoStart => "no start",
            Self::NoEnd => "never ended",
            Self::Negative => "ends before it starts",
            Self::Early => "starts before its parent",
            Self::Late => "starts after its parent ended",
        }
    }

    /// Beside a name.
    pub(in crate::tui::trace) const fn short(self) -> &'static str {
        match self {
            Self::NoEnd => "no end",
            Self::Negative => "ends before",
            Self::Early => "early",
            Self::Late => "late",
            other => other.words(),
        }
    }
}

/// What is wrong with a span's times, if anything; `parent`: the span above it.
pub(in crate::tui::trace) fn oddity(span: &Span, parent: Option<&Span>) -> Option<Odd> {
    let (start, end) = match (span.start_ns, span.end_ns) {
        (None, None) => return Some(Odd::NoTimes),
        (None, Some(_)) => return Some(Odd::NoStart),
        (Some(_), None) => return Some(Odd::NoEnd),
        (Some(start), Some(end)) => (start, end),
    };
    if end < start {
        return Some(Odd::Negative);
    }
    let (from, to) = parent.and_then(|p| p.start_ns.zip(p.end_ns)).filter(|(from, to)| from <= to)?;
    // A stream may well go on after the call that opened it has returned, but it starts within it.
    if start < from { Some(Odd::Early) } else { (start > to).then_some(Odd::Late) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        let shown: Vec<String> = [
            500,
            5_000,
            42_000_000,
            1_250_000_000,
            125_000_000_000,
            3_700_000_000_000,
            777_600_000_000_000,
            i64::MAX,
            -1,
        ]
        .into_iter()
        .map(duration)
        .collect();
        assert_eq!(shown, ["0 µs", "5 µs", "42 ms", "1.2 s", "2 m 05 s", "1 h 01 m", "9 days", "292 years", "?"]);
    }

    #[test]
    fn own_time_leaves_out_what_children_cover() {
        let span = |id: &str, parent: Option<&str>, start: i64, end: i64| Span {
            id: id.into(),
            parent: parent.map(Into::into),
            start_ns: Some(start),
            end_ns: Some(end),
            ..Span::default()
        };
        let spans = [
            span("r", None, 0, 100),
            span("a", Some("r"), 10, 40),
            span("b", Some("r"), 30, 60),
            span("c", Some("r"), 90, 300),
        ];
        let tree = Tree::build(&spans);
        assert_eq!(own_time(&tree, &spans, 0), Some(40));
        assert_eq!(own_time(&tree, &spans, 1), Some(30));
    }
}
