//! The queue: the rows in view, one line each.

use super::{framed, mark_row, put_line, row_of, span};
use crate::model::{ItemStatus, MineState};
use crate::service::api::QueueRow;
use crate::text::{Class, fit, sanitize};
use crate::tui::app::{App, Review};
use crate::tui::panel::STATES;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

pub(super) fn draw(app: &App, review: &Review, frame: &mut Frame<'_>, area: Rect) {
    let theme = app.theme;
    let (title, total) = match &review.queue.narrow {
        Some(narrow) => {
            let state = STATES.iter().find(|(_, s)| *s == narrow.mine.as_slice()).map_or("", |(name, _)| name);
            let state = if narrow.mine.is_empty() { "" } else { state };
            let n = narrow.items.len();
            let more = if narrow.searching { "…" } else { "" };
            (format!("{} {state} ({n}{more})", sanitize(&narrow.text)).trim().to_owned(), n)
        }
        None => ("queue".to_owned(), review.queue.total as usize),
    };
    let inside = framed(frame.buffer_mut(), area, theme, &title, "", false);
    let here = review.item.as_ref().map(|i| i.row.item);
    let at = match &review.queue.narrow {
        Some(n) => n.items.iter().position(|i| Some(*i) == here).unwrap_or(0),
        None => review.target as usize,
    };
    let height = usize::from(inside.height).max(1);
    // By pages, not by rows: moving on by one repaints two rows, not all of them.
    let top = at - at % height;
    for y in 0..height.min(total.saturating_sub(top)) {
        let n = u32::try_from(top + y).unwrap_or(u32::MAX);
        let row = match &review.queue.narrow {
            Some(narrow) => narrow.rows.get(&n),
            None => review.queue.row(n),
        };
        let area = row_of(inside, y);
        let line = match row {
            Some(row) => line(app, row, Some(row.item) == here, inside.width),
            None => Line::from(span(theme, Class::Dim, "…")),
        };
        put_line(frame.buffer_mut(), area, &line);
        if top + y == at {
            mark_row(frame.buffer_mut(), area, theme, Class::Selected);
        }
    }
}

fn line(app: &App, row: &QueueRow, here: bool, columns: u16) -> Line<'static> {
    let (mark, class) = mark(row, here);
    // Data may hold the fields that the view hides. A preview in words is a question.
    let data = row.preview.trim_start().starts_with(['{', '[']);
    let untold = row.preview.is_empty() || data && app.review.as_ref().is_some_and(|r| r.lens().hides_fields());
    let text = match (whose(row), untold) {
        (Some(who), _) => sanitize(who).into_owned(),
        (None, false) => sanitize(&row.preview).into_owned(),
        (None, true) => sanitize(&row.name).into_owned(),
    };
    let room = usize::from(columns).saturating_sub(3);
    Line::from(vec![
        span(app.theme, class, format!("{mark} ")),
        span(app.theme, Class::Plain, fit(&text, room).into_owned()),
    ])
}

/// Who is at an item that I am not done with (also where I have put it aside): whoever has claimed it, or whom it is
/// assigned to.
fn whose(row: &QueueRow) -> Option<&str> {
    let mine = matches!(row.mine.state, MineState::Submitted | MineState::Declined);
    let waiting = row.status == ItemStatus::Pending;
    let assigned = row.assigned.as_deref().filter(|_| row.taken);
    row.holder.as_deref().or(assigned).filter(|_| waiting && !mine)
}

/// How a row stands with me.
fn mark(row: &QueueRow, here: bool) -> (&'static str, Class) {
    if whose(row).is_some() && matches!(row.mine.state, MineState::Todo | MineState::Draft) {
        return ("◐", Class::Warning);
    }
    if row.undecided {
        return ("≠", Class::Warning);
    }
    match row.mine.state {
        MineState::Submitted if row.mine.has_draft => ("✎", Class::Accent),
        MineState::Submitted => ("✔", Class::Good),
        MineState::Declined => ("✕", Class::Dim),
        MineState::Skipped => ("»", Class::Dim),
        MineState::Deferred => ("‖", Class::Dim),
        MineState::Draft => ("✎", Class::Accent),
        MineState::Todo if here => ("▶", Class::Accent),
        MineState::Todo => match row.status {
            ItemStatus::Complete => ("✔", Class::Dim),
            ItemStatus::Declined => ("✕", Class::Dim),
            ItemStatus::Pending => ("○", Class::Plain),
        },
    }
}
