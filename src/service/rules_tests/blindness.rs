use crate::model::{BasedOn, ItemNo};
use crate::service::api::{LabelQuery, Reason, Request, Response, Role, SessionPatch, SessionSpec};
use crate::service::kit::{Kit, person, reason, set};
use serde_json::json;

fn kit(spec: SessionSpec) -> Kit {
    let kit = Kit::with_session(2, spec);
    kit.assessment(
        "tr-00",
        json!({ "assessment_id": "a-1", "assessment_name": "judge", "feedback": { "value": "good" } }),
    );
    kit
}

fn reveal(kit: &Kit, name: &str) -> Result<Response, crate::service::api::Refusal> {
    kit.user(name, Request::Reveal { session: "s".into(), item: ItemNo(0) })
}

#[test]
fn blind_until_i_have_submitted_no_payload_carries_an_assessment_but_mine() {
    let kit = kit(SessionSpec { reviews: Some(2), ..SessionSpec::default() });
    kit.submit("bob", 0, &[set("ok", json!("true" == "true"))]).unwrap();
    let view = kit.item("ann", 0);
    assert_eq!((view.others.len(), view.imported.len(), view.row.submissions), (0, 0, 0));
    assert!(view.hidden && !view.may_reveal);
    assert_eq!(reason(reveal(&kit, "ann")), Reason::NotPermitted);
    match kit.user("ann", Request::Queue { session: "s".into(), from: 0, limit: 9 }).unwrap() {
        Response::Queue(page) => assert_eq!(page.rows[0].submissions, 0),
        other => panic!("{other:?}"),
    }
    // Neither item tells whether there is anything to hide.
    assert_eq!(kit.item("ann", 1).hidden, view.hidden);
    let refused = kit.submit_on("ann", 0, BasedOn::Submit(crate::model::EventNo(1)), &[set("ok", json!(true))]);
    let Reason::Conflict { current } = reason(refused) else { panic!() };
    assert!(current.others.is_empty() && current.imported.is_empty());

    kit.submit("ann", 0, &[set("ok", json!(false))]).unwrap();
    let view = kit.item("ann", 0);
    assert_eq!((view.others.len(), view.imported.len(), view.row.submissions), (0, 0, 2));
    assert!(view.may_reveal && view.hidden);
}

#[test]
fn after_my_submit_others_answers_come_only_with_r_and_a_change_before_it_is_not_marked() {
    let kit = kit(SessionSpec { reviews: Some(2), ..SessionSpec::default() });
    kit.submit("bob", 0, &[set("ok", json!(true))]).unwrap();
    kit.submit("ann", 0, &[set("ok", json!(false))]).unwrap();
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    let view = kit.item("ann", 0);
    assert!(view.others.is_empty() && view.imported.is_empty() && !view.answers[0].after_reveal);
    match reveal(&kit, "ann").unwrap() {
        Response::Item(view) => assert_eq!((view.others.len(), view.imported.len(), view.hidden), (1, 1, false)),
        other => panic!("{other:?}"),
    }
    kit.submit("ann", 0, &[set("ok", json!(false))]).unwrap();
    assert!(kit.item("ann", 0).answers[0].after_reveal);
    kit.consistent();
}

#[test]
fn a_command_that_tells_what_others_say_counts_as_r() {
    let labels = || Request::Labels { session: "s".into(), query: LabelQuery::default(), after: None, limit: 99 };
    // Everybody may review there; ann runs it too.
    let kit = kit(SessionSpec { reviews: Some(3), ..SessionSpec::default() });
    kit.submit("bob", 0, &[set("ok", json!(true))]).unwrap();
    kit.user("ann", labels()).unwrap();
    let events = kit.events();
    kit.user("ann", labels()).unwrap();
    assert_eq!(kit.events(), events, "it is noted once");
    kit.submit("bob", 1, &[set("ok", json!(true))]).unwrap();
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    kit.submit("ann", 1, &[set("ok", json!(true))]).unwrap();
    let told = |item| (kit.item("ann", item).answers[0].after_reveal, kit.item("ann", item).row.mine.revealed);
    assert_eq!((told(0), told(1)), ((true, true), (false, false)));
    kit.consistent();

    // As one of its assigned people she is told nothing before her own answer, and then she is.
    let kit = assigned();
    kit.user("ann", labels()).unwrap();
    kit.submit("ann", 0, &[set("ok", json!(false))]).unwrap();
    assert!(!kit.item("ann", 0).answers[0].after_reveal);
    kit.user("ann", labels()).unwrap();
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    assert!(kit.item("ann", 0).answers[0].after_reveal);
    kit.consistent();
}

#[test]
fn what_a_lead_was_told_before_they_were_assigned_counts_as_r() {
    let lead = person("boss", Role::Lead);
    let labels = Request::Labels { session: "s".into(), query: LabelQuery::default(), after: None, limit: 99 };
    let item = Request::Item { session: "s".into(), item: crate::service::api::ItemKey::No(ItemNo(0)) };
    for told in [labels, item] {
        let kit = assigned();
        let seen = serde_json::to_string(&kit.ask(&lead, told.clone()).unwrap()).unwrap();
        assert!(seen.contains("BOBS"));
        let events = kit.events();
        kit.ask(&person("chief", Role::Lead), told.clone()).unwrap();
        kit.ask(&lead, told).unwrap();
        assert_eq!(kit.events(), events + 1, "each is noted once, and a note is no news");
        kit.update(SessionPatch { add_users: vec!["boss".into()], ..SessionPatch::default() }).unwrap();
        kit.submit("boss", 0, &[set("ok", json!(true))]).unwrap();
        let view = kit.item("boss", 0);
        assert!(view.answers[0].after_reveal && view.row.mine.revealed);
        kit.consistent();
    }
    // Who was told nothing has nothing to say.
    let kit = assigned();
    kit.update(SessionPatch { add_users: vec!["boss".into()], ..SessionPatch::default() }).unwrap();
    kit.ask(&lead, Request::Stats { session: "s".into() }).unwrap();
    kit.submit("boss", 0, &[set("ok", json!(true))]).unwrap();
    assert!(!kit.item("boss", 0).answers[0].after_reveal);
}

#[test]
fn a_reviewer_of_a_blind_session_sees_only_their_own_progress() {
    let kit = kit(SessionSpec { reviews: Some(2), ..SessionSpec::default() });
    kit.submit("bob", 0, &[set("ok", json!(true))]).unwrap();
    let ann = person("ann", Role::Reviewer);
    match kit.ask(&ann, Request::SessionGet { session: "s".into() }).unwrap() {
        Response::Session(view) => assert!(view.blind && view.people.is_empty()),
        other => panic!("{other:?}"),
    }
    let labels = Request::Labels {
        session: "s".into(),
        query: LabelQuery { imported: true, ..LabelQuery::default() },
        after: None,
        limit: 99,
    };
    match kit.ask(&ann, labels).unwrap() {
        Response::Labels(page) => assert!(page.rows.is_empty()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn with_one_review_imported_assessments_are_folded_behind_r_until_i_submit() {
    let kit = kit(SessionSpec::default());
    let view = kit.item("ann", 0);
    assert!(view.hidden && view.may_reveal && view.imported.is_empty());
    assert!(!kit.item("ann", 1).hidden);
    match reveal(&kit, "ann").unwrap() {
        Response::Item(view) => assert_eq!((view.imported.len(), view.hidden), (1, false)),
        other => panic!("{other:?}"),
    }
    kit.consistent();
}

#[test]
fn after_r_my_later_versions_say_so_and_undo_never_un_reveals() {
    let kit = kit(SessionSpec { reviews: Some(2), ..SessionSpec::default() });
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    reveal(&kit, "ann").unwrap();
    kit.submit("ann", 0, &[set("ok", json!(false))]).unwrap();
    assert!(kit.item("ann", 0).answers[0].after_reveal);
    kit.undo("ann", None).unwrap();
    assert!(!kit.item("ann", 0).answers[0].after_reveal);
    for _ in 0..3 {
        kit.undo("ann", None).unwrap();
    }
    let view = kit.item("ann", 0);
    assert!(view.row.mine.revealed && view.imported.len() == 1);
    kit.consistent();
}

#[test]
fn blind_and_open_can_be_chosen() {
    let kit = kit(SessionSpec { reviews: Some(2), blind: Some(false), ..SessionSpec::default() });
    kit.submit("bob", 0, &[set("ok", json!(true))]).unwrap();
    let view = kit.item("ann", 0);
    assert!(view.may_reveal && view.hidden && view.row.submissions == 1);
    kit.update(SessionPatch { blind: Some(true), ..SessionPatch::default() }).unwrap();
    assert_eq!(reason(reveal(&kit, "ann")), Reason::NotPermitted);
}

/// Ann and bob are assigned, the lead is not; bob has answered, a judge's assessment came with the trace.
fn assigned() -> Kit {
    let users = vec!["ann@example.com".into(), "bob".into()];
    let kit = Kit::new();
    kit.trace("tr-00", 0);
    kit.put(crate::service::kit::schema("ok", crate::service::kit::pass_fail()));
    kit.session(SessionSpec {
        name: "s".into(),
        experiment: "Default".into(),
        schemas: vec!["ok".into(), "expected_response".into()],
        users,
        reviews: Some(2),
        ..SessionSpec::default()
    });
    kit.add(crate::service::api::Which::All);
    let judge = |id: &str, kind: &str| json!({ "assessment_id": id, "assessment_name": "verdict", kind: { "value": "JUDGED" } });
    kit.assessment("tr-00", judge("a-1", "feedback"));
    kit.assessment("tr-00", judge("a-2", "expectation"));
    kit.submit("bob", 0, &[set("ok", json!(true)), set("expected_response", json!("BOBS"))]).unwrap();
    kit
}

/// Everything a command of the store can print about the session and its trace.
fn all_payloads(kit: &Kit, name: &str) -> Vec<String> {
    let s = || "s".to_owned();
    let query = |all_versions, user: Option<&str>| LabelQuery {
        all_versions,
        user: user.map(Into::into),
        imported: true,
        schema: None,
    };
    let labels = |query| Request::Labels { session: s(), query, after: None, limit: 99 };
    [
        labels(query(false, None)),
        labels(query(true, None)),
        labels(query(false, Some("bob"))),
        labels(LabelQuery::default()),
        Request::Export { session: s(), after: None, limit: 9 },
        Request::Dataset { session: s(), imported: true, per_reviewer: false, after: None, limit: 9 },
        Request::Dataset { session: s(), imported: true, per_reviewer: true, after: None, limit: 9 },
        Request::Stats { session: s() },
        Request::Audit { session: s(), after: None, limit: 99 },
        Request::SessionGet { session: s() },
        Request::SessionList,
        Request::Queue { session: s(), from: 0, limit: 9 },
        Request::Item { session: s(), item: crate::service::api::ItemKey::No(ItemNo(0)) },
        Request::TraceShow { trace_id: "tr-00".into() },
    ]
    .into_iter()
    .map(|request| serde_json::to_string(&kit.user(name, request).unwrap()).unwrap())
    .collect()
}

#[test]
fn n_and_blindness_hold_everywhere_every_command_of_an_assigned_reviewer_carries_no_assessment_but_theirs() {
    let kit = assigned();
    for payload in all_payloads(&kit, "ann") {
        for secret in ["JUDGED", "BOBS", "\"reviewer\":\"bob\"", "bob@example.com", "[\"Yes\",1]", "\"submissions\":1"]
        {
            assert!(!payload.contains(secret), "{secret}: {payload}");
        }
    }
    // A draft of mine earns nothing, and is no label.
    kit.answer("ann", 0, &[set("ok", json!(false))]).unwrap();
    assert!(all_payloads(&kit, "ann").iter().all(|p| !p.contains("JUDGED") && !p.contains("BOBS")));

    // Having submitted and taken it back, I see nothing; having submitted, and on the screen asked for them, I see the others.
    kit.submit("ann", 0, &[]).unwrap();
    kit.undo("ann", None).unwrap();
    let mine: String = all_payloads(&kit, "ann").concat();
    assert!(!mine.contains("JUDGED") && !mine.contains("BOBS"));
    kit.submit("ann", 0, &[]).unwrap();
    reveal(&kit, "ann").unwrap();
    assert_sees_all(&all_payloads(&kit, "ann"), 2);
    kit.consistent();
}

#[test]
fn who_runs_a_blind_session_without_being_assigned_sees_everything() {
    assert_sees_all(&all_payloads(&assigned(), "lead"), 1);
}

fn assert_sees_all(payloads: &[String], answers: usize) {
    let has = |at: usize, text: &str| assert!(payloads[at].contains(text), "{text} in {at}: {}", payloads[at]);
    for at in [0, 1, 4, 5, 6, 12] {
        has(at, "JUDGED");
        has(at, "BOBS");
    }
    has(3, "BOBS");
    has(7, &format!("\"answers\":{answers}"));
    has(8, "BOBS");
    has(11, &format!("\"submissions\":{answers}"));
    has(13, "JUDGED");
}

#[test]
fn a_filter_tells_a_blind_reviewer_nothing_of_assessments() {
    let kit = assigned();
    let found = |name: &str| {
        let filter = Some("feedback.verdict = 'JUDGED'".to_owned());
        let request = Request::TraceList { experiment: "Default".into(), filter, after: None, limit: 9 };
        match kit.user(name, request).unwrap() {
            Response::Traces(page) => page.rows.len(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!((found("ann"), found("lead")), (0, 1));
}

#[test]
fn a_blind_reviewer_does_not_delete_answers_that_they_could_not_export() {
    let kit = assigned();
    let delete = |name: &str| kit.user(name, Request::SessionDelete { session: "s".into(), with_answers: true });
    assert_eq!(reason(delete("ann")), Reason::NotPermitted);
    assert!(delete("lead").is_ok());
}
