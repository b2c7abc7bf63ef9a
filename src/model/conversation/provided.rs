//! Tools that a model's provider runs itself, as OpenTelemetry's conventions write them: what is asked and what came back stand
//! in an object of the part's own name, which says its type once more.

use super::content::returned;
use super::failures::flagged;
use super::{Part, ToolCall};
use crate::model::json::Json;

/// `{"type": "server_tool_call", "id", "name", "server_tool_call": {"type", "code"}}` and the answer to it.
pub(super) fn of_provider(kind: &str, item: &Json<'_>) -> Option<Part> {
    let inner = item.some(kind)?;
    let word = |key: &str| item.some(key).or_else(|| inner.some(key)).map(Json::plain);
    let own = inner.members().iter().filter(|(k, v)| !v.is_null() && !matches!(k.as_ref(), "type" | "id"));
    let own: Vec<_> = own.cloned().collect();
    let own = match own.as_slice() {
        _ if !inner.is_object() => inner.clone(),
        [(key, only)] if matches!(key.as_ref(), "arguments" | "response") => only.clone(),
        _ => Json::object(own),
    };
    let id = word("id");
    if kind == "server_tool_call" {
        let name = item.some("name").or_else(|| inner.some("name")).or_else(|| inner.some("type"));
        let arguments = if own.is_object() && own.members().is_empty() { String::new() } else { own.plain() };
        let name = name.map(Json::plain).unwrap_or_default();
        return Some(Part::Call(ToolCall { id, name, arguments, ..ToolCall::default() }));
    }
    let failed = flagged(item) || flagged(inner) || inner.some("error").is_some();
    Some(Part::Result { id, text: returned(&own).into(), failed })
}

#[cfg(test)]
mod tests {
    use super::super::messages::messages;
    use super::*;
    use crate::model::conversation::Role;
    use crate::model::json::parse;

    #[test]
    fn a_provider_s_own_tool_has_its_arguments_and_its_result() {
        let written = r#"[{"role":"assistant","parts":[{"type":"server_tool_call","id":"s1","name":"code_interpreter","server_tool_call":{"type":"code_interpreter","code":"print(1)"}},
            {"type":"server_tool_call_response","id":"s1","server_tool_call_response":{"type":"code_interpreter","output":"1"}},{"type":"text","content":"One."}]}]"#;
        let found = messages(&parse(written).unwrap().0, Role::Assistant).unwrap();
        let [Part::Call(call), Part::Result { id, text, failed: false }, Part::Text(_)] = found[0].parts.as_slice()
        else {
            panic!("{found:?}")
        };
        assert_eq!((call.name.as_str(), call.arguments.as_str()), ("code_interpreter", r#"{"code":"print(1)"}"#));
        assert_eq!((call.id.as_deref(), id.as_deref(), text.as_ref()), (Some("s1"), Some("s1"), "1"));
        let nested = written
            .replace(r#""code":"print(1)""#, r#""arguments":{"q":1}"#)
            .replace(r#""output":"1""#, r#""response":"1""#);
        let found = messages(&parse(&nested).unwrap().0, Role::Assistant).unwrap();
        assert!(matches!(&found[0].parts[0], Part::Call(c) if c.arguments == r#"{"q":1}"#), "{found:?}");
        assert!(matches!(&found[0].parts[1], Part::Result { text, .. } if text.as_ref() == "1"), "{found:?}");
    }
}
