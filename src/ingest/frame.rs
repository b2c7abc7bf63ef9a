//! Cuts a stream into documents without holding more of it than one of them.
//!
//! Three layouts are told apart by how a file begins: one document a line; one list of documents; documents over
//! several lines (pretty-printed), one or one after the other. An OTLP document that is not one line among others is cut
//! at its `resourceSpans`, since a collector may write a whole day into one; each becomes a document of its own.

use super::MAX_DOCUMENT;
use super::layout::{Layout, List, OTLP, OTLP_MOST, layout, otlp_beginning};
use memchr::{memchr, memrchr};
use std::io::{self, Read};

/// Lines are handed on in blocks of about this many bytes.
pub(super) const BLOCK: usize = 1 << 20;

/// A piece of a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// Number of its first line, from 1.
    pub line: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Each line is a document; else the whole is one.
    pub by_line: bool,
}

/// What is wrong with a piece of a file, and in which line it begins.
pub type Broken = (u64, String);

/// A file, cut. Ends after an error that nothing can be read behind.
pub struct Frames<R> {
    from: R,
    /// Most bytes of one document.
    most: usize,
    /// Read, not handed on; `buffer[at..]` counts.
    buffer: Vec<u8>,
    at: usize,
    line: u64,
    layout: Option<Layout>,
    ended: bool,
    failed: Option<io::Error>,
}

impl<R: Read> Frames<R> {
    /// Cuts `from`.
    pub const fn new(from: R) -> Self {
        Self::bounded(from, MAX_DOCUMENT)
    }

    const fn bounded(from: R, most: usize) -> Self {
        Self { from, most, buffer: Vec::new(), at: 0, line: 1, layout: None, ended: false, failed: None }
    }

    /// Reads on; false at the end, or where reading failed.
    fn more(&mut self) -> bool {
        if self.ended {
            return false;
        }
        if self.at > 0 && self.at == self.buffer.len() {
            self.buffer.clear();
            self.at = 0;
        }
        let before = self.buffer.len();
        let wanted = BLOCK.saturating_sub(before - self.at).max(BLOCK / 4);
        match (&mut self.from).take(wanted as u64).read_to_end(&mut self.buffer) {
            Ok(n) => self.ended = n == 0,
            Err(e) => {
                self.ended = true;
                self.failed = Some(e);
            }
        }
        self.buffer.len() > before
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.at..).unwrap_or_default()
    }

    /// Why nothing follows, once, if that is not simply the end.
    fn end(&mut self) -> Option<Result<Block, Broken>> {
        let why = self.failed.take()?.to_string();
        Some(Err((self.line, why)))
    }

    fn too_large(&self) -> String {
        format!("larger than {} MiB, the most that is read as one trace", self.most >> 20)
    }

    fn begin(&mut self) -> Layout {
        // The first line, if it is not long, and a look at the second.
        loop {
            let first = memchr(b'\n', self.rest());
            if first.is_some_and(|end| self.rest().len() > end + 1) || self.rest().len() > BLOCK || !self.more() {
                break;
            }
        }
        if self.rest().starts_with(b"\xef\xbb\xbf") {
            self.at += 3;
        }
        layout(self.rest())
    }

    fn lines(&mut self) -> Option<Result<Block, Broken>> {
        let mut searched = 0;
        loop {
            if let Some(end) = memrchr(b'\n', self.rest().get(searched..).unwrap_or_default()) {
                if self.rest().len() >= BLOCK || self.ended {
                    return Some(Ok(self.take_lines(searched + end + 1)));
                }
                // A short block: more may come, and if not, this is all.
                if !self.more() {
                    continue;
                }
            } else {
                searched = self.rest().len();
                if searched > self.most {
                    return Some(self.skip_line());
                }
                if !self.more() {
                    break;
                }
            }
        }
        if self.rest().is_empty() {
            return self.end();
        }
        if let Some(e) = self.failed.take() {
            self.at = self.buffer.len();
            return Some(Err((self.line, format!("{e}; this line is incomplete"))));
        }
        Some(Ok(self.take_lines(self.rest().len())))
    }

    fn take_lines(&mut self, length: usize) -> Block {
        let bytes = self.rest().get(..length).unwrap_or_default().to_vec();
        self.at += length;
        let line = self.line;
        self.line += count_lines(&bytes);
        if self.at * 2 > self.buffer.len() {
            self.buffer.drain(..self.at);
            self.at = 0;
        }
        Block { line, bytes, by_line: true }
    }

    fn skip_line(&mut self) -> Result<Block, Broken> {
        let line = self.line;
        loop {
            match memchr(b'\n', self.rest()) {
                Some(end) => {
                    self.at += end + 1;
                    break;
                }
                None => self.at = self.buffer.len(),
            }
            if !self.more() {
                break;
            }
        }
        self.line += 1;
        Err((line, self.too_large()))
    }

    fn document(&mut self, mut list: List) -> Option<Result<Block, Broken>> {
        // To where the next document begins.
        loop {
            let Some(&b) = self.rest().first() else {
                if self.more() {
                    continue;
                }
                let open = list != List::None && self.failed.is_none();
                self.layout = Some(Layout::Documents { list: List::None });
                return if open { Some(Err((self.line, "the list is not closed".to_owned()))) } else { self.end() };
            };
            match (b, list) {
                (b'\n', _) => self.line += 1,
                (b' ' | b'\t' | b'\r', _) => {}
                (b',', List::Documents | List::ResourceSpans) => {}
                (b'[', List::None) => list = List::Documents,
                (b'{', List::None) => match self.resource_spans() {
                    Some(length) => {
                        list = List::ResourceSpans;
                        self.pass(length);
                        continue;
                    }
                    None => break,
                },
                (b']', List::Documents) => list = List::None,
                (b']', List::ResourceSpans) => {
                    list = List::None;
                    self.at += 1;
                    self.close_otlp();
                    continue;
                }
                _ => break,
            }
            self.at += 1;
        }
        self.layout = Some(Layout::Documents { list });
        let whole = self.whole();
        if list != List::ResourceSpans {
            return Some(whole);
        }
        Some(whole.map(|block| Block { bytes: [OTLP, &block.bytes, b"]}"].concat(), ..block }))
    }

    /// The length of an OTLP document's beginning, where one stands here.
    fn resource_spans(&mut self) -> Option<usize> {
        while self.rest().len() < OTLP_MOST && self.more() {}
        otlp_beginning(self.rest())
    }

    fn pass(&mut self, length: usize) {
        self.line += count_lines(self.rest().get(..length).unwrap_or_default());
        self.at += length;
    }

    /// Past the end of an OTLP document, behind its list: OTLP knows no other field there.
    fn close_otlp(&mut self) {
        loop {
            match self.rest().first().copied() {
                Some(b'}') => return self.pass(1),
                Some(b) if b.is_ascii_whitespace() => self.pass(1),
                None if self.more() => {}
                // Something else: it is read as a document, and refused with its line.
                _ => return,
            }
        }
    }

    /// The document that begins here, up to where its brackets close.
    fn whole(&mut self) -> Result<Block, Broken> {
        let line = self.line;
        let (mut depth, mut text, mut escaped) = (0usize, false, false);
        let (mut bytes, mut large) = (Vec::new(), false);
        loop {
            let mut end = None;
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            let mut used = rest.len();
            for (i, b) in rest.iter().enumerate() {
                if *b == b'\n' {
                    self.line += 1;
                }
                if text {
                    match b {
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        b'"' => text = false,
                        _ => {}
                    }
                    continue;
                }
                match b {
                    b'"' => text = true,
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' if depth > 0 => {
                        depth -= 1;
                        if depth == 0 {
                            end = Some(i + 1);
                        }
                    }
                    b',' | b']' | b'}' | b' ' | b'\n' if depth == 0 && i + bytes.len() > 0 => {
                        // A bare value, or rubbish: it ends here.
                        self.line -= u64::from(*b == b'\n');
                        end = Some(i);
                    }
                    _ => {}
                }
                if let Some(end) = end {
                    used = end;
                    break;
                }
            }
            let piece = rest.get(..used).unwrap_or_default();
            if bytes.len() + piece.len() > self.most {
                (bytes, large) = (Vec::new(), true);
            } else if !large {
                bytes.extend_from_slice(piece);
            }
            // A closing bracket that nothing opened is passed over, or this would stand still.
            self.at += if end == Some(0) { 1 } else { used };
            if end.is_some() {
                return if large { Err((line, self.too_large())) } else { Ok(Block { line, bytes, by_line: false }) };
            }
            if !self.more() {
                let why = self.failed.take().map(|e| e.to_string());
                return Err((line, why.unwrap_or_else(|| "the document that begins here is not closed".to_owned())));
            }
        }
    }
}

impl<R: Read> Iterator for Frames<R> {
    type Item = Result<Block, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        let layout = match self.layout {
            Some(layout) => layout,
            None => {
                let layout = self.begin();
                self.layout = Some(layout);
                layout
            }
        };
        match layout {
            Layout::Lines => self.lines(),
            Layout::Documents { list } => self.document(list),
        }
    }
}

fn count_lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &[u8]) -> Vec<Result<(u64, String), Broken>> {
        let mut all = Vec::new();
        for frame in Frames::new(text) {
            match frame {
                Ok(Block { line, bytes, by_line: true }) => {
                    for (i, l) in bytes.split(|b| *b == b'\n').enumerate().filter(|(_, l)| !l.is_empty()) {
                        all.push(Ok((line + i as u64, String::from_utf8(l.to_vec()).unwrap())));
                    }
                }
                Ok(Block { line, bytes, .. }) => all.push(Ok((line, String::from_utf8(bytes).unwrap()))),
                Err(e) => all.push(Err(e)),
            }
        }
        all
    }

    fn good(text: &str) -> Vec<(u64, String)> {
        cut(text.as_bytes()).into_iter().map(Result::unwrap).collect()
    }

    fn at(line: u64, text: &str) -> (u64, String) {
        (line, text.to_owned())
    }

    #[test]
    fn one_document_a_line() {
        assert_eq!(good("{\"a\":1}\n\n{\"b\":2}"), [at(1, "{\"a\":1}"), at(3, "{\"b\":2}")]);
        assert_eq!(good("\u{feff}{}\n{}\n"), [at(1, "{}"), at(2, "{}")]);
        assert_eq!(good("rubbish\n{}\n"), [at(1, "rubbish"), at(2, "{}")]);
        assert_eq!(good(""), []);
        let broken = format!("{{\"info\": {{\"x\": \"{}\"\n{{\"b\":2}}\n", "y".repeat(50));
        assert_eq!(good(&broken).len(), 2);
    }

    #[test]
    fn a_list_of_documents() {
        assert_eq!(good("[{\"a\":\"]}\\\"\"},\n {\"b\":[2]}]"), [at(1, "{\"a\":\"]}\\\"\"}"), at(2, "{\"b\":[2]}")]);
        assert_eq!(good("[\n]\n"), []);
        assert_eq!(good("[1, null]"), [at(1, "1"), at(1, "null")]);
        assert_eq!(
            cut(b"[{},{\"a\":"),
            [
                Ok(at(1, "{}")),
                Err((1, "the document that begins here is not closed".to_owned())),
                Err((1, "the list is not closed".to_owned()))
            ]
        );
    }

    #[test]
    fn an_otlp_document_is_cut_at_its_resource_spans() {
        let one = |line, n: u8| at(line, &format!("{{\"resourceSpans\":[{{\"x\":{n}}}]}}"));
        let pretty = "{\n \"resourceSpans\": [\n{\"x\":1},\n{\"x\":2}\n]\n}\n{ \"resourceSpans\" :[{\"x\":3}]}\n";
        assert_eq!(good(pretty), [one(3, 1), one(4, 2), one(7, 3)]);
        assert_eq!(good("{\"resourceSpans\": [\n]}"), []);
        assert_eq!(cut(b"{\"resourceSpans\": [\n{\"x\":1},").len(), 2);
        // One a line stays one a line, unless the first line alone is more than a block.
        assert_eq!(good("{\"resourceSpans\":[{\"x\":1}]}\n").len(), 1);
        let large = format!("{{\"resourceSpans\": [{}{{\"x\":2}}]}}\n", "{\"x\":1},".repeat(200_000));
        assert_eq!(good(&large).len(), 200_001);
    }

    #[test]
    fn documents_over_several_lines() {
        let pretty = "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n{\n \"c\": 2 }\n";
        assert_eq!(good(pretty), [at(1, "{\n  \"a\": {\n    \"b\": 1\n  }\n}"), at(6, "{\n \"c\": 2 }")]);
        assert_eq!(good("{\"resourceSpans\": [\n{\"x\":1}\n]}").len(), 1);
        // Rubbish does not make it stand still.
        assert!(!cut(b"{\n}\n]}]}\n{\n}").is_empty());
    }

    /// A reader that remembers how much was taken of it.
    struct Endless {
        given: usize,
        most: usize,
        line: bool,
    }

    impl Read for Endless {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let n = into.len().min(self.most - self.given);
            into[..n].fill(if self.line { b'x' } else { b'{' });
            self.given += n;
            Ok(n)
        }
    }

    #[test]
    fn what_is_too_large_is_refused_in_bounded_memory_and_reading_goes_on() {
        let most = 2 << 20;
        for (start, line) in [(&b"{\"a\":1}\n\""[..], true), (b"{\n\"a\":", false)] {
            let huge = Endless { given: 0, most: 5 * most, line };
            let mut frames = Frames::bounded(start.chain(huge).chain(&b"\"\n{\"b\":2}\n"[..]), most);
            let mut seen = Vec::new();
            while let Some(frame) = frames.next() {
                seen.push(frame.map(|b| b.line));
                assert!(frames.buffer.capacity() <= 2 * most + 4 * BLOCK);
            }
            if line {
                assert_eq!(seen, [Ok(1), Err((2, frames.too_large())), Ok(3)]);
            } else {
                assert!(matches!(seen.as_slice(), [Err((1, _))]));
            }
        }
    }

    #[test]
    fn lines_are_handed_on_in_blocks() {
        let line = format!("{{\"a\":\"{}\"}}\n", "x".repeat(1000));
        let text = line.repeat(5000);
        let blocks: Vec<_> = Frames::new(text.as_bytes()).map(Result::unwrap).collect();
        assert!(blocks.len() > 3 && blocks.iter().all(|b| b.bytes.len() < 3 * BLOCK && b.bytes.ends_with(b"\n")));
        assert_eq!(blocks.iter().flat_map(|b| b.bytes.clone()).collect::<Vec<_>>(), text.as_bytes());
        assert_eq!(blocks.last().unwrap().line, 5001 - count_lines(&blocks.last().unwrap().bytes));
    }

    /// Gives some bytes, then fails.
    struct Torn(usize);

    impl Read for Torn {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            if self.0 == 0 {
                return Err(io::Error::other("torn"));
            }
            let text = b"{\"a\":1}\n{\"b\"";
            self.0 = 0;
            into[..text.len()].copy_from_slice(text);
            Ok(text.len())
        }
    }

    #[test]
    fn what_was_read_before_an_error_is_kept() {
        let seen: Vec<_> = Frames::new(Torn(1)).map(|f| f.map(|b| b.bytes)).collect();
        assert_eq!(seen, [Ok(b"{\"a\":1}\n".to_vec()), Err((2, "torn; this line is incomplete".to_owned()))]);
    }
}
