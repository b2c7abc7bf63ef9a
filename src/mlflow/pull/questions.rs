//! The server's questions become ours.

use super::{Pull, Pulled};
use crate::mlflow::api::{Experiment, Queue};
use crate::mlflow::fault::Fault;
use crate::mlflow::schema::{from_server, is_same};
use crate::model::LabelSchema;
use crate::service::api::{Request, Response, SchemaChange};
use serde_json::Value;

impl Pull<'_> {
    /// The questions that are asked there (a queue's, or all), as they stand here now, with their ids there.
    pub(super) fn questions(
        &self,
        experiment: &Experiment,
        queue: Option<&Queue>,
        out: &mut Pulled,
    ) -> Result<Vec<(LabelSchema, String)>, Fault> {
        let session = self.session.or(queue.map(|q| q.name.as_str()));
        let synced = match session.map(|s| self.home.links(Some(s))) {
            Some(Ok(views)) => views.into_iter().next().map(|v| v.link.schemas).unwrap_or_default(),
            _ => Default::default(),
        };
        let there = match queue.filter(|q| !q.is_users) {
            Some(queue) => {
                let mut list = Vec::new();
                for id in &queue.schema_ids {
                    match self.client.schema_by_id(id)? {
                        Some(schema) => list.push(schema),
                        None => out.notes.push(format!("queue {} asks a question that was deleted ({id})", queue.name)),
                    }
                }
                list
            }
            None => {
                let mut list = self.client.schemas(&experiment.id)?;
                // MLflow makes its default question when it is asked for the list; nobody has asked for that one.
                let default = |s: &Value| s.get("is_default") == Some(&Value::Bool(true));
                if queue.is_none() && list.iter().any(|s| !default(s)) {
                    list.retain(|s| !default(s) || synced.contains_key(&named(s)));
                }
                list
            }
        };
        let here = match self.home.ask(Request::SchemaList { experiment: experiment.name.clone() }) {
            Ok(Response::Schemas(list)) => list,
            Ok(_) => Vec::new(),
            // The experiment is new here.
            Err(Fault::Service(refusal)) if refusal.reason == crate::service::api::Reason::NotFound => Vec::new(),
            Err(fault) => return Err(fault),
        };
        for name in synced.keys().filter(|n| !there.iter().any(|s| named(s) == **n)) {
            if queue.is_none_or(|q| q.is_users) {
                out.notes.push(format!("question {name} was deleted there; it stays here"));
            }
        }
        let mut all = Vec::with_capacity(there.len());
        for schema in there {
            let name = named(&schema);
            let ours = here.iter().find(|s| s.name == name);
            let id = schema.get("schema_id").and_then(Value::as_str).unwrap_or_default().to_owned();
            let read = match from_server(&schema, ours) {
                Ok(read) => read,
                Err(why) => {
                    out.notes.push(format!("question {name} cannot be asked here: {why}"));
                    continue;
                }
            };
            if let Some(ours) = ours {
                let touched = synced.get(&name).is_some_and(|(_, version)| ours.version > *version);
                if is_same(ours, &schema) || *ours == read {
                    all.push((ours.clone(), id));
                    continue;
                }
                if touched {
                    out.notes.push(format!(
                        "question {name} was changed on both sides; ours is kept, the next push sends it"
                    ));
                    all.push((ours.clone(), id));
                    continue;
                }
            }
            let put = Request::SchemaPut {
                experiment: experiment.name.clone(),
                schema: read,
                overwrite: true,
                applied: true,
            };
            match self.home.ask(put) {
                Ok(Response::SchemaPut(outcome)) => {
                    out.questions += u64::from(outcome.change != SchemaChange::Unchanged);
                    all.push((outcome.schema, id));
                }
                Ok(_) => {}
                Err(Fault::Service(refusal)) => {
                    out.notes.push(format!("question {name} was not taken over: {}", refusal.message));
                    all.extend(ours.map(|o| (o.clone(), id)));
                }
                Err(fault) => return Err(fault),
            }
        }
        Ok(all)
    }
}

fn named(schema: &Value) -> String {
    schema.get("name").and_then(Value::as_str).unwrap_or_default().to_owned()
}
