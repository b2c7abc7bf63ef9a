//! What functions returned that neither speak nor are called nor retrieve, where nothing else tells it: an application that is
//! traced function by function says what its answer rests on nowhere else.

use super::assemble::words;
use super::attributes::{input, output};
use super::besides::Known;
use super::content::returned;
use super::messages::messages;
use super::spoken::squeezed;
use super::tools::{is_agent, is_chat, is_tool};
use super::{Entry, Message, Part, Role};
use crate::model::json::{Json, parse_shape as parse};
use crate::model::model_use::model_use;
use crate::model::trace::{Span, Trace};
use std::collections::HashSet;
use std::sync::Arc;

/// Types that are told by somebody else, or that say nothing to a reader.
const OTHERS: [&str; 8] = ["RETRIEVER", "RERANKER", "EMBEDDING", "PARSER", "AGENT", "GUARDRAIL", "EVALUATOR", "MEMORY"];

/// So many are told; more are in the tree.
const TOLD: usize = 20;
/// Results of more bytes are in the tree alone, and so many bytes of results are gone through.
const MOST: usize = 64 << 10;
const READ: usize = 2 << 20;
/// Below this a text may be the same by chance.
const TELLING: usize = 16;
/// Numbers without a word, from so many on, are a vector.
const VECTOR: usize = 16;
/// Values inside values are looked into this far.
const DEPTH: usize = 32;

/// A function that was met on the way.
pub(super) struct Function<'t> {
    pub span: &'t Span,
    /// How much was found before it.
    pub place: usize,
    /// It came before the model that was given the most.
    pub early: bool,
}

/// A span that may be a function.
pub(super) fn is_function(span: &Span) -> bool {
    !OTHERS.contains(&span.span_type.as_str()) && !is_tool(span) && !is_chat(span) && !is_agent(span)
}

/// What is told around the functions.
pub(super) struct Around<'t, 'a> {
    pub trace: &'t Trace,
    pub known: Known<'a>,
    /// What was said on the way.
    pub said: HashSet<String>,
    /// What the model that gave the answer was given, which is told as such.
    pub prompt: String,
    /// The answer's words.
    pub answer: &'a str,
    /// No model's span says what the answer rests on.
    pub alone: bool,
}

/// The functions whose results nobody tells, each with its place, and how many more there may be.
pub(super) fn functions<'t>(
    met: &[Function<'t>],
    around: &mut Around<'t, '_>,
    mut knows: impl FnMut(String) -> bool,
) -> (Vec<(usize, bool, Entry)>, usize) {
    let mut found = Vec::new();
    let names: HashSet<&str> = match met {
        [] => HashSet::new(),
        _ => around.trace.spans.iter().map(|s| s.name.as_str()).collect(),
    };
    let answer = squeezed(around.answer);
    let mut read = 0;
    let mut giver = None;
    for (at, function) in met.iter().enumerate() {
        if found.len() == TOLD || read > READ {
            return (found, met.len() - at);
        }
        if function.span.inputs.is_some() && function.span.inputs == function.span.outputs {
            // It handed on what it was given.
            continue;
        }
        let Some(result) = Returned::of(function.span) else { continue };
        read += result.text.len();
        if !answer.is_empty() && result.leaves.contains(&answer) {
            giver = Some(function);
        }
        // Who goes on: a router's, a handoff's.
        let routes = |t: &String| {
            // LangGraph's `Send`, as Python prints it.
            names.contains(t.as_str()) || matches!(t.as_str(), "__end__" | "__start__") || t.starts_with("Send(node=")
        };
        let routes = !result.leaves.is_empty() && result.leaves.iter().all(routes);
        let mut dressed = || result.text.len() >= TELLING && knows(squeezed(&result.text));
        if routes || result.is_told(around, &answer) || result.is_vector() || dressed() {
            continue;
        }
        around.known.value(&result.text);
        around.said.extend(result.all);
        found.push((function.place, function.early, told(function.span, result.text)));
    }
    if let Some(giver) = giver.filter(|_| around.alone)
        && let Some(entry) = given(giver.span, around)
    {
        let at = found.iter().position(|(place, ..)| *place > giver.place).unwrap_or(found.len());
        found.insert(at, (giver.place, giver.early, entry));
    }
    (found, 0)
}

fn told(span: &Span, result: String) -> Entry {
    let kind = if span.span_type.is_empty() { "UNKNOWN" } else { &span.span_type };
    let asked = match &span.inputs {
        Some(inputs) => Some(Arc::clone(inputs)).filter(|i| i.len() <= MOST),
        None => Some(input(span).iter().map(words).collect::<Vec<_>>().join("\n\n").into()),
    };
    let asked = asked.filter(|t| !matches!(t.trim(), "" | "null" | "{}"));
    Entry::Aside { kind: kind.to_owned(), name: span.name.clone(), asked, result: result.into() }
}

/// What the function that gave the answer was given and nobody tells.
fn given(span: &Span, around: &Around<'_, '_>) -> Option<Entry> {
    let known = &around.known;
    let inputs = span.inputs.as_ref().filter(|i| i.len() <= MOST)?;
    let (json, _) = parse(inputs).ok()?;
    let mut leaves = Vec::new();
    texts(&json, DEPTH, &mut leaves);
    if leaves.iter().all(|t| around.said.contains(t) || known.news(t).is_none()) {
        return None;
    }
    let part = match leaves.as_slice() {
        [only] => Part::Text(known.news(only)?.into()),
        _ => Part::Data(Arc::clone(inputs)),
    };
    let messages = vec![Message { role: Role::User, name: None, parts: vec![part] }];
    Some(Entry::Given { name: span.name.clone(), model: is_model(span, &json), messages })
}

/// Something says that a model is behind a function of no type: its name, what it took, an answer in a model's own shape.
fn is_model(span: &Span, inputs: &Json<'_>) -> bool {
    const ASKED: [&str; 3] = ["model", "model_name", "modelId"];
    const ANSWERED: [&str; 5] = ["choices", "usage", "usage_metadata", "usageMetadata", "model"];
    let used = model_use(span);
    let asked =
        [Some(inputs), inputs.some("kwargs")].into_iter().flatten().any(|j| ASKED.iter().any(|k| j.some(k).is_some()));
    let answered = || {
        let outputs = span.outputs.as_deref().filter(|o| o.len() <= MOST && o.trim_start().starts_with('{'));
        outputs.and_then(|o| parse(o).ok()).is_some_and(|(json, _)| ANSWERED.iter().any(|k| json.some(k).is_some()))
    };
    used.model.is_some() || used.total.is_some() || asked || answered()
}

/// What a span returned.
struct Returned {
    /// JSON text or plain.
    text: String,
    /// Its texts, numbers and flags; of messages, their words.
    leaves: Vec<String>,
    /// The same of the value as it was written.
    all: Vec<String>,
}

impl Returned {
    fn of(span: &Span) -> Option<Self> {
        let Some(outputs) = span.outputs.as_deref() else {
            let text = output(span).iter().map(words).collect::<Vec<_>>().join("\n\n");
            let leaves = vec![squeezed(&text)];
            return Some(Self { text, all: leaves.clone(), leaves })
                .filter(|r| !r.text.trim().is_empty() && r.text.len() <= MOST);
        };
        if outputs.len() > MOST {
            let text = format!("({} KB: see the tree)", outputs.len().div_ceil(1024));
            return Some(Self { leaves: Vec::new(), all: Vec::new(), text });
        }
        let (json, _) = parse(outputs).ok()?;
        let text = returned(&json);
        let mut all = Vec::new();
        texts(&json, DEPTH, &mut all);
        let asked = || messages(&json, Role::User).filter(|_| outputs.contains("\"role\""));
        // Of messages the words count: calls and results are told elsewhere.
        let leaves: Vec<String> = match messages(&json, Role::Assistant).or_else(asked) {
            Some(said) => {
                let words: Vec<String> = said.iter().map(|m| squeezed(&m.text())).filter(|t| !t.is_empty()).collect();
                if words.is_empty() {
                    return None;
                }
                words
            }
            None => all.clone(),
        };
        let empty = leaves.is_empty() && !matches!(json, Json::Array(_));
        (!empty && !text.trim().is_empty()).then_some(Self { text, leaves, all })
    }

    fn is_told(&self, around: &Around<'_, '_>, answer: &str) -> bool {
        let prompted = |t: &String| t.len() >= TELLING && around.prompt.contains(t.as_str());
        let joined = |t: &String| t.len() >= TELLING && around.known.news(t).is_none();
        let known =
            |t: &String| t == answer || around.said.contains(t) || around.known.tells(t) || prompted(t) || joined(t);
        let all = !self.leaves.is_empty() && self.leaves.iter().all(known);
        all && (self.leaves.len() == 1 || self.leaves.iter().any(|t| t.len() >= TELLING))
    }

    fn is_vector(&self) -> bool {
        self.leaves.len() >= VECTOR && self.leaves.iter().all(|t| t.parse::<f64>().is_ok())
    }
}

/// A value's texts, numbers and flags; what is deeper than `depth` as one.
fn texts(json: &Json<'_>, depth: usize, found: &mut Vec<String>) {
    let holds = json.is_object() || matches!(json, Json::Array(_));
    if let Some(depth) = depth.checked_sub(1) {
        json.items().iter().chain(json.members().iter().map(|(_, v)| v)).for_each(|v| texts(v, depth, found));
    }
    if (!holds || depth == 0) && !json.is_null() {
        let text = squeezed(&json.plain());
        if !text.is_empty() {
            found.push(text);
        }
    }
}

/// Puts them among what was found; where the model stands that was given the most moves with them.
pub(super) fn put(middle: &mut Vec<Entry>, mark: &mut usize, found: Vec<(usize, bool, Entry)>, more: usize) {
    let before = found.iter().filter(|(place, early, _)| *early && place <= mark).count();
    let end = found.last().map_or(middle.len(), |(place, ..)| *place);
    if more > 0 {
        middle.insert(end.min(middle.len()), Entry::More(more));
    }
    for (place, _, entry) in found.into_iter().rev() {
        middle.insert(place.min(middle.len()), entry);
    }
    if *mark != usize::MAX {
        *mark += before + usize::from(more > 0 && end < *mark);
    }
}
