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

#[test]
fn names_that_count_and_a_root_that_only_says_whose_it_is_make_turns_too() {
    let each = |name: fn(usize) -> String| {
        let turns = ["one", "two", "three"].iter().enumerate().map(move |(n, word)| {
            let (inputs, outputs) = (format!(r#"{{"message":"q {word}"}}"#), format!(r#"{{"reply":"a {word}"}}"#));
            Span { name: name(n + 1), ..turn(&(n + 2).to_string(), "CHAIN", &inputs, &outputs) }
        });
        turns.collect::<Vec<_>>()
    };
    let below = |inputs: &str, outputs: &str, name| {
        read([span("1", None, "CHAIN", inputs, outputs)].into_iter().chain(each(name)).collect())
    };
    assert_eq!(below("", "", |n| format!("turn_{n}")), THREE);
    assert_eq!(below(r#"{"conversation_id":"c9"}"#, "", |_| "turn".into()), THREE);
    let counted = below(r#"{"conversation_id":"c9"}"#, r#"{"turns":3}"#, |_| "turn".into());
    let root = "CHAIN n1({\"conversation_id\":\"c9\"}): {\"turns\":3}\n";
    assert_eq!(counted.replace(root, ""), THREE, "nothing is lost, and the turns are turns");
    assert_eq!(counted.matches(root).count(), 1);
    // A root that was asked, and parts of one turn.
    assert_ne!(below(r#"{"order_id":"c9"}"#, "", |_| "turn".into()), THREE);
    assert_ne!(below(r#"{"id":"c9","question":"why"}"#, "", |_| "turn".into()), THREE);
    assert_ne!(below("", "", |n| format!("step_{n}")), THREE);
    assert_ne!(below("", "", |n| format!("turn_{}", 7 * n)), THREE);
}

#[test]
fn what_one_call_hands_to_the_next_is_no_question() {
    let shown = read(vec![
        span("1", None, "CHAIN", "", ""),
        turn("2", "CHAIN", r#"{"text":"draft"}"#, "\"better draft\""),
        turn("3", "CHAIN", r#"{"text":"better draft"}"#, "\"best draft\""),
    ]);
    assert!(!shown.contains("User: better draft"), "{shown}");
}
