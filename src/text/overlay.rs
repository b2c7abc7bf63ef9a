//! A class laid over parts of a finished page, whatever runs stand there: terms of a query, citations.

use super::Class;
use super::page::{Jump, Page, Run};

impl Page {
    /// Draws `ranges` (bytes of [`Page::text`], ascending and apart) in `class`. Marks of what was made visible stay
    /// what they are.
    pub fn lay_over(&mut self, ranges: &[(u32, u32)], class: Class) {
        if ranges.is_empty() {
            return;
        }
        let old = std::mem::take(&mut self.runs);
        let mut runs = Vec::with_capacity(old.len() + 2 * ranges.len());
        let (mut range, mut number) = (0, 0);
        for at in 0..self.lines.len() {
            let line = self.line(at);
            while let Some(run) = old.get(number).filter(|r| r.start < line.end) {
                number += 1;
                let end = old.get(number).map_or(line.end, |next| next.start.min(line.end));
                while ranges.get(range).is_some_and(|r| r.1 <= run.start) {
                    range += 1;
                }
                split(&mut runs, *run, end, ranges.get(range..).unwrap_or_default(), class);
            }
        }
        self.runs = runs;
    }

    /// Lays jumps (ascending and apart) over the text, drawn as links.
    pub fn lay_jumps(&mut self, jumps: Vec<Jump>) {
        let ranges: Vec<(u32, u32)> = jumps.iter().map(|j| (j.start, j.end)).collect();
        self.lay_over(&ranges, Class::Link);
        self.links = jumps;
    }

    /// The jumps laid over it, in order.
    #[must_use]
    pub fn jumps(&self) -> &[Jump] {
        &self.links
    }
}

/// One run up to `end`, with the ranges that reach into it.
fn split(runs: &mut Vec<Run>, run: Run, end: u32, ranges: &[(u32, u32)], class: Class) {
    if run.class == Class::Escape {
        return runs.push(run);
    }
    let mut at = run.start;
    for (from, to) in ranges.iter().take_while(|r| r.0 < end) {
        let (from, to) = ((*from).max(at), (*to).min(end));
        if from >= to {
            continue;
        }
        if from > at {
            runs.push(Run { start: at, class: run.class });
        }
        runs.push(Run { start: from, class });
        at = to;
    }
    if at < end {
        runs.push(Run { start: at, class: run.class });
    }
}

#[cfg(test)]
mod tests {
    use crate::text::{Class, Page, PageBuilder};
    use proptest::prelude::*;

    /// The class of every byte.
    fn classes(page: &Page) -> Vec<Option<Class>> {
        let mut found = vec![None; page.text().len()];
        for at in 0..page.len() {
            let line = page.line(at);
            let runs = page.runs(line);
            for (n, run) in runs.iter().enumerate() {
                let end = runs.get(n + 1).map_or(line.end, |r| r.start);
                found[run.start as usize..end as usize].fill(Some(run.class));
            }
        }
        found
    }

    proptest! {
        #[test]
        fn only_the_ranges_change_their_class(
            pieces in proptest::collection::vec(("[ab\n\u{1b}]{0,6}", 0u8..3), 0..12),
            marks in proptest::collection::vec((0u32..8, 1u32..5), 0..10),
        ) {
            let mut b = PageBuilder::new();
            for (text, class) in &pieces {
                b.text(text, [Class::Plain, Class::Code, Class::Strong][usize::from(*class)]);
            }
            let mut page = b.finish();
            let before = classes(&page);
            let mut at = 0;
            let ranges: Vec<(u32, u32)> =
                marks.iter().map(|(skip, len)| { let from = at + skip; at = from + len; (from, at) }).collect();
            page.lay_over(&ranges, Class::Term);
            for (byte, (was, is)) in before.iter().zip(classes(&page)).enumerate() {
                let inside = ranges.iter().any(|(f, t)| (*f as usize..*t as usize).contains(&byte));
                let want = if inside && was.is_some_and(|c| c != Class::Escape) { Some(Class::Term) } else { *was };
                prop_assert_eq!(is, want, "byte {} of {:?}", byte, page.text());
            }
        }
    }
}
