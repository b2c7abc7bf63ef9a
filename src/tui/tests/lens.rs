//! A session's view: what opens first, what is offered, and `v`.

use super::rig::{Rig, World, pass_fail};
use crate::service::api::{Request, SessionPatch, SessionSpec};
use crate::tui::trace::View;
use serde_json::json;

fn world() -> World {
    let view = json!({ "name": "business", "opens": "documents", "views": ["messages", "documents"],
        "messages": { "hide": ["documents"] } });
    World::with(3, &[pass_fail("quality")], SessionSpec { view: Some(view), ..SessionSpec::default() })
}

fn looks_at(rig: &Rig) -> View {
    rig.app.review.as_ref().unwrap().pane.as_ref().unwrap().view()
}

/// Zoomed, so that the border has room for all of it.
fn screen(rig: &mut Rig) -> String {
    rig.app.review.as_mut().unwrap().zoom = true;
    rig.screen(100, 30)
}

#[test]
fn a_session_opens_with_its_view_and_v_shows_everything() {
    let mut rig = world().open("ann");
    assert_eq!(looks_at(&rig), View::Documents);
    assert!(screen(&mut rig).contains("view business · nothing hidden here"), "{}", screen(&mut rig));
    rig.keys("m");
    assert!(screen(&mut rig).contains("view business · 1 hidden · v shows all"), "{}", screen(&mut rig));
    assert!(!screen(&mut rig).contains("open since Monday"));
    rig.keys("v");
    assert_eq!((looks_at(&rig), rig.said()), (View::Messages, "everything is shown"));
    assert!(
        screen(&mut rig).contains("open since Monday") && screen(&mut rig).contains("everything · v view business")
    );
    // It goes along to the next item, and back.
    rig.keys("Right");
    assert!(screen(&mut rig).contains("open since Monday"));
    rig.keys("v");
    assert!(!screen(&mut rig).contains("open since Monday"));
    rig.keys("Right");
    assert!(screen(&mut rig).contains("1 hidden"));
}

#[test]
fn on_a_narrow_border_the_view_is_said_in_fewer_words_and_the_keys_are_those_it_offers() {
    let mut rig = world().open("ann");
    rig.keys("m");
    let narrow = rig.screen(120, 40);
    assert!(narrow.contains("business · 1 hidden · v all"), "{narrow}");
    assert!(narrow.contains("r documents  m messages  / find") && !narrow.contains("t tree"), "{narrow}");
    rig.keys("v");
    assert!(rig.screen(120, 40).contains("o t r m w views"));
}

#[test]
fn what_the_view_does_not_offer_waits_for_v() {
    let mut rig = world().open("ann");
    rig.keys("t");
    assert_eq!((looks_at(&rig), rig.said()), (View::Documents, "tree is not in view business: v shows everything"));
    rig.keys("v t");
    assert_eq!(looks_at(&rig), View::Tree);
    rig.keys("v");
    assert_eq!(looks_at(&rig), View::Documents, "back in the view, at what it offers");
}

#[test]
fn without_a_view_v_says_so_and_the_border_says_nothing() {
    let mut rig = World::new(2, &[pass_fail("quality")]).open("ann");
    rig.keys("v");
    assert_eq!(rig.said(), "this session has no view of its own: all is shown");
    assert!(!screen(&mut rig).contains("hidden"));
}

#[test]
fn a_view_changed_meanwhile_is_taken_over_and_said() {
    let world = world();
    let mut rig = world.open("ann");
    rig.keys("m");
    let patch =
        SessionPatch { view: Some(json!({ "messages": { "hide": ["assistant"] } })), ..SessionPatch::default() };
    world.ask("ann", Request::SessionUpdate { session: "s".into(), patch });
    rig.settle();
    assert_eq!(rig.said(), "what this session shows of a trace has changed");
    assert!(screen(&mut rig).contains("open since Monday") && screen(&mut rig).contains("1 hidden"));
    let patch = SessionPatch { view: Some(json!({})), ..SessionPatch::default() };
    world.ask("ann", Request::SessionUpdate { session: "s".into(), patch });
    rig.settle();
    assert!(!screen(&mut rig).contains("hidden"));
    assert_eq!(world.session().view, None);
}

#[test]
fn a_preview_that_is_data_is_not_in_the_queue_of_a_view_that_hides_fields() {
    let view = json!({ "fields": { "hide": ["inputs.secret"] } });
    let world = World::with(2, &[pass_fail("quality")], SessionSpec { view: Some(view), ..SessionSpec::default() });
    let mut rig = world.open("ann");
    let mut row = rig.app.review.as_ref().unwrap().queue.row(1).unwrap().clone();
    row.preview = r#"{"secret": "S3CRET"}"#.to_owned();
    rig.app.review.as_mut().unwrap().queue.update(row.item, |old| *old = row.clone());
    let screen = rig.screen(200, 50);
    assert!(!screen.contains("S3CRET") && screen.contains("ticket_bot"), "{screen}");
    rig.keys("v");
    assert!(rig.screen(200, 50).contains("S3CRET"));
}
