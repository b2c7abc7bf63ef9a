//! What a tool of MCP returned: `{"content": [{"type": "text" | "image" | "resource" …}], "isError", "structuredContent"}`.

use super::Part;
use super::content::known;
use super::media::media;
use crate::model::json::{Json, parse};
use std::borrow::Cow;

/// What such a result consists of; anything else in it is somebody else's.
const MEMBERS: [&str; 7] =
    ["content", "isError", "is_error", "structuredContent", "structured_content", "_meta", "meta"];

/// Its texts, of images and files their kind and size, and its values beside them, where they say more.
pub(super) fn mcp(body: &Json<'_>) -> Option<String> {
    let content = body.some("content").filter(|c| matches!(c, Json::Array(_)))?;
    let flag = body.members().iter().any(|(k, _)| k != "content" && MEMBERS.contains(&k.as_ref()));
    if !flag || !body.members().iter().all(|(k, _)| MEMBERS.contains(&k.as_ref())) {
        return None;
    }
    let lines = content.items().iter().map(line).collect::<Option<Vec<_>>>()?;
    let words = lines.join("\n");
    let values = ["structuredContent", "structured_content"].iter().find_map(|k| body.some(k));
    // Servers write the same values as a text, for clients that do not know them.
    let more = values.filter(|v| !parse(&words).is_ok_and(|(json, _)| json == **v));
    match more {
        Some(values) if words.is_empty() => Some(values.to_json()),
        Some(values) => {
            let both = vec![("content".into(), Json::text(words)), ("structuredContent".into(), values.clone())];
            Some(Json::object(both).to_json())
        }
        None => Some(words).filter(|w| !w.is_empty()),
    }
}

/// One item of the content; `None` where it is of no known type.
fn line(item: &Json<'_>) -> Option<String> {
    let word = |json: &Json<'_>, key: &str| json.some(key).and_then(Json::as_text).map(Cow::into_owned);
    let kind = word(item, "type")?;
    match kind.as_str() {
        "resource" => {
            let inner = item.some("resource")?;
            let place = word(inner, "uri").unwrap_or_default();
            match word(inner, "text") {
                Some(text) => Some(format!("{place}\n{text}")),
                None => {
                    let data = inner.some("blob").map(|b| ("data".into(), b.clone()));
                    let named = inner.some("mimeType").map(|m| ("mimeType".into(), m.clone()));
                    let what = media("resource", &Json::object(data.into_iter().chain(named).collect()));
                    Some(format!("▣ {what} · {place}"))
                }
            }
        }
        "resource_link" => {
            let named = ["title", "name", "uri"].iter().filter_map(|k| word(item, k)).collect::<Vec<_>>();
            Some(format!("▣ {}", named.join(" · ")))
        }
        _ => {
            let mut parts = Vec::new();
            if !known(item, &mut parts) {
                return None;
            }
            let each = parts.into_iter().map(|part| match part {
                Part::Text(text) => Some(text.to_string()),
                Part::Media(what) => Some(format!("▣ {what}")),
                _ => None,
            });
            each.collect::<Option<Vec<_>>>().map(|lines| lines.join("\n"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        mcp(&parse(text).unwrap().0)
    }

    #[test]
    fn images_stand_as_type_and_size_and_values_are_kept() {
        let shot = r#"{"content":[{"type":"text","text":"T"},{"type":"image","data":"iVBORw0KGgo=","mimeType":"image/png"}],"isError":false}"#;
        assert_eq!(read(shot).as_deref(), Some("T\n▣ image/png · 8 bytes · inline"));
        let alone = r#"{"content":[{"type":"image","data":"iVBORw0KGgo=","mimeType":"image/png"}],"isError":true,"structuredContent":{"k":1}}"#;
        assert_eq!(
            read(alone).as_deref(),
            Some(r#"{"content":"▣ image/png · 8 bytes · inline","structuredContent":{"k":1}}"#)
        );
        let twice = r#"{"content":[{"type":"text","text":"{\"k\": 1}"}],"structuredContent":{"k":1}}"#;
        assert_eq!(read(twice).as_deref(), Some(r#"{"k": 1}"#));
        let values = r#"{"content":[],"structuredContent":{"k":1}}"#;
        assert_eq!(read(values).as_deref(), Some(r#"{"k":1}"#));
        let resource = r#"{"content":[{"type":"resource","resource":{"uri":"file:///a","text":"R","mimeType":"text/plain"}},{"type":"resource","resource":{"uri":"file:///b","blob":"iVBORw0KGgo=","mimeType":"image/png"}},{"type":"resource_link","name":"n","uri":"file:///c"}],"isError":false}"#;
        assert_eq!(
            read(resource).as_deref(),
            Some("file:///a\nR\n▣ image/png · 8 bytes · inline · file:///b\n▣ n · file:///c")
        );
        for other in [
            r#"{"content":[]}"#,
            r#"{"content":[{"type":"odd"}],"isError":true}"#,
            r#"{"content":[{"type":"text","text":"T"}],"role":"tool"}"#,
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
