//! Several reviewers at one session: what they see of each other, and whose an item is.

use super::rig::{Rig, World, all_kinds, pass_fail};
use crate::model::{Assessment, ItemNo, LabelSchema, MineState};
use crate::service::api::{ItemKey, Request, Response, SessionPatch, SessionSpec};
use serde_json::json;

fn team(n: usize) -> World {
    World::team(n, &all_kinds(), SessionSpec::default())
}

/// Without the trace, which has snapshots of its own.
fn shot(name: &str, rig: &mut Rig, (width, height): (u16, u16)) {
    let pane = rig.app.review.as_mut().and_then(|r| r.pane.take());
    insta::assert_snapshot!(format!("{name}_{width}x{height}"), rig.screen(width, height));
    if let Some(review) = rig.app.review.as_mut() {
        review.pane = pane;
    }
}

#[test]
fn two_at_one_session_get_different_items_and_see_each_other() {
    let world = team(4);
    let (mut ann, mut bob) = (world.open("ann"), world.open("bob"));
    ann.settle();
    assert_eq!((ann.item(), bob.item()), (1, 2));
    ann.settle();
    for size in [(80, 24), (200, 50)] {
        shot("team_ann", &mut ann, size);
        shot("team_bob", &mut bob, size);
    }
}

#[test]
fn an_item_that_somebody_has_says_so_before_a_word_is_typed() {
    let world = team(3);
    let (mut ann, _bob) = (world.open("ann"), world.open("bob"));
    ann.settle();
    ann.keys("Right");
    assert!(ann.said().starts_with("bob has this"), "{}", ann.said());
    // It stays there when the message is gone.
    ann.app.flash = None;
    shot("team_taken", &mut ann, (80, 24));
}

#[test]
fn what_is_written_on_anothers_item_is_kept_and_offered_as_an_extra_review() {
    let world = team(3);
    let (mut ann, _bob) = (world.open("ann"), world.open("bob"));
    ann.settle();
    ann.keys("Right y Enter");
    assert_eq!(ann.item(), 2, "it stays");
    assert!(ann.said().contains("bob has this; kept as a draft: E submits it"), "{}", ann.said());
    assert_eq!((ann.value("quality").as_str(), world.labels().len()), ("true", 0));
    shot("team_extra", &mut ann, (80, 24));
    ann.keys("E");
    assert_eq!(world.labels().len(), 1);
    assert_ne!(ann.item(), 2);
}

#[test]
fn a_claim_that_was_lost_is_told_and_nothing_typed_is() {
    let world = team(2);
    let mut ann = world.open("ann");
    ann.keys("Tab Tab Tab Tab i 'half a sen' ~");
    ann.wait(16 * 60 * 1000);
    let mut bob = world.open("bob");
    bob.now = ann.now;
    bob.keys(".");
    assert_eq!(bob.item(), 1, "the claim was over: {}", bob.said());
    ann.settle();
    assert!(ann.said().contains("bob has this item now"), "{}", ann.said());
    ann.keys("'tence' ~ Esc");
    assert_eq!(ann.question("summary").text(), "half a sentence");
    assert_eq!(ann.app.item().unwrap().row.mine.state, MineState::Draft);
}

#[test]
fn progress_and_statuses_of_others_come_without_stealing_the_focus() {
    let world = team(4);
    let (mut ann, mut bob) = (world.open("ann"), world.open("bob"));
    ann.keys("Tab Tab");
    let focus = ann.focus().to_owned();
    bob.keys("y Enter");
    ann.settle();
    assert_eq!((ann.focus(), ann.item()), (focus.as_str(), 1));
    assert!(ann.screen(120, 40).contains("complete 1/4"));
    let review = ann.app.review.as_ref().unwrap();
    assert_eq!(review.queue.row(2).unwrap().holder.as_deref(), Some("bob"), "he went on");
}

#[test]
fn who_leaves_gives_back_what_they_have_not_begun() {
    let world = team(3);
    let (mut ann, mut bob) = (world.open("ann"), world.open("bob"));
    bob.keys("q");
    assert_eq!(bob.left(), Some(0));
    ann.settle();
    assert!(!ann.screen(200, 50).contains("other here"), "nobody else is here");
    assert_eq!(world.open("cat").item(), 2);
}

#[test]
fn a_lost_link_is_no_leaving() {
    let world = team(2);
    let mut bob = world.open("bob");
    bob.send(crate::tui::msg::Msg::Leave);
    assert_eq!(world.open("cat").item(), 2, "his claim has its grace");
}

#[test]
fn presence_is_said_again_after_the_server_was_away() {
    let world = team(2);
    let mut ann = world.open("ann");
    let bob = world.open("bob");
    ann.ask(Request::Leave { session: "s".into() });
    ann.send(crate::tui::msg::Msg::Notice(crate::service::api::Notice::Connected));
    let mut bob = bob;
    bob.settle();
    assert!(bob.screen(200, 50).contains("1 other here"));
    ann.settle();
}

#[test]
fn a_blind_item_shows_nothing_of_the_others_until_i_have_submitted_and_then_side_by_side() {
    let spec = SessionSpec { reviews: Some(2), ..SessionSpec::default() };
    let world = World::team(1, &[pass_fail("quality")], spec);
    let (mut ann, mut bob) = (world.open("ann"), world.open("bob"));
    bob.keys("n");
    ann.settle();
    assert!(ann.app.item().unwrap().others.is_empty());
    ann.keys("R");
    assert!(ann.said().contains("hidden until you have submitted"), "{}", ann.said());
    ann.keys("y");
    ann.keys("Left R");
    assert_eq!(ann.app.item().unwrap().row.item, ItemNo(0));
    shot("team_reveal", &mut ann, (120, 40));
    ann.keys("Esc n");
    let changed = world.labels().into_iter().find(|row| row.assessor_id == "ann@example.com").unwrap();
    assert_eq!(changed.assessment_value, serde_json::json!(false));
}

#[test]
fn everybodys_answers_stand_beside_mine_question_by_question() {
    let questions = [LabelSchema { enable_comment: true, ..pass_fail("quality") }, all_kinds().remove(1)];
    let world = World::team(1, &questions, SessionSpec { reviews: Some(4), ..SessionSpec::default() });
    world.open("bob").keys("n Shift-Tab c 'It leaves out what the caller asked for.' Esc Tab 3 Enter");
    world.open("cat").keys("y 1 Enter");
    world.open("dan").keys("y 2 Enter");
    let mut ann = world.open("ann");
    ann.keys("y 1 Enter Left R");
    let judge = json!({ "assessment_name": "groundedness", "feedback": { "value": 0.25 }, "rationale": "No document says so.",
        "source": { "source_type": "LLM_JUDGE", "source_id": "judge-1" } });
    let item = ann.app.review.as_mut().unwrap().item.as_mut().unwrap();
    item.imported = vec![Assessment(judge.as_object().unwrap().clone())];
    for size in [(80, 24), (120, 40), (200, 50)] {
        shot("team_side_by_side", &mut ann, size);
    }
}

#[test]
fn what_others_say_goes_with_its_item_however_the_next_one_comes() {
    let world = World::team(3, &[pass_fail("quality")], SessionSpec { reviews: Some(2), ..SessionSpec::default() });
    world.open("bob").keys("n n n");
    for go in ["Right", ".", "g '3' Enter", "Enter"] {
        let mut ann = world.open("ann");
        ann.keys("g '1' Enter");
        if ann.app.item().unwrap().row.mine.state == MineState::Todo {
            ann.keys("y g '1' Enter");
        }
        ann.keys("R");
        assert!(ann.screen(120, 40).contains("bob"), "{go}");
        ann.keys(go);
        assert_ne!(ann.item(), 1, "{go}");
        assert!(ann.app.panel.is_none(), "{go}: its trace is to be seen");
    }
    // What is about the session stays, and what is about an item while it is there.
    let mut ann = world.open("ann");
    ann.keys("? Right");
    assert!(ann.app.panel.is_some());
}

#[test]
fn two_screens_of_one_person_come_to_rest_and_the_others_see_one_who_stays() {
    let world = team(4);
    let (mut one, mut two, mut ann) = (world.open("bob"), world.open("bob"), world.open("ann"));
    two.keys("Right Right");
    for _ in 0..3 {
        [&mut one, &mut two, &mut ann].into_iter().for_each(Rig::settle);
    }
    assert_ne!(one.item(), two.item());
    assert_eq!([&one, &two, &ann].map(Rig::notices), [0; 3], "nobody tells anybody anything any more");
    assert!(ann.screen(200, 50).contains("1 other here"));
    two.keys("q");
    [&mut one, &mut two, &mut ann].into_iter().for_each(Rig::settle);
    assert!(ann.screen(200, 50).contains("1 other here"), "his other screen is still there");
    one.keys("q");
    ann.settle();
    assert!(!ann.screen(200, 50).contains("other here"));
}

#[test]
fn whose_review_is_not_asked_for_any_more_is_told_while_writing() {
    let world = World::team(2, &all_kinds(), SessionSpec { reviews: Some(2), ..SessionSpec::default() });
    let (mut ann, mut bob) = (world.open("ann"), world.open("bob"));
    for rig in [&mut ann, &mut bob] {
        rig.keys("y");
        assert_eq!(rig.item(), 1);
    }
    let patch = SessionPatch { reviews: Some(1), ..SessionPatch::default() };
    world.ask("lead", Request::SessionUpdate { session: "s".into(), patch });
    for rig in [&mut ann, &mut bob] {
        rig.settle();
    }
    assert!(bob.said().contains("ann has this item now") && bob.said().contains("E submits"), "{}", bob.said());
    bob.keys("Enter");
    assert_eq!((bob.item(), world.labels().len()), (1, 0), "{}", bob.said());
    ann.keys("Enter");
    assert_eq!((ann.item(), world.labels().len()), (2, 1), "{}", ann.said());
}

#[test]
fn an_item_that_is_removed_while_it_is_looked_at_leaves_none_passed_by() {
    let ids = |rig: &Rig, numbers: &[u32]| -> Vec<String> {
        numbers.iter().map(|n| rig.app.review.as_ref().unwrap().queue.row(*n).unwrap().trace_id.clone()).collect()
    };
    for (removed, item, next, before) in [
        (&[4][..], 5, Some(5), Some(3)),
        (&[0, 2, 4], 3, Some(5), Some(3)),
        (&[3, 4, 5], 4, Some(6), Some(2)),
        (&[4, 5, 6, 7, 8], 5, None, Some(3)),
        (&[0, 1, 2, 3, 4], 1, Some(5), None),
    ] {
        for (key, number) in [("Right", next), ("Left", before)] {
            let world = team(9);
            let mut ann = world.open("ann");
            ann.keys("Right Right Right Right");
            world.ask("lead", Request::RemoveTraces { session: "s".into(), ids: ids(&ann, removed) });
            ann.settle();
            assert_eq!((ann.app.item_no(), ann.item()), (Some(ItemNo(4)), item), "{removed:?}");
            ann.keys(key);
            let there = ann.app.item_no().map(|n| n.0);
            assert_eq!(there, number.or(Some(4)), "{key} with {removed:?} gone: {}", ann.said());
            assert_eq!(ann.said().starts_with("this is the"), number.is_none(), "{}", ann.said());
        }
    }
}

#[test]
fn an_item_keeps_its_place_when_others_before_it_are_removed() {
    let world = team(9);
    let mut ann = world.open("ann");
    ann.keys("Right Right Right Right");
    let (item, at) = (ann.app.item_no(), ann.item());
    let ids = (0..2).map(|n| ann.app.review.as_ref().unwrap().queue.row(n).unwrap().trace_id.clone()).collect();
    world.ask("lead", Request::RemoveTraces { session: "s".into(), ids });
    ann.settle();
    assert_eq!((ann.app.item_no(), ann.item()), (item, at - 2));
    ann.keys("Right");
    assert_eq!(ann.item(), at - 1, "the next one, and none is passed by");
}

#[test]
fn who_has_an_item_that_i_put_aside_is_shown_in_my_queue() {
    let world = team(3);
    let mut ann = world.open_at("ann", Some("s"), (200, 50));
    ann.keys("s");
    let bob = world.open("bob");
    assert_eq!((ann.item(), bob.item()), (2, 1));
    ann.settle();
    let screen = ann.screen(200, 50);
    assert!(screen.contains("» bob"), "{screen}");
}

#[test]
fn who_was_told_that_nothing_is_free_is_told_when_that_has_changed() {
    let world = World::team(2, &[pass_fail("quality")], SessionSpec::default());
    let (mut ann, mut bob) = (world.open("ann"), world.open("bob"));
    ann.settle();
    ann.keys("y");
    assert!(ann.said().contains("nothing is free now: others have the 1 left"), "{}", ann.said());
    // Bob gives his back without a word: it is free, and nobody has pressed a key here.
    bob.keys("s");
    ann.settle();
    assert!(ann.said().contains("others went on, 1 are left: . looks"), "{}", ann.said());
    bob.keys(".");
    bob.keys("y");
    ann.settle();
    assert!(ann.said().contains("nothing is left for you here: all is complete"), "{}", ann.said());
}

#[test]
fn who_is_taken_off_a_session_is_told_on_an_idle_screen() {
    let users = ["ann", "bob"].map(str::to_owned).to_vec();
    let world = World::team(2, &[pass_fail("quality")], SessionSpec { users, ..SessionSpec::default() });
    let mut bob = world.open("bob");
    let patch = SessionPatch { remove_users: vec!["bob".to_owned()], ..SessionPatch::default() };
    world.ask("lead", Request::SessionUpdate { session: "s".into(), patch });
    bob.settle();
    assert!(bob.said().contains("this session is not yours any more"), "{}", bob.said());
}

#[test]
fn who_reads_on_keeps_what_they_have_claimed_and_who_has_gone_home_does_not() {
    let world = World::team(2, &[pass_fail("quality")], SessionSpec::default());
    let mut ann = world.open("ann");
    ann.settle();
    for _ in 0..20 {
        ann.wait(60_000);
        ann.keys("j");
    }
    let holder = |minutes: i64| {
        let request = Request::Item { session: "s".into(), item: ItemKey::No(ItemNo(0)) };
        match world.ask_later("bob", minutes * 60_000, request) {
            Ok(Response::Item(view)) => view.row.holder,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(holder(21).as_deref(), Some("ann"));
    assert_eq!(holder(40), None);
}
