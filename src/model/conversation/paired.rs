//! One call that is told twice: by the model that made it, and by its tool's span in other words (as Python prints them, by
//! position, with what the application adds, without what a view hides).

use super::handed::{differs, spelled};
use super::{Conversation, Entry, Part, Teller, ToolCall};
use crate::model::json::{Json, parse_shape as parse};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// More calls of one tool than this are left as they are, and arguments of more bytes are not compared.
const MOST: usize = 32;
const LONG: usize = 16 << 10;

/// Where a call stands: entry and part.
type Place = (usize, usize);

impl Conversation {
    /// Puts a span's call into the model's. Only where as many calls of a tool are told by models alone as by spans alone.
    pub(super) fn one_box_each(&mut self) {
        let mut tools: HashMap<String, (Vec<Place>, Vec<Place>)> = HashMap::new();
        for (at, entry) in self.entries.iter().enumerate() {
            let Entry::Message { message, history: false } = entry else { continue };
            for (part, call) in message.parts.iter().enumerate().filter_map(|(n, p)| Some((n, p.call()?))) {
                let (made, ran) = tools.entry(call.name.clone()).or_default();
                match call.told_by {
                    Teller::Message => made.push((at, part)),
                    Teller::Span => ran.push((at, part)),
                    Teller::Both => {}
                }
            }
        }
        let mut gone = Vec::new();
        for (made, ran) in tools.values().filter(|(made, ran)| made.len() == ran.len() && made.len() <= MOST) {
            let calls = |places: &[Place]| places.iter().filter_map(|p| self.call_at(*p)).cloned().collect::<Vec<_>>();
            for (one, other) in pairs(&calls(made), &calls(ran)) {
                let (Some(one), Some(other)) = (made.get(one), ran.get(other)) else { continue };
                let span = self.call_at(*other).cloned();
                if let (Some(call), Some(span)) = (self.call_at_mut(*one), span) {
                    call.join(span);
                    gone.push(*other);
                }
            }
        }
        gone.sort_unstable_by_key(|place| Reverse(*place));
        for (entry, part) in gone {
            let Some(Entry::Message { message, .. }) = self.entries.get_mut(entry) else { continue };
            message.parts.remove(part);
            if message.parts.is_empty() {
                self.entries.remove(entry);
            }
        }
    }

    fn call_at(&self, (entry, part): Place) -> Option<&ToolCall> {
        let Entry::Message { message, .. } = self.entries.get(entry)? else { return None };
        message.parts.get(part)?.call()
    }

    fn call_at_mut(&mut self, (entry, part): Place) -> Option<&mut ToolCall> {
        let Entry::Message { message, .. } = self.entries.get_mut(entry)? else { return None };
        if let Part::Call(call) = message.parts.get_mut(part)? { Some(call) } else { None }
    }
}

impl ToolCall {
    /// What the tool's own span says came of it; what the messages say of that, where it is something else.
    fn join(&mut self, span: Self) {
        let said = self.error.take().or_else(|| self.result.take());
        let (failed, known) = (span.error.is_some(), span.error.is_some() || span.result.is_some());
        (self.error, self.result, self.told_by) = (span.error, span.result, Teller::Both);
        self.by = span.by.or(self.by.take());
        match said {
            Some(said) if !known => self.result = Some(said),
            Some(said) if differs(self, &said) && !failed => self.given = Some(said),
            _ => {}
        }
    }
}

/// Which calls are which spans', the surest first, else in order; those whose arguments contradict each other are not.
fn pairs(made: &[ToolCall], ran: &[ToolCall]) -> Vec<(usize, usize)> {
    let mut all: Vec<(u8, usize, usize)> = Vec::new();
    for (one, call) in made.iter().enumerate() {
        all.extend(ran.iter().enumerate().filter_map(|(other, span)| Some((alike(call, span)?, one, other))));
    }
    all.sort_by_key(|(sure, one, other)| (Reverse(*sure), one.abs_diff(*other), *one));
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (_, one, other) in all {
        if found.iter().all(|(a, b)| *a != one && *b != other) {
            found.push((one, other));
        }
    }
    found
}

/// How sure it is that both tell the same call; `None` where they contradict each other: what a tool was run with is not
/// always what the model asked for.
fn alike(call: &ToolCall, span: &ToolCall) -> Option<u8> {
    if call.arguments.len().max(span.arguments.len()) > LONG
        || matches!((&call.by, &span.by), (Some(one), Some(other)) if one != other)
    {
        return None;
    }
    let wrote = Arguments::of(&call.arguments).agree(&Arguments::of(&span.arguments))?;
    let came = matches!((&call.result, &span.result), (Some(a), Some(b)) if a == b || spelled(a) == spelled(b));
    Some(2 * wrote + u8::from(came))
}

/// What a call's arguments consist of.
struct Arguments {
    /// Words and numbers of each, by name.
    named: BTreeMap<String, Vec<String>>,
    /// Words and numbers of all values, in order of the alphabet; of a text all of it.
    words: Vec<String>,
    /// The same with the names, where there are any.
    all: Vec<String>,
}

impl Arguments {
    fn of(arguments: &str) -> Self {
        let all = spelled(arguments);
        let read = parse(arguments).ok().map(|(json, _)| json);
        let Some(json) = read.filter(|j| j.is_object() || matches!(j, Json::Array(_))) else {
            return Self { named: BTreeMap::new(), words: all.clone(), all };
        };
        let words = |json: &Json<'_>| {
            let mut found = Vec::new();
            leaves(json, 16, &mut found);
            found.sort_unstable();
            found
        };
        let named = json.members().iter().map(|(name, value)| (name.to_string(), words(value)));
        Self { named: named.collect(), words: words(&json), all }
    }

    /// How much of them agrees; `None` where they contradict each other.
    fn agree(&self, other: &Self) -> Option<u8> {
        if self.words.is_empty() || other.words.is_empty() {
            return Some(0);
        }
        let shared = self.named.iter().filter_map(|(name, value)| Some((value, other.named.get(name)?)));
        let (mut names, mut same) = (0, true);
        shared.for_each(|(one, other)| (names, same) = (names + 1, same && one == other));
        match names {
            // By position, or as a text.
            0 => (self.words == other.words || self.all == other.all).then_some(2),
            _ if !same => None,
            n if n == self.named.len() && n == other.named.len() => Some(2),
            // One has what the other was not told of, or does not show.
            n => (n == self.named.len() || n == other.named.len()).then_some(1),
        }
    }
}

fn leaves(json: &Json<'_>, depth: usize, found: &mut Vec<String>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match json {
        Json::Array(items) => items.iter().for_each(|v| leaves(v, depth, found)),
        Json::Object(members) => members.iter().for_each(|(_, v)| leaves(v, depth, found)),
        other => found.extend(spelled(&other.plain())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(arguments: &str) -> ToolCall {
        ToolCall { arguments: arguments.into(), ..ToolCall::default() }
    }

    #[test]
    fn the_same_arguments_in_other_words_are_the_same_call_and_others_are_not() {
        let made = [call(r#"{"c":"A"}"#), call(r#"{"c":"B","n":2}"#)];
        for ran in [
            [r#""{'c': 'B', 'n': 2}""#, r#""{'c': 'A'}""#],
            [r#"{"args":["B",2]}"#, r#"{"args":["A"]}"#],
            [r#"{"c":"B","n":2.0,"ctx":{"user":1}}"#, r#"{"c":"A","ctx":{"user":1}}"#],
            [r#"{"c":"B"}"#, r#"{"c":"A"}"#],
        ] {
            assert_eq!(pairs(&made, &ran.map(call)).len(), 2, "{ran:?}");
            assert!(pairs(&made, &ran.map(call)).contains(&(0, 1)), "{ran:?}");
        }
        assert_eq!(pairs(&made, &[call("{}"), call("")]), [(0, 0), (1, 1)]);
        let altered = [r#"{"c":"not A"}"#, r#""{'c': 'not A'}""#, r#"{"args":["not A"]}"#, r#"{"c":"B","n":1}"#];
        for ran in altered {
            assert_eq!(pairs(&made, &[call(ran), call(ran)]), [], "{ran}");
        }
        assert_eq!(pairs(&made, &[call(r#"{"c":"C"}"#), call(r#"{"c":"A"}"#)]), [(0, 1)]);
    }
}
