use super::*;

#[test]
fn answers_go_as_human_assessments_of_their_reviewers_with_times_comments_and_metadata() {
    let (both, ids) = Both::with_session(2);
    both.answer(
        "alice",
        0,
        &[("ok", json!(true)), ("score", json!(7)), ("exp", json!("x")), ("exp_list", json!(["a"]))],
    );
    both.remark("alice", 0, "ok", "because");
    both.remark("alice", 0, "exp", "hm");
    assert_eq!(both.to_sync(), None, "not linked yet");
    let pushed = both.push();
    assert_eq!((pushed.failed, pushed.conflicts, pushed.statuses), (0, 0, 1));
    assert_eq!(
        valid(&both.fake, &ids[0]),
        text(&[
            ("exp", "alice@x", json!("x")),
            ("exp_list", "alice@x", json!(["a"])),
            ("ok", "alice@x", json!(true)),
            ("score", "alice@x", json!(7.0)),
        ])
    );
    let there = both.fake.world().assessments[&ids[0]].clone();
    let of = |name: &str| there.iter().rfind(|a| a["assessment_name"] == name).unwrap().clone();
    assert_eq!(of("ok")["rationale"], "because");
    assert_eq!(of("exp")["metadata"]["labeltui.comment"], "hm");
    assert_eq!(of("ok")["metadata"]["labeltui.session"], "s");
    let labels = both.labels(LabelQuery::default());
    let ours = labels.iter().find(|r| r.assessment_name == "score").unwrap();
    assert_eq!(
        (of("score")["create_time"].as_str(), of("score")["assessment_id"].as_str()),
        (Some(&*ours.timestamp), Some(&*ours.assessment_id))
    );
    // Nothing is sent again, and nothing is left.
    let calls = both.fake.world().count("POST /api/3.0/mlflow/traces/tr-");
    let again = both.push();
    assert_eq!((again.answers, again.calls, both.to_sync()), (0, 0, Some(0)));
    assert_eq!(both.fake.world().count("POST /api/3.0/mlflow/traces/tr-"), calls);
    both.consistent();
}

#[test]
fn the_place_is_made_once_questions_queue_run_and_what_cannot_be_there_is_told() {
    let (both, ids) = Both::with_session(3);
    let pushed = both.push();
    let world = both.fake.world();
    let names: Vec<&str> =
        world.schemas.iter().filter_map(|s| s["name"].as_str()).filter(|n| *n != "Feedback").collect();
    assert_eq!(names, ["ok", "score", "exp"]);
    assert!(pushed.notes[0].contains("exp_list") && pushed.notes[0].contains("list of texts"), "{:?}", pushed.notes);
    assert_eq!((world.queues.len(), world.runs.len(), world.items.len(), world.linked.len()), (1, 1, 3, 3));
    assert_eq!(world.queues[0]["users"], json!(["alice@x", "bob@x"]));
    assert_eq!(world.queues[0]["schema_ids"].as_array().unwrap().len(), 3);
    assert_eq!(world.linked, ids);
    drop(world);
    both.push();
    let world = both.fake.world();
    assert_eq!((world.queues.len(), world.runs.len(), world.linked.len()), (1, 1, 3));
}

#[test]
fn edits_override_feedback_and_change_expectations_in_place_and_undo_takes_both_back() {
    let (both, ids) = Both::with_session(1);
    both.answer("alice", 0, &[("ok", json!(true)), ("exp", json!("one"))]);
    both.push();
    both.answer("alice", 0, &[("ok", json!(false)), ("exp", json!("two"))]);
    assert_eq!(both.to_sync(), Some(2));
    both.push();
    let said = both.fake.world().said(&ids[0]);
    let shown: Vec<(&str, &Value, bool)> = said.iter().map(|(n, _, v, ok)| (n.as_str(), v, *ok)).collect();
    assert_eq!(shown, [("exp", &json!("two"), true), ("ok", &json!(false), true), ("ok", &json!(true), false)]);
    both.undo("alice");
    both.push();
    assert_eq!(valid(&both.fake, &ids[0]), text(&[("exp", "alice@x", json!("one")), ("ok", "alice@x", json!(true))]));
    // The last changes of a submit are an act of their own.
    both.undo("alice");
    both.undo("alice");
    let pushed = both.push();
    assert_eq!(valid(&both.fake, &ids[0]), []);
    assert_eq!((pushed.taken_back, pushed.statuses), (2, 1));
    assert_eq!(both.fake.world().items[0]["status"], "PENDING");
    both.consistent();
}

#[test]
fn a_cleared_answer_is_deleted_there_and_a_removed_comment_is_emptied() {
    let (both, ids) = Both::with_session(1);
    both.answer("alice", 0, &[("ok", json!(true)), ("exp", json!("x"))]);
    both.remark("alice", 0, "exp", "hm");
    both.push();
    both.remark("alice", 0, "exp", "");
    both.answer("alice", 0, &[("ok", Value::Null)]);
    both.push();
    assert_eq!(valid(&both.fake, &ids[0]), text(&[("exp", "alice@x", json!("x"))]));
    assert_eq!(both.fake.world().assessments[&ids[0]][0]["metadata"]["labeltui.comment"], "");
    assert_eq!(both.push().calls, 0);
}

#[test]
fn statuses_go_with_who_completed_or_declined_and_come_back_to_pending() {
    let (both, _) = Both::with_session(2);
    both.answer("bob", 0, &[("ok", json!(true))]);
    both.act("alice", 1, Act::Decline { reason: "not mine".into() });
    both.push();
    let items = both.fake.world().items.clone();
    let short =
        |i: &Value| (i["status"].as_str().unwrap().to_owned(), i["completed_by"].as_str().unwrap_or("").to_owned());
    assert_eq!(short(&items[0]), ("COMPLETE".into(), "bob@x".into()));
    assert_eq!(short(&items[1]), ("DECLINED".into(), "alice@x".into()));
    both.undo("alice");
    assert_eq!(both.push().statuses, 1);
    assert_eq!(short(&both.fake.world().items[1]), ("PENDING".into(), String::new()));
}

#[test]
fn a_trace_or_question_deleted_there_is_told_and_not_made_anew() {
    let (both, ids) = Both::with_session(2);
    both.push();
    both.fake.world().traces.remove(0);
    both.fake.world().schemas.retain(|s| s["name"] != "ok");
    both.answer("alice", 0, &[("ok", json!(true))]);
    both.answer("alice", 1, &[("ok", json!(true))]);
    let pushed = both.push();
    assert_eq!((pushed.failed, pushed.answers), (1, 1));
    assert!(pushed.notes.iter().any(|n| n.contains("question ok was deleted there")), "{:?}", pushed.notes);
    assert!(pushed.notes.iter().any(|n| n.contains(&ids[0]) && n.contains("not there")), "{:?}", pushed.notes);
    let world = both.fake.world();
    assert!(!world.schemas.iter().any(|s| s["name"] == "ok"));
    drop(world);
    both.home(|home| {
        let view = home.links(Some("s")).unwrap().remove(0);
        assert_eq!((view.pending, view.held.len()), (1, 1));
        assert_eq!(view.held[0].trace_id, ids[0]);
    });
}

#[test]
fn a_session_has_one_server_and_one_place() {
    let (both, _) = Both::with_session(1);
    both.push();
    let other = Fake::start();
    let refused = both.push_with(&other.client(), None).unwrap_err().to_string();
    assert!(refused.contains("is linked to"), "{refused}");
    both.fake.world().experiments[0] = "renamed".into();
    both.push();
    both.fake.world().experiments.clear();
    let refused = both.push_with(&both.fake.client(), None).unwrap_err().to_string();
    assert!(refused.contains("not there any more"), "{refused}");
}

#[test]
fn a_user_more_than_a_queue_takes_is_told() {
    let (both, _) = Both::with_session(1);
    let users: Vec<String> = (0..11).map(|n| format!("user{n:02}")).collect();
    let patch = crate::service::api::SessionPatch { add_users: users, ..Default::default() };
    both.lead(Request::SessionUpdate { session: "s".into(), patch });
    let pushed = both.push();
    assert_eq!(both.fake.world().queues[0]["users"].as_array().unwrap().len(), 10);
    assert!(pushed.notes.iter().any(|n| n.contains("10 users") && n.contains("user10")), "{:?}", pushed.notes);
}

#[test]
fn a_session_that_is_linked_late_is_pushed_from_its_whole_log() {
    let (both, ids) = Both::with_session(3);
    // More acts than one look through the log takes in: the last ones touch the last item.
    for n in 0..140_u32 {
        both.answer("alice", 0, &[("exp", json!(format!("text {n}")))]);
        both.undo("alice");
    }
    both.answer("bob", 2, &[("score", json!(7))]);
    both.push();
    assert_eq!(valid(&both.fake, &ids[0]), []);
    assert_eq!(valid(&both.fake, &ids[2]), text(&[("score", "bob@x", json!(7.0))]));
    assert_eq!(both.to_sync(), Some(0));
    both.consistent();
}
