//! Both directions, against the server in memory: what is here afterwards, and what is there.

mod breaking;
mod broken_traces;
mod deleted;
mod linking;
mod meeting;
mod news;
mod pulling;
mod pushing;
mod statuses;
mod watching;

use super::fake::Fake;
use super::pull::{Pull, Pulled};
use super::push::{Push, Pushed};
use super::reconcile::Side;
use super::tell::{Home, Silent};
use super::{Client, Fault};
use crate::model::{AnswerChange, BasedOn, Change, Input, ItemNo, ItemStatus, Keep, LabelSchema, SchemaType, Time};
use crate::service::api::{
    Act, ItemKey, ItemView, LabelQuery, LabelRow, Principal, Request, Response, Role, SessionSpec, Which,
};
use crate::service::client::{Service, ask};
use crate::service::hub::Hub;
use crate::service::local::Local;
use crate::store::Store;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// A store and a server.
struct Both {
    fake: Fake,
    local: Arc<Local>,
    store: Store,
    names: BTreeMap<String, String>,
}

fn person(name: &str) -> Principal {
    Principal { account: name.into(), assessor_id: format!("{name}@x"), role: Role::Admin }
}

fn question(name: &str, input: Input) -> LabelSchema {
    let kind = if name.starts_with("exp") { SchemaType::Expectation } else { SchemaType::Feedback };
    LabelSchema {
        name: name.into(),
        kind,
        title: Some(format!("{name}?")),
        instruction: None,
        input,
        enable_comment: true,
        required: false,
        version: 1,
    }
}

impl Both {
    fn new() -> Self {
        let store = Store::in_memory().unwrap();
        let local = Arc::new(Local::new(store.clone(), Hub::new()));
        let names = ["alice", "bob"].map(|n| (n.to_owned(), format!("{n}@x"))).into();
        Self { fake: Fake::start(), local, store, names }
    }

    /// Traces there, pulled into a session "s" that asks `ok`, `score`, `exp` and `exp_list`.
    fn with_session(traces: u32) -> (Self, Vec<String>) {
        let both = Self::new();
        let ids: Vec<String> = (0..traces).map(|n| both.fake.world().trace("e", n)).collect();
        both.pull(None, None).unwrap();
        for schema in [
            question("ok", Input::PassFail { positive_label: "Y".into(), negative_label: "N".into() }),
            question("score", Input::Numeric { min_value: Some(0.0), max_value: Some(9.0) }),
            question("exp", Input::Text { max_length: None }),
            question("exp_list", Input::TextList { max_length_each: None, max_count: None }),
        ] {
            both.lead(Request::SchemaPut { experiment: "e".into(), schema, overwrite: true, applied: false });
        }
        both.lead(Request::SessionCreate(SessionSpec {
            name: "s".into(),
            experiment: "e".into(),
            schemas: ["ok", "score", "exp", "exp_list"].map(Into::into).to_vec(),
            users: vec!["alice".into(), "bob".into()],
            ..SessionSpec::default()
        }));
        both.lead(Request::AddTraces { session: "s".into(), which: Which::All, refresh: false });
        (both, ids)
    }

    fn lead(&self, request: Request) -> Response {
        self.user("lead", request)
    }

    fn user(&self, name: &str, request: Request) -> Response {
        let service = Arc::clone(&self.local).connect(person(name));
        ask(&service, request).unwrap_or_else(|e| panic!("{e}"))
    }

    fn answer(&self, name: &str, item: u32, answers: &[(&str, Value)]) {
        let change = |(schema, value): &(&str, Value)| AnswerChange {
            schema: (*schema).to_owned(),
            value: if value.is_null() { Change::Clear } else { Change::Set(value.clone()) },
            comment: Change::Keep,
        };
        let changes = answers.iter().map(change).collect();
        self.submit(name, item, changes);
    }

    fn submit(&self, name: &str, item: u32, changes: Vec<AnswerChange>) {
        let (session, item) = ("s".into(), ItemNo(item));
        self.user(name, Request::Submit { session, item, based_on: BasedOn::Any, seen: None, changes, extra: false });
    }

    fn remark(&self, name: &str, item: u32, schema: &str, text: &str) {
        let comment = if text.is_empty() { Change::Clear } else { Change::Set(text.to_owned()) };
        let changes = vec![AnswerChange { schema: schema.into(), value: Change::Keep, comment }];
        self.submit(name, item, changes);
    }

    fn act(&self, name: &str, item: u32, act: Act) {
        self.user(name, Request::Act { session: "s".into(), item: ItemNo(item), act, based_on: BasedOn::Any });
    }

    fn undo(&self, name: &str) {
        self.user(name, Request::Undo { session: "s".into(), item: None });
    }

    fn item(&self, name: &str, item: u32) -> ItemView {
        match self.user(name, Request::Item { session: "s".into(), item: ItemKey::No(ItemNo(item)) }) {
            Response::Item(view) => *view,
            other => panic!("{other:?}"),
        }
    }

    fn labels(&self, query: LabelQuery) -> Vec<LabelRow> {
        match self.lead(Request::Labels { session: "s".into(), query, after: None, limit: 1000 }) {
            Response::Labels(page) => page.rows,
            other => panic!("{other:?}"),
        }
    }

    /// The current labels of an item as (name, who, value).
    fn said(&self, trace: &str) -> Vec<(String, String, Value)> {
        let rows = self.labels(LabelQuery::default()).into_iter().filter(|r| r.request_id == trace);
        rows.map(|r| (r.assessment_name, r.assessor_id, r.assessment_value)).collect()
    }

    fn to_sync(&self) -> Option<u32> {
        match self.lead(Request::SessionGet { session: "s".into() }) {
            Response::Session(view) => view.to_sync,
            other => panic!("{other:?}"),
        }
    }

    fn home(&self, with: impl FnOnce(Home<'_>)) {
        let service = Arc::clone(&self.local).connect(person("lead"));
        with(Home { service: &service });
    }

    fn push_with(&self, client: &Client, prefer: Option<Side>) -> Result<Pushed, Fault> {
        self.push_to(client, prefer, None, None)
    }

    fn push_to(
        &self,
        client: &Client,
        prefer: Option<Side>,
        experiment: Option<&str>,
        queue: Option<&str>,
    ) -> Result<Pushed, Fault> {
        let service = Arc::clone(&self.local).connect(person("lead"));
        let push = Push {
            client,
            home: Home { service: &service as &dyn Service },
            session: "s",
            experiment,
            usual: None,
            queue,
            prefer,
            names: &self.names,
            now: Time(1_900_000_000_000),
            progress: &Silent,
        };
        push.run()
    }

    fn push(&self) -> Pushed {
        self.push_with(&self.fake.client(), None).unwrap()
    }

    fn pull_with(
        &self,
        client: &Client,
        session: Option<&str>,
        queue: Option<&str>,
        prefer: Option<Side>,
    ) -> Result<Pulled, Fault> {
        self.pull_as(client, session, queue, prefer, |_| {})
    }

    fn pull_as(
        &self,
        client: &Client,
        session: Option<&str>,
        queue: Option<&str>,
        prefer: Option<Side>,
        other: impl FnOnce(&mut Pull<'_>),
    ) -> Result<Pulled, Fault> {
        let service = Arc::clone(&self.local).connect(person("lead"));
        let mut pull = Pull {
            client,
            home: Home { service: &service as &dyn Service },
            experiment: "e",
            filter: None,
            queue,
            session,
            prefer,
            names: &self.names,
            refresh: false,
            often: Duration::from_secs(3600),
            now: Time(1_900_000_000_000),
            progress: &Silent,
        };
        other(&mut pull);
        pull.run()
    }

    fn pull(&self, session: Option<&str>, queue: Option<&str>) -> Result<Pulled, Fault> {
        self.pull_with(&self.fake.client(), session, queue, None)
    }

    fn status(&self, item: u32) -> ItemStatus {
        self.item("lead", item).row.status
    }

    /// The tables are what the log says.
    fn consistent(&self) {
        let problems = crate::service::replay::compare(&self.store.read().unwrap()).unwrap();
        assert_eq!(problems, Vec::<String>::new());
    }
}

fn text(parts: &[(&str, &str, Value)]) -> Vec<(String, String, Value)> {
    parts.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), c.clone())).collect()
}

/// What is there and valid, as (name, who, value).
fn valid(fake: &Fake, trace: &str) -> Vec<(String, String, Value)> {
    let said = fake.world().said(trace);
    said.into_iter().filter(|s| s.3).map(|(name, who, value, _)| (name, who, value)).collect()
}

#[test]
fn a_link_holds_no_credentials() {
    let (both, _) = Both::with_session(1);
    both.answer("alice", 0, &[("ok", json!(true))]);
    let settings = super::Settings { authorization: Some("Basic c2VjcmV0".into()), ..both.fake.settings() };
    both.push_with(&Client::new(settings).unwrap(), None).unwrap();
    both.home(|home| {
        let shown = format!("{:?}", home.links(None).unwrap());
        assert!(shown.contains("http://127.0.0.1") && !shown.contains("c2VjcmV0"), "{shown}");
    });
}
