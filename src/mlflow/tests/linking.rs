use super::*;
use crate::mlflow::fake::Trouble;
use crate::mlflow::located::Located;

/// The session's own experiment "e" is called "support" there, and another "e" is there that has none of its traces.
fn with_a_namesake(traces: u32) -> (Both, Vec<String>) {
    let (both, ids) = Both::with_session(traces);
    both.fake.world().experiments = vec!["support".into(), "e".into(), "third".into()];
    (both, ids)
}

fn linked(both: &Both) -> crate::store::LinkRow {
    let mut link = None;
    both.home(|home| link = home.links(Some("s")).unwrap().pop().map(|v| v.link));
    link.unwrap()
}

fn move_trace(both: &Both, at: usize, experiment: &str) {
    both.fake.world().traces[at].0["trace_location"]["mlflow_experiment"]["experiment_id"] = json!(experiment);
}

#[test]
fn a_session_is_linked_where_its_traces_are_and_not_where_a_name_is_the_same() {
    let (both, ids) = with_a_namesake(2);
    both.answer("alice", 0, &[("ok", json!(true))]);
    let pushed = both.push();
    assert_eq!((pushed.answers, pushed.statuses), (1, 1));
    assert_eq!((linked(&both).experiment.as_str(), linked(&both).experiment_id.as_str()), ("support", "1"));
    assert_eq!(both.fake.world().queues[0]["experiment_id"], "1");
    assert_eq!(both.fake.world().linked, ids);
    both.home(|home| {
        let client = both.fake.client();
        assert_eq!(
            Located::of(&client, home, "s").unwrap().only().unwrap().name,
            "support",
            "a dataset goes there, too"
        );
    });
}

#[test]
fn a_session_that_is_called_otherwise_there_is_pulled_into_the_experiment_that_it_is_in_here() {
    let (both, ids) = with_a_namesake(2);
    both.push();
    both.fake.world().assess(&ids[1], "ok", "bob@x", json!(false));
    let pulled = both.pull_as(&both.fake.client(), Some("s"), None, None, |pull| pull.experiment = "support").unwrap();
    assert_eq!((pulled.answers, pulled.unchanged, pulled.rejected.len()), (1, 2, 0));
    assert_eq!(both.said(&ids[1]), text(&[("ok", "bob@x", json!(false))]));
    both.consistent();
}

#[test]
fn an_experiment_that_has_none_of_the_traces_is_refused_and_the_right_one_named() {
    let (both, _) = with_a_namesake(2);
    let refused = both.push_to(&both.fake.client(), None, Some("e"), None).unwrap_err().to_string();
    assert!(refused.contains("support (2)") && refused.contains("--experiment"), "{refused}");
    assert_eq!(both.to_sync(), None, "nothing is linked");
    assert_eq!(both.fake.world().queues.len(), 0);
}

#[test]
fn traces_in_several_experiments_or_in_none_are_asked_about() {
    let (both, _) = with_a_namesake(3);
    move_trace(&both, 1, "3");
    let refused = both.push_with(&both.fake.client(), None).unwrap_err().to_string();
    assert!(refused.contains("support (2), third (1)") && refused.contains("--experiment"), "{refused}");
    both.fake.world().traces.clear();
    let refused = both.push_with(&both.fake.client(), None).unwrap_err().to_string();
    assert!(
        refused.contains("none of the traces of session s is there") && refused.contains("--experiment"),
        "{refused}"
    );
    assert_eq!(both.to_sync(), None);
    both.push_to(&both.fake.client(), None, Some("third"), None).unwrap();
    assert_eq!(linked(&both).experiment, "third");
}

#[test]
fn a_wrong_link_is_mended_by_naming_the_right_experiment_and_a_right_one_never_moves() {
    let (both, ids) = with_a_namesake(2);
    // As a link looks that was made by name.
    for at in 0..2 {
        move_trace(&both, at, "2");
    }
    both.answer("alice", 0, &[("ok", json!(true)), ("exp", json!("x"))]);
    both.push();
    assert_eq!(linked(&both).experiment, "e");
    for at in 0..2 {
        move_trace(&both, at, "1");
    }
    let refused = both.push_to(&both.fake.client(), None, Some("third"), None).unwrap_err().to_string();
    assert!(refused.contains("support (2)"), "{refused}");
    let pushed = both.push_to(&both.fake.client(), None, Some("support"), None).unwrap();
    assert_eq!((pushed.answers, pushed.statuses, pushed.failed), (0, 1, 0), "the answers are on the traces already");
    let link = linked(&both);
    let world = both.fake.world();
    let queue = world.queues.iter().find(|q| q["experiment_id"] == "1").unwrap();
    assert_eq!(link.queue_id.as_deref(), queue["queue_id"].as_str());
    let items: Vec<_> = world.items.iter().filter(|i| i["queue_id"] == queue["queue_id"]).collect();
    assert_eq!((items.len(), &items[0]["status"]), (2, &json!("COMPLETE")));
    assert_eq!(world.linked[2..], ids, "and to the run of the new place");
    assert_eq!(world.said(&ids[0]).len(), 2);
    drop(world);
    let refused = both.push_to(&both.fake.client(), None, Some("e"), None).unwrap_err().to_string();
    assert!(refused.contains("is linked to experiment support with its traces (2)"), "{refused}");
    assert_eq!((both.push().calls, both.to_sync()), (0, Some(0)));
}

#[test]
fn a_link_to_a_wrong_server_is_mended_and_everything_goes_to_the_right_one() {
    let (both, ids) = Both::with_session(2);
    both.answer("alice", 0, &[("ok", json!(true))]);
    let right = Fake::start();
    right.world().experiments = vec!["x".into(), "support".into()];
    right.world().traces = both.fake.world().traces.clone();
    for trace in &mut right.world().traces {
        trace.0["trace_location"]["mlflow_experiment"]["experiment_id"] = json!("2");
    }
    both.push();
    let refused = both.push_with(&right.client(), None).unwrap_err().to_string();
    assert!(refused.contains("--experiment"), "{refused}");
    let pushed = both.push_to(&right.client(), None, Some("support"), None).unwrap();
    assert_eq!((pushed.answers, pushed.statuses), (1, 1));
    assert_eq!(valid(&right, &ids[0]), text(&[("ok", "alice@x", json!(true))]));
    assert_eq!((right.world().items.len(), both.to_sync()), (2, Some(0)));
}

#[test]
fn where_there_is_no_queue_yet_the_next_push_may_name_another() {
    let (both, _) = Both::with_session(2);
    both.answer("alice", 0, &[("ok", json!(true))]);
    both.fake.trouble(|_, path| {
        let says = json!({ "error_code": "INVALID_PARAMETER_VALUE", "message": "reserved" }).to_string();
        path.ends_with("review-queues/create").then_some(Trouble::Says(400, says))
    });
    let pushed = both.push();
    assert!(pushed.notes.iter().any(|n| n.contains("reserved") && n.contains("--queue NAME")), "{:?}", pushed.notes);
    both.fake.well();
    let pushed = both.push_to(&both.fake.client(), None, None, Some("other")).unwrap();
    let world = both.fake.world();
    assert_eq!((&world.queues[0]["name"], world.items.len()), (&json!("other"), 2));
    assert_eq!((world.items[0]["status"].as_str(), pushed.statuses), (Some("COMPLETE"), 1));
    drop(world);
    assert_eq!(linked(&both).queue.as_deref(), Some("other"));
    let refused = both.push_to(&both.fake.client(), None, None, Some("third")).unwrap_err().to_string();
    assert!(refused.contains("linked to the queue other"), "{refused}");
}
