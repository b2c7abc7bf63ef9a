//! What stands only in the input of the model that answered.

use super::{read, span};
use crate::model::trace::Span;

const CALLS: &str = r#"{"role":"assistant","content":"I look","tool_calls":[{"id":"c1","function":{"name":"f","arguments":"{\"x\":1}"}},{"id":"c2","function":{"name":"g","arguments":"{\"x\":2}"}}]},
    {"role":"tool","tool_call_id":"c2","content":"R2"},{"role":"tool","tool_call_id":"c1","content":"R1"}"#;

/// A function that was asked Q and said A, around a model that was given these messages.
fn around(messages: &str, more: Vec<Span>) -> String {
    let output = r#"{"choices":[{"message":{"role":"assistant","content":"A"}}]}"#;
    let model = span("9", Some("1"), "CHAT_MODEL", &format!(r#"{{"messages":[{messages}]}}"#), output);
    let spans = [span("1", None, "AGENT", r#"{"question":"Q"}"#, "\"A\"")].into_iter().chain(more).chain([model]);
    read(spans.collect())
}

#[test]
fn calls_and_results_that_only_the_model_was_given_are_told_before_the_answer() {
    let asked = r#"{"role":"system","content":"S"},{"role":"user","content":"Q"},"#;
    assert_eq!(
        around(&format!("{asked}{CALLS}"), Vec::new()),
        "System: S\nUser: Q\nAssistant: I look | f({\"x\":1}) -> R1 | g({\"x\":2}) -> R2\nAssistant: A"
    );
    // Documents that were found before stay before.
    let found = span("2", Some("1"), "RETRIEVER", "\"Q\"", r#"[{"page_content":"D"}]"#);
    let shown = around(&format!("{asked}{CALLS}"), vec![found]);
    assert!(shown.starts_with("System: S\nUser: Q\ndocuments 0\nAssistant: I look | f("), "{shown}");
}

#[test]
fn a_call_that_has_a_span_is_told_once_and_the_other_beside_it() {
    let asked = r#"{"role":"user","content":"Q"},"#;
    let tool = |id: &str, name: &str, x: u8, result: &str| Span {
        name: name.into(),
        ..span(id, Some("1"), "TOOL", &format!(r#"{{"x": {x}}}"#), &format!("\"{result}\""))
    };
    let one = around(&format!("{asked}{CALLS}"), vec![tool("2", "f", 1, "R1")]);
    assert_eq!(one, "User: Q\nAssistant: I look | f({\"x\": 1}) -> R1 | g({\"x\":2}) -> R2\nAssistant: A");
    let both = around(&format!("{asked}{CALLS}"), vec![tool("2", "f", 1, "R1"), tool("3", "my_g", 2, "R2")]);
    assert_eq!(both.matches("R1").count(), 1, "{both}");
    // Told by an earlier answer of the model.
    let said = format!(r#"{{"choices":[{{"message":{}}}]}}"#, CALLS.lines().next().unwrap().trim_end_matches(','));
    let first = span("2", Some("1"), "CHAT_MODEL", r#"{"messages":[{"role":"user","content":"Q"}]}"#, &said);
    let loops = around(&format!("{asked}{CALLS}"), vec![first]);
    assert_eq!(loops, "User: Q\nAssistant: I look | f({\"x\":1}) -> R1 | g({\"x\":2}) -> R2\nAssistant: A");
}

#[test]
fn earlier_turns_that_only_the_model_was_given_are_history() {
    let turns = r#"{"role":"system","content":"S"},{"role":"user","content":"Q0"},{"role":"assistant","content":"A0"},{"role":"user","content":"Q"}"#;
    assert_eq!(around(turns, Vec::new()), "System: S\nearlier User: Q0\nearlier Assistant: A0\nUser: Q\nAssistant: A");
}

#[test]
fn an_image_that_only_the_model_was_given_stands_beside_the_question() {
    for words in ["Q", "Look at this: Q"] {
        let message = format!(
            r#"{{"role":"user","content":[{{"type":"text","text":"{words}"}},{{"type":"image_url","image_url":{{"url":"https://e.example/i.png"}}}}]}}"#
        );
        let shown = around(&message, Vec::new());
        assert!(shown.starts_with("User: Q | Media(") && shown.contains("i.png"), "{shown}");
        assert!(shown.ends_with("\nAssistant: A"), "{shown}");
    }
}

#[test]
fn messages_that_nobody_answered_yet_are_one_turn() {
    let output = r#"{"choices":[{"message":{"role":"assistant","content":"A"}}]}"#;
    let told =
        |messages: &str| read(vec![span("1", None, "CHAT_MODEL", &format!(r#"{{"messages":[{messages}]}}"#), output)]);
    let two = r#"{"role":"user","content":"Q0"},{"role":"assistant","content":"A0"},{"role":"system","content":"S"},{"role":"user","content":"Q"},{"role":"user","content":"context"}"#;
    assert_eq!(told(two), "earlier User: Q0\nearlier Assistant: A0\nSystem: S\nUser: Q\nUser: context\nAssistant: A");
    // Anthropic's results come in a message of the user, maybe with words beside them.
    let mixed = r#"{"role":"user","content":"Q"},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{"x":1}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"R1"},{"type":"text","text":"go on"}]}"#;
    assert_eq!(told(mixed), "User: Q\nAssistant: f({\"x\":1}) -> R1\nUser: go on\nAssistant: A");
}
