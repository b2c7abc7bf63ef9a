//! A call that its model and its tool's span tell in different words.

use super::{read, span};
use crate::model::trace::Span;

const ASKED: &str = r#"{"messages":[{"role":"user","content":"Q"}]}"#;
const ANSWER: &str = r#"{"choices":[{"message":{"role":"assistant","content":"A"}}]}"#;
const CALLS: &str = r#"{"choices":[{"message":{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"w","arguments":"{\"c\": \"A\"}"}},{"id":"b","type":"function","function":{"name":"w","arguments":"{\"c\": \"B\"}"}}]}}]}"#;

fn tool(id: &str, asked: &str, came: &str) -> Span {
    Span { name: "w".into(), ..span(id, Some("1"), "TOOL", asked, came) }
}

#[test]
fn parallel_calls_that_spans_write_otherwise_are_told_once_each() {
    for (b, a) in [
        (r#""{'c': 'B'}""#, r#""{'c': 'A'}""#),
        (r#"{"args":["B"]}"#, r#"{"args":["A"]}"#),
        (r#"{"c":"B","ctx":{"user":1}}"#, r#"{"c":"A","ctx":{"user":1}}"#),
    ] {
        let shown = read(vec![
            span("1", None, "AGENT", ASKED, ANSWER),
            span("2", Some("1"), "CHAT_MODEL", ASKED, CALLS),
            tool("3", b, "\"rain\""),
            tool("4", a, "\"sun\""),
        ]);
        let once = r#"User: Q
Assistant: w({"c": "A"}) -> sun | w({"c": "B"}) -> rain
Assistant: A"#;
        assert_eq!(shown, once, "{b}");
    }
}

#[test]
fn a_call_with_other_arguments_is_another_call() {
    let shown = read(vec![
        span("1", None, "AGENT", ASKED, ANSWER),
        span("2", Some("1"), "CHAT_MODEL", ASKED, CALLS),
        tool("3", r#"{"c":"C"}"#, "\"rain\""),
        tool("4", r#"{"c":"D"}"#, "\"sun\""),
    ]);
    assert_eq!(shown.matches("w(").count(), 4, "{shown}");
}

#[test]
fn one_call_whose_result_the_model_was_given_otherwise_is_told_once_with_both() {
    let handed = r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"w","arguments":"{\"c\": \"A\"}"}}]},{"role":"tool","tool_call_id":"a","content":"sun"}]}"#;
    let shown = read(vec![
        span("1", None, "AGENT", ASKED, ANSWER),
        tool("2", r#""{'c': 'A'}""#, "\"stale\""),
        span("3", Some("1"), "CHAT_MODEL", handed, ANSWER),
    ]);
    assert_eq!(shown, "User: Q\nAssistant: w({\"c\": \"A\"}) -> stale (the model: sun)\nAssistant: A");
}
