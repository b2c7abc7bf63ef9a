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

#[test]
fn a_custom_call_and_its_span_are_one_and_a_server_s_call_has_its_result() {
    let call = r#"{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"custom","custom":{"name":"n3","input":"SELECT 1"}}]}"#;
    let next = format!(
        r#"{{"messages":[{{"role":"user","content":"Q"}},{call},{{"role":"tool","content":"rows","tool_call_id":"1"}}]}}"#
    );
    let shown = read(vec![
        span("1", None, "AGENT", "\"Q\"", "\"A\""),
        span("2", Some("1"), "CHAT_MODEL", ASKED, &format!(r#"{{"choices":[{{"message":{call}}}]}}"#)),
        span("3", Some("1"), "TOOL", "\"SELECT 1\"", "\"rows\""),
        span("4", Some("1"), "CHAT_MODEL", &next, ANSWER),
    ]);
    assert_eq!(shown, "User: Q\nAssistant: n3(SELECT 1) -> rows\nAssistant: A");
    let server = r#"{"generations":[[{"text":"","message":{"type":"ai","content":[{"type":"text","text":"A"},{"type":"server_tool_call","name":"w","args":{"q":1},"id":"s"},{"type":"server_tool_result","tool_call_id":"s","status":"error","output":"rate"}]}}]]}"#;
    let shown = read(vec![span("1", None, "CHAT_MODEL", ASKED, server)]);
    assert!(shown.ends_with("Assistant: A | w({\"q\":1}) -> rate"), "{shown}");
}
