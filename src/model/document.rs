//! Retrieved documents: what a retriever brought and the answer should rest on.

use super::json::{Json, parse};
use super::trace::{Span, Trace};
use std::collections::{BTreeMap, HashSet};

/// What one span retrieved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Retrieval {
    /// Index into the trace's spans.
    pub span: usize,
    /// In the order they came; empty where a retriever found nothing.
    pub documents: Vec<Document>,
}

/// One retrieved piece of text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// `page_content`; the whole value as JSON where a retriever's result has no text.
    pub content: String,
    /// `metadata.doc_uri`, or what stands in for it (`source`, `url`, ...).
    pub uri: Option<String>,
    /// `id`.
    pub id: Option<String>,
    /// `score`, as written.
    pub score: Option<String>,
    /// All of `metadata`, by key; values that are not text as JSON.
    pub metadata: Vec<(String, String)>,
}

/// The retrievals of a trace, in the order of its spans. A span counts by the shape of its outputs (a list whose every
/// element has `page_content`, there or under one key), by its type RETRIEVER, or by OpenInference's attributes. The
/// same documents handed on unchanged by another span are not repeated.
#[must_use]
pub fn documents(trace: &Trace) -> Vec<Retrieval> {
    let mut seen = HashSet::new();
    let mut found: Vec<(bool, Retrieval)> = Vec::new();
    for (at, span) in trace.spans.iter().enumerate() {
        if let Some(documents) = of_span(span) {
            found.push((span.span_type == "RETRIEVER", Retrieval { span: at, documents }));
        }
    }
    // A retriever owns its documents before a chain above it that returns them too.
    found.sort_by_key(|(retriever, r)| (!retriever, r.span));
    let mut kept: Vec<Retrieval> = Vec::new();
    for (retriever, r) in found {
        let key = serde_json::to_string(&r.documents.iter().map(|d| (&d.content, &d.id, &d.uri)).collect::<Vec<_>>());
        if seen.insert(key.unwrap_or_default()) || (retriever && r.documents.is_empty()) {
            kept.push(r);
        }
    }
    kept.sort_by_key(|r| r.span);
    kept
}

fn of_span(span: &Span) -> Option<Vec<Document>> {
    let from_attributes = open_inference(span);
    if !from_attributes.is_empty() {
        return Some(from_attributes);
    }
    let retriever = span.span_type == "RETRIEVER";
    let text = span.outputs.as_deref()?;
    if !retriever && !text.contains("page_content") {
        return None;
    }
    let parsed = parse(text);
    let Ok((json, _)) = &parsed else {
        return retriever.then(|| vec![Document { content: text.to_owned(), ..Document::default() }]);
    };
    if let Some(list) = shaped(json) {
        return Some(list.iter().map(document).collect());
    }
    retriever.then(|| match json {
        Json::Array(items) => items.iter().map(document).collect(),
        Json::Object(members) => match members.iter().find(|(_, v)| matches!(v, Json::Array(_))) {
            Some((_, list)) => list.items().iter().map(document).collect(),
            None => vec![document(json)],
        },
        other if other.is_null() => Vec::new(),
        other => vec![document(other)],
    })
}

/// The list in which every element has `page_content`: the value itself, or one under a key.
fn shaped<'j, 'a>(json: &'j Json<'a>) -> Option<&'j [Json<'a>]> {
    let fits = |list: &[Json<'_>]| !list.is_empty() && list.iter().all(|d| d.get("page_content").is_some());
    std::iter::once(json).chain(json.members().iter().map(|(_, v)| v)).map(Json::items).find(|list| fits(list))
}

fn document(json: &Json<'_>) -> Document {
    // LlamaIndex wraps: {"node": {...}, "score": 0.9}.
    let inner = json.some("node").filter(|n| n.is_object()).unwrap_or(json);
    let text = ["page_content", "content", "text", "document", "body"].iter().find_map(|k| inner.some(k));
    let metadata = inner.get("metadata").unwrap_or(&super::json::NULL);
    let either = |keys: &[&str]| {
        keys.iter().find_map(|k| inner.some(k).or_else(|| json.some(k)).or_else(|| metadata.some(k))).map(Json::plain)
    };
    Document {
        content: text.map_or_else(|| json.plain(), Json::plain),
        uri: uri(metadata).or_else(|| uri(inner)),
        id: either(&["id", "id_", "doc_id", "chunk_id"]),
        score: either(&["score", "similarity", "relevance_score"]),
        metadata: metadata.members().iter().map(|(k, v)| (k.to_string(), v.plain())).collect(),
    }
}

fn uri(json: &Json<'_>) -> Option<String> {
    ["doc_uri", "source", "url", "uri", "file", "file_path", "path"]
        .iter()
        .find_map(|k| json.some(k)?.as_text().filter(|t| !t.is_empty()).map(|t| t.into_owned()))
}

/// `retrieval.documents.N.document.content` and its like; each value is JSON text or plain.
fn open_inference(span: &Span) -> Vec<Document> {
    let mut found: BTreeMap<usize, Document> = BTreeMap::new();
    for (key, value) in &span.attributes {
        let rest = key.strip_prefix("retrieval.documents.").or_else(|| key.strip_prefix("reranker.output_documents."));
        let Some((number, field)) = rest.and_then(|r| r.split_once(".document.")) else { continue };
        let Ok(number) = number.parse() else { continue };
        let parsed = parse(value).ok().map(|(json, _)| json);
        let text = parsed.as_ref().map_or_else(|| value.to_string(), Json::plain);
        let document = found.entry(number).or_default();
        match field {
            "content" => document.content = text,
            "id" => document.id = Some(text),
            "score" => document.score = Some(text),
            "metadata" => {
                // Once more JSON in a string, as often as not.
                let inner = parse(&text).ok().map(|(json, _)| json);
                let metadata = inner.as_ref().unwrap_or(&super::json::NULL);
                document.uri = uri(metadata);
                document.metadata = metadata.members().iter().map(|(k, v)| (k.to_string(), v.plain())).collect();
            }
            _ => document.metadata.push((field.to_owned(), text)),
        }
    }
    found.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
