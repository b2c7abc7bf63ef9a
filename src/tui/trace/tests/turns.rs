//! The turns of a conversation around the one that is reviewed.

use super::{body, show, span};
use crate::tui::trace::{Material, Reading, TraceCommand, TracePane, Turn, Turns};
use serde_json::{Value, json};
use std::sync::Arc;

const SAID: [(&str, &str); 6] = [
    ("Do you repair brakes?", "Yes, all kinds."),
    ("What does it cost?", "From 25 EUR, depending on the pads."),
    ("And how long does it take?", "A day, as a rule."),
    ("Can I wait for it?", "Yes, there is a bench and there is coffee."),
    ("Do you take cards?", "Cards and cash."),
    ("Thank you!", "You are welcome."),
];

/// The trace of a turn, whose input repeats all turns before it.
fn trace(turn: usize) -> String {
    let mut messages = vec![json!({ "role": "system", "content": "Desk of a bicycle workshop." })];
    for (question, answer) in &SAID[..turn] {
        messages.push(json!({ "role": "user", "content": question }));
        messages.push(json!({ "role": "assistant", "content": answer }));
    }
    messages.push(json!({ "role": "user", "content": SAID[turn].0 }));
    let answer = json!({ "choices": [{ "message": { "role": "assistant", "content": SAID[turn].1 } }] });
    body(&[
        span(1, None, "desk", "AGENT", &json!({ "messages": messages }), &answer),
        span(2, Some(1), "stock", "TOOL", &json!({ "turn": turn }), &Value::String("7 pieces".to_owned())),
    ])
}

fn pane(own: usize) -> TracePane {
    let others = SAID.iter().enumerate().filter(|(n, _)| *n != own).map(|(n, (question, answer))| Turn {
        position: u32::try_from(n).unwrap(),
        when: format!("14:0{n}"),
        trace_id: format!("tr-{n}"),
        failed: n == 1,
        question: (*question).to_owned(),
        answer: (*answer).to_owned(),
        body: (n != 2).then(|| trace(n)),
    });
    let turns = Turns { own: u32::try_from(own).unwrap(), total: 6, turns: others.collect() };
    TracePane::open(Arc::new(Reading::build(&Material { turns, ..Material::of(trace(own)) })))
}

#[test]
fn earlier_turns_stand_above_the_item_s_own_which_is_marked_and_later_ones_are_out_of_sight() {
    let shown = show(&pane(3), 80, 24);
    for there in ["turn 1 · 14:00", "turn 4 of 6 · this item", "2 later turns", SAID[3].1] {
        assert!(shown.contains(there), "{there} in\n{shown}");
    }
    assert!(!shown.contains(SAID[4].0) && !shown.contains("cash"), "what came later does not anchor:\n{shown}");
    // Turn 3 is too large to be read here; what the item's own input repeats of it is all there is.
    let repeated = "▸ 2 earlier messages · And how long does it take?";
    assert!(shown.contains(repeated), "what the turns tell is not told again:\n{shown}");
    insta::assert_snapshot!("turns_80x24", shown);
    insta::assert_snapshot!("turns_120x40", show(&pane(3), 120, 40));
    insta::assert_snapshot!("turns_200x50", show(&pane(3), 200, 50));
}

#[test]
fn many_earlier_turns_share_a_fold() {
    let shown = show(&pane(5), 80, 24);
    assert!(shown.contains("▸ 2 earlier turns") && shown.contains("turn 3 ·"), "{shown}");
    assert!(!shown.contains("turn 2 ·") && !shown.contains("later"), "{shown}");
}

#[test]
fn an_earlier_turn_unfolds_in_its_place() {
    let mut pane = pane(3);
    show(&pane, 80, 60);
    pane.command(TraceCommand::Unfold);
    let shown = show(&pane, 80, 60);
    assert!(shown.contains("┆ │ Yes, all kinds."), "{shown}");
    let own = shown.find("this item").unwrap();
    assert!(shown.find("┆ │ Yes, all kinds.").unwrap() < own, "{shown}");
    assert!(shown.contains("7 pieces"), "its tools are told too:\n{shown}");
}

#[test]
fn a_turn_that_is_too_large_says_where_it_is() {
    let mut pane = pane(3);
    show(&pane, 80, 60);
    for _ in 0..3 {
        pane.command(TraceCommand::Unfold);
        show(&pane, 80, 60);
    }
    assert!(show(&pane, 80, 60).contains("labeltui trace show tr-2"), "{}", show(&pane, 80, 60));
}
