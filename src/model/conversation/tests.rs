//! Whole traces, read as conversations.

mod agents;
mod answers;
mod besides;
mod choices;
mod dispatched;
mod endings;
mod functions;
mod given;
mod handed;
mod images;
mod paired;
mod pending;
mod repeated;
mod reprs;
mod rewritten;
mod siblings;
mod ways;
mod whole;

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
            let by = c.by.as_ref().map(|by| format!("{by} ")).unwrap_or_default();
            let given = c.given.as_ref().map(|g| format!(" (the model: {g})")).unwrap_or_default();
            let came = c.result.as_deref().or(c.error.as_deref()).unwrap_or("?");
            format!("{by}{}({}) -> {came}{given}", c.name, c.arguments)
        }
        Part::Reasoning(t) => format!("thinks {t}"),
        Part::Ended(t) => format!("({t})"),
        Part::Item { kind, .. } => format!("item {kind}"),
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
        Entry::Given { messages, model, .. } => {
            let each = messages
                .iter()
                .map(|m| format!("{:?}: {}", m.role, m.parts.iter().map(part).collect::<Vec<_>>().join(" | ")));
            let to = if *model { "" } else { "to a function " };
            format!("given {to}{}", each.collect::<Vec<_>>().join("; "))
        }
        Entry::Aside { kind, name, asked, result } => {
            let asked = asked.as_ref().map(|a| format!("({a})")).unwrap_or_default();
            format!("{kind} {name}{asked}: {result}")
        }
        Entry::More(n) => format!("{n} more"),
        Entry::Documents(n) => format!("documents {n}"),
        Entry::Failure { what, .. } => format!("failure {what}"),
        Entry::Silence => "silence".to_owned(),
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
fn a_tool_that_dealt_with_its_exception_did_not_fail() {
    let mut tool = Span { status: "OK".into(), ..span("2", Some("1"), "TOOL", "{}", "7") };
    let attributes = vec![("exception.message".into(), "dealt with".into())];
    tool.events.push(SpanEvent { name: "exception".into(), attributes, ..SpanEvent::default() });
    let root = || span("1", None, "CHAIN", "\"Q\"", "\"A\"");
    assert_eq!(read(vec![root(), tool.clone()]), "User: Q\nAssistant: n2({}) -> 7\nAssistant: A");
    let shown = read(vec![root(), Span { status: "ERROR".into(), ..tool }]);
    assert!(shown.contains("-> 7"), "what it returned is kept beside the error: {shown}");
}

#[test]
fn anything_else_is_shown_as_data() {
    assert_eq!(
        read(vec![span("1", None, "UNKNOWN", r#"{"x":[1]}"#, "[2]")]),
        "User: data {\"x\":[1]}\nAssistant: data [2]"
    );
    assert_eq!(read(Vec::new()), "");
}

#[test]
fn a_thread_handed_back_whole_is_history_question_answer() {
    // LangGraph with a checkpointer: the input is the newest message alone.
    let input = r#"{"messages":[{"role":"user","content":"Q2"}]}"#;
    let thread = r#"{"messages":[{"type":"human","content":"Q1"},{"type":"ai","content":"","tool_calls":[{"name":"f","args":{},"id":"c1"}]},{"type":"tool","content":"R","tool_call_id":"c1"},{"type":"ai","content":"A1"},{"type":"human","content":"Q2"},{"type":"ai","content":"A2"}]}"#;
    assert_eq!(
        read(vec![span("1", None, "CHAIN", input, thread)]),
        "earlier User: Q1\nearlier Assistant: f({}) -> R\nearlier Assistant: A1\nUser: Q2\nAssistant: A2"
    );
    // The same words again are the newest ones.
    let again = r#"{"messages":[{"type":"human","content":"Q2"},{"type":"ai","content":"A1"},{"type":"human","content":"Q2"},{"type":"ai","content":"A2"}]}"#;
    assert_eq!(
        read(vec![span("1", None, "CHAIN", input, again)]),
        "earlier User: Q2\nearlier Assistant: A1\nUser: Q2\nAssistant: A2"
    );
}

#[test]
fn a_graph_that_puts_its_prompt_in_front_tells_nothing_twice() {
    let input = r#"{"messages":[{"type":"human","content":"u1"},{"type":"ai","content":"a1"},{"type":"human","content":"u2"}],"user":"bob"}"#;
    let output = r#"{"messages":[{"type":"system","content":"S"},{"type":"human","content":"u1"},{"type":"ai","content":"a1"},{"type":"human","content":"u2"},{"type":"ai","content":"a2"}],"user":"bob"}"#;
    assert_eq!(
        read(vec![span("1", None, "CHAIN", input, output)]),
        "System: S\nearlier User: u1\nearlier Assistant: a1\nUser: u2 | data {\"user\":\"bob\"}\nAssistant: a2"
    );
}

#[test]
fn the_system_prompt_is_the_answering_model_s() {
    let guard = r#"{"messages":[{"role":"system","content":"PII?"},{"role":"user","content":"Q"}]}"#;
    let no = r#"{"choices":[{"message":{"role":"assistant","content":"no"}}]}"#;
    let shown = read(vec![
        span("1", None, "CHAIN", "\"Q\"", "\"A\""),
        span("2", Some("1"), "CHAT_MODEL", guard, no),
        span("3", Some("1"), "CHAT_MODEL", SYSTEM, ANSWER),
    ]);
    assert_eq!(shown, "System: S\nUser: Q\ngiven System: PII?\nstep n2: no\nAssistant: A");
    // The model that gave the answer had none, whatever another was told.
    let title = guard.replace("PII?", "Make a title");
    let shown = read(vec![
        span("1", None, "CHAIN", "\"Q\"", "\"A\""),
        span("2", Some("1"), "CHAT_MODEL", r#"{"messages":[{"role":"user","content":"Q"}]}"#, ANSWER),
        span("3", Some("1"), "CHAT_MODEL", &title, no),
    ]);
    assert!(shown.starts_with("User: Q\n") && shown.contains("given System: Make a title"), "{shown}");
    // A tool's own model was told something else.
    let shown = read(vec![
        span("1", None, "AGENT", "\"Q\"", "\"B\""),
        span("2", Some("1"), "TOOL", "{}", "1"),
        span("3", Some("2"), "CHAT_MODEL", guard, no),
        span("4", Some("1"), "CHAT_MODEL", SYSTEM, ANSWER),
    ]);
    assert!(shown.starts_with("System: S\n"), "{shown}");
}

#[test]
fn several_roots_are_told_one_after_the_other() {
    let shown = read(vec![
        span("1", None, "CHAIN", r#"{"question":"QA"}"#, "\"AA\""),
        span("2", None, "CHAIN", r#"{"question":"QB"}"#, "\"AB\""),
        span("3", Some("2"), "TOOL", "{}", "7"),
    ]);
    assert_eq!(shown, "User: QA\nAssistant: AA\nUser: QB\nAssistant: n3({}) -> 7\nAssistant: AB");
    let shown = read(vec![
        span("1", Some("0"), "LLM", r#"{"prompt":"hi"}"#, "\"yo\""),
        span("2", Some("0"), "LLM", r#"{"prompt":"hi2"}"#, "\"yo2\""),
    ]);
    assert_eq!(shown, "User: hi\nAssistant: yo\nUser: hi2\nAssistant: yo2");
}

#[test]
fn failures_that_read_alike_in_different_spans_are_two() {
    let fails = |id: &str, message: &str| {
        let mut span = span(id, Some("1"), "CHAIN", "", "");
        let attributes = vec![("exception.message".into(), message.into())];
        span.events.push(SpanEvent { name: "exception".into(), attributes, ..SpanEvent::default() });
        span
    };
    let shown = read(vec![
        span("1", None, "CHAIN", "\"Q\"", "\"A\""),
        fails("2", "no answer from shard 12"),
        fails("3", "no answer from shard 1"),
    ]);
    assert_eq!(shown.matches("failure").count(), 2, "{shown}");
}

#[test]
fn what_nobody_knows_is_no_question() {
    let input = r#"{"input":[{"role":"user","content":"Q"},{"type":"item_reference","id":"m0"}]}"#;
    let shown = read(vec![span("1", None, "CHAT_MODEL", input, ANSWER)]);
    assert_eq!(shown, "User: Q\nAssistant: item item_reference\nAssistant: A");
}

#[test]
fn the_function_below_a_silent_root_speaks_for_it_whatever_its_type() {
    for kind in ["UNKNOWN", "CHAIN", "WORKFLOW", ""] {
        let spans = vec![
            span("1", None, "", "", ""),
            span("2", Some("1"), "RETRIEVER", "\"Q\"", r#"[{"page_content":"D"}]"#),
            span("3", Some("1"), kind, r#"{"question":"When do you open?"}"#, "\"At nine.\""),
            span("4", Some("3"), "CHAIN", "\"inside\"", "\"inside\""),
        ];
        assert_eq!(super::first_input(&spans).as_deref(), Some(r#"{"question":"When do you open?"}"#));
        assert_eq!(super::last_output(&spans).as_deref(), Some("\"At nine.\""));
        assert_eq!(read(spans), "User: When do you open?\ndocuments 0\nAssistant: At nine.", "{kind}");
    }
    // What a tool was told is no question, and a root that answered is asked nobody else's.
    assert_eq!(
        read(vec![span("1", None, "", "", ""), span("2", Some("1"), "TOOL", "{\"a\":1}", "\"2\"")]),
        "Assistant: n2({\"a\":1}) -> 2"
    );
    let spans = vec![span("1", None, "CHAIN", "", "\"A\""), span("2", Some("1"), "CHAIN", "\"inside\"", "\"inside\"")];
    assert_eq!(read(spans), "Assistant: A");
}

#[test]
fn a_shell_s_or_a_patch_s_output_stands_beside_its_call() {
    let input = r#"{"input":[{"role":"user","content":"Mend it"},
        {"type":"apply_patch_call","call_id":"c1","status":"completed","operation":{"path":"a.rs"}},
        {"type":"apply_patch_call_output","call_id":"c1","status":"failed","output":"hunk does not apply"},
        {"type":"computer_call","call_id":"c2","status":"completed","action":{"type":"click"}},
        {"type":"computer_call_output","call_id":"c2","output":{"type":"computer_screenshot","image_url":"data:image/png;base64,AAAA"}}]}"#;
    let shown = read(vec![span("1", None, "CHAT_MODEL", input, ANSWER)]);
    assert!(shown.contains(r#"apply_patch({"path":"a.rs"}) -> hunk does not apply"#), "{shown}");
    assert!(shown.contains("-> ▣ image/png · 3 bytes · inline") && !shown.contains("AAAA"), "{shown}");
}

#[test]
fn voices_are_read_by_their_transcripts() {
    let input =
        r#"[{"type":"message","role":"user","content":[{"type":"input_audio","transcript":"Where is my order?"}]}]"#;
    let output =
        r#"[{"type":"message","role":"assistant","content":[{"type":"output_audio","transcript":"On its way."}]}]"#;
    let shown = read(vec![span("1", None, "CHAIN", input, output)]);
    assert!(shown.contains("Where is my order?") && shown.contains("On its way."), "{shown}");
}

#[test]
fn a_tool_of_mcp_or_of_an_agent_kit_is_known_by_its_attributes() {
    let mut tool = span("2", Some("1"), "TOOL", "", "");
    for (key, value) in [
        ("tool_name", "Edit"),
        ("gcp.vertex.agent.tool_call_args", r#"{"a":1}"#),
        ("gcp.vertex.agent.tool_response", "done"),
    ] {
        tool.attributes.push((key.into(), value.into()));
    }
    let root = || span("1", None, "CHAIN", "\"Q\"", "\"A\"");
    assert!(read(vec![root(), tool]).contains(r#"Edit({"a":1}) -> done"#));
    let mcp =
        span("2", Some("1"), "TOOL", "{}", r#"{"content":[{"type":"text","text":"no such row"}],"isError":true}"#);
    let trace = Trace { spans: vec![root(), mcp], ..Trace::default() };
    let found = conversation(&trace, &Tree::build(&trace.spans), &[]);
    let failed = |p: &Part| matches!(p, Part::Call(c) if c.error.is_some());
    assert!(
        found.entries.iter().any(|e| matches!(e, Entry::Message { message, .. } if message.parts.iter().any(failed)))
    );
}
