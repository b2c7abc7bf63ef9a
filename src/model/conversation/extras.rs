//! What an application says beside its answer's message: `{"role", "content", "confidence"}`, `{"choices", "warning"}`. The
//! protocol's own fields are no news to a reader; whatever else stands there was put there by somebody.

use super::Part;
use crate::model::json::{Json, parse_shape as parse};
use std::borrow::Cow;

/// Fields of a message, of a choice, and of what is around them, in the interfaces of models and their clients.
const PROTOCOL: [&str; 88] = [
    "role",
    "_role",
    "content",
    "_content",
    "parts",
    "contents",
    "blocks",
    "items",
    "message",
    "delta",
    "name",
    "_name",
    "id",
    "type",
    "kind",
    "object",
    "model",
    "model_id",
    "ai_model_id",
    "created",
    "created_at",
    "timestamp",
    "index",
    "refusal",
    "annotations",
    "audio",
    "images",
    "tool_calls",
    "tool_call_id",
    "invalid_tool_calls",
    "function_call",
    "reasoning",
    "reasoning_content",
    "reasoning_details",
    "reasoning_tokens",
    "thinking",
    "thinking_blocks",
    "thought",
    "usage",
    "usage_metadata",
    "finish_reason",
    "native_finish_reason",
    "stop_reason",
    "stop_sequence",
    "stop_details",
    "status",
    "logprobs",
    "prompt_logprobs",
    "system_fingerprint",
    "service_tier",
    "additional_kwargs",
    "response_metadata",
    "metadata",
    "_meta",
    "meta",
    "example",
    "provider",
    "provider_specific_fields",
    "content_filter_results",
    "prompt_filter_results",
    "choices",
    "search_results",
    "videos",
    "related_questions",
    "container",
    "context_management",
    "inner_content",
    "content_type",
    "encoding",
    "event",
    "raw",
    "metrics",
    "prompt",
    "prefix",
    "x_groq",
    "_request_id",
    "request_id",
    "conversation_id",
    "session_id",
    "thread_id",
    "run_id",
    "agent_id",
    "user_id",
    "timings",
    "stats",
    "kv_transfer_params",
    "token_ids",
    "matched_stop",
];

/// What an application noted in a message of LangChain's, beside what the model's interface says, as data: short facts.
pub(super) fn noted(message: &Json<'_>) -> Option<Part> {
    let kwargs = message.some("additional_kwargs")?;
    let fact = |(k, v): &&(Cow<'_, str>, Json<'_>)| {
        let short = !v.is_null()
            && !v.is_object()
            && !matches!(v, Json::Array(_))
            && v.as_text().is_none_or(|t| !t.is_empty() && t.len() <= SHORT);
        short && !PROTOCOL.contains(&k.as_ref()) && !NOISE.iter().any(|n| k.contains(n)) && !k.starts_with("lc_")
    };
    let kept: Vec<_> = message.members().iter().chain(kwargs.members()).filter(fact).cloned().collect();
    (!kept.is_empty()).then(|| Part::Data(Json::object(kept).to_json().into()))
}

/// Bytes of a fact.
const SHORT: usize = 500;
/// In the names of what providers keep beside a message for themselves.
const NOISE: [&str; 8] = ["signature", "token", "encrypted", "chunk", "parsed", "json_mode", "cache", "__"];

/// An application's own fields beside the message that is an answer, as data; `cited`: its citations are told.
pub(super) fn extras(value: &Json<'_>, cited: bool) -> Option<Part> {
    let chosen = value.some("choices").and_then(|c| c.items().first());
    if chosen.is_none() && (value.some("role").is_none() || value.some("content").is_none()) {
        return None;
    }
    let message = chosen.and_then(|c| c.some("message"));
    // A client's own reading of the words says the same.
    let words = message.unwrap_or(value).some("content").and_then(Json::as_text).unwrap_or_default();
    let read = parse(&words).ok().map(|(json, _)| json);
    let own = [Some(value), chosen, message].into_iter().flatten().flat_map(Json::members);
    let says = |v: &Json<'_>| !v.is_null() && !matches!(v.to_json().as_str(), "[]" | "{}" | "\"\"");
    // Search results are documents, and the addresses are theirs.
    let cited = cited || value.some("search_results").is_some_and(|r| !r.items().is_empty());
    let told = |k: &str| PROTOCOL.contains(&k) || (cited && k == "citations");
    let kept: Vec<_> = own.filter(|(k, v)| !told(k) && says(v) && read.as_ref() != Some(v)).cloned().collect();
    (!kept.is_empty()).then(|| Part::Data(Json::object(kept).to_json().into()))
}
