//! RULES "Answering" and the answering keys of SCREEN.md.

use super::rig::{World, all_kinds, pass_fail, schema};
use crate::model::{Input, LabelSchema, MineState, SchemaType};
use crate::service::api::{Request, SessionPatch};

#[test]
fn a_digit_picks_and_a_single_choice_moves_on_to_the_next_unanswered_question() {
    let mut rig = World::new(2, &all_kinds()).open("ann");
    rig.keys("1");
    assert_eq!((rig.value("quality").as_str(), rig.focus()), ("true", "tone"));
    rig.keys("3");
    assert_eq!((rig.value("tone").as_str(), rig.focus()), ("\"cold\"", "problems"));
}

#[test]
fn a_multiple_choice_toggles_and_stays_in_the_schemas_order() {
    let mut rig = World::new(2, &all_kinds()).open("ann");
    rig.keys("Tab Tab 3 1");
    assert_eq!((rig.value("problems").as_str(), rig.focus()), ("[\"wrong\",\"rude\"]", "problems"));
    rig.keys("3");
    assert_eq!(rig.value("problems"), "[\"wrong\"]");
    rig.keys("1");
    assert_eq!(rig.value("problems"), "-");
}

#[test]
fn y_and_n_answer_a_pass_fail_question_and_nothing_else() {
    let mut rig = World::new(2, &all_kinds()).open("ann");
    rig.keys("n");
    assert_eq!(rig.value("quality"), "false");
    rig.keys("y");
    assert_eq!(rig.said(), "this is no pass/fail question");
    rig.keys("Shift-Tab y");
    assert_eq!(rig.value("quality"), "true");
}

#[test]
fn tab_and_shift_tab_go_round_the_questions() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    rig.keys("Shift-Tab");
    assert_eq!(rig.focus(), "facts");
    rig.keys("Tab");
    assert_eq!(rig.focus(), "quality");
}

#[test]
fn arrows_stop_at_every_option_and_space_selects_and_clears() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    rig.keys("Down Space");
    assert_eq!((rig.value("quality").as_str(), rig.focus()), ("false", "quality"));
    rig.keys("Space");
    assert_eq!(rig.value("quality"), "-");
    rig.keys("Down Down Space");
    assert_eq!((rig.value("tone").as_str(), rig.focus()), ("\"neutral\"", "tone"));
    rig.keys("Up Up");
    assert_eq!(rig.focus(), "quality");
    rig.keys("Up Up");
    assert_eq!(rig.focus(), "facts", "the first stop is followed backwards by the last");
}

#[test]
fn options_past_ten_are_reached_by_arrows_and_space() {
    let many: Vec<String> = (1..=12).map(|i| format!("option {i}")).collect();
    let input = Input::Categorical { options: many };
    let mut rig = World::new(1, &[schema("topic", SchemaType::Feedback, input)]).open("ann");
    rig.keys("0");
    assert_eq!(rig.value("topic"), "\"option 10\"");
    rig.keys("Down Down Space");
    assert_eq!(rig.value("topic"), "\"option 12\"");
}

#[test]
fn a_digit_without_an_option_says_how_many_there_are() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    rig.keys("7");
    assert_eq!((rig.said(), rig.value("quality").as_str()), ("this question has 2 options", "-"));
}

#[test]
fn enter_selects_an_option_reached_by_arrows_and_else_submits() {
    let world = World::new(2, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("Down Enter");
    assert_eq!((rig.value("quality").as_str(), rig.item()), ("false", 1));
    assert!(world.labels().is_empty());
    rig.keys("Enter");
    assert_eq!(rig.item(), 2);
    assert_eq!(world.labels().len(), 1);
}

#[test]
fn submit_goes_to_the_next_unreviewed_item_and_says_how_to_take_it_back() {
    let world = World::new(3, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("y Enter");
    assert_eq!((rig.item(), rig.said()), (2, "submitted item 1; u takes it back"));
    assert_eq!(world.session().progress.complete, 1);
}

#[test]
fn an_empty_form_is_not_submitted_and_says_what_can_be_done() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    rig.keys("Enter");
    assert_eq!((rig.said(), rig.item()), ("nothing answered: s skips, x declines", 1));
}

#[test]
fn a_submit_without_a_required_answer_names_the_questions_and_goes_to_the_first() {
    let mut schemas = all_kinds();
    schemas[1].required = true;
    schemas[3].required = true;
    let world = World::new(1, &schemas);
    let mut rig = world.open("ann");
    rig.keys("y Shift-Tab Enter");
    assert_eq!(rig.focus(), "tone");
    assert!(rig.question("tone").error.is_some() && rig.question("score").error.is_some());
    assert!(rig.said().contains("tone") && rig.said().contains("score"), "{}", rig.said());
    assert!(world.labels().is_empty());
}

#[test]
fn enter_on_an_unchanged_submitted_item_only_moves_on() {
    let world = World::new(3, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("y Enter Left");
    assert_eq!(rig.item(), 1);
    rig.keys("Enter");
    assert_eq!(rig.item(), 2);
    assert_eq!(world.labels().len(), 1);
}

#[test]
fn an_edit_of_a_submitted_answer_is_a_new_version() {
    let world = World::new(2, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("y Enter Left n Enter");
    let labels = world.labels();
    assert_eq!((labels.len(), labels[0].assessment_value.clone()), (1, serde_json::json!(false)));
}

#[test]
fn a_cleared_answer_submitted_over_a_submitted_one_is_a_retraction() {
    let world = World::new(2, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("y 1 Enter Left Shift-Tab");
    while rig.focus() != "quality" {
        rig.keys("Tab");
    }
    rig.keys("Space");
    assert_eq!(rig.value("quality"), "-");
    rig.keys("Enter");
    let names: Vec<String> = world.labels().into_iter().map(|l| l.assessment_name).collect();
    assert_eq!(names, ["tone"]);
}

#[test]
fn a_session_of_one_pass_fail_question_submits_on_the_keypress_and_u_takes_it_back() {
    let world = World::new(3, &[pass_fail("quality")]);
    let mut rig = world.open("ann");
    rig.keys("y");
    assert_eq!((rig.item(), rig.said()), (2, "Yes submitted for item 1; u takes it back"));
    assert_eq!(world.labels().len(), 1);
    rig.keys("u");
    assert_eq!((rig.item(), world.labels().len()), (1, 0));
    assert_eq!(rig.value("quality"), "true", "the answer is a draft again");
    assert_eq!(rig.app.item().unwrap().row.mine.state, MineState::Draft);
}

#[test]
fn one_pass_fail_question_with_a_comment_does_not_submit_by_itself() {
    let world = World::new(2, &[LabelSchema { enable_comment: true, ..pass_fail("quality") }]);
    let mut rig = world.open("ann");
    rig.keys("y");
    assert_eq!((rig.item(), world.labels().len()), (1, 0));
}

#[test]
fn answer_keys_and_enter_are_ignored_for_a_moment_after_a_submit_brought_the_next_item() {
    let world = World::new(4, &[pass_fail("quality")]);
    let mut rig = world.open("ann");
    rig.pace = 10;
    rig.keys("y y y y");
    assert_eq!((rig.item(), world.labels().len()), (2, 1), "a held key cannot answer it unread");
    rig.wait(200);
    rig.keys("y");
    assert_eq!((rig.item(), world.labels().len()), (3, 2));
}

#[test]
fn answer_keys_are_ignored_while_the_submit_is_under_way() {
    let world = World::new(4, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("y");
    rig.hold = true;
    rig.keys("Enter 1 1 Enter");
    rig.release();
    assert_eq!((rig.item(), world.labels().len()), (2, 1));
    assert_eq!(rig.value("quality"), "-");
}

#[test]
fn a_closed_session_is_for_reading_only() {
    let world = World::new(2, &all_kinds());
    let patch = SessionPatch { closed: Some(true), ..SessionPatch::default() };
    world.ask("ann", Request::SessionUpdate { session: "s".into(), patch });
    let mut rig = world.open("ann");
    for key in ["y", "Space", "i", "c", "Enter", "s"] {
        rig.keys(key);
        assert!(rig.said().contains("closed"), "{key}: {}", rig.said());
    }
    assert_eq!(rig.value("quality"), "-");
    rig.keys("Right");
    assert_eq!(rig.item(), 2, "but it can be read");
}

#[test]
fn everything_left_to_do_is_said_when_nothing_is() {
    let world = World::new(1, &[pass_fail("quality")]);
    let mut rig = world.open("ann");
    rig.keys("n");
    assert!(rig.said().contains("nothing is left for you here"), "{}", rig.said());
    assert_eq!(world.labels().len(), 1);
    assert_eq!(world.open("ann").item(), 1, "a finished session can be looked at");
}
