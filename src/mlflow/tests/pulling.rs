use super::*;
use crate::mlflow::fake::Trouble;

/// A queue there with questions, users and traces.
fn queue(both: &Both, ids: &[String]) {
    let client = both.fake.client();
    for (name, kind, input) in [
        ("ok", "FEEDBACK", json!({ "pass_fail": { "positive_label": "Y", "negative_label": "N" } })),
        ("exp", "EXPECTATION", json!({ "text": {} })),
    ] {
        let schema =
            json!({ "name": name, "type": kind, "instruction": "How?\nLook.", "enable_comment": true, "input": input });
        client.create_schema("1", &schema).unwrap();
    }
    let schemas: Vec<String> =
        both.fake.world().schemas.iter().map(|s| s["schema_id"].as_str().unwrap().to_owned()).collect();
    let queue = client.create_queue("1", "s", &["alice@x".into(), "carol".into()], &schemas).unwrap();
    client.add_to_queue(&queue.id, ids).unwrap();
}

#[test]
fn a_queue_becomes_a_session_with_its_questions_people_items_and_answers() {
    let both = Both::new();
    let ids: Vec<String> = (0..4).map(|n| both.fake.world().trace("e", n)).collect();
    queue(&both, &ids[..3]);
    both.fake.world().assess(&ids[0], "ok", "alice@x", json!(true));
    both.fake.world().assess(&ids[0], "ok", "dave", json!(false));
    both.fake.world().assess(&ids[0], "other", "alice@x", json!(1));
    both.fake.world().assess(&ids[1], "exp", "carol", json!("good"));
    let q = both.fake.world().queues[0]["queue_id"].as_str().unwrap().to_owned();
    both.fake.client().set_status(&q, &ids[0], ItemStatus::Complete, Some("alice@x")).unwrap();
    both.fake.client().set_status(&q, &ids[2], ItemStatus::Declined, Some("carol")).unwrap();
    let pulled = both.pull(None, Some("S")).unwrap();
    assert_eq!((pulled.imported, pulled.added, pulled.answers, pulled.questions), (3, 3, 2, 2));
    let Response::Session(session) = both.lead(Request::SessionGet { session: "s".into() }) else { panic!() };
    assert_eq!(session.users, ["alice", "carol"], "the configuration's account, else the name there");
    assert_eq!(
        (session.schemas[0].title.as_deref(), session.schemas[0].instruction.as_deref()),
        (Some("How?"), Some("Look."))
    );
    assert_eq!(both.said(&ids[0]), text(&[("ok", "alice@x", json!(true))]));
    assert_eq!(both.said(&ids[1]), text(&[("exp", "carol", json!("good"))]));
    assert_eq!([0, 1, 2].map(|n| both.status(n)), [ItemStatus::Complete, ItemStatus::Complete, ItemStatus::Declined]);
    // Everybody else's stay what they are.
    let imported = both.labels(LabelQuery { imported: true, ..LabelQuery::default() });
    let others: Vec<&str> =
        imported.iter().filter(|r| r.schema_version.is_none()).map(|r| r.assessment_name.as_str()).collect();
    assert_eq!(others, ["ok", "other"]);
    both.consistent();
    // What was answered there need not go back; only that carol's answer has made an item complete.
    let pushed = both.push();
    assert_eq!((pushed.answers, pushed.statuses, pushed.failed), (0, 1, 0));
    assert_eq!(both.to_sync(), Some(0));
}

#[test]
fn a_second_pull_fetches_only_what_is_new_or_changed() {
    let both = Both::new();
    for n in 0..12 {
        both.fake.world().trace("e", n);
    }
    both.fake.world().page = 4;
    let first = both.pull(None, None).unwrap();
    assert_eq!((first.imported, first.unchanged), (12, 0));
    let fetched = || both.fake.world().count("GET /ajax-api/2.0/mlflow/get-trace-artifact");
    assert_eq!(fetched(), 12);
    let id = both.fake.world().trace("e", 12);
    both.fake.world().traces[3].0["tags"]["team"] = json!("a");
    both.fake.world().assess(&id, "judge", "m", json!(1));
    let old = both.fake.world().traces[0].0["trace_id"].as_str().unwrap().to_owned();
    both.fake.world().assess(&old, "judge", "m", json!(1));
    let second = both.pull(None, None).unwrap();
    assert_eq!((second.imported, second.updated, second.unchanged), (1, 2, 10));
    assert_eq!(fetched(), 14);
    let third = both.pull(None, None).unwrap();
    assert_eq!((third.imported, third.updated, third.unchanged), (0, 0, 13));
    assert_eq!(fetched(), 14);
}

#[test]
fn a_pull_that_broke_goes_on_where_it_was() {
    let both = Both::new();
    for n in 0..250 {
        both.fake.world().trace("e", n);
    }
    let mut left = 130;
    both.fake.trouble(move |_, path| {
        if path.contains("artifact") {
            left -= 1;
        }
        (left < 0).then_some(Trouble::Broken)
    });
    assert!(matches!(both.pull(Some("s"), None), Err(Fault::Unreachable(_))));
    both.fake.well();
    let before = both.fake.world().count("GET /ajax-api");
    let rest = both.pull(Some("s"), None).unwrap();
    assert_eq!(rest.imported + rest.unchanged, 250);
    assert!(both.fake.world().count("GET /ajax-api") - before <= 150);
    let Response::Session(session) = both.lead(Request::SessionGet { session: "s".into() }) else { panic!() };
    assert_eq!(session.progress.items, 250);
    both.consistent();
}

#[test]
fn a_trace_whose_spans_are_not_there_yet_is_fetched_again() {
    let both = Both::new();
    let id = both.fake.world().trace("e", 1);
    let spans = both.fake.world().traces[0].1.take();
    assert_eq!(both.pull(None, None).unwrap().imported, 1);
    both.fake.world().traces[0].1 = spans;
    assert_eq!(both.pull(None, None).unwrap().updated, 1);
    let Response::Trace(doc) = both.lead(Request::TraceShow { trace_id: id }) else { panic!() };
    assert!(doc.body.contains("mlflow.spanInputs") && doc.body.contains("\"execution_duration_ms\":185"));
}

#[test]
fn what_was_deleted_there_is_told_and_stays_here() {
    let (both, ids) = Both::with_session(3);
    both.push();
    both.fake.world().traces.remove(1);
    both.fake.world().schemas.retain(|s| s["name"] != "ok");
    let pulled = both.pull(Some("s"), None).unwrap();
    assert!(
        pulled.notes.iter().any(|n| n.contains("1 trace was deleted there") && n.contains(&ids[1])),
        "{:?}",
        pulled.notes
    );
    let Response::Session(session) = both.lead(Request::SessionGet { session: "s".into() }) else { panic!() };
    assert_eq!((session.progress.items, session.schemas.len()), (3, 4));
}

#[test]
fn a_question_changed_there_becomes_a_new_version_unless_it_was_changed_here() {
    let (both, _) = Both::with_session(1);
    both.push();
    let change = |instruction: &str, max: i32| {
        let mut world = both.fake.world();
        let score = world.schemas.iter_mut().find(|s| s["name"] == "score").unwrap();
        score["instruction"] = json!(instruction);
        score["input"]["numeric"]["max_value"] = json!(max);
    };
    change("From 0 to 20", 20);
    let pulled = both.pull(Some("s"), None).unwrap();
    assert_eq!(pulled.questions, 1);
    let Response::Session(session) = both.lead(Request::SessionGet { session: "s".into() }) else { panic!() };
    let score = session.schemas.iter().find(|s| s.name == "score").unwrap();
    assert_eq!((score.version, &score.input), (2, &Input::Numeric { min_value: Some(0.0), max_value: Some(20.0) }));
    let schema = question("score", Input::Numeric { min_value: Some(0.0), max_value: Some(5.0) });
    both.lead(Request::SchemaPut { experiment: "e".into(), schema, overwrite: true, applied: false });
    change("From 0 to 30", 30);
    let pulled = both.pull(Some("s"), None).unwrap();
    assert!(pulled.notes.iter().any(|n| n.contains("changed on both sides")), "{:?}", pulled.notes);
}

#[test]
fn what_is_not_there_is_named_with_what_is() {
    let both = Both::new();
    both.fake.world().trace("e", 1);
    let refused = both.pull(None, Some("nope")).unwrap_err().to_string();
    assert!(refused.contains("no queue nope"), "{refused}");
    both.fake.world().experiments[0] = "other".into();
    let refused = both.pull(None, None).unwrap_err().to_string();
    assert!(refused.contains("no experiment \"e\"; there are: other"), "{refused}");
}

#[test]
fn a_session_made_here_is_not_asked_more_because_the_experiment_has_more_questions() {
    let (both, _) = Both::with_session(1);
    both.push();
    let more = json!({ "name": "more", "type": "FEEDBACK", "instruction": "?", "input": { "text": {} } });
    both.fake.client().create_schema("1", &more).unwrap();
    both.fake.world().queues.clear();
    let pulled = both.pull(Some("s"), None).unwrap();
    assert!(pulled.notes.iter().any(|n| n.contains("queue s was deleted there")), "{:?}", pulled.notes);
    let Response::Session(session) = both.lead(Request::SessionGet { session: "s".into() }) else { panic!() };
    assert_eq!(session.schemas.len(), 4);
}

#[test]
fn completed_there_without_an_answer_is_complete_here_and_reopened_there_is_open_here() {
    let both = Both::new();
    let ids: Vec<String> = (0..3).map(|n| both.fake.world().trace("e", n)).collect();
    queue(&both, &ids);
    let client = both.fake.client();
    let q = both.fake.world().queues[0]["queue_id"].as_str().unwrap().to_owned();
    client.set_status(&q, &ids[0], ItemStatus::Complete, Some("alice@x")).unwrap();
    client.set_status(&q, &ids[1], ItemStatus::Complete, Some("nobody")).unwrap();
    both.fake.world().assess(&ids[2], "ok", "carol", json!(true));
    client.set_status(&q, &ids[2], ItemStatus::Complete, Some("carol")).unwrap();
    let pulled = both.pull(None, Some("s")).unwrap();
    let statuses = || [0, 1, 2].map(|n| both.status(n));
    assert_eq!(statuses(), [ItemStatus::Complete, ItemStatus::Pending, ItemStatus::Complete]);
    assert!(pulled.notes.iter().any(|n| n.contains(&ids[1]) && n.contains("does not review here")), "{pulled:?}");
    assert_eq!(both.pull(Some("s"), None).unwrap(), Pulled { unchanged: 3, ..again(&pulled) });
    assert_eq!(both.push().statuses, 0, "what came from there does not go back");
    for id in [&ids[0], &ids[2]] {
        client.set_status(&q, id, ItemStatus::Pending, None).unwrap();
    }
    assert_eq!(both.pull(Some("s"), None).unwrap().reopened, 2);
    assert_eq!(statuses(), [ItemStatus::Pending; 3]);
    assert_eq!(
        both.said(&ids[2]),
        text(&[("ok", "carol", json!(true))]),
        "the old answer stays until there is a new one"
    );
    assert_eq!((both.push().statuses, both.pull(Some("s"), None).unwrap().reopened), (0, 0));
    both.consistent();
    // Reviewed anew, it is complete on both sides.
    both.answer("carol", 2, &[("ok", json!(false))]);
    both.push();
    let status =
        |id: &String| both.fake.world().items.iter().find(|i| i["item_id"] == id.as_str()).unwrap()["status"].clone();
    assert_eq!((status(&ids[2]), both.status(2)), (json!("COMPLETE"), ItemStatus::Complete));
    both.consistent();
}

/// What a pull says that finds nothing new.
fn again(first: &Pulled) -> Pulled {
    Pulled { experiment: first.experiment.clone(), session: first.session.clone(), ..Pulled::default() }
}
