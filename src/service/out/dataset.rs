//! Evaluation records: one for each item with at least one submitted expectation (RULES: Dataset).

use super::export::lines;
use super::seen::seen;
use crate::export::dataset::{Record, record};
use crate::model::assessment::AssessmentKind;
use crate::model::{ItemNo, SchemaType, Time, Trace};
use crate::service::api::{Principal, Response};
use crate::service::items::lookup;
use crate::service::ruling::Ruled;
use crate::service::traces::body;
use crate::store::{ItemRow, Read, SessionRow};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Which records.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Imported expectations too.
    pub imported: bool,
    /// A record for each reviewer instead of the newest answer of each name.
    pub per_reviewer: bool,
}

/// A page of records.
///
/// # Errors
/// `NotFound`.
pub fn page(
    read: &impl Read,
    who: &Principal,
    session: &str,
    kind: Kind,
    after: Option<&str>,
    limit: u32,
) -> Ruled<Response> {
    let session = lookup::session(read, session)?;
    lines(read, &session, after, limit, |number, item| records(read, who, &session, number, item, kind))
}

struct Expectation {
    name: String,
    value: Value,
    who: String,
    at: Time,
}

fn records(
    read: &impl Read,
    who: &Principal,
    session: &SessionRow,
    number: ItemNo,
    item: &ItemRow,
    kind: Kind,
) -> Ruled<Vec<String>> {
    let (ours, imported) = seen(read, who, session, number, item)?;
    let mut all: Vec<Expectation> = ours
        .into_iter()
        .filter(|v| v.valid && v.kind == SchemaType::Expectation && session.schemas.contains(&v.schema))
        .map(|v| Expectation { name: v.schema, value: v.value, who: v.assessor_id, at: v.at })
        .collect();
    if kind.imported {
        all.extend(
            imported
                .iter()
                .filter(|a| a.valid() && a.kind() == AssessmentKind::Expectation && a.span_id().is_none())
                .map(|a| Expectation {
                    name: a.name().to_owned(),
                    value: a.value().into_owned(),
                    who: a.source_id().to_owned(),
                    at: a.last_update_time().unwrap_or_default(),
                }),
        );
    }
    if all.is_empty() {
        return Ok(Vec::new());
    }
    // The newest of a name is inserted last and stays.
    all.sort_by_key(|e| e.at);
    let mut sets: BTreeMap<Option<String>, Map<String, Value>> = BTreeMap::new();
    for e in all {
        sets.entry(kind.per_reviewer.then_some(e.who)).or_default().insert(e.name, e.value);
    }
    let body = body(read, item.snapshot)?;
    let tags = Trace::parse(&body).summary.tags;
    let of = |(reviewer, expectations): (Option<String>, Map<String, Value>)| {
        let (trace_id, session) = (item.trace_id.as_str(), session.name.as_str());
        record(Record { body: &body, trace_id, tags: &tags, session, reviewer: reviewer.as_deref(), expectations })
            .to_string()
    };
    Ok(sets.into_iter().map(of).collect())
}
