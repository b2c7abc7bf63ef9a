//! Citations of retrieved documents in an answer, as jumps to them.

use crate::model::conversation::{Conversation, Entry, Part};
use crate::model::document::{Citable, Place, Retrieval};
use crate::model::review_view::{How, ReviewView};
use crate::model::trace::Trace;
use crate::text::{Class, Jump, Page};
use std::collections::{HashMap, HashSet};

/// Bytes of a page that are looked through.
const LOOKED_AT: usize = 1 << 20;
/// Jumps on a page, at most.
const JUMPS: usize = 1000;

/// The number of each document on the page of documents, where retrievals that the view hides are left out.
fn numbers(trace: &Trace, retrievals: &[Retrieval], lens: &ReviewView) -> HashMap<Place, usize> {
    let shown = |r: &Retrieval| trace.spans.get(r.span).and_then(|s| lens.span(s)) != Some(How::Hide);
    let places = retrievals.iter().enumerate().filter(|(_, r)| shown(r));
    places
        .flat_map(|(at, r)| (0..r.documents.len()).map(move |rank| (at, rank)))
        .enumerate()
        .map(|(n, p)| (p, n))
        .collect()
}

/// Marks what the assistant says (`all`: what stands anywhere) that cites a document; each leads to its number on the
/// page of documents.
pub(in crate::tui::trace) fn cite(
    mut page: Page,
    trace: &Trace,
    retrievals: &[Retrieval],
    lens: &ReviewView,
    all: bool,
) -> Page {
    let citable = Citable::of(retrievals);
    if citable.is_empty() {
        return page;
    }
    let numbers = numbers(trace, retrievals, lens);
    let mut jumps = Vec::new();
    for at in 0..page.len() {
        let line = page.line(at);
        if line.start as usize > LOOKED_AT || jumps.len() > JUMPS {
            break;
        }
        let said = || page.gutter(line).is_some_and(|g| g.left.iter().any(|(_, class)| *class == Class::Assistant));
        if !all && !said() {
            continue;
        }
        let runs = page.runs(line);
        let code = |byte: u32| {
            let run = runs.partition_point(|r| r.start <= byte).checked_sub(1).and_then(|n| runs.get(n));
            run.is_some_and(|r| r.class == Class::Code)
        };
        for found in citable.find(page.line_text(at)) {
            let byte = |at: usize| line.start.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
            let (start, end) = (byte(found.from), byte(found.to));
            // In code, `[1]` is an index.
            if found.by_number && code(start) {
                continue;
            }
            let mut meant: Vec<usize> =
                citable.documents(&found).iter().filter_map(|d| numbers.get(d)).copied().collect();
            meant.sort_unstable();
            if let [target, others @ ..] = meant.as_slice() {
                jumps.push(Jump { start, end, target: *target, others: others.len() });
            }
        }
    }
    page.lay_jumps(jumps);
    page
}

/// The documents that an answer cites, in its words or as its sources.
pub(in crate::tui::trace) fn cited(
    answer: &str,
    conversation: &Conversation,
    retrievals: &[Retrieval],
) -> HashSet<Place> {
    let citable = Citable::of(retrievals);
    let answer = answer.get(..answer.floor_char_boundary(LOOKED_AT)).unwrap_or_default();
    let parts = conversation.entries.iter().filter_map(|e| match e {
        Entry::Message { message, history: false } if message.role.answers() => Some(&message.parts),
        _ => None,
    });
    // Where nobody answers, the output is what was found, which cites nothing.
    let answered = parts.clone().next().is_some();
    let answer = if answered { answer } else { "" };
    let sources = parts.flatten().filter_map(|p| if let Part::Source(what) = p { Some(what) } else { None });
    let sources = sources.filter_map(|what| citable.source(what));
    // In code, `[1]` is an index.
    let mut fenced = false;
    let prose = answer.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    });
    let inline = |line: &str, at: usize| line.get(..at).is_some_and(|t| t.matches('`').count() % 2 == 1);
    let words =
        prose.flat_map(|line| citable.find(line).into_iter().filter(move |c| !(c.by_number && inline(line, c.from))));
    words.chain(sources).take(JUMPS).flat_map(|c| citable.documents(&c)).collect()
}
