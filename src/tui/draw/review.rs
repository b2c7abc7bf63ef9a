//! The review screen: queue, trace and questions side by side, or folded as the width asks.

use super::{form, framed, panels, put, queue, row_of};
use crate::text::{Class, sanitize, width};
use crate::tui::app::{App, Review, Screen};
use crate::tui::command::Command as C;
use crate::tui::trace::View;
use ratatui::Frame;
use ratatui::layout::{Margin, Rect};

/// From here the queue is shown.
const WITH_QUEUE: u16 = 120;
/// From here the questions stand beside the trace.
const BESIDE: u16 = 90;
const QUEUE: u16 = 24;
const FORM_MIN: u16 = 42;

pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let Some(review) = &app.review else {
        return put(frame.buffer_mut(), row_of(area, 1), " opening…", app.theme, Class::Dim);
    };
    let Some(questions) = &review.form else {
        return middle(app, review, frame, area);
    };
    // The focused question is never out of sight: its keys work in the zoom too.
    if review.zoom || area.width < BESIDE {
        let most = if review.zoom && area.width < BESIDE {
            area.height * 4 / 10
        } else {
            (area.height * 7 / 10).min(area.height.saturating_sub(5))
        };
        let (laid, height) = form::strip(app, questions, area.width, most);
        let height = height.min(area.height.saturating_sub(5));
        let trace = Rect { height: area.height - height, ..area };
        let below = Rect { y: area.y + trace.height, height, ..area };
        middle(app, review, frame, trace);
        return form::draw_strip(app, questions, frame, below, &laid);
    }
    let queue_wide = if area.width >= WITH_QUEUE { QUEUE.max(area.width / 7) } else { 0 };
    let form_wide = FORM_MIN.max((area.width - queue_wide) * 2 / 5).min(72);
    let part = |x: u16, width: u16| Rect { x: area.x + x, width, ..area };
    if queue_wide > 0 {
        queue::draw(app, review, frame, part(0, queue_wide));
    }
    middle(app, review, frame, part(queue_wide, area.width - queue_wide - form_wide));
    form::column(app, questions, frame, part(area.width - form_wide, form_wide));
}

/// The trace, or the panel over it.
fn middle(app: &App, review: &Review, frame: &mut Frame<'_>, area: Rect) {
    if let Some(panel) = app.panel {
        return panels::draw(app, panel, frame, area);
    }
    if let Some(conflict) = &review.conflict {
        return panels::conflict(app, review, conflict, frame, area);
    }
    trace(app, review.pane.as_ref(), review.item.is_some(), frame, area);
}

/// A trace pane in its frame.
pub(super) fn trace(
    app: &App,
    pane: Option<&crate::tui::trace::TracePane>,
    expected: bool,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let Some(pane) = pane else {
        let inside = framed(frame.buffer_mut(), area, app.theme, "trace", "", false);
        let text = if expected { "reading the trace…" } else { "nothing here yet" };
        return put(frame.buffer_mut(), row_of(inside, 0), text, app.theme, Class::Dim);
    };
    pane.lay(area.inner(Margin::new(1, 1)).intersection(frame.area()));
    let foot = foot(app, pane, usize::from(area.width.saturating_sub(4)));
    let title = title(app, pane, usize::from(area.width.saturating_sub(4)));
    let inside = framed(frame.buffer_mut(), area, app.theme, &title, &foot, false);
    pane.draw(frame, inside, app.theme, false);
}

/// What the trace is; where the session's view leaves something out, that is said whatever the room.
fn title(app: &App, pane: &crate::tui::trace::TracePane, room: usize) -> String {
    let Some(review) = app.review.as_ref().filter(|r| app.screen == Screen::Review && !r.lens.is_empty()) else {
        return trace_title(pane, room);
    };
    let (name, key) = (sanitize(&review.lens.name), app.key(C::WholeTrace));
    let [long, short] = if name.is_empty() {
        ["view".to_owned(), "view".to_owned()]
    } else {
        [format!("view {name}"), name.into_owned()]
    };
    let [long, short] = match (review.everything, pane.hidden()) {
        (true, _) => [format!("everything · {key} {long}"), format!("everything · {key} {short}")],
        (false, 0) => [format!("{long} · nothing hidden here"), format!("{short} · 0 hidden")],
        (false, hidden) => {
            [format!("{long} · {hidden} hidden · {key} shows all"), format!("{short} · {hidden} hidden · {key} all")]
        }
    };
    // Half of the border is the trace's own.
    let said = if width(&long) * 2 <= room { long } else { short };
    format!("{} ─ {said}", trace_title(pane, room.saturating_sub(width(&said) + 3)))
}

/// What the pane shows, in so many columns; its own name goes before anything that the trace says.
fn trace_title(pane: &crate::tui::trace::TracePane, room: usize) -> String {
    let whole = format!("trace {}", pane.title());
    if width(&whole) <= room { whole } else { pane.title_in(room) }
}

/// The place, what a citation's key would do, and the keys of all views: in words where there is room, else as letters;
/// a long needle gives way first.
fn foot(app: &App, pane: &crate::tui::trace::TracePane, room: usize) -> String {
    let forms = view_keys(app);
    let cited = pane.citation().map(|what| format!(" · {} {what}", app.key(C::Citation))).unwrap_or_default();
    let wanted = width(&pane.footer()) + width(&cited) + 3;
    let keys = forms.iter().find(|keys| wanted + width(keys) <= room).or(forms.last());
    let Some(keys) = keys else { return pane.footer() };
    let left = room.saturating_sub(width(keys) + 3);
    let cited = if width(&cited) + 8 <= left { cited } else { String::new() };
    // Who has never folded anything learns the key where there is something to open, if there is room.
    let hint = format!("  {} unfold", app.key(C::Unfold));
    let place = pane.footer_in(left - width(&cited));
    let spare = left.saturating_sub(width(&cited) + width(&place));
    if pane.unfolds() && width(&hint) <= spare {
        return format!("{place}{cited} ─ {keys}{hint}");
    }
    format!("{}{cited} ─ {keys}", pane.footer_in(left - width(&cited)))
}

/// The keys of the views, drawn where they act, from the longest form to the shortest.
fn view_keys(app: &App) -> [String; 3] {
    let words = [
        (C::ViewOutput, View::Output),
        (C::ViewTree, View::Tree),
        (C::ViewDocuments, View::Documents),
        (C::ViewMessages, View::Messages),
        (C::ViewRaw, View::Raw),
    ];
    // Where a session's view offers only some of them, the others wait behind its key.
    let lens = app.review.as_ref().filter(|_| app.screen == Screen::Review).map(Review::lens);
    let offered = |view: &View| lens.as_ref().is_none_or(|l| l.offers(*view));
    let words: Vec<_> = words.into_iter().filter(|(_, v)| offered(v)).map(|(c, v)| (c, v.name())).collect();
    let find = app.key(C::Find);
    let long: Vec<String> = words.iter().map(|(c, word)| format!("{} {word}", app.key(*c))).collect();
    let keys: Vec<String> = words.iter().map(|(c, _)| app.key(*c).to_string()).collect();
    let keys = keys.join(" ");
    [format!("{}  {find} find", long.join("  ")), format!("{keys} views · {find} find"), format!("{keys} {find}")]
}
