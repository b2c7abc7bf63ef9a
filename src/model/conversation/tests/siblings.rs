//! Several turns below a root that says nothing.

use super::{read, span};
use crate::model::trace::Span;

fn turn(id: &str, kind: &str, inputs: &str, outputs: &str) -> Span {
    Span { name: "turn".into(), ..span(id, Some("1"), kind, inputs, outputs) }
}

const THREE: &str = "User: q one\nAssistant: a one\nUser: q two\nAssistant: a two\nUser: q three\nAssistant: a three";

#[test]
fn each_call_of_one_function_is_a_turn() {
    for kind in ["AGENT", "CHAIN", "UNKNOWN"] {
        for empty in ["", "null"] {
            let each = ["one", "two", "three"].iter().enumerate().map(|(n, word)| {
                let (inputs, outputs) = (format!(r#"{{"message":"q {word}"}}"#), format!(r#"{{"reply":"a {word}"}}"#));
                turn(&(n + 2).to_string(), kind, &inputs, &outputs)
            });
            let spans = [span("1", None, "CHAIN", empty, empty)].into_iter().chain(each).collect();
            assert_eq!(read(spans), THREE, "{kind} {empty}");
        }
    }
}

#[test]
fn what_a_turn_did_stands_in_it_and_earlier_turns_are_told_once() {
    let asked = |list: &str| format!(r#"{{"messages":[{list}]}}"#);
    let (q1, a1, q2) = (
        r#"{"role":"user","content":"q one"}"#,
        r#"{"role":"assistant","content":"a one"}"#,
        r#"{"role":"user","content":"q two"}"#,
    );
    let answer = |words: &str| format!(r#"{{"choices":[{{"message":{{"role":"assistant","content":"{words}"}}}}]}}"#);
    for kind in ["AGENT", "CHAT_MODEL"] {
        let shown = read(vec![
            span("1", None, "CHAIN", "", ""),
            turn("2", kind, &asked(q1), &answer("a one")),
            Span { name: "f".into(), ..span("3", Some("2"), "TOOL", "{}", "7") },
            turn("4", kind, &asked(&format!("{q1},{a1},{q2}")), &answer("a two")),
            Span { name: "g".into(), ..span("5", Some("4"), "TOOL", "{}", "8") },
        ]);
        assert_eq!(
            shown,
            "User: q one\nAssistant: f({}) -> 7\nAssistant: a one\nUser: q two\nAssistant: g({}) -> 8\nAssistant: a two",
            "{kind}"
        );
    }
}

#[test]
fn steps_of_one_turn_are_no_turns() {
    // A pipeline's steps have names of their own.
    let step = |id: &str, inputs: &str, outputs: &str| span(id, Some("1"), "CHAIN", inputs, outputs);
    let shown = read(vec![
        span("1", None, "CHAIN", "", ""),
        step("2", r#"{"question":"q one"}"#, "\"between\""),
        step("3", r#"{"question":"q two"}"#, "\"the end\""),
    ]);
    assert!(shown.starts_with("User: q one\n") && shown.ends_with("Assistant: the end"), "{shown}");
    assert!(!shown.contains("\nUser: q two"), "{shown}");
    // An agent's loop asks its model again and again.
    let call =
        r#"{"role":"assistant","content":null,"tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}]}"#;
    let model = |id: &str, more: &str, message: &str| {
        let asked = format!(r#"{{"messages":[{{"role":"user","content":"q one"}}{more}]}}"#);
        turn(id, "CHAT_MODEL", &asked, &format!(r#"{{"choices":[{{"message":{message}}}]}}"#))
    };
    let shown = read(vec![
        span("1", None, "CHAIN", "", ""),
        model("2", "", call),
        model(
            "3",
            &format!(r#",{call},{{"role":"tool","tool_call_id":"1","content":"7"}}"#),
            r#"{"role":"assistant","content":"a one"}"#,
        ),
    ]);
    assert_eq!(shown, "User: q one\nAssistant: f({}) -> 7\nAssistant: a one");
}
