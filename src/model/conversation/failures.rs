//! How the result of a call says that it failed, where nobody raised anything: by its type, a program's exit code, an outcome.

use super::content::returned;
use crate::model::json::{Json, parse_shape as parse};
use std::borrow::Cow;

fn word<'j>(value: &'j Json<'_>, key: &str) -> Option<Cow<'j, str>> {
    value.some(key)?.as_text()
}

/// A flag or a status of a result says that it failed.
pub(super) fn flagged(item: &Json<'_>) -> bool {
    let set = |key: &&str| item.some(key).is_some_and(|v| v.to_json() == "true");
    ["is_error", "isError", "error", "tool_call_error"].iter().any(set)
        || word(item, "status").is_some_and(|s| s == "error" || s == "failed")
}

/// The words of an error: "http_error: insufficient funds".
pub(super) fn why(error: &Json<'_>) -> String {
    let said = ["message", "error_message", "content", "error_code"].iter().find_map(|k| error.some(k)).map(returned);
    let kind = ["error_code", "type", "code"].iter().find_map(|k| word(error, k));
    match (said, kind) {
        (Some(said), Some(kind)) if !said.contains(kind.as_ref()) && !kind.ends_with("tool_result_error") => {
            format!("{kind}: {said}")
        }
        (Some(said), _) => said,
        (None, _) => returned(error),
    }
}

/// What came of a call, and whether it failed; `kind`: what sort of result the item says it is. `None`: it says nothing of
/// how it went.
pub(super) fn outcome(kind: &str, body: &Json<'_>) -> Option<(String, bool)> {
    let own = word(body, "type").unwrap_or_default();
    // Anthropic's tools: web_fetch_tool_error, web_search_tool_result_error, bash_code_execution_tool_result_error.
    if own.ends_with("_tool_result_error") || own.ends_with("_tool_error") {
        return Some((why(body), true));
    }
    if own.ends_with("code_execution_result") {
        let ended = ran(std::slice::from_ref(body), |run| run.some("return_code")?.as_int());
        let (words, _) = ended.filter(|(_, failed)| *failed)?;
        // What it left behind has no words.
        let left = body.some("content").is_some_and(|files| !files.items().is_empty());
        return Some((if left { body.to_json() } else { words }, true));
    }
    // Gemini: what a function gave, or why it did not, by these very names.
    if let [(key, error)] = body.members()
        && key == "error"
        && kind == "function_response"
    {
        return Some((why(error), true));
    }
    // Responses: what a shell printed, a command at a time; older ones wrote it as JSON in a text.
    if kind.ends_with("shell_call_output") {
        let text = body.as_text();
        let inner = text.as_ref().and_then(|t| parse(t).ok()).map(|(json, _)| json);
        let body = inner.as_ref().filter(|j| j.is_object() || !j.items().is_empty()).unwrap_or(body);
        let each = if body.is_object() { std::slice::from_ref(body) } else { body.items() };
        return ran(each, exit_code);
    }
    None
}

fn exit_code(run: &Json<'_>) -> Option<i64> {
    let inside = ["outcome", "metadata"].iter().find_map(|k| run.some(k)?.some("exit_code"));
    inside.or_else(|| run.some("exit_code"))?.as_int()
}

/// What commands printed, and whether one of them did not end well; `None` where they do not say how they ended.
fn ran(runs: &[Json<'_>], code: impl Fn(&Json<'_>) -> Option<i64>) -> Option<(String, bool)> {
    let late = |run: &Json<'_>| run.some("outcome").and_then(|o| word(o, "type")).is_some_and(|t| t == "timeout");
    if runs.is_empty() || !runs.iter().all(|run| late(run) || code(run).is_some()) {
        return None;
    }
    let failed = runs.iter().any(|run| late(run) || code(run) != Some(0));
    let each = runs.iter().map(|run| {
        let printed = ["stdout", "stderr", "output"].iter().filter_map(|k| word(run, k));
        let printed = printed.map(|t| t.trim_end().to_owned()).filter(|t| !t.is_empty());
        let end = match code(run) {
            _ if late(run) => Some("(timed out)".to_owned()),
            Some(code) if failed && (code != 0 || runs.len() > 1) => Some(format!("(exit code {code})")),
            _ => None,
        };
        printed.chain(end).collect::<Vec<_>>().join("\n")
    });
    Some((each.collect::<Vec<_>>().join("\n"), failed))
}

/// What a tool returned that says it failed: texts and search results are read as words.
pub(super) fn laid_out(body: &Json<'_>) -> Option<String> {
    let each = body.items().iter().map(|item| match word(item, "type")?.as_ref() {
        "text" => Some(word(item, "text")?.into_owned()),
        "search_result" => {
            let title = ["title", "source"].iter().filter_map(|k| word(item, k)).collect::<Vec<_>>().join(" · ");
            Some(format!("{title}\n{}", item.some("content").map(returned).unwrap_or_default()))
        }
        _ => None,
    });
    each.collect::<Option<Vec<_>>>().filter(|lines| !lines.is_empty()).map(|lines| lines.join("\n"))
}

/// What Gemini printed that it ran, and whether that failed.
pub(super) fn executed(ran: &Json<'_>) -> (String, bool) {
    let printed = ran.some("output").map(Json::plain).unwrap_or_default();
    let outcome = word(ran, "outcome").unwrap_or_default();
    match outcome.strip_prefix("OUTCOME_").unwrap_or(&outcome) {
        "OK" | "UNSPECIFIED" | "" => (printed, false),
        "FAILED" if !printed.is_empty() => (printed, true),
        other => (format!("{printed} ({})", other.to_lowercase().replace('_', " ")).trim_start().to_owned(), true),
    }
}

#[cfg(test)]
mod tests {
    use super::super::messages::messages;
    use super::super::{Part, Role};
    use crate::model::json::parse;

    /// The one result in an answer, and whether it failed.
    fn result(item: &str) -> (bool, String) {
        let (json, _) = parse(item).unwrap();
        let found = messages(&json, Role::Assistant).unwrap_or_default();
        let mut parts = found.into_iter().flat_map(|m| m.parts);
        let told = parts.find_map(|p| match p {
            Part::Result { text, failed, .. } => Some((failed, text.to_string())),
            Part::Call(c) => Some((c.error.is_some(), c.error.or(c.result).unwrap_or_default())),
            _ => None,
        });
        told.unwrap()
    }

    fn block(kind: &str, content: &str) -> (bool, String) {
        result(&format!(
            r#"{{"role":"assistant","content":[{{"type":"{kind}","tool_use_id":"s","content":{content}}},{{"type":"text","text":"A"}}]}}"#
        ))
    }

    #[test]
    fn tools_that_a_provider_runs_say_that_they_failed() {
        let failed = |words: &str| (true, words.to_owned());
        assert_eq!(
            block("web_fetch_tool_result", r#"{"type":"web_fetch_tool_error","error_code":"url_not_accessible"}"#),
            failed("url_not_accessible")
        );
        for kind in ["web_search", "code_execution", "bash_code_execution"] {
            let body = format!(r#"{{"type":"{kind}_tool_result_error","error_code":"unavailable"}}"#);
            assert_eq!(block(&format!("{kind}_tool_result"), &body), failed("unavailable"));
        }
        assert_eq!(
            block(
                "text_editor_code_execution_tool_result",
                r#"{"type":"text_editor_code_execution_tool_result_error","error_code":"file_not_found","error_message":"No a.py"}"#
            ),
            failed("file_not_found: No a.py")
        );
        assert_eq!(
            block(
                "bash_code_execution_tool_result",
                r#"{"type":"bash_code_execution_result","stdout":"1\n","stderr":"E","return_code":2,"content":[]}"#
            ),
            failed("1\nE\n(exit code 2)")
        );
        assert_eq!(
            block(
                "code_execution_tool_result",
                r#"{"type":"code_execution_result","stdout":"1","stderr":"","return_code":0,"content":[]}"#
            ),
            (false, "1".to_owned())
        );
        let shell = r#"[{"type":"shell_call_output","call_id":"s","output":[{"stdout":"a\n","stderr":"","outcome":{"type":"exit","exit_code":0}},{"stdout":"","stderr":"no","outcome":{"type":"exit","exit_code":1}},{"stdout":"b","stderr":"","outcome":{"type":"timeout"}}]}]"#;
        assert_eq!(result(shell), failed("a\n(exit code 0)\nno\n(exit code 1)\nb\n(timed out)"));
        let local = r#"[{"type":"local_shell_call_output","call_id":"s","output":"{\"output\":\"no\",\"metadata\":{\"exit_code\":1}}"}]"#;
        assert_eq!(result(local), failed("no\n(exit code 1)"));
        let fine = r#"[{"type":"shell_call_output","call_id":"s","output":[{"stdout":"a\n","stderr":"","outcome":{"type":"exit","exit_code":0}}]}]"#;
        assert_eq!(result(fine), (false, "a".to_owned()));
        let code = |outcome: &str| {
            result(&format!(
                r#"{{"candidates":[{{"content":{{"role":"model","parts":[{{"codeExecutionResult":{{"outcome":"{outcome}","output":"1/0"}}}}]}}}}]}}"#
            ))
        };
        assert_eq!(code("OUTCOME_OK"), (false, "1/0".to_owned()));
        assert_eq!(code("OUTCOME_FAILED"), failed("1/0"));
        assert_eq!(code("OUTCOME_DEADLINE_EXCEEDED"), failed("1/0 (deadline exceeded)"));
        let blocks = r#"[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","is_error":true,"content":[{"type":"text","text":"partial"},{"type":"search_result","source":"kb/2","title":"T2","content":[{"type":"text","text":"Doc two"}]}]}]}]"#;
        assert_eq!(result(blocks), failed("partial\nT2 · kb/2\nDoc two"));
        let gemini = r#"[{"role":"user","parts":[{"functionResponse":{"name":"w","response":{"error":"no city"}}}]}]"#;
        assert_eq!(result(gemini), failed("no city"));
        let drawn = r#"[{"type":"code_interpreter_call","code":"p","status":"completed","outputs":[{"type":"logs","logs":"1"},{"type":"image","url":"data:image/png;base64,AAAA"}]}]"#;
        assert_eq!(result(drawn), (false, "1\n▣ image/png · 3 bytes · inline".to_owned()));
        let seen = r#"[{"type":"function_call_output","call_id":"c","output":[{"type":"input_text","text":"here"},{"type":"input_image","image_url":"http://i/p.png"}]}]"#;
        assert_eq!(result(seen), (false, "here\n▣ image · http://i/p.png".to_owned()));
        let python = r#"[{"type":"code_interpreter_call","id":"c","code":"1/0","status":"failed","outputs":[{"type":"logs","logs":"ZeroDivisionError"}]}]"#;
        assert_eq!(result(python), failed("failed"));
    }
}
