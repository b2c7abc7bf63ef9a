//! The session's view of a trace: switching between it and everything, and what it offers.

use super::opening;
use crate::model::review_view::View;
use crate::text::{Class, sanitize};
use crate::tui::app::{App, Review, Screen};
use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::trace::TraceCommand;
use std::sync::Arc;

/// `v`: everything, or the session's view again. It goes with the reviewer from item to item.
pub(super) fn toggle(app: &mut App, out: &mut Vec<Effect>) {
    let Some(review) = app.review.as_mut().filter(|_| app.screen == Screen::Review) else { return };
    review.everything = !review.everything;
    let said = if review.everything { "everything is shown".to_owned() } else { format!("{} again", name(review)) };
    app.say(Class::Accent, said);
    read_again(app, out);
}

/// The view's name for people, e.g. "view business".
pub(super) fn name(review: &Review) -> String {
    if review.lens.name.is_empty() {
        "the session's view".to_owned()
    } else {
        format!("view {}", sanitize(&review.lens.name))
    }
}

/// Shows a view of the trace, if the session's view offers it.
pub(super) fn look(app: &mut App, view: View) {
    if let Some(review) = app.review.as_ref().filter(|_| app.screen == Screen::Review)
        && !review.lens().offers(view)
    {
        let (lens, key) = (name(review), app.key(Command::WholeTrace));
        return app.say(Class::Warning, format!("{} is not in {lens}: {key} shows everything", view.name()));
    }
    super::commands::pane(app, TraceCommand::View(view));
}

/// The session may have got another view.
pub(super) fn changed(app: &mut App, out: &mut Vec<Effect>) {
    let Some(review) = &mut app.review else { return };
    let lens = Review::lens_of(&review.session);
    if lens == review.lens {
        return;
    }
    review.lens = lens;
    review.everything = false;
    app.say(Class::Warning, "what this session shows of a trace has changed");
    read_again(app, out);
}

/// The trace on screen as the view in force shows it. The old reading stays until the new one is there.
fn read_again(app: &mut App, out: &mut Vec<Effect>) {
    let Some(review) = &mut app.review else { return };
    let Some(view) = review.item.clone() else { return };
    review.prepared.clear();
    // What was read ahead was read for the other view.
    let lens = review.lens();
    review.readings.retain(|(key, _)| key.item() == Some(view.row.item) || key.lens() == Some(&lens));
    opening::trace(app, &view, out);
}

/// What a way of looking that is not offered gives way to.
pub(super) fn offered(lens: &Arc<crate::model::ReviewView>, wanted: Option<View>) -> Option<View> {
    let wanted = wanted.filter(|v| lens.offers(*v));
    wanted.or(lens.opens).or_else(|| lens.views.first().copied())
}
