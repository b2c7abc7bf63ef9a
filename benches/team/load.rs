//! Claim and save, again and again, by many at once.

use super::memory;
use super::report::{at_least, at_most, heading, ms, percentile};
use super::server::{Server, reviewer};
use super::support::Place;
use labeltui::model::{AnswerChange, BasedOn, Change, ItemNo};
use labeltui::service::api::{Call, Request, Response};
use labeltui::service::socket::Remote;
use serde_json::json;
use std::path::Path;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// redb's page cache, which is not the server's own.
const PAGE_CACHE_MB: f64 = 64.0;
/// What the server may hold beside it.
const OWN_MB: f64 = 64.0;

/// Milliseconds of each call.
#[derive(Default)]
pub struct Times {
    pub claims: Vec<f64>,
    pub saves: Vec<f64>,
}

pub fn run(place: &Place, pairs: &[usize; 3], sync: Duration, only: Option<usize>) {
    let fast = sync.is_zero();
    heading(&format!("claim and save, {} ms added to each sync", sync.as_millis()));
    for (people, pairs) in
        [1, 8, 64].into_iter().zip(*pairs).filter(|(people, _)| only.is_none_or(|only| only == *people))
    {
        let server = Server::start(place, sync);
        let left = AtomicUsize::new(pairs);
        let before = memory::processor(std::process::id()).unwrap_or_default();
        let began = Instant::now();
        let go_on = || left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1)).is_ok();
        let times = all(people, &server.socket(), &go_on);
        let rate = times.saves.len() as f64 / began.elapsed().as_secs_f64();
        let name = format!("{people} at once: pairs a second");
        if people == 64 && fast {
            at_least(&name, rate, "", 5_000.0);
        } else {
            at_most(&name, rate, "", None);
        }
        let budget = (people == 64 && fast).then_some(15.0);
        show("claim", &times.claims, None);
        show("save", &times.saves, budget);
        if let Some(seconds) = memory::processor(server.pid()) {
            let each = seconds * 1_000_000.0 / times.saves.len() as f64;
            at_most("  the server's processor time for a pair", each, "µs", None);
        }
        if let Some(seconds) = memory::processor(std::process::id()) {
            let each = (seconds - before) * 1_000_000.0 / times.saves.len() as f64;
            at_most("  the callers' processor time for a pair", each, "µs", None);
        }
        if let Some(peak) = memory::peak(server.pid()) {
            at_most("  the server held at most (64 MB of it may be pages)", peak, "MB", Some(PAGE_CACHE_MB + OWN_MB));
        }
    }
}

/// The percentiles of one kind of call.
pub fn show(what: &str, times: &[f64], p99: Option<f64>) {
    for (p, budget) in [(50, None), (95, None), (99, p99)] {
        at_most(&format!("  {what}, p{p}"), percentile(times, p), "ms", budget);
    }
}

/// So many people, each with a screen that watches, work as long as `go_on` says so.
pub fn all(people: usize, socket: &Path, go_on: &(impl Fn() -> bool + Sync)) -> Times {
    let start = Barrier::new(people);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let working: Vec<_> = (0..people)
            .map(|n| {
                let (start, done) = (&start, &done);
                scope.spawn(move || {
                    let remote = Remote::connect(socket, &reviewer(&format!("reviewer-{n}")), false).unwrap();
                    let mut watching = remote.watch().unwrap();
                    let stop = watching.stopper().unwrap();
                    let seen = scope.spawn(move || while watching.wait().is_some() && !done.load(Ordering::Relaxed) {});
                    start.wait();
                    let times = one(&remote, go_on);
                    stop();
                    seen.join().unwrap();
                    times
                })
            })
            .collect();
        let mut sum = Times::default();
        for working in working {
            let times = working.join().unwrap();
            sum.claims.extend(times.claims);
            sum.saves.extend(times.saves);
        }
        sum
    })
}

fn one(remote: &Remote, go_on: &impl Fn() -> bool) -> Times {
    let mut times = Times::default();
    let mut after = None;
    while go_on() {
        let (took, next) = ask(remote, Request::Next { session: "s".into(), after });
        // Beside an import they work until it ends, or until nothing is left.
        let Response::Next(Some(item)) = next else { break };
        times.claims.push(took);
        times.saves.push(ask(remote, submit(item)).0);
        after = Some(item);
    }
    times
}

fn submit(item: ItemNo) -> Request {
    let comment = Change::Set("As the document says.".to_owned());
    let change = AnswerChange { schema: "quality".into(), value: Change::Set(json!(true)), comment };
    Request::Submit {
        session: "s".into(),
        item,
        based_on: BasedOn::Any,
        seen: None,
        changes: vec![change],
        extra: false,
    }
}

fn ask(remote: &Remote, request: Request) -> (f64, Response) {
    let began = Instant::now();
    let answer = remote.call(&Call::new(request)).unwrap();
    (ms(began.elapsed()), answer.unwrap())
}
