//! Several answers to one question, each with its own end.

use super::{read, span};

const TWO: &str = r#"{"choices":[{"index":0,"message":{"role":"assistant","content":"one"},"finish_reason":"stop"},{"index":1,"message":{"role":"assistant","content":"two"},"finish_reason":"length"}]}"#;
const ASKED: &str = r#"{"messages":[{"role":"user","content":"Q"}]}"#;

#[test]
fn each_choice_has_its_own_end() {
    let told = "User: Q\nAssistant: one\nAssistant: two | (cut: length)";
    assert_eq!(read(vec![span("1", None, "CHAT_MODEL", ASKED, TWO)]), told);
    let cut = TWO.replace("\"stop\"", "\"content_filter\"").replace("\"length\"", "\"stop\"");
    let told = "User: Q\nAssistant: one | (blocked: content_filter)\nAssistant: two";
    assert_eq!(read(vec![span("1", None, "CHAT_MODEL", ASKED, &cut)]), told);
    // An application that hands on the first did not hand on a cut answer.
    let below = |output: &str| {
        let model = span("2", Some("1"), "CHAT_MODEL", ASKED, TWO);
        read(vec![span("1", None, "CHAIN", r#"{"question":"Q"}"#, output), model])
    };
    assert!(below("\"one\"").ends_with("\nAssistant: one"), "{}", below("\"one\""));
    assert!(below("\"two\"").ends_with("\nAssistant: two | (cut: length)"), "{}", below("\"two\""));
}

#[test]
fn candidates_are_numbered() {
    let of = |outputs: &str| {
        let trace =
            crate::model::Trace { spans: vec![span("1", None, "CHAT_MODEL", ASKED, outputs)], ..Default::default() };
        let tree = crate::model::span_tree::Tree::build(&trace.spans);
        let found = crate::model::conversation::conversation(&trace, &tree, &[]);
        let names = found.entries.iter().filter_map(|e| match e {
            super::Entry::Message { message, .. } => message.name.clone(),
            _ => None,
        });
        (names.collect::<Vec<_>>().join(", "), found.output.unwrap_or_default().to_string())
    };
    let both = ("choice 1 of 2, choice 2 of 2".to_owned(), "one".to_owned());
    let gemini = r#"{"candidates":[{"content":{"role":"model","parts":[{"text":"one"}]},"finishReason":"STOP"},{"content":{"role":"model","parts":[{"text":"two"}]},"finishReason":"MAX_TOKENS"}]}"#;
    assert_eq!(of(gemini), both);
    let parts = r#"[{"role":"assistant","parts":[{"type":"text","content":"one"}],"finish_reason":"stop"},{"role":"assistant","parts":[{"type":"text","content":"two"}],"finish_reason":"length"}]"#;
    assert_eq!(of(parts), both);
    // What an agent said before it called and after is one answer.
    let turn = r#"[{"role":"assistant","parts":[{"type":"text","content":"I look."},{"type":"tool_call","id":"1","name":"f","arguments":{}}],"finish_reason":"tool_call"},{"role":"assistant","parts":[{"type":"text","content":"two"}],"finish_reason":"stop"}]"#;
    assert_eq!(of(turn), (String::new(), "two".to_owned()));
}
