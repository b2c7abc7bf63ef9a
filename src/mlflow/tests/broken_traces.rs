use super::*;
use crate::mlflow::fake::Trouble;
use crate::mlflow::tell::Progress;
use crate::store::{Read as _, TRACES};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

fn with_traces(n: u32) -> (Both, Vec<String>) {
    let both = Both::new();
    let ids = (0..n).map(|n| both.fake.world().trace("e", n)).collect();
    (both, ids)
}

fn kept(store: &Store) -> usize {
    let mut n = 0;
    let count = |_: &str, _: crate::store::TraceRow| {
        n += 1;
        Ok(true)
    };
    store.read().unwrap().scan(TRACES, "".., false, count).unwrap();
    n
}

#[test]
fn a_trace_that_cannot_be_had_is_rejected_with_its_id_and_the_others_come() {
    let (both, ids) = with_traces(5);
    // An upload that broke off.
    both.fake.world().traces[1].1 = Some("{\"spans\": [".into());
    let boom = json!({ "error_code": "INTERNAL_ERROR", "message": "boom" }).to_string();
    for (says, told) in [(boom, "boom (INTERNAL_ERROR)"), ("<h1>Oops".to_owned(), "answers 500")] {
        let id = ids[3].clone();
        both.fake.trouble(move |_, path| path.contains(&id).then(|| Trouble::Says(500, says.clone())));
        let pulled = both.pull(Some("s"), None).unwrap();
        assert_eq!((pulled.imported + pulled.unchanged, pulled.rejected.len()), (3, 2));
        for (n, (at, why)) in [(1, ("what comes is no answer to it (11 bytes)")), (3, told)].iter().enumerate() {
            let (id, said) = &pulled.rejected[n];
            assert_eq!(*id, ids[*at]);
            assert!(
                said.contains(why) && said.contains("http://127.0.0.1") && said.contains("get-trace-artifact"),
                "{said}"
            );
        }
    }
    both.fake.well();
    let spans = both.fake.world().traces[3].1.clone().map(|s| s.replace(&ids[3], &ids[1]));
    both.fake.world().traces[1].1 = spans;
    let pulled = both.pull(Some("s"), None).unwrap();
    assert_eq!((pulled.imported, pulled.unchanged, pulled.added), (2, 3, 2), "what is whole again comes");
    both.consistent();
}

#[test]
fn a_server_that_fails_at_every_trace_ends_the_pull() {
    let (both, _) = with_traces(60);
    both.fake.trouble(|_, path| path.contains("artifact").then(|| Trouble::Says(500, "<h1>Oops".into())));
    let refused = both.pull(None, None).unwrap_err();
    assert!(refused.is_internal(), "{refused}");
}

#[test]
fn a_login_page_in_place_of_an_answer_is_told_as_one_and_not_waited_for() {
    let (both, _) = with_traces(1);
    both.fake
        .trouble(|_, path| path.contains("traces/search").then(|| Trouble::Says(200, "<html>login</html>".into())));
    let settings = crate::mlflow::Settings { backoff: Duration::from_secs(3600), ..both.fake.settings() };
    let refused = both.pull_with(&Client::new(settings).unwrap(), None, None, None).unwrap_err();
    assert!(
        matches!(&refused, Fault::NotUsable(why) if why.contains("a web page") && why.contains("login page")
            && why.contains("/traces/search") && why.contains("http://127.0.0.1")),
        "{refused}"
    );
}

#[test]
fn what_has_come_is_kept_while_a_pull_goes_on() {
    let (both, _) = with_traces(60);
    let (store, most) = (both.store.clone(), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    both.fake.trouble(move |_, path| {
        if path.contains("artifact") {
            seen.fetch_max(kept(&store), Ordering::SeqCst);
        }
        None
    });
    both.pull_as(&both.fake.client(), None, None, None, |pull| pull.often = Duration::ZERO).unwrap();
    // Of 59 that had been fetched no more than those that waited to be taken in.
    assert!(most.load(Ordering::SeqCst) >= 59 - 20, "{most:?}");
    assert_eq!(kept(&both.store), 60);
}

/// Somebody who presses Ctrl-C after so many traces.
struct Ending {
    left: Mutex<u64>,
    kept: Box<dyn Fn() + Send + Sync>,
}

impl Progress for Ending {
    fn begin(&self, _: &str, _: Option<u64>) {}
    fn done(&self, n: u64) {
        let mut left = self.left.lock().unwrap();
        *left = left.saturating_sub(n);
    }
    fn say(&self, _: &str) {}
    fn must_end(&self) -> bool {
        *self.left.lock().unwrap() == 0
    }
    fn may_end(&self) {
        (self.kept)();
    }
}

#[test]
fn an_interrupted_pull_keeps_what_has_come_before_it_ends() {
    let (both, _) = with_traces(60);
    let (store, at) = (both.store.clone(), Arc::new(AtomicUsize::new(0)));
    let noted = Arc::clone(&at);
    let ending = Ending { left: Mutex::new(10), kept: Box::new(move || noted.store(kept(&store), Ordering::SeqCst)) };
    let ending: &'static Ending = Box::leak(Box::new(ending));
    let ended = both.pull_as(&both.fake.client(), Some("s"), None, None, |pull| pull.progress = ending);
    assert_eq!(ended, Err(Fault::Stopped));
    assert_eq!(at.load(Ordering::SeqCst), 10);
    let rest = both.pull(Some("s"), None).unwrap();
    assert_eq!((rest.imported, rest.unchanged, kept(&both.store)), (50, 10, 60));
    let Response::Session(session) = both.lead(Request::SessionGet { session: "s".into() }) else { panic!() };
    assert_eq!(session.progress.items, 60);
    both.consistent();
}

#[test]
fn spans_that_come_later_than_their_trace_are_had_by_asking_for_everything_again() {
    let (both, ids) = with_traces(3);
    both.pull(None, None).unwrap();
    let more = both.fake.world().traces[1].1.clone().unwrap().replace("\"name\":\"app\"", "\"name\":\"late\"");
    both.fake.world().traces[1].1 = Some(more);
    assert_eq!(both.pull(None, None).unwrap().unchanged, 3, "the info tells nothing");
    let again = both.pull_as(&both.fake.client(), None, None, None, |pull| pull.refresh = true).unwrap();
    assert_eq!((again.updated, again.unchanged), (1, 2));
    let Response::Trace(doc) = both.lead(Request::TraceShow { trace_id: ids[1].clone() }) else { panic!() };
    assert!(doc.body.contains("late"));
}
