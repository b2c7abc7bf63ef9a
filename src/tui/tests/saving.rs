//! What "saved" means: failures, retries, two terminals, leaving.

use super::rig::{World, all_kinds, pass_fail};
use crate::model::{AnswerChange, BasedOn, Change, ItemNo};
use crate::service::api::{Notice, Request};
use crate::tui::effect::Effect;
use crate::tui::msg::Msg;

fn answer(world: &World, schema: &str, value: serde_json::Value) {
    let change = AnswerChange { schema: schema.into(), value: Change::Set(value), comment: Change::Keep };
    world.ask(
        "ann",
        Request::Answer { session: "s".into(), item: ItemNo(0), changes: vec![change], based_on: BasedOn::Any },
    );
}

#[test]
fn every_pick_is_saved_and_the_screen_says_when() {
    let world = World::new(2, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("y");
    assert!(rig.screen(80, 24).contains("✔ saved 14:02"));
    assert_eq!(world.open("ann").value("quality"), "true");
}

#[test]
fn what_is_on_its_way_is_said() {
    let mut rig = World::new(2, &all_kinds()).open("ann");
    rig.hold = true;
    rig.keys("y");
    assert!(rig.screen(80, 24).contains("… saving"));
    rig.release();
    assert!(rig.screen(80, 24).contains("✔ saved"));
}

#[test]
fn what_could_not_be_saved_is_said_kept_and_sent_again_while_typing_goes_on() {
    let world = World::new(2, &all_kinds());
    let mut rig = world.open("ann");
    rig.down = true;
    rig.keys("y");
    assert!(rig.screen(120, 40).contains("not saved: the disk is full (retrying)"));
    rig.keys("Shift-Tab c 'still typing'");
    rig.wait(1000);
    rig.wait(1000);
    assert_eq!(rig.question("quality").comment_text(), "still typing");
    rig.down = false;
    rig.wait(1000);
    assert!(rig.app.outbox.is_empty() && rig.app.outbox.failed.is_none());
    let again = world.open("ann");
    assert_eq!(
        (again.value("quality").as_str(), again.question("quality").comment_text().as_str()),
        ("true", "still typing")
    );
}

#[test]
fn q_leaves_at_once_when_all_is_saved() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    rig.keys("y q");
    assert_eq!(rig.left(), Some(0));
}

#[test]
fn q_waits_for_what_is_on_its_way() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    rig.hold = true;
    rig.keys("y q");
    assert_eq!(rig.left(), None);
    rig.release();
    assert_eq!(rig.left(), Some(0));
}

#[test]
fn q_asks_only_while_something_could_not_be_saved() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    rig.down = true;
    rig.keys("y q");
    assert_eq!(rig.left(), None);
    assert!(rig.said().contains("one change is not saved yet"), "{}", rig.said());
    rig.keys("Tab q");
    assert_eq!(rig.left(), None, "another key stays");
    rig.keys("q");
    assert_eq!(rig.left(), Some(0));
}

#[test]
fn ctrl_c_says_how_to_leave_and_leaves_the_second_time_with_what_was_typed() {
    let world = World::new(1, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("c 'unsent' Ctrl-C");
    assert_eq!(rig.left(), None);
    assert!(rig.said().contains("Ctrl-C again"), "{}", rig.said());
    rig.keys("Ctrl-C");
    assert!(rig.left().is_some());
    assert_eq!(world.open("ann").question("quality").comment_text(), "unsent");
}

#[test]
fn a_signal_saves_what_is_half_typed_and_leaves() {
    let world = World::new(1, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("c 'half a wo'");
    rig.send(Msg::Leave);
    assert!(rig.left().is_some());
    assert_eq!(world.open("ann").question("quality").comment_text(), "half a wo");
}

#[test]
fn a_signal_leaves_within_a_moment_even_when_nothing_can_be_saved() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    rig.down = true;
    rig.keys("y");
    rig.send(Msg::Leave);
    assert_eq!(rig.left(), None);
    rig.wait(2500);
    assert!(rig.left().is_some());
}

#[test]
fn where_the_terminal_is_gone_and_the_server_too_what_waits_has_another_minute() {
    let world = World::new(1, &all_kinds());
    let mut rig = world.open("ann");
    rig.down = true;
    rig.keys("y");
    rig.send(Msg::Gone);
    rig.wait(15_000);
    assert_eq!(rig.left(), None);
    rig.down = false;
    rig.wait(1500);
    assert_eq!(rig.left(), Some(0), "at once when it is saved");
    assert_eq!(world.open("ann").value("quality"), "true");
    // Not for ever.
    let mut rig = world.open("ann");
    rig.down = true;
    rig.keys("Shift-Tab n");
    rig.send(Msg::Gone);
    rig.wait(2500);
    assert_eq!(rig.left(), None);
    rig.wait(61_000);
    assert!(rig.left().is_some());
}

#[test]
fn a_dying_process_knows_everything_that_is_not_saved() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    rig.down = true;
    rig.keys("y Shift-Tab c 'half'");
    let rest = rig.app.unsaved();
    assert!(rest.iter().any(|(_, r, _)| matches!(r, Request::Answer { .. })));
    assert!(rest.iter().any(|(_, r, _)| matches!(r, Request::Type { comment: Some(c), .. } if c == "half")));
}

#[test]
fn ctrl_z_sends_what_is_typed_first() {
    let world = World::new(1, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("c 'half' Ctrl-Z");
    assert!(rig.outside.iter().any(|e| matches!(e, Effect::Suspend)));
    assert_eq!(world.open("ann").question("quality").comment_text(), "half");
}

#[test]
fn reconnecting_is_said_and_typing_goes_on() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    rig.send(Msg::Notice(Notice::Reconnecting));
    assert!(rig.screen(80, 24).contains("reconnecting"));
    rig.keys("y c 'on' Esc");
    assert_eq!(rig.value("quality"), "true");
    rig.send(Msg::Notice(Notice::Connected));
    assert!(!rig.screen(80, 24).contains("reconnecting"));
}

#[test]
fn a_server_of_another_version_is_named_with_what_to_do_on_an_idle_screen() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    let why = "the server speaks protocol 9, this 3: leave and start labeltui again (and more)".to_owned();
    rig.send(Msg::Notice(Notice::Reconnecting));
    rig.send(Msg::Notice(Notice::Refused { why }));
    let screen = rig.screen(80, 24);
    assert!(screen.contains("the server speaks protocol 9, this 3: leave and start labeltui again"), "{screen}");
    assert!(screen.contains("refused, trying again"), "{screen}");
    rig.send(Msg::Notice(Notice::Connected));
    assert!(!rig.screen(80, 24).contains("refused"));
    rig.send(Msg::Notice(Notice::Connected));
    assert!(rig.app.flash.is_none(), "{}", rig.said());
}

#[test]
fn reconnecting_is_said_also_while_a_submit_waits() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    rig.send(Msg::Notice(Notice::Reconnecting));
    rig.app.outbox.failed = Some("the server is away".to_owned());
    let screen = rig.screen(80, 24);
    assert!(screen.contains("reconnecting, not saved yet"), "{screen}");
}

#[test]
fn a_change_from_another_terminal_of_mine_is_shown_and_told() {
    let world = World::new(1, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("y Shift-Tab");
    answer(&world, "quality", false.into());
    rig.settle();
    assert_eq!(rig.value("quality"), "false", "the last write wins");
    assert_eq!(rig.question("quality").note.as_deref(), Some("changed in another terminal"));
}

#[test]
fn my_own_changes_are_not_told_as_another_terminal_s() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    rig.keys("y 2 c Esc Shift-Tab Shift-Tab c 'comment' ~ Esc Tab Tab 1 3");
    assert!(rig.app.form().unwrap().questions.iter().all(|q| q.note.is_none()));
}

#[test]
fn a_field_being_written_is_not_overwritten_by_another_terminal() {
    let world = World::new(1, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("Tab Tab Tab Tab i 'mine'");
    answer(&world, "summary", "other".into());
    rig.settle();
    assert_eq!(rig.question("summary").text(), "mine");
    rig.keys("Esc");
    assert_eq!(rig.value("summary"), "\"mine\"");
}

#[test]
fn a_submit_over_another_terminals_submit_is_a_conflict_and_the_person_chooses() {
    for (key, kept) in [("1", true), ("2", false)] {
        let world = World::new(2, &all_kinds());
        let mut rig = world.open("ann");
        rig.keys("y");
        // The other terminal submits; this one has not heard of it yet.
        answer(&world, "quality", false.into());
        let submit = Request::Submit {
            session: "s".into(),
            item: ItemNo(0),
            based_on: BasedOn::Any,
            seen: None,
            changes: vec![],
            extra: false,
        };
        world.ask("ann", submit);
        rig.app.form_mut().unwrap().named_mut("quality").unwrap().value = Some(true.into());
        rig.send(Msg::Key(crossterm::event::KeyCode::Enter.into()));
        assert!(rig.app.review.as_ref().unwrap().conflict.is_some(), "{}", rig.said());
        let screen = rig.screen(120, 40);
        assert!(screen.contains("mine:  Yes") && screen.contains("other: No"), "{screen}");
        rig.keys(key);
        assert_eq!(rig.said().contains("stand here now"), !kept, "{}", rig.said());
        let labels = world.labels();
        assert_eq!((labels.len(), labels[0].assessment_value.clone()), (1, kept.into()));
        assert!(rig.app.review.as_ref().unwrap().conflict.is_none());
    }
}

#[test]
fn another_terminals_pick_is_not_submitted_unseen_and_the_person_chooses() {
    for (key, kept) in [("1", true), ("2", false)] {
        let world = World::new(2, &all_kinds());
        let mut rig = world.open("ann");
        rig.keys("y");
        answer(&world, "quality", false.into());
        // This terminal has not heard of it yet.
        rig.app.form_mut().unwrap().named_mut("quality").unwrap().value = Some(true.into());
        rig.send(Msg::Key(crossterm::event::KeyCode::Enter.into()));
        assert!(rig.app.review.as_ref().unwrap().conflict.is_some(), "{}", rig.said());
        let screen = rig.screen(120, 40);
        assert!(screen.contains("mine:  Yes") && screen.contains("other: No"), "{screen}");
        assert!(world.labels().is_empty());
        rig.keys(key);
        if !kept {
            assert!(rig.said().contains("stand here now"), "{}", rig.said());
            assert_eq!(rig.value("quality"), "false");
            rig.keys("Enter");
        }
        let labels = world.labels();
        assert_eq!((labels.len(), labels[0].assessment_value.clone()), (1, kept.into()));
    }
}

#[test]
fn a_discarded_draft_is_gone_and_the_palette_is_the_only_way() {
    let world = World::new(2, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("y : 'discard' Enter");
    assert_eq!(rig.value("quality"), "-");
    assert_eq!(world.open("ann").value("quality"), "-");
}

#[test]
fn q_goes_back_to_the_list_if_one_came_from_there() {
    let world = World::new(2, &[pass_fail("quality")]);
    let mut rig = world.open_at("ann", None, (80, 24));
    rig.keys("Enter y q");
    assert_eq!((rig.app.screen, rig.left()), (crate::tui::app::Screen::Sessions, None));
    assert!(rig.screen(80, 24).contains("1/2"));
    rig.keys("q");
    assert_eq!(rig.left(), Some(0));
}

#[test]
fn a_session_that_does_not_exist_ends_the_run_with_its_message() {
    let rig = World::new(1, &all_kinds()).open_at("ann", Some("nope"), (80, 24));
    assert_eq!(rig.left(), Some(1));
    assert!(rig.app.fatal.as_deref().is_some_and(|m| m.contains("nope")));
}

#[test]
fn a_submit_from_another_terminal_of_mine_is_said() {
    let world = World::new(2, &all_kinds());
    let (mut here, mut there) = (world.open("ann"), world.open("ann"));
    there.keys("y Enter");
    here.settle();
    assert_eq!(here.said(), "item 1 was submitted from another terminal");
    assert_ne!(there.said(), here.said(), "nobody is told of what was done here");
}
