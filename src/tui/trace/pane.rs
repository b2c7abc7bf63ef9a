//! The trace pane: one trace, five views, a position in each.

use super::paint::{Painter, put};
use super::scroller::Scroller;
use super::tree::TreeView;
use super::{Reaction, Reading, TraceCommand, View};
use crate::text::{Class, Page, fit, sanitize, width};
use crate::tui::theme::Theme;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::cell::Cell;
use std::sync::Arc;

/// From this many columns on, a span's details stand beside the tree; below it.
const BESIDE: u16 = 110;

/// The trace pane. It keeps a position, folds, a selection and a search for each view.
#[derive(Debug)]
pub struct TracePane {
    reading: Arc<Reading>,
    view: View,
    messages: Scroller,
    output: Scroller,
    documents: Scroller,
    raw: Scroller,
    details: Scroller,
    tree: TreeView,
    document: usize,
    needle: String,
    /// Where the selected row was drawn.
    cursor: Cell<Option<(u16, u16)>>,
    /// Where the pane was drawn last.
    area: Cell<Option<Rect>>,
}

impl TracePane {
    /// Opens a trace at its first view.
    #[must_use]
    pub fn open(reading: Arc<Reading>) -> Self {
        let mut pane = Self {
            view: View::Messages,
            messages: Scroller::new(&reading.messages),
            output: Scroller::new(&reading.output_page),
            documents: Scroller::new(&reading.documents),
            raw: Scroller::new(&reading.raw),
            details: Scroller::new(&reading.details),
            tree: TreeView::new(&reading.outline),
            document: 0,
            needle: String::new(),
            cursor: Cell::new(None),
            area: Cell::new(None),
            reading,
        };
        pane.show_detail();
        pane
    }

    /// Carries out a command.
    pub fn command(&mut self, command: TraceCommand) -> Reaction {
        match command {
            TraceCommand::View(view) => self.set_view(view),
            TraceCommand::Find(needle) => self.find(needle),
            TraceCommand::FindNext => self.find_step(true),
            TraceCommand::FindPrev => self.find_step(false),
            TraceCommand::ClearFind => self.find(String::new()),
            TraceCommand::NextError => self.next_error(),
            TraceCommand::ScrollDetail(rows) => {
                let reading = Arc::clone(&self.reading);
                let page = page_of(&reading, self.view);
                react(self.page().1.scroll(page, rows.into()))
            }
            other => match self.view {
                View::Tree => self.tree_command(&other),
                View::Documents => self.document_command(&other),
                View::Messages | View::Output | View::Raw => self.page_command(&other),
            },
        }
    }

    /// The scroller of the view on screen, with its page.
    fn page(&mut self) -> (Arc<Reading>, &mut Scroller) {
        let scroller = match self.view {
            View::Messages => &mut self.messages,
            View::Output => &mut self.output,
            View::Documents => &mut self.documents,
            View::Raw => &mut self.raw,
            View::Tree => &mut self.details,
        };
        (Arc::clone(&self.reading), scroller)
    }

    fn shown(&self) -> (&Page, &Scroller) {
        let scroller = match self.view {
            View::Messages => &self.messages,
            View::Output => &self.output,
            View::Documents => &self.documents,
            View::Raw => &self.raw,
            View::Tree => &self.details,
        };
        (page_of(&self.reading, self.view), scroller)
    }

    fn page_command(&mut self, command: &TraceCommand) -> Reaction {
        let view = self.view;
        let (reading, scroller) = self.page();
        let page = page_of(&reading, view);
        let fold = matches!(command, TraceCommand::Fold);
        let height = i64::try_from(scroller.height()).unwrap_or(1);
        react(match command {
            TraceCommand::ScrollLines(n) => scroller.scroll(page, i64::from(*n)),
            // One row stays, so that the eye finds its place.
            TraceCommand::ScrollPages(n) => scroller.scroll(page, i64::from(*n) * (height - 1).max(1)),
            TraceCommand::Top => scroller.jump_to_top(page),
            TraceCommand::Bottom => scroller.jump_to_bottom(page),
            TraceCommand::SelectNext => scroller.scroll(page, 1),
            TraceCommand::SelectPrev => scroller.scroll(page, -1),
            TraceCommand::Fold | TraceCommand::Unfold if view == View::Raw && !page.folds().is_empty() => {
                return match scroller.fold_level(page, fold) {
                    Some(level) => Reaction::changed().saying(format!("{level} levels open")),
                    None => Reaction::nothing().saying(if fold { "all folded" } else { "all open" }),
                };
            }
            TraceCommand::Fold | TraceCommand::Unfold => return folding(scroller.fold(page, fold), page),
            TraceCommand::PrevSibling | TraceCommand::NextSibling => {
                let forward = matches!(command, TraceCommand::NextSibling);
                let top = scroller.top(page).0;
                let blocks = page.blocks().iter().map(|b| b.line as usize);
                let to = if forward { blocks.clone().find(|l| *l > top) } else { blocks.clone().rfind(|l| *l < top) };
                to.is_some_and(|line| scroller.jump_to_line(page, line))
            }
            _ => return Reaction::nothing().saying("that key works in the tree (t)"),
        })
    }

    fn tree_command(&mut self, command: &TraceCommand) -> Reaction {
        let reading = Arc::clone(&self.reading);
        let page = i64::try_from(self.tree.page()).unwrap_or(1);
        let moved = match command {
            TraceCommand::ScrollLines(n) => self.tree.step(i64::from(*n)),
            TraceCommand::ScrollPages(n) => self.tree.step(i64::from(*n) * page),
            TraceCommand::SelectNext => self.tree.step(1),
            TraceCommand::SelectPrev => self.tree.step(-1),
            TraceCommand::Top => self.tree.step(i64::MIN + 1),
            TraceCommand::Bottom => self.tree.step(i64::MAX),
            TraceCommand::Fold => self.tree.fold(&reading.outline),
            TraceCommand::Unfold => self.tree.unfold(&reading.outline),
            TraceCommand::Parent => self.tree.parent(&reading.outline),
            TraceCommand::PrevSibling => self.tree.sibling(&reading.outline, false),
            TraceCommand::NextSibling => self.tree.sibling(&reading.outline, true),
            TraceCommand::NextSameType => {
                let kind = reading.outline.spans.get(self.tree.row()).map(|s| s.span_type.as_str());
                self.tree.next(&reading.outline, |r| reading.outline.spans.get(r).map(|s| s.span_type.as_str()) == kind)
            }
            _ => false,
        };
        self.show_detail();
        let folds = matches!(command, TraceCommand::Fold | TraceCommand::Unfold);
        if folds && !reading.outline.tree.rows.iter().enumerate().any(|(row, node)| node.end > row + 1) {
            return Reaction::nothing().saying("nothing to fold here");
        }
        react(moved)
    }

    fn show_detail(&mut self) {
        if let Some(place) = self.reading.detail_places.get(self.tree.row()) {
            self.details.show_only(*place);
        }
    }

    fn document_command(&mut self, command: &TraceCommand) -> Reaction {
        let reading = Arc::clone(&self.reading);
        let page = &reading.documents;
        let last = reading.document_places.len().saturating_sub(1);
        let to = match command {
            TraceCommand::Fold | TraceCommand::Unfold => {
                let fold = matches!(command, TraceCommand::Fold);
                let header = reading.document_places.get(self.document).map_or(0, |(line, _)| *line);
                let moved = self.documents.fold_at(page, header, fold);
                return folding(moved, page);
            }
            // A document longer than the pane is read to its end before the next one is selected.
            TraceCommand::ScrollLines(n) | TraceCommand::ScrollPages(n) if *n > 0 && self.continues_below() => {
                let rows = if matches!(command, TraceCommand::ScrollLines(_)) {
                    i64::from(*n)
                } else {
                    self.documents.height() as i64 - 1
                };
                return react(self.documents.scroll(page, rows));
            }
            TraceCommand::ScrollLines(n) | TraceCommand::ScrollPages(n) => {
                self.document.saturating_add_signed(n.signum() as isize).min(last)
            }
            TraceCommand::SelectNext | TraceCommand::NextSibling => (self.document + 1).min(last),
            TraceCommand::SelectPrev | TraceCommand::PrevSibling => self.document.saturating_sub(1),
            TraceCommand::Top => 0,
            TraceCommand::Bottom => last,
            _ => return Reaction::nothing().saying("that key works in the tree (t)"),
        };
        let changed = std::mem::replace(&mut self.document, to) != to;
        let moved = match reading.document_places.get(to) {
            // The first one shows its retrieval's heading too.
            Some(_) if to == 0 => self.documents.jump_to_top(page),
            Some((line, _)) => self.documents.jump_to_line(page, *line),
            None => false,
        };
        react(changed || moved)
    }

    /// The selected document ends below the screen.
    fn continues_below(&self) -> bool {
        let Some(&(start, end)) = self.reading.document_places.get(self.document) else { return false };
        let page = &self.reading.documents;
        if super::rows::is_folded(page, &self.documents.folded, start) {
            return false;
        }
        self.documents.more_below(page) && self.documents.on_screen(page).last().is_some_and(|l| l + 1 < end)
    }

    fn next_error(&mut self) -> Reaction {
        let reading = Arc::clone(&self.reading);
        if self.view == View::Tree {
            let found = self.tree.next(&reading.outline, |r| reading.outline.spans.get(r).is_some_and(|s| s.error));
            self.show_detail();
            let any = reading.outline.spans.iter().any(|s| s.error);
            return if any { react(found) } else { Reaction::nothing().saying("no errors") };
        }
        let view = self.view;
        let (_, scroller) = self.page();
        let page = page_of(&reading, view);
        let top = scroller.top(page).0;
        let mut errors = page.blocks().iter().filter(|b| b.error).map(|b| b.line as usize);
        let found = errors.clone().find(|l| *l > top).or_else(|| errors.next());
        match found {
            Some(line) => react(scroller.jump_to_line(page, line)),
            None if reading.outline.spans.iter().any(|s| s.error) => {
                Reaction::nothing().saying("errors are in the tree (t)")
            }
            None => Reaction::nothing().saying("no errors"),
        }
    }

    fn find(&mut self, needle: String) -> Reaction {
        let view = self.view;
        self.needle = needle;
        let needle = self.needle.clone();
        let (reading, scroller) = self.page();
        let page = page_of(&reading, view);
        if needle.is_empty() {
            let had = !scroller.search.needle().is_empty();
            scroller.search.clear();
            scroller.current = None;
            return react(had);
        }
        let found = scroller.find(page, &needle);
        self.follow_hit();
        Reaction::changed().saying(if found {
            self.shown().1.found().unwrap_or_default()
        } else {
            format!("not found: {}", fit(&sanitize(&needle), 40))
        })
    }

    fn find_step(&mut self, forward: bool) -> Reaction {
        if self.needle.is_empty() {
            return Reaction::nothing().saying("nothing is looked for: / finds");
        }
        let view = self.view;
        let (reading, scroller) = self.page();
        let moved = scroller.step(page_of(&reading, view), forward);
        self.follow_hit();
        react(moved).saying(self.shown().1.found().unwrap_or_default())
    }

    /// In tree and documents the selection goes where the match is.
    fn follow_hit(&mut self) {
        let reading = Arc::clone(&self.reading);
        match self.view {
            View::Tree => {
                let Some(line) = self.details.hit_line(&reading.details) else { return };
                let row = reading.detail_places.partition_point(|(from, _)| *from <= line).saturating_sub(1);
                self.tree.select(&reading.outline, row);
                self.show_detail();
                self.details.show_current(&reading.details);
            }
            View::Documents => {
                let Some(line) = self.documents.hit_line(&reading.documents) else { return };
                let at = reading.document_places.partition_point(|(from, _)| *from <= line);
                self.document = at.saturating_sub(1);
            }
            _ => {}
        }
    }

    /// The tree's two parts: spans and details.
    fn split(&self, area: Rect) -> (Rect, Rect) {
        if area.width >= BESIDE {
            let left = area.width * 11 / 20;
            return (Rect { width: left, ..area }, Rect { x: area.x + left + 2, width: area.width - left - 2, ..area });
        }
        let rows = u16::try_from(self.reading.outline.spans.len()).unwrap_or(u16::MAX);
        let upper = (area.height / 2).min(rows.max(3)).min(area.height.saturating_sub(1));
        let below = area.height.saturating_sub(upper + 1);
        (Rect { height: upper, ..area }, Rect { y: area.y + upper + 1, height: below, ..area })
    }

    /// Paints the content into `area`; the border around it, with [`Self::title`] and [`Self::footer`], is the caller's.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, theme: Theme, focused: bool) {
        let area = area.intersection(frame.area());
        let buf = frame.buffer_mut();
        self.cursor.set(None);
        if area.is_empty() {
            return;
        }
        self.area.set(Some(area));
        let (page, scroller) = self.shown();
        let painter = Painter { page, scroller, theme, selected: (0, 0), target: None };
        match self.view {
            View::Tree => {
                let (list, detail) = self.split(area);
                if area.width < BESIDE {
                    let rule = Rect { y: list.bottom(), height: 1, ..area };
                    put(buf, rule, 0, &"─".repeat(area.width.into()), theme.style(Class::Border));
                } else {
                    for y in area.y..area.bottom() {
                        put(
                            buf,
                            Rect { y, height: 1, ..area },
                            usize::from(list.width),
                            "│",
                            theme.style(Class::Border),
                        );
                    }
                }
                self.cursor.set(self.tree.draw(&self.reading.outline, buf, list, theme, focused));
                painter.paint(buf, detail);
            }
            View::Documents => {
                let selected = self.reading.document_places.get(self.document).copied().unwrap_or_default();
                Painter { selected, ..painter }.paint(buf, area);
            }
            View::Raw => painter.paint(buf, area),
            View::Messages | View::Output => {
                scroller.resize(area.width.into(), area.height.into());
                let target = scroller.fold_target(page, false);
                Painter { target, ..painter }.paint(buf, area);
            }
        }
    }

    /// Where the hardware cursor belongs after the last drawing: the selected row of the tree.
    #[must_use]
    pub fn cursor(&self) -> Option<(u16, u16)> {
        self.cursor.get()
    }

    /// The view on screen.
    #[must_use]
    pub fn view(&self) -> View {
        self.view
    }

    /// Shows another view, at its own last position.
    pub fn set_view(&mut self, view: View) -> Reaction {
        if self.view == view {
            return Reaction::nothing();
        }
        self.view = view;
        if let Some(area) = self.area.get() {
            // The search must know the new view's size before it is drawn, or its match may end below the screen.
            let part = if view == View::Tree { self.split(area).1 } else { area };
            self.shown().1.resize(part.width.into(), part.height.into());
        }
        if !self.needle.is_empty() && self.shown().1.search.needle() != self.needle {
            // The search goes along.
            return self.find(self.needle.clone());
        }
        Reaction::changed()
    }

    /// For the border: id, name, state, duration, tokens. Sanitised.
    #[must_use]
    pub fn title(&self) -> String {
        self.reading.title.clone()
    }

    /// How many things the session's view leaves out of what is on screen.
    #[must_use]
    pub fn hidden(&self) -> usize {
        let spans = if self.view == View::Tree { self.reading.hidden_spans } else { 0 };
        self.shown().0.hidden() + spans
    }

    /// For the border: row / rows (of the selection in tree and documents), and the search. Sanitised.
    #[must_use]
    pub fn footer(&self) -> String {
        self.footer_in(usize::MAX)
    }

    /// The same in so many columns: what is looked for is shortened before the numbers are.
    #[must_use]
    pub fn footer_in(&self, columns: usize) -> String {
        let (page, scroller) = self.shown();
        let mut text = match self.view {
            View::Tree => self.tree.place(),
            View::Documents => {
                let count = self.reading.document_places.len();
                format!("{}/{count}", (self.document + 1).min(count))
            }
            _ => scroller.place(page),
        };
        if let Some(found) = scroller.found() {
            let needle = sanitize(&self.needle);
            let left = columns.saturating_sub(width(&text) + width(&found) + 5);
            text.push_str(" · ");
            if left > 2 {
                text.push_str(&format!("{}: ", fit(&needle, left.min(20))));
            }
            text.push_str(&found);
        }
        fit(&text, columns).into_owned()
    }

    /// The raw text of what is under the cursor (message, document, span), for the clipboard, and what it is. In the
    /// raw view the path of the line there.
    #[must_use]
    pub fn copy_text(&self) -> Option<(&'static str, String)> {
        if self.view == View::Raw {
            return Some(("path", super::json_path::path_at(self.shown().0, self.copy_line()?)));
        }
        self.copy_whole()
    }

    /// The same, but in the raw view all of its JSON.
    #[must_use]
    pub fn copy_whole(&self) -> Option<(&'static str, String)> {
        let page = self.shown().0;
        let block = page.block_at(self.copy_line()?).or(page.blocks().first())?;
        Some((block.what, block.raw.to_string()))
    }

    /// The line that is meant by "under the cursor".
    fn copy_line(&self) -> Option<usize> {
        let (page, scroller) = self.shown();
        Some(match self.view {
            View::Documents => self.reading.document_places.get(self.document)?.0,
            View::Tree => {
                let (from, to) = *self.reading.detail_places.get(self.tree.row())?;
                // The section on top of the details, once they are scrolled; before that the span.
                scroller.top(page).0.clamp(from, to.saturating_sub(1).max(from))
            }
            _ => {
                // The match under the eyes goes before what happens to be on top.
                let screen = scroller.on_screen(page);
                let hit = scroller.hit_line(page).filter(|l| screen.contains(l));
                hit.or_else(|| screen.iter().copied().find(|l| !page.line_text(*l).is_empty()))?
            }
        })
    }

    /// The actual output as plain text (raw, not sanitised), for copying into an expectation.
    #[must_use]
    pub fn output_text(&self) -> Option<String> {
        self.reading.output.as_deref().map(str::to_owned)
    }
}

fn page_of(reading: &Reading, view: View) -> &Page {
    match view {
        View::Messages => &reading.messages,
        View::Output => &reading.output_page,
        View::Documents => &reading.documents,
        View::Raw => &reading.raw,
        View::Tree => &reading.details,
    }
}

/// What a fold key says: it never does nothing in silence where there is nothing to fold at all.
fn folding(changed: bool, page: &Page) -> Reaction {
    if page.folds().is_empty() { Reaction::nothing().saying("nothing to fold here") } else { react(changed) }
}

fn react(changed: bool) -> Reaction {
    if changed { Reaction::changed() } else { Reaction::nothing() }
}
