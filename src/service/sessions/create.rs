//! A new session.

use crate::model::{LabelSchema, SessionId, review_view, schema_check};
use crate::service::api::{Notice, Principal, Reason, Response, SessionSpec};
use crate::service::event::{Event, Settings, append};
use crate::service::experiments;
use crate::service::items::lookup;
use crate::service::ruling::{Done, Ruled, no};
use crate::service::schemas::next_number;
use crate::service::sessions::view::view;
use crate::store::{PROGRESS, ProgressRow, Read, SESSIONS, SessionRow, Txn};
use serde_json::Value;

/// Creates a session.
///
/// # Errors
/// `Exists`; `NotFound` for a schema; `Invalid` for a name, a user or a number of reviews without meaning.
pub fn create(txn: &Txn, who: &Principal, spec: &SessionSpec) -> Ruled<Done> {
    schema_check::name(&spec.name).map_err(|why| no(Reason::Invalid, format!("session: {why}")))?;
    if txn.get(SESSIONS, spec.name.as_str())?.is_some() {
        return Err(no(
            Reason::Exists,
            format!("session \"{0}\" exists; change it with: labeltui session update {0}", spec.name),
        ));
    }
    let reviews = at_least_one(spec.reviews.unwrap_or(1))?;
    let users = people(&spec.users)?;
    let seen = seen(spec.view.as_ref())?;
    let known = lookup::experiment(txn, &spec.experiment)?;
    let schemas = distinct(&spec.schemas);
    for name in &schemas {
        ask(txn, known.unwrap_or(0), &spec.experiment, name)?;
    }
    let row = SessionRow {
        id: 0,
        name: spec.name.clone(),
        experiment: experiments::enter(txn, &spec.experiment)?.id,
        experiment_name: spec.experiment.clone(),
        schemas,
        users,
        reviews,
        blind: spec.blind,
        instructions: spec.instructions.clone().filter(|t| !t.trim().is_empty()),
        view: seen,
        closed: false,
        created_at: txn.now,
        created_by: who.account.clone(),
        next_item: 0,
        asked_since: Default::default(),
    };
    let row = SessionRow { id: next_number(txn, "last_session")?, ..row };
    txn.put(SESSIONS, row.name.as_str(), &row)?;
    txn.put(PROGRESS, row.id, &ProgressRow::default())?;
    let event = Event::SessionCreated {
        name: row.name.clone(),
        experiment: row.experiment_name.clone(),
        settings: Settings::of(&row),
    };
    append(txn, who, Some(SessionId(row.id)), None, &event)?;
    let notice = Notice::Session { session: row.name.clone() };
    Ok(Done::telling(Response::Session(Box::new(view(txn, who, &row)?)), notice))
}

impl Settings {
    /// What may be changed about the session, as it is now.
    #[must_use]
    pub fn of(row: &SessionRow) -> Self {
        Self {
            schemas: row.schemas.clone(),
            users: row.users.clone(),
            reviews: row.reviews,
            blind: row.blind,
            instructions: row.instructions.clone(),
            view: row.view.clone(),
            closed: row.closed,
        }
    }
}

/// The schema, which must exist or be built in.
pub(super) fn ask(read: &impl Read, e: u32, experiment: &str, name: &str) -> Ruled<LabelSchema> {
    lookup::schema(read, e, name)?.ok_or_else(|| {
        no(
            Reason::NotFound,
            format!("no schema \"{name}\" in experiment {experiment}; create it with: labeltui schema create {name}"),
        )
    })
}

pub(super) fn at_least_one(reviews: u32) -> Ruled<u32> {
    if reviews == 0 { Err(no(Reason::Invalid, "reviews: each item needs at least 1")) } else { Ok(reviews) }
}

/// A view as it is kept: checked, in its own words; one that changes nothing is none.
pub(super) fn seen(view: Option<&Value>) -> Ruled<Option<Value>> {
    let Some(value) = view else { return Ok(None) };
    let read = review_view::from_value(value)
        .map_err(|mistake| no(Reason::Invalid, format!("view: `{}`: {}", mistake.field, mistake.why)))?;
    Ok((!read.is_empty()).then(|| read.to_value()))
}

pub(super) fn people(names: &[String]) -> Ruled<Vec<String>> {
    for name in names {
        schema_check::name(name).map_err(|why| no(Reason::Invalid, format!("user: {why}")))?;
    }
    Ok(distinct(names))
}

/// In the order given, each once.
pub(super) fn distinct(names: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(names.len());
    for name in names {
        if !out.contains(name) {
            out.push(name.clone());
        }
    }
    out
}
