//! A place in a page: what is on top, what is folded, what is looked for. Moves by rows; nothing here draws.

mod place;

use super::rows::{Layout, is_folded, of_line};
use crate::text::{Page, Search};
use std::cell::{Cell, Ref, RefCell};

/// A place in a page (or in a part of one).
#[derive(Debug)]
pub(super) struct Scroller {
    pub folded: Vec<bool>,
    /// Lines that are shown.
    range: (usize, usize),
    /// The line on top, and the row of it.
    top: (usize, usize),
    /// The line that was pointed out: see [`place`].
    at: Option<usize>,
    pub search: Search,
    /// Which of the search's hits is the current one.
    pub current: Option<usize>,
    /// How many levels are open where folding goes by level.
    level: u32,
    /// Levels were folded or unfolded: folds that are not there yet follow.
    leveled: bool,
    /// Of width 0 where it has to be made anew.
    layout: RefCell<Layout>,
    /// Columns and rows of the last drawing.
    size: Cell<(usize, usize)>,
}

impl Scroller {
    pub(super) fn new(page: &Page) -> Self {
        let folded: Vec<bool> = page.folds().iter().map(|f| f.folded).collect();
        Self {
            folded,
            range: (0, page.len()),
            top: (0, 0),
            at: None,
            search: Search::default(),
            current: None,
            level: open_level(page),
            leveled: false,
            layout: RefCell::default(),
            size: Cell::new((80, 20)),
        }
    }

    /// The page has become longer, or has come back: what was folded and where one was stays.
    pub(super) fn renew(&mut self, page: &Page) {
        let known = self.folded.len();
        if !self.leveled {
            self.level = open_level(page);
        }
        let more = page.folds().get(known..).unwrap_or_default();
        self.folded.extend(more.iter().map(|f| if self.leveled { f.level >= self.level } else { f.folded }));
        self.range = (0, page.len());
        self.relayout();
    }

    /// Nothing was moved yet.
    pub(super) fn at_start(&self) -> bool {
        self.top == (0, 0)
    }

    /// Something was moved or folded.
    pub(super) fn is_touched(&self, page: &Page) -> bool {
        !self.at_start() || page.folds().iter().zip(&self.folded).any(|(fold, folded)| fold.folded != *folded)
    }

    /// Without what belongs to a page that is not looked at.
    pub(super) fn rested(mut self) -> Self {
        self.search.clear();
        self.current = None;
        self.relayout();
        self
    }

    /// Told by the drawing.
    pub(super) fn resize(&self, columns: usize, rows: usize) {
        self.size.set((columns, rows));
    }

    /// Columns and rows, as they were told.
    pub(super) fn size(&self) -> (usize, usize) {
        self.size.get()
    }

    pub(super) fn height(&self) -> usize {
        self.size.get().1.max(1)
    }

    fn width(&self) -> usize {
        self.size.get().0.max(1)
    }

    /// The rows are counted anew when they are asked for; until then nothing is kept of them.
    pub(super) fn relayout(&self) {
        self.layout.replace(Layout::default());
    }

    /// The rows at the present width.
    pub(super) fn layout(&self, page: &Page) -> Ref<'_, Layout> {
        let width = self.width();
        if self.layout.borrow().width != width {
            self.layout.replace(Layout::new(page, &self.folded, self.range, width));
        }
        self.layout.borrow()
    }

    fn rows_of(&self, page: &Page, line: usize) -> usize {
        if is_folded(page, &self.folded, line) { 1 } else { of_line(page, line, self.width()).count() }
    }

    /// The top line and the row of it, moved up where a resize left less than a screen below it.
    pub(super) fn top(&self, page: &Page) -> (usize, usize) {
        let (line, row) = self.top;
        let row = row.min(self.rows_of(page, line).saturating_sub(1));
        (line, row).min(self.lowest(page))
    }

    /// The lowest top: the last row of all on the last row of the screen.
    fn lowest(&self, page: &Page) -> (usize, usize) {
        let layout = self.layout(page);
        let height = self.height();
        match layout.lowest.get() {
            Some((known, lowest)) if known == height => lowest,
            _ => {
                let lowest = self.find_lowest(page, &layout);
                layout.lowest.set(Some((height, lowest)));
                lowest
            }
        }
    }

    fn find_lowest(&self, page: &Page, layout: &Layout) -> (usize, usize) {
        let mut number = layout.visible.len().saturating_sub(1);
        let mut free = self.height();
        loop {
            let line = layout.visible.line(number);
            let rows = self.rows_of(page, line);
            if rows >= free {
                return (line, rows - free);
            }
            free -= rows;
            if number == 0 {
                return (layout.visible.line(0), 0);
            }
            number -= 1;
        }
    }

    /// Moves by rows; true if anything moved.
    pub(super) fn scroll(&mut self, page: &Page, rows: i64) -> bool {
        let before = self.top(page);
        self.top = self.walk(page, before, rows).min(self.lowest(page));
        self.top != before
    }

    /// The place so many rows below (or above) another, as far as the page goes.
    fn walk(&self, page: &Page, from: (usize, usize), rows: i64) -> (usize, usize) {
        let (mut line, mut row) = from;
        {
            let layout = self.layout(page);
            let mut number = layout.visible.number(line);
            let mut left = rows.unsigned_abs();
            while left > 0 {
                if rows > 0 {
                    let below = (self.rows_of(page, line) - 1).saturating_sub(row) as u64;
                    if left <= below {
                        row += usize::try_from(left).unwrap_or(0);
                        break;
                    }
                    if number + 1 >= layout.visible.len() {
                        break;
                    }
                    left -= below + 1;
                    number += 1;
                    line = layout.visible.line(number);
                    row = 0;
                } else {
                    if left <= row as u64 {
                        row -= usize::try_from(left).unwrap_or(0);
                        break;
                    }
                    if number == 0 {
                        row = 0;
                        break;
                    }
                    left -= row as u64 + 1;
                    number -= 1;
                    line = layout.visible.line(number);
                    row = self.rows_of(page, line) - 1;
                }
            }
        }
        (line, row)
    }

    pub(super) fn jump_to_top(&mut self, page: &Page) -> bool {
        let before = self.top(page);
        self.top = (self.range.0, 0);
        self.at.take().is_some() || self.top != before
    }

    pub(super) fn jump_to_bottom(&mut self, page: &Page) -> bool {
        let before = self.top(page);
        self.top = self.lowest(page);
        self.top != before
    }

    /// Puts a line on top (as far as the page's end allows).
    pub(super) fn jump_to_line(&mut self, page: &Page, line: usize) -> bool {
        let before = self.top(page);
        self.reveal(page, line);
        self.top = (line, 0).min(self.lowest(page));
        self.top != before
    }

    /// Lines that are on screen, in order.
    pub(super) fn on_screen(&self, page: &Page) -> Vec<usize> {
        let (line, row) = self.top(page);
        let layout = self.layout(page);
        let mut number = layout.visible.number(line);
        let mut used = 0;
        let mut skip = row;
        let mut lines = Vec::new();
        while used < self.height() && number < layout.visible.len() {
            let line = layout.visible.line(number);
            lines.push(line);
            used += self.rows_of(page, line) - skip;
            skip = 0;
            number += 1;
        }
        lines
    }

    /// Opens all folds around a line.
    pub(super) fn reveal(&mut self, page: &Page, line: usize) {
        let upto = page.folds().partition_point(|f| (f.header as usize) < line);
        let mut opened = false;
        for (fold, folded) in page.folds().iter().zip(&mut self.folded).take(upto) {
            if *folded && fold.end as usize > line {
                *folded = false;
                opened = true;
            }
        }
        if opened {
            self.relayout();
        }
    }

    fn set_fold(&mut self, page: &Page, fold: usize, folded: bool) {
        if let Some(f) = self.folded.get_mut(fold) {
            *f = folded;
        }
        self.relayout();
        let header = page.folds().get(fold).map_or(0, |f| f.header as usize);
        // A top that has just been hidden gives way to its header.
        if folded && !self.layout(page).visible.contains(self.top.0) {
            self.top = (header.max(self.range.0), 0);
        }
        if folded && self.at.is_some_and(|at| !self.layout(page).visible.contains(at)) {
            self.at = Some(header);
        }
    }

    /// What a fold command would act on: at a place that was pointed out the innermost fold around it; else the first
    /// fold from there (or from the top of the screen) on in the other state, or the one around the top.
    pub(super) fn fold_target(&self, page: &Page, fold: bool) -> Option<usize> {
        let lines = self.on_screen(page);
        let top = *lines.first()?;
        let other = |f: &usize| self.folded.get(*f).is_some_and(|x| *x != fold);
        let around = |line: usize| {
            let upto = page.folds().partition_point(|f| (f.header as usize) <= line);
            (0..upto).rev().find(|f| {
                page.folds().get(*f).is_some_and(|x| x.end as usize > line && x.header as usize >= self.range.0)
                    && other(f)
            })
        };
        let pointed = self.pointed(page);
        let inside = pointed.filter(|_| fold).and_then(around);
        let from = |line: usize| lines.iter().filter(move |l| **l >= line).filter_map(|l| page.fold_at(*l)).find(other);
        let shown = || pointed.and_then(from).or_else(|| from(top));
        inside.or_else(shown).or_else(|| if fold { around(top) } else { None })
    }

    /// Folds or unfolds the target; true if there was one.
    pub(super) fn fold(&mut self, page: &Page, fold: bool) -> bool {
        let Some(target) = self.fold_target(page, fold) else { return false };
        self.set_fold(page, target, fold);
        true
    }

    /// Folds or unfolds the fold whose header is `line`; true if it was in the other state.
    pub(super) fn fold_at(&mut self, page: &Page, line: usize, fold: bool) -> bool {
        let Some(at) = page.fold_at(line).filter(|at| self.folded.get(*at).is_some_and(|f| *f != fold)) else {
            return false;
        };
        self.set_fold(page, at, fold);
        true
    }

    /// One level less or more everywhere; the level now open, if that changed anything.
    pub(super) fn fold_level(&mut self, page: &Page, fold: bool) -> Option<u32> {
        let deepest = page.folds().iter().map(|f| f.level + 1).max().unwrap_or(0);
        let level = if fold { self.level.min(deepest).saturating_sub(1) } else { (self.level + 1).min(deepest) };
        let mut changed = false;
        for (fold, folded) in page.folds().iter().zip(&mut self.folded) {
            let want = fold.level >= level;
            changed |= *folded != want;
            *folded = want;
        }
        self.level = level;
        self.leveled = true;
        if !changed {
            return None;
        }
        let top = self.top.0;
        self.relayout();
        let visible = { self.layout(page).visible.line(self.layout(page).visible.number(top)) };
        if visible != top {
            self.top = (visible, 0);
        }
        Some(level)
    }

    /// Looks for a text from the top of the screen on. True if it is there.
    pub(super) fn find(&mut self, page: &Page, needle: &str) -> bool {
        self.search.find(page.text(), needle);
        self.go_to_first(page)
    }

    /// All places were found elsewhere: on to the first from the top of the screen on.
    pub(super) fn found_all(&mut self, page: &Page, search: Search) -> bool {
        self.search = search;
        self.go_to_first(page)
    }

    fn go_to_first(&mut self, page: &Page) -> bool {
        let from = page.line(self.top(page).0).start;
        let hits = self.search.hits();
        if hits.is_empty() {
            self.current = None;
            return false;
        }
        let at = hits.partition_point(|h| *h < from);
        self.go_to(page, if at == hits.len() { 0 } else { at });
        true
    }

    /// The next or previous match, around the end.
    pub(super) fn step(&mut self, page: &Page, forward: bool) -> bool {
        let count = self.search.hits().len();
        if count == 0 {
            return false;
        }
        let at = match (self.current, forward) {
            (None, true) => 0,
            (None, false) => count - 1,
            (Some(c), true) => (c + 1) % count,
            (Some(c), false) => (c + count - 1) % count,
        };
        self.go_to(page, at);
        true
    }

    /// The line of the current match.
    pub(super) fn hit_line(&self, page: &Page) -> Option<usize> {
        self.search.hits().get(self.current?).map(|h| page.line_at(*h))
    }

    /// Brings a match on screen, unfolding what it is in.
    pub(super) fn go_to(&mut self, page: &Page, hit: usize) {
        self.current = Some(hit);
        let Some(at) = self.search.hits().get(hit).copied() else { return };
        let line = page.line_at(at);
        if line < self.range.0 || line >= self.range.1 {
            return;
        }
        self.reveal(page, line);
        let inside = (at - page.line(line).start) as usize;
        let row = of_line(page, line, self.width()).position(|r| inside < r.next).unwrap_or(0);
        let top = self.top(page);
        let below =
            { self.layout(page).before(line) + row } as i64 - { self.layout(page).before(top.0) + top.1 } as i64;
        let (first, last) = (self.on_screen(page).first().copied(), self.on_screen(page).last().copied());
        let near = first.is_some_and(|f| line >= f)
            && last.is_some_and(|l| line <= l)
            && below >= 0
            && below < self.height() as i64;
        if !near {
            // Counted from the match, not from the lowest top: near the page's end that would push the match out.
            let context = self.height() as i64 / 3;
            self.top = self.walk(page, (line, row), -context).min(self.lowest(page));
        }
    }

    /// "3 of 17", where something is looked for.
    pub(super) fn found(&self) -> Option<String> {
        if self.search.needle().is_empty() {
            return None;
        }
        let count = self.search.hits().len();
        Some(match self.current {
            _ if self.search.is_pending() => "…".to_owned(),
            _ if count == 0 => "not found".to_owned(),
            Some(at) => format!("{} of {count}", at + 1),
            None => format!("{count} found"),
        })
    }

    /// "12/340": the row on top (from 1) and all rows; "~340" where they are estimated.
    pub(super) fn place(&self, page: &Page) -> String {
        let (line, row) = self.top(page);
        let layout = self.layout(page);
        let total = layout.total().max(1);
        let at = (layout.before(line) + row + 1).min(total);
        format!("{at}/{}{total}", if layout.exact { "" } else { "~" })
    }

    /// True when more rows lie below the screen.
    pub(super) fn more_below(&self, page: &Page) -> bool {
        self.top(page) < self.lowest(page)
    }
}

/// How many levels are open on a page as it comes.
fn open_level(page: &Page) -> u32 {
    let closed = page.folds().iter().filter(|f| f.folded).map(|f| f.level).min();
    closed.unwrap_or_else(|| page.folds().iter().map(|f| f.level + 1).max().unwrap_or(0))
}
