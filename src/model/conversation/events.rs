//! What events of a span say: `gen_ai.user.message`, `gen_ai.choice` and their like, or a prompt and its completion as
//! attributes of any event.

use super::attributes::{numbered_in, owned};
use super::content::returned;
use super::ending;
use super::message::{message, with_json};
use super::messages::messages;
use super::single::single;
use super::{Message, Part, Role, ToolCall};
use crate::model::json::{Json, parse_shape as parse};
use crate::model::trace::{Span, SpanEvent};
use std::borrow::Cow;

/// `gen_ai.user.message`, `gen_ai.choice` and their like.
pub(super) fn events(span: &Span, side: Role) -> Option<Vec<Message>> {
    let input = side == Role::User;
    let mut found = Vec::new();
    for event in &span.events {
        let get = |name: &str| event.attributes.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str());
        let whole = match event.name.as_str() {
            "gen_ai.client.inference.operation.details" => {
                get(if input { "gen_ai.input.messages" } else { "gen_ai.output.messages" })
            }
            _ => get(if input { "gen_ai.prompt" } else { "gen_ai.completion" }),
        };
        if let Some(text) = whole {
            let read = with_json(text, |j| messages(j, side).or_else(|| single(j, side).map(|m| vec![m]))).flatten();
            found.extend(read.unwrap_or_else(|| vec![Message::words(side, text)]));
            continue;
        }
        let role = match event.name.as_str() {
            "gen_ai.system.message" => "system",
            "gen_ai.user.message" => "user",
            "gen_ai.tool.message" => "tool",
            "gen_ai.assistant.message" | "gen_ai.choice" => "assistant",
            _ => {
                let prefix = if input { "gen_ai.prompt." } else { "gen_ai.completion." };
                let each = event.attributes.iter().map(|(k, v)| (k.as_str(), v.as_str()));
                found.extend(numbered_in(each, prefix, "", side).unwrap_or_default());
                continue;
            }
        };
        if (event.name == "gen_ai.choice") == input {
            continue;
        }
        found.extend(event_message(&event.attributes, role));
    }
    Some(found).filter(|m| !m.is_empty())
}

/// The system prompt that an event tells beside a span's own inputs.
pub(super) fn system(span: &Span) -> Option<Message> {
    let event = span.events.iter().find(|e| e.name == "gen_ai.system.message")?;
    event_message(&event.attributes, "system").filter(|m| m.role == Role::System)
}

/// What a tool's span tells of its call in events alone: its arguments stand in a `gen_ai.tool.message`, what came back in a
/// `gen_ai.choice`, or either in the messages of the operation's details.
pub(super) fn of_tool(span: &Span, call: &mut ToolCall) {
    let parts = |side| events(span, side).into_iter().flatten().flat_map(|m| m.parts);
    for part in parts(Role::User).chain(parts(Role::Assistant)) {
        match part {
            Part::Call(told) => {
                call.id = call.id.take().or(told.id);
                if call.arguments.is_empty() {
                    call.arguments = told.arguments;
                }
            }
            Part::Result { id, text, failed } if call.result.is_none() && returned_here(span) => {
                call.id = call.id.take().or(id);
                call.error = call.error.take().or_else(|| failed.then(|| text.to_string()));
                call.result = Some(text.to_string());
            }
            _ => {}
        }
    }
    for event in &span.events {
        let get = |keys: [&str; 2]| keys.iter().find_map(|k| said(event, k)).map(str::to_owned);
        match event.name.as_str() {
            "gen_ai.choice" if call.result.is_none() => {
                let came = get(["message", "content"]);
                call.result = came.map(|text| with_json(&text, returned).unwrap_or(text));
            }
            "gen_ai.tool.message" if call.arguments.is_empty() => {
                call.arguments = get(["content", "message"]).unwrap_or_default();
            }
            _ => {}
        }
        if matches!(event.name.as_str(), "gen_ai.choice" | "gen_ai.tool.message") {
            call.id = call.id.take().or_else(|| said(event, "id").map(str::to_owned));
        }
    }
}

/// A tool's message among a span's events is what it was given; only the details tell what came back as one.
fn returned_here(span: &Span) -> bool {
    span.events.iter().all(|e| e.name != "gen_ai.tool.message")
}

fn said<'e>(event: &'e SpanEvent, key: &str) -> Option<&'e str> {
    event.attributes.iter().find(|(k, v)| k == key && !v.trim().is_empty()).map(|(_, v)| v.as_str())
}

/// An attribute that holds all that an event says, as an object with the names that other events have as attributes.
const BODY: &str = "gen_ai.event.content";

/// An event's attributes as a message: `content`, `tool_calls`, or a whole `message`.
fn event_message(attributes: &[(String, String)], role: &'static str) -> Option<Message> {
    if let Some((_, body)) = attributes.iter().find(|(k, _)| k == BODY) {
        let inner = parse(body).ok().map(|(json, _)| json).filter(Json::is_object);
        let each = inner.as_ref().map(Json::members).unwrap_or_default().iter().filter(|(_, v)| !v.is_null());
        let inner = match &inner {
            Some(_) => each.map(|(k, v)| (k.to_string(), v.plain())).collect(),
            None => vec![("content".to_owned(), body.clone())],
        };
        return event_message(&inner, role);
    }
    let value = |text: &str| match parse(text) {
        Ok((json @ (Json::Array(_) | Json::Object(_)), _)) => owned(&json),
        _ => Json::text(text.to_owned()),
    };
    let get = |name: &str| attributes.iter().find(|(k, _)| k == name).map(|(_, v)| value(v));
    if let Some(whole) = get("message").filter(Json::is_object) {
        let mut found = message(&whole).or_else(|| super::message::bare(&whole, super::roles::role_of(role)?))?;
        found.end(ending::ending(&Json::object(
            get("finish_reason").map(|r| ("finish_reason".into(), r)).into_iter().collect(),
        )));
        return Some(found);
    }
    let content = get("content").or_else(|| get("message"));
    let mut fields: Vec<(Cow<'_, str>, Json<'_>)> = vec![("role".into(), get("role").unwrap_or(Json::text(role)))];
    fields.extend(content.map(|c| ("content".into(), c)));
    for key in ["tool_calls", "tool_call_id", "id", "name", "finish_reason"] {
        fields.extend(get(key).map(|v| (key.into(), v)));
    }
    message(&Json::object(fields)).filter(|m| !m.parts.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::attributes::dialogue;
    use super::super::tools::tool_of;
    use super::*;

    fn span(events: &[(&str, &[(&str, &str)])]) -> Span {
        let owned = |(k, v): &(&str, &str)| ((*k).to_owned(), (*v).to_owned());
        let event = |(name, attributes): &(&str, &[(&str, &str)])| SpanEvent {
            name: (*name).to_owned(),
            attributes: attributes.iter().map(owned).collect(),
            ..SpanEvent::default()
        };
        Span { name: "execute_tool clock".into(), events: events.iter().map(event).collect(), ..Span::default() }
    }

    fn told(span: &Span) -> (String, String) {
        let (input, output) = dialogue(span);
        let all = |m: &[Message]| m.iter().map(Message::text).collect::<Vec<_>>().join("; ");
        (all(&input), all(&output))
    }

    #[test]
    fn a_prompt_and_its_completion_may_stand_in_any_event() {
        let both = ("Q".to_owned(), "A".to_owned());
        let whole = [("gen_ai.prompt", r#"[{"role":"user","content":"Q"}]"#)];
        let answer = [("gen_ai.completion", r#"{"role":"assistant","content":"A"}"#)];
        assert_eq!(told(&span(&[("gen_ai.content.prompt", &whole), ("gen_ai.content.completion", &answer)])), both);
        let numbered = [("gen_ai.prompt.0.role", "user"), ("gen_ai.prompt.0.content", "Q")];
        let plain = [("gen_ai.completion", "A")];
        assert_eq!(told(&span(&[("prompt", &numbered), ("completion", &plain)])), both);
    }

    #[test]
    fn all_that_an_event_says_may_stand_in_one_attribute() {
        let asked = [(BODY, r#"{"role":"user","content":"Q"}"#)];
        let system = [(BODY, r#"{"content":"S"}"#)];
        let call = [(
            BODY,
            r#"{"message":{"content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"w","arguments":"{}"}}]},"finish_reason":"tool_calls","index":0}"#,
        )];
        let chat =
            span(&[("gen_ai.system.message", &system), ("gen_ai.user.message", &asked), ("gen_ai.choice", &call)]);
        let (input, output) = dialogue(&chat);
        let told: Vec<_> = input.iter().map(|m| (m.role, m.text())).collect();
        assert_eq!(told, [(Role::System, "S".into()), (Role::User, "Q".into())]);
        assert_eq!(output[0].parts.iter().find_map(Part::call).map(|c| c.name.as_str()), Some("w"));
        let dumped = [(BODY, r#"{"role":"tool","tool_call_id":"c1","content":"4"}"#)];
        let (input, _) = dialogue(&span(&[("gen_ai.tool.message", &dumped)]));
        assert!(matches!(&input[0].parts[0], Part::Result { id: Some(id), .. } if id == "c1"), "{input:?}");
        let tool = [(BODY, r#"{"role":"tool","id":"c1","content":"4"}"#)];
        let (input, _) = dialogue(&span(&[("gen_ai.tool.message", &tool)]));
        assert!(
            matches!(&input[0].parts[0], Part::Result { id: Some(id), text, .. } if id == "c1" && text.as_ref() == "4")
        );
    }

    #[test]
    fn a_system_prompt_may_stand_in_an_event_beside_inputs() {
        let span = Span {
            inputs: Some(r#"[{"role":"user","content":[{"text":"Q"}]}]"#.into()),
            ..span(&[("gen_ai.system.message", &[("content", r#"[{"text":"Be brief."}]"#)])])
        };
        assert_eq!(told(&span).0, "Be brief.; Q");
    }

    #[test]
    fn a_tool_s_events_tell_its_arguments_and_its_result() {
        let tool = |events: &[(&str, &[(&str, &str)])]| {
            let call = tool_of(&span(events));
            format!("{}({}) {:?} {:?} {:?}", call.name, call.arguments, call.id, call.result, call.error)
        };
        let asked = [("role", "tool"), ("content", r#"{"tz":"Asia/Tokyo"}"#), ("id", "x1")];
        let came = [("message", r#"[{"text":"21:00"}]"#), ("id", "x1")];
        let want = r#"clock({"tz":"Asia/Tokyo"}) Some("x1") Some("21:00") None"#;
        assert_eq!(tool(&[("gen_ai.tool.message", &asked), ("gen_ai.choice", &came)]), want);
        let given = r#"[{"role":"tool","parts":[{"type":"tool_call","id":"x1","name":"clock","arguments":{"tz":"Asia/Tokyo"}}]}]"#;
        let back =
            r#"[{"role":"tool","parts":[{"type":"tool_call_response","id":"x1","response":[{"text":"21:00"}]}]}]"#;
        let details = [("gen_ai.input.messages", given), ("gen_ai.output.messages", back)];
        assert_eq!(tool(&[("gen_ai.client.inference.operation.details", &details)]), want);
        assert_eq!(tool(&[]), "clock() None None None");
    }
}
