//! Experiments: the homes of traces, schemas and sessions. One comes into being with the first thing put into it.

use super::api::Reason;
use super::ruling::{Ruled, no};
use crate::store::{EXPERIMENTS, ExperimentRow, META, Read, StoreError, Txn};

/// The experiment of those who name none; it need not exist to be looked into.
pub const DEFAULT: &str = "Default";
/// Name of the newest experiment's key in `META`.
const LAST_EXPERIMENT: &str = "last_experiment";
/// Longest name, in characters (MLflow's bound).
const LONGEST: usize = 500;

/// The experiment of that name; made if there is none (the row is written by whoever puts something into it).
///
/// # Errors
/// The name is empty or too long.
pub fn enter(txn: &Txn, name: &str) -> Ruled<ExperimentRow> {
    if let Some(row) = txn.get(EXPERIMENTS, name)? {
        return Ok(row);
    }
    if name.trim().is_empty() || name.chars().count() > LONGEST {
        return Err(no(Reason::Invalid, format!("an experiment's name has 1 to {LONGEST} characters")));
    }
    let id = txn.get(META, LAST_EXPERIMENT)?.unwrap_or(0) + 1;
    txn.put(META, LAST_EXPERIMENT, &id)?;
    let id =
        u32::try_from(id).map_err(|_| StoreError::BadRow { table: "meta", why: "too many experiments".to_owned() })?;
    let row = ExperimentRow { id, traces: 0 };
    txn.put(EXPERIMENTS, name, &row)?;
    Ok(row)
}

/// The experiment of that name, to look into; `None` for the default one while it is empty.
///
/// # Errors
/// `NotFound`, with the names that there are.
pub fn find(read: &impl Read, name: &str) -> Ruled<Option<ExperimentRow>> {
    let found = read.get(EXPERIMENTS, name)?;
    if found.is_some() || name == DEFAULT {
        return Ok(found);
    }
    let mut names = Vec::new();
    read.scan(EXPERIMENTS, "".., false, |other, _| {
        names.push(other.to_owned());
        Ok(names.len() < 20)
    })?;
    let there =
        if names.is_empty() { "there are none yet".to_owned() } else { format!("there are: {}", names.join(", ")) };
    Err(no(Reason::NotFound, format!("no experiment {name}; {there}")))
}

/// The name of an experiment.
///
/// # Errors
/// The store's.
pub fn name(read: &impl Read, id: u32) -> Result<String, StoreError> {
    let mut found = String::new();
    read.scan(EXPERIMENTS, "".., false, |name, row| {
        if row.id == id {
            name.clone_into(&mut found);
        }
        Ok(row.id != id)
    })?;
    Ok(found)
}
