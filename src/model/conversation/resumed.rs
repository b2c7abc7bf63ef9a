//! What a person decided when a graph had stopped and was gone on with: `{"resume": {"decisions": [{"type": "reject",
//! "message": "…"}]}}`. It stands where it was decided, and a call that somebody rejected did not fail.

use super::single::single;
use super::{Message, Part, Role};
use crate::model::json::Json;
use std::sync::Arc;

/// What stands above a decision.
pub(super) const NAME: &str = "decides";

/// What else a command to go on says; none of it is a person's.
const BESIDE: [&str; 5] = ["update", "goto", "graph", "input", "config"];

/// Where a decision says why, or what instead.
const WORDS: [&str; 6] = ["message", "feedback", "response", "reason", "comment", "args"];

/// How a graph's tool says by itself that its call was rejected.
const REJECTED: &str = "User rejected the tool call";

/// The decision in a command.
pub(super) fn decision(value: &Json<'_>) -> Option<Message> {
    let value = value.some("command").filter(|c| c.is_object()).unwrap_or(value);
    let resume = value.some("resume")?;
    let known = |k: &str, v: &Json<'_>| k == "resume" || BESIDE.contains(&k) && !v.is_object();
    if !value.members().iter().all(|(k, v)| known(k, v)) {
        return None;
    }
    let list = resume.some("decisions").unwrap_or(resume);
    let each = if list.is_object() { std::slice::from_ref(list) } else { list.items() };
    let mut parts: Vec<Part> = each.iter().filter_map(one).flatten().collect();
    if parts.is_empty() || parts.iter().filter(|p| matches!(p, Part::Text(_))).count() < each.len() {
        parts = match resume.as_text() {
            Some(text) => vec![Part::Text(text.as_ref().into())],
            None if resume.is_object() => single(resume, Role::User)?.parts,
            None => vec![Part::Text(resume.plain().into())],
        };
    }
    Some(Message { role: Role::User, name: Some(NAME.to_owned()), parts })
}

/// "reject: not that one", and what was put in the place of a call.
fn one(decision: &Json<'_>) -> Option<Vec<Part>> {
    let kind = decision.some("type")?.as_text()?;
    let words = WORDS.iter().find_map(|k| decision.some(k)?.as_text()).filter(|t| !t.trim().is_empty());
    let told = words.map_or_else(|| kind.to_string(), |words| format!("{kind}: {words}"));
    let instead = ["edited_action", "args"].iter().find_map(|k| decision.some(k)).filter(|v| v.is_object());
    let instead = instead.map(|v| Part::Data(v.to_json().into()));
    Some([Part::Text(told.into())].into_iter().chain(instead).collect())
}

/// Puts a decision that stands alone in the input where it was decided in the thread that the output hands back.
pub(super) fn resumed(heard: &mut Vec<Message>, told: &mut Vec<Message>) {
    let Some(at) =
        heard.iter().position(decides).filter(|_| heard.iter().all(|m| decides(m) || m.role == Role::System))
    else {
        return;
    };
    let Some(asked) = told.iter().rposition(|m| m.role == Role::User) else { return };
    let decision = heard.remove(at);
    let after = told.get(asked + 1..).unwrap_or_default();
    let answers = |m: &Message| m.parts.iter().any(|p| matches!(p, Part::Result { text, .. } if says(&decision, text)));
    let calls = |m: &Message| m.parts.iter().any(|p| matches!(p, Part::Call(_)));
    let place = after.iter().position(answers).or_else(|| after.iter().rposition(calls).map(|at| at + 1)).unwrap_or(0);
    told.insert(asked + 1 + place, decision);
    let rest = told.split_off(asked + 1);
    heard.append(told);
    *told = rest;
}

/// What somebody decided.
pub(super) fn decides(message: &Message) -> bool {
    message.role == Role::User && message.name.as_deref() == Some(NAME)
}

/// A decision says this.
fn says(decision: &Message, text: &Arc<str>) -> bool {
    // Around a reason stands whose it is: "User rejected the tool call with reason: not that one".
    let (text, around) = (text.trim(), text.to_lowercase().contains("reject"));
    let tells = |w: &str| w == text || around && !w.is_empty() && text.ends_with(w);
    let words = |p: &Part| matches!(p, Part::Text(t) if t.split_once(": ").is_some_and(|(_, w)| tells(w)));
    decision.parts.iter().any(words)
}

/// What stands before the result of a call that somebody rejected.
pub(super) const BY_A_PERSON: &str = "(rejected by a person) ";

/// A call that a person rejected did not fail: what came back for it is what they said.
pub(super) fn rejected(messages: &mut [Message]) {
    let decisions: Vec<Message> = messages.iter().filter(|m| m.name.as_deref() == Some(NAME)).cloned().collect();
    for part in messages.iter_mut().flat_map(|m| &mut m.parts) {
        if let Part::Result { text, failed, .. } = part
            && *failed
            && (text.starts_with(REJECTED) || decisions.iter().any(|d| says(d, text)))
        {
            *failed = false;
            *text = format!("{BY_A_PERSON}{text}").into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::json::parse;

    fn read(text: &str) -> Option<Vec<Part>> {
        decision(&parse(text).unwrap().0).map(|m| m.parts)
    }

    #[test]
    fn a_decision_is_what_a_person_said() {
        let text = |words: &str| Part::Text(words.into());
        let reject = r#"{"resume":{"decisions":[{"type":"reject","message":"Not that one"}]},"update":null,"goto":[]}"#;
        assert_eq!(read(reject), Some(vec![text("reject: Not that one")]));
        let edit = r#"{"command":{"resume":[{"type":"edit","args":{"env":"b"}},{"type":"accept","args":null}]}}"#;
        let edited = Part::Data(r#"{"env":"b"}"#.into());
        assert_eq!(read(edit), Some(vec![text("edit"), edited, text("accept")]));
        assert_eq!(read(r#"{"resume":"yes, do it"}"#), Some(vec![text("yes, do it")]));
        assert_eq!(read(r#"{"resume":true,"graph":null}"#), Some(vec![text("true")]));
        assert_eq!(read(r#"{"resume":"a curriculum vitae","job":"J"}"#), None);
    }
}
