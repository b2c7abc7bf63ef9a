//! Whole traces, read as conversations.

use super::conversation;
use super::{Entry, Part};
use crate::model::document::documents;
use crate::model::span_tree::Tree;
use crate::model::trace::SpanEvent;
use crate::model::trace::{Span, Trace};

fn span(id: &str, parent: Option<&str>, span_type: &str, inputs: &str, outputs: &str) -> Span {
    Span {
        id: id.into(),
        parent: parent.map(Into::into),
        name: format!("n{id}"),
        span_type: span_type.into(),
        inputs: (!inputs.is_empty()).then(|| inputs.into()),
        outputs: (!outputs.is_empty()).then(|| outputs.into()),
        ..Span::default()
    }
}

/// The conversation, one line an entry.
fn read(spans: Vec<Span>) -> String {
    let trace = Trace { spans, ..Trace::default() };
    let tree = Tree::build(&trace.spans);
    let c = conversation(&trace, &tree, &documents(&trace));
    let part = |p: &Part| match p {
        Part::Text(t) => t.to_string(),
        Part::Data(d) => format!("data {d}"),
        Part::Call(c) => {
            format!("{}({}) -> {}", c.name, c.arguments, c.result.as_deref().or(c.error.as_deref()).unwrap_or("?"))
        }
        Part::Reasoning(t) => format!("thinks {t}"),
        other => format!("{other:?}"),
    };
    let line = |e: &Entry| match e {
        Entry::Message { message, history } => format!(
            "{}{:?}: {}",
            if *history { "earlier " } else { "" },
            message.role,
            message.parts.iter().map(part).collect::<Vec<_>>().join(" | ")
        ),
        Entry::Step { name, message } => {
            format!("step {name}: {}", message.parts.iter().map(part).collect::<Vec<_>>().join(" | "))
        }
        Entry::Documents(n) => format!("documents {n}"),
        Entry::Failure { what, .. } => format!("failure {what}"),
    };
    c.entries.iter().map(line).collect::<Vec<_>>().join("\n")
}

const SYSTEM: &str = r#"{"messages":[{"role":"system","content":"S"},{"role":"user","content":"Q"}]}"#;
const ANSWER: &str = r#"{"choices":[{"message":{"role":"assistant","content":"A"}}]}"#;

#[test]
fn documents_stand_between_question_and_answer_and_the_system_prompt_comes_first() {
    let shown = read(vec![
        span("1", None, "CHAIN", r#"{"question":"Q"}"#, "\"A\""),
        span("2", Some("1"), "RETRIEVER", "\"Q\"", r#"[{"page_content":"D"}]"#),
        span("3", Some("1"), "CHAT_MODEL", SYSTEM, ANSWER),
    ]);
    assert_eq!(shown, "System: S\nUser: Q\ndocuments 0\nAssistant: A");
}

#[test]
fn a_tool_call_and_its_span_are_one_thing() {
    let calls = r#"{"choices":[{"message":{"role":"assistant","content":"I look","tool_calls":[{"id":"c1","function":{"name":"n3","arguments":"{\"x\": 1}"}}]}}]}"#;
    let shown = read(vec![
        span("1", None, "AGENT", "\"Q\"", "\"A\""),
        span("2", Some("1"), "CHAT_MODEL", SYSTEM, calls),
        span("3", Some("1"), "TOOL", r#"{"x":1}"#, r#"{"r":2}"#),
        span("4", Some("1"), "CHAT_MODEL", SYSTEM, ANSWER),
    ]);
    assert_eq!(shown, "System: S\nUser: Q\nAssistant: I look | n3({\"x\": 1}) -> {\"r\":2}\nAssistant: A");
}

#[test]
fn a_state_handed_back_is_not_said_twice_and_results_join_their_calls() {
    let input = r#"{"messages":[{"role":"user","content":"Q"}]}"#;
    let state = r#"{"messages":[{"type":"human","content":"Q"},{"type":"ai","content":"","tool_calls":[{"name":"n2","args":{},"id":"c1"}]},{"type":"tool","content":"R","tool_call_id":"c1"},{"type":"ai","content":"A"}]}"#;
    let shown = read(vec![span("1", None, "CHAIN", input, state), span("2", Some("1"), "TOOL", "{}", "\"R\"")]);
    assert_eq!(shown, "User: Q\nAssistant: n2({}) -> R\nAssistant: A");
}

#[test]
fn a_call_told_by_the_root_gets_its_span_s_result() {
    let call = r#"{"choices":[{"message":{"role":"assistant","content":"A","tool_calls":[{"id":"c1","function":{"name":"n2","arguments":"{}"}}]}}]}"#;
    let shown = read(vec![span("1", None, "CHAT_MODEL", "\"Q\"", call), span("2", Some("1"), "TOOL", "{}", "7")]);
    assert_eq!(shown, "User: Q\nAssistant: A | n2({}) -> 7");
}

#[test]
fn the_same_call_twice_is_two_calls() {
    let tool = |id: &str| Span { name: "f".into(), ..span(id, Some("1"), "TOOL", "{}", "7") };
    let shown = read(vec![span("1", None, "CHAIN", "\"Q\"", "\"A\""), tool("2"), tool("3")]);
    assert_eq!(shown, "User: Q\nAssistant: f({}) -> 7\nAssistant: f({}) -> 7\nAssistant: A");
}

#[test]
fn earlier_turns_are_history() {
    let turns = r#"{"messages":[{"role":"user","content":"1"},{"role":"assistant","content":"2"},{"role":"user","content":"3"}]}"#;
    assert_eq!(
        read(vec![span("1", None, "CHAT_MODEL", turns, ANSWER)]),
        "earlier User: 1\nearlier Assistant: 2\nUser: 3\nAssistant: A"
    );
}

#[test]
fn a_failure_is_told_once_where_it_arose() {
    let event = |message: &str| SpanEvent {
        name: "exception".into(),
        attributes: vec![("exception.type".into(), "ValueError".into()), ("exception.message".into(), message.into())],
        ..SpanEvent::default()
    };
    let mut root = span("1", None, "CHAIN", "\"Q\"", "");
    root.events.push(event("bad"));
    let mut tool = span("2", Some("1"), "TOOL", "{}", "");
    tool.events.push(event("bad"));
    assert_eq!(
        read(vec![root, tool]),
        "User: Q\nAssistant: n2({}) -> ValueError: bad\nfailure no answer: ValueError: bad"
    );
}

#[test]
fn anything_else_is_shown_as_data() {
    assert_eq!(
        read(vec![span("1", None, "UNKNOWN", r#"{"x":[1]}"#, "[2]")]),
        "User: data {\"x\":[1]}\nAssistant: data [2]"
    );
    assert_eq!(read(Vec::new()), "");
}
