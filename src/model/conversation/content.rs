//! The content of one message: texts, reasoning, media, tool calls and results, in all their spellings.

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
        for item in items {
            one(item, into);
        }
        return;
    }
    one(value, into);
}

fn one(item: &Json<'_>, into: &mut Vec<Part>) {
    if let Some(text) = item.as_text() {
        into.push(Part::Text(text.as_ref().into()));
        return;
    }
    let kind = ["type", "block_type", "kind"].iter().find_map(|k| item.some(k)?.as_text()).unwrap_or_default();
    let part = match kind.as_ref() {
        "tool_use" | "tool_call" | "function_call" | "server_tool_use" => Some(Part::Call(call(item))),
        "tool_result" | "tool_call_response" | "function_call_output" | "web_search_tool_result" => {
            let mut inner = Vec::new();
            let body = ["content", "response", "result", "output"].iter().find_map(|k| item.some(k));
            if let Some(body) = body {
                // Text blocks inside a result are its text; anything else stays JSON.
                if body.as_text().is_some() || matches!(body, Json::Array(_)) {
                    parts(body, &mut inner);
                }
            }
            let words: Vec<&str> =
                inner.iter().filter_map(|p| if let Part::Text(t) = p { Some(t.as_ref()) } else { None }).collect();
            let text = if words.len() == inner.len() && !words.is_empty() {
                words.join("\n")
            } else {
                body.map(Json::plain).unwrap_or_default()
            };
            Some(Part::Result { id: id(item), text: text.into() })
        }
        "reasoning" | "thinking" | "redacted_thinking" => {
            let text = reasoning(item);
            (!text.is_empty()).then(|| Part::Reasoning(text.into()))
        }
        "refusal" => item.some("refusal").map(|r| Part::Refusal(r.plain().into())),
        "image"
        | "image_url"
        | "input_image"
        | "audio"
        | "input_audio"
        | "video"
        | "file"
        | "input_file"
        | "document"
        | "blob"
        | "uri"
        | "image_generation_call" => Some(Part::Media(media(&kind, item))),
        _ => None,
    };
    if let Some(part) = part {
        into.push(part);
        return;
    }
    // {"text": "..."}, {"type":"text","content":"..."}, Gemini's {"functionCall": {...}}.
    if let Some(c) = item.some("functionCall").or_else(|| item.some("function_call")) {
        into.push(Part::Call(call(c)));
    } else if let Some(r) = item.some("functionResponse") {
        let text = r.some("response").map(Json::plain).unwrap_or_default();
        into.push(Part::Result { id: r.some("name").map(Json::plain), text: text.into() });
    } else if let Some(c) = item.some("toolUse") {
        into.push(Part::Call(call(c)));
    } else if let Some(text) = ["text", "content"].iter().find_map(|k| item.some(k)).filter(|t| t.as_text().is_some()) {
        let text = text.plain();
        if !text.is_empty() {
            into.push(Part::Text(text.into()));
        }
    } else if item.some("inline_data").or_else(|| item.some("inlineData")).is_some() {
        into.push(Part::Media(media("data", item)));
    } else if !(kind == "text" && item.get("text").is_some()) {
        into.push(Part::Data(item.to_json().into()));
    }
}

fn id(item: &Json<'_>) -> Option<String> {
    ["tool_use_id", "tool_call_id", "call_id", "id"].iter().find_map(|k| item.some(k)).map(Json::plain)
}

fn reasoning(item: &Json<'_>) -> String {
    let direct = ["thinking", "text", "content", "summary"].iter().find_map(|k| item.some(k));
    match direct {
        Some(list @ Json::Array(_)) => {
            let texts: Vec<String> = list.items().iter().filter_map(|i| Some(i.some("text")?.plain())).collect();
            texts.join("\n")
        }
        Some(value) => value.plain(),
        None => String::new(),
    }
}

/// A tool call: OpenAI's `{id, function: {name, arguments}}`, Anthropic's `{id, name, input}`, LangChain's
/// `{id, name, args}`, gen_ai's `{id, name, arguments}`, Responses' `{call_id, name, arguments}`.
pub(super) fn call(item: &Json<'_>) -> ToolCall {
    let inner = item.some("function").filter(|f| f.is_object()).unwrap_or(item);
    let arguments = ["arguments", "input", "args", "parameters", "tool_kwargs"].iter().find_map(|k| inner.some(k));
    ToolCall {
        id: ["call_id", "id", "tool_call_id", "toolUseId", "tool_id"]
            .iter()
            .find_map(|k| item.some(k))
            .map(Json::plain),
        name: ["name", "tool_name"].iter().find_map(|k| inner.some(k)).map(Json::plain).unwrap_or_default(),
        arguments: arguments.map(Json::plain).unwrap_or_default(),
        result: None,
        error: None,
    }
}

/// "image/png · 70 bytes · mlflow-attachment://…": type, size and place.
fn media(kind: &str, item: &Json<'_>) -> String {
    let inner = [kind, "image_url", "input_audio", "file", "source", "image", "audio", "inline_data", "inlineData"]
        .iter()
        .find_map(|k| item.some(k).filter(|v| v.is_object()))
        .unwrap_or(item);
    let place = ["url", "uri", "file_id", "path", "file_data", "data", "image_url", "content", "result", "base64"]
        .iter()
        .find_map(|k| inner.some(k).or_else(|| item.some(k)))
        .and_then(Json::as_text)
        .unwrap_or_default();
    let named = ["media_type", "mime_type", "mimeType", "format", "filename"]
        .iter()
        .find_map(|k| inner.some(k).or_else(|| item.some(k)))
        .map(Json::plain);
    describe_media(named.as_deref().unwrap_or(kind), &place)
}

/// Type, size and place of an attachment, from its address or its data.
pub(super) fn describe_media(kind: &str, place: &str) -> String {
    if let Some(query) = place.strip_prefix("mlflow-attachment://") {
        let (id, query) = query.split_once('?').unwrap_or((query, ""));
        let value = |key: &str| query.split('&').find_map(|p| p.strip_prefix(key)?.strip_prefix('='));
        let kind = value("content_type").map_or_else(|| kind.to_owned(), |t| t.replace("%2F", "/"));
        let size = value("size").map(|s| format!(" · {s} bytes")).unwrap_or_default();
        return format!("{kind}{size} · attachment {id}");
    }
    if let Some(data) = place.strip_prefix("data:") {
        let (kind, data) = data.split_once(',').unwrap_or((data, ""));
        let kind = kind.strip_suffix(";base64").unwrap_or(kind);
        return format!("{kind} · {} bytes · inline", data.len() / 4 * 3);
    }
    if place.contains("://") || place.len() < 100 {
        return if place.is_empty() { kind.to_owned() } else { format!("{kind} · {place}") };
    }
    format!("{kind} · {} bytes · inline", place.len() / 4 * 3)
}

/// Text that is JSON is data; all else is words.
pub(super) fn words_or_data(text: &str) -> Part {
    let text: Arc<str> = text.into();
    let container = text.trim_start().starts_with(['{', '[']) && crate::model::json::is_json(&text);
    if container { Part::Data(text) } else { Part::Text(text) }
}
