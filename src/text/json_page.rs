//! JSON as lines for people: coloured, indented, foldable, texts readable, JSON inside strings opened in place.
//!
//! One loop with its own stack: any depth is fine, and anything that is not JSON is shown as it stands.

use super::json::{Found, Token, is_container, token, unescape};
use super::{Class, Note, OpenFold, PageBuilder};
use crate::model::attachment::attachment;
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

/// Writes a JSON text at the builder's current place, levels from `open_levels` on folded.
pub fn json(b: &mut PageBuilder, text: &str, open_levels: usize) {
    let mut writer = Writer {
        layers: vec![Layer { text: text.into(), at: 0, depth: 0 }],
        stack: Vec::new(),
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
struct Layer {
    text: Rc<str>,
    at: usize,
    /// Levels that lie outside of it.
    depth: usize,
}

struct Writer {
    layers: Vec<Layer>,
    stack: Vec<Level>,
    open_levels: usize,
    base: u16,
    /// The next string is an object's key.
    key: bool,
    /// The line being written ends a fold.
    closed: bool,
}

impl Writer {
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

    fn token(&mut self, b: &mut PageBuilder, text: &str, found: Found) {
        let piece = text.get(found.start..found.end).unwrap_or_default();
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
                let level = if self.stack.len() > floor { self.stack.pop() } else { None };
                match level {
                    Some(level) => self.close(b, level, piece),
                    None => b.text(piece, Class::Punct),
                }
            }
            Token::Comma => {
                b.text(",", Class::Punct);
                b.end_line();
                let object = self.stack.last_mut().is_some_and(|level| {
                    level.entries += 1;
                    level.open == '{'
                });
                self.key = object;
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
        let upto = flat.and_then(|end| text.get(..end)?.rfind(']'));
        let inside = upto.and_then(|end| text.get(found.next..end)).unwrap_or_default();
        let commas = memchr::memchr_iter(b',', inside.as_bytes()).count();
        if commas >= MANY {
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
        b.end_line();
        let fold = b.open_fold();
        self.stack.push(Level { open: c, entries: 0, fold, closed: false });
        self.key = c == '{';
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
            let depth = self.stack.len();
            self.layers.push(Layer { text: value.into(), at: 0, depth });
            return;
        }
        attached(b, &value);
        b.text("\"", Class::Punct);
        // A JSON string in a string keeps its escapes: `""CHAIN""` could be read in two ways.
        if value.len() > 1 && value.starts_with('"') && value.ends_with('"') {
            b.text(raw, Class::Text);
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
mod tests {
    use super::*;
    use crate::text::{Kind, Page};
    use proptest::prelude::*;

    fn page(text: &str, open_levels: usize) -> Page {
        let mut b = PageBuilder::new();
        json(&mut b, text, open_levels);
        b.finish()
    }

    fn shown(page: &Page) -> String {
        (0..page.len())
            .map(|l| {
                let line = page.line(l);
                format!("{:1$}{2}\n", "", usize::from(line.indent), page.line_text(l))
            })
            .collect()
    }

    #[test]
    fn indents_and_keeps_short_things_on_one_line() {
        let page = page(r#"{"a":{"b":1,"c":"x"},"n":[0.5,1e3,null],"deep":{"list":[{"k":true}]},"e":[],"o":{}}"#, 9);
        insta::assert_snapshot!(shown(&page), @r#"
          {
            "a": {"b": 1, "c": "x"},
            "n": [0.5, 1e3, null],
            "deep": {
              "list": [
                {"k": true}
              ]
            },
            "e": [],
            "o": {}
          }
        "#);
        let heads: Vec<(u32, u32, u32)> = page.folds().iter().map(|f| (f.header, f.end, f.level)).collect();
        assert_eq!(heads, [(0, 11, 0), (3, 8, 1), (4, 7, 2)]);
    }

    #[test]
    fn opens_json_in_strings_and_shows_lines_of_text() {
        let inner = r#"{"note":"first\nsecond","id":"a very long identifier that does not fit on one line at all"}"#;
        let text = serde_json::json!({ "args": inner, "role": "tool" }).to_string();
        insta::assert_snapshot!(shown(&page(&text, 9)), @r#"
          {
            "args": text holding {
              "note": "
                first
                second",
              "id": "a very long identifier that does not fit on one line at all"
            },
            "role": "tool"
          }
        "#);
    }

    #[test]
    fn a_hundred_thousand_levels_are_no_problem() {
        let text = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        let deep = page(&text, 3);
        assert_eq!(deep.folds().len(), 99_999);
        assert!((0..deep.len()).all(|l| deep.line(l).indent <= MAX_INDENT + 2 * STEP));
        let object = format!("{}1{}", r#"{"a":"#.repeat(100_000), "}".repeat(100_000));
        assert_eq!(page(&object, 3).folds().len(), 99_999);
    }

    #[test]
    fn folds_are_whole_in_what_is_no_json() {
        let text = "{\"a\":[1a\":\u{11}\0\0\0\0\0\0\0[1\n,2.\0\0\0Je9,{\"b\":\"{\":\\\\\"c[true,nulb]}\"}e,nulb]}\"}]";
        for open in 0..4 {
            for limit in 0..text.len() {
                let mut b = if limit == 0 { PageBuilder::new() } else { PageBuilder::limited(limit) };
                json(&mut b, text, open);
                let page = b.finish();
                for fold in page.folds() {
                    assert!(
                        fold.header < fold.end && fold.end as usize <= page.len(),
                        "{open} {limit} {fold:?} {}\n{}",
                        page.len(),
                        shown(&page)
                    );
                }
            }
        }
    }

    #[test]
    fn an_attachment_says_what_it_is_before_its_address() {
        let text = r#"{"img":"mlflow-attachment://a1?content_type=image%2Fpng&trace_id=t&size=70","k":{"f":"mlflow-attachment://b"}}"#;
        insta::assert_snapshot!(shown(&page(text, 9)), @r#"
          {
            "img": ▣ attachment · image/png · 70 bytes "mlflow-attachment://a1?content_type=image%2Fpng&trace_id=t&size=70",
            "k": {"f": ▣ attachment "mlflow-attachment://b"}
          }
        "#);
    }

    #[test]
    fn both_values_of_a_key_are_shown() {
        assert_eq!(page(r#"{"a":1,"a":2}"#, 9).line_text(0), r#"{"a": 1, "a": 2}"#);
    }

    #[test]
    fn many_numbers_are_a_folded_line_and_one_run() {
        let text = format!("[{}1]", "1,".repeat(1000));
        let (page, few) = (page(&text, 9), page("[1,2,3]", 9));
        assert_eq!((page.len(), page.folds().len(), page.folds()[0].folded), (3, 1, true));
        assert!(page.runs(page.line(1)).len() <= 3);
        assert_eq!((few.len(), few.folds().len()), (1, 0));
    }

    proptest! {
        #[test]
        fn anything_at_all_is_shown(text in "[\\[\\]{}:,\"\\\\a1 \n]{0,40}|.{0,30}") {
            let page = page(&text, 2);
            let mut open: Vec<u32> = Vec::new();
            for fold in page.folds() {
                prop_assert!(fold.header < fold.end && fold.end as usize <= page.len());
                open.retain(|end| *end > fold.header);
                prop_assert!(open.iter().all(|end| *end >= fold.end), "folds nest");
                open.push(fold.end);
            }
            prop_assert!((0..page.len()).all(|l| page.line(l).kind == Kind::Text));
        }
    }
}
