//! Answers that say what an earlier one said.

use super::{read, span};
use crate::model::trace::Span;

const BEFORE: &str = r#"{"role":"user","content":"Price of A?"},{"role":"assistant","content":"I don't know."}"#;
const TOLD: &str =
    "earlier User: Price of A?\nearlier Assistant: I don't know.\nUser: Price of B?\nAssistant: I don't know.";

/// A span that was given the exchange and the next question, and put out this.
fn of(kind: &str, output: &str) -> Span {
    let asked = format!(r#"{{"messages":[{BEFORE},{{"role":"user","content":"Price of B?"}}]}}"#);
    span("1", None, kind, &asked, output)
}

#[test]
fn an_answer_that_repeats_an_earlier_one_is_the_answer() {
    for output in [
        r#""I don't know.""#,
        r#"{"answer":"I don't know."}"#,
        r#"{"choices":[{"index":0,"message":{"role":"assistant","content":"I don't know."},"finish_reason":"stop"}]}"#,
        r#"{"role":"assistant","content":[{"type":"text","text":"I don't know."}]}"#,
        r#"{"output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"I don't know."}]}]}"#,
        r#"{"generations":[[{"text":"I don't know.","message":{"type":"ai","content":"I don't know."}}]]}"#,
        r#"{"messages":[{"role":"assistant","content":"I don't know."}]}"#,
        r#"{"output":{"message":{"role":"assistant","content":[{"text":"I don't know."}]}},"stopReason":"end_turn"}"#,
        r#"{"candidates":[{"content":{"role":"model","parts":[{"text":"I don't know."}]}}]}"#,
        r#"{"messages":[{"type":"human","content":"Price of A?"},{"type":"ai","content":"I don't know."},{"type":"human","content":"Price of B?"},{"type":"ai","content":"I don't know."}]}"#,
        r#"{"messages":[{"type":"human","content":"Price of A?"},{"type":"ai","content":"I don't know."},{"type":"human","content":"Price of B?"}],"answer":"I don't know."}"#,
    ] {
        for kind in ["CHAT_MODEL", "CHAIN"] {
            assert_eq!(read(vec![of(kind, output)]), TOLD, "{kind} {output}");
            let model = r#"{"choices":[{"message":{"role":"assistant","content":"I don't know."}}]}"#;
            let model = Span { id: "2".into(), parent: Some("1".into()), ..of("CHAT_MODEL", model) };
            assert_eq!(read(vec![of("AGENT", output), model]), TOLD, "around a model: {output}");
        }
    }
}

#[test]
fn a_history_beside_the_question_or_the_answer_leaves_the_answer() {
    let asked = format!(r#"{{"question":"Price of B?","chat_history":[{BEFORE}]}}"#);
    for output in [
        r#"{"answer":"I don't know."}"#.to_owned(),
        format!(r#"{{"chat_history":[{BEFORE}],"answer":"I don't know."}}"#),
        r#"{"history":[{"role":"assistant","content":"I don't know."}],"answer":"I don't know."}"#.to_owned(),
    ] {
        assert_eq!(read(vec![span("1", None, "CHAIN", &asked, &output)]), TOLD, "{output}");
    }
    // Nothing but the history is no answer.
    for echo in [format!(r#"{{"chat_history":[{BEFORE}]}}"#), format!(r#"{{"messages":[{BEFORE}]}}"#)] {
        let shown = read(vec![span("1", None, "CHAIN", &asked, &echo)]);
        assert!(shown.ends_with("User: Price of B?\nsilence"), "{echo}: {shown}");
    }
}

#[test]
fn a_call_beside_words_that_were_said_before_is_told() {
    let shown = read(vec![of(
        "CHAT_MODEL",
        r#"{"choices":[{"message":{"role":"assistant","content":"I don't know.","tool_calls":[{"id":"1","type":"function","function":{"name":"delete","arguments":"{}"}}]}}]}"#,
    )]);
    assert!(shown.ends_with("User: Price of B?\nAssistant: I don't know. | delete({}) -> ?"), "{shown}");
}

#[test]
fn an_agent_that_does_the_same_once_more_is_told_once_more() {
    let work = r#"{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"7"},{"role":"assistant","content":"Seven."}"#;
    let asked =
        format!(r#"{{"messages":[{{"role":"user","content":"Q"}},{work},{{"role":"user","content":"Again?"}}]}}"#);
    let shown = read(vec![span("1", None, "AGENT", &asked, &format!(r#"{{"messages":[{work}]}}"#))]);
    assert!(shown.ends_with("User: Again?\nAssistant: f({}) -> 7\nAssistant: Seven."), "{shown}");
}
