//! One message, in the forms of the frameworks.

use super::content::{call, in_words, invalid_call, is_output, own_execution, parts, result};
use super::ending::ending;
use super::extras::noted;
use super::failures::flagged;
use super::items::{item, typed, unknown};
use super::media::media;
use super::nested::unflatten;
use super::roles::{own_role, role_of};
use super::sources::sources;
use super::{Message, Part, Role, ToolCall};
use crate::model::json::{Json, parse_shape as parse};

fn said(role: Role, parts: Vec<Part>) -> Message {
    Message { role, name: None, parts }
}

/// Where a message keeps what it says.
const SAYS: [&str; 7] = ["content", "parts", "contents", "blocks", "_content", "message", "items"];

/// One message, if the value is one.
pub(super) fn message(value: &Json<'_>) -> Option<Message> {
    if let Json::Array(pair) = value {
        return tuple(pair);
    }
    if !value.is_object() {
        return None;
    }
    if value.members().iter().any(|(k, _)| k.starts_with("tool_calls.") || k.starts_with("contents.")) {
        return message(&unflatten(value.members().iter().map(|(k, v)| (k.as_ref(), v.clone()))));
    }
    // LangChain's serialised form: {"lc": 1, "id": [..., "HumanMessage"], "kwargs": {...}}.
    if let (Some(kwargs), Some(id)) = (value.some("kwargs"), value.some("id")) {
        let class = id.items().last().map(Json::plain)?;
        return bare(kwargs, role_of(&class)?);
    }
    let word = |key: &str| value.some(key).and_then(Json::as_text);
    if let Some(role) = word("role").or_else(|| word("_role")) {
        let speaks = SAYS.iter().chain(&["tool_calls", "function_call", "audio", "refusal", "reasoning_content"]);
        if !speaks.into_iter().any(|k| value.get(k).is_some()) {
            return None;
        }
        let known = role_of(&role);
        let mut found = bare(value, known.unwrap_or_else(|| own_role(&role)))?;
        if known.is_none() {
            let name = found.name.map(|name| format!(" ({name})")).unwrap_or_default();
            found.name = Some(format!("{role}{name}")).filter(|n| !n.is_empty());
        }
        return Some(found);
    }
    if let Some(raw) = value.some("raw_item").filter(|r| r.is_object()) {
        // An item of a run of OpenAI's agents.
        return message(raw);
    }
    let Some(kind) = word("type") else { return rare(value).or_else(|| typed(value)) };
    if let Some(found) = item(&kind, value) {
        return Some(found);
    }
    match kind.as_ref() {
        // Items of OpenAI's Responses, and of Mistral's conversations, which have dots.
        "function_call" | "custom_tool_call" | "function.call" => {
            Some(said(Role::Assistant, vec![Part::Call(call(value))]))
        }
        "function.result" => Some(said(Role::Tool, vec![result(value)])),
        "tool.execution" => Some(said(Role::Assistant, vec![Part::Call(own_execution(value))])),
        "agent.handoff" => Some(said(Role::Assistant, vec![Part::Call(handoff(value))])),
        k if is_output(k, value) => Some(said(Role::Tool, vec![result(value)])),
        k if k == "reasoning" || k.ends_with("_call") => {
            let mut found = Vec::new();
            parts(value, &mut found);
            Some(said(Role::Assistant, found))
        }
        other => {
            if let Some(data) = value.some("data").filter(|d| d.get("content").is_some()) {
                // LangChain: {"type": "human", "data": {...}}.
                return bare(data, role_of(other)?);
            }
            value.get("content")?;
            match role_of(other) {
                Some(role) => bare(value, role),
                None => autogen(value, other),
            }
        }
    }
}

/// Mistral's conversations: one agent hands over to another.
fn handoff(value: &Json<'_>) -> ToolCall {
    let agent = |key: &str| value.some(key).map(Json::plain).unwrap_or_default();
    let (from, to) = (agent("previous_agent_name"), agent("next_agent_name"));
    let result = Some("(handed over)".to_owned());
    ToolCall { name: "handoff".to_owned(), arguments: format!("{from} → {to}"), result, ..ToolCall::default() }
}

/// LangChain's shorthand: `["user", "..."]`.
fn tuple(pair: &[Json<'_>]) -> Option<Message> {
    let [role, text] = pair else { return None };
    let role = role_of(&role.as_text()?)?;
    Some(Message::words(role, text.as_text()?.as_ref()))
}

/// {"from": "human", "value": "..."}, as data sets have it.
fn rare(value: &Json<'_>) -> Option<Message> {
    let role = role_of(&value.some("from")?.as_text()?)?;
    Some(Message::words(role, value.some("value")?.as_text()?.as_ref()))
}

/// AutoGen's: who speaks is its `source`.
fn autogen(value: &Json<'_>, kind: &str) -> Option<Message> {
    let mut found = Vec::new();
    let content = value.some("content")?;
    if matches!(kind, "ToolCallExecutionEvent" | "FunctionExecutionResultMessage") {
        found.extend(content.items().iter().map(result));
        return Some(said(Role::Tool, found));
    }
    let source = value.some("source")?.as_text()?;
    match kind {
        // What it was reminded of.
        "MemoryQueryEvent" => found.push(unknown(kind, value)),
        "ThoughtEvent" => found.push(Part::Reasoning(content.plain().into())),
        _ => parts(content, &mut found),
    }
    let user = source == "user";
    let name = (!user).then(|| source.into_owned());
    Some(Message { role: if user { Role::User } else { Role::Assistant }, name, parts: found })
}

/// A message whose role is known from elsewhere.
pub(super) fn bare(value: &Json<'_>, role: Role) -> Option<Message> {
    if !value.is_object() {
        return value.as_text().map(|t| Message::words(role, t.as_ref()));
    }
    let text = |key: &str| value.some(key).and_then(Json::as_text).filter(|t| !t.is_empty());
    let name = text("name").or_else(|| text("_name")).or_else(|| text("source"));
    let mut found = Message { role, name: name.filter(|n| n != "user").map(Into::into), parts: Vec::new() };
    for key in ["reasoning_content", "reasoning", "thinking", "thought", "tool_plan"] {
        if let Some(text) = text(key) {
            found.parts.push(Part::Reasoning(text.as_ref().into()));
        }
    }
    let mut content = Vec::new();
    for key in SAYS {
        if let Some(value) = value.some(key) {
            parts(value, &mut content);
            if !content.is_empty() {
                break;
            }
        }
    }
    // Ollama's.
    let images = value.some("images").map(Json::items).unwrap_or_default().iter().filter(|i| i.as_text().is_some());
    content.extend(images.map(|i| Part::Media(media("image", &Json::object(vec![("data".into(), i.clone())])))));
    if role == Role::Tool {
        tool_answer(value, &mut content);
    }
    found.parts.extend(content);
    // What LangChain and LlamaIndex found no place of their own for.
    let extra = value.some("additional_kwargs");
    let beside = |key: &str| extra.and_then(|e| e.some(key));
    if !found.parts.iter().any(|p| matches!(p, Part::Reasoning(_))) {
        let thought = ["reasoning_content", "reasoning"].iter().find_map(|k| beside(k));
        let thought = thought.and_then(thought_of).into_iter();
        found.parts.splice(0..0, thought);
    }
    let refuses = || beside("refusal").and_then(Json::as_text).filter(|t| !t.is_empty());
    let refused = found.parts.iter().any(|p| matches!(p, Part::Refusal(_)));
    if let Some(refusal) = text("refusal").or_else(|| refuses().filter(|_| !refused)) {
        found.parts.push(Part::Refusal(refusal.as_ref().into()));
    }
    if let Some(audio) = value.some("audio").filter(|a| a.is_object()) {
        found.parts.push(Part::Media(media("audio", audio)));
        found.parts.extend(audio.some("transcript").and_then(Json::as_text).map(|t| Part::Text(t.as_ref().into())));
    }
    let calls = value.some("tool_calls").filter(|c| !c.items().is_empty());
    let calls = calls.or_else(|| beside("tool_calls"));
    if !found.parts.iter().any(|p| matches!(p, Part::Call(_))) {
        found.parts.extend(calls.map(Json::items).unwrap_or_default().iter().map(|c| Part::Call(call(c))));
    }
    let broken = value.some("invalid_tool_calls").map(Json::items).unwrap_or_default();
    let told = |c: &ToolCall| found.parts.iter().any(|p| p.call().is_some_and(|p| c.id.is_some() && p.id == c.id));
    let broken: Vec<_> = broken.iter().map(invalid_call).filter(|c| !told(c)).collect();
    found.parts.extend(broken.into_iter().map(Part::Call));
    let called = found.parts.iter().any(|p| matches!(p, Part::Call(_)));
    let old = value.some("function_call").or_else(|| beside("function_call").filter(|_| !called));
    if let Some(old) = old.filter(|f| f.is_object()) {
        found.parts.push(Part::Call(call(old)));
    }
    sources(value, &mut found.parts);
    if role.answers() && value.some("role").is_none() && found.speaks() {
        found.parts.extend(noted(value));
    }
    if role.answers() {
        found.end(ending(value));
    }
    // Anthropic puts tool results into user messages.
    if role == Role::User && !found.parts.is_empty() && found.parts.iter().all(|p| matches!(p, Part::Result { .. })) {
        found.role = Role::Tool;
    }
    Some(found)
}

/// A thought that stands beside a message: a text, or an item of Responses.
fn thought_of(value: &Json<'_>) -> Option<Part> {
    if let Some(text) = value.as_text() {
        return (!text.is_empty()).then(|| Part::Reasoning(text.as_ref().into()));
    }
    let mut found = Vec::new();
    parts(value, &mut found);
    found.into_iter().find(|p| matches!(p, Part::Reasoning(_)))
}

/// What a tool says is the result of its call.
fn tool_answer(value: &Json<'_>, content: &mut Vec<Part>) {
    let first = |value: &Json<'_>, keys: &[&str]| keys.iter().find_map(|k| value.some(k)).map(Json::plain);
    let extra = value.some("additional_kwargs");
    let id = first(value, &["tool_call_id", "call_id"])
        .or_else(|| first(extra?, &["tool_call_id"]))
        .or_else(|| first(value, &["id", "name", "tool_name"]))
        .or_else(|| first(extra?, &["name"]));
    let failed = flagged(value);
    if let Some(words) = in_words(content) {
        *content = vec![Part::Result { id, text: words.into(), failed }];
    }
}

/// Pydantic AI's requests and responses: parts that each say who speaks.
pub(super) fn pydantic(value: &Json<'_>) -> Option<Vec<Message>> {
    let list = value.some("parts")?.items();
    if list.is_empty() || list.iter().any(|p| p.some("part_kind").is_none()) {
        return None;
    }
    let mut found: Vec<Message> = Vec::new();
    if let Some(text) = value.some("instructions").and_then(Json::as_text).filter(|t| !t.is_empty()) {
        found.push(Message::words(Role::System, text.as_ref()));
    }
    for part in list {
        let kind = part.some("part_kind").map(Json::plain).unwrap_or_default();
        let role = match kind.as_str() {
            "system-prompt" => Role::System,
            "user-prompt" => Role::User,
            "tool-return" | "retry-prompt" => Role::Tool,
            _ => Role::Assistant,
        };
        let mut now = Vec::new();
        match kind.as_str() {
            "system-prompt" | "user-prompt" | "text" => parts(part.some("content").unwrap_or(part), &mut now),
            _ => parts(part, &mut now),
        }
        match found.last_mut().filter(|m| m.role == role && role == Role::Assistant) {
            Some(last) => last.parts.extend(now),
            None => found.push(said(role, now)),
        }
    }
    if let Some(last) = found.last_mut().filter(|m| m.role == Role::Assistant) {
        last.end(ending(value));
    }
    Some(found)
}

/// Reads an attribute: JSON, JSON in a JSON string, or nothing.
pub(super) fn with_json<T>(text: &str, read: impl FnOnce(&Json<'_>) -> T) -> Option<T> {
    let (json, _) = parse(text).ok()?;
    match json.as_text() {
        Some(inner) => match parse(&inner) {
            Ok((json, _)) if json.is_object() || matches!(json, Json::Array(_)) => Some(read(&json)),
            _ => Some(read(&json)),
        },
        None => Some(read(&json)),
    }
}
