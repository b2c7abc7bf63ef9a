//! What somebody has written where they may not write any more: it is kept, and said to be unsaved.

use super::rig::{Rig, World, note, pass_fail};
use crate::model::LabelSchema;
use crate::service::api::{Notice, Request, SessionPatch, SessionSpec, Which};
use crate::tui::msg::Msg;

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
    assert!(screen.contains("✘ not saved: note is no longer asked"), "{screen}");
    assert_eq!(rig.question("note").text(), "halfyes and not");
    rig.keys("Esc y 1 ~ ~ i");
    assert!(rig.said().contains("note is no longer asked"), "{}", rig.said());
    assert_eq!((rig.item(), world.labels().len(), rig.value("quality").as_str()), (1, 0, "-"));
    assert!(rig.app.outbox.is_empty(), "nothing waits for a question that is not there");
    rig.keys("Tab y");
    assert_eq!((rig.item(), world.labels().len()), (2, 1));
}

fn values(world: &World) -> Vec<String> {
    world.labels().iter().map(|l| format!("{} {}", l.request_id, l.assessment_value)).collect()
}

fn delete(world: &World) {
    world.ask("lea", Request::SessionDelete { session: "s".into(), with_answers: true });
}

/// The session, with this trace alone, made so many milliseconds after the first.
fn make_again(world: &World, ms: i64, trace: String) {
    let spec = SessionSpec {
        name: "s".into(),
        experiment: "E".into(),
        schemas: vec!["quality".into(), "note".into()],
        ..SessionSpec::default()
    };
    world.ask_later("lea", ms, Request::SessionCreate(spec)).unwrap();
    let which = Which::Ids(vec![trace]);
    world.ask_later("lea", ms, Request::AddTraces { session: "s".into(), which, refresh: false }).unwrap();
}

#[test]
fn words_about_a_trace_are_not_saved_on_another_that_has_its_number_after_a_restore() {
    let questions = [pass_fail("quality"), note()];
    let (world, restored) = (team(&questions), team(&questions));
    let mut rig = world.open("ann");
    rig.keys("Tab i 'about the first' ~");
    let second = rig.app.review.as_ref().unwrap().queue.row(1).unwrap().trace_id.clone();
    delete(&restored);
    make_again(&restored, 0, second.clone());
    rig.world = restored.clone();
    rig.send(Msg::Notice(Notice::Connected));
    rig.keys("' and more' ~ ~ Esc ~");
    is_unsaved(&mut rig, "another trace");
    assert_eq!(rig.app.item().unwrap().row.trace_id, second);
    assert_eq!((rig.question("note").text(), rig.value("quality").as_str()), (String::new(), "-"));
    rig.keys("y Enter");
    assert_eq!(values(&restored), [format!("{second} true")]);
}

#[test]
fn what_waits_for_a_session_that_was_made_again_is_nobodys_answer_there() {
    let world = team(&[pass_fail("quality"), note()]);
    let mut rig = world.open("ann");
    let second = rig.app.review.as_ref().unwrap().queue.row(1).unwrap().trace_id.clone();
    delete(&world);
    rig.keys("y Enter");
    is_unsaved(&mut rig, "no such");
    make_again(&world, 60_000, second);
    rig.settle();
    rig.wait(5000);
    rig.settle();
    assert!(rig.app.outbox.trouble().is_some_and(|why| why.contains("made again")), "{:?}", rig.app.outbox.trouble());
    assert_eq!(values(&world), Vec::<String>::new());
    assert!(rig.app.review.as_ref().unwrap().session.progress.items == 1 && rig.value("quality") == "-");
    // It holds nothing up, and goes when the person does not want it any more.
    rig.keys("n Enter");
    assert_eq!(values(&world).len(), 1);
    rig.keys("u u");
    assert!(rig.said().contains("taken back") && rig.app.outbox.trouble().is_none(), "{}", rig.said());
}

#[test]
fn words_for_a_question_that_is_not_asked_any_more_are_not_said_to_be_saved_and_are_once_it_is_asked_again() {
    let world = team(&[pass_fail("quality"), note()]);
    let mut rig = world.open("ann");
    rig.keys("y i 'so far' ~");
    update(&world, SessionPatch { remove_schemas: vec!["note".into()], ..SessionPatch::default() });
    rig.settle();
    rig.keys("' and on'");
    is_unsaved(&mut rig, "note is no longer asked");
    rig.keys("Esc q");
    assert!(rig.left().is_none() && rig.said().contains("not saved yet"), "{}", rig.said());
    update(&world, SessionPatch { add_schemas: vec!["note".into()], ..SessionPatch::default() });
    rig.settle();
    rig.wait(5000);
    rig.settle();
    assert!(rig.app.outbox.trouble().is_none(), "{:?}", rig.app.outbox.trouble());
    assert_eq!(rig.question("note").text(), "so far and on");
}

#[test]
fn answers_that_wait_when_their_question_goes_do_not_go_with_it() {
    let world = team(&[pass_fail("quality"), note()]);
    let mut rig = world.open("ann");
    update(&world, SessionPatch { remove_users: vec!["ann".into()], ..SessionPatch::default() });
    rig.keys("Tab i 'precious' Esc Tab y");
    update(&world, SessionPatch { remove_schemas: vec!["note".into()], ..SessionPatch::default() });
    update(&world, SessionPatch { add_users: vec!["ann".into()], ..SessionPatch::default() });
    rig.settle();
    rig.wait(5000);
    rig.settle();
    is_unsaved(&mut rig, "note is no longer asked");
    assert_eq!(rig.value("quality"), "true");
}

#[test]
fn undo_takes_back_what_waits_refused() {
    let world = team(&[pass_fail("quality")]);
    let mut rig = world.open("ann");
    update(&world, SessionPatch { remove_users: vec!["ann".into()], ..SessionPatch::default() });
    rig.settle();
    rig.keys("n u");
    assert!(rig.app.outbox.is_empty() && rig.app.outbox.trouble().is_none(), "{}", rig.said());
    update(&world, SessionPatch { add_users: vec!["ann".into()], ..SessionPatch::default() });
    rig.settle();
    rig.wait(5000);
    assert_eq!(values(&world), Vec::<String>::new());
}

#[test]
fn a_reason_that_is_refused_is_kept_as_answers_are() {
    let world = team(&[pass_fail("quality")]);
    let mut rig = world.open("ann");
    rig.keys("x 'not in my field'");
    update(&world, SessionPatch { closed: Some(true), ..SessionPatch::default() });
    rig.settle();
    rig.keys("Enter");
    is_unsaved(&mut rig, "closed");
    update(&world, SessionPatch { closed: Some(false), ..SessionPatch::default() });
    rig.settle();
    rig.wait(5000);
    assert!(rig.app.outbox.is_empty() && rig.app.outbox.trouble().is_none());
    assert_eq!(world.session().progress.declined, 1);
}

#[test]
fn a_submit_waits_behind_the_pick_that_was_refused_before_it() {
    let world = team(&[pass_fail("quality"), note()]);
    let mut rig = world.open("ann");
    update(&world, SessionPatch { remove_users: vec!["ann".into()], ..SessionPatch::default() });
    // Both are on their way when the first is refused, and the second would not be.
    rig.hold = true;
    rig.keys("y Enter");
    update(&world, SessionPatch { add_users: vec!["ann".into()], ..SessionPatch::default() });
    rig.hold = false;
    rig.release();
    rig.wait(5000);
    assert!(rig.app.review.as_ref().unwrap().conflict.is_none(), "{}", rig.said());
    assert_eq!(values(&world).len(), 1, "{}", rig.said());
}
