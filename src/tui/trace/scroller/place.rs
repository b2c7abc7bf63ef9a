//! The place on a page that is meant: by copying, by folding. Most often it is what is on top; where the page cannot be
//! scrolled any further the scrolling keys move it from block to block, and then it is marked.

use super::Scroller;
use crate::text::Page;

impl Scroller {
    /// The line that is marked, while it is on screen.
    pub(in crate::tui::trace) fn marked(&self, page: &Page) -> Option<usize> {
        let at = self.at?;
        self.on_screen(page).binary_search(&at).ok().map(|_| at)
    }

    /// The line that is meant where one was pointed out: the marked one, or the match under the eyes.
    pub(in crate::tui::trace) fn pointed(&self, page: &Page) -> Option<usize> {
        let hit = || self.hit_line(page).filter(|l| self.on_screen(page).contains(l));
        self.marked(page).or_else(hit)
    }

    /// The same, else what is on top.
    pub(in crate::tui::trace) fn place_on(&self, page: &Page) -> Option<usize> {
        self.pointed(page).or_else(|| self.on_screen(page).into_iter().find(|l| !page.line_text(*l).is_empty()))
    }

    /// Points out a line.
    pub(in crate::tui::trace) fn point(&mut self, line: usize) {
        self.at = Some(line);
    }

    /// Lines on screen that can be pointed out: of each block its first, or (`lines`) every one.
    fn stops(&self, page: &Page, lines: bool) -> Vec<usize> {
        let blocks = page.blocks();
        let begins = |l: &usize| lines || blocks.binary_search_by(|b| (b.line as usize).cmp(l)).is_ok();
        self.on_screen(page).into_iter().filter(begins).collect()
    }

    /// Scrolls by rows. At an end of the page the marked place moves instead, `steps` stops far.
    pub(in crate::tui::trace) fn move_on(&mut self, page: &Page, rows: i64, steps: usize, lines: bool) -> bool {
        let marked = self.marked(page);
        if rows < 0 && marked.is_some() {
            // A row back is back up to the first stop on screen, before anything scrolls.
            self.at = self.stops(page, lines).into_iter().rfind(|l| steps == 1 && Some(*l) < marked);
            return self.at.is_some() || self.scroll(page, rows) || marked.is_some();
        }
        if self.scroll(page, rows) {
            self.at = None;
            return true;
        }
        let from = self.place_on(page);
        let next = self.stops(page, lines).into_iter().filter(|l| from.is_none_or(|f| *l > f)).take(steps).last();
        if rows > 0 && next.is_some() {
            self.at = next;
            return true;
        }
        false
    }

    /// To the end, and to the last stop there.
    pub(in crate::tui::trace) fn move_to_end(&mut self, page: &Page, lines: bool) -> bool {
        let before = self.marked(page);
        let moved = self.jump_to_bottom(page);
        self.at = self.stops(page, lines).last().copied();
        moved || self.at != before
    }

    /// To a line: it stands on top, or where the page's end does not allow it is marked.
    pub(in crate::tui::trace) fn move_to(&mut self, page: &Page, line: usize) -> bool {
        let before = self.marked(page);
        let moved = self.jump_to_line(page, line);
        self.at = (self.top(page).0 != line).then_some(line);
        moved || self.at != before
    }
}
