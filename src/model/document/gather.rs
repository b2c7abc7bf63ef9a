//! All retrievals of a trace: every span's documents, the same ones told once.

use super::beside::{beside, unsaid};
use super::lists::{any, every, keyed, shaped};
use super::mentions::{Words, mentions, words};
use super::{Document, Origin, Retrieval};
use super::{attributes, blocks, cited};
use crate::model::conversation::documents_in;
use crate::model::halves::in_halves;
use crate::model::json::{Json, parse_shape as parse};
use crate::model::trace::{Span, Trace};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

/// The retrievals of a trace, in the order of time. A span counts by the shape of its outputs or inputs (a list whose
/// every element has `page_content`, there or under a key), by its type RETRIEVER or RERANKER, or by its attributes.
/// Documents that are handed on by another span are not repeated: see [`Retrieval::also`].
#[must_use]
pub fn documents(trace: &Trace) -> Vec<Retrieval> {
    let mut found = in_halves(&trace.spans, |from, spans| {
        let mut found = Vec::new();
        spans.iter().enumerate().for_each(|(at, span)| of_span(from + at, span, &mut found));
        found
    });
    // A retriever owns its documents before a chain above it that returns them too; whoever read their texts before who
    // but names them.
    found.sort_by_key(|(order, r)| (*order, is_printed(r), r.span));
    let mut kept = Kept::default();
    for (order, r) in found {
        kept.take(order, r, trace);
    }
    let mut kept = kept.retrievals;
    fill_in(&mut kept);
    let start = |r: &Retrieval| trace.spans.get(r.span).and_then(|s| s.start_ns).unwrap_or(i64::MAX);
    kept.sort_by_key(|r| (start(r), r.span));
    mark_seen(&mut kept);
    kept
}

/// Whatever one span says of documents, each with who owns them before whom.
fn of_span(at: usize, span: &Span, found: &mut Vec<(usize, Retrieval)>) {
    of_outputs(at, span, found);
    of_inputs(at, span, found);
    let blocks = blocks::found(at, span).into_iter();
    found.extend(blocks.map(|r| (if r.origin == Origin::Given { INPUT } else { OTHER }, r)));
    let cited = cited::found(at, span).into_iter();
    found.extend(cited.map(|(r, points)| (if points { POINTED } else { OTHER }, r)));
}

/// Who owns documents before whom.
const RETRIEVER: usize = 0;
const OTHER: usize = 1;
const INPUT: usize = 2;
/// A citation names documents that mostly are known already.
const POINTED: usize = 3;

fn is(span: &Span, kind: &str) -> bool {
    span.span_type.eq_ignore_ascii_case(kind)
}

/// What MLflow tells documents by, and the name under which evaluations have them.
static CONTENT: Words = LazyLock::new(|| words(&["page_content", "contexts\""]));

/// What documents keep their texts under.
static TEXTS: Words =
    LazyLock::new(|| words(&["\"content\"", "\"text\"", "\"snippet\"", "\"passage\"", "\"chunk\"", "\"chunk_text\""]));

fn of_outputs(at: usize, span: &Span, found: &mut Vec<(usize, Retrieval)>) {
    let (retriever, reranker) = (is(span, "RETRIEVER"), is(span, "RERANKER"));
    let by_type = retriever || reranker;
    let one = |documents: Vec<Document>, key: Option<String>| Retrieval {
        span: at,
        origin: if reranker { Origin::Reranked } else { Origin::Retrieved },
        key,
        query: attributes::asked(span),
        documents,
        ..Retrieval::default()
    };
    let mut attributes = attributes::found(span);
    let with_text = |documents: &[Document]| documents.iter().filter(|d| !d.content.is_empty()).count();
    let by_shape = untyped(span) || written(span);
    let text = span.outputs.as_deref().filter(|t| by_type || by_shape || mentions(t, &CONTENT));
    let mut lists = Vec::new();
    let mut beside = Vec::new();
    if let Some(text) = text {
        match parse(text) {
            Ok((json, _)) => {
                let silent = json.is_null() && span.status == "ERROR";
                lists = if (by_type || by_shape) && !silent { typed(&json) } else { shaped(&json) };
                let documents: Vec<Document> = lists.iter().flat_map(|(_, l)| l.clone()).collect();
                if !attributes.is_empty() && with_text(&attributes) >= with_text(&documents) {
                    let alike = complete(&mut attributes, &documents);
                    beside = if alike { around(&json, &documents) } else { unsaid(&json, &attributes) };
                } else {
                    beside = around(&json, &documents);
                }
            }
            Err(_) if by_type => {
                lists = vec![(None, vec![Document { content: text.to_owned(), ..Document::default() }])]
            }
            Err(_) => {}
        }
    }
    if !by_type {
        // What a chain returns beside documents the conversation tells.
        beside.clear();
    }
    let total: usize = lists.iter().map(|(_, l)| with_text(l)).sum();
    if !attributes.is_empty() && with_text(&attributes) >= total {
        let r = Retrieval { beside, ..one(attributes, None) };
        found.push((RETRIEVER, r));
        return;
    }
    // A retriever that failed, or whose result was not recorded, did not find nothing: it is a retrieval without
    // documents, which the page tells apart.
    if lists.is_empty() && (by_type && span.status == "ERROR" || retriever && span.outputs.is_none()) {
        lists = vec![(None, Vec::new())];
    }
    let order = if by_type { RETRIEVER } else { OTHER };
    let before = found.len();
    let placed = |(at, (key, _)): (usize, &(Option<String>, _))| key.as_ref().is_some_and(|k| *k == at.to_string());
    let each = lists.len() > 1 && lists.iter().enumerate().all(placed);
    let queries = if each { attributes::asked_each(span, lists.len()) } else { None };
    found.extend(lists.into_iter().map(|(key, documents)| (order, one(documents, key))));
    for ((_, r), query) in found.iter_mut().skip(before).zip(queries.into_iter().flatten()) {
        r.query = Some(query);
    }
    if let Some((_, first)) = found.get_mut(before) {
        first.beside = beside;
    }
}

/// Bytes in which a list shows what its elements are.
const BEGINNING: usize = 512;

/// A function that is traced without a type and returns nothing but documents: each has a text, and beside it where it is
/// from or how well it fits.
fn untyped(span: &Span) -> bool {
    let silent = matches!(span.span_type.as_str(), "" | "UNKNOWN") && span.parent.is_some();
    let list = |t: &&str| {
        t.starts_with("[{")
            || t.get(..t.floor_char_boundary(64)).is_some_and(|t| t.contains(":[{") || t.contains(": [{"))
    };
    let begins = |t: &&str| mentions(t.get(..t.floor_char_boundary(BEGINNING)).unwrap_or(t), &TEXTS);
    let text = span.outputs.as_deref().filter(|_| silent).filter(list).filter(begins);
    // Records have an id and a text too.
    let placed = |d: &Document| d.score.is_some() || d.uri.is_some() || d.chunk.is_some();
    text.and_then(documents_in).is_some_and(|found| found.iter().all(placed))
}

/// A function that returns documents, each of them written as a text of JSON: it has a text and says how well it fits.
fn written(span: &Span) -> bool {
    let function = matches!(span.span_type.as_str(), "" | "UNKNOWN" | "TASK" | "CHAIN") && span.parent.is_some();
    let text = span.outputs.as_deref().filter(|t| function && t.starts_with("[\"{"));
    let Some(Ok((json, _))) = text.filter(|t| t.contains("\\\"score\\\"")).map(parse) else { return false };
    let fits = |d: &Document| d.score.is_some() && !d.content.is_empty() && !d.content.starts_with('{');
    json.items().iter().all(|i| i.as_text().is_some()) && any(&json).iter().all(fits)
}

/// The lists of what a retriever returned. Several stand in their order, whichever of them have MLflow's shape.
fn typed(json: &Json<'_>) -> Vec<(Option<String>, Vec<Document>)> {
    let (own, mut all) = (shaped(json), every(json));
    if !own.is_empty() && all.iter().any(|(key, _)| key.is_none()) {
        return own;
    }
    let more: Vec<_> = own.into_iter().filter(|(k, _)| !all.iter().any(|(key, _)| key == k)).collect();
    all.extend(more);
    all
}

/// What stands beside the documents of an output.
fn around(json: &Json<'_>, documents: &[Document]) -> Vec<(String, String)> {
    let paths = shaped(json).into_iter().chain(keyed(json)).filter_map(|(path, _)| path);
    beside(json, &paths.collect::<Vec<_>>(), documents)
}

/// Gives documents of a span's attributes what the same ones say in its output; false where they are others.
fn complete(attributes: &mut [Document], outputs: &[Document]) -> bool {
    let same = |(a, o): (&Document, &Document)| {
        let (a, o) = (a.content.trim(), o.content.trim());
        a == o || a.is_empty() || o.is_empty()
    };
    if attributes.len() != outputs.len() || !attributes.iter().zip(outputs).all(same) {
        return false;
    }
    for (known, more) in attributes.iter_mut().zip(outputs) {
        known.id = known.id.take().or_else(|| more.id.clone());
        known.uri = known.uri.take().or_else(|| more.uri.clone());
        known.title = known.title.take().or_else(|| more.title.clone());
        known.chunk = known.chunk.take().or_else(|| more.chunk.clone());
        known.score = known.score.take().or_else(|| more.score.clone());
        known.texts.extend(more.texts.iter().cloned());
        known.media.extend(more.media.iter().cloned());
        let names = [&known.id, &known.uri, &known.title, &known.chunk, &known.score];
        let said = |value: &String| names.iter().any(|n| n.as_ref() == Some(value));
        let news = |(key, value): &&(String, String)| {
            !said(value) && !known.metadata.iter().any(|(k, v)| k == key && v == value)
        };
        let news: Vec<_> = more.metadata.iter().filter(news).cloned().collect();
        known.metadata.extend(news);
    }
    true
}

/// Documents that a span was given: a retrieval only where no span returned them.
fn of_inputs(at: usize, span: &Span, found: &mut Vec<(usize, Retrieval)>) {
    let Some(text) = span.inputs.as_deref().filter(|t| mentions(t, &CONTENT)) else { return };
    let Ok((json, _)) = parse(text) else { return };
    for (key, documents) in shaped(&json) {
        let query = attributes::asked(span);
        found.push((
            INPUT,
            Retrieval { span: at, origin: Origin::Given, key, query, documents, ..Retrieval::default() },
        ));
    }
}

/// Retrievals so far, and where each list and each document was first.
#[derive(Default)]
struct Kept {
    retrievals: Vec<Retrieval>,
    lists: HashMap<u64, usize>,
    documents: HashMap<u64, usize>,
    /// Ids, places and titles.
    names: HashSet<String>,
}

impl Kept {
    fn take(&mut self, order: usize, mut r: Retrieval, trace: &Trace) {
        if order == POINTED {
            r.documents.retain(|d| !names(d).any(|n| self.names.contains(n)));
        }
        let key = hash(&r.documents.iter().map(|d| (&d.content, &d.id, &d.uri)).collect::<Vec<_>>());
        if is_printed(&r)
            && let Some(same) = self.retrievals.iter_mut().find(|known| prints(&r, known, trace))
        {
            return note(same, r.span, r.documents.len());
        }
        let same = self.lists.get(&key).and_then(|at| self.retrievals.get_mut(*at)).filter(|k| !k.documents.is_empty());
        if let Some(same) = same {
            // Another question that was answered with the same documents is a retrieval all the same.
            // So are new scores for them.
            let other = order < OTHER && r.query.is_some() && r.query != same.query;
            let anew = r.origin == Origin::Reranked && scored(&r) != scored(same);
            if !other && !anew {
                let news: Vec<_> = r.beside.into_iter().filter(|b| !same.beside.contains(b)).collect();
                same.beside.extend(news);
                return note(same, r.span, r.documents.len());
            }
        } else if order >= OTHER && (r.documents.is_empty() || self.handed_on(&r)) {
            return;
        }
        if r.origin == Origin::Reranked {
            rerank(&mut r, trace);
        }
        let at = self.retrievals.len();
        self.lists.entry(key).or_insert(at);
        r.documents.iter().filter_map(identity).for_each(|id| {
            self.documents.entry(id).or_insert(at);
        });
        self.names.extend(r.documents.iter().flat_map(names).cloned());
        self.retrievals.push(r);
    }

    /// Whether all documents of a span that found none itself are known; then the retrievals they are from remember it.
    fn handed_on(&mut self, r: &Retrieval) -> bool {
        let places: Option<Vec<usize>> =
            r.documents.iter().map(|d| self.documents.get(&identity(d)?).copied()).collect();
        let Some(mut places) = places else { return false };
        places.sort_unstable();
        for same in places.chunk_by(|a, b| a == b) {
            if let Some(known) = same.first().and_then(|at| self.retrievals.get_mut(*at)) {
                note(known, r.span, same.len());
            }
        }
        true
    }
}

/// Its documents stand as a program prints an object: `<NodeWithScore(node=TextNode(id_=17, …), score=0.9)>`.
fn is_printed(r: &Retrieval) -> bool {
    let printed = |d: &Document| d.content.starts_with('<') && d.content.ends_with(")>") && d.content.contains('=');
    !r.documents.is_empty() && r.documents.iter().all(printed)
}

/// Of two spans, one right below the other, the first prints the documents that the second read: their ids are in it.
fn prints(r: &Retrieval, known: &Retrieval, trace: &Trace) -> bool {
    let span = |r: &Retrieval| trace.spans.get(r.span);
    let (Some(a), Some(b)) = (span(r), span(known)) else { return false };
    let near = a.parent.as_deref() == Some(b.id.as_str()) || b.parent.as_deref() == Some(a.id.as_str());
    let names =
        |(print, d): (&Document, &Document)| d.id.as_ref().is_some_and(|id| print.content.contains(id.as_str()));
    near && r.documents.len() == known.documents.len() && r.documents.iter().zip(&known.documents).all(names)
}

fn scored(r: &Retrieval) -> Vec<&Option<String>> {
    r.documents.iter().map(|d| &d.score).collect()
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn note(retrieval: &mut Retrieval, span: usize, count: usize) {
    if retrieval.span != span && !retrieval.also.iter().any(|(s, _)| *s == span) {
        retrieval.also.push((span, count));
    }
}

/// By what two documents are the same: their text and, where there is none, their id or place.
fn identity(document: &Document) -> Option<u64> {
    if !document.content.is_empty() {
        return Some(hash(&document.content));
    }
    document.id.as_ref().or(document.uri.as_ref()).map(named)
}

fn names(document: &Document) -> impl Iterator<Item = &String> {
    [&document.id, &document.uri, &document.title].into_iter().flatten()
}

/// Members that say of which document one is a part, or for which it stands.
const STANDS_FOR: [&str; 7] =
    ["index_id", "ref_doc_id", "parent_id", "doc_id", "document_id", "parent_doc_id", "source_id"];

/// Of documents whose own text was not recorded: the text of the same one elsewhere in the trace (a parent's retriever
/// names what the one below it has read), else of what it is a part of, else of its parts.
fn fill_in(kept: &mut [Retrieval]) {
    if !kept.iter().any(|r| r.documents.iter().any(Document::is_silent)) {
        return;
    }
    fn part_of(document: &Document) -> impl Iterator<Item = &String> {
        document.metadata.iter().filter(|(k, _)| STANDS_FOR.contains(&k.as_str())).map(|(_, v)| v)
    }
    let mut texts: HashMap<String, String> = HashMap::new();
    let mut parts: HashMap<String, Vec<String>> = HashMap::new();
    for document in kept.iter().flat_map(|r| &r.documents).filter(|d| !d.content.is_empty()) {
        if let Some(id) = &document.id {
            texts.entry(id.clone()).or_insert_with(|| document.content.clone());
        }
        for whole in part_of(document).filter(|w| Some(*w) != document.id.as_ref()) {
            let known = parts.entry(whole.clone()).or_default();
            if !known.contains(&document.content) {
                known.push(document.content.clone());
            }
        }
    }
    for document in kept.iter_mut().flat_map(|r| &mut r.documents).filter(|d| d.is_silent()) {
        let own = document.id.iter().chain(part_of(document)).find_map(|key| texts.get(key)).cloned();
        let parts = || document.id.as_ref().and_then(|id| parts.get(id)).map(|parts| parts.join("\n\n"));
        if let Some(text) = own.or_else(parts) {
            document.content = text;
        }
    }
}

fn named(name: &String) -> u64 {
    hash(&("name", name))
}

/// Joins a reranker's documents with those that it was given: ranks before, what it left out, and the text of results
/// that name their document by its number only.
fn rerank(r: &mut Retrieval, trace: &Trace) {
    let Some(span) = trace.spans.get(r.span) else { return };
    let mut given = attributes::given(span);
    if given.is_empty()
        && let Some(Ok((json, _))) = span.inputs.as_deref().map(parse)
    {
        given = shaped(&json).into_iter().next().map(|(_, d)| d).unwrap_or_else(|| listed(&json));
    }
    if given.is_empty() {
        return;
    }
    if let Some(ranked) = by_number(&r.documents, &given) {
        r.documents = ranked;
    }
    let mut places: HashMap<u64, usize> = HashMap::new();
    for (rank, document) in given.iter().enumerate().rev() {
        places.extend(document.id.iter().map(|id| (named(id), rank)));
        places.extend(identity(document).map(|id| (id, rank)));
    }
    let mut used = vec![false; given.len()];
    for document in &mut r.documents {
        let number = document.metadata.iter().find(|(k, _)| k == "index").and_then(|(_, v)| v.parse().ok());
        let id = document.id.as_ref().and_then(|id| places.get(&named(id)));
        let rank = identity(document).and_then(|id| places.get(&id)).or(id).copied().or(number);
        let Some(before) = rank.and_then(|rank: usize| given.get(rank)) else { continue };
        document.was = rank;
        if let Some(used) = rank.and_then(|rank| used.get_mut(rank)) {
            *used = true;
        }
        if document.content.is_empty() {
            let mut whole =
                Document { score: document.score.take().or_else(|| before.score.clone()), was: rank, ..before.clone() };
            let news = document
                .metadata
                .drain(..)
                .filter(|(k, _)| k != "index" && !before.metadata.iter().any(|(b, _)| b == k));
            whole.metadata.extend(news);
            *document = whole;
        }
    }
    let left = given.into_iter().enumerate().zip(used).filter(|(_, used)| !used);
    r.dropped = left.map(|(document, _)| document).collect();
}

/// A reranker may return numbers alone: places of what it was given, or a score for each of them.
fn by_number(returned: &[Document], given: &[Document]) -> Option<Vec<Document>> {
    let bare = |d: &Document| Document { content: d.content.clone(), ..Document::default() } == *d;
    let text = |d: &Document| Some(d.content.trim().to_owned()).filter(|_| bare(d));
    let mut texts: Vec<String> = returned.iter().map(text).collect::<Option<_>>()?;
    if let [only] = texts.as_slice()
        && let Ok((json, _)) = parse(only)
        && let [(_, list)] = json.members()
    {
        texts = list.items().iter().map(Json::plain).collect();
    }
    let (count, mut seen) = (texts.len(), HashSet::new());
    let place = |t: &String| t.parse::<usize>().ok().filter(|at| seen.insert(*at)).and_then(|at| given.get(at));
    if let Some(found) = texts.iter().map(place).collect::<Option<Vec<_>>>() {
        return Some(found.into_iter().cloned().collect()).filter(|f: &Vec<_>| !f.is_empty());
    }
    let scores: Vec<f64> = texts.iter().map(|t| t.parse().ok()).collect::<Option<_>>()?;
    let mut scored: Vec<(f64, Document)> = scores
        .into_iter()
        .zip(given.iter().zip(texts))
        .map(|(score, (document, text))| (score, Document { score: Some(text), ..document.clone() }))
        .collect();
    scored.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    (scored.len() == given.len() && count == given.len()).then(|| scored.into_iter().map(|(_, d)| d).collect())
}

/// A list of documents among a reranker's inputs, whatever its shape.
fn listed(json: &Json<'_>) -> Vec<Document> {
    let keys =
        ["documents", "docs", "nodes", "passages", "candidates", "results", "chunks", "texts", "input_documents"];
    let inside = [Some(json), json.some("kwargs"), json.some("inputs")];
    let list = inside
        .into_iter()
        .flatten()
        .find_map(|j| keys.iter().find_map(|k| j.some(k).filter(|v| !v.items().is_empty())));
    list.map(any).unwrap_or_default()
}

/// Remembers where a document was before, so that nobody reads it twice.
fn mark_seen(kept: &mut [Retrieval]) {
    let mut first: HashMap<u64, (usize, usize)> = HashMap::new();
    for (at, r) in kept.iter_mut().enumerate() {
        for (rank, document) in r.documents.iter_mut().enumerate() {
            let Some(id) = identity(document) else { continue };
            let place = *first.entry(id).or_insert((at, rank));
            if place.0 != at {
                document.seen = Some(place);
            }
        }
    }
}
