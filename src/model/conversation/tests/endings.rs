//! Answers that were cut, blocked, or are a failure; and answers that nobody gave.

use super::{read, span};
use crate::model::conversation::reported;
use crate::model::trace::{Span, SpanEvent};

const ASKED: &str = r#"{"messages":[{"role":"user","content":"Q"}]}"#;

fn chat(reason: &str, content: &str) -> String {
    format!(r#"{{"choices":[{{"finish_reason":"{reason}","message":{{"role":"assistant","content":{content}}}}}]}}"#)
}

#[test]
fn an_answer_that_was_cut_or_blocked_says_so_whoever_gave_it() {
    for (output, told) in [
        (chat("length", "\"Sev\""), "Sev | (cut: length)"),
        (chat("length", "null"), "(cut: length)"),
        (chat("content_filter", "null"), "(blocked: content_filter)"),
        (chat("stop", "\"Seven\""), "Seven"),
        (chat("tool_calls", "\"Seven\""), "Seven"),
        (
            r#"{"object":"response","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[{"type":"message","status":"incomplete","role":"assistant","content":[{"type":"output_text","text":"Sev"}]}]}"#.into(),
            "Sev | (cut: max_output_tokens)",
        ),
        (
            r#"{"object":"response","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[{"type":"reasoning","summary":[]}]}"#.into(),
            "(cut: max_output_tokens)",
        ),
        (r#"{"candidates":[{"content":{"parts":[{"text":"Sev"}]},"finishReason":"MAX_TOKENS"}]}"#.into(), "Sev | (cut: MAX_TOKENS)"),
        (r#"{"candidates":[{"finishReason":"SAFETY","index":0}]}"#.into(), "(blocked: SAFETY)"),
        (r#"{"candidates":[],"promptFeedback":{"blockReason":"SAFETY"}}"#.into(), "(blocked: SAFETY (the question))"),
        (r#"{"candidates":[{"content":{"parts":[{"text":"Seven"}]},"finishReason":"STOP"}]}"#.into(), "Seven"),
        (r#"{"type":"message","role":"assistant","content":[{"type":"text","text":"Sev"}],"stop_reason":"max_tokens"}"#.into(), "Sev | (cut: max_tokens)"),
        (r#"{"type":"message","role":"assistant","content":[],"stop_reason":"refusal"}"#.into(), "(blocked: refusal)"),
        (r#"{"type":"message","role":"assistant","content":[{"type":"text","text":"Seven"}],"stop_reason":"end_turn"}"#.into(), "Seven"),
        (r#"{"output":{"message":{"role":"assistant","content":[{"text":"Sorry"}]}},"stopReason":"guardrail_intervened"}"#.into(), "Sorry | (blocked: guardrail_intervened)"),
        (r#"{"outputs":[{"text":"Sev","stop_reason":"length"}]}"#.into(), "Sev | (cut: length)"),
        (r#"{"generations":[[{"text":"Sev","generation_info":{"finish_reason":"length"}}]]}"#.into(), "Sev | (cut: length)"),
        (r#"{"message":{"role":"assistant","content":"Sev"},"done":true,"done_reason":"length"}"#.into(), "Sev | (cut: length)"),
        (r#"{"text":"Sev","finishReason":"content-filter","toolCalls":[]}"#.into(), "Sev | (blocked: content-filter)"),
        (r#"{"output_text":"Sev","finish_reason":"length"}"#.into(), "Sev | (cut: length)"),
        (r#"{"answer":"Sev","status":"ok","finish_reason":"length"}"#.into(), "Sev | data {\"status\":\"ok\"} | (cut: length)"),
        (r#"{"answer":"Sev","finish_reason":"late","stop_reason":"other"}"#.into(), "Sev | data {\"finish_reason\":\"late\"} | (ended: other)"),
        (r#"[{"delta":{"role":"assistant","content":"S"}},{"delta":{"content":"ev"},"finish_reason":"length"}]"#.into(), "Sev | (cut: length)"),
        (r#"{"answer":"Seven","status":"incomplete"}"#.into(), r#"Seven | data {"status":"incomplete"}"#),
    ] {
        let shown = read(vec![span("1", None, "CHAT_MODEL", ASKED, &output)]);
        assert_eq!(shown, format!("User: Q\nAssistant: {told}"), "{output}");
    }
}

#[test]
fn attributes_say_how_an_answer_ended_too() {
    let told = |attributes: &[(&str, &str)]| {
        let mut chat = span("1", None, "CHAT_MODEL", ASKED, "");
        chat.attributes = attributes.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        read(vec![chat])
    };
    let parts = r#"[{"role":"assistant","parts":[{"type":"text","content":"Sev"}],"finish_reason":"length"}]"#;
    assert_eq!(told(&[("gen_ai.output.messages", parts)]), "User: Q\nAssistant: Sev | (cut: length)");
    // Without what was said: recording it was off, or there was nothing.
    let reasons = ("gen_ai.response.finish_reasons", r#"["content_filter"]"#);
    assert_eq!(told(&[reasons]), "User: Q\nAssistant: (blocked: content_filter)");
    let numbered = [("gen_ai.completion.0.role", "assistant"), ("gen_ai.completion.0.finish_reason", "length")];
    assert_eq!(told(&numbered), "User: Q\nAssistant: (cut: length)");
    assert_eq!(
        told(&[("ai.response.text", "Sev"), ("ai.response.finishReason", "length")]),
        "User: Q\nAssistant: Sev | (cut: length)"
    );
}

#[test]
fn events_say_how_an_answer_ended_too() {
    let event = |name: &str, attributes: &[(&str, &str)]| SpanEvent {
        name: name.into(),
        attributes: attributes.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect(),
        ..SpanEvent::default()
    };
    let told = |outputs: &str, events: Vec<SpanEvent>| {
        read(vec![Span { events, ..span("1", None, "CHAT_MODEL", ASKED, outputs) }])
    };
    let choice = event("gen_ai.choice", &[("message", "Sev"), ("finish_reason", "max_tokens")]);
    assert_eq!(told("", vec![choice]), "User: Q\nAssistant: Sev | (cut: max_tokens)");
    let whole = r#"{"role":"assistant","content":null}"#;
    let choice = event("gen_ai.choice", &[("message", whole), ("finish_reason", "content_filter")]);
    assert_eq!(told("", vec![choice]), "User: Q\nAssistant: (blocked: content_filter)");
    // MLflow's summary of a stream is its words alone.
    let chunk = |json: &str| event("mlflow.chunk.item.0", &[("mlflow.chunk.value", json)]);
    let last =
        chunk(r#"{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"length"}]}"#);
    let usage = chunk(r#"{"object":"chat.completion.chunk","choices":[],"usage":{}}"#);
    assert_eq!(told("\"Sev\"", vec![last, usage]), "User: Q\nAssistant: Sev | (cut: length)");
}

#[test]
fn an_application_s_answer_says_what_its_model_knows_of_the_end() {
    let told = |answer: &str, reason: &str, content: &str| {
        read(vec![
            span("1", None, "CHAIN", r#"{"question":"Q"}"#, answer),
            span("2", Some("1"), "CHAT_MODEL", ASKED, &chat(reason, content)),
        ])
    };
    assert_eq!(told("\"Sev\"", "length", "\"Sev\""), "User: Q\nAssistant: Sev | (cut: length)");
    assert_eq!(told("\"\"", "content_filter", "null"), "User: Q\nAssistant:  | (blocked: content_filter)");
    assert_eq!(told("null", "content_filter", "null"), "User: Q\nAssistant: (blocked: content_filter)");
    // Another model's end is its own.
    assert_eq!(told("\"Sorry\"", "length", "null"), "User: Q\nstep n2: (cut: length)\nAssistant: Sorry");
}

#[test]
fn an_answer_that_is_a_failure_is_told_once_as_one() {
    let failed = r#"{"id":"r","object":"response","status":"failed","error":{"code":"server_error","message":"Sorry."},"output":[]}"#;
    let chat = || span("2", Some("1"), "CHAT_MODEL", r#"{"input":"Q","model":"m"}"#, failed);
    let root = span("1", None, "CHAIN", r#"{"question":"Q"}"#, failed);
    assert_eq!(read(vec![root, chat()]), "User: Q\nfailure server_error: Sorry.");
    let alone = Span { parent: None, ..chat() };
    assert!(reported(&alone).is_some());
    assert_eq!(read(vec![alone]), "User: Q\nfailure server_error: Sorry.");
    let broke = r#"{"choices":[],"error":{"message":"No credits","code":402}}"#;
    let shown = read(vec![
        span("1", None, "CHAIN", r#"{"question":"Q"}"#, broke),
        span("2", Some("1"), "CHAT_MODEL", r#"{"messages":[{"role":"user","content":"Q"}]}"#, broke),
    ]);
    assert_eq!(shown, "User: Q\nfailure 402: No credits");
    // What was said before it failed stands.
    let partly = r#"{"object":"response","status":"failed","error":{"code":"c","message":"M"},"output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Sev"}]}]}"#;
    let shown = read(vec![span("1", None, "CHAT_MODEL", r#"{"input":"Q","model":"m"}"#, partly)]);
    assert_eq!(shown, "User: Q\nAssistant: Sev\nfailure c: M");
}

#[test]
fn a_root_without_outputs_tells_what_its_models_answered_or_that_nobody_did() {
    let root = || span("1", None, "CHAIN", r#"{"question":"Q"}"#, "");
    let answered = span("2", Some("1"), "CHAT_MODEL", ASKED, &chat("stop", "\"A\""));
    assert_eq!(read(vec![root(), answered]), "User: Q\nAssistant: A");
    let agent = span("2", Some("1"), "AGENT", r#"{"question":"Q"}"#, "\"A\"");
    assert_eq!(read(vec![root(), agent]), "User: Q\nAssistant: A");
    assert_eq!(read(vec![root()]), "User: Q\nsilence");
    // What a step of a chain returned is no answer.
    let step = span("2", Some("1"), "CHAIN", "\"x\"", "\"y\"");
    assert_eq!(read(vec![root(), step]), "User: Q\nCHAIN n2(\"x\"): y\nsilence");
    let call = r#"{"choices":[{"message":{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{}"}}]}}]}"#;
    let calls = span("2", Some("1"), "CHAT_MODEL", ASKED, call);
    assert_eq!(read(vec![root(), calls]), "User: Q\nAssistant: f({}) -> ?\nsilence");
}

#[test]
fn a_stream_that_breaks_off_with_an_error_is_one_answer_and_a_failure() {
    for stream in [
        r#"[{"object":"chat.completion.chunk","choices":[{"delta":{"content":"Hel"}}]},{"object":"chat.completion.chunk","choices":[{"delta":{"content":"lo"}}]},{"error":{"message":"overloaded","type":"server_error"}}]"#,
        r#"[{"type":"response.output_text.delta","delta":"Hel"},{"type":"response.output_text.delta","delta":"lo"},{"type":"error","code":"server_error","message":"overloaded"}]"#,
        r#"[{"type":"response.output_text.delta","delta":"Hel"},{"type":"response.output_text.delta","delta":"lo"},{"type":"response.failed","response":{"status":"failed","output":[],"error":{"code":"server_error","message":"overloaded"}}}]"#,
        r#"[{"type":"message_start","message":{}},{"type":"content_block_delta","index":0,"delta":{"text":"Hello"}},{"type":"error","error":{"type":"server_error","message":"overloaded"}}]"#,
        r#"[{"candidates":[{"content":{"parts":[{"text":"Hel"}]}}]},{"candidates":[{"content":{"parts":[{"text":"lo"}]}}]},{"error":{"code":"server_error","message":"overloaded"}}]"#,
        r#"["Hel","lo",{"error":{"message":"overloaded","type":"server_error"}}]"#,
    ] {
        let shown = read(vec![span("1", None, "CHAT_MODEL", ASKED, stream)]);
        assert_eq!(shown, "User: Q\nAssistant: Hello\nfailure server_error: overloaded", "{stream}");
    }
}
