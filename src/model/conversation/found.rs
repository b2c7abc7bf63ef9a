//! Documents that a tool's result is made of, where a message carries them and no span of a retriever does.

use super::{Conversation, Elsewhere, Entry, Part};
use crate::model::document::{Document, Retrieval, listed};
use crate::model::json::{Json, parse_shape as parse};
use std::collections::HashMap;

/// A result of more bytes is left as it is.
const MOST: usize = 1 << 20;

// Fewer names than `model::document` takes from a retriever: a tool's rows have a `summary` or a `description` without being
// documents.

/// Where a list of documents stands in an object.
const LISTS: [&str; 9] =
    ["documents", "docs", "results", "matches", "hits", "chunks", "passages", "source_nodes", "nodes"];
const TEXT: [&str; 7] = ["page_content", "content", "text", "snippet", "passage", "chunk", "chunk_text"];
const ABOUT: [&str; 13] = [
    "metadata",
    "meta",
    "id",
    "doc_id",
    "document_id",
    "chunk_id",
    "score",
    "source",
    "url",
    "uri",
    "title",
    "file_id",
    "filename",
];
/// Members of what is no document: a message, a part of one.
const OTHERS: [&str; 5] = ["role", "tool_calls", "tool_call_id", "additional_kwargs", "mime_type"];

/// The documents that a result (JSON text) is, if it is nothing but documents: each has a text, and beside it what a
/// document has: where it is from, how well it fits.
#[must_use]
pub fn documents_in(result: &str) -> Option<Vec<Document>> {
    let trimmed = result.trim_start();
    if result.len() > MOST || !trimmed.starts_with(['[', '{']) || !TEXT.iter().any(|key| result.contains(key)) {
        return None;
    }
    let (json, _) = parse(result).ok()?;
    let list = match &json {
        Json::Array(_) => &json,
        object => {
            let lists: Vec<_> = object.members().iter().filter(|(_, v)| matches!(v, Json::Array(_))).collect();
            let [(key, list)] = lists.as_slice() else { return None };
            let rest = object.members().iter().filter(|(k, _)| k != key).all(|(_, v)| !v.is_object());
            if !rest || !LISTS.contains(&key.as_ref()) {
                return None;
            }
            list
        }
    };
    let items = list.items();
    (!items.is_empty() && items.iter().all(is_document)).then(|| listed(list))
}

/// A value that is a document: it has a text, and beside it what a document has.
pub(in crate::model) fn is_document(item: &Json<'_>) -> bool {
    let has = |keys: &[&str]| keys.iter().any(|k| item.some(k).is_some());
    // OpenAI's vector store gives a text in parts, beside the file's name.
    let part = |p: &Json<'_>| p.some("text").is_some_and(|t| t.as_text().is_some());
    let parts = |v: &Json<'_>| has(&["filename", "file_id"]) && !v.items().is_empty() && v.items().iter().all(part);
    let text = TEXT.iter().any(|k| item.some(k).is_some_and(|v| v.as_text().is_some() || parts(v)));
    item.is_object() && text && !has(&OTHERS) && (has(&ABOUT) || item.some("page_content").is_some())
}

impl Conversation {
    /// Gives calls the documents that they returned: those that stand in panels of their own are not told once more.
    pub(super) fn find_documents(&mut self, retrievals: &[Retrieval]) {
        let mut shown: HashMap<&str, usize> = HashMap::new();
        for (place, entry) in self.entries.iter().enumerate() {
            let Entry::Documents(at) = entry else { continue };
            let documents = retrievals.get(*at).filter(|r| !r.told).map(|r| r.documents.as_slice()).unwrap_or_default();
            for text in documents.iter().map(|d| d.content.trim()).filter(|t| !t.is_empty()) {
                shown.entry(text).or_insert(place);
            }
        }
        for (place, entry) in self.entries.iter_mut().enumerate() {
            let Entry::Message { message, .. } = entry else { continue };
            for part in &mut message.parts {
                let Part::Call(call) = part else { continue };
                let Some(result) = call.result.as_deref().filter(|_| call.error.is_none()) else { continue };
                call.elsewhere = elsewhere(result, place, &shown);
                if call.elsewhere.is_none() {
                    call.documents = documents_in(result).unwrap_or_default();
                }
            }
        }
    }
}

/// The documents of a result that stand in panels; `shown`: texts, and at which entry each stands.
fn elsewhere(result: &str, place: usize, shown: &HashMap<&str, usize>) -> Option<Elsewhere> {
    if shown.is_empty() || result.len() > MOST || !result.trim_start().starts_with(['[', '{']) {
        return None;
    }
    let (json, _) = parse(result).ok()?;
    let places = |list: &Json<'_>| -> Option<Vec<usize>> {
        let found = if list.items().is_empty() { Vec::new() } else { listed(list) };
        let places: Option<Vec<_>> = found.iter().map(|d| shown.get(d.content.trim()).copied()).collect();
        places.filter(|p| !p.is_empty())
    };
    let mut all = places(&json).unwrap_or_default();
    let mut rest = Vec::new();
    for (key, value) in json.members() {
        match places(value) {
            Some(more) => all.extend(more),
            None => rest.push((key.clone(), value.clone())),
        }
    }
    let above = *all.first()? < place;
    let rest = (!rest.is_empty()).then(|| Json::object(rest).to_json());
    Some(Elsewhere { count: all.len(), above, rest })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(result: &str) -> Option<Vec<(String, Option<String>)>> {
        documents_in(result).map(|all| all.into_iter().map(|d| (d.content, d.id.or(d.title).or(d.uri))).collect())
    }

    #[test]
    fn a_result_that_is_nothing_but_documents_is_documents() {
        let one = |id: &str| Some(vec![("D".to_owned(), Some(id.to_owned()))]);
        for (result, id) in [
            (r#"[{"page_content":"D","id":"a","metadata":{"score":0.5}}]"#, "a"),
            (r#"[{"text":"D","score":0.5,"id":"a"}]"#, "a"),
            (r#"[{"file_id":"f","filename":"a","score":1,"content":[{"type":"text","text":"D"}]}]"#, "f"),
            (r#"{"results":[{"content":"D","url":"http://a","title":"T"}],"query":"Q"}"#, "T"),
        ] {
            assert_eq!(read(result), one(id), "{result}");
        }
        for other in [
            r#"[{"type":"text","text":"words of a result"}]"#,
            r#"[{"role":"user","content":"Q","id":"1"}]"#,
            r#"{"content":"D","id":"a"}"#,
            r#"[{"id":987,"priority":"P0"}]"#,
            r#"{"results":[{"text":"D","id":"a"}],"more":{"x":1}}"#,
            r#"[{"text":"D","id":"a"},7]"#,
            "[]",
            "the text of page_content",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
