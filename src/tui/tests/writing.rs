//! Fields: what can be typed, when it is sent, and what becomes of it.

use super::rig::{Rig, World, all_kinds, schema};
use crate::model::{Input, SchemaType};
use crate::service::api::{ItemKey, Request, Response};
use crate::tui::effect::Effect;
use crate::tui::msg::Msg;

/// On question `name`.
fn on(world: &World, name: &str) -> Rig {
    let mut rig = world.open("ann");
    while rig.focus() != name {
        rig.keys("Tab");
    }
    rig
}

fn stored_typing(world: &World, name: &str) -> (Option<String>, Option<String>) {
    let request = Request::Item { session: "s".into(), item: ItemKey::Position(0) };
    let Response::Item(view) = world.ask("ann", request) else { panic!() };
    let entry = view.draft.entries.get(name).cloned().unwrap_or_default();
    (entry.typing, entry.typing_comment)
}

#[test]
fn i_writes_esc_leaves_and_what_stands_there_is_the_answer() {
    let world = World::new(2, &all_kinds());
    let mut rig = on(&world, "summary");
    rig.keys("i 'It is open.'");
    assert!(rig.app.writing());
    rig.keys("Esc");
    assert!(!rig.app.writing());
    assert_eq!(rig.value("summary"), "\"It is open.\"");
    rig.keys("Enter");
    assert_eq!(world.labels()[0].assessment_value, "It is open.");
}

#[test]
fn half_typed_text_is_sent_within_a_second_and_restored_with_the_cursor_at_its_end() {
    let world = World::new(2, &all_kinds());
    let mut rig = on(&world, "summary");
    rig.keys("i 'half a sen'");
    rig.wait(1000);
    assert_eq!(stored_typing(&world, "summary").0.as_deref(), Some("half a sen"));
    let mut again = world.open("ann");
    assert_eq!((again.focus(), again.question("summary").text().as_str()), ("summary", "half a sen"));
    again.keys("i 'tence' Esc");
    assert_eq!(again.value("summary"), "\"half a sentence\"");
}

#[test]
fn typing_sends_once_a_moment_not_once_a_key() {
    let world = World::new(1, &all_kinds());
    let mut rig = on(&world, "summary");
    rig.pace = 1;
    rig.keys("i 'a long sentence typed fast'");
    assert!(rig.app.outbox.is_empty());
    assert_eq!(stored_typing(&world, "summary").0, None);
    rig.wait(400);
    assert_eq!(stored_typing(&world, "summary").0.as_deref(), Some("a long sentence typed fast"));
}

#[test]
fn a_comment_is_written_with_c_at_its_end_and_kept_without_a_value() {
    let world = World::new(2, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("c 'too long' Esc");
    assert_eq!(rig.question("quality").comment.as_deref(), Some("too long"));
    rig.keys("c ' by far' Esc Enter");
    assert_eq!(rig.question("quality").comment.as_deref(), Some("too long by far"));
    assert!(world.labels().is_empty(), "a comment without a value is no answer");
    assert_eq!(rig.said(), "nothing answered: s skips, x declines");
    rig.keys("y Enter");
    assert_eq!(world.labels()[0].assessment_comment.as_deref(), Some("too long by far"));
}

#[test]
fn enter_is_a_new_line_in_texts_and_comments() {
    let world = World::new(1, &all_kinds());
    let mut rig = on(&world, "summary");
    rig.keys("i 'one' Enter 'two' Esc");
    assert_eq!(rig.value("summary"), "\"one\\ntwo\"");
}

#[test]
fn tab_in_a_field_goes_on_to_the_next_question() {
    let world = World::new(1, &all_kinds());
    let mut rig = on(&world, "summary");
    rig.keys("i 'x' Tab");
    assert_eq!((rig.focus(), rig.app.writing(), rig.value("summary").as_str()), ("facts", false, "\"x\""));
}

#[test]
fn a_number_field_takes_digits_minus_and_point_before_any_other_meaning() {
    let world = World::new(1, &all_kinds());
    let mut rig = on(&world, "score");
    rig.keys("4 . 5");
    assert!(rig.app.writing());
    rig.keys("Enter");
    assert_eq!((rig.value("score").as_str(), rig.app.writing()), ("4.5", false));
    let mut rig = on(&world, "score");
    rig.keys("-");
    assert!(rig.app.writing());
}

#[test]
fn a_digit_on_an_answered_number_begins_a_new_one_and_i_edits_the_old() {
    let world = World::new(1, &all_kinds());
    let mut rig = on(&world, "score");
    rig.keys("3 Enter");
    let mut rig = on(&world, "score");
    rig.keys("4 Enter");
    assert_eq!(rig.value("score"), "4");
    let mut rig = on(&world, "score");
    rig.keys("i . 5 Enter");
    assert_eq!(rig.value("score"), "4.5");
}

#[test]
fn a_digit_after_a_refused_number_begins_a_new_one() {
    let world = World::new(1, &all_kinds());
    let mut rig = on(&world, "score");
    rig.keys("9 Enter");
    assert!(rig.question("score").error.is_some() && !rig.app.writing());
    rig.keys("4 Enter");
    assert_eq!(rig.value("score"), "4");
}

#[test]
fn a_changed_answer_is_said_to_be_uncommitted_and_has_no_tick() {
    let world = World::new(1, &all_kinds());
    let mut rig = on(&world, "score");
    rig.keys("3 Enter");
    let mut rig = on(&world, "score");
    assert!(rig.screen(80, 24).contains("score ✔"));
    rig.keys("9 Enter");
    let screen = rig.screen(80, 24);
    assert!(screen.contains("changed, not committed yet") && !screen.contains("score ✔"), "{screen}");
}

#[test]
fn a_number_out_of_range_is_refused_with_the_bound_and_kept_as_typed() {
    let world = World::new(1, &all_kinds());
    let mut rig = on(&world, "score");
    rig.keys("9 Enter");
    assert!(
        rig.question("score").error.as_deref().is_some_and(|e| e.contains('5')),
        "{:?}",
        rig.question("score").error
    );
    assert_eq!((rig.value("score").as_str(), rig.question("score").text().as_str(), rig.focus()), ("-", "9", "score"));
    assert_eq!(stored_typing(&world, "score").0.as_deref(), Some("9"), "and it is saved as typed");
    rig.keys("Shift-Tab Enter");
    assert_eq!(rig.focus(), "score", "a submit goes to what does not fit");
    assert!(world.labels().is_empty());
    rig.keys("i Backspace '3' Enter Enter");
    assert_eq!(world.labels()[0].assessment_value, 3);
}

#[test]
fn text_that_is_too_long_is_refused_with_the_bound_and_kept() {
    let input = Input::Text { max_length: Some(5) };
    let world = World::new(1, &[schema("short", SchemaType::Expectation, input)]);
    let mut rig = world.open("ann");
    rig.keys("i 'too long' Esc");
    assert!(rig.question("short").error.as_deref().is_some_and(|e| e.contains('5')));
    assert_eq!(rig.question("short").text(), "too long");
}

#[test]
fn a_text_list_takes_an_entry_with_a_and_enter_commits_it() {
    let world = World::new(1, &all_kinds());
    let mut rig = on(&world, "facts");
    rig.keys("a 'first' Enter");
    assert_eq!((rig.value("facts").as_str(), rig.app.writing()), ("[\"first\"]", true), "and writing goes on");
    rig.keys("'second' Enter");
    assert_eq!(rig.value("facts"), "[\"first\",\"second\"]");
    rig.keys("Enter");
    assert_eq!((rig.focus(), rig.app.writing()), ("quality", false), "an empty entry ends the list");
    let mut rig = on(&world, "facts");
    rig.keys("Up Up i ' one' Esc");
    assert_eq!(rig.value("facts"), "[\"first one\",\"second\"]");
    rig.keys("i Ctrl-U 'x' Ctrl-U Enter");
    assert_eq!(rig.value("facts"), "[\"second\"]", "an emptied entry goes");
}

#[test]
fn an_entry_that_is_emptied_keeps_its_place_while_it_is_written() {
    let world = World::new(1, &all_kinds());
    let mut rig = on(&world, "facts");
    rig.keys("a 'a' Enter 'b' Esc Up i Backspace 'c' Enter");
    assert_eq!(rig.value("facts"), "[\"c\",\"b\"]");
}

#[test]
fn too_many_entries_are_refused_with_the_bound() {
    let world = World::new(1, &all_kinds());
    let mut rig = on(&world, "facts");
    rig.keys("a 'a' Enter 'b' Enter 'c' Enter");
    assert_eq!((rig.focus(), rig.app.writing()), ("facts", false), "a full list offers no next entry");
    rig.keys("a 'd' Enter");
    assert!(rig.question("facts").error.as_deref().is_some_and(|e| e.contains('3')));
    assert_eq!(rig.question("facts").entries().len(), 4, "kept as typed");
}

#[test]
fn equals_copies_the_actual_output_and_writes() {
    let world = World::new(1, &all_kinds());
    let mut rig = on(&world, "summary");
    rig.keys("=");
    assert!(rig.app.writing());
    rig.keys("'!' Esc");
    assert_eq!(rig.value("summary"), "\"Answer 0: ticket 0 is open.!\"");
}

#[test]
fn a_paste_on_a_field_starts_writing() {
    let world = World::new(1, &all_kinds());
    let mut rig = on(&world, "summary");
    rig.send(Msg::Paste("pasted \u{1b}[31mtext".into()));
    rig.keys("Esc");
    assert_eq!(rig.value("summary"), "\"pasted ␛[31mtext\"");
}

#[test]
fn an_unbound_letter_on_a_field_says_how_to_write() {
    let world = World::new(1, &all_kinds());
    let mut rig = on(&world, "summary");
    rig.keys("b");
    assert_eq!((rig.said(), rig.app.writing()), ("press i to write", false));
    rig.keys("Shift-Tab Shift-Tab b");
    assert_eq!(rig.said(), "", "an option is no field");
}

#[test]
fn ctrl_o_opens_the_editor_on_what_is_typed_and_takes_what_comes_back() {
    let world = World::new(1, &all_kinds());
    let mut rig = on(&world, "summary");
    rig.keys("i 'draft' Ctrl-O");
    assert!(rig.outside.iter().any(|e| matches!(e, Effect::Editor(text) if text == "draft")));
    assert_eq!(stored_typing(&world, "summary").0.as_deref(), Some("draft"), "sent before the editor opens");
    rig.send(Msg::Edited(Ok("edited\nelsewhere\n".into())));
    rig.keys("Esc");
    assert_eq!(rig.value("summary"), "\"edited\\nelsewhere\"");
    rig.send(Msg::Edited(Err("no editor".into())));
    assert_eq!(rig.said(), "no editor");
}

#[test]
fn esc_never_discards() {
    let world = World::new(1, &all_kinds());
    let mut rig = on(&world, "summary");
    rig.keys("i 'kept' Esc Esc Esc");
    assert_eq!(rig.value("summary"), "\"kept\"");
    rig.keys("Backspace Delete");
    assert_eq!(rig.value("summary"), "\"kept\"", "nor does Backspace outside a field");
}

#[test]
fn emptying_a_field_clears_the_answer() {
    let world = World::new(1, &all_kinds());
    let mut rig = on(&world, "summary");
    rig.keys("i 'x' Esc i Backspace Esc");
    assert_eq!(rig.value("summary"), "-");
    assert_eq!(world.open("ann").value("summary"), "-");
}

#[test]
fn readline_keys_edit() {
    let world = World::new(1, &all_kinds());
    let mut rig = on(&world, "summary");
    rig.keys("i 'one two three' Ctrl-W Ctrl-A 'zero ' Ctrl-E Alt-B Ctrl-K Ctrl-Y Esc");
    assert_eq!(rig.value("summary"), "\"zero one two \"");
}

#[test]
fn esc_and_a_key_that_arrive_as_one_alt_chord_are_two_keys() {
    let world = World::new(1, &all_kinds());
    let mut rig = on(&world, "summary");
    rig.keys("i 'kept' Alt-Q");
    assert_eq!((rig.value("summary").as_str(), rig.left()), ("\"kept\"", Some(0)));
    let mut rig = on(&world, "summary");
    rig.keys("i Alt-B");
    assert!(rig.app.writing(), "a chord that means something stays one");
}

#[test]
fn a_long_text_is_shown_from_its_beginning_and_says_that_it_goes_on() {
    let world = World::new(1, &[schema("long", SchemaType::Expectation, Input::Text { max_length: None })]);
    let mut rig = world.open("ann");
    rig.keys("i");
    rig.send(Msg::Paste("word ".repeat(12_000)));
    rig.screen(80, 24);
    rig.keys("Esc");
    assert_eq!(rig.question("long").text().len(), 60_000, "all of it is kept");
    let screen = rig.screen(80, 24);
    assert!(screen.contains("word word"), "{screen}");
}
