//! Reading, without recursion.

use super::text::{Escape, WORD, before, escape_at, has_control, unescape};
use super::{Json, NULL};
use memchr::memchr2;
use std::borrow::Cow;

/// Deepest nesting of arrays and objects that is read: what `serde_json` reads too, so whoever gets a stored body can.
pub const MAX_DEPTH: usize = 127;

/// Why a text is no JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} (byte {})", .at + 1)]
pub struct JsonError {
    /// What is wrong, in a few words.
    pub what: &'static str,
    /// Where, in bytes from 0.
    pub at: usize,
}

/// What JSON does not know or a reader would lose, and Python writes all the same; how often each was seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Oddities {
    /// `NaN`, `Infinity`, `-Infinity`: read as these texts.
    pub not_a_number: u32,
    /// Half surrogate pairs such as `\ud83d`: read as this text.
    pub lone_surrogates: u32,
    /// Keys that occur more than once in an object: the last one is read.
    pub repeated_keys: u32,
}

impl Oddities {
    /// Nothing odd.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Reads one value, its objects sorted (the canonical form); nothing but whitespace may follow.
///
/// # Errors
/// It is no JSON, or deeper than [`MAX_DEPTH`].
pub fn parse(text: &str) -> Result<(Json<'_>, Oddities), JsonError> {
    read(text, true, usize::MAX)
}

/// The same, but what is nested deeper than `levels` is not looked into ([`Json::Unread`]): a large text takes little memory
/// to read where its values are read one after the other.
///
/// # Errors
/// As [`parse`].
pub fn parse_top(text: &str, levels: usize) -> Result<Json<'_>, JsonError> {
    read(text, true, levels).map(|(json, _)| json)
}

/// The same, its objects in the order they were written in: for what people read and copy.
///
/// # Errors
/// As [`parse`].
pub fn parse_as_written(text: &str) -> Result<(Json<'_>, Oddities), JsonError> {
    read(text, false, usize::MAX)
}

fn read(text: &str, sorted: bool, levels: usize) -> Result<(Json<'_>, Oddities), JsonError> {
    let mut p = Parser { text, at: 0, sorted, odd: Oddities::default() };
    let mut stack: Vec<Open<'_>> = Vec::new();
    'value: loop {
        p.space();
        let mut done = match p.peek() {
            Some(b'{' | b'[') if stack.len() >= levels => p.unread()?,
            Some(b'{') => {
                p.deeper(stack.len())?;
                p.at += 1;
                p.space();
                if p.eat(b'}') {
                    Json::Object(Vec::new())
                } else {
                    let key = p.key()?;
                    stack.push(Open::Object(Vec::new(), key));
                    continue 'value;
                }
            }
            Some(b'[') => {
                p.deeper(stack.len())?;
                p.at += 1;
                p.space();
                if p.eat(b']') {
                    Json::Array(Vec::new())
                } else {
                    stack.push(Open::Array(Vec::new()));
                    continue 'value;
                }
            }
            _ => p.scalar()?,
        };
        loop {
            p.space();
            match stack.last_mut() {
                None if p.at == text.len() => return Ok((done, p.odd)),
                None => return Err(p.error("something follows the value")),
                Some(Open::Array(items)) => {
                    items.push(done);
                    if p.eat(b',') {
                        continue 'value;
                    }
                    if !p.eat(b']') {
                        return Err(p.error("expected , or ]"));
                    }
                }
                Some(Open::Object(members, key)) => {
                    members.push((std::mem::take(key), done));
                    if p.eat(b',') {
                        p.space();
                        *key = p.key()?;
                        continue 'value;
                    }
                    if !p.eat(b'}') {
                        return Err(p.error("expected , or }"));
                    }
                }
            }
            done = match stack.pop() {
                Some(Open::Array(items)) => Json::Array(items),
                Some(Open::Object(members, _)) => p.close(members),
                None => NULL,
            };
        }
    }
}

/// What a text that is looked through for a shape may weigh: a value is one, one that has a key or is a list or an object
/// more. So much takes at most 20 MB to read, whatever the text looks like, and 20 ms; a conversation of 25,000 messages
/// weighs less.
const WEIGHT: usize = 400_000;
/// The same of a text of up to [`LARGE`] bytes, which is sooner read.
const WEIGHT_OF_SMALL: usize = 600_000;
/// Bytes from which on a text is large.
const LARGE: usize = 1 << 20;
/// Bytes up to which no text is too heavy.
const LIGHT: usize = 64 << 10;
/// What a key adds.
const KEY: usize = 5;
/// What a list or an object adds.
const CONTAINER: usize = 3;

/// Like [`parse_as_written`] for whoever looks for a shape (messages, documents): a large text of very many small values is
/// refused, since reading it would take longer than opening a trace may, and twenty times its size in memory; and what it
/// holds is data, no conversation.
///
/// # Errors
/// As [`parse`], and such a text.
pub fn parse_shape(text: &str) -> Result<(Json<'_>, Oddities), JsonError> {
    if is_heavy(text) {
        Err(JsonError { what: "too many values to be a conversation", at: 0 })
    } else {
        parse_as_written(text)
    }
}

/// What a text may weigh that values are taken out of; a key adds nothing here.
const WEIGHT_TO_CUT: usize = 1 << 20;

/// Like [`parse_as_written`] for whoever takes values out, which is done to larger ones too: what would take a hundred
/// megabytes to read is refused.
///
/// # Errors
/// As [`parse`], and such a text.
pub fn parse_to_cut(text: &str) -> Result<(Json<'_>, Oddities), JsonError> {
    let heavy = text.len() > LARGE && weighs_more(text.as_bytes(), WEIGHT_TO_CUT, 0);
    if heavy { Err(JsonError { what: "too many values to take some out", at: 0 }) } else { parse_as_written(text) }
}

/// The same of a large text, a level at a time: what a list or an object in it holds is not looked into ([`Json::Unread`]), so
/// that it can be read, and let go of, one after the other. A text that is not large is read whole.
///
/// # Errors
/// As [`parse_to_cut`]; what is wrong below is found when it is read.
pub fn parse_level_to_cut(text: &str) -> Result<Json<'_>, JsonError> {
    let heavy = text.len() > LARGE && weighs_more(text.as_bytes(), WEIGHT_TO_CUT, 0);
    match heavy {
        true => Err(JsonError { what: "too many values to take some out", at: 0 }),
        false => read(text, false, if text.len() > LARGE { 1 } else { usize::MAX }).map(|(json, _)| json),
    }
}

/// Whether [`parse_shape`] refuses a text for its many values.
#[must_use]
pub fn is_heavy(text: &str) -> bool {
    let most = if text.len() > LARGE { WEIGHT } else { WEIGHT_OF_SMALL };
    text.len() > LIGHT && weighs_more(text.as_bytes(), most, KEY)
}

/// Looks at what stands outside of strings, until it is too much.
fn weighs_more(bytes: &[u8], most: usize, key: usize) -> bool {
    let (mut at, mut weight) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b',' => weight += 1,
            b':' => weight += key,
            b'[' | b'{' => weight += CONTAINER,
            b'"' => loop {
                let Some(next) = quote_or_backslash(bytes, at) else { return false };
                at = next + 1;
                if bytes.get(next) == Some(&b'"') {
                    break;
                }
                at += 1;
            },
            _ => continue,
        }
        if weight > most {
            return true;
        }
    }
    false
}

enum Open<'a> {
    Array(Vec<Json<'a>>),
    /// Members so far and the key of the value being read.
    Object(Vec<(Cow<'a, str>, Json<'a>)>, Cow<'a, str>),
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    /// Objects are made sorted.
    sorted: bool,
    odd: Oddities,
}

impl<'a> Parser<'a> {
    const fn error(&self, what: &'static str) -> JsonError {
        JsonError { what, at: self.at }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, b: u8) -> bool {
        let found = self.peek() == Some(b);
        self.at += usize::from(found);
        found
    }

    fn deeper(&self, depth: usize) -> Result<(), JsonError> {
        if depth < MAX_DEPTH { Ok(()) } else { Err(self.error("nested deeper than 127 levels")) }
    }

    /// A key and its colon.
    fn key(&mut self) -> Result<Cow<'a, str>, JsonError> {
        let start = self.at + 1;
        let (end, spelling) = self.skip_key()?;
        let raw = self.text.get(start..end).unwrap_or_default();
        Ok(if spelling == Spelling::Plain { Cow::Borrowed(raw) } else { unescape(raw) })
    }

    /// Goes behind a key and its colon: where the key ends, and its spelling.
    fn skip_key(&mut self) -> Result<(usize, Spelling), JsonError> {
        if self.peek() != Some(b'"') {
            return Err(self.error("expected a key in quotes"));
        }
        let spelling = self.skip_string()?;
        let end = self.at - 1;
        self.space();
        if !self.eat(b':') {
            return Err(self.error("expected :"));
        }
        Ok((end, spelling))
    }

    fn close(&mut self, members: Vec<(Cow<'a, str>, Json<'a>)>) -> Json<'a> {
        let before = members.len();
        let object = if self.sorted { Json::sorted(members) } else { Json::object(members) };
        let lost = before - object.members().len();
        self.odd.repeated_keys = self.odd.repeated_keys.saturating_add(u32::try_from(lost).unwrap_or(u32::MAX));
        object
    }

    fn scalar(&mut self) -> Result<Json<'a>, JsonError> {
        if self.peek() == Some(b'"') {
            let (raw, spelling) = self.string()?;
            return Ok(match spelling {
                Spelling::Plain => Json::Text(Cow::Borrowed(raw)),
                Spelling::Canonical => Json::Canonical(raw),
                Spelling::Other => Json::Escaped(raw),
            });
        }
        let start = self.at;
        // Numbers are the most; a word is told by how it begins.
        match self.peek() {
            Some(b't' | b'f' | b'n') => {
                for literal in ["true", "false", "null"] {
                    if self.literal(literal) {
                        return Ok(Json::Atom(Cow::Borrowed(literal)));
                    }
                }
            }
            Some(b'N' | b'I' | b'-') => {
                for odd in ["NaN", "Infinity", "-Infinity"] {
                    if self.literal(odd) {
                        self.odd.not_a_number += 1;
                        return Ok(Json::Text(Cow::Borrowed(odd)));
                    }
                }
            }
            _ => {}
        }
        self.number().ok_or(JsonError { what: "expected a value", at: start })?;
        Ok(Json::Atom(Cow::Borrowed(self.text.get(start..self.at).unwrap_or_default())))
    }

    fn literal(&mut self, word: &str) -> bool {
        let found = self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes()));
        self.at += if found { word.len() } else { 0 };
        found
    }

    fn number(&mut self) -> Option<()> {
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        (self.at > from).then_some(())
    }

    /// The inside of the literal that starts here, and how it is spelled. Raw control characters are let through (a log
    /// line may hold a tab); writing gives them their escape.
    fn string(&mut self) -> Result<(&'a str, Spelling), JsonError> {
        let start = self.at + 1;
        let spelling = self.skip_string()?;
        let raw = self.text.get(start..self.at - 1).unwrap_or_default();
        // Raw control characters have another spelling.
        let other = spelling == Spelling::Canonical && has_control(raw.as_bytes());
        Ok((raw, if other { Spelling::Other } else { spelling }))
    }

    /// Goes behind the literal that starts here. How its escapes are spelled.
    fn skip_string(&mut self) -> Result<Spelling, JsonError> {
        let bytes = self.text.as_bytes();
        let (mut at, mut spelling) = (self.at + 1, Spelling::Plain);
        loop {
            let Some(next) = quote_or_backslash(bytes, at) else {
                return Err(JsonError { what: "a string is not closed", at: bytes.len() });
            };
            if bytes.get(next) == Some(&b'"') {
                self.at = next + 1;
                return Ok(spelling);
            }
            if matches!(bytes.get(next + 1), Some(b'"' | b'\\' | b'n' | b't' | b'r' | b'b' | b'f')) {
                if spelling == Spelling::Plain {
                    spelling = Spelling::Canonical;
                }
                at = next + 2;
                continue;
            }
            spelling = Spelling::Other;
            match escape_at(self.text, next) {
                Some((Escape::Char(_), end)) => at = end,
                Some((Escape::Lone(_), end)) => {
                    self.odd.lone_surrogates += 1;
                    at = end;
                }
                None => return Err(JsonError { what: "a backslash that escapes nothing", at: next }),
            }
        }
    }
}

/// How a string literal is spelled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// Without escapes.
    Plain,
    /// With escapes, each as the canonical form has it.
    Canonical,
    /// With others, or raw control characters.
    Other,
}

/// The next byte that matters. JSON inside JSON has an escape every few bytes, prose none for pages: a short look first,
/// then the fast search.
#[inline]
fn quote_or_backslash(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    for _ in 0..NEAR {
        let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk::<WORD>) else { break };
        let plain = before(word, [b'"', b'\\']);
        at += plain;
        if plain < WORD {
            return Some(at);
        }
    }
    memchr2(b'"', b'\\', bytes.get(at..)?).map(|i| at + i)
}

/// Words of the short look.
const NEAR: usize = 4;

/// Whether a text is JSON (Python's odd tokens included), of any depth: one byte of memory a level.
#[must_use]
pub fn is_json(text: &str) -> bool {
    let mut p = Parser { text, at: 0, sorted: false, odd: Oddities::default() };
    p.skip() && {
        p.space();
        p.at == text.len()
    }
}

impl<'a> Parser<'a> {
    /// The array or object that begins here, as it stands.
    fn unread(&mut self) -> Result<Json<'a>, JsonError> {
        let start = self.at;
        if !self.skip() {
            return Err(self.error("expected a value"));
        }
        Ok(Json::Unread(self.text.get(start..self.at).unwrap_or_default()))
    }

    /// Goes behind the next value; false where there is none.
    fn skip(&mut self) -> bool {
        // True: an object is open.
        let mut stack: Vec<bool> = Vec::new();
        'value: loop {
            self.space();
            match self.peek() {
                Some(b @ (b'{' | b'[')) => {
                    self.at += 1;
                    self.space();
                    if !self.eat(b + 2) {
                        stack.push(b == b'{');
                        if b == b'{' && self.skip_key().is_err() {
                            return false;
                        }
                        continue 'value;
                    }
                }
                Some(b'"') => {
                    if self.skip_string().is_err() {
                        return false;
                    }
                }
                _ => {
                    if self.scalar().is_err() {
                        return false;
                    }
                }
            }
            loop {
                let Some(object) = stack.last() else { return true };
                self.space();
                if self.eat(b',') {
                    self.space();
                    if *object && self.skip_key().is_err() {
                        return false;
                    }
                    continue 'value;
                }
                if !self.eat(if *object { b'}' } else { b']' }) {
                    return false;
                }
                stack.pop();
            }
        }
    }
}
