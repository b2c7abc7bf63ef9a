//! Where in a value the documents are: a list by its shape, or whatever a retriever's result holds.

use super::Document;
use super::columns::{columns, rows};
use super::read::{document, has_text, number};
use super::tuples::unnamed;
use crate::model::json::{Json, parse_shape as parse};

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

/// Texts that an answer rests on, under a name that says so: what an evaluation asks for.
pub(super) const CONTEXTS: [&str; 2] = ["contexts", "retrieved_contexts"];

fn contexts(key: &str, list: &[Json<'_>]) -> bool {
    let said = |i: &Json<'_>| i.as_text().is_some_and(|t| !t.trim().is_empty());
    CONTEXTS.contains(&key) && !list.is_empty() && list.iter().all(said)
}

/// So many of a tuple's members are looked at.
const MEMBERS: usize = 4;
/// And so many of a stream's elements.
const STATES: usize = 64;
/// And so many lists, each the answer to one of several queries.
const ANSWERS: usize = 256;

/// The lists of documents in a value, by shape: the value itself, or under its keys (and keys of those); with the key.
pub(super) fn shaped(json: &Json<'_>) -> Vec<(Option<String>, Vec<Document>)> {
    let read = |list: &Json<'_>| list.items().iter().map(document).collect::<Vec<_>>();
    if fits(json.items()) {
        return vec![(None, read(json))];
    }
    let mut found = Vec::new();
    // A function that returns an answer and what it rests on.
    let answers = json.items().iter().all(|i| matches!(i, Json::Array(_)));
    for (at, value) in json.items().iter().enumerate().take(if answers { ANSWERS } else { MEMBERS }) {
        if fits(value.items()) {
            found.push((Some(at.to_string()), read(value)));
        }
    }
    for (key, value) in json.members() {
        if fits(value.items()) || contexts(key, value.items()) {
            found.push((Some(key.to_string()), read(value)));
        }
        for (inner, value) in value.members() {
            if fits(value.items()) {
                found.push((Some(format!("{key}.{inner}")), read(value)));
            }
        }
    }
    if found.is_empty() {
        // A stream of a chain's fields, or of a graph's states.
        let states = json.items().iter().take(STATES).filter(|i| i.is_object());
        found.extend(states.flat_map(shaped));
    }
    found
}

/// A retriever's result, whatever its shape; empty where it found nothing. Several lists follow one another.
pub(in crate::model) fn any(json: &Json<'_>) -> Vec<Document> {
    every(json).into_iter().flat_map(|(_, documents)| documents).collect()
}

/// The lists of a retriever's result, whatever its shape: a search by words and one by meaning stand side by side.
/// With their keys where there are several.
pub(super) fn every(json: &Json<'_>) -> Vec<(Option<String>, Vec<Document>)> {
    let found = keyed(json);
    let several = found.len() > 1;
    let plain = |path: String| path.trim_end_matches('.').to_owned();
    found.into_iter().map(|(key, documents)| (key.filter(|_| several).map(plain), documents)).collect()
}

/// The same with the path of each, also of a single one; a path that ends with a dot has a table.
pub(super) fn keyed(json: &Json<'_>) -> Vec<(Option<String>, Vec<Document>)> {
    let found = match json {
        Json::Array(items) => return vec![(None, array(items))],
        Json::Object(_) => lists(json, 0),
        other if other.is_null() => return vec![(None, Vec::new())],
        other => return vec![(None, vec![document(other)])],
    };
    match found {
        None => vec![(None, vec![document(json)])],
        Some(found) => found.into_iter().map(|(key, documents)| (Some(key), documents)).collect(),
    }
}

fn array(items: &[Json<'_>]) -> Vec<Document> {
    if let Some(found) = unnamed(items) {
        return found;
    }
    // One list for each of several queries; but not pairs of a document and its score.
    let inner = !items.is_empty()
        && items.iter().all(|i| matches!(i, Json::Array(_)))
        && !items.iter().all(|i| matches!(i.items(), [_, score] if number(score)));
    if inner { items.iter().flat_map(|i| array(i.items())).collect() } else { items.iter().map(item).collect() }
}

/// A document, also one that was written as a text of JSON.
fn item(item: &Json<'_>) -> Document {
    let text = item.as_text().filter(|t| t.starts_with('{'));
    let written = text.as_ref().and_then(|t| parse(t).ok()).map(|(json, _)| json).filter(has_text);
    document(written.as_ref().unwrap_or(item))
}

/// The documents of an object's lists; `None` where it has none and so is a document itself.
fn lists(json: &Json<'_>, depth: usize) -> Option<Vec<(String, Vec<Document>)>> {
    if let Some(found) = columns(json).or_else(|| rows(json)) {
        return Some(vec![(".".to_owned(), found)]);
    }
    // Vespa's, whose names anything may have.
    if let Some(hits) = json.some("root").and_then(|root| root.some("children")).filter(|_| depth == 0) {
        return Some(vec![("root.children".to_owned(), array(hits.items()))]);
    }
    let listed = |value: &Json<'_>| match value {
        Json::Array(items) if !items.iter().all(number) || items.is_empty() => {
            Some(vec![(String::new(), array(items))])
        }
        Json::Object(_) if depth < 3 => lists(value, depth + 1),
        _ => None,
    };
    // The surest list, then whatever else reads as documents.
    let mut surest = LISTS.iter().find_map(|k| Some((*k, listed(json.some(k)?)?)));
    let text = ["page_content", "content", "text", "node", "kwargs"].iter().any(|k| json.some(k).is_some());
    let named = surest.is_some();
    let mut found: Vec<(String, Vec<Document>)> = Vec::new();
    for (key, value) in json.members() {
        let inner = match surest.take_if(|(k, _)| *k == key) {
            Some((_, inner)) => inner,
            None if text || is_about(key) || !reads(value, named) => continue,
            None => listed(value).unwrap_or_default(),
        };
        for (k, documents) in inner {
            let dot = if k.is_empty() || k == "." { "" } else { "." };
            // Under two names it is one list all the same.
            if !found.iter().any(|(_, same)| *same == documents) {
                found.push((format!("{key}{dot}{k}"), documents));
            }
        }
    }
    if !found.is_empty() {
        return Some(found);
    }
    // No text that anybody knows, but a list of something.
    let something = |v: &Json<'_>| v.items().iter().any(Json::is_object);
    let unknown = json.members().iter().find(|(_, v)| !text && something(v));
    unknown.map(|(key, value)| vec![(key.to_string(), array(value.items()))])
}

/// Whether a key tells of the search and not of what it found.
fn is_about(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["quer", "question", "prompt", "message", "history", "error", "warning", "log", "step", "facet", "aggregation"]
        .iter()
        .any(|word| key.contains(word))
}

/// Whether a value under a key that nobody knows holds documents. `named`: another list has a name that is known; then
/// plain texts beside it are rather tags.
fn reads(value: &Json<'_>, named: bool) -> bool {
    let message = |i: &Json<'_>| ["role", "additional_kwargs", "tool_calls"].iter().any(|k| i.get(k).is_some());
    let fits = |i: &Json<'_>| match i {
        Json::Object(_) => !message(i) && has_text(i),
        Json::Array(_) => matches!(i.items(), [doc, score] if number(score) && has_text(doc)) || reads(i, named),
        other => !named && other.as_text().is_some_and(|t| t.trim().contains(' ')),
    };
    match value {
        // The first few speak for all.
        Json::Array(items) => !items.is_empty() && items.iter().take(3).all(fits),
        Json::Object(members) => {
            LISTS.iter().any(|k| value.some(k).is_some_and(|v| reads(v, named)))
                || (!members.is_empty() && members.iter().all(|(_, v)| reads(v, true)))
                || rows(value).is_some_and(|found| !found.is_empty())
        }
        _ => false,
    }
}
