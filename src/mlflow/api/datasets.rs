//! Evaluation datasets.

use super::{V3, list, text};
use crate::mlflow::client::{Ask, Client, Method, segment};
use crate::mlflow::fault::Fault;
use serde_json::{Value, json};

impl Client {
    /// The evaluation dataset of that name in an experiment; made if there is none.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn dataset(&self, experiment: &str, name: &str) -> Result<String, Fault> {
        let path = format!("{V3}/datasets/search");
        let quoted = name.replace('\'', "\\'");
        let body = json!({
            "experiment_ids": [experiment], "filter_string": format!("name = '{quoted}'"), "max_results": 50,
        });
        let search = || -> Result<Option<String>, Fault> {
            let there = self.json(&Ask::find(&path, &body), Value::is_object)?;
            // Names need not be unique; the oldest is the one that people know.
            let mut same: Vec<&Value> = list(&there, "datasets").iter().filter(|d| text(d, "name") == name).collect();
            same.sort_by_key(|d| d.get("created_time").and_then(Value::as_i64));
            Ok(same.first().map(|d| text(d, "dataset_id")))
        };
        if let Some(id) = search()? {
            return Ok(id);
        }
        let create = format!("{V3}/datasets/create");
        let body = json!({ "name": name, "experiment_ids": [experiment], "tags": "{}" });
        let fits = |v: &Value| v.get("dataset").is_some_and(|d| text(d, "name") == name);
        let made = self.json(&Ask::write(Method::Post, &create, &body), fits)?;
        Ok(search()?.unwrap_or_else(|| made.get("dataset").map(|d| text(d, "dataset_id")).unwrap_or_default()))
    }

    /// Merges records into a dataset; how many were new, how many had the same inputs.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn merge_records(&self, dataset: &str, records: &[Value]) -> Result<(u64, u64), Fault> {
        let path = format!("{V3}/datasets/{}/records", segment(dataset));
        let body = json!({ "records": Value::from(records.to_vec()).to_string() });
        let fits = |v: &Value| v.get("inserted_count").is_some() || v.get("updated_count").is_some();
        let answer = self.json(&Ask::write(Method::Post, &path, &body), fits)?;
        let count = |key: &str| answer.get(key).and_then(Value::as_u64).unwrap_or_default();
        Ok((count("inserted_count"), count("updated_count")))
    }
}
