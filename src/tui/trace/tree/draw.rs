//! How the rows of the span tree are drawn.

use super::super::pages;
use super::super::paint::put;
use super::columns::Columns;
use super::outline::SpanRow;
use super::{Outline, TreeView};
use crate::model::span_tree::{Mark, Node};
use crate::text::{Class, fit_middle, width};
use crate::tui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Rows from which on the columns have a heading with the time axis.
const HEADED: u16 = 10;
/// Levels of indentation in so many columns for names; deeper ones say their depth as a number.
const SHARE: usize = 3;

impl TreeView {
    /// Draws the rows; where the selected one is, for the cursor.
    pub(in crate::tui::trace) fn draw(
        &self,
        outline: &Outline,
        buf: &mut Buffer,
        area: Rect,
        theme: Theme,
        focused: bool,
    ) -> Option<(u16, u16)> {
        if area.is_empty() {
            return None;
        }
        if self.visible.is_empty() {
            put(buf, area, 0, "no spans in this trace", theme.style(Class::Dim));
            return None;
        }
        let columns = Columns::of(usize::from(area.width), outline.tokens, outline.costs);
        let mut area = area;
        if area.height >= HEADED && columns.bar > 0 {
            heading(outline, buf, Rect { height: 1, ..area }, theme, columns);
            area = Rect { y: area.y + 1, height: area.height - 1, ..area };
        }
        let height = usize::from(area.height);
        self.height.set(height);
        let lowest = self.visible.len().saturating_sub(height);
        let top = self.top.get().clamp((self.selected + 1).saturating_sub(height), self.selected).min(lowest);
        self.top.set(top);
        for (y, (at, row)) in self.visible.iter().enumerate().skip(top).take(height).enumerate() {
            let line = Rect { y: area.y + u16::try_from(y).unwrap_or(0), height: 1, ..area };
            self.draw_row(outline, (buf, line, theme), columns, *row, at == self.selected);
            if at == self.selected {
                let class = if focused { Class::Selected } else { Class::Strong };
                // Selection without colour: reversed where it has the focus, and a mark in any case.
                buf.set_style(line, theme.style(class));
            }
        }
        Some((area.x, area.y + u16::try_from(self.selected - top).unwrap_or(0)))
    }

    fn draw_row(
        &self,
        outline: &Outline,
        (buf, area, theme): (&mut Buffer, Rect, Theme),
        columns: Columns,
        row: usize,
        selected: bool,
    ) {
        let (Some(node), Some(span)) = (outline.tree.rows.get(row), outline.spans.get(row)) else { return };
        let mut put_at = |at: usize, text: &str, class: Class| put(buf, area, at, text, theme.style(class));
        put_at(0, if selected { "▶" } else { " " }, Class::Accent);
        let most = columns.names / SHARE / 2;
        let mut x = 1 + 2 * node.depth.min(most);
        if node.depth > most {
            // Deeper than there is room for: the depth in its place.
            let depth = format!("{}›", node.depth);
            put_at((x + 1).saturating_sub(width(&depth)).max(1), &depth, Class::Dim);
            x = x.max(width(&depth)) + 1;
        }
        let folded = self.folded.get(row) == Some(&true);
        let sign = match (node.end > row + 1, folded) {
            (false, _) => "",
            (true, true) => "▸",
            _ => "▾",
        };
        put_at(x, sign, Class::Dim);
        let (status, class) = match (span.error, span.passed) {
            (true, _) => ("✕", Class::Error),
            (_, true) => ("✕", Class::Warning),
            _ => (span.status, if span.status == "✕" { Class::Error } else { Class::Good }),
        };
        put_at(x + 2, status, class);
        let icon = pages::icon(&span.span_type, theme.letters);
        put_at(x + 4, icon.encode_utf8(&mut [0; 4]), span.class);
        x += 6;
        if columns.words {
            put_at(x, &span.short_type, span.class);
            x += 6;
        }
        name(&mut put_at, columns.names, x, node, span, folded);
        columns.numbers(&mut put_at, span);
        if columns.bar > 0 {
            let at = u16::try_from(columns.bar_at()).unwrap_or(u16::MAX);
            let width = u16::try_from(columns.bar).unwrap_or(u16::MAX);
            bar(outline, buf, Rect { x: area.x.saturating_add(at), width, ..area }, theme, row);
        }
    }
}

/// The name and what is to be known at once: failures below a folded row, what is wrong with place or times.
fn name(
    put_at: &mut impl FnMut(usize, &str, Class),
    names: usize,
    x: usize,
    node: &Node,
    span: &SpanRow,
    folded: bool,
) {
    let mut notes: Vec<(String, Class)> = Vec::new();
    if folded && span.below > 0 {
        notes.push((format!(" ✕{} below", span.below), Class::Error));
    }
    if span.passed {
        notes.push((" ↑ from below".to_owned(), Class::Warning));
    }
    let mark = node.mark.map(|m| match m {
        Mark::Orphan => "orphan",
        Mark::Cycle => "cycle",
        Mark::Duplicate => "same id",
    });
    let odd = span.odd.map(pages::Odd::short);
    notes.extend(mark.into_iter().chain(odd).map(|note| (format!(" ({note})"), Class::Warning)));
    let room = names.saturating_sub(x);
    // At least the beginning of the name, whatever there is to say.
    let least = width(&span.name).min(room / 2).min(12);
    let all = |notes: &[(String, Class)]| notes.iter().map(|(n, _)| width(n)).sum::<usize>();
    while notes.len() > 1 && least + all(&notes) > room {
        notes.pop();
    }
    // Where there is no room for a word there is for a sign; the details have the words.
    if let [(note, _)] = notes.as_mut_slice()
        && least + width(note) > room
    {
        *note = "!".to_owned();
    }
    let noted = all(&notes);
    let shown = fit_middle(&span.name, room - noted.min(room));
    put_at(x, &shown, if span.error { Class::Error } else { Class::Plain });
    let mut at = x + width(&shown);
    for (note, class) in notes {
        put_at(at, &note, class);
        at += width(&note);
    }
}

/// What the columns are, and the time axis over the bars.
fn heading(outline: &Outline, buf: &mut Buffer, area: Rect, theme: Theme, columns: Columns) {
    let style = theme.style(Class::Dim);
    let total = i64::try_from(outline.axis.length()).unwrap_or(i64::MAX);
    put(buf, area, 1, "span", style);
    let mut right = |end: usize, text: &str| put(buf, area, end.saturating_sub(width(text)), text, style);
    right(columns.time_end(), if columns.time > 0 { "time" } else { "" });
    right(columns.own_end(), if columns.own > 0 { "own" } else { "" });
    let end = pages::duration(total);
    if columns.bar > width(&end) + 3 {
        right(columns.bar_at() + columns.bar, &end);
        put(buf, area, columns.bar_at(), "0", style);
    }
}

/// The span on the trace's time axis: thick where its time is its own, thin where a child has it.
fn bar(outline: &Outline, buf: &mut Buffer, area: Rect, theme: Theme, row: usize) {
    let columns = usize::from(area.width);
    let Some(span) = outline.spans.get(row) else { return };
    let axis = outline.axis;
    let Some(start) = span.start else { return };
    let Some(place) = axis.place(start, span.end.unwrap_or(axis.end), columns) else { return };
    let mut thin = vec![false; columns];
    let mut left = place.to - place.from;
    for child in pages::children(&outline.tree, row) {
        let Some(times) = outline.spans.get(child).and_then(|s| s.start.zip(s.end)).filter(|(s, e)| s <= e) else {
            continue;
        };
        let Some(c) = axis.place(times.0, times.1, columns) else { continue };
        for cell in thin.get_mut(c.from.max(place.from)..c.to.min(place.to)).unwrap_or_default() {
            left -= usize::from(!std::mem::replace(cell, true));
        }
        if left == 0 {
            break;
        }
    }
    let class = if span.error { Class::Error } else { span.class };
    for x in place.from..place.to {
        let own = match span.end {
            None => "┅",
            Some(end) if end == start => "│",
            Some(_) => "━",
        };
        put(buf, area, x, if thin.get(x) == Some(&true) { "─" } else { own }, theme.style(class));
    }
    if span.end.is_some_and(|end| end < start) {
        put(buf, area, place.from, "╳", theme.style(Class::Warning));
    }
    if place.before {
        put(buf, area, 0, "◂", theme.style(Class::Warning));
    }
    if place.after && span.end.is_some() {
        put(buf, area, columns - 1, "▸", theme.style(Class::Warning));
    }
}
