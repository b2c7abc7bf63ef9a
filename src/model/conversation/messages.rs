//! Messages out of one JSON value: inputs or outputs of a span, in the shapes of the frameworks.

use super::content::{known, parts};
use super::media::media;
use super::message::{bare, message, pydantic};
use super::single::{ANSWERED, ASKED};
use super::{Message, Part, Role, stream};
use crate::model::json::Json;

/// Shapes inside shapes are followed this far.
const DEPTH: usize = 6;

/// The messages of a value; `side` is who speaks where nothing says so. `None` where it is not a conversation.
pub(in crate::model) fn messages(value: &Json<'_>, side: Role) -> Option<Vec<Message>> {
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

fn said(role: Role, parts: Vec<Part>) -> Message {
    Message { role, name: None, parts }
}

fn list(items: &[Json<'_>], side: Role, depth: usize) -> Option<Vec<Message>> {
    if items.is_empty() {
        return None;
    }
    if side == Role::Assistant
        && let Some(joined) = stream::joined(items)
    {
        return Some(joined);
    }
    let mut found = Vec::new();
    let mut unknown = 0;
    for item in items {
        match message(item) {
            Some(m) => match found.last_mut().filter(|last| goes_on(last, &m)) {
                Some(last) => last.parts.extend(m.parts),
                None => found.push(m),
            },
            // Batches: [[message, ...], ...]; commands: [{"update": {"messages": ...}}].
            None => match shaped(item, side, depth) {
                Some(more) => found.extend(more),
                None => {
                    unknown += 1;
                    found.push(stranger(item, side));
                }
            },
        }
    }
    if unknown == 0 {
        return Some(found);
    }
    // What nobody knows stands in its place, unless hardly anything else is there.
    blocks(items, side).or_else(|| Some(found).filter(|f| unknown * 2 <= f.len()))
}

/// An item that is no message, among messages: a text is what somebody said, all else is shown as it is.
fn stranger(item: &Json<'_>, side: Role) -> Message {
    match item.as_text() {
        Some(text) => Message::words(side, text.as_ref()),
        None => said(side, vec![Part::Data(item.to_json().into())]),
    }
}

/// Responses tell a thought and what follows from it as two items; one speaker says both.
fn goes_on(last: &Message, next: &Message) -> bool {
    let thought = !last.parts.is_empty() && last.parts.iter().all(|p| matches!(p, Part::Reasoning(_)));
    thought && last.role == Role::Assistant && next.role == Role::Assistant && last.name == next.name
}

/// A message's parts without the message: `[{"text": "A"}, {"toolUse": {...}}]`.
fn blocks(items: &[Json<'_>], side: Role) -> Option<Vec<Message>> {
    let mut parts = Vec::new();
    let one_thing = |item: &Json<'_>| item.members().len() == 1 || item.some("type").is_some();
    items.iter().all(|i| one_thing(i) && known(i, &mut parts)).then(|| vec![said(side, parts)]).filter(|m| {
        m.iter().all(|m| m.parts.iter().any(|p| matches!(p, Part::Text(_) | Part::Call(_) | Part::Reasoning(_))))
    })
}

/// Where frameworks keep a list of messages; the first two are earlier turns.
const LISTS: [&str; 16] = [
    "chat_history",
    "history",
    "messages",
    "agent.messages",
    "input",
    "output",
    "contents",
    "new_messages",
    "replies",
    "message",
    "content",
    "chat_message",
    "chat",
    "prompt",
    "prompts",
    "conversation",
];

fn object(value: &Json<'_>, side: Role, depth: usize) -> Option<Vec<Message>> {
    if let Some(found) = pydantic(value) {
        return Some(found);
    }
    if let Some(one) = message(value) {
        return Some(vec![one]);
    }
    let mut found = listed(value, side, depth)?;
    if side == Role::Assistant {
        beside_answer(value, &mut found);
    }
    Some(found)
}

/// What an answer's object tells beside its messages: the run's thoughts (Agno), the calls of an agent's tools (LlamaIndex).
fn beside_answer(value: &Json<'_>, found: &mut [Message]) {
    let Some(last) = found.iter_mut().rev().find(|m| m.role == Role::Assistant) else { return };
    let thought = value.some("reasoning_content").and_then(Json::as_text).filter(|t| !t.is_empty());
    if let Some(thought) = thought
        && !last.parts.iter().any(|p| matches!(p, Part::Reasoning(_)))
    {
        last.parts.insert(0, Part::Reasoning(thought.as_ref().into()));
    }
    let calls = value.some("tool_calls").map(Json::items).unwrap_or_default();
    if calls.iter().all(|c| c.some("tool_output").is_some()) {
        let calls = calls.iter().map(|c| Part::Call(super::content::call(c)));
        last.parts.splice(0..0, calls);
    }
}

fn listed(value: &Json<'_>, side: Role, depth: usize) -> Option<Vec<Message>> {
    let mut found = systems(value);
    let before = found.len();
    let mut asked = false;
    for (at, key) in LISTS.iter().enumerate() {
        let more = match value.some(key) {
            Some(list @ Json::Array(items)) if *key == "message" || *key == "content" => {
                shaped(list, side, depth).or_else(|| mixed(items, side))
            }
            Some(list @ Json::Array(items)) => shaped(list, side, depth).or_else(|| shorthand(key, items, side)),
            Some(inner @ Json::Object(_)) => shaped(inner, side, depth),
            Some(text) if *key == "messages" => text.as_text().map(|t| vec![Message::words(side, t.as_ref())]),
            // Beside messages or settings a text is what somebody said; alone it is any value.
            Some(text) if matches!(*key, "input" | "contents" | "prompt") && (before > 0 || is_model_call(value)) => {
                text.as_text().map(|t| vec![Message::words(side, t.as_ref())])
            }
            _ => None,
        };
        // A prompt that was built on the way is no answer.
        let answers = |m: &Vec<Message>| {
            side != Role::Assistant || m.iter().any(|m| m.role != Role::User && m.role != Role::System)
        };
        if let Some(more) = more.filter(answers) {
            found.extend(more);
            asked = at > 1;
        }
        if asked {
            break;
        }
    }
    if found.len() > before && asked {
        return Some(found);
    }
    if !found.is_empty() {
        // History, or a system prompt: what is said now stands beside it.
        let keys: &[&str] = if side == Role::User { &ASKED } else { &ANSWERED };
        if let Some(text) = keys.iter().find_map(|k| value.some(k)?.as_text()).filter(|t| !t.is_empty()) {
            found.push(Message::words(side, text.as_ref()));
            return Some(found);
        }
        if found.len() > before {
            return Some(found);
        }
    }
    answers(value, side, depth)
}

/// LangChain's shorthand: `{"messages": ["..."]}`.
fn shorthand(key: &str, items: &[Json<'_>], side: Role) -> Option<Vec<Message>> {
    let said = || items.iter().map(|i| i.as_text().map(|t| Message::words(side, t.as_ref()))).collect();
    if key == "messages" { said() } else { None }
}

/// The fields of a state that are no messages: what an application hands on besides, unless it is `known` or `told`. A
/// text of several lines (a report) stands on its own, below its name; all else is one JSON. Nothing for a model's request
/// or answer.
pub(super) fn state(value: &Json<'_>, known: Option<&Json<'_>>, told: &str) -> Vec<Part> {
    let listed = |(key, v): &(_, Json<'_>)| -> bool {
        let key: &std::borrow::Cow<'_, str> = key;
        LISTS.contains(&key.as_ref()) && matches!(v, Json::Array(items) if items.iter().any(|i| message(i).is_some()))
    };
    let model = ["choices", "generations", "candidates", "role"];
    if !value.members().iter().any(listed) || model.iter().any(|k| value.some(k).is_some()) {
        return Vec::new();
    }
    let says = |v: &Json<'_>| {
        let repeats = v.as_text().is_some_and(|t| t.trim() == told.trim());
        !v.is_null() && !repeats && !matches!(v.to_json().as_str(), "[]" | "{}" | "\"\"" | "false")
    };
    let news = |(k, v): &&(std::borrow::Cow<'_, str>, Json<'_>)| known.is_none_or(|old| old.get(k) != Some(v));
    let noise = [
        "tools",
        "config",
        "stream",
        "callbacks",
        "cancellation_token",
        "system",
        "instructions",
        "max_tokens",
        "session_id",
        "user_id",
        "thread_id",
        "conversation_id",
        "request_id",
        "model",
        "usage",
        "finish_reason",
        "type",
        "object",
        "temperature",
    ];
    let kept: Vec<_> = value
        .members()
        .iter()
        .filter(|m| !listed(m) && says(&m.1) && news(m) && !noise.contains(&m.0.as_ref()))
        .cloned()
        .collect();
    let (reports, rest): (Vec<_>, Vec<_>) =
        kept.into_iter().partition(|(_, v)| v.as_text().is_some_and(|t| t.trim().contains('\n')));
    let mut parts: Vec<Part> =
        reports.iter().map(|(key, text)| Part::Text(format!("{key}:\n\n{}", text.plain()).into())).collect();
    if !rest.is_empty() {
        parts.push(Part::Data(Json::object(rest).to_json().into()));
    }
    parts
}

/// A model's settings stand beside its input.
fn is_model_call(value: &Json<'_>) -> bool {
    value.some("model").is_some() || value.some("model_name").is_some() || value.some("modelId").is_some()
}

/// Anthropic, gen_ai, Gemini, Responses and Cohere keep the system prompt beside the messages.
fn systems(value: &Json<'_>) -> Vec<Message> {
    const KEYS: [&str; 7] = [
        "system",
        "system_instructions",
        "system_instruction",
        "systemInstruction",
        "system_prompt",
        "instructions",
        "preamble",
    ];
    let beside = [Some(value), value.some("config"), value.some("request")];
    let given = beside.into_iter().flatten().flat_map(|v| KEYS.iter().filter_map(move |k| v.some(k)));
    let each = given.filter_map(|system| {
        let mut m = said(Role::System, Vec::new());
        parts(system.some("parts").unwrap_or(system), &mut m.parts);
        // An answer repeats the instructions as `null` or a list; data is no prompt.
        m.parts.iter().any(|p| matches!(p, Part::Text(_))).then_some(m)
    });
    each.take(1).collect()
}

/// Texts and parts of one message in a row (Gemini's chat).
fn mixed(items: &[Json<'_>], side: Role) -> Option<Vec<Message>> {
    let mut parts = Vec::new();
    items.iter().all(|i| known(i, &mut parts)).then(|| vec![said(side, parts)])
}

/// What models answer.
fn answers(value: &Json<'_>, side: Role, depth: usize) -> Option<Vec<Message>> {
    if let Some(choices) = value.some("choices") {
        let several = choices.items().len();
        let each = choices.items().iter().enumerate().filter_map(|(n, c)| {
            let mut m = c
                .some("message")
                .or_else(|| c.some("delta"))
                .and_then(|m| message(m).or_else(|| bare(m, Role::Assistant)))
                .or_else(|| c.some("text").map(|t| Message::words(Role::Assistant, t.plain())))?;
            if several > 1 {
                m.name = Some(format!("choice {} of {several}", n + 1));
            }
            Some(m)
        });
        return Some(each.collect());
    }
    if let Some(candidates) = value.some("candidates") {
        return Some(candidates.items().iter().filter_map(|c| bare(c.some("content")?, Role::Assistant)).collect());
    }
    if let Some(generations) = value.some("generations") {
        return Some(generations_of(generations, depth));
    }
    if let Some(found) = vercel(value).filter(|_| side == Role::Assistant) {
        return Some(vec![found]);
    }
    if let Some(inner) = ["message", "update", "request", "response", "messages", "result"]
        .iter()
        .find_map(|k| value.some(k).filter(|v| v.is_object()))
        && let Some(found) = shaped(inner, side, depth).or_else(|| lone(inner, side))
    {
        return Some(found);
    }
    if let Some(made) = value.some("artifacts").filter(|_| side == Role::Assistant) {
        // Agent2Agent: what a task has made.
        let each: Vec<Message> = made.items().iter().filter_map(|a| lone(a, side)).flatten().collect();
        if !each.is_empty() {
            return Some(each);
        }
    }
    images(value).or_else(|| inside(value, side, depth))
}

/// `{"content": "...", ...}` without a role.
fn lone(inner: &Json<'_>, side: Role) -> Option<Vec<Message>> {
    inner.some("content").or_else(|| inner.some("parts"))?;
    bare(inner, side).filter(|m| !m.parts.is_empty()).map(|m| vec![m])
}

/// The member of an object in which there is a conversation (a graph's node); of several (a pipeline's components) the
/// last that answers.
fn inside(value: &Json<'_>, side: Role, depth: usize) -> Option<Vec<Message>> {
    let members: Vec<_> = value.members().iter().filter(|(_, v)| !v.is_null()).collect();
    if let [(_, only)] = members.as_slice() {
        return shaped(only, side, depth);
    }
    if side != Role::Assistant || members.iter().any(|(_, v)| !v.is_object()) {
        return None;
    }
    let read = |(_, v): &&(std::borrow::Cow<'_, str>, Json<'_>)| shaped(v, side, depth);
    let answers = |m: &Vec<Message>| m.iter().any(|m| m.role == Role::Assistant && m.speaks());
    members.iter().rev().filter_map(read).find(answers)
}

/// Vercel's AI SDK: `{"text": "...", "toolCalls": [...], "finishReason": ...}`.
fn vercel(value: &Json<'_>) -> Option<Message> {
    value.some("toolCalls").or_else(|| value.some("finishReason"))?;
    let mut found = said(Role::Assistant, Vec::new());
    for key in ["reasoning", "reasoningText"] {
        found.parts.extend(value.some(key).and_then(Json::as_text).map(|t| Part::Reasoning(t.as_ref().into())));
    }
    for key in ["text", "object"] {
        parts(value.some(key).unwrap_or(&crate::model::json::NULL), &mut found.parts);
    }
    let calls = value.some("toolCalls").map(Json::items).unwrap_or_default();
    found.parts.extend(calls.iter().map(|c| Part::Call(super::content::call(c))));
    (!found.parts.is_empty()).then_some(found)
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
        .filter(|i| i.some("b64_json").is_some() || i.some("url").is_some())
        .map(|i| Part::Media(media("image", i)))
        .collect();
    (!parts.is_empty() && parts.len() == list.len()).then(|| vec![said(Role::Assistant, parts)])
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
            Part::Source(t) => format!("from {t}"),
            Part::Call(c) => {
                let result = c.result.as_ref().map(|r| format!(" = {r}")).unwrap_or_default();
                let error = c.error.as_ref().map(|e| format!(" ! {e}")).unwrap_or_default();
                format!("calls {}({}) {}{result}{error}", c.name, c.arguments, c.id.as_deref().unwrap_or("-"))
            }
            Part::Result { id, text, .. } => format!("result {} {text}", id.as_deref().unwrap_or("-")),
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
    fn vercels_messages_hold_a_call_and_its_result_in_one_part() {
        let ui = r#"{"messages":[{"role":"user","parts":[{"type":"text","text":"Q"}]},{"role":"assistant","parts":[{"type":"step-start"},{"type":"tool-get-weather","toolCallId":"c1","state":"output-available","input":{"city":"Oslo"},"output":{"t":3}},{"type":"dynamic-tool","toolName":"look","toolCallId":"c2","state":"output-error","input":{},"errorText":"no"},{"type":"text","text":"A"},{"type":"source-url","sourceId":"1","url":"https://a.example","title":"T"}]}]}"#;
        assert_eq!(
            read(ui, Role::User),
            "User: Q\nAssistant: calls get-weather({\"city\":\"Oslo\"}) c1 = {\"t\":3} | calls look({}) c2 ! no | A | from T · https://a.example"
        );
        let old = r#"[{"role":"assistant","parts":[{"type":"tool-invocation","toolInvocation":{"state":"result","toolCallId":"c1","toolName":"add","args":{"a":1},"result":2}}]}]"#;
        assert_eq!(read(old, Role::User), "Assistant: calls add({\"a\":1}) c1 = 2");
    }

    #[test]
    fn cohere_and_agent2agent() {
        let asked = r#"{"model":"command-r","preamble":"S","chat_history":[{"role":"USER","message":"Hi"},{"role":"CHATBOT","message":"Hello"}],"message":"Q"}"#;
        assert_eq!(read(asked, Role::User), "System: S\nUser: Hi\nAssistant: Hello\nUser: Q");
        let task = r#"{"id":"t","kind":"task","status":{"state":"completed"},"artifacts":[{"artifactId":"a","name":"answer","parts":[{"kind":"text","text":"A"}]}]}"#;
        assert_eq!(read(task, Role::Assistant), "Assistant: A");
    }

    #[test]
    fn openai_responses() {
        let output = r#"{"output":[{"type":"reasoning","id":"rs","summary":[{"type":"summary_text","text":"hm"}]},{"type":"function_call","call_id":"c1","id":"fc","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":"7"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"A"}]}]}"#;
        assert_eq!(
            read(output, Role::Assistant),
            "Assistant: thinks hm | calls f({}) c1\nTool: result c1 7\nAssistant: A"
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
}
