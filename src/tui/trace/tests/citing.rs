//! From a citation in an answer to its document and back.

use super::*;

/// Three documents and an answer that cites two of them.
fn citing() -> String {
    let documents: Vec<Value> = (1..=3)
        .map(|n| json!({ "page_content": format!("Text {n}.\n\n{}", "more\n\n".repeat(20)), "id": format!("doc_{n}") }))
        .collect();
    body(&[
        span(1, None, "app", "CHAIN", &json!("Which?"), &json!("The third [3], and\n\n`doc_1`; not `a[2]`, not [7].")),
        span(2, Some(1), "search", "RETRIEVER", &json!("Which?"), &json!(documents)),
    ])
}

fn shows(pane: &TracePane, text: &str) -> bool {
    show(pane, 60, 16).contains(text)
}

#[test]
fn a_citation_leads_to_its_document_and_back() {
    for view in [View::Output, View::Messages] {
        let mut pane = pane(&citing());
        pane.set_view(view);
        show(&pane, 60, 16);
        pane.command(TraceCommand::Bottom);
        show(&pane, 60, 16);
        assert_eq!(pane.citation().as_deref(), Some("cites [3]"));
        let said = pane.command(TraceCommand::Citation).message;
        assert_eq!((pane.view(), said.as_deref()), (View::Documents, Some("the document of [3]")));
        assert!(shows(&pane, "▶3 doc_3 · cited"), "{}", show(&pane, 60, 16));
        assert_eq!(pane.citation().as_deref(), Some("back"));
        pane.command(TraceCommand::Citation);
        assert_eq!((pane.view(), pane.citation().as_deref()), (view, Some("cites doc_1")));
        pane.command(TraceCommand::Citation);
        assert!(shows(&pane, "▶1 doc_1 · cited"), "{}", show(&pane, 60, 16));
        // After the last one the first comes again; going away by another key forgets the way back.
        pane.command(TraceCommand::Citation);
        assert_eq!(pane.citation().as_deref(), Some("cites [3]"));
        pane.command(TraceCommand::Citation);
        pane.set_view(View::Raw);
        pane.set_view(View::Documents);
        assert_eq!(pane.citation(), None);
    }
}

#[test]
fn a_citation_below_the_screen_is_reached_too() {
    let mut pane = pane(&citing());
    show(&pane, 60, 8);
    assert_eq!(pane.citation(), None);
    pane.command(TraceCommand::Citation);
    assert!(show(&pane, 60, 8).contains("▶3 doc_3"));
}

#[test]
fn where_nothing_is_cited_the_key_says_so() {
    let mut pane = pane(&body(&[span(1, None, "app", "CHAIN", &json!("Q"), &json!("See [1]."))]));
    show(&pane, 60, 16);
    let said = |pane: &mut TracePane| pane.command(TraceCommand::Citation).message.unwrap_or_default();
    assert_eq!(said(&mut pane), "the answer cites no retrieved document");
    pane.set_view(View::Tree);
    assert_eq!(said(&mut pane), "citations are marked in messages and output");
}

#[test]
fn a_source_s_line_leads_to_the_document_that_was_sent_along() {
    let mut pane = pane(&formats::body("cohere_documents"));
    show(&pane, 80, 40);
    assert_eq!(pane.citation().as_deref(), Some("cites doc:2"));
    pane.command(TraceCommand::Citation);
    assert!(show(&pane, 80, 20).contains("▶2 doc:2 · Wear · cited"), "{}", show(&pane, 80, 20));
}

#[test]
fn documents_of_which_only_names_are_known_take_a_line_each() {
    let found = json!([{"id": "doc_0", "score": 0.95}, {"id": "doc_1", "score": 0.9}]);
    let pane = pane(&body(&[
        span(1, None, "app", "CHAIN", &json!("Q"), &json!("A")),
        span(2, Some(1), "search", "RETRIEVER", &json!("Q"), &found),
    ]));
    let shown = show(&pane, 80, 20);
    assert!(
        shown.contains("documents (2) search · without their texts\n  1 doc_0 · 0.95\n  2 doc_1 · 0.9\n"),
        "{shown}"
    );
}
