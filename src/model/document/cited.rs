//! What an answer says that it rests on: what a grounded model read (Gemini's chunks, Perplexity's search results, Bedrock's
//! references), the documents that come with an answer's citations (Cohere, Azure), and what annotations point at.

use super::mentions::{Words, answer_mentions, words};
use super::read::document;
use super::{Document, Retrieval};
use crate::model::conversation::is_document;
use crate::model::json::{Json, parse_shape as parse};
use crate::model::trace::Span;
use std::sync::LazyLock;

/// Names of lists that an answer rests on; the elements of the first may only say where they are.
const POINTERS: [&str; 2] = ["sources", "references"];
const LISTS: [&str; 11] = [
    "source_nodes",
    "documents",
    "chunks",
    "passages",
    "retriever_resources",
    "source_documents",
    "sourceDocuments",
    "retrieved_documents",
    "retrieved_docs",
    "retrieved_chunks",
    "retrieved_passages",
];

/// Levels of an answer that are looked into.
const DEPTH: usize = 8;
/// Documents of one list, at most.
const MOST: usize = 1000;

/// An answer that rests on nothing mentions none of these.
static WORDS: Words = LazyLock::new(|| {
    words(&[
        "url_citation",
        "file_citation",
        "\"citations\"",
        "\"search_results\"",
        "groundingChunks",
        "grounding_chunks",
        "retrievedReferences",
        "retrieved_references",
        "web_search_call",
        "\"sources\"",
        "\"references\"",
        "\"documents\"",
        "\"chunks\"",
        "\"passages\"",
        "retriever_resources",
        "source_documents",
        "source_nodes",
        "sourceDocuments",
        "retrieved_",
    ])
});

/// The retrievals in a span's outputs; `true` beside those of citations, whose documents mostly are known already.
pub(super) fn found(at: usize, span: &Span) -> Vec<(Retrieval, bool)> {
    let mut found = Vec::new();
    if let Some(text) = span.outputs.as_deref().filter(|t| answer_mentions(t, &WORDS))
        && let Ok((json, _)) = parse(text)
    {
        let own = !matches!(span.span_type.as_str(), "TOOL" | "FUNCTION" | "RETRIEVER" | "RERANKER");
        look(&json, (0, own), &mut found);
    }
    found.into_iter().map(|(r, points)| (Retrieval { span: at, ..r }, points)).collect()
}

/// `own`: an answer's own lists are looked for too; what a tool or a retriever returned is told with its span.
fn look(json: &Json<'_>, (depth, own): (usize, bool), found: &mut Vec<(Retrieval, bool)>) {
    let mut take = |key: &str, query: Option<String>, documents: Vec<Document>, points: bool| {
        if !documents.is_empty() {
            // Names without a text stand beside the words that rest on them; search results do not.
            let told = key != "search_results" && documents.iter().all(Document::is_silent);
            let key = Some(key.to_owned());
            found.push((Retrieval { key, query, documents, told, ..Retrieval::default() }, points));
        }
    };
    for key in ["groundingChunks", "grounding_chunks"] {
        let chunks = json.some(key).map(Json::items).unwrap_or_default();
        let queries = ["webSearchQueries", "web_search_queries", "retrievalQueries", "retrieval_queries"];
        let query = queries.iter().find_map(|k| json.some(k)).map(|q| joined(q));
        let read = chunks.iter().take(MOST).map(|c| document(c.members().first().map_or(c, |(_, inner)| inner)));
        take(key, query.filter(|q| !q.is_empty()), read.collect(), false);
    }
    if let Some(action) = json.some("action").filter(|_| is(json, "web_search_call")) {
        let sources = action.some("sources").map(Json::items).unwrap_or_default();
        let query = action.some("query").map(Json::plain);
        take("web_search_call", query, sources.iter().take(MOST).map(document).collect(), false);
    }
    let listed = |key: &str| json.some(key).map(Json::items).unwrap_or_default();
    let results = listed("search_results");
    if results.iter().all(placed) {
        take("search_results", None, results.iter().take(MOST).map(document).collect(), false);
    }
    // Cohere's older answers carry the documents beside the citations, which then name them by id.
    let carried = listed("documents");
    if !listed("citations").is_empty() && carried.iter().all(Json::is_object) {
        take("documents", None, carried.iter().take(MOST).map(document).collect(), false);
    }
    for key in ["citations", "annotations"] {
        // Perplexity's citations are the addresses of its results, once more.
        let items = if results.is_empty() { listed(key) } else { &[] };
        let mut documents: Vec<Document> = Vec::new();
        for document in items.iter().take(MOST).flat_map(citation) {
            if !documents.iter().any(|d| same(d, &document)) {
                documents.push(document);
            }
        }
        take(key, None, documents, true);
    }
    // An application's own list of what its answer rests on.
    for (key, value) in json.members().iter().filter(|_| own) {
        let (points, items) = (POINTERS.contains(&key.as_ref()), value.items());
        // LlamaIndex puts a document beside its score.
        let scored = |i: &Json<'_>| i.some("node").is_some_and(is_document);
        let fits =
            |i: &Json<'_>| i.is_object() && !is(i, "document") && (is_document(i) || scored(i) || points && placed(i));
        if (points || LISTS.contains(&key.as_ref())) && items.iter().all(fits) {
            take(key, None, items.iter().take(MOST).map(document).collect(), true);
        }
    }
    if depth < DEPTH && found.len() < MOST {
        json.items().iter().chain(json.members().iter().map(|(_, v)| v)).for_each(|v| look(v, (depth + 1, own), found));
    }
}

fn is(json: &Json<'_>, kind: &str) -> bool {
    json.some("type").and_then(Json::as_text).is_some_and(|t| t == kind)
}

fn joined(queries: &Json<'_>) -> String {
    queries
        .as_text()
        .map_or_else(|| queries.items().iter().map(Json::plain).collect::<Vec<_>>().join(" · "), |one| one.into_owned())
}

fn text(json: &Json<'_>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|k| json.some(k)?.as_text()).filter(|t| !t.trim().is_empty()).map(|t| t.into_owned())
}

/// An element of a search's results, which says at least where it is.
fn placed(json: &Json<'_>) -> bool {
    ["url", "uri", "link", "source"].iter().any(|k| json.some(k).is_some_and(|v| v.as_text().is_some()))
}

/// The documents of one citation: those that it carries, or what it points at.
fn citation(json: &Json<'_>) -> Vec<Document> {
    if let Some(place) = json.as_text() {
        let address = place.contains("://");
        return address
            .then(|| Document { uri: Some(place.into_owned()), ..Document::default() })
            .into_iter()
            .collect();
    }
    for key in ["retrievedReferences", "retrieved_references"] {
        if let Some(references) = json.some(key) {
            return references.items().iter().map(document).collect();
        }
    }
    if let Some(sources) = json.some("sources").filter(|s| !s.items().is_empty()) {
        return sources.items().iter().filter_map(source).collect();
    }
    if let Some(ids) = json.some("document_ids") {
        return ids.items().iter().map(|id| Document { id: Some(id.plain()), ..Document::default() }).collect();
    }
    let inner = ["url_citation", "file_citation"].iter().find_map(|k| json.some(k).filter(|v| v.is_object()));
    let inner = inner.unwrap_or(json);
    let found = Document {
        title: text(inner, &["document_title", "title", "filename", "file_name"]),
        uri: text(inner, &["url", "uri", "source", "filepath"]),
        id: text(inner, &["file_id", "document_id", "chunk_id"]),
        // "text" is the answer's own, and a quote is no document.
        content: text(inner, &["content", "snippet"]).unwrap_or_default(),
        ..Document::default()
    };
    let named = found.title.is_some() || found.uri.is_some() || found.id.is_some();
    named.then_some(found).into_iter().collect()
}

/// Cohere's: `{"type": "document", "id": …, "document": {…}}`, or a tool's output.
fn source(json: &Json<'_>) -> Option<Document> {
    let inner = ["document", "tool_output"].iter().find_map(|k| json.some(k));
    let mut found = inner.map(document).unwrap_or_default();
    found.id = text(json, &["id"]).or(found.id);
    found.uri = found.uri.or_else(|| text(json, &["url", "uri"]));
    found.title = found.title.or_else(|| text(json, &["title"]));
    (found.id.is_some() || found.uri.is_some() || found.title.is_some()).then_some(found)
}

/// Two citations of one document.
fn same(a: &Document, b: &Document) -> bool {
    (&a.id, &a.uri, &a.title) == (&b.id, &b.uri, &b.title)
}
