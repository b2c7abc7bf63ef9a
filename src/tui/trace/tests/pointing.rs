//! What is copied and folded can be pointed out wherever it stands, also where the page cannot be scrolled.

use super::{body, pane, show, span};
use crate::tui::trace::{TraceCommand, TracePane, View};
use serde_json::json;

/// A question, a call with its result, an answer.
fn short() -> TracePane {
    let call = json!({"role": "assistant", "content": "I look.", "tool_calls": [
        {"id": "c", "type": "function", "function": {"name": "get_weather", "arguments": "{\"city\": \"Bern\"}"}}]});
    let result = json!({"role": "tool", "tool_call_id": "c", "content": "4 degrees"});
    let asked = json!({"role": "user", "content": "Cold there?"});
    let inputs = json!({ "messages": [asked] });
    let outputs = json!({ "messages": [asked, call, result, {"role": "assistant", "content": "Rather."}] });
    pane(&body(&[span(1, None, "app", "CHAIN", &inputs, &outputs)]))
}

fn copied(pane: &TracePane) -> (String, String) {
    (pane.copy_name().unwrap(), pane.copy_text().unwrap().1)
}

#[test]
fn every_message_can_be_copied_though_the_page_fits_the_screen() {
    let mut pane = short();
    show(&pane, 60, 24);
    assert_eq!(copied(&pane), ("message (user)".into(), "Cold there?".into()));
    let mut seen = Vec::new();
    while pane.command(TraceCommand::ScrollLines(1)).changed {
        let screen = show(&pane, 60, 24);
        assert_eq!(screen.matches('◀').count(), 1, "{screen}");
        seen.push(copied(&pane));
    }
    let text = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    assert_eq!(
        seen,
        [
            text("message (assistant)", "I look."),
            text("tool call (get_weather)", "get_weather({\"city\": \"Bern\"})\n→ 4 degrees"),
            text("message (assistant)", "Rather."),
        ]
    );
    insta::assert_snapshot!(show(&pane, 60, 24));
    // And back up to where nothing is marked.
    while pane.command(TraceCommand::ScrollLines(-1)).changed {}
    assert!(!show(&pane, 60, 24).contains('◀'));
    assert_eq!(copied(&pane).1, "Cold there?");
}

#[test]
fn the_end_of_a_page_marks_what_is_last_and_a_match_goes_before() {
    let mut pane = short();
    show(&pane, 60, 8);
    pane.command(TraceCommand::Bottom);
    show(&pane, 60, 8);
    assert_eq!(copied(&pane).1, "Rather.");
    pane.command(TraceCommand::Top);
    pane.command(TraceCommand::Find("4 degrees".into()));
    show(&pane, 60, 24);
    assert_eq!(copied(&pane).0, "tool call (get_weather)");
    // The next and previous block, where they cannot come to the top.
    pane.command(TraceCommand::ClearFind);
    pane.command(TraceCommand::NextSibling);
    pane.command(TraceCommand::NextSibling);
    pane.command(TraceCommand::NextSibling);
    show(&pane, 60, 24);
    assert_eq!(copied(&pane).1, "Rather.");
    pane.command(TraceCommand::PrevSibling);
    assert_eq!(copied(&pane).0, "tool call (get_weather)");
}

#[test]
fn folding_acts_on_the_marked_message() {
    let mut pane = short();
    show(&pane, 60, 24);
    pane.command(TraceCommand::Bottom);
    pane.command(TraceCommand::Fold);
    let screen = show(&pane, 60, 24);
    assert!(screen.contains("▸ assistant Rather.") && screen.contains("▾ user"), "{screen}");
    assert_eq!(copied(&pane).1, "Rather.");
    pane.command(TraceCommand::Unfold);
    assert!(show(&pane, 60, 24).contains("▾ assistant"));
}

#[test]
fn the_last_lines_of_the_raw_json_have_their_paths() {
    let mut pane = short();
    pane.set_view(View::Raw);
    show(&pane, 60, 10);
    pane.command(TraceCommand::Bottom);
    show(&pane, 60, 10);
    let path = |pane: &TracePane| pane.copy_text().unwrap().1;
    assert_eq!(path(&pane), ".");
    for _ in 0..4 {
        pane.command(TraceCommand::ScrollLines(-1));
    }
    assert!(path(&pane).starts_with(".info."), "{}", path(&pane));
}
