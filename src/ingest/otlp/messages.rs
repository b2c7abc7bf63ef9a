//! Conversations that are spread over many attributes or over events.

use super::vocabulary::owned;
use crate::model::json::{Json, parse};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What was asked: numbered attributes of OpenLLMetry or OpenInference, else events.
pub(super) fn asked<'a>(own: &Json<'_>, events: &[Json<'_>]) -> Option<Json<'a>> {
    numbered(own, "gen_ai.prompt.", "").or_else(|| numbered(own, "llm.input_messages.", "message.")).or_else(|| {
        from_events(
            events,
            &[
                ("gen_ai.system.message", "system"),
                ("gen_ai.user.message", "user"),
                ("gen_ai.assistant.message", "assistant"),
                ("gen_ai.tool.message", "tool"),
            ],
        )
    })
}

/// What was answered.
pub(super) fn answered<'a>(own: &Json<'_>, events: &[Json<'_>]) -> Option<Json<'a>> {
    numbered(own, "gen_ai.completion.", "")
        .or_else(|| numbered(own, "llm.output_messages.", "message."))
        .or_else(|| from_events(events, &[("gen_ai.choice", "assistant")]))
}

/// Vercel's AI SDK, where the model called tools: `{"text": ..., "toolCalls": [...]}`, as MLflow writes it.
pub(super) fn vercel<'a>(own: &Json<'_>) -> Option<Json<'a>> {
    own.some("ai.response.toolCalls")?;
    let all = own.members().iter().filter_map(|(key, value)| {
        let name = key
            .strip_prefix("ai.response.")
            .filter(|n| ["text", "toolCalls", "object", "reasoning", "finishReason"].contains(n))?;
        let inner = value.as_text().and_then(|t| match parse(&t) {
            Ok((json @ (Json::Array(_) | Json::Object(_)), _)) => Some(owned(&json)),
            _ => None,
        });
        Some((name.to_owned().into(), inner.unwrap_or_else(|| owned(value))))
    });
    Some(Json::text(Json::sorted(all.collect()).to_json()))
}

/// `PREFIX0.role`, `PREFIX0.content`, ... as a list of messages, JSON in a string.
fn numbered<'a>(own: &Json<'_>, prefix: &str, inner: &str) -> Option<Json<'a>> {
    let mut messages: BTreeMap<u32, Vec<(Cow<'a, str>, Json<'a>)>> = BTreeMap::new();
    for (key, value) in own.members() {
        let Some((number, field)) = key.strip_prefix(prefix).and_then(|rest| rest.split_once('.')) else { continue };
        let (Ok(number), Some(field)) = (number.parse(), field.strip_prefix(inner)) else { continue };
        messages.entry(number).or_default().push((field.to_owned().into(), owned(value)));
    }
    let list: Vec<_> = messages.into_values().map(Json::object).collect();
    (!list.is_empty()).then(|| Json::text(Json::Array(list).to_json()))
}

fn from_events<'a>(events: &[Json<'_>], names: &[(&str, &'static str)]) -> Option<Json<'a>> {
    let messages: Vec<Json<'a>> = events
        .iter()
        .filter_map(|event| {
            let name = event.some("name")?.as_text()?;
            let (_, role) = names.iter().find(|(n, _)| *n == name)?;
            message(event.get("attributes")?, role)
        })
        .collect();
    (!messages.is_empty()).then(|| Json::text(Json::Array(messages).to_json()))
}

/// One event's message: its `content`, or a whole `message` in JSON.
fn message<'a>(attributes: &Json<'_>, role: &'static str) -> Option<Json<'a>> {
    if let Some(whole) = attributes.some("message").and_then(Json::as_text)
        && let Ok((json @ Json::Object(_), _)) = parse(&whole)
    {
        return Some(owned(&json));
    }
    let decoded = |value: &Json<'_>| {
        let inner = value.as_text().and_then(|t| match parse(&t) {
            Ok((json @ (Json::Array(_) | Json::Object(_)), _)) => Some(owned(&json)),
            _ => None,
        });
        inner.unwrap_or_else(|| owned(value))
    };
    let content = attributes.some("content").or_else(|| attributes.some("message"));
    let mut all: Vec<(Cow<'a, str>, Json<'a>)> =
        vec![("role".into(), attributes.some("role").map_or_else(|| Json::text(role), owned))];
    all.extend(content.map(|c| ("content".into(), decoded(c))));
    // Which call a tool's message answers, and what was called.
    let rest = ["tool_calls", "id", "name"].iter().filter_map(|k| Some(((*k).into(), decoded(attributes.some(k)?))));
    all.extend(rest);
    (all.len() > 1).then(|| Json::sorted(all))
}
