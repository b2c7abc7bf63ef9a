//! A value that is no list of messages, as one message: its main text as words, everything else as data.

use super::content::words_or_data;
use super::ending::{is_ending, reason};
use super::envelopes::in_body;
use super::fields::{ANSWERED, ASKED, CALLED_WITH, CARRIES, MEASURED, SETTINGS, THOUGHTS};
use super::sources::sources;
use super::stand_in::is_name;
use super::{Message, Part, Role, growing, pieces};
use crate::model::json::Json;
use std::borrow::Cow;

/// What a web function says beside the body of an answer that went well.
fn is_fine(key: &str, value: &Json<'_>) -> bool {
    match key {
        "statusCode" | "status_code" => value.as_int() == Some(200),
        "headers" | "isBase64Encoded" | "multiValueHeaders" => true,
        _ => false,
    }
}

/// Objects inside objects are looked into this far.
const DEPTH: usize = 3;

/// One message out of any value; `None` for `null` and an empty object.
pub(in crate::model) fn single(value: &Json<'_>, side: Role) -> Option<Message> {
    let said = |parts| Some(Message { role: side, name: None, parts });
    if value.is_null() {
        return None;
    }
    if let Some(text) = value.as_text() {
        return said(vec![words_or_data(text)]);
    }
    if let Json::Array(items) = value
        && side == Role::Assistant
        && let Some(last) = growing::last(items)
    {
        return single(last, side);
    }
    if let Json::Array(items) = value
        && side == Role::Assistant
        && let Some(whole) = pieces::added(items)
    {
        return single(&whole, side);
    }
    if let Json::Array(items) = value
        && side == Role::Assistant
        && let Some(parts) = pieces::texts(items).or_else(|| beside_words(items))
    {
        return said(parts);
    }
    if let Json::Array(items) = value
        && let [one] = items.as_slice()
    {
        let found = one.as_text().map(|t| vec![words_or_data(t)]);
        return said(
            found.or_else(|| main_of(one, side, DEPTH)).unwrap_or_else(|| vec![Part::Data(value.to_json().into())]),
        );
    }
    if value.is_object() && value.members().is_empty() {
        return None;
    }
    if value.members().iter().all(|(k, v)| CARRIES.contains(&k.as_ref()) || is_fine(k, v))
        && let Some(found) = in_body(value, |inner| single(inner, side))
    {
        return Some(found);
    }
    let mut found = said(main_of(value, side, DEPTH).unwrap_or_else(|| beside_thoughts(value, side)))?;
    if side == Role::Assistant {
        found.end(reason(value));
    }
    Some(found)
}

/// What a function returns beside its words: `("A", documents)`, `("A", 0.9)`.
fn beside_words(items: &[Json<'_>]) -> Option<Vec<Part>> {
    let (first, rest) = items.split_first()?;
    let text = first.as_text().filter(|t| !t.trim().is_empty())?;
    if rest.is_empty() || rest.iter().any(|i| i.as_text().is_some()) || rest.len() > 4 {
        return None;
    }
    let rest: Vec<_> = rest.iter().filter(|i| !is_empty(i)).cloned().collect();
    let data = match rest.as_slice() {
        [] => None,
        [one] => Some(one.to_json()),
        _ => Some(Json::Array(rest).to_json()),
    };
    Some([words_or_data(text)].into_iter().chain(data.map(|d| Part::Data(d.into()))).collect())
}

/// The main text of an object and, as data, what else it says. `None` where it has no main text.
fn main_of(value: &Json<'_>, side: Role, depth: usize) -> Option<Vec<Part>> {
    let depth = depth.checked_sub(1)?;
    let keys: &[&str] = if side == Role::User { &ASKED } else { &ANSWERED };
    if let Some((key, text)) = direct(value, keys) {
        let mut parts = Vec::new();
        let thought = THOUGHTS.iter().find_map(|k| Some((*k, value.some(k)?.as_text()?)));
        let thought = thought.filter(|(k, t)| side == Role::Assistant && *k != key && !t.is_empty());
        if let Some((_, thought)) = &thought {
            parts.push(Part::Reasoning(thought.as_ref().into()));
        }
        parts.push(words_or_data(text));
        let before = parts.len();
        if side == Role::Assistant {
            sources(value, &mut parts);
        }
        let cites = parts.len() > before;
        let told = |k: &str| {
            k == key
                || (cites && ["citations", "annotations"].contains(&k))
                || thought.as_ref().is_some_and(|(t, _)| *t == k)
        };
        let measured = |k: &str| MEASURED.contains(&k) || k == "model";
        let ollama = value.some("model").is_some() && value.some("done").is_some();
        let call = CALLED_WITH.contains(&key) && value.some("model").is_some_and(|m| m.as_text().is_some());
        let noise = |k: &str| (call && SETTINGS.contains(&k)) || (ollama && measured(k));
        parts.extend(rest(value, |k| told(k) || noise(k)));
        return Some(parts);
    }
    // {"kwargs": {"question": …}}, {"result": {"response": {…}}}, {"retriever": {"query": …}}: one level in.
    let known = keys.iter().find_map(|k| inner(value.some(k)?, side, depth));
    let found = known.or_else(|| last_of_several(value, side, depth));
    let mut parts = found.or_else(|| first_of_members(value, side, depth))?;
    // What was found inside is a part of this: the whole of it stays at hand.
    parts.retain(|p| !matches!(p, Part::Data(_)));
    if parts.is_empty() {
        return None;
    }
    if says_more(value, DEPTH) {
        parts.push(Part::Data(without_empty(value).to_json().into()));
    }
    Some(parts)
}

/// The first of these names that an object has a text under; else the first that it has in another spelling ("chatInput").
fn direct<'j>(value: &'j Json<'_>, keys: &[&str]) -> Option<(&'j str, Cow<'j, str>)> {
    let named = |like: &dyn Fn(&str, &str) -> bool| {
        keys.iter().find_map(|key| {
            let mut members = value.members().iter().filter(|(name, _)| like(name, key));
            members.find_map(|(name, v)| Some((name.as_ref(), words(v).filter(|t| !is_name(t))?)))
        })
    };
    let few = || value.members().len() <= FEW;
    named(&|name, key| name == key).or_else(|| if few() { named(&spelled_alike) } else { None })
}

/// An object of more members is no question and no answer in an odd spelling.
const FEW: usize = 64;

fn spelled_alike(a: &str, b: &str) -> bool {
    fn letters(name: &str) -> impl Iterator<Item = u8> {
        name.bytes().filter(|b| !matches!(b, b'_' | b'-' | b' ')).map(|b| b.to_ascii_lowercase())
    }
    letters(a).eq(letters(b))
}

/// Of what several answered one after the other (`{"researcher": {"output": …}, "writer": {"output": …}}`) the last.
fn last_of_several(value: &Json<'_>, side: Role, depth: usize) -> Option<Vec<Part>> {
    let members = value.members();
    if side != Role::Assistant || !(2..=FEW).contains(&members.len()) {
        return None;
    }
    let told: Option<Vec<_>> = members.iter().map(|(_, v)| inner(v, side, depth)).collect();
    told?.pop()
}

/// What stands in the first member that has a main text. A person asks one thing: where members say different ones (what a
/// pipeline's parts are given) nobody knows which.
fn first_of_members(value: &Json<'_>, side: Role, depth: usize) -> Option<Vec<Part>> {
    let mut each = value.members().iter().filter_map(|(_, v)| inner(v, side, depth));
    let first = each.next()?;
    let differs = side == Role::User && value.members().len() <= FEW && each.any(|more| more.first() != first.first());
    (!differs).then_some(first)
}

/// There is more than one thing in it, at any level that is looked into.
fn says_more(value: &Json<'_>, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let members = || value.members().iter().map(|(_, v)| v).filter(|v| !is_empty(v));
    members().count() > 1 || members().any(|v| says_more(v, depth))
}

fn inner(value: &Json<'_>, side: Role, depth: usize) -> Option<Vec<Part>> {
    if !value.is_object() {
        return None;
    }
    if let Some(m) = super::message::message(value) {
        return Some(m.parts).filter(|p| !p.is_empty());
    }
    main_of(value, side, depth)
}

/// A text, or a list of one.
fn words<'j>(value: &'j Json<'_>) -> Option<Cow<'j, str>> {
    match value {
        Json::Array(items) => match items.as_slice() {
            [one] => one.as_text(),
            _ => None,
        },
        other => other.as_text(),
    }
}

fn is_empty(value: &Json<'_>) -> bool {
    value.is_null()
        || matches!(value, Json::Array(items) if items.is_empty())
        || (value.is_object() && value.members().is_empty())
}

/// The other members that say something.
fn rest(value: &Json<'_>, told: impl Fn(&str) -> bool) -> Option<Part> {
    let kept: Vec<_> =
        value.members().iter().filter(|(k, v)| !told(k) && !is_empty(v) && !bookkeeping(k, v)).cloned().collect();
    (!kept.is_empty()).then(|| Part::Data(Json::object(kept).to_json().into()))
}

/// What a model's interface adds to every answer: why it stopped, what it cost.
fn bookkeeping(key: &str, value: &Json<'_>) -> bool {
    match key {
        "cached" => value.to_json() == "false",
        "usage" => value.is_object() && value.members().iter().all(|(k, _)| k.contains("token")),
        _ => is_ending(key, value),
    }
}

fn without_empty<'a>(value: &Json<'a>) -> Json<'a> {
    match value {
        Json::Object(members) => Json::object(
            members.iter().filter(|(_, v)| !is_empty(v)).map(|(k, v)| (k.clone(), without_empty(v))).collect(),
        ),
        other => other.clone(),
    }
}

/// A value without a main text: a thought among its members stands apart, as thoughts do.
fn beside_thoughts(value: &Json<'_>, side: Role) -> Vec<Part> {
    let thought =
        THOUGHTS.iter().find_map(|k| Some((*k, value.some(k)?.as_text()?))).filter(|_| side == Role::Assistant);
    match thought {
        Some((key, text)) if value.members().len() > 1 => {
            let kept: Vec<_> = value.members().iter().filter(|(k, _)| k != key).cloned().collect();
            vec![Part::Reasoning(text.as_ref().into()), Part::Data(Json::object(kept).to_json().into())]
        }
        _ => vec![Part::Data(value.to_json().into())],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::json::parse;

    fn read(text: &str, side: Role) -> Vec<Part> {
        single(&parse(text).unwrap().0, side).map(|m| m.parts).unwrap_or_default()
    }

    fn text(words: &str) -> Part {
        Part::Text(words.into())
    }

    fn data(json: &str) -> Part {
        Part::Data(json.into())
    }

    #[test]
    fn a_plain_object_shows_its_main_text_first() {
        let parts = read(r#"{"question":"Q","user":"u1","depth":4}"#, Role::User);
        assert_eq!(parts, [text("Q"), data(r#"{"depth":4,"user":"u1"}"#)]);
        assert_eq!(read(r#"{"user_msg":"Q","memory":null,"chat_history":[]}"#, Role::User), [text("Q")]);
        assert_eq!(read(r#"{"_value":"A"}"#, Role::Assistant), [text("A")]);
        assert_eq!(read(r#"{"chatInput":"Q","sessionId":"1"}"#, Role::User), [text("Q"), data(r#"{"sessionId":"1"}"#)]);
        let parts = r#"{"builder":{"question":"Which wheel?"},"retriever":{"query":"wheel"}}"#;
        assert_eq!(read(parts, Role::User), [data(parts)]);
        let same = r#"{"builder":{"question":"Q"},"retriever":{"query":"Q"}}"#;
        assert_eq!(read(same, Role::User), [text("Q"), data(same)]);
        let both = r#"{"researcher":{"output":"R"},"writer":{"output":"W"}}"#;
        assert_eq!(read(both, Role::Assistant), [text("W"), data(both)]);
        let fine = r#"{"statusCode":200,"body":"{\"answer\":\"A\"}"}"#;
        assert_eq!(read(fine, Role::Assistant), [text("A")]);
        let bad = r#"{"body":"{\"answer\":\"A\"}","statusCode":500}"#;
        assert_eq!(read(bad, Role::Assistant), [data(bad)]);
        assert_eq!(read(r#"{"Body":"Q"}"#, Role::User), [text("Q")]);
        assert_eq!(read(r#"{"fulfillmentText":"A","n":1}"#, Role::Assistant), [text("A"), data(r#"{"n":1}"#)]);
        assert_eq!(read(r#"{"drafts":["a"],"final":"A"}"#, Role::Assistant), [text("A"), data(r#"{"drafts":["a"]}"#)]);
        assert_eq!(read(r#"["A"]"#, Role::Assistant), [text("A")]);
    }

    #[test]
    fn settings_of_a_model_are_noise_and_the_same_words_of_an_application_are_not() {
        let call = r#"{"model":"gpt-3.5-turbo-instruct","prompt":"Q","temperature":0.2,"n":1}"#;
        assert_eq!(read(call, Role::User), [text("Q")]);
        let asked = r#"{"question":"Which engine?","model":"Golf GTI","n":3}"#;
        assert_eq!(read(asked, Role::User), [text("Which engine?"), data(r#"{"model":"Golf GTI","n":3}"#)]);
        let answered = r#"{"answer":"A","usage":"only in dry weather","finish_reason":"stop"}"#;
        assert_eq!(read(answered, Role::Assistant), [text("A"), data(r#"{"usage":"only in dry weather"}"#)]);
    }

    #[test]
    fn a_main_text_is_found_a_level_in_and_nothing_is_lost() {
        let nested = r#"{"args":[],"kwargs":{"question":"Q"}}"#;
        assert_eq!(read(nested, Role::User), [text("Q")]);
        let result =
            r#"{"result":{"response":{"role":"assistant","blocks":[{"block_type":"text","text":"A"}]},"agent":"x"}}"#;
        let parts = read(result, Role::Assistant);
        assert_eq!(parts.first(), Some(&text("A")));
        assert!(matches!(parts.get(1), Some(Part::Data(d)) if d.contains("\"agent\":\"x\"")));
    }

    #[test]
    fn pieces_of_a_text_are_joined_and_entries_of_a_list_are_not() {
        assert_eq!(read(r#"["Why ","did it"," cross","?"]"#, Role::Assistant), [text("Why did it cross?")]);
        assert_eq!(read(r#"["A",[{"x":1}]]"#, Role::Assistant), [text("A"), data(r#"[{"x":1}]"#)]);
        assert_eq!(read(r#"["A",0.5]"#, Role::Assistant), [text("A"), data("0.5")]);
        for list in [r#"["red","green","blue"]"#, r#"["One. ","Two."]"#, r#"["a b","c d","e f"]"#, r#"[3,"a"]"#] {
            assert_eq!(read(list, Role::Assistant), [data(list)]);
        }
        assert_eq!(read(r#"{"msg":"Q"}"#, Role::User), [text("Q")]);
    }

    #[test]
    fn a_chain_of_thought_stands_apart() {
        let parts = read(r#"{"reasoning":"hm","answer":"A"}"#, Role::Assistant);
        assert_eq!(parts, [Part::Reasoning("hm".into()), text("A")]);
        let parts = read(r#"{"reasoning":"hm","urgency":"high","n":1}"#, Role::Assistant);
        assert_eq!(parts, [Part::Reasoning("hm".into()), data(r#"{"n":1,"urgency":"high"}"#)]);
    }

    #[test]
    fn anything_else_is_data_whole() {
        assert_eq!(read(r#"{"x":[1]}"#, Role::User), [data(r#"{"x":[1]}"#)]);
        assert_eq!(read("[1,2]", Role::User), [data("[1,2]")]);
        assert_eq!(read("7", Role::Assistant), [data("7")]);
        assert_eq!(read("null", Role::User), []);
    }

    use proptest::prelude::*;

    /// Any value under short names; every text in it occurs once.
    fn value() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            any::<i32>().prop_map(serde_json::Value::from),
            Just(serde_json::Value::Null),
            "[a-z]{3}".prop_map(serde_json::Value::from)
        ];
        let key = prop_oneof![
            "[a-c]",
            Just("question".to_owned()),
            Just("output".to_owned()),
            Just("kwargs".to_owned()),
            Just("messages".to_owned())
        ];
        leaf.prop_recursive(4, 24, 4, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
                proptest::collection::vec((key.clone(), inner), 0..4)
                    .prop_map(|m| serde_json::Value::Object(m.into_iter().collect())),
            ]
        })
    }

    fn texts(value: &serde_json::Value, out: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) => out.push(text.clone()),
            serde_json::Value::Array(items) => items.iter().for_each(|v| texts(v, out)),
            serde_json::Value::Object(members) => members.values().for_each(|v| texts(v, out)),
            _ => {}
        }
    }

    proptest! {
        #[test]
        fn of_an_unknown_shape_every_text_is_shown(value in value(), asked in any::<bool>()) {
            let side = if asked { Role::User } else { Role::Assistant };
            let json = value.to_string();
            let (json, _) = parse(&json).unwrap();
            prop_assume!(crate::model::conversation::messages(&json, side).is_none());
            let shown: String = single(&json, side).map(|m| m.parts.iter().map(|p| match p {
                Part::Text(t) | Part::Data(t) | Part::Reasoning(t) => format!("{t}\n"),
                other => format!("{other:?}"),
            }).collect()).unwrap_or_default();
            let mut wanted = Vec::new();
            texts(&value, &mut wanted);
            for text in wanted {
                prop_assert!(shown.contains(&text), "{text} of {value} in {shown}");
            }
        }
    }
}
