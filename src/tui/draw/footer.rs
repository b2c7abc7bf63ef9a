//! The last two lines: what was said, and the mode with the keys that work now (from the live table).

use super::{put, put_line, span};
use crate::text::{Class, width};
use crate::tui::app::App;
use crate::tui::command::{Command, Context, TABLE};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// The message line.
pub(super) fn message(app: &App, buffer: &mut Buffer, area: Rect) {
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    if let Some((text, class)) = &app.flash {
        return put(buffer, area, text, app.theme, *class);
    }
    if let Some(why) = &app.outbox.failed {
        put(buffer, area, &format!("not saved: {why} (retrying; typing goes on)"), app.theme, Class::Error);
    }
}

/// The mode and the keys.
pub(super) fn keys(app: &App, buffer: &mut Buffer, area: Rect) {
    let mode = if app.writing() { " WRITING " } else { " KEYS " };
    let mut line = Line::default();
    line.push_span(span(app.theme, Class::Mode, mode));
    line.push_span(span(app.theme, Class::Plain, " "));
    let mut used = width(mode) + 1;
    let (hints, always) = hints(app);
    let kept: usize = always.iter().map(|(k, w)| width(k) + width(w) + 4).sum();
    let room = usize::from(area.width).saturating_sub(kept + 1);
    let mut shown = Vec::new();
    for (key, word) in hints {
        let wide = width(&key) + width(&word) + 4;
        if used + wide > room {
            break;
        }
        used += wide;
        shown.push((key, word));
    }
    shown.extend(always);
    for (i, (key, word)) in shown.into_iter().enumerate() {
        if i > 0 {
            line.push_span(span(app.theme, Class::Dim, " · "));
        }
        line.push_span(span(app.theme, Class::KeyHint, key));
        line.push_span(span(app.theme, Class::Dim, format!(" {word}")));
    }
    put_line(buffer, area, &line);
}

type Hint = (String, String);

/// The hints of the active contexts, and those that are always shown last.
fn hints(app: &App) -> (Vec<Hint>, Vec<Hint>) {
    let (facts, chain) = (app.facts(), app.chain());
    let mut hints = Vec::new();
    let mut always = Vec::new();
    if chain.first() == Some(&Context::Review) {
        let number = app.form().and_then(|f| f.focused()).is_some_and(super::super::form::Question::numeric);
        if facts.options {
            hints.push(("1-9".to_owned(), "answer".to_owned()));
        } else if number {
            hints.push(("0-9".to_owned(), "write the number".to_owned()));
        }
    }
    for spec in TABLE {
        let (Some(word), Some(key)) = (spec.hint, app.keymap.key(spec.command)) else { continue };
        if !chain.contains(&spec.context) || (spec.when)(&facts).is_err() {
            continue;
        }
        let last = matches!(spec.command, Command::Help | Command::Quit | Command::LeaveField | Command::Cancel);
        let word = match (spec.command, app.form().and_then(|f| f.writing.as_ref())) {
            (Command::FieldEnter, Some(w)) if w.field.one_line() => "done",
            (Command::FieldEnter, _) => "new line",
            _ => word,
        };
        if last { always.push((key, word.to_owned())) } else { hints.push((key, word.to_owned())) }
    }
    (hints, always)
}
