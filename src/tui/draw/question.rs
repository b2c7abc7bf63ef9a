//! The lines of one question: title, instruction, options or field, comment, and what is wrong with it.

use super::span;
use super::wrap::wrap;
use crate::model::Input;
use crate::text::{Class, fit, sanitize};
use crate::tui::app::App;
use crate::tui::command::Command;
use crate::tui::form::{Question, Stop, Target, Writing};
use ratatui::text::Line;

/// Rows of a field that is written in, at most.
const FIELD: usize = 10;
/// Rows shown of a long text that is not focused.
const SHORT: usize = 3;

/// Rows shown of a long text that is focused: no screen has more, and a frame must not wrap 64 KiB.
const WHOLE: usize = 100;

/// The beginning of a text, of about so many characters, and whether that is not all of it.
fn beginning(text: &str, characters: usize) -> (&str, bool) {
    match text.char_indices().nth(characters) {
        Some((end, _)) => (text.get(..end).unwrap_or(text), true),
        None => (text, false),
    }
}

/// What is said of a field whose text is not the answer.
const fn uncommitted(question: &Question) -> &'static str {
    if question.value.is_some() { "changed, not committed yet" } else { "half typed, no answer yet" }
}

/// A form laid out for a width, before scrolling.
#[derive(Default)]
pub(super) struct Layout {
    pub(super) lines: Vec<Line<'static>>,
    /// Rows of the focused question.
    pub(super) focus: (usize, usize),
    /// First row and rows of the field being written.
    pub(super) field: Option<(usize, usize)>,
    /// The row of the cursor's stop.
    pub(super) stop: Option<usize>,
    /// Rows at the beginning that stay when the rest scrolls: the name, and what is wrong.
    pub(super) pinned: usize,
}

struct Painter<'a> {
    app: &'a App,
    out: &'a mut Layout,
    columns: usize,
    focused: bool,
    writing: Option<&'a Writing>,
    brief: bool,
}

/// The focused question where room is short: what is wrong stands under its name, the instruction is left out, and the
/// key of the comment stands beside the name.
pub(super) fn brief(app: &App, question: &Question, writing: Option<&Writing>, columns: usize) -> Layout {
    let mut out = Layout::default();
    let mut painter = Painter { app, out: &mut out, columns, focused: true, writing, brief: true };
    painter.head(question);
    painter.body(question);
    painter.comment(question);
    out.focus = (0, out.lines.len());
    out
}

/// Adds a question.
pub(super) fn layout(
    app: &App,
    out: &mut Layout,
    question: &Question,
    focused: bool,
    writing: Option<&Writing>,
    columns: usize,
) {
    let start = out.lines.len();
    let mut painter = Painter { app, out, columns, focused, writing, brief: false };
    painter.head(question);
    painter.body(question);
    painter.comment(question);
    painter.notes(question);
    if focused {
        out.focus = (start, out.lines.len());
    }
    out.lines.push(Line::default());
}

impl Painter<'_> {
    fn add(&mut self, indent: usize, class: Class, text: &str) {
        for row in wrap(text, self.columns.saturating_sub(indent)) {
            let line = Line::from(span(self.app.theme, class, format!("{}{row}", " ".repeat(indent))));
            self.out.lines.push(line);
        }
    }

    fn body(&mut self, question: &Question) {
        match &question.schema.input {
            Input::Numeric { .. } | Input::Text { .. } => self.field(question),
            Input::TextList { .. } => self.list(question),
            _ => self.options(question),
        }
    }

    fn head(&mut self, question: &Question) {
        let schema = &question.schema;
        let mark = if self.focused { "▶ " } else { "  " };
        let class = if self.focused { Class::Accent } else { Class::Strong };
        let done = if question.answered() && question.typing.is_none() { " ✔" } else { "" };
        let required = if schema.required { " · required" } else { "" };
        let hint = if self.brief && schema.enable_comment && question.comment_text().is_empty() {
            format!(" · {} comment", self.app.key(Command::Comment))
        } else {
            String::new()
        };
        let used = 4 + required.len() + hint.len();
        let name = fit(&sanitize(&schema.name), self.columns.saturating_sub(used)).into_owned();
        self.out.lines.push(Line::from(vec![
            span(self.app.theme, class, format!("{mark}{name}")),
            span(self.app.theme, Class::Good, done),
            span(self.app.theme, Class::Dim, format!("{required}{hint}")),
        ]));
        if self.brief {
            self.notes(question);
            self.out.pinned = self.out.lines.len();
        }
        if let Some(title) = schema.title.as_ref().filter(|t| **t != schema.name) {
            self.add(2, Class::Plain, title);
        }
        if let Some(instruction) = schema.instruction.as_ref().filter(|_| self.focused && !self.brief) {
            self.add(2, Class::Dim, instruction);
        }
    }

    fn options(&mut self, question: &Question) {
        let pass_fail = matches!(question.schema.input, Input::PassFail { .. });
        for (i, label) in question.options().into_iter().enumerate() {
            let key = match (i, self.focused) {
                (_, false) => " ".to_owned(),
                (0..=8, true) => self.app.key(Command::Pick(u8::try_from(i + 1).unwrap_or(0))),
                (9, true) => self.app.key(Command::Pick(10)),
                _ => " ".to_owned(),
            };
            let letter = match (pass_fail && self.focused, i) {
                (true, 0) => format!("{} ", self.app.key(Command::Positive)),
                (true, _) => format!("{} ", self.app.key(Command::Negative)),
                _ => String::new(),
            };
            let chosen = question.chosen(i);
            let sign = match (question.multiple(), chosen) {
                (true, true) => "[x]",
                (true, false) => "[ ]",
                (false, true) => "●",
                (false, false) => "○",
            };
            if self.focused && question.at() == Some(Stop::Option(i)) {
                self.out.stop = Some(self.out.lines.len());
            }
            let class = if chosen { Class::Strong } else { Class::Plain };
            let used = 4 + key.len() + letter.len() + sign.len();
            for (n, row) in wrap(label, self.columns.saturating_sub(used)).into_iter().enumerate() {
                let line = if n == 0 {
                    Line::from(vec![
                        span(self.app.theme, Class::KeyHint, format!("  {key} {letter}")),
                        span(self.app.theme, if chosen { Class::Good } else { Class::Plain }, format!("{sign} ")),
                        span(self.app.theme, class, row),
                    ])
                } else {
                    Line::from(span(self.app.theme, class, format!("{}{row}", " ".repeat(used))))
                };
                self.out.lines.push(line);
            }
        }
    }

    /// Leaves room for the field that is being written.
    fn open_field(&mut self, writing: &Writing) {
        let text = writing.field.text();
        let (start, _) = beginning(&text, self.columns * FIELD);
        let rows = wrap(start, self.columns.saturating_sub(4)).len().max(start.split('\n').count());
        let rows = if writing.field.one_line() { rows.clamp(1, 3) } else { (rows + 1).clamp(3, FIELD) } + 2;
        self.out.field = Some((self.out.lines.len(), rows));
        self.out.lines.extend(std::iter::repeat_n(Line::default(), rows));
    }

    fn field(&mut self, question: &Question) {
        if let Some(writing) = self.writing.filter(|w| w.target == Target::Value) {
            return self.open_field(writing);
        }
        if self.focused {
            self.out.stop = Some(self.out.lines.len());
        }
        let text = question.text();
        if text.is_empty() {
            let hint = self.empty_hint(question);
            return self.add(2, Class::Dim, &hint);
        }
        self.bar(&text, self.focused);
        if question.typing.is_some() {
            self.add(2, Class::Dim, uncommitted(question));
        }
    }

    fn empty_hint(&self, question: &Question) -> String {
        if !self.focused {
            return "–".to_owned();
        }
        let (write, copy) = (self.app.key(Command::Write), self.app.key(Command::CopyOutput));
        match &question.schema.input {
            Input::Numeric { min_value, max_value } => match (min_value, max_value) {
                (Some(min), Some(max)) => format!("type a number from {min} to {max}"),
                (Some(min), None) => format!("type a number, at least {min}"),
                (None, Some(max)) => format!("type a number, at most {max}"),
                (None, None) => "type a number".to_owned(),
            },
            _ => format!("press {write} to write, {copy} to copy the output"),
        }
    }

    /// A text behind a bar; a long one is cut unless it is focused.
    fn bar(&mut self, text: &str, whole: bool) {
        let (start, more) = beginning(text, self.columns * if whole { WHOLE } else { 4 * SHORT });
        let rows = wrap(start, self.columns.saturating_sub(4));
        let shown = if whole || rows.len() <= SHORT { rows.len() } else { SHORT - 1 };
        for row in rows.iter().take(shown) {
            self.out.lines.push(Line::from(vec![
                span(self.app.theme, Class::Dim, "  │ "),
                span(self.app.theme, Class::Plain, row.clone()),
            ]));
        }
        if shown < rows.len() || more {
            let left = if more { "goes on".to_owned() } else { format!("{} more lines", rows.len() - shown) };
            self.out.lines.push(Line::from(span(self.app.theme, Class::Dim, format!("  │ … {left}"))));
        }
    }

    fn list(&mut self, question: &Question) {
        let entries = question.entries();
        let written = self.writing.and_then(|w| match w.target {
            Target::Entry(i) => Some((i, w)),
            _ => None,
        });
        for (i, entry) in entries.iter().enumerate() {
            match written {
                Some((at, writing)) if at == i => self.open_field(writing),
                _ => {
                    if self.focused && question.at() == Some(Stop::Entry(i)) {
                        self.out.stop = Some(self.out.lines.len());
                    }
                    for (n, row) in wrap(entry, self.columns.saturating_sub(4)).into_iter().enumerate() {
                        let lead = if n == 0 { "  • " } else { "    " };
                        self.out.lines.push(Line::from(span(self.app.theme, Class::Plain, format!("{lead}{row}"))));
                    }
                }
            }
        }
        match written {
            Some((at, writing)) if at >= entries.len() => self.open_field(writing),
            _ => {
                if self.focused && question.at() == Some(Stop::Add) {
                    self.out.stop = Some(self.out.lines.len());
                }
                let hint = match (self.focused, entries.is_empty()) {
                    (true, _) => format!("{} add an entry", self.app.key(Command::AddEntry)),
                    (false, true) => "–".to_owned(),
                    (false, false) => String::new(),
                };
                self.add(2, Class::Dim, &hint);
            }
        }
        if question.typing.is_some() && written.is_none() {
            self.add(2, Class::Dim, uncommitted(question));
        }
    }

    fn comment(&mut self, question: &Question) {
        if !question.schema.enable_comment {
            return;
        }
        if let Some(writing) = self.writing.filter(|w| w.target == Target::Comment) {
            self.add(2, Class::Dim, "comment");
            return self.open_field(writing);
        }
        let text = question.comment_text();
        if text.is_empty() {
            if self.focused && !self.brief {
                let hint = format!("{} comment", self.app.key(Command::Comment));
                self.add(2, Class::Dim, &hint);
            }
            return;
        }
        self.add(2, Class::Dim, if question.typing_comment.is_some() { "comment (half typed)" } else { "comment" });
        self.bar(&text, true);
    }

    fn notes(&mut self, question: &Question) {
        if let Some(error) = &question.error {
            self.add(2, Class::Error, &format!("✘ {error}"));
        }
        if let Some(unfit) = question.unfit.as_ref().filter(|u| question.error.as_ref() != Some(*u)) {
            self.add(2, Class::Error, &format!("✘ no longer fits: {unfit}"));
        }
        if let Some(note) = &question.note {
            self.add(2, Class::Warning, &format!("! {note}"));
        }
    }
}
