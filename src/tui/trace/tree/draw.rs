//! How the rows of the span tree are drawn.

use super::super::pages;
use super::super::paint::put;
use super::{Outline, TreeView};
use crate::text::{Class, fit, width};
use crate::tui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

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
        let height = usize::from(area.height);
        self.height.set(height);
        let lowest = self.visible.len().saturating_sub(height);
        let top = self.top.get().clamp((self.selected + 1).saturating_sub(height), self.selected).min(lowest);
        self.top.set(top);
        for (y, (at, row)) in self.visible.iter().enumerate().skip(top).take(height).enumerate() {
            let line = Rect { y: area.y + u16::try_from(y).unwrap_or(0), height: 1, ..area };
            self.draw_row(outline, buf, line, theme, *row, at == self.selected);
            if at == self.selected {
                let class = if focused { Class::Selected } else { Class::Strong };
                // Selection without colour: reversed where it has the focus, and a mark in any case.
                buf.set_style(line, theme.style(class));
            }
        }
        Some((area.x, area.y + u16::try_from(self.selected - top).unwrap_or(0)))
    }

    fn draw_row(&self, outline: &Outline, buf: &mut Buffer, area: Rect, theme: Theme, row: usize, selected: bool) {
        let (Some(node), Some(span)) = (outline.tree.rows.get(row), outline.spans.get(row)) else { return };
        let all = usize::from(area.width);
        // From the right: tokens, bar, duration, as far as there is room for the name.
        let bar = match all {
            56.. => (all / 4).clamp(12, 40),
            // One more than the columns drawn: a bar is worth more than the end of a name.
            42.. => 9,
            _ => 0,
        };
        let tokens = if all >= 60 { 10 } else { 0 };
        let time = if all >= 30 { 9 } else { 0 };
        let right = bar + tokens + time;
        let names = all.saturating_sub(right + 1);
        let put_at =
            |buf: &mut Buffer, at: usize, text: &str, class: Class| put(buf, area, at, text, theme.style(class));

        put_at(buf, 0, if selected { "▶" } else { " " }, Class::Accent);
        let indent = (2 * node.depth).min(names / 2);
        let sign = match (node.end > row + 1, self.folded.get(row)) {
            (false, _) => "  ",
            (true, Some(true)) => "▸ ",
            _ => "▾ ",
        };
        let mut x = 1 + indent;
        put_at(buf, x, sign, Class::Dim);
        x += 2;
        let (status, class) = if span.error { ("✕", Class::Error) } else { (span.status, Class::Good) };
        put_at(buf, x, status, class);
        x += 2;
        put_at(buf, x, &span.short_type, span.class);
        x += 6;
        let mark = node.mark.map_or("", |m| match m {
            crate::model::span_tree::Mark::Orphan => " (orphan)",
            crate::model::span_tree::Mark::Cycle => " (cycle)",
            crate::model::span_tree::Mark::Duplicate => " (same id)",
        });
        let name = fit(&span.name, names.saturating_sub(x + width(mark)));
        put_at(buf, x, &name, if span.error { Class::Error } else { Class::Plain });
        put_at(buf, x + width(&name), mark, Class::Warning);
        if time > 0 {
            let at = all - right;
            put_at(buf, at + (time - 1).saturating_sub(width(&span.duration)), &span.duration, Class::Dim);
        }
        if bar > 0 {
            self.draw_bar(
                outline,
                buf,
                Rect { x: area.x + cell(all - bar - tokens), width: cell(bar), ..area },
                theme,
                row,
            );
        }
        if tokens > 0 {
            put_at(buf, all - span.tokens.len().min(tokens), &span.tokens, Class::Dim);
        }
    }

    /// The span on the trace's time axis: thick where its time is its own, thin where a child has it.
    fn draw_bar(&self, outline: &Outline, buf: &mut Buffer, area: Rect, theme: Theme, row: usize) {
        let columns = usize::from(area.width).saturating_sub(1);
        let (Some(place), Some(span)) = (columns_of(outline, row, columns), outline.spans.get(row)) else { return };
        let mut thin = vec![false; columns];
        for child in pages::children(&outline.tree, row) {
            if let Some(c) = columns_of(outline, child, columns) {
                thin.get_mut(c.0..c.1).unwrap_or_default().fill(true);
            }
        }
        let class = if span.error { Class::Error } else { span.class };
        for x in place.0..place.1 {
            put(buf, area, x, if thin.get(x) == Some(&true) { "─" } else { "━" }, theme.style(class));
        }
    }
}

fn cell(columns: usize) -> u16 {
    u16::try_from(columns).unwrap_or(u16::MAX)
}

/// The columns of a span on the axis: at least one.
fn columns_of(outline: &Outline, row: usize, columns: usize) -> Option<(usize, usize)> {
    let span = outline.spans.get(row)?;
    let (start, end) = outline.axis;
    let all = i128::from(end) - i128::from(start);
    let from = i128::from(span.start?) - i128::from(start);
    let to = i128::from(span.end.unwrap_or(end)) - i128::from(start);
    let scale =
        |t: i128| usize::try_from(if all > 0 { t.clamp(0, all) * columns as i128 / all } else { 0 }).unwrap_or(0);
    let from = scale(from).min(columns.checked_sub(1)?);
    Some((from, scale(to).clamp(from + 1, columns)))
}
