//! A session's evaluation records into an MLflow evaluation dataset.

use super::client::Client;
use super::fault::Fault;
use super::tell::{Home, Progress};
use crate::service::api::{Request, Response};
use serde_json::Value;

/// Records of one call.
const RECORDS: u32 = 100;

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Merged {
    /// Records with inputs that were not in the dataset.
    pub inserted: u64,
    /// Records whose expectations were merged into one with the same inputs.
    pub updated: u64,
}

/// Merges the records of a session into the dataset of that name (made where there is none) of an experiment.
///
/// # Errors
/// Any of [`Fault`]'s.
pub fn to_mlflow(
    client: &Client,
    home: Home<'_>,
    experiment: &str,
    name: &str,
    progress: &dyn Progress,
    ask: impl Fn(Option<String>, u32) -> Request,
) -> Result<Merged, Fault> {
    client.check()?;
    let experiment = client.experiment(experiment)?;
    let mut out = Merged::default();
    let mut dataset = None;
    let mut after = None;
    progress.begin("records", None);
    loop {
        let Response::Lines(page) = home.ask(ask(after, RECORDS))? else {
            return Err(Fault::NotUsable("the store gave an answer of another kind".to_owned()));
        };
        let records: Vec<Value> = page.lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
        // Nothing to merge makes no dataset.
        if !records.is_empty() {
            let id = match &dataset {
                Some(id) => id,
                None => dataset.insert(client.dataset(&experiment.id, name)?),
            };
            let (inserted, updated) = client.merge_records(id, &records)?;
            out.inserted += inserted;
            out.updated += updated;
            progress.done(records.len() as u64);
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(out),
        }
    }
}
