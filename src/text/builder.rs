//! Writes a [`Page`]: text in, runs and lines out. The one door through which a trace's text enters a page, so it is
//! also where the sanitiser stands.

use super::page::{Block, Fold, Gutter, Kind, Line, Note, Page, Run};
use super::{Class, sanitize_marked};
use std::sync::Arc;
use unicode_width::UnicodeWidthChar;

mod rest;
#[cfg(test)]
mod tests;

use rest::Rest;

/// A logical line longer than this continues in a further one, so that no single row costs more to find than this.
pub const SEGMENT: usize = 16 * 1024;

/// Room is made at once for texts of this many bytes.
const LARGE: usize = 1 << 20;

/// Writes a page from top to bottom.
#[derive(Debug, Default)]
pub struct PageBuilder {
    page: Page,
    /// The line being written.
    line: Line,
    /// Its first run.
    first_run: usize,
    open: bool,
    /// The next line is the interface's.
    own: bool,
    indent: u16,
    hang: u16,
    gutter: Gutter,
    gutter_no: u16,
    saved: Vec<Gutter>,
    level: u32,
    /// Bytes of text after which nothing more is taken; 0 for no limit.
    limit: usize,
    full: bool,
    /// Only its text is wanted.
    bare: bool,
    /// Where the rest of something long begins to be folded.
    rest: Option<Rest>,
}

/// A fold that has been opened and not closed yet.
#[derive(Debug)]
#[must_use]
pub struct OpenFold(usize);

impl PageBuilder {
    /// An empty page.
    #[must_use]
    pub fn new() -> Self {
        let mut builder = Self::default();
        builder.page.gutters.push(Gutter::default());
        builder
    }

    /// A page that takes the first `bytes` of text and leaves out the rest: the beginning of the page that would be
    /// written without a limit, for a first look. Whoever writes much asks [`Self::is_full`] and stops.
    #[must_use]
    pub fn limited(bytes: usize) -> Self {
        Self { limit: bytes, ..Self::new() }
    }

    /// The text of a page alone, to be looked through: without colours and folds, which take as much memory again.
    #[must_use]
    pub fn bare() -> Self {
        Self { bare: true, ..Self::new() }
    }

    /// It is for a first look.
    #[must_use]
    pub const fn is_limited(&self) -> bool {
        self.limit > 0
    }

    /// Nothing more is taken.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.full
    }

    /// A text of so many bytes is going to be written in small pieces: room for all of it is made at once, for a page that
    /// grows is there twice while it moves. What is not used of it takes no memory.
    pub(super) fn expect(&mut self, bytes: usize) {
        if self.limit > 0 || bytes < LARGE {
            return;
        }
        self.page.text.reserve(bytes + bytes / 2);
        self.page.lines.reserve(bytes / 8);
        if !self.bare {
            self.page.runs.reserve(bytes / 2);
        }
    }

    /// What a limited page has room for of a text.
    fn room<'t>(&self, text: &'t str) -> &'t str {
        let left = if self.limit == 0 { usize::MAX } else { self.limit.saturating_sub(self.page.text.len()) };
        if text.len() <= left {
            return text;
        }
        let cut = text.floor_char_boundary(left);
        // Not between characters that mean something together: a line end of two, a joined cluster.
        let near = text.as_bytes().get(cut.saturating_sub(64)..cut).unwrap_or_default();
        let plain = near.iter().rposition(|b| (b' '..=b'~').contains(b) || *b == b'\n');
        let taken = text.get(..plain.map_or(cut, |at| cut - near.len() + at + 1)).unwrap_or_default();
        // Nor where only the next character says what the last one is: half a line end, a joiner, a blank of Braille.
        taken.trim_end_matches(['\r', '\u{200c}', '\u{200d}', '\u{fe0e}', '\u{fe0f}', '\u{2800}'])
    }

    /// Adds text; a `\n` in it ends the line.
    pub fn text(&mut self, text: &str, class: Class) {
        if self.full {
            return;
        }
        let taken = self.room(text);
        if taken.len() < 64 && taken.len() == text.len() && text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
            // The short tokens of JSON are most of what large pages are made of.
            return self.piece(text, class);
        }
        let (safe, marks) = sanitize_marked(taken);
        let mut at = 0;
        for (start, end) in marks {
            self.safe(safe.get(at..start).unwrap_or_default(), class);
            self.safe(safe.get(start..end).unwrap_or_default(), Class::Escape);
            at = end;
        }
        self.safe(safe.get(at..).unwrap_or_default(), class);
        if taken.len() < text.len() {
            self.finish_if_open();
            self.full = true;
            self.page.cut = true;
        }
    }

    /// Adds a whole line.
    pub fn line(&mut self, text: &str, class: Class) {
        self.text(text, class);
        self.end_line();
    }

    fn safe(&mut self, text: &str, class: Class) {
        let mut rest = text;
        while let Some(at) = memchr::memchr(b'\n', rest.as_bytes()) {
            self.piece(rest.get(..at).unwrap_or_default(), class);
            self.end_line();
            rest = rest.get(at + 1..).unwrap_or_default();
        }
        self.piece(rest, class);
    }

    fn piece(&mut self, mut text: &str, class: Class) {
        if text.is_empty() || self.full {
            return;
        }
        self.begin();
        loop {
            let written = self.page.text.len() - self.line.start as usize;
            let rest = self.shown_of_line().filter(|shown| *shown < SEGMENT);
            let room = rest.unwrap_or(SEGMENT).saturating_sub(written);
            if text.len() <= room {
                break;
            }
            let cut = cut_before(text, room);
            self.run(text.get(..cut).unwrap_or_default(), class);
            text = text.get(cut..).unwrap_or_default();
            let at = (self.line.indent, self.line.hang);
            self.finish_line();
            if rest.is_some() {
                // What was shown of a long paragraph ends here; below the fold it goes on.
                self.page.text.push('\n');
                self.begin_rest();
                self.begin();
                (self.line.indent, self.line.hang) = (at.1, at.1);
                continue;
            }
            self.begin();
            self.line.kind = Kind::Continued;
            self.line.indent = self.line.hang;
        }
        self.run(text, class);
    }

    fn run(&mut self, text: &str, class: Class) {
        if text.is_empty() {
            return;
        }
        let start = self.offset();
        if self.bare {
            return self.page.text.push_str(text);
        }
        let same = self.page.runs.last().is_some_and(|r| r.class == class) && self.page.runs.len() > self.first_run;
        if !same {
            self.page.runs.push(Run { start, class });
        }
        self.page.text.push_str(text);
    }

    fn offset(&self) -> u32 {
        u32::try_from(self.page.text.len()).unwrap_or(u32::MAX)
    }

    fn begin(&mut self) {
        if self.open {
            return;
        }
        self.open = true;
        self.first_run = self.page.runs.len();
        self.line = Line {
            start: self.offset(),
            end: 0,
            indent: self.indent,
            hang: self.indent.saturating_add(self.hang),
            gutter: self.gutter_no,
            kind: Kind::Text,
            own: std::mem::take(&mut self.own),
        };
    }

    /// The next line is the interface's own, whatever text of a trace stands in it. A trace may hold the same words; it
    /// cannot hold the mark that such a line is drawn with.
    pub fn own(&mut self) {
        self.finish_if_open();
        self.own = !self.full;
    }

    /// The same for a heading: at the left edge, where no text of a trace is, it needs no mark.
    pub fn own_inside(&mut self) {
        if !self.gutter.left.is_empty() {
            self.own();
        }
    }

    fn finish_line(&mut self) {
        self.page.lines.push(self.line.into());
        self.open = false;
    }

    /// Ends the line; an empty one if nothing was written since the last.
    pub fn end_line(&mut self) {
        if self.full {
            return;
        }
        self.begin();
        self.finish_line();
        self.page.text.push('\n');
        self.maybe_rest();
        if self.limit > 0 && self.page.text.len() > self.limit {
            self.full = true;
            self.page.cut = true;
        }
    }

    /// Ends the line if one was begun.
    pub fn finish_if_open(&mut self) {
        if self.open {
            self.end_line();
        }
    }

    /// An empty line, but never two in a row and never the first.
    pub fn gap(&mut self) {
        self.finish_if_open();
        if let Some(last) = self.page.lines.len().checked_sub(1).map(|last| self.page.line(last))
            && (last.start != last.end || last.kind != Kind::Text)
        {
            self.end_line();
        }
    }

    /// True at the start of a line.
    #[must_use]
    pub fn at_line_start(&self) -> bool {
        !self.open
    }

    /// Columns left free before lines begun from now on; returns the value before.
    pub fn set_indent(&mut self, indent: u16) -> u16 {
        std::mem::replace(&mut self.indent, indent)
    }

    /// Further columns left free before wrapped rows; returns the value before.
    pub fn set_hang(&mut self, hang: u16) -> u16 {
        std::mem::replace(&mut self.hang, hang)
    }

    /// A bar (or other mark) on the left of all lines until [`Self::pop_gutter`]. Very deep ones share the last.
    pub fn push_gutter(&mut self, mark: &'static str, class: Class) {
        self.finish_if_open();
        self.saved.push(self.gutter.clone());
        if self.gutter.left.len() < 8 {
            self.gutter.left.push((mark, class));
            self.gutter.width += u16::try_from(super::width(mark)).unwrap_or(0);
        }
        self.intern();
    }

    /// Takes the last gutter away.
    pub fn pop_gutter(&mut self) {
        self.finish_if_open();
        self.gutter = self.saved.pop().unwrap_or_default();
        self.intern();
    }

    fn intern(&mut self) {
        let known = self.page.gutters.iter().rposition(|g| *g == self.gutter);
        let at = known.unwrap_or_else(|| {
            self.page.gutters.push(self.gutter.clone());
            self.page.gutters.len() - 1
        });
        self.gutter_no = u16::try_from(at).unwrap_or(0);
    }

    /// Opens a box; what is written until [`Self::box_body`] is its title.
    pub fn open_box(&mut self, class: Class) {
        self.push_gutter("│ ", class);
        self.gutter.boxed = Some(class);
        self.intern();
        if self.full {
            return;
        }
        self.begin();
        self.line.own = true;
        self.line.kind = Kind::Top;
    }

    /// Ends a box's title.
    pub fn box_body(&mut self) {
        self.end_line();
    }

    /// Closes a box.
    pub fn close_box(&mut self) {
        self.finish_if_open();
        if !self.full {
            self.begin();
            self.line.own = true;
            self.line.kind = Kind::Bottom;
            self.end_line();
        }
        self.pop_gutter();
    }

    /// From here on lines belong to a fold whose header is the line just ended.
    pub fn open_fold(&mut self) -> OpenFold {
        self.finish_if_open();
        if self.full || self.bare {
            // Its header is not on this page, or nobody will fold it.
            self.level += 1;
            return OpenFold(usize::MAX);
        }
        let header = u32::try_from(self.page.lines.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let level = self.level;
        self.page.folds.push(Fold { header, end: header, level, folded: false, note: Note::Preview });
        self.level += 1;
        OpenFold(self.page.folds.len() - 1)
    }

    /// Ends a fold with the line being written, if there is one (a comma may follow). One that hides nothing is
    /// dropped if it is the last made.
    pub fn close_fold(&mut self, fold: OpenFold, folded: bool, note: Note) {
        self.level = self.level.saturating_sub(1);
        let end = u32::try_from(self.len()).unwrap_or(u32::MAX);
        if let Some(f) = self.page.folds.get_mut(fold.0) {
            f.end = end;
            f.folded = folded;
            f.note = note;
        }
        if self.page.folds.last().is_some_and(|f| f.end <= f.header + 1)
            && Some(self.page.folds.len()) == fold.0.checked_add(1)
        {
            self.page.folds.pop();
        }
    }

    /// From the next line on, this is what a person would copy.
    pub fn block(&mut self, what: &'static str, raw: Arc<str>, error: bool) {
        self.finish_if_open();
        if self.full {
            return;
        }
        let line = u32::try_from(self.page.lines.len()).unwrap_or(u32::MAX);
        self.page.blocks.push(Block { line, what, raw, error });
    }

    /// Counts what is left out on purpose, so that it can be said.
    pub fn hide(&mut self, things: usize) {
        self.page.hidden += things;
    }

    /// Lines so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.page.lines.len() + usize::from(self.open)
    }

    /// True before the first line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The page.
    #[must_use]
    pub fn finish(mut self) -> Page {
        self.finish_if_open();
        self.page.text.shrink_to_fit();
        self.page.runs.shrink_to_fit();
        self.page.lines.shrink_to_fit();
        self.page
    }
}

/// Where to cut a text that has room for `room` bytes: after a space nearby, else before a character that stands alone.
fn cut_before(text: &str, room: usize) -> usize {
    let mut cut = text.floor_char_boundary(room);
    if let Some(space) = text.get(cut.saturating_sub(256)..cut).and_then(|near| near.rfind(' ')) {
        return cut.saturating_sub(256) + space + 1;
    }
    for _ in 0..32 {
        let next = text.get(cut..).and_then(|t| t.chars().next());
        let before = text.get(..cut).and_then(|t| t.chars().next_back());
        if cut == 0 || (next.is_none_or(|c| c.width().unwrap_or(0) > 0) && before != Some('\u{200d}')) {
            break;
        }
        cut = text.floor_char_boundary(cut - 1);
    }
    // Nothing fits on what is left of this line: go on in the next; on an empty one something must be taken.
    if cut == 0 && room >= SEGMENT { text.floor_char_boundary(room).max(1) } else { cut }
}
