//! Documents that were written as texts (of JSON, or as a program prints an object), and lists of them, one for each query.

use super::{find, span};
use crate::model::trace::Span;

fn below(id: &str, parent: Option<&str>, of: Span) -> Span {
    Span { id: id.into(), parent: parent.map(Into::into), ..of }
}

#[test]
fn documents_written_as_texts_of_json_are_found_in_whatever_function_returned_them() {
    let node = |id: &str, text: &str| {
        serde_json::json!({ "node": { "id_": id, "text": text }, "score": 0.5, "class_name": "N" }).to_string()
    };
    let outputs = serde_json::json!([node("a", "First one."), node("b", "Second one.")]).to_string();
    for kind in ["TASK", "RETRIEVER"] {
        // A retriever's own function returns the same.
        let found =
            find(vec![below("1", Some("0"), span(kind, &outputs)), below("2", Some("1"), span(kind, &outputs))]);
        assert_eq!(found.len(), 1, "{kind}");
        let told: Vec<_> = found[0].documents.iter().map(|d| (d.id.as_deref(), d.content.as_str())).collect();
        assert_eq!(told, [(Some("a"), "First one."), (Some("b"), "Second one.")], "{kind}");
        assert_eq!(found[0].documents[0].score.as_deref(), Some("0.5"), "{kind}");
    }
    // Records are no documents, and neither are texts.
    for other in [r#"["{\"name\":\"x\",\"score\":1}"]"#, r#"["{text} \"score\" {text}"]"#] {
        assert!(find(vec![below("1", Some("0"), span("TASK", other))]).is_empty(), "{other}");
    }
}

#[test]
fn a_span_that_prints_what_the_one_beside_it_read_is_no_retrieval_of_its_own() {
    let printed = r#"["<Node(id_=17a, score=0.9)>","<Node(id_=18b, score=0.8)>"]"#;
    let attributes = [("0", "17a", "First."), ("1", "18b", "Second.")].into_iter().flat_map(|(at, id, text)| {
        let key = |name: &str| format!("retrieval.documents.{at}.document.{name}");
        [(key("id"), id.into()), (key("content"), text.into())]
    });
    let read = Span { attributes: attributes.collect(), ..span("RETRIEVER", printed) };
    let both = |read: Span, other: Span| find(vec![read, other]).iter().map(|r| r.span).collect::<Vec<_>>();
    let other = span("RETRIEVER", printed);
    assert_eq!(both(below("1", None, read.clone()), below("2", Some("1"), other.clone())), [0]);
    assert_eq!(both(below("2", Some("1"), read.clone()), below("1", None, other.clone())), [0]);
    // Elsewhere in the trace it was another one.
    assert_eq!(both(below("1", None, read), below("2", Some("9"), other)), [0, 1]);
}

#[test]
fn each_of_several_queries_has_the_list_at_its_place() {
    let queries = ["one", "two", "three", "four", "five"];
    let lists: Vec<_> =
        queries.iter().map(|q| serde_json::json!([{ "page_content": format!("About {q}.") }])).collect();
    let of = |queries: &[&str]| Span {
        inputs: Some(serde_json::json!({ "query": queries }).to_string().into()),
        ..span("RETRIEVER", &serde_json::json!(lists).to_string())
    };
    let told: Vec<_> = find(vec![of(&queries)])
        .iter()
        .map(|r| format!("{} {}", r.query.as_deref().unwrap_or("?"), r.documents[0].content))
        .collect();
    let want: Vec<_> = queries.iter().map(|q| format!("{q} About {q}.")).collect();
    assert_eq!(told, want);
    // Where they are not as many, nobody knows which is whose.
    assert!(find(vec![of(&["one", "two"])]).iter().all(|r| r.query.as_deref() == Some("one · two")));
}

#[test]
fn documents_in_a_stream_of_fields_or_states_are_found() {
    let docs = r#"[{"page_content":"D","metadata":{"source":"a"}}]"#;
    for stream in [
        format!(r#"[{{"question":"Q"}},{{"context":{docs}}},{{"answer":"A"}}]"#),
        format!(r#"[{{"retrieve":{{"documents":{docs}}}}},{{"generate":{{"answer":"A"}}}}]"#),
    ] {
        let found = find(vec![span("CHAIN", &stream)]);
        assert_eq!(found.len(), 1, "{stream}");
        assert_eq!(found[0].documents[0].content, "D");
    }
}
