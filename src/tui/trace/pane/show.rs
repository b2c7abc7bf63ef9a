//! The pane on the screen: its content, the words of its border, what is copied.

use super::{TracePane, folds_by_level};
use crate::text::{Class, fit, sanitize, width};
use crate::tui::theme::Theme;
use crate::tui::trace::View;
use crate::tui::trace::json_path::path_at;
use crate::tui::trace::pages::SPAN;
use crate::tui::trace::paint::{Painter, put};
use ratatui::Frame;
use ratatui::layout::Rect;

/// From this many columns on, a span's details stand beside the tree; below it.
const BESIDE: u16 = 110;

/// Columns of what names a thing that was copied.
const NAME: usize = 32;

impl TracePane {
    /// The tree's two parts: spans and details.
    pub(super) fn split(&self, area: Rect) -> (Rect, Rect) {
        if area.width >= BESIDE {
            let left = area.width * 11 / 20;
            return (Rect { width: left, ..area }, Rect { x: area.x + left + 2, width: area.width - left - 2, ..area });
        }
        let rows = u16::try_from(self.reading.outline.spans.len()).unwrap_or(u16::MAX);
        let upper = (area.height / 2).min(rows.max(3)).min(area.height.saturating_sub(1));
        let below = area.height.saturating_sub(upper + 1);
        (Rect { height: upper, ..area }, Rect { y: area.y + upper + 1, height: below, ..area })
    }

    /// Notes where the content will be painted: the border's words, which count rows, are written before it.
    pub fn lay(&self, area: Rect) {
        self.area.set(Some(area));
        let part = if self.view == View::Tree { self.split(area).1 } else { area };
        self.shown().scroller.resize(part.width.into(), part.height.into());
    }

    /// Paints the content into `area`; the border around it, with [`Self::title`] and [`Self::footer`], is the caller's.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, theme: Theme, focused: bool) {
        let area = area.intersection(frame.area());
        let buf = frame.buffer_mut();
        self.cursor.set(None);
        if area.is_empty() {
            return;
        }
        self.lay(area);
        let slot = self.shown();
        let (page, scroller) = (&*slot.page(), &slot.scroller);
        let painter = Painter { page, scroller, theme, selected: (0, 0), target: None };
        if slot.is_empty() {
            let part = if self.view == View::Tree { self.split(area).1 } else { area };
            put(buf, part, 0, "reading…", theme.style(Class::Dim));
        }
        match self.view {
            View::Tree => {
                let (list, detail) = self.split(area);
                if area.width < BESIDE {
                    let rule = Rect { y: list.bottom(), height: 1, ..area };
                    put(buf, rule, 0, &"─".repeat(area.width.into()), theme.style(Class::Border));
                } else {
                    for y in area.y..area.bottom() {
                        put(
                            buf,
                            Rect { y, height: 1, ..area },
                            usize::from(list.width),
                            "│",
                            theme.style(Class::Border),
                        );
                    }
                }
                self.cursor.set(self.tree.draw(&self.reading.outline, buf, list, theme, focused));
                painter.paint(buf, detail);
            }
            View::Documents => {
                let selected = self.documents.places().get(self.document).copied().unwrap_or_default();
                Painter { selected, ..painter }.paint(buf, area);
            }
            View::Raw => painter.paint(buf, area),
            View::Messages | View::Output => {
                let target = scroller.fold_target(page, false).filter(|_| !folds_by_level(self.view, page));
                Painter { target, ..painter }.paint(buf, area);
            }
        }
    }

    /// Where the hardware cursor belongs after the last drawing: the selected row of the tree.
    #[must_use]
    pub fn cursor(&self) -> Option<(u16, u16)> {
        self.cursor.get()
    }

    /// The view on screen.
    #[must_use]
    pub fn view(&self) -> View {
        self.view
    }

    /// For the border: id, name, state, duration, tokens. Sanitised.
    #[must_use]
    pub fn title(&self) -> String {
        self.reading.title.whole()
    }

    /// The same in so many columns: what says least gives way first.
    #[must_use]
    pub fn title_in(&self, columns: usize) -> String {
        self.reading.title.within(columns)
    }

    /// How many things the session's view leaves out of what is on screen.
    #[must_use]
    pub fn hidden(&self) -> usize {
        let spans = if self.view == View::Tree { self.reading.hidden_spans } else { 0 };
        self.shown().page().hidden() + spans
    }

    /// Something on screen is folded that the unfold key would open.
    #[must_use]
    pub fn unfolds(&self) -> bool {
        let slot = self.shown();
        matches!(self.view, View::Messages | View::Output) && slot.scroller.fold_target(&slot.page(), false).is_some()
    }

    /// For the border: row / rows (of the selection in tree and documents), and the search. Sanitised.
    #[must_use]
    pub fn footer(&self) -> String {
        self.footer_in(usize::MAX)
    }

    /// The same in so many columns: what is looked for is shortened before the numbers are.
    #[must_use]
    pub fn footer_in(&self, columns: usize) -> String {
        let (page, scroller) = (&*self.shown().page(), &self.shown().scroller);
        let mut text = match self.view {
            View::Tree => self.tree.place(),
            View::Documents => {
                let count = self.documents.places().len();
                format!("{}/{count}", (self.document + 1).min(count))
            }
            _ => scroller.place(page),
        };
        if let Some(found) = self.found() {
            let needle = sanitize(&self.needle);
            let left = columns.saturating_sub(width(&text) + width(&found) + 5);
            text.push_str(" · ");
            if left > 2 {
                text.push_str(&format!("{}: ", fit(&needle, left.min(20))));
            }
            text.push_str(&found);
        }
        fit(&text, columns).into_owned()
    }

    /// The raw text of what is under the cursor (message, document, span), for the clipboard, and what it is. In the
    /// raw view the path of the line there.
    #[must_use]
    pub fn copy_text(&self) -> Option<(&'static str, String)> {
        if self.view == View::Raw {
            return Some(("path", path_at(&self.shown().page(), self.copy_line()?)));
        }
        self.copy_whole()
    }

    /// The same, but in the raw view all of its JSON.
    #[must_use]
    pub fn copy_whole(&self) -> Option<(&'static str, String)> {
        let page = self.shown().page();
        let block = page.block_at(self.copy_line()?).or(page.blocks().first())?;
        let text = match block.what {
            SPAN => self.reading.copied(self.detail_row)?,
            _ => block.raw.to_string(),
        };
        Some((block.what, text))
    }

    /// What copying would take, in words: "message (assistant)", "tool call (find_tickets)". Sanitised.
    #[must_use]
    pub fn copy_name(&self) -> Option<String> {
        let page = self.shown().page();
        let block = page.block_at(self.copy_line()?).or(page.blocks().first())?;
        let head = page.line_text(block.line as usize).trim();
        let head = head.strip_prefix("tool ").unwrap_or(head);
        let named = matches!(block.what, "message" | "tool call" | "step") && !head.is_empty();
        Some(if named && self.view != View::Raw {
            format!("{} ({})", block.what, fit(head, NAME))
        } else {
            block.what.to_owned()
        })
    }

    /// The line that is meant by "under the cursor".
    fn copy_line(&self) -> Option<usize> {
        let (page, scroller) = (&*self.shown().page(), &self.shown().scroller);
        Some(match self.view {
            View::Documents => self.documents.places().get(self.document)?.0,
            // The section on top of the details, once they are scrolled; before that the span.
            View::Tree => scroller.marked(page).unwrap_or_else(|| scroller.top(page).0),
            _ => scroller.place_on(page)?,
        })
    }

    /// The actual output as plain text (raw, not sanitised), for copying into an expectation.
    #[must_use]
    pub fn output_text(&self) -> Option<String> {
        self.reading.output().map(|text| text.to_string())
    }
}
