//! Messages that are sent in pieces, one after the other, in one stream: pieces are joined while who speaks, the message's id
//! and its number among choices stay the same. What came whole between them stands for itself.

use super::{is_filter, joined, kind_of};
use crate::model::conversation::ending::as_choices;
use crate::model::conversation::message::message;
use crate::model::conversation::messages::messages;
use crate::model::conversation::roles::role_of;
use crate::model::conversation::{Message, Part, Role};
use crate::model::json::{Json, NULL};

/// An element of a stream.
struct Piece<'j, 'a> {
    item: &'j Json<'a>,
    /// What it adds.
    delta: &'j Json<'a>,
    id: Option<String>,
    /// Who speaks, where it says so.
    role: Option<Role>,
    /// It is a message, or a state with messages, and no piece of one.
    whole: bool,
}

impl<'j, 'a> Piece<'j, 'a> {
    fn of(item: &'j Json<'a>) -> Option<Self> {
        let text = |json: &Json<'_>, key: &str| json.some(key).and_then(Json::as_text).map(|t| t.into_owned());
        let role = |json: &Json<'_>| text(json, "role").and_then(|r| role_of(&r));
        let piece = |delta: &'j Json<'a>, id, role| Some(Piece { item, delta, id, role, whole: false });
        let kind = kind_of(item);
        if let Some(choices) = item.some("choices") {
            let delta = choices.items().first().and_then(|c| c.some("delta"));
            let is = kind.ends_with(".chunk") || delta.is_some() || is_filter(item);
            let delta = delta.unwrap_or(&NULL);
            return if is { piece(delta, text(item, "id"), role(delta)) } else { None };
        }
        if kind == "AIMessageChunk" {
            return piece(item, text(item, "id"), Some(Role::Assistant));
        }
        let inner = item.some("delta").filter(|d| d.is_object() && d.some("type").is_none());
        if let Some(delta) = inner.filter(|_| kind.is_empty() && item.some("text").is_none()) {
            return piece(delta, text(delta, "id"), role(delta));
        }
        let spoken = item.get("content").is_some() && role_of(&kind).is_some();
        let state = kind.is_empty() && item.is_object();
        (spoken || state).then_some(Piece { item, delta: item, id: None, role: role_of(&kind), whole: true })
    }

    /// It is the last of its answer.
    fn ends(&self) -> bool {
        let choice = self.item.some("choices").and_then(|c| c.items().first());
        let told = |json: &Json<'_>| json.some("finish_reason").is_some();
        told(self.item) || choice.is_some_and(told) || self.item.some("response_metadata").is_some_and(told)
    }

    fn says(&self) -> bool {
        let full = |key: &str| {
            let value = self.delta.some(key);
            value.is_some_and(|v| v.as_text().map_or_else(|| !v.items().is_empty(), |t| !t.is_empty()))
        };
        ["content", "tool_calls", "tool_call_chunks", "reasoning_content", "reasoning", "refusal"].into_iter().any(full)
    }
}

/// Several messages in a stream, or several choices. `None` where all are pieces of one, or something else is among them.
pub(super) fn deltas(items: &[Json<'_>]) -> Option<Vec<Message>> {
    if let Some(found) = choices(items) {
        return Some(found);
    }
    let pieces: Vec<Piece<'_, '_>> = items.iter().map(Piece::of).collect::<Option<_>>()?;
    if pieces.iter().all(|p| p.whole) {
        return None;
    }
    // Where each piece has an id of its own (LiteLLM, other proxies) ids tell no message from another.
    let ids: Vec<&String> = pieces.iter().filter(|p| p.says()).filter_map(|p| p.id.as_ref()).collect();
    let kept = ids.iter().enumerate().any(|(at, id)| ids.iter().skip(at + 1).any(|other| other == id));
    let mut segments: Vec<(Role, Vec<Piece<'_, '_>>)> = Vec::new();
    for piece in pieces {
        let goes_on = segments.last().is_some_and(|(role, before)| {
            let id = before.iter().rev().filter(|p| p.says()).find_map(|p| p.id.as_ref());
            let other = |a: &Json<'_>, b: &Json<'_>| {
                let of = |json: &Json<'_>| json.some("tool_call_id").map(Json::plain);
                matches!((of(a), of(b)), (Some(a), Some(b)) if a != b)
            };
            let another = piece.says() && matches!((id, &piece.id), (Some(a), Some(b)) if a != b);
            let another = another && (kept || before.iter().any(Piece::ends));
            let speaks = piece.role.is_none_or(|r| r == *role);
            let before = before.first();
            !piece.whole && speaks && !another && before.is_some_and(|p| !p.whole && !other(p.delta, piece.delta))
        });
        match segments.last_mut().filter(|_| goes_on) {
            Some((_, before)) => before.push(piece),
            None => segments.push((piece.role.unwrap_or(Role::Assistant), vec![piece])),
        }
    }
    if segments.len() < 2 {
        return None;
    }
    let mut found = Vec::new();
    for (role, pieces) in &segments {
        let whole = pieces.iter().any(|p| p.whole);
        found.extend(told(*role, pieces)?.into_iter().map(|m| (whole, m)));
    }
    // LangGraph sends a message in pieces and once more in the state that it made.
    let wholes: Vec<Message> = found.iter().filter(|(whole, _)| *whole).map(|(_, m)| m.clone()).collect();
    found.retain(|(whole, m)| *whole || !wholes.iter().any(|w| same(w, m)));
    Some(found.into_iter().map(|(_, m)| m).collect()).filter(|all: &Vec<Message>| !all.is_empty())
}

fn told(role: Role, pieces: &[Piece<'_, '_>]) -> Option<Vec<Message>> {
    if let [one] = pieces
        && one.whole
    {
        return messages(one.item, Role::Assistant);
    }
    if role == Role::Assistant {
        let items: Vec<Json<'_>> = pieces.iter().map(|p| p.item.clone()).collect();
        return Some(joined(&items).unwrap_or_default());
    }
    let first = pieces.first()?.delta;
    let content: String =
        pieces.iter().filter_map(|p| p.delta.some("content")?.as_text().map(|t| t.into_owned())).collect();
    let mut members: Vec<_> = first.members().iter().filter(|(k, _)| k != "content").cloned().collect();
    members.push(("content".into(), Json::text(content)));
    message(&Json::object(members)).map(|m| vec![m])
}

/// The same words, or the same calls.
fn same(a: &Message, b: &Message) -> bool {
    let calls = |m: &Message| m.parts.iter().filter_map(|p| p.call()?.id.clone()).collect::<Vec<_>>();
    let texts = |m: &Message| {
        m.parts
            .iter()
            .filter_map(|p| if let Part::Text(t) = p { Some(t.to_string()) } else { None })
            .collect::<String>()
    };
    let (words, ids) = (texts(a), calls(a));
    a.role == b.role && (!words.is_empty() || !ids.is_empty()) && words == texts(b) && ids == calls(b)
}

/// Choices whose pieces come mixed.
fn choices<'a>(items: &[Json<'a>]) -> Option<Vec<Message>> {
    let number = |c: &Json<'_>| c.some("index").and_then(Json::as_int).unwrap_or(0);
    let delta = |c: &Json<'_>| c.some("delta").is_some();
    let mut numbers: Vec<i64> = Vec::new();
    for item in items {
        item.some("choices")?;
        for choice in item.some("choices").map(Json::items).unwrap_or_default() {
            if !delta(choice) {
                return None;
            }
            let number = number(choice);
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
    }
    if numbers.len() < 2 {
        return None;
    }
    numbers.sort_unstable();
    let one = |n: &i64| {
        let own = |item: &Json<'a>| {
            let mine = item.some("choices")?.items().iter().find(|c| number(c) == *n)?;
            let members = mine.members().iter().filter(|(k, _)| k != "index").cloned().collect();
            Some(Json::object(vec![("choices".into(), Json::Array(vec![Json::object(members)]))]))
        };
        let own: Vec<Json<'a>> = items.iter().filter_map(own).collect();
        joined(&own)?.pop()
    };
    Some(as_choices(numbers.iter().map(one).collect::<Option<_>>()?))
}

#[cfg(test)]
mod tests {
    use crate::model::conversation::messages::messages;
    use crate::model::conversation::{Message, Part, Role};
    use crate::model::json::parse;

    fn read(text: &str) -> String {
        let part = |p: &Part| match p {
            Part::Call(c) => format!("{}({})", c.name, c.arguments),
            Part::Result { text, .. } => format!("-> {text}"),
            other => other.text().unwrap_or_default().to_owned(),
        };
        let found = messages(&parse(text).unwrap().0, Role::Assistant).unwrap_or_default();
        let line = |m: &Message| m.parts.iter().map(part).collect::<Vec<_>>().join(" | ");
        found.iter().map(line).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn messages_that_come_in_pieces_keep_who_speaks() {
        let call = r#"{"delta":{"role":"assistant","content":"","id":"1","tool_calls":[{"id":"c1","type":"function","function":{"name":"w","arguments":"{}"}}]}}"#;
        let came = r#"{"delta":{"role":"tool","content":"4","id":"2","tool_call_id":"c1","name":"w"}}"#;
        let said = r#"{"delta":{"role":"assistant","content":"It ","id":"3"}},{"delta":{"role":"assistant","content":"is 4.","id":"3"},"finish_reason":"stop"}"#;
        assert_eq!(read(&format!("[{call},{came},{said}]")), "w({}); -> 4; It is 4.");
        assert_eq!(read(&format!("[{said}]")), "It is 4.");
    }

    fn chunk(id: &str, delta: &str) -> String {
        format!(r#"{{"id":"{id}","object":"chat.completion.chunk","choices":[{{"index":0,"delta":{delta}}}]}}"#)
    }

    #[test]
    fn chat_chunks_of_another_role_or_answer_are_another_message() {
        let call = chunk(
            "a",
            r#"{"role":"assistant","tool_calls":[{"index":0,"id":"c1","function":{"name":"w","arguments":"{}"}}]}"#,
        );
        let came = chunk("a", r#"{"role":"tool","tool_call_id":"c1","content":"4"}"#);
        let (it, is) = (chunk("a", r#"{"role":"assistant","content":"It "}"#), chunk("a", r#"{"content":"is 4."}"#));
        assert_eq!(read(&format!("[{call},{came},{it},{is}]")), "w({}); -> 4; It is 4.");
        let (one, two) = (chunk("a", r#"{"content":"First."}"#), chunk("b", r#"{"content":"Second."}"#));
        assert_eq!(read(&format!("[{one},{two}]")), "First.Second.", "ids of pieces");
        let one = one.replace("}]}", r#","finish_reason":"stop"}]}"#);
        assert_eq!(read(&format!("[{one},{two}]")), "First.; Second.");
        assert_eq!(read(&format!("[{it},{is}]")), "It is 4.");
        let other = chunk("a", r#"{"content":"Or "}"#).replace("\"index\":0", "\"index\":1");
        let more = chunk("a", r#"{"content":"5."}"#).replace("\"index\":0", "\"index\":1");
        assert_eq!(read(&format!("[{it},{other},{is},{more}]")), "It is 4.; Or 5.");
    }

    #[test]
    fn azure_s_first_chunk_and_ids_of_pieces_tell_no_message_from_another() {
        let filter = r#"{"id":"","object":"","choices":[],"prompt_filter_results":[{"prompt_index":0}]}"#;
        let (role, good) = (chunk("a", r#"{"role":"assistant","content":""}"#), chunk("a", r#"{"content":"Good "}"#));
        let (day, end) = (chunk("a", r#"{"content":"day"}"#), chunk("a", "{}"));
        let last = r#"{"id":"","object":"","choices":[{"index":0,"finish_reason":null,"content_filter_offsets":{}}]}"#;
        assert_eq!(read(&format!("[{filter},{role},{good},{day},{end},{last}]")), "Good day");
        let called = |id: &str, args: &str| {
            let call = format!(r#"{{"index":0,"id":"{id}","function":{{"name":"w","arguments":"{args}"}}}}"#);
            chunk("a", &format!(r#"{{"tool_calls":[{call}]}}"#))
        };
        let more = chunk("a", r#"{"tool_calls":[{"index":0,"function":{"arguments":"2"}}]}"#);
        let (one, two) = (called("c1", "1"), called("c2", ""));
        assert_eq!(read(&format!("[{filter},{role},{one},{two},{more},{last}]")), "w(1) | w(2)");
        let each = ["It ", "is ", "4."].iter().enumerate();
        let each = each.map(|(n, t)| chunk(&n.to_string(), &format!(r#"{{"role":"assistant","content":"{t}"}}"#)));
        assert_eq!(read(&format!("[{}]", each.collect::<Vec<_>>().join(","))), "It is 4.");
        let agent = |id: &str, t: &str| format!(r#"{{"delta":{{"role":"assistant","content":"{t}","id":"{id}"}}}}"#);
        assert_eq!(read(&format!("[{},{}]", agent("u1", "It "), agent("u2", "is 4."))), "It is 4.");
    }

    const IT: &str = r#"{"content":"It ","type":"AIMessageChunk","id":"r2"}"#;
    const IS: &str = r#"{"content":"is 4.","type":"AIMessageChunk","id":"r2"}"#;
    const CAME: &str = r#"{"content":"4","type":"tool","tool_call_id":"c1"}"#;

    #[test]
    fn a_graph_s_pieces_and_what_came_whole_between_them_are_messages() {
        let place = r#"{"langgraph_node":"n"}"#;
        let begun = r#"{"content":"","type":"AIMessageChunk","id":"r1","tool_calls":[{"name":"w","args":{},"id":"c1"}],"tool_call_chunks":[{"name":"w","args":"","id":"c1","index":0}]}"#;
        let rest =
            r#"{"content":"","type":"AIMessageChunk","id":"r1","tool_call_chunks":[{"args":"{\"c\":1}","index":0}]}"#;
        let all = [begun, rest, CAME, IT, IS].map(|m| format!("[{m},{place}]")).join(",");
        assert_eq!(read(&format!("[{all}]")), "w({\"c\":1}); -> 4; It is 4.");
        let two = IT.replace("r2", "r1").replace("It ", "Look.");
        assert_eq!(read(&format!("[[{two},{place}],[{IT},{place}],[{IS},{place}]]")), "Look.; It is 4.");
        // A provider's own id on a piece without words.
        let empty = r#"{"content":"","type":"AIMessageChunk","id":"msg"}"#;
        assert_eq!(read(&format!("[[{IT},{place}],[{empty},{place}],[{IS},{place}]]")), "It is 4.");
    }

    #[test]
    fn a_mode_s_name_is_nobody_s_word() {
        let state = format!(r#"["updates",{{"tools":{{"messages":[{CAME}]}}}}]"#);
        let said = |m: &str| format!(r#"["messages",[{m},{{"langgraph_node":"n"}}]]"#);
        let again = r#"["updates",{"agent":{"messages":[{"content":"It is 4.","type":"ai"}]}}]"#;
        assert_eq!(read(&format!("[{state},{},{}]", said(IT), said(IS))), "-> 4; It is 4.");
        assert_eq!(read(&format!("[{state},{},{},{again}]", said(IT), said(IS))), "-> 4; It is 4.");
        let below = r#"[[["agent:1"],{"m":{"messages":[{"content":"Sub.","type":"ai"}]}}],[[],{"agent":{"messages":[{"content":"It is 4.","type":"ai"}]}}]]"#;
        assert_eq!(read(below), "Sub.; It is 4.");
    }
}
