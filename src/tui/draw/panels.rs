//! Panels in the trace's place: help, instructions, the others' answers, a conflict.

use super::wrap::wrap;
use super::{framed, put_line, row_of, span};
use crate::model::{AnswerVersion, LabelSchema, value};
use crate::text::{Class, sanitize, width};
use crate::tui::app::{App, Review, Screen};
use crate::tui::command::{Command, Context, TABLE};
use crate::tui::conflict::Conflict;
use crate::tui::panel::{Panel, PanelKind};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// Paints a panel.
pub(super) fn draw(app: &App, panel: Panel, frame: &mut Frame<'_>, area: Rect) {
    let columns = usize::from(area.width.saturating_sub(4));
    let (title, lines) = match panel.kind {
        PanelKind::Help => ("keys".to_owned(), help(app, columns)),
        PanelKind::Instructions => ("instructions".to_owned(), instructions(app, columns)),
        PanelKind::Reveal => ("what others say".to_owned(), reveal(app, columns)),
        PanelKind::Mlflow => ("here and in MLflow".to_owned(), mlflow(app, columns)),
    };
    let mut foot = format!("{} closes", app.key(Command::ClosePanel));
    if panel.kind == PanelKind::Mlflow {
        let (mine, other) = (app.key(Command::KeepMine), app.key(Command::TakeTheirs));
        foot = format!("{mine} keeps mine · {other} takes MLflow's · {foot}");
    }
    show(app, &title, &foot, &lines, panel.top, frame, area);
}

fn show(app: &App, title: &str, foot: &str, lines: &[Line<'static>], top: usize, frame: &mut Frame<'_>, area: Rect) {
    let height = usize::from(area.height.saturating_sub(2));
    app.panel_rows.set(i64::from(area.height.saturating_sub(2)));
    let top = top.min(lines.len().saturating_sub(height));
    let foot = if lines.len() > height {
        format!("{}-{}/{} · {foot}", top + 1, (top + height).min(lines.len()), lines.len())
    } else {
        foot.to_owned()
    };
    let inside = framed(frame.buffer_mut(), area, app.theme, title, &foot, true);
    let inside = Rect { x: inside.x + 1, width: inside.width.saturating_sub(1), ..inside };
    for (y, line) in lines.iter().skip(top).take(height).enumerate() {
        put_line(frame.buffer_mut(), row_of(inside, y), line);
    }
}

/// Every key that works on this screen, from the live table.
fn help(app: &App, columns: usize) -> Vec<Line<'static>> {
    let contexts: &[Context] = match app.screen {
        Screen::Review => {
            &[Context::Review, Context::Trace, Context::Writing, Context::Edit, Context::Keys, Context::Always]
        }
        Screen::Sessions => &[Context::Sessions, Context::List, Context::Keys, Context::Always],
        Screen::Browse => &[Context::Browse, Context::List, Context::Prompt, Context::Keys, Context::Always],
        Screen::Show => &[Context::Show, Context::Trace, Context::Keys, Context::Always],
    };
    let mut lines = Vec::new();
    for context in contexts {
        let specs: Vec<_> = TABLE.iter().filter(|s| s.context == *context).collect();
        if specs.is_empty() {
            continue;
        }
        lines.push(Line::from(span(app.theme, Class::Heading, context.title())));
        for spec in specs {
            let mut keys: Vec<String> = app.keymap.keys_of(spec.command).iter().map(ToString::to_string).collect();
            let mut doc = spec.doc;
            match spec.command {
                Command::Pick(1) => {
                    let rest = (2..=10).flat_map(|n| app.keymap.keys_of(Command::Pick(n)));
                    keys.extend(rest.map(|k| k.to_string()));
                    keys = vec![super::footer::fold(&keys)];
                    doc = "pick option N of the focused question";
                }
                Command::Pick(_) => continue,
                _ => {}
            }
            let keys = if keys.is_empty() { "(palette)".to_owned() } else { keys.join(" ") };
            let pad = 16_usize.saturating_sub(width(&keys)).max(1);
            for (n, row) in wrap(doc, columns.saturating_sub(18)).into_iter().enumerate() {
                let (lead, pad) = if n == 0 { (keys.clone(), pad) } else { (String::new(), 16) };
                lines.push(Line::from(vec![
                    span(app.theme, Class::KeyHint, format!("  {lead}{}", " ".repeat(pad))),
                    span(app.theme, Class::Plain, row),
                ]));
            }
        }
        lines.push(Line::default());
    }
    lines
}

fn instructions(app: &App, columns: usize) -> Vec<Line<'static>> {
    let text = app.review.as_ref().and_then(|r| r.session.instructions.as_deref()).unwrap_or_default();
    super::markdown::lines(app.theme, text, columns)
}

fn reveal(app: &App, columns: usize) -> Vec<Line<'static>> {
    let (Some(view), Some(review)) = (app.item(), &app.review) else { return Vec::new() };
    super::reveal::lines(app.theme, view, &review.session.schemas, columns)
}

fn text(app: &App, lines: &mut Vec<Line<'static>>, text: &str, columns: usize, class: Class) {
    for row in wrap(text, columns.saturating_sub(2)) {
        lines.push(Line::from(span(app.theme, class, format!("  {row}"))));
    }
}

fn shown(schemas: &[LabelSchema], answer: &AnswerVersion) -> String {
    match schemas.iter().find(|s| s.name == answer.schema) {
        Some(schema) => value::display(schema, &answer.value),
        None => value::plain(&answer.value),
    }
}

/// The first of my answers that was changed here and in MLflow, both versions in words.
fn mlflow(app: &App, columns: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let (Some(view), Some(review)) = (app.item(), &app.review) else { return lines };
    let Some(remote) = view.undecided.first() else { return lines };
    let (mine, other) = (app.key(Command::KeepMine), app.key(Command::TakeTheirs));
    let ours = view.answers.iter().find(|a| a.schema == remote.schema && a.valid);
    let comment = |c: Option<&str>| c.map_or_else(String::new, |c| format!(" – {c}"));
    let here = ours.map_or_else(|| "no answer".to_owned(), |a| shown(&review.session.schemas, a));
    let here = format!("{mine} here:      {here}{}", comment(ours.and_then(|a| a.comment.as_deref())));
    let schema = review.session.schemas.iter().find(|s| s.name == remote.schema);
    let there = match &remote.there {
        None => "deleted".to_owned(),
        Some(a) => {
            let value = schema.map_or_else(|| value::plain(&a.value()), |s| value::display(s, &a.value()));
            format!("{value}{}", comment(a.comment()))
        }
    };
    let intro = "This answer of yours was changed here and in MLflow since both sides agreed. Which one stays?";
    text(app, &mut lines, intro, columns, Class::Plain);
    lines.push(Line::default());
    lines.push(Line::from(span(app.theme, Class::Strong, sanitize(&remote.schema).into_owned())));
    text(app, &mut lines, &here, columns, Class::Plain);
    text(app, &mut lines, &format!("{other} in MLflow: {there}"), columns, Class::Plain);
    lines.push(Line::default());
    let rest = match view.undecided.len() {
        0 | 1 => String::new(),
        n => format!(" {} more of this item to decide on.", n - 1),
    };
    let outro = format!("The next push or pull carries it out; the other version stays in the history.{rest}");
    text(app, &mut lines, &outro, columns, Class::Dim);
    lines
}

/// Two versions of my answers on this item, side by side in words.
pub(super) fn conflict(app: &App, review: &Review, conflict: &Conflict, frame: &mut Frame<'_>, area: Rect) {
    let columns = usize::from(area.width.saturating_sub(4));
    let mut lines = Vec::new();
    text(
        app,
        &mut lines,
        "Another terminal of yours has answered this item otherwise meanwhile. Which answers stay?",
        columns,
        Class::Plain,
    );
    lines.push(Line::default());
    let (mine, other) = (app.key(Command::KeepMine), app.key(Command::TakeTheirs));
    for question in review.form.iter().flat_map(|f| &f.questions) {
        let schema = &question.schema;
        let (ours, theirs) = (conflict.mine(schema), conflict.other(schema));
        if ours.is_none() && theirs.value.is_none() && theirs.comment.is_none() {
            continue;
        }
        let there = theirs.value.as_ref().map_or_else(|| "–".to_owned(), |v| value::display(schema, v));
        let comment = |c: Option<&str>| c.map_or_else(String::new, |c| format!(" – {c}"));
        lines.push(Line::from(span(app.theme, Class::Strong, sanitize(&schema.name).into_owned())));
        let there = format!("{there}{}", comment(theirs.comment.as_deref()));
        let Some(ours) = ours else {
            text(app, &mut lines, &format!("  stays: {there}"), columns, Class::Plain);
            continue;
        };
        let here = ours.value.as_ref().map_or_else(|| "–".to_owned(), |v| value::display(schema, v));
        let here = format!("{mine} mine:  {here}{}", comment(ours.comment.as_deref()));
        text(app, &mut lines, &here, columns, Class::Plain);
        text(app, &mut lines, &format!("{other} other: {there}"), columns, Class::Plain);
    }
    let foot = format!("{mine} keeps mine · {other} takes the other");
    show(app, "two versions of my answers", &foot, &lines, conflict.top, frame, area);
}
