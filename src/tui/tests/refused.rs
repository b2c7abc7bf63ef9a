//! What somebody has written where they may not write any more: it is kept, and said to be unsaved.

use super::rig::{Rig, World, pass_fail, schema};
use crate::model::{Input, LabelSchema, SchemaType};
use crate::service::api::{Request, SessionPatch, SessionSpec};

fn note() -> LabelSchema {
    schema("note", SchemaType::Feedback, Input::Text { max_length: None })
}

fn update(world: &World, patch: SessionPatch) {
    world.ask("lea", Request::SessionUpdate { session: "s".into(), patch });
}

fn team(schemas: &[LabelSchema]) -> World {
    World::team(2, schemas, SessionSpec { users: vec!["ann".into(), "bob".into()], ..SessionSpec::default() })
}

fn is_unsaved(rig: &mut Rig, why: &str) {
    let screen = rig.screen(120, 40);
    assert!(screen.contains("✘ not saved") && screen.contains(why), "{screen}");
}

#[test]
fn words_that_are_refused_stay_and_are_saved_once_they_may_be() {
    type Patch = fn() -> SessionPatch;
    let cases: [(Patch, Patch, &str); 2] = [
        (
            || SessionPatch { remove_users: vec!["bob".into()], ..SessionPatch::default() },
            || SessionPatch { add_users: vec!["bob".into()], ..SessionPatch::default() },
            "bob",
        ),
        (
            || SessionPatch { closed: Some(true), ..SessionPatch::default() },
            || SessionPatch { closed: Some(false), ..SessionPatch::default() },
            "closed",
        ),
    ];
    for (take, give, why) in cases {
        let world = team(&[note(), pass_fail("quality")]);
        let mut rig = world.open("bob");
        rig.keys("i 'words' ~");
        update(&world, take());
        rig.keys("' and more' ~ ~ ~ Esc ~");
        is_unsaved(&mut rig, why);
        assert_eq!(rig.question("note").text(), "words and more", "nothing older takes its place");
        rig.keys("q");
        assert_eq!(rig.left(), None);
        assert!(rig.said().contains("not saved yet"), "{}", rig.said());
        update(&world, give());
        rig.keys("~ ~ ~");
        assert!(rig.app.outbox.is_empty() && rig.screen(120, 40).contains("✔ saved"));
        assert_eq!(world.open("bob").question("note").text(), "words and more");
    }
}

#[test]
fn a_submit_that_is_refused_is_made_once_it_may_be() {
    let world = team(&[pass_fail("quality")]);
    let mut rig = world.open("bob");
    update(&world, SessionPatch { remove_users: vec!["bob".into()], ..SessionPatch::default() });
    rig.keys("y ~");
    is_unsaved(&mut rig, "bob");
    assert_eq!((rig.item(), world.labels().len()), (1, 0));
    update(&world, SessionPatch { add_users: vec!["bob".into()], ..SessionPatch::default() });
    rig.keys("~ ~ ~");
    assert_eq!(world.labels().len(), 1);
}

#[test]
fn a_field_stays_open_when_its_question_is_taken_out() {
    let world = World::new(2, &[pass_fail("quality"), note()]);
    let mut rig = world.open("ann");
    rig.keys("Tab i 'half' ~");
    update(&world, SessionPatch { remove_schemas: vec!["note".into()], ..SessionPatch::default() });
    rig.settle();
    assert!(rig.said().contains("note is no longer asked"), "{}", rig.said());
    rig.keys("'yes and not' ~ ~ ~");
    assert!(rig.app.writing(), "words are no keys");
    let screen = rig.screen(120, 40);
    assert!(screen.contains("✔ saved"), "nothing is on its way");
    assert!(screen.contains("is no longer asked"), "{screen}");
    assert_eq!(rig.question("note").text(), "halfyes and not");
    rig.keys("Esc y 1 ~ ~ i");
    assert!(rig.said().contains("note is no longer asked"), "{}", rig.said());
    assert_eq!((rig.item(), world.labels().len(), rig.value("quality").as_str()), (1, 0, "-"));
    assert!(rig.app.outbox.is_empty(), "nothing waits for a question that is not there");
    rig.keys("Tab y");
    assert_eq!((rig.item(), world.labels().len()), (2, 1));
}

#[test]
fn what_another_terminal_submitted_under_a_word_is_a_conflict() {
    let world = World::new(2, &[note()]);
    let (mut here, mut there) = (world.open("ann"), world.open("ann"));
    here.keys("i 'mine' ~");
    there.settle();
    there.keys("i 'OTHER ' Esc Enter");
    here.settle();
    here.keys("' more' ~ Esc Enter");
    assert!(here.app.review.as_ref().unwrap().conflict.is_some(), "{}", here.said());
    let values = || world.labels().iter().map(|l| l.assessment_value.clone()).collect::<Vec<_>>();
    assert!(values().iter().all(|v| v.to_string().contains("OTHER")), "{:?}", values());
    let keep = here.app.key(crate::tui::command::Command::KeepMine);
    here.keys(&keep);
    assert!(values().iter().any(|v| v == "mine more"), "{:?}", values());
}

#[test]
fn a_pick_made_before_this_screen_heard_of_another_terminals_submit_does_not_win_unasked() {
    let world = World::new(2, &[pass_fail("quality"), note()]);
    let (mut here, mut there) = (world.open("ann"), world.open("ann"));
    there.keys("y Enter");
    here.keys("n Enter");
    assert!(here.app.review.as_ref().unwrap().conflict.is_some(), "{}", here.said());
    assert_eq!(world.labels().iter().map(|l| l.assessment_value.clone()).collect::<Vec<_>>(), [true]);
    let other = here.app.key(crate::tui::command::Command::TakeTheirs);
    here.keys(&other);
    assert_eq!(here.value("quality"), "true");
}

#[test]
fn what_another_terminal_submitted_and_this_one_shows_is_no_conflict() {
    let world = World::new(2, &[pass_fail("quality"), note()]);
    let (mut here, mut there) = (world.open("ann"), world.open("ann"));
    there.keys("y Enter");
    here.settle();
    here.keys("n Enter");
    assert!(here.app.review.as_ref().unwrap().conflict.is_none(), "{}", here.said());
    assert!(world.labels().iter().any(|l| l.assessment_value == false));
    // An undo there brings the draft back here, as it stood.
    there.settle();
    there.keys("Left u");
    here.settle();
    here.keys("Left Enter");
    assert!(here.app.review.as_ref().unwrap().conflict.is_none(), "{}", here.said());
}
