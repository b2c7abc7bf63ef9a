//! Review queues, their items and statuses.

use super::{V3, found, list, text, texts};
use crate::mlflow::client::{Ask, Client, Method};
use crate::mlflow::fault::Fault;
use crate::model::ItemStatus;
use serde_json::{Value, json};

/// A review queue there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Queue {
    pub id: String,
    pub name: String,
    /// A queue of one user asks every question of the experiment.
    pub is_users: bool,
    pub users: Vec<String>,
    pub schema_ids: Vec<String>,
}

/// An item of a queue there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct QueueItem {
    pub trace_id: String,
    pub status: ItemStatus,
    pub by: Option<String>,
}

impl Client {
    /// The queue of that name (its case does not matter).
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn queue(&self, experiment: &str, name: &str) -> Result<Option<Queue>, Fault> {
        let path = format!("{V3}/review-queues/get-by-name");
        let ask = Ask::get(&path, &[("experiment_id", experiment), ("name", name)]);
        let fits = |v: &Value| queue_of(v).name.to_lowercase() == name.to_lowercase();
        Ok(found(self.json(&ask, fits))?.map(|v| queue_of(&v)))
    }

    /// The queue of that id.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn queue_by_id(&self, id: &str) -> Result<Option<Queue>, Fault> {
        let path = format!("{V3}/review-queues/get");
        let ask = Ask::get(&path, &[("queue_id", id)]);
        Ok(found(self.json(&ask, |v| queue_of(v).id == id))?.map(|v| queue_of(&v)))
    }

    /// The names of an experiment's queues, for a message.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn queue_names(&self, experiment: &str) -> Result<Vec<String>, Fault> {
        let path = format!("{V3}/review-queues/list");
        let page = self.json(&Ask::get(&path, &[("experiment_id", experiment)]), |v| v.is_object())?;
        Ok(list(&page, "review_queues").iter().map(|q| text(q, "name")).collect())
    }

    /// Makes a queue; one of that name that is there already is returned.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn create_queue(
        &self,
        experiment: &str,
        name: &str,
        users: &[String],
        schemas: &[String],
    ) -> Result<Queue, Fault> {
        let path = format!("{V3}/review-queues/create");
        let body = json!({
            "experiment_id": experiment, "name": name, "queue_type": "CUSTOM", "users": users, "schema_ids": schemas,
        });
        let ask = Ask::write(Method::Post, &path, &body).needing("MANAGE on the experiment");
        match self.json(&ask, |v| queue_of(v).name == name) {
            Ok(answer) => Ok(queue_of(&answer)),
            Err(fault) if fault.is_taken() => self.queue(experiment, name)?.ok_or(fault),
            Err(fault) => Err(fault),
        }
    }

    /// Sets a queue's users and questions.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn update_queue(&self, id: &str, users: &[String], schemas: &[String]) -> Result<Queue, Fault> {
        let path = format!("{V3}/review-queues/update");
        let body = json!({
            "queue_id": id, "update_users": true, "users": users, "update_schema_ids": true, "schema_ids": schemas,
        });
        let ask = Ask::write(Method::Post, &path, &body).needing("MANAGE on the experiment");
        self.json(&ask, |v| queue_of(v).id == id).map(|v| queue_of(&v))
    }

    /// Every item of a queue.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn queue_items(&self, queue: &str) -> Result<Vec<QueueItem>, Fault> {
        let path = format!("{V3}/review-queues/items/list");
        let (mut all, mut token): (Vec<QueueItem>, _) = (Vec::new(), String::new());
        loop {
            let mut query = vec![("queue_id", queue), ("max_results", "1000")];
            if !token.is_empty() {
                query.push(("page_token", &token));
            }
            let fits = |v: &Value| v.is_object() && list(v, "items").iter().all(|i| text(i, "queue_id") == queue);
            let page = self.json(&Ask::get(&path, &query), fits)?;
            all.extend(list(&page, "items").iter().filter(|i| text(i, "item_type") == "TRACE").map(item_of));
            let next = text(&page, "next_page_token");
            if next.is_empty() {
                // Pages are offsets: what came meanwhile may be there twice.
                let mut seen = std::collections::HashSet::new();
                all.retain(|item| seen.insert(item.trace_id.clone()));
                return Ok(all);
            }
            token = next;
        }
    }

    /// Puts traces into a queue; those in it stay as they are.
    ///
    /// # Errors
    /// Any of [`Fault`]'s; `is_missing`: a trace (or the queue) is not there, and none was added.
    pub fn add_to_queue(&self, queue: &str, traces: &[String]) -> Result<Vec<QueueItem>, Fault> {
        let path = format!("{V3}/review-queues/items/add");
        let body = json!({ "queue_id": queue, "item_ids": traces, "item_type": "TRACE" });
        let fits = |v: &Value| {
            let items = list(v, "items");
            items.len() == traces.len() && items.iter().all(|i| traces.contains(&text(i, "item_id")))
        };
        let answer = self.json(&Ask::write(Method::Post, &path, &body), fits)?;
        Ok(list(&answer, "items").iter().map(item_of).collect())
    }

    /// Takes traces out of a queue.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn remove_from_queue(&self, queue: &str, traces: &[String]) -> Result<(), Fault> {
        let path = format!("{V3}/review-queues/items/remove");
        let body = json!({ "queue_id": queue, "item_ids": traces, "item_type": "TRACE" });
        found(self.json(&Ask::write(Method::Post, &path, &body), Value::is_object)).map(drop)
    }

    /// Sets an item's status; `by` is needed for all but pending. Who completed it first stays.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn set_status(&self, queue: &str, trace: &str, to: ItemStatus, by: Option<&str>) -> Result<QueueItem, Fault> {
        let path = format!("{V3}/review-queues/items/set-status");
        let mut body = json!({ "queue_id": queue, "item_id": trace, "item_type": "TRACE", "status": said(to) });
        if let Some(by) = by.filter(|_| to != ItemStatus::Pending) {
            body["completed_by"] = json!(by);
        }
        let fits =
            |v: &Value| v.get("item").is_some_and(|i| text(i, "item_id") == trace && text(i, "status") == said(to));
        let ask = Ask::write(Method::Post, &path, &body).needing("EDIT on the experiment, and a place in the queue,");
        self.json(&ask, fits).map(|v| item_of(v.get("item").unwrap_or(&Value::Null)))
    }
}

fn queue_of(answer: &Value) -> Queue {
    let queue = answer.get("review_queue").unwrap_or(&Value::Null);
    Queue {
        id: text(queue, "queue_id"),
        name: text(queue, "name"),
        is_users: text(queue, "queue_type") == "USER",
        users: texts(queue, "users"),
        schema_ids: texts(queue, "schema_ids"),
    }
}

fn item_of(item: &Value) -> QueueItem {
    QueueItem {
        trace_id: text(item, "item_id"),
        status: status(&text(item, "status")),
        by: Some(text(item, "completed_by")).filter(|by| !by.is_empty()),
    }
}

const fn said(status: ItemStatus) -> &'static str {
    match status {
        ItemStatus::Pending => "PENDING",
        ItemStatus::Complete => "COMPLETE",
        ItemStatus::Declined => "DECLINED",
    }
}

fn status(text: &str) -> ItemStatus {
    match text {
        "COMPLETE" => ItemStatus::Complete,
        "DECLINED" => ItemStatus::Declined,
        _ => ItemStatus::Pending,
    }
}
