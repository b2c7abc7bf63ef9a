//! Spans of tools: what was called with what, and what came back.

use super::attributes::{attribute, said_in};
use super::content::returned;
use super::dispatch::{Dispatched, came, dispatched};
use super::events::of_tool;
use super::failures::outcome;
use super::found::documents_in;
use super::mcp::mcp;
use super::messages::messages;
use super::{Message, Part, Role, ToolCall};
use crate::model::json::{Json, parse_shape as parse};
use crate::model::trace::Span;

/// True for the span of a tool's call.
pub(super) fn is_tool(span: &Span) -> bool {
    matches!(span.span_type.as_str(), "TOOL" | "FUNCTION")
        || says(span, "gen_ai.operation.name", &["execute_tool", "tool_call"])
        || says(span, "openinference.span.kind", &["TOOL"])
        || says(span, "ai.operationId", &["ai.toolCall"])
        || says(span, "langfuse.observation.type", &["tool"])
        || says(span, "traceloop.span.kind", &["tool"])
        || says(span, "langsmith.span.kind", &["tool"])
        || NAMED.iter().any(|key| attribute(span, key).is_some())
        || dispatched(span).is_some()
}

/// Attributes that only the span of a call has, whatever it says that it is.
const NAMED: [&str; 2] = ["gen_ai.tool.name", "ai.toolCall.name"];

/// True for the span of a model's answer.
pub(in crate::model) fn is_chat(span: &Span) -> bool {
    if matches!(span.span_type.as_str(), "CHAT_MODEL" | "LLM") {
        return true;
    }
    says(span, "gen_ai.operation.name", &["chat", "generate_content", "text_completion", "response"])
        || says(span, "openinference.span.kind", &["LLM"])
        || says(span, "langfuse.observation.type", &["generation"])
        || says(span, "langsmith.span.kind", &["llm"])
        || says(span, "llm.request.type", &["chat", "completion"])
        || attribute(span, "ai.operationId").is_some_and(|o| o.contains(".do"))
        || attribute(span, "ai.prompt.messages").is_some()
}

/// True for the span of an agent.
pub(super) fn is_agent(span: &Span) -> bool {
    span.span_type == "AGENT" || says(span, "gen_ai.operation.name", &["invoke_agent"])
}

/// What an agent is called.
pub(super) fn agent_name(span: &Span) -> String {
    let said = attribute(span, "gen_ai.agent.name").map(|name| said_in("gen_ai.agent.name", name));
    let name = said.filter(|name| !name.is_empty()).unwrap_or_else(|| span.name.clone());
    name.strip_prefix("invoke_agent ").map(str::to_owned).unwrap_or(name)
}

fn says(span: &Span, key: &str, words: &[&str]) -> bool {
    attribute(span, key).is_some_and(|v| words.contains(&v.trim_matches('"')))
}

/// Attributes that hold a tool's arguments, where its span has no inputs.
const ASKED: [&str; 8] = [
    "gen_ai.tool.call.arguments",
    "tool_arguments",
    "gcp.vertex.agent.tool_call_args",
    "ai.toolCall.args",
    "tool.parameters",
    "langfuse.observation.input",
    "traceloop.entity.input",
    "input.value",
];

/// And what came back, where it has no outputs.
const SAID: [&str; 7] = [
    "gen_ai.tool.call.result",
    "tool_response",
    "gcp.vertex.agent.tool_response",
    "ai.toolCall.result",
    "langfuse.observation.output",
    "traceloop.entity.output",
    "output.value",
];

/// What a message has that says who speaks and what.
const SAYS: [&str; 3] = ["role", "content", "id"];

/// The call that a tool's span is about.
pub(super) fn tool_of(span: &Span) -> ToolCall {
    let read = |key: &&str| Some(said_in(key, attribute(span, key)?));
    let first = |keys: &[&str]| keys.iter().find_map(read).filter(|t| !t.is_empty());
    let handed_on = dispatched(span);
    // OpenTelemetry's say it in an attribute, MCP's results with their flag.
    let flagged = || first(&SAID).filter(|t| t.contains("isError") && t.trim_start().starts_with('{'));
    let attribute = if span.outputs.is_none() { flagged() } else { None };
    let text = span.outputs.as_deref().or(attribute.as_deref());
    let outputs = text.and_then(|o| parse(o).ok()).map(|(json, _)| json);
    let outputs = if handed_on.is_some() { outputs.map(came) } else { outputs };
    let of_mcp = outputs.as_ref().and_then(mcp);
    // A list of documents is not the words in it: of a single one its title and score would be lost.
    let found = span.outputs.as_deref().filter(|o| documents_in(o).is_some());
    let answer =
        outputs.as_ref().filter(|_| of_mcp.is_none() && found.is_none()).and_then(|json| messages(json, Role::Tool));
    let answer = answer.filter(|m| m.len() == 1);
    // A message that is nothing but its words is told in them, whoever is said to speak.
    let bare =
        |o: &Json<'_>| matches!(o.items(), [one] if one.members().iter().all(|(k, _)| SAYS.contains(&k.as_ref())));
    let plain = |m: &Message| m.parts.iter().all(|p| matches!(p, Part::Text(_))) && outputs.as_ref().is_some_and(bare);
    let answer = answer.and_then(|mut m| m.pop()).filter(|m| m.role == Role::Tool || plain(m));
    let mut call = ToolCall {
        id: first(&["gen_ai.tool.call.id", "tool_call_id", "ai.toolCall.id", "tool_call.id", "tool_id"]),
        name: first(&["gen_ai.tool.name", "tool.name", "tool_name", "ai.toolCall.name", "traceloop.entity.name"])
            .or_else(|| Some(outputs.as_ref()?.some("tool_name")?.plain()))
            .unwrap_or_else(|| short(&span.name)),
        ..ToolCall::default()
    };
    let written = span.inputs.as_deref().map(str::to_owned).or_else(|| first(&ASKED)).unwrap_or_default();
    (call.id, call.arguments) = match run(&written) {
        Some((id, own)) => (call.id.or(id), own),
        None => (call.id, arguments(&written)),
    };
    call.result = match (&outputs, answer) {
        _ if of_mcp.is_some() => of_mcp,
        (Some(json), _) if let Some((words, failed)) = outcome("", json) => {
            call.error = failed.then(|| words.clone());
            Some(words)
        }
        _ if found.is_some() => found.map(str::to_owned),
        // LangChain returns a tool message: what it says is the result, and it knows which call it answers.
        (_, Some(message)) => {
            if let [Part::Result { id: Some(id), failed, text }] = message.parts.as_slice() {
                call.id = call.id.or_else(|| Some(id.clone()));
                call.error = failed.then(|| text.to_string());
            }
            Some(Message::text(&message))
        }
        (Some(json), None) if json.is_null() => None,
        (Some(json), None)
            if json.is_object()
                && let Some((words, failed)) = outcome("", json) =>
        {
            call.error = failed.then(|| words.clone());
            Some(words)
        }
        (Some(json), None) => Some(returned(json)),
        (None, None) => span.outputs.as_deref().map(str::to_owned).or_else(|| first(&SAID)),
    };
    if call.result.is_none() && span.outputs.is_none() {
        of_tool(span, &mut call);
    }
    let flag =
        |o: &Json<'_>| ["is_error", "isError"].iter().find_map(|k| o.some(k)).is_some_and(|e| e.to_json() == "true");
    if let Some(Dispatched { name, arguments, id }) = handed_on {
        call = ToolCall { name, arguments, id: call.id.take().or(id), ..call };
    }
    let failed = outputs.as_ref().is_some_and(flag) || says(span, "gen_ai.tool.status", &["error", "failed"]);
    if failed && call.error.is_none() {
        call.error = call.result.clone().or_else(|| Some("failed".to_owned()));
    }
    call
}

/// "execute_tool stock", "tools/call stock", "Tool.stock", "stock.tool": the tool's name.
fn short(name: &str) -> String {
    let name = ["execute_tool ", "tools/call ", "Tool."].iter().find_map(|p| name.strip_prefix(p)).unwrap_or(name);
    name.strip_suffix(".tool").unwrap_or(name).to_owned()
}

/// How a tool was run, with the id of its call among it: `{"input_str", "tags", "metadata", "inputs": {…}, "kwargs":
/// {"tool_call_id"}}`. The call's id and its arguments.
fn run(written: &str) -> Option<(Option<String>, String)> {
    let (json, _) = parse(Some(written).filter(|t| t.contains("\"input_str\""))?).ok()?;
    json.some("input_str")?;
    let own = json.some("inputs").filter(|i| i.is_object())?;
    let id = json.some("tool_call_id").or_else(|| json.some("kwargs")?.some("tool_call_id")).map(Json::plain);
    Some((id, own.to_json()))
}

/// Arguments without the wrapping of Python's call.
fn arguments(inputs: &str) -> String {
    let Ok((json, _)) = parse(inputs) else { return inputs.to_owned() };
    // MCP's request.
    if json.some("method").and_then(Json::as_text).is_some_and(|m| m == "tools/call")
        && let Some(named) = json.some("params").and_then(|p| p.some("arguments"))
    {
        return named.to_json();
    }
    let empty = |key: &str| json.some(key).is_none_or(|v| v.items().is_empty() && v.members().is_empty());
    let positional = !empty("args");
    match json.some("kwargs") {
        Some(named) if named.is_object() && !positional => named.to_json(),
        Some(_) if positional && empty("kwargs") => json.some("args").map_or_else(String::new, Json::to_json),
        _ => inputs.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(name: &str, inputs: &str, outputs: &str) -> String {
        let span =
            Span { name: name.into(), inputs: Some(inputs.into()), outputs: Some(outputs.into()), ..Span::default() };
        let call = tool_of(&span);
        format!("{}({}) {:?} {:?} {:?}", call.name, call.arguments, call.id, call.result, call.error)
    }

    #[test]
    fn wrappers_of_frameworks_are_taken_off() {
        let plain = r#"stock({"part":"chain"}) None Some("7 pieces") None"#;
        assert_eq!(tool("Tool.stock", r#"{"part":"chain"}"#, "\"7 pieces\""), plain);
        assert_eq!(tool("execute_tool stock", r#"{"part":"chain"}"#, r#"[{"text":"7 pieces"}]"#), plain);
        let smol = r#"{"sanitize_inputs_outputs":true,"kwargs":{"part":"chain"}}"#;
        assert_eq!(tool("stock", smol, r#"{"_value":"7 pieces"}"#), plain);
        let llama = r#"{"blocks":[{"block_type":"text","text":"7 pieces"}],"tool_name":"stock","raw_output":"7 pieces","is_error":false}"#;
        assert_eq!(tool("FunctionTool.acall", r#"{"kwargs":{"part":"chain"}}"#, llama), plain);
        let langchain = r#"{"type":"tool","data":{"content":"7 pieces","tool_call_id":"c1","status":"success"}}"#;
        assert_eq!(tool("stock", "\"chain\"", langchain), r#"stock("chain") Some("c1") Some("7 pieces") None"#);
        let one = r#"[{"title":"T","content":"D","score":0.3}]"#;
        assert_eq!(tool("f", "{}", one), format!("f({{}}) None {:?} None", Some(one)));
        let shot = r#"{"content":[{"type":"image","data":"iVBORw0KGgo=","mimeType":"image/png"}],"isError":false}"#;
        assert_eq!(tool("f", "{}", shot), r#"f({}) None Some("▣ image/png · 8 bytes · inline") None"#);
        let ran = r#"{"type":"bash_code_execution_result","stdout":"","stderr":"no","return_code":1,"content":[]}"#;
        let why = "no\n(exit code 1)";
        assert_eq!(tool("f", "{}", ran), format!("f({{}}) None {:?} {:?}", Some(why), Some(why)));
        let attributes = vec![(
            "gen_ai.tool.call.result".to_owned(),
            r#"{"content":[{"type":"text","text":"no city"}],"isError":true}"#.into(),
        )];
        let call = tool_of(&Span { name: "tools/call w".into(), attributes, ..Span::default() });
        assert_eq!((call.name.as_str(), call.error.as_deref()), ("w", Some("no city")));
        let request = r#"{"method":"tools/call","params":{"name":"stock","arguments":{"part":"chain"}}}"#;
        assert_eq!(tool("tools/call stock", request, "\"7 pieces\""), plain);
        let message = r#"[{"content":[{"text":"7 pieces"}],"id":"c1","role":"assistant"}]"#;
        assert_eq!(tool("execute_tool stock", r#"{"part":"chain"}"#, message), plain);
        assert_eq!(tool("f", "{}", r#"{"r":2}"#), r#"f({}) None Some("{\"r\":2}") None"#);
    }
}
