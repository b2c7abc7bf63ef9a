//! The retrieved documents as a page: one panel each, under the retrieval that brought them.

mod panel;
#[cfg(test)]
mod whole;

pub(in crate::tui::trace::pages) use panel::{Title, panel, short_score};

use super::assessment::{assessment, of_chunk, of_retrieval};
use super::{lens, value, words};
use crate::model::Assessment;
use crate::model::document::{Document, Origin, Place, Retrieval, Terms};
use crate::model::review_view::{How, ReviewView};
use crate::model::trace::Trace;
use crate::text::json::is_container;
use crate::text::{Class, Note, Page, PageBuilder};
use panel::{named_text, one_line};
use std::collections::HashSet;
use std::sync::Arc;

/// Other spans that are named, at most.
const OTHERS: usize = 8;
/// Bytes of one document in which the query's terms are looked for.
const MARKED: usize = 128 * 1024;
/// Bytes of the whole page in which they are.
const MARKED_IN_ALL: usize = 4 * 1024 * 1024;

/// The page, and the lines of each document on it. `cited`: those that the answer names; `assessments`: those that may
/// be shown.
pub(in crate::tui::trace) fn documents(
    mut b: PageBuilder,
    trace: &Trace,
    (retrievals, cited): (&[Retrieval], &HashSet<Place>),
    assessments: &[Assessment],
    lens: &ReviewView,
) -> (Page, Vec<(usize, usize)>) {
    let mut places = Vec::new();
    let mut terms: Vec<Terms> = Vec::new();
    for (at, retrieval) in retrievals.iter().enumerate() {
        if b.is_full() {
            break;
        }
        if trace.spans.get(retrieval.span).and_then(|s| lens.span(s)) == Some(How::Hide) {
            b.hide(retrieval.documents.len().max(1));
            continue;
        }
        b.gap();
        heading(&mut b, trace, retrieval, (at, retrievals.len()), lens);
        of_retrieval(trace, retrieval, assessments).for_each(|a| assessment(&mut b, a));
        let sought = Terms::of(retrieval.query.as_deref().unwrap_or_default());
        for (rank, document) in retrieval.documents.iter().enumerate() {
            if b.is_full() {
                break;
            }
            let from = b.len();
            b.block("document", Arc::from(document.content.as_str()), false);
            let judged: Vec<_> = of_chunk(trace, retrieval, rank, assessments).collect();
            let title =
                Title { rank, many: retrievals.len() > 1, cited: cited.contains(&(at, rank)), document, folded: false };
            panel(&mut b, lens, &title, true, &|b| {
                content(b, document);
                judged.iter().for_each(|a| assessment(b, a));
            });
            places.push((from, b.len()));
            terms.push(sought.clone());
        }
    }
    if retrievals.is_empty() {
        b.line("no documents: no span of this trace retrieved any", Class::Dim);
    }
    let mut page = b.finish();
    mark(&mut page, &places, &terms);
    (page, places)
}

pub(in crate::tui::trace::pages) fn content(b: &mut PageBuilder, document: &Document) {
    let text = &document.content;
    document.media.iter().for_each(|what| {
        b.text("▣ ", Class::Accent);
        b.line(&one_line(what), Class::Plain);
    });
    if text.is_empty() && !document.media.is_empty() {
        return;
    }
    if document.empty && text.is_empty() {
        b.own();
        b.line("(empty text)", Class::Dim);
    } else if document.is_silent() {
        // Of a graph's node the properties, which stand above, are what there is.
        if !document.says_more() {
            b.own();
            b.line("its text was not recorded", Class::Dim);
        }
    } else if is_container(text.trim()) {
        value(b, text);
    } else {
        words(b, text);
    }
}

/// "retrieval 2 of 3 · rerank: 4 → 2 documents", the query, who else returned them, what was left out.
fn heading(b: &mut PageBuilder, trace: &Trace, retrieval: &Retrieval, (at, of): (usize, usize), lens: &ReviewView) {
    let name = |span: usize| trace.spans.get(span).map(|s| one_line(&s.name)).unwrap_or_default();
    let count = retrieval.documents.len();
    let what = match retrieval.origin {
        Origin::Retrieved => "retrieval",
        Origin::Reranked => "reranking",
        Origin::Given => "documents given to",
    };
    let number = if of > 1 { format!(" {} of {of}", at + 1) } else { String::new() };
    b.text(what, Class::Heading);
    let (before, after) = if retrieval.origin == Origin::Given { ("", number.as_str()) } else { (number.as_str(), "") };
    b.text(before, Class::Heading);
    b.text(&format!(" {}", name(retrieval.span)), Class::Dim);
    b.text(after, Class::Heading);
    if let Some(key) = &retrieval.key {
        b.text(&format!(" · {}", one_line(key)), Class::Dim);
    }
    let s = if count == 1 { "" } else { "s" };
    let had = count + retrieval.dropped.len();
    let counted =
        if had > count { format!(" · {had} → {count} documents") } else { format!(" · {count} document{s}") };
    b.text(&counted, Class::Dim);
    let order: Vec<usize> = retrieval.documents.iter().filter_map(|d| d.was).collect();
    if retrieval.origin == Origin::Reranked && order.len() == count && count > 1 && order.is_sorted() {
        b.text(" · order kept", Class::Dim);
    }
    b.end_line();
    if let Some(query) = &retrieval.query {
        b.set_hang(7);
        b.text("query: ", Class::Dim);
        b.line(&one_line(query), Class::User);
        b.set_hang(0);
    }
    same_in(b, trace, retrieval, lens);
    beside(b, retrieval, lens);
    if !retrieval.dropped.is_empty() {
        b.set_indent(2);
        b.line(&format!("left out: {}", retrieval.dropped.len()), Class::Dim);
        b.set_indent(0);
        let fold = b.open_fold();
        for (rank, document) in &retrieval.dropped {
            let title = Title { rank: *rank, many: false, cited: false, document, folded: false };
            panel(b, lens, &title, false, &|b| content(b, document));
        }
        b.close_fold(fold, true, Note::Preview);
    }
    if retrieval.documents.is_empty() {
        let failed = trace.spans.get(retrieval.span).is_some_and(|s| s.status == "ERROR");
        let words = match failed {
            true => "the retrieval failed (e: why)",
            false if retrieval.is_unrecorded(trace) => "its result was not recorded",
            false => "no document was found",
        };
        b.line(words, if failed { Class::Error } else { Class::Warning });
    }
}

/// What came with the documents: texts open, figures on one line, all else folded.
fn beside(b: &mut PageBuilder, retrieval: &Retrieval, lens: &ReviewView) {
    let asked = retrieval.query.as_deref().map(str::trim);
    let mut figures = Vec::new();
    for (path, text) in retrieval.beside.iter().filter(|(_, text)| asked != Some(text.trim())) {
        let full = format!("outputs.{path}");
        let pruned = lens.prune(&full, text);
        b.hide(pruned.hidden);
        match pruned.shown {
            Some(text) if is_figure(&text) => figures.push(format!("{}: {text}", one_line(path))),
            Some(text) if is_container(text.trim()) => lens::folded(b, path, &text),
            Some(text) => named_text(b, path, &text, usize::MAX),
            None => {}
        }
        for (path, json) in &pruned.folded {
            lens::folded(b, path.strip_prefix("outputs.").unwrap_or(path), json);
        }
    }
    if !figures.is_empty() {
        b.set_hang(2);
        b.line(&figures.join(" · "), Class::Dim);
        b.set_hang(0);
    }
}

/// A number, true or false.
fn is_figure(text: &str) -> bool {
    text.len() < 32 && matches!(text, "true" | "false") || text.parse::<f64>().is_ok()
}

/// Who else returned these documents.
fn same_in(b: &mut PageBuilder, trace: &Trace, retrieval: &Retrieval, lens: &ReviewView) {
    let count = retrieval.documents.len();
    let seen = |span: usize| trace.spans.get(span).filter(|s| lens.span(s) != Some(How::Hide));
    let others = retrieval.also.iter().filter_map(|(span, n)| Some((one_line(&seen(*span)?.name), *n)));
    let mut names: Vec<String> =
        others.map(|(name, n)| if n < count { format!("{name} ({n} of {count})") } else { name }).collect();
    if names.is_empty() {
        return;
    }
    let more = names.len().saturating_sub(OTHERS);
    names.truncate(OTHERS);
    let more = if more > 0 { format!(", {more} more") } else { String::new() };
    b.set_hang(2);
    b.line(&format!("the same in: {}{more}", names.join(", ")), Class::Dim);
    b.set_hang(0);
}

/// Marks the query's terms in each document, as far as that is worth its time.
fn mark(page: &mut Page, places: &[(usize, usize)], terms: &[Terms]) {
    let mut ranges = Vec::new();
    let mut left = MARKED_IN_ALL;
    for ((from, to), terms) in places.iter().zip(terms) {
        if terms.is_empty() || left == 0 || from >= to {
            continue;
        }
        let start = page.line(*from).start as usize;
        let end = page.line(to - 1).end as usize;
        let upto = page.text().floor_char_boundary(end.min(start + MARKED.min(left)));
        left = left.saturating_sub(upto.saturating_sub(start));
        let found = terms.places(page.text().get(start..upto).unwrap_or_default()).into_iter();
        let at = |byte: usize| u32::try_from(start + byte).unwrap_or(u32::MAX);
        ranges.extend(found.map(|(from, to)| (at(from), at(to))));
    }
    page.lay_over(&ranges, Class::Term);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::document::documents as find;
    use crate::model::trace::Span;
    use serde_json::json;

    fn span(id: &str, kind: &str, inputs: &str, outputs: &str) -> Span {
        Span {
            id: id.into(),
            name: id.into(),
            span_type: kind.into(),
            inputs: Some(inputs.into()),
            outputs: Some(outputs.into()),
            ..Span::default()
        }
    }

    fn page(spans: Vec<Span>, assessments: &[Assessment]) -> (Page, Vec<(usize, usize)>) {
        let trace = Trace { spans, ..Trace::default() };
        documents(PageBuilder::new(), &trace, (&find(&trace), &HashSet::new()), assessments, &ReviewView::default())
    }

    fn text(page: &Page) -> Vec<&str> {
        (0..page.len()).map(|l| page.line_text(l)).collect()
    }

    /// The parts of a page drawn as terms.
    fn terms(page: &Page) -> Vec<&str> {
        let mut found = Vec::new();
        for line in (0..page.len()).map(|l| page.line(l)) {
            let runs = page.runs(line);
            for (at, run) in runs.iter().enumerate().filter(|(_, r)| r.class == Class::Term) {
                let end = runs.get(at + 1).map_or(line.end, |r| r.start);
                found.push(&page.text()[run.start as usize..end as usize]);
            }
        }
        found
    }

    #[test]
    fn the_query_s_terms_are_marked_in_titles_and_inside_markdown() {
        let docs = r##"[{"page_content":"# Rockets\n\nThe **Acme** rocket, `acme-1` | not the ACMEs.","id":"acme"}]"##;
        let (page, _) = page(vec![span("r", "RETRIEVER", "\"the rocket of Acme?\"", docs)], &[]);
        assert_eq!(terms(&page), ["acme", "Rockets", "Acme", "rocket", "acme", "ACMEs"]);
    }

    #[test]
    fn json_in_a_document_is_opened_and_an_empty_text_is_told_from_none() {
        let docs =
            json!([{"page_content": "{\"price\": 3, \"of\": [\"a\", \"b\"]}"}, {"page_content": ""}, {"id": "c"}]);
        let (page, places) = page(vec![span("r", "RETRIEVER", "\"q\"", &docs.to_string())], &[]);
        let shown = |at: usize| text(&page)[places[at].0..places[at].1].join("\n");
        assert!(shown(0).contains("\"price\": 3"), "{}", shown(0));
        assert!(page.folds().len() > 3, "its levels fold");
        assert!(shown(1).contains("(empty text)") && shown(2).contains("its text was not recorded"));
    }

    #[test]
    fn a_graph_s_node_shows_its_properties_and_no_excuse() {
        let nodes =
            json!([{"id": "n1", "labels": ["Person"], "properties": {"name": "Ada", "born": 1815}}, {"id": "n2"}]);
        let (page, places) = page(vec![span("r", "RETRIEVER", "\"q\"", &nodes.to_string())], &[]);
        let shown = |at: usize| text(&page)[places[at].0..places[at].1].join("\n");
        assert!(shown(0).contains("born: 1815") && shown(0).contains("labels: "), "{}", shown(0));
        assert!(!shown(0).contains("not recorded") && shown(1).contains("its text was not recorded"));
    }

    #[test]
    fn a_chunk_s_assessments_stand_in_its_panel_and_the_span_s_above() {
        let docs = r#"[{"page_content":"A"},{"page_content":"B"}]"#;
        let judge = |name: &str, metadata: serde_json::Value| -> Assessment {
            serde_json::from_value(json!({
                "assessment_name": name, "span_id": "00000000000000aa", "metadata": metadata, "rationale": "why",
                "source": {"source_type": "LLM_JUDGE", "source_id": "m"}, "feedback": {"value": "no"}
            }))
            .unwrap()
        };
        let all = [
            judge("first", json!({"chunk_index": "0"})),
            judge("second", json!({"chunk_index": 1, "span_output_key": "other"})),
            judge("whole", json!({})),
        ];
        let (page, places) = page(vec![span("00000000000000aa", "RETRIEVER", "\"q\"", docs)], &all);
        let line =
            |name: &str| text(&page).iter().position(|l| l.starts_with(&format!("assessment {name} = no"))).unwrap();
        assert!((places[0].0..places[0].1).contains(&line("first")));
        assert!((places[1].0..places[1].1).contains(&line("second")));
        assert!(line("whole") < places[0].0);
    }

    #[test]
    fn documents_seen_before_are_folded_and_say_where() {
        let docs = r#"[{"page_content":"A","id":"a"},{"page_content":"B","id":"b"}]"#;
        let (page, places) = page(
            vec![
                span("search", "RETRIEVER", "\"q\"", docs),
                span(
                    "rerank",
                    "RERANKER",
                    &format!(r#"{{"query":"q","docs":{docs}}}"#),
                    r#"[{"page_content":"B","id":"b"}]"#,
                ),
            ],
            &[],
        );
        let shown = text(&page).join("\n");
        assert!(shown.contains("reranking 2 of 2 rerank · 2 → 1 documents"), "{shown}");
        assert!(shown.contains("left out: 1") && shown.contains("1 (was 2) b"), "{shown}");
        assert!(page.fold_at(places[2].0).is_some_and(|f| page.folds()[f].folded));
        assert!(page.fold_at(places[0].0).is_some_and(|f| !page.folds()[f].folded));
    }
}
