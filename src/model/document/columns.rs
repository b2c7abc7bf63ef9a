//! Documents whose fields stand in columns, and documents that are the rows of a table.

use super::Document;
use super::read::{self, document, number};
use crate::model::json::{Json, NULL};

/// How the columns of scores are called, and what stands in them.
pub(super) const SCORES: [(&str, &str); 5] = [
    ("distances", "distance"),
    ("scores", "score"),
    ("similarities", "score"),
    ("relevance_scores", "score"),
    ("similarity_scores", "score"),
];

/// Chroma's form: a column each for ids, documents, metadatas and distances, each a list for every query. Without ids texts
/// with a column of scores or metadata that is as long.
pub(super) fn columns<'a>(json: &Json<'a>) -> Option<Vec<Document>> {
    let column = |key: &str| -> Vec<&Json<'a>> {
        let items = json.some(key).map(Json::items).unwrap_or_default();
        items.iter().flat_map(|i| if let Json::Array(inner) = i { inner.iter().collect() } else { vec![i] }).collect()
    };
    let ids = column("ids");
    let texts = ["documents", "texts"].iter().map(|k| column(k)).find(|c| !c.is_empty()).unwrap_or_default();
    let metadata = column("metadatas");
    let rows = ids.len().max(texts.len());
    // The score is the first of them; what another says stands with the metadata.
    let scores = SCORES.iter().map(|(key, name)| (*name, column(key)));
    let scores: Vec<_> =
        scores.filter(|(_, c)| c.len() == rows && c.iter().all(|s| number(s) || s.is_null())).collect();
    // Ids beside something else are no table, nor are texts beside something else.
    let table = ["documents", "metadatas", "distances", "embeddings"].iter().any(|k| json.get(k).is_some());
    let table = table || json.members().len() == 1;
    let beside = rows > 0 && (!scores.is_empty() || metadata.len() == rows && metadata.iter().all(|m| m.is_object()));
    if !(if ids.is_empty() { beside } else { table }) || !texts.iter().all(|t| t.as_text().is_some() || t.is_null()) {
        return None;
    }
    let row = |at: usize| {
        let cell = |column: &[&Json<'a>]| column.get(at).map_or(NULL, |c| (*c).clone());
        let named = [("id", cell(&ids)), ("text", cell(&texts)), ("metadata", cell(&metadata))];
        let scored = scores.iter().map(|(name, column)| (*name, cell(column)));
        document(&Json::object(named.into_iter().chain(scored).map(|(k, v)| (k.into(), v)).collect()))
    };
    Some((0..rows).map(row).collect())
}

/// A table with named columns: Databricks Vector Search (`manifest.columns`, `result.data_array`; the score is the last
/// column, also where the manifest leaves it out), or columns and rows side by side as data frames and SQL have them.
pub(super) fn rows(json: &Json<'_>) -> Option<Vec<Document>> {
    let mut names = names(json)?;
    let body = json.some("result").filter(|r| r.is_object()).unwrap_or(json);
    let rows = ROWS.iter().find_map(|k| body.some(k));
    // Without a row the list itself is left out.
    let Some(rows) = rows else { return body.get("row_count").map(|_| Vec::new()) };
    let rows = rows.items();
    if !rows.iter().all(|row| matches!(row, Json::Array(_))) {
        return None;
    }
    if rows.iter().all(|row| row.items().len() == names.len() + 1 && row.items().last().is_some_and(number)) {
        names.push("score".into());
    }
    let text = text_column(&names, rows);
    let field = |at: usize| -> String {
        names
            .get(at)
            .map_or_else(|| format!("column {}", at + 1), |n| if text == Some(at) { "text".into() } else { n.clone() })
    };
    let row = |row: &Json<'_>| {
        document(&Json::object(
            row.items().iter().enumerate().map(|(at, cell)| (field(at).into(), cell.clone())).collect(),
        ))
    };
    Some(rows.iter().map(row).collect())
}

/// Where such a table has its rows.
pub(in crate::model) const ROWS: [&str; 3] = ["data_array", "rows", "data"];

/// The names of its columns.
fn names(json: &Json<'_>) -> Option<Vec<String>> {
    let head = json.some("manifest").unwrap_or(json);
    let names = ["columns", "column_names"].iter().find_map(|k| head.some(k)).map(Json::items)?;
    let name = |c: &Json<'_>| c.some("name").unwrap_or(c).as_text().map(|t| t.into_owned());
    names.iter().map(name).collect::<Option<_>>().filter(|n: &Vec<_>| !n.is_empty())
}

/// The names of a table's columns, but for that of the documents' texts, which has none.
pub(in crate::model) fn named(json: &Json<'_>) -> Option<Vec<Option<String>>> {
    let names = names(json)?;
    let body = json.some("result").filter(|r| r.is_object()).unwrap_or(json);
    let rows = ROWS.iter().find_map(|k| body.some(k))?.items();
    let text = text_column(&names, rows);
    let is_text = |at: usize, name: &str| text == Some(at) || read::TEXT.contains(&name);
    Some(names.into_iter().enumerate().map(|(at, name)| Some(name).filter(|n| !is_text(at, n))).collect())
}

/// Where no column has a name that texts have: the one that says most and is no id, place, title or score.
fn text_column(names: &[String], rows: &[Json<'_>]) -> Option<usize> {
    if names.iter().any(|n| read::TEXT.contains(&n.as_str())) {
        return None;
    }
    let said =
        |at: usize| -> usize { rows.iter().take(20).filter_map(|r| Some(r.items().get(at)?.as_text()?.len())).sum() };
    let free = names.iter().enumerate().filter(|(_, n)| !read::is_known(n)).map(|(at, _)| at);
    free.max_by_key(|at| said(*at)).filter(|at| said(*at) > 0)
}
