//! A call that failed and says so in its answer: `{"status": "failed", "error": {"code", "message"}}`, or at the end of a
//! stream. Nobody raised anything, so the span's own status does not tell it.

use super::stream::{joined, last_chunk};
use super::tools::is_tool;
use crate::model::document::{Words, words};
use crate::model::json::{Json, parse_shape as parse};
use crate::model::trace::Span;
use std::sync::LazyLock;

/// A report of a failure is short. An answer of megabytes is not gone through for one.
const LONGEST: usize = 64 << 10;

/// A stream says it at its end, and is longer.
const LONGEST_STREAM: usize = 1 << 20;

/// Bytes in which an answer that is nothing but an error says so, and those in which a stream ends with one.
const BEGINNING: usize = 64;
const END: usize = 2 << 10;

/// What stands in every report of a failure, so that the other answers are gone through but once.
static MARKS: Words = LazyLock::new(|| words(&["error\"", "error\\\"", "\"status", "\"failed\"", "Exception\""]));

/// What a span reports to have failed with. What a tool reports is its result.
pub(crate) fn reported(span: &Span) -> Option<String> {
    if let Some(chunk) = last_chunk(span).filter(|c| c.contains("\"error\"")) {
        return chunk_error(&parse(chunk).ok()?.0);
    }
    let text = span.outputs.as_deref().filter(|t| t.len() <= LONGEST_STREAM)?;
    // Most answers need not be read for this: a failure says so in its status, or begins or ends with it.
    let end = text.get(text.ceil_char_boundary(text.len().saturating_sub(END))..).unwrap_or_default();
    if !MARKS.stands_in(if text.len() <= LONGEST { text } else { end }) {
        return None;
    }
    let begins = text.get(..text.floor_char_boundary(BEGINNING)).unwrap_or_default();
    let breaks =
        text.starts_with('[') && (end.contains("error\"") || end.contains("Exception\"") || end.contains("error\\\""));
    let may = || {
        ["\"error\"", "\"statusCode\"", "\"status_code\""].iter().any(|k| begins.contains(k))
            || memchr::memmem::find(text.as_bytes(), b"\"failed\"").is_some()
            || tells_an_error(text)
    };
    if !(breaks || text.len() <= LONGEST && may()) || is_tool(span) {
        return None;
    }
    failure(&parse(text).ok()?.0)
}

/// An error with words somewhere in a text of JSON; most answers have a null there or nothing.
fn tells_an_error(text: &str) -> bool {
    const KEY: &[u8] = b"\"error\":";
    let after = |at: usize| text.as_bytes().get(at + KEY.len()..).unwrap_or_default().trim_ascii_start();
    memchr::memmem::find_iter(text.as_bytes(), KEY).any(|at| after(at).first() == Some(&b'{'))
}

/// "server_error: The server had an error", of an answer that is nothing but a failure, or of a stream that ends with
/// one.
pub(in crate::model) fn failure(value: &Json<'_>) -> Option<String> {
    if let [only] = value.items()
        && let Some(words) = alone(only)
    {
        // Gemini's, as a stream of one.
        return Some(words);
    }
    if let Some(last) = value.items().last() {
        let whole = last.some("response").filter(|r| r.is_object() && last.some("type").is_some());
        return whole.map_or_else(|| Some(broken(value.items())?.1), failure);
    }
    alone(value)
}

/// An object that is nothing but a failure, whatever an interface puts around it.
fn alone(value: &Json<'_>) -> Option<String> {
    let word = |key: &str| value.some(key).and_then(Json::as_text);
    if let Some(code) = ["statusCode", "status_code"].iter().find_map(|k| value.some(k)?.as_int())
        && (400..600).contains(&code)
        && value.members().len() <= 3
    {
        // A gateway's: it never came to a model.
        return word("message").map(|m| format!("{code}: {m}"));
    }
    // Proxies answer with an error and no choice, or say it in the choice.
    let choices = value.some("choices").map(Json::items).unwrap_or_default();
    let error = [value].into_iter().chain(choices).find_map(|v| v.some("error").filter(|e| e.is_object()))?;
    let failed = word("status").is_some_and(|s| s == "failed")
        || word("type").is_some_and(|t| t == "error")
        || value.get("choices").is_some()
        || value.members().iter().all(|(k, v)| k == "error" || AROUND.contains(&k.as_ref()) || is_nothing(v));
    in_words(error).filter(|_| failed)
}

/// What stands beside an error in an answer that is nothing else.
const AROUND: [&str; 9] =
    ["id", "object", "created", "model", "provider", "user_id", "request_id", "timestamp", "success"];

fn is_nothing(value: &Json<'_>) -> bool {
    value.is_null()
        || value.as_text().is_some_and(|t| t.is_empty())
        || matches!(value, Json::Array(items) if items.is_empty())
        || (value.is_object() && value.members().is_empty())
}

fn in_words(error: &Json<'_>) -> Option<String> {
    let message = error.some("message")?.as_text()?;
    let kind = ["code", "type"].iter().find_map(|k| error.some(k)).map(Json::plain);
    let kind = kind.filter(|k| !message.contains(k.as_str()) && k != "error");
    Some(kind.map_or_else(|| message.to_string(), |k| format!("{k}: {message}")))
}

/// A stream that ends with an error: the pieces before it, and its words.
pub(super) fn broken<'j, 'a>(items: &'j [Json<'a>]) -> Option<(&'j [Json<'a>], String)> {
    let (last, pieces) = items.split_last().filter(|(_, pieces)| !pieces.is_empty())?;
    let words = chunk_error(last)?;
    let texts = || pieces.iter().all(|p| p.as_text().is_some());
    (texts() || joined(pieces).is_some() || pieces.iter().all(begins)).then_some((pieces, words))
}

/// Of a stream before its first word.
fn begins(piece: &Json<'_>) -> bool {
    let kind = ["type", "object"].iter().find_map(|k| piece.some(k)?.as_text()).unwrap_or_default();
    matches!(kind.as_ref(), "message_start" | "ping" | "content_block_start" | "chat.completion.chunk")
        || kind.starts_with("response.")
        || ["candidates", "messageStart"].iter().any(|k| piece.some(k).is_some())
}

/// The words of a chunk that is an error: `{"error": {…}}`, `{"error": "…"}`, `{"type": "error", "message": "…"}`.
fn chunk_error(chunk: &Json<'_>) -> Option<String> {
    if let Some(sent) = chunk.as_text() {
        // As a server sends it.
        return chunk_error(&parse(sent.strip_prefix("data:")?).ok().filter(|(json, _)| json.is_object())?.0);
    }
    if let [(kind, error)] = chunk.members()
        && kind.ends_with("Exception")
    {
        // Bedrock's: modelStreamErrorException, throttlingException.
        return Some(format!("{kind}: {}", error.some("message")?.as_text()?));
    }
    match chunk.some("error") {
        Some(error) if error.is_object() => in_words(error),
        Some(error) => error.as_text().filter(|_| chunk.members().len() <= 2).map(|t| t.into_owned()),
        None => in_words(chunk).filter(|_| chunk.some("type").and_then(Json::as_text).is_some_and(|t| t == "error")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::trace::SpanEvent;

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
                r#"{"id":"gen-1","object":"chat.completion","created":1,"model":"m","provider":"p","choices": [], "error": {"message":"No credits","code":402}}"#,
                "402: No credits",
            ),
            (r#"{"error":{"message":"M","code":429,"metadata":{"raw":"x"}},"user_id":"u"}"#, "429: M"),
            (
                r#"{"choices":[{"finish_reason":"error","message":{"content":""},"error":{"code":502,"message":"M"}}]}"#,
                "502: M",
            ),
            (r#"[{"error":{"code":503,"message":"M","status":"UNAVAILABLE"}}]"#, "503: M"),
            (r#"{"statusCode":429,"message":"Rate limit is exceeded."}"#, "429: Rate limit is exceeded."),
            (
                r#"[{"object":"chat.completion.chunk","choices":[{"delta":{"content":"A"}}]},{"error":{"message":"overloaded","type":"server_error"}}]"#,
                "server_error: overloaded",
            ),
            (
                r#"[{"type":"response.output_text.delta","delta":"A"},{"type":"error","code":"c","message":"M","param":null}]"#,
                "c: M",
            ),
            (
                r#"[{"type":"message_start","message":{}},{"type":"error","error":{"type":"overloaded_error","message":"M"}}]"#,
                "overloaded_error: M",
            ),
            (
                r#"[{"candidates":[{"content":{"parts":[{"text":"A"}]}}]},{"error":{"code":503,"message":"M","status":"UNAVAILABLE"}}]"#,
                "503: M",
            ),
            (r#"["He","llo",{"error":"gone"}]"#, "gone"),
            (
                r#"[{"messageStart":{"role":"assistant"}},{"contentBlockDelta":{"delta":{"text":"A"}}},{"modelStreamErrorException":{"message":"M"}}]"#,
                "modelStreamErrorException: M",
            ),
            (r#"["data: {\"delta\":\"A\"}","data: {\"error\":{\"message\":\"M\"}}"]"#, "M"),
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
            r#"{"choices":[{"message":{"content":"A"}}],"error":null}"#,
            r#"{"statusCode":200,"message":"M"}"#,
            r#"{"statusCode":404,"message":"M","order":{"id":1},"left":2}"#,
            r#"[{"id":1,"ok":true},{"id":2,"error":{"message":"M"}}]"#,
            r#"[{"error":{"message":"M"}},"a"]"#,
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        let chunk = |value: &str| SpanEvent {
            name: "mlflow.chunk.item.1".into(),
            attributes: vec![("mlflow.chunk.value".into(), value.into())],
            ..SpanEvent::default()
        };
        let streamed = |value: &str| Span { events: vec![chunk("\"A\""), chunk(value)], ..Span::default() };
        assert_eq!(reported(&streamed(r#"{"error":{"message":"M"}}"#)).as_deref(), Some("M"));
        assert_eq!(reported(&streamed(r#""an \"error\"""#)), None);
        let tool =
            Span { span_type: "TOOL".into(), outputs: Some(r#"{"error":{"message":"M"}}"#.into()), ..Span::default() };
        assert_eq!(reported(&tool), None);
    }
}
