//! What stands where a message should: a generator, a message as Python prints it.

use super::{read, span};
use crate::model::trace::{Span, SpanEvent};

/// A model's span as OpenInference writes it, with what its outputs say.
fn model(outputs: &str) -> Span {
    let mut found = span("2", Some("1"), "LLM", "", outputs);
    for (key, value) in [
        ("llm.input_messages.0.message.role", "user"),
        ("llm.input_messages.0.message.content", "Q"),
        ("llm.output_messages.0.message.role", "assistant"),
        ("llm.output_messages.0.message.content", "It is 4."),
    ] {
        found.attributes.push((key.into(), value.into()));
    }
    found
}

#[test]
fn a_stream_that_nobody_read_is_no_answer_where_the_model_says_one() {
    let object = r#"{"response_gen":"<generator object>","nodes":["<Node(id=1)>"],"response_txt":null}"#;
    for outputs in ["\"<generator object>\"", "\"<openai.Stream object at 0x7f01>\"", object] {
        for own in ["", "\"<generator object>\"", "\"assistant: It is 4.\""] {
            let root = span("1", None, "CHAIN", "\"Q\"", outputs);
            assert_eq!(read(vec![root, model(own)]), "User: Q\nAssistant: It is 4.", "{outputs} {own}");
        }
    }
    // Where nobody says one, it stands as it is.
    let alone = read(vec![span("1", None, "CHAIN", "\"Q\"", "\"<generator object>\"")]);
    assert_eq!(alone, "User: Q\nAssistant: <generator object>");
}

#[test]
fn messages_that_are_printed_keep_their_roles_and_calls() {
    let user = "ChatMessage(_role=<ChatRole.USER: 'user'>, _content=[TextContent(text='Q')], _name=None, _meta={})";
    let call = "ChatMessage(_role=<ChatRole.ASSISTANT: 'assistant'>, _content=[ToolCall(tool_name='f', arguments={'n': 1}, id='c1', extra=None)], _name=None, _meta={})";
    let came = "ChatMessage(_role=<ChatRole.TOOL: 'tool'>, _content=[ToolCallResult(result='4', origin=ToolCall(tool_name='f', arguments={'n': 1}, id='c1', extra=None), error=False)], _name=None, _meta={})";
    let answer = "ChatMessage(_role=<ChatRole.ASSISTANT: 'assistant'>, _content=[TextContent(text='It is 4.')], _name=None, _meta={'model': 'm'})";
    let list = |texts: &[&str]| serde_json::json!({ "agent": { "messages": texts } }).to_string();
    let root = span("1", None, "CHAIN", &list(&[user]), &list(&[user, call, came, answer]));
    assert_eq!(read(vec![root]), "User: Q\nAssistant: f({\"n\":1}) -> 4\nAssistant: It is 4.");
}

#[test]
fn a_graph_that_stops_with_an_exception_asks_and_does_not_fail() {
    let stops = |value: &str| SpanEvent {
        name: "exception".into(),
        attributes: vec![
            ("exception.type".into(), "graphs.GraphInterrupt".into()),
            ("exception.message".into(), format!("(Interrupt(value={value}, id='a9'),)")),
        ],
        ..SpanEvent::default()
    };
    let asked = r#"{"messages":[{"type":"human","content":"Delete all"}]}"#;
    let node = |value: &str| Span { events: vec![stops(value)], ..span("2", Some("1"), "CHAIN", asked, "") };
    let told = |value: &str, later: Option<Span>| {
        let root = Span { events: vec![stops(value)], ..span("1", None, "CHAIN", asked, asked) };
        read([Some(root), Some(node(value)), later].into_iter().flatten().collect())
    };
    assert_eq!(told("{'question': 'Really?'}", None), "User: Delete all\nAssistant: Really?");
    assert_eq!(told("'Really?'", None), "User: Delete all\nAssistant: Really?");
    // What is not understood is told as it was written down.
    assert!(told("{'question': 'Rea", None).contains("Interrupt"), "cut");
}
