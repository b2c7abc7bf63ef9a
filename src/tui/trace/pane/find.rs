//! The search: in the view on screen, and where else there is something. Small texts are looked through at once; of
//! large ones the matches on screen are marked, and their number comes when a thread has counted them.

use super::{TracePane, react};
use crate::text::{fit, sanitize};
use crate::tui::trace::hits::RowHits;
use crate::tui::trace::job::{Job, Task, elsewhere, spans};
use crate::tui::trace::{Reaction, View};
use std::sync::Arc;

/// Up to this much text is looked through between a key and its frame.
const AT_ONCE: usize = 256 << 10;

impl TracePane {
    pub(super) fn find(&mut self, needle: String) -> Reaction {
        self.needle = needle;
        self.elsewhere.clear();
        let ticket = self.searches.renew();
        if self.needle.is_empty() {
            self.row_hits = None;
            let scroller = self.page().1;
            let had = !scroller.search.needle().is_empty();
            scroller.search.clear();
            scroller.current = None;
            return react(had);
        }
        let needle = self.needle.clone();
        if self.view == View::Tree {
            // The rows that a longer needle can be in are among those of the shorter one.
            let known = self.row_hits.take().filter(|h| !h.needle().is_empty() && needle.starts_with(h.needle()));
            let among = known.map(|h| h.rows());
            self.details.scroller.search.expect(&needle);
            if self.reading.is_small() {
                let hits = spans(&self.reading, &needle, among, &ticket).unwrap_or_default();
                return self.spans_found(hits);
            }
            self.ask(Task::Spans { needle, among, ticket });
            return Reaction::changed();
        }
        let whole = self.shown().is_whole();
        let (page, scroller) = self.page();
        if whole && page.text().len() <= AT_ONCE {
            scroller.find(&page, &needle);
            return self.page_found();
        }
        scroller.search.expect(&needle);
        scroller.current = None;
        if whole {
            self.ask(Task::Find { view: self.view, page, needle, ticket });
        }
        // Else it begins when all of the page is there.
        Reaction::changed()
    }

    /// All matches in the page on screen are known.
    pub(super) fn page_found(&mut self) -> Reaction {
        self.follow_hit();
        if self.shown().scroller.search.hits().is_empty() { self.look_elsewhere() } else { self.say_found() }
    }

    /// All matches in the spans are known.
    pub(super) fn spans_found(&mut self, mut hits: RowHits) -> Reaction {
        hits.start_at(self.tree.row());
        let none = hits.total() == 0;
        self.row_hits = Some(hits);
        self.follow_row_hit();
        if none { self.look_elsewhere() } else { self.say_found() }
    }

    fn look_elsewhere(&mut self) -> Reaction {
        let (needle, ticket) = (self.needle.clone(), self.searches.renew());
        if self.reading.is_small() {
            let counts = elsewhere(&self.reading, self.view, &needle, &ticket).unwrap_or_default();
            return self.elsewhere_found(counts);
        }
        self.ask(Task::Elsewhere { but: self.view, needle, ticket });
        Reaction::changed().saying("none here; looking in the other views…")
    }

    /// It is known where else the needle is.
    pub(super) fn elsewhere_found(&mut self, counts: Vec<(View, usize)>) -> Reaction {
        self.elsewhere = counts.into_iter().filter(|(_, count)| *count > 0).collect();
        if self.elsewhere.is_empty() {
            return Reaction::changed().saying(format!("not found: {}", fit(&sanitize(&self.needle), 40)));
        }
        Reaction::changed().saying(self.found_words().unwrap_or_default())
    }

    /// What the search on screen has found, in words: here, or where else. Sanitised.
    #[must_use]
    pub fn found_words(&self) -> Option<String> {
        if self.elsewhere.is_empty() {
            return self.found();
        }
        let places: Vec<String> = self.elsewhere.iter().map(|(v, count)| format!("{count} in {}", v.name())).collect();
        Some(format!("none here · {}", places.join(" · ")))
    }

    /// Where the next match is, if only another view has one.
    #[must_use]
    pub fn elsewhere(&self) -> Option<View> {
        self.elsewhere.first().map(|(view, _)| *view)
    }

    pub(super) fn find_step(&mut self, forward: bool) -> Reaction {
        if self.needle.is_empty() {
            return Reaction::nothing().saying("nothing is looked for: / finds");
        }
        if let Some(view) = self.elsewhere() {
            let reaction = self.set_view(view);
            return if reaction.message.is_some() { reaction } else { self.say_found() };
        }
        if self.view == View::Tree {
            let row = self.tree.row();
            let Some(hits) = self.row_hits.as_mut().filter(|h| h.total() > 0) else { return self.say_found() };
            hits.step(row, forward);
            self.follow_row_hit();
            return self.say_found();
        }
        let (page, scroller) = self.page();
        let moved = scroller.step(&page, forward);
        self.follow_hit();
        let said = self.say_found();
        Reaction { changed: moved, ..said }
    }

    fn say_found(&self) -> Reaction {
        match self.found() {
            Some(found) if found == "…" => Reaction::changed().saying("looking…"),
            found => Reaction::changed().saying(found.unwrap_or_default()),
        }
    }

    /// "3 of 17", where something is looked for.
    pub(super) fn found(&self) -> Option<String> {
        if self.view != View::Tree || self.needle.is_empty() {
            return self.shown().scroller.found();
        }
        Some(match &self.row_hits {
            None => "…".to_owned(),
            Some(hits) if hits.total() == 0 => "not found".to_owned(),
            Some(hits) => format!("{} of {}", hits.at.unwrap_or(0) + 1, hits.total()),
        })
    }

    /// Selects the span of the match that is looked at and, once its details are there, shows the match in them.
    pub(super) fn follow_row_hit(&mut self) {
        let Some((row, nth)) = self.row_hits.as_ref().and_then(RowHits::place) else { return };
        if self.tree.row() != row {
            let reading = Arc::clone(&self.reading);
            self.tree.select(&reading.outline, row);
        }
        self.show_detail();
        self.mark_details();
        if !self.details.scroller.search.is_pending() {
            let (page, scroller) = (self.details.page(), &mut self.details.scroller);
            scroller.go_to(&page, nth);
        }
    }

    /// Finds the needle in the details that are shown, so that they can be moved in.
    pub(super) fn mark_details(&mut self) {
        let (page, whole, needle) = (self.details.page(), self.details.is_whole(), self.needle.clone());
        let search = &mut self.details.scroller.search;
        if needle.is_empty() || (search.needle() == needle && !search.is_pending()) {
            return;
        }
        if whole && page.text().len() <= AT_ONCE {
            search.find(page.text(), &needle);
            return;
        }
        search.expect(&needle);
        if whole {
            let ticket = self.searches.clone();
            self.ask(Task::Find { view: View::Tree, page, needle, ticket });
        }
    }

    /// In the documents the selection goes where the match is.
    fn follow_hit(&mut self) {
        if self.view == View::Documents {
            let page = self.documents.page();
            let Some(line) = self.documents.scroller.hit_line(&page) else { return };
            let at = self.documents.places().partition_point(|(from, _)| *from <= line);
            self.document = at.saturating_sub(1);
        }
    }

    pub(super) fn ask(&mut self, task: Task) {
        self.jobs.push(Job { reading: Arc::clone(&self.reading), task });
    }
}
