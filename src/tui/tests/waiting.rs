//! What happens while an answer of the store is waited for: nothing is taken from under a word, nothing is settled unread.

use super::rig::{Rig, World, all_kinds};
use crate::model::{AnswerChange, BasedOn, Change, ItemNo};
use crate::service::api::Request;

/// The other terminal of the same person answers the first question of the first item, and may submit.
fn elsewhere(world: &World, value: bool, submit: bool) {
    let change = AnswerChange { schema: "quality".into(), value: Change::Set(value.into()), comment: Change::Keep };
    let (session, item, changes) = ("s".to_owned(), ItemNo(0), vec![change]);
    let request = if submit {
        Request::Submit { session, item, based_on: BasedOn::Any, seen: None, changes, extra: false }
    } else {
        Request::Answer { session, item, changes, based_on: BasedOn::Any }
    };
    world.ask("ann", request);
}

/// The server is back.
fn back(rig: &mut Rig) {
    rig.down = false;
    rig.wait(1000);
}

#[test]
fn the_item_stays_while_somebody_writes_though_its_submit_goes_through() {
    let world = World::new(3, &all_kinds());
    let mut rig = world.open("ann");
    rig.down = true;
    rig.keys("y Enter Tab Tab Tab i 'this is a sen'");
    back(&mut rig);
    assert_eq!((rig.item(), rig.app.writing()), (1, true));
    assert!(rig.said().contains("submitted item 1") && rig.said().ends_with(". goes on"), "{}", rig.said());
    rig.keys("'tence, yes dude' Esc");
    assert_eq!(rig.question("summary").text(), "this is a sentence, yes dude");
    assert_eq!(world.labels().len(), 1, "nothing else was answered");
    rig.keys("Enter");
    assert_eq!((rig.item(), world.labels().len()), (2, 2));
}

#[test]
fn going_on_or_back_does_not_end_a_word_either() {
    for key in [".", "Right", "u"] {
        let world = World::new(3, &all_kinds());
        let mut rig = world.open("ann");
        rig.keys("y Enter");
        rig.hold = true;
        rig.keys(key).keys("c 'a wo'");
        rig.release();
        assert_eq!((rig.item(), rig.app.writing()), (2, true), "{key}");
        rig.keys("'rd' Esc");
        assert_eq!(rig.question("quality").comment_text(), "a word", "{key}");
    }
}

#[test]
fn nothing_is_declined_put_aside_or_skipped_while_a_submit_waits() {
    let mut rig = World::new(3, &all_kinds()).open("ann");
    rig.down = true;
    rig.keys("y Enter");
    for key in ["x", "d", "s"] {
        rig.keys(key);
        assert!(rig.app.prompt.is_none() && rig.said().contains("still waits"), "{key}: {}", rig.said());
    }
    back(&mut rig);
    assert_eq!((rig.item(), rig.said()), (2, "submitted item 1; u takes it back"));
}

#[test]
fn nothing_moves_under_an_open_prompt() {
    let mut rig = World::new(3, &all_kinds()).open("ann");
    rig.down = true;
    rig.keys("y Enter /");
    back(&mut rig);
    assert_eq!((rig.item(), rig.app.prompt.is_some()), (1, true));
    assert!(rig.screen(80, 24).contains("WRITING"), "{}", rig.screen(80, 24));
    rig.keys("Esc .");
    assert_eq!(rig.item(), 2);
}

#[test]
fn a_conflict_shows_what_stood_here_though_the_form_was_read_again() {
    for (key, kept) in [("1", true), ("2", false)] {
        let world = World::new(2, &all_kinds());
        let mut rig = world.open("ann");
        rig.down = true;
        rig.keys("y Enter");
        elsewhere(&world, false, true);
        back(&mut rig);
        let screen = rig.screen(120, 40);
        assert!(screen.contains("mine:  Yes") && screen.contains("other: No"), "{screen}");
        rig.keys(key);
        let valid: Vec<_> = world.labels().into_iter().map(|l| l.assessment_value).collect();
        assert_eq!(valid, [serde_json::Value::from(kept)], "{}", rig.said());
    }
}

#[test]
fn an_answer_that_another_terminal_changed_out_of_sight_is_looked_at_before_it_is_submitted() {
    let world = World::new(2, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("y");
    elsewhere(&world, false, false);
    rig.settle();
    assert_eq!((rig.focus(), rig.said()), ("tone", "quality: changed in another terminal"));
    rig.keys("1 Enter");
    assert_eq!((rig.item(), rig.focus(), world.labels().len()), (1, "quality", 0));
    assert!(rig.said().contains("not submitted: quality was changed in another terminal"), "{}", rig.said());
    assert!(rig.screen(80, 24).contains("changed in another terminal"));
    rig.keys("Enter");
    assert_eq!((rig.item(), world.labels().len()), (2, 2));
}

#[test]
fn an_answer_seen_to_change_is_submitted_at_once() {
    let world = World::new(2, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("y Shift-Tab");
    elsewhere(&world, false, false);
    rig.settle();
    rig.keys("Enter");
    assert_eq!((rig.item(), world.labels().len()), (2, 1));
}

#[test]
fn nobody_is_suspended_where_no_shell_could_bring_them_back() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    rig.app.no_shell = true;
    rig.keys("Ctrl-Z");
    assert!(rig.outside.iter().all(|e| !matches!(e, crate::tui::effect::Effect::Suspend)));
    assert!(rig.said().contains("no shell"), "{}", rig.said());
}
