//! System prompts of the models in a trace. What the answering model was told stands above all; where another model was told
//! something else, as every agent of a graph is, that stands before what it said.

use super::attributes::dialogue;
use super::spoken::squeezed;
use super::tools::is_chat;
use super::{Message, Role};
use crate::model::json::{Json, parse_top};
use crate::model::span_tree::{Node, Tree};
use crate::model::trace::{Span, Trace};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

/// A request's own name for its system prompt.
const NAMES: [&str; 5] = ["system", "instructions", "system_instruction", "systemInstruction", "config"];
/// So many messages of a list are looked at, and so many bytes of each: a prompt stands at the beginning.
const FIRST: usize = 4;
const BYTES: usize = 8 << 10;
/// Requests of more bytes are not read for their prompt.
const LONGEST: usize = 4 << 20;

/// The prompts that are told.
#[derive(Default)]
pub(super) struct Prompts {
    told: HashSet<String>,
    /// Who was told what: a prompt with another time of day in it is not told again.
    each: Vec<(String, String)>,
    /// What was seen of requests: a loop sends the same prompt each time, and is not read again for it.
    seen: HashSet<u64>,
}

impl Prompts {
    /// Notes those that others tell.
    pub(super) fn know<'m>(&mut self, messages: impl IntoIterator<Item = &'m Message>) {
        let prompts = messages.into_iter().filter(|m| m.role == Role::System);
        self.told.extend(prompts.map(|m| squeezed(&m.text())));
    }

    /// What this model was told and nobody tells. `who`: whom it speaks for.
    pub(super) fn news(&mut self, span: &Span, who: &str) -> Vec<Message> {
        if !begins_with_one(span).is_some_and(|seen| self.seen.insert(seen)) {
            return Vec::new();
        }
        let mut found = dialogue(span).0;
        found.retain(|m| {
            let text = squeezed(&m.text());
            let prompt = m.role == Role::System && !text.is_empty();
            let known = self.each.iter().any(|(by, told)| by == who && nearly(told, &text));
            if !prompt || known || !self.told.insert(text.clone()) {
                return false;
            }
            self.each.push((who.to_owned(), text));
            true
        });
        found
    }
}

/// Models that are asked what they were told, where none is known to have given the answer.
const ASKED: usize = 4;

/// The system prompt that the answering models were given (`givers`); where none gave the answer, the first model's.
pub(super) fn of_answer<'t>(
    trace: &Trace,
    tree: &Tree,
    givers: impl Iterator<Item = &'t Span> + Clone,
    mut models: impl Iterator<Item = &'t Span>,
) -> Option<Message> {
    let system = |s: &Span| dialogue(s).0.into_iter().find(|m| m.role == Role::System);
    if givers.clone().next().is_none() {
        return models.by_ref().take(ASKED).find_map(system);
    }
    // It may have had none, whatever another model was told; a frame around models says it by them.
    let is = |n: &Node, giver: &Span| trace.spans.get(n.span).is_some_and(|s| std::ptr::eq(s, giver));
    let row = |giver: &Span| tree.rows.iter().position(|n| is(n, giver)).unwrap_or(tree.rows.len());
    let rows = |row: usize| row + 1..tree.rows.get(row).map_or(row + 1, |n| n.end);
    let inside = || givers.clone().flat_map(|s| below(trace, tree, rows(row(s)))).find_map(system);
    givers.clone().find_map(system).or_else(inside)
}

/// The models among some rows of the tree.
pub(super) fn below<'t>(trace: &'t Trace, tree: &'t Tree, rows: Range<usize>) -> impl Iterator<Item = &'t Span> {
    let rows = tree.rows.get(rows).unwrap_or_default();
    rows.iter().filter_map(|n| trace.spans.get(n.span)).filter(|s| is_chat(s))
}

/// The same but for one place in it: a time, a counter, a name.
fn nearly(a: &str, b: &str) -> bool {
    let same = |pair: &(u8, u8)| pair.0 == pair.1;
    let begin = a.bytes().zip(b.bytes()).take_while(same).count();
    let end = a.bytes().rev().zip(b.bytes().rev()).take_while(same).count();
    let longer = a.len().max(b.len());
    5 * (begin + end).min(longer) >= 4 * longer
}

/// What a request's prompt looks like, without reading all of it: the same number for the same prompt. `None`: it has none.
fn begins_with_one(span: &Span) -> Option<u64> {
    let mut seen = Seen { hash: DefaultHasher::new(), found: false };
    if let Some(text) = span.inputs.as_deref().filter(|t| t.len() <= LONGEST && tells(t)) {
        seen.request(&parse_top(text, 2).ok()?);
    }
    for (key, value) in &span.attributes {
        let first = key.ends_with(".0.content") || key.ends_with(".0.message.content");
        if first || key.contains("system") || tells(head(value)) {
            seen.value(value);
        }
    }
    for event in span.events.iter().filter(|e| e.name.starts_with("gen_ai.")) {
        event.attributes.iter().filter(|(_, v)| event.name.contains("system") || tells(head(v))).for_each(|(_, v)| {
            seen.value(v);
        });
    }
    seen.found.then(|| seen.hash.finish())
}

/// May say something to the model on the application's behalf.
fn tells(text: &str) -> bool {
    ["system", "developer", "instruction"]
        .iter()
        .any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
}

fn head(text: &str) -> &str {
    text.get(..text.floor_char_boundary(BYTES)).unwrap_or_default()
}

struct Seen {
    hash: DefaultHasher,
    found: bool,
}

impl Seen {
    fn request(&mut self, json: &Json<'_>) {
        self.messages(json.items());
        for (key, value) in json.members() {
            match value {
                _ if NAMES.contains(&key.as_ref()) => self.value(&value.to_json()),
                Json::Array(items) => self.messages(items),
                Json::Object(_) | Json::Unread(_) => self.messages(std::slice::from_ref(value)),
                _ => {}
            }
        }
    }

    fn messages(&mut self, items: &[Json<'_>]) {
        for item in items.iter().take(FIRST) {
            match item {
                Json::Unread(text) if tells(head(text)) => self.value(text),
                Json::Object(_) | Json::Array(_) => {
                    let text = item.to_json();
                    if tells(head(&text)) {
                        self.value(&text);
                    }
                }
                _ => {}
            }
        }
    }

    fn value(&mut self, text: &str) {
        self.found = true;
        head(text).hash(&mut self.hash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(inputs: &str) -> Span {
        Span { inputs: Some(inputs.into()), ..Span::default() }
    }

    fn news(prompts: &mut Prompts, inputs: &str, who: &str) -> Vec<String> {
        prompts.news(&asked(inputs), who).iter().map(Message::text).collect()
    }

    #[test]
    fn each_model_s_prompt_is_told_once_in_every_form_of_a_request() {
        let mut prompts = Prompts::default();
        prompts.know(&[Message::words(Role::System, "You are  A."), Message::words(Role::User, "You are B.")]);
        let a = r#"{"messages":[{"role":"system","content":"You are A."},{"role":"user","content":"Q"}]}"#;
        assert!(news(&mut prompts, a, "a").is_empty(), "somebody told it");
        let b = r#"{"model":"m","messages":[{"content":"You are B.","role":"system"},{"role":"user","content":"Q"}]}"#;
        assert_eq!(news(&mut prompts, b, "b"), ["You are B."]);
        assert!(news(&mut prompts, &b.replace("Q", "R"), "b").is_empty());
        let responses = r#"{"input":[{"role":"user","content":"Q"}],"instructions":"Triage."}"#;
        assert_eq!(news(&mut prompts, responses, "c"), ["Triage."]);
        let anthropic = r#"{"messages":[{"role":"user","content":"Q"}],"system":"Refund."}"#;
        assert_eq!(news(&mut prompts, anthropic, "d"), ["Refund."]);
        let nested = r#"[[{"type":"system","content":"Judge."},{"type":"human","content":"Q"}]]"#;
        assert_eq!(news(&mut prompts, nested, "e"), ["Judge."]);
        assert!(news(&mut prompts, r#"{"messages":[{"role":"user","content":"the system is down"}]}"#, "f").is_empty());
        assert!(news(&mut prompts, r#"{"messages":[{"role":"user","content":"Q"}]}"#, "f").is_empty());
    }

    #[test]
    fn a_prompt_with_another_time_in_it_is_not_told_again_but_to_somebody_else() {
        let mut prompts = Prompts::default();
        let at = |minute: u32| {
            format!(
                r#"{{"messages":[{{"role":"system","content":"You help with orders. It is 10:{minute}. Be brief."}}]}}"#
            )
        };
        assert_eq!(news(&mut prompts, &at(10), "a").len(), 1);
        assert!(news(&mut prompts, &at(11), "a").is_empty());
        assert_eq!(news(&mut prompts, &at(12), "b").len(), 1);
    }
}
