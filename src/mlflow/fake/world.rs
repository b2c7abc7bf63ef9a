//! What the server has, and how it answers.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Everything there.
#[derive(Default)]
pub struct World {
    /// Id is the place, from 1.
    pub experiments: Vec<String>,
    /// Infos (without assessments) and spans, as text.
    pub traces: Vec<(Value, Option<String>)>,
    /// By trace.
    pub assessments: BTreeMap<String, Vec<Value>>,
    pub schemas: Vec<Value>,
    pub queues: Vec<Value>,
    pub items: Vec<Value>,
    pub runs: Vec<Value>,
    pub linked: Vec<String>,
    pub datasets: Vec<Value>,
    pub records: Vec<Value>,
    /// `METHOD path`, without the query.
    pub calls: Vec<String>,
    /// Of the last call.
    pub headers: String,
    /// Infos of one page.
    pub page: usize,
    pub version: Option<String>,
    /// Traces that no queue takes.
    pub unwanted: Vec<String>,
    /// A server with accounts: whoever sets a status has done it, whatever they say.
    pub signed_in: Option<String>,
    clock: u32,
}

type Answer = (u16, String);

fn no(status: u16, code: &str, message: &str) -> Answer {
    (status, json!({ "error_code": code, "message": message }).to_string())
}

fn missing(what: &str) -> Answer {
    no(404, "RESOURCE_DOES_NOT_EXIST", &format!("{what} not found"))
}

fn yes(value: Value) -> Answer {
    (200, value.to_string())
}

/// The server makes doubles of numbers.
fn doubles(value: &Value) -> Value {
    match value {
        Value::Number(n) => json!(n.as_f64()),
        Value::Array(list) => list.iter().map(doubles).collect(),
        other => other.clone(),
    }
}

fn is(value: &Value, key: &str, wanted: &str) -> bool {
    value[key].as_str() == Some(wanted)
}

impl World {
    /// A trace with one span, in an experiment that is made if it is not there.
    pub fn trace(&mut self, experiment: &str, n: u32) -> String {
        let at = self.experiments.iter().position(|e| e == experiment).unwrap_or_else(|| {
            self.experiments.push(experiment.to_owned());
            self.experiments.len() - 1
        });
        let id = format!("tr-{:032x}", 0xabcd_0000_u32 + n);
        let info = json!({
            "trace_id": id, "request_time": format!("2026-11-24T05:{:02}:{:02}.120Z", n / 60 % 60, n % 60),
            "trace_location": { "type": "MLFLOW_EXPERIMENT", "mlflow_experiment": { "experiment_id": (at + 1).to_string() } },
            "execution_duration": "0.185s", "state": "OK", "request_preview": format!("question {n}"),
            "trace_metadata": {}, "tags": { "mlflow.traceName": "app" },
        });
        let spans = json!({ "spans": [{
            "trace_id": "", "span_id": "AAAAAAAAAAE=", "parent_span_id": null, "name": "app",
            "start_time_unix_nano": 1_000_000, "end_time_unix_nano": 2_000_000, "events": [],
            "status": { "code": "STATUS_CODE_OK", "message": "" },
            "attributes": { "mlflow.traceRequestId": format!("\"{id}\""), "mlflow.spanInputs": format!("{{\"q\": {n}}}") },
        }] });
        self.traces.push((info, Some(spans.to_string())));
        id
    }

    /// An assessment that somebody made there.
    pub fn assess(&mut self, trace: &str, name: &str, who: &str, value: Value) -> String {
        let id = format!("a-{:032x}", 0xffff_0000_u32 + self.tick());
        let key = if name.starts_with("exp") { "expectation" } else { "feedback" };
        let body = json!({ "assessment": { "assessment_id": id, "assessment_name": name,
            "source": { "source_type": "HUMAN", "source_id": who }, key: { "value": value } } });
        let (status, _) = self.answer("POST", &format!("/api/3.0/mlflow/traces/{trace}/assessments"), &body);
        assert_eq!(status, 200);
        id
    }

    /// The assessments of a trace as (name, who, value, valid).
    pub fn said(&self, trace: &str) -> Vec<(String, String, Value, bool)> {
        let all = self.assessments.get(trace).into_iter().flatten();
        let mut said: Vec<_> = all
            .map(|a| {
                let inner = a.get("feedback").or(a.get("expectation")).cloned().unwrap_or_default();
                let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
                let value = match inner.get("serialized_value") {
                    Some(s) => serde_json::from_str(&text(&s["value"])).unwrap(),
                    None => inner["value"].clone(),
                };
                (text(&a["assessment_name"]), text(&a["source"]["source_id"]), value, a["valid"] == true)
            })
            .collect();
        said.sort_by_key(|s| (s.0.clone(), s.1.clone(), s.2.to_string()));
        said
    }

    pub fn count(&self, call: &str) -> usize {
        self.calls.iter().filter(|c| c.starts_with(call)).count()
    }

    fn tick(&mut self) -> u32 {
        self.clock += 1;
        self.clock
    }

    fn now(&mut self) -> String {
        let n = self.tick();
        format!("2027-01-01T{:02}:{:02}:{:02}.000Z", n / 3600, n / 60 % 60, n % 60)
    }

    pub fn answer(&mut self, method: &str, target: &str, body: &Value) -> Answer {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        self.calls.push(format!("{method} {path}"));
        let query: BTreeMap<String, String> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(k, v)| (k.to_owned(), v.replace("%20", " ").replace("%3A", ":")))
            .collect();
        let asked = |key: &str| query.get(key).cloned().unwrap_or_default();
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        match (method, parts.get(3..).unwrap_or_default()) {
            _ if path == "/version" => (200, self.version.clone().unwrap_or_else(|| "3.17.2".to_owned())),
            ("GET", ["experiments", "get-by-name"]) => self.experiment(|_, name| name == asked("experiment_name")),
            ("GET", ["experiments", "get"]) => self.experiment(|id, _| id == asked("experiment_id")),
            ("POST", ["experiments", "search"]) => {
                yes(json!({ "experiments": self.experiments.iter().map(|e| json!({ "name": e })).collect::<Vec<_>>() }))
            }
            ("POST", ["traces", "search"]) => self.search(body),
            ("POST", ["traces", "batchGetInfos"]) => {
                let infos: Vec<Value> = (0..self.traces.len())
                    .map(|n| self.info(n))
                    .filter(|i| body["trace_ids"].as_array().is_some_and(|ids| ids.contains(&i["trace_id"])))
                    .collect();
                yes(if infos.is_empty() { json!({}) } else { json!({ "trace_infos": infos }) })
            }
            ("GET", ["get-trace-artifact"]) => {
                match self.traces.iter().find(|(info, _)| is(info, "trace_id", &asked("request_id"))) {
                    Some((_, Some(spans))) => (200, spans.clone()),
                    Some((_, None)) => no(404, "NOT_FOUND", "Trace data not found for path=traces.json"),
                    None => missing("trace"),
                }
            }
            ("POST", ["traces", "link-to-run"]) => {
                let ids = body["trace_ids"].as_array().into_iter().flatten().filter_map(Value::as_str);
                self.linked.extend(ids.map(str::to_owned));
                yes(json!({}))
            }
            (_, ["traces", trace, "assessments", rest @ ..]) => {
                let (trace, id) = ((*trace).to_owned(), rest.first().map(|id| (*id).to_owned()));
                self.assessment(method, &trace, id.as_deref(), body)
            }
            ("GET", ["label-schemas", "get-by-name"]) => {
                self.schema(|s| is(s, "name", &asked("name")) && is(s, "experiment_id", &asked("experiment_id")))
            }
            ("GET", ["label-schemas", "get"]) => self.schema(|s| is(s, "schema_id", &asked("schema_id"))),
            ("GET", ["label-schemas", "list"]) => {
                if !self.schemas.iter().any(|s| s["is_default"] == true) {
                    self.schemas.insert(0, json!({ "schema_id": "ls-0", "name": "Feedback", "type": "FEEDBACK",
                        "instruction": "Share any feedback on this trace.", "input": { "text": {} }, "is_default": true }));
                }
                yes(json!({ "label_schemas": self.schemas, "next_page_token": "" }))
            }
            ("POST", ["label-schemas", "create"]) => {
                let same = |s: &Value| ["name", "experiment_id"].iter().all(|key| s[key] == body[key]);
                if self.schemas.iter().any(same) {
                    return no(400, "RESOURCE_ALREADY_EXISTS", "exists");
                }
                let mut schema = body.clone();
                schema["schema_id"] = json!(format!("ls-{}", self.tick()));
                self.schemas.push(schema.clone());
                yes(json!({ "label_schema": schema }))
            }
            ("PATCH", ["label-schemas", "update"]) => {
                let Some(schema) = self.schemas.iter_mut().find(|s| s["schema_id"] == body["schema_id"]) else {
                    return missing("schema");
                };
                for key in ["instruction", "enable_comment", "input"] {
                    schema[key] = body[key].clone();
                }
                yes(json!({ "label_schema": schema }))
            }
            ("GET", ["review-queues", "get-by-name"]) => self.queue(|q| {
                is(q, "experiment_id", &asked("experiment_id"))
                    && q["name"].as_str().is_some_and(|n| n.eq_ignore_ascii_case(&asked("name")))
            }),
            ("GET", ["review-queues", "get"]) => self.queue(|q| is(q, "queue_id", &asked("queue_id"))),
            ("GET", ["review-queues", "list"]) => yes(json!({ "review_queues": self.queues })),
            ("POST", ["review-queues", "create"]) => {
                let same = |q: &Value| {
                    q["experiment_id"] == body["experiment_id"]
                        && text("name").eq_ignore_ascii_case(q["name"].as_str().unwrap())
                };
                if self.queues.iter().any(same) {
                    return no(400, "RESOURCE_ALREADY_EXISTS", "exists");
                }
                let mut queue = body.clone();
                queue["queue_id"] = json!(format!("rq-{}", self.tick()));
                self.queues.push(queue.clone());
                yes(json!({ "review_queue": queue }))
            }
            ("POST", ["review-queues", "update"]) => {
                let Some(queue) = self.queues.iter_mut().find(|q| q["queue_id"] == body["queue_id"]) else {
                    return missing("queue");
                };
                (queue["users"], queue["schema_ids"]) = (body["users"].clone(), body["schema_ids"].clone());
                yes(json!({ "review_queue": queue }))
            }
            ("GET", ["review-queues", "items", "list"]) => {
                let items: Vec<&Value> = self.items.iter().filter(|i| is(i, "queue_id", &asked("queue_id"))).collect();
                yes(json!({ "items": items, "next_page_token": "" }))
            }
            ("POST", ["review-queues", "items", "add"]) => self.enqueue(body),
            ("POST", ["review-queues", "items", "remove"]) => {
                let ids = body["item_ids"].as_array().cloned().unwrap_or_default();
                self.items.retain(|i| !ids.contains(&i["item_id"]));
                yes(json!({}))
            }
            ("POST", ["review-queues", "items", "set-status"]) => self.set_status(body),
            ("POST", ["runs", "search"]) => {
                let found = self.runs.iter().find(|r| {
                    let tags = r["data"]["tags"].as_array().unwrap();
                    tags.iter()
                        .any(|t| t["key"] == "labeltui.link" && text("filter").contains(t["value"].as_str().unwrap()))
                });
                yes(found.map_or_else(|| json!({}), |run| json!({ "runs": [run] })))
            }
            ("POST", ["runs", "create"]) => {
                let run =
                    json!({ "info": { "run_id": format!("run{}", self.tick()) }, "data": { "tags": body["tags"] } });
                self.runs.push(run.clone());
                yes(json!({ "run": run }))
            }
            ("POST", ["datasets", "search"]) => yes(json!({ "datasets": self.datasets })),
            ("POST", ["datasets", "create"]) => {
                let set = json!({ "dataset_id": format!("d-{}", self.tick()), "name": body["name"], "created_time": self.clock });
                self.datasets.push(set.clone());
                yes(json!({ "dataset": set }))
            }
            ("POST", ["datasets", _, "records"]) => {
                let new: Vec<Value> = serde_json::from_str(&text("records")).unwrap();
                let (mut inserted, mut updated) = (0, 0);
                for record in new {
                    match self.records.iter_mut().find(|r| r["inputs"] == record["inputs"]) {
                        Some(old) => {
                            *old = record;
                            updated += 1;
                        }
                        None => {
                            self.records.push(record);
                            inserted += 1;
                        }
                    }
                }
                yes(json!({ "inserted_count": inserted, "updated_count": updated }))
            }
            _ => (404, "<!doctype html><title>404 Not Found</title>".to_owned()),
        }
    }

    fn experiment(&self, wanted: impl Fn(&str, &str) -> bool) -> Answer {
        let found = self.experiments.iter().enumerate().map(|(n, name)| ((n + 1).to_string(), name));
        match found.into_iter().find(|(id, name)| wanted(id, name)) {
            Some((id, name)) => yes(json!({ "experiment": { "experiment_id": id, "name": name } })),
            None => missing("experiment"),
        }
    }

    fn info(&self, n: usize) -> Value {
        let mut info = self.traces[n].0.clone();
        let all = self.assessments.get(info["trace_id"].as_str().unwrap()).cloned().unwrap_or_default();
        if !all.is_empty() {
            info["assessments"] = all.into();
        }
        info
    }

    fn search(&self, body: &Value) -> Answer {
        let from: usize = body["page_token"].as_str().map_or(0, |t| t.parse().unwrap());
        let most = if self.page > 0 { self.page } else { 500 };
        let home = &body["locations"][0]["mlflow_experiment"]["experiment_id"];
        let here = |info: &Value| info["trace_location"]["mlflow_experiment"]["experiment_id"] == *home;
        let all: Vec<Value> = (0..self.traces.len()).map(|n| self.info(n)).filter(here).collect();
        let page: Vec<&Value> = all.iter().skip(from).take(most).collect();
        let mut out = json!({});
        if !page.is_empty() {
            out["traces"] = json!(page);
            // As it was seen: a full page has a next one, though it may be empty.
            if page.len() == most {
                out["next_page_token"] = json!((from + most).to_string());
            }
        }
        yes(out)
    }

    fn assessment(&mut self, method: &str, trace: &str, id: Option<&str>, body: &Value) -> Answer {
        if !self.traces.iter().any(|(info, _)| is(info, "trace_id", trace)) {
            return missing("Trace");
        }
        let now = self.now();
        let all = self.assessments.entry(trace.to_owned()).or_default();
        match (method, id) {
            ("POST", None) => {
                let mut new = body["assessment"].clone();
                if all.iter().any(|a| a["assessment_id"] == new["assessment_id"]) {
                    return no(500, "INTERNAL_ERROR", "Failed to create assessment due to a constraint violation.");
                }
                new["trace_id"] = json!(trace);
                for key in ["create_time", "last_update_time"] {
                    if new.get(key).is_none() {
                        new[key] = json!(now);
                    }
                }
                keep(&mut new);
                if let Some(over) = new.get("overrides").cloned() {
                    match all.iter_mut().find(|a| a["assessment_id"] == over) {
                        Some(old) => old["valid"] = json!(false),
                        None => return missing("Assessment"),
                    }
                }
                new["valid"] = json!(true);
                all.push(new.clone());
                yes(json!({ "assessment": new }))
            }
            ("GET", Some(id)) => match all.iter().find(|a| is(a, "assessment_id", id)) {
                Some(found) => yes(json!({ "assessment": found })),
                None => missing("Assessment"),
            },
            ("PATCH", Some(id)) => {
                let Some(old) = all.iter_mut().find(|a| is(a, "assessment_id", id)) else {
                    return missing("Assessment");
                };
                for field in body["update_mask"].as_str().unwrap().split(',') {
                    let new = body["assessment"][field].clone();
                    match (field, old.get_mut(field)) {
                        ("metadata", Some(Value::Object(map))) => {
                            map.extend(new.as_object().cloned().unwrap_or_default())
                        }
                        _ => old[field] = new,
                    }
                }
                old["last_update_time"] = json!(now);
                keep(old);
                yes(json!({ "assessment": old }))
            }
            ("DELETE", Some(id)) => {
                let gone = all.iter().position(|a| is(a, "assessment_id", id)).map(|at| all.remove(at));
                if let Some(over) = gone.and_then(|a| a.get("overrides").cloned())
                    && let Some(old) = all.iter_mut().find(|a| a["assessment_id"] == over)
                {
                    old["valid"] = json!(true);
                }
                yes(json!({}))
            }
            _ => missing("route"),
        }
    }

    fn schema(&self, wanted: impl Fn(&Value) -> bool) -> Answer {
        let found = self.schemas.iter().find(|s| wanted(s));
        found.map_or_else(|| missing("schema"), |s| yes(json!({ "label_schema": s })))
    }

    fn queue(&self, wanted: impl Fn(&Value) -> bool) -> Answer {
        let found = self.queues.iter().find(|q| wanted(q));
        found.map_or_else(|| missing("queue"), |q| yes(json!({ "review_queue": q })))
    }

    fn enqueue(&mut self, body: &Value) -> Answer {
        let ids: Vec<&str> = body["item_ids"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let queue = self.queues.iter().find(|q| q["queue_id"] == body["queue_id"]);
        let home = queue.map(|q| q["experiment_id"].clone()).unwrap_or_default();
        let at = |info: &Value| info["trace_location"]["mlflow_experiment"]["experiment_id"].clone();
        let taken = |id: &str| {
            let here = self.traces.iter().any(|(info, _)| is(info, "trace_id", id) && at(info) == home);
            here && !self.unwanted.iter().any(|other| other == id)
        };
        if !ids.iter().all(|id| taken(id)) {
            return missing("Cannot attach trace(s)");
        }
        let mut out = Vec::new();
        for id in ids {
            if !self.items.iter().any(|i| is(i, "item_id", id) && i["queue_id"] == body["queue_id"]) {
                self.items.push(
                    json!({ "queue_id": body["queue_id"], "item_id": id, "item_type": "TRACE", "status": "PENDING" }),
                );
            }
            out.extend(self.items.iter().find(|i| is(i, "item_id", id) && i["queue_id"] == body["queue_id"]).cloned());
        }
        yes(json!({ "items": out }))
    }

    fn set_status(&mut self, body: &Value) -> Answer {
        let here = |i: &&mut Value| i["item_id"] == body["item_id"] && i["queue_id"] == body["queue_id"];
        let Some(item) = self.items.iter_mut().find(here) else { return missing("Item") };
        if body["status"] == "PENDING" {
            item["status"] = json!("PENDING");
            item.as_object_mut().unwrap().remove("completed_by");
        } else {
            // Who completed it first stays.
            if item["status"] != body["status"] {
                let said = body["completed_by"].as_str().unwrap().to_lowercase();
                item["completed_by"] = json!(self.signed_in.clone().unwrap_or(said));
            }
            item["status"] = body["status"].clone();
        }
        yes(json!({ "item": item }))
    }
}

/// What becomes of an assessment when it is stored.
fn keep(assessment: &mut Value) {
    let Some(map) = assessment.as_object_mut() else { return };
    let loses = |map: &mut Map<String, Value>| {
        map.remove("rationale");
        map.remove("overrides");
    };
    if map.contains_key("expectation") {
        loses(map);
    }
    for kind in ["feedback", "expectation"] {
        if let Some(value) = map.get_mut(kind).and_then(|k| k.get_mut("value")) {
            *value = doubles(value);
        }
    }
}
