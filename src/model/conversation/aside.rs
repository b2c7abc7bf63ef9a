//! Spans that neither speak nor are called, and whose result a reviewer needs all the same: what a guardrail decided, what an
//! evaluator found, what was remembered.

use super::attributes::{attribute, output};
use super::content::returned;
use super::messages::messages;
use super::{Entry, Message, Role};
use crate::model::json::{Json, parse_shape as parse};
use crate::model::trace::Span;

const TYPES: [&str; 3] = ["GUARDRAIL", "EVALUATOR", "MEMORY"];

/// Where else a span says what it is.
const KINDS: [&str; 2] = ["openinference.span.kind", "langfuse.observation.type"];

/// Results of more bytes are in the tree alone.
const MOST: usize = 64 << 10;

/// What such a span returned.
pub(super) fn aside(span: &Span) -> Option<Entry> {
    let kind = kind(span)?;
    let result = match span.outputs.as_deref() {
        Some(text) if text.len() > MOST => return None,
        Some(text) => {
            let Ok((json, _)) = parse(text) else { return None };
            (!json.is_null()).then(|| said(&json).unwrap_or_else(|| returned(&json)))?
        }
        None => output(span).first().map(Message::text).filter(|t| t.len() <= MOST)?,
    };
    (!result.trim().is_empty()).then(|| Entry::Aside {
        kind,
        name: span.name.clone(),
        asked: None,
        result: result.into(),
    })
}

/// What people and models said, each under who said it: a memory holds messages.
fn said(json: &Json<'_>) -> Option<String> {
    let all = messages(json, Role::Assistant)?;
    let lines = all.iter().map(|m| format!("{}: {}", m.heading().0, m.text()));
    Some(lines.collect::<Vec<_>>().join("\n"))
}

/// A guardrail's span, an evaluator's, a memory's.
pub(super) fn judges(span: &Span) -> bool {
    kind(span).is_some()
}

fn kind(span: &Span) -> Option<String> {
    let known = |word: &str| TYPES.iter().find(|t| t.eq_ignore_ascii_case(word)).map(|t| (*t).to_owned());
    known(&span.span_type).or_else(|| KINDS.iter().find_map(|k| known(attribute(span, k)?.trim_matches('"'))))
}
