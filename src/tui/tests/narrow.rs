//! Small screens: what must be seen is seen, and what is not is said.

use super::rig::{World, all_kinds, options, pass_fail, schema};
use crate::model::{Input, LabelSchema, SchemaType};

const SMALL: (u16, u16) = (60, 16);

fn many() -> LabelSchema {
    let list: Vec<String> = (1..=14).map(|i| format!("choice number {i}")).collect();
    let list: Vec<&str> = list.iter().map(String::as_str).collect();
    LabelSchema {
        instruction: Some("Choose what comes closest. When in doubt, take the first.".into()),
        enable_comment: true,
        ..schema("kind", SchemaType::Feedback, Input::Categorical { options: options(&list) })
    }
}

#[test]
fn options_that_do_not_fit_are_counted_and_scroll_with_the_cursor() {
    let mut rig = World::new(1, &[many()]).open("ann");
    let screen = rig.screen(SMALL.0, SMALL.1);
    assert!(screen.contains("kind · c comment"), "{screen}");
    assert!(screen.contains("… 9 more"), "{screen}");
    assert!(!screen.contains("When in doubt"), "options come before the instruction: {screen}");
    for _ in 0..13 {
        rig.keys("Down");
    }
    let screen = rig.screen(SMALL.0, SMALL.1);
    assert!(screen.contains("choice number 14") && screen.contains("▶ kind"), "{screen}");
    assert!(screen.contains("15/15") && !screen.contains("more"), "{screen}");
}

#[test]
fn a_refusal_is_seen_however_little_fits() {
    let mut rig = World::new(1, &[LabelSchema { required: true, ..many() }, pass_fail("q")]).open("ann");
    rig.keys("Tab y Enter");
    assert!(rig.screen(SMALL.0, SMALL.1).contains("✘ needs an answer"));
    rig.keys("Up Down Down Down Down Down Down Down Down Down Down");
    let screen = rig.screen(SMALL.0, SMALL.1);
    assert!(screen.contains("▶ kind"), "{screen}");
    assert!(screen.contains("✘ needs an answer"), "{screen}");
}

#[test]
fn position_and_saved_state_stay_when_an_eta_appears() {
    let mut rig = World::new(340, &all_kinds()).open("ann");
    let review = rig.app.review.as_mut().unwrap();
    review.session.my_pace_ms = Some(20_000);
    review.session.name = "label_summaries_of_march".into();
    for width in 60..140 {
        let screen = rig.screen(width, 16);
        let head = screen.lines().next().unwrap();
        assert!(head.contains("item 1") && head.contains("0/340") && head.contains("✔ saved"), "{width}: {head}");
        assert!(head.contains("label_sum"), "{width}: {head}");
    }
}

#[test]
fn a_linked_session_says_what_is_to_sync_at_every_width() {
    let mut rig = World::new(340, &all_kinds()).open("ann");
    rig.app.review.as_mut().unwrap().session.to_sync = Some(2);
    for width in 60..140 {
        let screen = rig.screen(width, 16);
        let head = screen.lines().next().unwrap();
        assert!(head.contains("2 to sync") && head.contains("✔ saved"), "{width}: {head}");
    }
    for (to_sync, said) in [(None, false), (Some(0), false), (Some(1000), true)] {
        rig.app.review.as_mut().unwrap().session.to_sync = to_sync;
        assert_eq!(rig.screen(120, 40).contains("1000+ to sync"), said);
    }
}

#[test]
fn the_footer_keeps_what_answers_and_what_submits_and_says_the_real_range() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    rig.keys("Tab");
    let screen = rig.screen(SMALL.0, SMALL.1);
    assert!(screen.contains("1-3 answer") && screen.contains("Enter submit"), "{screen}");
    rig.keys("Tab Tab");
    let screen = rig.screen(SMALL.0, SMALL.1);
    assert!(screen.contains("0-9 write") && screen.contains("Enter submit"), "{screen}");
}

#[test]
fn prompts_show_the_chosen_state_and_their_errors() {
    let mut rig = World::new(3, &all_kinds()).open("ann");
    rig.keys("f Tab Tab 'a long needle to look for here'");
    let screen = rig.screen(SMALL.0, SMALL.1);
    assert!(screen.contains("drafts") && screen.contains("a long needle to look for here"), "{screen}");
    rig.keys("Esc x Enter");
    let screen = rig.screen(SMALL.0, SMALL.1);
    assert!(
        screen.contains("decline, because: ") && screen.contains("a reason is needed (Esc: never mind)"),
        "{screen}"
    );
}

#[test]
fn a_screen_that_is_too_small_says_what_it_needs() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    let screen = rig.screen(20, 4);
    assert!(screen.contains("needs 60 x 16") && screen.contains("here: 20 x 4"), "{screen}");
    assert!(screen.contains("nothing is lost"), "{screen}");
}
