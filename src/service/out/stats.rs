//! Progress per person and answers per question.

use crate::model::{AnswerVersion, Input, ItemNo, LabelSchema};
use crate::service::api::{Principal, Response, SchemaStats, Stats};
use crate::service::blind;
use crate::service::items::lookup;
use crate::service::ruling::Ruled;
use crate::service::sessions::view::view;
use crate::store::{ANSWERS, REMOVED_ITEMS, Read};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Figures of a session: submitted current answers only.
///
/// # Errors
/// `NotFound`.
pub fn stats(read: &impl Read, who: &Principal, session: &str) -> Ruled<Response> {
    let session = lookup::session(read, session)?;
    let view = view(read, who, &session)?;
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    let mut removed = BTreeSet::new();
    let s = session.id;
    read.scan(REMOVED_ITEMS, (s, 0)..(s + 1, 0), false, |(_, item), ()| {
        removed.insert(item);
        Ok(true)
    })?;
    let mut hidden = (None, false);
    let mut stopped = None;
    let range = (s, 0, "", "", 0)..(s + 1, 0, "", "", 0);
    read.scan(ANSWERS, range, false, |(_, item, ..), version: AnswerVersion| {
        if hidden.0 != Some(item) {
            match blind::hidden_from(read, who, &session, ItemNo(item)) {
                Ok(now) => hidden = (Some(item), now),
                Err(stop) => stopped = Some(stop),
            }
        }
        let seen = !hidden.1 || version.reviewer == who.account;
        if version.valid && seen && !removed.contains(&item) {
            sums.entry(version.schema.clone()).or_default().add(&version);
        }
        Ok(stopped.is_none())
    })?;
    if let Some(stop) = stopped {
        return Err(stop);
    }
    let schemas = view.schemas.iter().map(|s| of(s, sums.remove(&s.name).unwrap_or_default())).collect();
    Ok(Response::Stats(Box::new(Stats { session: view, schemas })))
}

#[derive(Default)]
struct Sum {
    answers: u64,
    comments: u64,
    chosen: BTreeMap<String, u64>,
    numbers: Vec<f64>,
}

impl Sum {
    fn add(&mut self, version: &AnswerVersion) {
        self.answers += 1;
        self.comments += u64::from(version.comment.is_some());
        match &version.value {
            Value::Bool(b) => *self.chosen.entry(b.to_string()).or_default() += 1,
            Value::Number(n) => self.numbers.extend(n.as_f64()),
            Value::String(text) if text.len() <= 1024 => *self.chosen.entry(text.clone()).or_default() += 1,
            Value::Array(list) => {
                for text in list.iter().filter_map(Value::as_str).filter(|t| t.len() <= 1024) {
                    *self.chosen.entry(text.to_owned()).or_default() += 1;
                }
            }
            _ => {}
        }
    }
}

fn of(schema: &LabelSchema, mut sum: Sum) -> SchemaStats {
    let mut take = |value: &str| sum.chosen.remove(value).unwrap_or(0);
    let mut values = match &schema.input {
        Input::PassFail { positive_label, negative_label } => {
            vec![(positive_label.clone(), take("true")), (negative_label.clone(), take("false"))]
        }
        Input::Categorical { options } | Input::CategoricalList { options } => {
            options.iter().map(|o| (o.clone(), take(o))).collect()
        }
        _ => Vec::new(),
    };
    if matches!(schema.input, Input::Categorical { .. } | Input::CategoricalList { .. }) {
        // Chosen under an older version.
        values.extend(sum.chosen);
    }
    let numeric = matches!(schema.input, Input::Numeric { .. }) && !sum.numbers.is_empty();
    let numbers = numeric.then_some(&sum.numbers);
    SchemaStats {
        name: schema.name.clone(),
        kind: schema.kind,
        version: schema.version,
        answers: sum.answers,
        comments: sum.comments,
        values,
        mean: numbers.map(|n| n.iter().sum::<f64>() / n.len() as f64),
        min: numbers.and_then(|n| n.iter().copied().reduce(f64::min)),
        max: numbers.and_then(|n| n.iter().copied().reduce(f64::max)),
    }
}
