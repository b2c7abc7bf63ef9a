//! The service in the process that owns the store: every request finds its rule here.

use super::acting::{self, Otherwise};
use super::answering::{reveal, undo};
use super::api::{
    About, Added, Call, ImportBatch, Notice, Past, Principal, Reason, Refusal, Request, Response, Role, Which,
};
use super::asked::mark;
use super::claims::{Claims, leave};
use super::client::Service;
use super::connected::Connected;
use super::hub::Hub;
use super::items::{add, assign, remove};
use super::out::{audit, dataset, export, labels, past, stats};
use super::reading::{find, item, next, queue};
use super::ruling::{Done, Ruled, Stop, no, settle, unavailable};
use super::sessions::{create, delete, update, view};
use super::socket::{Handler, Line};
use super::sync::{self, api::SyncRequest};
use super::team::presence::Terminal;
use super::team::{Served, Team};
use super::{blind, doctor, import, rights, schemas, traces, turns};
use crate::model::Time;
use crate::store::{
    Asked, DAMAGED, Earlier, Read, SESSIONS, Snapshot, Store, StoreError, Txn, Weight, caught, remember, remembered,
};
use std::sync::Arc;
use uuid::Uuid;

/// The rules on an open store.
pub struct Local {
    pub(crate) store: Store,
    pub(in crate::service) hub: Hub,
    /// Where it is served to a team; nothing is claimed in a private store.
    pub(in crate::service) served: Option<Served>,
}

impl Local {
    /// Rules over this store; changes are told through the hub once they are durable.
    #[must_use]
    pub const fn new(store: Store, hub: Hub) -> Self {
        Self { store, hub, served: None }
    }

    /// Answers one call, at a given time.
    ///
    /// # Errors
    /// A refusal: nothing was changed.
    pub fn handle(&self, who: &Principal, now: Time, call: Call) -> Result<Response, Refusal> {
        self.handle_from(who, Terminal::default(), now, call)
    }

    /// As [`Local::handle`], from one of a person's terminals.
    ///
    /// # Errors
    /// A refusal: nothing was changed.
    pub fn handle_from(&self, who: &Principal, from: Terminal, now: Time, call: Call) -> Result<Response, Refusal> {
        if let Err(stop) = rights::allow(who, &call.request, self.team()) {
            return Err(refusal(stop));
        }
        // redb panics on pages it cannot make sense of, wherever a rule happens to read one.
        let change = Change { now, asked: Asked { id: call.id, mark: mark(who, &call.request) }, from };
        let named = named(who, &call.request);
        let done = caught(|| self.dispatch(who, change, call.request, call.about));
        let done = done.unwrap_or_else(|_| Err(broken(&self.store)));
        worded(&self.store, who, named.as_deref(), done)
    }

    fn team(&self) -> Option<&Team> {
        self.served.as_ref().map(|served| &served.team)
    }

    /// A service for one person of this process; the clock is read at each call.
    #[must_use]
    pub fn connect(self: Arc<Self>, who: Principal) -> impl Service {
        Connected { local: self, who }
    }

    #[allow(clippy::too_many_lines)] // One line a request: the table of the vocabulary.
    fn dispatch(
        &self,
        who: &Principal,
        at: Change,
        request: Request,
        about: Option<About>,
    ) -> Result<Response, Refusal> {
        use Request as R;
        let me = who.clone();
        let claims = if self.served.is_some() { Claims::On(at.now) } else { Claims::Off };
        let stays = self.stays(who, at.from, &request);
        let request = match acting::task(who, claims, self.with_accounts(request), about, stays) {
            Ok(task) => {
                let id = task.remembered.then_some(at.asked);
                let done = told(&self.hub, self.store.change(at.now, job(id, task.rule)));
                return or_read(&self.store, task.otherwise, done);
            }
            Err(request) => *request,
        };
        match request {
            R::Import(batch) if claims.are_on() => self.import_in_parts(who, at, batch),
            R::Import(batch) => {
                let weight = import::weight(&batch.traces);
                self.bulk(at, Some(at.asked), weight, move |txn| import::import(txn, &me, &batch))
            }
            R::ImportCheck { experiment, ids } => self.read(|read| import::check(read, &experiment, &ids)),
            R::TraceList { experiment, filter, after, limit } => {
                self.read(|read| traces::list(read, who, &experiment, filter.as_deref(), after.as_ref(), limit))
            }
            R::TraceShow { trace_id } => self.read(|read| traces::show(read, who, &trace_id)),
            R::TraceDelete { experiment, which } => {
                // Which ones is decided on a snapshot: a filter may read many bodies.
                let read = self.store.read().map_err(|e| unavailable(&e))?;
                let ids = traces::choose(&read, who, &experiment, &which).map_err(refusal)?;
                drop(read);
                self.change(at, move |txn| traces::delete(txn, &me, &experiment, &ids))
            }

            R::SchemaPut { experiment, schema, overwrite, applied } => {
                self.change(at, move |txn| schemas::put(txn, &me, &experiment, &schema, overwrite, applied))
            }
            R::SchemaList { experiment } => self.read(|read| schemas::list(read, &experiment)),
            R::SchemaDelete { experiment, name } => {
                self.change(at, move |txn| schemas::delete(txn, &me, &experiment, &name))
            }

            R::SessionCreate(spec) => self.change(at, move |txn| create::create(txn, &me, &spec)),
            R::SessionUpdate { session, patch } => {
                self.change(at, move |txn| update::update(txn, &me, claims, &session, &patch))
            }
            R::SessionDelete { session, with_answers } => {
                self.change(at, move |txn| delete::delete(txn, &me, &session, with_answers))
            }
            R::SessionList => self.read(|read| view::list(read, who)),
            R::SessionGet { session } => self.read(|read| view::get(read, who, &session)),
            R::AddTraces { session, which, refresh } => self.add_traces(who, at, &session, &which, refresh),
            R::RemoveTraces { session, ids } => self.change(at, move |txn| remove::remove(txn, &me, &session, &ids)),
            R::Assign { session, assign } => self.change(at, move |txn| assign::assign(txn, &me, &session, &assign)),

            R::Queue { session, from, limit } => {
                self.read(|read| queue::page(read, who, claims, &session, from, limit))
            }
            R::Find { session, text, mine, status, deep, after } => {
                let wanted = find::Wanted { text: &text, mine: &mine, status: &status, deep, after };
                self.read(|read| find::find(read, who, &session, &wanted))
            }
            R::Item { session, item } => {
                let response = self.read(|read| item::item(read, who, claims, &session, &item))?;
                if let Response::Item(view) = &response
                    && !(view.others.is_empty() && view.imported.is_empty())
                {
                    self.telling_if(who, at, &session, blind::is_news_on_screen)?;
                }
                Ok(response)
            }
            R::Body { session, item } => self.read(|read| item::body(read, who, &session, item)),
            R::Turns { session, item } => self.read(|read| turns::turns(read, who, &session, item)),
            R::Next { session, after } => {
                self.read(|read| next::next(read, who, claims, &session, after).map(Response::Next))
            }
            // Those above, as tasks.
            R::Type { .. } | R::Answer { .. } | R::Submit { .. } | R::Act { .. } => {
                Err(Refusal { reason: Reason::Unavailable, message: "internal error: no task".to_owned() })
            }
            R::Undo { session, item } => self.change(at, move |txn| undo::undo(txn, &me, claims, &session, item)),
            R::Redo { session, item } => self.change(at, move |txn| undo::redo(txn, &me, claims, &session, item)),
            R::Reveal { session, item } => {
                self.write(at, None, move |txn| reveal::reveal(txn, &me, claims, &session, item))
            }

            R::Here { session, item, active } => self.here(who, at, &session, Some((item, active))),
            R::Leave { session } => {
                self.here(who, at, &session, None)?;
                let beside = self.served.as_ref().map(|s| s.presence.beside(&who.account, at.from, &session));
                let beside = beside.unwrap_or_default();
                self.write(at, None, move |txn| leave::leave(txn, &me, claims, &session, &beside))
            }

            R::Labels { session, query, after, limit } => {
                self.telling(who, at, &session)?;
                self.read(|read| {
                    let query = rights::own_labels(who, &query, self.team())?;
                    labels::page(read, who, &session, &query, after.as_deref(), limit)
                })
            }
            R::Dataset { session, imported, per_reviewer, after, limit } => {
                let kind = dataset::Kind { imported, per_reviewer };
                self.telling(who, at, &session)?;
                self.read(|read| dataset::page(read, who, &session, kind, after.as_deref(), limit))
            }
            R::Export { session, after, limit } => {
                self.telling(who, at, &session)?;
                self.read(|read| export::page(read, who, &session, after.as_deref(), limit))
            }
            R::Stats { session } => {
                self.telling(who, at, &session)?;
                self.read(|read| stats::stats(read, who, &session))
            }
            R::Audit { session, after, limit } => {
                self.telling_of(who, at, &session)?;
                self.read(|read| audit::page(read, who, &session, after, limit))
            }
            R::AuditPast { of, after, limit } => {
                if let Past::Session(session) = &of {
                    self.telling_of(who, at, session)?;
                }
                self.read(|read| past::page(read, who, &of, after, audit::most(limit)))
            }

            R::Decide { session, item, schema, keep } => {
                self.change(at, move |txn| sync::decide(txn, &me, &session, item, &schema, keep))
            }
            R::Sync(SyncRequest::Read(request)) => self.read(|read| sync::read(read, who, &request)),
            // A server is in no hurry: what people do goes first.
            R::Sync(SyncRequest::Change(request)) => {
                self.bulk(at, Some(at.asked), sync::weight(&request), move |txn| sync::change(txn, &me, &request))
            }

            R::Backup { path } => match self.store.backup(&path) {
                Ok(()) => Ok(Response::Done),
                // A wrong name is refused; what the disk says is no refusal, a script may try again once there is room.
                Err(e @ (StoreError::File { .. } | StoreError::Misuse(_)))
                    if path.exists() || path.parent().is_none_or(|dir| !dir.is_dir()) =>
                {
                    Err(Refusal { reason: Reason::Invalid, message: format!("backup: {e}") })
                }
                Err(e) => Err(Refusal { reason: Reason::Unavailable, message: format!("backup: {e}") }),
            },
            R::Doctor => doctor::doctor(&self.store).map_err(|e| unavailable(&e)),
        }
    }

    pub(in crate::service) fn read<T>(&self, rule: impl FnOnce(&Snapshot) -> Ruled<T>) -> Result<T, Refusal> {
        let snapshot = self.store.read().map_err(|e| unavailable(&e))?;
        rule(&snapshot).map_err(refusal)
    }

    /// A change whose answer is remembered: a retry gets the same one.
    pub(in crate::service) fn change(
        &self,
        at: Change,
        rule: impl FnMut(&Txn) -> Ruled<Done> + Send + 'static,
    ) -> Result<Response, Refusal> {
        self.write(at, Some(at.asked), rule)
    }

    pub(in crate::service) fn write(
        &self,
        at: Change,
        id: Option<Asked>,
        mut rule: impl FnMut(&Txn) -> Ruled<Done> + Send + 'static,
    ) -> Result<Response, Refusal> {
        let rule: Rule = Box::new(move |txn| rule(txn).map(Ended::from));
        told(&self.hub, self.store.change(at.now, job(id, rule)))
    }

    /// Before a command tells what others say in a session.
    fn telling(&self, who: &Principal, at: Change, session: &str) -> Result<(), Refusal> {
        self.telling_if(who, at, session, blind::is_news)
    }

    /// The same, where there is a session of that name now.
    fn telling_of(&self, who: &Principal, at: Change, session: &str) -> Result<(), Refusal> {
        let there = self.read(|read| Ok(read.common(SESSIONS, session)?.is_some()))?;
        if there { self.telling(who, at, session) } else { Ok(()) }
    }

    fn telling_if(
        &self,
        who: &Principal,
        at: Change,
        session: &str,
        is_news: fn(&Snapshot, &Principal, &str) -> Ruled<bool>,
    ) -> Result<(), Refusal> {
        if !self.read(|read| is_news(read, who, session))? {
            return Ok(());
        }
        let (me, session) = (who.clone(), session.to_owned());
        self.write(at, None, move |txn| blind::note(txn, &me, &session)).map(drop)
    }

    fn bulk(
        &self,
        at: Change,
        id: Option<Asked>,
        weight: Weight,
        mut rule: impl FnMut(&Txn) -> Ruled<Done> + Send + 'static,
    ) -> Result<Response, Refusal> {
        let rule: Rule = Box::new(move |txn| rule(txn).map(Ended::from));
        told(&self.hub, self.store.change_in_bulk(at.now, weight, job(id, rule)))
    }

    /// A batch of a team's import, so that reviewers' saves go on in between. Each part is remembered for itself: asked
    /// again after a crash in the middle, the whole answers as if nothing had happened.
    fn import_in_parts(&self, who: &Principal, at: Change, batch: ImportBatch) -> Result<Response, Refusal> {
        let jobs = import::parts(batch).into_iter().enumerate().map(|(n, part)| {
            let (me, id) = (who.clone(), Uuid::from_u128(at.asked.id.as_u128().wrapping_add(1 + n as u128)));
            let asked = Asked { id, ..at.asked };
            let rule: Rule = Box::new(move |txn: &Txn| import::import(txn, &me, &part.batch).map(Ended::from));
            (part.weight, job(Some(asked), rule))
        });
        let mut outcomes = Vec::new();
        for out in self.store.change_in_parts(at.now, jobs.collect()) {
            if let Response::Imported(part) = told(&self.hub, out)? {
                outcomes.extend(part);
            }
        }
        Ok(Response::Imported(outcomes))
    }

    /// Chosen on a snapshot, added in parts, so that reviewers' saves go on in between. A crash in the middle leaves
    /// some added; the retry adds the rest.
    fn add_traces(
        &self,
        who: &Principal,
        at: Change,
        session: &str,
        which: &Which,
        refresh: bool,
    ) -> Result<Response, Refusal> {
        let read = self.store.read().map_err(|e| unavailable(&e))?;
        if let Some(done) = earlier(&read, at.asked).map_err(refusal)? {
            return Ok(done);
        }
        let (ids, missing) = add::choose(&read, who, session, which).map_err(refusal)?;
        drop(read);
        let mut sum = Added { missing, ..Added::default() };
        let most = if self.served.is_some() { add::SERVED_CHUNK } else { add::CHUNK };
        for part in ids.chunks(most) {
            let (me, name, part) = (who.clone(), session.to_owned(), part.to_vec());
            let weight = Weight { traces: part.len(), bytes: 0 };
            let done = self.bulk(at, None, weight, move |txn| add::add(txn, &me, &name, &part, refresh))?;
            if let Response::Added(part) = done {
                sum.added += part.added;
                sum.already += part.already;
                sum.refreshed += part.refreshed;
                sum.missing.extend(part.missing);
            }
        }
        let response = Response::Added(sum);
        let answer = response.clone();
        self.change(at, move |_| Ok(Done::quiet(answer.clone())))
    }
}

/// When a change was asked for, and which user action it belongs to.
#[derive(Debug, Clone, Copy)]
pub(in crate::service) struct Change {
    pub now: Time,
    pub asked: Asked,
    /// The terminal that asked.
    pub from: Terminal,
}

/// What a change does, in the writer's transaction.
pub(super) type Rule = Box<dyn FnMut(&Txn) -> Ruled<Ended> + Send>;

/// How a change ends that is to be committed.
pub(super) struct Ended {
    /// A refusal: something of it is kept all the same.
    pub answer: Result<Response, Refusal>,
    /// For everybody.
    pub notices: Vec<Notice>,
}

impl From<Done> for Ended {
    fn from(done: Done) -> Self {
        Self { answer: Ok(done.response), notices: done.notices }
    }
}

/// A rule as the store's job, which does nothing where its request has been carried out before.
fn job(id: Option<Asked>, mut rule: Rule) -> impl FnMut(&Txn) -> Result<Result<Ended, Refusal>, StoreError> + Send {
    move |txn| settle(once(txn, id, &mut rule))
}

fn once(txn: &Txn, asked: Option<Asked>, rule: &mut Rule) -> Ruled<Ended> {
    let Some(asked) = asked else { return rule(txn) };
    if let Some(response) = earlier(txn, asked)? {
        return Ok(Done::quiet(response).into());
    }
    let ended = rule(txn)?;
    if let Ok(response) = &ended.answer {
        remember(txn, asked, response)?;
    }
    Ok(ended)
}

/// What a request was answered before; refused where its id was another's.
fn earlier(read: &impl Read, asked: Asked) -> Ruled<Option<Response>> {
    match remembered(read, asked)? {
        None => Ok(None),
        Some(Earlier::Answered(response)) => Ok(Some(response)),
        Some(Earlier::Another) => Err(no(
            Reason::Invalid,
            "this request id has been used for something else; nothing was changed: ask again under a new one",
        )),
    }
}

/// After the commit: watchers are told, and then the one who asked.
fn told(hub: &Hub, out: Result<Result<Ended, Refusal>, StoreError>) -> Result<Response, Refusal> {
    let Ended { answer, notices } = out.map_err(|e| unavailable(&e))??;
    for notice in notices {
        hub.tell(notice);
    }
    answer
}

/// Where nothing can be written (a full disk), what can be answered by reading alone is.
fn or_read(store: &Store, otherwise: Option<Otherwise>, done: Result<Response, Refusal>) -> Result<Response, Refusal> {
    match (done, otherwise) {
        (Err(Refusal { reason: Reason::Unavailable, .. }), Some(otherwise)) => {
            otherwise(&store.read().map_err(|e| unavailable(&e))?).map_err(refusal)
        }
        (done, _) => done,
    }
}

/// The session that a reviewer names: it may be one that is not theirs to know of.
fn named(who: &Principal, request: &Request) -> Option<String> {
    Some(who.role).filter(|role| *role == Role::Reviewer).and(rights::reviewed(request)).cloned()
}

/// A refusal in words that tell a reviewer nothing of sessions that are not theirs.
fn worded(
    store: &Store,
    who: &Principal,
    named: Option<&str>,
    done: Result<Response, Refusal>,
) -> Result<Response, Refusal> {
    match (done, named) {
        (Err(refused), Some(name)) if matches!(refused.reason, Reason::NotFound | Reason::NotPermitted) => {
            let read = store.read().map_err(|e| unavailable(&e))?;
            rights::exists_for(&read, who, name).map_err(refusal)?;
            Err(refused)
        }
        (done, _) => done,
    }
}

/// redb could not make sense of the file.
fn broken(store: &Store) -> Refusal {
    let path = store.file().map(|p| format!("{}: ", p.display())).unwrap_or_default();
    Refusal { reason: Reason::Unavailable, message: format!("{path}{DAMAGED}") }
}

fn refusal(stop: Stop) -> Refusal {
    match stop {
        Stop::Refused(refusal) => refusal,
        Stop::Store(error) => unavailable(&error),
    }
}

impl Handler for Local {
    fn handle(&self, who: &Principal, call: Call) -> Result<Response, Refusal> {
        Self::handle(self, who, now(), call)
    }

    fn begin(&self, who: &Principal, call: Call, line: &Arc<Line>) -> Option<Result<Response, Refusal>> {
        let from = line.terminal();
        if rights::allow(who, &call.request, self.team()).is_err() {
            return Some(self.handle_from(who, from, now(), call));
        }
        let (now, Call { id, request, about }) = (now(), call);
        let asked = Asked { id, mark: mark(who, &request) };
        let claims = if self.served.is_some() { Claims::On(now) } else { Claims::Off };
        let named = named(who, &request);
        let stays = self.stays(who, from, &request);
        let task = match acting::task(who, claims, request, about, stays) {
            Ok(task) => task,
            Err(request) => return Some(self.handle_from(who, from, now, Call { id, request: *request, about: None })),
        };
        let (store, hub, who, later) = (self.store.clone(), self.hub.clone(), who.clone(), line.later());
        self.store.change_then(now, job(task.remembered.then_some(asked), task.rule), move |out| {
            let done = || or_read(&store, task.otherwise, told(&hub, out));
            let answer = caught(|| worded(&store, &who, named.as_deref(), done()));
            later.answer(&answer.unwrap_or_else(|_| Err(broken(&store))));
        });
        None
    }

    fn arrived(&self, who: &Principal, from: Terminal) {
        if let Some(served) = &self.served {
            served.presence.arrived(&who.account, from);
        }
    }

    fn gone(&self, who: &Principal, from: Terminal) {
        self.left(&who.account, from, now());
    }

    fn shown(&self, who: &Principal, notices: Vec<Notice>) -> Vec<Notice> {
        self.shows(who, notices)
    }
}

pub(in crate::service) fn now() -> Time {
    Time(jiff::Timestamp::now().as_millisecond())
}
