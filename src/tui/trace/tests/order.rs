//! What a person reads and copies is in the order it was written in.

use super::{body, pane, show, span};
use crate::tui::trace::{TraceCommand, View};
use serde_json::{Value, json};

/// A span's inputs and outputs are texts of their own, which an import keeps as they are.
fn written(inputs: &str, outputs: &str) -> String {
    let mut root = span(1, None, "app", "CHAIN", &json!(0), &json!(0));
    root["attributes"]["mlflow.spanInputs"] = Value::from(inputs);
    root["attributes"]["mlflow.spanOutputs"] = Value::from(outputs);
    body(&[root])
}

#[track_caller]
fn in_order(text: &str, words: &[&str]) {
    let places: Vec<Option<usize>> = words.iter().map(|w| text.find(w)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{words:?} at {places:?} in\n{text}");
}

#[test]
fn fields_are_shown_and_copied_in_the_order_of_the_source() {
    let trajectory = r#"{"thought_0":"I look","tool_name_0":"search","observation_0":"found","thought_1":"I end","observation_1":"done"}"#;
    let steps = ["thought_0", "tool_name_0", "observation_0", "thought_1", "observation_1"];
    let verdict = r#"{"verdict":"bad","because":{"zeal":1,"care":2},"a":3}"#;
    let fields = ["verdict", "because", "zeal", "care", "\"a\""];
    for (text, words) in [(trajectory, &steps), (verdict, &fields)] {
        let mut pane = pane(&written(text, text));
        for view in [View::Messages, View::Output, View::Tree] {
            pane.set_view(view);
            in_order(&show(&pane, 120, 60), words);
        }
        for view in [View::Messages, View::Output] {
            pane.set_view(view);
            show(&pane, 120, 60);
            in_order(&pane.copy_text().unwrap().1, words);
            pane.command(TraceCommand::Bottom);
            in_order(&pane.copy_text().unwrap().1, words);
        }
    }
}
