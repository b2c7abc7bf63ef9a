//! The last two lines: what was said, and the mode with the keys that work now (from the live table).

use super::{put, put_line, span};
use crate::text::{Class, width};
use crate::tui::app::{App, Screen};
use crate::tui::command::{Command, Context, TABLE};
use crate::tui::form::Target;
use crate::tui::update::whose;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// The message line.
pub(super) fn message(app: &App, buffer: &mut Buffer, area: Rect) {
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    if let Some((text, class)) = &app.flash {
        return put(buffer, area, text, app.theme, *class);
    }
    if let Some(why) = app.outbox.trouble() {
        return put(buffer, area, &format!("not saved: {why} (retrying; typing goes on)"), app.theme, Class::Error);
    }
    if let Some((review, narrow)) = app.review.as_ref().and_then(|r| Some((r, r.queue.narrow.as_ref()?)))
        && narrow.searching
    {
        let percent = u64::from(narrow.looked) * 100 / u64::from(review.queue.total.max(1));
        let (found, stop) = (narrow.items.len(), app.key(Command::ClosePanel));
        let text = format!("searching the traces: {} % · {found} found · {stop} stops", percent.min(99));
        return put(buffer, area, &text, app.theme, Class::Accent);
    }
    let standing = app.item().filter(|_| app.screen == Screen::Review).and_then(|view| whose(&view.row));
    if let Some(sentence) = standing {
        put(buffer, area, &sentence, app.theme, Class::Warning);
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
    let wide = |(k, w): &Hint| width(k) + width(w) + 4;
    let kept: usize = always.iter().map(wide).sum();
    let room = usize::from(area.width).saturating_sub(kept + 1);
    let long: Vec<Hint> = hints.iter().map(|(k, w)| (k.clone(), form_of(w, false))).collect();
    let fits = used + long.iter().map(wide).sum::<usize>() <= room;
    let hints = if fits { long } else { hints.iter().map(|(k, w)| (k.clone(), form_of(w, true))).collect() };
    // What answers and what submits stay when the others have no room.
    let submit = app.keymap.key(Command::Submit);
    let review = app.chain().first() == Some(&Context::Review);
    let must = |at: usize, hint: &Hint| review && (at == 0 || submit.as_ref() == Some(&hint.0));
    let mut reserved: usize = hints.iter().enumerate().filter(|(at, h)| must(*at, h)).map(|(_, h)| wide(h)).sum();
    let mut shown = Vec::new();
    let mut full = false;
    for (at, hint) in hints.into_iter().enumerate() {
        if must(at, &hint) {
            reserved -= wide(&hint);
        } else {
            full |= used + reserved + wide(&hint) > room;
            if full {
                continue;
            }
        }
        if used + wide(&hint) > room {
            continue;
        }
        used += wide(&hint);
        shown.push(hint);
    }
    shown.extend(always.into_iter().map(|(k, w)| (k, form_of(&w, true))));
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

/// The long or the short form of a hint's word.
fn form_of(word: &str, short: bool) -> String {
    match word.split_once('|') {
        Some((long, brief)) => if short { brief } else { long }.to_owned(),
        None => word.to_owned(),
    }
}

/// The keys of so many options, as they are bound: "1-3" where they follow each other.
fn pick_keys(app: &App, options: usize) -> String {
    let keys: Vec<String> =
        (1..=options.min(10)).filter_map(|n| app.keymap.key(Command::Pick(u8::try_from(n).ok()?))).collect();
    fold(&keys)
}

/// Digits that follow each other as a range, a tenth key after it; other keys one by one.
pub(super) fn fold(keys: &[String]) -> String {
    let run = keys.iter().enumerate().take_while(|(i, key)| **key == (i + 1).to_string()).count();
    match keys.split_at_checked(run) {
        Some(([first, .., last], [])) => format!("{first}-{last}"),
        Some(([first, .., last], rest)) => format!("{first}-{last} {}", rest.join(" ")),
        _ => keys.join(" "),
    }
}

/// The hints of the active contexts, and those that are always shown last.
fn hints(app: &App) -> (Vec<Hint>, Vec<Hint>) {
    let (facts, chain) = (app.facts(), app.chain());
    let mut hints = Vec::new();
    let mut always = Vec::new();
    if chain.first() == Some(&Context::Review) {
        let number = app.form().and_then(|f| f.focused()).is_some_and(super::super::form::Question::numeric);
        if facts.options {
            let options = app.form().and_then(|f| f.focused()).map_or(0, |q| q.options().len());
            hints.push((pick_keys(app, options), "answer".to_owned()));
        } else if number {
            hints.push(("0-9".to_owned(), "write the number|write".to_owned()));
        }
    }
    for spec in TABLE {
        let (Some(word), Some(key)) = (spec.hint, app.keymap.key(spec.command)) else { continue };
        if !chain.contains(&spec.context) || (spec.when)(&facts).is_err() {
            continue;
        }
        if spec.command == Command::Write && facts.options {
            // Options have their own keys.
            continue;
        }
        let last = matches!(spec.command, Command::Help | Command::Quit | Command::LeaveField | Command::Cancel);
        let word = match (spec.command, app.form().and_then(|f| f.writing.as_ref())) {
            (Command::FieldEnter, Some(w)) if matches!(w.target, Target::Entry(_)) => {
                if w.field.text().trim().is_empty() { "end the list|end" } else { "next entry|next" }
            }
            (Command::FieldEnter, Some(w)) if w.field.one_line() => "done",
            (Command::FieldEnter, _) => "new line",
            _ => word,
        };
        if last { always.push((key, word.to_owned())) } else { hints.push((key, word.to_owned())) }
    }
    (hints, always)
}
