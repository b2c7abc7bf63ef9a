//! The questions: all of them beside the trace, or the focused one below it.

use super::question::{Layout, brief, layout};
use super::{cursor, framed, mark_row, put_line, row_of};
use crate::text::Class;
use crate::tui::app::App;
use crate::tui::form::Form;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::Widget as _;

/// All questions in a column.
pub(super) fn column(app: &App, form: &Form, frame: &mut Frame<'_>, area: Rect) {
    let mut laid = Layout::default();
    let columns = usize::from(area.width.saturating_sub(2));
    for (i, question) in form.questions.iter().enumerate() {
        let focused = i == form.focus;
        layout(app, &mut laid, question, focused, form.writing.as_ref().filter(|_| focused), columns);
    }
    let title = format!("questions {}/{}", form.answered(), form.questions.len());
    let inside = framed(frame.buffer_mut(), area, app.theme, &title, "", true);
    paint(app, form, frame, inside, &laid);
}

/// The focused question alone, below the trace; `room` rows at most.
pub(super) fn strip(app: &App, form: &Form, columns: u16, room: u16) -> (Layout, u16) {
    let mut laid = Layout::default();
    let columns = usize::from(columns.saturating_sub(2));
    if let Some(question) = form.focused() {
        layout(app, &mut laid, question, true, form.writing.as_ref(), columns);
        laid.lines.pop();
        if laid.lines.len() + 2 > usize::from(room) {
            laid = brief(app, question, form.writing.as_ref(), columns);
        }
    }
    // As high as the highest question, within reason: the trace stands still when the question changes.
    let highest = form.questions.iter().map(|question| {
        let mut alone = Layout::default();
        layout(app, &mut alone, question, true, None, columns);
        alone.lines.len().saturating_sub(1)
    });
    let usual = highest.max().unwrap_or(0).min(usize::from(room * 4 / 7));
    let wanted = u16::try_from(laid.lines.len().max(usual)).unwrap_or(u16::MAX).saturating_add(2);
    (laid, wanted.clamp(5, room.max(5)))
}

/// Paints what [`strip`] laid out.
pub(super) fn draw_strip(app: &App, form: &Form, frame: &mut Frame<'_>, area: Rect, laid: &Layout) {
    let title = format!("question {} of {} · {} answered", form.focus + 1, form.questions.len(), form.answered());
    let height = usize::from(area.height.saturating_sub(2));
    let last = (window(laid, height).1 + height).min(laid.lines.len());
    let foot = match laid.lines.len() - last {
        _ if laid.lines.len() <= height => String::new(),
        0 => format!("{last}/{last}"),
        more => format!("{last}/{} · … {more} more", laid.lines.len()),
    };
    let inside = framed(frame.buffer_mut(), area, app.theme, &title, &foot, true);
    paint(app, form, frame, inside, laid);
}

/// How many rows at the beginning stay, and by how many the others are scrolled.
fn window(laid: &Layout, height: usize) -> (usize, usize) {
    let (from, to) = match (laid.field, laid.stop) {
        // What is written in must be seen, then the cursor's row, then the question around it.
        (Some((start, rows)), _) => (start, start + rows),
        (None, Some(stop)) if laid.focus.1 - laid.focus.0 > height => (stop, stop + 1),
        _ => laid.focus,
    };
    if to <= height {
        return (0, 0);
    }
    // What stays must leave room for what must be seen.
    let pinned = laid.pinned.min(height.saturating_sub((to - from).max(1)));
    (pinned, from.saturating_sub(pinned).min(to - height))
}

fn paint(app: &App, form: &Form, frame: &mut Frame<'_>, inside: Rect, laid: &Layout) {
    let height = usize::from(inside.height);
    let (pinned, top) = window(laid, height);
    for y in 0..height {
        let Some(line) = laid.lines.get(if y < pinned { y } else { y + top }) else { break };
        put_line(frame.buffer_mut(), row_of(inside, y), line);
    }
    if let Some((start, rows)) = laid.field {
        let y = start.saturating_sub(top);
        let rows = rows.min(height.saturating_sub(y));
        let area = Rect {
            x: inside.x + 1,
            y: inside.y + u16::try_from(y).unwrap_or(0),
            width: inside.width.saturating_sub(1),
            height: u16::try_from(rows).unwrap_or(0),
        };
        return field(app, form, frame, area);
    }
    if let Some(stop) = laid.stop.filter(|s| *s < pinned || (*s >= top + pinned && *s < top + height)) {
        let row = row_of(inside, if stop < pinned { stop } else { stop - top });
        if form.by_arrow {
            mark_row(frame.buffer_mut(), row, app.theme, Class::Selected);
        }
        cursor(frame, row, row.x + 2, row.y);
    }
}

fn field(app: &App, form: &Form, frame: &mut Frame<'_>, area: Rect) {
    let Some(writing) = &form.writing else { return };
    if area.height < 3 || area.width < 6 {
        return;
    }
    let inside = framed(frame.buffer_mut(), area, app.theme, "", "", true);
    let text = writing.field.area();
    text.render(inside, frame.buffer_mut());
    let at = text.screen_cursor();
    let (top, left) = text.scroll_offset();
    let row = u16::try_from(at.row).unwrap_or(u16::MAX).saturating_sub(top);
    let column = u16::try_from(at.col).unwrap_or(u16::MAX).saturating_sub(left);
    cursor(frame, inside, inside.x.saturating_add(column), inside.y.saturating_add(row));
}
