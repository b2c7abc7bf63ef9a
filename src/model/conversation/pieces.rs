//! Pieces of one answer, as a generator yields them or a server sends them: texts, objects with a token each, lines of "data: …".

use super::fields::ANSWERED;
use super::{Message, Part, Role, stream};
use crate::model::json::{Json, parse_shape as parse};
use std::borrow::Cow;

/// Where an object keeps its piece; nothing but a piece stands under the first two.
const KEYS: [&str; 7] = ["token", "delta", "content", "text", "chunk", "data", "answer"];
const SURE: usize = 2;
/// What may stand beside it.
const BESIDE: [&str; 8] = ["type", "event", "index", "id", "node", "done", "finish_reason", "is_final"];

/// Texts that are one text: where they meet there is white space as often as not, or a comma begins one. Entries of a list
/// have neither.
pub(super) fn texts(items: &[Json<'_>]) -> Option<Vec<Part>> {
    let pieces: Vec<Cow<'_, str>> = items.iter().map(Json::as_text).collect::<Option<_>>()?;
    if let Some(sent) = sent(&pieces) {
        return Some(sent);
    }
    (pieces.len() > 2 && meet(&pieces)).then(|| vec![Part::Text(pieces.concat().into())])
}

/// Texts before an error, which came one after the other.
pub(super) fn until_error(items: &[Json<'_>]) -> Option<Vec<Message>> {
    let said = texts(items).or_else(|| {
        let pieces: Vec<Cow<'_, str>> = items.iter().map(Json::as_text).collect::<Option<_>>()?;
        Some(vec![Part::Text(pieces.concat().into())])
    });
    said.map(|parts| vec![Message { role: Role::Assistant, name: None, parts }])
}

fn meet(pieces: &[Cow<'_, str>]) -> bool {
    let meets = |pair: &&[Cow<'_, str>]| match pair {
        [a, b] => {
            a.ends_with(char::is_whitespace) || b.starts_with(|c: char| c.is_whitespace() || ",.;:!?)".contains(c))
        }
        _ => false,
    };
    // Where a sentence follows another without white space they are two entries.
    let ends = |pair: &[Cow<'_, str>]| match pair {
        [a, b] => a.ends_with(['.', '!', '?']) && b.starts_with(char::is_uppercase),
        _ => false,
    };
    if pieces.windows(2).any(ends) {
        return false;
    }
    pieces.windows(2).filter(meets).count() * 2 >= pieces.len().saturating_sub(1)
}

/// Server-sent events: what stands behind "data:", up to "[DONE]".
fn sent(pieces: &[Cow<'_, str>]) -> Option<Vec<Part>> {
    let lines =
        || pieces.iter().flat_map(|p| p.lines()).map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("event:"));
    let sent: Vec<&str> = lines().map(|l| l.strip_prefix("data:").map(str::trim_start)).collect::<Option<_>>()?;
    let said: Vec<&str> = sent.into_iter().filter(|l| *l != "[DONE]").collect();
    let read: Option<Vec<Json<'_>>> = said.iter().map(|l| parse(l).ok().map(|(json, _)| json)).collect();
    if let Some(found) = read.as_deref().filter(|all| all.iter().all(Json::is_object)) {
        let whole = stream::joined(found).and_then(|mut m| m.pop()).map(|m| m.parts);
        return whole.or_else(|| told(found, true));
    }
    (said.len() > 1).then(|| vec![Part::Text(said.concat().into())])
}

/// Objects that hold a piece each, and at the end what came with them.
pub(super) fn objects(items: &[Json<'_>]) -> Option<Vec<Part>> {
    told(items, false)
}

/// `sent`: they came as pieces.
fn told(items: &[Json<'_>], sent: bool) -> Option<Vec<Part>> {
    if items.len() < 2 || !items.iter().all(Json::is_object) {
        return None;
    }
    let first = items.iter().take(LATE).find_map(|i| Some((i, key_of(i)?)));
    let (first, at) = first?;
    let key = KEYS.get(at)?;
    let is_piece = |i: &Json<'_>| i.some(key).is_some_and(|v| v.as_text().is_some()) && alone(i, key);
    let named = |i: &Json<'_>| ["token", "chunk", "delta"].iter().any(|word| kind(i).contains(word));
    let (pieces, others): (Vec<&Json<'_>>, Vec<&Json<'_>>) = items.iter().partition(|i| is_piece(i));
    let texts: Vec<Cow<'_, str>> = pieces.iter().filter_map(|i| i.some(key)?.as_text()).collect();
    let sure = at < SURE || pieces.iter().all(|i| named(i));
    // What comes with pieces that do not say what they are stands at the end, and is little.
    let ends = || others.len() <= 2 && items.iter().take(pieces.len()).all(is_piece);
    let likely = || ends() && (sent || kind(first) != "text" && texts.len() > 2 && meet(&texts));
    if pieces.len() < 2 || !(sure && (ends() || pieces.iter().all(|i| named(i))) || likely()) {
        return None;
    }
    let whole = texts.concat();
    let data = match others.as_slice() {
        [] => None,
        [_] | [_, _] if ends() => {
            let news = |(k, v): &&(Cow<'_, str>, Json<'_>)| {
                !["type", "event", "done"].contains(&k.as_ref())
                    && !v.is_null()
                    && v.as_text().is_none_or(|t| t != whole && !t.is_empty())
            };
            let more: Vec<_> = others.iter().flat_map(|o| o.members()).filter(news).cloned().collect();
            (!more.is_empty()).then(|| Json::object(more))
        }
        _ => Some(Json::Array(others.into_iter().cloned().collect())),
    };
    Some([Part::Text(whole.into())].into_iter().chain(data.map(|d| Part::Data(d.to_json().into()))).collect())
}

/// What a chain's stream adds up to that sends one field at a time: `[{"question": "Q"}, {"context": […]}, {"answer": "It "},
/// {"answer": "is."}]`. Nothing where no answer came in pieces, or fields came mixed.
pub(super) fn added<'a>(items: &[Json<'a>]) -> Option<Json<'a>> {
    let mut found: Vec<(Cow<'a, str>, Json<'a>)> = Vec::new();
    let mut pieces = 0;
    for item in items {
        let [(key, value)] = item.members() else { return None };
        match found.iter().position(|(known, _)| known == key) {
            None => found.push((key.clone(), value.clone())),
            Some(at) => {
                let last = at + 1 == found.len() && ANSWERED.contains(&key.as_ref());
                let (_, before) = found.get_mut(at).filter(|_| last)?;
                *before = Json::text(format!("{}{}", before.as_text()?, value.as_text()?));
                pieces += 1;
            }
        }
    }
    (pieces > 0 && found.len() > 1).then(|| Json::object(found))
}

/// The first piece may come after so many other events.
const LATE: usize = 64;

fn key_of(item: &Json<'_>) -> Option<usize> {
    KEYS.iter().position(|key| item.some(key).is_some_and(|v| v.as_text().is_some()) && alone(item, key))
}

/// Nothing but what says which piece it is stands beside it.
fn alone(item: &Json<'_>, key: &str) -> bool {
    item.members().iter().all(|(k, _)| k == key || BESIDE.contains(&k.as_ref()))
}

fn kind(item: &Json<'_>) -> String {
    ["type", "event"].iter().find_map(|k| item.some(k)?.as_text()).unwrap_or_default().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::json::parse;

    fn read(text: &str) -> Option<Vec<Part>> {
        let (json, _) = parse(text).unwrap();
        texts(json.items()).or_else(|| objects(json.items()))
    }

    #[test]
    fn fields_of_a_chain_s_stream_add_up_where_the_answer_came_in_pieces() {
        let whole = |text: &str| added(parse(text).unwrap().0.items()).map(|j| j.to_json());
        let stream = r#"[{"question":"Q"},{"context":[{"page_content":"D"}]},{"answer":"It "},{"answer":"is."}]"#;
        let want = r#"{"question":"Q","context":[{"page_content":"D"}],"answer":"It is."}"#;
        assert_eq!(whole(stream).as_deref(), Some(want));
        for other in [
            r#"[{"answer":"It "},{"answer":"is."}]"#,
            r#"[{"id":"1"},{"id":"2"},{"x":1}]"#,
            r#"[{"answer":"A"},{"question":"Q"},{"answer":"B"}]"#,
            r#"[{"question":"Q"},{"answer":"A"}]"#,
            r#"[{"question":"Q","answer":"A"},{"answer":"B"}]"#,
        ] {
            assert_eq!(whole(other), None, "{other}");
        }
    }

    #[test]
    fn pieces_of_an_answer_are_one_text_and_entries_of_a_list_are_not() {
        let hello = Some(vec![Part::Text("Hello you".into())]);
        for pieces in [
            r#"["Hel","lo"," you"]"#.replace("\"lo\"", "\"lo \"").replace(" you", "you"),
            r#"[{"token":"Hel"},{"token":"lo"},{"token":" you"}]"#.to_owned(),
            r#"[{"type":"token","content":"Hel"},{"type":"token","content":"lo you"},{"type":"done"}]"#.to_owned(),
            r#"["data: {\"content\": \"Hel\"}\n\n","data: {\"content\": \"lo\"}\n\n","data: {\"content\":\" you\"}\n\n","data: [DONE]\n\n"]"#.to_owned(),
            r#"["data: {\"content\": \"Hel\"}","data: {\"content\": \"lo you\"}"]"#.to_owned(),
            r#"[{"content":"Hel"},{"content":"lo"},{"content":" you"},{"answer":"Hello you"}]"#.to_owned(),
        ] {
            assert_eq!(read(&pieces), hello, "{pieces}");
        }
        let chunk = |text: &str| {
            format!(
                r#""data: {{\"object\":\"chat.completion.chunk\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}}}}]}}""#
            )
        };
        assert_eq!(read(&format!("[{},{}]", chunk("Hello"), chunk(" you"))), hello);
        let among = r#"[{"type":"tool_start","name":"f"},{"type":"token","content":"Hello"},{"type":"token","content":" you"}]"#;
        let events = Part::Data(r#"[{"name":"f","type":"tool_start"}]"#.into());
        assert_eq!(read(among), Some(vec![Part::Text("Hello you".into()), events]));
        let ends = r#"[{"delta":"Hel"},{"delta":"lo"},{"type":"end","sources":["s"]}]"#;
        assert_eq!(read(ends), Some(vec![Part::Text("Hello".into()), Part::Data(r#"{"sources":["s"]}"#.into())]));
        for list in [
            r#"["red","green","blue"]"#,
            r#"["Open it, ","then wait.","Close it."]"#,
            r#"[{"text":"One","score":1},{"text":"Two","score":2}]"#,
            r#"[{"text":"One"},{"text":"Two"}]"#,
            r#"[{"type":"text","text":"One. "},{"type":"text","text":"Two. "},{"type":"text","text":"Three."}]"#,
            r#"[{"role":"user","content":"a "},{"role":"user","content":"b "}]"#,
            r#"["data: x"]"#,
            "[]",
        ] {
            assert_eq!(read(list), None, "{list}");
        }
    }
}
