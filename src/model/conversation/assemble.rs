//! Puts a trace's conversation together: the root's messages, and between question and answer what its spans add (tool
//! calls, documents, failures). Nothing is said twice.

use super::attributes::dialogue;
use super::calls::{keys, signature};
use super::{Conversation, Entry, Message, Part, Role, ToolCall};
use crate::model::document::Retrieval;
use crate::model::json::parse;
use crate::model::span_tree::Tree;
use crate::model::trace::{Span, Trace};
use std::collections::{HashMap, HashSet, VecDeque};

/// An exception that passes through the spans around it is recognised among this many.
const RECENT: usize = 64;

/// The conversation of a trace. `tree` and `retrievals` are those of the same trace.
#[must_use]
pub fn conversation(trace: &Trace, tree: &Tree, retrievals: &[Retrieval]) -> Conversation {
    let top = tree.rows.iter().find(|n| n.depth == 0 && n.mark.is_none()).or(tree.rows.first());
    let Some((root, span)) = top.and_then(|n| Some((n.span, trace.spans.get(n.span)?))) else {
        return Conversation::default();
    };
    let (mut input, mut output) = dialogue(span);
    if !input.is_empty() && output.starts_with(&input) {
        // A state that is handed back with what was added.
        output.drain(..input.len());
    }
    let mut build = Build::new(trace);
    build.note_calls(&input);
    build.note_calls(&output);
    build.walk(tree, root, retrievals);
    if !input.iter().any(|m| m.role == Role::System)
        && let Some(system) = build.first_system(tree)
    {
        input.insert(0, system);
    }
    let answer = output.last().cloned();
    let question = input.iter().rev().find(|m| m.role == Role::User).map(words);
    let mut entries = said_before(input);
    entries.append(&mut build.middle);
    let repeats = |m: &Message| entries.iter().any(|e| matches!(e, Entry::Message { message, .. } if message == m));
    let fresh: Vec<Message> = output.into_iter().filter(|m| m.role == Role::Assistant || !repeats(m)).collect();
    entries.extend(fresh.into_iter().map(|message| Entry::Message { message, history: false }));
    let known = build.exception(root).filter(|_| answer.is_none());
    match (build.failure(root), known) {
        (Some(failure), _) => entries.push(failure),
        // It was told where it arose; here it is the reason why there is no answer.
        (None, Some((what, _))) => {
            let what = format!("no answer: {}", what.lines().next().unwrap_or_default());
            entries.push(Entry::Failure { span: root, what, stack: None });
        }
        (None, None) => {}
    }
    let mut found = Conversation { entries, output: None, question: question.map(Into::into) };
    found.pair_results(tree, trace, &build.spare);
    found.output =
        answer.map(|m| words(&m)).filter(|t| !t.is_empty()).or_else(|| plain(span.outputs.as_deref())).map(Into::into);
    found
}

/// The words of a message; where it has none, its data.
fn words(message: &Message) -> String {
    let texts: Vec<&str> = message
        .parts
        .iter()
        .filter_map(|p| match p {
            Part::Text(t) | Part::Refusal(t) => Some(t.as_ref()),
            _ => None,
        })
        .collect();
    if texts.is_empty() { message.text() } else { texts.join("\n\n") }
}

fn plain(json: Option<&str>) -> Option<String> {
    let text = json?;
    let read = parse(text).map_or_else(|_| text.to_owned(), |(j, _)| j.plain());
    (!read.is_empty() && read != "null").then_some(read)
}

/// The input's messages; all but the system prompt that come before the last question are earlier turns.
fn said_before(input: Vec<Message>) -> Vec<Entry> {
    let last = input.iter().rposition(|m| m.role == Role::User).unwrap_or(0);
    let entry = |(at, message): (usize, Message)| {
        let history = at < last && message.role != Role::System;
        Entry::Message { message, history }
    };
    input.into_iter().enumerate().map(entry).collect()
}

struct Build<'t> {
    trace: &'t Trace,
    /// Ids, and names with arguments, of the calls that are in already.
    seen: HashSet<String>,
    middle: Vec<Entry>,
    failures: Vec<String>,
    /// Calls without a result, by id and by name with arguments: entry and part.
    waiting: HashMap<String, VecDeque<(usize, usize)>>,
    /// How often the root's own messages tell of a call.
    told: HashMap<String, usize>,
    /// What spans returned for calls that the root's own messages tell of.
    spare: HashMap<String, ToolCall>,
}

impl<'t> Build<'t> {
    fn new(trace: &'t Trace) -> Self {
        Self {
            trace,
            seen: HashSet::new(),
            middle: Vec::new(),
            failures: Vec::new(),
            waiting: HashMap::new(),
            told: HashMap::new(),
            spare: HashMap::new(),
        }
    }

    fn note_calls(&mut self, messages: &[Message]) {
        for part in messages.iter().flat_map(|m| &m.parts) {
            if let Part::Call(call) = part {
                self.note(call);
                keys(call).for_each(|key| *self.told.entry(key).or_default() += 1);
            }
        }
    }

    /// Remembers a call; false if it was known.
    fn note(&mut self, call: &ToolCall) -> bool {
        let known_id = call.id.as_ref().is_some_and(|id| !self.seen.insert(format!("id {id}")));
        let known = !self.seen.insert(signature(call));
        !(known_id || known && call.id.is_none())
    }

    fn walk(&mut self, tree: &Tree, root: usize, retrievals: &[Retrieval]) {
        let found: HashMap<usize, usize> = retrievals.iter().enumerate().map(|(at, r)| (r.span, at)).collect();
        for (row, node) in tree.rows.iter().enumerate() {
            let Some(span) = self.trace.spans.get(node.span) else { continue };
            if let Some(at) = found.get(&node.span) {
                self.middle.push(Entry::Documents(*at));
            }
            if node.span == root {
                continue;
            }
            let failure = if self.passed_through(tree, row) { None } else { self.failure(node.span) };
            if is_tool(span) {
                // The call itself says how it failed.
                self.tool(span, failure.as_ref());
                continue;
            }
            if is_chat(span) {
                self.chat(span);
            }
            self.middle.extend(failure);
        }
    }

    fn tool(&mut self, span: &Span, failure: Option<&Entry>) {
        let mut call = tool_of(span);
        if let Some(Entry::Failure { what, .. }) = failure {
            call.error = Some(what.clone());
        }
        for key in keys(&call) {
            while let Some((entry, part)) = self.waiting.get_mut(&key).and_then(VecDeque::pop_front) {
                if let Some(Entry::Message { message, .. }) = self.middle.get_mut(entry)
                    && let Some(Part::Call(waiting)) = message.parts.get_mut(part)
                    && waiting.take(&call)
                {
                    return;
                }
            }
        }
        let told = keys(&call).find(|key| self.told.get(key).is_some_and(|n| *n > 0));
        if told.is_none() {
            // The same call twice is two calls.
            self.middle.push(said(vec![Part::Call(call)]));
            return;
        }
        for key in keys(&call) {
            if let Some(left) = self.told.get_mut(&key) {
                *left = left.saturating_sub(1);
            }
            self.spare.entry(key).or_insert_with(|| call.clone());
        }
    }

    /// Of a model's answer inside the trace: its thoughts and calls, and what it said with them.
    fn chat(&mut self, span: &Span) {
        for message in dialogue(span).1 {
            let calls = message.parts.iter().any(|p| matches!(p, Part::Call(_)));
            let parts: Vec<Part> = message
                .parts
                .into_iter()
                .filter(|p| match p {
                    Part::Call(call) => self.note(call),
                    Part::Reasoning(_) => true,
                    Part::Text(_) | Part::Refusal(_) => calls,
                    _ => false,
                })
                .collect();
            if !parts.is_empty() && parts.iter().any(|p| !matches!(p, Part::Text(_))) {
                for (part, p) in parts.iter().enumerate() {
                    if let Part::Call(call) = p {
                        let place = (self.middle.len(), part);
                        keys(call).for_each(|key| self.waiting.entry(key).or_default().push_back(place));
                    }
                }
                self.middle.push(said(parts));
            }
        }
    }

    /// What a span failed with, and the stack trace.
    fn exception(&self, at: usize) -> Option<(String, Option<String>)> {
        let span = self.trace.spans.get(at)?;
        let event = span.events.iter().find(|e| e.name == "exception");
        let get = |key: &str| event?.attributes.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone());
        let what = match (get("exception.type"), get("exception.message")) {
            (Some(kind), Some(message)) if !message.is_empty() => format!("{kind}: {}", message.trim_end()),
            (Some(one), _) | (None, Some(one)) => one,
            (None, None) if span.status == "ERROR" && !span.status_message.is_empty() => span.status_message.clone(),
            (None, None) => return None,
        };
        Some((what, get("exception.stacktrace")))
    }

    /// A failure that has not been told yet.
    fn failure(&mut self, at: usize) -> Option<Entry> {
        let (what, stack) = self.exception(at)?;
        let mut recent = self.failures.iter().rev().take(RECENT);
        if recent.any(|known| known.contains(&what) || what.contains(known.as_str())) {
            return None;
        }
        self.failures.push(what.clone());
        Some(Entry::Failure { span: at, what, stack })
    }

    /// True where a child failed with the same: it passed through here and is told there.
    fn passed_through(&self, tree: &Tree, row: usize) -> bool {
        let Some(node) = tree.rows.get(row) else { return false };
        let Some((what, _)) = self.exception(node.span) else { return false };
        let mut child = row + 1;
        while let Some(below) = tree.rows.get(child).filter(|_| child < node.end) {
            if self.exception(below.span).is_some_and(|(w, _)| w.contains(&what) || what.contains(&w)) {
                return true;
            }
            child = below.end.max(child + 1);
        }
        false
    }

    /// The system prompt that the first model in the trace was given.
    fn first_system(&self, tree: &Tree) -> Option<Message> {
        let chat = tree.rows.iter().filter_map(|n| self.trace.spans.get(n.span)).filter(|s| is_chat(s)).take(4);
        chat.map(dialogue).find_map(|(input, _)| input.into_iter().find(|m| m.role == Role::System))
    }
}

fn said(parts: Vec<Part>) -> Entry {
    Entry::Message { message: Message { role: Role::Assistant, name: None, parts }, history: false }
}

fn get<'s>(span: &'s Span, key: &str) -> Option<&'s str> {
    span.attributes.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_ref())
}

fn is_tool(span: &Span) -> bool {
    matches!(span.span_type.as_str(), "TOOL" | "FUNCTION")
        || get(span, "gen_ai.operation.name").is_some_and(|o| o.trim_matches('"') == "execute_tool")
}

pub(super) fn is_chat(span: &Span) -> bool {
    matches!(span.span_type.as_str(), "CHAT_MODEL" | "LLM")
        || get(span, "gen_ai.operation.name").is_some_and(|o| o.trim_matches('"') == "chat")
}

fn tool_of(span: &Span) -> ToolCall {
    let text = |key: &str| plain(get(span, key));
    let result = span.outputs.as_deref().filter(|o| *o != "null").map(|o| match parse(o) {
        Ok((json, _)) => {
            // LangChain returns a tool message; what it says is the result.
            let inner = super::messages::messages(&json, Role::Tool).filter(|m| m.len() == 1);
            inner.map_or_else(|| json.plain(), |m| m.iter().map(Message::text).collect())
        }
        Err(_) => o.to_owned(),
    });
    ToolCall {
        id: text("gen_ai.tool.call.id").or_else(|| text("tool_call_id")),
        name: text("gen_ai.tool.name").unwrap_or_else(|| span.name.clone()),
        arguments: span
            .inputs
            .as_deref()
            .map(str::to_owned)
            .or_else(|| text("gen_ai.tool.call.arguments"))
            .unwrap_or_default(),
        result: result.or_else(|| text("gen_ai.tool.call.result")),
        error: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::document::documents;
    use crate::model::trace::SpanEvent;

    fn span(id: &str, parent: Option<&str>, span_type: &str, inputs: &str, outputs: &str) -> Span {
        Span {
            id: id.into(),
            parent: parent.map(Into::into),
            name: format!("n{id}"),
            span_type: span_type.into(),
            inputs: (!inputs.is_empty()).then(|| inputs.into()),
            outputs: (!outputs.is_empty()).then(|| outputs.into()),
            ..Span::default()
        }
    }

    /// The conversation, one line an entry.
    fn read(spans: Vec<Span>) -> String {
        let trace = Trace { spans, ..Trace::default() };
        let tree = Tree::build(&trace.spans);
        let c = conversation(&trace, &tree, &documents(&trace));
        let part = |p: &Part| match p {
            Part::Text(t) => t.to_string(),
            Part::Data(d) => format!("data {d}"),
            Part::Call(c) => {
                format!("{}({}) -> {}", c.name, c.arguments, c.result.as_deref().or(c.error.as_deref()).unwrap_or("?"))
            }
            Part::Reasoning(t) => format!("thinks {t}"),
            other => format!("{other:?}"),
        };
        let line = |e: &Entry| match e {
            Entry::Message { message, history } => format!(
                "{}{:?}: {}",
                if *history { "earlier " } else { "" },
                message.role,
                message.parts.iter().map(part).collect::<Vec<_>>().join(" | ")
            ),
            Entry::Documents(n) => format!("documents {n}"),
            Entry::Failure { what, .. } => format!("failure {what}"),
        };
        c.entries.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    const SYSTEM: &str = r#"{"messages":[{"role":"system","content":"S"},{"role":"user","content":"Q"}]}"#;
    const ANSWER: &str = r#"{"choices":[{"message":{"role":"assistant","content":"A"}}]}"#;

    #[test]
    fn documents_stand_between_question_and_answer_and_the_system_prompt_comes_first() {
        let shown = read(vec![
            span("1", None, "CHAIN", r#"{"question":"Q"}"#, "\"A\""),
            span("2", Some("1"), "RETRIEVER", "\"Q\"", r#"[{"page_content":"D"}]"#),
            span("3", Some("1"), "CHAT_MODEL", SYSTEM, ANSWER),
        ]);
        assert_eq!(shown, "System: S\nUser: Q\ndocuments 0\nAssistant: A");
    }

    #[test]
    fn a_tool_call_and_its_span_are_one_thing() {
        let calls = r#"{"choices":[{"message":{"role":"assistant","content":"I look","tool_calls":[{"id":"c1","function":{"name":"n3","arguments":"{\"x\": 1}"}}]}}]}"#;
        let shown = read(vec![
            span("1", None, "AGENT", "\"Q\"", "\"A\""),
            span("2", Some("1"), "CHAT_MODEL", SYSTEM, calls),
            span("3", Some("1"), "TOOL", r#"{"x":1}"#, r#"{"r":2}"#),
            span("4", Some("1"), "CHAT_MODEL", SYSTEM, ANSWER),
        ]);
        assert_eq!(shown, "System: S\nUser: Q\nAssistant: I look | n3({\"x\": 1}) -> {\"r\":2}\nAssistant: A");
    }

    #[test]
    fn a_state_handed_back_is_not_said_twice_and_results_join_their_calls() {
        let input = r#"{"messages":[{"role":"user","content":"Q"}]}"#;
        let state = r#"{"messages":[{"type":"human","content":"Q"},{"type":"ai","content":"","tool_calls":[{"name":"n2","args":{},"id":"c1"}]},{"type":"tool","content":"R","tool_call_id":"c1"},{"type":"ai","content":"A"}]}"#;
        let shown = read(vec![span("1", None, "CHAIN", input, state), span("2", Some("1"), "TOOL", "{}", "\"R\"")]);
        assert_eq!(shown, "User: Q\nAssistant: n2({}) -> R\nAssistant: A");
    }

    #[test]
    fn a_call_told_by_the_root_gets_its_span_s_result() {
        let call = r#"{"choices":[{"message":{"role":"assistant","content":"A","tool_calls":[{"id":"c1","function":{"name":"n2","arguments":"{}"}}]}}]}"#;
        let shown = read(vec![span("1", None, "CHAT_MODEL", "\"Q\"", call), span("2", Some("1"), "TOOL", "{}", "7")]);
        assert_eq!(shown, "User: Q\nAssistant: A | n2({}) -> 7");
    }

    #[test]
    fn the_same_call_twice_is_two_calls() {
        let tool = |id: &str| Span { name: "f".into(), ..span(id, Some("1"), "TOOL", "{}", "7") };
        let shown = read(vec![span("1", None, "CHAIN", "\"Q\"", "\"A\""), tool("2"), tool("3")]);
        assert_eq!(shown, "User: Q\nAssistant: f({}) -> 7\nAssistant: f({}) -> 7\nAssistant: A");
    }

    #[test]
    fn earlier_turns_are_history() {
        let turns = r#"{"messages":[{"role":"user","content":"1"},{"role":"assistant","content":"2"},{"role":"user","content":"3"}]}"#;
        assert_eq!(
            read(vec![span("1", None, "CHAT_MODEL", turns, ANSWER)]),
            "earlier User: 1\nearlier Assistant: 2\nUser: 3\nAssistant: A"
        );
    }

    #[test]
    fn a_failure_is_told_once_where_it_arose() {
        let event = |message: &str| SpanEvent {
            name: "exception".into(),
            attributes: vec![
                ("exception.type".into(), "ValueError".into()),
                ("exception.message".into(), message.into()),
            ],
            ..SpanEvent::default()
        };
        let mut root = span("1", None, "CHAIN", "\"Q\"", "");
        root.events.push(event("bad"));
        let mut tool = span("2", Some("1"), "TOOL", "{}", "");
        tool.events.push(event("bad"));
        assert_eq!(
            read(vec![root, tool]),
            "User: Q\nAssistant: n2({}) -> ValueError: bad\nfailure no answer: ValueError: bad"
        );
    }

    #[test]
    fn anything_else_is_shown_as_data() {
        assert_eq!(
            read(vec![span("1", None, "UNKNOWN", r#"{"x":[1]}"#, "[2]")]),
            "User: data {\"x\":[1]}\nAssistant: data [2]"
        );
        assert_eq!(read(Vec::new()), "");
    }
}
