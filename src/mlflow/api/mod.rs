//! The calls that labeltui makes, one function each: what is sent, and whether an answer is the answer to it.
//!
//! Every writing call may be made twice without harm: assessments carry ids made here, the other ones set what is to be.

mod assessments;
mod datasets;
mod queues;
mod runs;
mod schemas;
mod traces;

pub use queues::{Queue, QueueItem};
pub use runs::LINKED_AT_ONCE;
pub use traces::{assessments, experiment_of, trace_id};

use super::client::{Ask, Client};
use super::fault::Fault;
use serde_json::{Value, json};

const V2: &str = "/api/2.0/mlflow";
const V3: &str = "/api/3.0/mlflow";

/// An experiment there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Experiment {
    pub id: String,
    pub name: String,
}

fn text(value: &Value, key: &str) -> String {
    match value.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(n)) => n.to_string(),
        _ => String::new(),
    }
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    let list = value.get(key).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// What a missing thing is: none.
fn found<T>(result: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(fault) if fault.is_missing() => Ok(None),
        Err(fault) => Err(fault),
    }
}

impl Client {
    /// The experiment of that name, else of that id.
    ///
    /// # Errors
    /// There is none: some of those that there are.
    pub fn experiment(&self, name_or_id: &str) -> Result<Experiment, Fault> {
        let path = format!("{V2}/experiments/get-by-name");
        let ask = Ask::get(&path, &[("experiment_name", name_or_id)]);
        if let Some(value) = found(self.json(&ask, |v| read(v).name == name_or_id))? {
            return Ok(read(&value));
        }
        if !name_or_id.is_empty()
            && name_or_id.bytes().all(|b| b.is_ascii_digit())
            && let Some(experiment) = self.experiment_by_id(name_or_id)?
        {
            return Ok(experiment);
        }
        let body = json!({ "max_results": 20 });
        let path = format!("{V2}/experiments/search");
        let there = self.json(&Ask::find(&path, &body), |v| v.is_object())?;
        let names: Vec<String> = list(&there, "experiments").iter().map(|e| text(e, "name")).collect();
        Err(Fault::Invalid(format!("{}: no experiment \"{name_or_id}\"; there are: {}", self.uri(), names.join(", "))))
    }

    /// The experiment of that id.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn experiment_by_id(&self, id: &str) -> Result<Option<Experiment>, Fault> {
        let path = format!("{V2}/experiments/get");
        let ask = Ask::get(&path, &[("experiment_id", id)]);
        Ok(found(self.json(&ask, |v| read(v).id == id))?.as_ref().map(read))
    }
}

fn read(answer: &Value) -> Experiment {
    let experiment = answer.get("experiment").unwrap_or(&Value::Null);
    Experiment { id: text(experiment, "experiment_id"), name: text(experiment, "name") }
}
