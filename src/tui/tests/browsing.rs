//! The session list and the trace browser: filter, mark, add, show.

use super::rig::{World, all_kinds, pass_fail};
use crate::service::api::{Request, Role, SessionSpec};
use crate::tui::app::Screen;

fn world() -> World {
    let world = World::new(250, &[pass_fail("quality")]);
    let spec = SessionSpec {
        name: "second".into(),
        experiment: "E".into(),
        schemas: vec!["quality".into()],
        ..SessionSpec::default()
    };
    world.ask("ann", Request::SessionCreate(spec));
    world
}

#[test]
fn the_list_shows_progress_per_session_and_opens_one() {
    let mut rig = world().open_at("ann", None, (80, 24));
    let screen = rig.screen(80, 24);
    assert!(screen.contains("0/250") && screen.contains("second") && screen.contains("0/0"), "{screen}");
    rig.keys("Home Enter");
    assert_eq!(rig.app.screen, Screen::Review);
}

#[test]
fn traces_are_filtered_marked_and_added_to_a_session() {
    let world = world();
    let mut rig = world.open_at("ann", None, (80, 24));
    rig.keys("t Space Space j Space a 'second' Enter");
    assert!(rig.said().starts_with("3 added"), "{}", rig.said());
    assert!(rig.app.browse.marked.is_empty());
    rig.keys("f");
    rig.keys("'trace.status = \"ERROR\"' Enter");
    assert!(rig.app.browse.row(0).unwrap().trace_id.ends_with('3'));
    assert_eq!(rig.app.browse.end, Some(1));
    rig.keys("A a 'second' Enter");
    assert!(rig.said().starts_with("1 added"), "{}", rig.said());
}

#[test]
fn a_filter_that_means_nothing_is_refused_with_its_reason() {
    let mut rig = world().open_at("ann", None, (80, 24));
    rig.keys("t f 'nonsense' Enter");
    assert!(!rig.said().is_empty());
}

#[test]
fn the_browser_reads_by_pages_around_its_cursor() {
    let mut rig = world().open_at("ann", None, (80, 24));
    rig.keys("t");
    assert!(rig.app.browse.row(150).is_none());
    rig.keys("End");
    rig.keys("End");
    rig.keys("End");
    assert_eq!((rig.app.browse.end, rig.app.browse.at), (Some(250), 249));
    rig.keys("Home");
    assert_eq!(rig.app.browse.at, 0);
}

#[test]
fn a_trace_is_shown_and_q_goes_back_step_by_step() {
    let mut rig = world().open_at("ann", None, (80, 24));
    rig.keys("t j Enter");
    assert_eq!(rig.app.screen, Screen::Show);
    assert!(rig.app.browse.pane.is_some());
    rig.keys("w q");
    assert_eq!(rig.app.screen, Screen::Browse);
    rig.keys("q");
    assert_eq!(rig.app.screen, Screen::Sessions);
    rig.keys("q");
    assert_eq!(rig.left(), Some(0));
}

#[test]
fn moving_by_one_in_a_list_repaints_two_rows() {
    let mut rig = World::new(60, &all_kinds()).open_at("ann", None, (80, 24));
    rig.keys("t j j");
    let before = rig.screen(80, 24);
    rig.keys("j");
    let after = rig.screen(80, 24);
    let changed = before.lines().zip(after.lines()).filter(|(a, b)| a != b).count();
    assert!(changed <= 2, "the text stands still: {changed} lines, with the cursor's");
}

#[test]
fn traces_are_not_offered_to_a_reviewer_and_the_refusal_is_not_cut() {
    let mut rig = world().open_at("ann", None, (80, 24));
    assert!(rig.screen(80, 24).contains("traces"));
    rig.app.who.role = Role::Reviewer;
    let footer = rig.screen(80, 24);
    assert!(!footer.contains("traces"), "{footer}");
    rig.keys("t");
    assert_eq!(rig.app.screen, Screen::Sessions);
    assert!(rig.screen(80, 24).contains("browsing traces is for leads"));
}
