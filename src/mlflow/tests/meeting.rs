use super::*;
use crate::store::Held;

/// A session that both sides agree on: alice has answered `ok` and `exp` of item 0.
fn agreed() -> (Both, Vec<String>) {
    let (both, ids) = Both::with_session(2);
    both.answer("alice", 0, &[("ok", json!(true)), ("exp", json!("one"))]);
    both.push();
    (both, ids)
}

#[test]
fn what_a_second_reviewer_answers_there_comes_here_as_theirs() {
    let (both, ids) = agreed();
    both.fake.world().assess(&ids[1], "ok", "Bob@x", json!(false));
    both.fake.world().assess(&ids[1], "score", "bob@x", json!(5));
    let pulled = both.pull(Some("s"), None).unwrap();
    assert_eq!((pulled.answers, pulled.conflicts), (2, 0));
    let said = both.labels(LabelQuery { user: Some("bob".into()), ..LabelQuery::default() });
    assert_eq!(said.len(), 2);
    assert_eq!(both.status(1), ItemStatus::Complete);
    let pushed = both.push();
    assert_eq!(
        (pushed.answers, pushed.statuses, pushed.calls),
        (0, 1, 1),
        "the answers do not go back, the status goes"
    );
    // And it is bob's to take back.
    both.undo("bob");
    both.push();
    assert_eq!(valid(&both.fake, &ids[1]), []);
    both.consistent();
}

#[test]
fn an_edit_there_becomes_the_newer_version_here() {
    let (both, ids) = agreed();
    let first =
        both.fake.world().assessments[&ids[0]].iter().find(|a| a["assessment_name"] == "ok").unwrap()["assessment_id"]
            .clone();
    // As MLflow's own page does it: a new assessment over the old one; an expectation beside the old one.
    let body = json!({ "assessment": { "assessment_id": "a-page", "assessment_name": "ok", "overrides": first,
        "source": { "source_type": "HUMAN", "source_id": "alice@x" }, "feedback": { "value": false }, "rationale": "hm" } });
    both.fake.world().answer("POST", &format!("/api/3.0/mlflow/traces/{}/assessments", ids[0]), &body);
    both.fake.world().assess(&ids[0], "exp", "alice@x", json!("two"));
    assert_eq!(both.pull(Some("s"), None).unwrap().answers, 2);
    assert_eq!(both.said(&ids[0]), text(&[("exp", "alice@x", json!("two")), ("ok", "alice@x", json!(false))]));
    let all = both.labels(LabelQuery { all_versions: true, ..LabelQuery::default() });
    assert_eq!(all.len(), 4, "the old versions stay");
    assert_eq!(both.pull(Some("s"), None).unwrap().answers, 0);
    // The next edit here goes over the newest there.
    both.answer("alice", 0, &[("ok", json!(true)), ("exp", json!("three"))]);
    both.push();
    let last = both.fake.world().assessments[&ids[0]].last().unwrap().clone();
    assert_eq!((&last["overrides"], &last["feedback"]["value"]), (&json!("a-page"), &json!(true)));
    let newest = both.fake.world().said(&ids[0]).into_iter().filter(|s| s.0 == "exp").map(|s| s.2).collect::<Vec<_>>();
    assert_eq!(newest, [json!("one"), json!("three")], "the older one beside it is as MLflow's page left it");
    assert_eq!(both.push().calls, 0);
}

#[test]
fn changed_on_both_sides_is_a_conflict_that_is_listed_and_settled_either_way() {
    for side in [Side::Local, Side::Remote] {
        let (both, ids) = agreed();
        both.answer("alice", 0, &[("ok", json!(false))]);
        both.remark("alice", 0, "ok", "mine");
        let exp = both.fake.world().assessments[&ids[0]].iter().find(|a| a["assessment_name"] == "exp").unwrap()["assessment_id"].clone();
        both.fake
            .client()
            .patch_assessment(
                &ids[0],
                exp.as_str().unwrap(),
                &json!({ "expectation": { "value": "there" } }),
                "expectation",
            )
            .unwrap();
        both.answer("alice", 0, &[("exp", json!("here"))]);
        let ok = both.fake.world().assessments[&ids[0]].iter().find(|a| a["assessment_name"] == "ok").unwrap()["assessment_id"].clone();
        let page = json!({ "assessment": { "assessment_id": "a-page", "assessment_name": "ok", "overrides": ok,
            "source": { "source_type": "HUMAN", "source_id": "alice@x" }, "feedback": { "value": true }, "rationale": "theirs" } });
        both.fake.world().answer("POST", &format!("/api/3.0/mlflow/traces/{}/assessments", ids[0]), &page);
        let before = both.fake.world().said(&ids[0]);
        let pushed = both.push();
        assert_eq!((pushed.conflicts, pushed.answers), (2, 0));
        assert_eq!(both.fake.world().said(&ids[0]), before, "nothing is overwritten");
        assert_eq!(both.pull(Some("s"), None).unwrap().conflicts, 2);
        both.home(|home| {
            let view = home.links(Some("s")).unwrap().remove(0);
            assert_eq!(view.pending, 2);
            let values: Vec<_> = view
                .held
                .iter()
                .map(|h| match &h.held {
                    Held::Conflict(Some(there)) => (h.value.clone().unwrap(), there.value().into_owned()),
                    other => panic!("{other:?}"),
                })
                .collect();
            assert_eq!(values, [(json!("here"), json!("there")), (json!(false), json!(true))]);
        });
        both.push_with(&both.fake.client(), Some(side)).unwrap();
        let (exp, ok) = if side == Side::Local { ("here", false) } else { ("there", true) };
        let wanted = text(&[("exp", "alice@x", json!(exp)), ("ok", "alice@x", json!(ok))]);
        assert_eq!((valid(&both.fake, &ids[0]), both.said(&ids[0])), (wanted.clone(), wanted));
        let again = both.push();
        assert_eq!((again.calls, again.conflicts, both.to_sync()), (0, 0, Some(0)));
        both.consistent();
    }
}

#[test]
fn the_same_answer_on_both_sides_is_no_conflict() {
    let (both, ids) = agreed();
    both.answer("alice", 1, &[("score", json!(4))]);
    both.fake.world().assess(&ids[1], "score", "alice@x", json!(4));
    let pushed = both.push();
    assert_eq!((pushed.conflicts, pushed.failed), (0, 0));
    assert_eq!(valid(&both.fake, &ids[1]), text(&[("score", "alice@x", json!(4.0))]));
}

#[test]
fn what_was_taken_back_there_is_taken_back_here() {
    let (both, ids) = agreed();
    both.fake.world().assessments.get_mut(&ids[0]).unwrap().retain(|a| a["assessment_name"] != "ok");
    let pulled = both.pull(Some("s"), None).unwrap();
    assert_eq!((pulled.taken_back, pulled.answers), (1, 0));
    assert_eq!(both.said(&ids[0]), text(&[("exp", "alice@x", json!("one"))]));
    assert_eq!(both.push().calls, 0);
    both.consistent();
}

#[test]
fn what_does_not_fit_its_question_or_is_no_reviewers_stays_an_assessment() {
    let (both, ids) = agreed();
    both.fake.world().assess(&ids[1], "ok", "bob@x", json!("perhaps"));
    both.fake.world().assess(&ids[1], "ok", "mallory", json!(true));
    let pulled = both.pull(Some("s"), None).unwrap();
    assert_eq!((pulled.answers, both.status(1)), (0, ItemStatus::Pending));
    let imported = both.labels(LabelQuery { imported: true, ..LabelQuery::default() });
    assert_eq!(imported.iter().filter(|r| r.request_id == ids[1]).count(), 2);
}

#[test]
fn what_this_store_pushed_from_another_session_is_never_foreign() {
    let (both, ids) = agreed();
    // Two of alice's, of which the newer one counts: the older one is nobody's news any more.
    both.fake.world().assess(&ids[1], "ok", "alice@x", json!(true));
    both.fake.world().assess(&ids[1], "ok", "alice@x", json!(false));
    assert_eq!(both.pull(Some("s"), None).unwrap().answers, 1);
    both.lead(Request::SessionCreate(SessionSpec {
        name: "second".into(),
        experiment: "e".into(),
        schemas: vec!["ok".into()],
        users: vec!["alice".into()],
        ..SessionSpec::default()
    }));
    let pulled = both.pull(Some("second"), None).unwrap();
    assert_eq!((pulled.added, pulled.answers), (2, 0));
    let Response::Trace(doc) = both.lead(Request::TraceShow { trace_id: ids[0].clone() }) else { panic!() };
    assert_eq!(doc.assessments, []);
}

/// alice's `ok` of item 0 was changed on both sides: here to "no", there to "yes, theirs". A push has found it.
fn in_conflict() -> (Both, Vec<String>) {
    let (both, ids) = agreed();
    both.answer("alice", 0, &[("ok", json!(false))]);
    on_their_page(&both, &ids[0], "a-page", json!(true), "theirs");
    assert_eq!(both.push().conflicts, 1);
    (both, ids)
}

/// As MLflow's own page changes an answer: a new assessment over the one that stands.
fn on_their_page(both: &Both, trace: &str, id: &str, value: Value, why: &str) {
    let world = both.fake.world();
    let over = |a: &&Value| a["assessment_name"] == "ok" && a["valid"] != false;
    let over = world.assessments[trace].iter().find(over).unwrap()["assessment_id"].clone();
    drop(world);
    let page = json!({ "assessment": { "assessment_id": id, "assessment_name": "ok", "overrides": over,
        "source": { "source_type": "HUMAN", "source_id": "alice@x" }, "feedback": { "value": value }, "rationale": why } });
    both.fake.world().answer("POST", &format!("/api/3.0/mlflow/traces/{trace}/assessments"), &page);
}

fn decide(both: &Both, name: &str, keep: Keep) -> Result<Response, crate::service::api::Refusal> {
    let service = Arc::clone(&both.local).connect(person(name));
    ask(&service, Request::Decide { session: "s".into(), item: ItemNo(0), schema: "ok".into(), keep })
}

fn conflicts(both: &Both, name: &str) -> u32 {
    match both.user(name, Request::SessionGet { session: "s".into() }) {
        Response::Session(view) => view.conflicts,
        other => panic!("{other:?}"),
    }
}

#[test]
fn whoever_answered_on_both_sides_decides_and_the_next_push_carries_it_out() {
    for keep in [Keep::Local, Keep::Remote] {
        let (both, ids) = in_conflict();
        let view = both.item("alice", 0);
        assert_eq!((view.undecided.len(), view.row.undecided, conflicts(&both, "alice")), (1, true, 1));
        assert_eq!(view.undecided[0].there.as_ref().unwrap().comment(), Some("theirs"));
        assert!(both.item("bob", 0).undecided.is_empty() && conflicts(&both, "bob") == 0, "it is alice's");
        assert!(decide(&both, "bob", keep).is_err());
        decide(&both, "alice", keep).unwrap();
        assert!(both.item("alice", 0).undecided.is_empty() && conflicts(&both, "alice") == 0);
        assert_eq!(both.push().conflicts, 0);
        let ok = keep == Keep::Remote;
        let wanted = text(&[("exp", "alice@x", json!("one")), ("ok", "alice@x", json!(ok))]);
        let sorted = |mut list: Vec<_>| {
            list.sort_by(|a: &(String, String, Value), b| a.0.cmp(&b.0));
            list
        };
        assert_eq!((sorted(valid(&both.fake, &ids[0])), sorted(both.said(&ids[0]))), (wanted.clone(), wanted));
        let again = both.push();
        assert_eq!((again.calls, again.conflicts, both.to_sync()), (0, 0, Some(0)));
        both.consistent();
    }
}

#[test]
fn a_decision_is_about_what_was_seen_a_change_on_either_side_asks_anew() {
    let (both, ids) = in_conflict();
    decide(&both, "alice", Keep::Remote).unwrap();
    on_their_page(&both, &ids[0], "a-later", json!(true), "later");
    assert_eq!((both.push().conflicts, conflicts(&both, "alice")), (1, 1), "there it says something else now");
    decide(&both, "alice", Keep::Remote).unwrap();
    both.remark("alice", 0, "ok", "mine, later");
    assert_eq!((both.push().conflicts, conflicts(&both, "alice")), (1, 1), "here it says something else now");
    decide(&both, "alice", Keep::Local).unwrap();
    assert_eq!(both.push().conflicts, 0);
    assert_eq!(
        both.item("alice", 0).answers.iter().find(|a| a.schema == "ok").unwrap().comment.as_deref(),
        Some("mine, later")
    );
    both.consistent();
}

#[test]
fn a_conflict_is_listed_with_both_comments_but_not_to_a_blind_reviewer_whose_it_is_not() {
    let (both, ids) = agreed();
    both.remark("alice", 0, "ok", "mine");
    on_their_page(&both, &ids[0], "a-page", json!(true), "theirs");
    assert_eq!(both.push().conflicts, 1);
    let patch = crate::service::api::SessionPatch { reviews: Some(2), blind: Some(true), ..Default::default() };
    both.lead(Request::SessionUpdate { session: "s".into(), patch });
    let seen_by = |name: &str| {
        let service = Arc::clone(&both.local).connect(person(name));
        Home { service: &service }.links(Some("s")).unwrap().remove(0).held.remove(0)
    };
    for name in ["alice", "lead"] {
        let held = seen_by(name);
        assert_eq!((held.value, held.comment.as_deref(), held.hidden), (Some(json!(true)), Some("mine"), false));
        assert!(matches!(held.held, Held::Conflict(Some(there)) if there.comment() == Some("theirs")));
    }
    let held = seen_by("bob");
    assert_eq!((held.value, held.comment, held.hidden), (None, None, true));
    assert!(matches!(held.held, Held::Conflict(None)));
}
