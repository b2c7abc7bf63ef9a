//! One value as a document: which member holds the text, which the id, the place, the score.

use super::Document;
use crate::model::json::{Json, NULL};

/// Members that hold the text, the surest first.
pub(super) const TEXT: [&str; 15] = [
    "page_content",
    "content",
    "text",
    "long_text",
    "document",
    "body",
    "passage",
    "chunk_text",
    "chunk",
    "snippet",
    "raw_content",
    "text_resource",
    "description",
    "summary",
    "data",
];
/// Members that wrap the document itself: LlamaIndex, LangChain's dump, Haystack, Qdrant, Elasticsearch, Weaviate, Cohere.
const WRAPPERS: [&str; 10] =
    ["node", "kwargs", "document", "doc", "payload", "_source", "properties", "chunk", "point", "data"];
const METADATA: [&str; 6] = ["metadata", "meta", "extra_info", "cmetadata", "attributes", "payload"];
const ID: [&str; 11] =
    ["id", "id_", "_id", "doc_id", "document_id", "node_id", "uuid", "file_id", "pid", "key", "chunk_id"];
const CHUNK: [&str; 7] = ["chunk_id", "chunk_index", "chunk_no", "chunk", "page", "page_number", "page_label"];
const SCORE: [&str; 11] = [
    "score",
    "similarity",
    "relevance_score",
    "_score",
    "@search.score",
    "rerank_score",
    "similarity_score",
    "_relevance_score",
    "prob",
    "certainty",
    "distance",
];
const URI: [&str; 15] = [
    "doc_uri",
    "source",
    "url",
    "uri",
    "link",
    "href",
    "source_uri",
    "file",
    "file_path",
    "filename",
    "file_name",
    "path",
    "document_uri",
    "source_url",
    "location",
];
/// What a framework notes for itself; the raw view has it.
const INTERNAL: [&str; 18] = [
    "encrypted_content",
    "relationships",
    "excluded_embed_metadata_keys",
    "excluded_llm_metadata_keys",
    "text_template",
    "metadata_template",
    "metadata_seperator",
    "metadata_separator",
    "class_name",
    "mimetype",
    "hash",
    "lc",
    "type",
    "embedding",
    "vector",
    "sparse_embedding",
    "start_char_idx",
    "end_char_idx",
];

/// Reads one value. Nothing of it is lost but what frameworks note for themselves: members that are neither text, id,
/// place nor score are metadata, and a value without any text is shown as JSON.
pub(super) fn document(json: &Json<'_>) -> Document {
    // LangChain's search with scores gives pairs.
    if let [doc, score] = json.items()
        && (doc.is_object() || doc.as_text().is_some())
        && number(score)
    {
        return Document { score: Some(score.plain()), ..document(doc) };
    }
    if !json.is_object() {
        let content = json.plain();
        return Document { empty: content.is_empty(), content, ..Document::default() };
    }
    let inner = unwrapped(json);
    let metadata = METADATA.iter().find_map(|k| inner.some(k).or_else(|| json.some(k))).filter(|m| m.is_object());
    let metadata = metadata.unwrap_or(&NULL);
    let levels = [inner, json, metadata];
    let find = |keys: &[&'static str]| {
        levels.iter().find_map(|level| keys.iter().find_map(|k| Some((*k, scalar(level.some(k)?)?))))
    };
    let content = levels.iter().find_map(|level| TEXT.iter().find_map(|k| Some((*k, words(level.some(k)?)?))));
    let uri = [metadata, inner, json].iter().find_map(|level| URI.iter().find_map(|k| place(level.some(k)?)));
    let score = find(&SCORE).map(|(key, score)| if key == "distance" { format!("distance {score}") } else { score });
    let id = find(&ID).map(|(_, id)| id);
    let chunk = find(&CHUNK).map(|(key, chunk)| chunk_of(key, &chunk)).filter(|c| Some(c) != id.as_ref());
    let title = find(&["title", "document_title", "name"]).map(|(_, title)| title).filter(|t| Some(t) != uri.as_ref());
    let mut rest = Vec::new();
    let told = [&id, &uri, &score, &chunk, &title];
    // A payload may be what wraps the document and its metadata at once: it is told once.
    let apart = !std::ptr::eq(metadata, inner);
    for (key, value) in metadata.members().iter().filter(|_| apart) {
        if !value.is_null() && Some(key.as_ref()) != content.as_ref().map(|c| c.0) {
            rest.push((key.to_string(), value.plain()));
        }
    }
    for (key, value) in inner.members().iter().chain(if std::ptr::eq(inner, json) { &[] } else { json.members() }) {
        let key = key.as_ref();
        let used = TEXT.contains(&key) || INTERNAL.contains(&key) || WRAPPERS.contains(&key) && value.is_object();
        let said = || told.iter().any(|t| t.as_deref() == Some(value.plain().as_str()));
        if !used && !value.is_null() && !std::ptr::eq(value, metadata) && !said() && value.items().len() < 64 {
            rest.push((key.to_owned(), value.plain()));
        }
    }
    let named = [&id, &uri, &title, &score].iter().any(|f| f.is_some());
    let nothing = content.is_none() && !named;
    Document {
        empty: content.as_ref().is_some_and(|(_, text)| text.is_empty()),
        content: content.map_or_else(|| if nothing { json.plain() } else { String::new() }, |(_, text)| text),
        uri,
        id,
        score,
        chunk,
        title,
        metadata: if nothing { Vec::new() } else { rest },
        ..Document::default()
    }
}

/// Whether a value (an element of a list) says something that [`document`] knows to be its text.
pub(super) fn has_text(json: &Json<'_>) -> bool {
    if !json.is_object() {
        return json.as_text().is_some();
    }
    let found = document(json);
    !found.content.is_empty() && found.content != json.plain()
}

/// Whether a field of this name is read as something else than the text: id, place, title, chunk, score.
pub(super) fn is_known(name: &str) -> bool {
    [&ID[..], &CHUNK, &SCORE, &URI, &["title", "name"]].iter().any(|keys| keys.contains(&name))
}

/// Inside of what wraps a document; a wrapper only where the value itself has no text.
fn unwrapped<'j, 'a>(json: &'j Json<'a>) -> &'j Json<'a> {
    let mut at = json;
    for _ in 0..3 {
        if ["page_content", "content", "text"].iter().any(|k| at.some(k).is_some()) {
            break;
        }
        match WRAPPERS.iter().find_map(|k| at.some(k).filter(|v| v.is_object())) {
            Some(inner) => at = inner,
            None => break,
        }
    }
    at
}

/// A text, the texts of a list of parts, or the text inside an object.
fn words(json: &Json<'_>) -> Option<String> {
    if let Some(text) = json.as_text() {
        return Some(text.into_owned());
    }
    let inside = |j: &Json<'_>| {
        ["text", "content", "page_content"].iter().find_map(|k| j.some(k)?.as_text().map(|t| t.into_owned()))
    };
    match json {
        Json::Object(_) => inside(json),
        Json::Array(parts) if !parts.is_empty() => {
            let texts: Option<Vec<String>> =
                parts.iter().map(|p| p.as_text().map(|t| t.into_owned()).or_else(|| inside(p))).collect();
            texts.map(|t| t.join("\n"))
        }
        _ => None,
    }
}

fn scalar(json: &Json<'_>) -> Option<String> {
    (!json.is_object() && !matches!(json, Json::Array(_))).then(|| json.plain()).filter(|t| !t.is_empty())
}

pub(super) fn number(json: &Json<'_>) -> bool {
    matches!(json, Json::Atom(a) if a.starts_with(|c: char| c.is_ascii_digit() || c == '-'))
}

/// A place as text; Bedrock has it as an object of one object.
fn place(json: &Json<'_>) -> Option<String> {
    let found = json.as_text().map(|t| t.into_owned()).or_else(|| {
        json.members()
            .iter()
            .find_map(|(_, v)| ["uri", "url"].iter().find_map(|k| v.some(k)?.as_text().map(|t| t.into_owned())))
    });
    found.filter(|t| !t.is_empty())
}

/// "page 3"; what calls itself a chunk stays as it is.
fn chunk_of(key: &str, chunk: &str) -> String {
    match key {
        "page" | "page_number" | "page_label" => format!("page {chunk}"),
        "chunk_index" | "chunk_no" => format!("chunk {chunk}"),
        _ if chunk.bytes().all(|b| b.is_ascii_digit()) => format!("chunk {chunk}"),
        _ => chunk.to_owned(),
    }
}

/// The place in `metadata`, for attributes that have it as JSON.
pub(super) fn uri_of(metadata: &Json<'_>) -> Option<String> {
    URI.iter().find_map(|k| place(metadata.some(k)?))
}
