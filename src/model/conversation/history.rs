//! Earlier turns that are no messages: pairs of what was asked and answered (`[["Q", "A"], …]`, `[{"human": "Q", "ai": "A"}, …]`),
//! and a memory that is one text ("Human: … AI: …"). And what is asked beside earlier turns.

use super::message::message;
use super::{Message, Part, Role, fields};
use crate::model::json::Json;

/// Where applications keep them.
pub(super) const KEYS: [&str; 7] = [
    "chat_history",
    "history",
    "conversation_history",
    "message_history",
    "previous_messages",
    "past_messages",
    "prior_messages",
];

const ASKED: [&str; 9] = ["human", "user", "question", "input", "query", "prompt", "user_message", "request", "q"];
const ANSWERED: [&str; 9] = ["ai", "assistant", "bot", "answer", "output", "response", "reply", "bot_message", "a"];
/// What may stand beside a pair and says nothing.
const BESIDE: [&str; 5] = ["id", "timestamp", "time", "ts", "created_at"];

/// Who speaks in a memory's lines.
const SPEAKERS: [(&str, Role); 8] = [
    ("Human", Role::User),
    ("User", Role::User),
    ("Customer", Role::User),
    ("AI", Role::Assistant),
    ("Assistant", Role::Assistant),
    ("Bot", Role::Assistant),
    ("Agent", Role::Assistant),
    ("System", Role::System),
];

/// A memory of more bytes is left as it is.
const MOST: usize = 256 << 10;

/// The messages of a history that is not a list of messages.
pub(super) fn history(value: &Json<'_>) -> Option<Vec<Message>> {
    match value {
        Json::Array(items) => pairs(items),
        other => other.as_text().and_then(|text| memory(&text)),
    }
}

/// Questions and answers in pairs; the last may wait for its answer.
pub(super) fn pairs(items: &[Json<'_>]) -> Option<Vec<Message>> {
    let each: Option<Vec<_>> = items.iter().map(|item| pair(item)).collect();
    let told = |(asked, answered, beside): Pair| {
        let said = |role, text: Option<String>| text.filter(|t| !t.is_empty()).map(|t| Message::words(role, t));
        let mut answered = said(Role::Assistant, answered);
        if let Some(message) = &mut answered {
            message.parts.extend(beside.map(|json| Part::Data(json.into())));
        }
        [said(Role::User, asked), answered]
    };
    each.map(|all| all.into_iter().flat_map(told).flatten().collect()).filter(|all: &Vec<Message>| !all.is_empty())
}

/// What was asked, what was answered, and what else was noted of it (JSON).
type Pair = (Option<String>, Option<String>, Option<String>);

fn pair(item: &Json<'_>) -> Option<Pair> {
    // A text, or nothing yet.
    let word = |value: &Json<'_>| {
        if value.is_null() { Some(None) } else { value.as_text().map(|t| Some(t.into_owned())) }
    };
    if let [asked, answered] = item.items() {
        return Some((word(asked)?, word(answered)?, None));
    }
    let only = |keys: &[&str]| {
        let mut found = item.members().iter().filter(|(k, _)| keys.contains(&k.to_ascii_lowercase().as_str()));
        found.next().filter(|_| found.next().is_none()).and_then(|(_, v)| word(v))
    };
    let (asked, answered) = (only(&ASKED)?, only(&ANSWERED)?);
    let known = |k: &str| [&ASKED[..], &ANSWERED, &BESIDE].iter().any(|list| list.contains(&k));
    let more: Vec<_> =
        item.members().iter().filter(|(k, v)| !v.is_null() && !known(&k.to_ascii_lowercase())).cloned().collect();
    let more = (!more.is_empty()).then(|| Json::object(more).to_json());
    Some((asked, answered, more))
}

/// A memory that is one text; nothing where it does not begin with a speaker, or only one ever speaks.
fn memory(text: &str) -> Option<Vec<Message>> {
    if text.len() > MOST {
        return None;
    }
    let mut found: Vec<(Role, String)> = Vec::new();
    for line in text.trim().lines() {
        match speaker(line) {
            Some((role, words)) => found.push((role, words.to_owned())),
            None => {
                let (_, words) = found.last_mut()?;
                words.push('\n');
                words.push_str(line);
            }
        }
    }
    let both = [Role::User, Role::Assistant].iter().all(|role| found.iter().any(|(r, _)| r == role));
    both.then(|| found.into_iter().map(|(role, words)| Message::words(role, words.trim())).collect())
}

fn speaker(line: &str) -> Option<(Role, &str)> {
    let (name, words) = line.split_once(':')?;
    let (_, role) = SPEAKERS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name.trim()))?;
    Some((*role, words.trim()))
}

/// Beside a thread these may as well say what it is about, or how it is to be gone on with.
const VAGUE: [&str; 8] = ["prompt", "instruction", "topic", "text", "content", "body", "args", "inputs"];

/// What is asked now stands beside a thread that ends with an answer: `{"question": "Q2", "messages": [Q1, A1]}`.
pub(super) fn asked_beside(value: &Json<'_>, thread: &[Message]) -> Option<Message> {
    let last = thread.last()?;
    let answered = last.role.answers() && last.speaks() && last.parts.iter().all(|p| p.call().is_none());
    if !answered {
        return None;
    }
    let asks = |v: &Json<'_>| match v.as_text() {
        Some(text) => Some(Message::words(Role::User, text.as_ref())).filter(|m| !m.text().trim().is_empty()),
        None => message(v).filter(|m| m.role == Role::User && m.speaks()),
    };
    let question = fields::ASKED.iter().filter(|k| !VAGUE.contains(k)).find_map(|k| asks(value.some(k)?))?;
    let known = thread.iter().any(|m| m.role == Role::User && m.text().trim() == question.text().trim());
    (!known).then_some(question)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::json::parse;

    fn read(text: &str) -> Option<Vec<String>> {
        let found = history(&parse(text).unwrap().0)?;
        Some(found.iter().map(|m| format!("{:?} {}", m.role, m.text())).collect())
    }

    #[test]
    fn pairs_and_memories_are_turns() {
        let two = Some(vec!["User Who is Bob?".to_owned(), "Assistant Bob is CFO.".to_owned()]);
        for text in [
            r#"[["Who is Bob?","Bob is CFO."]]"#,
            r#"[{"human":"Who is Bob?","ai":"Bob is CFO."}]"#,
            r#"[{"question":"Who is Bob?","answer":"Bob is CFO.","timestamp":7}]"#,
            r#"[{"User":"Who is Bob?"  ,"Assistant":"Bob is CFO."}]"#,
            r#""Human: Who is Bob?\nAI: Bob is CFO.""#,
        ] {
            assert_eq!(read(text), two, "{text}");
        }
        let waiting = r#"[["Who is Bob?",null]]"#;
        assert_eq!(read(waiting), Some(vec!["User Who is Bob?".to_owned()]));
        let noted = r#"[{"question":"Q","answer":"A","sources":["s"]}]"#;
        assert_eq!(read(noted), Some(vec!["User Q".to_owned(), "Assistant A\n\n{\"sources\":[\"s\"]}".to_owned()]));
        let lines = r#""User: one\ntwo\nAssistant: three: four""#;
        assert_eq!(read(lines), Some(vec!["User one\ntwo".to_owned(), "Assistant three: four".to_owned()]));
        for other in [
            r#"[[1,2]]"#,
            r#"[["a","b","c"]]"#,
            r#"[{"question":"Q","score":3}]"#,
            r#""Human: only one speaks""#,
            r#""Note: x\nAI: y""#,
            "[]",
            "7",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
