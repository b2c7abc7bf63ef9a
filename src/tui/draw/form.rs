//! The questions: all of them beside the trace, or the focused one below it.

use super::question::{Layout, layout};
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
    if let Some(question) = form.focused() {
        layout(app, &mut laid, question, true, form.writing.as_ref(), usize::from(columns.saturating_sub(2)));
        laid.lines.pop();
    }
    // As high as the highest question, within reason: the trace stands still when the question changes.
    let highest = form.questions.iter().map(|question| {
        let mut alone = Layout::default();
        layout(app, &mut alone, question, true, None, usize::from(columns.saturating_sub(2)));
        alone.lines.len().saturating_sub(1)
    });
    let usual = highest.max().unwrap_or(0).min(usize::from(room * 2 / 3));
    let wanted = u16::try_from(laid.lines.len().max(usual)).unwrap_or(u16::MAX).saturating_add(2);
    (laid, wanted.clamp(5, room.max(5)))
}

/// Paints what [`strip`] laid out.
pub(super) fn draw_strip(app: &App, form: &Form, frame: &mut Frame<'_>, area: Rect, laid: &Layout) {
    let title = format!("question {} of {} · {} answered", form.focus + 1, form.questions.len(), form.answered());
    let inside = framed(frame.buffer_mut(), area, app.theme, &title, "", true);
    paint(app, form, frame, inside, laid);
}

fn paint(app: &App, form: &Form, frame: &mut Frame<'_>, inside: Rect, laid: &Layout) {
    let height = usize::from(inside.height);
    let (from, to) = match (laid.field, laid.stop) {
        // What is written in must be seen, then the cursor's row, then the question around it.
        (Some((start, rows)), _) => (start, start + rows),
        (None, Some(stop)) if laid.focus.1 - laid.focus.0 > height => (stop, stop + 1),
        _ => laid.focus,
    };
    let top = if to <= height { 0 } else { from.min(to - height) };
    for (y, line) in laid.lines.iter().skip(top).take(height).enumerate() {
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
    if let Some(stop) = laid.stop.filter(|s| *s >= top && *s < top + height) {
        let row = row_of(inside, stop - top);
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
