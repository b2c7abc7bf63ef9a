//! Reading large traces, inside this process: from the body to a frame, in every view.

use super::Scale;
use super::large::{self, Large};
use super::report::{self, at_most, ms};
use labeltui::tui::theme::Theme;
use labeltui::tui::trace::{Material, Reading, TraceCommand, TracePane, View};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::sync::Arc;
use std::time::Instant;

pub fn run(scale: &Scale) {
    for large in large::all(scale.shrink) {
        report::heading(&format!("reading {} in this process", large.name));
        one(&large);
    }
}

fn one(large: &Large) {
    let body = labeltui::model::json::parse(&large.line).unwrap().0.to_json();
    let material = Material::of(body.as_str());
    let mut terminal = Terminal::new(TestBackend::new(100, 40)).unwrap();
    let began = Instant::now();
    let t = labeltui::model::Trace::parse(&body);
    at_most("parse", ms(began.elapsed()), "ms", None);
    let began = Instant::now();
    let tree = labeltui::model::span_tree::Tree::build(&t.spans);
    let docs = labeltui::model::document::documents(&t);
    let c = labeltui::model::conversation::conversation(&t, &tree, &docs);
    at_most("conversation", ms(began.elapsed()), "ms", None);
    drop(c);
    let began = Instant::now();
    let mut pane = TracePane::open(Arc::new(Reading::build(&material)));
    terminal.draw(|f| pane.draw(f, f.area(), Theme::default(), true)).unwrap();
    at_most("opening", ms(began.elapsed()), "ms", Some(100.0));
    for view in View::ALL {
        let began = Instant::now();
        pane.command(TraceCommand::View(view));
        terminal.draw(|f| pane.draw(f, f.area(), Theme::default(), true)).unwrap();
        at_most(&format!("{} view: first frame", view.name()), ms(began.elapsed()), "ms", Some(100.0));
        for (what, command) in [
            ("top", TraceCommand::ScrollLines(1)),
            ("to bottom", TraceCommand::Bottom),
            ("bottom", TraceCommand::ScrollLines(-1)),
            ("fold", TraceCommand::Fold),
            ("find", TraceCommand::Find("re".into())),
        ] {
            let began = Instant::now();
            pane.command(command);
            terminal.draw(|f| pane.draw(f, f.area(), Theme::default(), true)).unwrap();
            at_most(&format!("{} view: {what}", view.name()), ms(began.elapsed()), "ms", Some(5.0));
        }
    }
}
