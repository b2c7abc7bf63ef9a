//! What stands around a request or an answer: a call of a Python function, of JSON-RPC, of a service that takes a model's own
//! request as a text.

use super::Role;
use super::message::with_json;
use super::messages::lists;
use crate::model::json::Json;

/// A Python function's arguments, where one that has a name holds messages: `{"args": ["Q"], "kwargs": {"history": […]}}`.
pub(super) fn called<'a>(value: &Json<'a>) -> Option<Json<'a>> {
    let (args, kwargs) = (value.some("args")?.items(), value.some("kwargs")?);
    let holds = |k: &str, v: &Json<'_>| lists().any(|list| list == k) && !v.items().is_empty();
    let positional = args.len() > 1 || args.iter().any(|a| a.as_text().is_none());
    if value.members().len() != 2 || positional || !kwargs.members().iter().any(|(k, v)| holds(k, v)) {
        return None;
    }
    let asked = args.first().map(|a| ("question".into(), a.clone()));
    Some(Json::object(asked.into_iter().chain(kwargs.members().iter().cloned()).collect()))
}

/// What a call of JSON-RPC is about (`{"jsonrpc", "method", "params"}`, `{"jsonrpc", "result"}`), or that of a chain.
pub(super) fn envelope<'j, 'a>(value: &'j Json<'a>, side: Role) -> Option<&'j Json<'a>> {
    if let Some(inner) = chained(value, side) {
        return Some(inner);
    }
    // Semantic Kernel's result of a function.
    if let Some(given) = value.some("value")
        && side == Role::Assistant
        && value.some("function").is_some_and(|f| f.some("name").is_some() && f.some("plugin_name").is_some())
    {
        return Some(given);
    }
    value.some("jsonrpc")?;
    let key = match side {
        Role::User => "params",
        Role::Assistant => "result",
        _ => return None,
    };
    value.some(key).filter(|inner| inner.is_object())
}

/// What a chain was given or gave, beside how it was run: `{"inputs": …, "tags": […], "metadata": {…}, "kwargs": {…}}`,
/// `{"outputs": …, "kwargs": {…}}`.
fn chained<'j, 'a>(value: &'j Json<'a>, side: Role) -> Option<&'j Json<'a>> {
    let key = match side {
        Role::User => "inputs",
        Role::Assistant => "outputs",
        _ => return None,
    };
    let run = |k: &str| matches!(k, "kwargs" | "tags" | "metadata");
    value.some("kwargs").filter(|kwargs| kwargs.is_object())?;
    value.some(key).filter(|_| value.members().iter().all(|(k, _)| k == key || run(k)))
}

/// Bedrock's `invoke_model` takes and gives the model's own request and answer as a text: `{"modelId", "body": "{…}"}`.
pub(super) fn in_body<T>(value: &Json<'_>, read: impl FnOnce(&Json<'_>) -> Option<T>) -> Option<T> {
    let body = value.some("body")?.as_text().filter(|b| b.trim_start().starts_with('{'))?;
    with_json(&body, read).flatten()
}
