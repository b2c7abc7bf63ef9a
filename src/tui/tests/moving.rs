//! From item to item, and skip, defer, decline, undo and redo.

use super::rig::{World, all_kinds, pass_fail};
use crate::model::MineState;
use crate::service::api::{Act, ItemKey, Request, Response};

fn mine(world: &World, position: u32) -> (MineState, Option<String>) {
    let request = Request::Item { session: "s".into(), item: ItemKey::Position(position) };
    let Response::Item(view) = world.ask("ann", request) else { panic!() };
    (view.row.mine.state, view.row.mine.reason)
}

#[test]
fn arrows_and_brackets_look_at_the_items_beside_reviewed_ones_included() {
    let mut rig = World::new(3, &all_kinds()).open("ann");
    rig.keys("y Enter ");
    assert_eq!(rig.item(), 2);
    rig.keys("Left");
    assert_eq!((rig.item(), rig.value("quality").as_str()), (1, "true"));
    rig.keys("] Right");
    assert_eq!(rig.item(), 3);
    rig.keys("Right");
    assert_eq!((rig.item(), rig.said()), (3, "this is the last item"));
    rig.keys("[ [ [");
    assert_eq!((rig.item(), rig.said()), (1, "this is the first item"));
}

#[test]
fn only_the_last_of_several_wishes_is_shown() {
    let mut rig = World::new(9, &all_kinds()).open("ann");
    rig.hold = true;
    rig.keys("Right Right Right");
    rig.release();
    assert_eq!(rig.item(), 4);
}

#[test]
fn dot_goes_to_the_next_unreviewed_item() {
    let mut rig = World::new(4, &all_kinds()).open("ann");
    rig.keys("y Enter y Enter Left Left");
    assert_eq!(rig.item(), 1);
    rig.keys(".");
    assert_eq!(rig.item(), 3);
}

#[test]
fn g_goes_to_an_item_by_number_or_trace_id() {
    let mut rig = World::new(12, &all_kinds()).open("ann");
    rig.keys("g '7' Enter");
    assert_eq!(rig.item(), 7);
    rig.keys("g 'tr-00000000000000000000000000000002' Enter");
    assert_eq!(rig.item(), 3);
    rig.keys("g '13' Enter");
    assert_eq!((rig.item(), rig.said()), (3, "items are numbered 1 to 12"));
    rig.keys("g 'tr-none' Enter");
    assert_eq!(rig.item(), 3);
    assert!(rig.said().contains("tr-none"), "{}", rig.said());
    rig.keys("g '1' Esc");
    assert_eq!(rig.item(), 3);
}

#[test]
fn f_narrows_the_queue_to_words_and_a_state_and_arrows_stay_in_it() {
    let mut rig = World::new(12, &all_kinds()).open("ann");
    rig.keys("f 'ticket 1' Enter");
    assert_eq!((rig.item(), rig.said()), (2, "3 items match"));
    rig.keys("Right");
    assert_eq!(rig.item(), 11);
    rig.keys("Right Right");
    assert_eq!(rig.item(), 12);
    assert!(rig.said().contains("last match"), "{}", rig.said());
    rig.keys("Esc");
    assert_eq!(rig.said(), "all items are shown again");
    rig.keys("s f Tab Tab Tab Tab Enter");
    assert_eq!(rig.said(), "one item matches");
    assert_eq!(rig.item(), 12);
    rig.keys("f 'no such thing' Enter");
    assert!(rig.said().contains("no item matches"));
}

#[test]
fn s_skips_to_the_end_of_my_queue() {
    let world = World::new(3, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("s");
    assert_eq!((rig.item(), rig.said()), (2, "skipped item 1; u takes it back"));
    assert_eq!(mine(&world, 0).0, MineState::Skipped);
    rig.keys("y Enter y Enter");
    assert_eq!(rig.item(), 1, "skipped ones come last");
}

#[test]
fn d_and_x_want_a_reason() {
    let world = World::new(4, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("d Enter");
    assert!(rig.app.prompt.is_some() && rig.said().contains("reason"), "{}", rig.said());
    rig.keys("'ask legal' Enter");
    assert_eq!((rig.item(), rig.said()), (2, "put aside item 1; u takes it back"));
    assert_eq!(mine(&world, 0), (MineState::Deferred, Some("ask legal".into())));
    rig.keys("x 'spam' Enter");
    assert_eq!((rig.item(), rig.said()), (3, "declined item 2; u takes it back"));
    assert_eq!(mine(&world, 1), (MineState::Declined, Some("spam".into())));
    rig.keys("x Esc");
    assert_eq!((rig.item(), mine(&world, 2).0), (3, MineState::Todo));
}

#[test]
fn u_and_shift_u_go_back_and_forth_through_answers_submits_skips_defers_and_declines() {
    let world = World::new(5, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("y Enter s d 'later' Enter x 'spam' Enter");
    assert_eq!(rig.item(), 5);
    let states = |w: &World| (0..4).map(|i| mine(w, i).0).collect::<Vec<_>>();
    let after = states(&world);
    assert_eq!(after, [MineState::Submitted, MineState::Skipped, MineState::Deferred, MineState::Declined]);
    rig.keys("u");
    assert_eq!((rig.item(), mine(&world, 3).0), (4, MineState::Todo));
    assert!(rig.said().starts_with("taken back: "), "{}", rig.said());
    rig.keys("u u");
    assert_eq!((rig.item(), mine(&world, 1).0), (2, MineState::Todo));
    rig.keys("u");
    assert_eq!((rig.item(), rig.value("quality").as_str(), world.labels().len()), (1, "true", 0));
    rig.keys("u");
    assert_eq!((rig.value("quality").as_str(), mine(&world, 0).0), ("-", MineState::Todo));
    rig.keys("u");
    assert!(rig.said().contains("nothing") || rig.said().contains("no"), "{}", rig.said());
    rig.keys("U U U U U");
    assert_eq!(states(&world), after);
}

#[test]
fn undo_works_after_a_restart() {
    let world = World::new(2, &[pass_fail("quality")]);
    world.open("ann").keys("y");
    let mut rig = world.open("ann");
    rig.keys("u");
    assert_eq!((rig.item(), world.labels().len()), (1, 0));
}

#[test]
fn looking_at_an_item_prepares_the_next_one() {
    let rig = World::new(3, &all_kinds()).open("ann");
    let review = rig.app.review.as_ref().unwrap();
    assert!(review.readings.len() >= 2, "the reading of the next item is at hand");
}

#[test]
fn the_view_of_the_trace_goes_along_to_the_next_item() {
    let mut rig = World::new(3, &all_kinds()).open("ann");
    rig.keys("w Right");
    assert_eq!(rig.app.review.as_ref().unwrap().pane.as_ref().unwrap().view(), crate::tui::trace::View::Raw);
    rig.keys("t y Enter");
    assert_eq!(rig.app.review.as_ref().unwrap().pane.as_ref().unwrap().view(), crate::tui::trace::View::Tree);
}

#[test]
fn somebody_else_s_change_refreshes_progress_without_moving_me() {
    let world = World::new(3, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("Tab");
    let item = crate::model::ItemNo(1);
    let decline = Act::Decline { reason: "spam".into() };
    world.ask("bob", Request::Act { session: "s".into(), item, act: decline, based_on: crate::model::BasedOn::Any });
    rig.settle();
    assert_eq!((rig.item(), rig.focus()), (1, "tone"));
    assert_eq!(rig.app.review.as_ref().unwrap().session.progress.declined, 1);
}

#[test]
fn the_trace_stands_still_when_the_question_changes_on_a_small_screen() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    let border = |rig: &mut super::rig::Rig| {
        let screen = rig.screen(80, 24);
        screen.lines().position(|l| l.starts_with("┌ question")).unwrap()
    };
    let before = border(&mut rig);
    for _ in 0..6 {
        rig.keys("Tab");
        assert_eq!(border(&mut rig), before, "{}", rig.focus());
    }
}

#[test]
fn undo_and_redo_of_an_answer_focus_its_question() {
    let world = World::new(2, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("y 2");
    assert_eq!(rig.focus(), "problems");
    rig.keys("u");
    assert_eq!((rig.focus(), rig.value("tone").as_str()), ("tone", "-"));
    rig.keys("Tab Tab u");
    assert_eq!((rig.focus(), rig.value("quality").as_str()), ("quality", "-"));
    rig.keys("Shift-Tab U");
    assert_eq!((rig.focus(), rig.value("quality").as_str()), ("quality", "true"));
}
