//! What the answering model was not given of what stands above its answer.

use super::{read, span};
use crate::model::trace::Span;

const IMAGE: &str = r#"{"role":"user","content":[{"type":"text","text":"What is in it?"},{"type":"image_url","image_url":{"url":"https://i.example/a.png"}}]}"#;
const TEXT: &str = r#"{"role":"user","content":"What is in it?"}"#;
const NUTS: &str = r#"{"role":"user","content":"I am allergic to nuts"}"#;
const NOTED: &str = r#"{"role":"assistant","content":"Noted."}"#;
const CAKE: &str = r#"{"role":"user","content":"Suggest a cake"}"#;
const CHEF: &str = r#"{"role":"system","content":"You are a chef."}"#;

fn model(id: &str, messages: &[&str], more: &str, answer: &str) -> Span {
    let output = format!(r#"{{"choices":[{{"message":{{"role":"assistant","content":"{answer}"}}}}]}}"#);
    span(id, Some("1"), "CHAT_MODEL", &format!(r#"{{"messages":[{}]{more}}}"#, messages.join(",")), &output)
}

/// An agent that was handed these messages, around models.
fn agent(heard: &[&str], models: Vec<Span>) -> String {
    let mut all = vec![span("1", None, "AGENT", &format!(r#"{{"messages":[{}]}}"#, heard.join(",")), "\"A dog.\"")];
    all.extend(models);
    read(all)
}

#[test]
fn an_image_that_no_model_was_given_is_said_before_the_answer() {
    let shown = |messages: &[&str]| agent(&[IMAGE], vec![model("2", messages, "", "A dog.")]);
    assert!(
        shown(&[TEXT]).ends_with("\nnot given Some(\"the image\") 0 of 0\nAssistant: A dog."),
        "{}",
        shown(&[TEXT])
    );
    assert!(!shown(&[IMAGE]).contains("not given"));
    for stands in [
        r#"{"role":"user","content":"What is in it? [image omitted]"}"#,
        r#"{"role":"user","content":"What is in it? https://i.example/a.png"}"#,
        r#"{"role":"user","content":"What is in it?","images":["iVBORw0KGgo"]}"#,
        r#"{"role":"user","content":[{"type":"text","text":"What is in it?"},{"type":"custom","x":1}]}"#,
    ] {
        assert!(!shown(&[stands]).contains("not given"), "{stands}");
    }
    // Another model saw it, and one was asked in a way that nobody knows.
    let sees = model("2", &[IMAGE], "", "A dog on grass");
    assert!(!agent(&[IMAGE], vec![sees, model("3", &[TEXT], "", "A dog.")]).contains("not given"));
    let other = span("2", Some("1"), "LLM", r#"{"message":"look"}"#, "\"grass\"");
    assert!(!agent(&[IMAGE], vec![other, model("3", &[TEXT], "", "A dog.")]).contains("not given"));
}

#[test]
fn earlier_messages_that_no_model_was_given_are_said_before_the_answer() {
    let heard = [NUTS, NOTED, CAKE];
    let shown = |messages: &[&str], more: &str| agent(&heard, vec![model("2", messages, more, "A dog.")]);
    let said = |messages: &[&str]| shown(messages, "").contains("\nnot given None 2 of 2\nAssistant: A dog.");
    assert!(said(&[CHEF, CAKE]), "{}", shown(&[CHEF, CAKE], ""));
    assert!(said(&[CAKE]));
    let half = [r#"{"role":"user","content":"Hello"}"#, r#"{"role":"assistant","content":"Hi there."}"#];
    let all = agent(&[&half[..], &heard].concat(), vec![model("2", &[CHEF, NUTS, NOTED, CAKE], "", "A dog.")]);
    assert!(all.contains("not given None 2 of 4"), "{all}");
    // All of it, in one text, in other words, in the model's own memory, in another question.
    for given in [
        &[CHEF, NUTS, NOTED, CAKE][..],
        &[r#"{"role":"user","content":"User: I am allergic to nuts\nAssistant: Noted.\nUser: Suggest a cake"}"#],
        &[r#"{"role":"system","content":"The user is allergic."}"#, CAKE],
        &[r#"{"role":"system","content":"Summary: eats no peanut"}"#, CAKE],
        &[r#"{"role":"user","content":"Suggest a cake without hazel"}"#, r#"{"role":"system","content":"nuts"}"#],
        &[r#"{"role":"user","content":"Which cake has none?"}"#],
    ] {
        assert!(!shown(given, "").contains("not given"), "{given:?} {}", shown(given, ""));
    }
    // Too short to be told from any other text.
    let short = [r#"{"role":"user","content":"a"}"#, r#"{"role":"assistant","content":"b"}"#, CAKE];
    assert!(!agent(&short, vec![model("2", &[CHEF, CAKE], "", "A dog.")]).contains("not given"));
    for state in [r#","previous_response_id":"r1""#, r#","thread_id":"t""#, r#","extra":{"conversation":"c"}"#] {
        assert!(!shown(&[CAKE], state).contains("not given"), "{state}");
    }
    let mut kept = model("2", &[CAKE], "", "A dog.");
    kept.attributes.push(("gen_ai.conversation.id".into(), "c".into()));
    assert!(!agent(&heard, vec![kept]).contains("not given"));
    // It counted more than is recorded; a model before it knew.
    let mut counted = model("2", &[CAKE], "", "A dog.");
    counted.attributes.push(("gen_ai.usage.input_tokens".into(), "900".into()));
    assert!(!agent(&heard, vec![counted]).contains("not given"));
    let knew = model("2", &heard, "", "cake, no nuts");
    assert!(!agent(&heard, vec![knew, model("3", &[CAKE], "", "A dog.")]).contains("not given"));
    // Nobody knows which model answered.
    assert!(!agent(&heard, vec![model("2", &[CAKE], "", "A cat.")]).contains("not given"));
}
