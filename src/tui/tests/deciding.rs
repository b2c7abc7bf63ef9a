//! An answer of mine that was changed here and in MLflow.

use super::rig::{Rig, World, all_kinds};
use crate::model::{Assessment, EventNo, ItemNo, Keep};
use crate::service::api::{AuditRow, Request, Response};
use crate::service::sync::api::{Settled, SlotSettled, SyncChange, SyncRead, SyncRequest, SyncResponse};
use crate::store::{Held, LinkRow};
use serde_json::{Value, json};

/// As a push finds it: this question of ann's first item says something else there.
fn changed_there(world: &World, schema: &str, value: &Value, why: &str) {
    let there = json!({ "assessment_id": "a-there", "assessment_name": schema, "feedback": { "value": value },
        "rationale": why, "source": { "source_type": "HUMAN", "source_id": "ann@example.com" } });
    let there: Assessment = serde_json::from_value(there).unwrap();
    let link = Box::new(LinkRow { uri: "http://h".into(), tag: "t".into(), ..LinkRow::default() });
    let slot = SlotSettled {
        schema: schema.into(),
        reviewer: "ann".into(),
        event: EventNo(u64::MAX),
        outcome: Err(Held::Conflict(Some(there))),
    };
    let items = vec![Settled { item: ItemNo(0), itself: None, slots: vec![slot] }];
    for change in [SyncChange::Link { session: "s".into(), link }, SyncChange::Settle { session: "s".into(), items }] {
        world.ask("ann", Request::Sync(SyncRequest::Change(change)));
    }
}

fn decided(world: &World) -> Vec<Option<Keep>> {
    let read = Request::Sync(SyncRequest::Read(SyncRead::Links { session: Some("s".into()) }));
    match world.ask("ann", read) {
        Response::Sync(SyncResponse::Links(views)) => views[0].held.iter().map(|h| h.decided).collect(),
        other => panic!("{other:?}"),
    }
}

fn shot(name: &str, rig: &mut Rig, (width, height): (u16, u16)) {
    insta::assert_snapshot!(format!("{name}_{width}x{height}"), rig.screen(width, height));
}

/// ann has submitted her first item and is back at it when a push finds that it was changed there, too.
fn found() -> (World, Rig) {
    let world = World::new(3, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("y 2 Enter Left");
    changed_there(&world, "quality", &json!(false), "too long");
    changed_there(&world, "tone", &json!("cold"), "");
    rig.settle();
    (world, rig)
}

#[test]
fn an_answer_that_was_changed_in_mlflow_too_is_told_and_both_are_shown() {
    let (_world, mut rig) = found();
    assert!(rig.said().contains("changed in MLflow, too: M shows both"), "{}", rig.said());
    rig.keys("M");
    for size in [(80, 24), (120, 40), (200, 50)] {
        shot("mlflow_conflict", &mut rig, size);
    }
    // It may wait: Esc closes it, and one can go on.
    rig.keys("Esc");
    assert!(!rig.screen(120, 40).contains("in MLflow:"));
    rig.keys("Right");
    assert_eq!(rig.item(), 2);
    assert!(rig.screen(200, 50).contains('≠'));
    // And it is found again from anywhere.
    rig.keys("M");
    rig.settle();
    assert_eq!(rig.item(), 1);
    assert!(rig.screen(120, 40).contains("in MLflow: No"));
}

#[test]
fn one_after_the_other_is_decided_and_the_panel_goes_with_the_last() {
    let (world, mut rig) = found();
    rig.keys("M 1");
    rig.settle();
    let screen = rig.screen(120, 40);
    assert!(screen.contains("in MLflow: cold") && rig.said().starts_with("yours stays"), "{screen}");
    rig.keys("2");
    rig.settle();
    let screen = rig.screen(120, 40);
    assert!(!screen.contains("in MLflow:") && rig.said().starts_with("MLflow's stays"), "{screen}");
    assert_eq!(decided(&world), [Some(Keep::Local), Some(Keep::Remote)]);
    assert!(!rig.screen(200, 50).contains("conflict"));
    let Response::Audit(rows) = world.ask("ann", Request::Audit { session: "s".into(), after: None, limit: 100 })
    else {
        panic!()
    };
    let said = |row: &AuditRow| (row.what.clone(), row.detail["schema"].clone(), row.detail["keep"].clone());
    let wanted = [("quality", "local"), ("tone", "remote")].map(|(s, k)| ("decided".to_owned(), json!(s), json!(k)));
    assert_eq!(rows.iter().filter(|r| r.what == "decided").map(said).collect::<Vec<_>>(), wanted);
}
