//! The list of sessions, with progress.

use super::{bar, cursor, framed, mark_row, panels, put_line, row_of, span};
use crate::service::api::SessionView;
use crate::text::{Class, fit, sanitize};
use crate::tui::app::App;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    if let Some(panel) = app.panel {
        return panels::draw(app, panel, frame, area);
    }
    let inside = framed(frame.buffer_mut(), area, app.theme, "sessions", "", true);
    let rows = &app.sessions.rows;
    if rows.is_empty() {
        let text = if app.sessions.loaded {
            "no sessions yet: labeltui session create NAME --schema ... makes one, labeltui demo shows one"
        } else {
            "reading…"
        };
        for (y, row) in super::wrap::wrap(text, inside.width.into()).iter().enumerate() {
            super::put(frame.buffer_mut(), row_of(inside, y), row, app.theme, Class::Dim);
        }
        return;
    }
    let height = usize::from(inside.height).max(1);
    let top = app.sessions.at - app.sessions.at % height;
    for (y, session) in rows.iter().skip(top).take(height).enumerate() {
        let row = row_of(inside, y);
        put_line(frame.buffer_mut(), row, &line(app, session, inside.width));
        if top + y == app.sessions.at {
            mark_row(frame.buffer_mut(), row, app.theme, Class::Selected);
            cursor(frame, row, row.x, row.y);
        }
    }
}

fn line(app: &App, session: &SessionView, columns: u16) -> Line<'static> {
    let name_wide = usize::from(columns).saturating_sub(44).clamp(10, 40);
    let name = fit(&sanitize(&session.name), name_wide).into_owned();
    let pad = name_wide.saturating_sub(crate::text::width(&name));
    let progress = session.progress;
    let me = session.people.iter().find(|p| p.reviewer == app.who.account);
    let mine = me.map_or(String::new(), |p| {
        let drafts = if p.drafts > 0 { format!(", {} drafts", p.drafts) } else { String::new() };
        format!("  mine {}{drafts}", p.submitted)
    });
    let closed = if session.closed { "  closed" } else { "" };
    Line::from(vec![
        span(app.theme, Class::Strong, format!(" {name}{}", " ".repeat(pad))),
        span(
            app.theme,
            Class::Plain,
            format!("  {} {:>5}/{}", bar(progress.complete, progress.items, 10), progress.complete, progress.items),
        ),
        span(app.theme, Class::Dim, format!("{mine}{closed}")),
    ])
}
