//! Which of the documents that were found no model was given, where others of the same retrieval stand word for word in what
//! models were given: an answer rests on those alone.
//!
//! Said only where it is certain: what each model was given is recorded, the texts are long enough to be told apart, and no
//! piece of the document stands anywhere in it.

use super::{Origin, Retrieval};
use crate::model::conversation::{asked_words, is_chat};
use crate::model::json::{Json, parse_shape as parse};
use crate::model::model_use::model_use;
use crate::model::trace::{Span, Trace};
use memchr::memmem::Finder;
use std::collections::{HashMap, HashSet};

/// More bytes of what models were given are not gone through, nor more documents.
const READ: usize = 512 << 10;
const MANY: usize = 200;
/// Letters below which a text is not told from another.
const TELLING: usize = 10;
/// Letters that stand in two texts by no chance.
const PIECE: usize = 24;
/// Values inside values are looked into this far.
const DEPTH: usize = 24;

/// Marks the documents that were not handed on.
pub(super) fn mark(kept: &mut [Retrieval], trace: &Trace) {
    let several = |r: &&mut Retrieval| r.origin != Origin::Given && !r.told && (2..=MANY).contains(&r.documents.len());
    let mut kept: Vec<&mut Retrieval> = kept.iter_mut().filter(several).collect();
    if kept.is_empty() {
        return;
    }
    let models = trace.spans.iter().any(is_chat);
    let mut prompts = if models { of_models(trace) } else { None };
    for r in &mut kept {
        let texts: Vec<String> = r.documents.iter().map(|d| letters(&d.content)).collect();
        if texts.iter().any(|t| t.len() < TELLING) || r.documents.iter().any(|d| !d.media.is_empty()) {
            continue;
        }
        if !models {
            prompts = of_functions(trace, r.span, &texts);
        }
        let Some(prompts) = prompts.as_deref() else { continue };
        let given: Vec<bool> = texts.iter().map(|t| stands_in(prompts, t)).collect();
        if given.iter().all(|g| *g) || !given.iter().any(|g| *g) {
            continue;
        }
        let whole: Vec<&str> = texts.iter().zip(&given).filter(|(_, g)| **g).map(|(t, _)| t.as_str()).collect();
        let gone = texts.iter().zip(&given).map(|(t, g)| if *g { "" } else { t.as_str() }).collect::<Vec<_>>();
        let partly = partly(prompts, &gone);
        for (at, (document, text)) in r.documents.iter_mut().zip(gone).enumerate() {
            document.left = !text.is_empty() && !partly.contains(&at) && !whole.iter().any(|w| text.contains(w));
        }
    }
}

/// Takes the mark off what is marked only here, in a trace of which something is hidden, and not in all of it.
pub fn only_left_in(kept: &mut [Retrieval], whole: &[Retrieval]) {
    let alike = kept.len() == whole.len();
    for (at, r) in kept.iter_mut().enumerate() {
        let whole = whole.get(at).filter(|w| alike && w.span == r.span && w.documents.len() == r.documents.len());
        for (at, document) in r.documents.iter_mut().enumerate() {
            document.left &= whole.and_then(|w| w.documents.get(at)).is_some_and(|d| d.left);
        }
    }
}

/// The letters of all that models were given; `None` where that is not known.
fn of_models(trace: &Trace) -> Option<String> {
    let mut found = String::new();
    for span in trace.spans.iter().filter(|s| is_chat(s)) {
        let before = found.len();
        take(span, &mut found)?;
        let more = model_use(span)
            .input
            .is_some_and(|n| usize::try_from(n).is_ok_and(|n| n > 2 * (found.len() - before) + 64));
        if more {
            return None;
        }
    }
    Some(found)
}

/// Where no model is recorded: the letters of what functions were given that return none of the documents themselves, if one
/// of them gave the answer and was given a document.
fn of_functions(trace: &Trace, retriever: usize, texts: &[String]) -> Option<String> {
    let root = trace.spans.iter().find(|s| s.parent.is_none())?;
    let mut answers = Vec::new();
    leaves(&parse(root.outputs.as_deref()?).ok()?.0, DEPTH, &mut answers);
    let around = around(trace, retriever);
    let (mut found, mut answered) = (String::new(), false);
    for (at, span) in trace.spans.iter().enumerate() {
        let Some(outputs) = span.outputs.as_deref().filter(|_| span.inputs.is_some() && !around.contains(&at)) else {
            continue;
        };
        let mut returned = Vec::new();
        leaves(&parse(outputs).ok()?.0, DEPTH, &mut returned);
        let words = letters(&returned.join(" "));
        if texts.iter().any(|t| stands_in(&words, t)) {
            continue;
        }
        let before = found.len();
        take(span, &mut found)?;
        let own = found.get(before..).unwrap_or_default();
        let gives = returned.iter().any(|r| answers.contains(r) && !r.trim().is_empty());
        answered |= gives && texts.iter().any(|t| stands_in(own, t));
    }
    answered.then_some(found)
}

/// A span, those above it and those directly below it.
fn around(trace: &Trace, at: usize) -> HashSet<usize> {
    let places: HashMap<&str, usize> = trace.spans.iter().enumerate().map(|(at, s)| (&*s.id, at)).collect();
    let above = |at: &usize| trace.spans.get(*at)?.parent.as_deref().and_then(|p| places.get(p)).copied();
    let mut found: HashSet<usize> = std::iter::successors(Some(at), above).take(64).collect();
    found.extend((0..trace.spans.len()).filter(|other| above(other) == Some(at)));
    found
}

/// Adds the letters of what a span was given.
fn take(span: &Span, found: &mut String) -> Option<()> {
    let mut texts = Vec::new();
    match span.inputs.as_deref() {
        Some(inputs) if inputs.len() + found.len() > READ || inputs.contains("cached_content") => return None,
        Some(inputs) => leaves(&parse(inputs).ok()?.0, DEPTH, &mut texts),
        None => texts.push(asked_words(span)),
    }
    let before = found.len();
    for text in texts {
        found.push_str(&letters(&text));
        found.push(' ');
    }
    (found.len() > before + 1 && found.len() <= READ).then_some(())
}

fn leaves(json: &Json<'_>, depth: usize, found: &mut Vec<String>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if !json.is_object() && !matches!(json, Json::Array(_)) {
        return found.push(json.plain());
    }
    json.items().iter().chain(json.members().iter().map(|(_, v)| v)).for_each(|v| leaves(v, depth, found));
}

/// Letters and digits, whatever spaces, marks and escapes stand between them.
fn letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut escaped = false;
    for c in text.chars() {
        let skip = std::mem::replace(&mut escaped, c == '\\') && matches!(c, 'n' | 't' | 'r');
        if c.is_alphanumeric() && !skip {
            out.extend(c.to_lowercase());
        }
    }
    out
}

fn stands_in(all: &str, text: &str) -> bool {
    Finder::new(text).find(all.as_bytes()).is_some()
}

/// The texts of which a piece stands in what was given: they may have been cut, or shortened.
fn partly(all: &str, texts: &[&str]) -> HashSet<usize> {
    let mut found = HashSet::new();
    let mut pieces: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (at, text) in texts.iter().enumerate() {
        let bytes = text.as_bytes();
        if bytes.len() >= 2 * PIECE {
            for piece in bytes.windows(PIECE).step_by(PIECE / 2) {
                pieces.entry(piece).or_default().push(at);
            }
        } else if !bytes.is_empty() {
            let piece = TELLING.max(bytes.len() / 2);
            let stands = |p: &[u8]| Finder::new(p).find(all.as_bytes()).is_some();
            found.extend(bytes.windows(piece).any(stands).then_some(at));
        }
    }
    if !pieces.is_empty() {
        let hits = all.as_bytes().windows(PIECE).filter_map(|w| pieces.get(w));
        found.extend(hits.flatten());
    }
    found
}
