//! Items of Responses' lists that are no messages: what a person has to approve, what they said to that, which tools a server
//! has, and what nobody knows. Each stands in its place under its own name, whatever stands beside it.

use super::content::{call, known, returned};
use super::failures::{flagged, why};
use super::message::{bare, message};
use super::resumed::NAME;
use super::roles::role_of;
use super::single::single;
use super::{Message, Part, Role, ToolCall};
use crate::model::json::Json;
use std::sync::Arc;

/// What stands at a call that somebody has to approve first: what came of it is told by another item.
pub(super) const ASKS: &str = "(asks for approval)";

fn said(role: Role, parts: Vec<Part>) -> Message {
    Message { role, name: None, parts }
}

/// What an item says that it is.
pub(super) fn kind_of(item: &Json<'_>) -> Option<String> {
    let kind = ["type", "message_type"].iter().find_map(|k| item.some(k)?.as_text());
    kind.filter(|k| !k.is_empty()).map(|k| k.into_owned())
}

/// An item of a kind that is neither a message nor a call.
pub(super) fn item(kind: &str, value: &Json<'_>) -> Option<Message> {
    Some(match kind {
        "mcp_approval_request" => {
            let call = ToolCall { result: Some(ASKS.to_owned()), ..call(value) };
            said(Role::Assistant, vec![Part::Call(ToolCall { name: of_server(value, call.name), ..call })])
        }
        "mcp_approval_response" => decided(value, &[])?,
        "mcp_list_tools" => match value.some("error") {
            Some(error) => {
                let arguments = value.some("server_label").map(Json::plain).unwrap_or_default();
                let error = Some(why(error));
                let call = ToolCall { name: kind.to_owned(), arguments, error, ..ToolCall::default() };
                said(Role::Assistant, vec![Part::Call(call)])
            }
            None => said(Role::Assistant, vec![unknown(kind, value)]),
        },
        _ => return None,
    })
}

/// A person's word on a call; `among`: the items in which it was asked for.
pub(super) fn decided(value: &Json<'_>, among: &[Json<'_>]) -> Option<Message> {
    if value.some("type")?.as_text()? != "mcp_approval_response" {
        return None;
    }
    let word = if value.some("approve")?.to_json() == "true" { "approved" } else { "declined" };
    let asked = value.some("approval_request_id").map(Json::plain);
    let is_it = |i: &&Json<'_>| i.some("id").map(Json::plain) == asked && i.some("name").is_some();
    let name = among.iter().find(is_it).map(|i| format!(" {}", of_server(i, call(i).name)));
    let reason = value.some("reason").and_then(Json::as_text).filter(|t| !t.trim().is_empty());
    let reason = reason.map(|r| format!(": {r}")).unwrap_or_default();
    let words = format!("{word}{}{reason}", name.unwrap_or_default());
    Some(Message { name: Some(NAME.to_owned()), ..Message::words(Role::User, words) })
}

/// What says by a type of its own which message it is: `{"message_type": "tool_return_message", …}`.
pub(super) fn typed(value: &Json<'_>) -> Option<Message> {
    let kind = value.some("message_type")?.as_text()?;
    Some(match kind.strip_suffix("_message")? {
        "reasoning" => said(Role::Assistant, vec![Part::Reasoning(value.some("reasoning")?.plain().into())]),
        "tool_call" => said(Role::Assistant, vec![Part::Call(call(value.some("tool_call")?))]),
        "approval_request" => {
            let call = ToolCall { result: Some(ASKS.to_owned()), ..call(value.some("tool_call")?) };
            said(Role::Assistant, vec![Part::Call(call)])
        }
        "tool_return" => {
            let id = value.some("tool_call_id").map(Json::plain);
            let text = returned(value.some("tool_return")?).into();
            said(Role::Tool, vec![Part::Result { id, text, failed: flagged(value) }])
        }
        role => {
            let known = role_of(role).filter(|_| value.some("content").is_some())?;
            bare(value, known)?
        }
    })
}

/// The end of a run that failed: `{"type": "result", "subtype": "error_max_turns", "is_error": true}`.
pub(super) fn broke_off(item: &Json<'_>) -> Option<Part> {
    let word = |key: &str| item.some(key).and_then(Json::as_text);
    let ends = word("type")? == "result" && flagged(item);
    let why: Vec<String> = item.some("errors").map(Json::items).unwrap_or_default().iter().map(Json::plain).collect();
    let why = word("subtype").filter(|s| s != "success").map(|s| s.into_owned()).into_iter().chain(why);
    let why = why.collect::<Vec<_>>().join(": ");
    (ends && !why.is_empty()).then(|| Part::Ended(format!("failed: {why}").into()))
}

/// Many items of one kind in a row are one.
pub(super) fn gathered(found: Vec<Message>) -> Vec<Message> {
    fn alone(message: &Message) -> Option<(&Arc<str>, &Arc<str>)> {
        if let [Part::Item { kind, json }] = message.parts.as_slice() { Some((kind, json)) } else { None }
    }
    if found.iter().filter(|m| alone(m).is_some()).nth(MANY).is_none() {
        return found;
    }
    let same = |a: &Message, b: &Message| matches!((alone(a), alone(b)), (Some((a, _)), Some((b, _))) if a == b);
    let runs = found.chunk_by(same).map(|run| match run.first().and_then(alone) {
        Some((kind, _)) if run.len() > MANY => {
            let all = run.iter().filter_map(alone).map(|(_, json)| json.as_ref()).collect::<Vec<_>>().join(",");
            let kind = format!("{kind} ({} of them)", run.len()).into();
            vec![said(Role::Assistant, vec![Part::Item { kind, json: format!("[{all}]").into() }])]
        }
        _ => run.to_vec(),
    });
    runs.flatten().collect()
}

/// More items of one kind in a row than this are one.
const MANY: usize = 2;

/// A tool of a server: two servers' tools may have one name.
pub(super) fn of_server(item: &Json<'_>, name: String) -> String {
    let server = ["server_label", "server_name"].iter().find_map(|k| item.some(k)?.as_text());
    match server.filter(|s| !s.is_empty()) {
        Some(server) => format!("{server}.{name}"),
        None => name,
    }
}

/// An item that nobody knows.
pub(super) fn unknown(kind: &str, item: &Json<'_>) -> Part {
    Part::Item { kind: kind.into(), json: item.to_json().into() }
}

/// An item that is no message, among messages: a text is what somebody said, what a run ended with is told in words, how
/// it was set up is the system's, and all else is shown as it is.
///
/// `roles`: other items say who speaks, so that nobody is whoever a type that nobody knows does not name.
pub(super) fn stranger(item: &Json<'_>, side: Role, roles: bool) -> Message {
    if let Some(text) = item.as_text() {
        return Message::words(side, text.as_ref());
    }
    let kind = kind_of(item);
    let is = |kind: &str| item.some("type").and_then(Json::as_text).is_some_and(|t| t == kind);
    if side == Role::Assistant && is("result") && item.some("result").is_some_and(|r| r.as_text().is_some()) {
        return single(item, side).unwrap_or_else(|| said(side, Vec::new()));
    }
    if side == Role::Assistant && is("system") {
        return said(Role::System, vec![Part::Data(item.to_json().into())]);
    }
    if let Some(why) = item.some("error_message").filter(|_| item.some("author").is_some()) {
        // An event of an agent that failed.
        let kind = item.some("error_code").map(|c| format!("{}: ", c.plain())).unwrap_or_default();
        return said(Role::Assistant, vec![Part::Ended(format!("failed: {kind}{}", why.plain()).into())]);
    }
    let acts = item.some("author").is_some() && item.some("actions").is_some_and(Json::is_object);
    let Some(kind) = kind.or_else(|| acts.then(|| "actions".to_owned())) else {
        return said(side, vec![Part::Data(item.to_json().into())]);
    };
    let mut parts = Vec::new();
    if (!roles || names_a_part(&kind, item)) && known(item, &mut parts) && !parts.is_empty() {
        return said(side, parts);
    }
    said(Role::Assistant, vec![unknown(&kind, item)])
}

/// All items of a Responses answer, where none of them is known either.
pub(super) fn of_response(value: &Json<'_>, items: &[Json<'_>], side: Role) -> Option<Vec<Message>> {
    let response = value.some("object").and_then(Json::as_text).is_some_and(|o| o == "response");
    let typed = response && items.iter().all(|i| kind_of(i).is_some());
    typed.then(|| items.iter().map(|i| message(i).unwrap_or_else(|| stranger(i, side, false))).collect())
}

/// Words of a message lie in its `content`; a part says by its kind that it is words, or keeps them elsewhere.
fn names_a_part(kind: &str, item: &Json<'_>) -> bool {
    kind.contains("text") || item.get("content").is_none_or(|c| c.as_text().is_none())
}

/// Says who speaks: by its role, or by its type as LangChain's messages do.
pub(super) fn names_role(item: &Json<'_>) -> bool {
    let typed = || item.some("type").and_then(Json::as_text).is_some_and(|t| role_of(&t).is_some());
    item.some("role").is_some() || (item.get("content").is_some() && typed())
}

#[cfg(test)]
mod tests {
    use super::super::messages::messages;
    use super::*;
    use crate::model::json::parse;

    fn read(text: &str, side: Role) -> String {
        let found = messages(&parse(text).unwrap().0, side);
        let part = |p: &Part| match p {
            Part::Call(c) => {
                format!("{}({}) -> {}", c.name, c.arguments, c.error.as_ref().or(c.result.as_ref()).unwrap())
            }
            Part::Item { kind, json } => format!("{kind} {json}"),
            other => other.text().unwrap_or_default().to_owned(),
        };
        let line = |m: &Message| {
            format!(
                "{:?}{}: {}",
                m.role,
                m.name.as_ref().map(|n| format!(" {n}")).unwrap_or_default(),
                m.parts.iter().map(part).collect::<Vec<_>>().join(" | ")
            )
        };
        found.map_or_else(|| "none".to_owned(), |m| m.iter().map(line).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn an_approval_that_is_asked_for_is_a_call_and_the_answer_is_a_person_s_word() {
        let out = r#"{"object":"response","output":[{"type":"mcp_list_tools","tools":[]},{"type":"mcp_approval_request","id":"m","name":"pay","arguments":"{\"n\":5}","server_label":"bank"}]}"#;
        assert_eq!(
            read(out, Role::Assistant),
            "Assistant: mcp_list_tools {\"tools\":[],\"type\":\"mcp_list_tools\"}\nAssistant: bank.pay({\"n\":5}) -> (asks for approval)"
        );
        let asked = |approve: &str| {
            read(
                &format!(
                    r#"{{"input":[{{"role":"user","content":"Pay 5"}},{{"type":"mcp_approval_request","id":"m","name":"pay","arguments":"{{}}","server_label":"bank"}},{{"type":"mcp_approval_response","approval_request_id":"m",{approve}}}]}}"#
                ),
                Role::User,
            )
        };
        let before = "User: Pay 5\nAssistant: bank.pay({}) -> (asks for approval)\nUser decides: ";
        assert_eq!(asked(r#""approve":true"#), format!("{before}approved bank.pay"));
        assert_eq!(asked(r#""approve":false,"reason":"Too much""#), format!("{before}declined bank.pay: Too much"));
        let failed = r#"[{"type":"mcp_list_tools","server_label":"bank","tools":[],"error":"no route"},{"type":"mcp_call","name":"pay","server_label":"bank","approval_request_id":"m","arguments":"{}","output":null,"error":{"type":"http_error","code":402,"message":"no money"}}]"#;
        assert_eq!(
            read(failed, Role::Assistant),
            "Assistant: mcp_list_tools(bank) -> no route\nAssistant: bank.pay({}) -> http_error: no money"
        );
    }

    #[test]
    fn messages_that_are_named_by_a_type_of_their_own() {
        let letta = r#"{"messages":[{"message_type":"reasoning_message","reasoning":"hm"},{"message_type":"tool_call_message","tool_call":{"name":"w","arguments":"{}","tool_call_id":"c1"}},
            {"message_type":"tool_return_message","tool_return":"no city","status":"error","tool_call_id":"c1"},{"message_type":"assistant_message","content":"A"}],"stop_reason":{"message_type":"stop_reason","stop_reason":"end_turn"}}"#;
        let (json, _) = parse(letta).unwrap();
        let found = messages(&json, Role::Assistant).unwrap();
        let parts: Vec<&Part> = found.iter().flat_map(|m| &m.parts).collect();
        assert!(matches!(parts[0], Part::Reasoning(t) if t.as_ref() == "hm"));
        assert!(matches!(parts[1], Part::Call(c) if c.name == "w" && c.id.as_deref() == Some("c1")));
        assert!(matches!(parts[2], Part::Result { failed: true, text, .. } if text.as_ref() == "no city"));
        assert_eq!(parts[3], &Part::Text("A".into()));
    }

    #[test]
    fn a_run_that_broke_off_says_so_and_many_events_are_one_line() {
        let event = r#"{"type":"stream_event","event":{"type":"ping"}}"#;
        let run = format!(
            r#"[{event},{event},{event},{{"type":"assistant","message":{{"role":"assistant","content":[{{"type":"text","text":"Looking"}}]}}}},{{"type":"result","subtype":"error_max_turns","is_error":true,"errors":["no more"]}}]"#
        );
        let (json, _) = parse(&run).unwrap();
        let found = messages(&json, Role::Assistant).unwrap();
        let [events, words, end] = found.as_slice() else { panic!("{found:?}") };
        assert!(matches!(&events.parts[0], Part::Item { kind, .. } if kind.as_ref() == "stream_event (3 of them)"));
        let why = Part::Ended("failed: error_max_turns: no more".into());
        assert_eq!(words.parts, [Part::Text("Looking".into()), why]);
        assert!(matches!(&end.parts[0], Part::Item { kind, .. } if kind.as_ref() == "result"));
    }

    #[test]
    fn events_of_an_agent_without_words_are_no_output() {
        let events = r#"[{"author":"w","content":{"role":"model","parts":[{"text":"Well."}]}},{"author":"w","actions":{"state_delta":{"x":1}}},{"author":"w","error_code":"SAFETY","error_message":"blocked"},{"author":"w","content":{"role":"model","parts":[{"text":"A"}]}}]"#;
        let (json, _) = parse(events).unwrap();
        let found = messages(&json, Role::Assistant).unwrap();
        let parts: Vec<&Part> = found.iter().flat_map(|m| &m.parts).collect();
        assert!(matches!(parts[1], Part::Item { kind, .. } if kind.as_ref() == "actions"), "{parts:?}");
        assert_eq!(parts[2], &Part::Ended("failed: SAFETY: blocked".into()));
        assert_eq!(parts[3], &Part::Text("A".into()));
    }

    #[test]
    fn a_message_of_an_unknown_type_leaves_the_others_their_roles() {
        for (kind, words) in [("remove", ""), ("note_to_self", "hm")] {
            let list = format!(
                r#"{{"messages":[{{"type":"human","content":"Q"}},{{"type":"ai","content":"I try.","tool_calls":[{{"id":"c","name":"f","args":{{}}}}]}},{{"type":"tool","content":"R","tool_call_id":"c"}},{{"type":"{kind}","content":"{words}","id":"m1"}},{{"type":"ai","content":"A"}}]}}"#
            );
            let found = messages(&parse(&list).unwrap().0, Role::Assistant).unwrap();
            let told: Vec<_> = found.iter().map(|m| (m.role, m.text())).collect();
            let said = |role, text: &str| (role, text.to_owned());
            let want = [
                said(Role::User, "Q"),
                said(Role::Assistant, "I try."),
                said(Role::Tool, "R"),
                said(Role::Assistant, ""),
                said(Role::Assistant, "A"),
            ];
            assert_eq!(told, want);
            assert!(matches!(&found[3].parts[..], [Part::Item { kind: k, .. }] if k.as_ref() == kind));
        }
    }

    #[test]
    fn what_nobody_knows_leaves_the_rest_a_conversation() {
        let asked = r#"{"input":[{"type":"item_reference","id":"x"},{"type":"compaction","encrypted_content":"g"},{"role":"user","content":"Go on"}]}"#;
        assert_eq!(
            read(asked, Role::User),
            "Assistant: item_reference {\"id\":\"x\",\"type\":\"item_reference\"}\nAssistant: compaction {\"encrypted_content\":\"g\",\"type\":\"compaction\"}\nUser: Go on"
        );
        let out = r#"[{"type":"a_new","x":1},{"type":"b_new"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"A"}]},{"type":"c_new"}]"#;
        assert!(read(out, Role::Assistant).contains("\nAssistant: A\nAssistant: c_new "));
        let blocks = r#"[{"type":"text","text":"A"},{"type":"new_block","x":1}]"#;
        assert_eq!(read(blocks, Role::Assistant), "Assistant: A | new_block {\"type\":\"new_block\",\"x\":1}");
        let alone = r#"{"object":"response","output":[{"type":"new_call_of_some_sort","x":1}],"usage":{}}"#;
        assert!(read(alone, Role::Assistant).starts_with("Assistant: new_call_of_some_sort {"));
        // Values of an application's own are none.
        for data in [
            r#"[{"type":"order","id":1},{"type":"order","id":2}]"#,
            r#"[{"id":1},{"id":2},{"role":"user","content":"Q"}]"#,
        ] {
            assert_eq!(read(data, Role::Assistant), "none", "{data}");
        }
    }
}
