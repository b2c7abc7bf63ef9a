//! Where in a value the documents are: a list by its shape, or whatever a retriever's result holds.

use super::Document;
use super::read::{document, number};
use crate::model::json::{Json, NULL};

/// Keys of lists in retrievers' results, the surest first.
const LISTS: [&str; 24] = [
    "documents",
    "docs",
    "passages",
    "source_nodes",
    "nodes",
    "results",
    "matches",
    "hits",
    "retrieved_documents",
    "retrievalResults",
    "context",
    "contexts",
    "chunks",
    "points",
    "objects",
    "data",
    "value",
    "organic",
    "items",
    "result",
    "response",
    "output",
    "return_value",
    "candidates",
];

/// Whether a list is one of documents by its shape, as MLflow decides: not empty, every element has `page_content`
/// (in LangChain's dump inside `kwargs`; beside a score in a pair).
fn fits(list: &[Json<'_>]) -> bool {
    let has = |d: &Json<'_>| {
        d.get("page_content").is_some() || d.get("kwargs").is_some_and(|k| k.get("page_content").is_some())
    };
    let pair = |d: &Json<'_>| matches!(d.items(), [doc, score] if has(doc) && number(score));
    !list.is_empty() && list.iter().all(|d| has(d) || pair(d))
}

/// The lists of documents in a value, by shape: the value itself, or under its keys (and keys of those); with the key.
pub(super) fn shaped(json: &Json<'_>) -> Vec<(Option<String>, Vec<Document>)> {
    let read = |list: &Json<'_>| list.items().iter().map(document).collect::<Vec<_>>();
    if fits(json.items()) {
        return vec![(None, read(json))];
    }
    let mut found = Vec::new();
    for (key, value) in json.members() {
        if fits(value.items()) {
            found.push((Some(key.to_string()), read(value)));
        }
        for (inner, value) in value.members() {
            if fits(value.items()) {
                found.push((Some(format!("{key}.{inner}")), read(value)));
            }
        }
    }
    found
}

/// A retriever's result, whatever its shape; empty where it found nothing.
pub(super) fn any(json: &Json<'_>) -> Vec<Document> {
    match json {
        Json::Array(items) => array(items),
        Json::Object(_) => match list(json, 0) {
            Some(found) => found,
            None => vec![document(json)],
        },
        other if other.is_null() => Vec::new(),
        other => vec![document(other)],
    }
}

fn array(items: &[Json<'_>]) -> Vec<Document> {
    // One list for each of several queries; but not pairs of a document and its score.
    let lists = !items.is_empty()
        && items.iter().all(|i| matches!(i, Json::Array(_)))
        && !items.iter().all(|i| matches!(i.items(), [_, score] if number(score)));
    if lists { items.iter().flat_map(|i| array(i.items())).collect() } else { items.iter().map(document).collect() }
}

/// The documents of an object's list; `None` where it has none and so is a document itself.
fn list(json: &Json<'_>, depth: usize) -> Option<Vec<Document>> {
    if let Some(found) = columns(json) {
        return Some(found);
    }
    let listed = |value: &Json<'_>| match value {
        Json::Array(items) if !items.iter().all(number) || items.is_empty() => Some(array(items)),
        Json::Object(_) if depth < 3 => list(value, depth + 1),
        _ => None,
    };
    if let Some(found) = LISTS.iter().find_map(|k| listed(json.some(k)?)) {
        return Some(found);
    }
    let text = ["page_content", "content", "text", "node", "kwargs"].iter().any(|k| json.some(k).is_some());
    let lists = |v: &Json<'_>| v.items().iter().any(|i| i.is_object());
    if text { None } else { json.members().iter().find(|(_, v)| lists(v)).map(|(_, v)| array(v.items())) }
}

/// Chroma's form: a column each for ids, documents, metadatas and distances, each a list for every query.
fn columns<'a>(json: &Json<'a>) -> Option<Vec<Document>> {
    let column = |key: &str| -> Vec<&Json<'a>> {
        let items = json.some(key).map(Json::items).unwrap_or_default();
        items.iter().flat_map(|i| if let Json::Array(inner) = i { inner.iter().collect() } else { vec![i] }).collect()
    };
    let (ids, texts) = (column("ids"), column("documents"));
    if ids.is_empty() || !texts.iter().all(|t| t.as_text().is_some() || t.is_null()) {
        return None;
    }
    let (metadata, distances) = (column("metadatas"), column("distances"));
    let row = |at: usize| {
        let cell = |column: &[&Json<'a>]| column.get(at).map_or(NULL, |c| (*c).clone());
        document(&Json::object(vec![
            ("id".into(), cell(&ids)),
            ("text".into(), cell(&texts)),
            ("metadata".into(), cell(&metadata)),
            ("distance".into(), cell(&distances)),
        ]))
    };
    Some((0..ids.len()).map(row).collect())
}
