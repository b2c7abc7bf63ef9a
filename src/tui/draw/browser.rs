//! The trace browser: the rows in view, and one trace.

use super::{cursor, framed, mark_row, panels, put, put_line, review, row_of, span};
use crate::model::TraceSummary;
use crate::text::{Class, fit, sanitize, width};
use crate::tui::app::App;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

pub(super) fn list(app: &App, frame: &mut Frame<'_>, area: Rect) {
    if let Some(panel) = app.panel {
        return panels::draw(app, panel, frame, area);
    }
    let browse = &app.browse;
    let inside = framed(frame.buffer_mut(), area, app.theme, "traces, newest first", "", true);
    if browse.end == Some(0) {
        let text = if browse.filter.is_some() { "no trace matches" } else { "no traces yet: labeltui import FILE" };
        return put(frame.buffer_mut(), row_of(inside, 0), text, app.theme, Class::Dim);
    }
    let height = usize::from(inside.height).max(1);
    let top = browse.at - browse.at % height;
    for y in 0..height {
        let row = row_of(inside, y);
        let at = top + y;
        match browse.row(at) {
            Some(trace) => put_line(frame.buffer_mut(), row, &line(app, trace, inside.width)),
            None if at < browse.reachable() => put(frame.buffer_mut(), row, "    …", app.theme, Class::Dim),
            None => continue,
        }
        if at == browse.at {
            mark_row(frame.buffer_mut(), row, app.theme, Class::Selected);
            cursor(frame, row, row.x, row.y);
        }
    }
}

fn line(app: &App, trace: &TraceSummary, columns: u16) -> Line<'static> {
    let mark = if app.browse.is_marked(&trace.trace_id) { "[x] " } else { "[ ] " };
    let when = match jiff::Timestamp::from_millisecond(trace.request_time.0) {
        Ok(t) => app.tz.to_datetime(t).strftime("%m-%d %H:%M").to_string(),
        Err(_) => "–".to_owned(),
    };
    let state = fit(&sanitize(&trace.state), 6).into_owned();
    let class = if trace.state == "ERROR" { Class::Error } else { Class::Dim };
    let name = fit(&sanitize(&trace.name), 18).into_owned();
    let pad = 18_usize.saturating_sub(width(&name));
    let room = usize::from(columns).saturating_sub(4 + 12 + 7 + 20);
    Line::from(vec![
        span(app.theme, Class::Accent, mark),
        span(app.theme, Class::Dim, format!("{when:<12}")),
        span(app.theme, class, format!("{state:<7}")),
        span(app.theme, Class::Strong, format!("{name}{}  ", " ".repeat(pad))),
        span(app.theme, Class::Plain, fit(&sanitize(&trace.request_preview), room).into_owned()),
    ])
}

/// One trace on the whole screen.
pub(super) fn trace(app: &App, frame: &mut Frame<'_>, area: Rect) {
    match app.panel {
        Some(panel) => panels::draw(app, panel, frame, area),
        None => review::trace(app, app.browse.pane.as_ref(), true, frame, area),
    }
}
