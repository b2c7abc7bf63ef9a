//! Writes frames so that columns stay straight on every terminal.
//!
//! Terminals disagree about the width of some clusters: a family joined by ZWJ takes two columns on one and eight on
//! another, a vowel sign none or one. So nothing is left to where the cursor stands after such a cluster: what follows
//! is placed anew, and cells that the cluster may have run over are written again, changed or not.

use crate::text::width;
use ratatui::backend::{Backend, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::RangeInclusive;
use unicode_width::UnicodeWidthChar;

/// crossterm's backend, and what it has drawn.
pub(super) struct Columns<W: Write> {
    inner: CrosstermBackend<W>,
    /// By row and column; none where a wide cluster lies over the cell, blank where nothing was drawn.
    shown: BTreeMap<(u16, u16), Option<Cell>>,
    /// Of the terminal, as it said last.
    size: std::cell::Cell<Size>,
}

impl<W: Write> Columns<W> {
    pub(super) const fn new(writer: W) -> Self {
        Self {
            inner: CrosstermBackend::new(writer),
            shown: BTreeMap::new(),
            size: std::cell::Cell::new(Size::new(u16::MAX, u16::MAX)),
        }
    }

    /// What a wide character lay over is bare when that is gone.
    fn uncover(&mut self, place: (u16, u16), before: &Cell, bare: &mut Vec<(u16, u16)>) {
        for covered in 1..columns(before) {
            let under = (place.0, place.1.saturating_add(covered));
            // Blank, unless it comes in its own right.
            if self.shown.get(&under) == Some(&None) {
                self.shown.remove(&under);
                bare.push(under);
            }
        }
    }

    /// Writes cells beside a place again.
    fn again(&self, todo: &mut BTreeMap<(u16, u16), Cell>, place: (u16, u16), beside: RangeInclusive<u16>) {
        for over in beside {
            // Past the last column it goes on in the next row, on a terminal that wraps all the same.
            let (at, size) = (place.1.saturating_add(over), self.size.get());
            let under = if at < size.width { (place.0, at) } else { (place.0.saturating_add(1), at - size.width) };
            if under.0 >= size.height {
                continue;
            }
            match self.shown.get(&under) {
                Some(None) => {}
                Some(Some(cell)) => drop(todo.entry(under).or_insert_with(|| cell.clone())),
                None => drop(todo.entry(under).or_default()),
            }
        }
    }
}

/// Columns of a cell as everybody here counts them.
fn columns(cell: &Cell) -> u16 {
    u16::try_from(width(cell.symbol())).unwrap_or(1).max(1)
}

/// Columns that a terminal may take for a cluster at most; none where all agree.
fn at_most(symbol: &str) -> Option<u16> {
    let mut chars = symbol.chars();
    let (first, second) = (chars.next()?, chars.next());
    if second.is_none() && is_sure(first) {
        return None;
    }
    let each = symbol.chars().map(|c| c.width().unwrap_or(0).max(usize::from(c != '\u{200d}'))).sum::<usize>();
    u16::try_from(each.max(2)).ok()
}

/// Characters that stand alone and whose width nobody doubts: Latin to Cyrillic, punctuation, boxes, CJK.
fn is_sure(c: char) -> bool {
    matches!(u32::from(c),
        0x20..=0x2ff | 0x370..=0x482 | 0x48a..=0x58f | 0x1e00..=0x2bff | 0x2e80..=0xa4cf | 0xac00..=0xd7a3
        | 0xf900..=0xfaff | 0xff00..=0xffef | 0x20000..=0x3ffff)
}

impl<W: Write> Backend for Columns<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut todo: BTreeMap<(u16, u16), Cell> = content.map(|(x, y, cell)| ((y, x), cell.clone())).collect();
        let (mut doubtful, mut bare) = (Vec::new(), Vec::new());
        for (place, cell) in &todo {
            let Some(before) = self.shown.insert(*place, Some(cell.clone())).flatten() else { continue };
            self.uncover(*place, &before, &mut bare);
            doubtful.extend(at_most(before.symbol()).map(|most| (*place, 1, most)));
        }
        for (place, cell) in &todo {
            for covered in 1..columns(cell) {
                let under = (place.0, place.1.saturating_add(covered));
                if let Some(before) = self.shown.insert(under, None).flatten() {
                    self.uncover(under, &before, &mut bare);
                }
            }
        }
        // A terminal may keep the other half of a wide character that was written over; ratatui leaves it to the terminal,
        // but where a background would show it (https://github.com/ratatui/ratatui/issues/2585).
        for under in bare.into_iter().filter(|under| !self.shown.contains_key(under)) {
            todo.entry(under).or_default();
        }
        // What stood there before may have run over its neighbours.
        for (place, own, most) in doubtful {
            self.again(&mut todo, place, own..=most);
        }
        let mut run: Vec<((u16, u16), Cell)> = Vec::new();
        while let Some((place, cell)) = todo.pop_first() {
            let doubt = at_most(cell.symbol());
            let own = columns(&cell);
            if doubt.is_some() {
                // A terminal that gives it fewer columns would keep in the others what was there.
                for covered in 1..own {
                    let mut blank = cell.clone();
                    blank.set_symbol(" ");
                    run.push(((place.0, place.1.saturating_add(covered)), blank));
                }
            }
            run.push((place, cell));
            let Some(most) = doubt else { continue };
            self.again(&mut todo, place, own..=most);
            // Each drawing begins by placing the cursor.
            self.inner.draw(run.iter().map(|((y, x), cell)| (*x, *y, cell)))?;
            run.clear();
        }
        if run.is_empty() { Ok(()) } else { self.inner.draw(run.iter().map(|((y, x), cell)| (*x, *y, cell))) }
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.shown.clear();
        self.inner.clear()
    }

    fn clear_region(&mut self, region: ratatui::backend::ClearType) -> io::Result<()> {
        if matches!(region, ratatui::backend::ClearType::All) {
            self.shown.clear();
        }
        self.inner.clear_region(region)
    }

    fn append_lines(&mut self, lines: u16) -> io::Result<()> {
        self.inner.append_lines(lines)
    }

    fn size(&self) -> io::Result<Size> {
        let size = self.inner.size()?;
        self.size.set(size);
        Ok(size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;
    use std::cell::RefCell;
    use std::num::NonZero;
    use std::rc::Rc;

    #[derive(Clone, Default)]
    struct Sink(Rc<RefCell<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    const WIDTH: u16 = 24;

    /// Draws lines inside a border, one frame after the other, and reads them off a terminal that knows no clusters.
    fn drawn(frames: &[[&str; 2]]) -> Vec<String> {
        let sink = Sink::default();
        let mut backend = Columns::new(sink.clone());
        backend.size.set(Size::new(WIDTH, 3));
        let mut terminal =
            vt100::Parser::new(NonZero::<u16>::MIN.saturating_add(2), NonZero::<u16>::MIN.saturating_add(WIDTH - 1), 0);
        let mut before = Buffer::empty(Rect::new(0, 0, WIDTH, 3));
        for frame in frames {
            let mut buffer = Buffer::empty(Rect::new(0, 0, WIDTH, 3));
            for (y, line) in (0..).zip(frame) {
                buffer.set_stringn(1, y, line, usize::from(WIDTH) - 2, Style::default());
                for x in [0, WIDTH - 1] {
                    // The last row is the program's own: this terminal would scroll.
                    buffer.set_string(x, y, "│", Style::default());
                }
            }
            backend.draw(before.diff(&buffer).into_iter()).unwrap();
            before = buffer;
        }
        terminal.process(&sink.0.borrow());
        (0..2)
            .map(|y| {
                (0..WIDTH)
                    .map(|x| terminal.screen().cell(y, x).map_or(" ", |c| c.contents()))
                    .map(|c| if c.is_empty() { " " } else { c })
                    .collect()
            })
            .collect()
    }

    #[test]
    fn borders_stay_where_they_are_beside_clusters_of_doubtful_width() {
        let family = "👨‍👩‍👧‍👦";
        for text in [
            format!("{family} end"),
            format!("................{family}"),
            format!("{}{family}{family}{family}", "x".repeat(15)),
            "क्षत्रिय নমস্কার".to_owned(),
            "நிறுவனம் ❤️ 1️⃣ 🇩🇪".to_owned(),
            "e\u{301}\u{302}\u{303} 👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽".to_owned(),
        ] {
            // Lines that come and go: what is drawn over must not stay.
            let frames = [
                ["first line", "second line"],
                [&text, "second line"],
                ["second line", &text],
                [&text, &text],
                ["a", &text],
            ];
            for upto in 1..=frames.len() {
                for line in drawn(&frames[..upto]) {
                    assert!(line.starts_with('│') && line.ends_with('│'), "{text}: {line:?}");
                }
            }
            assert_eq!(drawn(&frames)[0].trim_matches('│').trim(), "a", "{text}: nothing is left behind");
        }
    }

    /// The places at which a frame writes, after another.
    fn written(before: &str, after: &str) -> Vec<u16> {
        let sink = Sink::default();
        let mut backend = Columns::new(sink.clone());
        let frames = [" ", before, after].map(|line| {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
            buffer.set_string(0, 0, line, Style::default());
            buffer
        });
        backend.draw(frames[0].diff(&frames[1]).into_iter()).unwrap();
        sink.0.borrow_mut().clear();
        backend.draw(frames[1].diff(&frames[2]).into_iter()).unwrap();
        let mut terminal = vt100::Parser::new(NonZero::<u16>::MIN, NonZero::<u16>::MIN.saturating_add(11), 0);
        // Whatever is written shows on a ground of another letter.
        terminal.process(b"############\x1b[H");
        terminal.process(&sink.0.borrow());
        (0..12).filter(|x| terminal.screen().cell(0, *x).is_some_and(|c| c.contents() != "#")).collect()
    }

    #[test]
    fn neither_half_of_a_wide_character_is_left_to_the_terminal() {
        assert_eq!(written("日本", ""), [0, 1, 2, 3], "both go");
        assert_eq!(written("日本", "a"), [0, 1, 2, 3], "one is written over");
        assert_eq!(written("日本", "日"), [2, 3], "the other stays");
        assert_eq!(written("a日", "日"), [0, 1, 2], "it moves to the left, and leaves a half");
        assert_eq!(written("日", "a日"), [0, 1, 2], "it moves to the right");
        assert_eq!(written("ab", ""), [0, 1], "narrow ones have no halves");
    }

    #[test]
    fn all_columns_of_a_cluster_are_written_for_a_terminal_that_gives_it_fewer() {
        let sink = Sink::default();
        let mut backend = Columns::new(sink.clone());
        let frames = ["", "abcd", "निcd"].map(|line| {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
            buffer.set_string(0, 0, line, Style::default());
            buffer
        });
        backend.draw(frames[0].diff(&frames[1]).into_iter()).unwrap();
        sink.0.borrow_mut().clear();
        backend.draw(frames[1].diff(&frames[2]).into_iter()).unwrap();
        let text = String::from_utf8(sink.0.borrow().clone()).unwrap();
        let blank = text.find("\u{1b}[1;2H ").unwrap();
        assert!(blank < text.find("नि").unwrap(), "{text:?}");
    }

    #[test]
    fn plain_text_is_written_in_one_piece() {
        let sink = Sink::default();
        let mut backend = Columns::new(sink.clone());
        let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 1));
        buffer.set_string(0, 0, "│ plain text · 日本語 ─ naïve ✔ ▶ │", Style::default());
        let cells = Buffer::empty(buffer.area);
        backend.draw(cells.diff(&buffer).into_iter()).unwrap();
        let text = String::from_utf8(sink.0.borrow().clone()).unwrap();
        // One reset at the end; the wide letters are placed by crossterm's backend itself.
        assert_eq!(text.matches("\u{1b}[39m").count(), 1, "{text:?}");
    }
}
