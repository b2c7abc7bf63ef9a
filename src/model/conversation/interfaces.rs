//! What models' interfaces answer that is no message: lists of texts, Vercel's steps, images.

use super::content::{call, parts};
use super::ending::ending;
use super::media::media;
use super::message::bare;
use super::{Message, Part, Role};
use crate::model::json::{Json, NULL};

fn said(role: Role, parts: Vec<Part>) -> Message {
    Message { role, name: None, parts }
}

/// Models behind Bedrock: `{"outputs": [{"text", "stop_reason"}]}`, `{"results": [{"outputText", "completionReason"}]}`.
pub(super) fn texts(value: &Json<'_>) -> Option<Vec<Message>> {
    let list = ["outputs", "results"].iter().find_map(|k| value.some(k))?.items();
    let each = list.iter().map(|item| {
        let text = ["text", "outputText"].iter().find_map(|k| item.some(k)?.as_text())?;
        let mut m = Message::words(Role::Assistant, text.as_ref());
        // Other lists of results have texts too; a model says how it ended.
        ["stop_reason", "completionReason"].iter().find(|k| item.get(k).is_some())?;
        m.end(ending(item));
        Some(m)
    });
    each.collect::<Option<Vec<_>>>().filter(|m| !m.is_empty())
}

/// Vercel's AI SDK: `{"text": "...", "toolCalls": [...], "finishReason": ...}`.
pub(super) fn vercel(value: &Json<'_>) -> Option<Message> {
    value.some("toolCalls").or_else(|| value.some("finishReason"))?;
    let mut found = said(Role::Assistant, Vec::new());
    for key in ["reasoning", "reasoningText"] {
        found.parts.extend(value.some(key).and_then(Json::as_text).map(|t| Part::Reasoning(t.as_ref().into())));
    }
    for key in ["text", "object"] {
        parts(value.some(key).unwrap_or(&NULL), &mut found.parts);
    }
    let calls = value.some("toolCalls").map(Json::items).unwrap_or_default();
    found.parts.extend(calls.iter().map(|c| Part::Call(call(c))));
    found.end(ending(value));
    (!found.parts.is_empty()).then_some(found)
}

/// What was done in the steps before the last: `[{"content": [...]}]`.
pub(super) fn steps(value: &Json<'_>, last: Message) -> Vec<Message> {
    let steps = value.some("steps").map(Json::items).unwrap_or_default();
    let before = steps.split_last().map(|(_, before)| before).unwrap_or_default();
    let each = before.iter().filter_map(|s| bare(s, Role::Assistant)).filter(|m| !m.parts.is_empty());
    each.chain([last]).collect()
}

/// Image generation: `{"data": [{"b64_json" | "url", "revised_prompt"}]}`.
pub(super) fn images(value: &Json<'_>) -> Option<Vec<Message>> {
    let list = value.some("data")?.items();
    let parts: Vec<Part> = list
        .iter()
        .filter(|i| i.some("b64_json").is_some() || i.some("url").is_some())
        .map(|i| {
            let asked = i.some("revised_prompt").and_then(Json::as_text).filter(|t| !t.trim().is_empty());
            let asked = asked.map(|t| format!(" · drawn: {t}")).unwrap_or_default();
            Part::Media(media("image", i) + &asked)
        })
        .collect();
    (!parts.is_empty() && parts.len() == list.len()).then(|| vec![said(Role::Assistant, parts)])
}
