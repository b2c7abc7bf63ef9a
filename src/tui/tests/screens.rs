//! What the screens look like. A change of the screen is a change of a snapshot.

use super::rig::{Rig, World, all_kinds, pass_fail, who};
use crate::model::{LabelSchema, Time};
use crate::service::api::SessionSpec;
use crate::tui::app::App;
use crate::tui::draw::draw;
use crate::tui::keymap::Keymap;
use crate::tui::theme::Theme;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

/// One screen. The trace is left out: its own tests show it, and these stand still when it changes.
fn one(name: &str, rig: &mut Rig, (width, height): (u16, u16)) {
    let pane = rig.app.review.as_mut().and_then(|r| r.pane.take());
    let shown = rig.app.browse.pane.take();
    insta::assert_snapshot!(format!("{name}_{width}x{height}"), rig.screen(width, height));
    rig.app.browse.pane = shown;
    if let Some(review) = rig.app.review.as_mut() {
        review.pane = pane;
    }
}

/// At the two sizes every screen is held to.
fn both(name: &str, rig: &mut Rig) {
    one(name, rig, (80, 24));
    one(name, rig, (120, 40));
}

fn large(name: &str, rig: &mut Rig) {
    one(name, rig, (200, 50));
}

#[test]
fn review() {
    let mut rig = World::new(12, &all_kinds()).open("ann");
    both("review", &mut rig);
    large("review", &mut rig);
}

#[test]
fn review_in_the_middle_width() {
    let mut rig = World::new(12, &all_kinds()).open("ann");
    one("review", &mut rig, (100, 30));
    one("review", &mut rig, (60, 16));
}

#[test]
fn every_widget_focused() {
    for name in ["quality", "tone", "problems", "score", "summary", "facts"] {
        let mut rig = World::new(3, &all_kinds()).open("ann");
        while rig.focus() != name {
            rig.keys("Tab");
        }
        both(&format!("focus_{name}"), &mut rig);
    }
}

#[test]
fn every_widget_answered() {
    let mut rig = World::new(3, &all_kinds()).open("ann");
    rig.keys("y c 'short and right' Esc Tab 2 1 3 Tab 4 Enter i 'What it should say,' Enter 'in two lines' Tab");
    rig.keys("a 'a fact' Enter 'another fact' Esc");
    both("answered", &mut rig);
    rig.keys("Tab");
    one("answered_first", &mut rig, (80, 24));
}

#[test]
fn every_field_written() {
    for (name, keys) in [
        ("comment", "c 'because'"),
        ("number", "Tab Tab Tab 4 . 5"),
        ("text", "Tab Tab Tab Tab i 'one line' Enter 'and another'"),
        ("entry", "Shift-Tab a 'a fact' Enter 'half a fa'"),
    ] {
        let mut rig = World::new(3, &all_kinds()).open("ann");
        rig.keys(keys);
        both(&format!("writing_{name}"), &mut rig);
    }
}

#[test]
fn refusals_stand_at_their_question() {
    let mut rig = World::new(3, &all_kinds()).open("ann");
    rig.keys("Tab Tab Tab 9 Enter");
    both("refused_number", &mut rig);
}

#[test]
fn an_option_under_the_cursor() {
    let mut rig = World::new(3, &all_kinds()).open("ann");
    rig.keys("Down");
    both("option_under_cursor", &mut rig);
}

#[test]
fn states_of_the_queue() {
    let mut rig = World::new(12, &all_kinds()).open("ann");
    rig.keys("y Enter s d 'later' Enter x 'spam' Enter y Right");
    one("queue_states", &mut rig, (120, 40));
    rig.keys("f 'ticket 1' Enter");
    one("queue_narrowed", &mut rig, (120, 40));
}

#[test]
fn help() {
    let mut rig = World::new(3, &all_kinds()).open("ann");
    rig.keys("?");
    both("help", &mut rig);
}

#[test]
fn palette() {
    let mut rig = World::new(3, &all_kinds()).open("ann");
    rig.keys(": 'ski'");
    both("palette", &mut rig);
}

#[test]
fn prompts() {
    for (name, keys) in
        [("go_to", "g '3'"), ("find_queue", "f 'ticket' Tab"), ("find_trace", "/ 'open'"), ("decline", "x 'spam'")]
    {
        let mut rig = World::new(3, &all_kinds()).open("ann");
        rig.keys(keys);
        one(&format!("prompt_{name}"), &mut rig, (80, 24));
    }
}

#[test]
fn instructions() {
    let text = "# How to judge\n\nRead the **whole** answer.\n\n- Yes: short and right\n- No: anything else\n\n1. look\n2. judge\n\n> `code` stays";
    let spec = SessionSpec { instructions: Some(text.into()), ..SessionSpec::default() };
    let mut rig = World::with(3, &all_kinds(), spec).open("ann");
    both("instructions", &mut rig);
}

#[test]
fn reveal() {
    let world = World::with(1, &[pass_fail("quality")], SessionSpec { reviews: Some(2), ..SessionSpec::default() });
    world.open("bob").keys("n");
    let mut rig = world.open("ann");
    rig.keys("y R");
    both("reveal", &mut rig);
}

#[test]
fn not_saved() {
    let mut rig = World::new(3, &all_kinds()).open("ann");
    rig.down = true;
    rig.keys("y");
    both("not_saved", &mut rig);
}

#[test]
fn session_list() {
    let mut rig = World::new(12, &all_kinds()).open_at("ann", None, (80, 24));
    both("sessions", &mut rig);
    large("sessions", &mut rig);
}

#[test]
fn trace_browser() {
    let mut rig = World::new(12, &all_kinds()).open_at("ann", None, (80, 24));
    rig.keys("t Space j Space");
    both("browser", &mut rig);
    large("browser", &mut rig);
    rig.keys("a");
    one("browser_add", &mut rig, (80, 24));
    rig.keys("Esc Enter");
    both("browser_trace", &mut rig);
}

#[test]
fn empty_places() {
    let mut rig = World::new(0, &[pass_fail("quality")]).open("ann");
    one("empty_session", &mut rig, (80, 24));
    let mut rig = World::new(0, &[pass_fail("quality")]).open_at("ann", None, (80, 24));
    rig.keys("t");
    one("empty_browser", &mut rig, (80, 24));
}

#[test]
fn a_notice_below_60_by_16() {
    let mut rig = World::new(3, &all_kinds()).open("ann");
    one("too_small", &mut rig, (59, 16));
}

#[test]
fn no_panic_at_any_size_on_any_screen() {
    let keys = ["", "?", ":", "c 'some text'", "f", "z", "Shift-Tab a 'x'", "I"];
    for keys in keys {
        let mut rig = World::new(5, &all_kinds()).open("ann");
        rig.keys(keys);
        for (w, h) in sizes() {
            rig.screen(w, h);
        }
    }
    let mut rig = World::new(5, &all_kinds()).open_at("ann", None, (80, 24));
    for keys in ["", "t", "a", "Esc", "Enter"] {
        rig.keys(keys);
        for (w, h) in sizes() {
            rig.screen(w, h);
        }
    }
}

fn sizes() -> impl Iterator<Item = (u16, u16)> {
    let widths = [1, 2, 3, 5, 10, 59, 60, 61, 79, 80, 89, 90, 91, 119, 120, 121, 200, 300];
    let heights = [1, 2, 3, 4, 8, 15, 16, 17, 24, 40, 100];
    widths.into_iter().flat_map(move |w| heights.into_iter().map(move |h| (w, h)))
}

#[test]
fn nothing_that_acts_on_a_terminal_reaches_a_cell() {
    let evil = "evil \u{1b}]0;x\u{7} \u{202e}txet \u{200b}";
    let schemas = [LabelSchema {
        title: Some(evil.into()),
        instruction: Some(evil.into()),
        enable_comment: true,
        ..pass_fail("quality")
    }];
    let spec = SessionSpec { instructions: Some(evil.into()), ..SessionSpec::default() };
    let mut rig = World::with(2, &schemas, spec).open("ann");
    rig.keys("c");
    rig.send(crate::tui::msg::Msg::Paste(evil.into()));
    for (w, h) in [(80, 24), (120, 40)] {
        let screen = rig.screen(w, h);
        assert!(!screen.chars().any(|c| c != '\n' && (c.is_control() || crate::text::acts(c))), "{screen}");
        assert!(screen.contains("␛") && screen.contains("U+202E"), "it is shown: {screen}");
    }
}

#[test]
fn without_colours_the_selection_is_still_seen() {
    let mut app = App::new(who("ann"), Keymap::defaults(), Theme { colors: false, ..Theme::default() }, "E".into());
    app.now = Time(0);
    let mut rig = World::new(3, &all_kinds()).open_at("ann", None, (80, 24));
    rig.app.theme = Theme { colors: false, ..Theme::default() };
    assert!(rig.screen(80, 24).contains("reversed rows: 2"));
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    terminal.draw(|f| draw(&rig.app, f)).unwrap();
    let colours = terminal
        .backend()
        .buffer()
        .content()
        .iter()
        .any(|c| c.fg != ratatui::style::Color::Reset || c.bg != ratatui::style::Color::Reset);
    assert!(!colours);
}
