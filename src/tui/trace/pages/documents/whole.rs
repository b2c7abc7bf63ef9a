//! Nothing of what a retrieval returned is lost on its page: a shape of each framework, every text of it looked for.

use super::documents;
use crate::ingest::{Packer, read_document, unpack};
use crate::model::ReviewView;
use crate::model::document::documents as find;
use crate::model::json::{Json, parse_shape as parse};
use crate::model::trace::{Span, Trace};
use crate::text::PageBuilder;
use std::collections::HashSet;

/// What a retriever may return; each text in it is told apart from all others.
const SHAPES: [&str; 22] = [
    // Several texts in one document.
    r#"[{"content":"W1 text","raw_content":"W2 text\nof two lines","summary":"W3 text","text":"W4 text","snippet":"W5 text","highlights":["W6 text","W7 text"],"chunk":{"id":"w8","text":"W9 text"},"description":"W10 text","body":"W11 text","id":"w12","doc_id":"w13","url":"https://w14.example/u","source":"w15.md","title":"W16 title","score":0.5,"rerank_score":0.9}]"#,
    r#"[{"page_content":"A1 text","metadata":{"summary":"A2 text","text":"A3 text","page_content":"A4 text","source":"a5.md","nested":{"k":"A6 text"}},"meta":{"k":"A7 text"},"type":"faq"}]"#,
    r#"[{"node":{"text":"B1 text","id_":"b2","metadata":{"k":"B3 text"},"summary":"B4 text"},"score":0.5,"document":{"text":"B5 text"},"text":"B6 text"}]"#,
    // A written answer and the like beside the documents.
    r#"{"query":"C1 asked","answer":"C2 answer","follow_up_questions":["C3 text?","C4 text?"],"images":[{"url":"https://c5.example/i.png","description":"C6 text"}],"results":[{"title":"C7 title","url":"https://c8.example","content":"C9 text","raw_content":"C10 text","score":0.9}],"response_time":1.2,"request_id":"c11"}"#,
    r#"{"documents":[{"page_content":"D1 text","metadata":{"source":"d2.md"}}],"rewritten_query":"D3 text","queries":["D4 text"],"filters":{"lang":"d5"},"warnings":["D6 text"]}"#,
    r#"{"hits":{"total":{"value":1,"relation":"e1"},"hits":[{"_id":"e2","_index":"e3","_score":1.5,"_source":{"body":"E4 text","title":"E5 title"},"highlight":{"body":["E6 <em>text</em>"]}}]},"aggregations":{"tags":{"buckets":[{"key":"e7","doc_count":3}]}}}"#,
    r#"{"documents":[{"text":"F1 text"}],"context":[{"text":"F1 text"}],"messages":[{"role":"user","content":"F2 text"}],"tags":["F3 text"],"scores":[0.5]}"#,
    r#"{"results":{"bm25":{"hits":[{"_id":"g1","_source":{"body":"G2 text"}}],"analyzer":"g3"},"dense":[[{"page_content":"G4 text"},0.5]]},"note":"G5 text"}"#,
    // Tables.
    r#"{"ids":[["h1","h2"]],"documents":[["H3 text","H4 text"]],"metadatas":[[{"source":"h5"},null]],"distances":[[0.1,0.2]],"uris":[["h6","h7"]],"included":["h8"]}"#,
    r#"{"manifest":{"columns":[{"name":"id"},{"name":"text"}]},"result":{"row_count":1,"data_array":[["i1","I2 text",0.9]]},"next_page_token":"i3","debug_info":{"k":"I4 text"}}"#,
    r#"{"dense":{"columns":["id","content","lang"],"rows":[["j1","J2 text","j3"]],"sql":"J4 text"},"took":"J5 text"}"#,
    // Services.
    r#"{"data":[{"file_id":"k1","filename":"k2.pdf","score":0.8,"attributes":{"year":"k3"},"content":[{"type":"text","text":"K4 text"},{"type":"text","text":"K5 text","annotations":[{"quote":"K6 text"}]}]}],"search_query":"K7 text","next_page":null,"has_more":false}"#,
    r#"{"retrievalResults":[{"content":{"text":"L1 text","type":"TEXT"},"location":{"s3Location":{"uri":"s3://l2"},"type":"S3"},"metadata":{"x-amz":"L3 text"},"score":0.4}],"guardrailAction":"L4 text"}"#,
    r#"{"organic":[{"title":"M1 title","link":"https://m2.example","snippet":"M3 text","sitelinks":[{"title":"M4 title","link":"https://m5.example"}]}],"answerBox":{"answer":"M6 text"},"peopleAlsoAsk":[{"question":"M7 text","snippet":"M8 text"}]}"#,
    r#"{"matches":[{"id":"n1","score":0.7,"metadata":{"text":"N2 text","k":"N3 text"},"values":[]}],"namespace":"n4"}"#,
    r#"{"result":{"points":[{"id":3,"score":0.7,"payload":{"text":"O1 text","source":"o2","summary":"O3 text"}}]},"status":"o4"}"#,
    // Images among the parts; a graph's nodes; texts alone; one text; no shape that anybody knows.
    r#"[{"content":[{"type":"text","text":"P1 text"},{"type":"image_url","image_url":{"url":"https://p2.example/a.png"}}],"id":"p3"}]"#,
    r#"[{"id":"q1","labels":["Q2 label"],"properties":{"name":"Q3 name","note":"Q4 text"}}]"#,
    r#"["R1 text","R2 text"]"#,
    r#""S1 text""#,
    r#"{"odd":"T1 text","more":{"k":["T2 text"]}}"#,
    r#"{"unknown":[{"odd":"U1 text"}],"beside":"U2 text"}"#,
];

fn shown(span: Span) -> String {
    let trace = Trace { spans: vec![span], ..Trace::default() };
    let retrievals = find(&trace);
    let (page, _) = documents(PageBuilder::new(), &trace, (&retrievals, &HashSet::new()), &[], &ReviewView::default());
    (0..page.len()).map(|l| page.line_text(l)).collect::<Vec<_>>().join("\n")
}

/// The texts of a value; not what frameworks note for themselves.
fn texts(json: &Json<'_>, found: &mut Vec<String>) {
    json.items().iter().for_each(|v| texts(v, found));
    let skipped = ["embedding", "hash", "lc", "class_name", "relationships", "columns", "column_names"];
    for (key, value) in json.members() {
        let kind = key == "type"
            && value
                .as_text()
                .is_some_and(|t| ["text", "TEXT", "constructor", "Document", "image_url"].contains(&t.as_ref()));
        if !skipped.contains(&key.as_ref()) && !kind {
            texts(value, found);
        }
    }
    found.extend(json.as_text().filter(|t| !t.trim().is_empty()).map(|t| t.into_owned()));
}

fn check(outputs: &str, page: &str, what: &str) {
    let (json, _) = parse(outputs).unwrap();
    let mut all = Vec::new();
    texts(&json, &mut all);
    for text in all.iter().flat_map(|t| t.lines()).map(str::trim).filter(|t| !t.is_empty()) {
        assert!(page.contains(text), "{what}: {text:?} of {outputs} is not on\n{page}");
    }
}

#[test]
fn every_text_that_a_retriever_returned_is_on_the_page() {
    for outputs in SHAPES {
        let attributes = [("retrieval.documents.0.document.content", "\"Z1 text\"")];
        let attributes = attributes.map(|(k, v)| (k.to_owned(), v.into())).to_vec();
        for (kind, attributes) in [("RETRIEVER", Vec::new()), ("RERANKER", Vec::new()), ("RETRIEVER", attributes)] {
            let inputs = Some(r#"{"query":"what is asked"}"#.into());
            let span =
                Span { span_type: kind.into(), inputs, outputs: Some(outputs.into()), attributes, ..Span::default() };
            check(outputs, &shown(span), kind);
        }
    }
}

#[test]
fn every_text_that_a_retriever_of_the_fixtures_returned_is_on_the_page() {
    let dir = format!("{}/tests/fixtures/formats", env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for file in std::fs::read_dir(dir)
        .unwrap()
        .map(|f| f.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "jsonl"))
    {
        let document = read_document(&std::fs::read(&file).unwrap(), &mut Packer::new().unwrap()).unwrap();
        for trace in document.traces {
            let trace = Trace::parse(&unpack(&trace.body).unwrap());
            for span in trace.spans.into_iter().filter(|s| s.span_type == "RETRIEVER" || s.span_type == "RERANKER") {
                let Some(outputs) = span.outputs.clone().filter(|o| parse(o).is_ok()) else { continue };
                check(&outputs, &shown(span), &file.display().to_string());
                seen += 1;
            }
        }
    }
    assert!(seen >= 5, "{seen}");
}
