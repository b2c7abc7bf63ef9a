//! What an application's state holds beside its messages.

use super::assemble::words;
use super::envelopes::called;
use super::history;
use super::message::message;
use super::messages::lists;
use super::{Message, Part};
use crate::model::json::{Json, parse_shape as parse};

/// The fields of a state that are no messages: what an application hands on besides, unless it is `known` or `told`. A
/// text of several lines (a report) stands on its own, below its name; all else is one JSON. Nothing for a model's request
/// or answer.
pub(super) fn state(value: &Json<'_>, known: Option<&Json<'_>>, told: &Message) -> Vec<Part> {
    if let Some(inner) = called(value) {
        return state(&inner, known, told);
    }
    let listed = |(key, v): &(_, Json<'_>)| -> bool {
        let key: &std::borrow::Cow<'_, str> = key;
        let messages = |v: &Json<'_>| matches!(v, Json::Array(items) if items.iter().any(|i| message(i).is_some()));
        lists().any(|list| list == key.as_ref()) && messages(v)
            || history::KEYS.contains(&key.as_ref()) && history::history(v).is_some()
    };
    let model = ["choices", "generations", "candidates", "role"];
    if !value.members().iter().any(listed) || model.iter().any(|k| value.some(k).is_some()) {
        return Vec::new();
    }
    let cites = told.parts.iter().any(|p| matches!(p, Part::Source(_)));
    let cited = |key: &str| cites && ["citations", "annotations"].contains(&key);
    let told = words(told);
    let says = |v: &Json<'_>| {
        let text = v.as_text().map(Into::into).or_else(|| message(v).map(|m| m.text()));
        let repeats = text.is_some_and(|t: String| t.trim() == told.trim());
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
        "run_id",
        "agent_id",
        "content_type",
        "reasoning_content",
        "metrics",
        super::asks::KEY,
    ];
    let kept: Vec<_> = value
        .members()
        .iter()
        .filter(|m| !listed(m) && says(&m.1) && news(m) && !noise.contains(&m.0.as_ref()) && !cited(&m.0))
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

/// A state's fields stand in a part already, there with the thread that is told beside it.
pub(super) fn tells_again(state: &Part, part: &Part) -> bool {
    let (Part::Data(new), Part::Data(old)) = (state, part) else { return false };
    let (Ok((new, _)), Ok((old, _))) = (parse(new), parse(old)) else { return false };
    let thread = |(k, v): &(_, Json<'_>)| {
        let key: &std::borrow::Cow<'_, str> = k;
        lists().any(|list| list == key.as_ref()) && v.items().iter().any(|i| message(i).is_some())
    };
    old.members().iter().any(thread) && new.members().iter().all(|(k, v)| old.get(k) == Some(v))
}
