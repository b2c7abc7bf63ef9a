//! Functions without a type that anybody knows.

use super::{read, span};
use crate::model::trace::Span;

fn named(name: &str, span: Span) -> Span {
    Span { name: name.into(), ..span }
}

fn root(answer: &str) -> Span {
    span("1", None, "CHAIN", r#"{"question":"Who leads X?"}"#, &format!("\"{answer}\""))
}

const MODEL: &str = r#"{"messages":[{"role":"user","content":"Who leads X?"}]}"#;

fn model(answer: &str) -> Span {
    let output = format!(r#"{{"choices":[{{"message":{{"role":"assistant","content":"{answer}"}}}}]}}"#);
    span("9", Some("1"), "CHAT_MODEL", MODEL, &output)
}

#[test]
fn what_a_function_returned_stands_before_the_answer_whatever_its_type() {
    for kind in ["UNKNOWN", "", "CHAIN", "TASK", "my_step"] {
        let found = named("search", span("2", Some("1"), kind, r#"{"query":"X"}"#, "\"X is led by John.\""));
        let shown = read(vec![root("Jane."), found, model("Jane.")]);
        let kind = if kind.is_empty() { "UNKNOWN" } else { kind };
        let line = format!("{kind} search({{\"query\":\"X\"}}): X is led by John.");
        assert_eq!(shown, format!("User: Who leads X?\n{line}\nAssistant: Jane."));
    }
    // A value, an empty list, a short word that the answer has by chance.
    for result in [r#"{"id":7,"status":"CANCELLED"}"#, "[]", "\"an\"", "false"] {
        let found = named("get", span("2", Some("1"), "UNKNOWN", "{}", result));
        let shown = read(vec![root("Jane."), found, model("Jane.")]);
        let line = format!("UNKNOWN get: {}", result.trim_matches('"'));
        assert_eq!(shown, format!("User: Who leads X?\n{line}\nAssistant: Jane."));
    }
}

#[test]
fn what_is_told_already_is_no_function_s_line() {
    let step = |id: &str, outputs: &str| span(id, Some("1"), "CHAIN", r#"{"question":"Who leads X?"}"#, outputs);
    for outputs in [
        "\"Jane.\"",
        r#"{"answer":"Jane."}"#,
        "\"Who leads X?\"",
        r#"{"messages":[{"type":"human","content":"Who leads X?"}]}"#,
        "null",
        "{}",
        "\"n9\"",
        "\"__end__\"",
        r#"["Send(node='tools', arg={'x': 1})"]"#,
        r#"{"to_agent":"n9"}"#,
    ] {
        let shown = read(vec![root("Jane."), step("2", outputs), model("Jane.")]);
        assert_eq!(shown, "User: Who leads X?\nAssistant: Jane.", "{outputs}");
    }
    let numbers = format!("[{}]", ["0.25"; 40].join(","));
    assert_eq!(read(vec![root("J."), step("2", &numbers)]), "User: Who leads X?\nAssistant: J.");
    // Around what is told, inside it, and twice the same.
    let around = named("flow", step("8", r#"{"state":"anything else that was handed on"}"#));
    let inside = Span { parent: Some("8".into()), ..model("Jane.") };
    assert_eq!(read(vec![root("Jane."), around, inside]), "User: Who leads X?\nAssistant: Jane.");
    let tool = span("2", Some("1"), "TOOL", "{}", "\"R\"");
    let helper = span("3", Some("2"), "UNKNOWN", "{}", "\"raw\"");
    assert_eq!(read(vec![root("J."), tool, helper]), "User: Who leads X?\nAssistant: n2({}) -> R\nAssistant: J.");
    let twice = vec![root("J."), step("2", "\"X is led by John.\""), step("3", "\"X is led by John.\"")];
    assert_eq!(read(twice).matches("John").count(), 1);
}

#[test]
fn the_function_that_gave_the_answer_says_what_it_was_given() {
    let found =
        named("retrieve", span("2", Some("1"), "UNKNOWN", r#"{"query":"X"}"#, r#"["X is led by John since May."]"#));
    let gave = |inputs: &str| named("generate", span("3", Some("1"), "UNKNOWN", inputs, "\"Jane.\""));
    let told = gave(r#"{"question":"Who leads X?","docs":["X is led by John since May."]}"#);
    assert_eq!(
        read(vec![root("Jane."), found, told]),
        "User: Who leads X?\nUNKNOWN retrieve({\"query\":\"X\"}): [\"X is led by John since May.\"]\nAssistant: Jane."
    );
    let prompt = gave(r#"{"prompt":"Facts: John leads X. Question: Who leads X?"}"#);
    assert_eq!(
        read(vec![root("Jane."), prompt]),
        "User: Who leads X?\ngiven to a function User: Facts: John leads X. Question: …\nAssistant: Jane."
    );
    // It is said to be a model only where something says so.
    let facts = r#""prompt":"Facts: John leads X. Question: Who leads X?""#;
    for sign in [r#","model":"m-1""#, r#","kwargs":{"model":"m-1"}"#] {
        let shown = read(vec![root("Jane."), gave(&format!("{{{facts}{sign}}}"))]);
        assert!(shown.contains("\ngiven User: "), "{shown}");
    }
    let mut used = gave(&format!("{{{facts}}}"));
    used.attributes.push(("gen_ai.request.model".into(), "m-1".into()));
    assert!(read(vec![root("Jane."), used]).contains("\ngiven User: "));
    let price = gave(r#"{"price":10}"#);
    assert!(read(vec![root("Jane."), price]).contains("\ngiven to a function User: 10"));
}

#[test]
fn what_a_prompt_was_made_of_is_given_to_the_model() {
    let made =
        r#"{"template":"Answer {q} out of {facts}","vars":{"q":"Who leads X?","facts":"John leads X since May."}}"#;
    let shown = read(vec![root("Jane."), span("2", Some("1"), "LLM", made, "\"Jane.\"")]);
    assert!(shown.contains("\ngiven User: ") && shown.contains("John leads X since May."), "{shown}");
    // What the model's prompt has is told there.
    let found = span("2", Some("1"), "CHAIN", "{}", "\"John leads X since May.\"");
    let asked = r#"{"messages":[{"role":"system","content":"Answer."},{"role":"user","content":"John leads X since May. Who leads X?"}]}"#;
    let shown = read(vec![root("Jane."), found, Span { inputs: Some(asked.into()), ..model("Jane.") }]);
    assert_eq!(shown, "System: Answer.\nUser: Who leads X?\ngiven User: John leads X since May. …\nAssistant: Jane.");
}

#[test]
fn of_very_many_functions_the_first_are_told() {
    let mut spans = vec![root("J.")];
    spans.extend((2..60).map(|n| span(&n.to_string(), Some("1"), "TASK", "{}", &format!("\"result {n}\""))));
    let shown = read(spans);
    assert_eq!(shown.matches("TASK ").count(), 20, "{shown}");
    assert!(shown.ends_with("TASK n21: result 21\n38 more\nAssistant: J."), "{shown}");
}
