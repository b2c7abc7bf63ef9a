//! Documents without names for their fields: rows of a database, texts beside their scores, the flat answer of a key-value
//! store.

use super::Document;
use super::read::{document, number};
use crate::model::json::Json;
use std::borrow::Cow;

/// The cells of a row, at most.
const CELLS: usize = 12;

/// A row of a table without names: one text of several words, numbers, ids, metadata beside it.
pub(in crate::model) fn is_row(cells: &[Json<'_>]) -> bool {
    let short =
        |c: &Json<'_>| c.is_null() || number(c) || c.as_text().is_some_and(|t| !t.contains(char::is_whitespace));
    let object = |c: &Json<'_>| c.is_object() && c.some("page_content").is_none();
    (2..=CELLS).contains(&cells.len())
        && cells.iter().filter(|c| is_prose(c)).count() == 1
        && cells.iter().filter(|c| object(c)).count() <= 1
        && cells.iter().all(|c| is_prose(c) || short(c) || object(c))
        && cells.iter().any(number)
}

fn is_prose(cell: &Json<'_>) -> bool {
    cell.as_text().is_some_and(|t| t.trim().contains(char::is_whitespace))
}

/// The documents of a list that has no names for their fields; `None` of any other list.
pub(super) fn unnamed(items: &[Json<'_>]) -> Option<Vec<Document>> {
    let width = items.first()?.items().len();
    // A text with its score is a pair, as a document with its score is.
    let paired = |i: &Json<'_>| matches!(i.items(), [_, score] if number(score));
    if items.iter().all(|i| i.items().len() == width && is_row(i.items())) && !items.iter().all(paired) {
        return Some(items.iter().map(|i| row(i.items())).collect());
    }
    // What FAISS gives: all texts, then all scores.
    if let [texts, scores] = items
        && !texts.items().is_empty()
        && texts.items().len() == scores.items().len()
        && texts.items().iter().all(is_prose)
        && scores.items().iter().all(number)
    {
        let each = texts.items().iter().zip(scores.items());
        return Some(each.map(|(text, score)| document(&Json::Array(vec![text.clone(), score.clone()]))).collect());
    }
    pairs(items)
}

/// What is a whole number, or a word, and comes first is the id; the first number with a fraction is the score.
fn row(cells: &[Json<'_>]) -> Document {
    let whole = |c: &Json<'_>| !c.plain().contains(['.', 'e', 'E']);
    let score = cells.iter().position(|c| number(c) && !whole(c));
    let name = |(at, cell): (usize, &Json<'_>)| match cell {
        c if is_prose(c) => "text".to_owned(),
        c if c.is_object() => "metadata".to_owned(),
        _ if Some(at) == score => "score".to_owned(),
        c if at == 0 && !c.is_null() => "id".to_owned(),
        _ => format!("column {}", at + 1),
    };
    let members = cells.iter().enumerate().map(|(at, cell)| (Cow::Owned(name((at, cell))), cell.clone()));
    document(&Json::object(members.collect()))
}

/// Redis writes how many there are, then each key and its fields, names and values in turn.
fn pairs<'j>(items: &'j [Json<'_>]) -> Option<Vec<Document>> {
    let (count, rest) = items.split_first()?;
    if count.as_int().is_none() || rest.is_empty() || rest.len() % 2 != 0 {
        return None;
    }
    let one = |pair: &'j [Json<'_>]| {
        let [key, fields] = pair else { return None };
        let named = fields.items().chunks(2).map(|f| match f {
            [name, value] => Some((Cow::Owned(name.as_text()?.into_owned()), value.clone())),
            _ => None,
        });
        let members: Vec<_> = named.collect::<Option<_>>()?;
        key.as_text().filter(|_| !members.is_empty())?;
        Some(document(&Json::object([(Cow::Borrowed("id"), key.clone())].into_iter().chain(members).collect())))
    };
    rest.chunks(2).map(one).collect()
}
