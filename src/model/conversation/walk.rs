//! What the spans between question and answer add: calls of tools, documents, failures, what models said on the way.

use super::aside::{aside, judges};
use super::asks::stopped;
use super::attributes::output;
use super::calls::{arguments_in, keys};
use super::dispatch::dispatched;
use super::earlier::earlier;
use super::failed::reported;
use super::functions::{Function, is_function};
use super::order::Waiting;
use super::prompts::{Prompts, below};
use super::spoken::{Spoken, squeezed};
use super::tools::{agent_name, is_agent, is_chat, is_tool, tool_of};
use super::{Entry, Message, Part, Role, Teller, ToolCall};
use crate::model::document::Retrieval;
use crate::model::span_tree::Tree;
use crate::model::trace::{Span, Trace};
use std::collections::{HashMap, HashSet, VecDeque};
use std::ops::Range;
use std::sync::Arc;

/// An exception that passes through the spans around it is recognised among this many.
const RECENT: usize = 64;

/// A value without words that a model answers is a step up to this many bytes.
const SHORT_VALUE: usize = 300;

/// A result of fewer bytes than this is told though somebody said the same.
const SHORT_WORD: usize = 24;

/// A walk over the spans, in the order of the tree.
pub(super) struct Walk<'t> {
    trace: &'t Trace,
    /// Ids, and names with arguments, of the calls that are in already.
    seen: HashSet<String>,
    /// What was found, in order.
    pub middle: Vec<Entry>,
    /// What failed so far, and the rows of the tree that it is about.
    failures: Vec<(Range<usize>, String)>,
    /// Calls without a result, by id and by name with arguments: entry and part.
    waiting: HashMap<String, VecDeque<(usize, usize)>>,
    /// How often the root's own messages tell of a call.
    told: HashMap<String, usize>,
    /// What spans returned for calls that the root's own messages tell of.
    pub spare: HashMap<String, ToolCall>,
    spoken: Spoken,
    /// Tools that are being called: where each ends, and with what it was called.
    inside: Vec<(usize, String)>,
    /// Calls that were handed on, and calls of tools, each of which may be the other once more: how many of each.
    handed_on: HashMap<String, [usize; 2]>,
    /// Where the model's span ends in which the walk is.
    model: usize,
    /// What agents say once everything in them is told: where each ends.
    coming: Vec<(usize, Entry)>,
    /// Answers without a word, but why they ended, that the root itself tells.
    wordless: usize,
    /// What the root tells before its answer.
    waiting_words: Waiting,
    /// Agents that act: where each ends, and its name.
    agents: Vec<(usize, String)>,
    /// A model, and how much of `middle` was found before it.
    marked: Option<&'t Span>,
    pub mark: usize,
    /// Functions that may have something to tell.
    pub functions: Vec<Function<'t>>,
    /// Where the span ends that is told as a whole and in which the walk is.
    closed: usize,
    /// What models were told.
    pub prompts: Prompts,
}

impl<'t> Walk<'t> {
    pub(super) fn new(trace: &'t Trace) -> Self {
        Self {
            trace,
            seen: HashSet::new(),
            middle: Vec::new(),
            failures: Vec::new(),
            waiting: HashMap::new(),
            told: HashMap::new(),
            spare: HashMap::new(),
            spoken: Spoken::default(),
            inside: Vec::new(),
            handed_on: HashMap::new(),
            coming: Vec::new(),
            model: 0,
            wordless: 0,
            waiting_words: Waiting::default(),
            agents: Vec::new(),
            marked: None,
            mark: usize::MAX,
            functions: Vec::new(),
            closed: 0,
            prompts: Prompts::default(),
        }
    }

    /// Notes what the root tells itself, so that no span tells it again.
    pub(super) fn know(&mut self, heard: &[Message], told: &[Message], answer: Option<&Message>) {
        self.spoken.answered(answer);
        // What earlier turns called is no call of this one, nor is one of this one known by it.
        let before = earlier(heard);
        self.wordless = told.iter().filter(|m| m.ended().is_some() && m.text().trim().is_empty()).count();
        let parts = heard.iter().chain(told).enumerate().flat_map(|(at, m)| m.parts.iter().map(move |p| (at, p)));
        for (at, part) in parts {
            match part {
                Part::Call(_) if at < before => {}
                Part::Call(call) => {
                    self.note(call);
                    keys(call).for_each(|key| *self.told.entry(key).or_default() += 1);
                }
                Part::Text(t) | Part::Data(t) | Part::Reasoning(t) => self.spoken.told(t),
                Part::Media(what) => {
                    self.is_new_media(what);
                }
                Part::Item { json, .. } => {
                    self.seen.insert(format!("item {json}"));
                }
                _ => {}
            }
        }
    }

    /// Notes the JSON that an answer was before it was told in words.
    pub(super) fn wrote(&mut self, json: &Arc<str>) {
        self.spoken.told(json);
    }

    /// Takes what the root tells before its answer, to put it where spans say it.
    pub(super) fn expect(&mut self, words: Waiting) {
        self.waiting_words = words;
    }

    /// What of it no span said.
    pub(super) fn unsaid(&mut self) -> impl Iterator<Item = Message> + use<> {
        std::mem::take(&mut self.waiting_words).rest()
    }

    /// Marks where this model comes.
    pub(super) fn mark_at(&mut self, span: Option<&'t Span>) {
        self.marked = span;
    }

    /// Remembers a call; false if it was known.
    fn note(&mut self, call: &ToolCall) -> bool {
        self.note_by(keys(call))
    }

    /// The same by what it is recognised by, of which the first is the surest.
    fn note_by(&mut self, keys: impl IntoIterator<Item = String>) -> bool {
        let new: Vec<bool> = keys.into_iter().map(|key| self.seen.insert(key)).collect();
        new.first() == Some(&true)
    }

    /// An image that nobody told; it is told now.
    fn is_new_media(&mut self, what: &str) -> bool {
        self.seen.insert(format!("media {what}"))
    }

    /// Goes through the spans of these rows.
    pub(super) fn all(&mut self, tree: &Tree, rows: &[Range<usize>], root: usize, retrievals: &[Retrieval]) {
        // One that failed is told as a failure.
        let failed =
            |r: &Retrieval| r.documents.is_empty() && self.trace.spans.get(r.span).is_some_and(|s| s.status == "ERROR");
        let told = retrievals.iter().enumerate().filter(|(_, r)| !failed(r));
        let mut found: HashMap<usize, Vec<usize>> = HashMap::new();
        told.for_each(|(at, r)| found.entry(r.span).or_default().push(at));
        // Chats before each row: whether an agent's words are told by a model inside it. And whatever is told, for functions.
        let mut chats = vec![0u32];
        let mut tellers = vec![0u32];
        for node in &tree.rows {
            let span = self.trace.spans.get(node.span);
            let chat = span.is_some_and(is_chat);
            chats.push(chats.last().copied().unwrap_or(0) + u32::from(chat));
            let tells = found.contains_key(&node.span) || span.is_some_and(|s| !is_function(s));
            tellers.push(tellers.last().copied().unwrap_or(0) + u32::from(tells));
        }
        for row in rows.iter().cloned().flatten() {
            let Some(node) = tree.rows.get(row) else { continue };
            self.arrive(row);
            let Some(span) = self.trace.spans.get(node.span) else { continue };
            let documents = found.get(&node.span).into_iter().flatten();
            self.middle.extend(documents.map(|at| Entry::Documents(*at)));
            if self.marked.is_some_and(|marked| std::ptr::eq(marked, span)) {
                self.mark = self.middle.len();
            }
            if node.span == root {
                continue;
            }
            let failed = self.exception(node.span).filter(|(what, _)| !self.passed_through(tree, row, what));
            let failure = failed.and_then(|failed| self.untold(node.span, row..node.end.max(row + 1), failed));
            if found.contains_key(&node.span) || is_tool(span) || is_chat(span) {
                self.closed = self.closed.max(node.end);
            }
            if is_tool(span) {
                // The call itself says how it failed.
                self.tool(span, row, node.end, failure.as_ref());
                continue;
            }
            if is_agent(span) && node.end > row + 1 {
                self.agents.push((node.end, agent_name(span)));
            }
            if is_chat(span) {
                let above = node.parent.and_then(|p| tree.rows.get(p)).map(|n| n.span).filter(|p| *p != root);
                // A client's span inside its framework's has nothing new to say but calls.
                let inner = row < self.model;
                self.model = self.model.max(node.end);
                let above = above.and_then(|p| self.trace.spans.get(p));
                if !inner {
                    self.prompted(span, above, below(self.trace, tree, row + 1..node.end));
                }
                self.chat(span, above.unwrap_or(span), inner);
            } else if span.span_type == "AGENT" && chats.get(row) == chats.get(node.end) {
                let told = output(span);
                let own = self.waiting_words.until(&told);
                let said = told.into_iter().filter_map(|m| self.step(m, span)).next();
                self.coming.extend(said.map(|entry| (node.end, entry)));
                // The last that is pushed comes first.
                self.coming.extend(own.into_iter().rev().map(|m| (node.end, whole(m))));
            } else if !found.contains_key(&node.span) {
                let told = aside(span).filter(|result| self.is_news(result));
                self.middle.extend(told);
                if row >= self.closed && is_function(span) && tellers.get(row) == tellers.get(node.end) {
                    let early = self.mark == usize::MAX;
                    self.functions.push(Function { span, place: self.middle.len(), early });
                }
            }
            self.middle.extend(failure);
        }
        self.arrive(usize::MAX);
    }

    /// What the model inside it says is not said once more.
    fn is_news(&mut self, found: &Entry) -> bool {
        let Entry::Aside { result, .. } = found else { return true };
        // A word like "pass" may be anybody's.
        result.len() <= SHORT_WORD || !self.spoken.knows(squeezed(result))
    }

    /// What the answer or a step says is not said once more.
    pub(super) fn knows(&mut self, text: String) -> bool {
        self.spoken.knows(text)
    }

    /// The innermost agent that acts.
    fn by(&self) -> Option<String> {
        self.agents.last().map(|(_, name)| name.clone())
    }

    /// Leaves the spans that end before a row.
    fn arrive(&mut self, row: usize) {
        self.agents.retain(|(end, _)| row < *end);
        self.inside.retain(|(end, _)| row < *end);
        while self.coming.last().is_some_and(|(end, _)| *end <= row) {
            self.middle.extend(self.coming.pop().map(|(_, entry)| entry));
        }
    }

    fn tool(&mut self, span: &Span, row: usize, end: usize, failure: Option<&Entry>) {
        let mut call = tool_of(span);
        if let Some(Entry::Failure { what, .. }) = failure {
            call.error = Some(what.clone());
        }
        let group = end > row + 1;
        if group && call.arguments.is_empty() && call.result.is_none() && call.error.is_none() {
            // A frame around other spans that was given nothing and gave nothing back.
            return;
        }
        if let Some(result) = call.result.as_ref().filter(|_| group) {
            // What an agent inside it answered is what the tool returned.
            self.spoken.told(&result.as_str().into());
        }
        let keys: Vec<String> = keys(&call).collect();
        // The last key is its name and arguments.
        let signature = keys.last().map_or("", String::as_str);
        if group || !self.inside.is_empty() {
            let arguments = arguments_in(signature, &call);
            if self.inside.iter().any(|(_, around)| around == arguments) {
                // A tool's own span inside its framework's.
                self.told_beside(span, signature);
                return;
            }
            if group {
                self.inside.push((end, arguments.to_owned()));
            }
        }
        for key in &keys {
            while let Some((entry, part)) = self.waiting.get_mut(key).and_then(VecDeque::pop_front) {
                if let Some(Entry::Message { message, .. }) = self.middle.get_mut(entry)
                    && let Some(Part::Call(waiting)) = message.parts.get_mut(part)
                    && waiting.take(&call)
                {
                    waiting.told_by = Teller::Both;
                    return;
                }
            }
        }
        if !keys.iter().any(|key| self.told.get(key).is_some_and(|n| *n > 0)) {
            if self.told_beside(span, signature) {
                return;
            }
            let own = usize::from(dispatched(span).is_none());
            self.handed_on.entry(signature.to_owned()).or_default()[own] += 1;
            self.note_by(keys);
            (call.by, call.told_by) = (self.by(), Teller::Span);
            // The same call twice is two calls.
            self.middle.push(said(vec![Part::Call(call)]));
            return;
        }
        for key in keys {
            if let Some(left) = self.told.get_mut(&key) {
                *left = left.saturating_sub(1);
            }
            self.spare.entry(key).or_insert_with(|| call.clone());
        }
    }

    /// Who hands a call on tells it beside the tool's own span: the second of the two has nothing new to say.
    fn told_beside(&mut self, span: &Span, signature: &str) -> bool {
        let other = usize::from(dispatched(span).is_some());
        let left = self.handed_on.get_mut(signature).map(|both| &mut both[other]).filter(|n| **n > 0);
        left.map(|n| *n -= 1).is_some()
    }

    /// What a model was told before it spoke. A guardrail tells what it decided, and of the model that answers it is told
    /// elsewhere.
    fn prompted<'s>(&mut self, span: &'s Span, above: Option<&Span>, inside: impl Iterator<Item = &'s Span>) {
        let marked = self.marked.is_some_and(|marked| std::ptr::eq(marked, span));
        if marked || above.is_some_and(judges) {
            return;
        }
        let who = self.by().unwrap_or_else(|| above.unwrap_or(span).name.clone());
        // A frame around a model's span may not say what that was told.
        let mut each = [span].into_iter().chain(inside);
        if let Some(messages) = each.find_map(|s| Some(self.prompts.news(s, &who)).filter(|m| !m.is_empty())) {
            self.middle.push(Entry::Given { name: who, model: true, messages });
        }
    }

    /// Of a model's answer inside the trace: its thoughts and calls, and what it said with them; words alone are a step.
    fn chat(&mut self, span: &Span, name: &Span, inner: bool) {
        let mut told = output(span);
        self.middle.extend(self.waiting_words.until(&told).into_iter().map(whole));
        // What was handed on to the model is no answer of it.
        let asked = told.iter().rposition(|m| matches!(m.role, Role::User | Role::System)).map(|at| at + 1);
        let asked = asked.and_then(|from| {
            Some(from + told.get(from..)?.iter().rposition(|m| m.role == Role::Tool)? + 1).or(Some(from))
        });
        for message in told.drain(asked.unwrap_or(0)..) {
            let calls = message.parts.iter().any(|p| matches!(p, Part::Call(_)));
            if !calls && message.speaks() {
                if inner {
                    continue;
                }
                // Words of a model before the answering one are a draft, where the answer has them among others.
                self.spoken.draft = self.marked.is_some_and(|answers| !std::ptr::eq(answers, span));
                let step = self.step(message, name);
                self.spoken.draft = false;
                self.middle.extend(step);
                continue;
            }
            let mut parts = Vec::new();
            for mut part in message.parts {
                let new = match &mut part {
                    Part::Call(call) => {
                        call.by = self.by();
                        self.note(call)
                    }
                    Part::Reasoning(t) => self.spoken.is_new(t),
                    Part::Media(what) => self.is_new_media(what),
                    Part::Item { json, .. } => self.seen.insert(format!("item {json}")),
                    Part::Text(_) | Part::Refusal(_) | Part::Ended(_) => calls,
                    _ => false,
                };
                if new {
                    parts.push(part);
                }
            }
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

    /// What a model or an agent said on the way, unless the answer or an earlier step says the same.
    fn step(&mut self, mut message: Message, named: &Span) -> Option<Entry> {
        if !message.role.answers() || !message.speaks() {
            return None;
        }
        let text = squeezed(&message.text());
        let values = !message.parts.iter().any(|p| matches!(p, Part::Text(_) | Part::Refusal(_) | Part::Ended(_)));
        if values && text.len() > SHORT_VALUE {
            // What is handed on between spans is in the tree.
            return None;
        }
        // Where there are no words, why there are none is what was said.
        let wordless = text.is_empty() && message.ended().is_some();
        if wordless && self.wordless > 0 {
            self.wordless -= 1;
            return None;
        }
        // Of what was cut, and asked for once more, the answer says the whole: the beginning is news all the same.
        let cut = message.ended().is_some();
        let known = !wordless && if cut { self.spoken.knows_whole(text) } else { self.spoken.knows(text) };
        if known {
            // Its thoughts and what it drew may be news all the same.
            message.parts.retain(|p| matches!(p, Part::Reasoning(_) | Part::Media(_)));
        }
        message.parts.retain(|p| match p {
            Part::Reasoning(t) => self.spoken.is_new(t),
            Part::Media(what) => self.is_new_media(what),
            _ => true,
        });
        if message.parts.is_empty() {
            return None;
        }
        if known {
            return Some(said(message.parts));
        }
        Some(Entry::Step { name: named.name.clone(), message })
    }

    /// What a span failed with, and the stack trace.
    pub(super) fn exception(&self, at: usize) -> Option<(String, Option<String>)> {
        let span = self.trace.spans.get(at)?;
        if is_tool(span) && span.status == "OK" && span.outputs.is_some() {
            // It dealt with it: what it returned is what came of it.
            return None;
        }
        let event = span.events.iter().find(|e| e.name == "exception");
        if event.is_some() && stopped(span).is_some() {
            return None;
        }
        let get = |key: &str| {
            let found = event?.attributes.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone());
            found.filter(|v| !v.trim().is_empty())
        };
        let what = match (get("exception.type"), get("exception.message")) {
            (Some(kind), Some(message)) => format!("{kind}: {}", message.trim_end()),
            (Some(one), _) | (None, Some(one)) => one,
            (None, None) if span.status == "ERROR" && !span.status_message.is_empty() => span.status_message.clone(),
            (None, None) => reported(span)?,
        };
        Some((what, get("exception.stacktrace")))
    }

    /// A failure that has not been told yet: on its way up an exception is told once, and another that only reads like it
    /// is another.
    pub(super) fn failure(&mut self, at: usize, rows: Range<usize>) -> Option<Entry> {
        let failed = self.exception(at)?;
        self.untold(at, rows, failed)
    }

    fn untold(&mut self, at: usize, rows: Range<usize>, (what, stack): (String, Option<String>)) -> Option<Entry> {
        let above = |(r, _): &&(Range<usize>, String)| r.start < rows.end && rows.start < r.end;
        let mut recent = self.failures.iter().rev().take(RECENT).filter(above).map(|(_, w)| w);
        if recent.any(|known| known.contains(&what) || what.contains(known.as_str())) {
            return None;
        }
        self.failures.push((rows, what.clone()));
        Some(Entry::Failure { span: at, what, stack })
    }

    /// True where a child failed with the same: it passed through here and is told there.
    fn passed_through(&self, tree: &Tree, row: usize, what: &str) -> bool {
        let Some(node) = tree.rows.get(row) else { return false };
        let mut child = row + 1;
        while let Some(below) = tree.rows.get(child).filter(|_| child < node.end) {
            if self.exception(below.span).is_some_and(|(w, _)| w.contains(what) || what.contains(&w)) {
                return true;
            }
            child = below.end.max(child + 1);
        }
        false
    }
}

fn whole(message: Message) -> Entry {
    Entry::Message { message, history: false }
}

fn said(parts: Vec<Part>) -> Entry {
    Entry::Message { message: Message { role: Role::Assistant, name: None, parts }, history: false }
}
