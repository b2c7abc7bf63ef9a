//! One view's page and the place in it. The page may still be on its way, be there only in its beginning, or have been
//! let go of; the place stays.

use super::scroller::Scroller;
use super::sheet::{Extent, Sheet};
use crate::text::Page;
use std::sync::Arc;

/// See the module.
#[derive(Debug)]
pub(super) struct Slot {
    sheet: Option<Sheet>,
    pub scroller: Scroller,
    /// What is on its way.
    pub asked: Option<Extent>,
    /// To the end as soon as it is there.
    pub to_bottom: bool,
}

impl Slot {
    pub(super) fn new() -> Self {
        Self { sheet: None, scroller: Scroller::new(&Page::default()), asked: None, to_bottom: false }
    }

    /// The page, an empty one while there is none.
    pub(super) fn page(&self) -> Arc<Page> {
        self.sheet.as_ref().map(|s| Arc::clone(&s.page)).unwrap_or_default()
    }

    /// Lines of each document.
    pub(super) fn places(&self) -> Arc<[(usize, usize)]> {
        self.sheet.as_ref().map(|s| Arc::clone(&s.places)).unwrap_or_default()
    }

    /// What has to be asked for, so that all of the page will be there.
    pub(super) fn missing(&self) -> Option<Extent> {
        let missing = match &self.sheet {
            None if self.scroller.at_start() => Some(Extent::First),
            None => Some(Extent::Whole),
            Some(sheet) => sheet.page.is_cut().then_some(Extent::Whole),
        };
        missing.filter(|_| self.asked.is_none())
    }

    /// All of the page is there.
    pub(super) fn is_whole(&self) -> bool {
        self.sheet.as_ref().is_some_and(|s| !s.page.is_cut())
    }

    /// Nothing can be shown yet.
    pub(super) const fn is_empty(&self) -> bool {
        self.sheet.is_none()
    }

    /// The page has come, or more of it.
    pub(super) fn take(&mut self, sheet: Sheet) {
        self.scroller.renew(&sheet.page);
        self.sheet = Some(sheet);
        if self.to_bottom && self.is_whole() {
            self.to_bottom = false;
            let page = self.page();
            self.scroller.move_to_end(&page, false);
        }
    }

    /// Lets go of a large page; it is made again when it is looked at.
    pub(super) fn let_go(&mut self, larger_than: usize) {
        if self.sheet.as_ref().is_some_and(|s| s.page.weight() > larger_than) {
            self.sheet = None;
            self.scroller.search.clear();
            self.scroller.current = None;
            self.scroller.relayout();
        }
    }
}
