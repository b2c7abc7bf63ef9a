//! Runs, so that `search_traces(run_id=...)` gives a session's traces.

use super::{V2, list, text};
use crate::mlflow::client::{Ask, Client, Method};
use crate::mlflow::fault::Fault;
use serde_json::{Map, Value, json};

/// Traces that one run is linked to in one call; MLflow's bound.
pub const LINKED_AT_ONCE: usize = 100;

impl Client {
    /// The run that carries this tag; made if there is none.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn run(&self, experiment: &str, name: &str, tag: &str, start: i64) -> Result<String, Fault> {
        let path = format!("{V2}/runs/search");
        let filter = format!("tags.`labeltui.link` = '{tag}'");
        let body = json!({ "experiment_ids": [experiment], "filter": filter, "max_results": 1 });
        let search = || -> Result<Option<String>, Fault> {
            let there = self.json(&Ask::find(&path, &body), Value::is_object)?;
            let info = list(&there, "runs").first().and_then(|r| r.get("info"));
            Ok(info.map(|i| text(i, "run_id")))
        };
        if let Some(id) = search()? {
            return Ok(id);
        }
        let path = format!("{V2}/runs/create");
        let tags = json!([
            { "key": "labeltui.link", "value": tag },
            { "key": "labeltui.session", "value": name },
            { "key": "mlflow.source.name", "value": "labeltui" },
        ]);
        let body = json!({ "experiment_id": experiment, "run_name": name, "start_time": start, "tags": tags });
        let fits = |v: &Value| {
            let tags = v.pointer("/run/data/tags").and_then(Value::as_array);
            tags.is_some_and(|tags| tags.iter().any(|t| text(t, "value") == tag))
        };
        let made = self.json(&Ask::write(Method::Post, &path, &body), fits)?;
        // A call whose answer was lost was made twice: the tag finds the newest, which all go on with.
        if let Some(id) = search()? {
            return Ok(id);
        }
        Ok(made.pointer("/run/info").map(|i| text(i, "run_id")).unwrap_or_default())
    }

    /// Links traces to a run, at most [`LINKED_AT_ONCE`].
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn link_to_run(&self, run: &str, traces: &[String]) -> Result<(), Fault> {
        let path = format!("{V2}/traces/link-to-run");
        let body = json!({ "trace_ids": traces, "run_id": run });
        self.json(&Ask::write(Method::Post, &path, &body), |v| v.as_object().is_some_and(Map::is_empty)).map(drop)
    }
}
