//! Puts a trace's conversation together: the root's messages, and between question and answer what its spans add (tool
//! calls, documents, failures, what models said on the way). Nothing is said twice.

use super::asks::questions;
use super::attributes::{dialogue, input, output};
use super::besides::{Known, besides};
use super::echoed::{drop_history, handed_back};
use super::ending::why_ended;
use super::extras::extras;
use super::failed::reported;
use super::functions::{Around, functions, put};
use super::given::Given;
use super::handed::handed;
use super::once::tell_once;
use super::order::{Waiting, attribute};
use super::prompts::of_answer;
use super::resumed::{decides, rejected, resumed};
use super::reversed::reversed;
use super::siblings::only_names;
use super::spoken::squeezed;
use super::stages::{Stage, stages};
use super::stand_in::{answering, asks_nothing, is_unread, is_unrecorded, says, stand_ins};
use super::state::{state, tells_again};
use super::structured::in_words;
use super::tools::{is_chat, is_tool};
use super::trajectory::trajectory;
use super::walk::Walk;
use super::{Conversation, Entry, Message, Part, Role};
use crate::model::document::Retrieval;
use crate::model::json::parse_shape as parse;
use crate::model::span_tree::Tree;
use crate::model::trace::{Span, Trace};
use std::sync::Arc;

/// The conversation of a trace. `tree` and `retrievals` are those of the same trace.
#[must_use]
pub fn conversation(trace: &Trace, tree: &Tree, retrievals: &[Retrieval]) -> Conversation {
    let mut stages = stages(trace, tree).into_iter();
    let Some(first) = stages.next() else { return Conversation::default() };
    let mut found = Scene { trace, tree, stage: &first }.tell(retrievals, &[], &[]);
    for stage in stages {
        let told = if stage.goes_on { found.entries.as_slice() } else { &[] };
        let more = Scene { trace, tree, stage: &stage }.tell(retrievals, told, &found.entries);
        found.entries.extend(more.entries);
        if stage.turn {
            (found.output, found.question) = (more.output, more.question);
        }
    }
    found
}

/// A stage of a trace, being told.
struct Scene<'t> {
    trace: &'t Trace,
    tree: &'t Tree,
    stage: &'t Stage,
}

impl<'t> Scene<'t> {
    /// `known`: what stages before have told; this one does not begin with it again. `before`: the same, also where they are
    /// exchanges of their own.
    fn tell(&self, retrievals: &[Retrieval], known: &[Entry], before: &[Entry]) -> Conversation {
        let Self { trace, tree, stage } = *self;
        let Some(span) = trace.spans.get(stage.root) else { return Conversation::default() };
        let (mut heard, mut told) = dialogue(span);
        let (mut outputs, mut way) = (span.outputs.clone(), Vec::new());
        if let Some((told_way, rest)) = span.outputs.as_deref().and_then(trajectory) {
            let calls = told_way.iter().flat_map(|m| &m.parts).filter(|p| p.call().is_some()).count();
            let (models, tools) = self.below();
            // Else spans tell all of it.
            let nobody = (models, tools) == (0, 0);
            if nobody || models > 0 && tools >= calls {
                outputs = Some(rest.into());
                told = output(&Span { outputs: outputs.clone(), outputs_text: None, ..span.clone() });
                way = if nobody { told_way } else { way };
            }
        }
        let mut walk = Walk::new(trace);
        let failed = walk.exception(stage.root).is_some();
        // OpenTelemetry's roots often say nothing; the models below them do.
        let unrecorded = is_unrecorded(span);
        let silent = |m: &Message| asks_nothing(m, unrecorded);
        if heard.iter().all(silent) {
            let first = self.chats().map(input).find(|m| !m.iter().all(silent));
            heard = first.unwrap_or(heard);
        } else if span.inputs.as_deref().is_some_and(|i| only_names(i, false)) {
            // So do those that only say whose the question is.
            let asks = |m: &[Message]| m.iter().any(by_person) && !m.iter().any(|m| m.role.answers());
            let first = self.chats().map(input).next().filter(|m| asks(m));
            if let Some(mut first) = first {
                let whose = std::mem::take(&mut heard).into_iter().flat_map(|m| m.parts);
                first.iter_mut().rfind(|m| by_person(m)).into_iter().for_each(|m| m.parts.extend(whose.clone()));
                heard = first;
            }
        }
        let mut borrowed = false;
        if (told.is_empty() || is_unread(&told)) && !failed {
            let last = self.chats().rev().map(output).find(|m| !m.is_empty());
            let last = last.filter(|m| m.iter().any(Message::speaks));
            borrowed = last.is_some();
            told = last.unwrap_or(told);
        }
        if heard.is_empty() && told.is_empty() {
            let standing = stand_ins(&trace.spans, tree, stage.rows.iter().cloned());
            heard = standing.iter().map(|s| input(s)).find(|m| !m.is_empty()).unwrap_or_default();
            if !failed {
                told = answering(&standing).map(output).unwrap_or_default();
                borrowed = !told.is_empty();
            }
        }
        if told.is_empty() && !failed && span.outputs.is_none() {
            told = self.agents_answer();
            borrowed = !told.is_empty();
        }
        reversed(&heard, &mut told);
        resumed(&mut heard, &mut told);
        rejected(&mut heard);
        rejected(&mut told);
        handed_back(&mut heard, &mut told);
        drop_history(&mut heard, &mut told, outputs.as_deref().filter(|_| !borrowed));
        let at = answer_at(&told).unwrap_or(told.len());
        told.splice(at..at, way);
        questions(&mut told, self.spans());
        if !borrowed {
            with_extras(outputs.as_deref(), &mut told);
        }
        if !is_chat(span) {
            beside(span.inputs.as_deref(), None, &mut heard, Role::User);
            beside(outputs.as_deref().filter(|_| !borrowed), span.inputs.as_deref(), &mut told, Role::Assistant);
        }
        let givers = self.givers(answer(&told));
        let mut written = None;
        if let Some(message) = answer_mut(&mut told) {
            // An application hands on the words; why they end is known to the model that gave them.
            let why = givers.iter().find_map(|(_, said)| why_ended(said, message));
            message.end(why);
            written = in_words(message);
        }
        tell_once(&mut heard, &mut told, retrievals);
        let answer = answer(&told).cloned();
        let answer_is_documents = found_documents(span, stage.root, &told, retrievals);
        if answer_is_documents {
            told.clear();
        }
        walk.know(&heard, &told, answer.as_ref());
        written.iter().for_each(|json| walk.wrote(json));
        let given = self.given(&givers, &heard);
        if let Some(at) = answer_at(&told).filter(|_| !told.iter().any(Message::is_choice)) {
            let new = |m: &Message| m.role.answers() || !heard.contains(m);
            let rest = told.split_off(at);
            let before = std::mem::replace(&mut told, rest);
            walk.expect(Waiting::new(before.into_iter().filter(new)));
        }
        walk.mark_at(given.as_ref().map(|(span, _)| *span));
        let system = if heard.iter().any(|m| m.role == Role::System) { None } else { self.system(&givers) };
        let told_before =
            before.iter().filter_map(|e| if let Entry::Message { message, .. } = e { Some(message) } else { None });
        walk.prompts.know(heard.iter().chain(&system).chain(told_before));
        walk.all(tree, &stage.rows, stage.root, retrievals);
        let question = asked(&heard).and_then(|at| heard.get(at)).map(words);
        let prompt = given.as_ref().map(|(model, _)| dialogue(model).0).unwrap_or_default();
        self.functions(&mut walk, (&heard, &told), &prompt, retrievals, question.as_deref());
        told.splice(0..0, walk.unsaid());
        heard.splice(0..0, system);
        // Where the thread is told in one piece (events), its last words are the answer.
        let answered = span.inputs.is_none() && heard.last().is_some_and(|m| m.role.answers() && m.speaks());
        let told_nothing = told.is_empty() && !answer_is_documents && !answered;
        let heard_nothing = heard.iter().all(|m| m.role == Role::System);
        let new = heard.iter().take_while(|m| known.iter().any(|e| is_message(e, m))).count();
        // What is asked now may have been asked before.
        let new = if stage.turn { new.min(turn(&heard).unwrap_or(0)) } else { new };
        heard.drain(..new);
        if let Some((model, mut given)) = given {
            given.asked(&mut heard, before);
            let known = Known::new(&heard, [&walk.middle, before], retrievals, question.as_deref());
            let messages = besides(&dialogue(model).0, &known);
            given.between(&[&heard, &told], &mut walk.middle, walk.mark);
            if !messages.is_empty() {
                let at = walk.mark.min(walk.middle.len());
                walk.middle.insert(at, Entry::Given { name: model.name.clone(), model: true, messages });
            }
        }
        let mut entries = said_before(heard);
        entries.append(&mut walk.middle);
        let repeats = |m: &Message| entries.iter().any(|e| is_message(e, m));
        let fresh: Vec<Message> = told.into_iter().filter(|m| m.role.answers() || !repeats(m)).collect();
        entries.extend(fresh.into_iter().map(|message| Entry::Message { message, history: false }));
        // What an answer itself reports is told once.
        let known = walk.exception(stage.root).filter(|_| answer.is_none() && reported(span).is_none());
        match (walk.failure(stage.root, 0..usize::MAX), known) {
            (Some(failure), _) => entries.push(failure),
            // It was told where it arose; here it is the reason why there is no answer.
            (None, Some((what, _))) => {
                let what = format!("no answer: {}", what.lines().next().unwrap_or_default());
                entries.push(Entry::Failure { span: stage.root, what, stack: None });
            }
            (None, None)
                if told_nothing && !heard_nothing && !entries.iter().any(|e| matches!(e, Entry::Failure { .. })) =>
            {
                entries.push(Entry::Silence);
            }
            (None, None) => {}
        }
        let mut found = Conversation { entries, output: None, question: question.map(Into::into) };
        found.pair_results(tree, trace, &walk.spare);
        found.one_box_each();
        found.find_documents(retrievals);
        handed(&mut found, tree, trace);
        attribute(&mut found.entries);
        found.output = match answer {
            Some(message) => Some(shared_words(&message)).filter(|t| !t.is_empty()),
            None if borrowed || reported(span).is_some() => None,
            None => plain(span.outputs.as_deref()).map(Into::into),
        };
        found
    }

    fn spans(&self) -> impl DoubleEndedIterator<Item = &'t Span> + Clone {
        let (trace, tree) = (self.trace, self.tree);
        let nodes = self.stage.rows.iter().filter_map(|rows| tree.rows.get(rows.clone())).flatten();
        nodes.filter_map(|n| trace.spans.get(n.span))
    }

    fn chats(&self) -> impl DoubleEndedIterator<Item = &'t Span> {
        self.spans().filter(|s| is_chat(s))
    }

    /// How many spans of models and of tools there are below the root.
    fn below(&self) -> (usize, usize) {
        let rows = self.stage.rows.iter().filter_map(|rows| self.tree.rows.get(rows.clone())).flatten();
        let below = rows.filter(|n| n.span != self.stage.root).filter_map(|n| self.trace.spans.get(n.span));
        below.fold((0, 0), |(models, tools), s| (models + usize::from(is_chat(s)), tools + usize::from(is_tool(s))))
    }

    /// The system prompt of the answer. What a tool's own model or a guardrail was told is not the application's.
    fn system(&self, givers: &[(&'t Span, Vec<Message>)]) -> Option<Message> {
        let inside = self.inside_tools();
        let own = self.chats().filter(|s| !inside.iter().any(|i| std::ptr::eq(*i, *s)));
        of_answer(self.trace, self.tree, givers.iter().map(|(span, _)| *span), own)
    }

    /// The models that gave this answer, the last first, with what they said.
    fn givers(&self, answer: Option<&Message>) -> Vec<(&'t Span, Vec<Message>)> {
        let short = |m: &&Message| m.parts.iter().filter_map(Part::text).map(str::len).sum::<usize>() < COMPARED;
        // Where no model was asked, an answer of any size need not be read.
        let Some(answer) = answer.filter(|_| self.chats().next().is_some()).filter(short) else { return Vec::new() };
        let answer = squeezed(&words(answer));
        let said = |s: &'t Span| (s, output(s));
        let gives =
            |(_, said): &(&'t Span, Vec<Message>)| said.iter().any(|m| m.speaks() && squeezed(&words(m)) == answer);
        // One that said much more gave no short answer.
        let small = |s: &&Span| s.outputs.as_ref().is_none_or(|o| o.len() < 4 * COMPARED);
        self.chats().rev().take(ASKED).filter(small).map(said).filter(gives).collect()
    }

    /// The model that answered, or else the last one that was asked the same, with what it was given.
    fn given(&self, givers: &[(&'t Span, Vec<Message>)], heard: &[Message]) -> Option<(&'t Span, Given)> {
        self.trace.spans.get(self.stage.root).filter(|root| !is_chat(root))?;
        let inside = self.inside_tools();
        let own = |s: &&'t Span| !inside.iter().any(|i| std::ptr::eq(*i, *s));
        let giver = givers.iter().map(|(s, _)| *s).find(own);
        let span = giver.or_else(|| self.chats().rev().find(own))?;
        // Reading a request of megabytes once more would hold up the opening of its trace.
        if span.inputs.as_ref().is_some_and(|i| i.len() > GIVEN) {
            return None;
        }
        let question = asked(heard).and_then(|at| heard.get(at)).map(words).unwrap_or_default();
        // An only model was asked for this answer, whatever the application made of it.
        let sure = giver.is_some() || self.chats().filter(own).nth(1).is_none();
        Some((span, Given::read(input(span), &question, sure)?))
    }

    /// Puts what functions returned among what the spans tell.
    fn functions(
        &self,
        walk: &mut Walk<'t>,
        (heard, told): (&[Message], &[Message]),
        prompt: &[Message],
        retrievals: &[Retrieval],
        question: Option<&str>,
    ) {
        let met = std::mem::take(&mut walk.functions);
        if met.is_empty() {
            return;
        }
        let answer = answer(told).map(words).unwrap_or_default();
        let steps =
            walk.middle.iter().filter_map(|e| if let Entry::Step { message, .. } = e { Some(message) } else { None });
        let said = prompt.iter().chain(steps).chain(told).map(|m| squeezed(&words(m))).collect();
        let known = Known::new(heard, [&walk.middle, &[]], retrievals, question);
        let alone = self.chats().next().is_none();
        let prompt = prompt.iter().filter(|m| matches!(m.role, Role::System | Role::User));
        let prompt = prompt.map(|m| squeezed(&m.text())).collect::<Vec<_>>().join("\n");
        let mut around = Around { trace: self.trace, known, said, prompt, answer: &answer, alone };
        let (found, more) = functions(&met, &mut around, |text| walk.knows(text));
        put(&mut walk.middle, &mut walk.mark, found, more);
    }

    /// What agents below a root answered that has no outputs: it is still running, or a stream was lost.
    fn agents_answer(&self) -> Vec<Message> {
        let below = self.stage.rows.iter().map(|rows| {
            let own = self.tree.rows.get(rows.start).is_some_and(|n| n.span == self.stage.root);
            rows.start + usize::from(own)..rows.end
        });
        let agents = stand_ins(&self.trace.spans, self.tree, below);
        let answers = agents.iter().rev().filter(|s| s.span_type == "AGENT").map(|s| output(s));
        answers.into_iter().find(|m| m.iter().any(Message::speaks)).unwrap_or_default()
    }

    /// The spans below tools.
    fn inside_tools(&self) -> Vec<&'t Span> {
        let mut end = 0;
        let mut inside = Vec::new();
        for (row, node) in self.tree.rows.iter().enumerate() {
            let Some(span) = self.trace.spans.get(node.span) else { continue };
            if row < end {
                if is_chat(span) {
                    inside.push(span);
                }
            } else if is_tool(span) {
                end = node.end;
            }
        }
        inside
    }
}

/// Models that are asked whether they gave the answer, from the last on, and answers that are compared, in bytes.
const ASKED: usize = 8;
const COMPARED: usize = 64 << 10;

/// A model's input is read for what nobody else tells up to so many bytes.
const GIVEN: usize = 4 << 20;

/// A retriever that stands alone answers with its documents, which are told as such.
fn found_documents(span: &Span, at: usize, told: &[Message], retrievals: &[Retrieval]) -> bool {
    let finds = ["RETRIEVER", "RERANKER"].contains(&span.span_type.as_str());
    let found = || retrievals.iter().any(|r| r.span == at && !r.documents.is_empty());
    let plain = |p: &Part| matches!(p, Part::Data(_) | Part::Text(_));
    finds && found() && told.iter().all(|m| m.parts.iter().all(plain))
}

fn is_message(entry: &Entry, this: &Message) -> bool {
    matches!(entry, Entry::Message { message, .. } if message == this)
}

/// The same speaker with the same words; without words, the same message.
pub(super) fn same_words(a: &Message, b: &Message) -> bool {
    fn words(m: &Message) -> Vec<&str> {
        m.parts.iter().filter_map(|p| if let Part::Text(t) = p { Some(t.trim()) } else { None }).collect()
    }
    let (x, y) = (words(a), words(b));
    a.role == b.role && if x.is_empty() && y.is_empty() { a.parts == b.parts } else { x == y }
}

/// The inputs of the first model that was asked, for a root that says nothing; else of who stands for it.
pub(in crate::model) fn first_input(spans: &[Span]) -> Option<Arc<str>> {
    let asked = spans.iter().filter(|s| is_chat(s) && s.inputs.is_some());
    let first = asked.min_by_key(|s| s.start_ns.unwrap_or(i64::MAX));
    first.or_else(|| standing(spans).into_iter().find(|s| says(s.inputs.as_ref())))?.inputs.clone()
}

/// What the last model answered, likewise.
pub(in crate::model) fn last_output(spans: &[Span]) -> Option<Arc<str>> {
    let answered = spans.iter().filter(|s| is_chat(s) && s.outputs.is_some());
    let last = answered.max_by_key(|s| s.start_ns.unwrap_or(i64::MIN));
    last.or_else(|| answering(&standing(spans)))?.outputs.clone()
}

fn standing(spans: &[Span]) -> Vec<&Span> {
    let tree = Tree::build(spans);
    let all = 0..tree.rows.len();
    stand_ins(spans, &tree, [all])
}

/// What an application's state holds beside its messages stays with the last of them.
fn beside(text: Option<&str>, known: Option<&str>, said: &mut [Message], side: Role) {
    // A state is an object. Another value may be an answer of megabytes, which is not read once more for this.
    let Some(text) = text.filter(|t| t.trim_start().starts_with('{')) else { return };
    let Some(last) = said.iter_mut().rev().find(|m| m.role == side) else { return };
    let known = known.and_then(|t| parse(t).ok()).map(|(json, _)| json);
    let Ok((json, _)) = parse(text) else { return };
    let more = state(&json, known.as_ref(), last);
    last.parts.retain(|part| !more.iter().any(|new| tells_again(new, part)));
    last.parts.extend(more);
}

/// What an application says beside its answer's message is a part of that answer.
fn with_extras(output: Option<&str>, told: &mut [Message]) {
    let named = |t: &&str| t.trim_start().starts_with('{') && (t.contains("\"role\"") || t.contains("\"choices\""));
    let Some(text) = output.filter(named) else { return };
    let Some(message) = answer_mut(told).filter(|m| m.speaks()) else { return };
    let cited = message.parts.iter().any(|p| matches!(p, Part::Source(_)));
    let more = parse(text).ok().and_then(|(json, _)| extras(&json, cited));
    message.parts.retain(|part| more.as_ref().is_none_or(|new| !tells_again(new, part)));
    message.parts.extend(more);
}

/// The message that is the answer: the last that says something; of several choices the first.
fn answer(told: &[Message]) -> Option<&Message> {
    told.get(answer_at(told)?)
}

fn answer_mut(told: &mut [Message]) -> Option<&mut Message> {
    let at = answer_at(told)?;
    told.get_mut(at)
}

fn answer_at(told: &[Message]) -> Option<usize> {
    let spoken = || told.iter().rposition(|m| m.role.answers() && m.speaks());
    told.iter().position(Message::is_choice).or_else(spoken).or(told.len().checked_sub(1))
}

/// The words of a message; where it has none, its data, else its calls. Nothing for an image alone.
pub(super) fn words(message: &Message) -> String {
    let texts: Vec<&str> = message
        .parts
        .iter()
        .filter_map(|p| match p {
            Part::Text(t) | Part::Refusal(t) => Some(t.as_ref()),
            _ => None,
        })
        .collect();
    if !texts.is_empty() {
        return texts.join("\n\n");
    }
    let data = message.text();
    if !data.is_empty() {
        return data;
    }
    let calls = message.parts.iter().filter_map(|p| match p {
        Part::Call(call) => Some(format!("{}({})", call.name, call.arguments)),
        Part::Item { json, .. } => Some(json.to_string()),
        _ => None,
    });
    calls.collect::<Vec<_>>().join("\n")
}

/// The same, shared where the message is of one piece, as a large one mostly is.
fn shared_words(message: &Message) -> Arc<str> {
    match message.parts.as_slice() {
        [Part::Text(one) | Part::Data(one)] => Arc::clone(one),
        _ => words(message).into(),
    }
}

fn plain(json: Option<&str>) -> Option<String> {
    let text = json?;
    let read = parse(text).map_or_else(|_| text.to_owned(), |(j, _)| j.plain());
    (!read.is_empty() && read != "null").then_some(read)
}

/// The last that a person asked: data is no question beside one, nor is a decision on what was asked, and what came back from
/// tools is none, whatever stands beside it.
fn asked(heard: &[Message]) -> Option<usize> {
    let asks = |m: &Message| by_person(m) && !decides(m) && m.parts.iter().any(|p| !matches!(p, Part::Data(_)));
    heard.iter().rposition(asks).or_else(|| heard.iter().rposition(by_person))
}

pub(super) fn by_person(message: &Message) -> bool {
    message.role == Role::User && !message.parts.iter().any(|p| matches!(p, Part::Result { .. }))
}

/// Where this turn begins: with the first of the messages that nobody answered before the last question.
pub(super) fn turn(heard: &[Message]) -> Option<usize> {
    Some(begins(heard, asked(heard)?))
}

/// The first of the messages of a person that stand together with this one.
pub(super) fn begins(heard: &[Message], at: usize) -> usize {
    let before = heard.iter().enumerate().take(at).rev().take_while(|(_, m)| by_person(m) || m.role == Role::System);
    before.filter(|(_, m)| by_person(m)).last().map_or(at, |(first, _)| first)
}

/// The input's messages; all but the system prompt that come before this turn are earlier turns.
fn said_before(input: Vec<Message>) -> Vec<Entry> {
    let first = turn(&input).unwrap_or(0);
    let entry = |(at, message): (usize, Message)| {
        let history = at < first && message.role != Role::System;
        Entry::Message { message, history }
    };
    input.into_iter().enumerate().map(entry).collect()
}
