//! Documents inside a model's messages: what OpenAI's file search and Anthropic's web search found, and the documents and
//! search results that a request hands to a model, in its messages or beside them, so that its answer can cite them.

use super::lists::shaped;
use super::mentions::{Words, answer_mentions, mentions, words};
use super::read::document;
use super::{Document, Origin, Retrieval};
use crate::model::json::{Json, parse_shape as parse};
use crate::model::trace::Span;
use std::sync::LazyLock;

/// Levels of a message that are looked into.
const DEPTH: usize = 8;
/// What a tool of LangChain hands to the application beside what the model reads.
const ARTIFACT: &str = "artifact";
/// Documents of one span, at most.
const MOST: usize = 1000;

static FOUND: Words =
    LazyLock::new(|| words(&["file_search_call", "web_search_tool_result", "web_fetch", "\"artifact\""]));
static GIVEN: Words = LazyLock::new(|| words(&["\"document\"", "\"search_result\"", "\"documents\""]));

/// The retrievals in a span's inputs and outputs; what a provider's tool found in a message the conversation itself tells.
pub(super) fn found(at: usize, span: &Span) -> Vec<Retrieval> {
    let mut found = Vec::new();
    if let Some(text) = span.outputs.as_deref().filter(|t| answer_mentions(t, &FOUND))
        && let Ok((json, _)) = parse(text)
    {
        results(&json, 0, &mut found);
    }
    let (mut given, mut sent) = (Vec::new(), Vec::new());
    if let Some(text) = span.inputs.as_deref().filter(|t| mentions(t, &GIVEN))
        && let Ok((json, _)) = parse(text)
    {
        blocks(&json, 0, &mut given);
        sent = beside_messages(&json);
    }
    // Of an artifact the message tells a summary at most.
    found.iter_mut().for_each(|r| r.told = r.key.as_deref() != Some(ARTIFACT));
    // Of a document in a message that tells its name alone; a file without a text is no more than that.
    let files = given.iter().all(|d| d.content.is_empty());
    for (key, documents, told) in [("messages", given, files), ("documents", sent, false)] {
        if !documents.is_empty() {
            let (origin, key) = (Origin::Given, Some(key.to_owned()));
            found.push(Retrieval { origin, key, documents, told, ..Retrieval::default() });
        }
    }
    found.into_iter().map(|r| Retrieval { span: at, ..r }).collect()
}

/// `{"messages": […], "documents": […]}`: Cohere's chat, and whoever fills documents into a chat's template.
fn beside_messages(json: &Json<'_>) -> Vec<Document> {
    let around = [Some(json), json.some("kwargs"), json.some("body"), json.some("request")];
    let asks = |j: &&Json<'_>| ["messages", "message", "chat_history", "contents"].iter().any(|k| j.some(k).is_some());
    let list = around.into_iter().flatten().filter(asks).find_map(|j| j.some("documents"));
    let items = list.map(Json::items).unwrap_or_default();
    if items.iter().any(|i| !i.is_object() && i.as_text().is_none()) {
        return Vec::new();
    }
    items.iter().take(MOST).map(document).collect()
}

fn is(json: &Json<'_>, kind: &str) -> bool {
    json.some("type").and_then(Json::as_text).is_some_and(|t| t == kind)
}

fn inside<'j, 'a>(json: &'j Json<'a>) -> impl Iterator<Item = &'j Json<'a>> {
    json.items().iter().chain(json.members().iter().map(|(_, v)| v))
}

fn results(json: &Json<'_>, depth: usize, found: &mut Vec<Retrieval>) {
    for (kind, list) in [("file_search_call", "results"), ("web_search_tool_result", "content")] {
        let items = json.some(list).map(Json::items).unwrap_or_default();
        if !items.is_empty() && is(json, kind) {
            let queries: Vec<_> =
                json.some("queries").map(Json::items).unwrap_or_default().iter().map(Json::plain).collect();
            found.push(Retrieval {
                key: Some(kind.into()),
                query: (!queries.is_empty()).then(|| queries.join(" · ")),
                documents: items.iter().take(MOST).map(document).collect(),
                ..Retrieval::default()
            });
            return;
        }
    }
    if let Some(page) = json.some("content").filter(|c| c.is_object() && is(json, "web_fetch_tool_result")) {
        let mut documents = Vec::new();
        blocks(page, 0, &mut documents);
        let place = page.some("url").and_then(Json::as_text);
        documents.iter_mut().for_each(|d| d.uri = d.uri.take().or_else(|| place.as_ref().map(|p| p.to_string())));
        found.push(Retrieval { key: Some("web_fetch".into()), documents, ..Retrieval::default() });
        return;
    }
    let artifact = json.some(ARTIFACT).filter(|_| json.some("tool_call_id").is_some());
    if let Some((_, documents)) = artifact.and_then(|a| shaped(a).into_iter().next()) {
        found.push(Retrieval { key: Some(ARTIFACT.into()), documents, ..Retrieval::default() });
        return;
    }
    if depth < DEPTH && found.len() < MOST {
        inside(json).for_each(|v| results(v, depth + 1, found));
    }
}

/// The words of a list of text blocks; what else it is is told as it is written.
fn texts(json: &Json<'_>) -> String {
    let words: Option<Vec<String>> =
        json.items().iter().map(|block| Some(block.some("text")?.as_text()?.into_owned())).collect();
    words.filter(|w| !w.is_empty()).map_or_else(|| document(json).content, |w| w.join("\n\n"))
}

fn blocks(json: &Json<'_>, depth: usize, found: &mut Vec<Document>) {
    if found.len() >= MOST {
        return;
    }
    if is(json, "search_result") && json.some("content").is_some() {
        found.push(document(json));
    } else if let Some(inner) = json.some("document").filter(|d| is(json, "document") && d.some("data").is_some()) {
        // Cohere's, as a tool returns it.
        found.push(document(inner));
    } else if let Some(source) = json.some("source").filter(|s| s.is_object() && is(json, "document")) {
        let text = |from: &Json<'_>, keys: &[&str]| {
            keys.iter().find_map(|k| from.some(k)?.as_text().map(|t| t.into_owned())).filter(|t| !t.is_empty())
        };
        // Anything but plain text is a file's bytes, or where they are.
        let plain = is(source, "text") || is(source, "content");
        let parts = source.some("content").map(texts).filter(|_| plain);
        found.push(Document {
            content: text(source, &["data"]).filter(|_| plain).or(parts).unwrap_or_default(),
            id: text(source, &["file_id"]),
            uri: text(source, &["url"]),
            title: text(json, &["title"]),
            metadata: text(json, &["context"]).map(|c| ("context".to_owned(), c)).into_iter().collect(),
            ..Document::default()
        });
    } else if depth < DEPTH {
        inside(json).for_each(|v| blocks(v, depth + 1, found));
    }
}
