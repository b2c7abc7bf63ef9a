//! The first line: session, progress with bar and ETA, my position, who I am, whether everything is saved.

use super::{bar, put, put_line, span};
use crate::model::Time;
use crate::service::sync::MOST_COUNTED;
use crate::text::{Class, fit, sanitize, width};
use crate::tui::app::{App, Screen};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

pub(super) fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    let (saved, class) = saved_state(app);
    let room = usize::from(area.width).saturating_sub(2);
    let saved = fit(&saved, room / 2).into_owned();
    let left = room.saturating_sub(width(&saved) + 2);
    let text = match (app.screen, &app.review) {
        (Screen::Review, Some(_)) => review(app, left),
        (Screen::Browse | Screen::Show, _) => browse(app),
        _ => vec!["labeltui".to_owned(), "sessions".to_owned(), sanitize(&app.who.account).into_owned()],
    };
    let mut line = Line::default();
    line.push_span(span(app.theme, Class::Strong, format!(" {}", text.first().map_or("", String::as_str))));
    for part in text.iter().skip(1) {
        line.push_span(span(app.theme, Class::Plain, format!("   {part}")));
    }
    put_line(buffer, Rect { width: u16::try_from(left + 1).unwrap_or(u16::MAX).min(area.width), ..area }, &line);
    let wide = u16::try_from(width(&saved)).unwrap_or(area.width).min(area.width);
    let right = Rect { x: area.right().saturating_sub(wide + 1), width: wide, ..area };
    put(buffer, right, &saved, app.theme, class);
}

/// What "saved" says, and how it looks.
pub(super) fn saved_state(app: &App) -> (String, Class) {
    if app.reconnecting && app.outbox.trouble().is_some() {
        return ("✘ reconnecting, not saved yet".to_owned(), Class::Error);
    }
    if let Some(why) = app.outbox.trouble() {
        return (format!("✘ not saved: {why} (retrying)"), Class::Error);
    }
    if app.refused {
        return ("✘ refused, trying again".to_owned(), Class::Error);
    }
    if app.reconnecting {
        return ("✘ reconnecting".to_owned(), Class::Warning);
    }
    let unsent = app.form().and_then(|f| f.writing.as_ref()).is_some_and(|w| w.unsent);
    if unsent || !app.outbox.is_empty() {
        return ("… saving".to_owned(), Class::Accent);
    }
    match app.outbox.saved_at {
        Some(at) => (format!("✔ saved {}", clock(app, at)), Class::Good),
        None => ("✔ saved".to_owned(), Class::Good),
    }
}

/// Local time, hours and minutes.
pub(super) fn clock(app: &App, at: Time) -> String {
    match jiff::Timestamp::from_millisecond(at.0) {
        Ok(t) => app.tz.to_datetime(t).strftime("%H:%M").to_string(),
        Err(_) => "--:--".to_owned(),
    }
}

fn browse(app: &App) -> Vec<String> {
    let browse = &app.browse;
    let marked = match (browse.all, browse.marked.len()) {
        (true, _) => "all that match are marked".to_owned(),
        (false, 0) => "none marked".to_owned(),
        (false, n) => format!("{n} marked"),
    };
    let mut parts =
        vec![format!("traces of {}", sanitize(&app.experiment)), format!("{} in all", browse.total), marked];
    if let Some(filter) = &browse.filter {
        parts.push(format!("filter: {}", sanitize(filter)));
    }
    parts
}

/// The parts of the line, shortened until they fit: my name goes first (of the others their number stays), then the bar shrinks, the ETA goes, the bar goes,
/// and last the session's name is cut. The count and my position stay.
fn review(app: &App, room: usize) -> Vec<String> {
    let Some(review) = &app.review else { return Vec::new() };
    let progress = review.session.progress;
    let mut name = sanitize(&review.session.name).into_owned();
    if review.session.closed {
        name.push_str(" (closed)");
    }
    let eta = review.session.my_pace_ms.filter(|_| progress.pending() > 0).map(|pace| {
        let minutes = pace.saturating_mul(progress.pending().into()).div_ceil(60_000);
        if minutes > 120 { format!(" ~{} h", minutes.div_ceil(60)) } else { format!(" ~{minutes} min") }
    });
    let item = match &review.item {
        Some(view) => format!("item {}", view.row.position + 1),
        None => "item –".to_owned(),
    };
    // A linked session says what MLflow does not have yet.
    let item = match review.session.to_sync.filter(|n| *n > 0) {
        Some(n) => {
            let more = if n >= MOST_COUNTED { "+" } else { "" };
            let conflicts = match review.session.conflicts {
                0 => String::new(),
                1 => ", 1 conflict".to_owned(),
                n => format!(", {n} conflicts"),
            };
            format!("{item}   {n}{more} to sync{conflicts}")
        }
        None => item,
    };
    let count = |cells: usize, with_eta: bool, word: &str| {
        let bar = if cells > 0 { format!(" {}", bar(progress.complete, progress.items, cells)) } else { String::new() };
        let eta = eta.as_deref().filter(|_| with_eta).unwrap_or_default();
        format!("{word}{}/{}{bar}{eta}", progress.complete, progress.items)
    };
    let others = review.others.as_ref().map_or(0, Vec::len);
    let me = sanitize(&app.who.account).into_owned();
    let (who, brief) = match others {
        0 => (me, None),
        1 => (format!("{me} · 1 other here"), Some("+1".to_owned())),
        n => (format!("{me} · {n} others here"), Some(format!("+{n}"))),
    };
    let total = |parts: &[String]| parts.iter().map(|p| width(p) + 3).sum::<usize>();
    let word = "complete ";
    let forms = [(10, true, true), (10, true, false), (6, true, false), (6, false, false), (4, false, false)];
    for (cells, with_eta, with_who) in forms {
        let mut parts = vec![name.clone(), count(cells, with_eta, word), item.clone()];
        if with_who {
            parts.push(who.clone());
        } else {
            parts.extend(brief.clone());
        }
        if total(&parts) <= room {
            return parts;
        }
    }
    // A long name is cut before the bar goes, as long as it can still be told.
    let forms = [(6, true, word), (4, false, word), (0, false, word), (0, false, "")];
    let told = width(&name).min(12);
    let left = |rest: &[String]| room.saturating_sub(total(rest) + 3);
    let rest = |(cells, with_eta, word)| {
        let mut parts = vec![count(cells, with_eta, word), item.clone()];
        parts.extend(brief.clone());
        parts
    };
    let rests = forms.map(rest);
    let rest = rests.iter().find(|rest| left(rest.as_slice()) >= told).or(rests.last());
    let Some(rest) = rest else { return vec![name] };
    let mut parts = vec![fit(&name, left(rest).max(3)).into_owned()];
    parts.extend(rest.iter().cloned());
    parts
}
