//! Retrieved documents: what a retriever brought and the answer should rest on.
//!
//! Documents are recognised as MLflow does it, by shape; beyond that by the span's type and by the attributes of
//! OpenInference, the gen_ai conventions and OpenLLMetry (`attributes`). The same documents in several spans (a chain that
//! hands on what its retriever found) are one retrieval.

mod attributes;
mod beside;
mod blocks;
mod citation;
mod cited;
mod columns;
mod gather;
mod lists;
mod mentions;
mod read;
mod terms;
#[cfg(test)]
mod tests;
mod tuples;

pub use citation::{Citable, Citation, Place};
pub(super) use columns::{ROWS, named as columns};
pub use gather::documents;
pub(super) use lists::any as listed;
pub(super) use mentions::{Words, words};
pub(super) use read::{METADATA, TEXT, WRAPPERS, is_known};
pub use terms::Terms;
pub(super) use tuples::is_row;

use super::trace::Trace;

/// How the documents came to be where they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Origin {
    /// A span found them (or returned them).
    #[default]
    Retrieved,
    /// A reranker put them in a new order.
    Reranked,
    /// A span was given them, and no span of this trace returned them.
    Given,
}

/// What one span retrieved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Retrieval {
    /// Index into the trace's spans.
    pub span: usize,
    /// Where they come from.
    pub origin: Origin,
    /// The key of the span's outputs (or inputs) that they stand under; `None`: they are the whole value.
    pub key: Option<String>,
    /// What was asked, where the span says it.
    pub query: Option<String>,
    /// In the order they came; empty where a retriever found nothing.
    pub documents: Vec<Document>,
    /// Other spans that returned the same documents or some of them, and how many.
    pub also: Vec<(usize, usize)>,
    /// Of a reranker: documents that it was given and left out, with their rank there (from 0).
    pub dropped: Vec<(usize, Document)>,
    /// What the span returned beside the lists of documents (an answer, a rewritten query, how long it took): under
    /// which path, and its text or JSON.
    pub beside: Vec<(String, String)>,
    /// The messages of the conversation show these documents themselves.
    pub told: bool,
}

impl Retrieval {
    /// Nobody knows what was found: the span says nothing of its result, which is not the same as finding nothing.
    #[must_use]
    pub fn is_unrecorded(&self, trace: &Trace) -> bool {
        let outputs = trace.spans.get(self.span).and_then(|s| s.outputs.as_deref());
        self.documents.is_empty() && outputs.is_none_or(|o| matches!(o.trim(), "" | "null"))
    }
}

/// One retrieved piece of text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// `page_content` or what stands in for it; the whole value as JSON where nothing of it is known; empty where only
    /// the id or the place was recorded.
    pub content: String,
    /// The text was recorded, and is empty.
    pub empty: bool,
    /// Further texts (`raw_content`, `summary`, ...), each under its own name; JSON where it is more than a text.
    pub texts: Vec<(String, String)>,
    /// Images and files that it consists of beside its text: what they are, how large, and where.
    pub media: Vec<String>,
    /// `metadata.doc_uri`, or what stands in for it (`source`, `url`, ...).
    pub uri: Option<String>,
    /// `id`.
    pub id: Option<String>,
    /// `score`, as written; "distance 0.1" where it is one.
    pub score: Option<String>,
    /// Which part of the source: `chunk_id` where that is not the id, "page 3", "chunk 7".
    pub chunk: Option<String>,
    /// `title`, where it has one.
    pub title: Option<String>,
    /// All of `metadata`, by key, then other members; values that are not text as JSON.
    pub metadata: Vec<(String, String)>,
    /// Of a reranker's: the rank before (from 0).
    pub was: Option<usize>,
    /// An earlier retrieval (index) and the rank there (from 0) that has the same document.
    pub seen: Option<(usize, usize)>,
}

impl Document {
    /// Its text is not in the trace.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.content.is_empty() && self.media.is_empty() && !self.empty
    }

    /// There is something to read beside its text and its names: a graph's node has properties.
    #[must_use]
    pub fn says_more(&self) -> bool {
        let named = [&self.id, &self.uri, &self.title, &self.chunk, &self.score];
        !self.texts.is_empty()
            || self
                .metadata
                .iter()
                .any(|(_, v)| !v.is_empty() && !named.iter().any(|n| n.as_deref() == Some(v.as_str())))
    }

    /// A short name: id, title, place or the beginning of its text.
    #[must_use]
    pub fn label(&self) -> &str {
        let known = self.id.as_deref().or(self.title.as_deref()).or(self.uri.as_deref());
        known.unwrap_or_else(|| self.content.lines().next().unwrap_or_default())
    }
}
