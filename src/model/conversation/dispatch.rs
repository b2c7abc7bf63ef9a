//! Spans of whoever hands a call to its tool: an agent's loop or a client's `call_tool`, whose inputs say which tool and with
//! what. The tool's own span tells the same call, inside or beside it.

use crate::model::json::{Json, parse_shape as parse};
use crate::model::trace::Span;

/// What such a function is called; whose it is stands before a dot.
const NAMES: [&str; 6] = ["call_tool", "acall_tool", "callTool", "execute_tool", "run_tool", "invoke_tool"];

/// Longer inputs are left as they are.
const LONGEST: usize = 64 << 10;

/// The call that is handed on.
pub(super) struct Dispatched {
    /// The tool's name.
    pub name: String,
    /// Arguments as JSON text.
    pub arguments: String,
    /// The call's id, where it is known here.
    pub id: Option<String>,
}

/// The call that a span hands on.
pub(super) fn dispatched(span: &Span) -> Option<Dispatched> {
    let own = span.name.rsplit(['.', '/']).next()?;
    let inputs = span.inputs.as_deref().filter(|i| NAMES.contains(&own) && i.len() <= LONGEST)?;
    let (json, _) = parse(inputs).ok()?;
    let json = json.some("kwargs").filter(|k| !k.members().is_empty()).unwrap_or(&json);
    if let Some([name, arguments]) = json.some("args").map(Json::items) {
        let name = name.as_text().filter(|_| arguments.is_object())?.into_owned();
        return Some(Dispatched { name, arguments: arguments.to_json(), id: None });
    }
    let inside = ["ev", "tool_call", "call", "request", "params"].iter().find_map(|k| json.some(k));
    let call = inside.filter(|c| c.is_object()).unwrap_or(json);
    let first = |keys: &[&str]| keys.iter().find_map(|k| call.some(k));
    let name = first(&["tool_name", "toolName", "name"])?.as_text()?.into_owned();
    let arguments = first(&["tool_kwargs", "arguments", "args", "tool_args", "input"])?;
    let known = arguments.is_object() || arguments.as_text().is_some();
    let id = first(&["tool_id", "tool_call_id", "call_id", "id"]).map(Json::plain);
    known.then(|| Dispatched { name, arguments: arguments.plain(), id })
}

/// What came back, without the call that it came back for.
pub(super) fn came<'a>(outputs: Json<'a>) -> Json<'a> {
    match outputs.some("tool_output") {
        Some(inner) => inner.clone(),
        None => outputs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, inputs: &str) -> Option<String> {
        let span = Span { name: name.into(), inputs: Some(inputs.into()), ..Span::default() };
        dispatched(&span).map(|d| format!("{}({}) {:?}", d.name, d.arguments, d.id))
    }

    #[test]
    fn a_call_that_is_handed_on_is_its_tool_s() {
        let event = r#"{"ev":{"tool_name":"mul","tool_kwargs":{"a":2},"tool_id":"c1"}}"#;
        assert_eq!(read("AgentWorkflow.call_tool", event).as_deref(), Some(r#"mul({"a":2}) Some("c1")"#));
        for inputs in [
            r#"{"name":"mul","arguments":{"a":2},"read_timeout_seconds":null}"#,
            r#"{"args":["mul",{"a":2}],"kwargs":{}}"#,
            r#"{"kwargs":{"name":"mul","arguments":{"a":2}}}"#,
        ] {
            assert_eq!(read("ClientSession.call_tool", inputs).as_deref(), Some(r#"mul({"a":2}) None"#), "{inputs}");
        }
        assert_eq!(read("call_tool", r#"{"name":"Ann"}"#), None);
        assert_eq!(read("greet", r#"{"name":"mul","arguments":{"a":2}}"#), None);
    }
}
