//! An answer of mine that was changed here and in MLflow: both are shown, and I say which one stays.

use super::{moving, saving};
use crate::model::Keep;
use crate::service::api::{ItemKey, ItemView, Request};
use crate::text::{Class, sanitize};
use crate::tui::app::App;
use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::outbox::Then;
use crate::tui::panel::{Panel, PanelKind};

/// Whether both are shown.
pub(super) fn is_open(app: &App) -> bool {
    app.panel.is_some_and(|p| p.kind == PanelKind::Mlflow)
}

/// Shows both; where nothing is to decide on here, the next item with something is shown.
pub(super) fn open(app: &mut App, out: &mut Vec<Effect>) {
    app.panel = Some(Panel::new(PanelKind::Mlflow));
    let elsewhere = app.review.as_ref().and_then(|r| r.session.conflict_at);
    if let (true, Some(item)) = (app.item().is_none_or(|view| view.undecided.is_empty()), elsewhere) {
        moving::show(app, ItemKey::No(item), out);
    }
}

/// An item came, or came again: the panel goes with the last decision, and what is to decide is said.
pub(super) fn came(app: &mut App, view: &ItemView) {
    let Some(first) = view.undecided.first() else {
        if is_open(app) {
            app.panel = None;
        }
        return;
    };
    if is_open(app) {
        return;
    }
    let key = app.key(Command::Compare);
    let sentence = format!("{} was changed in MLflow, too: {key} shows both", sanitize(&first.schema));
    app.say(Class::Warning, sentence);
}

/// Says which one stays.
pub(super) fn decide(app: &mut App, keep: Keep, out: &mut Vec<Effect>) {
    let (Some(session), Some(view)) = (saving::session(app), app.item()) else { return };
    let Some(first) = view.undecided.first() else { return };
    let (item, schema) = (view.row.item, first.schema.clone());
    let said = match keep {
        Keep::Local => "yours stays; the next push sends it",
        Keep::Remote => "MLflow's stays; it comes with the next push or pull",
    };
    saving::push(app, Request::Decide { session, item, schema, keep }, Some(item), Then::Decided(said), out);
}
