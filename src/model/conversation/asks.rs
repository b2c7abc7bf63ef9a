//! What an application stops for and asks a person: LangGraph's `__interrupt__`, a list of `{"value": …, "id": …}`; where
//! nothing was handed back, the exception that it stopped with.

use super::reprs::printed;
use super::single::single;
use super::tools::is_chat;
use super::{Message, Part, Role};
use crate::model::json::Json;
use crate::model::trace::Span;

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

/// The questions of a span that stopped to ask: `GraphInterrupt: (Interrupt(value={'question': '…'}, id='…'),)`. That is no
/// failure.
pub(crate) fn stopped(span: &Span) -> Option<Message> {
    let event = span.events.iter().find(|e| e.name == "exception")?;
    let (_, text) = event.attributes.iter().find(|(k, v)| k == "exception.message" && v.contains(STOPS))?;
    let list = printed(text)?;
    let each: Option<Vec<Json<'_>>> =
        list.items().iter().map(|i| Some(i.some("interrupt").unwrap_or(i).clone())).collect();
    let each = each.filter(|all| !all.is_empty() && all.iter().all(|i| i.get("value").is_some()))?;
    asks(&Json::object(vec![(KEY.into(), Json::Array(each))]))
}

/// Tells the question that a span stopped with, unless it is told: at the end, or before an answer that came after it.
pub(super) fn questions<'s>(told: &mut Vec<Message>, spans: impl Iterator<Item = &'s Span> + Clone) {
    let Some((span, question)) = spans.clone().find_map(|s| Some((s, stopped(s)?))) else { return };
    if told.iter().any(|m| m.name.as_deref() == Some(NAME)) {
        return;
    }
    let later = spans.filter(|s| is_chat(s)).any(|s| s.start_ns > span.start_ns);
    let at = if later { told.iter().rposition(|m| m.role.answers() && m.speaks()) } else { None };
    told.insert(at.unwrap_or(told.len()), question);
}

/// How such an exception begins.
const STOPS: &str = "(Interrupt(value=";

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
