//! For the tests of the rules: a store in memory with traces, and people who ask.

use super::api::{
    Act, Call, ItemKey, ItemView, LabelQuery, LabelRow, Principal, Reason, Refusal, Request, Response, Role, Saved,
    SessionPatch, SessionSpec, SessionView, Submitted, Undone, Which,
};
use super::experiments;
use super::hub::Hub;
use super::local::Local;
use super::ruling::settle;
use super::socket::Handler;
use super::team::Team;
use super::team::presence::Terminal;
use crate::model::{
    AnswerChange, Assessment, BasedOn, Change, Input, ItemNo, LabelSchema, SchemaType, SnapshotId, Time,
};
use crate::model::{MineState, TraceSummary};
use crate::store::{
    BODIES, IMPORTED, Read as _, SNAPSHOTS, SnapshotRow, Store, StoreError, TRACE_ORDER, TRACES, TraceRow,
};
use serde_json::{Value, json};
use std::cell::Cell;
use std::time::Duration;
use uuid::Uuid;

/// A store, and a clock that goes on by a second at each call.
pub struct Kit {
    pub store: Store,
    pub local: Local,
    pub hub: Hub,
    pub clock: Cell<i64>,
    /// What [`Kit::user`] may do.
    pub role: Role,
}

pub fn person(name: &str, role: Role) -> Principal {
    Principal { account: name.into(), assessor_id: format!("{name}@example.com"), role }
}

pub fn schema(name: &str, input: Input) -> LabelSchema {
    LabelSchema {
        name: name.into(),
        kind: SchemaType::Feedback,
        title: None,
        instruction: None,
        input,
        enable_comment: true,
        required: false,
        version: 1,
    }
}

pub fn pass_fail() -> Input {
    Input::PassFail { positive_label: "Yes".into(), negative_label: "No".into() }
}

pub fn set(name: &str, value: Value) -> AnswerChange {
    AnswerChange { schema: name.into(), value: Change::Set(value), comment: Change::Keep }
}

pub fn clear(name: &str) -> AnswerChange {
    AnswerChange { schema: name.into(), value: Change::Clear, comment: Change::Keep }
}

pub fn comment(name: &str, text: &str) -> AnswerChange {
    AnswerChange { schema: name.into(), value: Change::Keep, comment: Change::Set(text.into()) }
}

impl Kit {
    /// An empty store.
    pub fn new() -> Self {
        let store = Store::in_memory().unwrap();
        let hub = Hub::new();
        let local = Local::new(store.clone(), hub.clone());
        Self { local, store, hub, clock: Cell::new(1_000_000), role: Role::Admin }
    }

    /// A session "s" that asks "ok" (pass/fail) and "score" (0 to 5), with this many traces "tr-00"...
    pub fn with_session(traces: usize, spec: SessionSpec) -> Self {
        let kit = Self::new();
        for n in 0..traces {
            kit.trace(&format!("tr-{n:02}"), n as i64);
        }
        kit.put(schema("ok", pass_fail()));
        kit.put(schema("score", Input::Numeric { min_value: Some(0.0), max_value: Some(5.0) }));
        let schemas = if spec.schemas.is_empty() { vec!["ok".into(), "score".into()] } else { spec.schemas };
        kit.session(SessionSpec { name: "s".into(), experiment: "Default".into(), schemas, ..spec });
        kit.add(Which::All);
        kit
    }

    /// The same, served to a team of reviewers with a grace of two minutes.
    pub fn team(traces: usize, spec: SessionSpec) -> Self {
        let kit = Self::with_session(traces, spec);
        Self { role: Role::Reviewer, ..kit.restarted() }
    }

    /// A server that has been started again, over the same store.
    pub fn restarted(self) -> Self {
        let team = Team { grace: Duration::from_secs(120), ..Team::default() };
        let hub = Hub::new();
        let local = Local::serve(self.store.clone(), hub.clone(), team, self.now()).unwrap();
        Self { local, hub, ..self }
    }

    /// Time goes by.
    pub fn wait(&self, seconds: i64) {
        self.clock.set(self.clock.get() + seconds * 1_000);
    }

    pub fn now(&self) -> Time {
        self.clock.set(self.clock.get() + 1_000);
        Time(self.clock.get())
    }

    pub fn ask(&self, who: &Principal, request: Request) -> Result<Response, Refusal> {
        self.local.handle(who, self.now(), Call::new(request))
    }

    /// As the owner of the store.
    pub fn lead(&self, request: Request) -> Result<Response, Refusal> {
        self.ask(&person("lead", Role::Admin), request)
    }

    /// As a reviewer, who may do everything in a private store.
    pub fn user(&self, name: &str, request: Request) -> Result<Response, Refusal> {
        self.ask(&person(name, self.role), request)
    }

    /// A trace as an import leaves it.
    pub fn trace(&self, id: &str, time: i64) {
        let body = json!({ "data": { "spans": [] }, "info": { "trace_id": id } }).to_string();
        self.trace_with(id, time, &body);
    }

    pub fn trace_with(&self, id: &str, time: i64, body: &str) {
        let (id, body) = (id.to_owned(), body.to_owned());
        let done = self.store.change(self.now(), move |txn| {
            settle::<()>((|| {
                let e = experiments::enter(txn, "Default")?.id;
                let snapshot = 1 + crate::service::schemas::next_number(txn, "test_snapshot")? as u64;
                let summary = TraceSummary {
                    trace_id: id.clone(),
                    name: format!("name of {id}"),
                    request_preview: format!("question {id}"),
                    request_time: Time(time),
                    state: "OK".into(),
                    metadata: crate::model::Trace::parse(&body).summary.metadata,
                    ..TraceSummary::default()
                };
                let zipped = zstd::encode_all(body.as_bytes(), 3).map_err(|e| StoreError::Misuse(e.to_string()))?;
                txn.put_bytes(BODIES, snapshot, &zipped)?;
                let row = SnapshotRow { trace_id: id.clone(), hash: format!("{snapshot}"), references: 1 };
                txn.put(SNAPSHOTS, snapshot, &row)?;
                let row = TraceRow {
                    experiment: e,
                    snapshot: SnapshotId(snapshot),
                    hash: format!("{snapshot}"),
                    summary,
                    imported_at: txn.now,
                };
                txn.put(TRACES, id.as_str(), &row)?;
                txn.put(TRACE_ORDER, (e, time, id.as_str()), &())?;
                crate::service::turns::enter(txn, &row)?;
                Ok(())
            })())
        });
        done.unwrap().unwrap();
    }

    pub fn assessment(&self, trace: &str, assessment: Value) {
        let trace = trace.to_owned();
        let assessment: Assessment = serde_json::from_value(assessment).unwrap();
        let done: Result<Result<(), ()>, _> = self.store.change(self.now(), move |txn| {
            txn.put(IMPORTED, (trace.as_str(), assessment.id()), &assessment)?;
            Ok(Ok(()))
        });
        done.unwrap().unwrap();
    }

    pub fn put(&self, schema: LabelSchema) -> Response {
        let experiment = "Default".to_owned();
        self.lead(Request::SchemaPut { experiment, schema, overwrite: true, applied: false }).unwrap()
    }

    pub fn session(&self, spec: SessionSpec) -> SessionView {
        match self.lead(Request::SessionCreate(spec)) {
            Ok(Response::Session(view)) => *view,
            other => panic!("{other:?}"),
        }
    }

    pub fn add(&self, which: Which) -> super::api::Added {
        match self.lead(Request::AddTraces { session: "s".into(), which, refresh: false }) {
            Ok(Response::Added(added)) => added,
            other => panic!("{other:?}"),
        }
    }

    pub fn update(&self, patch: SessionPatch) -> Result<Response, Refusal> {
        self.lead(Request::SessionUpdate { session: "s".into(), patch })
    }

    pub fn shown(&self, name: &str) -> SessionView {
        match self.user(name, Request::SessionGet { session: "s".into() }) {
            Ok(Response::Session(view)) => *view,
            other => panic!("{other:?}"),
        }
    }

    pub fn answer(&self, name: &str, item: u32, changes: &[AnswerChange]) -> Result<Saved, Refusal> {
        let request = Request::Answer {
            session: "s".into(),
            item: ItemNo(item),
            changes: changes.to_vec(),
            based_on: BasedOn::Any,
        };
        match self.user(name, request)? {
            Response::Saved(saved) => Ok(saved),
            other => panic!("{other:?}"),
        }
    }

    pub fn submit(&self, name: &str, item: u32, changes: &[AnswerChange]) -> Result<Submitted, Refusal> {
        self.submit_on(name, item, BasedOn::Any, changes)
    }

    pub fn submit_on(
        &self,
        name: &str,
        item: u32,
        based_on: BasedOn,
        changes: &[AnswerChange],
    ) -> Result<Submitted, Refusal> {
        let (session, item) = ("s".into(), ItemNo(item));
        match self.user(
            name,
            Request::Submit { session, item, based_on, seen: None, changes: changes.to_vec(), extra: false },
        )? {
            Response::Submitted(done) => Ok(done),
            other => panic!("{other:?}"),
        }
    }

    /// A review more than was asked for.
    pub fn submit_extra(&self, name: &str, item: u32, changes: &[AnswerChange]) -> Result<Submitted, Refusal> {
        let (session, item, changes) = ("s".into(), ItemNo(item), changes.to_vec());
        match self
            .user(name, Request::Submit { session, item, based_on: BasedOn::Any, seen: None, changes, extra: true })?
        {
            Response::Submitted(done) => Ok(done),
            other => panic!("{other:?}"),
        }
    }

    pub fn leave(&self, name: &str) {
        self.user(name, Request::Leave { session: "s".into() }).unwrap();
    }

    /// The last connection of somebody ends.
    pub fn drop_link(&self, name: &str) {
        self.arrived(name, 0);
        self.left(name, 0);
    }

    /// A connection of one of their terminals begins.
    pub fn arrived(&self, name: &str, terminal: u128) {
        Handler::arrived(&self.local, &person(name, self.role), Terminal(Uuid::from_u128(terminal)));
    }

    /// And ends.
    pub fn left(&self, name: &str, terminal: u128) {
        self.local.left(name, Terminal(Uuid::from_u128(terminal)), self.now());
    }

    /// They are at the keys of the item on their screen.
    pub fn reads(&self, name: &str, item: u32) {
        self.user(name, Request::Here { session: "s".into(), item: Some(ItemNo(item)), active: true }).unwrap();
    }

    /// What is on the screen of one of their terminals.
    pub fn here(&self, name: &str, terminal: u128, item: u32) {
        let request = Request::Here { session: "s".into(), item: Some(ItemNo(item)), active: false };
        let (from, call) = (Terminal(Uuid::from_u128(terminal)), Call::new(request));
        self.local.handle_from(&person(name, self.role), from, self.now(), call).unwrap();
    }

    /// One of their terminals leaves the session.
    pub fn leave_from(&self, name: &str, terminal: u128) {
        let (from, call) = (Terminal(Uuid::from_u128(terminal)), Call::new(Request::Leave { session: "s".into() }));
        self.local.handle_from(&person(name, self.role), from, self.now(), call).unwrap();
    }

    /// Who holds an item now, as somebody else sees it.
    pub fn holder(&self, item: u32) -> Option<String> {
        self.item("nobody", item).row.holder
    }

    pub fn act(&self, name: &str, item: u32, act: Act) -> Result<Saved, Refusal> {
        match self.user(name, Request::Act { session: "s".into(), item: ItemNo(item), act, based_on: BasedOn::Any })? {
            Response::Saved(saved) => Ok(saved),
            other => panic!("{other:?}"),
        }
    }

    pub fn undo(&self, name: &str, item: Option<u32>) -> Result<Undone, Refusal> {
        match self.user(name, Request::Undo { session: "s".into(), item: item.map(ItemNo) })? {
            Response::Undone(undone) => Ok(undone),
            other => panic!("{other:?}"),
        }
    }

    pub fn redo(&self, name: &str, item: Option<u32>) -> Result<Undone, Refusal> {
        match self.user(name, Request::Redo { session: "s".into(), item: item.map(ItemNo) })? {
            Response::Undone(undone) => Ok(undone),
            other => panic!("{other:?}"),
        }
    }

    pub fn typed(&self, name: &str, item: u32, schema: &str, value: &str) -> Saved {
        let (session, item, schema) = ("s".into(), ItemNo(item), schema.into());
        let request =
            Request::Type { session, item, schema, value: Some(value.into()), comment: None, based_on: BasedOn::Any };
        match self.user(name, request) {
            Ok(Response::Saved(saved)) => saved,
            other => panic!("{other:?}"),
        }
    }

    pub fn next(&self, name: &str, after: Option<u32>) -> Option<u32> {
        match self.user(name, Request::Next { session: "s".into(), after: after.map(ItemNo) }) {
            Ok(Response::Next(item)) => item.map(|i| i.0),
            other => panic!("{other:?}"),
        }
    }

    pub fn item(&self, name: &str, item: u32) -> ItemView {
        match self.user(name, Request::Item { session: "s".into(), item: ItemKey::No(ItemNo(item)) }) {
            Ok(Response::Item(view)) => *view,
            other => panic!("{other:?}"),
        }
    }

    pub fn state(&self, name: &str, item: u32) -> MineState {
        self.item(name, item).row.mine.state
    }

    pub fn labels(&self, query: LabelQuery) -> Vec<LabelRow> {
        let mut rows = Vec::new();
        let mut after = None;
        loop {
            // A small page, so that paging is tried by every test.
            let request = Request::Labels { session: "s".into(), query: query.clone(), after, limit: 2 };
            match self.lead(request) {
                Ok(Response::Labels(page)) => {
                    rows.extend(page.rows);
                    after = page.next;
                }
                other => panic!("{other:?}"),
            }
            if after.is_none() {
                return rows;
            }
        }
    }

    /// The current labels as (trace, name, value, who).
    pub fn values(&self) -> Vec<(String, String, Value, String)> {
        let rows = self.labels(LabelQuery::default());
        rows.into_iter().map(|r| (r.request_id, r.assessment_name, r.assessment_value, r.assessor_id)).collect()
    }

    pub fn lines(&self, request: impl Fn(Option<String>) -> Request) -> Vec<Value> {
        let mut out = Vec::new();
        let mut after = None;
        loop {
            match self.lead(request(after)) {
                Ok(Response::Lines(page)) => {
                    out.extend(page.lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap()));
                    after = page.next;
                }
                other => panic!("{other:?}"),
            }
            if after.is_none() {
                return out;
            }
        }
    }

    /// The tables are what the log says.
    pub fn consistent(&self) {
        let problems = super::replay::compare(&self.store.read().unwrap()).unwrap();
        assert_eq!(problems, Vec::<String>::new());
    }

    pub fn events(&self) -> u64 {
        self.store.read().unwrap().get(crate::store::META, crate::store::LAST_EVENT).unwrap().unwrap_or(0)
    }
}

/// The reason of a refusal.
pub fn reason<T: std::fmt::Debug>(result: Result<T, Refusal>) -> Reason {
    result.unwrap_err().reason
}
