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
        let said = single(one.some("value").unwrap_or(one), Role::User);
        said.map(|m| m.parts).unwrap_or_default()
    });
    let parts: Vec<Part> = each.collect();
    (!parts.is_empty()).then(|| Message { role: Role::Assistant, name: Some(NAME.to_owned()), parts })
}

/// The state without its questions.
pub(super) fn without<'a>(value: &Json<'a>) -> Json<'a> {
    Json::object(value.members().iter().filter(|(k, _)| k != KEY).cloned().collect())
}
