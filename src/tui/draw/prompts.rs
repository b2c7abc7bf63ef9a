//! Prompts: the field on the message line, and above it what can be chosen.

use super::{cursor, framed, mark_row, put, put_line, row_of, span};
use crate::text::{Class, fit, sanitize, width};
use crate::tui::app::App;
use crate::tui::command::Command;
use crate::tui::palette;
use crate::tui::panel::{Prompt, PromptKind, STATES};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Clear, Widget as _};

pub(super) fn draw(app: &App, frame: &mut Frame<'_>, body: Rect, message: Rect) {
    let Some(prompt) = &app.prompt else { return };
    let text = prompt.field.text();
    // Good news of something else would read as the input.
    let error = app.flash.as_ref().filter(|(_, class)| text.is_empty() && *class != Class::Good);
    // The label has what the input (or what is said about it) does not need.
    let need = error.map_or(0, |(text, _)| width(text) + 1).max(width(&text) + 2).max(12);
    let whole = usize::from(message.width);
    let label = label(app, prompt, whole.saturating_sub(need + 1).max(whole / 4));
    let wide = u16::try_from(width(&label)).unwrap_or(0);
    Clear.render(message, frame.buffer_mut());
    put(frame.buffer_mut(), message, &label, app.theme, Class::Accent);
    let field = Rect { x: message.x + wide + 1, width: message.width.saturating_sub(wide + 1), ..message };
    if let Some((text, class)) = error {
        put(
            frame.buffer_mut(),
            Rect { x: field.x + 1, width: field.width.saturating_sub(1), ..field },
            text,
            app.theme,
            *class,
        );
    }
    line(frame, field, prompt);
    found(app, prompt, frame, field);
    choices(app, prompt, frame, body);
}

/// What a search says about the text that is typed, at the end of the line, where the text leaves it room.
fn found(app: &App, prompt: &Prompt, frame: &mut Frame<'_>, field: Rect) {
    let typed = width(&prompt.field.text());
    let Some((said, class)) = app.flash.as_ref().filter(|_| prompt.kind == PromptKind::FindTrace && typed > 0) else {
        return;
    };
    // The cursor stands behind the text; what is cut would rather mislead.
    let room = usize::from(field.width).saturating_sub(typed + 3);
    let brief = said.rsplit_once(" · ").map_or(said.as_str(), |(brief, _)| brief);
    let Some(said) = [said.as_str(), brief].into_iter().find(|said| width(said) <= room) else { return };
    let wide = u16::try_from(width(said)).unwrap_or(0);
    let place = Rect { x: field.right().saturating_sub(wide + 1), width: wide, ..field };
    put(frame.buffer_mut(), place, said, app.theme, *class);
}

/// What is asked, in the longest form that fits; the chosen state is part of the shortest.
fn label(app: &App, prompt: &Prompt, room: usize) -> String {
    let name = prompt.kind.label();
    let brief = name.split(" (").next().unwrap_or(name);
    let forms = match prompt.kind {
        PromptKind::FindQueue => {
            let state = STATES.get(prompt.choice).map_or("", |(name, _)| name);
            let key = app.key(Command::PromptNext);
            [format!(" {name} ({key}: {state}):"), format!(" find ({key}: {state}):"), format!(" {key}: {state}:")]
        }
        _ => {
            let word = brief.split([' ', ',']).next().unwrap_or(brief);
            [format!(" {name}:"), format!(" {brief}:"), format!(" {word}:")]
        }
    };
    let shortest = forms.last().cloned().unwrap_or_default();
    let form = forms.into_iter().find(|form| width(form) <= room).unwrap_or(shortest);
    fit(&form, room).into_owned()
}

/// The field on its line, scrolled so that its cursor is seen.
fn line(frame: &mut Frame<'_>, area: Rect, prompt: &Prompt) {
    let text = prompt.field.text();
    let before: String = text.chars().take(prompt.field.area().cursor().1).collect();
    let room = usize::from(area.width).saturating_sub(1);
    let at = width(&before);
    let skip = at.saturating_sub(room);
    let mut dropped = 0;
    let visible: String = text
        .chars()
        .skip_while(|c| {
            let gone = dropped < skip;
            if gone {
                dropped += width(c.encode_utf8(&mut [0; 4])).max(1);
            }
            gone
        })
        .collect();
    frame.buffer_mut().set_stringn(area.x, area.y, &visible, area.width.into(), ratatui::style::Style::default());
    cursor(frame, area, area.x + u16::try_from(at.saturating_sub(dropped)).unwrap_or(0), area.y);
}

fn choices(app: &App, prompt: &Prompt, frame: &mut Frame<'_>, body: Rect) {
    let text = prompt.field.text();
    let rows: Vec<(String, String)> = match prompt.kind {
        PromptKind::Palette => palette::matches(app, &text)
            .into_iter()
            .map(|s| (format!("{:<20}{}", s.name, s.doc), app.keymap.key(s.command).unwrap_or_default()))
            .collect(),
        PromptKind::AddTo => {
            palette::sessions(app, &text).into_iter().map(|s| (sanitize(s).into_owned(), String::new())).collect()
        }
        _ => return,
    };
    let height = u16::try_from(rows.len().clamp(1, 12)).unwrap_or(12) + 2;
    let height = height.min(body.height);
    let area = Rect { y: body.bottom() - height, height, ..body };
    Clear.render(area, frame.buffer_mut());
    let foot = format!("{} of {}", (prompt.choice + 1).min(rows.len()), rows.len());
    let inside = framed(frame.buffer_mut(), area, app.theme, prompt.kind.label(), &foot, true);
    let page = usize::from(inside.height).max(1);
    let top = prompt.choice - prompt.choice % page;
    for (y, (text, key)) in rows.iter().skip(top).take(page).enumerate() {
        let row = row_of(inside, y);
        let room = usize::from(inside.width).saturating_sub(width(key) + 3);
        let pad = room.saturating_sub(width(&fit(text, room)));
        let line = Line::from(vec![
            span(app.theme, Class::Plain, format!(" {}{}", fit(text, room), " ".repeat(pad))),
            span(app.theme, Class::KeyHint, format!(" {key}")),
        ]);
        put_line(frame.buffer_mut(), row, &line);
        if top + y == prompt.choice {
            mark_row(frame.buffer_mut(), row, app.theme, Class::Selected);
        }
    }
}
