//! Bringing traces, questions, a queue and what was answered there into a local session.

mod answers;
mod gone;
mod pages;
mod questions;
mod stream;

use super::api::{Experiment, Queue, QueueItem};
use super::client::Client;
use super::fault::Fault;
use super::reconcile::Side;
use super::sides::People;
use super::tell::{Home, Progress};
use crate::model::{LabelSchema, Time, schema_check};
use crate::service::api::{Reason, Request, Response, SessionPatch, SessionSpec, SessionView};
use crate::store::LinkRow;
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

/// What to pull, and to where.
pub struct Pull<'a> {
    /// The server.
    pub client: &'a Client,
    /// The service.
    pub home: Home<'a>,
    /// The experiment there, by name or id.
    pub experiment: &'a str,
    /// Only traces that match, in MLflow's search grammar.
    pub filter: Option<&'a str>,
    /// The review queue there.
    pub queue: Option<&'a str>,
    /// The session here; the queue's name where not said.
    pub session: Option<&'a str>,
    /// Where both sides changed.
    pub prefer: Option<Side>,
    /// Account → name there.
    pub names: &'a BTreeMap<String, String>,
    /// Fetch every trace again, also where nothing seems to have changed: spans may come later than their trace.
    pub refresh: bool,
    /// What came is kept at the latest after this.
    pub often: Duration,
    /// The time now.
    pub now: Time,
    /// Who looks.
    pub progress: &'a dyn Progress,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Pulled {
    pub experiment: String,
    pub session: Option<String>,
    /// Traces new here, with a new body or new assessments, as they were.
    pub imported: u64,
    pub updated: u64,
    pub unchanged: u64,
    /// Traces that were not taken, and why.
    pub rejected: Vec<(String, String)>,
    /// Questions made or changed here.
    pub questions: u64,
    /// Items new in the session.
    pub added: u64,
    /// Answers taken over from there, and taken back there.
    pub answers: u64,
    pub taken_back: u64,
    /// Items that were reopened there.
    pub reopened: u64,
    pub conflicts: u64,
    /// What is to be said.
    pub notes: Vec<String>,
}

/// A session that is being filled.
struct Room {
    name: String,
    session: SessionView,
    link: LinkRow,
    people: People,
    /// Status of the queue's items, by trace.
    queue: BTreeMap<String, QueueItem>,
}

impl Pull<'_> {
    /// Pulls.
    ///
    /// # Errors
    /// The server cannot be reached or does not let us: what came until then is kept, and the next pull goes on there.
    pub fn run(&self) -> Result<Pulled, Fault> {
        self.client.check()?;
        let experiment = self.client.experiment(self.experiment)?;
        let mut out = Pulled { experiment: experiment.name.clone(), ..Pulled::default() };
        let queue = self.find_queue(&experiment)?;
        let name = self.session.map(str::to_owned).or_else(|| queue.as_ref().map(|q| q.name.clone()));
        let here = self.here(&experiment, name.as_deref())?;
        let questions = self.questions(&here, queue.as_ref(), &mut out)?;
        let mut room = match name {
            Some(name) => Some(self.room(&experiment, &here.name, queue.as_ref(), &questions, name, &mut out)?),
            None => None,
        };
        out.session = room.as_ref().map(|r| r.name.clone());
        self.traces(&here, room.as_mut(), &mut out)?;
        if let Some(room) = room {
            let link = LinkRow { last_pull: Some(self.now), notes: out.notes.clone(), ..room.link };
            self.home.link(&room.name, link)?;
        }
        Ok(out)
    }

    /// The experiment as it is called here: by the same name, but for a session that was linked later, whose traces have
    /// a home already.
    fn here(&self, there: &Experiment, session: Option<&str>) -> Result<Experiment, Fault> {
        let linked = match session.map(|name| self.home.links(Some(name))) {
            Some(Ok(views)) => views.into_iter().next(),
            Some(Err(Fault::Service(refusal))) if refusal.reason == Reason::NotFound => None,
            Some(Err(fault)) => return Err(fault),
            None => None,
        };
        let same = linked.filter(|v| v.link.uri == self.client.uri() && v.link.experiment_id == there.id);
        Ok(match same {
            Some(view) => Experiment { id: there.id.clone(), name: self.home.session(&view.session)?.experiment },
            None => there.clone(),
        })
    }

    fn find_queue(&self, experiment: &Experiment) -> Result<Option<Queue>, Fault> {
        let linked = match self.session {
            Some(session) => match self.home.links(Some(session)) {
                Ok(views) => views.into_iter().next(),
                Err(Fault::Service(refusal)) if refusal.reason == Reason::NotFound => None,
                Err(fault) => return Err(fault),
            },
            None => None,
        };
        if let (None, Some(id)) = (self.queue, linked.and_then(|v| v.link.queue_id)) {
            return self.client.queue_by_id(&id);
        }
        let Some(name) = self.queue else { return Ok(None) };
        match self.client.queue(&experiment.id, name)? {
            Some(queue) => Ok(Some(queue)),
            None => {
                let names = self.client.queue_names(&experiment.id)?;
                let there = if names.is_empty() {
                    "there are none".to_owned()
                } else {
                    format!("there are: {}", names.join(", "))
                };
                Err(Fault::Invalid(format!(
                    "{}: experiment {} has no queue {name}; {there}",
                    self.client.uri(),
                    experiment.name
                )))
            }
        }
    }

    /// The session that is filled: made, or brought up to date, and linked.
    fn room(
        &self,
        experiment: &Experiment,
        here: &str,
        queue: Option<&Queue>,
        questions: &[(LabelSchema, String)],
        name: String,
        out: &mut Pulled,
    ) -> Result<Room, Fault> {
        schema_check::name(&name)
            .map_err(|why| Fault::Invalid(format!("session: {why}; name another with --session")))?;
        let users: Vec<String> = queue.map(|q| q.users.iter().map(|u| self.account(u)).collect()).unwrap_or_default();
        let schemas: Vec<String> = questions.iter().map(|(schema, _)| schema.name.clone()).collect();
        let (session, made) = match self.home.session(&name) {
            Ok(session) => (session, false),
            Err(Fault::Service(refusal)) if refusal.reason == Reason::NotFound => {
                let spec = SessionSpec {
                    name: name.clone(),
                    experiment: here.to_owned(),
                    schemas: schemas.clone(),
                    users: users.clone(),
                    ..SessionSpec::default()
                };
                (self.session_of(Request::SessionCreate(spec))?, true)
            }
            Err(fault) => return Err(fault),
        };
        if session.experiment != here {
            return Err(Fault::Invalid(format!(
                "session {name} is of experiment {}, not of {}: name another with --session",
                session.experiment, experiment.name
            )));
        }
        let before = self.home.links(Some(&name))?.into_iter().next().map(|v| v.link);
        if let Some(link) = before.as_ref().filter(|l| l.uri != self.client.uri() || l.experiment_id != experiment.id) {
            return Err(Fault::Invalid(format!(
                "session {name} is linked to {} (experiment {}): name another with --session",
                link.uri, link.experiment
            )));
        }
        // A session made here asks what it was made for; one that came from there asks what is asked there.
        let known = before.clone().unwrap_or_default();
        let grows = queue.is_some() || (known.pulled && known.queue_id.is_none());
        let asked = |n: &String| session.schemas.iter().any(|s| s.name == *n);
        let patch = SessionPatch {
            add_schemas: schemas.iter().filter(|n| grows && !asked(n)).cloned().collect(),
            add_users: users
                .iter()
                .filter(|u| !session.users.is_empty() && !session.users.contains(u))
                .cloned()
                .collect(),
            ..SessionPatch::default()
        };
        let session = if session.closed || (patch.add_schemas.is_empty() && patch.add_users.is_empty()) {
            session
        } else {
            self.session_of(Request::SessionUpdate { session: name.clone(), patch })?
        };
        let version = |n: &str| session.schemas.iter().find(|s| s.name == n).map_or(1, |s| s.version);
        let ids = questions.iter().map(|(schema, id)| (schema.name.clone(), (id.clone(), version(&schema.name))));
        let link = self.home.link(
            &name,
            LinkRow {
                uri: self.client.uri().to_owned(),
                experiment_id: experiment.id.clone(),
                experiment: experiment.name.clone(),
                queue_id: queue.map(|q| q.id.clone()),
                queue: queue.map(|q| q.name.clone()),
                tag: Uuid::now_v7().simple().to_string(),
                pulled: made,
                filter: self.filter.map(str::to_owned),
                schemas: known.schemas.into_iter().chain(ids).collect(),
                notes: known.notes,
                ..LinkRow::default()
            },
        )?;
        let items = match queue {
            Some(queue) => self.client.queue_items(&queue.id)?,
            None => Vec::new(),
        };
        if queue.is_none() && known.queue_id.is_some() {
            out.notes.push(format!(
                "queue {} was deleted there; the session goes on without it",
                known.queue.unwrap_or_default()
            ));
        }
        Ok(Room {
            people: People::of(&session, self.names, link.pulled),
            queue: items.into_iter().map(|i| (i.trace_id.clone(), i)).collect(),
            name,
            session,
            link,
        })
    }

    /// The account of a name there; the name itself where the configuration says nothing.
    fn account(&self, name: &str) -> String {
        let same = |other: &str| other.to_lowercase() == name.to_lowercase();
        let known = self.names.iter().find(|(account, assessor)| same(assessor) || same(account));
        known.map_or_else(|| name.to_owned(), |(account, _)| account.clone())
    }

    fn session_of(&self, request: Request) -> Result<SessionView, Fault> {
        match self.home.ask(request)? {
            Response::Session(view) => Ok(*view),
            _ => Err(Fault::NotUsable("the store gave an answer of another kind".to_owned())),
        }
    }
}
