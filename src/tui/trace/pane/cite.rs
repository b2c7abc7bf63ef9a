//! From an answer's citation to the document that it names, and back.

use super::{TracePane, react};
use crate::text::{Jump, fit};
use crate::tui::trace::{Reaction, View};

impl TracePane {
    /// Goes to the document of the next citation on screen (or below it); among the documents back to where the last one was.
    pub(super) fn follow_citation(&mut self) -> Reaction {
        if self.view == View::Documents {
            return match self.cited_from.take() {
                Some(view) => self.set_view(view),
                None => Reaction::nothing().saying("this goes from a citation in an answer to its document"),
            };
        }
        let Some(jump) = self.next_citation().or_else(|| self.citation_below()) else {
            return Reaction::nothing().saying(match self.view {
                View::Tree | View::Raw => "citations are marked in messages and output",
                _ => "the answer cites no retrieved document",
            });
        };
        let text = self.cited_text(jump);
        // Whoever comes back means the message that cites.
        let (page, scroller) = self.page();
        let line = page.line_at(jump.start);
        scroller.point(page.block_at(line).map_or(line, |b| b.line as usize));
        self.cited_until = Some((self.view, jump.end));
        self.cited_from = Some(self.view);
        self.goal = Some(jump.target);
        self.set_view(View::Documents);
        self.reach_goal();
        Reaction::changed().saying(match jump.others {
            0 => format!("the document of {text}"),
            others => format!("the first of {} documents of {text}", others + 1),
        })
    }

    /// Selects the document that was asked for, as soon as its page has it.
    pub(super) fn reach_goal(&mut self) {
        if let Some(document) = self.goal.filter(|g| *g < self.documents.places().len()) {
            self.goal = None;
            self.select_document(document);
        }
    }

    /// Selects a document and shows it open.
    fn select_document(&mut self, document: usize) -> Reaction {
        let (page, places) = (self.documents.page(), self.documents.places());
        self.document = document;
        let Some((line, _)) = places.get(document) else { return Reaction::nothing() };
        self.documents.scroller.fold_at(&page, *line, false);
        react(self.documents.scroller.jump_to_line(&page, *line))
    }

    /// The citation that is followed next: the first on screen behind the last one that was, else the first.
    fn next_citation(&self) -> Option<Jump> {
        let page = self.shown().page();
        if page.jumps().is_empty() {
            return None;
        }
        let screen = self.shown().scroller.on_screen(&page);
        let seen = page.jumps().iter().filter(|j| screen.binary_search(&page.line_at(j.start)).is_ok());
        let after = self.cited_until.filter(|(view, _)| *view == self.view).map_or(0, |(_, end)| end);
        seen.clone().find(|j| j.start >= after).or_else(|| seen.clone().next()).copied()
    }

    /// Where there is none on screen: the first below it, else the first of all.
    fn citation_below(&self) -> Option<Jump> {
        let page = self.shown().page();
        let top = page.line(self.shown().scroller.top(&page).0).start;
        let mut jumps = page.jumps().iter();
        jumps.clone().find(|j| j.start >= top).or_else(|| jumps.next()).copied()
    }

    fn cited_text(&self, jump: Jump) -> String {
        let page = self.shown().page();
        let text = page.text().get(jump.start as usize..jump.end as usize).unwrap_or_default();
        fit(text, 16).into_owned()
    }

    /// For the border, after the key: what following a citation would do here. Sanitised.
    #[must_use]
    pub fn citation(&self) -> Option<String> {
        if self.view == View::Documents {
            return self.cited_from.map(|_| "back".to_owned());
        }
        self.next_citation().map(|jump| format!("cites {}", self.cited_text(jump)))
    }
}
