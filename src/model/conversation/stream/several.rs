//! Streams in which more than one answer's pieces come: a run of an agent sends its calls, what came back, and its words as
//! items (Responses' `response.output_item.done`), or one answer after the other.

use crate::model::conversation::ending::ending;
use crate::model::conversation::message::message;
use crate::model::conversation::messages::messages;
use crate::model::conversation::{Message, Role};
use crate::model::json::Json;
use std::borrow::Cow;

fn word<'j>(item: &'j Json<'_>, key: &str) -> Option<Cow<'j, str>> {
    item.some(key).and_then(Json::as_text)
}

/// An item of a run as far as it came: itself, or what its pieces say.
struct Item<'j, 'a> {
    id: Option<Cow<'j, str>>,
    whole: Option<&'j Json<'a>>,
    /// What was begun: its kind and name are known.
    begun: Option<&'j Json<'a>>,
    words: String,
    arguments: String,
}

impl<'a> Item<'_, 'a> {
    /// As it stands, where it was sent whole; else put together.
    fn json(&self) -> Option<Json<'a>> {
        if let Some(whole) = self.whole {
            return Some(whole.clone());
        }
        if !self.words.is_empty() {
            let text = Json::object(vec![
                ("type".into(), Json::text("output_text")),
                ("text".into(), Json::text(self.words.clone())),
            ]);
            let said = vec![
                ("type".into(), Json::text("message")),
                ("role".into(), Json::text("assistant")),
                ("content".into(), Json::Array(vec![text])),
            ];
            return Some(Json::object(said));
        }
        let begun = self.begun.filter(|b| is_call(b))?;
        let mut members: Vec<_> = begun.members().iter().filter(|(k, _)| k != "arguments").cloned().collect();
        members.push(("arguments".into(), Json::text(self.arguments.clone())));
        Some(Json::object(members))
    }
}

fn is_call(item: &Json<'_>) -> bool {
    word(item, "type").is_some_and(|t| t.ends_with("_call"))
}

fn is_message(item: &Json<'_>) -> bool {
    word(item, "type").is_some_and(|t| t == "message")
}

/// All that a run said in Responses' events, where they carry its items: the last answer alone would leave out the calls
/// before it. `None` where the events end with an answer that has as much to tell.
pub(super) fn items(events: &[Json<'_>]) -> Option<Vec<Message>> {
    let kind = |e: &Json<'_>| word(e, "type").map(Cow::into_owned).unwrap_or_default();
    let ends = |e: &&Json<'_>| kind(e) == "response.completed";
    if !events.iter().any(|e| kind(e).starts_with("response.output_item.")) && events.iter().filter(ends).count() < 2 {
        return None;
    }
    if !events.iter().all(|e| kind(e).starts_with("response.") || kind(e) == "error") {
        return None;
    }
    let mut found: Vec<Item<'_, '_>> = Vec::new();
    let mut answers = Vec::new();
    for event in events {
        let inner = event.some("item").filter(|i| i.is_object());
        let id = inner.map_or_else(|| word(event, "item_id"), |i| word(i, "id"));
        let new = || Item { id: id.clone(), whole: None, begun: None, words: String::new(), arguments: String::new() };
        let piece = || word(event, "delta").unwrap_or_default();
        let kind = kind(event);
        // A piece without an id belongs to the item that came last, if that is of its kind.
        let called = if kind.ends_with(".done") { inner.is_some_and(is_call) } else { kind.contains("arguments") };
        let said = if kind.ends_with(".done") { inner.is_some_and(is_message) } else { kind.contains("text") };
        let fits = |i: &Item<'_, '_>| match (&i.id, &id) {
            (Some(a), Some(b)) => a == b,
            _ => {
                called && i.begun.is_some_and(is_call)
                    || said && (i.begun.is_some_and(is_message) || !i.words.is_empty())
            }
        };
        let known = matches!(
            kind.as_str(),
            "response.output_item.added"
                | "response.output_item.done"
                | "response.output_text.delta"
                | "response.function_call_arguments.delta"
                | "response.mcp_call_arguments.delta"
        );
        if let "response.completed" | "response.incomplete" | "response.failed" = kind.as_str() {
            answers.extend(event.some("response"));
        }
        if !known {
            continue;
        }
        let at = found.iter().rposition(|i| i.whole.is_none() && fits(i)).filter(|_| !kind.ends_with("item.added"));
        if at.is_none() {
            found.push(new());
        }
        let at = at.unwrap_or(found.len().saturating_sub(1));
        let Some(item) = found.get_mut(at) else { continue };
        match kind.as_str() {
            "response.output_item.added" => item.begun = inner,
            "response.output_item.done" => item.whole = inner,
            "response.output_text.delta" => item.words.push_str(&piece()),
            _ => item.arguments.push_str(&piece()),
        }
    }
    let outputs: usize = answers.iter().filter_map(|a| a.some("output")).map(|o| o.items().len()).sum();
    if !answers.is_empty() && found.len() <= outputs {
        // Of a single one it is the caller who tells it.
        let several = || answers.iter().filter_map(|a| messages(a, Role::Assistant)).flatten().collect();
        return (answers.len() > 1).then(several);
    }
    // A message may be sent whole under another id than its pieces.
    let whole: Vec<String> = found.iter().filter_map(|i| i.whole.and_then(message)).map(|m| m.text()).collect();
    found.retain(|i| i.whole.is_some() || i.words.is_empty() || !whole.contains(&i.words));
    let all: Vec<Json<'_>> = found.iter().filter_map(Item::json).collect();
    let mut said = messages(&Json::Array(all), Role::Assistant)?;
    if let (Some(last), Some(answer)) = (said.iter_mut().rev().find(|m| m.role == Role::Assistant), answers.last()) {
        last.end(ending(answer));
    }
    Some(said)
}

#[cfg(test)]
mod tests {
    use crate::model::conversation::messages::messages;
    use crate::model::conversation::{Part, Role};
    use crate::model::json::parse;

    fn read(text: &str) -> String {
        let part = |p: &Part| match p {
            Part::Call(c) => format!("{}({})", c.name, c.arguments),
            Part::Result { text, .. } => format!("-> {text}"),
            other => other.text().unwrap_or_default().to_owned(),
        };
        let found = messages(&parse(text).unwrap().0, Role::Assistant).unwrap_or_default();
        let line = |m: &super::Message| m.parts.iter().map(part).collect::<Vec<_>>().join(" | ");
        found.iter().map(line).collect::<Vec<_>>().join("; ")
    }

    const CALL: &str = r#"{"type":"response.output_item.done","item":{"type":"function_call","id":"f","call_id":"c1","name":"w","arguments":"{}"}}"#;
    const CAME: &str =
        r#"{"type":"response.output_item.done","item":{"type":"function_call_output","call_id":"c1","output":"4"}}"#;
    const SAID: &str = r#"{"type":"response.output_item.done","item":{"type":"message","id":"m1","role":"assistant","content":[{"type":"output_text","text":"It is 4."}]}}"#;

    fn words(id: &str, text: &str) -> String {
        format!(r#"{{"type":"response.output_text.delta","item_id":"{id}","delta":"{text}"}}"#)
    }

    #[test]
    fn a_run_s_items_are_its_calls_results_and_words() {
        let (it, is) = (words("m1", "It "), words("m1", "is 4."));
        let want = "w({}); -> 4; It is 4.";
        assert_eq!(read(&format!("[{CALL},{CAME},{it},{is},{SAID}]")), want);
        assert_eq!(read(&format!("[{CALL},{CAME},{SAID}]")), want);
        assert_eq!(read(&format!("[{CALL},{CAME},{it},{is}]")), want, "broken off");
        assert_eq!(read(&format!("[{CALL},{CAME},{},{SAID}]", words("x", "It is 4."))), want, "another id");
        let first = words("m0", "I look.");
        assert_eq!(read(&format!("[{first},{CALL},{CAME},{it},{is}]")), format!("I look.; {want}"));
        let whole = r#"{"type":"response.completed","response":{"object":"response","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"It is 4."}]}]}}"#;
        assert_eq!(read(&format!("[{CALL},{CAME},{it},{is},{SAID},{whole}]")), want, "of a run the last answer alone");
        assert_eq!(read(&format!("[{it},{is},{SAID},{whole}]")), "It is 4.");
    }

    #[test]
    fn a_call_that_broke_off_is_told_as_far_as_it_came() {
        let begun = r#"{"type":"response.created","response":{"output":[]}},{"type":"response.output_item.added","item":{"type":"function_call","id":"f","call_id":"c1","name":"w","arguments":""}},{"type":"response.function_call_arguments.delta","item_id":"f","delta":"{\"c\":"}"#;
        assert_eq!(read(&format!("[{begun}]")), "w({\"c\":)");
    }

    #[test]
    fn two_answers_one_after_the_other_are_both_told() {
        let ends = |items: &str| {
            format!(r#"{{"type":"response.completed","response":{{"object":"response","output":[{items}]}}}}"#)
        };
        let call = ends(r#"{"type":"function_call","call_id":"c1","name":"w","arguments":"{}"}"#);
        let said =
            ends(r#"{"type":"message","role":"assistant","content":[{"type":"output_text","text":"It is 4."}]}"#);
        assert_eq!(read(&format!("[{call},{said}]")), "w({}); It is 4.");
        assert_eq!(read(&format!("[{call},{},{said}]", words("m1", "It is 4."))), "w({}); It is 4.");
    }
}
