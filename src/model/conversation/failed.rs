//! A call that failed and says so in its answer: `{"status": "failed", "error": {"code", "message"}}`. Nobody raised
//! anything, so the span's own status does not tell it.

use super::tools::is_tool;
use crate::model::json::{Json, parse_shape as parse};
use crate::model::trace::Span;

/// A report of a failure is short. An answer of megabytes is not gone through for one.
const LONGEST: usize = 64 << 10;

/// Bytes in which an answer that is nothing but an error says so.
const BEGINNING: usize = 64;

/// What a span reports to have failed with. What a tool reports is its result.
pub(crate) fn reported(span: &Span) -> Option<String> {
    let text = span.outputs.as_deref().filter(|t| t.len() <= LONGEST)?;
    // Most answers need not be read for this: a failure says so in its status, or begins with it.
    let begins = text.get(..text.floor_char_boundary(BEGINNING)).unwrap_or_default();
    let may = begins.contains("\"error\"") || memchr::memmem::find(text.as_bytes(), b"\"failed\"").is_some();
    if !may || is_tool(span) {
        return None;
    }
    failure(&parse(text).ok()?.0)
}

/// "server_error: The server had an error", of an answer that is nothing but a failure, or of a stream that ends with
/// one.
pub(in crate::model) fn failure(value: &Json<'_>) -> Option<String> {
    if let Some(last) = value.items().last() {
        let whole = last.some("response").filter(|_| last.some("type").is_some());
        return failure(whole.filter(|w| w.is_object())?);
    }
    let error = value.some("error").filter(|e| e.is_object())?;
    let word = |key: &str| value.some(key).and_then(Json::as_text);
    let failed = word("status").is_some_and(|s| s == "failed") || word("type").is_some_and(|t| t == "error");
    if !failed && value.members().len() > 1 {
        return None;
    }
    let message = error.some("message")?.as_text()?;
    let kind = ["code", "type"].iter().find_map(|k| error.some(k)).map(Json::plain);
    Some(
        kind.filter(|k| !message.contains(k.as_str()))
            .map_or_else(|| message.to_string(), |k| format!("{k}: {message}")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        reported(&Span { outputs: Some(text.into()), ..Span::default() })
    }

    #[test]
    fn an_answer_that_is_a_failure_is_one() {
        for (text, what) in [
            (
                r#"{"object":"response","status":"failed","error":{"code":"server_error","message":"Sorry."},"output":[]}"#,
                "server_error: Sorry.",
            ),
            (
                r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
                "overloaded_error: Overloaded",
            ),
            (r#"{"error":{"message":"No such model","code":null}}"#, "No such model"),
            (
                r#"[{"type":"response.created"},{"type":"response.failed","response":{"status":"failed","error":{"code":"c","message":"M"}}}]"#,
                "c: M",
            ),
        ] {
            assert_eq!(read(text).as_deref(), Some(what), "{text}");
        }
        for text in [
            r#"{"status":"completed","error":null,"output":[]}"#,
            r#"{"answer":"A","error":{"message":"tried twice"}}"#,
            r#"{"error":"no"}"#,
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        let tool =
            Span { span_type: "TOOL".into(), outputs: Some(r#"{"error":{"message":"M"}}"#.into()), ..Span::default() };
        assert_eq!(reported(&tool), None);
    }
}
