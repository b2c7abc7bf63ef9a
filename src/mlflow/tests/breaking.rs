use super::*;
use crate::mlflow::Settings;
use crate::mlflow::fake::Trouble;

/// A client that gives up at once, as a program that is killed.
fn once(both: &Both) -> Client {
    Client::new(Settings { retries: 0, ..both.fake.settings() }).unwrap()
}

#[test]
fn killed_after_any_call_of_a_push_nothing_is_doubled_and_nothing_missing() {
    // The call after which it breaks; with its answer lost, or not carried out.
    for at in 0..40 {
        for trouble in [Trouble::Lost, Trouble::Broken] {
            let (both, ids) = Both::with_session(2);
            both.answer("alice", 0, &[("ok", json!(true)), ("exp", json!("x"))]);
            both.answer("bob", 1, &[("score", json!(3)), ("exp_list", json!(["a", "b"]))]);
            let mut left = at;
            let broken = trouble.clone();
            both.fake.trouble(move |_, _| {
                left -= 1;
                (left < 0).then(|| broken.clone())
            });
            let first = both.push_with(&once(&both), None);
            both.fake.well();
            both.push();
            assert_eq!(
                valid(&both.fake, &ids[0]),
                text(&[("exp", "alice@x", json!("x")), ("ok", "alice@x", json!(true))])
            );
            assert_eq!(
                valid(&both.fake, &ids[1]),
                text(&[("exp_list", "bob@x", json!(["a", "b"])), ("score", "bob@x", json!(3.0))])
            );
            let world = both.fake.world();
            assert_eq!((world.queues.len(), world.runs.len(), world.items.len()), (1, 1, 2), "{at} {trouble:?}");
            assert!(world.items.iter().all(|i| i["status"] == "COMPLETE"));
            drop(world);
            assert_eq!(both.to_sync(), Some(0));
            if first.is_ok() {
                return;
            }
        }
    }
    panic!("a push has fewer calls than that");
}

#[test]
fn killed_in_the_middle_of_edits_and_undos_the_server_ends_up_with_our_answers() {
    for at in 0..40 {
        let (both, ids) = Both::with_session(1);
        both.answer("alice", 0, &[("ok", json!(true)), ("exp", json!("one")), ("score", json!(1))]);
        both.answer("alice", 0, &[("score", json!(2))]);
        both.push();
        both.answer("alice", 0, &[("ok", json!(false)), ("exp", json!("two")), ("score", Value::Null)]);
        let mut left = at;
        both.fake.trouble(move |_, _| {
            left -= 1;
            (left < 0).then_some(Trouble::Lost)
        });
        let first = both.push_with(&once(&both), None);
        both.fake.well();
        // And before the next push they think better of it.
        both.undo("alice");
        let pushed = both.push();
        assert_eq!((pushed.conflicts, pushed.failed), (0, 0), "{at}");
        assert_eq!(
            valid(&both.fake, &ids[0]),
            text(&[("exp", "alice@x", json!("one")), ("ok", "alice@x", json!(true)), ("score", "alice@x", json!(2.0))]),
            "{at}"
        );
        if first.is_ok() {
            return;
        }
    }
    panic!("a push has fewer calls than that");
}

#[test]
fn a_proxy_that_loses_doubles_and_repeats_changes_nothing() {
    let (both, ids) = Both::with_session(12);
    for n in 0..12 {
        both.answer("alice", n, &[("score", json!(n % 9)), ("exp", json!(format!("text {n}")))]);
    }
    let mut n = 0;
    both.fake.trouble(move |_, _| {
        n += 1;
        match n % 5 {
            0 => Some(Trouble::Lost),
            1 => Some(Trouble::Doubled),
            2 => Some(Trouble::Twice),
            3 => Some(Trouble::Says(503, String::new())),
            _ => None,
        }
    });
    assert_eq!(both.push().failed, 0);
    both.fake.well();
    for (n, id) in ids.iter().enumerate() {
        let wanted =
            text(&[("exp", "alice@x", json!(format!("text {n}"))), ("score", "alice@x", json!((n % 9) as f64))]);
        assert_eq!(valid(&both.fake, id), wanted);
        assert_eq!(both.fake.world().said(id).len(), 2);
    }
    assert_eq!(both.push().calls, 0);
}

#[test]
fn without_the_right_to_write_the_push_says_which_is_needed_and_keeps_everything() {
    let (both, _) = Both::with_session(1);
    both.answer("alice", 0, &[("ok", json!(true))]);
    both.push();
    both.answer("alice", 0, &[("ok", json!(false))]);
    both.fake.trouble(|method, path| {
        (method == "POST" && path.ends_with("/assessments")).then(|| Trouble::Says(403, "<p>Permission denied".into()))
    });
    let refused = both.push_with(&both.fake.client(), None).unwrap_err();
    assert!(matches!(&refused, Fault::Denied(why) if why.contains("EDIT on the experiment is needed")), "{refused}");
    assert_eq!(both.to_sync(), Some(1));
}

#[test]
fn one_answer_that_the_server_refuses_holds_nothing_else_up() {
    let (both, ids) = Both::with_session(2);
    both.answer("alice", 0, &[("ok", json!(true))]);
    both.answer("alice", 1, &[("ok", json!(true))]);
    let first = ids[0].clone();
    both.fake.trouble(move |method, path| {
        let says = json!({ "error_code": "INVALID_PARAMETER_VALUE", "message": "too long" }).to_string();
        (method == "POST" && path.contains(&first)).then_some(Trouble::Says(400, says))
    });
    let pushed = both.push();
    assert_eq!((pushed.failed, pushed.answers), (1, 1));
    both.home(|home| {
        let held = home.links(Some("s")).unwrap().remove(0).held;
        assert!(format!("{held:?}").contains("too long (INVALID_PARAMETER_VALUE)"));
    });
    both.fake.well();
    assert_eq!((both.push().answers, both.to_sync()), (1, Some(0)));
}

#[test]
fn records_are_merged_into_one_dataset_however_often() {
    let (both, _) = Both::with_session(3);
    both.answer("alice", 0, &[("exp", json!("x"))]);
    both.answer("alice", 1, &[("exp", json!("y"))]);
    for round in 0..2 {
        both.home(|home| {
            let ask = |after, limit| Request::Dataset {
                session: "s".into(),
                imported: false,
                per_reviewer: false,
                after,
                limit,
            };
            let client = both.fake.client();
            let merged = crate::mlflow::dataset::to_mlflow(&client, home, "e", "d", &Silent, ask).unwrap();
            assert_eq!((merged.inserted, merged.updated), if round == 0 { (2, 0) } else { (0, 2) });
        });
    }
    let world = both.fake.world();
    assert_eq!((world.datasets.len(), world.records.len()), (1, 2));
    assert_eq!(world.records[0]["expectations"], json!({ "exp": "x" }));
}
