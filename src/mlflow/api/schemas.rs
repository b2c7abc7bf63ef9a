//! Label schemas: the questions there.

use super::{V3, found, list, text};
use crate::mlflow::client::{Ask, Client, Method};
use crate::mlflow::fault::Fault;
use serde_json::{Value, json};

impl Client {
    /// Every question of an experiment. Asking makes MLflow's default one, "Feedback", if there was none.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn schemas(&self, experiment: &str) -> Result<Vec<Value>, Fault> {
        let path = format!("{V3}/label-schemas/list");
        let (mut all, mut token) = (Vec::new(), String::new());
        loop {
            let mut query = vec![("experiment_id", experiment), ("max_results", "100")];
            if !token.is_empty() {
                query.push(("page_token", &token));
            }
            let page = self.json(&Ask::get(&path, &query), |v| v.is_object())?;
            all.extend(list(&page, "label_schemas").iter().cloned());
            let next = text(&page, "next_page_token");
            if next.is_empty() {
                all.reverse();
                return Ok(all);
            }
            token = next;
        }
    }

    /// The question of that name.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn schema(&self, experiment: &str, name: &str) -> Result<Option<Value>, Fault> {
        let path = format!("{V3}/label-schemas/get-by-name");
        let ask = Ask::get(&path, &[("experiment_id", experiment), ("name", name)]);
        let fits = |v: &Value| v.get("label_schema").is_some_and(|s| text(s, "name") == name);
        Ok(found(self.json(&ask, fits))?.and_then(|v| v.get("label_schema").cloned()))
    }

    /// The question of that id.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn schema_by_id(&self, id: &str) -> Result<Option<Value>, Fault> {
        let path = format!("{V3}/label-schemas/get");
        let ask = Ask::get(&path, &[("schema_id", id)]);
        let fits = |v: &Value| v.get("label_schema").is_some_and(|s| text(s, "schema_id") == id);
        Ok(found(self.json(&ask, fits))?.and_then(|v| v.get("label_schema").cloned()))
    }

    /// Makes a question; one of that name that is there already is returned.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn create_schema(&self, experiment: &str, schema: &Value) -> Result<Value, Fault> {
        let path = format!("{V3}/label-schemas/create");
        let name = text(schema, "name");
        let mut body = schema.clone();
        body["experiment_id"] = json!(experiment);
        let ask = Ask::write(Method::Post, &path, &body).needing("MANAGE on the experiment");
        let fits = |v: &Value| v.get("label_schema").is_some_and(|s| text(s, "name") == name);
        match self.json(&ask, fits) {
            Ok(answer) => Ok(answer.get("label_schema").cloned().unwrap_or_default()),
            Err(fault) if fault.is_taken() => self.schema(experiment, &name)?.ok_or(fault),
            Err(fault) => Err(fault),
        }
    }

    /// Gives a question other words or bounds.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn update_schema(&self, id: &str, schema: &Value) -> Result<Value, Fault> {
        let path = format!("{V3}/label-schemas/update");
        let mut body = schema.clone();
        body["schema_id"] = json!(id);
        if let Some(map) = body.as_object_mut() {
            map.remove("type");
            map.remove("name");
        }
        let ask = Ask::write(Method::Patch, &path, &body).needing("MANAGE on the experiment");
        let fits = |v: &Value| v.get("label_schema").is_some_and(|s| text(s, "schema_id") == id);
        Ok(self.json(&ask, fits)?.get("label_schema").cloned().unwrap_or_default())
    }
}
