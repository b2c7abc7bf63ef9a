//! Context that stands only in what the answering model was given.

use super::{read, span};

/// An application that was asked PTO? and said 25, around a model that was given these messages.
fn around(messages: &str) -> String {
    let output = r#"{"choices":[{"message":{"role":"assistant","content":"25"}}]}"#;
    let model = span("2", Some("1"), "CHAT_MODEL", &format!(r#"{{"messages":[{messages}]}}"#), output);
    read(vec![span("1", None, "CHAIN", r#"{"question":"PTO?"}"#, "\"25\""), model])
}

const SYSTEM: &str = r#"{"role":"system","content":"Be kind"}"#;
const QUESTION: &str = r#"{"role":"user","content":"PTO?"}"#;

#[test]
fn context_that_only_the_model_was_given_is_told_wherever_it_stands_in_its_input() {
    let told = |messages: &[&str], given: &str| {
        let want = format!("System: Be kind\nUser: PTO?\ngiven {given}\nAssistant: 25");
        assert_eq!(around(&messages.join(",")), want, "{messages:?}");
    };
    told(&[SYSTEM, r#"{"role":"system","content":"Context: 25 days"}"#, QUESTION], "System: Context: 25 days");
    told(&[SYSTEM, QUESTION, r#"{"role":"developer","content":"25 days"}"#], "System: 25 days");
    told(&[SYSTEM, r#"{"role":"user","content":"Facts: 25"}"#, QUESTION], "User: Facts: 25");
    told(&[SYSTEM, r#"{"role":"user","content":"Use this.\n25 days\n\nPTO?"}"#], "User: Use this.\n25 days\n\n…");
    let parts =
        r#"{"role":"user","content":[{"type":"text","text":"Context: 25 days"},{"type":"text","text":"PTO?"}]}"#;
    told(&[SYSTEM, parts], "User: Context: 25 days");
    // Asked something else than the person did.
    told(&[SYSTEM, r#"{"role":"user","content":"PTO in Italy?"}"#], "User: PTO in Italy?");
}

#[test]
fn a_prompt_and_the_input_of_an_only_model_are_told_whatever_the_answer_was_made_into() {
    let root = |answer: &str| span("1", None, "CHAIN", r#"{"query":"PTO?"}"#, &format!(r#"{{"result":"{answer}"}}"#));
    let prompt = span(
        "2",
        Some("1"),
        "LLM",
        r#"["Facts: 25 days\nQuestion: PTO?\nAnswer:"]"#,
        r#"{"generations":[[{"text":" 25"}]]}"#,
    );
    for answer in ["25", "25 days in all."] {
        let shown = read(vec![root(answer), prompt.clone()]);
        assert!(shown.starts_with("User: PTO?\ngiven User: Facts: 25 days\nQuestion: …\nAnswer:\n"), "{shown}");
    }
}

#[test]
fn what_the_conversation_tells_already_is_not_told_as_given() {
    assert_eq!(around(&format!("{SYSTEM},{QUESTION}")), "System: Be kind\nUser: PTO?\nAssistant: 25");
    assert_eq!(around(r#"{"role":"user","content":"Question: PTO?\nAnswer:"}"#), "User: PTO?\nAssistant: 25");
    let model = |messages: &str| {
        let output = r#"{"choices":[{"message":{"role":"assistant","content":"25"}}]}"#;
        span("3", Some("1"), "CHAT_MODEL", &format!(r#"{{"messages":[{messages}]}}"#), output)
    };
    let found = |messages: &str| {
        read(vec![
            span("1", None, "CHAIN", r#"{"question":"PTO?"}"#, "\"25\""),
            span("2", Some("1"), "RETRIEVER", "\"PTO?\"", r#"[{"page_content":"Everybody has 25 days."}]"#),
            model(messages),
        ])
    };
    let documents = r#"{"role":"user","content":"<context>\nEverybody has 25 days.\n</context>\nQuestion: PTO?"}"#;
    assert_eq!(found(documents), "User: PTO?\ndocuments 0\nAssistant: 25");
    // What else was put there is.
    let more = documents.replace("days.", "days.\\nThe user is in Oslo.");
    let want = "User: PTO?\ndocuments 0\ngiven User: <context>\n…\nThe user is in Oslo.\n</context>\nQuestion: …\nAssistant: 25";
    assert_eq!(found(&more), want);
}
