//! A store in memory to import into, and short ways to look at what came of it.

use labeltui::ingest::{Packer, read_document};
use labeltui::model::{Assessment, Time, Trace};
use labeltui::service::api::{
    ImportBatch, ImportOutcome, PreparedTrace, Principal, Response, Role, TraceDoc, TracePage, Which,
};
use labeltui::service::ruling::{Done, Ruled, settle};
use labeltui::service::{import, traces};
use labeltui::store::{Store, Txn};
use serde_json::Value;

pub fn fixture(name: &str) -> String {
    let path = format!("{}/tests/fixtures/traces/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The traces of one document.
pub fn prepared(document: &str) -> Vec<PreparedTrace> {
    read_document(document.as_bytes(), &mut Packer::new().unwrap()).unwrap().traces
}

pub fn admin() -> Principal {
    Principal { account: "lead".into(), assessor_id: "lead".into(), role: Role::Admin }
}

pub struct Home(pub Store);

impl Home {
    pub fn new() -> Self {
        Self(Store::in_memory().unwrap())
    }

    pub fn change(&self, mut rule: impl FnMut(&Txn) -> Ruled<Done> + Send + 'static) -> Done {
        self.0.change(Time(1_000), move |txn| settle(rule(txn))).unwrap().unwrap()
    }

    /// Imports every line of a text into an experiment.
    pub fn import_into(&self, experiment: &str, lines: &str) -> Vec<ImportOutcome> {
        let traces: Vec<_> = lines.lines().flat_map(prepared).collect();
        let batch = ImportBatch { experiment: experiment.into(), traces };
        match self.change(move |txn| import::import(txn, &admin(), &batch)).response {
            Response::Imported(outcomes) => outcomes,
            other => panic!("{other:?}"),
        }
    }

    pub fn import(&self, lines: &str) -> Vec<ImportOutcome> {
        self.import_into("Default", lines)
    }

    pub fn show(&self, id: &str) -> TraceDoc {
        match settle(traces::show(&self.0.read().unwrap(), &admin(), id)).unwrap().unwrap() {
            Response::Trace(doc) => doc,
            other => panic!("{other:?}"),
        }
    }

    pub fn trace(&self, id: &str) -> Trace {
        Trace::parse(&self.show(id).body)
    }

    pub fn body(&self, id: &str) -> Value {
        serde_json::from_str(&self.show(id).body).unwrap()
    }

    pub fn list(&self, filter: Option<&str>, limit: u32) -> TracePage {
        match settle(traces::list(&self.0.read().unwrap(), &admin(), "Default", filter, None, limit)).unwrap().unwrap()
        {
            Response::Traces(page) => page,
            other => panic!("{other:?}"),
        }
    }

    pub fn delete(&self, ids: &[&str]) -> u64 {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let which = Which::Ids(ids);
        let ids = settle(traces::choose(&self.0.read().unwrap(), &admin(), "Default", &which)).unwrap().unwrap();
        match self.change(move |txn| traces::delete(txn, &admin(), "Default", &ids)).response {
            Response::Count(n) => n,
            other => panic!("{other:?}"),
        }
    }
}

pub fn names(assessments: &[Assessment]) -> Vec<&str> {
    assessments.iter().map(Assessment::name).collect()
}
