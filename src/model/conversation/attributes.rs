//! What a span says and hears: MLflow's inputs and outputs, or OpenTelemetry's attributes and events.

use super::messages::{messages, single};
use super::{Message, Role};
use crate::model::json::{Json, parse};
use crate::model::trace::Span;
use std::collections::BTreeMap;

/// What went in and came out of a span; empty where nothing is known.
pub(super) fn dialogue(span: &Span) -> (Vec<Message>, Vec<Message>) {
    let input = payload(span.inputs.as_deref(), Role::User, span).or_else(|| from_attributes(span, Role::User));
    let output =
        payload(span.outputs.as_deref(), Role::Assistant, span).or_else(|| from_attributes(span, Role::Assistant));
    let mut input = input.unwrap_or_default();
    let output = output.unwrap_or_default();
    if !input.iter().any(|m| m.role == Role::System)
        && let Some(system) = attribute(span, "gen_ai.system_instructions")
    {
        let mut m = Message { role: Role::System, name: None, parts: Vec::new() };
        with_json(system, |json| super::content::parts(json, &mut m.parts));
        if !m.parts.is_empty() {
            input.insert(0, m);
        }
    }
    (input, output)
}

/// Inputs or outputs as JSON text.
fn payload(text: Option<&str>, side: Role, span: &Span) -> Option<Vec<Message>> {
    let text = text?;
    let Ok((json, _)) = parse(text) else {
        // Deeper than any message: shown as it is.
        return (!text.trim().is_empty())
            .then(|| vec![Message { role: side, name: None, parts: vec![super::Part::Data(text.into())] }]);
    };
    if let Some(found) = messages(&json, side) {
        return Some(found);
    }
    // A stream: chunks that only make sense together.
    if side == Role::Assistant
        && span.events.iter().any(|e| e.name.starts_with("mlflow.chunk.item"))
        && let Json::Array(items) = &json
        && let Some(chunks) = items.iter().map(Json::as_text).collect::<Option<Vec<_>>>()
    {
        return Some(vec![Message::words(side, chunks.concat())]);
    }
    single(&json, side).map(|m| vec![m])
}

fn from_attributes(span: &Span, side: Role) -> Option<Vec<Message>> {
    let input = side == Role::User;
    let old = attribute(span, "mlflow.chat.messages").and_then(|a| with_json(a, |j| messages(j, side)).flatten());
    if let Some(mut all) = old {
        // One list of all: the last assistant message is what came out.
        let last = all.iter().rposition(|m| m.role == Role::Assistant && all.last() == Some(m)).unwrap_or(all.len());
        let rest = all.split_off(last);
        return Some(if input { all } else { rest }).filter(|m| !m.is_empty());
    }
    let key = if input { "gen_ai.input.messages" } else { "gen_ai.output.messages" };
    if let Some(found) = attribute(span, key).and_then(|a| with_json(a, |j| messages(j, side)).flatten()) {
        return Some(found);
    }
    let (openllmetry, openinference) =
        if input { ("gen_ai.prompt.", "llm.input_messages.") } else { ("gen_ai.completion.", "llm.output_messages.") };
    if let Some(found) =
        numbered(span, openllmetry, "", side).or_else(|| numbered(span, openinference, "message.", side))
    {
        return Some(found);
    }
    if let Some(value) = attribute(span, if input { "input.value" } else { "output.value" }) {
        let found = with_json(value, |j| messages(j, side).or_else(|| single(j, side).map(|m| vec![m]))).flatten();
        return Some(found.unwrap_or_else(|| vec![Message::words(side, value)]));
    }
    events(span, side)
}

fn attribute<'s>(span: &'s Span, key: &str) -> Option<&'s str> {
    span.attributes.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_ref())
}

/// Reads an attribute: JSON, JSON in a JSON string, or nothing.
fn with_json<T>(text: &str, read: impl FnOnce(&Json<'_>) -> T) -> Option<T> {
    let (json, _) = parse(text).ok()?;
    match json.as_text() {
        Some(inner) => match parse(&inner) {
            Ok((json, _)) if json.is_object() || matches!(json, Json::Array(_)) => Some(read(&json)),
            _ => Some(read(&json)),
        },
        None => Some(read(&json)),
    }
}

/// An attribute's text: the inside of a JSON string, or as it is.
fn plain(text: &str) -> String {
    parse(text).map_or_else(|_| text.to_owned(), |(json, _)| json.plain())
}

/// `gen_ai.prompt.0.role`, `llm.input_messages.0.message.content`, and tool calls below them.
fn numbered(span: &Span, prefix: &str, infix: &str, side: Role) -> Option<Vec<Message>> {
    // Number → (field → value), put back into the shape of a chat message.
    let mut found: BTreeMap<u32, Vec<(String, String)>> = BTreeMap::new();
    for (key, value) in &span.attributes {
        let Some((number, field)) = key.strip_prefix(prefix).and_then(|rest| rest.split_once('.')) else { continue };
        let Ok(number) = number.parse() else { continue };
        found.entry(number).or_default().push((field.strip_prefix(infix).unwrap_or(field).to_owned(), plain(value)));
    }
    let each = found.into_values().map(|fields| {
        let get = |name: &str| fields.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str());
        let role = match get("role") {
            Some("system") => Role::System,
            Some("user") => Role::User,
            Some("tool") => Role::Tool,
            Some("assistant") => Role::Assistant,
            _ => side,
        };
        let mut m = Message { role, name: None, parts: Vec::new() };
        if let Some(content) = get("content").filter(|c| !c.is_empty()) {
            m.parts.push(super::Part::Text(content.into()));
        }
        for n in 0..fields.len() {
            let call = |f: &str| {
                get(&format!("tool_calls.{n}.{f}"))
                    .or_else(|| get(&format!("tool_calls.{n}.tool_call.function.{f}")))
                    .or_else(|| get(&format!("tool_calls.{n}.tool_call.{f}")))
            };
            let Some(name) = call("name") else { break };
            m.parts.push(super::Part::Call(super::ToolCall {
                id: call("id").map(str::to_owned),
                name: name.to_owned(),
                arguments: call("arguments").unwrap_or_default().to_owned(),
                ..super::ToolCall::default()
            }));
        }
        m
    });
    Some(each.filter(|m| !m.parts.is_empty()).collect()).filter(|m: &Vec<Message>| !m.is_empty())
}

/// `gen_ai.user.message`, `gen_ai.choice` and their like.
fn events(span: &Span, side: Role) -> Option<Vec<Message>> {
    let mut found = Vec::new();
    for event in &span.events {
        let get = |name: &str| event.attributes.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str());
        let role = match event.name.as_str() {
            "gen_ai.system.message" => Role::System,
            "gen_ai.user.message" => Role::User,
            "gen_ai.tool.message" => Role::Tool,
            "gen_ai.assistant.message" | "gen_ai.choice" => Role::Assistant,
            _ => continue,
        };
        if (event.name == "gen_ai.choice") != (side == Role::Assistant) {
            continue;
        }
        if let Some(list) = get("message").and_then(|m| with_json(m, |j| messages(j, role)).flatten()) {
            found.extend(list);
        } else if let Some(content) = get("content").or_else(|| get("message")) {
            found.push(Message::words(role, content));
        }
    }
    Some(found).filter(|m| !m.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::trace::SpanEvent;

    fn span(attributes: &[(&str, &str)]) -> Span {
        Span { attributes: attributes.iter().map(|(k, v)| ((*k).to_owned(), (*v).into())).collect(), ..Span::default() }
    }

    fn words(messages: &[Message]) -> Vec<(Role, String)> {
        messages.iter().map(|m| (m.role, m.text())).collect()
    }

    #[test]
    fn gen_ai_messages_with_system_instructions() {
        let (input, output) = dialogue(&span(&[
            ("gen_ai.system_instructions", r#"[{"type": "text", "content": "S"}]"#),
            (
                "gen_ai.input.messages",
                r#""[{\"role\": \"user\", \"parts\": [{\"type\": \"text\", \"content\": \"Q\"}]}]""#,
            ),
            ("gen_ai.output.messages", r#"[{"role": "assistant", "parts": [{"type": "text", "content": "A"}]}]"#),
        ]));
        assert_eq!(words(&input), [(Role::System, "S".into()), (Role::User, "Q".into())]);
        assert_eq!(words(&output), [(Role::Assistant, "A".into())]);
    }

    #[test]
    fn openllmetry_and_openinference_numbered_attributes() {
        let (input, output) = dialogue(&span(&[
            ("gen_ai.prompt.1.content", "\"Q\""),
            ("gen_ai.prompt.1.role", "user"),
            ("gen_ai.prompt.0.role", "system"),
            ("gen_ai.prompt.0.content", "S"),
            ("gen_ai.completion.0.content", "A"),
        ]));
        assert_eq!(words(&input), [(Role::System, "S".into()), (Role::User, "Q".into())]);
        assert_eq!(words(&output), [(Role::Assistant, "A".into())]);
        let (input, output) = dialogue(&span(&[
            ("llm.input_messages.0.message.role", "user"),
            ("llm.input_messages.0.message.content", "Q"),
            ("llm.output_messages.0.message.role", "assistant"),
            ("llm.output_messages.0.message.tool_calls.0.tool_call.function.name", "f"),
        ]));
        assert_eq!(words(&input), [(Role::User, "Q".into())]);
        assert!(matches!(&output[0].parts[0], super::super::Part::Call(c) if c.name == "f"));
    }

    #[test]
    fn openinference_values_and_events() {
        let (input, output) = dialogue(&span(&[("input.value", "Q?"), ("output.value", r#"{"answer":"A"}"#)]));
        assert_eq!(
            (words(&input), words(&output)),
            (vec![(Role::User, "Q?".into())], vec![(Role::Assistant, "A".into())])
        );
        let event = |name: &str, key: &str, value: &str| SpanEvent {
            name: name.into(),
            attributes: vec![(key.into(), value.into())],
            ..SpanEvent::default()
        };
        let span = Span {
            events: vec![
                event("gen_ai.user.message", "content", "Q"),
                event("gen_ai.choice", "message", r#"{"role":"assistant","content":"A"}"#),
            ],
            ..Span::default()
        };
        let (input, output) = dialogue(&span);
        assert_eq!(
            (words(&input), words(&output)),
            (vec![(Role::User, "Q".into())], vec![(Role::Assistant, "A".into())])
        );
    }

    #[test]
    fn a_stream_of_chunks_is_one_answer() {
        let chunk = SpanEvent { name: "mlflow.chunk.item.0".into(), ..SpanEvent::default() };
        let span = Span { outputs: Some(r#"["Hello"," ","world"]"#.into()), events: vec![chunk], ..Span::default() };
        assert_eq!(words(&dialogue(&span).1), [(Role::Assistant, "Hello world".into())]);
    }
}
