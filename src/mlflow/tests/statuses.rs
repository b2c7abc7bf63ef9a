//! The queue there says how the items stand here, however that came about.

use super::*;
use crate::mlflow::fake::Trouble;
use crate::service::api::SessionPatch;

/// Status and who completed it, of each trace that is in the queue there.
fn there(both: &Both, ids: &[String]) -> Vec<String> {
    let world = both.fake.world();
    let item = |id: &String| {
        let found = world.items.iter().find(|i| i["item_id"] == id.as_str());
        found.map_or("-".to_owned(), |i| {
            let by = i["completed_by"].as_str().map(|by| format!(" {by}")).unwrap_or_default();
            format!("{}{by}", i["status"].as_str().unwrap())
        })
    };
    ids.iter().map(item).collect()
}

/// What is listed as failed, in one text.
fn failed(both: &Both) -> String {
    let mut said = String::new();
    both.home(|home| said = format!("{:?}", home.links(Some("s")).unwrap().remove(0).held));
    said
}

fn set(both: &Both, id: &str, to: ItemStatus, by: &str) {
    let queue = both.fake.world().queues[0]["queue_id"].as_str().unwrap().to_owned();
    both.fake.client().set_status(&queue, id, to, Some(by)).unwrap();
}

/// How many the status says are to be set.
fn waiting(both: &Both) -> u64 {
    let mut n = 0;
    both.home(|home| n = home.links(Some("s")).unwrap().remove(0).statuses);
    n
}

fn nothing_left(both: &Both) {
    let again = both.push();
    assert_eq!(waiting(both), 0);
    assert_eq!((again.calls, again.failed, again.conflicts), (0, 0, 0));
    both.consistent();
}

#[test]
fn one_trace_that_the_queue_refuses_keeps_no_other_out_of_it_and_is_named() {
    let (both, ids) = Both::with_session(9);
    for item in [0, 4, 8] {
        both.answer("alice", item, &[("ok", json!(true))]);
    }
    both.fake.world().unwanted = vec![ids[4].clone()];
    let pushed = both.push();
    assert_eq!((pushed.answers, pushed.statuses, pushed.failed), (3, 2, 1));
    let mut wanted = vec!["PENDING".to_owned(); 9];
    (wanted[0], wanted[4], wanted[8]) = ("COMPLETE alice@x".into(), "-".into(), "COMPLETE alice@x".into());
    assert_eq!(there(&both, &ids), wanted);
    assert!(failed(&both).contains(&ids[4]) && failed(&both).contains("remove-traces"), "{}", failed(&both));
    let again = both.push();
    assert_eq!((again.calls, again.failed), (0, 1), "it is tried again, and nothing else is done");
    both.fake.world().unwanted.clear();
    both.push();
    wanted[4] = "COMPLETE alice@x".into();
    assert_eq!(there(&both, &ids), wanted);
    nothing_left(&both);
}

#[test]
fn a_trace_of_another_experiment_is_not_asked_for_and_can_be_taken_out() {
    let (both, ids) = Both::with_session(2);
    both.fake.world().experiments.push("f".into());
    both.fake.world().traces[1].0["trace_location"]["mlflow_experiment"]["experiment_id"] = json!("2");
    both.answer("alice", 0, &[("ok", json!(true))]);
    let push = || both.push_to(&both.fake.client(), None, Some("e"), None).unwrap();
    let pushed = push();
    assert_eq!((pushed.answers, pushed.statuses, pushed.failed), (1, 1, 1));
    assert_eq!(both.fake.world().count("POST /api/3.0/mlflow/review-queues/items/add"), 1);
    assert!(failed(&both).contains("experiment 2"), "{}", failed(&both));
    both.lead(Request::RemoveTraces { session: "s".into(), ids: vec![ids[1].clone()] });
    assert_eq!((push().failed, push().calls), (0, 0));
    assert_eq!(there(&both, &ids), ["COMPLETE alice@x", "-"]);
}

#[test]
fn a_queue_that_could_not_be_made_or_filled_at_first_is_filled_by_a_later_push() {
    for part in ["/review-queues/create", "/review-queues/items/add"] {
        let (both, ids) = Both::with_session(2);
        both.answer("alice", 0, &[("ok", json!(true))]);
        both.fake
            .trouble(move |_, path| path.ends_with(part).then(|| Trouble::Says(403, "<p>Permission denied".into())));
        let pushed = both.push();
        assert_eq!((pushed.answers, pushed.statuses), (1, 0));
        assert!(pushed.notes.iter().any(|n| n.contains("queue")), "{:?}", pushed.notes);
        assert_eq!((both.push().calls, waiting(&both)), (0, 2));
        both.fake.well();
        assert_eq!(both.push().statuses, 1);
        assert_eq!(there(&both, &ids), ["COMPLETE alice@x", "PENDING"]);
        assert_eq!(both.fake.world().linked.len(), 2, "linked to the run once");
        nothing_left(&both);
    }
}

#[test]
fn a_status_that_came_about_by_answers_from_there_goes_there() {
    let (both, ids) = Both::with_session(2);
    both.act("bob", 0, Act::Decline { reason: "not mine".into() });
    both.push();
    assert_eq!(there(&both, &ids), ["DECLINED bob@x", "PENDING"]);
    for id in &ids {
        both.fake.world().assess(id, "ok", "alice@x", json!(true));
    }
    assert_eq!(both.pull(Some("s"), None).unwrap().answers, 2);
    assert_eq!([both.status(0), both.status(1)], [ItemStatus::Complete; 2]);
    assert_eq!(both.push().statuses, 2);
    assert_eq!(there(&both, &ids), ["COMPLETE alice@x", "COMPLETE alice@x"]);
    nothing_left(&both);
}

#[test]
fn complete_there_after_one_of_two_reviews_is_open_there_again() {
    let (both, ids) = Both::with_session(1);
    let patch = SessionPatch { reviews: Some(2), ..SessionPatch::default() };
    both.lead(Request::SessionUpdate { session: "s".into(), patch });
    both.push();
    both.fake.world().assess(&ids[0], "ok", "alice@x", json!(true));
    set(&both, &ids[0], ItemStatus::Complete, "alice@x");
    for _ in 0..2 {
        both.pull(Some("s"), None).unwrap();
        assert_eq!((both.status(0), waiting(&both)), (ItemStatus::Pending, 1));
    }
    assert_eq!(both.push().statuses, 1);
    assert_eq!(there(&both, &ids), ["PENDING"]);
    both.pull(Some("s"), None).unwrap();
    nothing_left(&both);
    both.answer("bob", 0, &[("ok", json!(true))]);
    both.push();
    assert_eq!((both.status(0), there(&both, &ids)), (ItemStatus::Complete, vec!["COMPLETE bob@x".to_owned()]));
    nothing_left(&both);
}

#[test]
fn declined_there_what_is_complete_here_is_told_and_put_right() {
    let (both, ids) = Both::with_session(1);
    both.answer("alice", 0, &[("ok", json!(true))]);
    both.push();
    set(&both, &ids[0], ItemStatus::Declined, "bob@x");
    let pulled = both.pull(Some("s"), None).unwrap();
    assert!(pulled.notes.iter().any(|n| n.contains(&ids[0]) && n.contains("declined there")), "{:?}", pulled.notes);
    assert_eq!(both.push().statuses, 1);
    assert_eq!(there(&both, &ids), ["COMPLETE alice@x"]);
    nothing_left(&both);
}

#[test]
fn a_server_that_names_who_is_signed_in_as_the_reviewer_is_noticed_and_said() {
    let (both, ids) = Both::with_session(3);
    both.fake.world().signed_in = Some("alice@x".into());
    both.answer("alice", 0, &[("ok", json!(true))]);
    both.answer("bob", 1, &[("ok", json!(true))]);
    both.answer("bob", 2, &[("ok", json!(true))]);
    let pushed = both.push();
    assert_eq!(pushed.statuses, 3);
    let said = pushed.notes.iter().find(|n| n.contains("signed in")).expect("a note");
    assert!(said.contains("alice@x") && said.contains("bob@x") && said.contains(&ids[1]), "{said}");
    assert!(said.contains("1 more item"), "{said}");
}
