//! A trace of each framework in the conversation, at three sizes (tests/fixtures/formats).

use super::show;
use crate::ingest::{Packer, read_document, unpack};
use crate::tui::trace::{Material, Reading, TraceCommand, TracePane, View};
use serde_json::json;
use std::sync::Arc;

/// The only trace in a fixture.
pub(super) fn body(name: &str) -> String {
    let path = format!("{}/tests/fixtures/formats/{name}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let file = std::fs::read(&path).unwrap();
    let mut document = read_document(&file, &mut Packer::new().unwrap()).unwrap();
    assert_eq!(document.traces.len(), 1, "{name}");
    unpack(&document.traces.remove(0).body).unwrap()
}

pub(super) fn names() -> Vec<String> {
    let dir = format!("{}/tests/fixtures/formats", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(dir).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = files.filter_map(|f| f.strip_suffix(".jsonl").map(str::to_owned)).collect();
    names.sort();
    names
}

fn pane(name: &str) -> TracePane {
    TracePane::open(Arc::new(Reading::build(&Material::of(body(name)))))
}

#[test]
fn the_conversation_of_every_format() {
    for name in names() {
        let mut all = String::new();
        for (columns, rows) in [(80, 24), (120, 40), (200, 50)] {
            let pane = pane(&name);
            all.push_str(&format!("--- {columns}x{rows} ---\n{}\n", show(&pane, columns, rows).trim_end()));
        }
        all.push_str(&format!("--- copied with = ---\n{}\n", pane(&name).output_text().unwrap_or_default()));
        insta::with_settings!({ snapshot_path => "formats", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, all);
        });
    }
}

/// What a reader must find without a key at 80x24: who asked what, and the answer.
#[test]
fn question_and_answer_are_on_the_first_screen() {
    for (name, question, answer) in [
        ("adk", "Do you have a chain?", "Seven chains."),
        ("agno", "Do you have a chain?", "Seven chains."),
        ("anthropic_tools", "Chain and derailleur in stock?", "could not be checked"),
        ("autogen", "Do you have a chain?", "Seven chains."),
        ("bedrock_converse", "And this one?", "One moment."),
        ("gemini", "Do you have a chain?", "Seven chains."),
        ("genai_events", "Chains?", "Seven chains."),
        ("genai_parts", "Is this worn?", "It is worn"),
        ("haystack", "When is a chain worn out?", "At 0.75 % wear."),
        ("langchain_agent", "how much?", "Seven chains at 12.50 EUR."),
        ("langfuse", "How often do I change a chain?", "Every 3000 km."),
        ("gradio", "And a derailleur?", "Two of them."),
        ("langgraph_agents", "My chain squeaks.", "We have seven chains."),
        ("langgraph_resume", "Order two chains.", "I ordered nothing."),
        ("langsmith", "Do you have a chain?", "Seven chains."),
        ("token_stream", "When is a chain worn out?", "At 0.75 % wear."),
        ("langgraph_nodes", "My chain squeaks.", "Clean it, then oil it."),
        ("llamaindex_agent", "Do you have a chain?", "Seven chains."),
        ("logfire", "Chains and wheels?", "Seven chains, three wheels."),
        ("openai_chat_tools", "Do you have a chain and a derailleur", "We have 7 chains"),
        ("openinference", "Chains and wheels?", "Seven chains, three wheels."),
        ("openllmetry", "Chains and wheels?", "Seven chains, three wheels."),
        ("pydantic_ai", "Do you have a chain?", "Seven chains."),
        ("smolagents", "Do you have a chain?", "Seven chains."),
        ("strands", "Do you have a chain?", "Seven chains."),
        ("traceloop_workflow", "Do you have a chain?", "Seven chains."),
        ("vercel_ai", "Do you have a chain like this?", "Yes, seven of them."),
    ] {
        let shown = show(&pane(name), 80, 24);
        for words in [question, answer] {
            assert!(shown.contains(words), "{name}: {words} in\n{shown}");
        }
        // smolagents answers through a tool, whose call says the same.
        let times = if name == "smolagents" { 3 } else { 1 };
        assert_eq!(shown.matches(answer).count(), times, "{name}: once in\n{shown}");
    }
}

#[test]
fn an_image_is_no_text_to_copy_and_the_output_says_what_it_is() {
    let image = json!({ "data": [{ "b64_json": "iVBORw0KGgo=" }] });
    let body = super::body(&[super::span(1, None, "draw", "CHAT_MODEL", &json!({ "prompt": "A wheel" }), &image)]);
    let mut pane = TracePane::open(Arc::new(Reading::build(&Material::of(body))));
    assert_eq!(pane.output_text(), None);
    pane.set_view(View::Output);
    let shown = show(&pane, 80, 10);
    assert!(shown.contains("▣ image · 8 bytes · inline"), "{shown}");
}

#[test]
fn bytes_in_plain_fields_are_told_by_type_and_size() {
    let bytes = "QUJD".repeat(50);
    let uri = format!("data:application/pdf;base64,{bytes}");
    let body = |answer: &serde_json::Value| {
        super::body(&[super::span(1, None, "app", "CHAIN", &json!({ "question": "Q", "file": uri }), answer)])
    };
    let shown = show(&super::pane(&body(&json!({ "answer": "A", "b64_json": bytes }))), 80, 24);
    for told in ["▣ application/pdf · 150 bytes · inline", "▣ image · 150 bytes · inline"] {
        assert!(shown.contains(told), "{told} in\n{shown}");
    }
    assert!(!shown.contains("QUJDQUJD"), "{shown}");
    let shown = show(&super::pane(&body(&json!(uri))), 80, 24);
    assert!(shown.contains("│ ▣ application/pdf · 150 bytes · inline"), "{shown}");
}

#[test]
fn spans_of_a_framework_that_names_no_kinds_have_types() {
    let mut pane = pane("adk");
    pane.set_view(View::Tree);
    show(&pane, 120, 20);
    pane.command(TraceCommand::Unfold);
    pane.command(TraceCommand::ScrollLines(1));
    pane.command(TraceCommand::Unfold);
    pane.command(TraceCommand::ScrollLines(1));
    pane.command(TraceCommand::Unfold);
    let shown = show(&pane, 120, 20);
    for kind in ["◆ AGENT ", "✦ LLM ", "ƒ TOOL "] {
        assert!(shown.contains(kind), "{kind} in\n{shown}");
    }
}
