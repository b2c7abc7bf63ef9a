use crate::model::ItemNo;
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
    let refused = kit.submit_on("ann", 0, Some(Some(crate::model::EventNo(1))), &[set("ok", json!(true))]);
    let Reason::Conflict { current } = reason(refused) else { panic!() };
    assert!(current.others.is_empty() && current.imported.is_empty());

    kit.submit("ann", 0, &[set("ok", json!(false))]).unwrap();
    let view = kit.item("ann", 0);
    assert_eq!((view.others.len(), view.imported.len(), view.row.submissions), (1, 1, 2));
    assert!(view.may_reveal && !view.hidden);
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
