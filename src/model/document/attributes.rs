//! Documents in a span's attributes and events: OpenInference, the gen_ai conventions, OpenLLMetry's vector stores.

use super::Document;
use super::lists::any;
use super::read::uri_of;
use crate::model::json::{Json, NULL, parse_shape as parse};
use crate::model::trace::{Span, SpanEvent};
use std::collections::BTreeMap;

/// What a span's attributes say it found (or, of a reranker, gave back).
pub(super) fn found(span: &Span) -> Vec<Document> {
    for prefix in ["retrieval.documents", "reranker.output_documents"] {
        let found = listed(span, prefix);
        if !found.is_empty() {
            return found;
        }
    }
    for key in ["gen_ai.retrieval.documents", "gen_ai.retrieve.documents"] {
        if let Some(text) = attribute(span, key)
            && let Ok((json, _)) = parse(text)
        {
            // Once more JSON in a string, as these attributes are written.
            let inner = json.as_text().and_then(|t| parse(&t).ok().map(|(json, _)| any(&json)));
            return inner.unwrap_or_else(|| any(&json));
        }
    }
    span.events.iter().filter(|e| e.name == "db.query.result" || e.name == "db.search.result").map(result).collect()
}

/// What a reranker was given.
pub(super) fn given(span: &Span) -> Vec<Document> {
    listed(span, "reranker.input_documents")
}

/// An attribute's text, as it came.
pub(super) fn attribute<'s>(span: &'s Span, key: &str) -> Option<&'s str> {
    span.attributes.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_ref())
}

/// `PREFIX.N.document.content` and its like, each value JSON text or plain; or the whole list under `PREFIX` as JSON.
fn listed(span: &Span, prefix: &str) -> Vec<Document> {
    let mut found: BTreeMap<usize, Document> = BTreeMap::new();
    for (key, value) in &span.attributes {
        let Some(rest) = key.strip_prefix(prefix) else { continue };
        if rest.is_empty() {
            return parse(value).map(|(json, _)| any(&plain_keys(&json))).unwrap_or_default();
        }
        let Some((number, field)) = rest.strip_prefix('.').and_then(|r| r.split_once(".document.")) else { continue };
        let Ok(number) = number.parse() else { continue };
        let parsed = parse(value).ok().map(|(json, _)| json);
        let text = parsed.as_ref().map_or_else(|| value.to_string(), Json::plain);
        let document = found.entry(number).or_default();
        match field {
            "content" => document.content = text,
            "id" => document.id = Some(text),
            "score" => document.score = Some(text),
            "metadata" => metadata(document, &text),
            _ => document.metadata.push((field.to_owned(), text)),
        }
    }
    found.into_values().collect()
}

/// Once more JSON in a string, as often as not.
fn metadata(document: &mut Document, text: &str) {
    let inner = parse(text).ok().map(|(json, _)| json);
    let Some(inner) = inner.filter(Json::is_object) else {
        document.metadata.push(("metadata".to_owned(), text.to_owned()));
        return;
    };
    document.uri = uri_of(&inner);
    document.title = inner.some("title").and_then(|t| t.as_text().map(|t| t.into_owned()));
    document.metadata.extend(inner.members().iter().map(|(k, v)| (k.to_string(), v.plain())));
}

/// `[{"document.content": ...}]` as `[{"content": ...}]`.
fn plain_keys<'a>(json: &Json<'a>) -> Json<'a> {
    let short = |key: &std::borrow::Cow<'a, str>| {
        key.strip_prefix("document.").map_or_else(|| key.clone(), |k| k.to_owned().into())
    };
    let item = |item: &Json<'a>| match item {
        Json::Object(members) => Json::object(members.iter().map(|(k, v)| (short(k), v.clone())).collect()),
        other => other.clone(),
    };
    match json {
        Json::Array(items) => Json::Array(items.iter().map(item).collect()),
        other => other.clone(),
    }
}

/// One hit of a vector store as OpenLLMetry records it: an event with `db.query.result.*`.
fn result(event: &SpanEvent) -> Document {
    let mut document = Document::default();
    for (key, value) in &event.attributes {
        let field = key.rsplit('.').next().unwrap_or(key);
        match field {
            "document" | "text" | "content" => document.content.clone_from(value),
            "id" => document.id = Some(value.clone()),
            "score" => document.score = Some(value.clone()),
            "distance" if document.score.is_none() => document.score = Some(format!("distance {value}")),
            "metadata" => metadata(&mut document, value),
            "vector" | "embeddings" => {}
            _ => document.metadata.push((key.clone(), value.clone())),
        }
    }
    if document.content.is_empty() {
        // Some stores keep the text among the metadata.
        let text =
            document.metadata.iter().position(|(k, _)| ["text", "page_content", "content"].contains(&k.as_str()));
        if let Some(at) = text {
            document.content = document.metadata.remove(at).1;
        }
    }
    document
}

/// What was asked, as the attributes say it.
pub(super) fn query(span: &Span) -> Option<String> {
    let keys = ["gen_ai.retrieval.query.text", "gen_ai.retrieve.query.text", "reranker.query", "db.query.text"];
    let text = keys.iter().find_map(|k| attribute(span, k))?;
    Some(parse(text).map_or_else(|_| text.to_owned(), |(json, _)| json.plain())).filter(|q| !q.is_empty())
}

/// What was asked, from a span's inputs.
pub(super) fn asked(span: &Span) -> Option<String> {
    if let Some(query) = query(span) {
        return Some(query);
    }
    let written = span.inputs.as_deref().or_else(|| attribute(span, "input.value"))?;
    // As an attribute it is JSON in a string, or the words themselves.
    let Ok((outer, _)) = parse(written) else { return said(written) };
    let Some(text) = outer.as_text() else { return asked_in(&outer) };
    match parse(&text) {
        Ok((inner, _)) if inner.is_object() => asked_in(&inner).or_else(|| said(&text)),
        _ => said(&text),
    }
}

/// What was asked at once, where it was so many questions: each has an answer of its own.
pub(super) fn asked_each(span: &Span, count: usize) -> Option<Vec<String>> {
    let (json, _) = parse(span.inputs.as_deref()?).ok()?;
    let at = [Some(&json), json.some("kwargs"), json.some("inputs")];
    let lists = at.into_iter().flatten().flat_map(|j| j.members()).map(|(_, v)| v.items());
    let texts =
        |list: &[Json<'_>]| list.iter().map(|q| q.as_text().map(|t| t.into_owned())).collect::<Option<Vec<_>>>();
    lists.filter(|list| list.len() == count).find_map(texts)
}

fn said(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|t| !t.trim().is_empty())
}

/// What was asked, in a retriever's arguments.
fn asked_in(parsed: &Json<'_>) -> Option<String> {
    const KEYS: [&str; 20] = [
        "query",
        "q",
        "question",
        "query_str",
        "query_text",
        "search_query",
        "user_query",
        "str_or_query_bundle",
        "query_bundle",
        "queries",
        "query_texts",
        "text",
        "input",
        "search",
        "prompt",
        "keywords",
        "keyword",
        "search_text",
        "query_or_queries",
        "retrievalQuery",
    ];
    let read = |value: &Json<'_>| {
        let inner = ["query_str", "text", "query"].iter().find_map(|k| value.some(k)).unwrap_or(value);
        let texts: Vec<_> = inner.items().iter().filter_map(Json::as_text).collect();
        inner.as_text().map(|t| t.into_owned()).or_else(|| (!texts.is_empty()).then(|| texts.join(" · ")))
    };
    let at = [parsed, parsed.some("kwargs").unwrap_or(&NULL), parsed.some("inputs").unwrap_or(&NULL)];
    let named = at.iter().find_map(|j| KEYS.iter().find_map(|k| read(j.some(k)?)));
    let last = || at.iter().find_map(|j| last_asked(j)).or_else(|| first_argument(parsed));
    named.or_else(last).filter(|q| !q.trim().is_empty())
}

/// A retriever that was given a conversation is asked what a person said last.
fn last_asked(json: &Json<'_>) -> Option<String> {
    let person = |m: &&Json<'_>| {
        let role = ["role", "type"].iter().find_map(|k| m.some(k)?.as_text());
        role.is_some_and(|r| r == "user" || r == "human")
    };
    let last = json.some("messages")?.items().iter().rev().find(person)?;
    Some(last.some("content")?.as_text()?.into_owned())
}

/// `{"args": ["what is asked", …], "kwargs": {…}}`.
fn first_argument(json: &Json<'_>) -> Option<String> {
    json.some("args")?.items().iter().find_map(|a| a.as_text().map(|t| t.into_owned()))
}
