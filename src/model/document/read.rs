//! One value as a document: which member holds the text, which the id, the place, the score.

use super::Document;
use crate::model::conversation::media;
use crate::model::json::{Json, NULL};

/// Members that hold the text, the surest first.
pub(in crate::model) const TEXT: [&str; 24] = [
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
    "context",
    // Names that one store has.
    "pageContent",
    "chunk_content",
    "passage_text",
    "Content",
    "CHUNK",
    "extractive_segments",
    "extractive_answers",
    "snippets",
];
/// Members that wrap the document itself: LlamaIndex, LangChain's dump, Haystack, Qdrant, Elasticsearch, Weaviate, Cohere,
/// Milvus, Vespa and Couchbase, Vertex.
pub(in crate::model) const WRAPPERS: [&str; 15] = [
    "node",
    "kwargs",
    "document",
    "doc",
    "payload",
    "_source",
    "properties",
    "chunk",
    "point",
    "data",
    "entity",
    "fields",
    "derivedStructData",
    "derived_struct_data",
    "structData",
];
pub(in crate::model) const METADATA: [&str; 9] = [
    "metadata",
    "meta",
    "extra_info",
    "cmetadata",
    "attributes",
    "payload",
    "document_metadata",
    "documentMetadata",
    "_additional",
];
const ID: [&str; 13] = [
    "id",
    "id_",
    "_id",
    "doc_id",
    "document_id",
    "node_id",
    "uuid",
    "file_id",
    "pid",
    "key",
    "chunk_id",
    "DocumentId",
    "objectID",
];
const CHUNK: [&str; 7] = ["chunk_id", "chunk_index", "chunk_no", "chunk", "page", "page_number", "page_label"];
/// A chunk's number has no more bytes.
const NUMBER: usize = 40;
const SCORE: [&str; 23] = [
    "score",
    "similarity",
    "relevance_score",
    "_score",
    // What was put in order again is ordered by this.
    "@search.rerankerScore",
    "@search.reranker_score",
    "@search.score",
    "rerank_score",
    "similarity_score",
    "_relevance_score",
    "prob",
    "certainty",
    "cosine_similarity",
    "$similarity",
    "relevanceScore",
    "relevance",
    "vs_score",
    "_rankingScore",
    "distance",
    "_distance",
    "vector_distance",
    "$dist",
    "vector_score",
];
const URI: [&str; 20] = [
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
    "sourceUri",
    "DocumentURI",
    "sourcepage",
    "relative_path",
    "RELATIVE_PATH",
];
const TITLE: [&str; 7] =
    ["title", "document_title", "DocumentTitle", "sourceDisplayName", "name", "document_name", "doc_name"];
/// What a framework notes for itself; the raw view has it.
const INTERNAL: [&str; 17] = [
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
    "embedding",
    "vector",
    "sparse_embedding",
    "start_char_idx",
    "end_char_idx",
];
/// Types that say no more than that something is a document, or its text.
const KINDS: [&str; 8] =
    ["document", "Document", "constructor", "text", "TEXT", "search_result", "web_search_result", "object"];

/// Reads one value. Nothing of it is lost but what frameworks note for themselves: further texts stand under their own
/// names ([`Document::texts`]), members that are neither text, id, place nor score are metadata, and a value without any
/// text is shown as JSON.
pub(super) fn document(json: &Json<'_>) -> Document {
    // LangChain's search with scores gives pairs.
    if let [doc, score] = json.items()
        && (doc.is_object() || doc.as_text().is_some())
        && number(score)
    {
        let mut found = document(doc);
        let own = found.score.replace(score.plain()).filter(|own| *own != score.plain());
        found.metadata.extend(own.map(|own| ("score".to_owned(), own)));
        return found;
    }
    if !json.is_object() {
        let content = json.plain();
        return Document { empty: content.is_empty(), content, ..Document::default() };
    }
    // From the inside to the outside.
    let wraps = unwrapped(json);
    let metadata = METADATA.iter().find_map(|k| wraps.iter().find_map(|w| w.some(k).filter(|m| m.is_object())));
    let metadata = metadata.unwrap_or(&NULL);
    let levels: Vec<&Json<'_>> = wraps.iter().copied().chain([metadata]).collect();
    let find = |keys: &[&'static str]| {
        levels.iter().find_map(|level| keys.iter().find_map(|k| Some((*k, scalar(level.some(k)?)?))))
    };
    let content = levels.iter().find_map(|level| {
        TEXT.iter().find_map(|k| {
            let value = level.some(k)?;
            Some((value, words(value)?))
        })
    });
    let uris = [metadata].into_iter().chain(wraps.iter().copied());
    let uri = uris.into_iter().find_map(|level| URI.iter().find_map(|k| place(level.some(k)?)));
    let score = find(&SCORE).map(|(key, score)| match key {
        far if far.contains("dist") => format!("distance {score}"),
        // Nobody knows which of the two it is.
        "vector_score" => format!("vector_score {score}"),
        _ => score,
    });
    let id = find(&ID).map(|(_, id)| id);
    // What is called a chunk is its number, or the text itself.
    let chunk = find(&CHUNK).filter(|(key, chunk)| *key != "chunk" || chunk.len() <= NUMBER && !chunk.contains(' '));
    let chunk = chunk.or_else(|| find(&["page", "page_number", "page_label"]));
    let chunk = chunk.map(|(key, chunk)| chunk_of(key, &chunk)).filter(|c| Some(c) != id.as_ref());
    let title = find(&TITLE).map(|(_, title)| title).filter(|t| Some(t) != uri.as_ref());
    let named = [&id, &uri, &title, &score].iter().any(|f| f.is_some());
    let Some((value, (text, media))) = content.or_else(|| named.then(|| (&NULL, (String::new(), Vec::new())))) else {
        return Document { content: json.plain(), ..Document::default() };
    };
    let recorded = !value.is_null();
    let mut found = Document {
        empty: recorded && text.is_empty() && media.is_empty(),
        content: text,
        media,
        uri,
        id,
        score,
        chunk,
        title,
        ..Document::default()
    };
    further(&mut found, &wraps, metadata, value);
    found
}

/// What else a value says: further texts, and metadata.
fn further(found: &mut Document, wraps: &[&Json<'_>], metadata: &Json<'_>, content: &Json<'_>) {
    let is = |value: &Json<'_>, known: &Json<'_>| std::ptr::eq(value, known);
    // A payload may be what wraps the document and its metadata at once: it is told once.
    if !wraps.iter().any(|w| is(w, metadata)) {
        for (key, value) in metadata.members().iter().filter(|(_, v)| !v.is_null() && !is(v, content)) {
            found.metadata.push((key.to_string(), value.plain()));
        }
    }
    for (key, value) in wraps.iter().flat_map(|w| w.members()).map(|(k, v)| (k.as_ref(), v)) {
        if is(value, content) {
            // Beside the text that an object holds, or the texts of its parts.
            let more = beside_words(value).filter(|_| found.media.is_empty());
            found.texts.extend(more.map(|more| (key.to_owned(), more)));
            continue;
        }
        let inside = is(value, metadata) || wraps.iter().any(|w| is(value, w));
        if inside || is_internal(key, value) || value.is_null() {
            continue;
        }
        let plain = value.plain();
        let told = [&found.id, &found.uri, &found.score, &found.chunk, &found.title];
        if told.iter().any(|t| t.as_deref() == Some(plain.as_str())) {
            continue;
        }
        if !(TEXT.contains(&key) || WRAPPERS.contains(&key) && value.is_object()) {
            found.metadata.push((key.to_owned(), plain));
            continue;
        }
        let words = words(value).filter(|_| beside_words(value).is_none());
        let text = words.map_or(plain, |(text, _)| text);
        if !text.trim().is_empty() && text.trim() != found.content.trim() {
            found.texts.push((key.to_owned(), text));
        }
    }
}

/// What frameworks note for themselves, what only says that this is a document, and long lists of numbers.
pub(super) fn is_internal(key: &str, value: &Json<'_>) -> bool {
    let a_document = |kind: &str| KINDS.contains(&kind) || kind.bytes().all(|b| b.is_ascii_digit());
    INTERNAL.contains(&key)
        || key == "type" && value.as_text().is_some_and(|kind| a_document(&kind))
        || value.items().len() >= 64 && value.items().iter().all(number)
}

/// What stands in an object, or in the parts of a list, beside the texts that [`words`] takes; as JSON.
fn beside_words(json: &Json<'_>) -> Option<String> {
    fn more<'a>(json: &Json<'a>) -> Option<Json<'a>> {
        let text = INSIDE.iter().find(|k| json.some(k).is_some_and(|v| v.as_text().is_some()));
        let kept = json
            .members()
            .iter()
            .filter(|(k, v)| Some(&k.as_ref()) != text && !v.is_null() && !is_internal(k, v) && !is_empty(v));
        let kept: Vec<_> = kept.cloned().collect();
        (!kept.is_empty()).then(|| Json::object(kept))
    }
    match json {
        Json::Object(_) => more(json).map(|j| j.to_json()),
        Json::Array(parts) => {
            let kept: Vec<_> = parts.iter().filter_map(more).collect();
            (!kept.is_empty()).then(|| Json::Array(kept).to_json())
        }
        _ => None,
    }
}

fn is_empty(json: &Json<'_>) -> bool {
    matches!(json, Json::Array(items) if items.is_empty()) || json.is_object() && json.members().is_empty()
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
pub(in crate::model) fn is_known(name: &str) -> bool {
    [&ID[..], &CHUNK, &SCORE, &URI, &["title", "name"]].iter().any(|keys| keys.contains(&name))
}

/// What wraps a document, from the inside to the outside; a wrapper only where the value itself has no text.
fn unwrapped<'j, 'a>(json: &'j Json<'a>) -> Vec<&'j Json<'a>> {
    let mut at = json;
    let mut wraps = vec![json];
    for _ in 0..3 {
        if ["page_content", "content", "text"].iter().any(|k| at.some(k).is_some()) {
            break;
        }
        match WRAPPERS.iter().find_map(|k| at.some(k).filter(|v| v.is_object())) {
            Some(inner) => at = inner,
            None => break,
        }
        wraps.insert(0, at);
    }
    wraps
}

/// Under which names an object that is a document's content holds its text.
const INSIDE: [&str; 4] = ["text", "content", "page_content", "snippet"];

/// A text, the texts of a list of parts, or the text inside an object; and what images and files stand among the parts.
fn words(json: &Json<'_>) -> Option<(String, Vec<String>)> {
    if let Some(text) = json.as_text() {
        return Some((text.into_owned(), Vec::new()));
    }
    let inside = |j: &Json<'_>| INSIDE.iter().find_map(|k| j.some(k)?.as_text().map(|t| t.into_owned()));
    match json {
        Json::Object(_) => Some((inside(json)?, Vec::new())),
        Json::Array(parts) if !parts.is_empty() => {
            let (mut texts, mut media) = (Vec::new(), Vec::new());
            for part in parts {
                match part.as_text().map(|t| t.into_owned()).or_else(|| inside(part)) {
                    Some(text) => texts.push(text),
                    None => media.push(pictured(part)?),
                }
            }
            Some((texts.join("\n"), media))
        }
        _ => None,
    }
}

/// "image · https://…", of a part that is an image, a sound or a file.
fn pictured(part: &Json<'_>) -> Option<String> {
    let kind = part.some("type")?.as_text()?;
    ["image", "audio", "video", "file"].iter().any(|k| kind.contains(k)).then(|| media(&kind, part))
}

fn scalar(json: &Json<'_>) -> Option<String> {
    // How MongoDB writes an id.
    let json = json.some("$oid").unwrap_or(json);
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
