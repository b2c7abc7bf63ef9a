//! Panels over the trace: help, instructions, the others' answers.

use super::{lists, saving};
use crate::model::MineState;
use crate::service::api::Request;
use crate::text::Class;
use crate::tui::app::{App, Screen};
use crate::tui::effect::Effect;
use crate::tui::outbox::Then;
use crate::tui::panel::{Panel, PanelKind};
use crate::tui::trace::TraceCommand;

/// Opens a panel, or closes it where it is open.
pub(super) fn toggle(app: &mut App, kind: PanelKind) {
    if app.panel.is_some_and(|p| p.kind == kind) {
        app.panel = None;
        return;
    }
    let instructions = app.review.as_ref().and_then(|r| r.session.instructions.as_ref());
    if kind == PanelKind::Instructions && instructions.is_none() {
        return app.say(Class::Accent, "this session has no instructions");
    }
    app.panel = Some(Panel::new(kind));
}

/// Esc: closes the panel, else the search (one of the queue that goes on stops), else the narrowing of the queue. It never discards an answer.
pub(super) fn close(app: &mut App) {
    if app.panel.take().is_some() {
        return;
    }
    if app.screen == Screen::Show || app.screen == Screen::Review {
        super::commands::pane(app, TraceCommand::ClearFind);
    }
    if lists::stop_searching(app) {
        return;
    }
    if let Some(review) = app.review.as_mut().filter(|_| app.screen == Screen::Review)
        && review.queue.narrow.take().is_some()
    {
        app.say(Class::Accent, "all items are shown again");
    }
}

/// `R`: shows what others said, if it may be shown; that is recorded.
pub(super) fn reveal(app: &mut App, out: &mut Vec<Effect>) {
    if app.panel.is_some_and(|p| p.kind == PanelKind::Reveal) {
        app.panel = None;
        return;
    }
    let Some(view) = app.item() else { return };
    let nothing = view.others.is_empty() && view.imported.is_empty();
    // Whoever has answered and looks is on record, also where nothing was hidden.
    let recorded = view.row.mine.revealed || view.row.mine.state != MineState::Submitted || nothing;
    if !view.hidden && recorded {
        return show_reveal(app);
    }
    if !view.may_reveal {
        return app.say(Class::Warning, "what others say is hidden until you have submitted");
    }
    let (item, Some(session)) = (view.row.item, saving::session(app)) else { return };
    saving::push(app, Request::Reveal { session, item }, Some(item), Then::Reveal, out);
}

/// Another item comes: what a panel said of the one before goes with it.
pub(super) fn turn(app: &mut App) {
    if app.panel.is_some_and(|p| p.kind == PanelKind::Reveal) {
        app.panel = None;
    }
}

/// Opens the panel with the others' answers.
pub(super) fn show_reveal(app: &mut App) {
    let nothing = app.item().is_some_and(|v| v.others.is_empty() && v.imported.is_empty());
    if nothing {
        app.say(Class::Accent, "nobody else has said anything about this item");
    } else {
        app.panel = Some(Panel::new(PanelKind::Reveal));
    }
}
