//! What a retrieval returned beside its documents: a written answer, another wording of the question, how long it took.

use super::Document;
use super::columns::SCORES;
use super::lists::any;
use super::read::is_internal;
use crate::model::json::{Json, parse_shape as parse};
use std::borrow::Cow;
use std::collections::HashSet;

/// Levels of an output in which lists of documents are found.
const DEPTH: usize = 5;

/// What of an output stands beside the lists of documents, by path. `lists`: their paths, as `any` and its like name
/// them; a path that ends with a dot has a table instead of a list.
pub(super) fn beside(json: &Json<'_>, lists: &[String], documents: &[Document]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let around = Around { lists, documents };
    if json.is_object() && !lists.is_empty() {
        around.look(json, "", &mut found);
    }
    let said = Said::of(documents);
    let news = found.into_iter().filter_map(|(path, value)| Some((path, said.news(value)?.plain())));
    news.collect()
}

/// Of an output whose documents are told from elsewhere (the span's attributes): what they do not say.
pub(super) fn unsaid(json: &Json<'_>, documents: &[Document]) -> Vec<(String, String)> {
    let said = Said { numbers: true, ..Said::of(documents) };
    match json {
        Json::Object(members) => {
            members.iter().filter_map(|(k, v)| Some((k.to_string(), said.news(v)?.plain()))).collect()
        }
        other => said.news(other).map(|news| ("outputs".to_owned(), news.plain())).into_iter().collect(),
    }
}

struct Around<'l> {
    lists: &'l [String],
    documents: &'l [Document],
}

impl Around<'_> {
    fn look<'j, 'a>(&self, json: &'j Json<'a>, above: &str, found: &mut Vec<(String, &'j Json<'a>)>) {
        let table = self.lists.iter().any(|l| l.strip_suffix('.') == Some(above) || above.is_empty() && l == ".");
        for (key, value) in json.members() {
            let path = if above.is_empty() { key.to_string() } else { format!("{above}.{key}") };
            let below = format!("{path}.");
            if self.lists.contains(&path) || table && (is_table(key) || self.is_scores(key, value)) {
                continue;
            }
            if value.is_object() && self.lists.iter().any(|l| l.starts_with(&below)) {
                if path.split('.').count() < DEPTH {
                    self.look(value, &path, found);
                }
            } else if !self.again(value) {
                found.push((path, value));
            }
        }
    }

    /// A column of as many scores as there are documents, which have them.
    fn is_scores(&self, key: &str, value: &Json<'_>) -> bool {
        let flat: usize = value.items().iter().map(|i| i.items().len().max(1)).sum();
        SCORES.iter().any(|(name, _)| *name == key) && flat == self.documents.len()
    }

    /// The same documents under another name.
    fn again(&self, value: &Json<'_>) -> bool {
        let list = value.items();
        !list.is_empty() && list.len() <= self.documents.len() && {
            let same = any(value);
            self.documents.windows(same.len().max(1)).any(|some| some == same)
        }
    }
}

/// What a table of documents consists of.
fn is_table(key: &str) -> bool {
    const PARTS: [&str; 12] = [
        "ids",
        "documents",
        "metadatas",
        "distances",
        "embeddings",
        "manifest",
        "columns",
        "column_names",
        "result",
        "data_array",
        "rows",
        "index",
    ];
    PARTS.contains(&key) || matches!(key, "data" | "texts")
}

/// Every text that some documents say.
struct Said<'d> {
    texts: HashSet<Cow<'d, str>>,
    /// Numbers are told as well; otherwise one is news though a document happens to have it too.
    numbers: bool,
}

impl<'d> Said<'d> {
    fn of(documents: &'d [Document]) -> Self {
        let mut texts = HashSet::new();
        for d in documents {
            let named = [&d.id, &d.uri, &d.score, &d.chunk, &d.title].into_iter().flatten().map(String::as_str);
            texts.extend([d.content.trim()].into_iter().chain(named).map(Cow::Borrowed));
            for (_, value) in d.metadata.iter().chain(&d.texts) {
                texts.insert(Cow::Borrowed(value.trim()));
                if value.starts_with(['{', '['])
                    && let Ok((json, _)) = parse(value)
                {
                    leaves(&json, &mut texts);
                }
            }
        }
        Self { texts, numbers: false }
    }

    /// What of a value is not said; recursion is bounded by the parser.
    fn news<'a>(&self, json: &Json<'a>) -> Option<Json<'a>> {
        match json {
            Json::Object(members) => {
                let kept = members.iter().filter(|(k, v)| !is_internal(k, v));
                let kept: Vec<_> = kept.filter_map(|(k, v)| Some((k.clone(), self.news(v)?))).collect();
                (!kept.is_empty()).then(|| Json::object(kept))
            }
            Json::Array(items) => {
                let kept: Vec<_> = items.iter().filter_map(|i| self.news(i)).collect();
                (!kept.is_empty()).then_some(Json::Array(kept))
            }
            other if other.is_null() => None,
            other => match other.as_text() {
                Some(text) => !text.trim().is_empty() && !self.texts.contains(text.trim()),
                None => !self.numbers || !self.texts.contains(other.plain().as_str()),
            }
            .then(|| other.clone()),
        }
    }
}

fn leaves(json: &Json<'_>, found: &mut HashSet<Cow<'_, str>>) {
    json.items().iter().chain(json.members().iter().map(|(_, v)| v)).for_each(|v| leaves(v, found));
    if !json.is_object() && !matches!(json, Json::Array(_)) {
        found.insert(Cow::Owned(json.plain().trim().to_owned()));
    }
}
