//! Rerankers that return numbers alone.

use super::{find, span};
use crate::model::trace::Span;

/// What a reranker that was given three texts is told to have returned: places before, scores, texts.
fn ranked(outputs: &str) -> Vec<(Option<usize>, Option<String>, String)> {
    let inputs = r#"{"query":"q","documents":["first text","second text","third text"]}"#;
    let found = find(vec![Span { inputs: Some(inputs.into()), ..span("RERANKER", outputs) }]);
    found[0].documents.iter().map(|d| (d.was, d.score.clone(), d.content.clone())).collect()
}

#[test]
fn numbers_are_places_or_scores_of_what_it_was_given() {
    let text = |words: &str| format!("{words} text");
    assert_eq!(ranked("[2,0]"), [(Some(2), None, text("third")), (Some(0), None, text("first"))]);
    let scored = |at, score: &str, words| (Some(at), Some(score.to_owned()), text(words));
    let by_score = [scored(1, "0.9", "second"), scored(2, "0.5", "third"), scored(0, "0.1", "first")];
    assert_eq!(ranked("[0.1,0.9,0.5]"), by_score);
    assert_eq!(ranked(r#"{"scores":[0.1,0.9,0.5]}"#), by_score);
    // A text is a text.
    assert_eq!(ranked(r#"["third text"]"#), [(Some(2), None, text("third"))]);
}
