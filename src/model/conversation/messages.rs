//! Messages out of one JSON value: inputs or outputs of a span, in the shapes of the frameworks.

use super::content::{call, describe_media, parts, words_or_data};
use super::{Message, Part, Role};
use crate::model::json::Json;
use std::borrow::Cow;

/// Shapes inside shapes are followed this far.
const DEPTH: usize = 6;

/// The messages of a value; `side` is who speaks where nothing says so. `None` where it is not a conversation.
pub(super) fn messages(value: &Json<'_>, side: Role) -> Option<Vec<Message>> {
    shaped(value, side, DEPTH).filter(|m| !m.is_empty())
}

fn shaped(value: &Json<'_>, side: Role, depth: usize) -> Option<Vec<Message>> {
    let depth = depth.checked_sub(1)?;
    match value {
        Json::Array(items) => list(items, side, depth),
        Json::Object(_) => object(value, side, depth),
        _ => None,
    }
}

fn list(items: &[Json<'_>], side: Role, depth: usize) -> Option<Vec<Message>> {
    if items.is_empty() {
        return None;
    }
    let mut found = Vec::new();
    for item in items {
        match message(item) {
            Some(m) => found.push(m),
            // Batches: [[message, ...], ...]; commands: [{"update": {"messages": ...}}].
            None => found.extend(shaped(item, side, depth)?),
        }
    }
    Some(found)
}

fn object(value: &Json<'_>, side: Role, depth: usize) -> Option<Vec<Message>> {
    if let Some(one) = message(value) {
        return Some(vec![one]);
    }
    let mut found = Vec::new();
    // Anthropic, gen_ai and Responses keep the system prompt beside the messages.
    for key in ["system", "system_instructions", "system_instruction", "systemInstruction", "instructions"] {
        if let Some(system) = value.some(key) {
            let mut m = Message { role: Role::System, name: None, parts: Vec::new() };
            parts(system.some("parts").unwrap_or(system), &mut m.parts);
            if !m.parts.is_empty() {
                found.push(m);
            }
        }
    }
    let system_only = found.len();
    for key in ["messages", "input", "output", "contents", "chat_history", "history", "new_messages"] {
        match value.some(key) {
            Some(list @ Json::Array(_)) => found.extend(shaped(list, side, depth).unwrap_or_default()),
            Some(Json::Object(_)) if key == "output" || key == "input" => {
                if let Some(inner) = value.some(key).and_then(|v| shaped(v, side, depth)) {
                    found.extend(inner);
                }
            }
            Some(text) if key == "input" && value.some("model").is_some() => {
                if let Some(text) = text.as_text() {
                    found.push(Message::words(Role::User, text.as_ref()));
                }
            }
            _ => {}
        }
        if found.len() > system_only && key != "chat_history" && key != "history" {
            break;
        }
    }
    if found.len() > system_only {
        return Some(found);
    }
    if let Some(choices) = value.some("choices") {
        let each = choices.items().iter().filter_map(|c| {
            c.some("message")
                .or_else(|| c.some("delta"))
                .and_then(|m| message(m).or_else(|| bare(m, Role::Assistant)))
                .or_else(|| c.some("text").map(|t| Message::words(Role::Assistant, t.plain())))
        });
        return Some(each.collect());
    }
    if let Some(candidates) = value.some("candidates") {
        return Some(candidates.items().iter().filter_map(|c| bare(c.some("content")?, Role::Assistant)).collect());
    }
    if let Some(generations) = value.some("generations") {
        return Some(generations_of(generations, depth));
    }
    if let Some(inner) = ["message", "update", "request", "response", "messages"]
        .iter()
        .find_map(|k| value.some(k).filter(|v| v.is_object()))
    {
        return shaped(inner, side, depth).or_else(|| bare(inner, side).map(|m| vec![m]));
    }
    images(value)
}

fn generations_of(value: &Json<'_>, depth: usize) -> Vec<Message> {
    let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
    let each = value.items().iter().flat_map(|g| match g {
        Json::Array(_) => generations_of(g, depth),
        _ => g
            .some("message")
            .and_then(message)
            .or_else(|| g.some("text").map(|t| Message::words(Role::Assistant, t.plain())))
            .into_iter()
            .collect(),
    });
    each.collect()
}

/// Image generation: `{"data": [{"b64_json" | "url"}]}`.
fn images(value: &Json<'_>) -> Option<Vec<Message>> {
    let list = value.some("data")?.items();
    let parts: Vec<Part> = list
        .iter()
        .filter_map(|i| i.some("b64_json").or_else(|| i.some("url")))
        .map(|place| Part::Media(describe_media("image", &place.plain())))
        .collect();
    (!parts.is_empty() && parts.len() == list.len()).then(|| vec![Message { role: Role::Assistant, name: None, parts }])
}

fn role_of(word: &str) -> Option<Role> {
    Some(match word.to_ascii_lowercase().as_str() {
        "system" | "developer" | "systemmessage" => Role::System,
        "user" | "human" | "humanmessage" | "chat_user" => Role::User,
        "assistant" | "ai" | "model" | "aimessage" | "aimessagechunk" | "chatbot" => Role::Assistant,
        "tool" | "function" | "toolmessage" | "functionmessage" => Role::Tool,
        _ => return None,
    })
}

/// One message, if the value is one.
fn message(value: &Json<'_>) -> Option<Message> {
    if !value.is_object() {
        return None;
    }
    // LangChain's serialised form: {"lc": 1, "id": [..., "HumanMessage"], "kwargs": {...}}.
    if let (Some(kwargs), Some(id)) = (value.some("kwargs"), value.some("id")) {
        let class = id.items().last().map(Json::plain)?;
        let role = role_of(&class)?;
        return bare(kwargs, role);
    }
    let word = |key: &str| value.some(key).and_then(Json::as_text);
    if let Some(role) = word("role") {
        let speaks = ["content", "parts", "blocks", "tool_calls", "function_call", "audio"]
            .iter()
            .any(|k| value.get(k).is_some());
        if !speaks {
            return None;
        }
        let known = role_of(&role);
        let mut found = bare(value, known.unwrap_or(Role::Assistant))?;
        if known.is_none() {
            found.name = Some(role.into_owned());
        }
        return Some(found);
    }
    let kind = word("type")?;
    match kind.as_ref() {
        // Items of OpenAI's Responses.
        "function_call" | "custom_tool_call" => {
            Some(Message { role: Role::Assistant, name: None, parts: vec![Part::Call(call(value))] })
        }
        "reasoning" | "image_generation_call" => {
            let mut found = Message { role: Role::Assistant, name: None, parts: Vec::new() };
            parts(value, &mut found.parts);
            Some(found)
        }
        "function_call_output" | "custom_tool_call_output" => {
            let text = value.some("output").map(Json::plain).unwrap_or_default();
            let id = value.some("call_id").map(Json::plain);
            Some(Message { role: Role::Tool, name: None, parts: vec![Part::Result { id, text: text.into() }] })
        }
        // LangChain: {"type": "human", "content": ...}.
        other if value.get("content").is_some() => bare(value, role_of(other)?),
        _ => None,
    }
}

/// A message whose role is known from elsewhere.
fn bare(value: &Json<'_>, role: Role) -> Option<Message> {
    if !value.is_object() {
        return value.as_text().map(|t| Message::words(role, t.as_ref()));
    }
    let mut found =
        Message { role, name: value.some("name").and_then(Json::as_text).map(Cow::into_owned), parts: Vec::new() };
    for key in ["reasoning_content", "reasoning"] {
        if let Some(text) = value.some(key).and_then(Json::as_text).filter(|t| !t.is_empty()) {
            found.parts.push(Part::Reasoning(text.as_ref().into()));
        }
    }
    let mut content = Vec::new();
    for key in ["content", "parts", "blocks"] {
        if let Some(value) = value.some(key) {
            parts(value, &mut content);
            if !content.is_empty() {
                break;
            }
        }
    }
    if role == Role::Tool {
        let id = ["tool_call_id", "call_id"].iter().find_map(|k| value.some(k)).map(Json::plain);
        let words: Vec<&str> =
            content.iter().filter_map(|p| if let Part::Text(t) = p { Some(t.as_ref()) } else { None }).collect();
        if words.len() == content.len() {
            content = vec![Part::Result { id, text: words.join("\n").into() }];
        }
    }
    found.parts.extend(content);
    if let Some(refusal) = value.some("refusal").and_then(Json::as_text) {
        found.parts.push(Part::Refusal(refusal.as_ref().into()));
    }
    if let Some(audio) = value.some("audio").filter(|a| a.is_object()) {
        let place = audio.some("data").map(Json::plain).unwrap_or_default();
        found.parts.push(Part::Media(describe_media("audio", &place)));
        if let Some(transcript) = audio.some("transcript").and_then(Json::as_text) {
            found.parts.push(Part::Text(transcript.as_ref().into()));
        }
    }
    let extra = value.some("additional_kwargs");
    let calls = value.some("tool_calls").or_else(|| extra.and_then(|e| e.some("tool_calls")));
    let has_calls = found.parts.iter().any(|p| matches!(p, Part::Call(_)));
    for item in calls.map(Json::items).unwrap_or_default() {
        if !has_calls {
            found.parts.push(Part::Call(call(item)));
        }
    }
    if let Some(old) = value.some("function_call").filter(|f| f.is_object()) {
        found.parts.push(Part::Call(call(old)));
    }
    // Anthropic puts tool results into user messages.
    if role == Role::User && !found.parts.is_empty() && found.parts.iter().all(|p| matches!(p, Part::Result { .. })) {
        found.role = Role::Tool;
    }
    Some(found)
}

/// Where applications put what a person said, best first.
const ASKED: [&str; 13] = [
    "question",
    "query",
    "user_query",
    "prompt",
    "user_input",
    "user_message",
    "message",
    "input",
    "inputs",
    "text",
    "content",
    "q",
    "topic",
];
/// And what was answered.
const ANSWERED: [&str; 11] = [
    "answer",
    "response",
    "output",
    "output_text",
    "result",
    "text",
    "content",
    "completion",
    "message",
    "summary",
    "out",
];

/// A value that is no list of messages, as one message: its main text as words, everything else as data.
pub(super) fn single(value: &Json<'_>, side: Role) -> Option<Message> {
    if value.is_null() {
        return None;
    }
    if let Some(text) = value.as_text() {
        return Some(Message { role: side, name: None, parts: vec![words_or_data(&text)] });
    }
    let data = |v: &Json<'_>| Message { role: side, name: None, parts: vec![Part::Data(v.to_json().into())] };
    let Json::Object(members) = value else {
        if let Json::Array(items) = value
            && let [one] = items.as_slice()
            && let Some(text) = one.as_text()
        {
            return Some(Message { role: side, name: None, parts: vec![words_or_data(&text)] });
        }
        return Some(data(value));
    };
    if members.is_empty() {
        return None;
    }
    let keys: &[&str] = if side == Role::User { &ASKED } else { &ANSWERED };
    let main = keys.iter().find_map(|k| Some((*k, value.some(k)?.as_text()?)));
    let Some((key, text)) = main else { return Some(data(value)) };
    let mut parts = vec![words_or_data(&text)];
    let rest: Vec<_> = members.iter().filter(|(k, v)| k != key && !v.is_null()).cloned().collect();
    if !rest.is_empty() {
        parts.push(Part::Data(Json::object(rest).to_json().into()));
    }
    Some(Message { role: side, name: None, parts })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::json::parse;

    /// Messages in a short form: "role: part | part".
    fn read(text: &str, side: Role) -> String {
        let (json, _) = parse(text).unwrap();
        let Some(found) = messages(&json, side) else { return "no conversation".to_owned() };
        let show = |p: &Part| match p {
            Part::Text(t) => t.to_string(),
            Part::Data(t) => format!("data {t}"),
            Part::Reasoning(t) => format!("thinks {t}"),
            Part::Media(t) => format!("media {t}"),
            Part::Refusal(t) => format!("refuses {t}"),
            Part::Call(c) => format!("calls {}({}) {}", c.name, c.arguments, c.id.as_deref().unwrap_or("-")),
            Part::Result { id, text } => format!("result {} {text}", id.as_deref().unwrap_or("-")),
        };
        let line = |m: &Message| format!("{:?}: {}", m.role, m.parts.iter().map(show).collect::<Vec<_>>().join(" | "));
        found.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn openai_chat() {
        let input = r#"{"model":"m","messages":[{"role":"system","content":"S"},{"role":"user","content":[{"type":"text","text":"T"},{"type":"image_url","image_url":{"url":"mlflow-attachment://a1?content_type=image%2Fpng&trace_id=t&size=70"}}]}]}"#;
        assert_eq!(read(input, Role::User), "System: S\nUser: T | media image/png · 70 bytes · attachment a1");
        let output = r#"{"choices":[{"message":{"role":"assistant","content":null,"refusal":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"x\": 1}"}}]}}]}"#;
        assert_eq!(read(output, Role::Assistant), r#"Assistant: calls f({"x": 1}) c1"#);
    }

    #[test]
    fn openai_responses() {
        let output = r#"{"output":[{"type":"reasoning","id":"rs","summary":[{"type":"summary_text","text":"hm"}]},{"type":"function_call","call_id":"c1","id":"fc","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":"7"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"A"}]}]}"#;
        assert_eq!(
            read(output, Role::Assistant),
            "Assistant: thinks hm\nAssistant: calls f({}) c1\nTool: result c1 7\nAssistant: A"
        );
        assert_eq!(
            read(r#"{"model":"m","input":"Q","instructions":"be brief"}"#, Role::User),
            "System: be brief\nUser: Q"
        );
    }

    #[test]
    fn anthropic() {
        let input = r#"{"system":"S","messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"I look"},{"type":"tool_use","id":"t1","name":"f","input":{"c":"P"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"18C"}]}]}]}"#;
        assert_eq!(
            read(input, Role::User),
            "System: S\nAssistant: thinks hm | I look | calls f({\"c\":\"P\"}) t1\nTool: result t1 18C"
        );
        assert_eq!(
            read(
                r#"{"id":"m","type":"message","role":"assistant","content":[{"type":"text","text":"A"}]}"#,
                Role::Assistant
            ),
            "Assistant: A"
        );
    }

    #[test]
    fn langchain_and_langgraph() {
        let state = r#"{"messages":[{"type":"human","content":"Q"},{"type":"ai","content":"","tool_calls":[{"name":"f","args":{"c":1},"id":"c1","type":"tool_call"}]},{"type":"tool","content":"R","tool_call_id":"c1"}]}"#;
        assert_eq!(read(state, Role::User), "User: Q\nAssistant: calls f({\"c\":1}) c1\nTool: result c1 R");
        assert_eq!(read(&format!(r#"[{{"graph":null,"update":{state}}}]"#), Role::User), read(state, Role::User));
        assert_eq!(
            read(r#"[[{"lc":1,"id":["langchain","HumanMessage"],"kwargs":{"content":"Q"}}]]"#, Role::User),
            "User: Q"
        );
        assert_eq!(read(r#"{"generations":[[{"text":"A"}]]}"#, Role::Assistant), "Assistant: A");
    }

    #[test]
    fn llamaindex_gemini_and_gen_ai_parts() {
        let blocks = r#"{"message":{"role":"assistant","blocks":[{"block_type":"text","text":"A"}]},"raw":{}}"#;
        assert_eq!(read(blocks, Role::Assistant), "Assistant: A");
        let gemini = r#"{"candidates":[{"content":{"role":"model","parts":[{"text":"A"},{"functionCall":{"name":"f","args":{}}}]}}]}"#;
        assert_eq!(read(gemini, Role::Assistant), "Assistant: A | calls f({}) -");
        let parts = r#"[{"role":"assistant","parts":[{"type":"text","content":"A"},{"type":"tool_call","id":"c","name":"f","arguments":{"n":1}}]},{"role":"tool","parts":[{"type":"tool_call_response","id":"c","response":"R"}]}]"#;
        assert_eq!(read(parts, Role::Assistant), "Assistant: A | calls f({\"n\":1}) c\nTool: result c R");
    }

    #[test]
    fn what_is_no_conversation_is_told_apart() {
        for text in [r#"{"question":"Q"}"#, "[1,2]", r#"[{"page_content":"x"}]"#, "[]", r#"{"messages":[]}"#] {
            assert_eq!(read(text, Role::User), "no conversation", "{text}");
        }
    }

    #[test]
    fn a_plain_object_shows_its_main_text_first() {
        let (json, _) = parse(r#"{"question":"Q","user":"u1","depth":4}"#).unwrap();
        let parts = single(&json, Role::User).unwrap().parts;
        assert_eq!(parts, [Part::Text("Q".into()), Part::Data(r#"{"depth":4,"user":"u1"}"#.into())]);
    }
}
