//! Calls that somebody hands on, and calls whose spans say what they are in attributes alone.

use super::{Entry, Part, conversation, read, span};
use crate::model::conversation::tools::tool_of;
use crate::model::span_tree::Tree;
use crate::model::trace::{Span, Trace};

const EVENT: &str = r#"{"ev":{"tool_name":"mul","tool_kwargs":{"a":2},"tool_id":"c1"}}"#;
const CAME: &str = r#"{"tool_name":"mul","tool_kwargs":{"a":2},"tool_id":"c1","tool_output":{"blocks":[{"block_type":"text","text":"6"}],"tool_name":"mul","raw_output":6,"is_error":false}}"#;

fn named(name: &str, span: Span) -> Span {
    Span { name: name.into(), ..span }
}

fn with(attributes: &[(&str, &str)], span: Span) -> Span {
    Span { attributes: attributes.iter().map(|(k, v)| ((*k).to_owned(), (*v).into())).collect(), ..span }
}

#[test]
fn who_hands_a_call_on_tells_it_once_with_its_tool() {
    let app = |spans: &[Span]| {
        let root = span("1", None, "AGENT", r#"{"question":"2*3?"}"#, "\"Six.\"");
        read([&[root], spans].concat())
    };
    let handed_on = |parent| named("Workflow.call_tool", span("2", Some(parent), "CHAIN", EVENT, CAME));
    let tool = |id, parent| named("mul", span(id, Some(parent), "TOOL", r#"{"a":2}"#, "6"));
    let want = "User: 2*3?\nAssistant: mul({\"a\":2}) -> 6\nAssistant: Six.";
    assert_eq!(app(&[handed_on("1")]), want, "alone");
    assert_eq!(app(&[handed_on("1"), tool("3", "2")]), want, "inside");
    assert_eq!(app(&[handed_on("1"), tool("3", "1")]), want, "after it");
    assert_eq!(app(&[tool("0", "1"), handed_on("1")]), want, "before it");
    // The same called again is another call.
    let twice = app(&[handed_on("1"), tool("3", "2"), tool("4", "1")]);
    assert_eq!(twice.matches("mul(").count(), 2, "{twice}");
    assert_eq!(app(&[tool("3", "1"), tool("4", "1")]).matches("mul(").count(), 2);
}

#[test]
fn attributes_of_a_call_make_a_span_a_tool_s() {
    let root = || {
        let all = r#"[{"role":"user","parts":[{"type":"text","content":"Book"}]},{"role":"assistant","parts":[{"type":"tool_call","id":"1","name":"book","arguments":{"d":"x"}}]},
            {"role":"user","parts":[{"type":"tool_call_response","id":"1","name":"book","result":"Fix it and try again."}]},{"role":"assistant","parts":[{"type":"text","content":"No."}]}]"#;
        with(&[("pydantic_ai.all_messages", all)], span("1", None, "", "", ""))
    };
    let failed = Span { status: "ERROR".into(), status_message: "bad date".into(), ..span("2", Some("1"), "", "", "") };
    let failed = with(
        &[("gen_ai.tool.name", "book"), ("gen_ai.tool.call.id", "1"), ("tool_arguments", r#"{"d":"x"}"#)],
        named("running tool: book", failed),
    );
    // It failed, whatever the model was told.
    let trace = Trace { spans: vec![root(), failed], ..Trace::default() };
    let told = conversation(&trace, &Tree::build(&trace.spans), &[]);
    assert!(!told.entries.iter().any(|e| matches!(e, Entry::Failure { .. })), "{told:?}");
    let calls =
        told.entries.iter().filter_map(|e| if let Entry::Message { message, .. } = e { Some(message) } else { None });
    let calls: Vec<_> = calls.flat_map(|m| m.parts.iter().filter_map(Part::call)).collect();
    let [call] = calls.as_slice() else { panic!("{calls:?}") };
    assert_eq!(call.error.as_deref(), Some("bad date"));
    assert_eq!(call.result.as_deref(), Some("Fix it and try again."));
    let strands =
        with(&[("gen_ai.tool.name", "calc"), ("gen_ai.tool.status", "error")], span("2", None, "TOOL", "{}", ""));
    assert_eq!(tool_of(&strands).error.as_deref(), Some("failed"));
    let vercel = with(
        &[("ai.toolCall.name", "w"), ("ai.toolCall.args", r#"{"c":"A"}"#), ("ai.toolCall.result", r#"{"sky":"sun"}"#)],
        named("ai.toolCall", span("2", Some("1"), "", "", "")),
    );
    let model = with(
        &[
            ("ai.prompt.messages", r#"[{"role":"user","content":[{"type":"text","text":"Sky?"}]}]"#),
            ("ai.response.toolCalls", r#"[{"toolCallId":"t","toolName":"w","input":"{\"c\":\"A\"}"}]"#),
        ],
        span("3", Some("1"), "", "", ""),
    );
    let asks = with(
        &[
            ("ai.prompt", r#"{"messages":[{"role":"user","content":[{"type":"text","text":"Sky?"}]}]}"#),
            ("ai.response.text", "Sunny."),
        ],
        span("1", None, "", "", ""),
    );
    let want = "User: Sky?\nAssistant: w({\"c\":\"A\"}) -> {\"sky\":\"sun\"}\nAssistant: Sunny.";
    assert_eq!(read(vec![asks, model, vercel]), want);
}

#[test]
fn a_run_that_hands_back_all_its_messages_is_told_by_them() {
    let all = |end: &str| {
        format!(
            r#""all_messages":[{{"kind":"request","parts":[{{"part_kind":"system-prompt","content":"S"}},{{"part_kind":"user-prompt","content":"Book"}}]}},
            {{"kind":"response","parts":[{{"part_kind":"thinking","content":"hm"}},{{"part_kind":"tool-call","tool_name":"book","args":{{"d":"x"}},"tool_call_id":"1"}}]}},
            {{"kind":"request","parts":[{{"part_kind":"retry-prompt","tool_name":"book","tool_call_id":"1","content":"bad date"}}]}}{end}]"#
        )
    };
    let run = |output: &str, end: &str| {
        read(vec![span(
            "1",
            None,
            "AGENT",
            r#"{"user_prompt":"Book"}"#,
            &format!("{{\"output\":{output},{}}}", all(end)),
        )])
    };
    let before = "System: S\nUser: Book\nAssistant: thinks hm | book({\"d\":\"x\"}) -> bad date\nAssistant: ";
    let last = r#",{"kind":"response","parts":[{"part_kind":"text","content":"Booked"}]}"#;
    assert_eq!(run("\"Booked\"", last), format!("{before}Booked"));
    assert_eq!(run(r#"{"ok":true}"#, ""), format!("{before}data {{\"ok\":true}}"));
}
