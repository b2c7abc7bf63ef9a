use super::*;
use crate::model::Time;
use crate::service::api::{Call, Principal, Request, Response, Role};
use crate::service::hub::Hub;
use crate::service::local::Local;
use crate::store::Store;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

struct Place {
    dir: tempfile::TempDir,
    local: Arc<Local>,
}

fn lead() -> Principal {
    Principal { account: "lead".into(), assessor_id: "lead".into(), role: Role::Lead }
}

impl Place {
    fn new() -> Self {
        let local = Arc::new(Local::new(Store::in_memory().unwrap(), Hub::new()));
        Self { dir: tempfile::tempdir().unwrap(), local }
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path: PathBuf = self.dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    }

    fn import(&self, files: &[&str], strict: bool) -> (Result<(), Failure>, Value) {
        let inputs: Vec<Input> = files.iter().map(|f| Input::new(f, strict).unwrap()).collect();
        let bar = ProgressBar::hidden();
        let report = Report::default();
        let service = Arc::clone(&self.local).connect(lead());
        let done =
            Import { inputs: &inputs, report: &report, bar: &bar, served: false }.run(strict, &service, "Default");
        (done, report.to_json())
    }

    fn traces(&self) -> u64 {
        let request = Request::TraceList { experiment: "Default".into(), filter: None, after: None, limit: 1 };
        match self.local.handle(&lead(), Time(0), Call::new(request)).unwrap() {
            Response::Traces(page) => page.total,
            other => panic!("{other:?}"),
        }
    }
}

fn line(id: &str) -> String {
    format!("{{\"info\":{{\"trace_id\":\"{id}\"}},\"data\":{{\"spans\":[]}}}}\n")
}

fn counts(report: &Value) -> [u64; 4] {
    ["imported", "updated", "duplicates", "rejected_total"].map(|k| report[k].as_u64().unwrap())
}

#[test]
fn good_lines_are_kept_and_bad_ones_named_by_file_and_line() {
    let place = Place::new();
    let a = place.file("a.jsonl", &format!("{}nonsense\n{}{}", line("t1"), line("t2"), line("")));
    let b = place.file("b.jsonl", &format!("{}{}", line("t1"), line("t3")));
    let (done, report) = place.import(&[&a, &b], false);
    done.unwrap();
    assert_eq!(counts(&report), [3, 0, 1, 2]);
    assert_eq!(report["rejected"][0]["file"], a.as_str());
    assert_eq!((&report["rejected"][0]["line"], &report["rejected"][1]["line"]), (&Value::from(2), &Value::from(4)));
    assert!(report["rejected"][0]["why"].as_str().unwrap().contains("not JSON"));
    assert_eq!(place.traces(), 3);
}

#[test]
fn strict_keeps_nothing_when_any_line_of_any_file_is_bad() {
    let place = Place::new();
    let good = place.file("good.jsonl", &line("t1"));
    let bad = place.file("bad.jsonl", &format!("{}nonsense\n", line("t2")));
    let (done, report) = place.import(&[&good, &bad], true);
    done.unwrap();
    assert_eq!((counts(&report), place.traces()), ([0, 0, 0, 1], 0));
    let (done, report) = place.import(&[&good], true);
    done.unwrap();
    assert_eq!((counts(&report), place.traces()), ([1, 0, 0, 0], 1));
}

#[test]
fn strict_knows_what_only_the_store_would_reject() {
    let place = Place::new();
    let file = place.file("one.jsonl", &format!("{}{}", line("new"), line("taken")));
    let service = Arc::clone(&place.local).connect(lead());
    let elsewhere = place.file("taken.jsonl", &line("taken"));
    let inputs = [Input::new(&elsewhere, false).unwrap()];
    let bar = ProgressBar::hidden();
    let report = Report::default();
    Import { inputs: &inputs, report: &report, bar: &bar, served: false }.run(false, &service, "Other").unwrap();
    let (done, report) = place.import(&[&file], true);
    done.unwrap();
    assert_eq!((counts(&report), place.traces()), ([0, 0, 0, 1], 0));
    assert!(report["rejected"][0]["why"].as_str().unwrap().contains("Other"));
}

#[test]
fn many_lines_arrive_in_batches_and_in_order() {
    let place = Place::new();
    let mut text = String::new();
    for n in 0..5000 {
        let _ = write!(text, "{}", line(&format!("t{n}")));
    }
    // The last of those with one id is current.
    text.push_str(r#"{"info":{"trace_id":"t0","request_preview":"last"},"data":{"spans":[]}}"#);
    let file = place.file("many.jsonl", &text);
    let (done, report) = place.import(&[&file], false);
    done.unwrap();
    assert_eq!(counts(&report), [5000, 1, 0, 0]);
    let request = Request::TraceShow { trace_id: "t0".into() };
    let call = Call::new(request);
    let Response::Trace(doc) = place.local.handle(&lead(), Time(0), call).unwrap() else { panic!() };
    assert_eq!(doc.summary.request_preview, "last");
}

#[test]
fn a_teams_server_is_sent_batches_that_it_reads_in_a_moment() {
    /// Counts the traces and bytes of each batch on the way.
    struct Counting(Box<dyn Service>, std::sync::Mutex<Vec<(usize, usize)>>);
    impl Service for Counting {
        fn call(&self, call: Call) -> Result<Response, crate::service::api::Refusal> {
            if let Request::Import(batch) = &call.request {
                let bytes = batch.traces.iter().map(|t| t.body.len()).sum();
                self.1.lock().unwrap().push((batch.traces.len(), bytes));
            }
            self.0.call(call)
        }
        fn watch(
            &self,
        ) -> Result<crossbeam_channel::Receiver<crate::service::api::Notice>, crate::service::api::Refusal> {
            self.0.watch()
        }
    }
    let place = Place::new();
    let text: String = (0..450).map(|n| line(&format!("t{n}"))).collect();
    let file = place.file("many.jsonl", &text);
    let inputs = [Input::new(&file, false).unwrap()];
    let (bar, report) = (ProgressBar::hidden(), Report::default());
    let service = Counting(Box::new(Arc::clone(&place.local).connect(lead())), std::sync::Mutex::default());
    Import { inputs: &inputs, report: &report, bar: &bar, served: true }.run(false, &service, "Default").unwrap();
    let sizes: Vec<usize> = service.1.lock().unwrap().iter().map(|(traces, _)| *traces).collect();
    assert_eq!((sizes, place.traces()), (vec![200, 200, 50], 450));
    // Of larger ones fewer: bodies that do not pack.
    let noise = |n: u32| {
        (0..40_000u32)
            .map(|i| char::from(33 + (blake3::hash(&(n * 40_000 + i).to_be_bytes()).as_bytes()[0] % 58)))
            .collect::<String>()
    };
    let large = |n: u32| line(&format!("l{n}")).replace("[]", &format!("[],\"noise\":{}", Value::from(noise(n))));
    let file = place.file("large.jsonl", &(0..20).map(large).collect::<String>());
    let inputs = [Input::new(&file, false).unwrap()];
    Import { inputs: &inputs, report: &report, bar: &bar, served: true }.run(false, &service, "Default").unwrap();
    let batches = service.1.lock().unwrap().split_off(3);
    assert!(batches.len() > 1 && batches.iter().all(|(_, bytes)| *bytes <= 256 << 10), "{batches:?}");
}

#[test]
fn the_report_names_a_thousand_and_counts_the_rest() {
    let place = Place::new();
    let file = place.file("bad.jsonl", &"nonsense\n".repeat(1500));
    let (_, report) = place.import(&[&file], false);
    assert_eq!((counts(&report)[3], report["rejected"].as_array().unwrap().len()), (1500, 1000));
}

#[test]
fn odd_tokens_are_told_and_imported() {
    let place = Place::new();
    let file = place.file("odd.jsonl", &line("t").replace("[]", "[],\"n\":NaN"));
    let (_, report) = place.import(&[&file], false);
    assert_eq!((counts(&report), &report["warnings"][0]["line"]), ([1, 0, 0, 0], &Value::from(1)));
}

#[test]
fn a_service_that_fails_ends_the_import_and_says_so() {
    struct Gone;
    impl Service for Gone {
        fn call(&self, _: Call) -> Result<Response, crate::service::api::Refusal> {
            Err(crate::service::api::Refusal {
                reason: crate::service::api::Reason::Unavailable,
                message: "the disk is full".into(),
            })
        }
        fn watch(
            &self,
        ) -> Result<crossbeam_channel::Receiver<crate::service::api::Notice>, crate::service::api::Refusal> {
            Ok(crossbeam_channel::never())
        }
    }
    let place = Place::new();
    let text: String = (0..20_000).map(|n| line(&format!("t{n}"))).collect();
    let file = place.file("a.jsonl", &text);
    let inputs = [Input::new(&file, false).unwrap()];
    let bar = ProgressBar::hidden();
    let report = Report::default();
    let done = Import { inputs: &inputs, report: &report, bar: &bar, served: false }.run(false, &Gone, "Default");
    assert_eq!(done, Err(Failure::Unreachable("the disk is full".into())));
}
