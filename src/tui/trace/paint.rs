//! Paints the visible rows of a page, cluster by cluster.

use super::rows::{Room, is_folded, of_line};
use super::scroller::Scroller;
use crate::text::wrap::Row;
use crate::text::{Class, Fold, Gutter, Kind, Line, Note, Page, fit, width};
use crate::tui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

/// At the left edge of rows that the interface wrote among a trace's text.
const OWN: &str = "├";

/// Lines of more bytes than this, on average, are paragraphs.
const LONG_LINE: u32 = 400;

/// What is drawn where, and how.
pub(super) struct Painter<'a> {
    pub page: &'a Page,
    pub scroller: &'a Scroller,
    pub theme: Theme,
    /// Lines whose frame is drawn as the selected one.
    pub selected: (usize, usize),
    /// Fold that the fold keys would act on: its mark stands out.
    pub target: Option<usize>,
}

impl Painter<'_> {
    /// Paints into `area`, from the scroller's top on.
    pub(super) fn paint(&self, buf: &mut Buffer, area: Rect) {
        self.scroller.resize(area.width.into(), area.height.into());
        if area.is_empty() || self.page.is_empty() {
            return;
        }
        let (top, skip) = self.scroller.top(self.page);
        let layout = self.scroller.layout(self.page);
        let mut number = layout.visible.number(top);
        let mut skip = skip;
        let mut y = area.y;
        let marked = self.scroller.marked(self.page);
        while y < area.bottom() && number < layout.visible.len() {
            let line = layout.visible.line(number);
            let rows = usize::from(area.bottom() - y);
            let first = y;
            if is_folded(self.page, &self.scroller.folded, line) {
                self.folded(buf, Rect { y, height: 1, ..area }, line);
                y += 1;
            } else {
                for (at, row) in of_line(self.page, line, area.width.into()).enumerate().skip(skip).take(rows) {
                    self.row(buf, Rect { y, height: 1, ..area }, line, row, at == 0);
                    y += 1;
                }
            }
            if marked == Some(line) {
                let row = Rect { y: first, height: 1, ..area };
                put(buf, row, usize::from(area.width) - 1, "◀", self.style(Class::Accent));
            }
            skip = 0;
            number += 1;
        }
    }

    fn style(&self, class: Class) -> Style {
        self.theme.style(class)
    }

    fn frame_class(&self, class: Class, line: usize) -> Class {
        if (self.selected.0..self.selected.1).contains(&line) { Class::BorderFocus } else { class }
    }

    fn row(&self, buf: &mut Buffer, area: Rect, number: usize, row: Row, first: bool) {
        let line = self.page.line(number);
        let gutter = self.page.gutter(line);
        match line.kind {
            Kind::Top | Kind::Bottom => return self.edge(buf, area, number, line, gutter),
            Kind::Text | Kind::Continued => {}
        }
        self.gutter(buf, area, number, gutter);
        if first && line.own {
            self.own(buf, area, number, line);
        }
        let room = Room::of(self.page, line, area.width.into());
        let (at, columns) = if first { (room.first_at, room.first) } else { (room.further_at, room.further) };
        if first && let Some(fold) = self.page.fold_at(number) {
            self.mark(buf, area, at, fold, '▾');
        }
        self.clusters(buf, area, at, columns, line, row.start..row.end);
    }

    fn gutter(&self, buf: &mut Buffer, area: Rect, number: usize, gutter: Option<&Gutter>) {
        let Some(gutter) = gutter else { return };
        let mut x = usize::from(area.x);
        for (mark, class) in &gutter.left {
            put(buf, area, x - usize::from(area.x), mark, self.style(self.frame_class(*class, number)));
            x += width(mark);
        }
        if let Some(class) = gutter.boxed
            && area.width > 0
        {
            put(buf, area, usize::from(area.width) - 1, "│", self.style(self.frame_class(class, number)));
        }
    }

    /// Tells a row that the interface wrote from one that reads like it: its mark stands at the left edge, where no text of
    /// a trace is. A heading whose fold mark is there has it already.
    fn own(&self, buf: &mut Buffer, area: Rect, number: usize, line: Line) {
        let room = Room::of(self.page, line, area.width.into());
        let bar = self.page.gutter(line).filter(|g| g.width > 0);
        let fold = self.page.fold_at(number).is_some();
        if bar.is_some() || room.first_at > 2 || (room.first_at == 2 && !fold) {
            put(buf, area, 0, if self.theme.letters { "+" } else { OWN }, self.style(Class::Accent));
        }
    }

    /// `╭ title ───╮` or `╰───╯`.
    fn edge(&self, buf: &mut Buffer, area: Rect, number: usize, line: Line, gutter: Option<&Gutter>) {
        let outer = gutter.map_or(0, |g| usize::from(g.width).saturating_sub(2));
        if let Some(gutter) = gutter {
            let mut x = 0;
            for (mark, class) in gutter.left.iter().take(gutter.left.len().saturating_sub(1)) {
                put(buf, area, x, mark, self.style(*class));
                x += width(mark);
            }
            if x > 0 {
                self.own(buf, area, number, line);
            }
        }
        let selected = (self.selected.0..self.selected.1).contains(&number);
        let style = self.style(self.frame_class(gutter.and_then(|g| g.boxed).unwrap_or(Class::Border), number));
        let inner = usize::from(area.width).saturating_sub(outer + 2);
        let (left, right) = match line.kind {
            Kind::Top if is_folded(self.page, &self.scroller.folded, number) => ("▸", "─"),
            Kind::Top => ("╭", "╮"),
            _ => ("╰", "╯"),
        };
        put(buf, area, outer, left, style);
        for x in 0..inner {
            put(buf, area, outer + 1 + x, "─", style);
        }
        put(buf, area, outer + 1 + inner, right, style);
        let text = self.page.line_text(number);
        if line.kind == Kind::Top && inner > 4 && !text.is_empty() {
            // No meaning by colour alone: the selected one has a mark too.
            put(buf, area, outer + 1, if selected { "▶" } else { " " }, style);
            let shown = fit(text, inner - 2);
            let columns = width(&shown);
            if shown.len() == text.len() {
                self.clusters(buf, area, outer + 2, columns, line, 0..text.len());
            } else {
                put(buf, area, outer + 2, &shown, self.style(Class::Strong));
            }
            put(buf, area, outer + 2 + columns, " ", style);
        }
    }

    /// A header whose lines are hidden: itself, and a word about what they are.
    fn folded(&self, buf: &mut Buffer, area: Rect, number: usize) {
        let line = self.page.line(number);
        let gutter = self.page.gutter(line);
        if line.kind == Kind::Top {
            // A folded panel is its upper edge.
            return self.edge(buf, area, number, line, gutter);
        }
        self.gutter(buf, area, number, gutter);
        self.own(buf, area, number, line);
        let Some(fold) = self.page.fold_at(number) else { return };
        let Some(hidden) = self.page.folds().get(fold) else { return };
        let room = Room::of(self.page, line, area.width.into());
        self.mark(buf, area, room.first_at, fold, '▸');
        let text = self.page.line_text(number);
        let used = width(&fit(text, room.first));
        self.clusters(buf, area, room.first_at, room.first, line, 0..text.len());
        let lines = hidden.end.saturating_sub(hidden.header + 1);
        let (note, keep) = match hidden.note {
            Note::Entries(count, close) => (format!(" … {count} {close}"), 0),
            Note::Header => (String::new(), 0),
            Note::Rest => (rest(lines, self.hidden_bytes(hidden)), 0),
            Note::Lines => (format!(" (+{lines} lines)"), 0),
            Note::Preview => {
                let next = (hidden.header as usize + 1..hidden.end as usize)
                    .map(|l| self.page.line_text(l))
                    .find(|t| !t.trim().is_empty())
                    .unwrap_or_default();
                let count = if lines > 1 { format!(" (+{lines} lines)") } else { String::new() };
                let keep = width(&count);
                (format!(" {}{count}", fit(next, room.first.saturating_sub(used + keep + 1))), keep)
            }
        };
        if used + keep < room.first {
            put(buf, area, room.first_at + used, &fit(&note, room.first - used), self.style(Class::Dim));
        }
    }

    fn hidden_bytes(&self, fold: &Fold) -> u32 {
        self.page.line(fold.end.saturating_sub(1) as usize).end.saturating_sub(self.page.line(fold.header as usize).end)
    }

    fn mark(&self, buf: &mut Buffer, area: Rect, text_at: usize, fold: usize, mark: char) {
        if text_at >= 2 {
            let class = if self.target == Some(fold) { Class::Accent } else { Class::Dim };
            put(buf, area, text_at - 2, mark.encode_utf8(&mut [0; 4]), self.style(class));
        }
    }

    /// Paints bytes `range` of a line's text, with runs and matches.
    fn clusters(
        &self,
        buf: &mut Buffer,
        area: Rect,
        at: usize,
        columns: usize,
        line: Line,
        range: std::ops::Range<usize>,
    ) {
        let start = line.start as usize;
        let text = self.page.text().get(start + range.start..start + range.end).unwrap_or_default();
        let runs = self.page.runs(line);
        let search = &self.scroller.search;
        let from = start + range.start;
        let marked = search.within(self.page.text(), from, start + range.end);
        let current = self.scroller.current.and_then(|c| search.hits().get(c)).map(|h| *h as usize);
        let (mut mark, mut x) = (0, 0);
        for (offset, cluster) in text.grapheme_indices(true) {
            let byte = from + offset;
            let wide = width(cluster);
            if x + wide > columns {
                if x == 0 {
                    // Wider than the whole row: not shown whole, but never silently left out.
                    put(buf, area, at, "…", self.style(Class::Escape));
                }
                break;
            }
            // Matches may overlap; the one that is looked at shows through.
            while marked.get(mark).is_some_and(|(_, end)| *end <= byte) {
                mark += 1;
            }
            let mut here = marked.iter().skip(mark).take_while(|(at, _)| *at < byte + cluster.len()).peekable();
            let class = if here.peek().is_some() {
                if here.any(|(at, _)| Some(*at) == current) { Class::MatchCurrent } else { Class::Match }
            } else {
                let run = runs.partition_point(|r| r.start as usize <= byte).saturating_sub(1);
                runs.get(run).map_or(Class::Plain, |r| r.class)
            };
            put(buf, area, at + x, cluster, self.style(class));
            x += wide;
        }
    }
}

/// What is said of the rest of a text. Of a paragraph the lines say nothing: it is one.
fn rest(lines: u32, bytes: u32) -> String {
    match bytes / lines.max(1) {
        0..LONG_LINE => format!("… {lines} more line{}", if lines == 1 { "" } else { "s" }),
        _ => format!("… {} KB more", bytes.div_ceil(1000)),
    }
}

/// Writes a short sanitised text at a column of a one-row area, clipped to it.
pub(super) fn put(buf: &mut Buffer, area: Rect, column: usize, text: &str, style: Style) {
    let Ok(column) = u16::try_from(column) else { return };
    if column < area.width && area.height > 0 {
        buf.set_stringn(area.x + column, area.y, text, usize::from(area.width - column), style);
    }
}
