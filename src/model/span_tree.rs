//! The tree of a trace's spans, whatever their parents say.
//!
//! Every span is in it exactly once. What the data gets wrong is marked, not repaired silently: parents that are not
//! in the file, circles of parents, ids that occur twice.

use super::trace::Span;
use std::collections::HashMap;

/// What is wrong with a span's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Its parent is not in the trace; shown at the top.
    Orphan,
    /// Its parents lead back to itself; shown at the top, its circle below it.
    Cycle,
    /// An earlier span has the same id (and the children of that id).
    Duplicate,
}

/// One span in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// Index into the trace's spans.
    pub span: usize,
    /// Row of the parent.
    pub parent: Option<usize>,
    /// 0 at the top.
    pub depth: usize,
    /// Row behind the last descendant: `row + 1..end` are the descendants, and there are none when that is empty.
    pub end: usize,
    /// Last among its siblings.
    pub last: bool,
    /// What is wrong with its place, if anything.
    pub mark: Option<Mark>,
}

/// A trace's spans in the order of reading: parents before children, siblings by start time, then as in the file.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// All rows, depth first.
    pub rows: Vec<Node>,
}

impl Tree {
    /// Arranges spans. Time and memory are linear (times the sorting); no input makes it loop or recurse.
    #[must_use]
    pub fn build(spans: &[Span]) -> Self {
        let mut first: HashMap<&str, usize> = HashMap::with_capacity(spans.len());
        let mut marks = vec![None; spans.len()];
        for (i, span) in spans.iter().enumerate() {
            if *first.entry(&span.id).or_insert(i) != i {
                marks[i] = Some(Mark::Duplicate);
            }
        }
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); spans.len()];
        let mut tops = Vec::new();
        for (i, span) in spans.iter().enumerate() {
            match span.parent.as_deref().map(|p| first.get(p)) {
                None => tops.push(i),
                Some(None) => {
                    marks[i] = marks[i].or(Some(Mark::Orphan));
                    tops.push(i);
                }
                Some(Some(&parent)) => children[parent].push(i),
            }
        }
        let when = |i: &usize| (spans.get(*i).and_then(|s| s.start_ns).unwrap_or(i64::MAX), *i);
        children.iter_mut().for_each(|c| c.sort_by_key(when));
        tops.sort_by_key(when);

        let mut walk =
            Walk { children, marks, placed: vec![false; spans.len()], rows: Vec::with_capacity(spans.len()) };
        walk.tops(&tops);
        // Whatever no top leads to is in a circle or below one.
        let mut left: Vec<usize> = (0..spans.len()).filter(|i| !walk.placed[*i]).collect();
        left.sort_by_key(when);
        for start in left {
            if walk.placed[start] {
                continue;
            }
            // Up the parents until one repeats: that one is in the circle, where `start` may only hang below it.
            let (mut at, mut seen) = (start, std::collections::HashSet::new());
            while seen.insert(at) {
                match spans[at].parent.as_deref().and_then(|p| first.get(p)) {
                    Some(&up) => at = up,
                    None => break,
                }
            }
            walk.marks[at] = walk.marks[at].or(Some(Mark::Cycle));
            walk.tops(&[at]);
        }
        let mut rows = walk.rows;
        close(&mut rows);
        Self { rows }
    }
}

struct Walk {
    children: Vec<Vec<usize>>,
    marks: Vec<Option<Mark>>,
    placed: Vec<bool>,
    rows: Vec<Node>,
}

impl Walk {
    fn tops(&mut self, tops: &[usize]) {
        // Pushed in reverse, so that the first comes off first.
        let mut stack: Vec<(usize, Option<usize>, usize)> = tops.iter().rev().map(|i| (*i, None, 0)).collect();
        while let Some((span, parent, depth)) = stack.pop() {
            if std::mem::replace(&mut self.placed[span], true) {
                continue;
            }
            let row = self.rows.len();
            self.rows.push(Node { span, parent, depth, end: row + 1, last: false, mark: self.marks[span] });
            stack.extend(self.children[span].iter().rev().map(|c| (*c, Some(row), depth + 1)));
        }
    }
}

/// Fills in where subtrees end and who is last, once all rows are there.
fn close(rows: &mut [Node]) {
    let mut last_top = None;
    for row in (0..rows.len()).rev() {
        let Node { parent, end, .. } = rows[row];
        match parent {
            Some(parent) => {
                // Rows come off from the bottom, so the first child met is the last one.
                rows[row].last = rows[parent].end == parent + 1;
                rows[parent].end = rows[parent].end.max(end);
            }
            None => rows[row].last = last_top.replace(row).is_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn span(id: &str, parent: Option<&str>, start: i64) -> Span {
        Span { id: id.into(), parent: parent.map(Into::into), start_ns: Some(start), ..Span::default() }
    }

    fn shape(spans: &[Span]) -> Vec<(String, usize, Option<Mark>)> {
        Tree::build(spans).rows.iter().map(|r| (spans[r.span].id.clone(), r.depth, r.mark)).collect()
    }

    #[test]
    fn children_stand_below_their_parent_by_start_time() {
        let spans = [span("c", Some("a"), 3), span("b", Some("a"), 2), span("d", Some("c"), 4), span("a", None, 1)];
        let tree = Tree::build(&spans);
        let seen: Vec<_> = tree.rows.iter().map(|r| (spans[r.span].id.as_str(), r.depth, r.end, r.last)).collect();
        assert_eq!(seen, [("a", 0, 4, true), ("b", 1, 2, false), ("c", 1, 4, true), ("d", 2, 4, true)]);
    }

    #[test]
    fn orphans_cycles_and_duplicates_are_shown_once_and_marked() {
        let spans = [
            span("root", None, 0),
            span("lost", Some("gone"), 1),
            span("x", Some("z"), 3),
            span("y", Some("x"), 2),
            span("z", Some("x"), 4),
            span("root", Some("root"), 5),
            span("self", Some("self"), 6),
        ];
        assert_eq!(
            shape(&spans),
            [
                ("root".into(), 0, None),
                ("root".into(), 1, Some(Mark::Duplicate)),
                ("lost".into(), 0, Some(Mark::Orphan)),
                ("x".into(), 0, Some(Mark::Cycle)),
                ("y".into(), 1, None),
                ("z".into(), 1, None),
                ("self".into(), 0, Some(Mark::Cycle)),
            ]
        );
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_spans_is_no_problem() {
        let spans: Vec<_> =
            (0..100_000).map(|i| span(&i.to_string(), (i > 0).then(|| (i - 1).to_string()).as_deref(), 0)).collect();
        assert_eq!(Tree::build(&spans).rows.last().unwrap().depth, 99_999);
    }

    proptest! {
        #[test]
        fn any_graph_of_parents_shows_every_span_once(
            edges in proptest::collection::vec((0..12u8, proptest::option::of(0..14u8), 0..4i64), 0..40)
        ) {
            let spans: Vec<_> =
                edges.iter().map(|(id, p, t)| span(&id.to_string(), p.map(|p| p.to_string()).as_deref(), *t)).collect();
            let rows = Tree::build(&spans).rows;
            let mut seen: Vec<_> = rows.iter().map(|r| r.span).collect();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..spans.len()).collect::<Vec<_>>());
            for (i, row) in rows.iter().enumerate() {
                prop_assert!(row.end > i && row.end <= rows.len());
                if let Some(parent) = row.parent {
                    prop_assert!(parent < i && i < rows[parent].end && row.end <= rows[parent].end);
                    prop_assert_eq!(row.depth, rows[parent].depth + 1);
                    prop_assert_eq!(Some(&spans[rows[parent].span].id), spans[row.span].parent.as_ref());
                }
            }
        }
    }
}
