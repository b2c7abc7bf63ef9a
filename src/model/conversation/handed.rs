//! What the model was given of a call, where the tool's own span returned something else: cut, put in other words, a
//! stand-in for a failure. An answer rests on the one, and whoever judges the tool on the other.

use super::attributes::input;
use super::calls::{answered, signature};
use super::earlier::earlier;
use super::resumed::BY_A_PERSON;
use super::spoken::squeezed;
use super::tools::{agent_name, is_agent, is_chat};
use super::{Conversation, Message, Part, ToolCall};
use crate::model::json::{Json, parse_shape as parse};
use crate::model::span_tree::{Node, Tree};
use crate::model::trace::Trace;
use std::collections::{HashMap, HashSet};

/// Models that are asked what they were given, from the last on, and bytes of what they were given.
const ASKED: usize = 16;
const READ: usize = 2 << 20;
/// Of more calls that are alike nobody is asked.
const TWINS: usize = 32;
/// Results of more bytes are not compared.
const MOST: usize = 256 << 10;

/// Notes beside each call what the model was given of it that is not what came back.
pub(super) fn handed(found: &mut Conversation, tree: &Tree, trace: &Trace) {
    let mut calls: Vec<&mut ToolCall> = found.calls_now().filter(|c| c.result.is_some() || c.error.is_some()).collect();
    let chats = tree.rows.iter().rev().filter_map(|n| Some((n, trace.spans.get(n.span)?)));
    let chats = chats.filter(|(_, s)| is_chat(s));
    let mut read = 0;
    let mut known = HashSet::new();
    let mut asked = None;
    for (node, span) in chats.take(ASKED) {
        read += span.inputs.as_ref().map_or(0, |i| i.len());
        if asked.as_ref().is_some_and(|(_, count)| known.len() == *count) || read > READ {
            return;
        }
        let mut told = input(span);
        answered(&mut told);
        // What earlier turns called is no call of this trace, however alike.
        told.drain(..earlier(&told));
        let given = Given::of(&told);
        if given.0.is_empty() {
            continue;
        }
        let (alike, _) = asked.get_or_insert_with(|| alike(&calls));
        let agent = agent_of(node, tree, trace);
        let mut said: Vec<(usize, String)> = Vec::new();
        for twins in alike.values() {
            // Of two agents that call alike each was given what its own calls brought.
            let own = |at: &&usize| calls.get(**at).is_some_and(|c| agent.is_some() && c.by == agent);
            let own: Vec<usize> = twins.iter().filter(own).copied().collect();
            for (nth, at) in twins.iter().enumerate() {
                let whose = || Some((own.iter().position(|o| o == at)?, own.len()));
                let text = calls.get(*at).and_then(|call| {
                    given
                        .of_call(call, nth, twins.len())
                        .or_else(|| whose().and_then(|(n, of)| given.of_call(call, n, of)))
                });
                let Some(text) = text.filter(|_| known.insert(*at)) else { continue };
                // What another of them returned is that one's result: it was tried again, or they ended in another order.
                if twins.iter().filter_map(|twin| calls.get(*twin)).all(|twin| differs(twin, text)) {
                    said.push((*at, text.to_owned()));
                }
            }
        }
        for (at, text) in said {
            if let Some(call) = calls.get_mut(at) {
                call.given = Some(text);
            }
        }
    }
}

/// Calls that are alike (tried again, side by side, two agents'), and how many they are. Looked for only where a model was given
/// any: of thousands it takes long.
fn alike(calls: &[&mut ToolCall]) -> (HashMap<String, Vec<usize>>, usize) {
    let mut alike: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, call) in calls.iter().enumerate() {
        alike.entry(signature(call)).or_default().push(at);
    }
    alike.retain(|_, twins| twins.len() <= TWINS);
    let asked = alike.values().map(Vec::len).sum();
    (alike, asked)
}

/// The innermost agent that a span acts for, as calls name it.
fn agent_of(node: &Node, tree: &Tree, trace: &Trace) -> Option<String> {
    let above = std::iter::successors(tree.rows.get(node.parent?), |n| tree.rows.get(n.parent?));
    above.filter_map(|n| trace.spans.get(n.span)).find(|s| is_agent(s)).map(agent_name)
}

/// What came back for the calls of a model's input, by id and by name with arguments.
struct Given<'m>(HashMap<String, Vec<&'m str>>);

impl<'m> Given<'m> {
    fn of(told: &'m [Message]) -> Self {
        let mut all: HashMap<String, Vec<&str>> = HashMap::new();
        for part in told.iter().flat_map(|m| &m.parts) {
            if let Part::Call(call) = part
                && let Some(text) = call.error.as_deref().or(call.result.as_deref())
            {
                all.entry(key(call)).or_default().push(text);
                if call.id.is_some() {
                    all.entry(signature(call)).or_default().push(text);
                }
            }
        }
        Self(all)
    }

    /// The result of a call, the `nth` of several that are alike: known by its id, else by its place where the model was
    /// given as many.
    fn of_call(&self, call: &ToolCall, nth: usize, alike: usize) -> Option<&'m str> {
        let all = self.0.get(&key(call))?.as_slice();
        let place = if call.id.is_some() { (all.len() == 1).then_some(0) } else { (all.len() == alike).then_some(nth) };
        all.get(place?).copied()
    }
}

fn key(call: &ToolCall) -> String {
    call.id.as_ref().map_or_else(|| signature(call), |id| format!("id {id}"))
}

/// It says something else, whatever its spelling.
pub(super) fn differs(call: &ToolCall, given: &str) -> bool {
    let same = |came: &str| {
        let came = came.strip_prefix(BY_A_PERSON).unwrap_or(came);
        came == given || came.len().max(given.len()) > MOST || spelled(came) == spelled(given)
    };
    let flat = || squeezed(given);
    let told = match (&call.error, &call.result) {
        // The words of an exception, in whatever sentence.
        (Some(error), result) => {
            let what = error.split_once(": ").map_or(error.as_str(), |(_, what)| what);
            let words = spelled(given);
            spelled(what).iter().all(|w| words.contains(w)) || result.as_deref().is_some_and(same)
        }
        (None, Some(result)) => same(result),
        (None, None) => true,
    };
    // A tool may return what the model is given, and beside it what only the application is.
    let first = || {
        let (json, _) = parse(call.result.as_deref()?).ok()?;
        let [first, _] = json.items() else { return None };
        first.as_text().map(|t| spelled(&t) == spelled(given))
    };
    let told = told || given.len() <= MOST && first() == Some(true);
    let documents = !call.documents.is_empty() && call.documents.iter().all(|d| flat().contains(&squeezed(&d.content)));
    let elsewhere = call.elsewhere.is_some() && call.result.as_deref().is_some_and(|r| texts_in(r, given));
    !given.trim().is_empty() && !told && !documents && !elsewhere
}

/// Its words and numbers in order of the alphabet: JSON and what Python prints of the same value have these in common.
pub(super) fn spelled(text: &str) -> Vec<String> {
    let read = parse(text).ok().map(|(json, _)| json.plain());
    let text = read.as_deref().unwrap_or(text).replace("\\n", " ").replace("\\t", " ");
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '.').map(|w| w.trim_matches('.'));
    let mut words: Vec<String> = words
        .filter(|w| !w.is_empty())
        .map(|w| match w.to_lowercase() {
            none if none == "none" || none == "nan" => "null".to_owned(),
            word => word.strip_suffix(".0").map(str::to_owned).unwrap_or(word),
        })
        .collect();
    words.sort_unstable();
    words
}

/// All long texts of a value stand in what the model was given: it was given the documents without what is around them.
fn texts_in(value: &str, given: &str) -> bool {
    fn long(json: &Json<'_>, depth: usize, found: &mut Vec<String>) {
        let Some(depth) = depth.checked_sub(1) else { return };
        json.items().iter().chain(json.members().iter().map(|(_, v)| v)).for_each(|v| long(v, depth, found));
        found.extend(json.as_text().filter(|t| t.contains(' ')).map(|t| squeezed(&t)));
    }
    let Ok((json, _)) = parse(value) else { return false };
    let (mut all, flat) = (Vec::new(), squeezed(given));
    long(&json, 16, &mut all);
    !all.is_empty() && all.iter().all(|t| flat.contains(t.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_spelling_is_no_difference() {
        let call = |result: &str| ToolCall { result: Some(result.into()), ..ToolCall::default() };
        for (result, same) in [
            (r#"{"a":1,"b":null,"c":true}"#, "{'b': None, 'a': 1.0, 'c': True}"),
            (r#"["x y","z"]"#, r#"["x y", "z"]"#),
            ("one\ntwo", "\"one\\ntwo\""),
            ("7", "7"),
        ] {
            assert!(!differs(&call(result), same), "{result} {same}");
        }
        assert!(!differs(&call(r#"["sunny",{"art":1}]"#), "sunny"));
        for (result, other) in
            [("7", "5"), (r#"["sunny","rainy"]"#, "rainy"), (r#"["a late","b late"]"#, "['a late' ...truncated]")]
        {
            assert!(differs(&call(result), other), "{result} {other}");
        }
        let failed = ToolCall { error: Some("ValueError: declined".into()), ..ToolCall::default() };
        assert!(!differs(&failed, "Error: ValueError('declined')\n Please fix your mistakes."));
        assert!(differs(&failed, "Payment queued"));
    }
}
