//! The pane as a person sees it, for every view and format, and for what hostile traces do to it.

use super::{Material, Reading, TraceCommand, TracePane, View};
use crate::text::width;
use crate::tui::theme::Theme;
use ratatui::{Terminal, backend::TestBackend};
use serde_json::{Value, json};
use std::sync::Arc;

mod citing;
mod forged;
mod formats;
mod hidden;
mod large;
mod lens;
mod order;
mod pointing;
mod random;
mod searching;
mod telling;
mod trees;
mod turns;
mod views;

/// A span in MLflow's form; inputs and outputs as values.
fn span(id: u64, parent: Option<u64>, name: &str, kind: &str, inputs: &Value, outputs: &Value) -> Value {
    let hex = |n: u64| format!("{n:016x}");
    let start = 1_700_000_000_000_000_000 + id * 10_000_000;
    let mut attributes = json!({ "mlflow.spanType": json!(kind).to_string() });
    for (key, value) in [("mlflow.spanInputs", inputs), ("mlflow.spanOutputs", outputs)] {
        if !value.is_null() {
            attributes[key] = value.to_string().into();
        }
    }
    json!({
        "span_id": hex(id), "parent_span_id": parent.map(hex), "name": name,
        "start_time_unix_nano": start, "end_time_unix_nano": start + 100_000_000 / (id + 1),
        "status": { "code": "STATUS_CODE_OK", "message": "" }, "attributes": attributes, "events": []
    })
}

fn body(spans: &[Value]) -> String {
    json!({
        "info": {
            "trace_id": "tr-0123456789abcdef0123456789abcdef", "state": "OK", "request_time": "2026-01-01T00:00:00Z",
            "execution_duration_ms": 1234, "tags": { "mlflow.traceName": "my_app" },
            "trace_metadata": { "mlflow.trace.tokenUsage": "{\"total_tokens\": 158}" }
        },
        "data": { "spans": spans }
    })
    .to_string()
}

fn failed(mut span: Value, message: &str) -> Value {
    span["status"] = json!({ "code": "STATUS_CODE_ERROR", "message": message });
    span["events"] = json!([{ "name": "exception", "time_unix_nano": 1, "attributes": {
        "exception.type": "TimeoutError", "exception.message": message,
        "exception.stacktrace": "Traceback (most recent call last):\n  File \"app.py\", line 7, in pay\n    raise TimeoutError"
    } }]);
    span
}

/// Retrieval, tools, a failed tool, an answer in Markdown.
fn agent() -> String {
    let call = |id: &str, name: &str, arguments: &str| json!({ "id": id, "type": "function", "function": { "name": name, "arguments": arguments } });
    let ask = json!({ "messages": [
        { "role": "system", "content": "You are a support agent.\nUse the tools." },
        { "role": "user", "content": "What issues does Acme Corp have?" }
    ] });
    let calls = json!({ "choices": [{ "message": { "role": "assistant", "content": "I look it up.", "tool_calls": [
        call("c1", "find_tickets", "{\"company\": \"Acme Corp\"}"), call("c2", "refund", "{\"order\": 1042}")
    ] } }] });
    let answer = "Acme Corp has **one** open issue:\n\n1. a P0 bug, see `ticket_987`\n2. nothing else\n\n| SKU | Price |\n|-|-|\n| A-1 | $120 |";
    let mut chat = span(3, Some(1), "Completions", "CHAT_MODEL", &ask, &calls);
    chat["attributes"]["mlflow.chat.tokenUsage"] =
        r#"{"input_tokens": 148, "output_tokens": 10, "total_tokens": 158}"#.into();
    chat["attributes"]["mlflow.llm.model"] = "\"gpt-4o-mini\"".into();
    body(&[
        span(
            1,
            None,
            "support_agent",
            "AGENT",
            &json!({ "question": "What issues does Acme Corp have?", "user": "u1" }),
            &json!({ "answer": answer }),
        ),
        span(
            2,
            Some(1),
            "retrieve",
            "RETRIEVER",
            &json!({ "query": "Acme Corp issues" }),
            &json!([
                { "page_content": "Acme Corp raised a critical P0 bug regarding the rocket skates.", "id": "ticket_987",
                  "metadata": { "doc_uri": "http://domain.com/tickets/987", "score": 0.912345, "lang": "en" } },
                { "page_content": "# Anvils\nSold by *weight*.", "id": null, "metadata": { "doc_uri": "docs/anvil.md" } }
            ]),
        ),
        chat,
        span(
            4,
            Some(1),
            "find_tickets",
            "TOOL",
            &json!({ "company": "Acme Corp" }),
            &json!([{ "id": 987, "priority": "P0", "open": true }]),
        ),
        failed(span(5, Some(1), "refund", "TOOL", &json!({ "order": 1042 }), &Value::Null), "payment gateway timeout"),
        span(6, Some(4), "sql", "UNKNOWN", &json!("select 1"), &json!([1, 2, 3])),
    ])
}

fn pane(body: &str) -> TracePane {
    TracePane::open(Arc::new(Reading::build(&Material::of(body))))
}

/// What is on screen, with the border's words on top.
fn show(pane: &TracePane, columns: u16, rows: u16) -> String {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| pane.draw(frame, frame.area(), Theme::default(), true)).unwrap();
    let buffer = terminal.backend().buffer();
    let mut text = format!("[{}] [{}]\n", pane.title(), pane.footer());
    for y in 0..rows {
        let mut line = String::new();
        let mut x = 0;
        while x < columns {
            let symbol = buffer[(x, y)].symbol();
            assert!(!symbol.chars().any(char::is_control), "control character in a cell: {symbol:?}");
            line.push_str(symbol);
            x += u16::try_from(width(symbol).max(1)).unwrap();
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn view(body: &str, view: View, columns: u16, rows: u16) -> String {
    let mut pane = pane(body);
    pane.set_view(view);
    // The first drawing tells the pane its size; the footer counts rows after it.
    show(&pane, columns, rows);
    show(&pane, columns, rows)
}

#[test]
fn every_view_at_two_sizes() {
    for which in View::ALL {
        for (columns, rows) in [(80, 24), (120, 40)] {
            insta::assert_snapshot!(format!("{}_{columns}x{rows}", which.name()), view(&agent(), which, columns, rows));
        }
    }
}

#[test]
fn every_format_reads_as_a_conversation() {
    let q = "When was Acme founded?";
    let a = "In **1947**.";
    let chat = |role: &str, content: Value| json!({ "role": role, "content": content });
    let one = |kind: &str, inputs: Value, outputs: Value| body(&[span(1, None, "root", kind, &inputs, &outputs)]);
    let attributes = |pairs: Value| {
        let mut s = span(1, None, "root", "LLM", &Value::Null, &Value::Null);
        for (key, value) in pairs.as_object().unwrap() {
            s["attributes"][key] = value.clone();
        }
        body(&[s])
    };
    let formats = [
        (
            "openai_chat",
            one(
                "CHAT_MODEL",
                json!({ "model": "m", "messages": [chat("system", json!("Be brief.")), chat("user", json!("Hi")), chat("assistant", json!("Hello")), chat("user", json!([{ "type": "text", "text": q }, { "type": "image_url", "image_url": { "url": "mlflow-attachment://ab12?content_type=image%2Fpng&size=70" } }]))] }),
                json!({ "choices": [{ "message": chat("assistant", json!(a)) }] }),
            ),
        ),
        (
            "openai_responses",
            one(
                "CHAT_MODEL",
                json!({ "model": "m", "input": q, "instructions": "be brief" }),
                json!({ "output": [
            { "type": "reasoning", "summary": [{ "type": "summary_text", "text": "Thinking about it." }] },
            { "type": "function_call", "call_id": "c1", "name": "lookup", "arguments": "{\"name\": \"Acme\"}" },
            { "type": "function_call_output", "call_id": "c1", "output": "1947" },
            { "type": "message", "role": "assistant", "content": [{ "type": "output_text", "text": a }] }] }),
            ),
        ),
        (
            "anthropic",
            one(
                "CHAT_MODEL",
                json!({ "system": "Be brief.", "messages": [chat("user", json!(q)), chat("assistant", json!([{ "type": "text", "text": "I look." }, { "type": "tool_use", "id": "t1", "name": "lookup", "input": { "name": "Acme" } }])), chat("user", json!([{ "type": "tool_result", "tool_use_id": "t1", "content": "1947" }]))] }),
                json!({ "type": "message", "role": "assistant", "content": [{ "type": "text", "text": a }] }),
            ),
        ),
        (
            "langgraph",
            one(
                "CHAIN",
                json!({ "messages": [chat("user", json!(q))] }),
                json!({ "messages": [
            { "type": "human", "content": q },
            { "type": "ai", "content": "", "tool_calls": [{ "name": "lookup", "args": { "name": "Acme" }, "id": "c1" }] },
            { "type": "tool", "content": "1947", "tool_call_id": "c1" },
            { "type": "ai", "content": a }] }),
            ),
        ),
        (
            "llamaindex",
            one(
                "CHAT_MODEL",
                json!({ "messages": [{ "role": "user", "blocks": [{ "block_type": "text", "text": q }] }] }),
                json!({ "message": { "role": "assistant", "blocks": [{ "block_type": "text", "text": a }] } }),
            ),
        ),
        ("dspy", one("CHAIN", json!({ "question": q }), json!({ "reasoning": "It says so.", "answer": a }))),
        (
            "gen_ai",
            attributes(json!({
            "gen_ai.system_instructions": r#"[{"type": "text", "content": "Be brief."}]"#,
            "gen_ai.input.messages": format!(r#"[{{"role": "user", "parts": [{{"type": "text", "content": "{q}"}}]}}]"#),
            "gen_ai.output.messages": format!(r#"[{{"role": "assistant", "parts": [{{"type": "text", "content": "{a}"}}]}}]"#) })),
        ),
        (
            "openllmetry",
            attributes(json!({
            "gen_ai.prompt.0.role": "user", "gen_ai.prompt.0.content": q, "gen_ai.completion.0.role": "assistant", "gen_ai.completion.0.content": a })),
        ),
        (
            "openinference",
            attributes(json!({
            "llm.input_messages.0.message.role": "user", "llm.input_messages.0.message.content": q, "output.value": a })),
        ),
        ("plain", one("CHAIN", json!(q), json!(a))),
        (
            "anything_else",
            one("UNKNOWN", json!({ "x": [1, 2], "deep": { "rows": [{ "k": "v" }] } }), json!([true, null])),
        ),
    ];
    let shown: String =
        formats.iter().map(|(name, body)| format!("=== {name}\n{}\n", view(body, View::Messages, 80, 18))).collect();
    insta::assert_snapshot!("formats", shown);
}

#[test]
fn system_prompt_and_history_are_one_line_until_unfolded() {
    let mut pane = pane(&agent());
    let before = show(&pane, 80, 24);
    assert!(before.contains("▸ system You are a support agent. (+2 lines)"), "{before}");
    assert!(pane.command(TraceCommand::Unfold).changed);
    assert!(show(&pane, 80, 24).contains("│ Use the tools."));
    assert!(pane.command(TraceCommand::Fold).changed);
    assert_eq!(show(&pane, 80, 24), before);
}

#[test]
fn scrolling_stays_inside_and_says_where_it_is() {
    let mut pane = pane(&agent());
    show(&pane, 80, 10);
    assert!(!pane.command(TraceCommand::ScrollLines(-1)).changed);
    assert!(pane.command(TraceCommand::ScrollLines(3)).changed);
    assert!(pane.footer().starts_with("4/"), "{}", pane.footer());
    assert!(pane.command(TraceCommand::Bottom).changed);
    let bottom = show(&pane, 80, 10);
    assert!(!pane.command(TraceCommand::ScrollPages(1)).changed);
    assert!(bottom.trim_end().ends_with("$120"), "{bottom}");
    pane.command(TraceCommand::Top);
    assert!(pane.footer().starts_with("1/"));
}

#[test]
fn pages_up_and_down_return_to_the_same_row() {
    let mut pane = pane(&agent());
    show(&pane, 50, 7);
    let top = show(&pane, 50, 7);
    for _ in 0..4 {
        pane.command(TraceCommand::ScrollPages(1));
    }
    for _ in 0..4 {
        pane.command(TraceCommand::ScrollPages(-1));
    }
    assert_eq!(show(&pane, 50, 7), top);
}

#[test]
fn search_counts_marks_and_goes_around_in_every_view() {
    for which in View::ALL {
        let mut pane = pane(&agent());
        pane.set_view(which);
        show(&pane, 80, 24);
        let first = pane.command(TraceCommand::Find("acme".into()));
        assert!(first.changed);
        let message = first.message.unwrap();
        assert!(message.starts_with("1 of "), "{which:?}: {message}");
        let count: usize = message.rsplit(' ').next().unwrap().parse().unwrap();
        for n in 0..count {
            let at = pane.command(TraceCommand::FindNext).message.unwrap();
            assert_eq!(at, format!("{} of {count}", (n + 1) % count + 1));
            show(&pane, 80, 24);
        }
        assert_eq!(pane.command(TraceCommand::FindPrev).message.unwrap(), format!("{count} of {count}"));
        assert_eq!(
            pane.command(TraceCommand::Find("no such thing".into())).message.unwrap(),
            "not found: no such thing"
        );
        assert!(pane.command(TraceCommand::ClearFind).changed);
        assert!(!pane.command(TraceCommand::FindNext).changed);
    }
}

#[test]
fn a_match_inside_a_fold_is_unfolded_and_shown() {
    let mut pane = pane(&agent());
    show(&pane, 80, 24);
    pane.command(TraceCommand::Find("use the tools".into()));
    assert!(show(&pane, 80, 24).contains("│ Use the tools."));
    pane.set_view(View::Tree);
    show(&pane, 80, 24);
    pane.command(TraceCommand::Find("select 1".into()));
    let shown = show(&pane, 80, 24);
    assert!(shown.contains("▶") && shown.contains("sql"), "{shown}");
}

#[test]
fn a_document_folds_to_its_header_line() {
    let mut pane = pane(&agent());
    pane.set_view(View::Documents);
    let open = show(&pane, 80, 24);
    assert!(pane.command(TraceCommand::Fold).changed);
    let folded = show(&pane, 80, 24);
    assert!(folded.contains('▸') && folded.lines().count() == open.lines().count(), "{folded}");
    assert_ne!(folded, open);
    assert!(pane.command(TraceCommand::Unfold).changed);
    assert_eq!(show(&pane, 80, 24), open);
}

#[test]
fn a_match_is_on_screen_when_the_search_goes_along_to_the_tree() {
    // Needles near the top and far down a span's details, in panes lower than what is assumed before a drawing.
    for needle in ["doc_uri", "docs/anvil.md", "sold by"] {
        for rows in 8..24 {
            let mut pane = pane(&agent());
            show(&pane, 80, rows);
            pane.command(TraceCommand::Find(needle.into()));
            pane.set_view(View::Tree);
            let shown = show(&pane, 80, rows).to_lowercase();
            assert!(pane.footer().contains("1 of"), "{}", pane.footer());
            // The border's words name the needle too: only what is below them counts.
            let inside = shown.split_once('\n').unwrap().1;
            assert!(inside.contains(needle), "{needle} in {rows} rows: {shown}");
        }
    }
}

#[test]
fn the_tree_moves_by_kin_type_and_error() {
    let mut pane = pane(&agent());
    pane.set_view(View::Tree);
    let on = |pane: &TracePane| {
        let shown = show(pane, 80, 24);
        shown
            .lines()
            .find(|l| l.starts_with('▶'))
            .unwrap()
            .split_whitespace()
            .find(|w| w.len() > 2 && w.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
            .unwrap_or("-")
            .to_owned()
    };
    assert_eq!(on(&pane), "support_agent");
    assert!(pane.command(TraceCommand::NextError).changed);
    assert_eq!(on(&pane), "refund");
    assert!(
        show(&pane, 80, 24).contains("✕ TimeoutError")
            || show(&pane, 80, 24).contains("TimeoutError: payment gateway timeout")
    );
    pane.command(TraceCommand::NextSameType);
    assert_eq!(on(&pane), "find_tickets");
    pane.command(TraceCommand::Unfold);
    pane.command(TraceCommand::Unfold);
    assert_eq!(on(&pane), "sql");
    pane.command(TraceCommand::Parent);
    assert_eq!(on(&pane), "find_tickets");
    pane.command(TraceCommand::NextSibling);
    assert_eq!(on(&pane), "refund");
    pane.command(TraceCommand::PrevSibling);
    assert_eq!(on(&pane), "find_tickets");
    pane.command(TraceCommand::Top);
    assert!(!pane.command(TraceCommand::Parent).changed);
    assert!(!pane.command(TraceCommand::NextSibling).changed);
}

#[test]
fn copying_gives_the_raw_text_of_what_is_on_top() {
    let hostile = "a\u{1b}[2Jb\u{202e}c";
    let mut pane = pane(&body(&[span(1, None, "root", "CHAIN", &json!(hostile), &json!("A"))]));
    show(&pane, 80, 24);
    assert_eq!(pane.copy_text(), Some(("message", hostile.to_owned())));
    assert_eq!(pane.output_text().as_deref(), Some("A"));
    pane.set_view(View::Raw);
    show(&pane, 80, 24);
    assert_eq!(pane.copy_text(), Some(("path", ".".to_owned())));
    pane.command(TraceCommand::Find("start_time".into()));
    show(&pane, 80, 24);
    assert_eq!(
        pane.copy_text(),
        Some(("path", ".data.spans[0].start_time_unix_nano".to_owned())),
        "the match under the eyes"
    );
    let whole = pane.copy_whole().unwrap();
    assert!(whole.0 == "trace" && whole.1.starts_with('{'), "{whole:?}");
    pane.set_view(View::Tree);
    show(&pane, 80, 24);
    assert_eq!(pane.copy_text().map(|(what, _)| what), Some("span"));
}

#[test]
fn an_unchanged_pane_says_so() {
    let mut pane = pane(&agent());
    show(&pane, 80, 24);
    for command in
        [TraceCommand::Top, TraceCommand::View(View::Messages), TraceCommand::ClearFind, TraceCommand::Parent]
    {
        assert!(!pane.command(command.clone()).changed, "{command:?}");
    }
}

#[test]
fn nothing_in_a_trace_reaches_a_cell_as_a_control() {
    let evil = "\u{1b}]52;c;ZXZpbA==\u{7}\u{9b}31m\u{202e}\u{200b}\u{e0041}\r\n\t\0\u{85}\u{2028}x";
    let mut s = failed(
        span(
            1,
            None,
            evil,
            evil,
            &json!({ evil: evil, "messages": [{ "role": evil, "content": evil }] }),
            &json!({ "choices": [{ "message": { "role": "assistant", "content": evil, "name": evil } }] }),
        ),
        evil,
    );
    s["attributes"][evil] = evil.into();
    let docs = json!([{ "page_content": evil, "id": evil, "metadata": { "doc_uri": evil, evil: evil } }]);
    let body = body(&[
        s,
        span(2, Some(1), evil, "RETRIEVER", &json!(evil), &docs),
        span(3, Some(1), evil, "TOOL", &json!({ evil: evil }), &json!(evil)),
    ]);
    for which in View::ALL {
        let shown = view(&body, which, 100, 120);
        assert!(
            !shown.contains(['\u{202e}', '\u{200b}', '\u{e0041}', '\u{1b}', '\u{9b}', '\u{85}', '\u{2028}']),
            "{which:?}"
        );
        assert!(shown.contains('␛') || which == View::Documents && shown.contains('⟨'), "{which:?}: {shown}");
    }
}

#[test]
fn huge_things_are_cut_to_what_is_visible() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let mut s = span(1, None, "root", "CHAIN", &json!("w".repeat(200_000)), &json!("line\n".repeat(50_000)));
    s["attributes"]["deep"] = deep.clone().into();
    let body = body(&[s, span(2, Some(1), "deep", "TOOL", &json!(deep), &json!("日本語🙂".repeat(20_000)))]);
    for which in View::ALL {
        let mut pane = pane(&body);
        pane.set_view(which);
        show(&pane, 80, 24);
        for command in [
            TraceCommand::Bottom,
            TraceCommand::ScrollPages(-2),
            TraceCommand::Unfold,
            TraceCommand::Find("1".into()),
            TraceCommand::FindNext,
            TraceCommand::Fold,
            TraceCommand::Top,
        ] {
            pane.command(command);
            show(&pane, 80, 24);
        }
    }
}
