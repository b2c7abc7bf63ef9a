//! Markdown as runs: headings, lists, code, aligned tables, quotes, links with their address shown.
//!
//! Line ends stay where the writer put them (a model's answer is read, not typeset), and nothing is hidden but the
//! signs of the markup itself.

use super::table::Table;
use super::{Class, PageBuilder};
use pulldown_cmark::{Alignment, CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// Larger texts are shown as they are: such sizes are logs and dumps, not prose.
pub const MAX_MARKDOWN: usize = 1 << 20;
/// So are texts with more signs of markup and line ends than this, which are data: each takes a hundred bytes while it is read.
const MAX_SIGNS: usize = 150_000;

/// Writes a text, as Markdown where it is not huge, at the builder's current place.
pub fn markdown(b: &mut PageBuilder, text: &str) {
    if text.len() > MAX_MARKDOWN || is_dense(text) || !has_markup(text) || only_signs(text) || returns(text) {
        b.text(text.trim_end_matches(['\n', '\r']), Class::Plain);
        b.finish_if_open();
        return;
    }
    // Not what is struck out: the signs stay, since words that were taken back must not read as if they stood.
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        // So that nothing in a formula is taken for markup; it is shown as it is written.
        | Options::ENABLE_MATH;
    let mut writer = Writer { indent: b.set_indent(0), ..Writer::default() };
    b.set_indent(writer.indent);
    let start = writer.indent;
    writer.start = start;
    let events = Parser::new_ext(text, options).into_offset_iter();
    let definitions = events.reference_definitions().iter();
    let mut definitions: Vec<(String, Range<usize>)> =
        definitions.map(|(name, d)| (name.to_owned(), d.span.clone())).collect();
    let mut literal = Vec::new();
    let mut read_to = 0;
    for (event, range) in events {
        if b.is_full() {
            break;
        }
        if let Event::Start(Tag::Link { id, .. } | Tag::Image { id, .. }) = &event {
            definitions.retain(|(name, _)| !name.eq_ignore_ascii_case(id));
        }
        if let Some(signs) = signs(&event, text, &range, &mut literal) {
            writer.event(b, Event::Text(signs.into()));
            continue;
        }
        if matches!(event, Event::Start(Tag::Item)) {
            writer.number = text.get(range.start..).and_then(number);
        }
        if matches!(event, Event::Text(_)) {
            if range.start > read_to && keeps_backslash(text, range.start) {
                writer.event(b, Event::Text("\\".into()));
            }
            read_to = range.end;
        }
        // Markdown drops the spaces that lines begin with; stack traces and poems need them.
        let lead = match event {
            Event::SoftBreak => spaces_after(text, range.start),
            Event::Start(Tag::Paragraph) => spaces_before(text, range.start),
            _ => 0,
        };
        if let (Event::End(TagEnd::TableRow), Some(table)) = (&event, &mut writer.table) {
            table.end_source_row(text.get(range).unwrap_or_default());
            continue;
        }
        writer.event(b, event);
        let lead = lead.saturating_sub(usize::from(writer.indent - start));
        if lead > 0 && b.at_line_start() && writer.table.is_none() {
            b.text(&" ".repeat(lead), Class::Plain);
        }
    }
    b.finish_if_open();
    b.set_indent(start);
    b.set_hang(0);
    // An address that nothing refers to is told all the same.
    definitions.sort_by_key(|(_, span)| span.start);
    for line in definitions.into_iter().filter_map(|(_, span)| text.get(span)).flat_map(str::lines) {
        if b.is_full() {
            break;
        }
        b.line(line.trim(), Class::Dim);
    }
}

/// The signs of an emphasis inside a word, `2*3*4` or `2**10`, which the writer meant as they stand: letters or digits on
/// both sides. `literal` remembers those that are open.
fn signs<'t>(event: &Event<'_>, text: &'t str, range: &Range<usize>, literal: &mut Vec<bool>) -> Option<&'t str> {
    let wide = match event {
        Event::Start(Tag::Emphasis) | Event::End(TagEnd::Emphasis) => 1,
        Event::Start(Tag::Strong) | Event::End(TagEnd::Strong) => 2,
        _ => return None,
    };
    let opens = matches!(event, Event::Start(_));
    if opens {
        let word = |c: Option<&u8>| c.is_some_and(u8::is_ascii_alphanumeric);
        let before = range.start.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        // `__init__` is a name.
        let name = wide == 2 && text.as_bytes().get(range.start) == Some(&b'_');
        literal.push(name || (word(before) && word(text.as_bytes().get(range.end))));
    }
    let inside = if opens { literal.last().copied() } else { literal.pop() };
    let at = if opens { range.start..range.start + wide } else { range.end.checked_sub(wide)?..range.end };
    inside.filter(|inside| *inside).and_then(|_| text.get(at))
}

/// Whether the backslash before this place is shown though Markdown takes it for an escape: before brackets and another
/// backslash it mostly is mathematics, `\\(x\\)`, or a path.
fn keeps_backslash(text: &str, at: usize) -> bool {
    let escape = at.checked_sub(1).and_then(|before| text.as_bytes().get(before)) == Some(&b'\\');
    escape && matches!(text.as_bytes().get(at), Some(b'(' | b')' | b'[' | b']' | b'\\'))
}

/// A carriage return on its own: Markdown would make it a line end like any other, and here it is shown.
fn returns(text: &str) -> bool {
    memchr::memchr_iter(b'\r', text.as_bytes()).any(|at| text.as_bytes().get(at + 1) != Some(&b'\n'))
}

/// Signs without a word: `-`, "```" and `***` are what was said, and as markup they would say nothing.
fn only_signs(text: &str) -> bool {
    !text.chars().any(char::is_alphanumeric)
}

/// The number of a list's item as it is written: `2)` stays, and two that are both called `1.` do.
fn number(text: &str) -> Option<String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number = text.get(..digits + 1).filter(|n| digits > 0 && n.ends_with(['.', ')']))?;
    Some(format!("{number} "))
}

/// It has too many signs to be looked at one by one.
fn is_dense(text: &str) -> bool {
    let sign = |b: &&u8| matches!(b, b'\n' | b'|' | b'*' | b'_' | b'`' | b'[' | b']' | b'<' | b'&' | b'~' | b'\\');
    text.len() > MAX_SIGNS && text.as_bytes().iter().filter(sign).count() > MAX_SIGNS
}

/// A quick look for anything that Markdown would change.
fn has_markup(text: &str) -> bool {
    text.bytes().any(|c| matches!(c, b'*' | b'_' | b'`' | b'#' | b'[' | b'|' | b'>' | b'~' | b'\\' | b'&' | b'<'))
        || text.lines().any(|l| {
            l.trim_start().starts_with(['-', '+', '=']) || l.trim_start().starts_with(|c: char| c.is_ascii_digit())
        })
}

/// Spaces at the beginning of the line after the line end at `at`.
fn spaces_after(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let line = rest.find('\n').and_then(|end| rest.get(end + 1..)).unwrap_or_default();
    line.bytes().take_while(|b| *b == b' ').count().min(60)
}

/// Spaces between the beginning of the line and `at`, if there is nothing else.
fn spaces_before(text: &str, at: usize) -> usize {
    let line = text.get(..at).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
    if line.bytes().all(|b| b == b' ') { line.len() } else { 0 }
}

#[derive(Default)]
struct Writer {
    /// Indent of the whole text.
    start: u16,
    indent: u16,
    /// Columns of the marker of the open item of each open list.
    lists: Vec<u16>,
    /// The number of the item that begins, as it is written.
    number: Option<String>,
    strong: u32,
    emphasis: u32,
    quote: u32,
    heading: bool,
    code: bool,
    links: Vec<String>,
    /// The open link is written in brackets.
    bracket: bool,
    table: Option<Table>,
    /// Text since a link or image began, to leave out an address that is its own text.
    label: String,
    /// A blank line is due before the next block.
    gap: bool,
    /// There is a block before it.
    begun: bool,
}

impl Writer {
    fn class(&self) -> Class {
        if self.code {
            Class::Code
        } else if self.heading {
            Class::Heading
        } else if !self.links.is_empty() {
            Class::Link
        } else if self.strong > 0 {
            Class::Strong
        } else if self.emphasis > 0 {
            Class::Emphasis
        } else if self.quote > 0 {
            Class::Quote
        } else {
            Class::Plain
        }
    }

    fn write(&mut self, b: &mut PageBuilder, text: &str, class: Class) {
        match &mut self.table {
            Some(table) => table.text(text, class),
            None => b.text(text, class),
        }
    }

    /// Starts a block: a blank line between blocks, none inside a list item's first line.
    fn block(&mut self, b: &mut PageBuilder) {
        if self.gap && self.begun && b.at_line_start() && self.lists.is_empty() {
            b.gap();
        }
        self.gap = false;
        self.begun = true;
    }

    fn event(&mut self, b: &mut PageBuilder, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(b, tag),
            Event::End(tag) => self.end(b, tag),
            Event::Text(text) => {
                if !self.links.is_empty() {
                    self.label.push_str(&text);
                }
                // A code block's text ends with the line end that closes it.
                let class = self.class();
                self.write(b, &text, class);
            }
            Event::Code(text) => self.write(b, &text, Class::Code),
            Event::Html(text) | Event::InlineHtml(text) => {
                let class = self.class();
                self.write(b, &text, class);
            }
            Event::SoftBreak | Event::HardBreak => match &mut self.table {
                Some(table) => table.text(" ", Class::Plain),
                None => b.end_line(),
            },
            Event::Rule => {
                self.block(b);
                b.line("────────", Class::Dim);
                self.gap = true;
            }
            Event::TaskListMarker(done) => self.write(b, if done { "[x] " } else { "[ ] " }, Class::Strong),
            Event::FootnoteReference(text) => {
                let class = self.class();
                self.write(b, &text, class);
            }
            Event::InlineMath(text) => {
                let class = self.class();
                self.write(b, &format!("${text}$"), class);
            }
            Event::DisplayMath(text) => {
                let class = self.class();
                self.write(b, &format!("$${text}$$"), class);
            }
        }
    }

    fn start(&mut self, b: &mut PageBuilder, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.block(b),
            Tag::Heading { level, .. } => {
                self.gap = true;
                self.block(b);
                self.heading = true;
                b.text(&"#".repeat(level as usize), Class::Dim);
                b.text(" ", Class::Dim);
            }
            Tag::BlockQuote(_) => {
                self.block(b);
                self.quote += 1;
                b.push_gutter("▎ ", Class::Quote);
            }
            Tag::CodeBlock(kind) => {
                self.block(b);
                b.push_gutter("  ", Class::Dim);
                if let CodeBlockKind::Fenced(language) = kind
                    && !language.is_empty()
                {
                    // As it is written: it would be taken for the first line of the code.
                    b.line(&format!("```{language}"), Class::Dim);
                }
                self.code = true;
            }
            Tag::List(_) => {
                b.finish_if_open();
                self.block(b);
                self.lists.push(0);
            }
            Tag::Item => {
                b.finish_if_open();
                self.gap = false;
                let marker = self.number.take().unwrap_or_else(|| "• ".to_owned());
                let columns = u16::try_from(super::width(&marker)).unwrap_or(2);
                if let Some(open) = self.lists.last_mut() {
                    *open = columns;
                }
                // Wrapped rows and further paragraphs stand below the item's text.
                b.set_indent(self.indent);
                b.set_hang(columns);
                b.text(&marker, Class::Dim);
                self.indent = self.indent.saturating_add(columns);
                b.set_indent(self.indent);
                b.set_hang(0);
            }
            Tag::Strong => self.strong += 1,
            Tag::Emphasis => self.emphasis += 1,
            Tag::Link { link_type, dest_url, .. } => {
                // `[1]` is a citation's sign as well as its address's.
                self.bracket = matches!(link_type, LinkType::Shortcut | LinkType::Collapsed);
                if self.bracket {
                    self.write(b, "[", Class::Link);
                }
                self.label.clear();
                self.links.push(dest_url.into_string());
            }
            Tag::Image { dest_url, .. } => {
                self.write(b, "image ", Class::Dim);
                self.label.clear();
                self.links.push(dest_url.into_string());
            }
            Tag::Table(columns) => {
                self.block(b);
                b.finish_if_open();
                self.table = Some(Table::new(columns.iter().map(|c| *c == Alignment::Right).collect()));
            }
            _ => {}
        }
    }

    fn end(&mut self, b: &mut PageBuilder, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => {
                b.finish_if_open();
                self.gap = true;
            }
            TagEnd::Heading(_) => {
                b.finish_if_open();
                self.heading = false;
                self.gap = false;
            }
            TagEnd::BlockQuote(_) => {
                self.quote = self.quote.saturating_sub(1);
                b.pop_gutter();
                self.gap = true;
            }
            TagEnd::CodeBlock => {
                self.code = false;
                b.pop_gutter();
                self.gap = true;
            }
            TagEnd::List(_) => {
                self.lists.pop();
                b.finish_if_open();
                self.gap = self.lists.is_empty();
            }
            TagEnd::Item => {
                b.finish_if_open();
                let columns = self.lists.last().copied().unwrap_or(2);
                self.indent = self.indent.saturating_sub(columns).max(self.start);
                b.set_indent(self.indent);
                self.gap = false;
            }
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Emphasis => self.emphasis = self.emphasis.saturating_sub(1),
            TagEnd::Link | TagEnd::Image => {
                if std::mem::take(&mut self.bracket) {
                    self.write(b, "]", Class::Link);
                }
                if let Some(address) = self.links.pop()
                    && !address.is_empty()
                    && address != self.label
                    && address.strip_prefix("mailto:") != Some(&self.label)
                {
                    let shown = if self.label.is_empty() { format!("({address})") } else { format!(" ({address})") };
                    self.write(b, &shown, Class::Dim);
                }
            }
            TagEnd::TableHead => {
                if let Some(table) = &mut self.table {
                    table.end_row();
                }
            }
            TagEnd::TableCell => {
                if let Some(table) = &mut self.table {
                    table.end_cell();
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    table.write(b);
                }
                self.gap = true;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
