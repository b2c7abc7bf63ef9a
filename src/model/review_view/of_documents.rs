//! Documents inside a value without the fields of theirs that a view hides (`metadata.owner`): a retriever returns them, a
//! tool, a chain that hands them on, a message that carries them; hidden is hidden wherever they stand.

use super::hidden::Gone;
use super::{How, ReviewView};
use crate::model::document::{METADATA, ROWS, TEXT, WRAPPERS, columns, is_known, is_row};
use crate::model::json::{Json, is_json, parse_to_cut as parse};
use std::borrow::Cow;

/// Metadata of documents and of nothing else, whatever it stands beside.
const TABLES: [&str; 2] = ["metadatas", "cmetadata"];
/// Members of what is no document: a message, a call.
const OTHERS: [&str; 5] = ["role", "tool_calls", "tool_call_id", "additional_kwargs", "arguments"];
/// A key that nobody thinks of: what fits it hides all metadata.
const ANY: &str = "metadata.\u{1}";

/// Where a value stands.
#[derive(Clone, Copy, Default)]
struct Place {
    /// In a list.
    listed: bool,
    /// Under the key of what wraps a document.
    wrapped: bool,
    /// In a string: only one level of these is looked into.
    quoted: bool,
}

impl ReviewView {
    /// It hides something of documents.
    pub(super) fn hides_metadata(&self) -> bool {
        self.fields.hide.iter().any(|g| g.fits("metadata") || g.fits(ANY) || g.may_fit_below("metadata"))
    }

    /// A value that is too deep to be read may hold a document.
    pub(super) fn may_hold_metadata(&self, text: &str) -> bool {
        self.hides_metadata() && is_json(text) && ["metadata", "page_content"].iter().any(|word| text.contains(word))
    }

    /// A value of inputs, outputs, attributes or events without the hidden fields of the documents in it.
    pub(super) fn without_metadata<'j>(&self, path: &str, json: Json<'j>, gone: &mut Gone) -> Option<Json<'j>> {
        if !self.hides_metadata() {
            return Some(json);
        }
        let key = path.rsplit('.').next().unwrap_or_default();
        // OpenInference writes one attribute for each field of a document.
        // So does OpenLLMetry, in the events of a vector store.
        let field = |place: &str, of: &str| path.starts_with(place) && path.contains(of);
        let attribute = METADATA.contains(&key)
            && (field("attributes.", ".document.")
                || field("events.", ".query.result.")
                || field("events.", ".search.result."));
        self.inside(json, attribute, Place::default(), gone)
    }

    /// Recursion is bounded by the parser.
    fn inside<'j>(&self, json: Json<'j>, metadata: bool, at: Place, gone: &mut Gone) -> Option<Json<'j>> {
        match json {
            Json::Object(members) if metadata => self.of_metadata(members, true, gone),
            Json::Object(members) => {
                let members = self.of_table(members, gone);
                Some(Json::Object(self.of_object(members, at, gone)))
            }
            Json::Array(items) => {
                let at = Place { listed: true, ..at };
                // The object in a row beside a text is that document's metadata.
                let metadata = metadata || is_row(&items);
                // A table keeps its rows: one of which nothing is left is null.
                let left = items.into_iter().map(|item| self.inside(item, metadata, at, gone).unwrap_or(super::NULL));
                Some(Json::Array(left.collect()))
            }
            other if at.quoted => Some(other),
            other => match other.as_text().filter(|t| is_json(t)).and_then(|t| self.quoted(&t, metadata, at, gone)) {
                Some(text) => Some(Json::text(text)),
                None => Some(other),
            },
        }
    }

    /// JSON in a string; `None` where nothing of it is hidden.
    fn quoted(&self, text: &str, metadata: bool, at: Place, gone: &mut Gone) -> Option<String> {
        let before = gone.count;
        let Ok((json, _)) = parse(text) else {
            return self.may_hold_metadata(text).then(|| {
                gone.note("metadata", text);
                "(hidden)".to_owned()
            });
        };
        let left = self.inside(json, metadata, Place { quoted: true, ..at }, gone);
        (gone.count > before).then(|| left.map_or_else(|| "(hidden)".to_owned(), |json| json.to_json()))
    }

    /// A table whose rows are documents, without what is in hidden columns: they stay, and are null.
    fn of_table<'j>(&self, members: Vec<(Cow<'j, str>, Json<'j>)>, gone: &mut Gone) -> Vec<(Cow<'j, str>, Json<'j>)> {
        let table = |(k, _): &(Cow<'_, str>, Json<'_>)| ["columns", "column_names", "manifest"].contains(&k.as_ref());
        if !members.iter().any(table) {
            return members;
        }
        let whole = Json::Object(members);
        let names = columns(&whole);
        let Json::Object(mut members) = whole else { return Vec::new() };
        let Some(names) = names else { return members };
        match members.iter_mut().find(|(k, v)| k == "result" && v.is_object()) {
            Some((_, Json::Object(inner))) => self.of_columns(inner, &names, gone),
            _ => self.of_columns(&mut members, &names, gone),
        }
        members
    }

    fn of_columns(&self, body: &mut [(Cow<'_, str>, Json<'_>)], names: &[Option<String>], gone: &mut Gone) {
        let lists = body.iter_mut().filter(|(k, _)| ROWS.contains(&k.as_ref())).map(|(_, v)| v);
        let rows = lists.filter_map(|v| if let Json::Array(rows) = v { Some(rows) } else { None }).flatten();
        for row in rows {
            let Json::Array(cells) = row else { continue };
            for (cell, name) in cells.iter_mut().zip(names) {
                if let Some(name) = name {
                    *cell = self.field_of(name, std::mem::replace(cell, super::NULL), gone).unwrap_or(super::NULL);
                }
            }
        }
    }

    fn of_object<'j>(
        &self,
        members: Vec<(Cow<'j, str>, Json<'j>)>,
        at: Place,
        gone: &mut Gone,
    ) -> Vec<(Cow<'j, str>, Json<'j>)> {
        let is = |keys: &[&str]| members.iter().any(|(k, v)| keys.contains(&k.as_ref()) && !v.is_null());
        let text = content(&members);
        let message = is(&OTHERS);
        let inner =
            |(k, v): &(Cow<'_, str>, Json<'_>)| METADATA.contains(&k.as_ref()) && content(v.members()).is_some();
        // What has a text, or a score, or a text among its metadata has the metadata of a document.
        let holder =
            !message && (text.is_some() || members.iter().any(inner) || members.iter().any(|(k, _)| is_known(k)));
        let placed = at.listed || at.wrapped || is(&["page_content"]) || is(&METADATA);
        let document = !message && text.is_some() && placed;
        let left = members.into_iter().filter_map(|(key, value)| {
            let name = key.as_ref();
            if TABLES.contains(&name) || holder && METADATA.contains(&name) && !wraps(name, &value) {
                let value = match value {
                    Json::Object(members) => self.of_metadata(members, text.is_none(), gone)?,
                    other => self.inside(other, true, Place { quoted: at.quoted, ..Place::default() }, gone)?,
                };
                return Some((key, value));
            }
            let wrapped = WRAPPERS.contains(&name) && value.is_object();
            if document && !wrapped && text.as_deref() != Some(name) {
                let value = self.field_of(name, value, gone)?;
                return Some((key, value));
            }
            let value = self.inside(value, false, Place { listed: false, wrapped, quoted: at.quoted }, gone)?;
            Some((key, value))
        });
        left.collect()
    }

    /// `text`: the document's text may be among it, and stays.
    fn of_metadata<'j>(&self, members: Vec<(Cow<'j, str>, Json<'j>)>, text: bool, gone: &mut Gone) -> Option<Json<'j>> {
        let text = content(&members).filter(|_| text);
        let had = members.len();
        let left: Vec<_> = members
            .into_iter()
            .filter_map(|(key, value)| match text.as_deref() == Some(key.as_ref()) {
                true => Some((key, value)),
                false => self.field_of(&key, value, gone).map(|value| (key, value)),
            })
            .collect();
        (had == 0 || !left.is_empty()).then_some(Json::Object(left))
    }

    /// One field of a document, without what is hidden of it. Hiding all metadata leaves a document its names.
    fn field_of<'j>(&self, key: &str, value: Json<'j>, gone: &mut Gone) -> Option<Json<'j>> {
        let path = format!("metadata.{key}");
        let how = self.field(&path).or_else(|| self.field("metadata")).unwrap_or_default();
        let by_name = || self.fields.hide.iter().any(|g| g.fits(&path) && !g.fits(ANY));
        if how == How::Hide && is_known(key) && !by_name() {
            return Some(value);
        }
        self.left(&path, value, how, gone)
    }
}

/// Under which key a document's text stands.
fn content(members: &[(Cow<'_, str>, Json<'_>)]) -> Option<String> {
    let said = |k: &str| {
        let value = members.iter().find(|(key, _)| key == k).map(|(_, v)| v);
        value.is_some_and(|v| v.as_text().is_some() || matches!(v, Json::Array(_)))
    };
    TEXT.iter().find(|k| said(k)).map(|k| (*k).to_owned())
}

/// A payload that has the text is the document itself.
fn wraps(name: &str, value: &Json<'_>) -> bool {
    WRAPPERS.contains(&name) && content(value.members()).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::from_text;
    use super::*;

    /// What is left of a value, and how many fields went.
    fn left(hide: &str, json: &str) -> (String, usize) {
        let view = from_text("v.toml", &format!("[fields]\nhide = ['{hide}']")).unwrap();
        let mut gone = Gone::default();
        let left = view.without_metadata("outputs", parse(json).unwrap().0, &mut gone);
        (left.map_or_else(|| "-".to_owned(), |j| j.to_json()), gone.count)
    }

    #[test]
    fn a_hidden_field_goes_from_documents_of_any_shape() {
        for (before, after) in [
            (
                r#"[{"page_content":"D","metadata":{"owner":"O","k":1}}]"#,
                r#"[{"page_content":"D","metadata":{"k":1}}]"#,
            ),
            (r#"{"a":"A","docs":[{"text":"D","owner":"O","id":"x"}]}"#, r#"{"a":"A","docs":[{"text":"D","id":"x"}]}"#),
            (r#"[{"node":{"text":"D","metadata":{"owner":"O"}},"score":1}]"#, r#"[{"node":{"text":"D"},"score":1}]"#),
            (r#"[[{"page_content":"D","metadata":{"owner":"O"}},0.5]]"#, r#"[[{"page_content":"D"},0.5]]"#),
            (r#"[[1,"D E",{"owner":"O","k":1},0.5]]"#, r#"[[1,"D E",{"k":1},0.5]]"#),
            (r#"[[{"id":1,"entity":{"text":"D","owner":"O"}}]]"#, r#"[[{"id":1,"entity":{"text":"D"}}]]"#),
            (
                r#"[{"text":"D","document_metadata":{"owner":"O","k":1}}]"#,
                r#"[{"text":"D","document_metadata":{"k":1}}]"#,
            ),
            (r#"[{"id":"a","metadata":{"text":"D","owner":"O"}}]"#, r#"[{"id":"a","metadata":{"text":"D"}}]"#),
            (r#"[{"id":"a","payload":{"text":"D","owner":"O"}}]"#, r#"[{"id":"a","payload":{"text":"D"}}]"#),
            (r#"[{"_id":"a","_source":{"body":"D","owner":"O"}}]"#, r#"[{"_id":"a","_source":{"body":"D"}}]"#),
            (
                r#"{"documents":[["D","E"]],"metadatas":[[{"owner":"O"},{"k":1}]]}"#,
                r#"{"documents":[["D","E"]],"metadatas":[[null,{"k":1}]]}"#,
            ),
            (
                r#"{"messages":[{"role":"tool","content":"[{\"page_content\":\"D\",\"metadata\":{\"owner\":\"O\"}}]"}]}"#,
                r#"{"messages":[{"role":"tool","content":"[{\"page_content\":\"D\"}]"}]}"#,
            ),
        ] {
            assert_eq!(left("metadata.owner", before), (after.to_owned(), 1), "{before}");
        }
        for (before, after) in [
            (
                r#"{"manifest":{"columns":[{"name":"id"},{"name":"t"},{"name":"owner"}]},"result":{"data_array":[["v","D E","O",0.5]]}}"#,
                r#"{"manifest":{"columns":[{"name":"id"},{"name":"t"},{"name":"owner"}]},"result":{"data_array":[["v","D E",null,0.5]]}}"#,
            ),
            (
                r#"{"columns":["text","owner"],"rows":[["D","O"]]}"#,
                r#"{"columns":["text","owner"],"rows":[["D",null]]}"#,
            ),
        ] {
            assert_eq!(left("metadata.owner", before), (after.to_owned(), 1), "{before}");
        }
    }

    #[test]
    fn what_is_no_document_keeps_its_fields() {
        for kept in [
            r#"{"question":"Q","metadata":{"owner":"O"}}"#,
            r#"{"answer":"A","owner":"O"}"#,
            r#"{"messages":[{"role":"user","content":"Q","metadata":{"owner":"O"},"owner":"O"}]}"#,
            r#"{"tool":"[{\"name\":\"n\",\"owner\":\"O\"}]"}"#,
        ] {
            assert_eq!(left("metadata.owner", kept), (kept.to_owned(), 0));
        }
    }

    #[test]
    fn hiding_all_metadata_leaves_a_document_its_text_and_its_names() {
        let json = r#"[{"metadata":{"text":"D","title":"T","owner":"O"},"score":1}]"#;
        assert_eq!(left("metadata.*", json), (r#"[{"metadata":{"text":"D","title":"T"},"score":1}]"#.to_owned(), 1));
        assert_eq!(left("metadata.title", json).1, 1, "by name it goes");
        assert_eq!(
            left("metadata.nested.k", r#"[{"text":"D","meta":{"nested":{"k":1,"l":2}}}]"#).0,
            r#"[{"text":"D","meta":{"nested":{"l":2}}}]"#
        );
    }
}
