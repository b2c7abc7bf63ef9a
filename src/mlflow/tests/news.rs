//! What is news: what came after the session was linked, however often it was pulled since.

use super::*;

/// A linked session; then alice answers `ok` and `exp` of the first item on both sides.
fn answered_on_both_sides(between: impl Fn(&Both)) -> (Both, String) {
    let (both, mut ids) = Both::with_session(2);
    both.push();
    let id = ids.remove(0);
    both.fake.world().assess(&id, "ok", "alice@x", json!(true));
    both.fake.world().assess(&id, "exp", "alice@x", json!("there"));
    between(&both);
    both.answer("alice", 0, &[("ok", json!(false)), ("exp", json!("here"))]);
    (both, id)
}

/// Nothing was overwritten, and both sides still differ.
fn undecided(both: &Both, id: &str) {
    assert_eq!(valid(&both.fake, id), text(&[("exp", "alice@x", json!("there")), ("ok", "alice@x", json!(true))]));
    assert_eq!(both.said(id), text(&[("exp", "alice@x", json!("here")), ("ok", "alice@x", json!(false))]));
}

/// Both sides say this, and nothing of alice's is there twice.
fn both_say(both: &Both, id: &str, exp: &str, ok: bool) {
    let wanted = text(&[("exp", "alice@x", json!(exp)), ("ok", "alice@x", json!(ok))]);
    let sorted = |mut list: Vec<(String, String, Value)>| {
        list.sort_by(|a, b| a.0.cmp(&b.0));
        list
    };
    assert_eq!((sorted(valid(&both.fake, id)), sorted(both.said(id))), (wanted.clone(), wanted));
    let again = both.push();
    assert_eq!((again.answers, again.conflicts, both.to_sync()), (0, 0, Some(0)));
    both.consistent();
}

#[test]
fn a_conflict_stays_one_through_pulls_and_pushes_until_it_is_settled() {
    for (prefer, exp, ok) in [(Side::Local, "here", false), (Side::Remote, "there", true)] {
        let (both, id) = answered_on_both_sides(|_| ());
        for _ in 0..2 {
            assert_eq!(both.pull(Some("s"), None).unwrap().conflicts, 2);
            assert_eq!((both.push().conflicts, both.to_sync()), (2, Some(2)));
        }
        // Also a pull of the traces alone is no news of this.
        both.pull(None, None).unwrap();
        assert_eq!(both.push().conflicts, 2);
        undecided(&both, &id);
        both.push_with(&both.fake.client(), Some(prefer)).unwrap();
        both_say(&both, &id, exp, ok);
    }
}

#[test]
fn what_its_reviewer_decided_after_a_pull_is_what_the_next_push_does() {
    for (keep, exp, ok) in [(Keep::Local, "here", false), (Keep::Remote, "there", true)] {
        let (both, id) = answered_on_both_sides(|_| ());
        assert_eq!(both.pull(Some("s"), None).unwrap().conflicts, 2);
        for schema in ["ok", "exp"] {
            let request = Request::Decide { session: "s".into(), item: ItemNo(0), schema: schema.into(), keep };
            both.user("alice", request);
        }
        assert_eq!(both.push().conflicts, 0);
        both_say(&both, &id, exp, ok);
    }
}

#[test]
fn traces_that_were_pulled_alone_meanwhile_hide_no_answer() {
    let pulled = |both: &Both| drop(both.pull(None, None).unwrap());
    let (both, id) = answered_on_both_sides(pulled);
    assert_eq!(both.push().conflicts, 2);
    undecided(&both, &id);
    let client = both.fake.client();
    let pulled = both.pull_with(&client, Some("s"), None, Some(Side::Remote)).unwrap();
    assert_eq!((pulled.answers, pulled.conflicts), (2, 0));
    both_say(&both, &id, "there", true);
    let Response::Trace(doc) = both.lead(Request::TraceShow { trace_id: id }) else { panic!() };
    assert_eq!(doc.assessments, [], "what was taken over is no assessment of somebody else beside it");
    // And where nothing was answered here, the session's next pull takes it over.
    let (both, ids) = Both::with_session(1);
    both.push();
    both.fake.world().assess(&ids[0], "ok", "bob@x", json!(true));
    both.pull(None, None).unwrap();
    assert_eq!(both.pull(Some("s"), None).unwrap().answers, 1);
}

#[test]
fn what_was_there_when_it_was_linked_is_no_news() {
    let (both, ids) = Both::with_session(1);
    both.fake.world().assess(&ids[0], "ok", "alice@x", json!(true));
    both.pull(None, None).unwrap();
    both.answer("alice", 0, &[("ok", json!(false))]);
    assert_eq!(both.push().conflicts, 0);
    assert_eq!(valid(&both.fake, &ids[0]), text(&[("ok", "alice@x", json!(false))]));
}

#[test]
fn in_a_session_that_was_pulled_from_a_queue_it_is_the_same() {
    let both = Both::new();
    let id = both.fake.world().trace("e", 0);
    let ask = |path: &str, body: Value| {
        let (status, text) = both.fake.world().answer("POST", path, &body);
        assert_eq!(status, 200, "{text}");
        serde_json::from_str::<Value>(&text).unwrap()
    };
    let made = ask(
        "/api/3.0/mlflow/label-schemas/create",
        json!({ "experiment_id": "1", "name": "ok", "type": "FEEDBACK", "enable_comment": true,
            "input": { "pass_fail": { "positive_label": "Y", "negative_label": "N" } } }),
    );
    let queue = ask(
        "/api/3.0/mlflow/review-queues/create",
        json!({ "experiment_id": "1", "name": "s", "queue_type": "CUSTOM", "users": ["alice@x"],
            "schema_ids": [made["label_schema"]["schema_id"]] }),
    );
    let queue = queue["review_queue"]["queue_id"].clone();
    ask(
        "/api/3.0/mlflow/review-queues/items/add",
        json!({ "queue_id": queue, "item_ids": [id], "item_type": "TRACE" }),
    );
    both.pull(None, Some("s")).unwrap();
    both.fake.world().assess(&id, "ok", "alice@x", json!(true));
    both.answer("alice", 0, &[("ok", json!(false))]);
    assert_eq!(both.pull(Some("s"), None).unwrap().conflicts, 1);
    assert_eq!(both.push().conflicts, 1);
    let client = both.fake.client();
    both.push_with(&client, Some(Side::Remote)).unwrap();
    assert_eq!(both.said(&id), text(&[("ok", "alice@x", json!(true))]));
    assert_eq!(valid(&both.fake, &id), both.said(&id));
}
