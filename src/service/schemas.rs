//! Schemas of an experiment and their versions (RULES: Schemas and versions).

use super::api::{Notice, Principal, Reason, Response, SchemaChange, SchemaOutcome};
use super::event::{Event, append};
use super::experiments;
use super::items::lookup;
use super::ruling::{Done, Ruled, no};
use crate::model::schema_check::{Difference, built_in, difference, is_reserved, validate};
use crate::model::{LabelSchema, SessionId};
use crate::store::{META, Read, SCHEMA_VERSIONS, SCHEMAS, SESSIONS, SchemaRow, Txn};

/// Creates a schema, or replaces one.
///
/// # Errors
/// `Invalid` where it has no meaning, the name is reserved, or what is fixed would change; `Exists` without `overwrite`.
pub fn put(
    txn: &Txn,
    who: &Principal,
    experiment_name: &str,
    schema: &LabelSchema,
    overwrite: bool,
    applied: bool,
) -> Ruled<Done> {
    let mut schema = schema.clone();
    for text in [&mut schema.title, &mut schema.instruction] {
        text.take_if(|t| t.trim().is_empty());
    }
    let name = schema.name.clone();
    let warnings = validate(&schema).map_err(|why| no(Reason::Invalid, format!("schema {name}: {why}")))?;
    if is_reserved(&name) && !applied {
        return Err(no(
            Reason::Invalid,
            format!("the name \"{name}\" is reserved for MLflow's default question; choose another one"),
        ));
    }
    let there = lookup::experiment(txn, experiment_name)?;
    let stored = match there {
        Some(e) => txn.get(SCHEMAS, (e, name.as_str()))?.map(|row| row.schema),
        None => None,
    };
    let before = stored.clone().or_else(|| built_in(&name));
    let change = match &before {
        None => SchemaChange::Created,
        Some(old) => {
            let what = difference(old, &schema);
            // Creating again what is there already does nothing, with or without --overwrite.
            if !overwrite && stored.is_some() && what != Difference::Same {
                return Err(no(
                    Reason::Exists,
                    format!("schema \"{name}\" exists in experiment {experiment_name}; --overwrite replaces it"),
                ));
            }
            schema.version = old.version;
            match what {
                Difference::Same => SchemaChange::Unchanged,
                Difference::Wording => SchemaChange::Wording,
                Difference::Version => {
                    schema.version = old.version + 1;
                    SchemaChange::NewVersion
                }
                Difference::Fixed(why) => {
                    return Err(no(Reason::Invalid, format!("schema \"{name}\": {why}; choose another name")));
                }
            }
        }
    };
    if before.is_none() {
        schema.version = 1;
    }
    let outcome = SchemaOutcome { schema: schema.clone(), change, warnings };
    if change == SchemaChange::Unchanged {
        return Ok(Done::quiet(Response::SchemaPut(outcome)));
    }
    let e = experiments::enter(txn, experiment_name)?.id;
    if let (None, Some(built_in)) = (&stored, &before) {
        // The built-in was version 1 of it: old answers keep it.
        keep_version(txn, who, e, built_in)?;
    }
    txn.put(SCHEMAS, (e, name.as_str()), &SchemaRow { schema: schema.clone(), at: txn.now, by: who.account.clone() })?;
    if change == SchemaChange::Wording {
        // The version stands; only its words are new.
        let at = txn.get(SCHEMA_VERSIONS, (e, name.as_str(), schema.version))?.map_or(txn.now, |row| row.at);
        let row = SchemaRow { schema: schema.clone(), at, by: who.account.clone() };
        txn.put(SCHEMA_VERSIONS, (e, name.as_str(), schema.version), &row)?;
    } else {
        keep_version(txn, who, e, &schema)?;
    }
    let event = Event::SchemaPut { experiment: experiment_name.to_owned(), change, schema, before };
    let notices = tell(txn, who, e, &name, &event)?;
    Ok(Done { response: Response::SchemaPut(outcome), notices })
}

fn keep_version(txn: &Txn, who: &Principal, e: u32, schema: &LabelSchema) -> Ruled<()> {
    let row = SchemaRow { schema: schema.clone(), at: txn.now, by: who.account.clone() };
    Ok(txn.put(SCHEMA_VERSIONS, (e, schema.name.as_str(), schema.version), &row)?)
}

/// Logs a schema's change once, in the part of every session that asks it.
fn tell(txn: &Txn, who: &Principal, e: u32, schema: &str, event: &Event) -> Ruled<Vec<Notice>> {
    let no = append(txn, who, None, None, event)?;
    let mut notices = Vec::new();
    for (session, name) in users(txn, e, schema)? {
        txn.put(crate::store::SESSION_EVENTS, (session.0, no.0), &())?;
        notices.push(Notice::Session { session: name });
    }
    Ok(notices)
}

/// The sessions that ask a schema.
fn users(read: &impl Read, e: u32, schema: &str) -> Ruled<Vec<(SessionId, String)>> {
    let mut out = Vec::new();
    read.scan(SESSIONS, ""..="\u{10ffff}", false, |name, row| {
        if row.experiment == e && row.schemas.iter().any(|s| s == schema) {
            out.push((SessionId(row.id), name.to_owned()));
        }
        Ok(true)
    })?;
    Ok(out)
}

/// All schemas of an experiment, by name.
///
/// # Errors
/// The store's.
pub fn list(read: &impl Read, experiment: &str) -> Ruled<Response> {
    let mut out = Vec::new();
    if let Some(e) = lookup::experiment(read, experiment)? {
        read.scan(SCHEMAS, (e, "")..(e + 1, ""), false, |_, row| {
            out.push(row.schema);
            Ok(true)
        })?;
    }
    Ok(Response::Schemas(out))
}

/// Deletes a schema that no session asks.
///
/// # Errors
/// `NotFound`; `InUse`, naming the sessions.
pub fn delete(txn: &Txn, who: &Principal, experiment: &str, name: &str) -> Ruled<Done> {
    let missing = || {
        let hint = if built_in(name).is_some() { " (it is built in and was never changed)" } else { "" };
        no(Reason::NotFound, format!("no schema \"{name}\" in experiment {experiment}{hint}"))
    };
    let e = lookup::experiment(txn, experiment)?.ok_or_else(missing)?;
    let schema = txn.get(SCHEMAS, (e, name))?.ok_or_else(missing)?.schema;
    let users = users(txn, e, name)?;
    if !users.is_empty() {
        let names: Vec<&str> = users.iter().map(|(_, name)| name.as_str()).collect();
        return Err(no(
            Reason::InUse,
            format!(
                "schema \"{name}\" is asked in {}; take it out first with: labeltui session update {} --remove-schema {name}",
                names.join(", "),
                names.first().unwrap_or(&"SESSION")
            ),
        ));
    }
    txn.remove(SCHEMAS, (e, name))?;
    append(txn, who, None, None, &Event::SchemaDeleted { experiment: experiment.to_owned(), schema })?;
    Ok(Done::quiet(Response::Done))
}

/// For the tests and the first store: the next key of a kind, counted in `META`.
pub(super) fn next_number(txn: &Txn, name: &'static str) -> Ruled<u32> {
    let next = txn.get(META, name)?.unwrap_or(0) + 1;
    txn.put(META, name, &next)?;
    Ok(u32::try_from(next).unwrap_or(u32::MAX))
}
