//! What a session's view shows, folds and hides in each view, and that what is hidden is counted.

use super::{agent, body, failed, show, span};
use crate::model::review_view::from_text;
use crate::tui::trace::{Material, Reading, TraceCommand, TracePane, View};
use serde_json::json;
use std::sync::Arc;

fn seen(view: &str, which: View) -> (String, usize) {
    let mut pane = pane(view);
    pane.set_view(which);
    (show(&pane, 100, 70), pane.hidden())
}

fn pane(view: &str) -> TracePane {
    pane_of(agent(), view)
}

fn pane_of(body: String, view: &str) -> TracePane {
    let lens = Arc::new(from_text("v.toml", view).unwrap());
    TracePane::open(Arc::new(Reading::build(&Material { lens, ..Material::of(body) })))
}

/// The whole of a view of one span's inputs and outputs.
fn one(inputs: serde_json::Value, outputs: serde_json::Value, view: &str, which: View) -> (String, usize) {
    let mut pane = pane_of(body(&[span(1, None, "app", "CHAIN", &inputs, &outputs)]), view);
    pane.set_view(which);
    (show(&pane, 100, 60), pane.hidden())
}

const BUSINESS: &str = include_str!("../../../../assets/views/business.toml");

#[test]
fn a_business_expert_sees_question_documents_answer_and_what_failed() {
    let (shown, hidden) = seen(BUSINESS, View::Messages);
    for there in
        ["What issues does Acme Corp have?", "documents (2)", "rocket skates", "one open issue", "refund ✕ failed"]
    {
        assert!(shown.contains(there), "{there} in {shown}");
    }
    for gone in ["find_tickets", "support agent", "I look it up"] {
        assert!(!shown.contains(gone), "{gone} in {shown}");
    }
    // The system prompt, what came beside the question, the words with the calls, and the call that went well.
    assert_eq!(hidden, 4);
    insta::assert_snapshot!("lens_business", shown);
}

#[test]
fn pieces_of_the_conversation_are_folded_and_hidden() {
    let (shown, hidden) = seen("[messages]\nshow = ['system']\nfold = ['tools', 'documents']", View::Messages);
    assert!(shown.contains("│ Use the tools.") && shown.contains("▸ documents (2)"), "{shown}");
    assert!(shown.contains("▸ tool find_tickets") && !shown.contains("\"priority\""), "{shown}");
    assert!(shown.contains("payment gateway timeout"), "a failed call stays open: {shown}");
    assert_eq!(hidden, 0);
    let (shown, hidden) = seen("[messages]\nhide = ['errors', 'tools', 'documents', 'user']", View::Messages);
    assert!(
        !shown.contains("refund") && !shown.contains("Acme Corp have") && shown.contains("one open issue"),
        "{shown}"
    );
    // The calls with their words are one message.
    assert_eq!(hidden, 3);
}

#[test]
fn hidden_spans_are_gone_from_tree_and_documents_and_failed_ones_are_not() {
    let (shown, hidden) = seen("[spans]\nhide = ['*']\nshow = ['name:sql']", View::Tree);
    assert!(shown.contains("sql") && shown.contains("refund") && !shown.contains("find_tickets"), "{shown}");
    assert_eq!(hidden, 4);
    let (shown, hidden) = seen("[spans]\nhide = ['type:RETRIEVER']", View::Documents);
    assert!(!shown.contains("rocket skates"), "{shown}");
    assert_eq!(hidden, 2);
}

#[test]
fn shown_spans_are_reached_at_once_and_folded_ones_stay_closed() {
    let (shown, _) = seen("[spans]\nshow = ['name:sql']", View::Tree);
    assert!(shown.lines().any(|l| l.contains("sql") && l.contains('·')), "{shown}");
    let (shown, _) = seen("[spans]\nfold = ['type:AGENT']", View::Tree);
    assert!(!shown.contains("find_tickets"), "{shown}");
    let (shown, _) = seen("[spans]\nfold = ['*']\nshow = ['name:sql']", View::Tree);
    assert!(shown.lines().any(|l| l.contains("sql") && l.contains('·')), "inside what is folded: {shown}");
}

#[test]
fn fields_are_hidden_and_folded_where_they_stand() {
    let view = "[fields]\nhide = ['inputs.user', 'metadata.lang']\nfold = ['attributes.*', 'outputs.answer']";
    let (shown, hidden) = seen(view, View::Tree);
    assert!(!shown.contains("\"u1\"") && shown.contains("▸ outputs.answer") && shown.contains("inputs"), "{shown}");
    assert!(hidden >= 1);
    let (shown, hidden) = seen(view, View::Documents);
    assert!(!shown.contains("lang:") && shown.contains("0.9123"), "{shown}");
    assert_eq!(hidden, 1);
}

#[test]
fn copies_and_the_raw_json_have_everything() {
    let view = "[fields]\nhide = ['inputs', 'outputs']\n[messages]\nhide = ['system', 'reasoning']";
    let mut pane = pane(view);
    pane.set_view(View::Tree);
    show(&pane, 100, 40);
    pane.command(TraceCommand::Top);
    let (what, text) = pane.copy_text().unwrap();
    assert!(what == "span" && text.contains("u1"), "{what} {text}");
    assert!(pane.output_text().unwrap().contains("one"));
    let (raw, hidden) = seen(view, View::Raw);
    assert!(raw.contains("support_agent"), "{raw}");
    assert_eq!(hidden, 0);
}

#[test]
fn a_view_that_says_nothing_changes_nothing() {
    for which in View::ALL {
        let mut plain = super::pane(&agent());
        plain.set_view(which);
        assert_eq!(seen("name = 'x'", which).0, show(&plain, 100, 70), "{which:?}");
    }
}

#[test]
fn hidden_fields_beside_the_words_are_gone_on_both_sides() {
    let view = "[messages]\nshow = ['data']\n[fields]\nhide = ['inputs.secret', 'inputs.user.mail', 'outputs.debug']";
    let asked = json!({ "secret": "IN-SECRET", "user": { "mail": "IN-MAIL", "name": "IN-NAME" } });
    let gave = json!({ "debug": "OUT-DEBUG", "rest": "OUT-REST", "secret": "OUT-KEPT" });
    let with = |more: &serde_json::Value, key: &str, value: serde_json::Value| {
        let mut all = more.clone();
        all[key] = value;
        all
    };
    for (inputs, outputs) in [
        (with(&asked, "question", json!("Why?")), with(&gave, "answer", json!("So."))),
        (
            with(&asked, "messages", json!([{ "role": "user", "content": "Why?" }])),
            with(&gave, "messages", json!([{ "type": "ai", "content": "So." }])),
        ),
    ] {
        let (shown, hidden) = one(inputs, outputs, view, View::Messages);
        for there in ["Why?", "So.", "IN-NAME", "OUT-REST", "OUT-KEPT"] {
            assert!(shown.contains(there), "{there} in {shown}");
        }
        for gone in ["IN-SECRET", "IN-MAIL", "OUT-DEBUG"] {
            assert!(!shown.contains(gone), "{gone} in {shown}");
        }
        assert_eq!(hidden, 3);
    }
}

#[test]
fn data_beside_the_answer_is_hidden_in_the_output_view_as_well() {
    let outputs = json!({ "answer": "So.", "debug": "OUT-DEBUG" });
    let (shown, hidden) = one(json!("Why?"), outputs.clone(), "[messages]\nhide = ['data']", View::Output);
    assert!(shown.contains("So.") && !shown.contains("OUT-DEBUG"), "{shown}");
    assert_eq!(hidden, 1);
    assert!(one(json!("Why?"), outputs, "", View::Output).0.contains("OUT-DEBUG"));
}

#[test]
fn the_output_view_tells_all_choices_and_what_failed_after_an_answer() {
    let choice =
        |text: &str, why: &str| json!({ "message": { "role": "assistant", "content": text }, "finish_reason": why });
    let outputs = json!({ "choices": [choice("CHOICE-A", "length"), choice("CHOICE-B", "stop")] });
    let asked = json!({ "messages": [{ "role": "user", "content": "Why?" }] });
    let model = |outputs: &serde_json::Value| span(1, None, "c", "CHAT_MODEL", &asked, outputs);
    let seen = |span: serde_json::Value, view: &str| {
        let mut pane = pane_of(body(&[span]), view);
        pane.set_view(View::Output);
        show(&pane, 100, 30)
    };
    let both = seen(model(&outputs), "");
    for there in ["choice 1 of 2", "CHOICE-A", "■ cut: length", "choice 2 of 2", "CHOICE-B"] {
        assert!(both.contains(there), "{there} in {both}");
    }
    let part = json!({ "choices": [choice("PART", "stop")] });
    let broken = seen(failed(model(&part), "BROKE"), "");
    assert!(broken.contains("PART") && broken.contains("✕ TimeoutError: BROKE"), "{broken}");
    assert!(!seen(failed(model(&part), "BROKE"), "[messages]\nhide = ['errors']").contains("BROKE"));
}

#[test]
fn a_call_is_one_box_though_a_view_hides_an_argument_of_it() {
    let call = json!({ "role": "assistant", "content": null, "tool_calls": [
        { "id": "c1", "type": "function", "function": { "name": "login", "arguments": "{\"user\": \"u1\", \"pwd\": \"HIDDEN\"}" } }
    ] });
    let question = json!({ "role": "user", "content": "q" });
    let handed = json!({ "role": "tool", "tool_call_id": "c1", "content": "welcome" });
    let answer = json!({ "choices": [{ "message": { "role": "assistant", "content": "fin" } }] });
    let spans = [
        span(1, None, "agent", "AGENT", &json!({ "messages": [question] }), &answer),
        span(2, Some(1), "login", "TOOL", &json!({ "user": "u1", "pwd": "HIDDEN" }), &json!("welcome")),
        span(3, Some(1), "llm", "CHAT_MODEL", &json!({ "messages": [question, call, handed] }), &answer),
    ];
    let mut pane = pane_of(body(&spans), "[fields]\nhide = ['inputs.pw*']");
    pane.set_view(View::Messages);
    let shown = show(&pane, 100, 40);
    assert_eq!(shown.matches("tool login").count(), 1, "{shown}");
    assert!(shown.contains("u1") && shown.contains("welcome") && !shown.contains("HIDDEN"), "{shown}");
}
