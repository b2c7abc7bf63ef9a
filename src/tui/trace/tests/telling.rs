//! How the end of an answer, its order, its failure and a long question look.

use super::{body, pane, show, span, view};
use crate::tui::trace::{Material, Reading, TraceCommand, TracePane, View};
use serde_json::{Value, json};
use std::sync::Arc;

fn asked(words: &str) -> Value {
    json!({ "messages": [{ "role": "user", "content": words }] })
}

fn chat(reason: &str, content: &Value) -> Value {
    json!({ "choices": [{ "finish_reason": reason, "message": { "role": "assistant", "content": content } }] })
}

#[test]
fn a_cut_answer_is_marked_and_an_empty_one_is_never_without_a_word() {
    let shown = |reason: &str, content: &Value, view: View| {
        let mut pane = pane(&body(&[span(1, None, "chat", "CHAT_MODEL", &asked("Q"), &chat(reason, content))]));
        pane.set_view(view);
        show(&pane, 80, 24)
    };
    for view in [View::Messages, View::Output] {
        let cut = shown("length", &json!("Seven cha"), view);
        assert!(cut.contains("Seven cha") && cut.contains("■ cut: length"), "{cut}");
        let blocked = shown("content_filter", &Value::Null, view);
        assert!(blocked.contains("■ blocked: content_filter"), "{blocked}");
        assert!(!shown("stop", &json!("Seven."), view).contains('■'));
    }
    assert!(shown("stop", &Value::Null, View::Messages).contains("(no words)"));
}

#[test]
fn nobody_s_answer_is_said_to_be_missing() {
    let spans = [span(1, None, "app", "CHAIN", &asked("Q"), &Value::Null)];
    assert!(show(&pane(&body(&spans)), 80, 24).contains("no answer was recorded"));
    let running = body(&spans).replace(r#""state":"OK""#, r#""state":"IN_PROGRESS""#);
    assert!(show(&pane(&running), 80, 24).contains("no answer was recorded: the trace was still running"));
}

#[test]
fn a_failure_that_an_answer_reports_is_found_as_an_error() {
    let failed = json!({ "object": "response", "status": "failed", "output": [],
        "error": { "code": "server_error", "message": "The server is sorry." } });
    let mut pane = pane(&body(&[
        span(1, None, "app", "CHAIN", &json!({ "question": "Q" }), &failed),
        span(2, Some(1), "Responses", "CHAT_MODEL", &json!({ "model": "m", "input": "Q" }), &failed),
    ]));
    let shown = show(&pane, 80, 24);
    assert_eq!(shown.matches("The server is sorry.").count(), 1, "{shown}");
    assert!(shown.contains("✕ error in Responses") && pane.title().contains("1 error"), "{shown}");
    let found = pane.command(TraceCommand::NextError);
    assert_ne!(found.message.as_deref(), Some("no errors"));
    pane.set_view(View::Tree);
    assert_eq!(pane.command(TraceCommand::NextError).message.as_deref(), Some("error 1 of 1"));
    assert_eq!(pane.output_text(), None);
}

#[test]
fn words_and_calls_stand_in_the_order_in_which_they_were_said() {
    let answer = json!({ "role": "assistant", "stop_reason": "end_turn", "content": [
        { "type": "text", "text": "I look it up." },
        { "type": "server_tool_use", "id": "s", "name": "web_search", "input": { "query": "chain wear" } },
        { "type": "web_search_tool_result", "tool_use_id": "s", "content": [
            { "type": "web_search_result", "title": "Wear", "url": "https://bikes.example.com" }
        ] },
        { "type": "text", "text": "At 0.75 %." }
    ] });
    let shown = show(&pane(&body(&[span(1, None, "chat", "CHAT_MODEL", &asked("Q"), &answer)])), 80, 24);
    let place = |words: &str| shown.find(words).unwrap_or_else(|| panic!("{words} in\n{shown}"));
    assert!(
        place("I look it up.") < place("tool web_search") && place("tool web_search") < place("At 0.75 %."),
        "{shown}"
    );
}

#[test]
fn a_long_question_is_folded_to_its_beginning_and_searched_whole() {
    let log: Vec<String> = (0..400).map(|n| format!("entry {n} of the log")).collect();
    let question = format!("Why does it fail?\n\n{}", log.join("\n"));
    let answer = chat("stop", &json!("Because of entry 7."));
    let mut pane = pane(&body(&[span(1, None, "chat", "CHAT_MODEL", &asked(&question), &answer)]));
    let shown = show(&pane, 80, 24);
    assert!(shown.contains("Why does it fail?") && shown.contains("Because of entry 7."), "{shown}");
    assert!(shown.contains("… 394 more lines") && !shown.contains("entry 300 "), "{shown}");
    // The key for folds opens it, and what is copied is the whole.
    assert_eq!(pane.copy_text(), Some(("message", question.clone())));
    let found = pane.command(TraceCommand::Find("entry 300 ".into())).message;
    assert_eq!(found.as_deref(), Some("1 of 1"));
    assert!(show(&pane, 80, 24).contains("entry 300 "));
    pane.command(TraceCommand::ClearFind);
    pane.command(TraceCommand::Top);
    pane.command(TraceCommand::Fold);
    // One long paragraph is folded between two words.
    let paragraph = format!("Why? {}needle", "word ".repeat(4000));
    let mut long = super::pane(&body(&[span(1, None, "chat", "CHAT_MODEL", &asked(&paragraph), &answer)]));
    let shown = show(&long, 80, 24);
    assert!(shown.contains("│ Why? word") && shown.contains("… 20 KB more") && shown.contains("entry 7."), "{shown}");
    assert_eq!(long.copy_text(), Some(("message", paragraph)));
    long.command(TraceCommand::Find("needle".into()));
    assert!(show(&long, 80, 24).contains("needle"));
    // So is long JSON, to its members.
    let rows: Vec<_> = (0..200).map(|n| json!({ "row": n, "state": "open" })).collect();
    let many =
        super::pane(&body(&[span(1, None, "app", "CHAIN", &json!({ "rows": rows, "mode": "all" }), &json!("So."))]));
    let shown = show(&many, 80, 24);
    assert!(shown.contains("\"mode\"") && shown.contains("… 200 ]") && shown.contains("So."), "{shown}");
    // A short one stands whole.
    let short = log[..20].join("\n");
    let pane = super::pane(&body(&[span(1, None, "chat", "CHAT_MODEL", &asked(&short), &answer)]));
    assert!(!show(&pane, 80, 40).contains("more lines"));
}

#[test]
fn a_long_question_is_unfolded_with_a_key() {
    let question: String = (0..400).map(|n| format!("entry {n} of the log\n")).collect();
    let mut pane = pane(&body(&[span(1, None, "chat", "CHAT_MODEL", &asked(&question), &chat("stop", &json!("A")))]));
    assert!(!show(&pane, 80, 24).contains("entry 15 "));
    pane.command(TraceCommand::Unfold);
    let shown = show(&pane, 80, 24);
    assert!(shown.contains("entry 15 ") && !shown.contains("more lines"), "{shown}");
}

#[test]
fn a_span_whose_result_reports_a_failure_says_so_beside_its_status() {
    let failed = json!({ "content": [{ "type": "text", "text": "no such part" }], "isError": true });
    let mut pane = pane(&body(&[span(1, None, "lookup", "TOOL", &json!({ "part": "x" }), &failed)]));
    pane.set_view(View::Tree);
    let shown = show(&pane, 120, 40);
    assert!(shown.contains("status OK · ✕ its result reports a failure: isError"), "{shown}");
    assert!(!shown.contains("✔ OK"), "{shown}");
}

#[test]
fn documents_in_a_tool_s_message_are_panels_and_no_json() {
    let docs = json!([
        { "page_content": "Chains wear out at 0.75 %.", "id": "kb-1", "metadata": { "title": "Wear", "score": 0.5 } },
        { "page_content": "Oil them weekly.", "id": "kb-2", "metadata": {} }
    ]);
    let call = json!([{ "id": "c1", "function": { "name": "search", "arguments": "{}" } }]);
    let messages = |with_call: bool| {
        let mut all = vec![json!({ "role": "user", "content": "Q" })];
        if with_call {
            all.push(json!({ "role": "assistant", "content": null, "tool_calls": call }));
        }
        all.push(json!({ "role": "tool", "tool_call_id": "c1", "content": docs.to_string() }));
        json!({ "messages": all })
    };
    for with_call in [true, false] {
        let chat = span(1, None, "chat", "CHAT_MODEL", &messages(with_call), &chat("stop", &json!("So.")));
        let shown = show(&pane(&body(&[chat])), 80, 40);
        for there in ["1 kb-1", "Chains wear out at 0.75 %.", "2 kb-2", "Oil them weekly.", "So."] {
            assert!(shown.contains(there), "{there} in {shown}");
        }
        assert!(!shown.contains("page_content"), "{shown}");
        assert_eq!(shown.contains("├ → 2 documents"), with_call, "{shown}");
    }
}

#[test]
fn question_documents_heads_and_answer_share_a_screen() {
    let text = |n: usize| {
        format!("Chunk {n}: a chain of kind {n} wears out at 0.75 % and is then replaced together with its cassette.")
    };
    let shown = |count: usize| {
        let found: Vec<_> = (0..count).map(|n| json!({ "page_content": text(n), "id": format!("doc-{n}") })).collect();
        let spans = [
            span(1, None, "app", "CHAIN", &json!({ "question": "When is it worn?" }), &json!("At 0.75 %.")),
            span(2, Some(1), "search", "RETRIEVER", &json!({ "query": "worn" }), &json!(found)),
        ];
        show(&pane(&body(&spans)), 80, 24)
    };
    // A few short ones are open; more of them are their titles with their beginnings; many are one line.
    let (two, four, many) = (shown(2), shown(4), shown(30));
    assert!((0..2).all(|n| two.contains(&format!("kind {n} wears out"))) && two.contains("its cassette."), "{two}");
    assert!((0..4).all(|n| four.contains(&format!("doc-{n} Chunk {n}: a chain of kind {n}"))), "{four}");
    assert!(!four.contains("its cassette.") && many.contains("▸ documents (30)") && !many.contains("doc-7"), "{many}");
    for shown in [two, four, many] {
        assert!(shown.contains("When is it worn?") && shown.contains("At 0.75 %."), "{shown}");
    }
}

#[test]
fn documents_of_a_tool_stand_once_and_what_else_it_returned_beside_its_arrow() {
    let asked = json!({ "messages": [{ "role": "user", "content": "Capital?" }] });
    let found = json!([{ "page_content": "Paris is the capital.", "metadata": { "source": "w.md" } }]);
    let told = |outputs: Value| {
        let spans = [
            span(1, None, "agent", "AGENT", &asked, &json!({ "answer": "Paris" })),
            span(2, Some(1), "search", "TOOL", &json!({ "q": "capital" }), &outputs),
        ];
        show(&pane(&body(&spans)), 90, 40)
    };
    let whole = told(found.clone());
    assert!(whole.contains("→ 1 document, ") && whole.contains("documents (1) search"), "{whole}");
    assert_eq!(whole.matches("Paris is the capital.").count(), 1, "{whole}");
    let mixed = told(json!({ "context": found, "total": 7 }));
    assert!(mixed.contains("→ 1 document, ") && mixed.contains("\"total\": 7"), "{mixed}");
    assert_eq!(mixed.matches("Paris is the capital.").count(), 1, "{mixed}");
    // No panel of its own has it: the box does, with its title and score.
    let one = told(json!([{ "title": "Lyon", "content": "Lyon is not.", "score": 0.3 }]));
    assert!(one.contains("→ 1 document") && one.contains("1 Lyon · 0.3") && one.contains("Lyon is not."), "{one}");
}

#[test]
fn a_file_search_shows_documents_and_a_view_hides_them_with_all_others() {
    let results = json!([{ "file_id": "f1", "filename": "w.pdf", "score": 0.9, "text": "Paris is the capital." }]);
    let output = json!({ "output": [
        { "id": "fs", "type": "file_search_call", "status": "completed", "queries": ["capital"], "results": results },
        { "type": "message", "role": "assistant", "content": [{ "type": "output_text", "text": "Paris.", "annotations": [] }] }
    ] });
    let body = body(&[span(1, None, "Responses", "CHAT_MODEL", &json!({ "input": "Capital?" }), &output)]);
    let whole = show(&pane(&body), 90, 30);
    assert!(whole.contains("→ 1 document") && whole.contains("w.pdf") && !whole.contains("\"text\""), "{whole}");
    let lens = crate::model::review_view::from_text("v.toml", "[messages]\nhide = ['documents']").unwrap();
    let material = Material { lens: Arc::new(lens), ..Material::of(body.as_str()) };
    let pane = TracePane::open(Arc::new(Reading::build(&material)));
    let hidden = show(&pane, 90, 30);
    assert!(hidden.contains("→ 1 document (hidden)") && !hidden.contains("Paris is the capital"), "{hidden}");
    assert_eq!(pane.hidden(), 1);
}

#[test]
fn what_was_found_is_not_cited_by_itself_and_addresses_of_an_answer_stand_under_it() {
    let found = json!({ "documents": [{ "content": "Paris", "id": "h1", "score": 0.9 }] });
    let lone = body(&[span(1, None, "r", "RETRIEVER", &json!({ "query": "capital" }), &found)]);
    assert!(!view(&lone, View::Documents, 80, 24).contains("cited"));
    let output = json!({ "citations": ["https://a.example/k2"], "choices": [
        { "message": { "role": "assistant", "content": "8,611 m[1]." }, "finish_reason": "stop" }
    ] });
    let asked = json!({ "messages": [{ "role": "user", "content": "Height?" }] });
    let shown = show(&pane(&body(&[span(1, None, "c", "CHAT_MODEL", &asked, &output)])), 80, 24);
    assert!(shown.contains("※ https://a.example/k2"), "{shown}");
}

#[test]
fn an_embedding_is_one_line_until_it_is_opened() {
    let numbers: Vec<f64> = (0..768).map(f64::from).collect();
    let spans = [span(1, None, "embed", "EMBEDDING", &json!({ "texts": ["alpha"] }), &json!([numbers, numbers]))];
    let shown = show(&pane(&body(&spans)), 80, 24);
    assert!(shown.contains("768") && !shown.contains("5.0, 6.0"), "{shown}");
}

#[test]
fn a_guardrail_s_result_is_one_line_that_opens_where_it_is_long_and_a_view_may_hide_it() {
    let scores: Vec<Value> = (0..30).map(|n| json!({ "rule": format!("rule {n}"), "score": n })).collect();
    let spans = [
        span(1, None, "app", "CHAIN", &asked("Q"), &json!("A")),
        span(2, Some(1), "input_guard", "GUARDRAIL", &json!({}), &json!({ "flagged": true })),
        span(3, Some(1), "rules", "EVALUATOR", &json!({}), &json!(scores)),
    ];
    let shown = show(&pane(&body(&spans)), 80, 24);
    assert!(shown.contains("├ guardrail input_guard · {\"flagged\":true}"), "{shown}");
    let line = shown.lines().find(|l| l.contains("evaluator rules")).unwrap();
    assert!(line.starts_with('▸') && line.contains("[{\"rule\":\"rule 0\"") && line.contains("lines"), "{line}");
    assert!(!shown.contains("rule 29"), "{shown}");
    let lens = |text: &str| {
        let lens = Arc::new(crate::model::review_view::from_text("v.toml", text).unwrap());
        let reading = Reading::build(&Material { lens, ..Material::of(body(&spans)) });
        show(&TracePane::open(Arc::new(reading)), 80, 24)
    };
    assert!(!lens("[spans]\nhide = [\"type:GUARDRAIL\"]").contains("input_guard"));
    let neither = lens("[messages]\nhide = [\"steps\"]");
    assert!(!neither.contains("input_guard") && !neither.contains("evaluator"), "{neither}");
    assert!(!lens("[fields]\nhide = [\"outputs.flagged\"]").contains("flagged"));
}

#[test]
fn where_several_agents_act_a_tool_says_whose_it_is() {
    let agent = |id, name: &str| span(id, Some(1), name, "AGENT", &asked("Q"), &json!(format!("{name} is done")));
    let shown = show(
        &pane(&body(&[
            span(1, None, "app", "CHAIN", &asked("Q"), &json!("A")),
            agent(2, "planner"),
            span(3, Some(2), "maps", "TOOL", &json!({ "q": "rome" }), &json!("MAP")),
            agent(4, "booker"),
            span(5, Some(4), "book", "TOOL", &json!({ "h": "x" }), &json!("OK")),
        ])),
        80,
        24,
    );
    assert!(shown.contains("tool maps by planner") && shown.contains("tool book by booker"), "{shown}");
}

#[test]
fn of_documents_it_is_said_that_a_later_step_kept_a_part() {
    let document = |text: &str| json!({ "page_content": text, "metadata": { "source": text } });
    let both = json!([document("a text about chains"), document("a text about wheels")]);
    let kept = json!({ "documents": [document("a text about chains")] });
    let spans = [
        span(1, None, "app", "CHAIN", &json!({ "question": "Q" }), &json!("A")),
        span(2, Some(1), "search", "RETRIEVER", &json!("Q"), &both),
        span(3, Some(1), "grade", "CHAIN", &json!({ "question": "Q" }), &kept),
    ];
    assert!(show(&pane(&body(&spans)), 80, 24).contains("documents (2) search · 1 of them handed on by grade"));
    let all = show(&pane(&body(&spans[..2])), 80, 24);
    assert!(all.contains("documents (2) search") && !all.contains("handed on"), "{all}");
}

#[test]
fn an_item_that_nobody_knows_is_one_line_and_what_a_failed_tool_returned_is_laid_out() {
    let input = json!({ "input": [{ "role": "user", "content": "Pay" }] });
    let tools = json!({ "type": "mcp_list_tools", "server_label": "bank", "tools": [{ "name": "pay", "description": "Pays whom it is told to pay" }] });
    let output = json!({ "object": "response", "output": [tools, { "type": "brand_new", "n": 7 }] });
    let mut told = pane(&body(&[span(1, None, "chat", "CHAT_MODEL", &input, &output)]));
    let shown = show(&told, 80, 24);
    assert!(shown.contains("▸ item mcp_list_tools · {") && shown.contains("item brand_new · {"), "{shown}");
    assert!(!shown.contains("output"), "{shown}");
    assert!(told.command(TraceCommand::Unfold).changed);
    assert!(show(&told, 80, 24).contains(r#""Pays whom it is told to pay""#));
    let result = json!({ "content": [{ "type": "text", "text": "no\nsuch file" }], "structuredContent": { "code": 2 }, "isError": true });
    let spans = [
        span(1, None, "app", "CHAIN", &asked("Q"), &json!("A")),
        span(2, Some(1), "read", "TOOL", &json!({ "p": "a" }), &result),
    ];
    let shown = show(&pane(&body(&spans)), 80, 24);
    assert!(shown.contains("✕ result") && shown.contains("such file") && !shown.contains("\\n"), "{shown}");
}

#[test]
fn an_output_that_is_one_value_is_folded_by_level() {
    let output = json!({ "a": { "b": { "c": 1 } }, "d": { "e": { "f": 2 } } });
    let mut told = pane(&body(&[span(1, None, "app", "CHAIN", &json!({ "x": 1 }), &output)]));
    told.set_view(View::Output);
    let lines = |told: &TracePane| show(told, 80, 40).lines().filter(|l| l.contains('"') || l.contains('}')).count();
    let mut seen = vec![lines(&told)];
    for command in [TraceCommand::Fold, TraceCommand::Fold, TraceCommand::Unfold, TraceCommand::Unfold] {
        told.command(command);
        seen.push(lines(&told));
    }
    assert!(seen[1] < seen[0] && seen[2] < seen[1], "both branches lose a level: {seen:?}");
    assert_eq!((seen[3], seen[4]), (seen[1], seen[0]));
    let shown = show(&told, 80, 40);
    told.command(TraceCommand::Fold);
    let folded = show(&told, 80, 40);
    assert!(shown.contains("\"c\": 1") && shown.contains("\"f\": 2"), "{shown}");
    assert!(!folded.contains("\"c\"") || !folded.contains("▾ \"b\""), "{folded}");
}
