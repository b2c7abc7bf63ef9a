//! The trace pane: one trace, five views, a position in each.

use super::{Reaction, Reading, TraceCommand, View};
use crate::text::Class;
use crate::tui::theme::Theme;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::cell::Cell;
use std::sync::Arc;

/// The trace pane. It keeps a position, folds and a selection for each view; drawing never changes what is shown.
#[derive(Debug)]
pub struct TracePane {
    reading: Arc<Reading>,
    view: View,
    top: usize,
    /// Rows of the last drawing: what "a page" means.
    height: Cell<u16>,
}

impl TracePane {
    /// Opens a trace at its first view.
    #[must_use]
    pub fn open(reading: Arc<Reading>) -> Self {
        Self { reading, view: View::Messages, top: 0, height: Cell::new(20) }
    }

    /// Carries out a command.
    pub fn command(&mut self, command: TraceCommand) -> Reaction {
        let before = self.top;
        let last = self.reading.lines.len().saturating_sub(usize::from(self.height.get()));
        match command {
            TraceCommand::ScrollLines(n) => self.top = self.top.saturating_add_signed(n as isize).min(last),
            TraceCommand::ScrollPages(n) => {
                self.top = self.top.saturating_add_signed(n as isize * self.height.get() as isize).min(last);
            }
            TraceCommand::Top => self.top = 0,
            TraceCommand::Bottom => self.top = last,
            TraceCommand::View(view) => return self.set_view(view),
            _ => {}
        }
        if self.top == before { Reaction::nothing() } else { Reaction::changed() }
    }

    /// Paints the content into `area`; the border around it, with [`Self::title`] and [`Self::footer`], is the caller's.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, theme: Theme, focused: bool) {
        let _ = focused;
        self.height.set(area.height);
        for (y, line) in self.reading.lines.iter().skip(self.top).take(area.height.into()).enumerate() {
            let y = area.y + u16::try_from(y).unwrap_or(u16::MAX);
            frame.buffer_mut().set_stringn(area.x, y, line, area.width.into(), theme.style(Class::Plain));
        }
    }

    /// Where the hardware cursor belongs (the selected row), if the pane has one.
    #[must_use]
    pub fn cursor(&self, area: Rect) -> Option<(u16, u16)> {
        let _ = area;
        None
    }

    /// The view on screen.
    #[must_use]
    pub fn view(&self) -> View {
        self.view
    }

    /// Shows another view, at its own last position.
    pub fn set_view(&mut self, view: View) -> Reaction {
        if self.view == view {
            return Reaction::nothing();
        }
        self.view = view;
        Reaction::changed()
    }

    /// For the border: id, name, state, duration, tokens. Sanitised.
    #[must_use]
    pub fn title(&self) -> String {
        self.reading.title.clone()
    }

    /// For the border: row / rows, and the search. Sanitised.
    #[must_use]
    pub fn footer(&self) -> String {
        format!("{}/{}", self.top + 1, self.reading.lines.len())
    }

    /// The raw text of what is under the cursor (message, document, span, JSON), for the clipboard, and what it is.
    #[must_use]
    pub fn copy_text(&self) -> Option<(&'static str, String)> {
        None
    }

    /// The actual output as plain text (raw, not sanitised), for copying into an expectation.
    #[must_use]
    pub fn output_text(&self) -> Option<String> {
        None
    }
}
