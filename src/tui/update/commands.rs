//! What each command does: one line each, the work is in the modules beside.

use super::{answering, copying, deciding, leaving, lens, lists, moving, panels, prompts, saving, writing};
use crate::model::Keep;
use crate::text::Class;
use crate::tui::app::{App, Screen};
use crate::tui::command::Command as C;
use crate::tui::effect::Effect;
use crate::tui::panel::{PanelKind, PromptKind};
use crate::tui::trace::{TraceCommand as T, View};

/// Carries out a command whose condition holds.
pub(super) fn run(app: &mut App, command: C, out: &mut Vec<Effect>) {
    match command {
        C::Pick(n) => answering::pick(app, usize::from(n).saturating_sub(1), out),
        C::Positive => answering::pick(app, 0, out),
        C::Negative => answering::pick(app, 1, out),
        C::Toggle => answering::toggle(app, out),
        C::NextQuestion => with_form(app, |f| f.step_question(true)),
        C::PrevQuestion => with_form(app, |f| f.step_question(false)),
        C::NextStop => with_form(app, |f| f.step_stop(true)),
        C::PrevStop => with_form(app, |f| f.step_stop(false)),
        C::Write => writing::begin(app, out),
        C::AddEntry => writing::add_entry(app, out),
        C::Comment => writing::comment(app, out),
        C::CopyOutput => writing::copy_output(app, out),
        C::Submit => answering::enter(app, out),
        C::SubmitExtra => answering::submit_extra(app, out),
        C::Undo => saving::undo(app, false, out),
        C::Redo => saving::undo(app, true, out),
        C::Skip => moving::skip(app, out),
        C::Defer => prompts::open(app, PromptKind::Defer, ""),
        C::Decline => prompts::open(app, PromptKind::Decline, ""),
        C::NextItem => moving::step(app, 1, out),
        C::PrevItem => moving::step(app, -1, out),
        C::NextUnreviewed => moving::next(app, out),
        C::GoTo => prompts::open(app, PromptKind::GoTo, ""),
        C::FindQueue => prompts::find_queue(app),
        C::Reveal => panels::reveal(app, out),
        C::Instructions => panels::toggle(app, PanelKind::Instructions),
        C::Discard => saving::discard(app, out),
        C::Compare => deciding::open(app, out),
        C::KeepMine if deciding::is_open(app) => deciding::decide(app, Keep::Local, out),
        C::TakeTheirs if deciding::is_open(app) => deciding::decide(app, Keep::Remote, out),
        C::KeepMine => saving::keep_mine(app, out),
        C::TakeTheirs => saving::take_theirs(app, out),
        C::ScrollDown => trace(app, T::ScrollLines(1), out),
        C::ScrollUp => trace(app, T::ScrollLines(-1), out),
        C::PageDown => trace(app, T::ScrollPages(1), out),
        C::PageUp => trace(app, T::ScrollPages(-1), out),
        C::Top => trace(app, T::Top, out),
        C::Bottom => trace(app, T::Bottom, out),
        C::Fold => trace(app, T::Fold, out),
        C::Unfold => trace(app, T::Unfold, out),
        C::NextError => trace(app, T::NextError, out),
        C::Parent => trace(app, T::Parent, out),
        C::PrevSibling => trace(app, T::PrevSibling, out),
        C::NextSibling => trace(app, T::NextSibling, out),
        C::NextSameType => trace(app, T::NextSameType, out),
        C::DetailDown => trace(app, T::ScrollDetail(3), out),
        C::DetailUp => trace(app, T::ScrollDetail(-3), out),
        C::FoldDetail => trace(app, T::FoldDetail(true), out),
        C::UnfoldDetail => trace(app, T::FoldDetail(false), out),
        C::Citation => trace(app, T::Citation, out),
        C::ViewOutput => trace(app, T::View(View::Output), out),
        C::ViewTree => trace(app, T::View(View::Tree), out),
        C::ViewDocuments => trace(app, T::View(View::Documents), out),
        C::ViewMessages => trace(app, T::View(View::Messages), out),
        C::ViewRaw => trace(app, T::View(View::Raw), out),
        C::NextMatch => trace(app, T::FindNext, out),
        C::PrevMatch => trace(app, T::FindPrev, out),
        C::Find => prompts::open(app, PromptKind::FindTrace, ""),
        C::WholeTrace => lens::toggle(app, out),
        C::Zoom => {
            if let (Screen::Review, Some(review)) = (app.screen, &mut app.review) {
                review.zoom = !review.zoom;
            }
        }
        C::Copy => copying::clipboard(app, out),
        C::CopyToFile => copying::file(app, out),
        C::OpenSession => lists::open_session(app, out),
        C::BrowseTraces => lists::browse(app),
        C::Mark => {
            app.browse.mark();
            lists::step(app, 1);
        }
        C::MarkAll => app.browse.all = true,
        C::UnmarkAll => {
            app.browse.all = false;
            app.browse.marked.clear();
        }
        C::FilterTraces => {
            let text = app.browse.filter.clone().unwrap_or_default();
            prompts::open(app, PromptKind::Filter, &text);
        }
        C::AddToSession => prompts::add_to(app),
        C::ShowTrace => lists::show(app, out),
        C::Down => lists::step(app, 1),
        C::Up => lists::step(app, -1),
        C::ListPageDown => lists::page(app, 1),
        C::ListPageUp => lists::page(app, -1),
        C::First => lists::step(app, i64::MIN),
        C::Last => lists::step(app, i64::MAX),
        C::LeaveField => writing::leave(app, out),
        C::FieldNext => writing::leave_to(app, true, out),
        C::FieldPrev => writing::leave_to(app, false, out),
        C::FieldEnter => writing::enter(app, out),
        C::Editor => writing::editor(app, out),
        C::Accept => prompts::accept(app, out),
        C::Cancel => prompts::cancel(app),
        C::PromptNext => prompts::choose(app, 1),
        C::PromptPrev => prompts::choose(app, -1),
        C::LineStart
        | C::LineEnd
        | C::CharLeft
        | C::CharRight
        | C::WordLeft
        | C::WordRight
        | C::LineUp
        | C::LineDown
        | C::DeleteLeft
        | C::DeleteRight
        | C::DeleteWordLeft
        | C::DeleteWordRight
        | C::DeleteToStart
        | C::DeleteToEnd
        | C::Yank
        | C::EditUndo => edit(app, command, out),
        C::Help => panels::toggle(app, PanelKind::Help),
        C::Palette => prompts::open(app, PromptKind::Palette, ""),
        C::Quit | C::Back => leaving::quit(app, out),
        C::ClosePanel => panels::close(app),
        C::ToggleMouse => {
            app.mouse = !app.mouse;
            out.push(Effect::Mouse(app.mouse));
            let state = if app.mouse { "on: the wheel scrolls" } else { "off: the terminal selects" };
            app.say(Class::Accent, format!("mouse {state}"));
        }
        C::Interrupt => leaving::interrupt(app, out),
        C::Repaint => out.push(Effect::Repaint),
        C::Suspend => leaving::suspend(app, out),
    }
}

fn with_form(app: &mut App, change: impl Fn(&mut crate::tui::form::Form)) {
    if let Some(form) = app.form_mut() {
        change(form);
    }
}

fn edit(app: &mut App, command: C, out: &mut Vec<Effect>) {
    if app.prompt.is_some() { prompts::edit(app, command, out) } else { writing::edit(app, command, out) }
}

/// A command of the trace pane; while a panel covers it, scrolling scrolls the panel and a view key closes it. The choice
/// between two versions of my answers goes with nothing but itself.
fn trace(app: &mut App, command: T, out: &mut Vec<Effect>) {
    let page = app.panel_rows.get().max(1);
    if let Some(top) = top(app) {
        match &command {
            T::ScrollLines(n) => return scroll_by(top, i64::from(*n)),
            T::ScrollPages(n) => return scroll_by(top, i64::from(*n) * page),
            T::Top => {
                *top = 0;
                return;
            }
            T::Bottom => {
                *top = usize::MAX / 2;
                return;
            }
            T::View(_) => app.panel = None,
            _ => {}
        }
    }
    match command {
        T::View(view) => lens::look(app, view),
        other => pane(app, other),
    }
    let _ = out;
}

/// The first row of the panel that covers the trace.
fn top(app: &mut App) -> Option<&mut usize> {
    let conflict = app.review.as_mut().and_then(|review| review.conflict.as_mut());
    app.panel.as_mut().map(|panel| &mut panel.top).or_else(|| conflict.map(|conflict| &mut conflict.top))
}

fn scroll_by(top: &mut usize, rows: i64) {
    *top = top.saturating_add_signed(isize::try_from(rows).unwrap_or_default());
}

/// Gives a command to the pane on screen and shows what it says.
pub(super) fn pane(app: &mut App, command: T) {
    let message = app.pane_mut().and_then(|pane| pane.command(command).message);
    say(app, message);
}

/// What the pane says, and which key goes where a match is.
pub(super) fn say(app: &mut App, message: Option<String>) {
    let Some(mut message) = message else { return };
    if app.pane_mut().is_some_and(|pane| pane.elsewhere().is_some()) {
        message.push_str(&format!(" · {} goes there", app.key(C::NextMatch)));
    }
    app.say(Class::Accent, message);
}

/// The mouse wheel.
pub(super) fn scroll(app: &mut App, rows: i32) {
    if matches!(app.screen, Screen::Sessions | Screen::Browse) {
        return lists::step(app, i64::from(rows));
    }
    match top(app) {
        Some(top) => scroll_by(top, rows.into()),
        None => pane(app, T::ScrollLines(rows)),
    }
}
