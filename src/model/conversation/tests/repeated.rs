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

/// A history in which the same was called with the same result, and the next question.
const AGAIN: &str = r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"7"},{"role":"assistant","content":"Seven."},{"role":"user","content":"Again?"}]}"#;

#[test]
fn a_call_made_again_with_the_same_result_is_told_once_more_and_a_history_alone_is_not() {
    let tool = || Span { name: "f".into(), ..span("2", Some("1"), "TOOL", "{}", "7") };
    let root = || span("1", None, "AGENT", AGAIN, r#""Still seven.""#);
    let shown = read(vec![root(), tool()]);
    assert!(shown.ends_with("User: Again?\nAssistant: f({}) -> 7\nAssistant: Still seven."), "{shown}");
    // Also of a model's own words, with the ids of every turn alike.
    let call = r#"{"choices":[{"message":{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]}}]}"#;
    let shown = read(vec![root(), span("3", Some("1"), "CHAT_MODEL", AGAIN, call), Span { id: "4".into(), ..tool() }]);
    assert!(shown.ends_with("User: Again?\nAssistant: f({}) -> 7\nAssistant: Still seven."), "{shown}");
    // And of what only the answering model was given.
    let more = AGAIN.replace(
        r#""Again?"}"#,
        r#""Again?"},{"role":"assistant","tool_calls":[{"id":"d","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"d","content":"7"}"#,
    );
    let shown = read(vec![
        root(),
        span(
            "3",
            Some("1"),
            "CHAT_MODEL",
            &more,
            r#"{"choices":[{"message":{"role":"assistant","content":"Still seven."}}]}"#,
        ),
    ]);
    assert!(shown.ends_with("User: Again?\nAssistant: f({}) -> 7\nAssistant: Still seven."), "{shown}");
    // A history that is handed on appears once.
    let shown = read(vec![root(), span("3", Some("1"), "CHAIN", AGAIN, AGAIN)]);
    assert_eq!(shown.matches("f({})").count(), 1, "{shown}");
    // A person's decision in the middle of a turn begins no other: what was asked for before it is no second call.
    let asked = r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"user","content":"Go on."}]}"#;
    let shown = read(vec![span("1", None, "AGENT", asked, r#""Seven.""#), tool()]);
    assert_eq!(shown.matches("f({}) -> 7").count(), 1, "{shown}");
    assert!(shown.contains("f({}) -> (waited for a reply; what came of it is below)\nUser: Go on."), "{shown}");
}
