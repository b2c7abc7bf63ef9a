//! Painting: `draw(&App)` and nothing else. Its cost depends on what is visible.

mod browser;
mod footer;
mod form;
mod header;
mod markdown;
mod panels;
mod prompts;
mod question;
mod queue;
mod reveal;
mod review;
mod sessions;
mod wrap;

use super::app::{App, Screen};
use super::theme::Theme;
use crate::text::{Class, fit};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Widget as _};

/// Smallest screen.
const MIN: (u16, u16) = (60, 16);

/// Paints the state.
pub fn draw(app: &App, frame: &mut Frame<'_>) {
    let area = frame.area();
    if area.width < MIN.0 || area.height < MIN.1 {
        return too_small(app, frame, area);
    }
    let [head, body, message, foot] = rows(area);
    header::draw(app, frame.buffer_mut(), head);
    match app.screen {
        Screen::Sessions => sessions::draw(app, frame, body),
        Screen::Review => review::draw(app, frame, body),
        Screen::Browse => browser::list(app, frame, body),
        Screen::Show => browser::trace(app, frame, body),
    }
    footer::message(app, frame.buffer_mut(), message);
    footer::keys(app, frame.buffer_mut(), foot);
    prompts::draw(app, frame, body, message);
}

fn rows(area: Rect) -> [Rect; 4] {
    let row = |y: u16, height: u16| Rect { x: area.x, y: area.y + y, width: area.width, height };
    let h = area.height;
    [row(0, 1), row(1, h - 3), row(h - 2, 1), row(h - 1, 1)]
}

fn too_small(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let needs = format!("needs {} x {}", MIN.0, MIN.1);
    let named = format!("labeltui {needs}");
    let lines = [
        if named.len() <= usize::from(area.width) { named } else { needs },
        format!("here: {} x {}", area.width, area.height),
        "nothing is lost: make it larger".to_owned(),
    ];
    let rows = lines.iter().flat_map(|text| wrap::wrap(text, area.width.into()));
    for (y, text) in rows.take(area.height.into()).enumerate() {
        put(frame.buffer_mut(), row_of(area, y), &text, app.theme, Class::Plain);
    }
}

/// Row `y` of an area; empty below its end.
fn row_of(area: Rect, y: usize) -> Rect {
    let y = u16::try_from(y).unwrap_or(u16::MAX);
    if y >= area.height {
        return Rect { height: 0, ..area };
    }
    Rect { y: area.y + y, height: 1, ..area }
}

/// Writes one line of sanitised text, cut to the area.
fn put(buffer: &mut Buffer, area: Rect, text: &str, theme: Theme, class: Class) {
    if area.height > 0 && area.width > 0 {
        let text = fit(text, area.width.into());
        buffer.set_stringn(area.x, area.y, text, area.width.into(), theme.style(class));
    }
}

/// Writes one styled line.
fn put_line(buffer: &mut Buffer, area: Rect, line: &Line<'_>) {
    if area.height > 0 {
        buffer.set_line(area.x, area.y, line, area.width);
    }
}

/// Gives a whole row a style (the row under the cursor).
fn mark_row(buffer: &mut Buffer, area: Rect, theme: Theme, class: Class) {
    buffer.set_style(area, theme.style(class));
}

fn span(theme: Theme, class: Class, text: impl Into<String>) -> Span<'static> {
    Span::styled(text.into(), theme.style(class))
}

/// A frame with a title and a foot (both sanitised); gives what is inside.
fn framed(buffer: &mut Buffer, area: Rect, theme: Theme, title: &str, foot: &str, focused: bool) -> Rect {
    let class = if focused { Class::BorderFocus } else { Class::Border };
    let room = usize::from(area.width.saturating_sub(4));
    let mut block = Block::bordered().border_type(BorderType::Plain).border_style(theme.style(class));
    if !title.is_empty() {
        block = block.title_top(Line::from(span(theme, Class::Strong, format!(" {} ", fit(title, room)))));
    }
    if !foot.is_empty() {
        block = block.title_bottom(Line::from(span(theme, Class::Dim, format!(" {} ", fit(foot, room)))));
    }
    let inside = block.inner(area);
    block.render(area, buffer);
    inside
}

/// Puts the hardware cursor somewhere inside an area.
fn cursor(frame: &mut Frame<'_>, area: Rect, x: u16, y: u16) {
    if area.width > 0 && area.height > 0 {
        let x = x.clamp(area.x, area.right() - 1);
        let y = y.clamp(area.y, area.bottom() - 1);
        frame.set_cursor_position(Position { x, y });
    }
}

/// A bar of `cells`, filled for `part` of `whole`.
fn bar(part: u32, whole: u32, cells: usize) -> String {
    let full = if whole == 0 { 0 } else { (u64::from(part) * cells as u64 / u64::from(whole)) as usize };
    let full = full.min(cells);
    format!("▕{}{}▏", "█".repeat(full), "░".repeat(cells - full))
}
