//! A field of text: `ratatui-textarea` with our commands as its only keys, and text that is safe to draw.

use super::command::Command;

use crate::text;
use std::borrow::Cow;
use tui_textarea::{CursorMove, TextArea, WrapMode};

/// Most bytes taken from one paste.
pub const PASTE_LIMIT: usize = 64 * 1024;

/// A field. One line (numbers, entries, prompts) or many (texts, comments).
#[derive(Debug, Clone)]
pub struct Field {
    area: TextArea<'static>,
    one_line: bool,
}

impl Field {
    /// A field with a text in it and the cursor at its end.
    #[must_use]
    pub fn new(text: &str, one_line: bool) -> Self {
        let text = clean(text, one_line);
        let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
        area.set_wrap_mode(WrapMode::WordOrGlyph);
        area.set_cursor_line_style(ratatui::style::Style::default());
        // The hardware cursor is put there instead: a terminal shows it as the person is used to.
        area.set_cursor_style(ratatui::style::Style::default());
        area.move_cursor(CursorMove::Bottom);
        area.move_cursor(CursorMove::End);
        Self { area, one_line }
    }

    /// What stands in it.
    #[must_use]
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// Whether Enter commits.
    #[must_use]
    pub const fn one_line(&self) -> bool {
        self.one_line
    }

    /// For drawing.
    #[must_use]
    pub const fn area(&self) -> &TextArea<'static> {
        &self.area
    }

    /// Types a character.
    pub fn type_char(&mut self, c: char) {
        if text::acts(c) || c.is_control() {
            self.paste(&c.to_string());
        } else {
            self.area.insert_char(c);
        }
    }

    /// A new line; nothing in a field of one line.
    pub fn newline(&mut self) {
        if !self.one_line {
            self.area.insert_newline();
        }
    }

    /// Puts a pasted text in, made safe and cut at 64 KiB; true where something was cut.
    pub fn paste(&mut self, pasted: &str) -> bool {
        let (kept, cut) = cap(pasted);
        let text = clean(kept, self.one_line);
        self.area.insert_str(text.as_ref());
        cut
    }

    /// Carries out an editing command; true where the text changed.
    pub fn edit(&mut self, command: Command) -> bool {
        let area = &mut self.area;
        match command {
            Command::LineStart => area.move_cursor(CursorMove::Head),
            Command::LineEnd => area.move_cursor(CursorMove::End),
            Command::CharLeft => area.move_cursor(CursorMove::Back),
            Command::CharRight => area.move_cursor(CursorMove::Forward),
            Command::WordLeft => area.move_cursor(CursorMove::WordBack),
            Command::WordRight => area.move_cursor(CursorMove::WordForward),
            Command::LineUp => area.move_cursor(CursorMove::Up),
            Command::LineDown => area.move_cursor(CursorMove::Down),
            Command::DeleteLeft => return area.delete_char(),
            Command::DeleteRight => return area.delete_next_char(),
            Command::DeleteWordLeft => return area.delete_word(),
            Command::DeleteWordRight => return area.delete_next_word(),
            Command::DeleteToStart => return area.delete_line_by_head(),
            Command::DeleteToEnd => return area.delete_line_by_end(),
            Command::Yank => return area.paste(),
            Command::EditUndo => return area.undo(),
            _ => {}
        }
        false
    }
}

/// The first 64 KiB of a paste, cut between characters; and whether something was cut.
#[must_use]
pub fn cap(pasted: &str) -> (&str, bool) {
    if pasted.len() <= PASTE_LIMIT {
        return (pasted, false);
    }
    let mut end = PASTE_LIMIT;
    while !pasted.is_char_boundary(end) {
        end -= 1;
    }
    (pasted.get(..end).unwrap_or_default(), true)
}

/// Text as it may stand in a field: what acts on a terminal is made visible; tabs stay; one line stays one.
fn clean(text: &str, one_line: bool) -> Cow<'_, str> {
    let text: Cow<'_, str> = if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    };
    let text: Cow<'_, str> = if one_line && text.contains(['\n', '\t']) {
        Cow::Owned(text.trim_matches('\n').replace(['\n', '\t'], " "))
    } else {
        text
    };
    if !text.chars().any(|c| c != '\n' && c != '\t' && (c.is_control() || text::acts(c))) {
        return text;
    }
    Cow::Owned(text.split('\t').map(|part| text::sanitize_lines(part)).collect::<Vec<_>>().join("\t"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paste_is_made_safe_and_capped_at_64_kib() {
        let mut field = Field::new("", false);
        assert!(!field.paste("a\u{1b}[2Jb\u{202e}\tc\r\nd"));
        assert_eq!(field.text(), "a␛[2Jb⟨U+202E⟩\tc\nd");
        let mut field = Field::new("", false);
        assert!(field.paste(&"ä".repeat(40_000)));
        assert_eq!(field.text().len(), PASTE_LIMIT);
    }

    #[test]
    fn a_field_of_one_line_stays_one() {
        let mut field = Field::new("", true);
        field.paste("one\ntwo\n");
        field.newline();
        assert_eq!(field.text(), "one two");
    }

    #[test]
    fn the_cursor_is_at_the_end_and_readline_keys_edit() {
        let mut field = Field::new("one two", false);
        field.type_char('!');
        assert_eq!(field.text(), "one two!");
        assert!(field.edit(Command::DeleteWordLeft));
        assert!(field.edit(Command::DeleteWordLeft));
        field.edit(Command::LineStart);
        field.type_char('x');
        assert_eq!(field.text(), "xone ");
        assert!(field.edit(Command::DeleteToEnd));
        assert!(field.edit(Command::DeleteToStart));
        assert_eq!(field.text(), "");
    }
}
