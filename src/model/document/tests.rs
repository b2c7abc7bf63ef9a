//! Documents of every framework's shape, and the same documents in several spans.

mod printed;
mod ranked;
mod stores;

use super::*;
use crate::model::trace::{Span, Trace};

fn span(span_type: &str, outputs: &str) -> Span {
    Span { span_type: span_type.into(), outputs: Some(outputs.into()), ..Span::default() }
}

fn find(spans: Vec<Span>) -> Vec<Retrieval> {
    documents(&Trace { spans, ..Trace::default() })
}

#[test]
fn documents_are_found_by_shape_whatever_the_type() {
    let docs = r#"[{"page_content":"A","metadata":{"doc_uri":"a.md","score":0.5},"id":null},{"page_content":"B"}]"#;
    for spans in [vec![span("TOOL", docs)], vec![span("CHAIN", &format!(r#"{{"docs":{docs},"n":1}}"#))]] {
        let found = find(spans);
        assert_eq!(found.len(), 1);
        let first = &found[0].documents[0];
        assert_eq!(
            (first.content.as_str(), first.uri.as_deref(), first.score.as_deref()),
            ("A", Some("a.md"), Some("0.5"))
        );
        assert_eq!((first.id.as_deref(), found[0].documents[1].content.as_str()), (None, "B"));
    }
    assert!(find(vec![span("TOOL", r#"[{"page_content":"A"},{"text":"B"}]"#)]).is_empty());
    assert!(find(vec![span("TOOL", "[]")]).is_empty());
}

#[test]
fn a_retriever_s_results_are_documents_whatever_their_shape() {
    let one = |outputs: &str| find(vec![span("RETRIEVER", outputs)]).remove(0).documents;
    assert_eq!(one("[]"), []);
    assert_eq!(one(r#"["text"]"#)[0].content, "text");
    assert_eq!(one(r#"{"documents":[{"id":"doc_0","score":0.95}]}"#)[0].id.as_deref(), Some("doc_0"));
    let node = one(r#"[{"node":{"text":"T","id_":"n1","metadata":{"file":"t.txt"}},"score":0.9}]"#).remove(0);
    assert_eq!((node.content.as_str(), node.id.as_deref(), node.uri.as_deref()), ("T", Some("n1"), Some("t.txt")));
    assert_eq!(node.score.as_deref(), Some("0.9"));
}

#[test]
fn documents_handed_on_are_shown_with_their_retriever_only() {
    let docs = r#"[{"page_content":"A"}]"#;
    let found = find(vec![span("CHAIN", docs), span("RETRIEVER", docs)]);
    assert_eq!(found.iter().map(|r| r.span).collect::<Vec<_>>(), [1]);
}

#[test]
fn open_inference_attributes_are_documents() {
    let attribute = |k: &str, v: &str| (format!("retrieval.documents.{k}"), v.into());
    let span = Span {
        attributes: vec![
            attribute("1.document.content", "\"second\""),
            attribute("0.document.content", "\"first\""),
            attribute("0.document.score", "0.9"),
            attribute("0.document.metadata", r#""{\"doc_uri\": \"c.md\"}""#),
        ],
        ..Span::default()
    };
    let docs = &find(vec![span])[0].documents;
    assert_eq!(docs.iter().map(|d| d.content.as_str()).collect::<Vec<_>>(), ["first", "second"]);
    assert_eq!((docs[0].score.as_deref(), docs[0].uri.as_deref()), (Some("0.9"), Some("c.md")));
}

fn one(span_type: &str, outputs: &str) -> Vec<Document> {
    find(vec![span(span_type, outputs)]).remove(0).documents
}

/// Text, id, place, score, chunk of each, with "-" for none.
fn told(documents: &[Document]) -> Vec<String> {
    let or = |t: &Option<String>| t.clone().unwrap_or_else(|| "-".into());
    let line = |d: &Document| format!("{}|{}|{}|{}|{}", d.content, or(&d.id), or(&d.uri), or(&d.score), or(&d.chunk));
    documents.iter().map(line).collect()
}

#[test]
fn every_framework_s_documents_are_read() {
    let check = |outputs: &str, want: &[&str]| assert_eq!(told(&one("RETRIEVER", outputs)), want, "{outputs}");
    // LangChain's dump, and a search with scores.
    check(
        r#"[{"lc":1,"type":"constructor","id":["langchain","Document"],"kwargs":{"page_content":"A","metadata":{"source":"a.txt","page":2}}}]"#,
        &["A|-|a.txt|-|page 2"],
    );
    check(
        r#"[[{"page_content":"A","metadata":{}},0.5],[{"page_content":"B"},0.25]]"#,
        &["A|-|-|0.5|-", "B|-|-|0.25|-"],
    );
    // LlamaIndex.
    check(
        r#"{"source_nodes":[{"class_name":"NodeWithScore","node":{"id_":"n1","text_resource":{"text":"A"},"metadata":{"file_name":"a.md"},"relationships":{}},"score":0.9}]}"#,
        &["A|n1|a.md|0.9|-"],
    );
    // DSPy.
    check(r#"{"passages":["A","B"]}"#, &["A|-|-|-|-", "B|-|-|-|-"]);
    check(r#"[{"long_text":"A","pid":7,"prob":0.1}]"#, &["A|7|-|0.1|-"]);
    // Haystack.
    check(
        r#"{"documents":[{"id":"h","content":"A","meta":{"url":"u"},"score":1,"dataframe":null,"embedding":null}]}"#,
        &["A|h|u|1|-"],
    );
    // Vector stores: Chroma, Pinecone, Qdrant, Elasticsearch.
    check(
        r#"{"ids":[["a","b"]],"documents":[["A","B"]],"metadatas":[[{"source":"s"},null]],"distances":[[0.1,0.2]]}"#,
        &["A|a|s|distance 0.1|-", "B|b|-|distance 0.2|-"],
    );
    check(r#"{"matches":[{"id":"p","score":0.7,"metadata":{"text":"A"}}]}"#, &["A|p|-|0.7|-"]);
    check(r#"{"result":{"points":[{"id":3,"score":0.7,"payload":{"text":"A","source":"q"}}]}}"#, &["A|3|q|0.7|-"]);
    check(r#"{"hits":{"total":1,"hits":[{"_id":"e","_score":2.5,"_source":{"body":"A"}}]}}"#, &["A|e|-|2.5|-"]);
    // Services: OpenAI's file search, Bedrock, a web search.
    check(
        r#"{"data":[{"file_id":"file-1","filename":"a.pdf","score":0.8,"content":[{"type":"text","text":"A"}]}]}"#,
        &["A|file-1|a.pdf|0.8|-"],
    );
    check(
        r#"{"retrievalResults":[{"content":{"text":"A","type":"TEXT"},"location":{"s3Location":{"uri":"s3://a"},"type":"S3"},"score":0.4}]}"#,
        &["A|-|s3://a|0.4|-"],
    );
    check(r#"{"organic":[{"title":"T","link":"http://a","snippet":"A"}]}"#, &["A|-|http://a|-|-"]);
    // Plain text, nothing, and what nobody knows.
    check("\"just text\"", &["just text|-|-|-|-"]);
    check("not json", &["not json|-|-|-|-"]);
    check("null", &[]);
    check(r#"{"documents":[]}"#, &[]);
    check(r#"{"a":1,"b":{"c":2}}"#, &[r#"{"a":1,"b":{"c":2}}|-|-|-|-"#]);
}

#[test]
fn every_list_of_a_retriever_is_a_retrieval_with_its_key() {
    let check = |outputs: &str, want: &[(Option<&str>, &[&str])]| {
        let found = find(vec![span("RETRIEVER", outputs)]);
        let lists: Vec<_> = found.iter().map(|r| (r.key.as_deref(), told(&r.documents))).collect();
        let want: Vec<_> =
            want.iter().map(|(k, d)| (*k, d.iter().map(|d| (*d).to_owned()).collect::<Vec<_>>())).collect();
        assert_eq!(lists, want, "{outputs}");
    };
    check(
        r#"{"bm25":[{"id":"b1","content":"B","score":3}],"dense":[{"id":"d1","content":"D","score":0.3}]}"#,
        &[(Some("bm25"), &["B|b1|-|3|-"]), (Some("dense"), &["D|d1|-|0.3|-"])],
    );
    // Known names, nested ones, both shapes, plain texts.
    check(
        r#"{"documents":[{"text":"A"}],"graph":[{"text":"G"}],"took":3}"#,
        &[(Some("documents"), &["A|-|-|-|-"]), (Some("graph"), &["G|-|-|-|-"])],
    );
    check(
        r#"{"results":{"bm25":{"hits":[{"_id":"e","_source":{"body":"B"}}]},"dense":[[{"page_content":"D"},0.5]]}}"#,
        &[(Some("results.bm25.hits"), &["B|e|-|-|-"]), (Some("results.dense"), &["D|-|-|0.5|-"])],
    );
    check(
        r#"{"bm25":["two words"],"dense":["more of them"],"queries":["what is asked"]}"#,
        &[(Some("bm25"), &["two words|-|-|-|-"]), (Some("dense"), &["more of them|-|-|-|-"])],
    );
    check(
        r#"{"a":[{"page_content":"A"}],"b":[{"content":"B"}]}"#,
        &[(Some("a"), &["A|-|-|-|-"]), (Some("b"), &["B|-|-|-|-"])],
    );
    // The same list twice is one; messages, queries and tags beside it are no documents.
    check(
        r#"{"documents":[{"text":"A"}],"context":[{"text":"A"}],"messages":[{"role":"user","content":"q"}],"queries":[{"text":"q"}],"tags":["of it"],"scores":[0.5]}"#,
        &[(None, &["A|-|-|-|-"])],
    );
}

#[test]
fn the_rows_of_a_table_are_documents() {
    let check = |outputs: &str, want: &[&str]| assert_eq!(told(&one("RETRIEVER", outputs)), want, "{outputs}");
    // Databricks Vector Search, with the score in the manifest and without.
    check(
        r#"{"manifest":{"column_count":3,"columns":[{"name":"id"},{"name":"text"},{"name":"score"}]},"result":{"row_count":2,"data_array":[[1.0,"A",0.9],[2.0,"B",0.2]]}}"#,
        &["A|1.0|-|0.9|-", "B|2.0|-|0.2|-"],
    );
    check(
        r#"{"manifest":{"columns":[{"name":"doc_uri"},{"name":"answer_md"},{"name":"url"},{"name":"lang"}]},"result":{"data_array":[["a.md","A whole text",null,"en",0.5]]}}"#,
        &["A whole text|-|a.md|0.5|-"],
    );
    check(r#"{"manifest":{"columns":[{"name":"id"}]},"result":{"row_count":0},"next_page_token":""}"#, &[]);
    // A data frame's, whatever it is under.
    check(r#"{"columns":["chunk_id","chunk"],"index":[0],"data":[["c-1","A"]]}"#, &["A|c-1|-|-|-"]);
    check(r#"{"dense":{"columns":["id","content"],"rows":[["c-1","A"]]}}"#, &["A|c-1|-|-|-"]);
}

#[test]
fn what_is_not_known_of_a_document_is_its_metadata() {
    let found = one("RETRIEVER", r#"[{"text":"A","lang":"en","metadata":{"year":1947},"embedding":[0.1,0.2]}]"#);
    assert_eq!(found[0].metadata, [("year".to_owned(), "1947".to_owned()), ("lang".into(), "en".into())]);
}

#[test]
fn a_retriever_that_failed_is_a_retrieval_with_its_query() {
    let mut failed = Span { inputs: Some(r#"{"query":"refunds"}"#.into()), ..span("RETRIEVER", "null") };
    failed.status = "ERROR".into();
    let silent = Span { outputs: None, ..failed.clone() };
    for span in [failed, silent] {
        let found = find(vec![span]);
        assert_eq!((found.len(), found[0].documents.len()), (1, 0));
        assert_eq!(found[0].query.as_deref(), Some("refunds"));
    }
}

fn chain(spans: Vec<(&str, &str, &str)>) -> Vec<Retrieval> {
    let made = spans.into_iter().map(|(kind, inputs, outputs)| Span {
        inputs: (!inputs.is_empty()).then(|| inputs.into()),
        ..span(kind, outputs)
    });
    find(made.collect())
}

#[test]
fn a_chain_that_hands_on_some_of_the_documents_is_named_not_repeated() {
    let found = chain(vec![
        ("CHAIN", "", r#"{"context":[{"page_content":"B"}],"answer":"x"}"#),
        ("RETRIEVER", r#"{"query":"q"}"#, r#"[{"page_content":"A"},{"page_content":"B"}]"#),
        ("CHAIN", r#"{"context":[{"page_content":"A"},{"page_content":"B"}]}"#, "\"x\""),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].query.as_deref(), found[0].also.as_slice()), (Some("q"), &[(0, 1), (2, 2)][..]));
}

#[test]
fn documents_that_were_only_given_are_told_as_given() {
    let found = chain(vec![("CHAIN", r#"{"context":[{"page_content":"A"}]}"#, "\"x\"")]);
    assert_eq!((found[0].origin, found[0].key.as_deref()), (Origin::Given, Some("context")));
}

#[test]
fn a_reranker_says_what_was_where_and_what_it_left_out() {
    let docs = r#"[{"page_content":"A","id":"a"},{"page_content":"B","id":"b"},{"page_content":"C","id":"c"}]"#;
    let found = chain(vec![
        ("RETRIEVER", "\"q\"", docs),
        (
            "RERANKER",
            &format!(r#"{{"query":"q","docs":{docs}}}"#),
            r#"[{"page_content":"C","id":"c"},{"page_content":"A","id":"a"}]"#,
        ),
    ]);
    assert_eq!(found[1].origin, Origin::Reranked);
    assert_eq!(
        found[1].documents.iter().map(|d| (d.was, d.seen)).collect::<Vec<_>>(),
        [(Some(2), Some((0, 2))), (Some(0), Some((0, 0)))]
    );
    assert_eq!(found[1].dropped.iter().map(|(rank, d)| (*rank, d.label())).collect::<Vec<_>>(), [(1, "b")]);
    // Results that name their documents by number.
    let by_number = chain(vec![(
        "RERANKER",
        r#"{"query":"q","documents":["A","B"]}"#,
        r#"{"results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":0.1}]}"#,
    )]);
    assert_eq!(told(&by_number[0].documents), ["B|-|-|0.9|-", "A|-|-|0.1|-"]);
}

#[test]
fn attributes_and_events_of_other_conventions_are_documents() {
    let with = |pairs: &[(&str, &str)]| Span {
        span_type: "RETRIEVER".into(),
        attributes: pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).into())).collect(),
        ..Span::default()
    };
    let gen_ai = with(&[
        ("gen_ai.retrieval.documents", r#"[{"id":"doc_1","score":0.9},{"id":"doc_2","score":0.8}]"#),
        ("gen_ai.retrieval.query.text", "who?"),
    ]);
    let found = find(vec![gen_ai]).remove(0);
    assert_eq!(
        (told(&found.documents), found.query.as_deref()),
        (vec!["|doc_1|-|0.9|-".to_owned(), "|doc_2|-|0.8|-".to_owned()], Some("who?"))
    );
    let string = with(&[("gen_ai.retrieval.documents", r#""[{\"id\":\"doc_1\"},{\"id\":\"doc_2\"}]""#)]);
    assert_eq!(told(&find(vec![string])[0].documents), ["|doc_1|-|-|-", "|doc_2|-|-|-"]);
    let reranker = with(&[
        ("reranker.query", "who?"),
        ("reranker.input_documents.0.document.content", "A"),
        ("reranker.input_documents.1.document.content", "B"),
        ("reranker.output_documents.0.document.content", "B"),
    ]);
    let found = find(vec![Span { span_type: "RERANKER".into(), ..reranker }]).remove(0);
    assert_eq!((found.documents[0].was, found.dropped.len()), (Some(1), 1));
    let listed = with(&[("retrieval.documents", r#"[{"document.content":"A","document.id":"a","document.score":1}]"#)]);
    assert_eq!(told(&find(vec![listed])[0].documents), ["A|a|-|1|-"]);
    let mut store = with(&[]);
    store.events = vec![crate::model::trace::SpanEvent {
        name: "db.query.result".into(),
        time_ns: None,
        attributes: [("id", "v1"), ("distance", "0.2"), ("metadata", r#"{"source":"s"}"#), ("document", "A")]
            .map(|(k, v)| (format!("db.query.result.{k}"), v.to_owned()))
            .to_vec(),
    }];
    assert_eq!(told(&find(vec![store])[0].documents), ["A|v1|s|distance 0.2|-"]);
}

#[test]
fn another_question_with_the_same_documents_is_another_retrieval() {
    let docs = r#"[{"page_content":"A"}]"#;
    let found =
        chain(vec![("RETRIEVER", "\"one\"", docs), ("RETRIEVER", "\"two\"", docs), ("RETRIEVER", "\"one\"", docs)]);
    assert_eq!(found.iter().map(|r| r.query.as_deref()).collect::<Vec<_>>(), [Some("one"), Some("two")]);
    assert_eq!((found[0].also.as_slice(), found[1].documents[0].seen), (&[(2, 1)][..], Some((0, 0))));
}

#[test]
fn what_a_model_searched_and_what_it_was_given_to_cite_are_documents() {
    let searched = r#"{"output":[{"type":"file_search_call","queries":["wear"],"results":[{"file_id":"file-77","filename":"manual.pdf","score":0.9,"text":"A"}]}]}"#;
    let given = r#"{"messages":[{"role":"user","content":[
        {"type":"document","title":"Manual","source":{"type":"text","data":"B"}},
        {"type":"document","source":{"type":"url","url":"http://c"}},
        {"type":"search_result","source":"http://d","title":"D","content":[{"type":"text","text":"D text"}]}]}]}"#;
    let found = chain(vec![("CHAT_MODEL", given, searched)]);
    assert!(
        found[0].told && !found[1].told,
        "the message tells what its own tool found, and of what was given the names"
    );
    assert_eq!(
        (found[0].query.as_deref(), told(&found[0].documents)),
        (Some("wear"), vec!["A|file-77|manual.pdf|0.9|-".to_owned()])
    );
    assert_eq!(found[1].origin, Origin::Given);
    assert_eq!(told(&found[1].documents), ["B|-|-|-|-", "|-|http://c|-|-", "D text|-|http://d|-|-"]);
    assert_eq!(found[1].documents[0].title.as_deref(), Some("Manual"));
    // An annotation names the file; that leads to it.
    assert_eq!(
        Citable::of(&found).find("manual.pdf · file-77").iter().map(|c| c.target).collect::<Vec<_>>(),
        [(0, 0), (0, 0)]
    );
}

#[test]
fn documents_sent_beside_the_messages_are_given_ones_and_citations_lead_to_them() {
    let asked = r#"{"model":"m","messages":[{"role":"user","content":"q"}],"documents":[
        {"id":"doc:1","data":{"title":"Heights","snippet":"A text","author":"Ada"}},{"id":"2","data":"B text"},"C text"]}"#;
    let answered = r#"{"message":{"role":"assistant","content":[{"type":"text","text":"tall"}],"citations":[
        {"start":0,"end":4,"text":"tall","sources":[{"type":"document","id":"doc:1","document":{"id":"doc:1","title":"Heights"}}]}]}}"#;
    let found = chain(vec![("CHAT_MODEL", asked, answered)]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].origin, found[0].key.as_deref(), found[0].told), (Origin::Given, Some("documents"), false));
    assert_eq!(told(&found[0].documents), ["A text|doc:1|-|-|-", "B text|2|-|-|-", "C text|-|-|-|-"]);
    assert_eq!(found[0].documents[0].title.as_deref(), Some("Heights"));
    assert_eq!(
        Citable::of(&found).find("※ doc:1 · Heights · “tall”").iter().map(|c| c.target).collect::<Vec<_>>(),
        [(0, 0)]
    );
    // A list of documents without any message is no request.
    assert!(chain(vec![("EMBEDDING", r#"{"documents":["A","B"]}"#, "[]")]).is_empty());
}

#[test]
fn what_a_grounded_answer_rests_on_is_a_retrieval() {
    let check = |outputs: &str, key: &str, query: Option<&str>, want: &[&str]| {
        let found = chain(vec![("LLM", r#"{"q":1}"#, outputs)]);
        assert_eq!(found.len(), 1, "{outputs}: {found:?}");
        assert_eq!((found[0].key.as_deref(), found[0].query.as_deref()), (Some(key), query), "{outputs}");
        assert_eq!(told(&found[0].documents), want, "{outputs}");
    };
    check(
        r#"{"candidates":[{"content":{"parts":[{"text":"t"}]},"groundingMetadata":{"webSearchQueries":["how tall"],"groundingChunks":[{"web":{"uri":"http://a","title":"a.example"}},{"retrievedContext":{"uri":"gs://b","title":"B","text":"B text"}}],"groundingSupports":[{"segment":{"text":"t"},"groundingChunkIndices":[0]}]}}]}"#,
        "groundingChunks",
        Some("how tall"),
        &["|-|http://a|-|-", "B text|-|gs://b|-|-"],
    );
    check(
        r#"{"choices":[{"message":{"role":"assistant","content":"t [1]"}}],"citations":["http://a","http://b"],"search_results":[{"title":"A","url":"http://a","date":"2025-01-02"},{"title":"B","url":"http://b","snippet":"B text"}]}"#,
        "search_results",
        None,
        &["|-|http://a|-|-", "B text|-|http://b|-|-"],
    );
    check(
        r#"{"choices":[{"message":{"role":"assistant","content":"t [1]"}}],"citations":["http://a","http://b"]}"#,
        "citations",
        None,
        &["|-|http://a|-|-", "|-|http://b|-|-"],
    );
    check(
        r#"{"output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"t","annotations":[{"type":"url_citation","url":"http://a","title":"A","start_index":0,"end_index":1},{"type":"url_citation","url":"http://a","title":"A","start_index":3,"end_index":4},{"type":"file_citation","file_id":"file-1","filename":"m.pdf","index":1}]}]}]}"#,
        "annotations",
        None,
        &["|-|http://a|-|-", "|file-1|-|-|-"],
    );
    check(
        r#"{"output":{"text":"t"},"citations":[{"generatedResponsePart":{"textResponsePart":{"text":"t"}},"retrievedReferences":[{"content":{"text":"R text"},"location":{"s3Location":{"uri":"s3://r"},"type":"S3"}}]}]}"#,
        "citations",
        None,
        &["R text|-|s3://r|-|-"],
    );
    check(
        r#"{"choices":[{"message":{"role":"assistant","content":"t [doc1]","context":{"citations":[{"content":"Z text","title":"Z","url":"http://z","filepath":"z.md","chunk_id":"0"}]}}}]}"#,
        "citations",
        None,
        &["Z text|0|http://z|-|-"],
    );
}

#[test]
fn annotations_of_what_a_search_found_are_not_another_retrieval() {
    let outputs = r#"{"output":[{"type":"file_search_call","queries":["wear"],"results":[{"file_id":"file-77","filename":"manual.pdf","score":0.9,"text":"A"}]},
        {"type":"message","role":"assistant","content":[{"type":"output_text","text":"t","annotations":[{"type":"file_citation","file_id":"file-77","filename":"manual.pdf","index":1}]}]}]}"#;
    let found = chain(vec![("CHAT_MODEL", r#"{"input":"q"}"#, outputs)]);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn a_text_that_was_recorded_elsewhere_in_the_trace_is_shown() {
    // A retriever that names what the one below it has read; one that returns parents of the chunks that were found; one
    // that returns stand-ins for other nodes.
    let found = chain(vec![
        ("RETRIEVER", "\"one\"", r#"{"documents":[{"id":"a","score":0.9},{"id":"whole","score":0.5},{"id":"none"}]}"#),
        (
            "RETRIEVER",
            "\"two\"",
            r#"[{"page_content":"A text","id":"a"},{"page_content":"first","id":"p1","metadata":{"parent_id":"whole"}},{"page_content":"second","id":"p2","metadata":{"parent_id":"whole"}}]"#,
        ),
        (
            "RETRIEVER",
            "\"three\"",
            r#"[{"node":{"id_":"i1","text":"","index_id":"a"},"score":0.4},{"id":"i2","index_id":"a"}]"#,
        ),
    ]);
    assert_eq!(told(&found[0].documents), ["A text|a|-|0.9|-", "first\n\nsecond|whole|-|0.5|-", "|none|-|-|-"]);
    assert_eq!(found[2].documents[1].content, "A text");
}

#[test]
fn what_was_asked_is_read_from_attributes_and_under_every_name() {
    let attribute = |value: &str| Span {
        attributes: vec![("input.value".into(), value.into())],
        ..span("RETRIEVER", r#"[{"text":"A"}]"#)
    };
    for value in ["rockets", r#""rockets""#, r#"{"query":"rockets"}"#, r#""{\"query\":\"rockets\"}""#] {
        assert_eq!(find(vec![attribute(value)])[0].query.as_deref(), Some("rockets"), "{value}");
    }
    for inputs in [
        r#"{"query_or_queries":"rockets"}"#,
        r#"{"search_text":"rockets","k":3}"#,
        r#"{"retrievalQuery":{"text":"rockets"}}"#,
        r#"{"keyword":"rockets"}"#,
        r#"{"args":[3,"rockets"],"kwargs":{}}"#,
        r#"{"messages":[{"role":"user","content":"old"},{"role":"user","content":"rockets"},{"role":"assistant","content":"x"}]}"#,
    ] {
        let asked = Span { inputs: Some(inputs.into()), ..span("RETRIEVER", r#"[{"text":"A"}]"#) };
        assert_eq!(find(vec![asked])[0].query.as_deref(), Some("rockets"), "{inputs}");
    }
}

#[test]
fn a_result_that_was_not_recorded_is_told_from_one_that_is_empty() {
    let silent = Span { outputs: None, ..span("RETRIEVER", "") };
    for (span, unrecorded) in [(silent, true), (span("RETRIEVER", "null"), true), (span("RETRIEVER", "[]"), false)] {
        let trace = Trace { spans: vec![span], ..Trace::default() };
        let found = documents(&trace);
        assert_eq!((found.len(), found[0].is_unrecorded(&trace)), (1, unrecorded));
    }
}

#[test]
fn a_payload_that_wraps_text_and_metadata_is_told_once() {
    let found = one("RETRIEVER", r#"[{"id":"p","score":0.5,"payload":{"text":"A","author":"N","year":1999}}]"#);
    assert_eq!(found[0].metadata, [("author".to_owned(), "N".to_owned()), ("year".into(), "1999".into())]);
}

#[test]
fn a_text_named_context_or_chunk_is_the_text_and_named_contexts_are_documents() {
    let check = |outputs: &str, want: &[&str]| assert_eq!(told(&one("RETRIEVER", outputs)), want, "{outputs}");
    check(r#"{"context":"Paris is the capital.","ids":["a","b"]}"#, &["Paris is the capital.|-|-|-|-"]);
    check(
        r#"{"value":[{"chunk":"Paris is it","title":"geo","id":"k","@search.score":1.2}]}"#,
        &["Paris is it|k|-|1.2|-"],
    );
    let rag =
        Span { outputs: Some(r#"{"answer":"A","contexts":["Paris is it","Lyon is not"]}"#.into()), ..Span::default() };
    let found = find(vec![rag]);
    assert_eq!(found[0].key.as_deref(), Some("contexts"));
    assert_eq!(told(&found[0].documents), ["Paris is it|-|-|-|-", "Lyon is not|-|-|-|-"]);
}

#[test]
fn nodes_that_an_answer_rests_on_are_documents_without_a_retriever() {
    let outputs = r#"{"response":"He left.","source_nodes":[{"node":{"id_":"n7","text":"Tom left in May.","metadata":{"file_path":"/x/t.txt"},"class_name":"TextNode"},"score":0.5,"class_name":"NodeWithScore"}]}"#;
    let found = find(vec![span("CHAIN", outputs)]);
    assert_eq!(found.len(), 1);
    assert_eq!(told(&found[0].documents)[0].split('|').next(), Some("Tom left in May."));
    assert_eq!(found[0].documents[0].id.as_deref(), Some("n7"));
}

#[test]
fn what_a_component_returned_is_documents_however_it_is_spaced() {
    for outputs in [
        r#"{"documents":[{"id":"a","content":"A chain","meta":{},"score":0.5}]}"#,
        r#"{"documents": [{"id": "a", "content": "A chain", "meta": {}, "score": 0.5}]}"#,
    ] {
        let found = find(vec![Span { parent: Some("0".into()), ..span("UNKNOWN", outputs) }]);
        assert_eq!(found.len(), 1, "{outputs}");
    }
}
