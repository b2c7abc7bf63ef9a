//! What a span's own result says of how it went, whatever its status: nobody raised anything, so the status is OK, but the
//! tool's result is an error, the server answered 503, the reply has failed.

use super::conversation::reported;
use super::json::{Json, parse_shape as parse};
use super::trace::Span;

/// A result of megabytes is not gone through for a flag.
const LONGEST: usize = 64 << 10;

/// Levels under which a result says how it went: a tool's message in LangChain's dump, a response in its wrapping.
const INSIDE: [&str; 5] = ["data", "kwargs", "response", "result", "output"];

/// "isError", "HTTP 503", "status failed", or the reported error's own words.
pub(crate) fn reports_failure(span: &Span) -> Option<String> {
    let attribute = |key: &str| span.attributes.iter().find(|(k, _)| k == key).map(|(_, v)| v.trim_matches('"'));
    let code = ["http.response.status_code", "http.status_code"].iter().find_map(|k| attribute(k));
    if let Some(code) = code.and_then(|c| failed_code(c.parse().ok()?)) {
        return Some(code);
    }
    if let Some(words) = reported(span) {
        return Some(words);
    }
    if let Some(status) = attribute("gen_ai.tool.status").filter(|s| matches!(*s, "error" | "failed")) {
        return Some(format!("status {status}"));
    }
    let raw = |key: &str| span.attributes.iter().find(|(k, _)| k == key).map(|(_, v)| plain(v));
    let said = if span.outputs.is_none() { raw("gen_ai.tool.call.result") } else { None };
    let text = span.outputs.as_deref().or(said.as_deref());
    let text = text.filter(|t| t.len() <= LONGEST && t.trim_start().starts_with('{'))?;
    let (json, _) = parse(text).ok()?;
    flag(&json).or_else(|| INSIDE.iter().filter_map(|k| json.some(k)).find_map(flag))
}

/// An attribute's text: the inside of a JSON string, or as it is.
fn plain(text: &str) -> String {
    parse(text).map_or_else(|_| text.to_owned(), |(json, _)| json.plain())
}

fn flag(json: &Json<'_>) -> Option<String> {
    let set = |key: &&&str| json.some(key).is_some_and(|v| v.plain() == "true");
    if let Some(key) = ["isError", "is_error"].iter().find(set) {
        return Some((*key).to_owned());
    }
    // Anthropic's own tools: by their type, or a program's exit code.
    let kind = json.some("type").and_then(Json::as_text).unwrap_or_default();
    if kind.ends_with("_tool_result_error") || kind.ends_with("_tool_error") {
        return Some(json.some("error_code").map_or_else(|| kind.into_owned(), Json::plain));
    }
    let exit = json.some("return_code").and_then(Json::as_int).filter(|_| kind.ends_with("code_execution_result"));
    if let Some(exit) = exit.filter(|exit| *exit != 0) {
        return Some(format!("exit code {exit}"));
    }
    let code = ["status_code", "statusCode"].iter().find_map(|k| json.some(k)?.as_int());
    if let Some(code) = code.and_then(failed_code) {
        return Some(code);
    }
    // A status alone may be that of what was asked about (an order, a job): only with a reply around it is it this one's.
    let status = json.some("status")?.as_text()?;
    let reply =
        ["tool_call_id", "error", "output", "object", "incomplete_details"].iter().any(|k| json.get(k).is_some());
    (reply && matches!(status.as_ref(), "failed" | "error")).then(|| format!("status {status}"))
}

fn failed_code(code: i64) -> Option<String> {
    (400..600).contains(&code).then(|| format!("HTTP {code}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(outputs: &str, attributes: &[(&str, &str)]) -> Option<String> {
        let attributes = attributes.iter().map(|(k, v)| ((*k).to_owned(), (*v).into())).collect();
        reports_failure(&Span {
            span_type: "TOOL".into(),
            outputs: Some(outputs.into()),
            attributes,
            ..Span::default()
        })
    }

    #[test]
    fn a_result_that_is_a_failure_says_which() {
        for (outputs, what) in [
            (r#"{"content":[{"type":"text","text":"no"}],"isError":true}"#, "isError"),
            (r#"{"raw_output":"no","is_error":true}"#, "is_error"),
            (r#"{"type":"web_fetch_tool_error","error_code":"url_not_accessible"}"#, "url_not_accessible"),
            (r#"{"type":"bash_code_execution_result","stdout":"","return_code":1}"#, "exit code 1"),
            (r#"{"status_code":503,"body":""}"#, "HTTP 503"),
            (r#"{"response":{"statusCode":404}}"#, "HTTP 404"),
            (r#"{"type":"tool","data":{"content":"no","tool_call_id":"c","status":"error"}}"#, "status error"),
            (r#"{"object":"response","status":"failed","error":null,"output":[]}"#, "status failed"),
        ] {
            assert_eq!(of(outputs, &[]).as_deref(), Some(what), "{outputs}");
        }
        let told = |key: &str, value: &str| {
            reports_failure(&Span { attributes: vec![(key.to_owned(), value.into())], ..Span::default() })
        };
        assert_eq!(told("gen_ai.tool.call.result", r#"{"content":[],"isError":true}"#).as_deref(), Some("isError"));
        assert_eq!(told("gen_ai.tool.status", "error").as_deref(), Some("status error"));
        assert_eq!(told("gen_ai.tool.status", "success"), None);
        assert_eq!(of("\"\"", &[("http.response.status_code", "500")]).as_deref(), Some("HTTP 500"));
        for fine in [
            r#"{"content":[],"isError":false}"#,
            r#"{"status":"failed","job":7}"#,
            r#"{"status_code":200}"#,
            r#"{"type":"bash_code_execution_result","return_code":0}"#,
            r#"{"type":"job","return_code":3}"#,
            r#"{"answer":"isError is true"}"#,
            "[]",
            "no json",
        ] {
            assert_eq!(of(fine, &[("http.status_code", "200")]), None, "{fine}");
        }
    }
}
