//! A page: logical lines of styled text with folds, frames and copyable blocks, independent of any screen width.
//!
//! All text stands in one string (sanitised, a `\n` after each logical line), all runs and lines in flat vectors, so a
//! page of a few megabytes is a handful of allocations and a search is one pass over memory.

use super::Class;
use std::sync::Arc;

/// A run of one class; it ends where the next one starts. Without padding: a page of JSON has millions of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, packed)]
pub struct Run {
    /// First byte in [`Page::text`].
    pub start: u32,
    /// How it looks.
    pub class: Class,
}

/// What a line is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// Text, wrapped to the width.
    #[default]
    Text,
    /// Goes on with the line before: a huge line in pieces.
    Continued,
    /// The upper edge of a box, with its text as title; always one row.
    Top,
    /// The lower edge of a box.
    Bottom,
}

/// One logical line.
#[derive(Debug, Clone, Copy, Default)]
pub struct Line {
    /// First byte in [`Page::text`].
    pub start: u32,
    /// One past its last byte (the `\n` not counted).
    pub end: u32,
    /// Columns left free before the first row (after the gutter).
    pub indent: u16,
    /// Columns left free before further rows.
    pub hang: u16,
    /// Which of `Page::gutters` stands on its left.
    pub gutter: u16,
    /// What it is.
    pub kind: Kind,
    /// The interface wrote it, or its beginning: it is told apart in a column that no text of a trace reaches.
    pub own: bool,
}

/// What is kept of a line: a page of JSON has a million of them. Where it ends, the next one tells.
#[derive(Debug, Clone, Copy)]
#[repr(C, packed)]
pub(super) struct Kept {
    pub start: u32,
    indent: u16,
    gutter: u16,
    /// Columns that further rows stand further in.
    further: u8,
    kind: Kind,
    own: bool,
}

impl From<Line> for Kept {
    fn from(line: Line) -> Self {
        let further = u8::try_from(line.hang.saturating_sub(line.indent)).unwrap_or(u8::MAX);
        Self { start: line.start, indent: line.indent, gutter: line.gutter, further, kind: line.kind, own: line.own }
    }
}

/// What stands beside every row of a line: bars and box sides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gutter {
    /// From left to right.
    pub left: Vec<(&'static str, Class)>,
    /// Columns of `left`.
    pub width: u16,
    /// The line is inside a box: its right side is drawn in this class.
    pub boxed: Option<Class>,
}

/// How a folded part says what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// The first hidden line, and how many.
    Preview,
    /// How many lines.
    Lines,
    /// How many lines more there are of what stands above; the header itself is empty.
    Rest,
    /// Nothing: the header says it all.
    Header,
    /// How many entries, and the closing bracket.
    Entries(u32, char),
}

/// A header line and the lines that it can hide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fold {
    /// The line that stays.
    pub header: u32,
    /// One past the last line hidden.
    pub end: u32,
    /// 0 for outermost.
    pub level: u32,
    /// Folded when the page is opened.
    pub folded: bool,
    /// What is shown then.
    pub note: Note,
}

/// Something that can be copied or jumped to, from its line to the next block's.
#[derive(Debug, Clone)]
pub struct Block {
    /// Its first line.
    pub line: u32,
    /// "message", "document", ...
    pub what: &'static str,
    /// As it came, not sanitised.
    pub raw: Arc<str>,
    /// It reports a failure.
    pub error: bool,
}

/// A place in the text that leads to something: a citation to its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jump {
    /// First byte in [`Page::text`].
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// What it leads to, as whoever laid it counts.
    pub target: usize,
    /// How many others it may mean just as well.
    pub others: usize,
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Page {
    pub(super) text: String,
    pub(super) runs: Vec<Run>,
    pub(super) lines: Vec<Kept>,
    pub(super) gutters: Vec<Gutter>,
    pub(super) folds: Vec<Fold>,
    pub(super) hidden: usize,
    pub(super) blocks: Vec<Block>,
    pub(super) links: Vec<Jump>,
    pub(super) cut: bool,
}

impl Page {
    /// All text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Number of logical lines.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// It is the beginning of a longer one: see [`super::PageBuilder::limited`].
    #[must_use]
    pub const fn is_cut(&self) -> bool {
        self.cut
    }

    /// Bytes of memory that it holds on to, roughly, without the blocks' raw texts (which others share).
    #[must_use]
    pub fn weight(&self) -> usize {
        self.text.capacity()
            + self.runs.capacity() * size_of::<Run>()
            + self.lines.capacity() * size_of::<Kept>()
            + self.folds.capacity() * size_of::<Fold>()
            + self.blocks.capacity() * size_of::<Block>()
    }

    /// True without any line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// A line; an empty one where there is none.
    #[must_use]
    pub fn line(&self, line: usize) -> Line {
        let Some(kept) = self.lines.get(line) else { return Line::default() };
        let (start, indent) = (kept.start, kept.indent);
        // The next one begins behind the line end, or at once where it goes on with this one.
        let (next, ended) = match self.lines.get(line + 1) {
            Some(next) => (next.start as usize, next.kind != Kind::Continued),
            None => (self.text.len(), self.text.ends_with('\n')),
        };
        let end = next.saturating_sub(usize::from(ended)).max(start as usize);
        Line {
            start,
            end: u32::try_from(end).unwrap_or(u32::MAX),
            indent,
            hang: indent.saturating_add(kept.further.into()),
            gutter: kept.gutter,
            kind: kept.kind,
            own: kept.own,
        }
    }

    /// The text of a line.
    #[must_use]
    pub fn line_text(&self, line: usize) -> &str {
        let line = self.line(line);
        self.text.get(line.start as usize..line.end as usize).unwrap_or_default()
    }

    /// The line's gutter.
    #[must_use]
    pub fn gutter(&self, line: Line) -> Option<&Gutter> {
        self.gutters.get(usize::from(line.gutter))
    }

    /// The line that a byte of [`Self::text`] is in.
    #[must_use]
    pub fn line_at(&self, byte: u32) -> usize {
        self.lines.partition_point(|l| l.start <= byte).saturating_sub(1)
    }

    /// The runs of a line.
    #[must_use]
    pub fn runs(&self, line: Line) -> &[Run] {
        let from = self.runs.partition_point(|r| r.start < line.start);
        let rest = self.runs.get(from..).unwrap_or_default();
        let end = rest.iter().position(|r| r.start >= line.end).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    }

    /// All folds, outer before inner, in the order of their headers.
    #[must_use]
    pub fn folds(&self) -> &[Fold] {
        &self.folds
    }

    /// How many things were left out of it on purpose.
    #[must_use]
    pub fn hidden(&self) -> usize {
        self.hidden
    }

    /// The fold that a line is the header of.
    #[must_use]
    pub fn fold_at(&self, line: usize) -> Option<usize> {
        let at = self.folds.partition_point(|f| (f.header as usize) < line);
        (self.folds.get(at)?.header as usize == line).then_some(at)
    }

    /// All blocks, in order.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The block that a line belongs to.
    #[must_use]
    pub fn block_at(&self, line: usize) -> Option<&Block> {
        let at = self.blocks.partition_point(|b| b.line as usize <= line);
        self.blocks.get(at.checked_sub(1)?)
    }
}
