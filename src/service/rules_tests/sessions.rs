use crate::model::{ItemNo, ItemStatus};
use crate::service::api::{
    Act, Assign, ItemKey, LabelQuery, Reason, Request, Response, SessionPatch, SessionSpec, Which,
};
use crate::service::kit::{Kit, reason, set};
use crate::store::{BODIES, Read as _, SNAPSHOTS};
use serde_json::json;

fn queue(kit: &Kit) -> Vec<(u32, String)> {
    match kit.lead(Request::Queue { session: "s".into(), from: 0, limit: 99 }).unwrap() {
        Response::Queue(page) => {
            assert_eq!(page.total as usize, page.rows.len());
            page.rows.into_iter().map(|r| (r.position, r.trace_id)).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn ids(list: &[&str]) -> Vec<String> {
    list.iter().map(|&id| id.into()).collect()
}

#[test]
fn adding_is_idempotent_and_the_queue_is_in_order_of_adding_then_time_then_id() {
    let kit = Kit::new();
    for (id, time) in [("tr-c", 1), ("tr-b", 2), ("tr-a", 2), ("tr-z", 0)] {
        kit.trace(id, time);
    }
    kit.session(SessionSpec { name: "s".into(), experiment: "Default".into(), ..SessionSpec::default() });
    let first = kit.add(Which::Ids(ids(&["tr-b", "tr-a", "tr-nope", "tr-b"])));
    assert_eq!((first.added, first.missing), (2, ids(&["tr-nope"])));
    let second = kit.add(Which::All);
    assert_eq!((second.added, second.already), (2, 2));
    let events = kit.events();
    assert_eq!(kit.add(Which::All).added, 0);
    assert_eq!(kit.events(), events);
    let order = ["tr-a", "tr-b", "tr-z", "tr-c"];
    assert_eq!(queue(&kit), (0..).zip(order).map(|(n, id)| (n, id.to_owned())).collect::<Vec<_>>());
    kit.consistent();
}

#[test]
fn traces_are_chosen_by_a_filter() {
    let kit = Kit::new();
    (0..5).for_each(|n| kit.trace(&format!("tr-{n}"), n));
    kit.session(SessionSpec { name: "s".into(), experiment: "Default".into(), ..SessionSpec::default() });
    assert_eq!(kit.add(Which::Filter("timestamp >= 3".into())).added, 2);
    let which = Which::Filter("nonsense ~ 3".into());
    assert_eq!(reason(kit.lead(Request::AddTraces { session: "s".into(), which, refresh: false })), Reason::Invalid);
}

#[test]
fn a_copy_is_the_snapshot_at_the_time_until_refresh() {
    let kit = Kit::with_session(1, SessionSpec::default());
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    let body = |kit: &Kit| match kit.user("ann", Request::Body { session: "s".into(), item: ItemNo(0) }).unwrap() {
        Response::Body(body) => body,
        other => panic!("{other:?}"),
    };
    let before = body(&kit);
    // As an import of another body does: the session keeps its reference.
    let batch = crate::service::api::ImportBatch {
        experiment: "Default".into(),
        traces: vec![crate::service::api::PreparedTrace {
            hash: "other".into(),
            body: zstd::encode_all(&b"{\"data\":{\"spans\":[]},\"info\":{\"trace_id\":\"tr-00\",\"new\":1}}"[..], 3)
                .unwrap(),
            summary: crate::model::TraceSummary {
                trace_id: "tr-00".into(),
                name: "newer".into(),
                ..Default::default()
            },
            assessments: Vec::new(),
            merge: false,
        }],
    };
    kit.lead(Request::Import(batch)).unwrap();
    assert_eq!(body(&kit), before);
    assert_eq!(kit.item("ann", 0).row.name, "name of tr-00");
    let refresh = Request::AddTraces { session: "s".into(), which: Which::All, refresh: true };
    match kit.lead(refresh).unwrap() {
        Response::Added(added) => assert_eq!((added.refreshed, added.already), (1, 0)),
        other => panic!("{other:?}"),
    }
    assert!(body(&kit).contains("\"new\":1"));
    assert_eq!((kit.item("ann", 0).row.name, kit.values().len()), ("newer".into(), 1));
    kit.consistent();
}

#[test]
fn removing_hides_and_adding_again_brings_the_answers_back() {
    let kit = Kit::with_session(4, SessionSpec::default());
    kit.submit("ann", 1, &[set("ok", json!(true))]).unwrap();
    kit.lead(Request::RemoveTraces { session: "s".into(), ids: ids(&["tr-01", "tr-02"]) }).unwrap();
    assert_eq!(queue(&kit), [(0, "tr-00".into()), (1, "tr-03".into())]);
    assert_eq!((kit.values().len(), kit.shown("ann").progress.complete), (0, 0));
    assert_eq!(kit.shown("ann").people[0].submitted, 0);
    assert_eq!(kit.labels(LabelQuery { all_versions: true, ..LabelQuery::default() }).len(), 1);
    let at = |position| kit.user("ann", Request::Item { session: "s".into(), item: ItemKey::Position(position) });
    match at(1).unwrap() {
        Response::Item(view) => assert_eq!((view.row.item, view.row.position), (ItemNo(3), 1)),
        other => panic!("{other:?}"),
    }
    assert_eq!(reason(at(2)), Reason::NotFound);
    assert_eq!(reason(kit.answer("ann", 1, &[set("ok", json!(true))])), Reason::NotFound);
    kit.consistent();
    assert_eq!(kit.add(Which::All).added, 2);
    assert_eq!((kit.values().len(), kit.shown("ann").progress.complete, queue(&kit).len()), (1, 1, 4));
    kit.consistent();
}

#[test]
fn positions_hold_with_many_removed() {
    let kit = Kit::with_session(9, SessionSpec::default());
    kit.lead(Request::RemoveTraces { session: "s".into(), ids: ids(&["tr-00", "tr-03", "tr-04", "tr-08"]) }).unwrap();
    let left = ["tr-01", "tr-02", "tr-05", "tr-06", "tr-07"];
    for (position, id) in (0..).zip(left) {
        match kit.user("ann", Request::Queue { session: "s".into(), from: position, limit: 1 }).unwrap() {
            Response::Queue(page) => {
                assert_eq!((page.rows[0].trace_id.as_str(), page.rows[0].position), (id, position))
            }
            other => panic!("{other:?}"),
        }
        match kit.user("ann", Request::Item { session: "s".into(), item: ItemKey::Trace(id.into()) }).unwrap() {
            Response::Item(view) => assert_eq!(view.row.position, position),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn changing_n_or_the_people_recomputes() {
    let kit =
        Kit::with_session(2, SessionSpec { users: ids(&["ann", "bob"]), reviews: Some(2), ..SessionSpec::default() });
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    kit.act("bob", 0, Act::Decline { reason: "no".into() }).unwrap();
    assert_eq!(kit.item("ann", 0).row.status, ItemStatus::Declined);
    kit.update(SessionPatch { add_users: ids(&["cat"]), ..SessionPatch::default() }).unwrap();
    assert_eq!(kit.item("ann", 0).row.status, ItemStatus::Pending);
    kit.update(SessionPatch { reviews: Some(1), ..SessionPatch::default() }).unwrap();
    assert_eq!(kit.item("ann", 0).row.status, ItemStatus::Complete);
    assert_eq!(reason(kit.update(SessionPatch { reviews: Some(0), ..SessionPatch::default() })), Reason::Invalid);
    kit.consistent();
}

#[test]
fn delete_is_refused_while_there_are_answers_and_leaves_no_body_behind() {
    let kit = Kit::with_session(2, SessionSpec::default());
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    kit.act("ann", 1, Act::Skip).unwrap();
    let delete = |with_answers| kit.lead(Request::SessionDelete { session: "s".into(), with_answers });
    assert_eq!(reason(delete(false)), Reason::InUse);
    kit.lead(Request::TraceDelete { experiment: "Default".into(), which: Which::All }).unwrap();
    assert!(
        kit.user("ann", Request::Body { session: "s".into(), item: ItemNo(0) }).is_ok(),
        "copies outlive the trace"
    );
    delete(true).unwrap();
    assert_eq!(reason(kit.lead(Request::SessionGet { session: "s".into() })), Reason::NotFound);
    let read = kit.store.read().unwrap();
    for snapshot in 0..9 {
        assert!(read.bytes(BODIES, snapshot).unwrap().is_none() && read.get(SNAPSHOTS, snapshot).unwrap().is_none());
    }
    kit.consistent();
    // A new session of that name starts empty.
    kit.session(SessionSpec { name: "s".into(), experiment: "Default".into(), ..SessionSpec::default() });
    assert_eq!((queue(&kit).len(), kit.values().len()), (0, 0));
}

#[test]
fn names_are_unique_and_meaningful() {
    let kit = Kit::with_session(0, SessionSpec::default());
    let create = |name: &str| {
        kit.lead(Request::SessionCreate(SessionSpec {
            name: name.into(),
            experiment: "Default".into(),
            ..SessionSpec::default()
        }))
    };
    assert_eq!(reason(create("s")), Reason::Exists);
    assert_eq!(reason(create("")), Reason::Invalid);
    assert_eq!(reason(create("a\u{1b}[31m")), Reason::Invalid);
}

#[test]
fn split_is_even_over_the_assigned_users() {
    let kit = Kit::with_session(7, SessionSpec { users: ids(&["ann", "bob", "cat"]), ..SessionSpec::default() });
    let assign = |assign| match kit.lead(Request::Assign { session: "s".into(), assign }).unwrap() {
        Response::Count(n) => n,
        other => panic!("{other:?}"),
    };
    assert_eq!(assign(Assign::Ids { ids: ids(&["tr-00", "tr-01"]), user: Some("ann".into()) }), 2);
    assert_eq!(assign(Assign::Split), 5);
    let mut load = std::collections::BTreeMap::new();
    for n in 0..7 {
        *load.entry(kit.item("ann", n).row.assigned.unwrap()).or_insert(0) += 1;
    }
    assert_eq!(load.into_values().collect::<Vec<_>>(), [3, 2, 2]);
    assert_eq!(assign(Assign::Split), 0);
    let stranger = Assign::Ids { ids: ids(&["tr-00"]), user: Some("eve".into()) };
    assert_eq!(reason(kit.lead(Request::Assign { session: "s".into(), assign: stranger })), Reason::Invalid);
    kit.consistent();
}

#[test]
fn find_looks_for_words_states_and_statuses() {
    let kit = Kit::with_session(3, SessionSpec::default());
    kit.trace_with(
        "tr-deep",
        9,
        "{\"data\":{\"spans\":[{\"name\":\"n\",\"attributes\":{\"note\":\"\\\"Needle in it\\\"\"}}]},\"info\":{}}",
    );
    kit.add(Which::All);
    kit.submit("ann", 1, &[set("ok", json!(true))]).unwrap();
    let find = |text: &str, mine: &[crate::model::MineState], status: &[ItemStatus], deep| {
        let (mine, status) = (mine.into(), status.into());
        let request = Request::Find { session: "s".into(), text: text.into(), mine, status, deep, after: None };
        match kit.user("ann", request).unwrap() {
            Response::Found(found) => found.items.into_iter().map(|i| i.0).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(find("QUESTION tr-01", &[], &[], false), [1]);
    assert_eq!(find("needle", &[], &[], false), [] as [u32; 0]);
    assert_eq!(find("needle", &[], &[], true), [3]);
    assert_eq!(find("", &[crate::model::MineState::Todo], &[], false), [0, 2, 3]);
    assert_eq!(find("", &[], &[ItemStatus::Complete], false), [1]);
    let rest = Request::Find {
        session: "s".into(),
        text: String::new(),
        mine: vec![],
        status: vec![],
        deep: true,
        after: Some(ItemNo(1)),
    };
    match kit.user("ann", rest).unwrap() {
        Response::Found(found) => assert_eq!((found.items, found.next), (vec![ItemNo(2), ItemNo(3)], None)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_looked_for_is_short_because_each_word_costs_memory() {
    let kit = Kit::with_session(1, SessionSpec::default());
    let find = |text: String| {
        kit.user(
            "ann",
            Request::Find { session: "s".into(), text, mine: vec![], status: vec![], deep: true, after: None },
        )
    };
    assert!(find("w ".repeat(32)).is_ok() && find("w".repeat(1000)).is_ok());
    assert_eq!(reason(find("w ".repeat(33))), Reason::Invalid);
    assert_eq!(reason(find("w".repeat(1001))), Reason::Invalid);
}

#[test]
fn doctor_folds_the_log_and_names_what_differs() {
    let kit = Kit::with_session(2, SessionSpec::default());
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    match kit.lead(Request::Doctor).unwrap() {
        Response::Doctor(report) => assert_eq!((report.problems, report.sessions, report.traces), (vec![], 1, 2)),
        other => panic!("{other:?}"),
    }
    let damaged: Result<Result<(), ()>, _> = kit.store.change(kit.now(), |txn| {
        txn.put(crate::store::PROGRESS, 1, &crate::store::ProgressRow::default())?;
        Ok(Ok(()))
    });
    damaged.unwrap().unwrap();
    match kit.lead(Request::Doctor).unwrap() {
        Response::Doctor(report) => {
            assert_eq!(report.problems, ["session s: the progress: the tables and the log differ"]);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_was_assigned_to_somebody_who_leaves_is_there_for_everybody() {
    let kit = Kit::with_session(2, SessionSpec { users: ids(&["ann", "bob@example.com"]), ..SessionSpec::default() });
    kit.lead(Request::Assign { session: "s".into(), assign: Assign::Split }).unwrap();
    assert_eq!((kit.next("ann", None), kit.next("bob", None)), (Some(0), Some(1)));
    kit.update(SessionPatch { remove_users: ids(&["ann"]), ..SessionPatch::default() }).unwrap();
    assert_eq!(kit.item("bob", 0).row.assigned, None);
    kit.submit("bob", 1, &[set("ok", json!(true))]).unwrap();
    assert_eq!(kit.next("bob", Some(1)), Some(0));
    kit.consistent();
}

#[test]
fn a_view_is_checked_and_kept_in_its_own_words() {
    let kit = Kit::with_session(1, SessionSpec::default());
    let update = |view| {
        let patch = SessionPatch { view: Some(view), ..SessionPatch::default() };
        kit.lead(Request::SessionUpdate { session: "s".into(), patch })
    };
    let refused = update(json!({ "spans": { "hide": ["TOOL"] } })).unwrap_err();
    assert_eq!(refused.reason, Reason::Invalid);
    assert!(refused.message.starts_with("view: `spans.hide[0]`: \"TOOL\" names no spans"), "{}", refused.message);
    let kept = |response| match response {
        Response::Session(session) => session.view,
        other => panic!("{other:?}"),
    };
    let given = json!({ "fields": {}, "spans": { "hide": ["*"], "show": [] } });
    assert_eq!(kept(update(given).unwrap()), Some(json!({ "spans": { "hide": ["*"] } })));
    assert_eq!(kept(update(json!({})).unwrap()), None, "one that says nothing is none");
    kit.consistent();
}

#[test]
fn taking_the_last_person_off_a_teams_session_is_refused_unless_everyone_is_meant() {
    let kit = Kit::team(1, SessionSpec { users: vec!["ann".into(), "bob".into()], ..SessionSpec::default() });
    let remove = |name: &str| kit.update(SessionPatch { remove_users: vec![name.into()], ..SessionPatch::default() });
    remove("bob").unwrap();
    let refused = remove("ann").unwrap_err();
    assert_eq!(refused.reason, Reason::Invalid);
    assert!(refused.message.contains("--user NAME") && refused.message.contains("--everyone"), "{refused}");
    assert_eq!(kit.shown("ann").users, ["ann"]);
    // In the place of another it is no opening.
    let swap = SessionPatch { remove_users: vec!["ann".into()], add_users: vec!["cat".into()], ..Default::default() };
    kit.update(swap).unwrap();
    kit.update(SessionPatch { everyone: true, ..SessionPatch::default() }).unwrap();
    assert!(kit.shown("dan").users.is_empty());
    kit.consistent();
}

#[test]
fn the_audit_of_an_assignment_says_from_whom_to_whom() {
    let kit = Kit::with_session(2, SessionSpec { users: vec!["ann".into(), "bob".into()], ..SessionSpec::default() });
    let assign = |user: &str| {
        let assign = Assign::Ids { ids: vec!["tr-00".into()], user: Some(user.into()) };
        kit.lead(Request::Assign { session: "s".into(), assign }).unwrap();
    };
    assign("ann");
    assign("bob");
    kit.update(SessionPatch { remove_users: vec!["bob".into()], ..SessionPatch::default() }).unwrap();
    let rows = match kit.lead(Request::Audit { session: "s".into(), after: None, limit: 99 }).unwrap() {
        Response::Audit(rows) => rows,
        other => panic!("{other:?}"),
    };
    let told: Vec<_> = rows.into_iter().filter(|r| r.what == "assigned").map(|r| r.detail).collect();
    assert_eq!(
        told,
        [
            json!({ "items": [[0, "ann"]], "trace_ids": { "0": "tr-00" } }),
            json!({ "items": [[0, "bob"]], "from": [[0, "ann"]], "trace_ids": { "0": "tr-00" } }),
            json!({ "items": [[0, null]], "from": [[0, "bob"]], "trace_ids": { "0": "tr-00" } }),
        ]
    );
}
