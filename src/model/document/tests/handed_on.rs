//! Documents that were found and no model was given.

use crate::model::document::documents;
use crate::model::trace::{Span, Trace};

const FOUND: &str = r#"[{"page_content":"Max dose is 4 mg.","id":"1"},{"page_content":"Children take 2 mg, and never\nmore than that in a day.","id":"2"}]"#;
const ONE: &str = r#""Max dose is 4 mg.""#;
const OTHER: &str = r#""Children take 2 mg, and never\nmore than that in a day.""#;

fn span(id: &str, kind: &str, inputs: &str, outputs: &str) -> Span {
    Span {
        id: id.into(),
        parent: (id != "1").then(|| "1".into()),
        span_type: kind.into(),
        inputs: Some(inputs.into()).filter(|i: &std::sync::Arc<str>| !i.is_empty()),
        outputs: Some(outputs.into()),
        ..Span::default()
    }
}

/// The ids of documents that were not handed on, of what a retriever found for an application with these spans.
fn left(spans: Vec<Span>) -> String {
    let found = span("2", "RETRIEVER", "\"dose?\"", FOUND);
    let all = [span("1", "CHAIN", "\"dose?\"", r#"{"response":"40 mg"}"#), found].into_iter().chain(spans);
    let found = documents(&Trace { spans: all.collect(), ..Trace::default() });
    let left = found.iter().flat_map(|r| &r.documents).filter(|d| d.left);
    left.filter_map(|d| d.id.clone()).collect()
}

fn asked(words: &str) -> String {
    format!(r#"{{"messages":[{{"role":"user","content":{words}}}]}}"#)
}

#[test]
fn a_document_that_no_model_was_given_beside_one_that_was_is_left() {
    let model = |inputs: &str| left(vec![span("3", "CHAT_MODEL", inputs, "\"40 mg\"")]);
    assert_eq!(model(&asked(OTHER)), "1");
    assert_eq!(model(&asked(ONE)), "2");
    assert_eq!(model(r#"{"question":"dose?","context":"[1] Max dose is  4 mg"}"#), "2");
    // In other spaces and marks; in a JSON text inside the prompt.
    assert_eq!(model(&asked(r#""* Children take **2 mg**, and never more than that in a day""#)), "1");
    assert_eq!(model(&asked(r#""[\"Children take 2 mg, and never\\nmore than that in a day.\"]""#)), "1");
    for all in [
        asked(r#""Max dose is 4 mg.\n\nChildren take 2 mg, and never more than that in a day.""#),
        // None word for word; one cut, or a part of it.
        asked(r#""dose?""#),
        asked(r#""Max dose is 4 mg. Children take 2 mg, and never mo...""#),
        asked(r#""Max dose is 4 mg. (2 mg, and never more than that in...)""#),
        String::new(),
    ] {
        assert_eq!(model(&all), "", "{all}");
    }
}

#[test]
fn what_any_model_was_given_is_not_left() {
    let model = |id: &str, inputs: &str| span(id, "CHAT_MODEL", inputs, "\"so\"");
    assert_eq!(left(vec![model("3", &asked(ONE)), model("4", &asked(OTHER))]), "");
    // One whose prompt is not recorded, or not all of it.
    assert_eq!(left(vec![model("3", ""), model("4", &asked(OTHER))]), "");
    let mut counted = model("3", &asked(OTHER));
    counted.attributes.push(("gen_ai.usage.input_tokens".into(), "4000".into()));
    assert_eq!(left(vec![counted]), "");
}

#[test]
fn of_functions_the_one_that_gave_the_answer_says_what_it_was_given() {
    let filter = || span("3", "UNKNOWN", &format!(r#"{{"docs":[{ONE},{OTHER}]}}"#), &format!("[{OTHER}]"));
    let gave = |answer: &str| span("4", "CHAIN", &format!(r#"{{"question":"dose?","docs":[{OTHER}]}}"#), answer);
    assert_eq!(left(vec![filter(), gave("\"40 mg\"")]), "1");
    assert_eq!(left(vec![gave("\"40 mg\"")]), "1");
    assert_eq!(left(vec![gave("\"another\"")]), "", "nobody knows what the answer rests on");
    let judge = span("3", "UNKNOWN", &format!(r#"{{"docs":[{ONE},{OTHER}]}}"#), "[0.1,0.9]");
    assert_eq!(left(vec![judge, gave("\"40 mg\"")]), "", "it may have told of either");
}

#[test]
fn short_texts_are_not_told_apart() {
    let found = r#"[{"page_content":"4 mg","id":"1"},{"page_content":"Children take 2 mg","id":"2"}]"#;
    let spans = vec![
        span("1", "CHAIN", "\"dose?\"", "\"40 mg\""),
        span("2", "RETRIEVER", "\"dose?\"", found),
        span("3", "LLM", &asked("\"Children take 2 mg\""), "\"40 mg\""),
    ];
    let found = documents(&Trace { spans, ..Trace::default() });
    assert!(found.iter().flat_map(|r| &r.documents).all(|d| !d.left));
}
