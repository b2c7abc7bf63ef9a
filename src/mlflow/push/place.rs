//! The session's place in its experiment there: the questions, the queue, the run.

use super::Round;
use crate::mlflow::fault::Fault;
use crate::mlflow::schema::{is_same, to_server};
use serde_json::Value;

/// Reviewers that a queue takes; MLflow's bound.
const USERS: usize = 10;

impl Round<'_> {
    /// Makes what is missing there, and notes it.
    pub(super) fn place(&mut self) -> Result<(), Fault> {
        let before = self.link.clone();
        self.questions()?;
        self.queue()?;
        self.run()?;
        if self.link != before {
            self.link = self.push.home.link(&self.session.name, self.link.clone())?;
        }
        Ok(())
    }

    pub(super) fn note(&mut self, text: String) {
        if !self.out.notes.contains(&text) {
            self.out.notes.push(text);
        }
    }

    fn questions(&mut self) -> Result<(), Fault> {
        let (client, experiment) = (self.push.client, self.link.experiment_id.clone());
        for schema in self.session.schemas.clone() {
            let name = &schema.name;
            let sent = match to_server(&schema) {
                Ok(sent) => sent,
                Err(why) => {
                    if !self.link.schemas.contains_key(name) {
                        self.note(format!("question {name} is not made there: {why}"));
                    }
                    continue;
                }
            };
            let known = self.link.schemas.get(name).cloned();
            match (client.schema(&experiment, name)?, known) {
                (Some(there), known)
                    if is_same(&schema, &there) || self.is_newer_there(&known, schema.version, &there) =>
                {
                    self.link.schemas.insert(name.clone(), (id(&there), schema.version));
                    if !is_same(&schema, &there) {
                        self.note(format!(
                            "question {name} is asked in another way there; labeltui mlflow pull takes it over"
                        ));
                    }
                }
                (Some(there), Some((_, version))) if version < schema.version => {
                    match client.update_schema(&id(&there), &sent) {
                        Ok(_) => drop(self.link.schemas.insert(name.clone(), (id(&there), schema.version))),
                        Err(fault) if fault.is_about_one() => {
                            self.note(format!("question {name} was not changed there: {fault}"))
                        }
                        Err(fault) => return Err(fault),
                    }
                }
                (Some(_), _) => {
                    self.note(format!("question {name} is there and asks something else; it is left as it is"));
                }
                (None, Some(_)) => self.note(format!("question {name} was deleted there; it is not made anew")),
                (None, None) => match client.create_schema(&experiment, &sent) {
                    Ok(made) => drop(self.link.schemas.insert(name.clone(), (id(&made), schema.version))),
                    Err(fault) if fault.is_about_one() => {
                        self.note(format!("question {name} was not made there: {fault}"))
                    }
                    Err(fault) => return Err(fault),
                },
            }
        }
        Ok(())
    }

    /// Ours has not changed since both were the same, so it was changed there.
    fn is_newer_there(&self, known: &Option<(String, u32)>, version: u32, there: &Value) -> bool {
        known.as_ref().is_some_and(|(was, at)| *was == id(there) && *at == version)
    }

    fn queue(&mut self) -> Result<(), Fault> {
        let client = self.push.client;
        if let Some(id) = &self.link.queue_id {
            match client.queue_by_id(id)? {
                Some(queue) => {
                    if !self.link.pulled {
                        self.tend(&queue)?;
                    }
                    self.queue = Some(queue.id);
                }
                None => {
                    let name = self.link.queue.clone().unwrap_or_default();
                    self.note(format!("queue {name} was deleted there; it is not made anew, statuses stay here"));
                }
            }
            return Ok(());
        }
        // What was asked for last: the name that was refused before must not stay for ever.
        let name = self.push.queue.map(str::to_owned).or_else(|| self.link.queue.clone());
        let name = name.unwrap_or_else(|| self.session.name.clone());
        let (users, ids) = self.queue_has();
        let queue = match client.queue(&self.link.experiment_id, &name)? {
            Some(queue) => {
                self.tend(&queue)?;
                queue
            }
            None => match client.create_queue(&self.link.experiment_id, &name, &users, &ids) {
                Ok(queue) => queue,
                Err(fault) if fault.is_about_one() => {
                    self.note(format!(
                        "there is no queue {name} for the statuses, and it could not be made: {fault}; the next \
                         push may give it another name: --queue NAME"
                    ));
                    return Ok(());
                }
                Err(fault) => return Err(fault),
            },
        };
        self.queue = Some(queue.id.clone());
        (self.link.queue_id, self.link.queue) = (Some(queue.id), Some(queue.name));
        Ok(())
    }

    /// Users as the server keeps them, and questions that are there.
    fn queue_has(&mut self) -> (Vec<String>, Vec<String>) {
        let mut users: Vec<String> =
            self.session.users.iter().map(|account| self.people.name(account).to_lowercase()).collect();
        users.sort();
        users.dedup();
        if users.len() > USERS {
            let more = users.split_off(USERS);
            self.note(format!("a queue takes {USERS} users; these are not in it: {}", more.join(", ")));
        }
        let asked = self.session.schemas.iter().filter_map(|s| self.link.schemas.get(&s.name));
        (users, asked.map(|(id, _)| id.clone()).collect())
    }

    /// Adds our users and questions to a queue; nobody and nothing is taken out of it.
    fn tend(&mut self, queue: &crate::mlflow::api::Queue) -> Result<(), Fault> {
        let (users, ids) = self.queue_has();
        let mut all = queue.clone();
        all.users.extend(users.into_iter().filter(|u| !queue.users.contains(u)));
        all.schema_ids.extend(ids.into_iter().filter(|id| !queue.schema_ids.contains(id)));
        all.users.truncate(USERS.max(queue.users.len()));
        if queue.is_users || all == *queue {
            return Ok(());
        }
        match self.push.client.update_queue(&queue.id, &all.users, &all.schema_ids) {
            Ok(_) => Ok(()),
            Err(fault) if fault.is_about_one() => {
                self.note(format!("queue {} was not changed: {fault}", queue.name));
                Ok(())
            }
            Err(fault) => Err(fault),
        }
    }

    fn run(&mut self) -> Result<(), Fault> {
        if self.link.run_id.is_none() {
            let at = self.push.now.0;
            match self.push.client.run(&self.link.experiment_id, &self.session.name, &self.link.tag, at) {
                Ok(id) => self.link.run_id = Some(id),
                Err(fault) if fault.is_about_one() => self.note(format!("no run was made there: {fault}")),
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }
}

fn id(schema: &Value) -> String {
    schema.get("schema_id").and_then(Value::as_str).unwrap_or_default().to_owned()
}
