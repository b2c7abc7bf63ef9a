//! JSON as lines for people: coloured, indented, foldable, texts readable, JSON inside strings opened in place.
//!
//! One loop with its own stack: any depth is fine, and anything that is not JSON is shown as it stands.

use super::json::{Found, Token, is_container, token, unescape};
use super::{Class, Note, OpenFold, PageBuilder};
use crate::model::attachment::attachment;
use std::borrow::Cow;
use std::rc::Rc;

/// A list of more numbers is folded.
const MANY: usize = 64;
/// Columns per level.
const STEP: u16 = 2;
/// An object, or a list with texts in it, of up to this many bytes stays on one line if nothing in it is nested.
const SHORT: usize = 64;
/// JSON in a string in JSON in a string ... is opened this many times.
const MAX_LAYERS: usize = 8;
/// Deeper levels are not indented further (a pane shows at most half its width of it anyway).
const MAX_INDENT: u16 = 400;
/// From this line on, values stand side by side: nobody reads so far line by line, and each line takes memory.
const LINES: usize = 1 << 19;
/// Brackets deeper than this have no lines of their own, likewise.
const LEVELS: usize = 1 << 17;

/// Writes a JSON text at the builder's current place, levels from `open_levels` on folded.
pub fn json(b: &mut PageBuilder, text: &str, open_levels: usize) {
    b.expect(text.len());
    json_within(b, text, open_levels, (LINES, LEVELS));
}

fn json_within(b: &mut PageBuilder, text: &str, open_levels: usize, most: (usize, usize)) {
    let mut writer = Writer {
        layers: vec![Layer { text: Rc::new(Cow::Borrowed(text)), at: 0, depth: 0 }],
        stack: Vec::new(),
        flat: Vec::new(),
        most,
        open_levels,
        base: 0,
        key: false,
        closed: false,
    };
    writer.run(b);
}

/// A container that has been opened and not closed.
struct Level {
    open: char,
    entries: u32,
    fold: OpenFold,
    /// Folded whatever its level.
    closed: bool,
}

/// A text being read; the outermost, and strings that hold JSON.
struct Layer<'t> {
    text: Rc<Cow<'t, str>>,
    at: usize,
    /// Levels that lie outside of it.
    depth: usize,
}

struct Writer<'t> {
    layers: Vec<Layer<'t>>,
    stack: Vec<Level>,
    /// Of containers inside of those that share a line with what is around them: whether it is an object.
    flat: Vec<bool>,
    /// Lines and levels from which on that is so.
    most: (usize, usize),
    open_levels: usize,
    base: u16,
    /// The next string is an object's key.
    key: bool,
    /// The line being written ends a fold.
    closed: bool,
}

impl Writer<'_> {
    fn run(&mut self, b: &mut PageBuilder) {
        let before = b.set_indent(0);
        let hang = b.set_hang(STEP);
        // Room for the fold marks.
        self.base = before.saturating_add(STEP);
        self.indent(b);
        while let Some(layer) = self.layers.last_mut().filter(|_| !b.is_full()) {
            let text = Rc::clone(&layer.text);
            match token(&text, layer.at) {
                Some(found) => {
                    layer.at = found.next;
                    self.token(b, &text, found);
                }
                None => {
                    self.layers.pop();
                }
            }
        }
        while let Some(level) = self.stack.pop() {
            // The text ended before its brackets did.
            self.close(b, level, "");
        }
        b.finish_if_open();
        b.set_indent(before);
        b.set_hang(hang);
    }

    fn indent(&self, b: &mut PageBuilder) {
        let deep = u16::try_from(self.stack.len()).unwrap_or(u16::MAX).saturating_mul(STEP);
        b.set_indent(self.base.saturating_add(deep.min(MAX_INDENT)));
    }

    fn depth(&self) -> usize {
        self.stack.len() + self.flat.len()
    }

    /// What follows shares the line.
    fn is_dense(&self, b: &PageBuilder) -> bool {
        !self.flat.is_empty() || b.len() >= self.most.0
    }

    fn token(&mut self, b: &mut PageBuilder, text: &str, found: Found) {
        let piece = text.get(found.start..found.end).unwrap_or_default();
        let after_fold = self.closed;
        if self.closed && !matches!(found.token, Token::Close(_)) {
            self.closed = false;
            if found.token != Token::Comma {
                // No JSON goes on here; what does must not be the header of a fold that begins inside the last one.
                b.finish_if_open();
                self.indent(b);
            }
        }
        match found.token {
            Token::Open(c) => self.open(b, text, c, found),
            Token::Close(_) => {
                // A bracket that closes nothing of its own layer is only shown.
                let floor = self.layers.last().map_or(0, |l| l.depth);
                let own = self.depth() > floor;
                match if own && self.flat.pop().is_none() { self.stack.pop() } else { None } {
                    Some(level) => self.close(b, level, piece),
                    None => b.text(piece, Class::Punct),
                }
            }
            Token::Comma => {
                // What follows the end of a fold would be hidden with it.
                if self.is_dense(b) && !after_fold {
                    b.text(", ", Class::Punct);
                } else {
                    b.text(",", Class::Punct);
                    b.end_line();
                }
                self.key = match (self.flat.last(), self.stack.last_mut()) {
                    (Some(object), _) => *object,
                    (None, Some(level)) => {
                        level.entries += 1;
                        level.open == '{'
                    }
                    (None, None) => false,
                };
            }
            Token::Colon => {
                b.text(": ", Class::Punct);
                self.key = false;
            }
            Token::Str if self.key => {
                b.text("\"", Class::Key);
                b.text(&unescape(piece).replace('\n', "\\n"), Class::Key);
                b.text("\"", Class::Key);
            }
            Token::Str => self.string(b, piece),
            Token::Number => b.text(piece, Class::Number),
            Token::Literal => b.text(piece, Class::Literal),
            Token::Other => b.text(piece, Class::Plain),
        }
    }

    fn open(&mut self, b: &mut PageBuilder, text: &str, c: char, found: Found) {
        let flat = flat_end(text, c, found.next);
        let inside = flat.and_then(|end| text.get(found.next..end)?.strip_suffix(']')).unwrap_or_default();
        let commas = memchr::memchr_iter(b',', inside.as_bytes()).count();
        let dense = self.is_dense(b) || self.stack.len() >= self.most.1;
        if commas >= MANY && !dense {
            // An embedding: nobody reads it, and it would push everything else off the screen.
            b.text("[", Class::Punct);
            b.end_line();
            let fold = b.open_fold();
            self.stack.push(Level {
                open: c,
                entries: u32::try_from(commas).unwrap_or(u32::MAX - 1),
                fold,
                closed: true,
            });
            self.indent(b);
            write_flat(b, text, found.next, found.next + inside.len());
            if let Some(layer) = self.layers.last_mut() {
                layer.at = found.next + inside.len();
            }
            return;
        }
        if let Some(end) = flat {
            write_flat(b, text, found.start, end);
            if let Some(layer) = self.layers.last_mut() {
                layer.at = end;
            }
            return;
        }
        b.text(if c == '{' { "{" } else { "[" }, Class::Punct);
        self.key = c == '{';
        if dense {
            self.flat.push(self.key);
            return;
        }
        b.end_line();
        let fold = b.open_fold();
        self.stack.push(Level { open: c, entries: 0, fold, closed: false });
        self.indent(b);
    }

    fn close(&mut self, b: &mut PageBuilder, level: Level, bracket: &str) {
        b.finish_if_open();
        self.indent(b);
        b.text(bracket, Class::Punct);
        let folded = level.closed || self.stack.len() >= self.open_levels;
        let closing = if level.open == '{' { '}' } else { ']' };
        b.close_fold(level.fold, folded, Note::Entries(level.entries + 1, closing));
        self.key = false;
        self.closed = true;
    }

    fn string(&mut self, b: &mut PageBuilder, raw: &str) {
        let value = unescape(raw);
        if self.layers.len() < MAX_LAYERS && value.len() > 2 && is_container(&value) {
            b.text("text holding ", Class::Dim);
            let text = Rc::new(Cow::Owned(value.into_owned()));
            self.layers.push(Layer { text, at: 0, depth: self.depth() });
            return;
        }
        attached(b, &value);
        b.text("\"", Class::Punct);
        // A JSON string in a string keeps its escapes: `""CHAIN""` could be read in two ways.
        if value.len() > 1 && value.starts_with('"') && value.ends_with('"') {
            b.text(raw, Class::Text);
            b.text("\"", Class::Punct);
        } else if value.contains('\n') && self.is_dense(b) {
            b.text(&value.replace('\n', "\\n"), Class::Text);
            b.text("\"", Class::Punct);
        } else if value.contains('\n') {
            b.end_line();
            let fold = b.open_fold();
            let deep = u16::try_from(self.stack.len() + 1).unwrap_or(u16::MAX).saturating_mul(STEP);
            b.set_indent(self.base.saturating_add(deep.min(MAX_INDENT)));
            b.text(&value, Class::Text);
            b.text("\"", Class::Punct);
            b.close_fold(fold, self.stack.len() >= self.open_levels, Note::Preview);
            self.indent(b);
            self.closed = true;
        } else {
            b.text(&value, Class::Text);
            b.text("\"", Class::Punct);
        }
    }
}

/// What stands under an address of MLflow's, before the address itself.
fn attached(b: &mut PageBuilder, value: &str) {
    if let Some(found) = attachment(value) {
        b.text("▣ ", Class::Accent);
        let told: Vec<&str> = ["attachment"].into_iter().chain(found.facts.iter().map(String::as_str)).collect();
        b.text(&format!("{} ", told.join(" · ")), Class::Dim);
    }
}

/// The end of a container that stays on one line: empty, short and not nested, or all numbers.
fn flat_end(text: &str, open: char, from: usize) -> Option<usize> {
    let mut at = from;
    let mut numbers = open == '[';
    while let Some(found) = token(text, at) {
        at = found.next;
        match found.token {
            Token::Close(_) => return Some(at),
            Token::Open(_) | Token::Other => return None,
            Token::Str => {
                numbers = false;
                let piece = text.get(found.start..found.end).unwrap_or_default();
                if piece.contains("\\n") || piece.starts_with(['{', '[']) {
                    return None;
                }
            }
            Token::Comma | Token::Colon | Token::Number | Token::Literal => {}
        }
        if !numbers && at - from > SHORT {
            return None;
        }
    }
    None
}

fn write_flat(b: &mut PageBuilder, text: &str, start: usize, end: usize) {
    let mut at = start;
    let mut key = false;
    let mut object = false;
    while at < end
        && let Some(found) = token(text, at)
    {
        at = found.next;
        let piece = text.get(found.start..found.end).unwrap_or_default();
        match found.token {
            Token::Open(c) => {
                object = c == '{';
                key = object;
                b.text(piece, Class::Punct);
            }
            Token::Comma => {
                key = object;
                // In a list of numbers one run takes all of it.
                b.text(", ", if object { Class::Punct } else { Class::Number });
            }
            Token::Colon => {
                key = false;
                b.text(": ", Class::Punct);
            }
            Token::Str => {
                let class = if key { Class::Key } else { Class::Text };
                let value = unescape(piece);
                if !key {
                    attached(b, &value);
                }
                b.text("\"", if key { Class::Key } else { Class::Punct });
                let quoted = value.len() > 1 && value.starts_with('"') && value.ends_with('"');
                b.text(if quoted { piece } else { &value }, class);
                b.text("\"", if key { Class::Key } else { Class::Punct });
            }
            Token::Literal => b.text(piece, Class::Literal),
            Token::Number => b.text(piece, Class::Number),
            Token::Close(_) | Token::Other => b.text(piece, Class::Punct),
        }
    }
}

#[cfg(test)]
mod tests;
