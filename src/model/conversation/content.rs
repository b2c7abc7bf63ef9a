//! The content of one message: texts, reasoning, media, tool calls and results, in all their spellings.

use super::failures::{executed, flagged, laid_out, outcome, why};
use super::items::{ASKS, of_server, unknown};
use super::mcp::mcp;
use super::media::media;
use super::provided::of_provider;
use super::sources::sources;
use super::web::{hit, page};
use super::{Part, ToolCall};
use crate::model::json::Json;
use std::sync::Arc;

/// Appends what a `content` (or `parts`, `blocks`) value holds.
pub(super) fn parts(value: &Json<'_>, into: &mut Vec<Part>) {
    if value.is_null() {
        return;
    }
    if let Some(text) = value.as_text() {
        if !text.is_empty() {
            into.push(Part::Text(text.as_ref().into()));
        }
        return;
    }
    if let Json::Array(items) = value {
        // Where some of the words are cited, the blocks are pieces of sentences.
        let cites = |item: &Json<'_>| {
            item.some("citations").is_some_and(|c| !c.items().is_empty()) || item.some("reference_ids").is_some()
        };
        let pieces = items.iter().any(cites);
        let mut words = None;
        for item in items {
            let before = into.len();
            one(item, into);
            words = if pieces { joined(into, before, words) } else { None };
        }
        return;
    }
    one(value, into);
}

/// Lets a piece of a sentence that begins at `new` go on with the words at `words`; gives where words can be gone on with.
fn joined(parts: &mut Vec<Part>, new: usize, words: Option<usize>) -> Option<usize> {
    if words.is_some() && parts.iter().skip(new).all(|p| matches!(p, Part::Source(_))) {
        return words;
    }
    let mut added = parts.iter().skip(new);
    let text = added.next().and_then(|p| if let Part::Text(t) = p { Some(Arc::clone(t)) } else { None })?;
    if !added.all(|p| matches!(p, Part::Source(_))) {
        return None;
    }
    let Some(at) = words else { return Some(new) };
    if let Some(Part::Text(before)) = parts.get_mut(at) {
        *before = format!("{before}{text}").into();
    }
    parts.remove(new);
    Some(at)
}

fn one(item: &Json<'_>, into: &mut Vec<Part>) {
    match known(item, into) {
        true => {}
        false if item.is_null() => {}
        false => into.push(Part::Data(item.to_json().into())),
    }
}

/// What kind of part an item says it is; Vercel and pydantic write `tool-call` where others write `tool_call`.
fn kind(item: &Json<'_>) -> String {
    let word = ["type", "block_type", "part_kind", "kind", "content_type"].iter().find_map(|k| item.some(k)?.as_text());
    word.unwrap_or_default().replace('-', "_")
}

/// Appends an item whose kind is known; false where it is not.
pub(super) fn known(item: &Json<'_>, into: &mut Vec<Part>) -> bool {
    if let Some(text) = item.as_text() {
        into.push(Part::Text(text.as_ref().into()));
        return true;
    }
    if !item.is_object() {
        return false;
    }
    if let Some(inner) = item.some("message_content") {
        // OpenInference.
        return known(inner, into);
    }
    let kind = kind(item);
    if let Some(call) = vercel_tool(&kind, item) {
        into.push(Part::Call(call));
        return true;
    }
    // Cohere's tools return documents whose text is beside their id.
    let inner = item.some("document").filter(|_| kind == "document").and_then(|d| d.some("data"));
    if let Some(data) = inner {
        into.push(data.as_text().map_or_else(|| Part::Data(data.to_json().into()), |t| Part::Text(t.as_ref().into())));
        return true;
    }
    // Bedrock's.
    if let Some(cited) = item.some("citationsContent") {
        parts(cited.some("content").unwrap_or(&crate::model::json::NULL), into);
        sources(cited, into);
        return true;
    }
    match kind.as_str() {
        // Where Vercel's steps begin.
        "step_start" => {}
        // LangChain's, around a provider's own.
        "non_standard" if item.some("value").is_some_and(Json::is_object) => {
            let inner = item.some("value").unwrap_or(item);
            if !known(inner, into) {
                into.push(unknown(&self::kind(inner), inner));
            }
        }
        // Mistral's, behind the words that rest on it.
        "reference" if item.some("reference_ids").is_some() => {
            let ids = item.some("reference_ids").map(Json::items).unwrap_or_default();
            let ids = ids.iter().map(Json::plain).collect::<Vec<_>>();
            into.push(Part::Source(format!("reference {}", ids.join(", "))));
        }
        "source_url" | "source_document" | "tool_reference" if item.some("text").is_none() => {
            let what = ["title", "filename", "url"].iter().filter_map(|k| item.some(k)?.as_text());
            into.push(Part::Source(what.collect::<Vec<_>>().join(" · ")));
        }
        "server_tool_call" | "server_tool_call_response" if item.some(&kind).is_some() => {
            into.extend(of_provider(&kind, item));
        }
        "tool_use" | "tool_call" | "function_call" | "server_tool_use" | "mcp_tool_use" | "custom_tool_call"
        | "builtin_tool_call" | "server_tool_call" => {
            let call = call(item);
            into.push(Part::Call(ToolCall { name: of_server(item, call.name), ..call }));
        }
        "invalid_tool_call" => into.push(Part::Call(invalid_call(item))),
        "tool_return"
        | "builtin_tool_return"
        | "retry_prompt"
        | "tool_response"
        | "tool_call_response"
        | "function_result" => into.push(result(item)),
        // Responses' own tools answer as functions do: shell_call_output, computer_call_output, …
        k if k.ends_with("tool_result") || is_output(k, item) => into.push(result(item)),
        "reasoning" | "thinking" | "thought" | "redacted_thinking" | "reasoning_content" => {
            let text = reasoning(item);
            if !text.is_empty() {
                into.push(Part::Reasoning(text.into()));
            } else if kind == "redacted_thinking" || item.some("encrypted_content").is_some() {
                into.push(Part::Reasoning("(encrypted)".into()));
            }
        }
        "refusal" => into.extend(item.some("refusal").map(|r| Part::Refusal(r.plain().into()))),
        "image_generation_call"
        | "image"
        | "image_url"
        | "input_image"
        | "image_file"
        | "audio"
        | "input_audio"
        | "output_audio"
        | "audio_url"
        | "video"
        | "video_url"
        | "file"
        | "file_url"
        | "input_file"
        | "document"
        | "document_url"
        | "blob"
        | "binary"
        | "uri"
        | "media"
            if item.some("text").is_none() || item.some("source").is_some() =>
        {
            into.push(Part::Media(media(&kind, item)));
            // Voice: what was said is beside how it sounded.
            let said = item.some("transcript").or_else(|| item.some("audio")?.some("transcript"));
            into.extend(said.and_then(Json::as_text).map(|t| Part::Text(t.as_ref().into())));
        }
        // OpenAI's own tools: web_search_call, file_search_call, code_interpreter_call, mcp_call, …
        k if k.ends_with("_call") => into.push(Part::Call(own_tool(k, item))),
        _ => return plain_or_keyed(&kind, item, into),
    }
    true
}

/// Parts that say what they are by their key: Gemini's and Bedrock's; and texts.
fn plain_or_keyed(kind: &str, item: &Json<'_>, into: &mut Vec<Part>) -> bool {
    let either = |keys: &[&str]| keys.iter().find_map(|k| item.some(k));
    if let Some(c) = either(&["functionCall", "function_call", "toolUse", "tool_call"]).filter(|c| c.is_object()) {
        into.push(Part::Call(call(c)));
        return true;
    }
    if let Some(thought) = item.some("reasoning").filter(|r| kind.is_empty() && r.is_object()) {
        // Haystack's.
        into.push(Part::Reasoning(reasoning(thought).into()));
        return true;
    }
    if let Some(r) = either(&["functionResponse", "function_response", "toolResult", "tool_call_result"]) {
        into.push(result(r));
        return true;
    }
    if let Some(guarded) = item.some("guardContent") {
        return known(guarded.some("text").unwrap_or(guarded), into);
    }
    if let Some(thought) = item.some("reasoningContent") {
        let text = thought.some("reasoningText").unwrap_or(thought);
        let text = reasoning(text);
        into.push(Part::Reasoning(if text.is_empty() { "(encrypted)".into() } else { text.into() }));
        return true;
    }
    if let Some(code) = either(&["executable_code", "executableCode"]) {
        let arguments = code.some("code").map(Json::plain).unwrap_or_default();
        into.push(Part::Call(ToolCall { name: "code execution".to_owned(), arguments, ..ToolCall::default() }));
        return true;
    }
    if let Some(ran) = either(&["code_execution_result", "codeExecutionResult"]) {
        let (text, failed) = executed(ran);
        into.push(Part::Result { id: Some("code execution".to_owned()), text: text.into(), failed });
        return true;
    }
    for key in ["inline_data", "inlineData", "file_data", "fileData", "image", "document", "video", "audio"] {
        if item.some(key).is_some_and(Json::is_object) {
            into.push(Part::Media(media(if key.ends_with(['a', 'A']) { "data" } else { key }, item)));
            return true;
        }
    }
    // OpenAI's threads: the words are one deeper, with their annotations.
    if let Some(inner) = item.some("text").filter(|t| t.some("value").and_then(Json::as_text).is_some()) {
        return plain_or_keyed("text", inner, into);
    }
    let text = ["text", "content", "value"].iter().find_map(|k| item.some(k)?.as_text());
    if let Some(text) = text {
        if item.some("thought").is_some_and(|t| t.to_json() == "true") {
            into.push(Part::Reasoning(text.as_ref().into()));
        } else if !text.is_empty() {
            into.push(Part::Text(text.as_ref().into()));
        }
        sources(item, into);
        return true;
    }
    // AutoGen writes a call as bare {id, name, arguments} and a result as {call_id, name, content}.
    if kind.is_empty() && item.some("name").is_some() && either(&["arguments", "args"]).is_some() {
        into.push(Part::Call(call(item)));
        return true;
    }
    kind == "text" && item.get("text").is_some()
}

/// What came back for one of Responses' calls: shell_call_output, tool_search_output.
pub(super) fn is_output(kind: &str, item: &Json<'_>) -> bool {
    kind.ends_with("_call_output") || (kind.ends_with("_output") && item.some("call_id").is_some())
}

/// What came back from a tool.
pub(super) fn result(item: &Json<'_>) -> Part {
    let id = ["tool_use_id", "tool_call_id", "toolCallId", "toolUseId", "call_id", "id", "name"]
        .iter()
        .find_map(|k| item.some(k))
        // Haystack keeps the call with its result.
        .or_else(|| ["id", "tool_name"].iter().find_map(|k| item.some("origin")?.some(k)))
        .map(Json::plain);
    let body = ["content", "response", "result", "output", "tools"].iter().find_map(|k| item.some(k));
    let failed = flagged(item)
        // Vercel's say so by their type.
        || body.is_some_and(|b| matches!(kind(b).as_str(), "error_text" | "error_json"))
        || kind(item) == "retry_prompt";
    let kind = if item.some("response").is_some() { "function_response".to_owned() } else { kind(item) };
    if let Some((text, failed)) = body.and_then(|b| outcome(&kind, b)) {
        return Part::Result { id, text: text.into(), failed };
    }
    let words = body.and_then(|b| laid_out(b).filter(|_| failed).or_else(|| Some(returned(b))));
    Part::Result { id, text: words.unwrap_or_default().into(), failed }
}

/// A result as a person reads it: text blocks are its text, wrappers that say nothing are taken off, all else is JSON.
pub(super) fn returned(body: &Json<'_>) -> String {
    if let Some(text) = body.as_text() {
        return text.into_owned();
    }
    if body.some("type").and_then(Json::as_text).is_some_and(|k| k.contains("screenshot") || k.contains("image")) {
        return format!("▣ {}", media("image", body));
    }
    if let [(key, only)] = body.members()
        && ["_value", "result", "output", "json"].contains(&key.as_ref())
    {
        return returned(only);
    }
    if let Some(told) = mcp(body) {
        return told;
    }
    if let Some(said) = printed(body).or_else(|| page(body)) {
        return said;
    }
    // Vercel: {"type": "json" | "text", "value": …}.
    if let (Some(kind), Some(value)) = (body.some("type").and_then(Json::as_text), body.some("value"))
        && matches!(kind.as_ref(), "json" | "text" | "error-text" | "error-json" | "content")
    {
        return returned(value);
    }
    // LlamaIndex: a tool's output, with everything it was given.
    if body.some("tool_name").is_some()
        && let Some(inner) = body.some("raw_output").or_else(|| body.some("content"))
    {
        return returned(inner);
    }
    if let Json::Array(items) = body
        && !items.is_empty()
    {
        let mut inner = Vec::new();
        let all = items.iter().all(|item| match item.members() {
            [(key, only)] if key == "json" => {
                inner.push(Part::Text(only.to_json().into()));
                true
            }
            _ if let Some(line) = hit(item) => {
                inner.push(Part::Text(line.into()));
                true
            }
            _ if kind(item) == "logs" => {
                // A code interpreter's, beside the images it drew.
                inner.extend(item.some("logs").map(|l| Part::Text(l.plain().into())));
                true
            }
            // What has more to say than its text stays whole.
            members => (1..=3).contains(&members.len()) && known(item, &mut inner),
        });
        if all && let Some(words) = in_words(&inner).filter(|_| !inner.is_empty()) {
            return words;
        }
    }
    body.to_json()
}

/// What a program printed that ended well and left nothing else.
fn printed(body: &Json<'_>) -> Option<String> {
    let quiet = body.some("stderr").and_then(Json::as_text).is_none_or(|t| t.is_empty());
    let fine = quiet && body.some("return_code")?.as_int() == Some(0);
    let fine = fine && body.some("content").is_none_or(|files| files.items().is_empty());
    let known = |key: &str| ["type", "stdout", "stderr", "return_code", "content"].contains(&key);
    let whole = body.members().iter().all(|(key, _)| known(key));
    body.some("stdout")?.as_text().filter(|_| fine && whole).map(|t| t.trim_end().to_owned())
}

/// Parts as lines, of what is no text (a screenshot) its kind and size; `None` where something is neither.
pub(super) fn in_words(parts: &[Part]) -> Option<String> {
    let line = |p: &'_ Part| match p {
        Part::Text(t) => Some(t.to_string()),
        Part::Media(m) => Some(format!("▣ {m}")),
        _ => None,
    };
    parts.iter().map(line).collect::<Option<Vec<_>>>().map(|lines| lines.join("\n"))
}

fn reasoning(item: &Json<'_>) -> String {
    let said = |key: &&str| item.some(key).filter(|v| !matches!(v, Json::Array(items) if items.is_empty()));
    let words = |value: &Json<'_>| match value {
        list @ Json::Array(_) => {
            let texts: Vec<String> = list.items().iter().filter_map(|i| Some(i.some("text")?.plain())).collect();
            texts.join("\n\n")
        }
        other => other.plain(),
    };
    // Responses give a summary, the thoughts themselves, or both.
    if let (Some(summary), Some(whole)) = (said(&"summary"), said(&"content")) {
        return [words(summary), words(whole)].join("\n\n");
    }
    let direct = ["thinking", "reasoning", "reasoning_text", "text", "content", "summary"].iter().find_map(said);
    direct.map(words).unwrap_or_default()
}

/// A tool call: OpenAI's `{id, function: {name, arguments}}`, Anthropic's `{id, name, input}`, LangChain's
/// `{id, name, args}`, gen_ai's `{id, name, arguments}`, Responses' `{call_id, name, arguments}`, Vercel's
/// `{toolCallId, toolName, input}`, LlamaIndex' `{tool_id, tool_name, tool_kwargs}`.
pub(super) fn call(item: &Json<'_>) -> ToolCall {
    let item = item.some("tool_call").filter(|c| c.is_object()).unwrap_or(item);
    let inner = ["function", "custom"].iter().find_map(|k| item.some(k).filter(|f| f.is_object())).unwrap_or(item);
    let arguments = ["arguments", "input", "args", "parameters", "tool_kwargs"].iter().find_map(|k| inner.some(k));
    ToolCall {
        id: ["call_id", "tool_call_id", "toolCallId", "toolUseId", "tool_id", "id"]
            .iter()
            .find_map(|k| item.some(k))
            .map(Json::plain),
        name: ["name", "tool_name", "toolName"].iter().find_map(|k| inner.some(k)).map(Json::plain).unwrap_or_default(),
        arguments: arguments.map(Json::plain).unwrap_or_default(),
        result: inner.some("tool_output").map(returned),
        ..ToolCall::default()
    }
}

/// LangChain's `invalid_tool_calls`: what the model wrote and why it is no call.
pub(super) fn invalid_call(item: &Json<'_>) -> ToolCall {
    let why = item.some("error").map_or_else(|| "not a valid call".to_owned(), Json::plain);
    ToolCall { error: Some(why), ..call(item) }
}

/// Vercel's messages hold a call and what it returned in one part: `{"type": "tool-NAME", "toolCallId", "state", "input",
/// "output" | "errorText"}` (its SDK 5; `dynamic-tool` names the tool beside), `{"type": "tool-invocation",
/// "toolInvocation": {"toolCallId", "toolName", "args", "result"}}` (4).
fn vercel_tool(kind: &str, item: &Json<'_>) -> Option<ToolCall> {
    let inner = item.some("toolInvocation").unwrap_or(item);
    inner.some("toolCallId")?;
    inner.some("state")?;
    let mut found = call(inner);
    if found.name.is_empty() {
        // Of the kind the dashes are gone; the tool's own name keeps them.
        item.some("type")?.as_text()?.strip_prefix("tool-")?.clone_into(&mut found.name);
    } else if kind != "dynamic_tool" && kind != "tool_invocation" {
        return None;
    }
    found.result = ["output", "result"].iter().find_map(|k| inner.some(k)).map(returned);
    found.error = inner.some("errorText").map(Json::plain);
    if found.result.is_none() && found.error.is_none() {
        found.result = approval(inner);
    }
    Some(found)
}

/// What a person said to a call that is not made without them, or that they were asked.
fn approval(call: &Json<'_>) -> Option<String> {
    let state = call.some("state")?.as_text()?;
    let approval = call.some("approval");
    let reason = approval.and_then(|a| a.some("reason")?.as_text()).map(|r| format!(": {r}")).unwrap_or_default();
    let approved = approval.and_then(|a| a.some("approved")).map(Json::to_json);
    match (state.as_ref(), approved.as_deref()) {
        ("approval-requested", _) => Some(ASKS.to_owned()),
        ("output-denied", _) | (_, Some("false")) => Some(format!("(declined by a person{reason})")),
        ("approval-responded", Some("true")) => Some(format!("(approved by a person{reason})")),
        _ => None,
    }
}

/// A call of a tool that the model's provider runs itself: what it was asked and what it found are in one item.
fn own_tool(kind: &str, item: &Json<'_>) -> ToolCall {
    const ABOUT: [&str; 9] =
        ["type", "id", "call_id", "status", "container_id", "name", "server_label", "error", "approval_request_id"];
    const FOUND: [&str; 4] = ["results", "outputs", "output", "result"];
    let asked: Vec<_> = item
        .members()
        .iter()
        .filter(|(k, v)| !v.is_null() && !ABOUT.contains(&k.as_ref()) && !FOUND.contains(&k.as_ref()))
        .cloned()
        .collect();
    let arguments = match asked.as_slice() {
        [] => String::new(),
        [(_, Json::Object(inner))] => {
            Json::object(inner.iter().filter(|(_, v)| !v.is_null()).cloned().collect()).to_json()
        }
        [(_, only)] if !matches!(only, Json::Array(_)) => only.plain(),
        _ => Json::object(asked).to_json(),
    };
    let name = item.some("name").map_or_else(|| kind.trim_end_matches("_call").to_owned(), Json::plain);
    let name = of_server(item, name);
    let failed = item.some("status").and_then(Json::as_text).is_some_and(|s| s == "failed");
    let error = item.some("error").map(why).or_else(|| failed.then(|| "failed".to_owned()));
    let found = FOUND.iter().find_map(|k| item.some(k)).map(returned);
    // One with an id of its own is carried out by the application, whose output comes after it.
    let id = item.some("call_id").map(Json::plain);
    let completed = || Some(item.some("status")?.plain()).filter(|s| s == "completed" && id.is_none());
    let done = || completed().map(|_| "(completed)".to_owned());
    ToolCall { id: id.clone(), name, arguments, result: found.or_else(done), error, ..ToolCall::default() }
}

/// The same of Mistral's conversations: `{"type": "tool.execution", "name", "arguments", "info"}`.
pub(super) fn own_execution(item: &Json<'_>) -> ToolCall {
    let info = item.some("info").filter(|i| !i.members().is_empty() || i.as_text().is_some());
    let result = info.map_or_else(|| "(completed)".to_owned(), returned);
    ToolCall { id: None, result: Some(result), ..call(item) }
}

/// Text that is JSON is data; all else is words.
pub(super) fn words_or_data(text: impl Into<Arc<str>>) -> Part {
    let text = text.into();
    let container = text.trim_start().starts_with(['{', '[']) && crate::model::json::is_json(&text);
    if container { Part::Data(text) } else { Part::Text(text) }
}
