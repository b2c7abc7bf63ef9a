//! What an application stops for and asks a person: LangGraph's `__interrupt__`, a list of `{"value": …, "id": …}`.

use super::single::single;
use super::{Message, Part, Role};
use crate::model::json::Json;

/// Where a state says that it waits.
pub(super) const KEY: &str = "__interrupt__";

/// What stands above the question.
const NAME: &str = "asks and waits";

/// The questions of a state.
pub(super) fn asks(value: &Json<'_>) -> Option<Message> {
    let list = value.some(KEY)?;
    let each = list.items().iter().flat_map(|one| {
        // What a person is asked reads like what a person asks: "question", "query", and the rest beside it.
        let value = one.some("value").unwrap_or(one);
        let said = single(value, Role::User).map(|m| m.parts).unwrap_or_default();
        if said.iter().any(|p| matches!(p, Part::Text(_))) {
            return said;
        }
        described(value).into_iter().chain(said).collect()
    });
    let parts: Vec<Part> = each.collect();
    (!parts.is_empty()).then(|| Message { role: Role::Assistant, name: Some(NAME.to_owned()), parts })
}

/// What is to be approved, in the words that a tool's interrupt has for it: `{"action_requests": [{"name", "args",
/// "description"}]}`, or a list of such.
fn described(value: &Json<'_>) -> Vec<Part> {
    let list = value.some("action_requests").unwrap_or(value);
    let each = if list.is_object() { std::slice::from_ref(list) } else { list.items() };
    let words = each.iter().filter_map(|one| one.some("description")?.as_text());
    words.map(|text| Part::Text(text.as_ref().into())).collect()
}

/// The state without its questions.
pub(super) fn without<'a>(value: &Json<'a>) -> Json<'a> {
    Json::object(value.members().iter().filter(|(k, _)| k != KEY).cloned().collect())
}
