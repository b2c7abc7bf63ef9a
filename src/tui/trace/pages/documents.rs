//! The retrieved documents as a page: one panel each.

use super::{lens, words};
use crate::model::document::{Document, Retrieval};
use crate::model::json::parse;
use crate::model::review_view::{How, ReviewView};
use crate::model::trace::{Span, Trace};
use crate::text::{Class, Note, Page, PageBuilder};
use std::sync::Arc;

/// The page, and the lines of each document on it.
pub(in crate::tui::trace) fn documents(
    mut b: PageBuilder,
    trace: &Trace,
    retrievals: &[Retrieval],
    lens: &ReviewView,
) -> (Page, Vec<(usize, usize)>) {
    let mut places = Vec::new();
    for (at, retrieval) in retrievals.iter().enumerate() {
        let span = trace.spans.get(retrieval.span);
        if span.and_then(|s| lens.span(s)) == Some(How::Hide) {
            b.hide(retrieval.documents.len().max(1));
            continue;
        }
        b.gap();
        let of = if retrievals.len() > 1 {
            format!("retrieval {} of {}", at + 1, retrievals.len())
        } else {
            "retrieval".into()
        };
        b.text(&of, Class::Heading);
        b.text(&format!(" {}", span.map(|s| s.name.replace('\n', " ")).unwrap_or_default()), Class::Dim);
        b.end_line();
        let query = span.and_then(query);
        if let Some(query) = &query {
            b.set_hang(7);
            b.text("query: ", Class::Dim);
            b.line(&query.replace('\n', " "), Class::User);
            b.set_hang(0);
        }
        if retrieval.documents.is_empty() {
            b.line("no document was found", Class::Warning);
        }
        for (rank, document) in retrieval.documents.iter().enumerate() {
            let from = b.len();
            b.block("document", Arc::from(document.content.as_str()), false);
            panel(&mut b, lens, rank, document, &|b| words(b, &document.content), true);
            places.push((from, b.len()));
        }
    }
    if retrievals.is_empty() {
        b.line("no documents: no span of this trace retrieved any", Class::Dim);
    }
    (b.finish(), places)
}

/// ╭ rank id · uri · score ─╮ metadata, content.
pub(super) fn panel(
    b: &mut PageBuilder,
    lens: &ReviewView,
    rank: usize,
    document: &Document,
    body: &dyn Fn(&mut PageBuilder),
    full: bool,
) {
    let one = |t: &str| t.replace(['\n', '\r'], " ");
    b.open_box(Class::Border);
    b.text(&(rank + 1).to_string(), Class::Strong);
    let title = [document.id.as_deref(), document.uri.as_deref()];
    for (at, piece) in title.into_iter().flatten().enumerate() {
        b.text(if at == 0 { " " } else { " · " }, Class::Dim);
        b.text(&one(piece), Class::Plain);
    }
    if let Some(score) = &document.score {
        b.text(&format!(" · {}", short_score(&one(score))), Class::Number);
    }
    b.box_body();
    // In the view of its own each document folds to its header line.
    let fold = full.then(|| b.open_fold());
    if full {
        let fields = [("id", &document.id), ("uri", &document.uri), ("score", &document.score)];
        for (name, text) in fields.into_iter().filter_map(|(n, v)| Some((n, v.as_ref()?))) {
            field(b, name, text);
        }
        for (name, text) in &document.metadata {
            let shown = [&document.id, &document.uri, &document.score].iter().any(|v| v.as_deref() == Some(text));
            if !shown {
                lens::metadata(b, lens, name, text);
            }
        }
        b.gap();
    }
    body(b);
    b.close_box();
    if let Some(fold) = fold {
        b.close_fold(fold, false, Note::Preview);
    }
}

pub(super) fn field(b: &mut PageBuilder, name: &str, text: &str) {
    b.set_hang(2);
    b.text(&format!("{}: ", name.replace('\n', " ")), Class::Key);
    b.line(&text.replace('\n', " "), Class::Plain);
    b.set_hang(0);
}

/// Four digits are enough beside a title; the panel has the rest.
fn short_score(score: &str) -> String {
    let (whole, rest) = score.split_once('.').unwrap_or((score, ""));
    if rest.len() > 4 && rest.bytes().all(|b| b.is_ascii_digit()) {
        format!("{whole}.{}", rest.get(..4).unwrap_or(rest))
    } else {
        score.to_owned()
    }
}

/// What a retriever was asked.
fn query(span: &Span) -> Option<String> {
    let text = span.inputs.as_deref()?;
    let Ok((json, _)) = parse(text) else { return None };
    if let Some(text) = json.as_text() {
        return Some(text.into_owned());
    }
    let keys =
        ["query", "q", "question", "query_str", "str_or_query_bundle", "query_bundle", "text", "input", "search"];
    keys.iter().find_map(|k| {
        let value = json.some(k)?;
        value.some("query_str").unwrap_or(value).as_text().map(|t| t.into_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_short_in_titles() {
        assert_eq!(short_score("0.9999999999999998"), "0.9999");
        assert_eq!(short_score("1e-9"), "1e-9");
    }
}
