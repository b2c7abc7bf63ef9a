//! What a span says and hears: MLflow's inputs and outputs, or OpenTelemetry's attributes and events.

use super::content::{parts, words_or_data};
use super::events::{self, events};
use super::failed::failure;
use super::message::{message, with_json};
use super::messages::messages;
use super::nested::unflatten;
use super::react::observed;
use super::single::single;
use super::stand_in::is_name;
use super::thought::apart;
use super::{Message, Part, Role, ending, stream};
use crate::model::json::{Json, parse_shape as parse};
use crate::model::trace::Span;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What went in and came out of a span; empty where nothing is known.
pub(super) fn dialogue(span: &Span) -> (Vec<Message>, Vec<Message>) {
    let mut input = input(span);
    let output = output(span);
    if !input.iter().any(|m| m.role == Role::System) {
        let event = || span.events.iter().find(|e| e.name == "gen_ai.client.inference.operation.details");
        let in_event = || event()?.attributes.iter().find(|(k, _)| k == "gen_ai.system_instructions");
        let said = ["gen_ai.system_instructions", "ai.prompt.system"].iter().find_map(|k| attribute(span, k));
        let said = said.or_else(|| in_event().map(|(_, v)| v.as_str()));
        let mut m = Message { role: Role::System, name: None, parts: Vec::new() };
        if let Some(system) = said {
            with_json(system, |json| parts(json, &mut m.parts))
                .unwrap_or_else(|| m.parts.push(Part::Text(system.into())));
        }
        let told = if m.parts.is_empty() { events::system(span) } else { Some(m) };
        input.splice(0..0, told);
    }
    (input, output)
}

/// What went in.
pub(super) fn input(span: &Span) -> Vec<Message> {
    let found = chat_instead(span, Role::User)
        .or_else(|| parts_in_text(span, Role::User))
        .or_else(|| payload(span.inputs.as_ref(), span.inputs_text.as_ref(), Role::User))
        .or_else(|| from_attributes(span, Role::User));
    let mut found = found.unwrap_or_default();
    apart(&mut found);
    observed(&mut found);
    found
}

/// What came out.
pub(super) fn output(span: &Span) -> Vec<Message> {
    let mut found = answered(span);
    apart(&mut found);
    observed(&mut found);
    if let Some(last) = found.iter_mut().rev().find(|m| m.role == Role::Assistant && m.ended().is_none()) {
        last.end(stream::ending_of(span));
    }
    ending::of_span(span, &mut found);
    found
}

fn answered(span: &Span) -> Vec<Message> {
    let text = span.outputs.as_ref();
    let chunks = || stream::from_events(span);
    if let Some(pieces) = text.filter(|_| is_stream(span)).and_then(|t| pieces(t)) {
        return pieces;
    }
    let found = chat_instead(span, Role::Assistant).or_else(|| parts_in_text(span, Role::Assistant));
    // A message that was printed ("assistant: …"), or a stream that nobody had read, beside the message itself.
    let unread = |t: &str| t.starts_with("\"<") && t.len() < 400 && is_name(&plain(t));
    let printed = text.is_some_and(|t| t.starts_with("\"assistant: ") || unread(t));
    let found =
        found.or_else(|| numbered(span, "llm.output_messages.", "message.", Role::Assistant).filter(|_| printed));
    let found = found.or_else(|| payload(text, span.outputs_text.as_ref(), Role::Assistant));
    let found = found.or_else(|| from_attributes(span, Role::Assistant)).or_else(chunks);
    let found = found.unwrap_or_default();
    // MLflow's summary of a stream leaves the tool calls out; the chunks have them.
    let silent = !found.is_empty() && found.iter().all(|m| m.parts.is_empty());
    if silent { chunks().unwrap_or(found) } else { found }
}

/// OpenLLMetry writes a message's parts as JSON in its text, and who imports it copies that text: there the attributes, of
/// which it is known, are read.
fn parts_in_text(span: &Span, side: Role) -> Option<Vec<Message>> {
    let (text, prefix) = match side {
        Role::User => (&span.inputs, "gen_ai.prompt."),
        _ => (&span.outputs, "gen_ai.completion."),
    };
    memchr::memmem::find(text.as_ref()?.as_bytes(), br#""[{\""#)?;
    numbered(span, prefix, "", side)
}

fn is_stream(span: &Span) -> bool {
    span.events.iter().any(|e| e.name.starts_with("mlflow.chunk.item"))
}

/// A stream's outputs as a list of texts that only make sense together.
fn pieces(text: &str) -> Option<Vec<Message>> {
    let (json, _) = parse(text).ok()?;
    let Json::Array(items) = &json else { return None };
    let words: Vec<Cow<'_, str>> = items.iter().map(Json::as_text).collect::<Option<_>>()?;
    (!words.is_empty()).then(|| vec![Message::words(Role::Assistant, words.concat())])
}

/// Inputs or outputs as JSON text; of a long string with what it says.
fn payload(text: Option<&Arc<str>>, said: Option<&Arc<str>>, side: Role) -> Option<Vec<Message>> {
    let text = text?;
    if let Some(said) = said {
        return Some(vec![Message { role: side, name: None, parts: vec![words_or_data(Arc::clone(said))] }]);
    }
    let Ok((json, _)) = parse(text) else {
        // Deeper than any message: shown as it is.
        return (!text.trim().is_empty())
            .then(|| vec![Message { role: side, name: None, parts: vec![Part::Data(Arc::clone(text))] }]);
    };
    let known = messages(&json, side);
    if side == Role::Assistant && known.is_none() && failure(&json).is_some() {
        // It is told as a failure.
        return Some(Vec::new());
    }
    known.or_else(|| single(&json, side).map(|m| vec![m]))
}

/// MLflow's own.
const CHAT: &str = "mlflow.chat.messages";

/// Attributes that hold one list of all that was said, the answer at its end.
const ALL: [&str; 3] = [CHAT, "pydantic_ai.all_messages", "all_messages_events"];

/// Attributes that hold the whole of what was said, asked one after the other.
const INPUTS: [&str; 15] = [
    "gen_ai.input.messages",
    "ai.prompt.messages",
    "ai.prompt",
    "langfuse.observation.input",
    "lmnr.span.input",
    "gcp.vertex.agent.llm_request",
    "agent.messages",
    "llm.messages",
    "lk.chat_ctx",
    "lk.user_input",
    "lk.user_transcript",
    "traceloop.entity.input",
    "input.value",
    "gen_ai.prompt",
    "http.request.body",
];
const OUTPUTS: [&str; 11] = [
    "gen_ai.output.messages",
    "langfuse.observation.output",
    "lmnr.span.output",
    "gcp.vertex.agent.llm_response",
    "lk.response.text",
    "traceloop.entity.output",
    "final_result",
    "response_data",
    "output.value",
    "gen_ai.completion",
    "http.response.body",
];

fn from_attributes(span: &Span, side: Role) -> Option<Vec<Message>> {
    let input = side == Role::User;
    if let Some(said) = ALL.iter().find_map(|k| whole_in(span, k, side)) {
        return Some(said);
    }
    let (openllmetry, openinference, (texts, each), whole): (_, _, _, &[&str]) = if input {
        ("gen_ai.prompt.", "llm.input_messages.", ("llm.prompts.", "prompt."), &INPUTS)
    } else {
        ("gen_ai.completion.", "llm.output_messages.", ("llm.choices.", "completion."), &OUTPUTS)
    };
    let first = whole.first().and_then(|k| conversation_in(span, k, side));
    first
        .or_else(|| numbered(span, openllmetry, "", side))
        .or_else(|| numbered(span, openinference, "message.", side))
        .or_else(|| numbered(span, texts, each, side))
        .or_else(|| if input { None } else { numbered(span, "llm.completions.", "", side) })
        .or_else(|| if input { None } else { vercel(span) })
        .or_else(|| whole.iter().find_map(|k| conversation_in(span, k, side)))
        .or_else(|| whole.iter().find_map(|k| anything_in(span, k, side)))
        .or_else(|| conversation_in(span, "request_data", side).filter(|_| input))
        .or_else(|| events(span, side))
        .or_else(|| {
            attribute(span, "events").filter(|e| e.contains("gen_ai.")).and_then(|_| whole_in(span, "events", side))
        })
}

/// One end of a list of all that was said.
fn whole_in(span: &Span, key: &str, side: Role) -> Option<Vec<Message>> {
    let mut all = conversation_in(span, key, Role::User)?;
    // The last assistant message is what came out; a structured answer is beside it.
    let last = all.iter().rposition(|m| m.role.answers() && all.last() == Some(m)).unwrap_or(all.len());
    let rest = all.split_off(last);
    Some(if side == Role::User { all } else { rest }).filter(|said| !said.is_empty())
}

/// The chat that MLflow was told of, where inputs or outputs are none themselves.
fn chat_instead(span: &Span, side: Role) -> Option<Vec<Message>> {
    attribute(span, CHAT)?;
    let (text, said) = match side {
        Role::User => (&span.inputs, &span.inputs_text),
        _ => (&span.outputs, &span.outputs_text),
    };
    let known = said.is_none()
        && text.as_ref().and_then(|t| parse(t).ok()).is_some_and(|(json, _)| messages(&json, side).is_some());
    if known { None } else { whole_in(span, CHAT, side) }
}

/// MLflow was told what was said in it, beside its inputs and outputs.
pub(in crate::model) fn has_chat(span: &Span) -> bool {
    attribute(span, CHAT).is_some()
}

/// Says something in its attributes, by their names.
pub(super) fn speaks(span: &Span) -> bool {
    const NUMBERED: [&str; 7] = [
        "gen_ai.prompt.",
        "gen_ai.completion.",
        "llm.input_messages.",
        "llm.output_messages.",
        "llm.prompts.",
        "llm.choices.",
        "llm.completions.",
    ];
    let known = |key: &str| {
        [&ALL[..], &INPUTS, &OUTPUTS].iter().any(|list| list.contains(&key))
            || NUMBERED.iter().any(|start| key.starts_with(start))
    };
    span.attributes.iter().any(|(key, _)| known(key))
}

fn conversation_in(span: &Span, key: &str, side: Role) -> Option<Vec<Message>> {
    with_json(attribute(span, key)?, |j| messages(j, side)).flatten()
}

fn anything_in(span: &Span, key: &str, side: Role) -> Option<Vec<Message>> {
    let value = attribute(span, key)?;
    let inner = key.starts_with(DUMPED).then(|| dumped(value));
    let value = inner.as_deref().unwrap_or(value);
    let found = with_json(value, |j| single(j, side).map(|m| vec![m]));
    found.unwrap_or_else(|| Some(vec![Message::words(side, value)]))
}

/// An attribute's value, as it stands.
pub(super) fn attribute<'s>(span: &'s Span, key: &str) -> Option<&'s str> {
    span.attributes.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_ref())
}

/// An attribute's text: the inside of a JSON string, or as it is.
pub(super) fn plain(text: &str) -> String {
    parse(text).map_or_else(|_| text.to_owned(), |(json, _)| json.plain())
}

/// OpenLLMetry writes what a function took and gave as JSON, whatever it is: a text has its quotes in the attribute.
const DUMPED: &str = "traceloop.entity.";

/// What such an attribute says.
pub(super) fn said_in(key: &str, value: &str) -> String {
    if key.starts_with(DUMPED) { plain(&dumped(value)) } else { plain(value) }
}

/// The value that was written, where the attribute is JSON in its turn.
fn dumped(value: &str) -> String {
    let inner = plain(value);
    if inner.starts_with('"') && parse(&inner).is_ok() { inner } else { value.to_owned() }
}

/// `gen_ai.prompt.0.role`, `llm.input_messages.0.message.content`, and tool calls below them; `llm.prompts.0.prompt.text`.
fn numbered(span: &Span, prefix: &str, infix: &str, side: Role) -> Option<Vec<Message>> {
    numbered_in(span.attributes.iter().map(|(k, v)| (k.as_str(), v.as_ref())), prefix, infix, side)
}

/// The same of any attributes.
pub(super) fn numbered_in<'s>(
    attributes: impl Iterator<Item = (&'s str, &'s str)>,
    prefix: &str,
    infix: &str,
    side: Role,
) -> Option<Vec<Message>> {
    // Number → (field → value), put back into the shape of a chat message.
    let mut found: BTreeMap<u32, Vec<(&str, Json<'_>)>> = BTreeMap::new();
    for (key, value) in attributes {
        let Some((number, field)) = key.strip_prefix(prefix).and_then(|rest| rest.split_once('.')) else { continue };
        let Ok(number) = number.parse() else { continue };
        let text = plain(value);
        // OpenLLMetry writes a list of parts as JSON.
        let list = (field.ends_with("content") && text.starts_with('[')).then(|| parse(&text).ok()).flatten();
        let value = match list {
            Some((Json::Array(items), _)) if items.iter().all(Json::is_object) && !items.is_empty() => {
                owned(&Json::Array(items))
            }
            _ => Json::text(text),
        };
        let field = field.strip_prefix(infix).unwrap_or(field);
        found.entry(number).or_default().push((if field == "text" { "content" } else { field }, value));
    }
    let each = found.into_values().filter_map(|fields| {
        let nested = unflatten(fields.into_iter());
        let whole = nested.some("role").and_then(|_| message(&nested));
        let found = whole.or_else(|| super::message::bare(&nested, side));
        found.filter(|m| !m.parts.is_empty())
    });
    Some(each.collect()).filter(|m: &Vec<Message>| !m.is_empty())
}

/// A copy that borrows nothing.
pub(super) fn owned(json: &Json<'_>) -> Json<'static> {
    match json {
        Json::Atom(a) => Json::Atom(Cow::Owned(a.to_string())),
        Json::Array(items) => Json::Array(items.iter().map(owned).collect()),
        Json::Object(members) => Json::Object(members.iter().map(|(k, v)| (k.to_string().into(), owned(v))).collect()),
        text => Json::text(text.plain()),
    }
}

/// Vercel's AI SDK: `ai.response.text`, `ai.response.toolCalls`, `ai.response.object`.
fn vercel(span: &Span) -> Option<Vec<Message>> {
    let mut found = Message { role: Role::Assistant, name: None, parts: Vec::new() };
    let get = |key: &str| attribute(span, key).map(plain).filter(|t| !t.is_empty());
    found.parts.extend(get("ai.response.reasoning").map(|t| Part::Reasoning(t.into())));
    found.parts.extend(get("ai.response.text").map(|t| Part::Text(t.into())));
    found.parts.extend(get("ai.response.object").map(words_or_data));
    let calls = attribute(span, "ai.response.toolCalls");
    let read = calls.and_then(|c| {
        with_json(c, |j| j.items().iter().map(|c| Part::Call(super::content::call(c))).collect::<Vec<_>>())
    });
    found.parts.extend(read.unwrap_or_default());
    (!found.parts.is_empty()).then(|| vec![found])
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
        assert!(matches!(&output[0].parts[0], Part::Call(c) if c.name == "f"));
    }

    #[test]
    fn parts_that_openllmetry_wrote_into_a_text_are_parts_also_where_the_text_was_copied() {
        let text = r#"[{"type":"text","text":"Q"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]"#;
        let mut asked = span(&[("gen_ai.prompt.0.role", "user"), ("gen_ai.prompt.0.content", text)]);
        let copied = Json::object(vec![("role".into(), Json::text("user")), ("content".into(), Json::text(text))]);
        asked.inputs = Some(Json::Array(vec![copied]).to_json().into());
        let (input, _) = dialogue(&asked);
        assert!(matches!(input[0].parts.as_slice(), [Part::Text(q), Part::Media(_)] if q.as_ref() == "Q"), "{input:?}");
        let (_, output) =
            dialogue(&span(&[("llm.completions.0.role", "assistant"), ("llm.completions.0.content", "A")]));
        assert_eq!(words(&output), [(Role::Assistant, "A".into())]);
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
    fn details_in_an_event_have_the_system_prompt_too() {
        let attributes = vec![
            ("gen_ai.system_instructions".into(), r#"[{"type":"text","content":"S"}]"#.into()),
            ("gen_ai.input.messages".into(), r#"[{"role":"user","parts":[{"type":"text","content":"Q"}]}]"#.into()),
        ];
        let details =
            SpanEvent { name: "gen_ai.client.inference.operation.details".into(), attributes, ..SpanEvent::default() };
        let span = Span { events: vec![details], ..Span::default() };
        assert_eq!(words(&dialogue(&span).0), [(Role::System, "S".into()), (Role::User, "Q".into())]);
    }

    #[test]
    fn mlflow_s_chat_stands_for_inputs_and_outputs_that_are_none() {
        let chat = r#"[{"role":"user","content":"Q"},{"role":"assistant","content":"A"}]"#;
        let told = |inputs: &str, outputs: &str| {
            let (inputs, outputs) = (Some(inputs.into()), Some(outputs.into()));
            let span = Span { inputs, outputs, ..span(&[("mlflow.chat.messages", chat)]) };
            let (input, output) = dialogue(&span);
            (input.first().map(Message::text), output.first().map(Message::text))
        };
        let words = |q: &str, a: &str| (Some(q.to_owned()), Some(a.to_owned()));
        assert_eq!(told(r#"{"x":1}"#, r#"{"y":2}"#), words("Q", "A"));
        let own = r#"{"messages":[{"role":"user","content":"own"}]}"#;
        assert_eq!(told(own, r#"{"y":2}"#), words("own", "A"));
    }

    #[test]
    fn prompts_of_openinference_and_values_of_openllmetry() {
        let (input, output) =
            dialogue(&span(&[("llm.prompts.0.prompt.text", "\"Q\""), ("llm.choices.0.completion.text", "\"A\"")]));
        assert_eq!(words(&input), [(Role::User, "Q".into())]);
        assert_eq!(words(&output), [(Role::Assistant, "A".into())]);
        for written in ["\"\\\"A\\\"\"", "\"A\""] {
            let span = span(&[("traceloop.entity.output", written)]);
            assert_eq!(words(&dialogue(&span).1), [(Role::Assistant, "A".into())]);
            assert_eq!(said_in("traceloop.entity.output", written), "A");
        }
    }

    #[test]
    fn requests_and_events_as_attributes_and_a_message_beside_its_print() {
        let request = r#"{"messages":[{"role":"user","content":"Q"}],"model":"m"}"#;
        let both = (vec![(Role::User, "Q".to_owned())], vec![(Role::Assistant, "A".to_owned())]);
        let told = |span: &Span| {
            let (input, output) = dialogue(span);
            (words(&input), words(&output))
        };
        let response = r#"{"message":{"role":"assistant","content":"A"}}"#;
        assert_eq!(told(&span(&[("request_data", request), ("response_data", response)])), both);
        let events = r#"[{"event.name":"gen_ai.user.message","role":"user","content":"Q"},{"event.name":"gen_ai.choice","index":0,"message":{"role":"assistant","content":"A"}}]"#;
        assert_eq!(told(&span(&[("events", events)])), both);
        assert_eq!(told(&span(&[("events", r#"[{"role":"user","content":"Q"}]"#)])), (vec![], vec![]));
        let said = span(&[
            ("llm.output_messages.0.message.role", "assistant"),
            ("llm.output_messages.0.message.content", "A"),
        ]);
        assert_eq!(told(&Span { outputs: Some("\"assistant: A\"".into()), ..said }).1, both.1);
    }

    #[test]
    fn a_stream_of_chunks_is_one_answer() {
        let chunk = SpanEvent { name: "mlflow.chunk.item.0".into(), ..SpanEvent::default() };
        let span = Span { outputs: Some(r#"["Hello"," ","world"]"#.into()), events: vec![chunk], ..Span::default() };
        assert_eq!(words(&dialogue(&span).1), [(Role::Assistant, "Hello world".into())]);
    }
}
