//! What a model's own tools for the web brought: `web_search_result`, `web_fetch_result`.

use super::content::parts;
use super::{Part, content};
use crate::model::json::Json;

/// One hit of a search: its title, place and age.
pub(super) fn hit(item: &Json<'_>) -> Option<String> {
    let kind = item.some("type").and_then(Json::as_text)?;
    (kind == "web_search_result").then(|| line(item, item, "page_age"))
}

/// A page that was fetched: its title and place, and what it says.
pub(super) fn page(body: &Json<'_>) -> Option<String> {
    let kind = body.some("type").and_then(Json::as_text)?;
    let document = body.some("content").filter(|_| kind == "web_fetch_result")?;
    let source = document.some("source").unwrap_or(document);
    let words = match source.some("data").and_then(Json::as_text) {
        Some(text) if source.some("type").and_then(Json::as_text).is_some_and(|t| t == "text") => text.into_owned(),
        _ => {
            let mut inner: Vec<Part> = Vec::new();
            parts(document, &mut inner);
            content::in_words(&inner).filter(|_| !inner.is_empty())?
        }
    };
    Some(format!("{}\n{words}", line(document, body, "retrieved_at")))
}

fn line(titled: &Json<'_>, placed: &Json<'_>, time: &str) -> String {
    let word = |json: &Json<'_>, key: &str| json.some(key).and_then(Json::as_text).map(|t| t.into_owned());
    let all = [word(titled, "title"), word(placed, "url"), word(placed, time)];
    all.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::json::parse;

    #[test]
    fn a_page_that_was_fetched_is_its_title_and_words() {
        let read = |text: &str| page(&parse(text).unwrap().0);
        let text = r#"{"type":"web_fetch_result","url":"http://x","content":{"type":"document","title":"X","source":{"type":"text","media_type":"text/plain","data":"Words."}},"retrieved_at":"2026-01-01"}"#;
        assert_eq!(read(text).as_deref(), Some("X · http://x · 2026-01-01\nWords."));
        let file = r#"{"type":"web_fetch_result","url":"http://x","content":{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}}}"#;
        assert_eq!(read(file).as_deref(), Some("http://x\n▣ application/pdf · 5 bytes · inline"));
        assert_eq!(read(r#"{"type":"web_fetch_tool_result_error","error_code":"unavailable"}"#), None);
    }
}
